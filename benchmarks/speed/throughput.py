"""How fast vnclean runs beside ftfy: every document counted, each seen once, domain by domain.

    python benchmarks/speed/throughput.py [FOLDER] [--megabytes 1] [--rows NAME,NAME] [--json FILE]

FOLDER holds clean text (`*.txt`, UTF-8, one paragraph a line; the name of a file is its domain;
default: corpus/clean, where a domain is a document). Each file is cut into documents of about 3 kB
without choosing: those that a preset changes, and those that cost it most, count like all others.

Each cell is a process of its own that has cleaned a few sentences first, so that the models are
loaded; then it takes one text after the other, ftfy and vnclean in turn on the same text, and
counts the processor time of both. What it learnt about a word in one text may help in the next, as
in any real run; no text comes twice. The figure of a cell is vnclean's speed in units of that of
`ftfy.fix_text` on the clean text (`utf8_as_cp1252`: on the same damaged text, since ftfy mends it
too), with the worst domain beside the one over all domains, which weighs each byte alike. Ratios
hold between machines, the MB/s do not; neither says anything about starting a process
(`benchmarks/speed/start.py`) or about text of other kinds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import ftfy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import documents_of  # noqa: E402
from vnclean.channels import CHANNELS  # noqa: E402
from vnclean.pipeline import Pipeline  # noqa: E402

DOCUMENT_BYTES = 3000
"""Size of a document, about."""
ONE_LINE_IN = 20
"""One line in so many is damaged where damage is strewn over a document."""
WARM_UP = (
    "Công tác tham mưu có hiệu qủa cao, bạn hãy L?y l?i m?t kh?u c?a mình ngay hôm nay.",
    "Vieät Nam ñaát nöôùc meán yeâu. ViÖt Nam ®Êt n­íc mÕn yªu. Viá»‡t Nam Ä‘áº¥t nÆ°á»›c.",
    "Ðu?ng v? nhà xa lam. Toi di hoc o truong, ban bè  rất vui vẽ, xây dưng nhà cữa.",
)
WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Row:
    """A line of the table: what is cleaned, how it is cut, and what it is compared with."""

    name: str
    preset: str
    damage: str = ""
    by_line: bool = False
    beside_same_text: bool = False


ROWS = (
    Row("safe, documents", "safe"),
    Row("safe, lines", "safe", by_line=True),
    Row("standard, documents", "standard"),
    Row("standard, lines", "standard", by_line=True),
    Row("web, documents", "web"),
    Row("social, documents", "social"),
    Row("search, documents", "search"),
    Row("restore, documents", "restore"),
    Row("standard, one line in twenty cp1252_bestfit", "standard", "strewn"),
    Row("standard, cp1252_bestfit", "standard", "cp1252_bestfit"),
    Row("standard, ascii_qmark", "standard", "ascii_qmark"),
    Row("restore, no_diacritics", "restore", "no_diacritics"),
    Row("standard, TCVN3", "standard", "tcvn3"),
    Row("standard, utf8_as_cp1252", "standard", "utf8_as_cp1252", beside_same_text=True),
    Row("standard, 5 % of the words misspelt", "standard", "misspelt"),
)


def cut_lines(texts: list[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n") if line.strip(" ")]


def misspell(word: str, dice: random.Random) -> str:
    """Return a word with a letter doubled, dropped, exchanged with the next, or another letter."""
    at = dice.randrange(len(word))
    head, letter, tail = word[:at], word[at], word[at + 1 :]
    ways = (
        head + letter * 2 + tail,
        head + tail,
        head + tail[:1] + letter + tail[1:],
        head + unicodedata.normalize("NFD", letter)[0] + tail,
    )
    return dice.choice(ways)


def damage(kind: str, text: str, dice: random.Random) -> str:
    """Return a text with one kind of damage; the same dice give the same text."""
    if not kind:
        return text
    if kind == "strewn":
        bestfit = CHANNELS["cp1252_bestfit"]
        lines = text.split("\n")
        return "\n".join(bestfit(t) if dice.randrange(ONE_LINE_IN) == 0 else t for t in lines)
    if kind == "tcvn3":
        import vnclean.charsets  # noqa: F401  (registers the codec)

        return text.encode("tcvn3", "replace").decode("cp1252", "replace")
    if kind == "misspelt":
        return WORD.sub(lambda m: misspell(m[0], dice) if dice.random() < 0.05 else m[0], text)
    return CHANNELS[kind](text)


def timed(run: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    run(text)
    return time.process_time() - begun


def measure(row: Row, texts: list[str]) -> tuple[float, float, int]:
    """Return the seconds of ftfy and of vnclean over some clean texts, and their size in bytes."""
    ours = Pipeline.preset(row.preset)
    for text in (*WARM_UP, "\n".join(WARM_UP * 12)):
        ours(text)
        ftfy.fix_text(text)
    dice = random.Random(7)
    theirs_s = ours_s = 0.0
    for text in cut_lines(texts) if row.by_line else texts:
        broken = damage(row.damage, text, dice)
        theirs_s += timed(ftfy.fix_text, broken if row.beside_same_text else text)
        ours_s += timed(ours, broken)
    return theirs_s, ours_s, sum(len(text.encode()) for text in texts)


def cells(
    rows: tuple[Row, ...], domains: dict[str, list[str]]
) -> Iterator[tuple[Row, str, tuple[float, float, int]]]:
    for row in rows:
        for domain, texts in domains.items():
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                yield row, domain, alone.submit(measure, row, texts).result()


def table(rows: tuple[Row, ...], domains: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """Return for each row the speed of each domain, of all, and the worst, in units of ftfy's."""
    found: dict[str, dict[str, float]] = {}
    sums: dict[str, list[float]] = {}
    for row, domain, (theirs, ours, size) in cells(rows, domains):
        figures = found.setdefault(row.name, {})
        total = sums.setdefault(row.name, [0.0, 0.0, 0.0])
        figures[domain] = theirs / ours
        for number, value in enumerate((theirs, ours, size)):
            total[number] += value
        figures["all"] = total[0] / total[1]
        figures["worst"] = min(v for k, v in figures.items() if k in domains)
        figures["MB/s"] = total[2] / total[1] / 1e6
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "corpus/clean")
    parser.add_argument("--megabytes", type=float, default=1, help="of all domains together")
    parser.add_argument("--rows", default="", help="parts of names, with commas")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.txt"))
    share = options.megabytes * 1e6 / max(len(paths), 1)
    domains = {path.stem: documents_of(path, DOCUMENT_BYTES, share) for path in paths}
    rows = tuple(row for row in ROWS if any(part in row.name for part in options.rows.split(",")))
    found = table(rows, domains)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    size = sum(len(text.encode()) for texts in domains.values() for text in texts) / 1e6
    print(f"{size:.2f} MB of clean text in {len(domains)} domains; times ftfy's speed")
    for name, figures in found.items():
        print(f"\n{name}: {figures['all']:.2f}, worst {figures['worst']:.2f}", end="")
        print(f"   ({figures['MB/s']:.2f} MB/s)")
        if len(domains) <= 12:
            print("   " + ", ".join(f"{domain} {figures[domain]:.2f}" for domain in domains))


if __name__ == "__main__":
    main()
