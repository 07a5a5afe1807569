"""Configurations: the presets that ship, TOML from and to steps, the settings of a project.

The keys of a configuration: `preset` or `steps` (names in order) or `[[step]]` tables, `with`,
`without`, `min_confidence`, and one table per transform with its options.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Collection, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from vnclean.caches import cached
from vnclean.errors import ConfigError
from vnclean.registry import from_config, read_text
from vnclean.transform import Transform

if sys.platform != "win32":
    import grp
    import pwd

__all__ = [
    "Project",
    "build_steps",
    "find_project",
    "find_step",
    "presets",
    "read_toml",
    "to_toml",
]


def presets() -> list[str]:
    """Return the names of the presets that ship.

    >>> "standard" in presets()
    True
    """
    folder = files("vnclean").joinpath("presets")
    names = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


@cached(64)
def _preset_steps(name: str) -> tuple[Transform, ...]:
    if name not in presets():
        raise ConfigError(
            f"There is no preset named {name!r}. You can choose from: {', '.join(presets())}."
        )
    text = files("vnclean").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8")
    return build_steps(tomllib.loads(text))


_KEYS = frozenset({"preset", "steps", "step", "with", "without", "min_confidence"})


def read_toml(source: str | Path) -> dict[str, Any]:
    """Return what TOML text (a str) or a TOML file (a Path) holds; raises ConfigError."""
    try:
        return tomllib.loads(read_text(source) if isinstance(source, Path) else source)
    except (OSError, RecursionError, ValueError) as error:
        raise ConfigError(f"The configuration can't be read: {error}.") from None


def build_steps(
    config: dict[str, Any], folder: Path | None = None, spare: Collection[str] = ()
) -> tuple[Transform, ...]:
    """Return the steps that a configuration describes; raises ConfigError.

    Files that options name are looked for in `folder`. Options for a transform that is no step
    are refused, unless it is named in `spare`.

    >>> build_steps({"steps": ["tone_style"], "tone_style": {"style": "new"}})
    (ToneStyle(style='new'),)
    """
    tables = {key: value for key, value in config.items() if key not in _KEYS}
    for key, value in tables.items():
        if not isinstance(value, dict):
            raise ConfigError(
                f"The configuration has an unknown key {key!r}. "
                f"You can use {', '.join(sorted(_KEYS))} and a table per transform."
            )
    used: set[str] = set()

    def build(name: str) -> Transform:
        used.add(name)
        return from_config(name, tables.get(name, {}), folder)

    if ("preset" in config) + ("steps" in config) + ("step" in config) > 1:
        raise ConfigError("Give a preset, or steps, or [[step]] tables: one of the three.")
    if "step" in config:
        rows = [dict(row) for row in config["step"]]
        steps = [from_config(str(row.pop("name", "")), row, folder) for row in rows]
    elif "steps" in config:
        steps = [build(str(name)) for name in config["steps"]]
    else:
        base = _preset_steps(str(config.get("preset", "standard")))
        steps = [
            from_config(step.name, {**step.options(), **tables[step.name]}, folder)
            if step.name in tables
            else step
            for step in base
        ]
        used |= {step.name for step in base}
    steps += [build(str(name)) for name in config.get("with", [])]
    for name in sorted(set(tables) - used):
        from_config(name, tables[name], folder)  # a wrong name or option is said first
        if name in spare:
            continue
        raise ConfigError(
            f"The configuration has options for {name!r}, which is not a step of it. "
            f'You can add it: with = ["{name}"].'
        )
    gone = {find_step(steps, str(name)).name for name in config.get("without", [])}
    return tuple(step for step in steps if step.name not in gone)


def find_step(steps: Sequence[Transform], name: str) -> Transform:
    """Return the first step of a name; raises ConfigError with the names there are."""
    for step in steps:
        if step.name == name:
            return step
    raise ConfigError(
        f"There is no step named {name!r} in this pipeline. "
        f"Its steps are: {', '.join(step.name for step in steps)}."
    )


def to_toml(steps: Sequence[Transform], min_confidence: float | None) -> str:
    """Return steps as the TOML text of a configuration that describes them."""
    lines = []
    if min_confidence is not None:
        lines.append(f"min_confidence = {min_confidence!r}")
    names = [step.name for step in steps]
    if len(set(names)) == len(names):
        lines.append(f"steps = {_toml_value(names)}")
        tables = [(f"[{step.name}]", step.options()) for step in steps]
    else:  # the same transform twice: one table per step
        tables = [("[[step]]", {"name": step.name, **step.options()}) for step in steps]
    for head, options in tables:
        if options:
            lines += ["", head]
            lines += [f"{key} = {_toml_value(value)}" for key, value in options.items()]
    return "\n".join(lines) + "\n"


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml_value, value)) + "]"
    escaped = (f"\\u{ord(c):04X}" if ord(c) < 32 or c in '"\\\x7f' else c for c in str(value))
    return '"' + "".join(escaped) + '"'


NAMES = (".vnclean.toml", "vnclean.toml")
"""Files that hold nothing but settings; `pyproject.toml` has them in the table [tool.vnclean]."""


class Project(NamedTuple):
    """The settings of a project and the file that they stand in."""

    path: Path
    config: dict[str, Any]


def find_project(folder: Path) -> Project | None:
    """Return the settings nearest to a folder: its own, else those of the folders above it.

    It goes up to the root of the project: the first folder with `.git`, else with `pyproject.toml`,
    else the user's home; where there is none above, only the folder itself counts. In one folder
    `.vnclean.toml` goes before `vnclean.toml`, and that before `pyproject.toml`; files are not
    merged. Raises ConfigError where the file can't be read, or others may write it.
    """
    for place in _folders_of_project(folder):
        for name in NAMES:
            if os.path.lexists(path := place / name):
                return Project(path, _read(path))
        path = place / "pyproject.toml"
        if path.is_file() and (found := _tool_table(path)) is not None:
            return Project(path, found)
    return None


def _folders_of_project(folder: Path) -> list[Path]:
    """Return a folder and those above it up to the root of its project."""
    home = os.path.expanduser("~")
    above = [folder, *folder.parents]
    inside = next((above[: n + 1] for n, place in enumerate(above) if str(place) == home), above)
    for sign in (".git", "pyproject.toml"):
        for number, place in enumerate(inside):
            if (place / sign).exists():
                return inside[: number + 1]
    return inside if inside is not above else [folder]


def _tool_table(path: Path) -> dict[str, Any] | None:
    """Return the table [tool.vnclean]; a file that never names us is not even parsed."""
    try:
        if "vnclean" not in read_text(path):
            return None
    except (OSError, ValueError):
        return None
    tool = _read(path).get("tool", {})
    table = tool.get("vnclean") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _check_owner(path: Path) -> None:
    """Raise ConfigError for settings that someone else may have written."""
    if sys.platform == "win32":
        return
    state = path.stat()
    if state.st_uid not in (0, os.geteuid()):
        reason = "belongs to another user"
    elif state.st_mode & 0o002 or (state.st_mode & 0o020 and not _is_private(state)):
        reason = "can be written by others"
    else:
        return
    raise ConfigError(
        f"The settings in {path} are not used: the file {reason}. Make it your own (chown, chmod "
        "go-w), name it with --config, or leave it out with --isolated."
    )


def _is_private(state: os.stat_result) -> bool:
    """Say whether a file's group is one that many systems make for each user alone."""
    if sys.platform == "win32":
        return True
    try:
        group, user = grp.getgrgid(state.st_gid), pwd.getpwuid(state.st_uid)
    except KeyError:
        return False
    return group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}


def _read(path: Path) -> dict[str, Any]:
    try:
        _check_owner(path)
        return tomllib.loads(read_text(path))
    except ConfigError:
        raise
    except (OSError, RecursionError, ValueError) as error:
        raise ConfigError(
            f"The settings in {path} can't be read: {error}. Mend the file, or leave it out with "
            "--isolated."
        ) from None
