"""What the context of lines tells, and a forest: the compiled loops against arrays and Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.context_features_twin import context_features
from vnclean.boilerplate import context_features as ours
from vnclean.boilerplate.line_features import LINE_FEATURES
from vnclean.core.forest import Forest


@st.composite
def pages(draw: st.DrawFn) -> tuple[Any, ...]:
    """Return the values of lines, their gaps, numbers, numbers of beginnings and title shares."""
    count = draw(st.integers(1, 90))
    dice = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    values = dice.random((len(LINE_FEATURES), count), dtype=np.float32)
    values *= dice.random((len(LINE_FEATURES), 1)) < draw(st.sampled_from([0.3, 0.8, 1]))
    values[LINE_FEATURES.index("length")] *= 7
    gaps = dice.integers(0, draw(st.sampled_from([1, 2, 9])), count)
    ids = dice.integers(0, draw(st.sampled_from([1, 3, 200])), (2, count))
    return values, gaps, ids[0].copy(), ids[1].copy(), dice.random(count, dtype=np.float32)


@given(pages())
def test_the_context_is_that_of_the_twin(page: tuple[Any, ...]) -> None:
    values, *others = page
    out = np.zeros((len(ours.NAMES), values.shape[1]), dtype=np.float32)
    out[: len(LINE_FEATURES)] = values
    ours._CONTEXT.fill(out, *others)
    # Logarithms of the C library and of numpy may differ in the last bit.
    np.testing.assert_allclose(out, context_features(values, *others), rtol=3e-7, atol=1e-7)


def test_sizes_are_checked() -> None:
    rows, gaps = len(ours.NAMES), np.zeros(3, dtype=np.int64)
    title = np.zeros(3, dtype=np.float32)
    for shape in ((rows, 2), (rows - 1, 3)):
        with pytest.raises(ValueError, match="different sizes"):
            ours._CONTEXT.fill(np.zeros(shape, dtype=np.float32), gaps, gaps, gaps, title)
    with pytest.raises(ValueError, match="count from 0"):
        ours._CONTEXT.fill(np.zeros((rows, 3), dtype=np.float32), gaps, gaps - 1, gaps, title)


@given(st.integers(0, 1 << 32), st.integers(1, 4), st.integers(0, 140))
def test_a_forest_adds_the_leaves_of_its_trees(seed: int, depth: int, count: int) -> None:
    dice = np.random.default_rng(seed)
    rows = dice.integers(0, 5, 9, dtype=np.int32)
    borders = dice.integers(0, 4, 9).astype(np.float32)
    trees = dice.integers(0, 9, (6, depth), dtype=np.int32)
    leaves = dice.integers(-(1 << 20), 1 << 20, (6, 1 << depth), dtype=np.int32)
    columns = dice.integers(0, 5, (5, count)).astype(np.float32)
    expected = [
        sum(
            int(leaves[tree, sum(
                int(columns[rows[question], column] > borders[question]) << level
                for level, question in enumerate(trees[tree])
            )])
            for tree in range(6)
        )
        for column in range(count)
    ]  # fmt: skip
    assert Forest(rows, borders, trees, leaves).sums(columns).tolist() == expected


def test_forests_that_do_not_fit_are_refused() -> None:
    one, border = np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.float32)
    tree, leaves = np.zeros((1, 1), dtype=np.int32), np.zeros((1, 2), dtype=np.int32)
    for wrong in (
        (one, border, tree + 1, leaves),
        (one, border, tree, leaves[:, :1].copy()),
        (one, border, tree[:0], leaves[:0]),
        (one, border[:0], tree, leaves),
        (one - 1, border, tree, leaves),
    ):
        with pytest.raises(ValueError, match=r"question|leaves|rows"):
            Forest(*wrong)
    with pytest.raises(ValueError, match="a row that is none"):
        Forest(one + 1, border, tree, leaves).sums(np.zeros((1, 3), dtype=np.float32))
