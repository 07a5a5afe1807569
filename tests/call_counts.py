"""How much work a function does, counted in calls: the same on an idle machine and a loaded one.

What happens inside one call of compiled code (a regular expression, numpy) is not counted. The
texts are so long that it would not come to an end in quadratic time.
"""

from __future__ import annotations

import cProfile
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_FREE_CALLS = 5_000
"""What a longer text may cost once: caches that fill, lines that are looked at for the first
time, the parts of the code that short texts don't reach."""


def count_calls(function: Callable[[T], object], argument: T) -> int:
    """Return the number of calls, of Python and built-in functions, that a call of it makes."""
    profile = cProfile.Profile()
    profile.runcall(function, argument)
    return sum(entry.callcount for entry in profile.getstats())


def assert_linear(function: Callable[[str], object], text: str, times: int = 4) -> None:
    """Assert that a text makes no more calls, per character, than the first quarter of it.

    Half as many again are allowed. A still shorter part is run before, so that tables are read.
    """
    part = text[: len(text) // times]
    function(text[:2000])
    assert_linear_between(function, part, text, times)


def assert_linear_between(function: Callable[[T], object], small: T, large: T, times: int) -> None:
    """Assert that an input `times` as large makes at most 1.5 x `times` as many calls."""
    few, many = count_calls(function, small), count_calls(function, large)
    assert many < 1.5 * times * few + _FREE_CALLS, f"{few} calls became {many}"
