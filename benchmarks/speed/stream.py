"""A stream of records between two programs: the time to an answer, and memory as it goes on.

    python benchmarks/speed/stream.py [--answers 5000] [--records 1000000] [--damaged 0.1]

`vnclean clean --format jsonl --line-buffered` runs as a process of its own. First each record is
sent when the last one has been answered: the percentiles are of the time from its last byte to that
of the answer, by the clock, so other work on the machine is in them, and of the processor time that
it took. Then records flow as fast as they are taken, one in a thousand of them malformed,
while the memory that the process holds (VmRSS) is read. The records are paragraphs of corpus/clean,
a share of them damaged as a whole by a channel drawn at random.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from vnclean.channels import CHANNELS

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "clean"
COMMAND = ["-m", "vnclean", "clean", "--format", "jsonl", "--line-buffered", "--isolated", "-q"]
WARM = 500
"""Answers before it is measured: tables are loaded when they are first asked."""
BAD = b'{"text": "record\n'


def texts() -> list[str]:
    """Return paragraphs of the corpus."""
    files = sorted(CORPUS.rglob("*.txt"))
    found = (line for path in files for line in path.read_text(encoding="utf-8").split("\n"))
    return [line for line in found if len(line) > 60]


def records(seed: int, share: float) -> Iterator[bytes]:
    """Yield records without end, a share of them damaged."""
    dice = random.Random(seed)
    clean = texts()
    ways = [known.damage for known in CHANNELS.values()]
    number = 0
    while True:
        number += 1
        text = dice.choice(clean)
        if dice.random() < share:
            text = dice.choice(ways)(text)
        yield (
            json.dumps({"id": number, "text": text}, ensure_ascii=number % 2 == 0).encode(
                "utf-8", "replace"
            )
            + b"\n"
        )


def started() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *COMMAND], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return what the first thread of a process, which does the work, has taken so far."""
    state = Path(f"/proc/{process.pid}/task/{process.pid}/schedstat").read_text(encoding="ascii")
    return int(state.split()[0]) / 1e9


def resident(process: subprocess.Popen[bytes]) -> float:
    """Return the megabytes that a process holds."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def answers(count: int, share: float) -> None:
    """Print how long an answer takes."""
    process = started()
    assert process.stdin is not None
    assert process.stdout is not None
    clock, processor = [], []
    source = records(1, share)
    for _ in range(count + WARM):
        line = next(source)
        spent, begun = processor_seconds(process), time.perf_counter()
        process.stdin.write(line)
        process.stdin.flush()
        process.stdout.readline()
        clock.append(time.perf_counter() - begun)
        processor.append(processor_seconds(process) - spent)
    process.stdin.close()
    process.wait()
    for what, times in (("by the clock", clock), ("of a processor", processor)):
        times = sorted(times[WARM:])
        shown = (f"p{p} {1e3 * times[min(count - 1, count * p // 100)]:.2f}" for p in (50, 95, 99))
        print(f"{count:,} answers: {'  '.join(shown)}  ms {what}", flush=True)


def flow(count: int, share: float) -> None:
    """Print the memory of a long stream."""
    process = started()
    assert process.stdin is not None
    assert process.stdout is not None
    returned = 0

    def read() -> None:
        nonlocal returned
        while line := process.stdout.readline():  # type: ignore[union-attr]
            returned += line.endswith(b"\n")

    reader = threading.Thread(target=read)
    reader.start()
    source = records(2, share)
    held = [next(source) for _ in range(5000)]  # said again: writing is not what is measured
    bad = 0
    marks = [count // 20, *(count * n // 5 for n in range(1, 6))]
    for number in range(1, count + 1):
        if number % 1000 == 0:
            process.stdin.write(BAD)
            bad += 1
        else:
            process.stdin.write(held[number % len(held)])
        if number in marks:
            process.stdin.flush()
            taken = processor_seconds(process)
            held_now = f"{resident(process):7.1f} MB  {taken:6.0f} s of a processor"
            print(f"{number:>10,} records  {held_now}", flush=True)
    process.stdin.close()
    reader.join()
    code = process.wait()
    print(f"{returned:,} records came back, {bad:,} were malformed; exit code {code}")
    assert returned + bad == count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--answers", type=int, default=5000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--damaged", type=float, default=0.1)
    options = parser.parse_args()
    answers(options.answers, options.damaged)
    if options.records:
        flow(options.records, options.damaged)


if __name__ == "__main__":
    main()
