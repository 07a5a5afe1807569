"""Caches of functions: each is bounded, and all are emptied by one call.

A module takes its cache from here, never from `functools`; so nothing is kept that `clear_caches`
does not know, and no cache grows with the number of texts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import WeakSet

__all__ = ["BatchCache", "cached", "cached_table", "clear_caches"]

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


K = TypeVar("K", bound=Hashable)


class BatchCache(Generic[K, T]):
    """Keeps what is computed for many keys at a time; forgets all when it is full.

    >>> lengths = BatchCache(100, lambda words: [len(word) for word in words])
    >>> lengths.get(["hai", "mươi", "hai"])
    [3, 4, 3]
    """

    def __init__(self, entries: int, compute: Callable[[Sequence[K]], Iterable[T]]) -> None:
        self._entries = entries
        self._compute = compute
        self._kept: dict[K, T] = {}
        _CACHES.add(self)

    def get(self, keys: Sequence[K]) -> list[T]:
        """Return the result for each key; those not kept are computed in one call."""
        kept = self._kept
        known = {key: kept[key] for key in keys if key in kept}
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            found = dict(zip(new, self._compute(new), strict=True))
            known |= found
            # A new dictionary each time it is full, so that threads can read the old one.
            if len(kept) + len(found) <= self._entries:
                kept |= found
            elif len(found) <= self._entries:
                self._kept = found
        return [known[key] for key in keys]

    def cache_info(self) -> SimpleNamespace:
        """Return its bound and how much is kept, as the caches of functions do."""
        return SimpleNamespace(maxsize=self._entries, currsize=len(self._kept))

    def cache_clear(self) -> None:
        """Forget what is kept."""
        self._kept = {}


def clear_caches() -> None:
    """Forget all that was kept, models and tables included; they are read anew when needed.

    For long-lived programs that clean rarely, and for tests; the results of cleaning never depend
    on what is kept.

    >>> clear_caches()
    """
    for cache in list(_CACHES):
        cache.cache_clear()
