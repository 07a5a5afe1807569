"""Speed and memory of the engine on one JSON lines file, beside a plain copy of it.

    python benchmarks/speed/engine.py big.jsonl --preset standard --jobs 1 2
    python benchmarks/speed/engine.py --make big.jsonl --from clean.txt --size 1000000000

Every run is a process of its own; its peak memory is that of the largest of its processes. The
outputs of all runs must be identical. On a shared machine read the CPU seconds, not the wall clock.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LINES = 8
"""Lines of running text per record."""


def make(target: Path, sources: list[Path], size: int) -> None:
    """Write records of running text until the file has so many bytes."""
    lines = [
        line
        for source in sources
        for line in source.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    texts = ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]
    written = number = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        while written < size:
            record = {"id": number, "text": texts[number % len(texts)], "url": f"/{number}"}
            written += len((row := json.dumps(record, ensure_ascii=False) + "\n").encode())
            file.write(row)
            number += 1


def child(source: str, target: str, preset: str, jobs: int) -> None:
    """Clean (or, with 0 jobs, copy) a file and print what it took."""
    begun = time.perf_counter()
    if jobs == 0:
        with open(source, "rb") as reader, open(target, "wb") as writer:
            while block := reader.read(1 << 20):
                writer.write(block)
            writer.flush()
            os.fsync(writer.fileno())
    else:
        from vnclean.engine import RunOptions, clean_files, plan_cleaning
        from vnclean.engine.plan import InputOptions
        from vnclean.pipeline import Pipeline

        tasks = plan_cleaning([source], target, InputOptions(), replace=True)
        clean_files(tasks, Pipeline.preset(preset), RunOptions(jobs=jobs))
    wall = time.perf_counter() - begun
    own = resource.getrusage(resource.RUSAGE_SELF)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime
    print(json.dumps({
        "wall": wall, "cpu": cpu, "own": own.ru_utime + own.ru_stime,
        "peak": own.ru_maxrss / 1024, "worker_peak": workers.ru_maxrss / 1024,
    }))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("input", nargs="?", help="a JSON lines file with texts under 'text'")
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--make", type=Path, help="write an input instead of measuring")
    parser.add_argument("--from", dest="sources", type=Path, nargs="+", default=[])
    parser.add_argument("--size", type=int, default=1_000_000_000)
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        source, target, preset, jobs = options.child
        child(source, target, preset, int(jobs))
        return
    if options.make:
        make(options.make, options.sources, options.size)
        return
    size = Path(options.input).stat().st_size
    print(f"{size / 1e6:,.0f} MB, preset {options.preset}")
    print(f"{'run':10} {'wall s':>8} {'CPU s':>8} {'MB/s':>8} {'parent MB':>10} {'worker MB':>10}")
    digests = set()
    with tempfile.TemporaryDirectory(dir=Path(options.input).parent) as folder:
        for jobs in [0, *options.jobs]:
            target = Path(folder) / "out.jsonl"
            done = subprocess.run(
                [sys.executable, __file__, "--child", options.input, str(target),
                 options.preset, str(jobs)],
                check=True, stdout=subprocess.PIPE,
            )  # fmt: skip
            found = json.loads(done.stdout)
            name = f"{jobs} jobs" if jobs else "plain copy"
            print(
                f"{name:10} {found['wall']:8.2f} {found['cpu']:8.2f} "
                f"{size / 1e6 / found['wall']:8.1f} {found['peak']:10.0f} "
                f"{found['worker_peak']:10.0f}",
                flush=True,
            )
            if jobs:
                with target.open("rb") as file:
                    digests.add(hashlib.file_digest(file, "sha256").hexdigest())
            target.unlink()
    print("outputs identical" if len(digests) == 1 else "OUTPUTS DIFFER")
    sys.exit(len(digests) != 1)


if __name__ == "__main__":
    main()
