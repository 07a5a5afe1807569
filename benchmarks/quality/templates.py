"""Measure site templates: recall and loss on a synthetic site, memory and speed on much text.

    python benchmarks/quality/templates.py [--pages 500] [--blocks 30] [--megabytes 200]

The site: each page has some lines of its own and, at random places among them, the shared blocks of
furniture (one to five lines, long and short); every page may also hold what is shared by right:
the formulas of laws, a refrain, a closing formula. Recall: the share of furniture lines that go.
Lost: lines of content that go. Memory is the peak of the process.

Measured: 500 pages, 30 blocks, each on all, half, a fifth, a tenth or a twentieth of the pages:
recall 1.0000 in all five, 0 of 8,382 to 8,607 lines of content lost. 1,000 MB (252,128 pages of 50
sites): peak 166 MB, 15 MB/s. The blocks come back unchanged, which real furniture with dates and
counters does not: those lines are left to the transform `boilerplate`.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from vnclean.boilerplate.templates import Learner, Templates  # noqa: E402
from vnclean.language.lexicon import syllables_in_use  # noqa: E402

SHARED_BY_RIGHT = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Quyết định này có hiệu lực thi hành kể từ ngày ký ban hành.",
    "Xin trân trọng cảm ơn quý vị đã lắng nghe và theo dõi!",
]
WORDS = sorted(word for word, frequency in syllables_in_use().items() if frequency >= 8)


def sentence(chance: random.Random, low: int, high: int) -> str:
    words = chance.choices(WORDS, k=chance.randint(low, high))
    return " ".join(words).capitalize()


def blocks(chance: random.Random, count: int) -> list[list[str]]:
    found = []
    for _ in range(count):
        lines = [sentence(chance, 7, 14)]
        lines += [sentence(chance, 1, 9) for _ in range(chance.randint(0, 4))]
        chance.shuffle(lines)
        found.append(lines)
    return found


def page(
    chance: random.Random, shared: list[list[str]], share: float
) -> tuple[list[str], list[bool]]:
    """Return the lines of a page, and which of them are furniture."""
    own = [[(sentence(chance, 5, 40) + ".", False)] for _ in range(chance.randint(5, 25))]
    own += [[(line, False)] for line in SHARED_BY_RIGHT if chance.random() < 0.3]
    refrain = [("À ơi, gió đưa cây cải về trời với mẹ", False)]
    if chance.random() < 0.2:
        own += [refrain] * 3
    chance.shuffle(own)
    for block in shared:
        if chance.random() < share:
            own.insert(chance.randint(0, len(own)), [(line, True) for line in block])
    rows = [row for part in own for row in part]
    return [line for line, _ in rows], [mark for _, mark in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--blocks", type=int, default=30)
    parser.add_argument("--megabytes", type=int, default=0)
    arguments = parser.parse_args()
    for share in (1.0, 0.5, 0.2, 0.1, 0.05):
        chance = random.Random(7)
        shared = blocks(chance, arguments.blocks)
        pages = [page(chance, shared, share) for _ in range(arguments.pages)]
        learner = Learner()
        for lines, _ in pages:
            learner.add("site", "\n".join(lines))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "site.tpl"
            path.write_bytes(learner.result().as_bytes())
            clean = Templates(str(path))
            gone = furniture = lost = content = 0
            for lines, marks in pages:
                kept = clean("\n".join(lines)).split("\n")
                at = 0
                for line, mark in zip(lines, marks, strict=True):
                    stays = at < len(kept) and kept[at] == line
                    at += stays
                    furniture += mark
                    gone += mark and not stays
                    content += not mark
                    lost += not mark and not stays
        print(f"blocks on {share:.0%} of {arguments.pages} pages: recall {gone / furniture:.4f}, "
              f"lost {lost} of {content} lines")  # fmt: skip
    if arguments.megabytes:
        chance = random.Random(11)
        learner = Learner()
        sites = [blocks(chance, arguments.blocks) for _ in range(50)]
        size, taken, number = 0, 0.0, 0
        while size < arguments.megabytes * 1_000_000:
            text = "\n".join(page(chance, sites[number % 50], 0.5)[0])
            size += len(text.encode())
            began = time.process_time()
            learner.add(f"site{number % 50}", text)
            taken += time.process_time() - began
            number += 1
        began = time.process_time()
        result = learner.result()
        taken += time.process_time() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"learning: {number} pages, {size / 1e6:.0f} MB, {size / 1e6 / taken:.1f} MB/s, peak "
              f"{peak:.0f} MB, {sum(map(len, result.sites.values()))} lines learnt")  # fmt: skip


if __name__ == "__main__":
    main()
