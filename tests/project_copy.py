"""A copy of the project, in which files may be changed and tests run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy_project(folder: Path) -> None:
    """Copy what the tests need: the package as it is built, tests, benchmarks, corpus, pages."""
    for name in ("vnclean", "tests", "benchmarks", "corpus"):
        ignored = shutil.ignore_patterns("__pycache__", "*.c")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, folder / name)


def run_python(
    folder: Path, *arguments: str, seconds: float | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, few examples a property; `more` are variables of the environment.

    What takes longer than some seconds is ended, with code 124.
    """
    few = {"PYTHONPATH": str(folder), "HYPOTHESIS_PROFILE": "few", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=os.environ | few | more,
            capture_output=True, text=True, timeout=seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 124, "", "")
