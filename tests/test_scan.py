"""The one pass over triples of characters finds what each pattern finds by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import clues as training
from vnclean.language.model_file import read_arrays
from vnclean.language.tone_placement import impossible_sequence
from vnclean.registry import registry
from vnclean.repair.code_page_views import BEGINNINGS, candidate_lines, is_candidate
from vnclean.scan import (
    CLUE_TABLE,
    Clue,
    Scan,
    clue_table_path,
    mask_of,
)
from vnclean.scan import (
    CLUES as CLUES_BY_NAME,
)
from vnclean.scan import (
    clue as enter_clue,
)

registry()
CLUES = [each for name, each in sorted(CLUES_BY_NAME.items()) if not name.startswith("example")]
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


def test_a_pattern_that_is_not_in_the_table_is_searched_for_by_itself() -> None:
    scan = Scan("abc " * 600)
    assert spans(scan.matches(CLUES[0])) == []
    late = Clue("example.late", lambda: ("c", ()))
    assert len(spans(scan.matches(late))) == 600
    assert scan.seen & mask_of([late])


def test_a_clue_has_a_name_of_its_own() -> None:
    with pytest.raises(ValueError, match=CLUES[0].name):
        enter_clue(CLUES[0].name, "c")


def test_the_table_of_clues_that_ships_is_made_of_the_clues(tmp_path: Path) -> None:
    """Where Python knows another version of Unicode, only what that one leaves open differs."""
    made, shipped = tmp_path / "made.bin", clue_table_path()
    training.write(made, CLUES)
    header, _ = read_arrays(shipped, CLUE_TABLE, "", "")
    if header["unicode"] == unicodedata.unidata_version:
        assert made.read_bytes() == shipped.read_bytes()
    assert header["clues"].keys() == {each.name for each in CLUES}


def test_a_letter_of_another_unicode_is_not_overlooked() -> None:
    """An unassigned character is in every set that a letter or sign of another script is in."""
    classes, fits, behind, _ = training.windows_of(CLUES)
    unassigned = next(
        code for code in range(len(classes)) if unicodedata.category(chr(code)) == "Cn"
    )
    open_class = classes[unassigned]
    foreign = {classes[code] for code in range(0x530, len(classes))}
    for _, *window in fits:
        for kinds in window:
            assert open_class in kinds or foreign.isdisjoint(kinds)
    for kinds in behind.values():
        assert open_class in kinds or foreign.isdisjoint(kinds)
