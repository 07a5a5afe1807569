"""Hypothesis profiles: `default` keeps a test run short, `full` is what the properties claim.
`HYPOTHESIS_PROFILE=full pytest` runs each of them with 1,200 examples.

The tests marked `integrations` run only if `-m` names them. `command` and `commands` run `vnclean`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest
from hypothesis import HealthCheck, Phase, settings

_SLOW_STARTS = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "default", max_examples=40, deadline=None, suppress_health_check=_SLOW_STARTS
)
settings.register_profile(
    "full", max_examples=1200, deadline=None, suppress_health_check=_SLOW_STARTS
)
# For runs that ask whether anything fails, the same each time: what fails is not made smaller.
settings.register_profile(
    "few", max_examples=4, deadline=None, suppress_health_check=_SLOW_STARTS, derandomize=True,
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "integrations" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("integrations")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("integrations")]


_ROOT = Path(__file__).parents[1]
_FRESH = f"""\
#!/bin/sh
PYTHONPATH="{_ROOT}" exec "{sys.executable}" -m vnclean "$@"
"""


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Two scripts: `fresh` starts the command as its user does, `forked` in a forked process."""
    from tests.cli.forked import command_server, write_command

    folder = tmp_path_factory.mktemp("command")
    fresh, forked = folder / "fresh", folder / "forked"
    fresh.write_text(_FRESH, encoding="utf-8")
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
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )  # fmt: skip

    return call
