"""Measure how often repairs in short lines, in names and of single words are right.

    python training/short_lines.py DATA_FOLDER -o vnclean/data/short_lines.tsv [--n 800] [--odd]

DATA_FOLDER holds clean text, `*.txt`, each file a domain. Of its even lines (the odd ones are left
for measuring), `--n` of each file have one word damaged, and as many short ones are damaged as a
whole, by each of the common channels in turn. The repairs that would be made, were they only sure
enough, are sorted by the posterior into bins, by the kind of their place; shares are made to rise
with the posterior (isotonic regression). `--odd` measures what the table promises on the odd lines
instead: for each kind the share of the repairs that is applied, and how many of these are right.
Same input, same bytes.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from benchmarks.quality.channels import WORD, same
from training.calibration import isotonic
from vnclean.channels import CHANNELS, in_words
from vnclean.repair.lossy import short_lines
from vnclean.repair.lossy.lost_letters import repairs
from vnclean.repair.lossy.transform import Lossy
from vnclean.transform import apply_edits

DAMAGES = (
    "cp1252_bestfit", "cp1252_replace", "cp1252_replace_then_utf8", "ascii_qmark", "ascii_fffd",
    "utf8_bytes_qmark",
)  # fmt: skip
SHORT_WORDS = 9
"""Words of a line that is damaged as a whole, at most."""
BINS = 24
LEAST = 40
"""Repairs of a bin at least."""


def lines_of(path: Path, odd: bool) -> list[str]:
    """Return lines that can be damaged, in an order of chance."""
    lines = path.read_text(encoding="utf-8").split("\n")[odd::2]
    kept = [
        line
        for line in lines
        if 2 <= len(line.split()) <= 60 and "?" not in line
        and re.search(r"(?![a-zA-Z])[^\W\d_]", line)
    ]  # fmt: skip
    random.Random(11).shuffle(kept)
    return kept


def damaged(path: Path, count: int, odd: bool) -> Iterator[tuple[str, str]]:
    """Yield clean and damaged lines of a file."""
    chance, lines = random.Random(12), lines_of(path, odd)
    for number, line in enumerate(lines[:count]):
        damage = CHANNELS[DAMAGES[number % len(DAMAGES)]].damage
        hit = [n for n, word in enumerate(WORD.findall(line)) if damage(word) != word]
        if hit:
            yield line, in_words(damage, line, [chance.choice(hit)])
    short = [line for line in lines if len(line.split()) <= SHORT_WORDS]
    for number, line in enumerate(short[:count]):
        yield line, CHANNELS[DAMAGES[number % len(DAMAGES)]].damage(line)


def judged(gold: str, hurt: str) -> Iterator[tuple[str, float, bool, bool]]:
    """Yield of each repair the kind of place, the posterior, whether it is right, and applied."""
    found = repairs(hurt, Lossy(alone=0.0, in_short_lines=0.0).promise)
    spans, words = [m.span() for m in re.finditer(r"\S+", hurt)], gold.split()
    if found is None or len(spans) != len(words):
        return
    edits = list(found.edits())
    shipped = repairs(hurt, Lossy().promise)
    assert shipped is not None
    for n in np.flatnonzero(~found.in_sentence & found.applied).tolist():
        place = next(k for k, (_, end) in enumerate(spans) if end > edits[n].start)
        start, end = spans[place]
        inside = [e for e in edits if start <= e.start and e.end <= end]
        shifted = [e._replace(start=e.start - start, end=e.end - start) for e in inside]
        right = same(words[place], apply_edits(hurt[start:end], shifted))
        yield (
            short_lines.KINDS[found.kind[n]], float(found.posterior[n]), right,
            bool(shipped.applied[n]),
        )  # fmt: skip


def curve(points: list[tuple[float, bool]]) -> list[tuple[float, float, float]]:
    """Return (posterior, share right there, share right from there on) by rising posterior."""
    points = sorted(points)
    size = max(len(points) // BINS, LEAST)
    starts = range(0, max(len(points) - size, 1), size)
    bins = [points[at : at + size] for at in starts[:-1]] + [points[starts[-1] :]]
    shares = [(sum(right for _, right in b) + 0.5) / (len(b) + 1) for b in bins]
    rising = isotonic([(0.0, share, 1) for share in shares])
    pooled = [share for _, share, count in rising for _ in range(count)]
    made = []
    for here, share in zip(bins, pooled, strict=True):
        mean = sum(posterior for posterior, _ in here) / len(here)
        rest = [right for posterior, right in points if posterior >= mean] or [True]
        made.append((mean, share, sum(rest) / len(rest)))
    return made


def main() -> None:
    """Measure, and write the table or print what it promises."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--n", type=int, default=800)
    parser.add_argument("--odd", action="store_true")
    options = parser.parse_args()
    by_kind: dict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
    for path in sorted(options.folder.glob("*.txt")):
        for gold, hurt in damaged(path, options.n, options.odd):
            for kind, *rest in judged(gold, hurt):
                by_kind[kind].append((rest[0], rest[1], rest[2]))
    rows = [
        "# Measured shares of right repairs in short lines, in names and of single words.",
        "# Columns: kind of place, posterior, share right, share right of all from there on.",
        "# Between rows: a straight line.",
        f"# Written by training/short_lines.py over {options.n} lines of a domain at most.",
    ]
    print(f"{'kind':12}{'repairs':>8}{'right':>7}{'applied':>9}{'right':>7}", file=sys.stderr)
    for kind in short_lines.KINDS:
        here = by_kind[kind]
        made = [right for _, right, applied in here if applied]
        print(f"{kind:12}{len(here):8}{100 * sum(r for _, r, _ in here) / len(here):7.1f}"
              f"{100 * len(made) / len(here):9.1f}{100 * sum(made) / max(len(made), 1):7.1f}",
              file=sys.stderr)  # fmt: skip
        for x, y, on in curve([(p, right) for p, right, _ in here]):
            rows.append(f"{kind}\t{x:.5f}\t{y:.5f}\t{on:.5f}")
    if options.output:
        options.output.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
