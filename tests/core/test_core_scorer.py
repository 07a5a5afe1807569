"""The compiled scorer of spelling against sums over dictionaries."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ngram_twin import EDGE, SCRIPT, Twin, random_model
from vnclean.core.scorer import Candidates, log_likelihoods

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the training scripts are not here")

SIZE = 9
code = st.integers(0, SIZE * 4 - 1)


def slow_log_likelihood(twin: Twin, row: Sequence[int], order: int = 4) -> float:
    """Return the log-probability of all codes but the first three."""
    return sum(float(twin.score(*row[at - order + 1 : at + 1])) for at in range(3, len(row)))


def slow_rank(
    twin: Twin, window: list[int], codes: list[int], rates: list[float], least: float
) -> list[tuple[float, int]]:
    """Return the best candidates but the first, with their log-odds against it."""
    rows = [[*window[:3], each // 4 * 4 + window[3] % 4, *window[4:]] for each in codes]
    pairs = [
        slow_log_likelihood(twin, row, 2) + rate for row, rate in zip(rows, rates, strict=True)
    ]
    whole = [slow_log_likelihood(twin, row) + rate for row, rate in zip(rows, rates, strict=True)]
    numbers = [k for k in range(1, len(codes)) if pairs[k] - pairs[0] >= least]
    numbers.sort(key=lambda k: (-(whole[k] - whole[0]), k))
    return [(whole[k] - whole[0], k) for k in numbers[:5]]


@settings(deadline=None)
@given(
    st.integers(0, 2),
    st.lists(code, max_size=5),
    st.lists(st.lists(code, max_size=3), max_size=5),
    st.lists(code, max_size=5),
)
def test_middles_have_the_sums_of_the_dictionaries(
    seed: int, before: list[int], middles: list[list[int]], after: list[int]
) -> None:
    model, twin = random_model(seed, SIZE)
    left, right = ([EDGE] * 3 + before)[-3:], (after + [EDGE] * 3)[:3]
    expected = [slow_log_likelihood(twin, [*left, *middle, *right]) for middle in middles]
    assert log_likelihoods(model, before, middles, after) == expected


@settings(deadline=None)
@given(
    st.integers(0, 2),
    st.lists(code, min_size=7, max_size=7),
    st.lists(st.tuples(code, st.floats(-9, 3)), min_size=1, max_size=12),
    st.floats(-9, 1),
)
def test_the_best_candidates_are_those_of_the_dictionaries(
    seed: int, window: list[int], drawn: list[tuple[int, float]], least: float
) -> None:
    model, twin = random_model(seed, SIZE)
    codes, rates = (list(column) for column in zip(*drawn, strict=True))
    expected = slow_rank(twin, window, codes, rates, least)
    candidates = Candidates(model, codes, rates)
    assert candidates.rank(window, least) == expected
    rows = [[*window[:3], code // 4 * 4 + window[3] % 4, *window[4:]] for code in codes]
    assert candidates.near(window) == [slow_log_likelihood(twin, row) for row in rows]


def test_what_does_not_fit_is_refused() -> None:
    model, _ = random_model(0, SIZE)
    for wrong in (-1, 4 * SIZE):
        with pytest.raises(ValueError, match="not in 0 to"):
            log_likelihoods(model, [wrong], [[0]], [])
        with pytest.raises(ValueError, match="not in 0 to"):
            Candidates(model, [wrong], [0.0])
        with pytest.raises(ValueError, match="not in 0 to"):
            Candidates(model, [0], [0.0]).rank([wrong] * 7, 0.0)
    with pytest.raises(ValueError, match="at most 16"):
        log_likelihoods(model, [], [[0] * 17], [])
    for codes, rates in (([0], []), ([], [])):
        with pytest.raises(ValueError, match="a rate"):
            Candidates(model, codes, rates)
    with pytest.raises(ValueError, match="7 codes"):
        Candidates(model, [0], [0.0]).rank([0] * 6, 0.0)
