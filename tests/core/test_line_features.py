"""What lines tell by themselves: the compiled loops against arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import line_features_twin
from vnclean.boilerplate.line_features import LINE_FEATURES, line_features
from vnclean.core.line_features import NAMES, LineReader
from vnclean.core.trie import Trie

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
