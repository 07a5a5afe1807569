"""Repeat a search on its own result, so that a transform that learns from context is idempotent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable

from vnclean.result import compose, to_edits
from vnclean.transform import Edit, apply_edits, non_overlapping

__all__ = ["edits_to_fixed_point", "text_at_fixed_point"]

Span = tuple[int, int]
_MAX_ROUNDS = 6


def edits_to_fixed_point(
    text: str,
    find: Callable[[str], Iterable[Edit]],
    again: Callable[[str, list[Span]], Iterable[Edit]] | None = None,
) -> list[Edit]:
    """Return the edits on `text` after which `find` finds nothing more to apply.

    What a first look mended is evidence for a second one; without this, cleaning twice would
    change more than cleaning once. Suggestions are those of the first look. A search that sees no
    further than a line gives `again`, which is told the spans of the lines that changed.

    >>> def find(text):  # mends one letter a time
    ...     at = text.find("x")
    ...     return [] if at < 0 else [Edit(at, at + 1, "à", "demo")]
    >>> [(edit.start, edit.replacement) for edit in edits_to_fixed_point("bx và cx", find)]
    [(1, 'à'), (7, 'à')]
    """
    first = list(find(text))
    applied = [edit for edit in first if edit.applies(None)]
    if not applied:
        return first

    def look(now: str, edits: list[Edit]) -> list[Edit]:
        found = find(now) if again is None else again(now, _lines(now, edits))
        return [edit for edit in found if edit.applies(None)]

    current = apply_edits(text, applied)
    more = look(current, applied)
    if not more:  # as a rule; composing the edits would cost as much as finding them
        return first
    changes = compose([], applied)
    for _ in range(_MAX_ROUNDS):
        changes = compose(changes, more)
        current = apply_edits(current, more)
        more = look(current, more)
        if not more:
            break
    edits = to_edits(text, current, changes)
    kept = [edit for edit in first if not edit.applies(None) and not _overlaps_any(edit, edits)]
    return list(non_overlapping(sorted(edits + kept)))


def text_at_fixed_point(text: str, mend: Callable[[str], str]) -> str:
    """Return what `edits_to_fixed_point` makes of a text, where nobody asks for the edits.

    `mend` returns the very text that it was given where it finds nothing to apply.

    >>> text_at_fixed_point("bx và cx", lambda text: text.replace("x", "à", 1))
    'bà và cà'
    """
    for _ in range(_MAX_ROUNDS + 1):
        mended = mend(text)
        if mended is text:
            break
        text = mended
    return text


def _lines(text: str, edits: Iterable[Edit]) -> list[Span]:
    """Return the spans of the lines of a text that sorted edits have changed."""
    lines: list[Span] = []
    shift = 0
    for edit in edits:
        start = edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)
        if lines and edit.end + shift <= lines[-1][1]:
            continue
        low, end = text.rfind("\n", 0, start) + 1, text.find("\n", edit.end + shift)
        lines.append((low, end if end >= 0 else len(text)))
    return lines


def _overlaps_any(suggestion: Edit, edits: list[Edit]) -> bool:
    """Say whether a suggestion overlaps one of some sorted edits."""
    at = bisect_right(edits, suggestion.start, key=lambda edit: edit.end)
    return at < len(edits) and edits[at].start < max(suggestion.end, suggestion.start + 1)
