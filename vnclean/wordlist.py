"""Lists of words in files of their own, for options that take many."""

from __future__ import annotations

from pathlib import Path

from vnclean.errors import ConfigError

__all__ = ["read_words"]


def read_words(path: Path) -> tuple[str, ...]:
    """Return the entries of a UTF-8 file, one per line; blank lines and `#` comments are none.

    Each entry is given back once, in order, without the blanks around it. Raises ConfigError where
    the file can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
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
