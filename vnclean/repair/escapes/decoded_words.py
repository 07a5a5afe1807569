"""The proof that an escape was shown by mistake: the Vietnamese words that come out of it."""

from __future__ import annotations

import unicodedata

from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import WORD

__all__ = ["is_displayable", "is_in_use", "marked_words_in_use"]


def is_displayable(character: str) -> bool:
    """Say whether a character may come out of an escape: no control, surrogate or the like."""
    return character in "\t\n\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff" or (
        unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co")
    )


def is_in_use(word: str) -> bool:
    """Say whether a word is a Vietnamese syllable in use, in lower, upper or title case."""
    return has_regular_case(word) and frequency(unicodedata.normalize("NFC", word)) > 0


def marked_words_in_use(decoded: str) -> bool:
    """Say whether a decoded token has a word with marks, and all its marked words are in use."""
    marked = [word for word in WORD.findall(decoded) if not word.isascii()]
    return bool(marked) and all(map(is_in_use, marked))
