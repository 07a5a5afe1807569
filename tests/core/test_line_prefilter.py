"""Lines that a pattern may match: the compiled look against the slow one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import twins
from tests.strategies import any_text, hostile, line_soups
from vnclean.boilerplate import line_patterns
from vnclean.core.line_prefilter import LinePrefilter
from vnclean.core.trie import Trie

ROWS = [
    (0, ("tin", "bài "), "", 12), (1, (), "ảnh", 12), (2, ("0.", "\ue000", "tin tứ"), "", 99),
    (2, ("*",), "*)", 9), (-2, ("in",), "", 12), (3, (), "\t", 12), (4, ("tin",), "ứ", 12),
]  # fmt: skip
TAILS = ["xem", ">", " 0"]
PHRASES, COUNTS = ["tin", "tin tức", "ảnh 2", "9"], [True, True, False, True]
OPTIONS: dict[str, Any] = {
    "entries": -2, "tail": -3, "closing": ".!", "stops": ".,", "bars": "|›", "odd": "İı",
    "sizes": (10, 8, 12, 30, 2, 15), "share": 0.5,
}  # fmt: skip
PREFILTER = LinePrefilter(ROWS, TAILS, Trie(PHRASES), COUNTS, **OPTIONS)
PIECES = st.sampled_from([
    "tin", "tức", " tứ", "TIN", " ", "\n", ".", "!", ", ", "|", " - ", "›", "ảnh", " 2", "9.", "٣",
    ">", "xem", "*", ")", "---", "in", "İ", "ı", "\t", "\xa0", "\u2028", "\uf000", "b", "bài ", ":",
    "ﬁ", "\U0001d7d8", "\ud800",
])  # fmt: skip
texts = st.lists(PIECES, max_size=25).map("".join) | any_text() | hostile() | line_soups()


def check(text: str) -> None:
    expected, count = twins.find_lines(text, ROWS, TAILS, PHRASES, COUNTS, **OPTIONS)
    assert PREFILTER.find(text) == ([number for found in expected for number in found], count)


@given(texts)
def test_lines_are_those_of_the_twin(text: str) -> None:
    check(text)


@pytest.mark.parametrize("letter", ["t", "\n", " ", ".", "ế", "İ", "\0", "\ud800", "\U0010ffff"])
@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 100_000])
def test_one_character_many_times(letter: str, size: int) -> None:
    check(letter * size)


def test_rows_that_would_be_asked_of_each_line_are_refused() -> None:
    for row in ((0, (), "", 9), (0, (), "ab", 99)):
        with pytest.raises(ValueError, match=r"a row needs|read whole"):
            LinePrefilter([row], [], Trie([]), [], **OPTIONS)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_what_is_not_asked_matches_nothing(text: str) -> None:
    """Each line matched with all rows shows the same as with those that are asked."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    rows = line_patterns._rows()
    every = range(len(rows))
    matches = line_patterns.match_patterns(lines)
    for number, line in enumerate(lines):
        asked = [
            n for n in every if len(line) <= line_patterns._most_chars(line_patterns._rows()[n])
        ]
        found = line_patterns._match(line, [*asked, line_patterns._ENTRIES_ASKED])
        assert (matches.rule[number], matches.flags[number]) == found
