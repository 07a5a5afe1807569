"""What is read of the lines of a text: each different line once, and of long ones the ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["HEAD", "TAIL", "DistinctLines", "distinct_lines", "lines_containing", "number_distinct"]

HEAD, TAIL = 110, 30
"""Characters read at the beginning and at the end of a line; what lies between is only counted."""


class DistinctLines(NamedTuple):
    """The different lines of a text, as they are read."""

    ids: NDArray[np.int64]
    """For each line of the text its number among the different ones."""
    lines: list[str]
    shortened: list[str]
    """The lines without the middle of long ones."""
    text: str
    """All of these, a line feed between two."""
    lower: str
    """The same in small letters."""
    lower_lines: list[str]
    """Its lines."""


def distinct_lines(lines: list[str]) -> DistinctLines:
    """Return the different lines of a text.

    >>> distinct_lines(["Mục lục", "Chương 1", "Mục lục"]).ids.tolist()
    [0, 1, 0]
    """
    different, number = number_distinct(lines)
    shortened = [
        line if len(line) <= HEAD + TAIL else f"{line[:HEAD]} {line[-TAIL:]}" for line in different
    ]
    text = "\n".join(shortened)
    lower = text.lower()
    return DistinctLines(
        number, different, shortened, text, lower, lower.split("\n") if different else []
    )


def lines_containing(text: str, parts: tuple[str, ...]) -> set[int]:
    """Return the numbers of the lines of a text that hold one of the parts.

    >>> sorted(lines_containing("một\\nhai @ ba\\nbốn", ("@", "#")))
    [1]
    """
    found: set[int] = set()
    for part in parts:
        number = 0
        start = 0
        at = text.find(part)
        while at >= 0:
            number += text.count("\n", start, at)
            found.add(number)
            start = text.find("\n", at)
            if start < 0:
                break
            at = text.find(part, start)
    return found


def number_distinct(items: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different items, and for each item its number among them."""
    different = dict.fromkeys(items)
    if len(different) == len(items):
        return items, np.arange(len(items))
    number = {item: at for at, item in enumerate(different)}
    ids = np.fromiter(map(number.__getitem__, items), dtype=np.int64, count=len(items))
    return list(number), ids
