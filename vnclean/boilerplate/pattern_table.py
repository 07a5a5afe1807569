"""The table of phrases and patterns (data/boilerplate_patterns.tsv): one row, one example of each.

Whatever tells furniture by its words is a row there, with an example that it matches and a
counter-example that it must not match; tests hold every row to both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from importlib.resources import files
from typing import NamedTuple

from vnclean.caches import cached_table
from vnclean.language.alphabet import LETTERS

__all__ = ["LazyPattern", "PatternRow", "named_pattern", "pattern_rows"]


class PatternRow(NamedTuple):
    """A row of the table; what its columns mean is said at the head of the file."""

    use: str
    rule: str
    confidence: str
    begins: str
    holds: str
    pattern: str
    """As it is compiled: the parts that it names are filled in."""
    example: str
    counter_example: str

    @property
    def as_written(self) -> bool:
        """Whether case counts: the pattern is for the line as it is written."""
        return self.pattern.startswith("(?-i:")

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What a line that matches begins with, as the core's `LinePrefilter` compares it.

        >>> pattern_rows("line")[0].beginnings[:2]
        ('bình', 'công')
        """
        text = self.begins.replace("\\d", "0").replace("\\ue000", "\ue000")
        return tuple(text.split("|")) if text else ()


_PART_NAME = re.compile(r"\{([a-z]+)\}")
_ESCAPED = "holds", "example", "counter_example"
"""Columns in which a tab is written as two characters."""


@cached_table
def _table() -> dict[str, tuple[PatternRow, ...]]:
    table = files("vnclean.data").joinpath("boilerplate_patterns.tsv").read_text(encoding="utf-8")
    parts = {"upper": "".join(filter(str.isupper, LETTERS)) + "FJWZ"}
    found: dict[str, list[PatternRow]] = {}
    for line in table.split("\n"):
        if not line or line[0] == "#":
            continue
        cells = line.split("\t")
        row = PatternRow(*cells, *[""] * (len(PatternRow._fields) - len(cells)))
        if row.use != "phrase":
            pattern = _PART_NAME.sub(lambda name: parts[name[1]], row.pattern)
            tabs = {name: getattr(row, name).replace("\\t", "\t") for name in _ESCAPED}
            row = row._replace(pattern=pattern, **tabs)
        if row.use == "part":
            parts[row.rule] = row.pattern
        else:
            found.setdefault(row.use, []).append(row)
    return {use: tuple(rows) for use, rows in found.items()}


def pattern_rows(use: str) -> tuple[PatternRow, ...]:
    """Return the rows for one use, in the order in which they are tried.

    >>> [row.rule for row in pattern_rows("flag")][:2]
    ['field', 'item']
    """
    return _table()[use]


Search = Callable[..., re.Match[str] | None]


class LazyPattern:
    """A pattern that is made and compiled when it is first asked: few are, and it takes a while."""

    def __init__(self, make: Callable[[], str], flags: int = 0) -> None:
        self._make, self._flags = make, flags

    @cached_property
    def match(self) -> Search:
        """`match` of the compiled pattern."""
        return re.compile(self._make(), self._flags).match

    @cached_property
    def search(self) -> Search:
        """`search` of the compiled pattern."""
        return re.compile(self._make(), self._flags).search


def named_pattern(name: str) -> LazyPattern:
    """Return the pattern of a row that is asked for by its name.

    >>> named_pattern("breadcrumb").match("Trang chủ > Tin tức")[1]
    'Tin tức'
    """
    return LazyPattern(lambda: next(r.pattern for r in pattern_rows("named") if r.rule == name))
