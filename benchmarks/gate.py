"""The quality gate: what must hold on our own corpus before a change goes in.

    python benchmarks/gate.py

Runs the repair of lost letters on `corpus/clean` against the floors in `benchmarks/floors.toml`
(`quality/channels.py --gate`), exact repair, harm to clean text, speed beside ftfy, and the cost of
starting. Prints every figure with its limit; exits 1 where one is missed. The figures on real
text, of which nothing is in the repository, stand in `benchmarks/results/`.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import tomllib
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
CLEAN = ROOT / "corpus" / "clean"
sys.path.insert(0, str(ROOT))


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def least_seconds(code: str, times: int = 7) -> float:
    """Return the shortest time that a fresh interpreter takes for some code."""
    best = 1e9
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
        best = min(best, time.perf_counter() - begun)
    return best


def start_figures() -> dict[str, float]:
    bare = least_seconds("pass")
    imported = least_seconds("import vnclean")
    helped = least_seconds(
        "import sys; sys.argv = ['vnclean', '--help']\nfrom vnclean.cli import main; main()"
    )
    return {
        "start.import_ms": round(1e3 * (imported - bare), 1),
        "start.help_ms": round(1e3 * (helped - bare), 1),
    }


def speed_figures() -> dict[str, float]:
    """Compare with ftfy file by file: the median, since files full of code or French are slow.

    Each file is cleaned many times, for it is too short to time once; what is remembered of it
    counts as well. benchmarks/speed/throughput.py measures text that none has seen.
    """
    import ftfy

    from benchmarks.measuring import least
    from vnclean.pipeline import Pipeline

    standard = Pipeline.preset("standard")
    ratios = []
    for path in sorted(CLEAN.glob("*.txt")):
        text = standard(path.read_text(encoding="utf-8"))
        ours, theirs = partial(standard, text), partial(ftfy.fix_text, text)
        clock = time.perf_counter
        ratios.append(least(theirs, 10, clock) / least(ours, 30, clock))
    return {"speed.median_file_times_ftfy": round(statistics.median(ratios), 1)}


def exact_figures() -> dict[str, float]:
    rows = json.loads(
        run("benchmarks/quality/exact.py", str(CLEAN), "--preset", "standard", "--json").stdout
    )
    return {
        "exact.least_recovered": min(row["recovered"] for row in rows),
        "exact.harmed": max(row["harmed"] for row in rows),
    }


def harm_figures() -> dict[str, float]:
    from vnclean.pipeline import Pipeline

    changed = 0
    for name in ("safe", "standard"):
        pipe = Pipeline.preset(name)
        for path in sorted(CLEAN.glob("*.txt")):
            changed += len(pipe.explain(path.read_text(encoding="utf-8")).edits)
    return {"harm.changes_to_clean_text": changed}


def main() -> int:
    limits = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))["gate"]
    figures = {**start_figures(), **speed_figures(), **exact_figures(), **harm_figures()}
    failed = 0
    for name, value in figures.items():
        limit = limits[name]
        is_ceiling = name.endswith(("_ms", "harmed", "changes_to_clean_text"))
        missed = value > limit if is_ceiling else value < limit
        failed += missed
        sign = "at most" if is_ceiling else "at least"
        print(f"{name:32} {value:10} ({sign} {limit}){'  MISSED' if missed else ''}", flush=True)
    lossy = run("benchmarks/quality/channels.py", str(CLEAN), "--n", "300", "--gate")
    print(lossy.stderr, end="")
    failed += lossy.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
