"""Other forms of labelled pages, so that a model learns what makes a page and not which page it is.

Pages come as rows of `(label, text, blank lines before)`. What an extractor has half cleaned
(`partly_furnished`), a page without its furniture (`bare`), and the text of one page in the frame
of another (`framed`): lists of dishes, names and prices are furniture in no frame.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

Row = tuple[str, str, int]

_CONTENT = ("content", "metadata")
_FURNITURE = "boilerplate"
_LEAST_FRAME, _MOST_UNCERTAIN = 5, 0.3
"""Lines of furniture that make a frame, at least; the share of it without a label, at most."""
_LEAST_BODY = 3
"""Lines of content that make a body, at least."""
_RUN = (3, 15)
"""Lines of furniture that an extractor drops together."""
_DROPPED = 0.6
"""The share of such runs that it drops."""


class Parts(NamedTuple):
    """A page cut where its text begins and ends."""

    head: list[Row]
    body: list[Row]
    tail: list[Row]


def parts_of(rows: Sequence[Row]) -> Parts | None:
    """Cut a page before its first and behind its last line of content; None where it has none."""
    own = [number for number, (label, *_) in enumerate(rows) if label in _CONTENT]
    if not own:
        return None
    first, last = own[0], own[-1] + 1
    return Parts(list(rows[:first]), list(rows[first:last]), list(rows[last:]))


def is_frame(parts: Parts) -> bool:
    """Say whether there is enough around the text that is known to be furniture."""
    around = [label for label, *_ in parts.head + parts.tail]
    known = around.count(_FURNITURE)
    return known >= _LEAST_FRAME and around.count("uncertain") <= _MOST_UNCERTAIN * known


def is_body(parts: Parts) -> bool:
    """Say whether there is enough text."""
    return sum(label == "content" for label, *_ in parts.body) >= _LEAST_BODY


def bare(rows: Sequence[Row]) -> list[Row]:
    """Return a page without its furniture."""
    return [row for row in rows if row[0] != _FURNITURE]


def partly_furnished(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    """Return a page as extractors leave it that know its head, its tail, or this and that."""
    parts = parts_of(rows)
    if parts is None:
        return list(rows)
    kind = chance.random()
    if kind < 0.35:
        return bare(parts.head) + parts.body + parts.tail
    if kind < 0.6:
        return parts.head + parts.body + bare(parts.tail)
    kept: list[Row] = []
    at = 0
    while at < len(rows):
        stop, longest = at, chance.randint(*_RUN)
        while stop < len(rows) and rows[stop][0] == _FURNITURE and stop - at < longest:
            stop += 1
        if stop == at:
            kept.append(rows[at])
            at += 1
            continue
        if chance.random() >= _DROPPED:
            kept += rows[at:stop]
        at = stop
    return kept


def framed(frame: Parts, body: Sequence[Row], chance: random.Random) -> list[Row]:
    """Return a text in the frame of another page, of which the far ends may be missing."""
    head = frame.head if chance.random() < 0.8 else []
    tail = frame.tail if chance.random() < 0.9 else []
    if len(head) > 3 and chance.random() < 0.3:
        head = head[-chance.randint(2, len(head)) :]
    if len(tail) > 3 and chance.random() < 0.3:
        tail = tail[: chance.randint(2, len(tail))]
    gap = min(1, max((gap for *_, gap in (frame.head + frame.tail)[:20]), default=0))
    rows: list[Row] = []
    for part in (head, body, tail):
        for number, (label, text, before) in enumerate(part):
            rows.append((label, text, max(before, gap) if number == 0 else before))
    if gap and chance.random() < 0.3:
        rows = [(label, text, max(before, 1)) for label, text, before in rows]
    return rows
