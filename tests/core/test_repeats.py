"""Lines that a text says twice: the compiled question never misses what the slow one finds."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text, hostile
from vnclean.core.repeats import may_repeat

LETTERS = st.text(st.sampled_from("aAbBếẾ. …\u200b"), max_size=12)
texts = st.lists(LETTERS, max_size=8).map("\n".join) | any_text() | hostile()


def says(long: str, short: str) -> bool:
    """Say whether a line begins with another or, twice as long, holds it."""
    bare = short.rstrip(".")
    return long.startswith(bare) or (len(long) >= 2 * len(short) and bare in long)


def lower(text: str) -> str:
    """Return small letters, each for itself."""
    return "".join(letter.lower()[0] for letter in text)


def slow(text: str, least: int) -> bool:
    lines = [lower(line) for line in map(str.strip, text.split("\n")) if len(line) >= least]
    return any(one == two for one, two in combinations(lines, 2)) or any(
        says(one, two) or says(two, one) for one, two in pairwise(lines)
    )


@given(texts, st.integers(1, 6))
def test_the_answer_is_that_of_the_twin(text: str, least: int) -> None:
    assert may_repeat(text, least) >= slow(text, least)


@given(st.lists(st.text(st.sampled_from("abcdefghij"), min_size=4, max_size=9), max_size=6))
def test_short_lines_get_the_very_answer(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert may_repeat(text, 4) == slow(text, 4)


@pytest.mark.parametrize("width", ["", "ế", "\U0001f600"])
def test_work_is_bounded(width: str) -> None:
    """A search that would take long is left to the one that knows how."""
    text = "a" * 500_000 + width + "\n" + "a" * 100_000 + "b"
    assert may_repeat(text, 20)
    assert not may_repeat("\n".join(f"{number} dòng {width}" for number in range(100_000)), 5)
