"""What decides on repairs, against what numpy says of whole arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.repairs import Curves, backed_lines, beside_capitals, calibrated_by_line, judged

SIZES = (0, 5, 8)
LIMITS = {
    "in_sentences": 0.35,
    "sentence_words": 10,
    "many_words": 4,
    "may_stay": 0.02,
    "may_stay_in_sentence": 0.1,
    "max_own_inside": 1e-3,
    "min_throughout": 0.99,
    "max_clean": 0.02,
    "min_explained": 0.75,
    "unseen_factor": 0.3,
}
SUPPORT = {
    "many_words": 4,
    "min_words": 2,
    "support_words": 6,
    "much_support": 30,
    "min_mean": 0.7,
    "max_clean": 0.02,
    "max_unsupported": 0.001,
    "min_explained": 0.75,
}
shares = st.sampled_from([0.0, 0.0005, 0.01, 0.05, 0.3, 0.5, 0.7, 0.75, 0.9, 0.985, 0.99, 1.0])


@dataclass(frozen=True)
class Lines:
    """What is known of each line, in the order of the fields of `judged`."""

    words: Any
    damaged_words: Any
    clean: Any
    throughout: Any
    explained: Any
    support: Any
    ends: Any


@st.composite
def lines_of_text(draw: st.DrawFn) -> Lines:
    count = draw(st.integers(1, 4))

    def some(each: st.SearchStrategy[Any]) -> Any:
        return np.array(draw(st.lists(each, min_size=count, max_size=count)))

    few = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 29, 30])
    words = st.integers(1, 12)
    return Lines(
        some(words), some(few), some(shares), some(shares), some(shares), some(few),
        some(st.booleans()),
    )  # fmt: skip


@st.composite
def repairs_of(draw: st.DrawFn, lines: int) -> tuple[Any, ...]:
    """Return of some repairs line, posterior, calibrated and own posterior, and three flags."""
    count = draw(st.integers(0, 6))

    def some(each: st.SearchStrategy[Any], kind: type) -> Any:
        return np.array(draw(st.lists(each, min_size=count, max_size=count)), kind)

    flags = [some(st.booleans(), bool) for _ in range(3)]
    numbers = [some(shares, float) for _ in range(3)]
    return some(st.integers(0, lines - 1), int), *numbers, *flags


@given(
    st.lists(st.tuples(shares, shares), min_size=1, max_size=5, unique_by=lambda p: p[0]),
    st.lists(st.floats(-0.5, 1.5), max_size=5),
)
def test_a_curve_is_a_line_between_points(points: Any, values: Any) -> None:
    x, y = map(list, zip(*sorted(points), strict=True))
    found = Curves([([0.5], [2.0]), (x, y)]).at([1] * len(values), values)
    assert found.tolist() == np.interp(values, x, y).tolist()


@given(st.data(), lines_of_text())
def test_which_lines_back_their_words(data: Any, lines: Lines) -> None:
    of_word, posterior, *_ = data.draw(repairs_of(len(lines.words)))
    total = np.bincount(of_word, posterior, len(lines.words))
    sense = total / np.maximum(np.bincount(of_word, minlength=len(lines.words)), 1)
    words, support, throughout = lines.damaged_words, lines.support, lines.throughout
    few = (words < 4) | (throughout < 0.5)
    backed = (words >= 2) & (~few | (sense >= 0.7))
    backed |= (words >= 1) & (support >= 6) & (throughout >= 0.5)
    backed |= (support >= 30) & (lines.clean < 0.001)
    backed &= (lines.clean < 0.02) & (lines.explained >= 0.75)
    found = backed_lines(
        of_word, posterior, words, support, lines.clean, throughout, lines.explained, **SUPPORT
    )
    assert found.tolist() == backed.tolist()


@given(st.data(), lines_of_text())
def test_what_decides_on_a_repair(data: Any, lines: Lines) -> None:
    count = len(lines.words)
    drawn = data.draw(repairs_of(count))
    of_repair, posterior, calibrated, own, damaged, named, unseen = drawn
    backed = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    points = [([0.2, 0.9], [0.1 * n / 9, 0.5 + 0.05 * n]) for n in range(9)]
    least, least_several = np.linspace(0.9, 0.5, 9), np.linspace(0.6, 0.2, 9)
    found = judged(
        Curves(points), *drawn, words=lines.words, damaged_words=lines.damaged_words,
        clean=lines.clean, throughout=lines.throughout, explained=lines.explained, is_backed=backed,
        ends=lines.ends, sizes=SIZES, least=least, least_several=least_several, **LIMITS,
    )  # fmt: skip
    explained = lines.explained >= 0.75
    lost = (lines.throughout >= 0.99) & (lines.clean < 0.02) & (lines.damaged_words > 0) & explained
    tells = (damaged & explained[of_repair]) | (lost[of_repair] & (own < 1e-3))
    long = (lines.words >= 10) & (lines.damaged_words >= 4)
    is_backed = backed[of_repair]
    in_sentence = is_backed & (lines.ends | long)[of_repair] & (own <= 0.1)
    in_sentence &= ~(named & ~lines.ends[of_repair])
    along = is_backed & (own <= 0.02)
    kind = 3 * np.where(named, 2, along) + np.searchsorted(SIZES, lines.words, "right")[of_repair]
    kind -= 1
    measured = np.array(
        [np.interp(p, *points[k]) for k, p in zip(kind, posterior, strict=True)], float
    )
    confidence = np.where(in_sentence, calibrated, measured)
    confidence[unseen] *= 0.3
    needed = least[kind]
    several = along & ~named & (lines.damaged_words >= 4)[of_repair]
    needed[several] = least_several[kind[several]]
    passes = confidence >= np.where(in_sentence, 0.35, needed)
    for got, wanted in zip(found, (tells, in_sentence, kind, confidence, passes), strict=True):
        assert got.tolist() == wanted.tolist()


@given(st.data(), st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_a_line_has_the_curve_of_its_channel_and_mean(data: Any, channel: list[int]) -> None:
    line, posterior, *_ = data.draw(repairs_of(len(channel)))
    firsts, least = [0, 2, 2, 3], [0.0, 0.8, 0.0]
    points = [([0.0, 1.0], [0.0, 1.0 / (n + 1)]) for n in range(3)]
    found, mean = calibrated_by_line(Curves(points), firsts, least, channel, line, posterior)
    for number, of_line in enumerate(line.tolist()):
        own = [p for p, at in zip(posterior, line, strict=True) if at == of_line]
        assert mean[of_line] == pytest.approx(sum(own) / len(own))
        if channel[of_line] == 1:
            assert found[number] == -1
            continue
        curve = 2 if channel[of_line] == 2 else int(mean[of_line] >= 0.8)
        assert found[number] == np.interp(posterior[number], *points[curve])


@given(st.lists(st.integers(0, 11), min_size=1, max_size=6))
def test_a_name_has_a_capital_beside_another(codes: list[int]) -> None:
    title = [False, *(code & 3 == 1 for code in codes), False]
    wanted = [title[k] and (title[k - 1] or title[k + 1]) for k in range(1, len(codes) + 1)]
    assert beside_capitals(codes, range(len(codes))).tolist() == wanted


def test_what_does_not_fit_together_is_refused() -> None:
    curves = Curves([([0.0], [1.0])])
    with pytest.raises(ValueError, match="a y for each x"):
        Curves([([0.0], [])])
    with pytest.raises(ValueError, match="has a curve"):
        curves.at([0], [])
    with pytest.raises(IndexError, match="no curve"):
        curves.at([1], [0.5])
    with pytest.raises(IndexError, match="no place"):
        beside_capitals([1], [1])
    with pytest.raises(ValueError, match="some channel"):
        calibrated_by_line(curves, [0, 2], [0.0], [0], [0], [0.5])
    with pytest.raises(IndexError, match="no such line"):
        calibrated_by_line(curves, [0, 1], [0.0], [0], [1], [0.5])
    with pytest.raises(ValueError, match="of each line"):
        backed_lines([], [], [1], [1], [0.1], [0.1], [], **SUPPORT)
    with pytest.raises(IndexError, match="no line"):
        backed_lines([1], [0.5], [1], [1], [0.1], [0.1], [0.1], **SUPPORT)
    known: dict[str, Any] = {
        "words": [3], "damaged_words": [1], "clean": [0.1], "throughout": [0.1],
        "explained": [0.1], "is_backed": [True], "ends": [True], "sizes": [0],
        "least": [0.5] * 3, "least_several": [0.5] * 3, **LIMITS,
    }  # fmt: skip
    three = Curves([([0.0], [1.0])] * 3)
    one = [[0.5]] * 3
    flags = [[True]] * 3
    judged(three, [0], *one, *flags, **known)
    with pytest.raises(ValueError, match="of each repair"):
        judged(three, [0, 0], *one, *flags, **known)
    with pytest.raises(ValueError, match="of each line"):
        judged(three, [0], *one, *flags, **{**known, "clean": []})
    with pytest.raises(ValueError, match="kind of place"):
        judged(curves, [0], *one, *flags, **known)
    with pytest.raises(IndexError, match="no line"):
        judged(three, [2], *one, *flags, **known)
    with pytest.raises(ValueError, match="has no size"):
        judged(three, [0], *one, *flags, **{**known, "sizes": [4]})
