"""The lines of a page and its title: the loops against Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.page_lines import split_lines, title_shares


@given(
    st.lists(
        st.sampled_from(["\n", " ", "\t", "\u3000", "\x85", "a", "đ", "Mùa gặt", "\U0001f600"])
    )
)
def test_lines_are_those_of_split(parts: list[str]) -> None:
    text = "".join(parts)
    expected, at, blank = [], 0, 0
    for line in text.split("\n"):
        if line.strip():
            expected.append((at, line.strip(), blank, at + len(line)))
            blank = 0
        else:
            blank += 1
        at += len(line) + 1
    start, lines, before, end = split_lines(text)
    assert list(zip(start, lines, before, end, strict=True)) == expected
    assert len(set(map(id, lines))) == len(set(lines))


_WORDS = ("Mùa", "mùa", "gặt", "đã", "về", "trên", "ΑΣ", "ας", "İ", "i̇", "cánh\u3000đồng", "năm")


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(_WORDS), min_size=1, max_size=40), st.integers(1, 9)
        ).map(lambda drawn: (" ".join(drawn[0]) * drawn[1])[:420]),
        max_size=75,
    )
)
def test_a_title_is_said_again_below_it(lines: list[str]) -> None:
    out = np.full(len(lines), 9, dtype=np.float32)
    title_shares(lines, out)
    words = [set(line[:200].lower().split()) for line in lines]
    for number, line in enumerate(lines):
        longer = [below for below in range(number + 1, min(number + 9, len(lines), 68))
                  if len(lines[below]) >= max(80, len(line))]  # fmt: skip
        share = 0.0
        if number < 60 and 12 <= len(line) <= 150 and longer and 4 <= len(words[number]) <= 30:
            share = max(len(words[number] & words[below]) for below in longer) / len(words[number])
        assert out[number] == np.float32(share)


def test_sizes_are_checked() -> None:
    two = np.zeros(2, dtype=np.float32)
    with pytest.raises(ValueError, match="different sizes"):
        title_shares(["một"], two)
