"""A copy of the project, in which files may be changed and tests run."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]


def copy_project(folder: Path) -> None:
    """Copy what the tests need: the package as it is built, and what stands beside it."""
    for name in ("vnclean", "tests", "benchmarks", "training", "corpus"):
        ignored = shutil.ignore_patterns("__pycache__", "*.c")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, folder / name)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    few = {"PYTHONPATH": str(folder), "HYPOTHESIS_PROFILE": "few", "PYTHONDONTWRITEBYTECODE": "1"}
    return os.environ | few | more


def run_python(
    folder: Path, *arguments: str, seconds: float | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, few examples a property; `more` are variables of the environment.

    What takes longer than some seconds is ended, with code 124.
    """
    try:
        return subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=_environment(folder, **more),
            capture_output=True, text=True, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 124, "", "")


@contextlib.contextmanager
def stream_python(folder: Path, *arguments: str) -> Iterator[IO[str]]:
    """Run Python in a copy as `run_python` does; give its output as it comes."""
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=_environment(folder), text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        yield process.stdout
