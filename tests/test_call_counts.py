"""The counter itself: it tells linear work from quadratic."""

from __future__ import annotations

import pytest

from tests.call_counts import assert_linear, count_calls


def linear(text: str) -> list[str]:
    return [sign.upper() for sign in text]


def quadratic(text: str) -> list[list[str]]:
    return [linear(text) for _ in text]


def test_work_is_counted_the_same_every_time() -> None:
    assert count_calls(linear, "a" * 500) == count_calls(linear, "b" * 500) >= 500


def test_quadratic_work_is_told_from_linear() -> None:
    assert_linear(linear, "a" * 20_000)
    with pytest.raises(AssertionError, match="calls became"):
        assert_linear(quadratic, "a" * 400)
