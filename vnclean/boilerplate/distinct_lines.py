"""What is read of the lines of a text: each different line once, and of long ones the ends."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.phrases import Hits, hits

__all__ = ["HEAD", "TAIL", "Glance", "glance", "holding", "numbered"]

HEAD, TAIL = 110, 30
"""Characters read at the beginning and at the end of a line; what lies between is only counted."""


class Glance(NamedTuple):
    """The different lines of a text, as they are read."""

    number: NDArray[np.int64]
    """For each line of the text its number among the different ones."""
    lines: list[str]
    cuts: list[str]
    """The lines without the middle of long ones."""
    body: str
    """All of these, a line feed between two."""
    low: str
    """The same in small letters."""
    lows: list[str]
    """Its lines."""

    def whole(self) -> Hits:
        """Return the phrases in the lines that are read whole."""
        pairs = zip(self.lines, self.lows, strict=True)
        return hits([low if len(line) <= HEAD + TAIL else "" for line, low in pairs])

    def ends(self) -> Hits:
        """Return the phrases at the ends of long lines."""
        pairs = zip(self.lines, self.lows, strict=True)
        return hits([low if len(line) > HEAD + TAIL else "" for line, low in pairs])


def glance(lines: list[str]) -> Glance:
    """Read the lines of a text.

    >>> glance(["Mục lục", "Chương 1", "Mục lục"]).number.tolist()
    [0, 1, 0]
    """
    different, number = numbered(lines)
    cuts = [
        line if len(line) <= HEAD + TAIL else f"{line[:HEAD]} {line[-TAIL:]}" for line in different
    ]
    body = "\n".join(cuts)
    low = body.lower()
    return Glance(number, different, cuts, body, low, low.split("\n") if different else [])


def holding(text: str, parts: tuple[str, ...]) -> set[int]:
    """Return the numbers of the lines of a text that hold one of the parts.

    >>> sorted(holding("một\\nhai @ ba\\nbốn", ("@", "#")))
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


def numbered(items: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different items, and for each item its number among them."""
    different = dict.fromkeys(items)
    if len(different) == len(items):
        return items, np.arange(len(items))
    number = {item: at for at, item in enumerate(different)}
    ids = np.fromiter(map(number.__getitem__, items), dtype=np.int64, count=len(items))
    return list(number), ids
