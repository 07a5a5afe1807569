"""Whether a regular expression can take very long: what it could match in more ways than one.

A backtracking engine tries every way before it gives up. The positions of a pattern and which may
follow which are Glushkov's automaton (1961); where two that may follow one another overlap, there
is a choice. A choice inside a repetition makes exponentially many ways; a repetition that could
also stop before what follows makes as many as the text is long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from re import _parser as parser  # type: ignore[attr-defined]  # the tree, which has no other door
from typing import Any

__all__ = ["is_ambiguous"]

_PROBES = [*map(chr, range(0x250)), *map(chr, range(0x1E00, 0x1F00)), *"\u2013\u201c\u201d\u20ab"]
"""Characters that stand for all: Latin, Vietnamese, some signs."""
_MANY = 3
"""A repetition of so many times counts as one without end."""
_LOOPS = 1
"""How many repetitions that could also stop earlier may stand behind one another."""


@dataclass
class _Fragment:
    """A part of a pattern: the positions that it begins and ends with, and if it may be empty."""

    first: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)
    empty: bool = True


class _Positions:
    """Glushkov's automaton of a pattern, as far as it is needed."""

    def __init__(self, flags: int) -> None:
        self.signs: list[frozenset[str]] = []
        self.follow: list[set[int]] = []
        self.inner = 0
        """How many repetitions are open."""
        self.loops = 0
        self.explodes = False
        self._flags = flags

    def sequence(self, nodes: Any) -> _Fragment:
        """Return the part that nodes behind one another make."""
        whole = _Fragment()
        for node in nodes:
            whole = self._joined(whole, self._part(*node))
        return whole

    def _part(self, kind: Any, value: Any) -> _Fragment:
        match str(kind):
            case "SUBPATTERN":
                return self.sequence(value[3])
            case "ATOMIC_GROUP":
                return self.sequence(value)
            case "BRANCH":
                parts = [self.sequence(branch) for branch in value[1]]
                self._choose(set().union(*(part.first for part in parts)))
                return _Fragment(
                    set().union(*(part.first for part in parts)),
                    set().union(*(part.last for part in parts)),
                    any(part.empty for part in parts),
                )
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeated(*value)
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return _Fragment()
            case "GROUPREF" | "GROUPREF_EXISTS":
                self.explodes |= self.inner > 0
                return _Fragment()
        number = len(self.signs)
        self.signs.append(_signs(kind, value, self._flags))
        self.follow.append(set())
        return _Fragment({number}, {number}, False)

    def _repeated(self, least: int, most: int, nodes: Any) -> _Fragment:
        endless = most >= _MANY or (most > 1 and self.inner > 0)
        self.inner += endless
        part = self.sequence(nodes)
        self.explodes |= endless and part.empty
        if most > 1:
            for number in part.last:
                # What may follow already, inside, would follow in two ways.
                self.explodes |= endless and bool(self.follow[number] & part.first)
                self._add(number, part.first)
        self.inner -= endless
        return _Fragment(part.first, part.last, part.empty or not least)

    def _joined(self, before: _Fragment, part: _Fragment) -> _Fragment:
        for number in before.last:
            self._add(number, part.first)
        return _Fragment(
            before.first | (part.first if before.empty else set()),
            part.last | (before.last if part.empty else set()),
            before.empty and part.empty,
        )

    def _add(self, number: int, more: set[int]) -> None:
        known = self.follow[number]
        overlap = any(self.signs[a] & self.signs[b] for a in known for b in more if a != b)
        if overlap and self.inner:
            self.explodes = True
        self.loops += overlap
        known |= more

    def _choose(self, first: set[int]) -> None:
        """Note that one of several positions is begun with."""
        pairs = ((a, b) for a in first for b in first if a < b)
        if self.inner and any(self.signs[a] & self.signs[b] for a, b in pairs):
            self.explodes = True


def _signs(kind: Any, value: Any, flags: int) -> frozenset[str]:
    """Return which of the probes a position takes."""
    match str(kind):
        case "ANY":
            return frozenset(_PROBES)
        case "NOT_LITERAL":
            return frozenset(_PROBES) - {chr(value)}
        case "LITERAL":
            found = {chr(value)}
        case "RANGE":
            found = {sign for sign in _PROBES if value[0] <= ord(sign) <= value[1]}
        case "CATEGORY":
            code = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(value).rpartition("_")[2]]
            code = code.upper() if "_NOT_" in str(value) else code
            found = {sign for sign in _PROBES if re.match(code, sign, flags & re.ASCII)}
        case "IN":
            negated = str(value[0][0]) == "NEGATE"
            found = set().union(*(_signs(item[0], item[1], flags) for item in value[negated:]))
            found = set(_PROBES) - found if negated else found
        case _:
            return frozenset(_PROBES)
    if flags & re.IGNORECASE:
        found |= {other for sign in found for other in (sign.lower(), sign.upper())}
    return frozenset(found)


def is_ambiguous(pattern: str) -> bool:
    r"""Say whether a pattern may take time out of all proportion; raises re.error for a bad one.

    >>> [is_ambiguous(p) for p in ("(a+)+$", "(a|aa)+$", ".*.*.*x", r"(\d{1,3}\.)+\d+", r"\w+ \w+")]
    [True, True, True, False, False]
    """
    tree = parser.parse(pattern)
    positions = _Positions(tree.state.flags)
    positions.sequence(tree)
    return positions.explodes or positions.loops > _LOOPS
