"""Kill a run at random points, go on with it, and compare with a run that was left in peace.

    python benchmarks/robustness/crash.py --kills 200

Every round starts a fresh output, kills the run (SIGKILL, workers and all) a few times, resumes it
each time, and lets the last one end. The outputs (JSON lines, also compressed, JSON, text, CSV,
Parquet), the file of rejects, the sidecar of edits and the report must be byte-identical.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

SENTENCES = (
    "Tham mưu có hiệu qủa cho cấp trên.",
    "Bài này không có lỗi nào cả.",
    "Nền hoà bình lâu dài.",
    "Cơ quan chức năng đang làm rõ vụ việc.",
)
# Small chunks and frequent checkpoints, so that a small input has many points to be cut off at.
RUN = (
    "import sys, vnclean.engine.cleaning as c, vnclean.engine.writing as w\n"
    "import vnclean.formats.lines as l\n"
    "c.CHUNK, w.CHECKPOINT, w.CHECKPOINT_SECONDS = 20_000, 60_000, 0.02\n"
    "l._PART = 5_000\n"
    "if __name__ == '__main__':\n"
    "    from vnclean.cli import main\n"
    "    sys.exit(main(sys.argv[1:]))\n"
)
LARGE = 120_000
"""Bytes above which a record is passed on in parts; the JSON document has fewer."""
TIMES = re.compile(rb'"(?:seconds|bytes_per_second)": [0-9.]+')
CONFIG = 'steps = ["misplaced_tone", "tone_style"]\n[tone_style]\nstyle = "old"\n'


def make_input(folder: Path, size: int, rng: random.Random) -> None:
    """Write files of every kind; `size` in bytes.

    Records that can't be read, and some that are too large to be held, are strewn in.
    """
    folder.mkdir()

    def records(count: int) -> bytes:
        rows = []
        for number in range(count):
            text = " ".join(rng.choices(SENTENCES, k=rng.randint(1, 30)))
            row = json.dumps({"id": number, "text": text}, ensure_ascii=False)
            rows.append(row[: len(row) // 2] if rng.random() < 0.002 else row)
            if number % (count // 4) == count // 8:
                rows.append(row * (LARGE // len(row) * 3))
        return ("\n".join(rows) + "\n").encode()

    count = size // 1_000
    (folder / "big.jsonl").write_bytes(records(count))
    (folder / "packed.jsonl.gz").write_bytes(gzip.compress(records(count // 2), mtime=0))
    for number in range(40):
        text = "\n".join(rng.choices(SENTENCES, k=20))
        (folder / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
    documents = [{"id": number, "text": rng.choice(SENTENCES)} for number in range(count // 4)]
    (folder / "list.json").write_text(json.dumps(documents), encoding="utf-8")
    if find_spec("pyarrow") is not None:
        import pyarrow
        import pyarrow.parquet

        rows = pyarrow.table({"text": [rng.choice(SENTENCES) for _ in range(count)]})
        pyarrow.parquet.write_table(rows, folder / "rows.parquet", row_group_size=count // 5)
    table = "id,text\n" + "".join(f'{n},"{rng.choice(SENTENCES)}"\n' for n in range(count))
    large = "x\n" * LARGE
    (folder / "table.csv").write_text(f'{table}0,"{large}"\n{table}', encoding="utf-8", newline="")
    (folder / "large.txt").write_bytes(b"a" * LARGE * 3)


def digest(folder: Path) -> dict[str, str]:
    """Return a hash for every file in a folder, hidden ones too; of the report without times."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(
            TIMES.sub(b"", path.read_bytes().replace(bytes(folder), b""))
            if path.name == "report.json"
            else path.read_bytes()
        ).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def start(source: Path, out: Path, config: Path, jobs: int) -> subprocess.Popen[bytes]:
    """Start a run in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", RUN, "clean", str(source), "-o", str(out / "clean"),
         "--rejects", str(out / "rejects.jsonl"), "--edits", str(out / "edits.jsonl.gz"),
         "--report", str(out / "report.json"), "--config", str(config), "--max-record", str(LARGE),
         "--resume", "--quiet", "--jobs", str(jobs)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[bytes]) -> None:
    """Let a run end; raise RuntimeError where it failed (3: some records were rejected)."""
    error = process.communicate()[1]
    if process.returncode not in (0, 3):
        raise RuntimeError(f"exit code {process.returncode}: {error.decode()}")


def has_ended(out: Path) -> bool:
    """Say whether a run that was killed had nothing left to do but to leave.

    A further run is then a new one, which tries again what could not be cleaned: the lines of
    those files come last in the rejects and the sidecar.
    """
    return (out / "report.json").exists() and not (out / "clean" / ".vnclean-journal").exists()


def torture(folder: Path, kills: int, size: int, seed: int, say: bool = True) -> tuple[int, int]:
    """Kill and resume until so many kills are spent; return kills and finished rounds.

    Raises AssertionError where a resumed run gives other bytes.
    """
    rng = random.Random(seed)
    source, config = folder / "input", folder / "steps.toml"
    make_input(source, size, rng)
    config.write_text(CONFIG, encoding="utf-8")
    peace = folder / "peace"
    begun = time.monotonic()
    finish(start(source, peace, config, 1))
    length = time.monotonic() - begun
    expected = digest(peace)
    done = rounds = 0
    while done < kills:
        out = folder / f"round{rounds}"
        for _ in range(min(rng.randint(1, 8), kills - done)):
            process = start(source, out, config, rng.choice([1, 1, 2]))
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(rng.uniform(0.1, 1.0) * length)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                done += 1
            process.communicate()
            if process.returncode not in (0, 3, -signal.SIGKILL):
                raise RuntimeError(f"exit code {process.returncode}")
            if process.returncode in (0, 3) or has_ended(out):
                break
        else:
            finish(start(source, out, config, 1))
        found = digest(out)
        assert found == expected, {
            name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)
        }
        shutil.rmtree(out)
        rounds += 1
        if say:
            print(f"{done} kills, {rounds} rounds, all identical", flush=True)
    return done, rounds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--size", type=int, default=4_000_000, help="bytes of the largest input")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        kills, rounds = torture(Path(folder), options.kills, options.size, options.seed)
        print(
            f"{kills} SIGKILLs in {rounds} runs: every result "
            f"byte-identical to the undisturbed run ({time.monotonic() - begun:.0f} s)."
        )


if __name__ == "__main__":
    main()
