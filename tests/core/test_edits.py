"""Edits applied and atoms cut by the core, against slow and obvious ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.edits import apply, decode_atoms, find_atoms

ATOM = re.compile(
    "(?<![A-Za-z\x80-\U0010ffff])[A-Za-z]*+[\x80-\U0010ffff][A-Za-z\x80-\U0010ffff]*+"
)
HALF = re.compile("[ÃÄÅÆº»Ă][?'\"]\\Z")
Entry = tuple[Any, tuple[Any, ...] | None, str, Any]


class Piece(NamedTuple):
    start: int
    end: int
    value: Any


class Changed(NamedTuple):
    start: int
    end: int
    text: str
    rule: str


def entry_of(atom: str) -> Entry:
    """Return something to know of an atom: what its letters' numbers say."""
    said = sum(map(ord, atom))
    if said % 7 == 0:
        return None, None, "", None
    return said, (atom.upper(), "rule") if said % 3 else None, atom.lower(), said % 5 > 0


@given(st.text("ab €đé𝒜", max_size=30), st.lists(st.integers(0, 30)), st.data())
def test_edits_are_applied(text: str, bounds: list[int], data: st.DataObject) -> None:
    bounds = sorted(min(bound, len(text)) for bound in bounds)[: len(bounds) // 2 * 2]
    edits = [
        (start, end, data.draw(st.text("xế", max_size=3)), "rule")
        for start, end in zip(bounds[::2], bounds[1::2], strict=True)
    ]
    expected = text
    for start, end, new, _ in reversed(edits):
        expected = expected[:start] + new + expected[end:]
    assert apply(text, edits) == apply(text, iter(edits)) == expected
    assert edits or apply(text, edits) is text


@pytest.mark.parametrize("spans", [[(0, 2), (1, 3)], [(2, 1)], [(2, 5)], [(-1, 1)]])
def test_edits_that_overlap_or_leave_the_text_are_refused(spans: Sequence[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="leaves the text"):
        apply("text", [(*span, "") for span in spans])


@given(st.text("abÃº»đ?\"' .\n𝒜", max_size=40), st.integers(0, 10), st.integers(0, 40))
def test_atoms_are_those_of_the_pattern(text: str, start: int, end: int) -> None:
    # A part is looked at by itself.
    part = text[start:end]
    found = [
        (match.start() + start, match.end() + start, entry_of(match[0]))
        for match in ATOM.finditer(part)
        if entry_of(match[0])[0] is not None and not HALF.search(part, 0, match.start())
    ]
    pieces, edits, is_ascii = find_atoms(text, start, end, {}, entry_of, Piece, Changed)
    assert pieces == [(begin, stop, entry[0]) for begin, stop, entry in found]
    assert edits == [(begin, stop, *entry[1]) for begin, stop, entry in found if entry[1]]
    assert all(isinstance(piece, Piece) for piece in pieces)
    assert all(isinstance(edit, Changed) for edit in edits)
    without = apply(text, [(begin, stop, "") for begin, stop, _ in found])
    assert is_ascii == without[start : len(without) - len(text[end:])].isascii()

    decoded = decode_atoms(text, start, end, {}, entry_of)
    families = {entry[3] for _, _, entry in found}
    if edits and is_ascii and len(families) == 1:
        assert decoded == apply(part, [(b - start, e - start, v[2]) for b, e, v in found])
    else:
        assert decoded is None


def test_what_is_known_is_not_asked_for_and_long_atoms_are_not_kept() -> None:
    known: dict[str, Entry] = {"é": (1, None, "e", 0)}
    text = f"é á {'ó' * 41}"
    assert len(find_atoms(text, 0, len(text), known, entry_of, Piece, Changed)[0]) >= 1
    assert set(known) == {"é", "á"}
