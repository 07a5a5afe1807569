"""What the matches of a pattern begin with, read from the parsed pattern: slow, and sure."""

from __future__ import annotations

from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Beginning = tuple[str, bool]
"""What a match begins with, and whether that is all of it so far, so that more may follow."""

_ANYTHING = {("", False)}


def beginnings(pattern: str, size: int) -> list[str]:
    """Return beginnings of at most so many characters, one of which every match has.

    They are folded as the core's `LinePrefilter` folds lines.
    """
    return sorted({text for text, _ in _of_all(_parser.parse(pattern), size)})


def _fold(char: str) -> str:
    if char.isdecimal():
        return "0"
    if "\ue000" <= char <= "\uf8ff":
        return "\ue000"
    return " " if char.isspace() else char.lower()


def _of_all(items: Iterable[Any], size: int) -> set[Beginning]:
    found = {("", True)}
    for item in items:
        found = _continued(found, item, size)
    return found


def _continued(known: set[Beginning], item: Any, size: int) -> set[Beginning]:
    found = set()
    for text, is_open in known:
        if not is_open or len(text) >= size:
            found.add((text, False))
        else:
            more = _of_one(*item, size - len(text))
            found |= {(text + other, still_open) for other, still_open in more}
    return found


def _of_one(kind: Any, value: Any, size: int) -> set[Beginning]:
    if kind is op.LITERAL:
        return {(_fold(chr(value)), True)}
    if kind is op.IN:
        return _of_set(value)
    if kind is op.BRANCH:
        return set().union(*(_of_all(way, size) for way in value[1]))
    if kind is op.SUBPATTERN:
        return _of_all(value[3], size)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        least, most, inner = value
        now = {("", True)}
        found = set() if least else set(now)
        for times in range(1, min(int(most), size) + 1):
            now = _continued(now, (op.SUBPATTERN, (0, 0, 0, inner)), size)
            if times >= least or times == size:
                found |= now
        return found
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
        return {("", True)}
    assert kind in (op.NOT_LITERAL, op.ANY), kind
    return _ANYTHING


def _of_set(items: Any) -> set[Beginning]:
    found: set[Beginning] = set()
    for kind, value in items:
        if kind is op.LITERAL:
            found.add((_fold(chr(value)), True))
        elif kind is op.RANGE:
            found |= {(_fold(chr(code)), True) for code in range(value[0], value[1] + 1)}
        elif value is op.CATEGORY_DIGIT:
            found.add(("0", True))
        elif value is op.CATEGORY_SPACE:
            found.add((" ", True))
        else:
            return _ANYTHING
    return found
