"""What a text costs as it grows: time and memory from 3 kB to 10 MB, and one damaged line in it.

    python benchmarks/speed/growth.py [FOLDER] [--presets safe,standard] [--largest 10]

FOLDER holds clean text (`*.txt`, UTF-8, one paragraph a line; default: corpus/clean). All of it,
file by file, is one text, repeated where it is too short, so that large texts say less of words
never met than of sheer size. Each figure is got in a process of its own after a warm-up: the
processor time of one call, in ms a megabyte (of texts below 1 MB as many as make one), and what
the process grew by at most, in bytes a byte of text. Growth is the worst figure over the best;
"one damaged line" is what a line with lost letters in the middle of the largest text adds.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.speed.throughput import WARM_UP  # noqa: E402
from vnclean.pipeline import Pipeline  # noqa: E402

SIZES = (3_000, 30_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
"""Sizes of the texts, in bytes of UTF-8, about."""
DAMAGED_LINE = "Bạn h?y nh?p m?t kh?u c?a mình vào ? d??i."


def text_of(folder: Path, size: int) -> str:
    """Return running text of about `size` bytes, whole lines."""
    lines = [
        line
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text("utf-8").split("\n")
    ]
    made: list[str] = []
    while size > 0:
        for line in lines:
            made.append(line)
            size -= len(line.encode()) + 1
            if size <= 0:
                break
    return "\n".join(made)


def cost(folder: Path, preset: str, size: int, damaged: bool) -> tuple[float, float]:
    """Return milliseconds a megabyte and bytes of memory a byte of text."""
    pipe = Pipeline.preset(preset)
    for text in (*WARM_UP, "\n".join(WARM_UP * 12)):
        pipe(text)
    text = text_of(folder, max(size, 1_000_000))
    if damaged:
        middle = text.index("\n", len(text) // 2)
        text = f"{text[:middle]}\n{DAMAGED_LINE}{text[middle:]}"
    length = max(len(text) * size // max(size, 1_000_000), 1)
    texts = [text[at : at + length] for at in range(0, len(text), length)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    for part in texts:
        pipe(part)
    taken = time.process_time() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    total = len(text.encode())
    return taken * 1e9 / total, grown * 1024 * len(texts) / total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "corpus/clean")
    parser.add_argument("--presets", default="safe,standard,web")
    parser.add_argument("--largest", type=float, default=10, help="megabytes")
    options = parser.parse_args()
    sizes = [size for size in SIZES if size <= options.largest * 1e6]
    for preset in options.presets.split(","):
        found = {}
        for size in sizes:
            with ProcessPoolExecutor(1, get_context("spawn")) as alone:
                found[size] = alone.submit(cost, options.folder, preset, size, False).result()
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            broken = alone.submit(cost, options.folder, preset, sizes[-1], True).result()
        times = [ms for ms, _ in found.values()]
        print(f"{preset}: growth {max(times) / min(times):.2f}")
        for size, (ms, memory) in found.items():
            shown = f", {memory:.1f} bytes a byte" if size >= 1_000_000 else ""
            print(f"   {size / 1e6:8.3f} MB {ms:8.1f} ms/MB{shown}")
        added = (broken[0] - times[-1]) * sizes[-1] / 1e6
        print(f"   one damaged line in {sizes[-1] / 1e6:.0f} MB adds {added:.0f} ms", flush=True)


if __name__ == "__main__":
    main()
