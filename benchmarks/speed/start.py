"""What a fresh process costs before and with its first text: processor time and memory.

    python benchmarks/speed/start.py [--times 7]

Each row is the median over fresh interpreters of their whole processor time (user and system), less
that of the row it is compared with.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys

HELP = "import sys; sys.argv = ['vnclean', '--help']\nfrom vnclean.cli import main\nmain()"
CLEAN = "import numpy, vnclean\nvnclean.clean('Cần Thơ là thành phố lớn nhất miền Tây Nam Bộ.')"
LOSSY = CLEAN + "\nvnclean.clean('Bạn h?y nh?p m?t kh?u c?a mình vào ? d??i.')"
ROWS = (
    ("import vnclean", "import vnclean", "pass"),
    ("--help", HELP, "pass"),
    ("first clean text, beyond importing numpy", CLEAN, "import numpy"),
    ("first lossy line, beyond the first clean text", LOSSY, CLEAN),
)


def once(code: str) -> float:
    """Return the processor seconds of a fresh interpreter that runs some code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def milliseconds(code: str, bare: str, times: int) -> float:
    """Return the median cost of code beyond that of other code, each run in turn."""
    pairs = [(once(code), once(bare)) for _ in range(times)]
    return 1e3 * statistics.median(ours - theirs for ours, theirs in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    for name, code, bare in ROWS:
        print(f"{name:48} {milliseconds(code, bare, options.times):7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
