"""The README's examples are run: Python as doctests, shell (`$ ...`) with its output."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vnclean

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"^```console\n(.*?)^```", README, re.M | re.S)


def test_python_examples_are_true() -> None:
    examples = "\n\n".join(re.findall(r"^```python\n(.*?)^```", README, re.M | re.S))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README", "README.md", 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert runner.run(test).failed == 0


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.split("\n")[0][:40])
def test_console_examples_print_what_they_show(block: str, tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    # The command of this interpreter's environment, wherever the tests run from.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    for part in block.split("$ ")[1:]:
        command, _, expected = part.partition("\n")
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.stdout == expected, done.stderr


@pytest.mark.parametrize("row", re.findall(r"^\| (`.*`) \|.*\| (`.*`) \|$", README, re.M)[:6])
def test_the_first_table_says_what_comes_out(row: tuple[str, str]) -> None:
    damaged, mended = (re.findall("`([^`]+)`", cell) for cell in row)
    expected = mended * len(damaged) if len(mended) == 1 else mended
    assert [vnclean.clean(text) for text in damaged] == expected
