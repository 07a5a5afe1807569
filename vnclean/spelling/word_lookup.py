"""The prefilter: finds, at the speed of reading, the few places of a text that may be misspelt.

Clean text must cost little, so no word is looked at one by one: the core makes one number of every
word and one of every pair of neighbours, and tables say which words are known and which pairs are
suspect. What is found is a superset of what the scorer will object to; chance matches of a hash
only cost time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.core.lookup import (
    CAPITAL,
    CONSONANT,
    FIRST,
    LAST,
    LOWER,
    NOTHING,
    WordLookup,
    is_fragment,
    pair_hashes,
    word_hashes,
)
from vnclean.language.alphabet import CONSONANTS, LETTERS

__all__ = ["Array", "Found", "WordPrefilter"]

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
    """What a prefilter found in a text, each sorted."""

    words: list[tuple[int, int]]
    """Spans of words that are not known."""
    pairs: list[tuple[int, int, int]]
    """Suspect pairs: start, delimiter, end."""
    fragments: list[int]
    """Where words begin that may be a piece of a syllable, between blanks."""

    def __bool__(self) -> bool:
        """Say whether anything was found."""
        return self is not _NOTHING and any(self)


_NOTHING = Found(*NOTHING)


class WordPrefilter:
    """Finds words that are not known and pairs of words that are suspect.

    `known` are lower-case words, `suspect` lower-case pairs; both are meant with a capital and in
    capitals too. `doubled` are words never said twice, `hashed` the hashes of more known words and
    of more pairs, as `hashes` gives them. Of the words that are not known only those are found that
    begin with a small letter and have a letter outside ASCII: the others are names or foreign far
    more often than misspelt.

    >>> prefilter = WordPrefilter(["nhà", "to", "ban"], suspect=[("bàn", "hành")])
    >>> prefilter.find("nhà to, ngà ban, bàn hành, Huế, web")
    Found(words=[(8, 11), (17, 20), (21, 25)], pairs=[(17, 20, 25)], fragments=[])
    """

    def __init__(
        self,
        known: Sequence[str],
        suspect: Sequence[tuple[str, str]] = (),
        doubled: Sequence[str] = (),
        hashed: tuple[Array, Array] | None = None,
    ) -> None:
        words, pairs = self.hashes(known, suspect)
        twice = word_hashes(doubled)
        more = [np.asarray(pair_hashes(twice, twice))]
        if hashed is not None:
            words = np.concatenate([words, hashed[0]])
            more.append(hashed[1])
        self._lookup = WordLookup(_KINDS, words, np.sort(np.concatenate([pairs, *more])))

    @staticmethod
    def hashes(known: Sequence[str], suspect: Sequence[tuple[str, str]]) -> tuple[Array, Array]:
        """Return the hashes of known words and of suspect pairs, in each case they may have."""
        # Most words stand in several pairs: each is hashed once, in each case.
        words = list(dict.fromkeys(word for pair in suspect for word in pair))
        number = {word: at for at, word in enumerate(words)}
        first, second = (
            np.array([number[word] for word in side], np.intp)
            for side in (zip(*suspect, strict=True) if suspect else ((), ()))
        )
        lower, title, upper = map(np.asarray, map(word_hashes, _in_each_case(words)))
        pairs = [
            pair_hashes(lower[first], lower[second]),
            pair_hashes(title[first], lower[second]),
            pair_hashes(upper[first], upper[second]),
        ]
        whole = [word for word in known if not is_fragment(word, _KINDS)]
        every = [word for words in _in_each_case(whole) for word in words if len(word) > 1]
        every += [word for word in whole if len(word) == 1]
        return np.asarray(word_hashes(every)), np.concatenate([np.asarray(each) for each in pairs])

    def find(self, text: str) -> Found:
        """Return all that is found in a text; pieces of syllables too."""
        found = self._lookup.scan(text)
        return _NOTHING if found is NOTHING else Found(*found)


def _in_each_case(words: Sequence[str]) -> tuple[Sequence[str], list[str], list[str]]:
    """Return words in lower case as they are, with a capital, and in capitals."""
    capital = [word[:1].upper() + word[1:] for word in words]
    return words, capital, [word.upper() for word in words]
