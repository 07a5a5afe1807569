"""A text of several pieces: edits that keep to its joints, and what they make of each piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

__all__ = ["Replacement", "between_joints", "but_of_blanks", "single_edit", "spread"]

Bounds = tuple[int, int]
AnyEdit = TypeVar("AnyEdit", bound=Any)
"""A named tuple that begins with start, end and replacement."""


class Replacement(NamedTuple):
    """Put something in the place of the characters from `start` to `end`."""

    start: int
    end: int
    replacement: str


def single_edit(old: str, new: str) -> list[Replacement]:
    """Return what makes one text of another: nothing, or one edit as short as it can be.

    >>> single_edit("hiệu qủa tốt", "hiệu quả tốt")
    [Replacement(start=6, end=8, replacement='uả')]
    """
    if old == new:
        return []
    most = min(len(old), len(new))
    head = _shared(old, new, most)
    tail = _shared(old[::-1], new[::-1], most - head)
    return [Replacement(head, len(old) - tail, new[head : len(new) - tail])]


def _shared(left: str, right: str, most: int) -> int:
    """Return how many characters two texts share at the beginning, at most so many."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            most = middle - 1
    return low


def but_of_blanks(
    text: str, edits: Iterable[AnyEdit], layout: Sequence[Bounds]
) -> Iterator[AnyEdit]:
    """Yield the edits but those of blanks alone in some spans of blanks, which stay.

    >>> list(but_of_blanks(" a  b ", [Replacement(0, 1, ""), Replacement(2, 3, "")], [(0, 1)]))
    [Replacement(start=2, end=3, replacement='')]
    """
    at = 0
    for edit in edits:
        while at < len(layout) and layout[at][1] < edit.end:
            at += 1
        held = at < len(layout) and layout[at][0] <= edit.start and edit.end <= layout[at][1]
        if not (held and not edit.replacement.strip()):
            yield edit


def between_joints(
    text: str, edits: Iterable[AnyEdit], joints: Sequence[Bounds]
) -> Iterator[AnyEdit]:
    r"""Yield the edits that leave every joint that is not empty; one that covers some is split.

    It is left out where what it puts there does not hold the joints as often as what stood there.

    >>> edits = [Replacement(1, 4, "\n-"), Replacement(5, 7, "")]
    >>> list(between_joints("a \nb c\nd", edits, [(2, 3), (6, 7)]))
    [Replacement(start=1, end=2, replacement=''), Replacement(start=3, end=4, replacement='-')]
    """
    solid = [joint for joint in joints if joint[1] > joint[0]]
    at = 0
    for edit in edits:
        start, end = edit[:2]
        while at < len(solid) and solid[at][1] <= start:
            at += 1
        last = at
        while last < len(solid) and solid[last][0] < end:
            last += 1
        if last == at:
            yield edit
        elif start <= solid[at][0] and solid[last - 1][1] <= end:
            yield from _parts(text, edit, solid[at:last])


def _parts(text: str, edit: AnyEdit, joints: Sequence[Bounds]) -> Iterator[AnyEdit]:
    """Yield an edit in parts that leave the joints; each is known by which of its like it is."""
    start, end, new = edit[:3]
    old = text[start:end]
    found: list[AnyEdit] = []
    at = old_at = 0
    seen: dict[str, int] = {}
    for begin, stop in joints:
        joint = text[begin:stop]
        if joint not in seen and old.count(joint) != new.count(joint):
            return
        which = old.count(joint, 0, begin - start)
        place = -1
        for _ in range(which + 1 - seen.get(joint, 0)):
            place = new.find(joint, place + 1 if place >= 0 else at)
        if place < at:
            return
        seen[joint] = which + 1
        found.append(edit._replace(start=start + old_at, end=begin, replacement=new[at:place]))
        at, old_at = place + len(joint), stop - start
    found.append(edit._replace(start=start + old_at, end=end, replacement=new[at:]))
    yield from (part for part in found if text[part.start : part.end] != part.replacement)


def spread(
    text: str, edits: Iterable[tuple[Any, ...]], pieces: Sequence[Bounds]
) -> list[list[Replacement]]:
    """Return the edits of each piece, with offsets in the text; they keep to the joints.

    One that goes over the end of a piece is cut there where it leaves the length; else the first
    piece gets all that it puts there.

    >>> spread("ViÖt", [Replacement(2, 4, "ệt")], [(0, 3), (3, 4)])
    [[Replacement(start=2, end=3, replacement='ệ')], []]
    """
    found: list[list[Replacement]] = [[] for _ in pieces]
    at = 0
    for edit in edits:
        start, end, new = edit[:3]
        while at < len(pieces) - 1 and (pieces[at][1] < start or pieces[at][1] == start < end):
            at += 1
        where, begin, same = at, start, len(new) == end - start
        while where < len(pieces):
            stop = min(end, pieces[where][1])
            put = new[begin - start : stop - start] if same else new
            if text[begin:stop] != put:
                found[where].append(Replacement(begin, stop, put))
            new = new if same else ""
            if stop == end:
                break
            where += 1
            begin = pieces[where][0]
    return found
