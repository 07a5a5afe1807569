"""Furniture within a line: bars, links to other articles and counters before or behind a sentence.

Only what stands at an edge of the line, beside a whole sentence, and says itself what it is. The
sentence stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from vnclean.boilerplate.pattern_table import LazyPattern, PatternRow, pattern_rows
from vnclean.caches import cached_table

__all__ = [
    "CLOSING",
    "ODD",
    "REACH",
    "SENTENCE",
    "TRIGGERS",
    "InlineSpan",
    "find_inline",
    "may_hold_inline",
]


class InlineSpan(NamedTuple):
    """A piece of a line, in characters of the line."""

    start: int
    end: int
    rule: str
    confidence: float


_LEAST = 30
"""Characters of a line that can hold a sentence and furniture."""
SENTENCE = 20
"""Characters of a sentence beside which furniture is looked for."""
REACH = 320
"""Characters at either end of a line that are read."""
_DEEPEST = 20
"""Characters of a beginning, at most."""

CLOSING = '.!?…”")]'
"""What a sentence ends with."""
ODD = "İıſ"
"""Letters that patterns take for `i` and `s`, but whose small letters are others."""
_DIGIT, _WHITE, _CLOSED = map(re.compile, (r"\d", r"\s", rf"[{re.escape(CLOSING)}](\s*)"))
_BAR = LazyPattern(lambda: pattern_rows("before")[0].pattern, re.IGNORECASE)
_DATELINE = LazyPattern(lambda: pattern_rows("before_metadata")[0].pattern)
_CREDIT = LazyPattern(lambda: "|".join(row.pattern for row in pattern_rows("behind_metadata")))

TRIGGERS = ("|", "•", "·", "/", "[", ">", "»", "A+", "A-", "hêm", "HÊM", "iếp", "gay", "hi tiết",
            "ượt", "hare", "hia sẻ", "n bài", "ỡ chữ")  # fmt: skip
"""One of them stands in what `find_inline` finds without metadata, unless that is in capitals; they
are searched for in C."""


class _Tail(NamedTuple):
    """A row of the table that says what stands behind a sentence."""

    row: PatternRow
    pattern: LazyPattern
    """Begins with the sign that ends the sentence: the search goes from one to the next."""
    apart: tuple[str, ...]
    """What it begins with behind blanks."""
    joined: tuple[str, ...]
    """What it begins with behind that sign."""

    def may_match(self, folded: str, signs: list[tuple[int, bool]]) -> bool:
        """Say whether behind one of the signs something begins as the row does."""
        return any(
            folded.startswith(self.apart if blank else self.joined, at) for at, blank in signs
        )


@cached_table
def _tails() -> tuple[_Tail, ...]:
    rows = pattern_rows("behind")
    sign = rf"[{re.escape(CLOSING)}]"
    return tuple(
        _Tail(
            row,
            LazyPattern(partial("{}{}\\s*$".format, sign, row.pattern), re.IGNORECASE),
            tuple(each.removeprefix(" ") for each in row.beginnings),
            tuple(each for each in row.beginnings if each[0] != " "),
        )
        for row in rows
    )


def _fold(text: str) -> str:
    """Return a text as `PatternRow.beginnings` are written."""
    return _WHITE.sub(" ", _DIGIT.sub("0", text)).lower()


def may_hold_inline(text: str) -> bool:
    """Say whether a text can hold any of it, in the time of some searches for words."""
    return any(trigger in text for trigger in TRIGGERS)


def find_inline(line: str, drop_metadata: bool = False) -> list[InlineSpan]:
    """Return the pieces of a line that are furniture, in order; the rest is a sentence or more.

    With `drop_metadata` the dateline before the text and the credit behind it as well.

    >>> [line[low:high] for line in ["Cầu đã thông xe sáng nay. >> Xem thêm: Lễ khánh thành"]
    ...  for low, high, *_ in find_inline(line)]
    [' >> Xem thêm: Lễ khánh thành']
    """
    if len(line) < _LEAST:
        return []
    low, high = 0, len(line)
    before: list[InlineSpan] = []
    after: list[InlineSpan] = []
    is_odd = any(letter in line for letter in ODD)
    known = pattern_rows("before")[0].beginnings
    bar = None
    if is_odd or _fold(line[:_DEEPEST]).startswith(known):
        bar = _BAR.match(line, 0, REACH)
    if bar is not None and high - bar.end() >= SENTENCE and line[bar.end()].isupper():
        before.append(_span(0, bar.end(), pattern_rows("before")[0]))
        low = bar.end()
    if drop_metadata and high - low > 2 * SENTENCE:
        dateline = _DATELINE.match(line, low, low + 50)
        if dateline is not None and line[dateline.end() + 1].islower():
            before.append(_span(low, dateline.end(), pattern_rows("before_metadata")[0]))
            low = dateline.end()
    tails = _tails() if is_odd else _possible_tails(line, low + SENTENCE - 1)
    while True:
        least = max(low + SENTENCE, high - REACH) - 1
        found = [(each.row, tail) for each in tails
                 if (tail := each.pattern.search(line, least, high))]  # fmt: skip
        if found:  # of those that begin first, the first of the table
            row, tail = min(found, key=lambda each: each[1].start())
            start = tail.start() + 1
        elif drop_metadata and (credit := _CREDIT.search(line, max(least + 1, high - 80), high)):
            row, tail, start = pattern_rows("behind_metadata")[0], credit, credit.start()
        else:
            break
        after.append(_span(start, tail.end(), row))
        high = start
    return before + after[::-1]


def _possible_tails(line: str, least: int) -> list[_Tail]:
    """Return the rows that may match behind a sentence; few have their words at its end."""
    folded = _fold(line)
    signs = [(sign.end(), sign[1] != "") for sign in _CLOSED.finditer(line, least)]
    return [tail for tail in _tails() if tail.may_match(folded, signs)]


def _span(start: int, end: int, row: PatternRow) -> InlineSpan:
    return InlineSpan(start, end, row.rule, float(row.confidence))
