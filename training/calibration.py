"""Measure how often repairs of a given posterior are right, and write the calibration table.

    python training/calibration.py DATA_FOLDER -o vnclean/data/calibration.tsv [--n 2000]

DATA_FOLDER holds clean text, `*.txt`, one paragraph a line. Sentences of all files (each file the
same number, drawn with a fixed seed from its even lines; the odd lines are left for measuring)
go through every channel and come back; the repairs are sorted by posterior into bins of equal
size, and the shares of right repairs are made to rise with the posterior (isotonic regression).
Same input, same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.quality import channels
from vnclean.channels import CHANNELS, priors_of
from vnclean.repair import calibration
from vnclean.scan import Scan

BINS = 24
BANDS = (0.0, 0.9, 0.96)
"""Least mean posterior of a line for each curve: what the model finds hard, it is too sure of."""

GROUPS = {name: [name] for name in [*priors_of("substitute"), "no_diacritics", "no_tones"]} | {
    "half_mojibake": [name for name, kind in CHANNELS.items() if kind.kind == "view"]
}


def even_sentences(folder: Path, count: int) -> list[str]:
    """Draw sentences from the even lines of every file."""
    files = sorted(folder.glob("*.txt"))
    found: list[str] = []
    for path in files:
        lines = path.read_text(encoding="utf-8").split("\n")[::2]
        here = [s for line in lines for s in channels.SENTENCE.split(line) if len(s.split()) >= 4]
        random.Random(7).shuffle(here)
        found += here[: max(count // len(files), 1)]
    return found


def isotonic(points: list[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    """Pool neighbours whose shares fall (pool adjacent violators)."""
    pooled: list[tuple[float, float, int]] = []
    for point in points:
        pooled.append(point)
        while len(pooled) > 1 and pooled[-2][1] >= pooled[-1][1]:
            (x1, y1, n1), (x2, y2, n2) = pooled[-2:]
            both = n1 + n2
            pooled[-2:] = [((x1 * n1 + x2 * n2) / both, (y1 * n1 + y2 * n2) / both, both)]
    return pooled


def curve(judged: list[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """Return (posterior, share right, repairs) by rising posterior."""
    judged = sorted(judged)
    # Most repairs are sure: bins of equal numbers of wrong ones keep the low end measured too.
    wrong = sum(1 for _, right in judged if not right)
    size = max(wrong // BINS, 8)
    points: list[tuple[float, float, int]] = []
    begun = missed = 0
    for at, (_, right) in enumerate(judged):
        missed += not right
        last = at == len(judged) - 1
        if (missed >= size and at - begun >= 50) or last:
            here = judged[begun : at + 1]
            count = len(here)
            mean = sum(c for c, _ in here) / count
            points.append((mean, (sum(r for _, r in here) + 0.5) / (count + 1), count))
            begun, missed = at + 1, 0
    return isotonic(points)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--n", type=int, default=2000)
    options = parser.parse_args()
    calibration.curves = dict  # type: ignore[assignment]  # measure the bare posterior
    texts = even_sentences(options.folder, options.n)
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    rows = [
        "# Measured shares of right repairs by the decoder's posterior, for each channel.",
        "# Columns: channel, least mean posterior of the line, posterior, share right, repairs.",
        "# Between rows of a curve: a straight line.",
        f"# Written by training/calibration.py over {len(texts)} sentences (sha256 {digest}).",
    ]
    for group, names in sorted(GROUPS.items()):
        judged: list[tuple[float, float, bool]] = []
        for name in names:
            transform = channels.transform_for(name)
            for gold in texts:
                broken = CHANNELS[name](gold)
                edits = list(transform.find(Scan(broken)))
                mean = sum(edit.confidence for edit in edits) / max(len(edits), 1)
                judged += [(c, mean, right) for c, right in channels.judge(gold, broken, edits)]
        bands = BANDS if group != "half_mojibake" else (0.0,)
        for low, high in zip(bands, [*bands[1:], 2.0], strict=True):
            here = [(c, right) for c, mean, right in judged if low <= mean < high]
            for x, y, count in curve(here):
                rows.append(f"{group}\t{low:.2f}\t{x:.5f}\t{y:.5f}\t{count}")
        print(group, len(judged), file=sys.stderr, flush=True)
    options.output.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
