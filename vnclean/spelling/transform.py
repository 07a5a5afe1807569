"""The transform that mends misspelt words: found by a prefilter, scored in context."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from vnclean.fixed_point import edits_to_fixed_point
from vnclean.scan import Scan
from vnclean.spelling.corrections import APPLY, corrections, more_certain, most_certain
from vnclean.spelling.error_model import KINDS
from vnclean.spelling.lexicon import has_marks, prefilter_lines, prefilter_words
from vnclean.spelling.protected_words import protected
from vnclean.spelling.scorer import probability
from vnclean.spelling.suspects import Suspects, Terms, suspects, terms, unlikely_words
from vnclean.spelling.word_lookup import Found
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

__all__ = ["Spelling"]

PARAGRAPH = 4000
"""Characters before and after a misspelling that are read closely at most."""


@register
@dataclass(frozen=True)
class Spelling(Transform):
    """Mend misspelt words where the context leaves no doubt, and suggest the rest.

    Danger: what is rare is not always wrong. Verse, dialect and quotations of errors can be
    taken for errors; `keep` (words, phrases) and `patterns` (regular expressions that match up to
    200 characters around a word) protect what they match.
    `thorough` looks at every word with the context network too, about fifty times slower; so does a
    pipeline whose `min_confidence` is below 0.9.

    >>> Spelling()("công tác tuyền truyền đến người dân")
    'công tác tuyên truyền đến người dân'
    >>> Spelling(keep=("tuyền",))("công tác tuyền truyền đến người dân")
    'công tác tuyền truyền đến người dân'
    """

    keep: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    thorough: bool = False

    name: ClassVar[str] = "spelling"
    safety: ClassVar[Safety] = Safety.LIKELY
    least: ClassVar[float] = 0.5
    rules: ClassVar[dict[str, str]] = {
        "spelling.hoi_nga": "hỏi for ngã or ngã for hỏi",
        "spelling.tone_lost": "a tone mark is missing",
        "spelling.tone_added": "a tone mark too many",
        "spelling.tone_wrong": "another tone mark than the right one",
        "spelling.mark_lost": "a breve, circumflex, horn or stroke is missing",
        "spelling.mark_added": "a breve, circumflex, horn or stroke too many",
        "spelling.mark_wrong": "another breve, circumflex or horn than the right one",
        "spelling.sound": "spelt as a region speaks it (s/x, ch/tr, d/gi/r, final c/t, n/ng)",
        "spelling.bare": "a syllable without its marks",
        "spelling.raw_keys": "left-over keys of Telex or VNI typing",
        "spelling.swapped": "two letters in the wrong order",
        "spelling.letter_doubled": "a letter twice",
        "spelling.letter_lost": "a letter is missing",
        "spelling.letter_added": "a letter too many",
        "spelling.key": "a neighbouring key was hit",
        "spelling.marks": "several marks of a syllable are wrong",
        "spelling.space_lost": "two words without the space between them",
        "spelling.doubled": "a word written twice",
        "spelling.echoed": "a word written over its neighbour",
    }

    def __post_init__(self) -> None:
        protected(self.keep, self.patterns)

    def strengthened(self, min_confidence: float) -> Transform:
        """Return the thorough form where more is asked for than what is applied by default.

        Zero stands for every proposal that there is anyway: it is what damaged text is repaired
        with at any price, and guesses about words that are rare would not make that better.
        """
        if self.thorough or not min_confidence or min_confidence >= probability(APPLY):
            return self
        return replace(self, thorough=True)

    @property
    def finding(self) -> Callable[[str], object] | None:
        """The prefilter, unless every word is looked at."""
        return None if self.thorough else prefilter_words

    def concerns(self, scan: Scan) -> bool:
        """Ask the prefilter; words without marks nearby stay, and so do texts without any."""
        found = scan.once(prefilter_words)
        return (self.thorough or bool(found.words or found.pairs)) and scan.once(has_marks)

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Return corrections (likely) and suggestions."""
        return self._search(scan, False)

    def cleaned(self, scan: Scan) -> str:
        """Return the text with the corrections; what could only be suggested is not weighed."""
        return apply_edits(scan.text, self._search(scan, True))

    def _search(self, scan: Scan, certain: bool) -> list[Edit]:
        """Return corrections, and suggestions unless only the certain is asked for."""
        text = scan.text
        if not self.concerns(scan):
            return []
        found = scan.once(prefilter_words)
        usual = terms(text, found)
        first = self._prefiltered(text, found, usual, certain)
        if not self.thorough and not any(edit.applies(None) for edit in first):
            return first

        def again(now: str, lines: list[tuple[int, int]]) -> list[Edit]:
            nonlocal usual
            before, usual = usual.met, terms(now)
            # What is said of a line depends on others only by the terms of the text, and by what
            # a pattern may match. A term that is none any more may be mended everywhere.
            far = (
                self.thorough
                or protected(self.keep, self.patterns).patterns
                or not all(form in usual for form in before)
            )
            found = prefilter_words(now) if far else prefilter_lines(now, lines)
            return self._read_closely(now, self._prefiltered(now, found, usual, True), True)

        return edits_to_fixed_point(
            text, lambda now: self._read_closely(now, first, certain), again
        )

    def _prefiltered(self, text: str, found: Found, usual: Terms, certain: bool) -> list[Edit]:
        """Return what becomes of the suspects of the prefilter."""
        return most_certain(self._corrected(text, suspects(text, found, usual), certain))

    def _read_closely(self, text: str, found: list[Edit], only_certain: bool) -> list[Edit]:
        """Return what was found, and more where something was surely wrong."""
        # Misspellings come in company: a paragraph that has one is read closely.
        certain = [edit for edit in found if edit.applies(None)]
        parts = [(0, len(text))] if self.thorough else _paragraphs(text, certain)
        if not parts:
            return found
        decided = () if self.thorough else [edit.start for edit in certain]
        closer = unlikely_words(text, parts, len(certain), self.thorough, decided)
        # What was decided is not asked again, but the rate of errors speaks for it too.
        found = [more_certain(e, closer.noise) if e.applies(None) else e for e in found]
        return most_certain([*found, *self._corrected(text, closer, only_certain)])

    def _corrected(self, text: str, words: Suspects | None, certain: bool) -> list[Edit]:
        if words is None:
            return []
        kept = protected(self.keep, self.patterns)
        return corrections(text, words, kept, self.thorough, certain)


def _paragraphs(text: str, edits: Iterable[Edit]) -> list[tuple[int, int]]:
    """Return the spans of the lines that have edits; of a long line, what is near them."""
    lines: list[tuple[int, int]] = []
    for edit in edits:
        if not lines or edit.start >= lines[-1][1]:
            low = max(text.rfind("\n", 0, edit.start) + 1, edit.start - PARAGRAPH)
            high = text.find("\n", edit.end)
            high = min(len(text) if high < 0 else high, edit.end + PARAGRAPH)
            lines.append((max(low, lines[-1][1] if lines else 0), high))
    return lines


assert all(f"spelling.{kind}" in Spelling.rules for kind in KINDS)
