"""Spaces of other widths, runs of spaces, trailing blanks, runs of blank lines.

Line ends stay what they are. Code, tables, verse and Markdown live by their blanks, so a text is
looked at before its blanks are touched.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import ClassVar

from vnclean.after_edits import identify_after
from vnclean.caches import late_pattern
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language.identify import LanguageIdentifier
from vnclean.language.lexicon import frequency
from vnclean.language.not_prose import is_structured
from vnclean.language.words import line_bounds, word_bounds
from vnclean.scan import ANY, RARE, Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Spaces", "Spacing"]

_EXOTIC = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_EXOTIC_RUN = late_pattern(f"[{_EXOTIC}]+|[\u2028\u2029]+")
_WIDE = late_pattern("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]")


@register
@dataclass(frozen=True, repr=False)
class Spaces(Transform):
    """Replace no-break, thin, em and other spaces by plain ones, line separators by line feeds.

    In Vietnamese only. Kept: the no-break space of French punctuation in a short line, and the
    ideographic space beside Chinese, Japanese or Korean. Must run after mojibake and lossy repair,
    where the no-break space may be a byte of à.

    >>> Spaces()("Hà\u00a0Nội,\u2003mùa\u202fthu")
    'Hà Nội, mùa thu'
    >>> Spaces()("Qui\u00a0? Lui\u00a0!") == "Qui\u00a0? Lui\u00a0!"
    True
    """

    name: ClassVar[str] = "spaces"
    clues: ClassVar[Sequence[Clue]] = (RARE,)
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "spaces.exotic": "a no-break space or a space of another width became a plain one",
        "spaces.line_separator": "a line or paragraph separator became a line feed",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for one such space."""
        return any(c.isspace() and _EXOTIC_RUN.match(c) for c in scan.unusual)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each run of such spaces."""
        text = scan.text
        edits = []
        exotic = {c for c in scan.unusual if c.isspace() and _EXOTIC_RUN.match(c)}
        done = 0
        for at in scan.where(exotic):
            match = _EXOTIC_RUN.match(text, at) if at >= done else None
            if match is None:
                continue
            done = match.end()
            run = match.group()
            start, end = match.span()
            if run[0] in "\u2028\u2029":
                edits.append(Edit(start, end, "\n" * len(run), "spaces.line_separator"))
            else:
                edits.append(Edit(start, end, " " * len(run), "spaces.exotic"))
        for edit, language, at in identify_after(text, edits):
            before, after = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
            run = text[edit.start : edit.end]
            if "\u3000" in run and (_WIDE.match(before) or _WIDE.match(after)):
                continue
            french = (after and after in "?!:;»%€") or before == "«"
            if french and len(run) == 1 and language.is_line_vietnamese(at) is not True:
                continue
            if language.is_vietnamese(at) or _joins_words(text, edit.start, edit.end):
                yield edit


def _joins_words(text: str, start: int, end: int) -> bool:
    """Say whether the words on both sides have marks and are in use: XÃ TÂN PHÚ is too short."""
    left = text[word_bounds(text, start, start)[0] : start]
    right = text[end : word_bounds(text, end, end)[1]]
    return not left.isascii() and not right.isascii() and min(map(frequency, (left, right))) > 0


_BLANKS = late_pattern(r"\A[ \t]+|[ \t]{2,}+(?!\r?\n)|[ \t]*+(?:\r?\n[ \t]*+)+|[ \t]\Z")
_MARKDOWN = late_pattern(
    r"^(?:#{1,6} |```|~~~|> |\s*[-*+] \S|\s*\d+\. \S|\|.*\|\s*$)|\]\(\S+\)|\*\*\S"
)
# Lines whose blanks are layout however few: list marks, options, diffs, dates of logs, indented
# text, tables, code spans.
_LAID_OUT = late_pattern(
    r"\s*(?:[-+*#>|.$%\[]|\d{1,4}[-/.:]\d\d?[-/.:]\d|\d+[.)]  | {4}|\t)|.*[`|\t]", re.DOTALL
)
_GAP = late_pattern(r"(?<=\S) {2,}+(?=\S)")
_WIDE_GAP = 3
"""Spaces in a row that are layout unless a line is plainly running text."""
_RUNNING_TEXT = 10
"""Words from which a line is running text."""
_LONG_LINE = 100
"""Characters from which an indented line of prose is a paragraph, not verse or a listing."""
_LOOKED_AT = 2000
"""Characters of a line that are looked at to tell its kind."""


_UNTIDY = clue(
    "spacing.untidy",
    r"[ \t][ \t\r\n]|\n[ \t\r]|\n\n\n",
    (0, r"[ \t]", r"[ \t\r\n]", ANY),
    (0, r"[\n]", r"[ \t\r]", ANY),
    (0, r"[\n]", r"[\n]", r"[\n]"),
)
"""Finds blanks that may have to go; two line feeds are thought around a text."""


@register
@dataclass(frozen=True, repr=False)
class Spacing(Transform):
    """Collapse runs of spaces and blank lines, drop trailing blanks and stray leading spaces.

    At most one blank line stays. Only Vietnamese prose is touched, and nothing beside code: a lone
    leading space goes, deeper indentation stays except before a long line of prose. Three and more
    spaces in a line are taken for layout unless the line is running text. Not touched: columns,
    forms, tables, tabs between fields, other languages, and where the text is Markdown, two or more
    spaces that break a line. That is told by its marks, or by `markdown`. Line ends stay as they
    are.

    >>> Spacing()(" Đồng chí Bí thư  phát biểu.  \\n\\n\\n\\nHội nghị  kết thúc.")
    'Đồng chí Bí thư phát biểu.\\n\\nHội nghị kết thúc.'
    >>> Spacing()("def f():\\n    return  1\\n\\n\\nx = 2")
    'def f():\\n    return  1\\n\\n\\nx = 2'
    >>> Spacing()("CHỦ TỊCH          THƯ KÝ")
    'CHỦ TỊCH          THƯ KÝ'
    >>> Spacing(markdown=True)("Hôm nay trời đẹp.  \\nNgày  mai trời mưa. ")
    'Hôm nay trời đẹp.  \\nNgày mai trời mưa.'
    """

    markdown: bool = False

    name: ClassVar[str] = "spacing"
    clues: ClassVar[Sequence[Clue]] = (_UNTIDY,)
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

    def find(self, scan: Scan) -> list[Edit]:
        """Return edits for each run of blanks that is not as it should be."""
        return edits_to_fixed_point(scan.text, partial(_find, markdown=self.markdown))


_AT_LINE_END = late_pattern(r"\n(?:[ \t]|\n\n|\r\n\r|(?<=[ \t]\n)|(?<=[ \t]\r\n))")
_WITH_TABS = late_pattern(r"\t[ \t\r\n]|[ \n]\t")


def _is_untidy(text: str) -> bool:
    """Say whether a text has blanks that may have to go, by plain searches: most have none."""
    return text != "" and (
        "  " in text
        or text[0] in " \t\r\n"
        or text[-1] in " \t"
        or _AT_LINE_END.search(text) is not None
        or ("\t" in text and _WITH_TABS.search(text) is not None)
    )


def _find(text: str, markdown: bool) -> list[Edit]:
    if not _is_untidy(text):
        return []
    layout = _Layout(text, markdown)
    if layout.code or not layout.vietnamese:
        return []
    edits: list[Edit] = []
    for match in _BLANKS.finditer(text):
        start, end = match.span()
        if "\n" in match.group():
            edits += _between_lines(text, start, end, layout)
        elif start == 0:
            edits += _before_line(text, start, end, layout)
        elif end == len(text):
            if not (markdown and _breaks_line(match.group())):  # the text may be a single line
                edits += _behind_line(text, start, end, layout)
        elif layout.collapses(start, end):
            edits.append(Edit(start, end, " ", "spacing.run"))
    return edits


def _breaks_line(blanks: str) -> bool:
    return len(blanks) > 1 and not blanks.strip(" ")


def _between_lines(text: str, start: int, end: int, layout: _Layout) -> Iterator[Edit]:
    """Yield the edits for blanks that hold line ends: behind a line, blank lines, before a line."""
    line_ends = [at for at in range(start, end) if text[at] == "\n"]
    blank = []  # the blank lines, each with its line end
    at = start
    for number, line_end in enumerate(line_ends):
        if number or start == 0:
            blank.append((at, line_end + 1))
        else:
            stop = line_end - 1 if line_end > at and text[line_end - 1] == "\r" else line_end
            # Two or more spaces at the end of a line break it in Markdown.
            is_break = layout.markdown and len(line_ends) == 1 and _breaks_line(text[at:stop])
            if stop > at and not is_break:
                yield from _behind_line(text, at, stop, layout)
        at = line_end + 1
    if (
        blank
        and (start == 0 or layout.is_prose(start - 1))
        and (end == len(text) or layout.is_prose(end))
    ):
        first, last = blank[0]
        stop = last - 2 if text[last - 2 : last - 1] == "\r" and last - 2 >= first else last - 1
        if stop > first:
            yield Edit(first, stop, "", "spacing.trailing")
        if len(blank) > 1:
            yield Edit(blank[1][0], blank[-1][1], "", "spacing.blank_lines")
        if at < end == len(text):
            yield Edit(at, end, "", "spacing.trailing")
    if at < end < len(text):
        yield from _before_line(text, at, end, layout)


def _behind_line(text: str, start: int, end: int, layout: _Layout) -> Iterator[Edit]:
    """Yield an edit for the blanks behind a line of prose; empty last fields of a table stay."""
    if layout.is_prose(start - 1) and not (
        "\t" in text[start : min(end, start + 200)] and layout.has_fields(start)
    ):
        yield Edit(start, end, "", "spacing.trailing")


def _before_line(text: str, start: int, end: int, layout: _Layout) -> Iterator[Edit]:
    """Yield an edit where a line of prose has a stray space, or a long one an indentation."""
    first = text[end : end + 1]
    if not (first.isalnum() or (first and first in '“"‘(«[–•…')) or not layout.is_prose(end):
        return
    if "\t" in text[start : min(end, start + 200)] or layout.is_laid_out(end):
        return
    if end - start > 1:
        stop = text.find("\n", end, end + _LONG_LINE)
        is_long = stop < 0 and len(text) - end >= _LONG_LINE
        if not is_long or layout.markdown or not first.isalpha():
            return
    yield Edit(start, end, "", "spacing.leading")


class _Layout:
    """How a text uses blanks: as code, as Markdown, as Vietnamese prose."""

    def __init__(self, text: str, markdown: bool) -> None:
        self.text = text
        self.language = LanguageIdentifier(text)
        # A bounded look at the lines is enough to know the kind of a text.
        lines = [line[:500] for line in text[:200_000].split("\n", 2000) if line.strip()]
        self.code = sum(map(is_structured, lines)) * 4 >= max(1, len(lines))
        marked = sum(_MARKDOWN.search(line) is not None for line in lines)
        self.markdown = (
            markdown or marked >= 2 or any(line.startswith(("# ", "## ", "```")) for line in lines)
        )
        self.vietnamese = self.language.is_document_vietnamese or any(
            self.language.is_line_vietnamese(match.end())
            for match in islice(_BLANKS.finditer(text), 200)
        )
        self._fences = [match.span() for match in _FENCE.finditer(text)] if "```" in text else []
        self._fence_starts = [start for start, _ in self._fences]
        self._prose: dict[int, bool] = {}
        self._code: dict[int, bool] = {}
        self._layout: dict[int, bool] = {}

    def is_prose(self, offset: int) -> bool:
        """Say whether the line (or block) around an offset is Vietnamese, and stands in no code."""
        start, end = line_bounds(self.text, offset)
        if start not in self._prose:
            self._prose[start] = not self._in_code(start, end) and self.language.is_vietnamese(
                offset
            )
        return self._prose[start]

    def _in_code(self, start: int, end: int) -> bool:
        """Say whether a line is code, or has as much code as prose around it in its block."""
        fence = bisect_right(self._fence_starts, start) - 1
        if fence >= 0 and start < self._fences[fence][1]:
            return True
        if self._is_code_line(start, end):
            return True
        above = [self._is_code_line(*span) for span in self._lines_above(start)]
        below = [self._is_code_line(*span) for span in self._lines_below(end)]
        near = above + below
        return bool(near) and sum(near) * 2 >= len(near)

    def _is_code_line(self, start: int, end: int) -> bool:
        if start not in self._code:
            self._code[start] = is_structured(self.text[start : min(end, start + _LOOKED_AT)])
        return self._code[start]

    def _lines_above(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield the bounds of up to three lines above, none beyond a blank line."""
        for _ in range(3):
            if start == 0:
                return
            above, end = line_bounds(self.text, start - 1)
            if above >= start or not self.text[above : above + _LOOKED_AT].strip(" \t\r\n"):
                return
            yield above, min(end, start)
            start = above

    def _lines_below(self, end: int) -> Iterator[tuple[int, int]]:
        for _ in range(3):
            if end >= len(self.text) - 1 or self.text[end] != "\n":
                return
            start, below = line_bounds(self.text, end + 1)
            if below <= end or not self.text[end + 1 : end + 1 + _LOOKED_AT].split("\n")[0].strip():
                return
            yield start, below
            end = below

    def collapses(self, start: int, end: int) -> bool:
        """Say whether a run of blanks inside a line carries no meaning."""
        text = self.text
        if "\t" in text[start : min(end, start + 200)] or not self.is_prose(start):
            return False
        low, high = line_bounds(self.text, start)
        if low not in self._layout:
            self._layout[low] = self._has_layout(low, high)
        if self._layout[low]:
            return False
        near = [*islice(self._lines_above(low), 1), *islice(self._lines_below(high), 1)]
        return not any(self._is_aligned(end - low, span, text[start - 1] == ":") for span in near)

    def _has_layout(self, start: int, end: int) -> bool:
        """Say whether the runs of spaces in a line are layout: wide gaps outside running text."""
        if not self.language.is_line_vietnamese(start) or self.is_laid_out(start):
            return True
        line = self.text[start : min(end, start + 2 * _LOOKED_AT)]
        wide = sum(len(gap) >= _WIDE_GAP for gap in _GAP.findall(line))
        if not wide:
            return False
        return wide > 1 or len(line.split()) < _RUNNING_TEXT or line[0] in " \t"

    def is_laid_out(self, offset: int) -> bool:
        """Say whether the blanks of a line are layout by how it begins, or by a code span."""
        start, end = line_bounds(self.text, offset)
        line = self.text[start : min(end, start + _LOOKED_AT)]
        if _LAID_OUT.match(line) is None:
            return False
        # A long indented line is a paragraph: see `_before_line`.
        is_long = len(line) >= _LONG_LINE
        return not (is_long and line.startswith("    ") and line.lstrip()[:1].isalpha())

    def has_fields(self, offset: int) -> bool:
        """Say whether tabs stand inside a line or one beside it, as between fields of a table."""
        start, end = line_bounds(self.text, offset)
        near = [*islice(self._lines_above(start), 1), *islice(self._lines_below(end), 1)]
        lines = (self.text[low:high].strip(" \t\r\n") for low, high in ((start, end), *near))
        return any("\t" in line for line in lines)

    def _is_aligned(self, column: int, span: tuple[int, int], after_colon: bool) -> bool:
        """Say whether a gap or the indentation of a line beside ends at a column.

        Behind a colon one space is a gap too, and any wider gap behind one tells of a form.
        """
        line = self.text[span[0] : min(span[1], span[0] + _LOOKED_AT)]
        if after_colon and ":  " in line:
            return True
        if not 1 < column < len(line) or line[column] == " " or line[column - 1] != " ":
            return False
        return line[column - 2] == " " or (after_colon and line[column - 2] == ":")


_FENCE = late_pattern(r"^[ \t]*```.*?(?:^[ \t]*```|\Z)", re.DOTALL | re.MULTILINE)
