"""What speaks for a decoding: the share of its marked words that are syllables in use.

Only words with a letter outside ASCII tell charsets apart; the plain words around them say whether
the text is Vietnamese at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from vnclean.caches import late_pattern
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import syllables_in_both_styles
from vnclean.language.syllable import is_spellable

__all__ = ["CharsetScore", "Detection", "weigh", "weigh_words", "words_of"]

_WORD = late_pattern(r"[^\W\d_]+")
# Signs that running text may hold in any code page; others beside letters speak against a reading.
_SIGNS = "\xa0–—‘’“”…•«»°§€™®©·×²³±½¼¾¹¡¿´¨„‚\ufeff"
_STRANGE = late_pattern(f"[^\\w\\s!-~{_SIGNS}]|[\\x80-\\x9f]|[^\\W\\d_][\xa1-\xbf¨´]+[^\\W\\d_]")
_COMMON = 14
"""Frequency class (see `language.lexicon`) from which a syllable counts fully."""


@dataclass(frozen=True)
class Detection:
    """A charset, the probability that it is the right one, what else it could be, and why."""

    encoding: str
    """A name that `bytes.decode` knows once `vnclean.charsets` is imported. `cp1258` leaves marks
    decomposed there: take `windows-1258-vi`, or `decode`."""
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    """Other charsets with their probability, best first."""
    evidence: dict[str, float] = field(default_factory=dict, compare=False)
    """Counts the decision rests on, such as words in use (`good`) and impossible ones (`bad`)."""


class CharsetScore(NamedTuple):
    """Counts over one reading of a text; `points` sums them up."""

    good: float
    """Marked words that are in use; rare ones count less."""
    bad: float
    """Marked words that can't be Vietnamese, and signs that no text has."""
    plain: int
    """Words in ASCII that are syllables in use."""
    foreign: int
    """Words in ASCII that are none."""
    distinct: int
    """Distinct marked words in use."""

    @property
    def points(self) -> float:
        """The weight of the evidence for this reading against others."""
        return self.good - 2.0 * self.bad

    @property
    def share(self) -> float:
        """The share of marked words and signs that are right."""
        return self.good / (self.good + self.bad) if self.good + self.bad else 0.0


def words_of(text: str) -> Counter[str]:
    """Count the words of a text, as they are written."""
    return Counter(_WORD.findall(text))


def weigh(text: str, case_lost: bool = False) -> CharsetScore:
    """Weigh a decoded text.

    `case_lost` says that capitals with a tone come out lower case, as in TCVN3.

    >>> weigh("Việt Nam đất nước").good, weigh("ViÖt Nam ®Êt n\\xadíc").share < 0.5
    (3.0, True)
    """
    strange = len(_STRANGE.findall(text))
    return weigh_words(words_of(text), strange, case_lost)


def weigh_words(
    words: Mapping[str, int], strange: int = 0, case_lost: bool = False
) -> CharsetScore:
    """Weigh counted words; `strange` is the number of signs that speak against the reading."""
    table = syllables_in_both_styles()
    good = bad = 0.0
    plain = foreign = distinct = 0
    for word, count in words.items():
        lowered = word.lower()
        frequency = table.get(lowered)
        if word.isascii():
            if frequency is not None:
                plain += count
            elif len(word) > 1:
                foreign += count
            continue
        if frequency is not None:
            if not case_lost and not has_regular_case(word):
                bad += 0.5 * count
                continue
            good += count * (1.0 if frequency >= _COMMON else 0.5)
            distinct += 1
        elif is_spellable(lowered):
            good += 0.1 * count
            bad += 0.1 * count
        else:
            bad += count
    return CharsetScore(good, bad + strange, plain, foreign, distinct)
