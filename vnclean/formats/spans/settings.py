"""Properties of Java and INI files: values are text; keys, sections and comments stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from vnclean.caches import cached
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import Escape, TextSpan, guarded

__all__ = ["Ini", "Properties"]

_LOGICAL = re.compile(r"(?:[^\\\r\n]|\\(?:\r\n|[^\r\n]|[\r\n]))*")
_KEY = re.compile(
    r"[ \t\f]*(?![#!])((?:[^\\\s:=]|\\(?:\r\n|.))+)(?:[ \t\f]*[=:][ \t\f]*|[ \t\f]+)", re.S
)
_CONTINUED = re.compile(r"\\(?:\r\n|\r|\n)[ \t\f]*")
_COMMENT = re.compile(r"[ \t\f]*[#!][^\r\n]*")
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.S
)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_BEYOND = re.compile("[^\x00-\x7f]")


def _character(found: re.Match[str]) -> str:
    unit = found[0]
    if unit[0] != "\\":
        return unit
    if unit[1] != "u":
        return _LETTERS.get(unit[1], unit[1])
    if len(unit) == 2:
        raise ValueError("an escape that is cut off")
    data = b"".join(int(code, 16).to_bytes(2, "big") for code in unit.split("\\u")[1:])
    return data.decode("utf-16-be")


def _decode(written: str) -> str:
    if written.endswith("\\") and (len(written) - len(written.rstrip("\\"))) % 2:
        raise ValueError("an escape that is cut off")
    return _UNIT.sub(_character, written) if "\\" in written else written


def _encode(ascii_only: bool, text: str, written: str) -> str:
    new = text.replace("\\", "\\\\")
    for letter, meant in _LETTERS.items():
        new = new.replace(meant, f"\\{letter}")
    if new[:1] == " " and written[:1] != " ":
        new = f"\\{new}"
    return (
        _BEYOND.sub(partial(_coded, "X" if re.search(r"\\u\w*[A-F]", written) else "x"), new)
        if (ascii_only)
        else new
    )


def _coded(form: str, found: re.Match[str]) -> str:
    data = found[0].encode("utf-16-be")
    codes = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    return "".join(f"\\u{code:04{form}}" for code in codes)


@cached(2)
def _value(ascii_only: bool) -> Escape:
    return Escape(_UNIT, _decode, partial(_encode, ascii_only))


@dataclass(frozen=True)
class Properties(SpanFormat):
    r"""Properties of Java; values are text, letters stay escaped where the file escapes them.

    >>> source = "# c\nkey = \\u0111a \\\n  b\n"
    >>> [source[a:b] for a, b, *_ in Properties().spans(source)]
    ['\\u0111a ', 'b']
    """

    name: ClassVar[str] = "properties"
    suffixes: ClassVar[tuple[str, ...]] = (".properties",)

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the values, as one text; a line that goes on is a piece."""
        escape = _value(source.isascii())
        joint: str | None = None
        at = 0
        while at < len(source):
            comment = _COMMENT.match(source, at)
            line = comment or _LOGICAL.match(source, at)
            assert line is not None
            key = None if comment is not None else _KEY.match(source, at, line.end())
            if key is not None:
                start = key.end()
                for cut in [*_CONTINUED.finditer(source, start, line.end()), None]:
                    stop = line.end() if cut is None else cut.start()
                    if stop > start:
                        yield TextSpan(start, stop, escape, joint, key[1][:200])
                        joint = ""
                    start = stop if cut is None else cut.end()
                joint = None if joint is None else "\n"
            at = max(line.end(), at) + 1


_SETTING = re.compile(
    r"^[ \t]*(?![;#\[ \t\r\n])([^=:\r\n]{1,200}?)[ \t]*[=:][ \t]*([^\r\n]*)", re.M
)
_REMARK = re.compile(r"(?<![ \t])[ \t]+[;#].*")


@dataclass(frozen=True)
class Ini(SpanFormat):
    """Settings with sections; values are text, without their quotes and the remarks behind them.

    >>> source = '[a]\\nb = "c" ; d\\n'
    >>> [source[a:b] for a, b, *_ in Ini().spans(source)]
    ['c']
    """

    name: ClassVar[str] = "ini"
    suffixes: ClassVar[tuple[str, ...]] = (".ini",)

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the values, as one text."""
        escape = guarded(r"""["'\\;#]""")
        joint: str | None = None
        for found in _SETTING.finditer(source):
            start, end = found.start(2), found.start(2) + len(found[2].rstrip(" \t"))
            if (remark := _REMARK.search(source, start, end)) is not None:
                end = remark.start()
            if end - start >= 2 and source[start] in "\"'" and source[end - 1] == source[start]:
                start, end = start + 1, end - 1
            if end > start:
                yield TextSpan(start, end, escape, joint, found[1])
                joint = "\n"
