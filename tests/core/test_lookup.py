"""Words and pairs of a text: the compiled scan against the slow one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import twins
from tests.strategies import any_text, hostile
from vnclean.core import lookup
from vnclean.core.lookup import WordLookup

Found = tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[int]]

KNOWN = ["nhà", "to", "bàn", "hành", "ơi", "Huế", "x", "được", "thấy", *("x" * n for n in range(9))]
PAIRS = [("bàn", "hành"), ("ngà", "to"), ("", ""), ("a" * 5000, "bàn"), ("\u1ef9", "a")]
LOWER = "".join(filter(str.islower, map(chr, range(lookup.FIRST, lookup.LAST + 1))))
CONSONANTS = "bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX"
CAPITALS = "ABCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYẤ"


def kinds() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    letters = list(map(chr, range(lookup.FIRST, lookup.LAST + 1)))
    return np.array(
        [
            lookup.LOWER * (letter in LOWER)
            + lookup.CONSONANT * (letter in CONSONANTS)
            + lookup.CAPITAL * (letter in CAPITALS)
            for letter in letters
        ],
        np.uint8,
    )


IS_KNOWN = {twins.word_hash(word) >> 8 for word in KNOWN}
IS_SUSPECT = {twins.pair_hash(*pair) for pair in PAIRS}
LOOKUP = WordLookup(
    kinds(),
    np.array([twins.word_hash(word) for word in KNOWN], np.uint32),
    np.array(sorted(IS_SUSPECT), np.uint32),
)


def slow(text: str) -> Found:
    return twins.scan_words(text, IS_KNOWN, IS_SUSPECT, LOWER, CONSONANTS, CAPITALS)


PIECES = [
    *KNOWN, "ngà", "“", ".", "", "1", "dẩt", "bàn hành", "qu", "Qu", "QU", "qU", "\n", "T", "ngh",
    "gh\u00a0k", "A", "\u1ef9 a", "web", "\u1efa", "[", "@", "\ud800", "\U0001f600", "к\0đ",
]  # fmt: skip
pieces = st.sampled_from(PIECES)
texts = (
    any_text()
    | hostile()
    | st.text(st.characters(max_codepoint=0xFF))
    | st.lists(pieces, max_size=30).map(" ".join)
    | st.lists(pieces, max_size=30).map("".join)
)


@given(texts)
def test_findings_are_those_of_the_twin(text: str) -> None:
    found = LOOKUP.scan(text)
    assert found == slow(text)
    assert (found is lookup.NOTHING) == (not any(found))


@pytest.mark.slow
@given(texts, st.sampled_from([1 << 10, 1 << 12, 1 << 15]), st.integers(-4, 4))
def test_blocks_have_no_seam(text: str, block: int, shift: int) -> None:
    before = ("x" * 8 + " ") * (block // 9)
    before += "x" * (block - len(text) // 2 + shift - len(before))
    assert LOOKUP.scan(before + text + " bàn hành") == slow(before + text + " bàn hành")


@given(st.lists(texts, max_size=4))
def test_hashes_are_those_of_the_twin(words: list[str]) -> None:
    expected = [twins.word_hash(word) for word in words]
    assert lookup.word_hashes(words).tolist() == expected
    assert [lookup.word_hash(word) for word in words] == expected
    pairs = [twins.pair_hash(word, word[::-1]) for word in words]
    assert [lookup.pair_hash(word, word[::-1]) for word in words] == pairs
    turned = lookup.word_hashes([word[::-1] for word in words])
    assert lookup.pair_hashes(lookup.word_hashes(words), turned).tolist() == pairs


@pytest.mark.slow
@given(texts)
def test_fragments_are_those_of_the_twin(word: str) -> None:
    for each in [word, *word.split()]:
        expected = twins.is_fragment(each, CONSONANTS, CAPITALS)
        assert lookup.is_fragment(each, kinds()) is expected


def test_hashes_are_those_of_the_data_files() -> None:
    assert lookup.word_hashes(["", "a", "kiểm", "Nghiêng"]).tolist() == HASHES


HASHES = [0, 378667105, 3911030240, 153425065]


@pytest.mark.parametrize("letter", ["a", "\n", "ế", "T", "\0", "\ud800", "\U0010ffff"])
@pytest.mark.parametrize("size", [0, 1, 2, 1023, 1024, 1025, 4096])
def test_one_character_many_times(letter: str, size: int) -> None:
    assert LOOKUP.scan(letter * size) == slow(letter * size)


@pytest.mark.slow
def test_a_million_characters() -> None:
    for letter in "a", "ế", "\0", "\U0010ffff":
        expected: Found = ([], [], [])
        # Two empty words are a pair here, to have as many findings as there can be.
        if letter in "\0\U0010ffff":
            expected = ([], [(at, at, at + 1) for at in range(1_000_000)], [])
        assert LOOKUP.scan(letter * 1_000_000) == expected


def test_a_word_can_be_long() -> None:
    text = "a" * 5000 + " bàn ngà"
    assert LOOKUP.scan(text) == ([(5005, 5008)], [(0, 5000, 5004)], [])
    assert LOOKUP.scan("ế" * lookup.LONGEST)[0] == [(0, lookup.LONGEST)]
    assert LOOKUP.scan("ế" * (lookup.LONGEST + 1))[0] == []


def test_tables_that_do_not_fit_are_refused() -> None:
    none = np.zeros(0, np.uint32)
    with pytest.raises(ValueError, match="kinds"):
        WordLookup(np.zeros(9, np.uint8), none, none)
    with pytest.raises(ValueError, match="sorted"):
        WordLookup(kinds(), none, np.array([2, 1], np.uint32))
    with pytest.raises(ValueError, match="second"):
        lookup.pair_hashes(none, np.zeros(1, np.uint32))
    with pytest.raises(TypeError):
        LOOKUP.scan(None)  # type: ignore[arg-type]
    assert WordLookup(kinds(), none, none).scan("ngà") == ([(0, 3)], [], [])
