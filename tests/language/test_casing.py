"""The case of words: what is regular, and how it is given to another word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import syllables
from vnclean.language.casing import has_regular_case, is_capitalized, match_case, match_shape

SHAPES = (str.lower, str.upper, str.capitalize)


@given(syllables(), st.sampled_from(SHAPES))
def test_syllables_in_their_three_shapes_have_regular_case(word: str, shape: object) -> None:
    assert callable(shape)
    shown = shape(word)
    assert has_regular_case(shown)
    assert match_shape(shown, word) == match_case(shown, word) == shown


@given(syllables(), syllables(), st.sampled_from(SHAPES))
def test_a_word_gets_the_shape_of_another(word: str, model: str, shape: object) -> None:
    assert callable(shape)
    given_shape = match_shape(shape(model), word)
    assert given_shape.lower() == word
    assert has_regular_case(given_shape)
    assert match_shape(given_shape, word) == given_shape or len(word) == 1


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    slow = text.islower() or text.isupper() or (text[:1].isupper() and text[1:].islower())
    assert has_regular_case(text) == slow
    assert not is_capitalized(text) or has_regular_case(text)
    assert match_shape(text, match_shape(text, "hòa")) == match_shape(text, "hòa")


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("aăâđêôơưỡ"))))
def test_case_goes_letter_by_letter(letters: list[tuple[bool, str]]) -> None:
    shape = "".join(letter.upper() if upper else letter for upper, letter in letters)
    assert match_case(shape, shape.lower()) == shape
