"""The settings of a project: found from a folder upward, as linters do."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from vnclean.errors import ConfigError

__all__ = ["Project", "find_project"]

NAMES = (".vnclean.toml", "vnclean.toml")
"""Files that hold nothing but settings; `pyproject.toml` has them in the table [tool.vnclean]."""


class Project(NamedTuple):
    """The settings of a project and the file that they stand in."""

    path: Path
    config: dict[str, Any]


def find_project(folder: Path) -> Project | None:
    """Return the settings nearest to a folder: its own, else those of the folders above it.

    In one folder `.vnclean.toml` goes before `vnclean.toml`, and that before `pyproject.toml`;
    files are not merged. Raises ConfigError where the file can't be read.
    """
    for place in (folder, *folder.parents):
        for name in NAMES:
            if (path := place / name).is_file():
                return Project(path, _read(path))
        path = place / "pyproject.toml"
        if path.is_file() and (found := _tool_table(path)) is not None:
            return Project(path, found)
    return None


def _tool_table(path: Path) -> dict[str, Any] | None:
    """Return the table [tool.vnclean]; a file that never names us is not even parsed."""
    try:
        if b"vnclean" not in path.read_bytes():
            return None
    except OSError:
        return None
    table = _read(path).get("tool", {}).get("vnclean")
    return table if isinstance(table, dict) else None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"The settings in {path} can't be read: {error}. Mend the file, or leave it out with "
            "--isolated."
        ) from None
