"""Lossy mojibake comes back: the channels explain a damaged token, the context chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from vnclean.channels import priors_of
from vnclean.fixed_point import settle
from vnclean.repair.lossy.byte_fragments import is_telling
from vnclean.repair.lossy.lost_letters import (
    LOST_LETTER,
    cover,
    find_lost_letters,
    has_lost_letters,
)
from vnclean.repair.lossy.mojibake_lines import decode_mojibake_lines, find_mojibake_lines
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

if TYPE_CHECKING:
    from vnclean.scan import Scan

__all__ = ["Lossy"]

_ROUNDS = 4
"""How often a text is looked at again at most."""

_LEFT = re.compile("[?\ufffdÐð]")

_SUSPICIOUS = LOST_LETTER | frozenset("ÄÅÆº»") | frozenset(map(chr, range(0x80, 0xA0)))


@register
@dataclass(frozen=True)
class Lossy(Transform):
    """Restore words whose letters became `?`, U+FFFD or look-alikes, from the context."""

    name: ClassVar[str] = "lossy"
    undoes_damage: ClassVar[bool] = True
    additive: ClassVar[bool] = True
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

    def proposals(self, text: str) -> list[Edit]:
        """Return a repair for every token that was damaged, with the runners-up.

        What is mended is context for what was left: the text is looked at again until nothing
        more is certain, so that a second call finds nothing.
        """
        return settle(text, self._lines_left)

    def _lines_left(self, text: str) -> list[Edit]:
        """Look at a text, and again at the lines that still have marks; the rest is not context."""
        found = self._look(text)
        for _ in range(_ROUNDS):
            applied = [edit for edit in found if edit.applies(None)]
            if not applied:
                break
            mended = apply_edits(text, applied)
            left = cover(mended, _lines_in_order(mended), " ")
            later = [edit for edit in self._look(left) if edit.applies(None)]
            more = list(_moved_back(later, applied))
            if not more:
                break
            kept = sorted([*applied, *more])
            found = sorted([*kept, *_apart([e for e in found if not e.applies(None)], kept)])
        return found

    def _look(self, text: str) -> list[Edit]:
        lines = find_mojibake_lines(text)
        found = list(decode_mojibake_lines(text, lines, self.certain)) if lines else []
        found += find_lost_letters(cover(text, lines, " "), self.certain, self.doubtful)
        return sorted(found) if lines else found


def _lines_in_order(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line without a mark or a piece of mojibake."""
    start = 0
    anywhere = is_telling(text)
    for line in text.split("\n"):
        if _LEFT.search(line) is None and not (anywhere and is_telling(line)):
            yield start, start + len(line)
        start += len(line) + 1


def _moved_back(edits: list[Edit], before: list[Edit]) -> Iterator[Edit]:
    """Yield edits of a mended text with their places in the text before; those of new text not."""
    shift, at = 0, 0
    for edit in edits:
        while at < len(before) and before[at].start + shift < edit.end:
            mended = before[at].start + shift + len(before[at].replacement)
            if mended > edit.start:
                break  # overlaps what was mended
            shift += len(before[at].replacement) - (before[at].end - before[at].start)
            at += 1
        else:
            yield edit._replace(start=edit.start - shift, end=edit.end - shift)


def _apart(edits: list[Edit], others: list[Edit]) -> Iterator[Edit]:
    """Yield the edits that overlap none of the others; both are sorted."""
    at = 0
    for edit in edits:
        while at < len(others) and others[at].end <= edit.start:
            at += 1
        if at == len(others) or others[at].start >= edit.end:
            yield edit
