"""The phrases that speak for furniture, as one regular expression that runs in C over a text."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.pattern_table import pattern_rows
from vnclean.caches import cached_table

__all__ = ["KINDS", "PhraseHits", "find_phrases", "function_words", "phrase_pattern", "phrases"]

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


def _trie_pattern(words: list[str]) -> str:
    """Write sorted words as one expression with shared beginnings, the longest tried first."""
    ends = words[0] == ""
    branches: list[str] = []
    at = 1 if ends else 0
    while at < len(words):
        first = words[at][0]
        stop = at
        while stop < len(words) and words[stop][0] == first:
            stop += 1
        branches.append(re.escape(first) + _trie_pattern([word[1:] for word in words[at:stop]]))
        at = stop
    if not branches:
        return ""
    inner = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return inner + "?" if ends else inner


@cached_table
def function_words() -> frozenset[str]:
    """Return the words that sentences are held together by."""
    return frozenset(word for word, kind in phrases().items() if KINDS[kind] == "function")


@cached_table
def phrase_pattern() -> re.Pattern[str]:
    """Return the expression that finds the longest phrase at each word of a lower-case text.

    Group 1 is a phrase of furniture. The character before it belongs to the match, so that the
    search goes from space to space: the text needs one before its first word.
    """
    spoken = sorted(phrases().keys() - function_words())
    return re.compile(rf"\W({_trie_pattern(spoken)})(?!\w)")


class PhraseHits(NamedTuple):
    """The phrases of furniture in lines, one entry for each."""

    line: NDArray[np.int64]
    start: NDArray[np.int64]
    """Characters before it in its line."""
    size: NDArray[np.int64]
    """Its own characters."""
    kind: NDArray[np.int64]
    """The number of its kind in `KINDS`."""


def find_phrases(lines: list[str]) -> PhraseHits:
    """Find the phrases in lines that are in small letters; takes linear time.

    >>> find_phrases(["mùa gặt", "trang chủ > tin tức"]).start.tolist()
    [0, 12]
    """
    known = phrases()
    text = "\n".join(lines)
    found = [
        number
        for match in phrase_pattern().finditer("\n" + text)
        for number in (match.start(), match.end() - match.start() - 1, known[match[1]])
    ]
    start, size, kind = np.array(found, dtype=np.int64).reshape(-1, 3).T
    if not found:
        return PhraseHits(start, start, size, kind)
    sizes = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    first = np.cumsum(sizes + 1) - sizes - 1
    line = first.searchsorted(start, side="right") - 1
    return PhraseHits(line, start - first[line], size, kind)
