"""What lines and their context tell, and a forest: the compiled loops against arrays and Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import line_features_twin
from tests.core.context_features_twin import context_features
from vnclean.boilerplate import context_features as ours
from vnclean.boilerplate.line_features import LINE_FEATURES, line_features
from vnclean.core.forest import Forest
from vnclean.core.line_features import NAMES, LineReader
from vnclean.core.trie import Trie


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


_PARTS = (
    "Trang chủ", "trang chủ", "Tin liên quan", "Gửi bình luận", "của", "và", "những", "được",
    "Hòa Lộc", "İ", "ΑΣ", "Σ", "12/3/2020", "2020-01-02", "1 / 2 / 2021", "08:30", "0912 345 678",
    "1900.1234 56", "84-24-3 888", "(+84)", "٣٤٥", "１２", "²", "5", "44444", "@", "http:",
    "https://", "www.", ".vn", ".com", ".edu_", "©", "(c)", "copyright", "{{", "}}", "[[", "…",
    "...", "..]", "?", "!", ":", "*", " *", ":*", "(*)", "”", '"', "'", "-", "–", "•", "\ue123",
    "»", "|", "#", "\\", ",", ".", ";", "/", "›", "- ảnh 12", "– Hình 3.", "(123)", "(1234567)",
    "\u3000", "\u2028", "\x85", "\t", "\U0001f600", "ÀÁ", "a", "B", "x" * 60, "đường " * 20,
    "0" * 45,
)  # fmt: skip


@given(
    st.lists(
        st.one_of(
            st.lists(st.sampled_from(_PARTS), min_size=1, max_size=6).map(" ".join),
            st.lists(st.sampled_from(_PARTS), min_size=1, max_size=9).map("".join),
            st.text(min_size=1, max_size=160),
        )
        .map(lambda line: line.replace("\n", " ").strip())
        .filter(bool),
        max_size=12,
    )
)
def test_lines_by_themselves_are_those_of_the_twin(lines: list[str]) -> None:
    values, line_id, prefix_id = line_features(lines)
    expected = line_features_twin.line_features(lines)
    for name, row, known in zip(LINE_FEATURES, values, expected.values, strict=True):
        np.testing.assert_allclose(row, known, rtol=2e-7, atol=1e-7, err_msg=name)
    for ours_id, known_id in ((line_id, expected.line_id), (prefix_id, expected.prefix_id)):
        assert (ours_id[:, None] == ours_id).tolist() == (known_id[:, None] == known_id).tolist()
        assert not len(lines) or 0 <= ours_id.min() <= ours_id.max() < len(lines)


@pytest.mark.parametrize("line", ["Mùa gặt", "ngày 1/2/2020", "Họ tên:(*)", "© Hòa Lộc - ảnh 4."])
def test_a_line_by_itself_is_exactly_that_of_the_twin(line: str) -> None:
    values = line_features([line, line]).values
    np.testing.assert_array_equal(values, line_features_twin.line_features([line, line]).values)


def test_what_does_not_fit_a_reader_is_refused() -> None:
    def fill(lines: list[str], rows: int = len(NAMES) + 2, count: int = 1) -> None:
        reader = LineReader(Trie(["mục lục"]), [0], [True], ["và"], 110, 30)
        ids = np.zeros((2, count), dtype=np.int64)
        reader.fill(np.zeros((rows, count), dtype=np.float32), ids[0].copy(), ids[1].copy(), lines)

    fill(["mục lục"])
    for wrong in ({"rows": 3}, {"count": 2}, {"lines": ["một", "hai"]}):
        with pytest.raises(ValueError, match="different sizes"):
            fill(**{"lines": ["mục lục"], **wrong})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="empty"):
        fill([""])
    with pytest.raises(ValueError, match="one of the kinds"):
        LineReader(Trie(["mục lục"]), [1], [True], [], 110, 30)
    with pytest.raises(ValueError, match="too much"):
        LineReader(Trie(["mục lục"]), [0], [True], [], 250, 30)
