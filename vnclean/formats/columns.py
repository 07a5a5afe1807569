"""Which columns of a table hold text: by name, by number, or all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vnclean.errors import FormatError

__all__ = ["ALL", "chosen_columns", "repeated_names"]

ALL = "*"
"""The key that stands for every column, and for every text of a JSON record."""


def chosen_columns(keys: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return the positions of the columns that keys stand for, in the order of the keys.

    A key is the name of one column or more; else, where it is a number, that of a column, from 1;
    `*` is all. Raises FormatError, which names the columns, where no key stands for one.

    >>> chosen_columns(["title", "3"], ["id", "title", "body", "title"])
    [1, 3, 2]
    """
    found: dict[int, None] = {}
    for key in keys:
        mine = [i for i, name in enumerate(names) if key in (name, ALL)]
        if not mine and key.isascii() and key.isdigit() and 0 < int(key[:9]) <= len(names):
            mine = [int(key[:9]) - 1]
        found.update(dict.fromkeys(mine))
    if not found:
        raise FormatError(
            f"it has no column named {' or '.join(map(repr, keys))}; its columns are "
            f"{', '.join(map(repr, names))}: choose one with --text-key, by name or by number"
        )
    return list(found)


def repeated_names(chosen: Sequence[int], names: Sequence[str]) -> str:
    """Return what is to be said where several of the chosen columns have one name, else "".

    >>> repeated_names([1, 2], ["id", "text", "text"])
    "2 columns are named 'text' (2, 3), and all of them are cleaned; -k 2 takes the first alone"
    """
    counts = Counter(names[i] for i in chosen)
    for name, count in counts.items():
        if count > 1:
            where = [i + 1 for i in sorted(chosen) if names[i] == name]
            return (
                f"{count} columns are named {name!r} ({', '.join(map(str, where))}), and all of "
                f"them are cleaned; -k {where[0]} takes the first alone"
            )
    return ""
