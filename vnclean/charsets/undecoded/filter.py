"""What may be kept of the words taken for legacy bytes: a word alone proves little.

The path through a line (`viterbi`) tells how strange a word is. Long words of other languages are
strange too, and read in one of a hundred ways they give something less strange. So what was found
must be Vietnamese: syllables in use, in a line whose other words do not speak against it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from vnclean.caches import cached, late_pattern
from vnclean.charsets.table import Charset
from vnclean.charsets.undecoded.words import LegacyWord
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles

__all__ = ["MANY_SYLLABLES", "keep_certain"]

_WORD = late_pattern(r"[^\W\d_]+")
_QUOTED = late_pattern("['\"“‘«][^'\"“”‘’«»]{1,40}['\"”’»]")
MANY_SYLLABLES = 3
"""Other syllables in use that a line needs before odd words beside them are believed."""
_DOCUMENT = 8
"""Distinct syllables in use that tell that a whole document is in one charset."""
_PLAIN = 16.0
"""Bits with which a word is believed that stands in a cell of its own."""

_APART = frozenset(["", " ", "\n", ",", "."])
"""What stands beside most words, and says nothing about them."""
_NEVER, _ODD, _SIGN, _TOUCHED, _USED = range(5)


class _RestOfLine(NamedTuple):
    """The words of a line that stay as they are."""

    home: int
    """Syllables in use."""
    marked: int
    """Syllables in use with a letter outside ASCII."""
    abroad: int
    """Other words of more than one letter."""

    @property
    def foreign(self) -> bool:
        """Whether its words are those of another language."""
        return self.abroad >= 3 and self.home < self.abroad

    @property
    def vietnamese(self) -> bool:
        """Whether another word of the line is Vietnamese beside a single one that was found."""
        return self.marked > 0 or self.home > self.abroad


def keep_certain(
    text: str, words: Sequence[LegacyWord], certain: Mapping[Charset, Set[str]] | None = None
) -> list[LegacyWord]:
    """Drop what can't be Vietnamese; mark as uncertain what nothing else speaks for.

    A word is certain where it gives syllables in use and another word of its line, or many of the
    document, say the same. Time grows with the lines that hold such words. `certain`: syllables of
    lines that are sure of themselves, and stand in no word.
    """
    lines = [_judged_line(text, *line) for line in _by_line(text, words)]
    # What each charset gives in lines that are sure of themselves speaks for it elsewhere.
    told: defaultdict[Charset, set[str]] = defaultdict(set)
    for charset, said in (certain or {}).items():
        told[charset] |= said
    for line in lines:
        used = line.used
        if (len(used) >= 2 or line.rest.vietnamese) and not (
            line.rest.foreign and len(used) < MANY_SYLLABLES
        ):
            for word, lowered in zip(line.words, line.lowered, strict=True):
                if lowered:
                    told[word.misreading.charset].add(lowered)
    kept: list[LegacyWord] = []
    for line in lines:
        kept.extend(_keep(text, line, told))
    return kept


class _JudgedLine(NamedTuple):
    """A line with words that were found, and what each of them is worth."""

    span: tuple[int, int]
    words: Sequence[LegacyWord]
    verdicts: Sequence[int]
    lowered: Sequence[str]
    """The syllable in use, in lower case, that each word gives; "" for others."""
    used: Counter[str]
    """How often each of these occurs."""
    rest: _RestOfLine


def _judged_line(text: str, start: int, end: int, found: Sequence[LegacyWord]) -> _JudgedLine:
    verdicts = []
    lowered = []
    for word in found:
        begin, stop, shown, misreading, _, _ = word
        verdict = _value(text[begin:stop], shown, misreading.charset.case_lost)
        if text[begin - 1 : begin] not in _APART or text[stop : stop + 1] not in _APART:
            verdict = _value_beside(text, word, verdict)
        verdicts.append(verdict)
        lowered.append(shown.lower() if verdict == _USED else "")
    used = Counter(lowered)
    del used[""]
    rest = _around(text, start, end, found)
    return _JudgedLine((start, end), found, verdicts, lowered, used, rest)


def _keep(text: str, line: _JudgedLine, told: dict[Charset, set[str]]) -> Iterator[LegacyWord]:
    rest, counts = line.rest, line.used
    if rest.foreign and len(counts) < MANY_SYLLABLES:
        return
    quoted = rest.marked >= MANY_SYLLABLES and _all_quoted(text, line.span, line.words)
    words = zip(line.words, line.verdicts, line.lowered, strict=True)
    if len(counts) > MANY_SYLLABLES and not quoted:  # enough others, whatever it is
        yield from (word for word, verdict, _ in words if verdict != _NEVER)
        return
    for word, verdict, lowered in words:
        if verdict == _NEVER:
            continue
        others = len(counts) - (counts[lowered] == 1)
        # A document speaks for its own charset, but not against the words of the line.
        beside = len(told[word.misreading.charset]) >= _DOCUMENT and not rest.foreign
        if verdict != _USED:
            enough = 1 if verdict == _TOUCHED else MANY_SYLLABLES
            if others >= enough or (beside and (others or verdict == _ODD)):
                yield word
        elif quoted:
            yield word._replace(certain=False)
        elif others or rest.vietnamese or beside or (not rest.abroad and word.bits >= _PLAIN):
            yield word
        else:
            yield word._replace(certain=False)


def _by_line(text: str, words: Iterable[LegacyWord]) -> Iterator[tuple[int, int, list[LegacyWord]]]:
    """Yield the bounds of each line that holds words, and these."""
    start = end = -1
    found: list[LegacyWord] = []
    for word in words:
        if word.start > end:
            if found:
                yield start, end, found
            start = text.rfind("\n", 0, word.start) + 1
            end = text.find("\n", word.end)
            end = len(text) if end < 0 else end
            found = []
        found.append(word)
    if found:
        yield start, end, found


def _around(text: str, start: int, end: int, found: Sequence[LegacyWord]) -> _RestOfLine:
    home = marked = abroad = 0
    table = syllables_in_both_styles()
    starts = [start, *(word.end for word in found)]
    gaps = zip(starts, [*(word.start for word in found), end], strict=True)
    for token in _WORD.findall("\n".join([text[begin:stop] for begin, stop in gaps])):
        if token.lower() in table:
            home += 1
            marked += not (token.isascii() or MARKED_LETTERS.isdisjoint(token))
        elif len(token) > 1:
            abroad += 1
    return _RestOfLine(home, marked, abroad)


def _all_quoted(text: str, span: tuple[int, int], found: Sequence[LegacyWord]) -> bool:
    """Say whether all words stand in quotes: a text that shows what damage looks like."""
    quotes = [quote.span() for quote in _QUOTED.finditer(text, *span)]
    return bool(quotes) and all(
        any(start < word.start and word.end < end for start, end in quotes) for word in found
    )


def _value_beside(text: str, word: LegacyWord, verdict: int) -> int:
    """Say what a word is worth beside the characters before and after it."""
    if verdict == _NEVER:
        return verdict
    before = text[word.start - 1 : word.start]
    after = text[word.end : word.end + 2]
    if "\ufffd" in (before, after[:1]) or (after[:1] == "?" and after[1:].isalpha()):
        return _NEVER  # a letter of it is lost: not ours to mend
    if before and (before in "_&\\$%{" or before.isdigit()):
        return min(verdict, _TOUCHED)
    if after and (after[0] in "_&" or after[0].isdigit()):
        return min(verdict, _TOUCHED)
    return verdict


@cached(1 << 14)
def _value(shown: str, text: str, case_lost: bool) -> int:
    """Say what a word is worth: syllables in use, part of a name, signs, something odd, nothing."""
    if any(unicodedata.category(letter) in ("Cc", "Mn") or letter == "₫" for letter in text):
        return _NEVER
    had = set(_WORD.findall(shown))
    words = [found for found in _WORD.findall(text) if found not in had]
    if not words:
        return _SIGN
    if not any(map(str.isalpha, shown)) and len(shown) == 1:
        return _SIGN
    for changed in words:
        lowered = changed.lower()
        if not is_in_use(lowered) or not (case_lost or has_regular_case(changed)):
            return _ODD
    return _USED
