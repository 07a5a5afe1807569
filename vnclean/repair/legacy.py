"""Legacy Vietnamese text that sits in Unicode text: bytes read in a wrong code page, and VIQR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from vnclean.charsets.undecoded.search import find_legacy, hints, hints_in_lines
from vnclean.charsets.undecoded.viqr import lift_viqr, may_be_viqr, may_have_viqr
from vnclean.charsets.undecoded.words import LOST, LegacyWord, base_charset
from vnclean.fixed_point import settle
from vnclean.repair.lost_horns import settle_horns
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, non_overlapping, register

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Legacy"]

_RULES = {
    "tcvn3": "tcvn3",
    "vni": "vni",
    "viscii": "viscii",
    "vps": "vps",
    "windows-1258-vi": "cp1258",
    "bkhcm1": "bkhcm",
    "bkhcm2": "bkhcm",
    "vietware-x": "vietware",
    "vietware-f": "vietware",
}


@register
@dataclass(frozen=True)
class Legacy(Transform):
    """Read TCVN3, VNI, VISCII, VPS, Windows-1258 and VIQR text that was taken for Latin text.

    Whole documents, single lines and cells, single words in clean text. A word changes only where
    it becomes a syllable in use and what stands there is less likely by far; foreign words stay.

    >>> Legacy()("Céng hoµ x· héi chñ nghÜa ViÖt Nam")
    'Cộng hoà xã hội chủ nghĩa Việt Nam'
    >>> Legacy()("Quán café của Zoë ở München, 5 µm")
    'Quán café của Zoë ở München, 5 µm'
    """

    name: ClassVar[str] = "legacy"
    additive: ClassVar[bool] = True
    rules: ClassVar[dict[str, str]] = {
        "legacy.tcvn3": "Bytes of TCVN3 (ABC, .VnTime) were read in a Latin code page.",
        "legacy.vni": "Bytes of VNI were read in a Latin code page.",
        "legacy.viscii": "Bytes of VISCII were read in a Latin code page.",
        "legacy.vps": "Bytes of VPS were read in a Latin code page.",
        "legacy.cp1258": "Bytes of Windows-1258 were read in another code page.",
        "legacy.bkhcm": "Bytes of BK HCM 1 or 2 were read in a Latin code page.",
        "legacy.vietware": "Bytes of VietWare X or F were read in a Latin code page.",
        "legacy.viqr": "Vietnamese written in ASCII with signs for marks.",
    }

    def concerns(self, scan: Scan) -> bool:
        """Say whether there are letters or signs that clean Vietnamese does not have."""
        return hints(scan.unusual, scan.text) or may_be_viqr(scan.text)

    def concerns_lines(self, scan: Scan) -> bool:
        """Look for the same, and for what counts in short texts only."""
        return hints_in_lines(scan.unusual, scan.text) or may_have_viqr(scan.text)

    def proposals(self, text: str) -> Iterable[Edit]:
        """Yield an edit for each word that reads in a legacy charset."""
        return settle(text, _find)


def _find(text: str) -> list[Edit]:
    return list(non_overlapping(sorted([*_bytes_edits(text), *_viqr_edits(text)])))


def _bytes_edits(text: str) -> Iterator[Edit]:
    words = find_legacy(text)
    if any(word.misreading.charset == LOST for word in words):
        words = settle_horns(text, words)
    for word in words:
        yield _edit(word)


_ALONE = 0.6
"""The confidence in a word that nothing around it speaks for."""


def _edit(word: LegacyWord) -> Edit:
    confidence = 1.0 - 0.5 * 2.0 ** -max(0.0, word.bits / 2 - 3)
    if not word.certain:
        confidence = min(confidence, _ALONE)
    if confidence >= 0.98:
        safety = Safety.SAFE
    elif confidence >= 0.8:
        safety = Safety.LIKELY
    else:
        safety = Safety.SUGGEST
    rule = f"legacy.{_RULES[base_charset(word.misreading.charset)]}"
    return Edit(word.start, word.end, word.text, rule, round(confidence, 4), safety)


def _viqr_edits(text: str) -> Iterator[Edit]:
    if not may_be_viqr(text):
        return
    for found in lift_viqr(text):
        confidence = round(1.0 - 2.0 ** -(1.5 + found.weight), 4)
        if confidence >= 0.98:
            safety = Safety.SAFE
        elif confidence >= 0.8:
            safety = Safety.LIKELY
        else:
            safety = Safety.SUGGEST
        yield Edit(found.start, found.end, found.text, "legacy.viqr", confidence, safety)
