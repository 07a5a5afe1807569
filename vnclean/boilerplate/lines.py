"""The lines of a text, and how they are taken out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vnclean.transform import Edit, Safety

__all__ = ["Lines", "Verdicts", "removals", "split_lines"]


class Lines(NamedTuple):
    """The lines of a document that are not blank."""

    start: list[int]
    """Where each line begins in the text, in characters."""
    text: list[str]
    """The line without the white space around it."""
    before: list[int]
    """Blank lines just before it."""
    end: list[int]
    """Where the line ends in the text, its line feed left out."""

    def part(self, low: int, high: int) -> Lines:
        """Return the lines from number `low` to before number `high`."""
        return Lines(
            self.start[low:high], self.text[low:high], self.before[low:high], self.end[low:high]
        )


def split_lines(text: str) -> Lines:
    """Return the lines of `text` that are not blank; only a line feed ends a line.

    >>> split_lines("a\\n\\n b").text
    ['a', 'b']
    """
    lines = Lines([], [], [], [])
    at = blank = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            lines.start.append(at)
            lines.text.append(stripped)
            lines.before.append(blank)
            lines.end.append(at + len(line))
            blank = 0
        else:
            blank += 1
        at += len(line) + 1
    return lines


Verdicts = dict[int, tuple[float, str]]
"""Confidence and rule, by the number of the line."""


def removals(lines: Lines, gone: Verdicts, size: int) -> Iterator[Edit]:
    """Yield the edits that remove lines so that of the gaps around a block the widest is left.

    The widest, for then it makes no difference in which order lines go.
    """
    count = len(lines.text)
    number = 0
    while number < count:
        if number not in gone:
            number += 1
            continue
        stop = number
        while stop < count and stop in gone:
            stop += 1
        if stop == count:
            keep = count
        elif number == 0:
            keep = -1
        else:
            # A gap is the line feeds before a line; `before` counts the blank lines in it.
            keep = max(range(number, stop + 1), key=lambda gap: (lines.before[gap], -gap))
        for line in range(number, stop):
            if line < keep:
                start = lines.end[line - 1] if line else 0
                end = lines.end[line]
            else:
                start = lines.start[line] if line or stop == count else 0
                end = lines.start[line + 1] if line + 1 < count else size
            yield Edit(start, end, "", gone[line][1], gone[line][0], Safety.LIKELY)
        number = stop
