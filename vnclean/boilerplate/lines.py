"""The lines of a text, and how they are taken out."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from vnclean.core.page_lines import split_lines as split_text
from vnclean.transform import Edit, Safety

__all__ = ["LineRules", "Lines", "lines_containing", "removal_edits", "split_lines"]


class Lines(NamedTuple):
    """The lines of a document that are not blank."""

    start: Sequence[int]
    """Where each line begins in the text, in characters."""
    text: list[str]
    """The line without the white space around it."""
    before: Sequence[int]
    """Blank lines just before it."""
    end: Sequence[int]
    """Where the line ends in the text, its line feed left out."""

    def part(self, low: int, high: int) -> Lines:
        """Return the lines from number `low` to before number `high`."""
        return Lines(
            self.start[low:high], self.text[low:high], self.before[low:high], self.end[low:high]
        )

    def without(self, gone: Sequence[bool]) -> Lines:
        """Return the lines that are left when some go, with the gaps of `removal_edits`."""
        start, before, end = array("q"), array("q"), array("q")
        left: list[str] = []
        gap = 0
        for number, (goes, blank) in enumerate(zip(gone, self.before, strict=True)):
            gap = max(gap, blank)
            if not goes:
                # What goes at the head of a text takes its gap along.
                before.append(gap if left or number == 0 else 0)
                start.append(self.start[number])
                end.append(self.end[number])
                left.append(self.text[number])
                gap = 0
        return Lines(start, left, before, end)


def split_lines(text: str) -> Lines:
    """Return the lines of `text` that are not blank; only a line feed ends a line.

    >>> split_lines("a\\n\\n b").text
    ['a', 'b']
    """
    return Lines(*split_text(text))


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


LineRules = dict[int, tuple[float, str]]
"""Confidence and rule, by the number of the line."""


def removal_edits(lines: Lines, gone: Mapping[int, tuple[float, str]], size: int) -> Iterator[Edit]:
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
            widest = max(lines.before[number : stop + 1])
            keep = lines.before.index(widest, number)
        for line in range(number, stop):
            if line < keep:
                start = lines.end[line - 1] if line else 0
                end = lines.end[line]
            else:
                start = lines.start[line] if line or stop == count else 0
                end = lines.start[line + 1] if line + 1 < count else size
            confidence, rule = gone[line]
            yield Edit(start, end, "", rule, confidence, Safety.LIKELY)
        number = stop
