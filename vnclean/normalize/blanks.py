"""Spaces of other widths, runs of spaces, trailing blanks, runs of blank lines.

Line ends stay what they are. Code, tables, verse and Markdown live by their blanks, so a text is
looked at before its blanks are touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from vnclean.normalize.evidence import Evidence
from vnclean.normalize.prose import is_code
from vnclean.settle import settle
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Spaces", "Spacing"]

_EXOTIC = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_EXOTIC_RUN = re.compile(f"[{_EXOTIC}]+|[\u2028\u2029]+")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")


@register
@dataclass(frozen=True, repr=False)
class Spaces(Transform):
    """Replace no-break, thin, em and other spaces by plain ones, line separators by line feeds.

    Kept: the no-break space of French punctuation in a line that is not Vietnamese, and the
    ideographic space beside Chinese, Japanese or Korean. Must run after mojibake and lossy repair,
    where the no-break space may be a byte of à.

    >>> Spaces()("Hà\u00a0Nội,\u2003mùa\u202fthu")
    'Hà Nội, mùa thu'
    >>> Spaces()("Qui\u00a0? Lui\u00a0!") == "Qui\u00a0? Lui\u00a0!"
    True
    """

    name: ClassVar[str] = "spaces"
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "spaces.exotic": "a no-break space or a space of another width became a plain one",
        "spaces.line_separator": "a line or paragraph separator became a line feed",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for one such space."""
        return any(_EXOTIC_RUN.match(character) for character in scan.unusual)

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield one edit for each run of such spaces."""
        evidence = Evidence(text)
        for match in _EXOTIC_RUN.finditer(text):
            run = match.group()
            start, end = match.span()
            before, after = text[start - 1 : start], text[end : end + 1]
            if run[0] in "\u2028\u2029":
                yield Edit(start, end, "\n" * len(run), "spaces.line_separator")
                continue
            if "\u3000" in run and (_WIDE.match(before) or _WIDE.match(after)):
                continue
            french = (after and after in "?!:;»%€") or before == "«"
            if french and len(run) == 1 and evidence.line(start) is not True:
                continue
            yield Edit(start, end, " " * len(run), "spaces.exotic")


_BLANKS = re.compile(r"\A[ \t]+|[ \t]{2,}+(?!\r?\n)|[ \t]*+(?:\r?\n[ \t]*+)+|[ \t]\Z")
_CODE = re.compile(
    r"[{};]\s*$|^\s*(?:def |class |import |from \w+ import|return\b|if\s*\(|for\s*\(|while\s*\("
    r"|#include|public |private |static |var |let |const |function\b|<\?|</?\w[^>]*>\s*$|//|/\*"
    r"|\*/|@\w+\(|\$ )"
    r"|=>|->\s*\w+\(|\w\([^)]*\)\s*[:;{]\s*$|^\s*[\"'][\w-]+[\"']\s*:|^[-+]{3} \S|^@@ "
)
_MARKDOWN = re.compile(
    r"^(?:#{1,6} |```|~~~|> |\s*[-*+] \S|\s*\d+\. \S|\|.*\|\s*$)|\]\(\S+\)|\*\*\S"
)
_GAP = re.compile(r"(?<=\S) {3,}+(?=\S)")
_LONG_LINE = 100
"""Characters from which an indented line of prose is a paragraph, not verse or a listing."""


@register
@dataclass(frozen=True, repr=False)
class Spacing(Transform):
    """Collapse runs of spaces and blank lines, drop trailing blanks and stray leading spaces.

    At most one blank line stays. In-line runs and leading spaces are only touched in Vietnamese
    prose: a lone leading space goes, deeper indentation stays except before a long line of prose.
    Not touched: texts that look like code, the two spaces of a Markdown line break, columns set
    with spaces, blanks in other languages. Line ends stay as they are.

    >>> Spacing()(" Đồng chí Bí thư  phát biểu.  \\n\\n\\n\\nHội nghị  kết thúc.")
    'Đồng chí Bí thư phát biểu.\\n\\nHội nghị kết thúc.'
    >>> Spacing()("def f():\\n    return  1\\n\\n\\nx = 2")
    'def f():\\n    return  1\\n\\n\\nx = 2'
    """

    name: ClassVar[str] = "spacing"
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "spacing.run": "a run of spaces became one",
        "spacing.trailing": "blanks stood at the end of a line",
        "spacing.blank_lines": "a run of blank lines became one",
        "spacing.leading": "a stray space stood at the start of a line",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for two blanks in a row, or one at the edge of a line."""
        return _is_untidy(scan.text)

    def proposals(self, text: str) -> list[Edit]:
        """Return edits for each run of blanks that is not as it should be."""
        return settle(text, _find)


def _is_untidy(text: str) -> bool:
    """Say whether a text has blanks that may have to go, by plain searches: most have none."""
    if not text:
        return False
    return (
        text[0] in " \t\r\n"
        or text[-1] in " \t"
        or any(blanks in text for blanks in ("  ", " \n", "\n ", "\n\n\n"))
        or ("\t" in text and _WITH_TABS.search(text) is not None)
        or ("\r" in text and (" \r" in text or "\n\r\n\r" in text or "\n\r\n\n" in text))
    )


_WITH_TABS = re.compile(r"\t[ \t\r\n]|[ \n]\t")


def _find(text: str) -> list[Edit]:
    if not _is_untidy(text):
        return []
    manner = _Manner(text)
    if manner.code or not manner.vietnamese:
        return []
    edits: list[Edit] = []
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        if "\n" in match.group():
            edits += _between_lines(text, start, end, manner)
        elif start == 0:
            edits += _before_line(text, start, end, manner)
        elif end == len(text):
            edits.append(Edit(start, end, "", "spacing.trailing"))
        elif manner.collapses(start, end):
            edits.append(Edit(start, end, " ", "spacing.run"))
    return edits


def _between_lines(text: str, start: int, end: int, manner: _Manner) -> Iterator[Edit]:
    """Yield the edits for blanks that hold line ends: behind a line, blank lines, before a line."""
    line_ends = [at for at in range(start, end) if text[at] == "\n"]
    blank = []  # the blank lines, each with its line end
    at = start
    for number, line_end in enumerate(line_ends):
        if number or start == 0:
            blank.append((at, line_end + 1))
        else:
            stop = line_end - 1 if line_end > at and text[line_end - 1] == "\r" else line_end
            # Two spaces at the end of a line break it in Markdown.
            is_break = manner.markdown and text[at:stop] == "  " and len(line_ends) == 1
            if stop > at and not is_break:
                yield Edit(at, stop, "", "spacing.trailing")
        at = line_end + 1
    for first, last in blank[:1]:
        stop = last - 2 if text[last - 2 : last - 1] == "\r" and last - 2 >= first else last - 1
        if stop > first:
            yield Edit(first, stop, "", "spacing.trailing")
    if len(blank) > 1:
        yield Edit(blank[1][0], blank[-1][1], "", "spacing.blank_lines")
    if at < end:
        if end == len(text):
            yield Edit(at, end, "", "spacing.trailing")
        else:
            yield from _before_line(text, at, end, manner)


def _before_line(text: str, start: int, end: int, manner: _Manner) -> Iterator[Edit]:
    """Yield an edit where a line of prose has a stray space, or a long one an indentation."""
    first = text[end : end + 1]
    if not (first.isalnum() or (first and first in '“"‘(«[–•…')) or not manner.is_prose(end):
        return
    if end - start > 1:
        stop = text.find("\n", end, end + _LONG_LINE)
        is_long = stop < 0 and len(text) - end >= _LONG_LINE
        if not is_long or manner.markdown or not first.isalpha():
            return
    yield Edit(start, end, "", "spacing.leading")


class _Manner:
    """How a text uses blanks: as code, as Markdown, as Vietnamese prose."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.evidence = Evidence(text)
        # A bounded look at the lines is enough to know the kind of a text.
        lines = [line[:500] for line in text[:200_000].split("\n", 2000) if line.strip()]
        self.code = sum(_CODE.search(line) is not None for line in lines) * 4 >= max(1, len(lines))
        marked = sum(_MARKDOWN.search(line) is not None for line in lines)
        self.markdown = marked >= 2 or any(line.startswith(("# ", "## ", "```")) for line in lines)
        self.vietnamese = self.evidence.document or any(
            self.evidence.line(match.end()) for match in islice(_BLANKS.finditer(text), 200)
        )
        self._prose: dict[int, bool] = {}
        self._columns: dict[int, bool] = {}

    def is_prose(self, offset: int) -> bool:
        """Say whether the line (or block) around an offset is Vietnamese and no code."""
        start, end = self.evidence.block(offset)
        if start not in self._prose:
            line = self.text[start : min(end, start + 500)]
            code = _CODE.search(line) is not None or is_code(line)
            self._prose[start] = not code and self.evidence.at(offset)
        return self._prose[start]

    def collapses(self, start: int, end: int) -> bool:
        """Say whether a run of blanks inside a line carries no meaning."""
        if "\t" in self.text[start : min(end, start + 200)] or not self.is_prose(start):
            return False
        return not self._is_column(start)

    def _is_column(self, offset: int) -> bool:
        """Say whether a line and a neighbour of it have gaps as columns set with spaces have."""
        start, end = self.evidence.block(offset)
        if start not in self._columns:
            self._columns[start] = self._gaps(start, end) >= 2 and (
                self._gaps(*self.evidence.block(max(0, start - 1))) >= 2
                or self._gaps(*self.evidence.block(min(len(self.text), end + 1))) >= 2
            )
        return self._columns[start]

    def _gaps(self, start: int, end: int) -> int:
        return len(_GAP.findall(self.text, start, end))
