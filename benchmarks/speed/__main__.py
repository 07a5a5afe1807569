"""All figures of speed in one command: throughput beside ftfy, growth, and start-up.

    python benchmarks/speed [FOLDER] [--megabytes 1] [--largest 10]

The parts can be run by themselves, and say there what their figures mean: `throughput.py`,
`growth.py`, `start.py`. Apart from these, `engine.py` measures processes over one large file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="speed", description=__doc__.split("\n")[0])
    parser.add_argument("folder", nargs="?", default=str(HERE.parents[1] / "corpus/clean"))
    parser.add_argument("--megabytes", default="1")
    parser.add_argument("--largest", default="10")
    options = parser.parse_args()
    for script, *given in (
        ("throughput.py", options.folder, "--megabytes", options.megabytes),
        ("growth.py", options.folder, "--largest", options.largest),
        ("start.py",),
    ):
        print(f"\n== {script}", flush=True)
        subprocess.run([sys.executable, str(HERE / script), *given], check=True)


if __name__ == "__main__":
    main()
