"""What the other lines of a page tell of a line: the compiled loops against Python."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.page_features import NAMES, PageFeatures

OWN = ("prose", "repeats", "alike", "gap_before", "gap_after")
SMALL = ["và", "của"]
_WORD = re.compile(r"[^\W\d_]{2,}")
_LINK = re.compile(r"!?\[[^\[\]]*\]\([^()\s]*\)")
_PARTS = ("mùa", "gặt", "VÀ", "của", "Mùa", "[a](b)", "![c](d)", "[e](", "](", "[", ")", "x y",
          "1a", "12", "đ", "_", "[f] (g)", "[h](i j)", "!", "\U0001f600")  # fmt: skip


def expected(
    prose: list[bool], lines: list[str], gaps: list[int], ids: list[int], prefixes: list[int]
) -> dict[str, list[float]]:
    words = [{word.lower() for word in _WORD.findall(line[:300])} - set(SMALL) for line in lines]
    said = Counter(word for own in words for word in own)
    in_prose = Counter(word for own, is_prose in zip(words, prose, strict=True) if is_prose
                       for word in own)  # fmt: skip
    links = [_LINK.findall(line) for line in lines]

    def mean(values: list[float]) -> float:
        return sum(values) / max(1, len(values))

    return {
        "repeats": [np.log2(ids.count(each)) for each in ids],
        "alike": [np.log2(prefixes.count(each)) for each in prefixes],
        "gap_before": [min(gap, 4) for gap in gaps],
        "gap_after": [*(min(gap, 4) for gap in gaps[1:]), *[4][: len(gaps)]],
        "link_share": [sum(map(len, own)) / len(line)
                       for own, line in zip(links, lines, strict=True)],
        "links": [len(own) for own in links],
        "words_elsewhere": [mean([said[word] > 1 for word in own]) for own in words],
        "words_in_prose": [mean([in_prose[word] > own_prose for word in own])
                           for own, own_prose in zip(words, prose, strict=True)],
        "word_counts": [mean([np.log2(said[word]) for word in own]) for own in words],
        "own_words": [np.log1p(len(own)) for own in words],
    }  # fmt: skip


@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.lists(st.sampled_from(_PARTS), min_size=1, max_size=9).map(" ".join)
            | st.lists(st.sampled_from(_PARTS), min_size=1, max_size=9).map("".join),
            st.integers(0, 7),
            st.integers(0, 3),
            st.integers(0, 3),
        ),
        max_size=12,
    )
)
def test_the_page_is_that_of_the_twin(rows: list[tuple[bool, str, int, int, int]]) -> None:
    prose, lines, gaps, ids, prefixes = map(list, zip(*rows, strict=True)) if rows else [[]] * 5
    reader = PageFeatures(OWN, SMALL)
    out = np.zeros((reader.rows, len(lines)), dtype=np.float32)
    out[0] = prose
    reader.fill(out, lines, *(np.array(each, dtype=np.int64) for each in (gaps, ids, prefixes)))
    names = [*OWN, *NAMES]
    for name, values in expected(prose, lines, gaps, ids, prefixes).items():
        np.testing.assert_allclose(out[names.index(name)], values, rtol=1e-6, err_msg=name)


def test_what_does_not_fit_is_refused() -> None:
    reader = PageFeatures(OWN, SMALL)
    ids = np.zeros(1, dtype=np.int64)
    with pytest.raises(ValueError, match="different sizes"):
        reader.fill(np.zeros((reader.rows, 2), dtype=np.float32), ["a"], ids, ids, ids)
    with pytest.raises(ValueError, match="count from 0"):
        reader.fill(np.zeros((reader.rows, 1), dtype=np.float32), ["a"], ids, ids - 1, ids)
