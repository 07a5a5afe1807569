"""Places of patterns: the compiled pass against the slow one."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import twins
from tests.strategies import any_text, hostile
from training.clues import tables as arrays_of
from vnclean.core.prefilter import Prefilter

CODES = 0x180
Tables = tuple[bytes, twins.Windows, dict[int, set[int]]]


@st.composite
def tables(draw: st.DrawFn) -> Tables:
    """Classes of characters, windows of them, and what may stand behind some."""
    count = draw(st.integers(1, 6))
    classes = draw(st.randoms(use_true_random=False)).choices(range(count), k=CODES + 1)
    classes[-1] = count - 1
    kinds = st.sets(st.sampled_from(sorted(set(classes))))
    bits = st.integers(0, 31).map(lambda bit: 1 << bit)
    windows = draw(st.lists(st.tuples(bits, kinds, kinds, kinds), max_size=8))
    return bytes(classes), windows, draw(st.dictionaries(bits, kinds, max_size=3))


texts = any_text() | hostile() | st.text(st.characters(max_codepoint=0x250))


@pytest.mark.slow
@given(tables(), texts)
def test_places_are_those_of_the_twin(made: Tables, text: str) -> None:
    places = Prefilter(*arrays_of(*made)).find(text)
    expected = twins.find_places(text, *made)
    assert list(places) == expected
    assert places.union == reduce(or_, (bits for _, bits in expected), 0)


OFFSETS = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(0, 31).map(lambda bit: 1 << bit)), max_size=6
).map(tuple)


@pytest.mark.slow
@given(tables(), texts, OFFSETS)
def test_a_pattern_gets_its_places(
    made: Tables, text: str, offsets: tuple[tuple[int, int], ...]
) -> None:
    places = Prefilter(*arrays_of(*made)).find(text)
    assert places.select(offsets) == twins.select(list(places), offsets)


EVERYTHING = Prefilter(*arrays_of(bytes(12), [(0xFFFFFFFF, [0], [0], [0])], {}))


@pytest.mark.parametrize("letter", ["a", "\n", "ế", "\0", "\ud800", "\U0010ffff"])
@pytest.mark.parametrize("size", [0, 1, 2, 4095, 4096, 1_000_000])
def test_one_character_many_times(letter: str, size: int) -> None:
    places = EVERYTHING.find(letter * size)
    assert len(places) == size + 2
    assert places[0] == (-2, 0xFFFFFFFF)
    assert places[size + 1] == (size - 1, 0xFFFFFFFF)
    assert places.select(((0, 1), (2, 2), (3, 1))) == list(range(size + 3))


def test_tables_that_do_not_fit_are_refused() -> None:
    classes, one = np.zeros(12, np.uint8), np.zeros(1, np.uint32)
    with pytest.raises(ValueError, match="classes"):
        Prefilter(classes[:10], one, one, one)
    with pytest.raises(ValueError, match="rows"):
        Prefilter(classes + np.uint8(1), one, one, np.zeros(2, np.uint32))
    with pytest.raises(ValueError, match="cells"):
        Prefilter(classes, one + np.uint32(1), one, one)
    with pytest.raises(ValueError, match="cells"):
        Prefilter(classes, one, one[:0], one)
    with pytest.raises(ValueError, match="behind"):
        Prefilter(classes, one, one, one[:0])
    with pytest.raises(IndexError):
        Prefilter(classes, one, one, one).find("")[0]
    with pytest.raises(TypeError):
        Prefilter(classes, one, one, one).find(b"a")  # type: ignore[arg-type]
