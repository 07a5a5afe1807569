"""The compiled table of forms against a dictionary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.forms import FormTable

LETTERS = "abđếx"
forms = st.text(st.sampled_from(LETTERS), min_size=1, max_size=3)
rows = st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), max_size=3)


def table_of(held: dict[str, list[tuple[int, int]]]) -> FormTable:
    order = sorted(held, key=lambda form: (len(form), [LETTERS.index(x) for x in form]))
    sizes = sorted({len(form) for form in order})
    numbers = {form: [LETTERS.index(letter) + 1 for letter in form] for form in order}
    blocks = [np.array([numbers[f] for f in order if len(f) == n], np.uint8) for n in sizes]
    every = [row for form in order for row in held[form]]
    starts = np.cumsum([0, *(len(held[form]) for form in order)]).astype(np.uint32)
    words = np.array([word for word, _ in every], np.uint16)
    return FormTable(LETTERS, blocks, starts, words, np.array([k for _, k in every], np.uint8))


@given(
    st.dictionaries(forms, rows, max_size=20),
    st.lists(st.one_of(forms, st.text(max_size=4), st.just("a" * 80))),
)
def test_rows_are_those_of_the_dictionary(
    held: dict[str, list[tuple[int, int]]], asked: list[str]
) -> None:
    table = table_of(held)
    for form in (*held, *asked):
        assert table.find(form) == held.get(form, [])


def test_what_does_not_fit_is_refused() -> None:
    none, block = np.zeros(0, np.uint8), np.ones((1, 2), np.uint8)
    words = none.astype(np.uint16)
    for blocks, starts in (([block], [0]), ([block], [0, 1]), ([block], [1, 0]), ([], [])):
        with pytest.raises(ValueError, match="don't fit"):
            FormTable("a", blocks, np.array(starts, np.uint32), words, none)
    with pytest.raises(ValueError, match="letter"):
        FormTable("😀", [], np.zeros(1, np.uint32), words, none)
    with pytest.raises(ValueError, match="64 letters"):
        FormTable("a", [np.ones((1, 64), np.uint8)], np.zeros(2, np.uint32), words, none)
