"""Lossy mojibake comes back: the channels explain a damaged token, the context chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.channels import priors_of
from vnclean.fixed_point import edits_to_fixed_point, text_at_fixed_point
from vnclean.repair.lossy.lost_letters import (
    BEFORE_LETTER,
    LOST_LETTER,
    cover,
    find_lost_letters,
    has_lost_letters,
    restore_lost_letters,
)
from vnclean.repair.lossy.mojibake_lines import decode_mojibake_lines, find_mojibake_lines
from vnclean.scan import RARE, Clue, Scan
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

__all__ = ["Lossy"]

_SUSPICIOUS = LOST_LETTER | frozenset("ÄÅÆº»") | frozenset(map(chr, range(0x80, 0xA0)))


@register
@dataclass(frozen=True)
class Lossy(Transform):
    """Restore words whose letters became `?`, U+FFFD or look-alikes, from the context."""

    name: ClassVar[str] = "lossy"
    clues: ClassVar[Sequence[Clue]] = (
        RARE,
        BEFORE_LETTER,
    )
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        **{f"lossy.{name}": f"a word went through {name}" for name in priors_of("substitute")},
        "lossy.half_mojibake": "UTF-8 shown as another charset, and some of it lost on the way",
    }

    certain: float = 0.35
    """Confidence from which a token that is surely damaged gets its best candidate."""
    doubtful: float = 0.95
    """Confidence from which a token that may be right as it stands is changed."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether the text has a mark where a letter may have been, or pieces of mojibake."""
        return not scan.unusual.isdisjoint(_SUSPICIOUS) or has_lost_letters(scan.text)

    def find(self, scan: Scan) -> list[Edit]:
        """Return a repair for every token that was damaged, with the runners-up.

        What is mended is context for what was left, so lines that still have marks are searched
        again until nothing more is certain: a second call finds nothing.
        """
        return edits_to_fixed_point(scan.text, self._find)

    def cleaned(self, scan: Scan) -> str:
        """Return the text with what `find` is certain of; the same object where that is nothing."""
        return text_at_fixed_point(scan.text, self._restored)

    def _restored(self, text: str) -> str:
        if find_mojibake_lines(text):
            return apply_edits(text, (edit for edit in self._find(text) if edit.applies(None)))
        return restore_lost_letters(text, self.certain, self.doubtful)

    def _find(self, text: str) -> list[Edit]:
        mojibake = find_mojibake_lines(text)
        found = list(decode_mojibake_lines(text, mojibake, self.certain)) if mojibake else []
        found += find_lost_letters(cover(text, mojibake, " "), self.certain, self.doubtful)
        return sorted(found) if mojibake else found
