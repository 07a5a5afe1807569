"""All transforms by name, and how one is built from a name and options.

A room is imported when a transform of it is asked for: most pipelines need few, and a start is most
of what a short text costs.
"""

from __future__ import annotations

import dataclasses
import errno
import os
import stat
from pathlib import Path
from typing import Any

from vnclean.errors import ConfigError
from vnclean.transform import REGISTERED, Transform

__all__ = ["from_config", "read_text", "read_words", "registry"]


def registry() -> dict[str, type[Transform]]:
    """Return all registered transforms by name; imports every room that has some."""
    _import_rooms()
    return dict(sorted(REGISTERED.items()))


def _import_rooms(name: str = "") -> None:
    """Import the rooms that have transforms, until one of this name is among them."""
    if name not in REGISTERED:
        import vnclean.normalize
        import vnclean.repair.diacritics
        import vnclean.repair.escapes.entities
        import vnclean.repair.escapes.percent
        import vnclean.repair.escapes.quoted_printable
        import vnclean.repair.escapes.unicode_escapes
        import vnclean.repair.legacy
        import vnclean.repair.lossy.transform
        import vnclean.repair.mojibake
        import vnclean.repair.telex_vni
    if name not in REGISTERED:
        import vnclean.spelling
    if name not in REGISTERED:
        import vnclean.boilerplate  # noqa: F401


def from_config(name: str, options: dict[str, Any], folder: Path | None = None) -> Transform:
    """Build a transform from its name and options, as a config file gives them.

    For an option that is a list, `OPTION_file` names a file with more entries, one per line; it is
    looked for in `folder`, by default the working directory. Raises ConfigError for unknown names
    and options, with what there is to choose from.
    """
    _import_rooms(name)
    if name not in REGISTERED:
        raise ConfigError(
            f"There is no transform named {name!r}. You can choose from: {', '.join(registry())}."
        )
    kind = REGISTERED[name]
    fields = {field.name for field in dataclasses.fields(kind)}
    lists = {field.name for field in dataclasses.fields(kind) if field.default == ()}
    options = _with_files(options, lists, folder or Path())
    if strange := sorted(set(options) - fields):
        raise ConfigError(
            f"The transform {name!r} has no option {strange[0]!r}. "
            f"Its options are: {', '.join(sorted(fields)) or 'none'}."
        )
    values = {
        key: tuple(value) if isinstance(value, list) else value for key, value in options.items()
    }
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"The options of {name!r} can't be used: {error}") from None


def _with_files(options: dict[str, Any], lists: set[str], folder: Path) -> dict[str, Any]:
    """Return the options with the entries of files in the lists that they belong to."""
    if not any(key.removesuffix("_file") in lists and key not in lists for key in options):
        return options
    out: dict[str, Any] = {}
    for key, value in options.items():
        stem = key.removesuffix("_file")
        if key in lists or stem not in lists:
            out[key] = [*out.get(key, ()), *value] if isinstance(value, list | tuple) else value
            continue
        if not isinstance(value, str):
            raise ConfigError(f"{key} is the name of a file, {value!r} is not.")
        out[stem] = [*out.get(stem, ()), *read_words(folder / Path(value).expanduser())]
    return out


_LARGEST = 64 << 20
"""Bytes of the largest configuration or list that is read."""


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file; raises OSError for a device, a pipe and a huge file."""
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(errno.EFBIG, "it is too large", str(path))
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def read_words(path: Path) -> tuple[str, ...]:
    """Return the entries of a UTF-8 file, one per line; blank lines and `#` comments are none.

    Each entry is given back once, in order, without the blanks around it. Raises ConfigError where
    the file can't be read.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise ConfigError(
            f"The list {str(path)!r} can't be read: {error.strerror or error}. Give the name of a "
            "file with one entry per line; it is looked for beside the configuration that names it."
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"The list {str(path)!r} is not UTF-8 (byte {error.start}). Save it as UTF-8."
        ) from None
    entries = (line.strip(" \t\r") for line in text.split("\n"))
    return tuple(dict.fromkeys(entry for entry in entries if entry and entry[0] != "#"))
