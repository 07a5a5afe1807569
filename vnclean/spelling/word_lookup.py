"""The sieve: finds, at the speed of reading, the few places of a text that may be misspelt.

Clean text must cost little, so no word is looked at one by one: the core makes one number of every
word and one of every pair of neighbours, and tables say which words are known and which pairs are
suspect. What is found is a superset of what the language model will judge; chance matches of a hash
only cost time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.core.lookup import (
    CAPITAL,
    CONSONANT,
    FIRST,
    LAST,
    LOWER,
    WordLookup,
    is_fragment,
    pair_hashes,
    word_hashes,
)
from vnclean.language.alphabet import CONSONANTS, LETTERS

__all__ = ["Array", "Found", "Sieve"]

Array = npt.NDArray[Any]

_CAPITALS = {letter for letter in LETTERS if letter.isupper()}
_KINDS = bytes(
    LOWER * letter.islower()
    + CONSONANT * (letter.lower() in CONSONANTS)
    + CAPITAL * (letter in _CAPITALS)
    for letter in map(chr, range(FIRST, LAST + 1))
)
"""For each character up to the last Vietnamese letter what sort of letter it is."""


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
    >>> sieve.scan("nhà to, ngà ban, bàn hành, Huế, web")
    Found(words=[(8, 11), (17, 20), (21, 25)], pairs=[(17, 20, 25)], fragments=[])
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
        hashes: Array = np.asarray(pair_hashes(first, second))
        if hashed is not None:
            hashes = np.concatenate([hashes, hashed])
        whole = [word for word in known if not is_fragment(word, _KINDS)]
        # Names and headings: what is known in small letters is known in others.
        capital = [word[0].upper() + word[1:] for word in whole if len(word) > 1]
        upper = [word.upper() for word in whole if len(word) > 1]
        self._lookup = WordLookup(_KINDS, word_hashes([*whole, *capital, *upper]), np.sort(hashes))

    def scan(self, text: str) -> Found:
        """Return all that is found in a text; pieces of syllables too."""
        return Found(*self._lookup.scan(text))
