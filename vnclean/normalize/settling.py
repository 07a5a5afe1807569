"""Repeat a search for edits on its own result until nothing is left to find."""

from __future__ import annotations

from collections.abc import Callable

from vnclean.result import compose, to_edits
from vnclean.transform import Edit, apply_edits

__all__ = ["settle"]


def settle(text: str, find: Callable[[str], list[Edit]], rounds: int = 8) -> list[Edit]:
    """Return edits whose result has no more edits to find, as spans of `text`.

    `find` must shorten the text or bring it nearer to rest with each round; after `rounds` of them
    the search ends, so that time stays linear. Suggestions are taken from the first round.

    >>> from vnclean.transform import Edit
    >>> def find(text):
    ...     at = text.find("ab")
    ...     return [] if at < 0 else [Edit(at, at + 2, "", "r")]
    >>> settle("aabb", find)
    [Edit(start=0, end=4, replacement='', rule='r')]
    """
    found = find(text)
    applied = [edit for edit in found if edit.applies(None)]
    suggested = [edit for edit in found if not edit.applies(None)]
    if not applied:
        return suggested
    changes = compose([], applied)
    current = apply_edits(text, applied)
    for _ in range(rounds):
        more = [edit for edit in find(current) if edit.applies(None)]
        if not more:
            break
        changes = compose(changes, more)
        current = apply_edits(current, more)
    edits = to_edits(text, current, changes)
    if not suggested:
        return edits
    return _beside(edits, suggested)


def _beside(edits: list[Edit], suggested: list[Edit]) -> list[Edit]:
    """Return edits and those suggestions that overlap none of them, sorted."""
    out: list[Edit] = []
    i = 0
    for edit in edits:
        while i < len(suggested) and suggested[i].start < edit.end:
            if suggested[i].end <= edit.start:
                out.append(suggested[i])
            i += 1
        out.append(edit)
    return out + suggested[i:]
