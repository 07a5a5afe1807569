"""Words that are good as they stand, beside legacy text: `Công ty: C«ng ty`, not `Cụng ty`.

Once a path through a line is in a charset, a good word is read in it like its neighbours. Where
what stands there is far more common than what it reads, the language model decides from the words
around it; in lines that hold letters which no code page shows, what stands there stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import log

from vnclean.caches import cached
from vnclean.charsets.undecoded.words import LegacyWord
from vnclean.language import ngram
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import WORD, line_bounds
from vnclean.repair.word_decoder import Candidate, Slot, decode_words

__all__ = ["has_good_word", "keep_good_words"]

_MORE_COMMON = 2
"""Frequency classes by which a word must be more common than what it reads, to be asked about."""
_READING = 6.0 * log(2.0)
"""What a legacy word right beside it says for the reading."""
_BEYOND_PAGES = frozenset(letter for letter in MARKED_LETTERS if letter > "\u00ff") - set(
    "ăĂđĐơƠưƯ"
)
"""Letters that no Latin code page shows, so that they can't be bytes."""


def has_good_word(shown: str, text: str) -> bool:
    """Say whether a line that was read holds a word more common than what it reads.

    >>> has_good_word("Công ty: C«ng ty", "Cụng ty: Công ty"), has_good_word("mét", "một")
    (True, False)
    """
    old, new = shown.split(" "), text.split(" ")
    return len(old) != len(new) or any(map(_is_good_token, old, new))


def keep_good_words(text: str, words: Sequence[LegacyWord]) -> Sequence[LegacyWord]:
    """Drop the words that are good as they stand, as far as the words around them say so."""
    good = {word.start for word in words if _is_good_token(text[word.start : word.end], word.text)}
    if not good:
        return words
    dropped: set[int] = set()
    sequence: list[Slot | int] = []
    for (start, end), group in groupby(words, lambda word: line_bounds(text, word.start)):
        line = list(group)
        asked = [word for word in line if word.start in good]
        is_ours = not _BEYOND_PAGES.isdisjoint(text[start:end])
        sure = {w.start for w in asked if is_ours or not all(map(frequency, WORD.findall(w.text)))}
        dropped |= sure
        if len(sure) < len(asked):
            sequence += _sequence(text, start, end, line, good - sure, good)
    for decoded in decode_words(sequence) if sequence else ():
        if not decoded.is_repair:
            dropped.add(decoded.slot.start)
    return [word for word in words if word.start not in dropped]


def _sequence(
    text: str, start: int, end: int, line: Sequence[LegacyWord], good: set[int], doubted: set[int]
) -> list[Slot | int]:
    """Return a line as it is read for the decoder, good words with what they read beside them."""
    code = ngram.load().code
    sequence: list[Slot | int] = [ngram.BOUNDARY * 4]
    at = start
    for number, word in enumerate(line):
        sequence += map(code, ngram.TOKEN.findall(text, at, word.start))
        shown = text[word.start : word.end]
        if word.start in good:
            old, new = "".join(WORD.findall(shown)), "".join(WORD.findall(word.text))
            around = line[max(0, number - 1) : number + 2]
            beside = any(
                other.start not in doubted and _are_neighbours(text, *sorted((other, word)))
                for other in around
            )
            candidates = (
                Candidate(shown, code(old), 0.0),
                Candidate(word.text, code(new), _READING if beside else 0.0),
            )
            sequence.append(Slot(word.start, word.end, shown, candidates))
        else:
            sequence += map(code, ngram.TOKEN.findall(word.text))
        at = word.end
    sequence += map(code, ngram.TOKEN.findall(text, at, end))
    sequence.append(ngram.BOUNDARY * 4)
    return sequence


def _are_neighbours(text: str, first: LegacyWord, second: LegacyWord) -> bool:
    between = text[first.end : second.start]
    # A label comes from a form or a program, what it labels from elsewhere.
    return ":" not in between and not any(map(str.isalnum, between))


@cached(1 << 14)
def _is_good_token(shown: str, text: str) -> bool:
    if shown == text or shown.isascii():
        return False
    old, new = WORD.findall(shown), WORD.findall(text)
    return len(old) == len(new) and any(map(_is_good, old, new))


def _is_good(word: str, read: str) -> bool:
    if word == read or word.isascii() or not has_regular_case(word) or read == "đ":  # of money
        return False
    stands = frequency(word)
    return stands > 0 and stands >= frequency(read) + _MORE_COMMON
