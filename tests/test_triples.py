"""The one pass over triples of characters finds what each pattern finds by itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.transforms  # noqa: F401  (enters the patterns of all rooms)
from vnclean import triples
from vnclean.language.tone_placement import impossible_sequence
from vnclean.repair.code_page_views import BEGINNINGS, candidates
from vnclean.scan import Scan
from vnclean.triples import LEAST, Clue, Places

CLUES = list(triples._CLUES)
LETTERS = "aàăâeéêiíoòóôơuúủưyýđqghQGHOUÀÒÚÝXÃãáíbcn"
SIGNS = " \n\t.,?!–“”…\u00a0\u00ad\u0301Ã£¡»¿\u0080\ufffd中😀\ud800"
texts = st.text(st.sampled_from(LETTERS + SIGNS), max_size=60)


def spans(clue: Clue, text: str, places: Places | None) -> list[tuple[int, int]]:
    return [match.span() for match in clue.matches(text, places)]


def test_there_are_patterns_of_several_rooms() -> None:
    patterns = [clue.pattern.pattern for clue in CLUES]
    assert impossible_sequence() in patterns
    assert len(patterns) >= 6


@given(texts)
def test_places_lead_to_every_match(text: str) -> None:
    places = Places.of_text(text)
    for clue in CLUES:
        assert spans(clue, text, places) == spans(clue, text, None)


@given(texts, st.integers(-3, 3))
def test_chunks_have_no_seam(text: str, shift: int) -> None:
    whole = "x" * ((1 << 15) - len(text) // 2 + shift) + text + "\n" + "y" * 40
    places = Places.of_text(whole)
    for clue in CLUES:
        assert spans(clue, whole, places) == spans(clue, whole, None)


@given(texts)
def test_beginnings_of_mojibake_are_the_candidates(text: str) -> None:
    found = {match.start() for match in BEGINNINGS.matches(text, Places.of_text(text))}
    assert found == set(candidates(text, Scan(text).unusual))


@given(texts)
def test_long_texts_have_the_unusual_characters_of_short_ones(text: str) -> None:
    long = text + "một dòng chữ bình thường\n" * (LEAST // 20)
    assert Scan(long).is_long
    assert Scan(long).unusual == Scan(text).unusual


@pytest.mark.parametrize("clue", CLUES, ids=lambda clue: clue.pattern.pattern[:20])
def test_each_pattern_is_told_by_its_windows(clue: Clue) -> None:
    """Wherever a pattern matches among all triples of some letters, a window fits."""
    letters = "aàeéoòuúủyýqgiíơ nÃ»–"
    text = "".join(a + b + c + "\n" for a in letters for b in letters for c in letters)
    assert spans(clue, text, Places.of_text(text)) == spans(clue, text, None)


def test_a_pattern_that_came_later_is_searched_for_by_itself() -> None:
    text = "abc " * 600
    places = Places.of_text(text)
    late = Clue(len(triples._CLUES), lambda: ("c", ()))
    assert len(spans(late, text, places)) == 600
    assert re.search("c", text)
