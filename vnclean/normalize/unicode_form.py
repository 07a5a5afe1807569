"""One way to write each letter: precomposed, with its marks in the order that Unicode knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import cached
from vnclean.language.alphabet import BASE, COMBINING_TONES, QUALITY, VOWELS, compose
from vnclean.language.casing import match_case
from vnclean.language.identify import LanguageIdentifier
from vnclean.language.lexicon import frequency
from vnclean.language.not_prose import Addresses
from vnclean.language.words import stands_alone, word_bounds
from vnclean.scan import RARE, Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["UnicodeForm"]

_TONES = {mark: tone for tone, mark in enumerate(COMBINING_TONES) if mark}
_MARKED = {(BASE[vowel], mark): vowel for vowel, mark in QUALITY.items()}
_LONGEST = 30
"""How many marks on one letter are looked at: Unicode's stream-safe limit. Longer heaps are left
as they are, because putting them in order takes time that grows with the square of their length."""

# Spacing marks that some editors leave beside the letter they belong to.
_SPACING = {
    "´": "\u0301", "ˊ": "\u0301", "`": "\u0300", "ˋ": "\u0300", "˜": "\u0303",
    "ˆ": "\u0302", "˘": "\u0306",
}  # fmt: skip
_VOWEL, _SPACED, _LETTER = "[aeiouyAEIOUYăâêôơưĂÂÊÔƠƯ]", f"[{''.join(_SPACING)}]", r"[^\W\d_]"
_BESIDE = clue(f"(?<={_VOWEL}){_SPACED}(?={_LETTER})", (1, _VOWEL, _SPACED, _LETTER))


@register
@dataclass(frozen=True, repr=False)
class UnicodeForm(Transform):
    """Write letters precomposed (NFC) and mend the mark orders that NFC can't.

    A tone typed before the circumflex, breve or horn (ò + ̂ is ồ), a mark typed twice, and a
    spacing mark inside a word (tiê´ng) are mended as well. Not touched: letters of other
    scripts, signs, and heaps of more than 30 marks on one letter.

    >>> UnicodeForm()("Tiê\u0301ng Viê\u0323t, hô\u0300ng, to\u0300\u0302i\u0300")
    'Tiếng Việt, hồng, tồì'
    """

    name: ClassVar[str] = "unicode_form"
    clues: ClassVar[Sequence[Clue]] = (
        RARE,
        _BESIDE,
    )
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "form.composed": "letter and combining marks were written apart",
        "form.mark_order": "the tone mark was typed before the circumflex, breve or horn",
        "form.doubled_mark": "the same combining mark was typed twice",
        "form.spacing_mark": "a stand-alone mark stood beside its letter (tiê´ng)",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a character that normalization moves or changes, or a mark beside a letter."""
        return any(map(_matters, scan.unusual)) or scan.finds(_BESIDE)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each letter with its marks, one for each word with a spacing mark."""
        clusters = list(_clusters(scan.text, scan))
        if not scan.finds(_BESIDE):
            yield from clusters
            return
        words = list(_beside(scan.text))
        taken = 0
        for edit in sorted(clusters + words, key=lambda edit: (edit.start, -edit.end)):
            if edit.start >= taken:
                yield edit
                taken = edit.end


@cached(4096)
def _matters(character: str) -> bool:
    """Say whether normalization may change a character, alone or after others."""
    if "\uf900" <= character <= "\ufaff" or "\U0002f800" <= character <= "\U0002fa1f":
        return False  # compatibility ideographs: NFC takes the variant away
    if "\u1160" <= character <= "\u11ff":
        return True  # Hangul vowels and finals compose with what is before them
    return (
        unicodedata.category(character)[0] == "M"
        or unicodedata.normalize("NFC", character) != character
    )


def _clusters(text: str, scan: Scan) -> Iterator[Edit]:
    moving = "".join(sorted(filter(_matters, scan.unusual)))
    if not moving:
        return
    moving = re.escape(moving)
    for match in re.finditer(f"[^{moving}]?[{moving}]++", text):
        cluster = match.group()
        # Other scripts have orders of their own; a sign like the angstrom is no letter.
        if not 2 <= len(cluster) <= _LONGEST + 1 or not _IS_LATIN.fullmatch(cluster):
            continue
        mended, rule = _compose(cluster)
        if mended != cluster:
            yield Edit(match.start(), match.end(), mended, rule)


_IS_LATIN = re.compile("(?![ªº×÷])[A-Za-z\u00aa-\u024f\u1e00-\u1eff][\u0300-\u036f]+")


def _compose(cluster: str) -> tuple[str, str]:
    """Return a letter and its marks as one letter, and the rule."""
    composed = unicodedata.normalize("NFC", cluster)
    if len(composed) == 1:
        return composed, "form.composed"
    apart = unicodedata.normalize("NFD", cluster)
    letter, marks = apart[0], apart[1:]
    vowel, tone = letter.lower(), 0
    distinct = dict.fromkeys(marks)
    if vowel not in VOWELS:
        return composed, "form.composed"
    for mark in distinct:
        if mark in _TONES and not tone:
            tone = _TONES[mark]
        elif (vowel, mark) in _MARKED:
            vowel = _MARKED[vowel, mark]
        else:
            return composed, "form.composed"  # no Vietnamese letter
    doubled = len(distinct) < len(marks)
    mended = match_case(letter, compose(vowel, tone))
    return mended, "form.doubled_mark" if doubled else "form.mark_order"


def _beside(text: str) -> Iterator[Edit]:
    """Yield words that come into use when the spacing marks in them are put on their letters."""
    language, addresses = LanguageIdentifier(text), Addresses(text)
    done = 0
    for match in _BESIDE.pattern.finditer(text):
        at = match.start()
        if at < done:
            continue
        start = word_bounds(text, at, at)[0]
        end = at
        while end < len(text) and end - start < 16 and text[end] in _SPACING:
            end = word_bounds(text, end + 1, end + 1)[1]
        done = end
        apart = "".join(_SPACING.get(c, c) for c in text[start:end])
        word = _joined(apart)
        if (
            frequency(word)
            and stands_alone(text, start, end)
            and language.is_vietnamese(at)
            and not addresses.hold(start, end)
        ):
            yield Edit(start, end, word, "form.spacing_mark", 0.98)


def _joined(apart: str) -> str:
    return re.sub(
        "[^\u0300-\u036f][\u0300-\u036f]+", lambda match: _compose(match.group())[0], apart
    )
