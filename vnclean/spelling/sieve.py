"""The sieve: finds, at the speed of reading, the few places of a text that may be misspelt.

Clean text must cost little, so no word is looked at one by one. The characters go through numpy
once: a running polynomial hash makes one number of every word and one of every pair of
neighbours, and tables say which words are known and which pairs are suspect. What is found is a
superset of what the language model will judge; chance matches of a hash only cost time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["CHUNK", "Array", "Sieve", "edges_of", "letters_of", "pair_hashes", "word_hashes"]

Array = npt.NDArray[Any]
U32 = np.uint32

CHUNK = 1 << 15
"""Characters looked at once: their arrays stay in the cache."""

_FACTOR = U32(0x01000193)
_MIX = U32(0x9E3779B1)
_SHIFT = U32(10)
_FIRST, _SPAN = U32(ord("A")), U32(0x1EF9 - ord("A"))


def _powers() -> Array:
    steps = np.full(CHUNK + 2, _FACTOR, np.uint32)
    steps[0] = 1
    return np.multiply.accumulate(steps, dtype=np.uint32)


def _small() -> Array:
    """Return for each code point up to the last Vietnamese letter whether it is a small letter."""
    codes = range(int(_FIRST) + int(_SPAN) + 1)
    return np.array([chr(code).islower() for code in codes], np.bool_)


_SMALL = _small()
_POWERS = _powers()
_DOWN = np.ascontiguousarray(_POWERS[::-1])


def word_hashes(words: Sequence[str]) -> Array:
    """Return the hash of each word, as the sieve computes it (unsigned, 32 bits).

    >>> a, b = word_hashes(["nhà", "nhá"])
    >>> bool(a != b)
    True
    """
    if not words:
        return np.zeros(0, np.uint32)
    found = []
    block: list[str] = []
    size = 0
    for word in words:
        if size + len(word) + 1 > CHUNK - 2 and block:
            found.append(_hash_words(letters_of(" " + " ".join(block) + " "))[0])
            block, size = [], 0
        block.append(word)
        size += len(word) + 1
    found.append(_hash_words(letters_of(" " + " ".join(block) + " "))[0])
    return np.concatenate(found)


def letters_of(text: str) -> Array:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def edges_of(letters: Array) -> Array:
    """Return where the characters stand that are no letters (some signs of ASCII count as such)."""
    edges: Array = ((letters - _FIRST) > _SPAN).nonzero()[0]
    return edges


def _hash_words(letters: Array) -> tuple[Array, Array]:
    """Return the hashes of the words between delimiters, and where the delimiters stand."""
    sums = letters * _POWERS[: len(letters)]
    np.cumsum(sums, out=sums, dtype=np.uint32)
    edges = edges_of(letters)
    words = sums[edges[1:] - 1] - sums[edges[:-1]]
    words *= _DOWN[edges[1:]]
    return words, edges


def pair_hashes(first: Array, second: Array) -> Array:
    """Return one number for each pair of word hashes."""
    mixed: Array = first * _MIX + second
    return mixed


class _Set:
    """A set of 32-bit hashes: a table of marks first, the sorted numbers to make sure."""

    def __init__(self, hashes: Array) -> None:
        self.sorted = np.unique(hashes)
        self.table = np.zeros(1 << (32 - int(_SHIFT)), np.bool_)
        self.table[self.sorted >> _SHIFT] = True

    def places(self, hashes: Array) -> Array:
        """Return the places of the hashes that are in the set."""
        maybe: Array = self.table[hashes >> _SHIFT].nonzero()[0]
        return maybe[self.holds(hashes[maybe])] if len(maybe) else maybe

    def holds(self, hashes: Array) -> Array:
        """Say of each hash whether it is in the set."""
        if not len(self.sorted) or not len(hashes):
            return np.zeros(len(hashes), np.bool_)
        at = np.minimum(np.searchsorted(self.sorted, hashes), len(self.sorted) - 1)
        held: Array = self.sorted[at] == hashes
        return held


class Sieve:
    """Finds words that are not known and pairs of words that are suspect.

    `known` are lower-case words, `suspect` are pairs of words as they may stand in a text, more of
    them may be given as their hashes (`hashed`). `doubled` are words never said twice. Of the
    words that are not known only those are found that begin with a small letter and have a letter
    outside ASCII: the others are names or foreign far more often than misspelt.

    >>> sieve = Sieve(["nhà", "to", "ban"], suspect=[("bàn", "hành")])
    >>> sieve.look("nhà to, ngà ban, bàn hành, Huế, web")
    ([(8, 11), (17, 20), (21, 25)], [(17, 20, 25)])
    """

    def __init__(
        self,
        known: Sequence[str],
        suspect: Iterable[tuple[str, str]] = (),
        doubled: Sequence[str] = (),
        hashed: Array | None = None,
    ) -> None:
        pairs = [*suspect, *((word, word) for word in doubled)]
        first = word_hashes([pair[0] for pair in pairs])
        second = word_hashes([pair[1] for pair in pairs])
        self._strange = np.ones(1 << 22, np.bool_)
        self._strange[0] = False  # the empty word between two delimiters
        self._strange[word_hashes(known) >> _SHIFT] = False
        hashes = pair_hashes(first, second)
        self._suspect = _Set(hashes if hashed is None else np.concatenate([hashes, hashed]))

    def look(self, text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
        """Return the spans of unknown words, and of suspect pairs: start, delimiter, end."""
        words: list[tuple[int, int]] = []
        pairs: list[tuple[int, int, int]] = []
        at, size = -1, len(text)
        while at < size:
            # From a delimiter on (the edges of the text are such).
            stop = min(at + CHUNK, size + 1)
            piece = text[max(at, 0) : stop]
            if at < 0:
                piece = " " + piece
            if stop > size:
                piece += " "
            letters = letters_of(piece)
            hashes, edges = _hash_words(letters)
            if len(edges) > 1:
                strange = self._strange[hashes >> _SHIFT].nonzero()[0]
                if len(strange):
                    first = letters[edges[strange] + 1]
                    strange = strange[_SMALL[np.minimum(first, len(_SMALL) - 1)]]
                    begins, ends = (edges[strange] + 1).tolist(), edges[strange + 1].tolist()
                    words += [
                        (begin + at, end + at)
                        for begin, end in zip(begins, ends, strict=True)
                        if end - begin > 1 and not piece[begin:end].isascii()
                    ]
                links = pair_hashes(hashes[:-1], hashes[1:])
                for place in self._suspect.places(links).tolist():
                    start, middle, end = edges[place : place + 3].tolist()
                    pairs.append((start + 1 + at, middle + at, end + at))
            if stop > size:
                break
            # The next piece begins one word earlier, so that no pair is missed.
            at = at + int(edges[-2]) if len(edges) > 3 else stop - 1
        if size < CHUNK:
            return words, pairs
        return sorted(set(words)), sorted(set(pairs))
