"""The letters of Vietnamese: twelve vowels, six tones, two cases, and đ.

Every table of the package (charsets, keyboards, channels, tone placement) is indexed by the
letters defined here. Source of facts: the Vietnamese alphabet as fixed in decree 240/QĐ (1984)
and the precomposed letters of Unicode's Latin blocks.
"""

from __future__ import annotations

import unicodedata

__all__ = [
    "BASE",
    "COMBINING_TONES",
    "CONSONANTS",
    "LETTERS",
    "MARKED_LETTERS",
    "QUALITY",
    "TONES",
    "VIETNAMESE_ONLY",
    "VOWELS",
    "compose",
    "decompose",
    "fold",
    "split_tone",
    "strip_tones",
    "tone_of",
]

VOWELS = "aăâeêioôơuưy"
"""The twelve vowel letters, lower case, without tone."""

TONES = ("ngang", "huyền", "hỏi", "ngã", "sắc", "nặng")
"""Names of the six tones; a tone is referred to by its index in here (0 is the unmarked tone)."""

COMBINING_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
"""The combining mark of each tone, by tone index."""

CONSONANTS = "bcdđghklmnpqrstvx"
"""The consonant letters, lower case. f, j, w and z occur in foreign words only."""

BASE = {"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u", "đ": "d"}
"""Letters with a quality mark (breve, circumflex, horn, stroke) and the plain letter below it."""

QUALITY = {"ă": "\u0306", "â": "\u0302", "ê": "\u0302", "ô": "\u0302", "ơ": "\u031b", "ư": "\u031b"}
"""The combining quality mark of each marked vowel (đ has none: its stroke does not decompose)."""

_COMPOSED = {
    (vowel, tone): unicodedata.normalize("NFC", vowel + mark)
    for cased in (VOWELS, VOWELS.upper())
    for vowel in cased
    for tone, mark in enumerate(COMBINING_TONES)
}
_DECOMPOSED = {letter: parts for parts, letter in _COMPOSED.items()}

LETTERS = "".join(_DECOMPOSED) + CONSONANTS + CONSONANTS.upper()
"""Every Vietnamese letter, precomposed, both cases: 144 vowels with their tones, 34 consonants."""

MARKED_LETTERS = frozenset(letter for letter in LETTERS if ord(letter) > 127)
"""The 134 letters outside ASCII."""

VIETNAMESE_ONLY = frozenset(letter for letter in MARKED_LETTERS if ord(letter) > 0x17F)
"""Letters that no other major language writes (ơ, ư and all of U+1EA0 to U+1EF9)."""

_TONELESS = {ord(letter): vowel for letter, (vowel, tone) in _DECOMPOSED.items() if tone}
_FOLDED = {
    ord(letter): (
        BASE.get(vowel.lower(), vowel.lower()).upper()
        if vowel.isupper()
        else BASE.get(vowel, vowel)
    )
    for letter, (vowel, _) in _DECOMPOSED.items()
    if ord(letter) > 127
} | {ord("đ"): "d", ord("Đ"): "D"}


def compose(vowel: str, tone: int) -> str:
    """Return the precomposed letter for a vowel (of either case) and a tone index.

    Raises KeyError where `vowel` is not one of the twelve vowels.

    >>> compose("ê", 5), compose("Ư", 2), compose("a", 0)
    ('ệ', 'Ử', 'a')
    """
    return _COMPOSED[vowel, tone]


def decompose(letter: str) -> tuple[str, int]:
    """Return the vowel without its tone, and the tone index; consonants have tone 0.

    >>> decompose("ệ"), decompose("Đ")
    (('ê', 5), ('Đ', 0))
    """
    return _DECOMPOSED.get(letter, (letter, 0))


def strip_tones(text: str) -> str:
    """Take the tones off all precomposed letters; quality marks (ă â ê ô ơ ư đ) stay.

    >>> strip_tones("Lấy lại mã bảo mật")
    'Lây lai ma bao mât'
    """
    return text.translate(_TONELESS)


def fold(text: str) -> str:
    """Take tones and quality marks off all precomposed Vietnamese letters; the rest stays.

    >>> fold("Đường về Huế, café")
    'Duong ve Hue, cafe'
    """
    return text.translate(_FOLDED)


def tone_of(syllable: str) -> int:
    """Return the index of the first tone in a precomposed syllable, 0 where there is none.

    >>> tone_of("đường")
    1
    """
    return next((t for t in (decompose(letter)[1] for letter in syllable) if t), 0)


def split_tone(syllable: str) -> tuple[str, int] | None:
    """Return a precomposed syllable without its tone, and the tone; None where it has two tones.

    >>> split_tone("thuở"), split_tone("thủở")
    (('thuơ', 2), None)
    """
    tone = 0
    for letter in syllable:
        this = _DECOMPOSED[letter][1] if letter in _DECOMPOSED else 0
        if this:
            if tone:
                return None
            tone = this
    return (syllable.translate(_TONELESS) if tone else syllable), tone
