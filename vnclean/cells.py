"""Cells of a column: short texts that tell of each other, as the lines of a document do."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from vnclean.transform import Edit

__all__ = ["MAX_CELLS", "MAX_CELL_CHARS", "blocks", "by_cell"]

MAX_CELL_CHARS = 200
"""Characters of a cell at most; a longer text has evidence of its own."""

MAX_CELLS = 512
"""Different cells that are evidence for each other at most: the first, the next, and so on."""


def blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the different cells among some texts, so many at a time, in the order of the texts.

    >>> list(blocks(["Huế", "", "Vinh", "Huế", "hai\\ndòng"]))
    [['Huế', 'Vinh']]
    """
    held: dict[str, None] = {}
    for text in texts:
        if len(text) <= MAX_CELL_CHARS and text.strip() and len(text.splitlines()) == 1:
            held[text] = None
            if len(held) == MAX_CELLS:
                yield list(held)
                held = {}
    if held:
        yield list(held)


def by_cell(cells: Sequence[str], edits: Iterable[Edit]) -> list[list[Edit]]:
    """Return for each cell the edits of the text that has the cells as its lines.

    Edits that touch the end of a line are left out: a cell is never joined with another.

    >>> edits = [Edit(1, 2, "x", "r"), Edit(2, 4, "", "r"), Edit(4, 5, "y", "r")]
    >>> [[edit[:3] for edit in found] for found in by_cell(["ab", "cd"], edits)]
    [[(1, 2, 'x')], [(1, 2, 'y')]]
    """
    starts = list(accumulate((len(cell) + 1 for cell in cells), initial=0))
    found: list[list[Edit]] = [[] for _ in cells]
    for edit in edits:
        number = bisect_right(starts, edit.start) - 1
        first, end = starts[number], starts[number + 1] - 1
        if edit.end <= end and len((edit.replacement + ".").splitlines()) == 1:
            moved = edit._replace(start=edit.start - first, end=edit.end - first)
            found[number].append(moved)
    return found
