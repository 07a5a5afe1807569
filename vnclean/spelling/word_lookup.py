"""The sieve: finds, at the speed of reading, the few places of a text that may be misspelt.

Clean text must cost little, so no word is looked at one by one. The characters go through numpy
once: a running polynomial hash makes one number of every word and one of every pair of
neighbours, and tables say which words are known and which pairs are suspect. What is found is a
superset of what the language model will judge; chance matches of a hash only cost time.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached
from vnclean.language.alphabet import CONSONANTS, LETTERS

__all__ = [
    "CHUNK",
    "FRAGMENT",
    "Array",
    "Found",
    "Sieve",
    "pair_hash",
    "pair_hashes",
    "word_hashes",
]

Array = npt.NDArray[Any]
U32 = np.uint32

CHUNK = 1 << 15
"""Characters looked at once at most; part of what a hash is, so it can't be changed alone."""


_FACTOR = U32(0x01000193)
_MIX = U32(0x9E3779B1)
_SHIFT, _BIT = U32(10), U32(7)
"""The upper 22 bits of a hash name a cell of a table, the next three a bit in the cell."""
_COARSE = U32(8)
"""So many bits of a word's hash are left out: one unknown word in 300 passes for a known one."""
_FIRST, _SPAN = U32(ord("A")), U32(0x1EF9 - ord("A"))
_FEW = 64
"""Strange words up to which Python is faster than arrays."""

_SHORT = f"[{CONSONANTS}{CONSONANTS.upper()}]{{1,3}}"
_CAPITALS = "".join(letter for letter in LETTERS if letter.isupper())
FRAGMENT = re.compile(f"{_SHORT}|[{_CAPITALS}]|[Qq]u|QU")
"""What a syllable cut in two leaves: up to three consonants, `qu`, or a capital letter alone."""


def _powers() -> Array:
    steps = np.full(CHUNK + 2, _FACTOR, np.uint32)
    steps[0] = 1
    return np.multiply.accumulate(steps, dtype=np.uint32)


def _kinds() -> Array:
    """Return for each code point up to the last Vietnamese letter what sort of letter it is."""
    table = np.zeros(int(_FIRST) + int(_SPAN) + 2, np.uint8)
    for code in range(len(table) - 1):
        letter = chr(code)
        table[code] = (
            _LOWER * letter.islower()
            + _CONSONANT * (letter.lower() in CONSONANTS)
            + _CAPITAL * (letter in _CAPITALS)
        )
    return table


_LOWER, _CONSONANT, _CAPITAL = 1, 2, 4
_REACH = 7
"""Letters of a strange word that are looked at for marks."""
_KINDS = _kinds()
_POWERS = _powers()
_DOWN = np.ascontiguousarray(_POWERS[::-1])
_TAIL: list[int] = _DOWN[1:128].tolist()
"""What the letters of a word are multiplied by, the last first."""
_BITS = np.left_shift(1, np.arange(8)).astype(np.uint8)


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
            found.append(_hash_words(_letters(" " + " ".join(block) + " "))[0])
            block, size = [], 0
        block.append(word)
        size += len(word) + 1
    found.append(_hash_words(_letters(" " + " ".join(block) + " "))[0])
    return np.concatenate(found)


@cached(1 << 14)
def word_hash(word: str) -> int:
    """Return the hash of one word, for which arrays would be slow.

    >>> word_hash("nhà") == int(word_hashes(["nhà"])[0])
    True
    """
    total = 0
    for weight, letter in zip(_TAIL, reversed(word), strict=False):
        total += weight * ord(letter)
    return total & 0xFFFFFFFF


def pair_hash(first: str, second: str) -> int:
    """Return the number of a pair of words, as `pair_hashes` does."""
    return (word_hash(first) * int(_MIX) + word_hash(second)) & 0xFFFFFFFF


def _letters(text: str) -> Array:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _hash_words(letters: Array) -> tuple[Array, Array]:
    """Return the hashes of the words between delimiters, and where the delimiters stand.

    Delimiters are the characters that are no letters (some signs of ASCII count as such).
    """
    sums = letters * _POWERS[: len(letters)]
    np.add.accumulate(sums, out=sums)
    edges: Array = ((letters - _FIRST) > _SPAN).nonzero()[0]
    ends = edges[1:]
    words: Array = sums.take(ends - 1)
    words -= sums.take(edges[:-1])
    words *= _DOWN.take(ends)
    return words, edges


def pair_hashes(first: Array, second: Array) -> Array:
    """Return one number for each pair of word hashes."""
    mixed: Array = first * _MIX
    mixed += second
    return mixed


class _Set:
    """A set of 32-bit hashes: a table of bits first, the sorted numbers to make sure."""

    def __init__(self, hashes: Array) -> None:
        self.sorted = np.sort(hashes)
        self._numbers: memoryview[int] = self.sorted.data
        self._cells = np.zeros(1 << (32 - int(_SHIFT)), np.uint8)
        for bit in range(8):
            here = hashes[((hashes >> _BIT) & U32(7)) == bit] >> _SHIFT
            self._cells[here] |= _BITS[bit]

    def places(self, hashes: Array) -> list[int]:
        """Return the places of the hashes that are in the set."""
        cells = self._cells.take(hashes >> _SHIFT)
        bits = (hashes >> _BIT).astype(np.uint8)
        bits &= np.uint8(7)
        cells &= _BITS.take(bits)
        maybe = cells.nonzero()[0]
        if len(maybe) > _FEW:
            numbers = hashes.take(maybe)
            at = self.sorted.searchsorted(numbers)
            at[at == len(self.sorted)] = 0
            kept: list[int] = maybe[self.sorted.take(at) == numbers].tolist()
            return kept
        return [place for place in maybe.tolist() if self._holds(int(hashes[place]))]

    def _holds(self, number: int) -> bool:
        at = bisect_left(self._numbers, number)
        return at < len(self._numbers) and self._numbers[at] == number


def _doubtful(letters: Array, begins: Array, ends: Array) -> tuple[Array, Array]:
    """Return which spans of words may be misspelt or a piece of a syllable, in a few array steps.

    What is certain is left to the caller; foreign words and names must not reach it in numbers.
    """
    sizes = ends - begins
    last = ends - 1
    high = letters.take(begins)
    kinds = _KINDS.take(np.minimum(high, U32(len(_KINDS) - 1)))
    for step in range(1, _REACH):
        np.maximum(high, letters.take(np.minimum(begins + step, last)), out=high)
    marked = (high > U32(127)) | (sizes > _REACH)
    final = _KINDS.take(np.minimum(letters.take(last), U32(len(_KINDS) - 1)))
    piece = ((kinds & final & _CONSONANT) != 0) & (sizes <= 3)
    piece |= ((kinds & _CAPITAL) != 0) & (sizes == 1)
    use = ((((kinds & _LOWER) != 0) & marked) | piece).nonzero()[0]
    return begins.take(use), ends.take(use)


class Found(NamedTuple):
    """What a sieve found in a text, each sorted: see `Sieve.scan`."""

    words: list[tuple[int, int]]
    """Spans of words that are not known."""
    pairs: list[tuple[int, int, int]]
    """Suspect pairs: start, delimiter, end."""
    fragments: list[int]
    """Where words begin that may be a piece of a syllable, between blanks."""


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
        hashes = pair_hashes(first, second)
        self._suspect = _Set(hashes if hashed is None else np.concatenate([hashes, hashed]))
        whole = [word for word in known if not FRAGMENT.fullmatch(word)]
        # Names and headings: what is known in small letters is known in others.
        capital = [word[0].upper() + word[1:] for word in whole if len(word) > 1]
        upper = [word.upper() for word in whole if len(word) > 1]
        self._strange = np.ones(1 << (32 - int(_COARSE)), np.bool_)
        self._strange[0] = False  # the empty word between two delimiters
        self._strange[word_hashes([*whole, *capital, *upper]) >> _COARSE] = False

    def look(self, text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
        """Return the spans of unknown words, and of suspect pairs: start, delimiter, end."""
        found = self.scan(text)
        return found.words, found.pairs

    def scan(self, text: str) -> Found:
        """Return all that is found in a text; pieces of syllables too."""
        if len(text) < CHUNK:
            found = Found([], [], [])
            self._scan(f" {text} ", -1, found)
            return found
        found = Found([], [], [])
        at, size = -1, len(text)
        while at < size:
            # From a delimiter on (the edges of the text are such).
            stop = min(at + CHUNK, size + 1)
            piece = text[max(at, 0) : stop]
            if at < 0:
                piece = " " + piece
            if stop > size:
                piece += " "
            edges = self._scan(piece, at, found)
            if stop > size:
                break
            # The next piece begins one word earlier, so that no pair is missed.
            at = at + int(edges[-2]) if len(edges) > 3 else stop - 1
        # Where pieces overlap, some is found twice.
        return Found(
            sorted(set(found.words)), sorted(set(found.pairs)), sorted(set(found.fragments))
        )

    def _scan(self, piece: str, shift: int, found: Found) -> Array:
        """Enter what a piece between two delimiters holds, and return where delimiters stand."""
        letters = _letters(piece)
        hashes, edges = _hash_words(letters)
        strange = self._strange.take(hashes >> _COARSE).nonzero()[0]
        if len(strange):
            begins, ends = edges.take(strange), edges.take(strange + 1)
            begins += 1
            if len(strange) > _FEW:
                begins, ends = _doubtful(letters, begins, ends)
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
                if end - begin <= 3 and FRAGMENT.fullmatch(piece, begin, end):
                    if piece[begin - 1] in " \n" and piece[end] in " \n":
                        found.fragments.append(begin + shift)
                    continue
                word = piece[begin:end]
                if end - begin > 1 and not word.isascii() and word[0].islower():
                    found.words.append((begin + shift, end + shift))
        for place in self._suspect.places(pair_hashes(hashes[:-1], hashes[1:])):
            start, middle, end = edges[place : place + 3].tolist()
            found.pairs.append((start + 1 + shift, middle + shift, end + shift))
        return edges
