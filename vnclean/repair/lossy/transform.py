"""Lossy mojibake comes back: the channels explain a damaged token, the context chooses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from vnclean.channels import priors_of
from vnclean.fixed_point import edits_to_fixed_point, text_at_fixed_point
from vnclean.language.lexicon import is_in_use
from vnclean.language.typed_tones import has_typed_tones
from vnclean.language.words import word_bounds
from vnclean.repair.half_repairs import whole_words
from vnclean.repair.lossy.byte_fragments import is_telling
from vnclean.repair.lossy.lost_letters import (
    BEFORE_LETTER,
    INSIDE_SENTENCE,
    LOST_LETTER,
    Promise,
    cover,
    find_lost_letters,
    has_lost_letters,
    restore_lost_letters,
)
from vnclean.repair.lossy.mojibake_lines import decode_mojibake_lines, find_mojibake_lines
from vnclean.repair.lossy.typed_tones import TYPED_TONES, restore_typed_tones
from vnclean.repair.lossy.underscores import UNDERSCORES, has_underscored, restore_underscored
from vnclean.repair.whole_texts import is_misread_as_whole
from vnclean.scan import RARE, Clue, Scan
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

__all__ = ["Lossy"]

_SUSPICIOUS = LOST_LETTER | frozenset("ÄÅÆº»") | frozenset(map(chr, range(0x80, 0xA0)))


_SAVED_AGAIN = "\ufffd".encode().decode("cp1252")
"""What U+FFFD became where it was saved as UTF-8 and read as windows-1252: three characters."""


@register
@dataclass(frozen=True)
class Lossy(Transform):
    """Restore words whose letters became `?`, U+FFFD or look-alikes, from the context.

    How sure a repair must be depends on what it rests on. Of those in short lines, in names and of
    words damaged alone, the share that is right is promised; what is less sure is a suggestion. A
    sentence that is damaged as a whole can't be read as it is: there the likeliest word is worth
    more than none.
    """

    name: ClassVar[str] = "lossy"
    clues: ClassVar[Sequence[Clue]] = (
        RARE,
        BEFORE_LETTER,
        INSIDE_SENTENCE,
    )
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        **{f"lossy.{name}": f"a word went through {name}" for name in priors_of("substitute")},
        TYPED_TONES: "tones were typed as signs, and horns and breves were lost",
        UNDERSCORES: "letters of a file name or label became underscores",
        "lossy.half_mojibake": "UTF-8 shown as another charset, and some of it lost on the way",
    }

    alone: float = 0.982
    """Share of right repairs among those of words that are damaged alone, and of names in short
    lines: the confidence that it asks of each follows from what was measured
    (`training/short_lines.py`)."""
    in_short_lines: float = 0.92
    """The same for the words of a short line that is damaged as a whole: a heading, a cell."""
    in_sentences: float = 0.35
    """Confidence from which a word is repaired in a sentence that is damaged as a whole."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether the text has a mark where a letter may have been, or pieces of mojibake.

        Where a text was misread as a whole, `mojibake` or `legacy` comes first.
        """
        return (
            not scan.unusual.isdisjoint(_SUSPICIOUS)
            or _SAVED_AGAIN in scan.text
            or ("Ã" in scan.text and is_telling(scan.text))
            or has_lost_letters(scan.text)
            or has_underscored(scan.text)
            or has_typed_tones(scan.text)
        ) and not is_misread_as_whole(scan)

    def find(self, scan: Scan) -> list[Edit]:
        """Return a repair for every token that was damaged, with the runners-up.

        What is mended is context for what was left, so lines that still have marks are searched
        again until nothing more is certain: a second call finds nothing.
        """
        return edits_to_fixed_point(scan.text, self._find)

    def cleaned(self, scan: Scan) -> str:
        """Return the text with what `find` is certain of; the same object where that is nothing."""
        if self._only_asks(scan):
            return scan.text
        return text_at_fixed_point(scan.text, self._restored)

    @property
    def promise(self) -> Promise:
        """The fields together."""
        return Promise(self.alone, self.in_short_lines, self.in_sentences)

    def _only_asks(self, scan: Scan) -> bool:
        """Say whether all that tells of damage are question marks, each behind a word in use.

        No word tells of a lost letter then, so that nothing is certain.
        """
        text = scan.text
        return (
            scan.unusual.isdisjoint(_SUSPICIOUS)
            and not any(map(text.__contains__, (_SAVED_AGAIN, "Ã")))
            and not scan.places(BEFORE_LETTER)
            and _are_behind_words(text)
            and not has_underscored(text)
            and not has_typed_tones(text)
        )

    def _restored(self, text: str) -> str:
        if (
            _SAVED_AGAIN in text
            or find_mojibake_lines(text)
            or has_underscored(text)
            or has_typed_tones(text)
        ):
            return apply_edits(text, (edit for edit in self._find(text) if edit.applies(None)))
        return restore_lost_letters(text, self.promise)

    def _find(self, text: str) -> list[Edit]:
        if has_typed_tones(text):
            return restore_typed_tones(text, self.in_sentences)
        if _SAVED_AGAIN in text:
            return list(_in_longer_text(text, self._find(text.replace(_SAVED_AGAIN, "\ufffd"))))
        mojibake = find_mojibake_lines(text)
        found = list(decode_mojibake_lines(text, mojibake, self.in_sentences)) if mojibake else []
        rest = cover(text, mojibake, " ")
        found += find_lost_letters(rest, self.promise)
        found += restore_underscored(rest, partial(find_lost_letters, promise=self.promise))
        return list(whole_words(text, sorted(found)))


def _are_behind_words(text: str) -> bool:
    """Say whether each question mark of a text stands behind a whole word in use."""
    at = text.find("?")
    while at >= 0:
        start, _ = word_bounds(text, at, at)
        if not is_in_use(text[start:at]) or text[start - 1 : start] not in _BEFORE_WORD:
            return False
        at = text.find("?", at + 1)
    return True


_BEFORE_WORD = frozenset(("", " ", "\n", '"', "“", "("))


def _in_longer_text(text: str, edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield edits of the text in which U+FFFD stands for `_SAVED_AGAIN`, as edits of the text."""
    longer = len(_SAVED_AGAIN) - 1
    marks = [
        found.start() - longer * number
        for number, found in enumerate(re.finditer(_SAVED_AGAIN, text))
    ]
    for edit in edits:
        start, end = (at + longer * bisect_left(marks, at) for at in (edit.start, edit.end))
        yield edit._replace(start=start, end=end)
