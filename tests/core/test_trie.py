"""Phrases in a text: the compiled trie against a regular expression."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import twins
from tests.strategies import any_text, hostile
from vnclean.core.trie import Trie

PARTS = st.sampled_from(
    ["a", "ab", "tin", "tức", " ", "\n", ".", "_", "1", "©", "²", "ﬁ", "\U0001f600"]
)
pieces = st.lists(PARTS, max_size=40).map("".join)
phrases = st.lists(
    st.lists(PARTS.filter("\n".__ne__), min_size=1, max_size=5).map("".join),
    max_size=12,
    unique=True,
)


def check(known: list[str], text: str) -> None:
    expected = [number for found in twins.find_phrases(text, known) for number in found]
    assert Trie(known).find(text) == expected


@given(phrases, pieces | any_text() | hostile())
def test_phrases_are_those_of_the_twin(known: list[str], text: str) -> None:
    check(known, text)


words = st.text(min_size=1, max_size=4).filter(lambda word: "\n" not in word)


@given(st.data(), st.lists(words, max_size=8, unique=True))
def test_any_characters(data: st.DataObject, known: list[str]) -> None:
    parts = st.sampled_from([*known, " ", "\n", "a"]) | st.characters()
    check(known, "".join(data.draw(st.lists(parts, max_size=20))))


@pytest.mark.parametrize("letter", ["a", "\n", " ", "ế", "\0", "\ud800", "\U0010ffff"])
@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 1_000_000])
def test_one_character_many_times(letter: str, size: int) -> None:
    found = Trie(["a", "a a", "ế"]).find(letter * size)
    assert found == ([0, 0, 1, "aế".index(letter) * 2] if size == 1 and letter in "aế" else [])


def test_a_phrase_is_part_of_a_line() -> None:
    for wrong in ("", "a\nb"):
        with pytest.raises(ValueError, match="part of a line"):
            Trie([wrong])
