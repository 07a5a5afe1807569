"""What a token costs, in bits, as clean text and as legacy bytes.

Few bits for a frequent syllable, many for what no language writes: about the binary logarithm of
how rare a token is. The numbers were chosen on text that is real, not fitted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import partial
from typing import Any

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.charsets.misread_pages import PAGES, view_to_bytes
from vnclean.charsets.table import CHARSETS
from vnclean.charsets.table_codec import decode_table
from vnclean.charsets.undecoded.soft_hyphens import restore_dashed, restore_dropped
from vnclean.charsets.undecoded.words import Misreading
from vnclean.core.legacy_viterbi import TokenTable
from vnclean.core.token_bits import TokenBits
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.lexicon import syllables_in_both_styles
from vnclean.language.syllable import is_spellable

__all__ = ["MisreadingCosts", "costs_of"]

UNSEEN_BITS = 120.0
"""A token that can't be bytes of the charset, shown in the code page."""
_MOST_BITS = 30.0
"""A syllable in use that no text had; one bit less for each class of frequency."""
UNUSED_BITS = 34.0
"""A word that can be spelled but is not in use."""
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

_ABBREVIATION = late_pattern("[A-ZĐƯƠĂÂÊÔ]{2,6}")
# A vowel with the sign that VNI writes after it; the few such pairs of other languages aside.
_PAIR = late_pattern("[aeouyöôAEOUYÖÔ][àáâãäåèéêëïòõøùúûüÀÁÂÃÄÅÈÉÊËÏÕØÙÚÛÜ]")
_PAIR_ELSEWHERE = late_pattern("a[ïëéüú]|o[ëïéùû]|e[ïûéô]|u[éëèê]|y[éè]|é[eé]", re.I)


def _is_plain(token: str) -> bool:
    """Say whether a token is of ASCII letters only, hyphens aside."""
    return token.isascii() and token.replace("-", "").isalpha()


def _read_bytes(raw: bytes, misreading: Misreading) -> str:
    """Return what bytes say."""
    text = decode_table(raw, misreading.charset.table)
    if misreading.soft_hyphen == "dropped":
        return restore_dropped(text)
    return restore_dashed(text) if misreading.soft_hyphen == "dashed" else text


@cached_table
def _bits() -> TokenBits:
    return TokenBits(
        syllables_in_both_styles(),
        MARKED_LETTERS,
        is_spellable,
        lambda word: bool(_PAIR.search(word)) and not _PAIR_ELSEWHERE.search(word),
        _odd_bits,
        partial(unicodedata.normalize, "NFC"),
        _MOST_BITS,
        UNUSED_BITS,
        _STRANGEST_BITS,
        _SIGN_BITS,
        _ODD_CASE_BITS,
        _LETTER_BITS,
    )


@cached(1 << 14)
def _odd_bits(word: str) -> float:
    """Return the bits of a word not in use: spelled right, an abbreviation, or run together."""
    if is_spellable(word):
        return UNUSED_BITS
    if _ABBREVIATION.fullmatch(word) or word in "đĐ":
        return _LOAN_BITS
    return _RUN_TOGETHER_BITS if _bits().are_run_together(word) else _IMPOSSIBLE_BITS


class MisreadingCosts:
    """What tokens cost as they stand and under some misreadings; the core asks, and keeps it."""

    def __init__(self, misreadings: Sequence[Misreading]) -> None:
        self.misreadings = tuple(misreadings)
        pages = [misreading.page for misreading in self.misreadings]
        self.tokens = TokenTable(pages, self._know, self._read, UNSEEN_BITS)
        self._said: dict[Any, Any] = {}

    def _know(self, token: str) -> tuple[float, int, bool, bool]:
        return _bits().know(token, _is_plain(token))

    def _read(self, token: str, number: int) -> tuple[str, float, int] | None:
        """Say what a token reads, and what that costs; pages mostly show the same bytes alike."""
        charset, page, soft_hyphen = self.misreadings[number]
        said = self._said
        if said.get("") != token:
            said = self._said = {"": token}
        raw = said.get(page, "")
        if raw == "":
            raw = said[page] = view_to_bytes(token, page)
        if raw is None:
            return None
        found: tuple[str, float, int] | None = said.get((raw, charset, soft_hyphen))
        if found is None:
            plain = _is_plain(token)
            kept = plain and soft_hyphen == "kept"
            reading = token if kept else _read_bytes(raw, self.misreadings[number])
            found = reading, *_bits().weigh(token, reading, plain, charset.case_lost)
            said[raw, charset, soft_hyphen] = found
        return found


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
