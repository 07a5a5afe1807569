"""The compiled map of letters against `str.join`."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.letters import LetterMap

MADE = {"A": "a", "ơ": "o", "\u0301": "", "ß": "ss", "µ": "\u03bc", "😀": "x", "b": "\u1ea0"}


def make(letter: str) -> str:
    return MADE.get(letter, letter)


@given(st.text(st.sampled_from([*MADE, "x", "ế", "\U0001f44d", "\U00020000"]), max_size=8))
def test_a_text_is_its_letters_one_by_one(text: str) -> None:
    mapped = LetterMap(make)
    for found in (mapped.apply(text), mapped.apply(text)):
        expected = "".join(map(make, text))
        if found is None:
            several = any(len(make(letter)) > 1 or letter >= "\U00020000" for letter in text)
            assert several or max(map(ord, expected)) > max(map(ord, text))
        else:
            assert found == expected
            assert (found is text) == (expected == text)


def test_long_texts_are_read_without_the_lock() -> None:
    assert LetterMap(make).apply("Aơ\u0301" * 5000) == "ao" * 5000
