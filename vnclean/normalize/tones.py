"""Tone marks on the wrong vowel, and the two styles of the open rhymes oa, oe, uy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Literal

from vnclean.language.tone import (
    impossible_sequences,
    mend_placement,
    other_style,
    restyle_table,
)
from vnclean.normalize.evidence import Evidence, frequency, in_address, word_bounds
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, choice, register

__all__ = ["MisplacedTone", "ToneStyle"]


@cache
def _impossible() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in impossible_sequences())


@register
@dataclass(frozen=True, repr=False)
class MisplacedTone(Transform):
    """Put tone marks that stand on a wrong vowel in their place: qủa, gíơ, tòan, chuỷên.

    Wrong in either style; hòa and hoà are both left alone. Only where the mended word is in use
    and the line, or the whole text, is Vietnamese, so `più`, `aí` and `país` stay. Where old and
    new style differ, the mended word is written in the old one.

    >>> MisplacedTone()("Tòan bộ hiệu qủa, chuỷên đi.")
    'Toàn bộ hiệu quả, chuyển đi.'
    >>> MisplacedTone()("Parlo di più, aí está o país.")
    'Parlo di più, aí está o país.'
    """

    name: ClassVar[str] = "misplaced_tone"
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "tone.misplaced": "the tone mark stands on a vowel that can't carry it (qủa)",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a sequence of letters that no well-spelled syllable has."""
        return not scan.is_ascii and any(p.search(scan.text) for p in _impossible())

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield one edit for each mended word."""
        evidence = Evidence(text)
        done = 0
        for at in sorted(m.start() for p in _impossible() for m in p.finditer(text)):
            if at < done:
                continue
            start, end = word_bounds(text, at, at)
            done = end
            mended = mend_placement(text[start:end])
            if mended and evidence.at(start) and not in_address(text, start, end):
                yield Edit(start, end, mended, "tone.misplaced", 0.999)


# Old: a toned o or u before the last letter. New: a toned last letter after o or u. Both begin
# with the toned letter, as a search for one set of letters is several times as fast.
_OPEN = re.compile(
    r"[òóỏõọùúủũụỳýỷỹỵàáảãạèéẻẽẹÒÓỎÕỌÙÚỦŨỤỲÝỶỸỴÀÁẢÃẠÈÉẺẼẸ]"
    r"(?:(?:(?<=[òóỏõọÒÓỎÕỌ])[aeAE]|(?<=[ùúủũụÙÚỦŨỤ])[yY])|"
    r"(?:(?<=[oO][àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ])|(?<=[uU][ỳýỷỹỵỲÝỶỸỴ])(?<![qQ]..)))"
    r"(?![^\W\d_]|[\u0300-\u036f])"
)


@register
@dataclass(frozen=True, repr=False)
class ToneStyle(Transform):
    """Write the open rhymes oa, oe, uy in one tone style: hòa, thủy (old) or hoà, thuỷ (new).

    `style` is "old", "new", "keep" (do nothing) or "auto": a text that mixes both goes to its own
    majority, one that is consistent or even stays as it is. Names are restyled like other words;
    addresses stay. Raises ConfigError for another style.

    >>> ToneStyle("new")("Hòa bình, Ủy ban"), ToneStyle("old")("Hoà bình, Uỷ ban, quý")
    ('Hoà bình, Uỷ ban', 'Hòa bình, Ủy ban, quý')
    >>> ToneStyle()("hóa học, hòa tan, Uỷ ban"), ToneStyle()("hoá học, thuỷ văn")
    ('hóa học, hòa tan, Ủy ban', 'hoá học, thuỷ văn')
    """

    name: ClassVar[str] = "tone_style"
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "tone.style": "an open oa, oe or uy was written in the other tone style (hoà, hòa)",
    }

    style: Literal["old", "new", "keep", "auto"] = "auto"

    def __post_init__(self) -> None:
        choice(self.style, ("old", "new", "keep", "auto"), "style")

    def concerns(self, scan: Scan) -> bool:
        """Look for one open rhyme that carries a tone."""
        return self.style != "keep" and not scan.is_ascii and bool(_OPEN.search(scan.text))

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield one edit for each word that is written in another style than the one aimed at."""
        if self.style == "keep":
            return
        found = list(_open_words(text))
        style: str = self.style
        if style == "auto":
            old = sum(is_old for _, _, is_old in found)
            if old * 2 == len(found):
                return  # even: the text does not say which style is its own
            style = "old" if old * 2 > len(found) else "new"
        for start, end, is_old in found:
            if is_old != (style == "old"):
                other = other_style(text[start:end])
                if other is not None and not in_address(text, start, end):
                    yield Edit(start, end, other, "tone.style")


def _open_words(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, end and "is in the old style" of each word in use with a toned open rhyme."""
    known = _open_syllables()
    for match in _OPEN.finditer(text):
        start, end = word_bounds(text, match.start(), match.end())
        is_old = known.get(text[start:end].lower())
        if is_old is not None:
            yield start, end, is_old


@cache
def _open_syllables() -> dict[str, bool]:
    """Return the syllables in use with a toned open rhyme, and whether that is the old style."""
    pairs = restyle_table("old").items()
    used = [(new, old) for new, old in pairs if frequency(old)]
    return {new: False for new, _ in used} | {old: True for _, old in used}
