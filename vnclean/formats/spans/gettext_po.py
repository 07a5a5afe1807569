"""Catalogues of gettext: translations are text; sources, comments and the header stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import Escape, TextSpan

__all__ = ["Gettext"]

_LINE = re.compile(
    r'^[ \t]*(?:(msgid_plural|msgid|msgctxt|msgstr)(?:\[\d+\])?[ \t]*)?"((?:[^"\\\r\n]|\\.)*)"'
    r"[ \t]*\r?$|^[^\n]+|^(?=\n)",
    re.M,
)
_TEXT = re.compile(r"((?:\\[nrt]|[ \t])*)(.*?)((?:\\[nrt]|[ \t])*)", re.S)
"""What a string has between the line ends, which msgfmt compares with those of the source."""
_UNIT = re.compile(r"\\.|.", re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_CHARSET = re.compile(r'^("Content-Type:[^"\n]*charset=)([\w.:-]+)', re.M)


def _unescaped(found: re.Match[str]) -> str:
    if found[1] not in _LETTERS:
        raise ValueError("an escape that is not known")
    return _LETTERS[found[1]]


def _decode(written: str) -> str:
    return _ESCAPED.sub(_unescaped, written)


def _encode(text: str, written: str) -> str:
    for letter in '\\"':
        text = text.replace(letter, f"\\{letter}")
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


_STRING = Escape(_UNIT, _decode, _encode)


@dataclass(frozen=True)
class Gettext(SpanFormat):
    r"""Translations of gettext; `msgid`, comments, flags and the header stay.

    >>> source = 'msgid "a"\nmsgstr "b"\n"c\\n"\n'
    >>> [source[a:b] for a, b, *_ in Gettext().spans(source)]
    ['b', 'c']
    """

    name: ClassVar[str] = "po"
    suffixes: ClassVar[tuple[str, ...]] = (".po", ".pot")

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the strings of all translations, as one text."""
        joint: str | None = None
        kind, header = "", False
        for found in _LINE.finditer(source):
            if found[2] is None:
                kind = ""
                continue
            kind = found[1] or kind
            if found[1] == "msgstr":
                joint = None if joint is None else "\n"
            if found[1] == "msgid":
                header = not found[2]
            elif found[1] is None and kind == "msgid" and found[2]:
                header = False
            if kind != "msgstr" or header:
                continue
            text = _TEXT.fullmatch(source, *found.span(2))
            if text is None or (joint is None and not text[2]):
                continue
            before, after = (
                "\n" if "\\" in blank else blank and " " for blank in (text[1], text[3])
            )
            if joint is not None and joint != "\n":
                joint = "\n" if before == "\n" else joint or before
            if text[2]:
                yield TextSpan(*text.span(2), _STRING, joint)
                joint = after

    def declared_encoding(self, source: str) -> str:
        """Return the charset of the header."""
        found = _CHARSET.search(source)
        return found[2] if found is not None else ""

    def declare_utf8(self, source: str) -> str:
        """Say in the header that the file is UTF-8."""
        return _CHARSET.sub(r"\1UTF-8", source, count=1)
