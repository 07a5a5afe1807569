"""Places of patterns: the compiled pass against the slow one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import twins
from tests.strategies import any_text, hostile
from vnclean.core.prefilter import Prefilter

CODES = 0x180
Tables = tuple[list[int], list[list[list[int]]]]


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    """Classes of characters and bits of triples, most of them none."""
    count = draw(st.integers(1, 6))
    chosen = np.random.default_rng(draw(st.integers(0, 1 << 16)))
    classes = chosen.integers(0, count, CODES + 1)
    bits = chosen.integers(0, 1 << 32, (count, count, count))
    bits[chosen.random(bits.shape) < draw(st.sampled_from([0.0, 0.5, 0.9, 1.0]))] = 0
    return classes.tolist(), bits.tolist()


def prefilter(classes: list[int], cells: list[list[list[int]]]) -> Prefilter:
    return Prefilter(np.array(classes, np.uint8), np.array(cells, np.uint32))


texts = any_text() | hostile() | st.text(st.characters(max_codepoint=0x250))


@given(tables(), texts)
def test_places_are_those_of_the_twin(made: Tables, text: str) -> None:
    places = prefilter(*made).find(text)
    expected = twins.find_places(text, *made)
    assert list(places) == expected
    assert places.union == int(np.bitwise_or.reduce([bits for _, bits in expected] or [0]))


OFFSETS = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(0, 31).map(lambda bit: 1 << bit)), max_size=6
).map(tuple)


@given(tables(), texts, OFFSETS)
def test_a_pattern_gets_its_places(
    made: Tables, text: str, offsets: tuple[tuple[int, int], ...]
) -> None:
    places = prefilter(*made).find(text)
    assert places.select(offsets) == twins.select(list(places), offsets)


EVERYTHING = prefilter([0] * 12, [[[0xFFFFFFFF]]])


@pytest.mark.parametrize("letter", ["a", "\n", "ế", "\0", "\ud800", "\U0010ffff"])
@pytest.mark.parametrize("size", [0, 1, 2, 4095, 4096, 1_000_000])
def test_one_character_many_times(letter: str, size: int) -> None:
    places = EVERYTHING.find(letter * size)
    assert len(places) == size + 2
    assert places[0] == (-2, 0xFFFFFFFF)
    assert places[size + 1] == (size - 1, 0xFFFFFFFF)
    assert places.select(((0, 1), (2, 2), (3, 1))) == list(range(size + 3))


def test_tables_that_do_not_fit_are_refused() -> None:
    cube = np.zeros((2, 2, 2), np.uint32)
    with pytest.raises(ValueError, match="cube"):
        Prefilter(np.zeros(12, np.uint8), np.zeros((2, 2, 3), np.uint32))
    with pytest.raises(ValueError, match="classes"):
        Prefilter(np.full(12, 2, np.uint8), cube)
    with pytest.raises(ValueError, match="classes"):
        Prefilter(np.zeros(10, np.uint8), cube)
    with pytest.raises(IndexError):
        Prefilter(np.zeros(12, np.uint8), cube).find("")[0]
    with pytest.raises(TypeError):
        Prefilter(np.zeros(12, np.uint8), cube).find(b"a")  # type: ignore[arg-type]
