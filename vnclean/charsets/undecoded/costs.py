"""What a token costs, in bits, as clean text and as legacy bytes.

Few bits for a frequent syllable, many for what no language writes: about the binary logarithm of
how rare a token is. The numbers were chosen on text that is real, not fitted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from vnclean.caches import cached, cached_table
from vnclean.charsets.misread_pages import view_to_bytes
from vnclean.charsets.table_codec import decode_table
from vnclean.charsets.undecoded.soft_hyphens import restore_dashed, restore_dropped
from vnclean.charsets.undecoded.words import TOKEN, Misreading
from vnclean.core.legacy_viterbi import CHANGED, GOOD, JOINED, TokenTable
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles
from vnclean.language.syllable import is_spellable

__all__ = ["UNSEEN_BITS", "CostTable", "TokenCosts", "clean_bits", "cost_table", "decoded_bits",
           "has_marks", "is_plain", "read_bytes", "read_token"]  # fmt: skip

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

_MOST_TABLES = 4
_MOST_TOKENS = 1 << 13
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


@cached(1 << 14)
def read_token(token: str, misreading: Misreading) -> str | None:
    """Return the reading of a token: what its bytes say; None where it can't be bytes at all."""
    raw = view_to_bytes(token, misreading.page)
    return None if raw is None else read_bytes(raw, misreading)


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


class TokenCosts(NamedTuple):
    """What a token costs: as it stands, and by misreading; and what it says in each of these."""

    clean: float
    legacy: tuple[float, ...]
    readings: tuple[str, ...]
    """The token itself where it can't be bytes."""
    is_plain: bool
    """Whether it is of ASCII letters only, hyphens aside."""
    has_letter: bool
    home: int
    """1 for a syllable in use, as it stands or read; -1 for another word; 0 for a letter alone."""
    most_gain: float
    """Bits that it may be cheaper as legacy bytes, at most."""


class CostTable(dict[str, int]):
    """The rows of distinct tokens under a few misreadings, made when first asked for.

    `entries` holds what the token of each row costs, `tokens` the same for the core.
    """

    def __init__(self, misreadings: Sequence[Misreading]) -> None:
        super().__init__()
        self.misreadings = tuple(misreadings)
        self.entries: list[TokenCosts] = []
        self.tokens = TokenTable(len(self.misreadings))

    def rows(self, text: str, span: tuple[int, int]) -> list[int]:
        """Return the rows of the tokens of a line."""
        return list(map(self.__getitem__, TOKEN.findall(text, *span)))

    def __missing__(self, token: str) -> int:
        plain = is_plain(token)
        clean, legacy, readings = self._plain(token) if plain else self._marked(token)
        others = [reading for reading in readings if reading != token]
        known = is_in_use(token) or any(is_in_use(other.strip("“”‘’")) for other in others)
        home = 1 if known else -1 if len(token) > 1 else 0
        most = (clean if plain else clean + VIETNAMESE_BITS) - min(legacy)
        lettered = any(map(str.isalpha, token))
        return self.add(token, TokenCosts(clean, legacy, readings, plain, lettered, home, most))

    def add(self, token: str, costs: TokenCosts) -> int:
        """Store what a token costs, and return its row."""
        if len(self) == _MOST_TOKENS and _tables().get(self.misreadings) is self:
            del _tables()[self.misreadings]  # the search that uses it is its last
        kinds = (
            CHANGED * (reading != token)
            | GOOD * (bits < _GOOD_BITS and not MARKED_LETTERS.isdisjoint(reading))
            | JOINED * (len(reading) < len(token))
            for bits, reading in zip(costs.legacy, costs.readings, strict=True)
        )
        self.entries.append(costs)
        self[token] = self.tokens.add(
            costs.clean, costs.legacy, costs.most_gain, costs.home, costs.is_plain,
            costs.has_letter, bytes(kinds),
        )  # fmt: skip
        return self[token]

    def _marked(self, token: str) -> tuple[float, tuple[float, ...], tuple[str, ...]]:
        clean = clean_bits(token)
        bits = []
        readings = []
        for misreading in self.misreadings:
            reading = read_token(token, misreading)
            readings.append(token if reading is None else reading)
            if reading is None:
                bits.append(UNSEEN_BITS)
            elif reading == token:
                bits.append(clean)
            else:
                bits.append(decoded_bits(reading, misreading.charset.case_lost))
        return clean, tuple(bits), tuple(readings)

    def _plain(self, token: str) -> tuple[float, tuple[float, ...], tuple[str, ...]]:
        """Plain words say little, but for those that lost a letter."""
        unknown = 1.0 if len(token) > 1 and not is_in_use(token) else -0.3
        readings = tuple(
            token if misreading.soft_hyphen == "kept" else read_token(token, misreading) or token
            for misreading in self.misreadings
        )
        return 0.0, tuple(unknown if reading == token else -0.3 for reading in readings), readings


@cached_table
def _tables() -> dict[tuple[Misreading, ...], CostTable]:
    """Return the tables that are kept, by misreadings; a few, and none that has grown large."""
    return {}


def cost_table(misreadings: Sequence[Misreading]) -> CostTable:
    """Return a table of what tokens cost; the one of an earlier search where it is kept.

    Texts of one origin mostly have the same misreadings, and most of their words in common.
    """
    tables = _tables()
    table = tables.get(tuple(misreadings))
    if table is None:
        table = CostTable(misreadings)
        if len(tables) == _MOST_TABLES:
            tables.clear()
        tables[table.misreadings] = table
    return table
