"""Words of TCVN3 whose ư, the byte of the soft hyphen, was dropped or made a hyphen."""

from __future__ import annotations

import re

from vnclean.caches import cached_table, late_pattern
from vnclean.language.casing import match_shape
from vnclean.language.lexicon import syllables_in_both_styles

__all__ = ["HORNED_O", "hornless_syllables", "restore_dashed", "restore_dropped"]

HORNED_O = "ơớờởỡợƠỚỜỞỠỢ"
"""The letters that stand behind ư in words which show its loss: `đ-ợc`, `nớc`."""

_WORD = late_pattern(r"[^\W\d_]+")
_LEAST_FREQUENCY = 6
"""Frequency class below which no syllable is thought to have lost its ư."""
_MAX_HYPHENS = 4
_HYPHEN_BITS = 3.0
"""Bits that a hyphen costs which stays one."""
_IMPOSSIBLE_BITS = 60.0
_MAX_PATHS = 6


@cached_table
def hornless_syllables() -> dict[str, tuple[str, ...]]:
    """Return what syllables in use become without their letters ư, with these, likeliest first.

    >>> hornless_syllables()["thởng"], hornless_syllables()["nh"][0]
    (('thưởng',), 'như')
    """
    table = syllables_in_both_styles()
    horned = (word for word in table if "ư" in word and table[word] >= _LEAST_FREQUENCY)
    found: dict[str, list[str]] = {}
    for syllable in sorted(horned, key=lambda syllable: (-table[syllable], syllable)):
        found.setdefault(syllable.replace("ư", ""), []).append(syllable)
    return {form: tuple(syllables) for form, syllables in found.items() if form}


def restore_dropped(text: str) -> str:
    """Put the likeliest ư into every word that is no syllable in use without one.

    >>> restore_dropped("Thởng nh cha")
    'Thưởng như cha'
    """
    return _WORD.sub(_restore_word, text)


def _restore_word(match: re.Match[str]) -> str:
    word = match[0]
    lowered = word.lower()
    if (
        lowered in syllables_in_both_styles()
        or (word.isascii() and word.isupper())
        or len(lowered) != len(word)
    ):
        return word
    syllables = hornless_syllables().get(lowered)
    return match_shape(word, syllables[0]) if syllables else word


def restore_dashed(text: str) -> str:
    """Read the hyphens of a word as the letter ư where that gives syllables in use.

    A beam search over the hyphens: each is the letter, or stays and starts a new syllable.

    >>> restore_dashed("đ-ợc"), restore_dashed("cà-phê")
    ('được', 'cà-phê')
    """
    parts = text.split("-")
    if not 1 < len(parts) <= _MAX_HYPHENS + 1:
        return text
    paths = [(0.0, parts[0])]
    for part in parts[1:]:
        longer = []
        for bits, done in paths:
            longer.append((bits + _last_bits(done) + _HYPHEN_BITS, f"{done}-{part}"))
            longer.append((bits, f"{done}ư{part}"))
        paths = sorted(longer)[:_MAX_PATHS]
    return min((bits + _last_bits(done), done) for bits, done in paths)[1]


def _last_bits(text: str) -> float:
    """Return the bits of what stands after the last hyphen of a word."""
    word = text.rpartition("-")[2]
    if not word:
        return 0.0
    frequency = syllables_in_both_styles().get(word.lower())
    if frequency is not None:
        return 30.0 - frequency
    if "ư" in word:
        return _IMPOSSIBLE_BITS
    return 24.0 if word.isascii() and len(word) > 3 else 34.0
