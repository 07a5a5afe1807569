"""The slow, obvious twin of `vnclean.core.token_bits`."""

from __future__ import annotations

import re
import unicodedata

from vnclean.charsets.undecoded.costs import (
    _LETTER_BITS,
    _MOST_BITS,
    _ODD_CASE_BITS,
    _PAIR,
    _PAIR_ELSEWHERE,
    _SIGN_BITS,
    _STRANGEST_BITS,
    UNUSED_BITS,
    _odd_bits,
)
from vnclean.core.legacy_viterbi import CHANGED, GOOD, JOINED, KNOWN, MARKED, SPEAKS, USED
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles
from vnclean.language.syllable import is_spellable

_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f]")
_LETTERLIKE = re.compile("[µªº]")
_VOWEL = re.compile("[aeiouyAEIOUY\x80-\U0010ffff]")
_OPENERS = "«“‘(\xa0–—…"
_CLOSERS = "»”’)\xa0–—…"
_TRAILERS = "®™°²³¹"


def has_marks(text: str) -> bool:
    """Say whether a text has a combining mark."""
    return _MARK.search(text) is not None


def clean_bits(token: str) -> float:
    """Return the bits that a token with letters outside ASCII costs if it is no damage."""
    if has_marks(token):
        token = unicodedata.normalize("NFC", token)
    bits = _sign_bits(token)
    if bits >= _SIGN_BITS:
        return min(bits + 4.0 + _LETTER_BITS * len(token), _STRANGEST_BITS)
    for word in _WORD.findall(token):
        if not word.isascii():
            bits += _clean_word_bits(word)
    return bits


def _clean_word_bits(word: str) -> float:
    regular = has_regular_case(word)
    frequency = syllables_in_both_styles().get(word.lower())
    if frequency is not None and regular:
        return _MOST_BITS - frequency
    bits = 8.0 + _LETTER_BITS * len(word)
    if regular and is_spellable(word):
        return bits  # a name, or a word that lost a mark
    bits += 7.0 * (sum(letter > "\x7f" for letter in word) - 1)
    if not regular:
        bits += _ODD_CASE_BITS
    if _PAIR.search(word) and not _PAIR_ELSEWHERE.search(word):
        bits += 6.0
    return min(bits, _STRANGEST_BITS)


def decoded_bits(text: str, case_lost: bool) -> float:
    """Return the bits that the reading of a token costs as Vietnamese.

    `case_lost`: the charset has no capitals with a tone, so that capitals among small letters
    say nothing.
    """
    frequency = syllables_in_both_styles().get(text.lower())
    if frequency is not None and not text.isascii():  # as a rule; what follows says the same
        return (
            _MOST_BITS
            - frequency
            + (0.0 if case_lost or has_regular_case(text) else _ODD_CASE_BITS)
        )
    bits = _sign_bits(text) + 2 * _SIGN_BITS * len(_MARK.findall(text))
    if bits >= _SIGN_BITS:
        return bits + UNUSED_BITS
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        frequency = syllables_in_both_styles().get(word.lower())
        if frequency is not None:
            bits += _MOST_BITS - frequency
        else:
            bits += _odd_bits(word)
        if not case_lost and not has_regular_case(word):
            bits += _ODD_CASE_BITS
    return bits


def _sign_bits(token: str) -> float:
    """Return the bits that signs among the letters of a token cost."""
    token = token.replace("-", "")
    if token.isalpha() and not _LETTERLIKE.search(token):
        return 0.0
    token = token.lstrip(_OPENERS).rstrip(_CLOSERS)
    bare = token.rstrip(_TRAILERS)
    bits = 0.0
    if len(bare) < len(token):
        # A trade mark or a unit closes a word, but no word is without a vowel.
        bits = 2.0 if "°" in token or "²" in token or _VOWEL.search(bare) else _SIGN_BITS
    strange = len(_LETTERLIKE.findall(bare))
    if not bare.isalpha():
        signs = [letter for letter in bare if not letter.isalpha()]
        strange += len(signs) - len(_MARK.findall("".join(signs)))
    return bits + _SIGN_BITS * strange


def weigh(token: str, reading: str, plain: bool, case_lost: bool) -> tuple[float, int]:
    """Return the bits and the flags of what a token reads."""
    if plain:
        # Plain words say little, but for those that lost a letter.
        strange = reading == token and len(token) > 1 and not is_in_use(token)
        bits = 1.0 if strange else -0.3
    elif reading == token:
        bits = clean_bits(token)
    else:
        bits = decoded_bits(reading, case_lost)
    in_use = is_in_use(reading)
    kinds = MARKED * has_marks(reading) | SPEAKS * (in_use or reading in "đĐ")
    kinds |= GOOD * (bits < UNUSED_BITS - 4 and not MARKED_LETTERS.isdisjoint(reading))
    if reading != token:
        kinds |= CHANGED | JOINED * (len(reading) < len(token))
        kinds |= KNOWN * (in_use or is_in_use(reading.strip("“”‘’")))
        regular = case_lost or has_regular_case(reading)
        kinds |= USED * (in_use and not reading.isascii() and reading not in token and regular)
    return bits, kinds


def are_run_together(word: str) -> bool:
    """Say whether a word is nothing but syllables in use."""
    lowered = word.lower()
    if not 4 <= len(lowered) <= 14:
        return False
    reached = {0}
    for end in range(1, len(lowered) + 1):
        if any(is_in_use(lowered[start:end]) for start in reached if 1 < end - start <= 7):
            reached.add(end)
    return len(lowered) in reached
