"""Source code: comments and string literals are text, as Pygments tells them (extra `code`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from vnclean.errors import MissingExtraError
from vnclean.formats.base import RecordError
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import OBJECT, TextSpan, guarded

__all__ = ["SourceCode"]

_MAX_CHARS = 8 << 20
"""A source that is longer was made by a program; lexers take a second for a megabyte."""
_NO_TEXT = ("Preproc", "PreprocFile", "Hashbang", "Regex", "Symbol", "Char", "Affix", "Delimiter",
            "Interpol", "Name")  # fmt: skip
_COMMENT_LINE = re.compile(
    r"[ \t]*(?:/\*+!?|\*+(?!/)|//+!?|#+!?|--+|;+|%+|\"\"\"|'|<!--|\(\*|\{-)?[ \t]*"
    r"(.*?)[ \t]*(?:\*+/|-->|\*\)|-\})?[ \t]*$"
)
_LINE = re.compile(r"[^\r\n]+")
_QUOTES = re.compile(r"@?(?:\"\"\"|'''|[\"'`])")
_CLOSING = re.compile(r"(?:\"\"\"|'''|[\"'`])\Z")
_ESCAPED = re.compile(r"\\(?:u\{?[0-9a-fA-F]{1,8}\}?|x[0-9a-fA-F]{2}|[0-7]{1,3}|.)|\\$", re.S)
_SIGNS = guarded(r"[\"'`\\*/{}%$#<>]|--|^[ \t]|[ \t]$")


@dataclass(frozen=True)
class SourceCode(SpanFormat):
    """Source code, where `--input-format code` says so: comments and strings, not a letter more.

    The language is told by the file's name. Format signs (%s, {0}) and escapes stay.

    >>> source = "x = 'một\\\\n'  # hai"
    >>> [source[a:b] for a, b, *_ in SourceCode(language="python").spans(source)]
    ['một', 'hai']
    """

    name: ClassVar[str] = "code"
    suffixes: ClassVar[tuple[str, ...]] = ()

    language: str = ""

    def for_name(self, name: str) -> SourceCode:
        """Return the format for a file of a name; its language is "" where none is known."""
        lexers, errors = _pygments()
        try:
            lexer = lexers.get_lexer_for_filename(name)
        except errors.ClassNotFound:
            return self
        return replace(self, language=lexer.aliases[0] if lexer.aliases else "")

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the lines of comments and strings, as one text."""
        lexers, errors = _pygments()
        if not self.language:
            raise RecordError("its language can't be told from its name")
        if len(source) > _MAX_CHARS:
            raise RecordError(f"source code of {len(source):,} characters is not read")
        try:
            lexer = lexers.get_lexer_by_name(self.language, stripnl=False, ensurenl=False)
        except errors.ClassNotFound:
            raise RecordError(f"there is no language named {self.language!r}") from None
        joint: str | None = None
        whole = f"{source}\n"  # a comment needs an end
        for start, end, between in _lines(whole, lexer.get_tokens_unprocessed(whole)):
            yield TextSpan(start, end, _SIGNS, joint and between)
            joint = "\n"


def _lines(source: str, tokens: Iterable[Any]) -> Iterator[tuple[int, int, str]]:
    """Yield the lines of comments and strings, each with what stands before it.

    Lexers give a string in one token or in many; those that lie side by side are one.
    """
    begin = end = -1
    joint = "\n"
    for at, token, value in tokens:
        parts = tuple(token)
        sound = bool(value) and source[at : at + len(value)] == value
        text = sound and not any(part in _NO_TEXT for part in parts)
        if text and parts[:2] == ("Literal", "String"):
            begin, end = (at if at != end else begin), at + len(value)
            continue
        if end >= 0:
            yield from _string_lines(source, begin, end, joint)
            joint = "\n"
        begin = end = -1
        if "Interpol" in parts:
            joint = OBJECT
        if text and parts[:1] == ("Comment",):
            yield from _comment_lines(source, at, at + len(value))
    if end >= 0:
        yield from _string_lines(source, begin, end, joint)


def _comment_lines(source: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for line in _LINE.finditer(source, start, end):
        words = _COMMENT_LINE.match(source, line.start(), line.end())
        if words is not None and words[1]:
            yield *words.span(1), "\n"


def _string_lines(source: str, start: int, end: int, joint: str) -> Iterator[tuple[int, int, str]]:
    """Yield what a string has between its quotes, escapes and line ends."""
    opening = _QUOTES.match(source, start, end)
    start = start if opening is None else opening.end()
    closing = _CLOSING.search(source, start, end)
    end = end if closing is None else closing.start()
    for line in _LINE.finditer(source, start, end):
        at = line.start()
        for cut in [*_ESCAPED.finditer(source, at, line.end()), None]:
            stop = line.end() if cut is None else cut.start()
            text = source[at:stop]
            if text.strip():
                begin = at + len(text) - len(text.lstrip())
                yield begin, at + len(text.rstrip()), joint
                joint = OBJECT
            at = stop if cut is None else cut.end()
        joint = "\n"


def _pygments() -> tuple[Any, Any]:
    try:
        import pygments.lexers
        import pygments.util
    except ImportError:
        raise MissingExtraError("Pygments", "code", "Reading source code") from None
    return pygments.lexers, pygments.util
