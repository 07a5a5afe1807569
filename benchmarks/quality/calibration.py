"""What edits claim against what is right, by domain: the lossy repair and spelling.

    python benchmarks/quality/calibration.py DATA_FOLDER [--n 100] [--only lossy|spelling]

DATA_FOLDER holds clean text, `*.txt`; each file is a domain and a fold. Every edit that is proposed
counts, suggestions too. For lossy repair, whole sentences, single words of a line and cells of
columns are damaged by each of some channels; for spelling, slips of all kinds are put into lines
(edits that are made on the clean line as well don't count: harm.py shows them). Per band of the
confidence: edits, the mean claim, the share that is right, and, fitted on the other domains only,
what should be claimed (`refit`). Per domain: the expected error of both over 20 bins, and how many
of those that are applied are right; the worst domain is marked.
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))  # for what spelling.py imports from beside it

from benchmarks.quality import spelling  # noqa: E402
from benchmarks.quality.channels import SENTENCE, WORD, calibration, judge  # noqa: E402
from benchmarks.quality.material import columns  # noqa: E402
from training.calibration import isotonic  # noqa: E402
from vnclean.channels import CHANNELS, in_words  # noqa: E402
from vnclean.pipeline import Pipeline  # noqa: E402
from vnclean.registry import from_config  # noqa: E402
from vnclean.repair.lossy.transform import Lossy  # noqa: E402
from vnclean.scan import Scan  # noqa: E402
from vnclean.spelling import error_model  # noqa: E402
from vnclean.transform import Edit, Safety  # noqa: E402

LOSSY = ("cp1252_bestfit", "cp1252_replace", "cp1252_replace_then_utf8", "ascii_qmark")
BANDS = (0.0, 0.2, 0.35, 0.5, 0.7, 0.8, 0.9, 0.95, 0.985, 1.01)


Judged = list[tuple[float, bool, bool]]
"""Of each edit its confidence, whether it is right, and whether it is applied."""


def lines_of(path: Path, count: int) -> list[str]:
    """Return sentences of a file, the same in every run."""
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [s for line in lines for s in SENTENCE.split(line) if 3 <= len(s.split()) <= 60]
    random.Random(8).shuffle(found)
    return found[:count]


def verdicts(gold: str, hurt: str) -> Iterator[tuple[float, bool, bool]]:
    """Yield a verdict for each edit that the lossy repair proposes."""
    edits: list[Edit] = list(Lossy().find(Scan(hurt)))
    for applied in (False, True):
        here = [edit for edit in edits if (edit.safety is not Safety.SUGGEST) is applied]
        for confidence, right in judge(gold, hurt, here):
            yield confidence, right, applied


def whole_sentence(folder: Path, count: int) -> dict[str, Judged]:
    found: dict[str, Judged] = defaultdict(list)
    for path in sorted(folder.glob("*.txt")):
        for number, gold in enumerate(lines_of(path, count)):
            damage = CHANNELS[LOSSY[number % len(LOSSY)]].damage
            found[path.stem] += verdicts(gold, damage(gold))
    return found


def single_word(folder: Path, count: int) -> dict[str, Judged]:
    found: dict[str, Judged] = defaultdict(list)
    for path in sorted(folder.glob("*.txt")):
        chance = random.Random(9)
        for number, gold in enumerate(lines_of(path, count * 2)):
            damage = CHANNELS[LOSSY[number % len(LOSSY)]].damage
            words = [n for n, word in enumerate(WORD.findall(gold)) if damage(word) != word]
            if words and "?" not in gold:
                hurt = in_words(damage, gold, [chance.choice(words)])
                found[path.stem] += verdicts(gold, hurt)
    return found


def cells() -> dict[str, Judged]:
    found: dict[str, Judged] = defaultdict(list)
    for name, column in columns().items():
        for number, gold in enumerate(column):
            damage = CHANNELS[LOSSY[number % len(LOSSY)]].damage
            found[name] += verdicts(gold, damage(gold))
    return found


def misspellings(folder: Path, count: int) -> dict[str, Judged]:
    """Return the verdicts on slips, every kind in its share of the lines."""
    run = Pipeline((from_config("spelling", {}),), 0.0)
    shipped = Pipeline((from_config("spelling", {}),))
    found: dict[str, Judged] = defaultdict(list)
    kinds = list(error_model.ERRORS)
    for path in sorted(folder.glob("*.txt")):
        dice = random.Random(10)
        for number, line in enumerate(lines_of(path, count * 2)):
            kind = kinds[number % len(kinds)]
            hurt, gold = spelling.damaged(line, kind, spelling.one_of(kind), 0.08, dice)
            own = {(line[e.start : e.end], e.replacement) for e in run.explain(line).edits}
            applied = {(e.start, e.replacement) for e in shipped.explain(hurt).edits}
            edits = list(run.explain(hurt).edits)
            for edit, touched, right in spelling.judged(edits, gold, hurt):
                if touched or (hurt[edit.start : edit.end], edit.replacement) not in own:
                    shown = (edit.start, edit.replacement) in applied
                    found[path.stem].append((edit.confidence, right, shown))
    return found


def refitted(rows: dict[str, Judged]) -> dict[str, list[float]]:
    """Return for each edit of a domain what it should claim, fitted on the other domains."""
    found = {}
    for held in rows:
        others = sorted((c, r) for name, row in rows.items() if name != held for c, r, _ in row)
        size = max(len(others) // 40, 20)
        points = []
        for at in range(0, len(others), size):
            here = others[at : at + size]
            right = sum(r for _, r in here)
            points.append((sum(c for c, _ in here) / len(here), right / len(here), len(here)))
        curve = isotonic(points)
        starts = [x for x, _, _ in curve]
        found[held] = [
            curve[max(bisect_right(starts, c) - 1, 0)][1] if curve else c for c, _, _ in rows[held]
        ]
    return found


def report(title: str, rows: dict[str, Judged]) -> None:
    """Print claimed against right, in bands and by domain."""
    fitted = refitted(rows)
    every = [
        (c, right, new)
        for name, row in rows.items()
        for (c, right, _), new in zip(row, fitted[name], strict=True)
    ]
    print(f"\n{title}: {len(every)} edits\n{'band':>14}{'edits':>8}{'claimed':>9}{'right':>8}"
          f"{'refit':>8}")  # fmt: skip
    for low, high in pairwise(BANDS):
        here = [each for each in every if low <= each[0] < high]
        if here:
            claimed, right, new = (100 * sum(c) / len(here) for c in zip(*here, strict=True))
            print(f"{low:6.3f}-{min(high, 1):6.3f} {len(here):8}{claimed:9.1f}{right:8.1f}"
                  f"{new:8.1f}")  # fmt: skip
    print(f"{'domain':20}{'edits':>7}{'error':>8}{'refit':>8}{'applied':>9}{'right':>8}")
    shares = {}
    for name, row in rows.items():
        error = calibration([(c, right) for c, right, _ in row])["ece"]
        new = calibration([(f, r) for f, (_, r, _) in zip(fitted[name], row, strict=True)])["ece"]
        made = [right for _, right, applied in row if applied]
        shares[name] = 100 * sum(made) / len(made) if made else 100.0
        print(f"{name:20}{len(row):7}{error:8.2f}{new:8.2f}{len(made):9}{shares[name]:8.2f}")
    if shares:
        mean, worst = sum(shares.values()) / len(shares), min(shares, key=lambda n: shares[n])
        print(f"right of the applied: mean {mean:.2f}, worst {shares[worst]:.2f} ({worst})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--n", type=int, default=100, help="sentences of each domain")
    parser.add_argument("--only", choices=("lossy", "spelling"))
    options = parser.parse_args()
    if options.only != "spelling":
        report("lossy, whole sentence", whole_sentence(options.folder, options.n))
        report("lossy, single word", single_word(options.folder, options.n))
        report("lossy, cell", cells())
    if options.only != "lossy":
        report("spelling", misspellings(options.folder, options.n))


if __name__ == "__main__":
    main()
