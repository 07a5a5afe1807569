"""Furniture within a line: bars, links to other articles and counters before or behind a sentence.

Only what stands at an edge of the line, beside a whole sentence, and says itself what it is. The
sentence stays as it is, byte for byte.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from vnclean.boilerplate.pattern_table import LazyPattern, PatternRow, pattern_rows

__all__ = [
    "CLOSING",
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

CLOSING = '.!?…”")]'
"""What a sentence ends with."""


def _tail() -> str:
    # The sign that ends the sentence belongs to the match: the search goes from one to the next.
    rows = "|".join(f"({row.pattern})" for row in pattern_rows("behind"))
    return rf"[{re.escape(CLOSING)}](?:{rows})\s*$"


_TAIL = LazyPattern(_tail, re.IGNORECASE)
_BAR = LazyPattern(lambda: pattern_rows("before")[0].pattern, re.IGNORECASE)
_DATELINE = LazyPattern(lambda: pattern_rows("before_metadata")[0].pattern)
_CREDIT = LazyPattern(lambda: "|".join(row.pattern for row in pattern_rows("behind_metadata")))

TRIGGERS = ("|", "•", "·", "/", "[", ">", "»", "A+", "A-", "hêm", "HÊM", "iếp", "gay", "hi tiết",
            "ượt", "hare", "hia sẻ", "n bài", "ỡ chữ")  # fmt: skip
"""One of them stands in what `find_inline` finds without metadata, unless that is in capitals; they
are searched for in C."""


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
    bar = _BAR.match(line, 0, REACH)
    if bar is not None and high - bar.end() >= SENTENCE and line[bar.end()].isupper():
        before.append(_span(0, bar.end(), pattern_rows("before")[0]))
        low = bar.end()
    if drop_metadata and high - low > 2 * SENTENCE:
        dateline = _DATELINE.match(line, low, low + 50)
        if dateline is not None and line[dateline.end() + 1].islower():
            before.append(_span(low, dateline.end(), pattern_rows("before_metadata")[0]))
            low = dateline.end()
    while True:
        tail = _TAIL.search(line, max(low + SENTENCE, high - REACH) - 1, high)
        if tail is not None:
            row, start = pattern_rows("behind")[(tail.lastindex or 1) - 1], tail.start() + 1
        elif drop_metadata:
            tail = _CREDIT.search(line, max(low + SENTENCE, high - 80), high)
            row = pattern_rows("behind_metadata")[0]
            start = tail.start() if tail is not None else 0
        if tail is None:
            break
        high = start
        after.append(_span(high, tail.end(), row))
    return before + after[::-1]


def _span(start: int, end: int, row: PatternRow) -> InlineSpan:
    return InlineSpan(start, end, row.rule, float(row.confidence))
