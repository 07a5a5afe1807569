"""Tones that the Vietnamese keyboard of Windows typed as signs behind their vowel.

Into a program of one-byte text it types combining tones, which become ´, ` and ~ where the page has
such a sign, and `?` for the hook and the dot. The former are unmistakable and belong to the step
`unicode_form`; here they are where they should be.
"""

from __future__ import annotations

from vnclean.caches import cached
from vnclean.channels.registry import channel
from vnclean.language.alphabet import MARKED_LETTERS, TONES, decompose

_WITHOUT_SIGN = {TONES.index("hỏi"), TONES.index("nặng")}


@channel("substitute", prior=0.5)
def tones_as_signs(text: str) -> str:
    """The keyboard of Windows typing into a program of one-byte text, which keeps ơ and ư.

    >>> tones_as_signs("Một chuyện của người bạn")
    'Mô?t chuyê?n cu?a người ba?n'
    """
    return "".join(map(_signed, text))


@cached(1 << 10)
def _signed(letter: str) -> str:
    if letter not in MARKED_LETTERS or letter in "đĐ":
        return letter
    vowel, tone = decompose(letter)
    return f"{vowel}?" if tone in _WITHOUT_SIGN else letter
