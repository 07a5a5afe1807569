"""What a gigabyte costs: processor seconds by preset, clean and damaged, and by document size.

    python benchmarks/speed/cost.py DATA_FOLDER [--megabytes 1] [--presets safe standard web]
    python benchmarks/speed/cost.py --files 2000

DATA_FOLDER holds clean text (`*.txt`, one paragraph a line). Documents are runs of paragraphs; the
damaged ones are each damaged as a whole by one channel after the other. Every preset is measured in
a process of its own, which also tells what a worker costs before its first text (imports, tables,
model) and the most memory it had. Processor time, so other work on the machine matters little.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

SIZES = (300, 3_000, 30_000, 300_000)
"""Bytes of a document, at least."""
TYPICAL = 3_000


def documents(lines: list[str], size: int, total: int) -> list[str]:
    """Return documents of about so many bytes, together so many; every one another text."""
    made: list[str] = []
    held: list[str] = []
    length = done = number = 0
    while done < total:
        line = lines[number % len(lines)]
        number += 1
        held.append(line)
        length += len(line.encode()) + 1
        if length >= size:
            held.append(f"Trang {len(made)}")
            made.append("\n".join(held))
            done += length
            held, length = [], 0
    return made


def seconds_per_gigabyte(pipeline: object, texts: list[str]) -> float:
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    begun = time.process_time()
    for text in texts:
        pipeline(text)  # type: ignore[operator]
    return (time.process_time() - begun) / size * 1e9


def child(folder: str, preset: str, total: int) -> None:
    """Measure one preset and print the figures."""
    begun = time.process_time()
    from vnclean.pipeline import Pipeline

    pipeline = Pipeline.preset(preset)
    # Long enough for what is only loaded for long texts.
    pipeline("Công tác tham mưu có hiệu qủa. L?y l?i m?t kh?u. Viá»‡t Nam.\n" * 50)
    start = time.process_time() - begun
    from vnclean.channels import CHANNELS

    lines = [
        line
        for path in sorted(Path(folder).rglob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    # Paragraphs from everywhere, so that a sample of any size holds all kinds of text.
    step = 997 if len(lines) % 997 else 991
    lines = [lines[number * step % len(lines)] for number in range(len(lines))]
    # Each size has lines of its own: what was judged before is remembered.
    parts = [lines[number :: len(SIZES)] for number in range(len(SIZES))]
    clean = {
        str(size): documents(part, size, total) for size, part in zip(SIZES, parts, strict=True)
    }
    damages = [channel for _, channel in sorted(CHANNELS.items()) if channel.kind != "strip"]
    damaged = [
        damages[number % len(damages)](text)
        for number, text in enumerate(documents(lines, TYPICAL, total // 4))
    ]
    figures = {
        "start": start,
        "clean": {size: seconds_per_gigabyte(pipeline, texts) for size, texts in clean.items()},
        "damaged": seconds_per_gigabyte(pipeline, damaged),
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


def overheads(files: int) -> None:
    """Print what a file costs beside its text, and what a part costs the driver of Ray."""
    import pickle
    import tempfile
    from types import SimpleNamespace

    from vnclean.engine import Listener, RunOptions, clean_files, plan_cleaning
    from vnclean.engine import ray as on_ray
    from vnclean.engine.counts import EditCounts
    from vnclean.engine.plan import InputOptions
    from vnclean.pipeline import Pipeline

    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "in"), Path(name, "out")
        source.mkdir()
        for number in range(files):
            (source / f"{number:06}.txt").write_text("một dòng", encoding="utf-8")
        begun, wall = time.process_time(), time.perf_counter()
        tasks = plan_cleaning([str(source)], str(target), InputOptions())
        clean_files(tasks, Pipeline.preset("safe"), RunOptions(jobs=1))
        spent, wall = time.process_time() - begun, time.perf_counter() - wall
        print(f"a file of one line: {spent / files * 1e3:.2f} ms of a processor, "
              f"{wall / files * 1e3:.2f} ms in all (the disk)")  # fmt: skip
        stub = SimpleNamespace(remote=lambda **_: lambda work: None)
        books = on_ray._Coordinator(stub, tasks, "", None, Listener(), None, False)
        parts = [
            pickle.dumps(on_ray._Part(number % files, number // files, 1, False, False, True, 0,
                                      EditCounts(records=3000, texts=3000), [], b""))
            for number in range(20 * files)
        ]  # fmt: skip
        begun = time.process_time()
        for part in parts:
            books.take(pickle.loads(part))
        spent = time.process_time() - begun
        print(f"a part on the driver of Ray: {spent / len(parts) * 1e6:.0f} microseconds, "
              f"{len(parts[0])} bytes")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--files", type=int, help="measure what files cost beside their texts")
    parser.add_argument("--megabytes", type=float, default=1, help="of each kind of text")
    parser.add_argument("--presets", nargs="+", default=["safe", "standard", "web", "social"])
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.files:
        overheads(options.files)
        return
    if options.folder is None:
        parser.error("give a folder of clean text, or --files")
    total = int(options.megabytes * 1e6)
    if options.child:
        child(options.folder, options.child, total)
        return
    print(f"processor seconds per GB, {options.megabytes:g} MB of each kind of text\n")
    heads = [f"clean {size / 1000:g} KB" for size in SIZES] + ["damaged", "start s", "peak MB"]
    print(f"{'preset':10}" + "".join(f"{head:>15}" for head in heads))
    for preset in options.presets:
        given = [sys.executable, __file__, options.folder, "--megabytes", str(options.megabytes)]
        one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # as the command line does
        done = subprocess.run(
            [*given, "--child", preset], check=True, stdout=subprocess.PIPE, env=os.environ | one
        )
        found = json.loads(done.stdout)
        cells = [*found["clean"].values(), found["damaged"]]
        print(
            f"{preset:10}"
            + "".join(f"{cell:15,.0f}" for cell in cells)
            + f"{found['start']:15.2f}{found['memory']:15.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
