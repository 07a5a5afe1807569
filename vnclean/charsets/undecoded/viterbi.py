"""The Viterbi path through a line: each word is clean, or legacy bytes under one misreading.

States are "clean" (0) and the misreadings (from 1). A word costs what `costs` says, and changing
the state costs too: so one strange word does little, a line of them much, and a clean line among
legacy ones stays. The walk itself is `vnclean.core.legacy_viterbi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from vnclean.caches import late_pattern
from vnclean.charsets.truecase import case_kinds, raise_case
from vnclean.charsets.undecoded.costs import VIETNAMESE_BITS, MisreadingCosts
from vnclean.charsets.undecoded.filter import MANY_SYLLABLES
from vnclean.charsets.undecoded.words import LegacyWord, Misreading
from vnclean.core.legacy_viterbi import Line, States

__all__ = ["LegacyLine", "LegacyRun", "LegacyWalk"]

ENTER_BITS = 9.0
"""What it costs to take a word for legacy after one that is not."""
LEAVE_BITS = 4.0
_RARE_BITS = 6.0
"""What it costs more for a rare charset."""
_LOST_LETTER_BITS = 8.0
"""What it costs more where letters were lost."""
_FILLED_SHARE = 0.7
"""Share of the words with marks of a line in one charset, from which the others are too."""
_FOREIGN_BITS = -3.0
"""How much less a strange word costs as clean text in a line of another language."""
_LEAST_BITS = 24.0
"""Evidence of a run from which it need not be of syllables in use."""
_LEAST_FOREIGN_BITS = 16.0
"""Evidence of a run that a line of another language needs."""

# What UTF-8 looks like in a Latin code page: not ours to mend.
_UTF8 = re.compile('á[º»"“”]|Æ[°¡]|Ä[‘\x91ƒ\x83]|Ã[\xa0-\xbf]')
# A question mark inside a word stands for a lost letter; legacy bytes lose none.
_QUERY = late_pattern(
    r"[A-Za-z\x80-\U0010ffff]\?[A-Za-z\x80-\U0010ffff]|(?<!\S)[A-Za-z]+\?\s+[a-z]"
)


class LegacyRun(NamedTuple):
    """Neighbouring tokens of a line that are bytes in one misreading."""

    column: int
    """The number of the misreading in the table of costs."""
    bits: float
    """Its evidence."""
    places: list[int]
    """The numbers of the tokens that change."""


class LegacyLine(NamedTuple):
    """A line that is legacy bytes as a whole, and what it reads; offsets are characters."""

    start: int
    end: int
    text: str
    misreading: Misreading
    bits: float
    """The evidence of its weakest run."""
    first: tuple[int, int]
    """The span of its first word."""
    said: set[str]
    """The syllables that its words give, in lower case."""


class LegacyWalk:
    """The walk through the lines of a text, on which a word may be in one of a few misreadings.

    These are columns of `costs`; `prior` holds the bits by which a column is likelier than others,
    for what other lines say.
    """

    def __init__(
        self, text: str, costs: MisreadingCosts, columns: Sequence[int], prior: Mapping[int, float]
    ) -> None:
        self._text = text
        self._misreadings = costs.misreadings
        self._columns = columns
        bits = [
            ENTER_BITS + (_RARE_BITS if costs.misreadings[column].charset.rare else 0.0)
            for column in columns
        ]
        told = [prior.get(column, 0.0) for column in columns]
        self._states = States(
            columns,
            [enter - less for enter, less in zip(bits, told, strict=True)],
            [enter - less / 3 for enter, less in zip(bits, told, strict=True)],
            LEAVE_BITS,
            VIETNAMESE_BITS,
        )

    def runs(self, span: tuple[int, int], line: Line) -> list[LegacyRun]:
        """Return the runs of a line that are legacy bytes, by the cheapest path through it.

        `line` has the tokens of the span.
        """
        home, abroad, marked, unchanged, gains = line.outline(self._states)
        if _stays_clean(gains, marked, unchanged):
            return []
        start, end = span
        if len(_UTF8.findall(self._text, start, end)) > max(1, (end - start) / 60):
            return []
        context = _context_bits(home, abroad)
        more = 0.0
        if self._text.find("?", start, end) >= 0 and _QUERY.search(self._text, start, end):
            more = _LOST_LETTER_BITS
        found = line.runs(self._states, context, more, _FILLED_SHARE)
        return list(self._certain(found, context < 0))

    def words(
        self, span: tuple[int, int], line: Line, runs: Iterable[LegacyRun] | None = None
    ) -> Sequence[LegacyWord]:
        """Return the words of a line that are legacy bytes, of its runs where these are known."""
        words: list[LegacyWord] = []
        for column, bits, places in self.runs(span, line) if runs is None else runs:
            rest = (self._misreadings[column], bits, True)
            words += line.words(places, column, LegacyWord, rest)
        return _restore_case(self._text, span, words)

    def read(
        self, span: tuple[int, int], line: Line, runs: Sequence[LegacyRun]
    ) -> LegacyLine | None:
        """Return what a line reads whose words are syllables in use, enough of them, as written.

        None where there is anything to ask about it.
        """
        if (
            len({run.column for run in runs}) != 1
            or (found := line.reading(runs, case_kinds())) is None
        ):
            return None
        text, said, may_rise = found
        misreading = self._misreadings[runs[0].column]
        if len(said) <= MANY_SYLLABLES or misreading.soft_hyphen == "dropped":
            return None
        if may_rise and misreading.charset.case_lost and raise_case(text) != text:
            return None
        bits = min(run.bits for run in runs)
        return LegacyLine(*span, text, misreading, bits, line.span(runs[0].places[0]), said)

    def _certain(
        self, runs: Iterable[tuple[int, float, int, list[int]]], abroad: bool
    ) -> Iterator[LegacyRun]:
        """Yield the runs of a path, but for those that prove too little.

        So does one that gives too few syllables in use, or has no tone where tones are letters of
        their own. `abroad`: the line is of another language.
        """
        for number, bits, good, changed in runs:
            column = self._columns[abs(number) - 1]
            if number < 0 and self._misreadings[column].charset.needs_tone:
                continue  # no tone anywhere: what is left where the others were lost
            if bits < _LEAST_BITS and good < max(1, 0.6 * len(changed)):
                continue
            if abroad and bits < _LEAST_FOREIGN_BITS:
                continue
            if changed:
                yield LegacyRun(column, bits, changed)


def _stays_clean(gains: bool, marked: int, unchanged: int) -> bool:
    """Say whether no path through a line that changes a word can be the cheapest one.

    So it is where no run of tokens with such a word gains what it costs to begin with a misreading
    or to change to one (`gains`). Words that don't change may be legacy bytes all the same, and
    those between them be filled in.
    """
    return not gains and (unchanged < 2 or unchanged < _FILLED_SHARE * marked)


def _context_bits(home: int, abroad: int) -> float:
    """Return the bits by which a foreign word is less likely here: more among Vietnamese words."""
    if abroad > home + 1:
        return _FOREIGN_BITS
    return VIETNAMESE_BITS if home >= 3 and home >= 2 * abroad else 0.0


def _restore_case(
    text: str, span: tuple[int, int], words: Sequence[LegacyWord]
) -> Sequence[LegacyWord]:
    """Give words of a charset without capitals those that the line around them tells."""
    if not any(word.misreading.charset.case_lost for word in words):
        return words
    pieces = []
    at = span[0]
    for word in words:
        pieces += [text[at : word.start], word.text]
        at = word.end
    pieces.append(text[at : span[1]])
    read = "".join(pieces)
    line = raise_case(read)
    if line == read:
        return words
    ends = accumulate(map(len, pieces))
    places = islice(ends, 0, None, 2)  # where what stands between the words ends
    return [
        word
        if line.startswith(word.text, place) or not word.misreading.charset.case_lost
        else word._replace(text=line[place : place + len(word.text)])
        for word, place in zip(words, places, strict=False)
    ]
