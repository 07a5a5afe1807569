"""The one pass over triples of characters finds what each pattern finds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.transforms  # noqa: F401  (enters the patterns of all rooms)
from vnclean import scan as scanning
from vnclean.language.tone_placement import impossible_sequence
from vnclean.repair.code_page_views import BEGINNINGS, candidate_lines, is_candidate
from vnclean.scan import Clue, Scan

CLUES = list(scanning._CLUES)
LETTERS = "aàăâeéêiíoòóôơuúủưyýđqghQGHOUÀÒÚÝXÃãáíbcn"
SIGNS = " \n\t.,?!–“”…\u00a0\u00ad\u0301Ã£¡»¿\u0080\ufffd中😀\ud800"
texts = st.text(st.sampled_from(LETTERS + SIGNS), max_size=60)


def spans(matches: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    return [match.span() for match in matches]


def test_there_are_patterns_of_several_rooms() -> None:
    patterns = [clue.pattern.pattern for clue in CLUES]
    assert impossible_sequence() in patterns
    assert len(patterns) >= 6


@given(texts)
def test_places_lead_to_every_match(text: str) -> None:
    scan = Scan(text)
    for clue in CLUES:
        assert spans(scan.matches(clue)) == spans(clue.pattern.finditer(text))
        assert scan.finds(clue) == (clue.pattern.search(text) is not None)


@given(texts, st.integers(-3, 3))
def test_long_texts_are_read_to_their_end(text: str, shift: int) -> None:
    whole = "x" * ((1 << 15) - len(text) // 2 + shift) + text + "\n" + "y" * 40
    scan = Scan(whole)
    for clue in CLUES:
        assert spans(scan.matches(clue)) == spans(clue.pattern.finditer(whole))


@given(texts)
def test_beginnings_of_mojibake_are_the_candidates(text: str) -> None:
    scan = Scan(text)
    found = [match.start() for match in scan.matches(BEGINNINGS)]
    assert found == [at for at in range(len(text)) if is_candidate(text, at, scan.unusual)]
    lines = {(text.rfind("\n", 0, at) + 1, f"{text}\n".find("\n", at)) for at in found}
    assert candidate_lines(text, scan.unusual) == sorted(lines)


@given(texts)
def test_long_texts_have_the_unusual_characters_of_short_ones(text: str) -> None:
    long = text + "một dòng chữ bình thường\n" * 60
    assert Scan(long).unusual == Scan(text).unusual


@pytest.mark.parametrize("clue", CLUES, ids=lambda clue: clue.pattern.pattern[:20])
def test_each_pattern_is_told_by_its_windows(clue: Clue) -> None:
    """Wherever a pattern matches among all triples of some letters, a window fits."""
    letters = "aàeéoòuúủyýqgiíơ nÃ»–"
    text = "".join(a + b + c + "\n" for a in letters for b in letters for c in letters)
    assert spans(Scan(text).matches(clue)) == spans(clue.pattern.finditer(text))


def test_a_pattern_that_came_later_is_searched_for_by_itself() -> None:
    scan = Scan("abc " * 600)
    assert spans(scan.matches(CLUES[0])) == []
    late = Clue(len(scanning._CLUES), lambda: ("c", ()))
    assert len(spans(scan.matches(late))) == 600
