"""The compiled table of forms against a dictionary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.ngram_twin import SCRIPT, random_model
from vnclean.core.scorer import FormTable

needs_training = pytest.mark.skipif(not SCRIPT.exists(), reason="the training scripts are not here")
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


@needs_training
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=5, unique_by=lambda r: r[0]),
    st.lists(st.integers(0, 5), max_size=4, unique=True),
    st.lists(st.integers(-1, 8), min_size=6, max_size=6),
)
def test_candidates_are_the_word_its_rows_and_more(
    rows: list[tuple[int, int]], more: list[int], ids: list[int]
) -> None:
    model, _ = random_model(0, 9)
    codes, rates = np.array(ids, np.int32) * 4, np.array([-1.0, -2.0, -3.0, -4.0])
    rows_and_more = rows + [(word, 3) for word in more if word not in {row[0] for row in rows}]
    expected = [row for row in rows_and_more if ids[row[0]] >= 0]
    found = table_of({"ab": rows}).candidates(model, codes, rates, "ab", 14, -0.5, more)
    assert len(found) == len(expected) + 1
    assert found.codes == [12, *(ids[word] * 4 for word, _ in expected)]
    assert found.rates == [-0.5, *(float(rates[kind]) for _, kind in expected)]
    assert [found.source(k) for k in range(1, len(found))] == expected
    for wrong in (0, len(found)):
        with pytest.raises(ValueError, match="no candidate"):
            found.source(wrong)
    assert len(table_of({}).candidates(model, codes, rates, "ab", 0, 0.0)) == 1
    for few, kinds in ((codes[:0], rates), (codes, rates[:0])):
        with pytest.raises(ValueError, match="of other words"):
            table_of({"a": [(0, 0)]}).candidates(model, few, kinds, "a", 0, 0.0)
        with pytest.raises(ValueError, match="no word"):
            table_of({}).candidates(model, few, kinds, "a", 0, 0.0, [0])


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
