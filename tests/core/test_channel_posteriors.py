"""The compiled states of lines are what their twin gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import channel_posteriors_twin as twin
from vnclean.core.channel_posteriors import mixtures_of, posteriors_of

FIRST = [0.9, 0.04, 0.03, 0.02, 0.01]
lines = st.lists(st.lists(st.floats(-60, 0), min_size=len(FIRST), max_size=len(FIRST)), max_size=12)


@given(lines, st.integers(1, 20), st.integers(1, 4))
def test_posteriors_are_those_of_the_twin(
    likelihood: list[list[float]], document_lines: int, rounds: int
) -> None:
    given_lines = np.array(likelihood).reshape(-1, len(FIRST))
    found = posteriors_of(given_lines, np.array(FIRST), document_lines, rounds, 2.0, 0.9)
    wanted = twin.posteriors_of(likelihood, FIRST, document_lines, rounds, 2.0, 0.9)
    assert found.shape == given_lines.shape
    for line, other in zip(found.tolist(), wanted, strict=True):
        assert line == pytest.approx(other)


@given(lines)
def test_mixtures_are_those_of_the_twin(likelihood: list[list[float]]) -> None:
    posterior = posteriors_of(
        np.array(likelihood).reshape(-1, len(FIRST)), np.array(FIRST), 1, 1, 2.0, 0.9
    )
    mixtures, number, channel, throughout = mixtures_of(posterior, 0.002, 0.3, 0.01)
    assert len(set(mixtures)) == len(mixtures)
    for n, line in enumerate(posterior.tolist()):
        mixture, likeliest, share = twin.mixture_of(line, 0.002, 0.3, 0.01)
        assert mixtures[number[n]] == mixture
        assert channel[n] == likeliest
        assert throughout[n] == pytest.approx(share)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="share at first"):
        posteriors_of(np.zeros((1, 3)), np.array([0.5, 0.5]), 1, 1, 2.0, 0.9)
