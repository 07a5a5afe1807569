"""What a token costs, in bits, as clean text and as legacy bytes.

Few bits for a frequent syllable, many for what no language writes: about the binary logarithm of
how rare a token is. The numbers were chosen on text that is real, not fitted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from vnclean.caches import cached
from vnclean.charsets.misread_pages import PAGES, view_to_bytes
from vnclean.charsets.table import CHARSETS
from vnclean.charsets.table_codec import decode_table
from vnclean.charsets.undecoded.soft_hyphens import restore_dashed, restore_dropped
from vnclean.charsets.undecoded.words import Misreading
from vnclean.core.legacy_viterbi import (
    CHANGED,
    GOOD,
    JOINED,
    KNOWN,
    MARKED,
    SPEAKS,
    UNSEEN,
    TokenTable,
)
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles
from vnclean.language.syllable import is_spellable

__all__ = ["MisreadingCosts", "costs_of"]

UNSEEN_BITS = 120.0
"""A token that can't be bytes of the charset, shown in the code page."""
UNUSED_BITS = 34.0
"""A word that can be spelled but is not in use."""
_GOOD_BITS = UNUSED_BITS - 4
"""Bits below which what a token says is a word in use."""
_IMPOSSIBLE_BITS = 60.0
_STRANGEST_BITS = 44.0
_LOAN_BITS = 20.0
_RUN_TOGETHER_BITS = 30.0
_SIGN_BITS = 13.0
"""A sign inside a word."""
_ODD_CASE_BITS = 11.0
VIETNAMESE_BITS = 6.0
"""How much more a strange word costs in a line of Vietnamese."""
_LETTER_BITS = 2.2
"""A letter of a word that is no syllable in use."""

_MOST_TOKENS = 1 << 14
"""Tokens of a table from which it is not kept for other texts."""

_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f]")
_ABBREVIATION = re.compile("[A-ZĐƯƠĂÂÊÔ]{2,6}")
_LETTERLIKE = re.compile("[µªº]")
_VOWEL = re.compile("[aeiouyAEIOUY\x80-\U0010ffff]")
_OPENERS = "«“‘(\xa0–—…"
_CLOSERS = "»”’)\xa0–—…"
_TRAILERS = "®™°²³¹"
# A vowel with the sign that VNI writes after it; the few such pairs of other languages aside.
_PAIR = re.compile("[aeouyöôAEOUYÖÔ][àáâãäåèéêëïòõøùúûüÀÁÂÃÄÅÈÉÊËÏÕØÙÚÛÜ]")
_PAIR_ELSEWHERE = re.compile("a[ïëéüú]|o[ëïéùû]|e[ïûéô]|u[éëèê]|y[éè]|é[eé]", re.I)


def is_plain(token: str) -> bool:
    """Say whether a token is of ASCII letters only, hyphens aside."""
    return token.isascii() and token.replace("-", "").isalpha()


def has_marks(text: str) -> bool:
    """Say whether a text has a combining mark."""
    return _MARK.search(text) is not None


def read_bytes(raw: bytes, misreading: Misreading) -> str:
    """Return what bytes say."""
    text = decode_table(raw, misreading.charset.table)
    if misreading.soft_hyphen == "dropped":
        return restore_dropped(text)
    return restore_dashed(text) if misreading.soft_hyphen == "dashed" else text


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
        return 30.0 - frequency
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
        return 30.0 - frequency + (0.0 if case_lost or has_regular_case(text) else _ODD_CASE_BITS)
    bits = _sign_bits(text) + 2 * _SIGN_BITS * len(_MARK.findall(text))
    if bits >= _SIGN_BITS:
        return bits + UNUSED_BITS
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        frequency = syllables_in_both_styles().get(word.lower())
        if frequency is not None:
            bits += 30.0 - frequency
        else:
            bits += UNUSED_BITS if is_spellable(word) else _loan_bits(word)
        if not case_lost and not has_regular_case(word):
            bits += _ODD_CASE_BITS
    return bits


@cached(1 << 14)
def _loan_bits(word: str) -> float:
    """Return the bits of a word that is no syllable: an abbreviation, or syllables run together."""
    if _ABBREVIATION.fullmatch(word) or word in "đĐ":
        return _LOAN_BITS
    lowered = word.lower()
    if 4 <= len(lowered) <= 14:
        reached = {0}
        for end in range(1, len(lowered) + 1):
            if any(is_in_use(lowered[start:end]) for start in reached if 1 < end - start <= 7):
                reached.add(end)
        if len(lowered) in reached:
            return _RUN_TOGETHER_BITS
    return _IMPOSSIBLE_BITS


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


class MisreadingCosts:
    """What tokens cost as they stand and under some misreadings; the core asks, and keeps it."""

    def __init__(self, misreadings: Sequence[Misreading]) -> None:
        self.misreadings = tuple(misreadings)
        self.tokens = TokenTable(len(self.misreadings), self._know, self._read)
        self._said: dict[Any, Any] = {}

    def _know(self, token: str) -> tuple[float, int, bool, bool]:
        plain = is_plain(token)
        own = 1 if is_in_use(token) else -1 if len(token) > 1 else 0
        return 0.0 if plain else clean_bits(token), own, plain, any(map(str.isalpha, token))

    def _read(self, token: str, number: int) -> tuple[str | None, float, int]:
        """Say what a token reads, and what that costs; pages mostly show the same bytes alike."""
        charset, page, soft_hyphen = self.misreadings[number]
        said = self._said
        if said.get("") != token:
            said = self._said = {"": token}
        raw = said.get(page, "")
        if raw == "":
            raw = said[page] = view_to_bytes(token, page)
        if raw is None:
            return None, UNSEEN_BITS, UNSEEN
        found = said.get((raw, charset, soft_hyphen))
        if found is None:
            found = said[raw, charset, soft_hyphen] = _weighed(token, raw, self.misreadings[number])
        return found


def _weighed(token: str, raw: bytes, misreading: Misreading) -> tuple[str, float, int]:
    plain = is_plain(token)
    kept = plain and misreading.soft_hyphen == "kept"
    reading = token if kept else read_bytes(raw, misreading)
    if plain:
        # Plain words say little, but for those that lost a letter.
        strange = reading == token and len(token) > 1 and not is_in_use(token)
        bits = 1.0 if strange else -0.3
    elif reading == token:
        bits = clean_bits(token)
    else:
        bits = decoded_bits(reading, misreading.charset.case_lost)
    in_use = is_in_use(reading)
    kinds = MARKED * has_marks(reading) | SPEAKS * (in_use or reading in "đĐ")
    kinds |= GOOD * (bits < _GOOD_BITS and not MARKED_LETTERS.isdisjoint(reading))
    if reading != token:
        kinds |= CHANGED | JOINED * (len(reading) < len(token))
        kinds |= KNOWN * (in_use or is_in_use(reading.strip("“”‘’")))
    return reading, bits, kinds


@cached(4)
def _costs(pages: tuple[str, ...], soft_hyphens: bool) -> list[MisreadingCosts]:
    """Return a list of one table that may be exchanged."""
    return [MisreadingCosts([m for page in pages for m in misreadings_of(page, soft_hyphens)])]


def costs_of(pages: tuple[str, ...], soft_hyphens: bool) -> MisreadingCosts:
    """Return what tokens cost under all misreadings of some pages; kept from text to text.

    Texts of one origin mostly have the same misreadings, and most of their words in common.
    `soft_hyphens`: the text has some, so they were neither dropped nor dashed.
    """
    kept = _costs(pages, soft_hyphens)
    if len(kept[0].tokens) > _MOST_TOKENS:
        kept[0] = MisreadingCosts(kept[0].misreadings)
    return kept[0]


@cached(2 * len(PAGES))
def misreadings_of(page: str, soft_hyphens: bool) -> tuple[Misreading, ...]:
    """Return what could have been misread in a page, likeliest first."""
    found = []
    for charset in CHARSETS:
        if charset.in_text and page != charset.public_name:
            found.append(Misreading(charset, page))
            if charset.soft_hyphen and not soft_hyphens:
                found.append(Misreading(charset, page, "dashed"))
                found.append(Misreading(charset, page, "dropped"))
    return tuple(found)
