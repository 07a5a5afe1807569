"""The compiled tokens against the pattern that says what a token is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.suspects_twin import is_word
from vnclean.core.tokens import find_tokens
from vnclean.core.word_finder import WordFinder
from vnclean.language.ngram import TOKEN

signs = st.text(st.one_of(st.sampled_from("aăệđ 1٣².,:/_-\n\t\u00a0\u2028"), st.characters()))


@given(signs, st.integers(-2, 12), st.integers(-2, 40))
def test_the_same_tokens_as_the_pattern(text: str, start: int, end: int) -> None:
    expected = [(*match.span(), match[0]) for match in TOKEN.finditer(text, start, end)]
    found = find_tokens(text, start, end, {}, len, -1)
    assert [(token.start, token.end, token.text) for token in found] == expected
    assert all(token.code == len(token.text) for token in found)


@given(signs, st.integers(-2, 12), st.integers(-2, 40))
def test_the_words_of_which_a_function_says_yes(text: str, start: int, end: int) -> None:
    words = [match for match in TOKEN.finditer(text, start, end) if is_word(match[0])]
    finder = WordFinder(lambda word: len(word) < 3)
    for _ in range(2):
        expected = [match.span() for match in words if len(match[0]) < 3]
        assert finder.find(text, start, end) == expected


def test_words_are_asked_for_once_and_the_long_ones_not_kept() -> None:
    asked: list[str] = []
    finder = WordFinder(lambda word: asked.append(word) or True)
    assert finder.find(f"to to {'x' * 64}", 0, 99) == [(0, 2), (3, 5), (6, 70)]
    assert finder.find(f"to {'x' * 64}", 0, 99) == [(0, 2), (3, 67)]
    assert asked == ["to", "x" * 64, "x" * 64]


def test_words_that_are_not_meant_are_not_asked_for_and_not_forgotten() -> None:
    asked: list[str] = []
    finder = WordFinder(lambda word: asked.append(word) or True, ("to", "nhà"))
    signs = [chr(0x4E00 + number) for number in range(270)]
    text = " ".join(f"{one}{two}" for one in signs for two in signs)
    for _ in range(2):
        spans = finder.find(f"nhà to {text} web", 0, len(text) + 20)
        assert len(spans) == 270 * 270 + 1
        assert "nhà" not in asked
    assert 270 * 270 + 1 < len(asked) <= 2 * (270 * 270 + 1)
    asked.clear()
    assert finder.find("web to nhà", 0, 99) == [(0, 3)]
    assert asked in ([], ["web"])


def test_codes_that_are_known_are_not_made_and_some_are_left_out() -> None:
    asked: list[str] = []

    def make(word: str) -> int:
        asked.append(word)
        return -1 if word == "!" else 9

    found = find_tokens("nhà to! 1.5", 0, 99, {"nhà": 5}, make, -1)
    assert repr(found) == "[Token(0, 3, 'nhà', 5), Token(4, 6, 'to', 9), Token(8, 11, '1.5', 9)]"
    assert asked == ["to", "!", "1.5"]
