"""The keyboard of Windows in a program of one-byte text: `nguo`i`, `duo?c`, `nhu~ng`.

It types tones as signs behind their vowels, hook and dot as question marks, and of the letters only
â, ê, ô survive. What each word may have been, and whether a text is of that kind.
"""

from __future__ import annotations

from vnclean.caches import cached_table, late_pattern
from vnclean.language.alphabet import TONES, decompose, strip_tones
from vnclean.language.lexicon import syllables_in_both_styles

__all__ = ["has_typed_tones", "may_have_been"]

_SIGNS = dict(zip(TONES, ("", "`", "?", "~", "´", "?"), strict=True))
_HORNLESS = str.maketrans("ăđơư", "adou")
_LOST = late_pattern("[ĂăĐđƠơƯưẠ-ỹ]")
"""Letters that such a text can't have."""
_SIGN = late_pattern("[`´~?]")
_SIGNED = late_pattern("(?<![A-Za-zÐÂÊÔâêô])[A-Za-zÐÂÊÔâêô]++[`´~?][A-Za-zÐÂÊÔâêô]*")
_QUICK = late_pattern("[`´~](?<=[aeiouyâêô].)")
_LEAST_FREQUENCY = 8
"""Frequency class below which a syllable is no candidate."""
_ENOUGH = 2
"""Different words with a sign that are none without their horns, which tell of a text."""
_SHARE = 0.1
"""Share of the words that have a sign, at least: of our syllables two in three have a tone."""
_MOSTLY = 0.6
"""Share of the words with a sign that may have been syllables: of noise and code few may."""
_LETTERS = late_pattern("[A-Za-zÐÂÊÔâêô]+")


def _typed(syllable: str) -> str:
    """Return a syllable as that keyboard types it."""
    parts = (decompose(letter) for letter in syllable)
    return "".join([vowel.translate(_HORNLESS) + _SIGNS[TONES[tone]] for vowel, tone in parts])


@cached_table
def _forms() -> dict[str, tuple[str, ...]]:
    table = syllables_in_both_styles()
    found: dict[str, list[str]] = {}
    for syllable in sorted(table, key=lambda syllable: -table[syllable]):
        if table[syllable] >= _LEAST_FREQUENCY:
            found.setdefault(_typed(syllable), []).append(syllable)
    return {form: tuple(syllables) for form, syllables in found.items()}


def may_have_been(word: str) -> tuple[str, ...]:
    """Return the syllables in use that are typed like a word, likeliest first, in small letters.

    >>> may_have_been("Duo`ng"), may_have_been("loa`i")
    (('đường', 'dường'), ('loài',))
    """
    return _forms().get(word.replace("Ð", "d").lower(), ())


def has_typed_tones(text: str) -> bool:
    """Say whether a text was typed in that way, and lost its horns.

    >>> has_typed_tones("Nhu~ng nguo`i ba?n duo?c mo`i dê´n"), has_typed_tones("café, Perú ~")
    (True, False)
    """
    if _LOST.search(text) is not None or _QUICK.search(text) is None:
        return False
    told: set[str] = set()
    typed = signed = 0
    for match in _SIGNED.finditer(text):
        found = may_have_been(match[0])
        signed += 1
        typed += bool(found)
        if found and _SIGN.sub("", match[0]).lower() not in map(strip_tones, found):
            told.add(match[0].lower())
    return (
        len(told) >= _ENOUGH
        and typed >= _MOSTLY * signed
        and signed >= _SHARE * sum(1 for _ in _LETTERS.finditer(text))
    )
