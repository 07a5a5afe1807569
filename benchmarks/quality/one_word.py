"""Measure the repair of little: one damaged word in a line, and the cells of columns.

    python benchmarks/quality/one_word.py DATA_FOLDER [--n 200] [--show 5] [--only CHANNEL...]
    python benchmarks/quality/one_word.py --cells [--show 5] [--only CHANNEL...]
    python benchmarks/quality/one_word.py --questions [--show 20]

DATA_FOLDER holds clean text, `*.txt`; each file is a domain, of which `--n` lines have one word
damaged. `--cells` takes columns of our own instead (names, addresses, products, headings, 200 of
each), every cell damaged: each as a text of its own, and as cells of a column. `mended` is the
share of the damaged words that come back exactly, `right` the share of those that were changed at
all, as `vnclean.clean` (preset `standard`) ships; both as a mean and for the worst domain.
`--questions` counts the question marks that disappear from 2,000 clean lines of questions, chat,
code and forms, and from the same lines as one text. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import vnclean  # noqa: E402
from benchmarks.quality.channels import WORD, aligned, same  # noqa: E402
from benchmarks.quality.material import columns, question_lines  # noqa: E402
from vnclean.channels import CHANNELS, in_words  # noqa: E402

GOALS = {
    "cp1252_bestfit": 80.0,
    "cp1252_replace": 80.0,
    "cp1252_replace_then_utf8": 70.0,
    "ascii_qmark": 80.0,
    "ascii_fffd": 70.0,
}
"""The channels, each with the share of words that should be mended, in %."""
RIGHT = 98.0
"""The share of the changed words that should be right, in %."""
CELLS, CELLS_RIGHT = 90.0, 99.0
"""The same two for cells of columns."""


class Row:
    """Damaged words, those that were mended, and those that were changed to something else."""

    def __init__(self) -> None:
        self.damaged = self.mended = self.wrong = self.harmed = 0
        self.examples: list[str] = []

    def add(self, gold: str, hurt: str, made: str) -> None:
        broken = hurt.split()
        for (word, result), before in zip(aligned(gold, made), broken, strict=True):
            if not WORD.search(word):
                continue
            if before == word:
                self.harmed += not same(word, result)
                continue
            self.damaged += 1
            good = same(word, result)
            self.mended += good
            if not good and result != before:
                self.wrong += 1
                self.examples.append(f"{before} -> {result} ({word}) in {hurt[:90]!r}")

    @property
    def mended_share(self) -> float:
        return 100 * self.mended / max(self.damaged, 1)

    @property
    def right_share(self) -> float:
        made = self.mended + self.wrong
        return 100 * self.mended / made if made else 100.0


def lines_of(path: Path, count: int) -> list[str]:
    lines = [
        line
        for line in path.read_text(encoding="utf-8").split("\n")
        if len(line) <= 300 and "?" not in line and re.search("(?![a-zA-Z])[^\\W\\d_]", line)
    ]
    random.Random(4).shuffle(lines)
    return lines[:count]


def one_word_rows(folder: Path, count: int, channel: str) -> Iterator[tuple[str, Row]]:
    damage, mend = CHANNELS[channel].damage, vnclean.Pipeline.preset("standard")
    for path in sorted(folder.glob("*.txt")):
        row, chance = Row(), random.Random(6)
        for line in lines_of(path, count):
            gold = mend(line)  # slips of its own are mended in any case
            words = WORD.findall(gold)
            hit = [number for number, word in enumerate(words) if damage(word) != word]
            if hit:
                hurt = in_words(damage, gold, [chance.choice(hit)])
                row.add(gold, hurt, mend(hurt))
        yield path.stem, row


def cell_rows(channel: str, whole: bool) -> Iterator[tuple[str, Row]]:
    damage, mend = CHANNELS[channel].damage, vnclean.Pipeline.preset("standard")
    for name, cells in columns().items():
        row = Row()
        hurt = list(map(damage, cells))
        made = mend.clean_column(hurt) if whole else map(mend, hurt)
        for triple in zip(cells, hurt, made, strict=True):
            row.add(*triple)
        yield name, row


def report(title: str, rows: dict[str, Row], goal: float, right: float, show: int) -> bool:
    """Print a line for a channel; say whether a goal is missed."""
    mean = sum(row.mended_share for row in rows.values()) / len(rows)
    worst = min(rows, key=lambda name: rows[name].mended_share)
    made = sum(row.mended + row.wrong for row in rows.values())
    share = 100 * sum(row.mended for row in rows.values()) / made if made else 100.0
    least = min(rows, key=lambda name: rows[name].right_share)
    missed = mean < goal or share < right
    print(f"{title:34}{goal:5.0f}{mean:7.1f}{rows[worst].mended_share:7.1f} {worst:19}"
          f"{right:4.0f}{share:7.1f}{rows[least].right_share:7.1f} {least:19}"
          f"{sum(row.harmed for row in rows.values()):4}{'  below' * missed}",
          flush=True)  # fmt: skip
    for name, row in rows.items():
        for example in row.examples[:show]:
            print(f"    {name}: {example}")
    return missed


def questions(show: int) -> int:
    """Return how many question marks disappear from lines where each is meant."""
    mend, lines = vnclean.Pipeline.preset("standard"), question_lines()
    eaten = shown = 0
    for way, texts in (("line", lines), ("text", ["\n".join(lines)])):
        here = 0
        for text in texts:
            made = mend(text)
            for before, after in zip(text.split("\n"), made.split("\n"), strict=False):
                if (gone := before.count("?") - after.count("?")) > 0:
                    here += gone
                    if (shown := shown + 1) <= show:
                        print(f"    {before!r} -> {after!r}")
        print(f"{len(lines)} lines, each {way} by itself: {here} question marks eaten")
        eaten += here
    return eaten


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--n", type=int, default=200, help="lines of each domain")
    parser.add_argument("--cells", action="store_true", help="columns instead of running text")
    parser.add_argument("--questions", action="store_true", help="real question marks instead")
    parser.add_argument("--only", nargs="*", choices=GOALS, help="channels to measure")
    parser.add_argument("--show", type=int, default=0, help="wrong edits to show of each domain")
    options = parser.parse_args()
    if options.questions:
        return 1 if questions(options.show) else 0
    if options.folder is None and not options.cells:
        parser.error("DATA_FOLDER, --cells or --questions is needed")
    print(f"{'channel':34}{'goal':>5}{'mended':>7}{'worst':>7} {'':19}{'goal':>4}{'right':>7}"
          f"{'worst':>7} {'':19}harm")  # fmt: skip
    missed = False
    for channel in options.only or GOALS:
        if options.cells:
            for whole, way in ((False, "cell"), (True, "column")):
                rows = dict(cell_rows(channel, whole))
                missed |= report(f"{channel}, {way}", rows, CELLS, CELLS_RIGHT, options.show)
        else:
            rows = dict(one_word_rows(options.folder, options.n, channel))
            missed |= report(channel, rows, GOALS[channel], RIGHT, options.show)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
