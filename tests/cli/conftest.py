"""The command `vnclean` for the tests of this room: fast to start, and as its user starts it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

from tests.cli.forked import ROOT, command_server, write_command

FRESH = f"""\
#!/bin/sh
PYTHONPATH="{ROOT}" exec "{sys.executable}" -m vnclean "$@"
"""


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Two scripts: `fresh` starts the command as its user does, `forked` in a forked process."""
    folder = tmp_path_factory.mktemp("command")
    fresh, forked = folder / "fresh", folder / "forked"
    fresh.write_text(FRESH, encoding="utf-8")
    fresh.chmod(0o755)
    if not hasattr(os, "fork"):
        yield {"fresh": fresh, "forked": fresh}
        return
    with command_server(folder) as address:
        write_command(forked, address)
        yield {"fresh": fresh, "forked": forked}


@pytest.fixture
def command(commands: dict[str, Path]) -> Callable[..., CompletedProcess[bytes]]:
    """Return what runs `vnclean` in a folder with some arguments, its start not being tested."""

    program: list[str | Path] = [sys.executable, "-m", "vnclean"]
    if hasattr(os, "fork"):
        program = [commands["forked"]]

    def call(folder: Path, *arguments: str, stdin: bytes = b"") -> CompletedProcess[bytes]:
        return run(
            [*program, *arguments], cwd=folder, input=stdin, capture_output=True, timeout=300,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    return call
