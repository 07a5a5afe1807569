"""Markdown: prose is text; code, front matter, addresses and tags stay.

The blocks and marks are those of CommonMark 0.31, told by lines: what might be code is no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import OBJECT, TextSpan, guarded

__all__ = ["Markdown"]

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"[ \t]{0,3}(?:>[ \t]?|[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}|~{3,})")
_FRONT = re.compile(
    r"(?:---[ \t]*\r?\n.*?^(?:---|\.\.\.)|\+\+\+[ \t]*\r?\n.*?^\+\+\+)[ \t]*$", re.S | re.M
)
_MARKERS = re.compile(
    r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|\#{1,6}(?=[ \t])|\[[ xX]\](?=[ \t])"
    r"|\[\^[^\]\s]{1,100}\]:))*[ \t]*"
)
_RULE = re.compile(r"[ \t]*(?:[-*_=|:+][ \t]*){2,}$")
_REFERENCE = re.compile(r"[ ]{0,3}\[[^\]]{1,999}\]:[ \t]*\S+")
_CLOSED = {"script": "</script", "style": "</style", "pre": "</pre", "textarea": "</textarea"}
_OPENED = re.compile(r"[ ]{0,3}<(script|style|pre|textarea)\b", re.I)
_INLINE = re.compile(
    r"(?<!`)(?P<ticks>`++)(?:(?!(?P=ticks)).){1,2000}?(?P=ticks)(?!`)"  # code
    r"|\$\$[^$]{1,2000}\$\$|(?<![\w$])\$(?=\S)[^$\n]{0,500}?\S\$(?!\w)"  # formulas
    r"|<!--.{0,1000}?-->|</?[A-Za-z][^<>]*>|<[a-z][a-z0-9+.-]*:[^<>\s]*>|<[^<>\s@]+@[^<>\s]+>"
    r"|\]\((?:<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:[ \t]+\"[^\"]*\")?[ \t]*\)"  # targets
    r"|\]\[[^\]]*\]|\[\^[^\]\s]+\]"
    r"|(?:https?|ftp|mailto):[^\s<>()]+|www\.[^\s<>()]+"
    r"|&(?:\w{2,31}|\#\w{1,8});|\{[%{#:][^{}]*[%}]\}?"
)
_COMMENT_END = "-->"


@dataclass(frozen=True)
class Markdown(SpanFormat):
    r"""Markdown: paragraphs, headings, lists, quotes and tables; not code, front matter, addresses.

    >>> source = "# Một\n\n    mã\n- hai `ba` [bốn](http://năm)\n"
    >>> [source[a:b] for a, b, *_ in Markdown().spans(source)]
    ['Một', 'hai ', ' [bốn']
    """

    name: ClassVar[str] = "md"
    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown", ".mdown")
    origin: ClassVar[str] = "markdown"

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the prose of all lines, as one text."""
        front = _FRONT.match(source)
        at = front.end() if front is not None else 0
        escape = guarded(r"[`*_\[\]<>|\\#$]")
        joint: str | None = None
        fence = closer = ""
        blank, listed = True, False
        for found in _LINE.finditer(source, at):
            start, end = found.span(1)
            line = found[1]
            if fence:
                if line.strip().lstrip("> \t").startswith(fence) and not line.strip("`~> \t"):
                    fence = ""
                continue
            if closer:
                closer = "" if closer in line.lower() else closer
                continue
            if (opened := _FENCE.match(line)) is not None:
                fence = opened[1]
                blank = False
                continue
            if (opened := _OPENED.match(line)) is not None:
                closer = _CLOSED[opened[1].lower()]
                closer = "" if closer in line.lower() else closer
                continue
            if line.count("<!--") > line.count(_COMMENT_END):
                closer = _COMMENT_END
                end = start + line.rindex("<!--")
            if not line.strip():
                blank = True
                continue
            indented = line.startswith(("    ", "\t"))
            if (indented and blank and not listed) or _RULE.match(line) or _REFERENCE.match(line):
                continue
            listed = bool(re.match(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]", line)) or (
                listed and (indented or not blank)
            )
            blank = False
            markers = _MARKERS.match(source, start, end)
            begin = markers.end() if markers is not None else start
            for cut in [*_INLINE.finditer(source, begin, end), None]:
                stop = end if cut is None else cut.start()
                if stop > begin and source[begin:stop].strip():
                    yield TextSpan(begin, stop, escape, joint)
                    joint = OBJECT
                elif joint is not None and cut is not None:
                    joint = joint if joint == "\n" else OBJECT
                begin = end if cut is None else cut.end()
            joint = None if joint is None else "\n"
