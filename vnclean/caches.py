"""Caches of functions: each is bounded, and all are emptied by one call.

A module takes its cache from here, never from `functools`; so nothing is kept that `clear_caches`
does not know, and no cache grows with the number of texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, AnyStr, ParamSpec, TypeVar, cast
from weakref import WeakSet

__all__ = ["cached", "cached_table", "clear_caches", "late_pattern"]

P = ParamSpec("P")
T = TypeVar("T")

_CACHES: WeakSet[Any] = WeakSet()
"""All caches there are; one that belongs to an object goes when the object goes."""


def cached(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorate a pure function so that its last results are kept, at most so many (LRU).

    Also for one object's method: `self.read = cached(64)(self._read)`; the cache goes with it.

    >>> @cached(2)
    ... def square(number: int) -> int:
    ...     return number * number
    >>> square(3), square(3)
    (9, 9)
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        wrapper: Any = lru_cache(maxsize=entries)(function)
        _CACHES.add(wrapper)
        return wrapper  # type: ignore[no-any-return]

    return decorate


def cached_table(make: Callable[[], T]) -> Callable[[], T]:
    """Decorate a function without parameters so that what it makes is made once, when first used.

    For tables and models that come with the package; danger: the result is shared, never change it.
    """
    return cached(1)(make)


class _LatePattern:
    """A regular expression until it is used."""

    def __init__(self, expression: Any, flags: int) -> None:
        self._made_of = expression, flags

    def __getattr__(self, name: str) -> Any:
        pattern = re.compile(*self._made_of)
        self.__dict__.update((each, getattr(pattern, each)) for each in _METHODS)
        return getattr(pattern, name)


_METHODS = [name for name in dir(re.Pattern) if name[0] != "_"]


def late_pattern(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a regular expression that is compiled when it is first used; for module level.

    Most texts need few of those that there are, and compiling all would be half of a start.

    >>> late_pattern("[0-9]+").findall("1 và 23")
    ['1', '23']
    """
    return cast("re.Pattern[AnyStr]", _LatePattern(expression, flags))


def clear_caches() -> None:
    """Forget all that was kept, models and tables included; they are read anew when needed.

    For long-lived programs that clean rarely, and for tests; the results of cleaning never depend
    on what is kept.

    >>> clear_caches()
    """
    for cache in list(_CACHES):
        cache.cache_clear()
