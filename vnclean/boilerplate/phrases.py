"""The phrases that speak for furniture, found in a text by a trie of the core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.pattern_table import pattern_rows
from vnclean.caches import cached_table
from vnclean.core.trie import Trie

__all__ = [
    "KINDS",
    "PhraseHits",
    "find_phrases",
    "function_words",
    "phrases",
    "phrases_in",
    "spoken_phrases",
]

KINDS = (
    "comment", "counter", "footer", "form", "function", "meta", "nav", "pager", "related", "share",
    "shop", "slogan", "tag",
)  # fmt: skip
"""The kinds of phrases, in the order of their numbers; `function` are the words of prose."""


@cached_table
def phrases() -> dict[str, int]:
    """Return each phrase (lower case) with the number of its kind.

    >>> KINDS[phrases()["tin liên quan"]]
    'related'
    """
    return {row.pattern: KINDS.index(row.rule) for row in pattern_rows("phrase")}


@cached_table
def function_words() -> frozenset[str]:
    """Return the words that sentences are held together by."""
    return frozenset(word for word, kind in phrases().items() if KINDS[kind] == "function")


@cached_table
def spoken_phrases() -> tuple[Trie, tuple[str, ...], NDArray[np.int64]]:
    """Return the trie of the phrases of furniture, these phrases, and the number of their kinds."""
    spoken = [phrase for phrase in phrases() if phrase not in function_words()]
    kinds = np.array([phrases()[phrase] for phrase in spoken], dtype=np.int64)
    return Trie(spoken), tuple(spoken), kinds


def phrases_in(text: str) -> Iterator[tuple[int, int, str]]:
    r"""Yield line, start in the line and words of each phrase of furniture in small letters.

    The longest phrase at a word counts, and the next begins behind it.

    >>> list(phrases_in("mùa gặt\ntrang chủ > tin tức"))
    [(1, 0, 'trang chủ'), (1, 12, 'tin tức')]
    """
    trie, spoken, _ = spoken_phrases()
    found = iter(trie.find(text))
    for line, start, _, number in zip(found, found, found, found, strict=True):
        yield line, start, spoken[number]


class PhraseHits(NamedTuple):
    """The phrases of furniture in lines, one entry for each."""

    line: NDArray[np.int64]
    start: NDArray[np.int64]
    """Characters before it in its line."""
    size: NDArray[np.int64]
    """Its own characters."""
    kind: NDArray[np.int64]
    """The number of its kind in `KINDS`."""


def find_phrases(text: str) -> PhraseHits:
    r"""Find the phrases in the lines of a text in small letters; takes linear time.

    >>> find_phrases("mùa gặt\ntrang chủ > tin tức").start.tolist()
    [0, 12]
    """
    trie, _, kinds = spoken_phrases()
    found = trie.find(text)
    line, start, size, number = np.array(found, dtype=np.int64).reshape(-1, 4).T
    return PhraseHits(line, start, size, kinds[number])
