"""The same files through every engine: is the result the same, and what does each of them cost?

    python benchmarks/speed/engines.py DATA_FOLDER [--size 200] [--preset standard] [--jobs 2]

DATA_FOLDER holds clean text (`*.txt`, one paragraph a line). From it come JSON lines files of
together `--size` megabytes, every document another text, one in twenty damaged as a whole by one
channel after the other. Each engine runs as a process of its own, its start included: the local
one with one job and with `--jobs`, Ray, Spark, datatrove, datatrove with its FTFYFormatter in the
place of vnclean, and a plain copy. Needs the extra `integrations`, and Java for Spark.

CPU seconds are those of all processes of an engine (Linux: sampled from /proc). On a machine with
other work read them, not the wall clock. An engine that is not there is left out.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

MARK = "VNCLEAN_BENCHMARK"
LINES = 8
"""Lines of running text per document."""
DAMAGED = 20
"""One document in so many is damaged."""
SHARDS = 8
ENGINES = ("copy", "local", "ray", "spark", "datatrove", "datatrove ftfy", "local 1")
NEEDS = {"ray": "ray", "spark": "pyspark", "datatrove": "datatrove"}


def make(folder: Path, sources: list[Path], size: int) -> int:
    """Write the input; return the number of documents."""
    from vnclean.channels import CHANNELS

    damages = [CHANNELS[name] for name in sorted(CHANNELS) if CHANNELS[name].kind != "strip"]
    lines = [
        line
        for source in sources
        for line in source.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    texts = ["\n".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES)]
    folder.mkdir(parents=True)
    number = 0
    for shard in range(SHARDS):
        written = 0
        with (folder / f"part-{shard}.jsonl").open("w", encoding="utf-8", newline="") as file:
            while written < size // SHARDS:
                # A number in each, so that no engine saves work by cleaning equal texts once.
                text = f"{texts[number % len(texts)]}\nTrang {number}"
                if number % DAMAGED == 0:
                    text = damages[number // DAMAGED % len(damages)](text)
                record = {"id": number, "text": text}
                written += len((row := json.dumps(record, ensure_ascii=False) + "\n").encode())
                file.write(row)
                number += 1
    return number


def run(engine: str, source: Path, target: Path, preset: str, jobs: int) -> None:
    """Be one engine; called in a process of its own."""
    if engine == "copy":
        target.mkdir()
        for path in sorted(source.iterdir()):
            with path.open("rb") as reader, (target / path.name).open("wb") as writer:
                while block := reader.read(1 << 20):
                    writer.write(block)
                writer.flush()
                os.fsync(writer.fileno())
    elif engine in ("local 1", "local", "ray"):
        from vnclean.cli import main as vnclean

        count = "1" if engine == "local 1" else str(jobs)
        options = ["--engine", "ray"] if engine == "ray" else []
        given = [str(source), "-o", str(target), "--preset", preset, "-j", count]
        sys.exit(vnclean(["clean", *given, *options]))
    elif engine == "spark":
        spark(source, target, preset, jobs)
    else:
        datatrove(engine, source, target, preset, jobs)


def spark(source: Path, target: Path, preset: str, jobs: int) -> None:
    from pyspark.sql import SparkSession

    from vnclean.integrations.spark import clean_dataframe

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master(f"local[{jobs}]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.files.maxPartitionBytes", 16 << 20)
        .getOrCreate()
    )
    frame = session.read.schema("id long, text string").json(str(source))
    clean_dataframe(frame, "text", preset).write.json(str(target))
    session.stop()


def datatrove(engine: str, source: Path, target: Path, preset: str, jobs: int) -> None:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.formatters import FTFYFormatter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from vnclean.integrations.datatrove import VncleanFormatter

    step = FTFYFormatter() if engine == "datatrove ftfy" else VncleanFormatter(preset)
    with tempfile.TemporaryDirectory() as logs:
        LocalPipelineExecutor(
            [
                JsonlReader(str(source)),
                step,
                JsonlWriter(str(target), "${rank}.jsonl", compression=None),
            ],
            tasks=SHARDS,
            workers=jobs,
            logging_dir=logs,
        ).run()


def records(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".jsonl", ".json"):
            with path.open(encoding="utf-8", newline="\n") as file:
                yield from map(json.loads, file)


def digest(folder: Path) -> tuple[str, int]:
    """Return what is the same for the same texts under the same ids, in whatever order."""
    texts = {
        # datatrove leaves out what is empty, and takes 0 for that
        int(record.get("id", 0)): hashlib.sha256(
            record["text"].encode("utf-8", "surrogatepass")
        ).digest()
        for record in records(folder)
    }
    whole = hashlib.sha256()
    for number in sorted(texts):
        whole.update(number.to_bytes(8, "big") + texts[number])
    return whole.hexdigest()[:16], len(texts)


class Clock:
    """Adds up the processor time of all processes that carry a mark in their environment."""

    def __init__(self, mark: str) -> None:
        self._mark = f"{MARK}={mark}".encode()
        self._seconds: dict[str, float] = {}
        self._ours: dict[str, bool] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            self._look()

    def _look(self) -> None:
        tick = os.sysconf("SC_CLK_TCK")
        for name in os.listdir("/proc"):
            if not name.isdecimal():
                continue
            try:
                stat = Path("/proc", name, "stat").read_text().rpartition(")")[2].split()
                key = f"{name}-{stat[19]}"  # a number may be used again: with the time of start
                # A process that is forked looks like its parent until it becomes what it will be.
                if not self._ours.get(key):
                    self._ours[key] = self._mark in Path("/proc", name, "environ").read_bytes()
                if self._ours[key]:
                    self._seconds[key] = (int(stat[11]) + int(stat[12])) / tick
            except (OSError, IndexError):
                continue

    def stop(self) -> float:
        """Return the seconds."""
        self._ended.set()
        self._thread.join()
        return sum(self._seconds.values())


def there(engine: str) -> bool:
    package = NEEDS.get(engine.partition(" ")[0])
    if engine == "spark" and shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return False
    return package is None or find_spec(package) is not None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=float, default=200, help="megabytes of input")
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument(
        "--json", type=Path, help="write the figures there; add to those of the same input"
    )
    parser.add_argument("--work", type=Path, help="a folder for the files  [default: a new one]")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        engine, source, target = options.child
        run(engine, Path(source), Path(target), options.preset, options.jobs)
        return
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        work = Path(name)
        sources = sorted(options.folder.rglob("*.txt"))
        documents = make(work / "in", sources, int(options.size * 1e6))
        size = sum(path.stat().st_size for path in (work / "in").iterdir())
        print(
            f"{size / 1e6:,.0f} MB in {SHARDS} files, {documents:,} documents, one in {DAMAGED} "
            f"damaged; preset {options.preset}, {options.jobs} jobs, {os.cpu_count()} processors"
        )
        print(f"{'engine':16} {'wall s':>8} {'CPU s':>8} {'MB/s':>7} {'MB/CPU s':>9}  texts")
        rows = {}
        for engine in options.only:
            if not there(engine):
                print(f"{engine:16} is not there")
                continue
            rows[engine] = measure(engine, work, size, options)
            if options.json:  # after each, so that a run that is cut off leaves what it found
                keep(options, round(size / 1e6, 1), documents, rows)
    same = agreed(rows, documents)
    print("all of vnclean gave the same texts" if same else "THE TEXTS DIFFER")
    sys.exit(not same)


def keep(
    options: argparse.Namespace, megabytes: float, documents: int, rows: dict[str, dict[str, Any]]
) -> None:
    """Write the figures; those of other engines over the same input stay in the file."""
    given = {
        "command": f"python benchmarks/speed/engines.py DATA --size {options.size:g} "
        f"--preset {options.preset} --jobs {options.jobs}",
        "python": platform.python_version(), "processors": os.cpu_count(),
        "megabytes": megabytes, "documents": documents, "files": SHARDS,
        "damaged": 1 / DAMAGED, "preset": options.preset, "jobs": options.jobs,
    }  # fmt: skip
    with contextlib.suppress(OSError):
        before = json.loads(options.json.read_text(encoding="utf-8"))
        if all(before.get(name) == value for name, value in given.items()):
            rows = {**before["engines"], **rows}
    figures = given | {"same": agreed(rows, documents), "engines": rows}
    options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def agreed(rows: dict[str, dict[str, Any]], documents: int) -> bool:
    """Say whether every engine that cleans with vnclean gave the same texts, all of them."""
    others = ("copy", "datatrove ftfy")
    found = {row["texts"] for engine, row in rows.items() if engine not in others}
    return len(found) <= 1 and all(row["documents"] == documents for row in rows.values())


def measure(engine: str, work: Path, size: int, options: argparse.Namespace) -> dict[str, Any]:
    target = work / "out"
    clock = Clock(engine)
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, str(options.folder), "--preset", options.preset,
         "--jobs", str(options.jobs), "--child", engine, str(work / "in"), str(target)],
        env=os.environ | {MARK: engine}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    wall = time.perf_counter() - begun
    cpu = clock.stop()
    if done.returncode:
        sys.exit(f"{engine} failed:\n{done.stderr.decode()[-3000:]}")
    texts, documents = digest(target)
    shutil.rmtree(target)
    print(
        f"{engine:16} {wall:8.1f} {cpu:8.1f} {size / 1e6 / max(wall, 0.01):7.2f} "
        f"{size / 1e6 / max(cpu, 0.01):9.2f}  {texts}",
        flush=True,
    )
    return {
        "wall": round(wall, 1), "cpu": round(cpu, 1), "texts": texts, "documents": documents,
    }  # fmt: skip


if __name__ == "__main__":
    main()
