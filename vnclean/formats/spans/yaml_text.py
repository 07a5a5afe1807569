"""YAML: scalar values are text; keys, tags, anchors and comments stay (extra `yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from vnclean.caches import cached
from vnclean.errors import MissingExtraError
from vnclean.formats.base import RecordError
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import Escape, TextSpan, guarded

__all__ = ["Yaml"]

_PLAIN = guarded(r"[:#\[\]{},&*!|>'\"%@`]|^[ \t-]|[ \t]$")
_WRAP = re.compile(r"\\?[ \t]*(?:\r\n|\r|\n)[ \t\r\n]*")
_LINE = re.compile(r"([ \t]*)([^\r\n]*)")
_UNIT = re.compile(r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|.", re.S)
_LETTERS = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r",
    "e": "\x1b", " ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0",
    "L": "\u2028", "P": "\u2029",
}  # fmt: skip
_UNWRITTEN = re.compile("[\0-\x1f\x7f-\x9f\ufeff]")
_MAX_DEPTH = 100
"""Flow collections in each other; each token costs the scanner a look at all of them."""


def _letter(found: re.Match[str]) -> str:
    unit = found[0]
    if unit[0] != "\\":
        return unit
    if unit[1] in "xuU" and len(unit) > 2:
        code = int(unit[2:], 16)
        if code > 0x10FFFF:
            raise ValueError("no character")
        return chr(code)
    if unit[1:] not in _LETTERS:
        raise ValueError("an escape that is not known")
    return _LETTERS[unit[1]]


def _decode(written: str) -> str:
    return _UNIT.sub(_letter, written) if "\\" in written else written


def _encode(ascii_only: bool, text: str, written: str) -> str:
    new = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    new = _UNWRITTEN.sub(lambda found: f"\\x{ord(found[0]):02X}", new)
    if ascii_only:
        new = re.sub("[^\x00-\x7f]", _coded, new)
    return new


def _coded(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


@cached(2)
def _double(ascii_only: bool) -> Escape:
    return Escape(_UNIT, _decode, partial(_encode, ascii_only))


def _decode_single(written: str) -> str:
    return written.replace("''", "'")


def _encode_single(text: str, written: str) -> str:
    if re.search(r"[\r\n]", text):
        raise ValueError("a line end")
    return text.replace("'", "''")


_SINGLE = Escape(re.compile("''|.", re.S), _decode_single, _encode_single)


@dataclass(frozen=True)
class Yaml(SpanFormat):
    """YAML: values that are strings, as PyYAML scans them; nothing is constructed.

    >>> source = "a: một # hai\\nb: [ba, 'bốn']\\nc: |\\n  năm\\n"
    >>> [source[a:b] for a, b, *_ in Yaml().spans(source)]
    ['một', 'ba', 'bốn', 'năm']
    """

    name: ClassVar[str] = "yaml"
    suffixes: ClassVar[tuple[str, ...]] = (".yaml", ".yml")

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield all values, as one text; raises RecordError where the source is no YAML."""
        yaml = _yaml()
        escaped = _double(source.isascii() and "\\u" in source)
        started = False
        key = tagged = False
        depth = 0
        try:
            for token in yaml.scan(source, Loader=yaml.SafeLoader):
                kind = token.id
                depth += (kind in ("[", "{")) - (kind in ("]", "}"))
                if depth > _MAX_DEPTH:
                    raise RecordError("its collections are nested too deeply")
                if kind == "?":
                    key = True
                elif kind == ":":
                    key = False
                elif kind == "<tag>":
                    tagged = token.value[1] != "str"
                elif kind == "<scalar>":
                    if not key and not tagged:
                        for span in _scalar(source, token, escaped):
                            yield span if started else span._replace(joint=None)
                            started = True
                    key = tagged = False
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f" in line {mark.line + 1}" if mark is not None else ""
            what = getattr(error, "problem", None) or getattr(error, "reason", "") or "no YAML"
            raise RecordError(f"malformed YAML{where}: {what}") from None


def _scalar(source: str, token: Any, escaped: Escape) -> Iterator[TextSpan]:
    start, end = token.start_mark.index, token.end_mark.index
    joint = "\n"
    if token.style in ("|", ">"):
        at = source.find("\n", start, end) + 1 or end
        while at < end:
            line = _LINE.match(source, at, end)
            assert line is not None
            if line[2]:
                yield TextSpan(*line.span(2), _BLOCK, joint)
            stop = source.find("\n", line.end(), end)
            at = end if stop < 0 else stop + 1
        return
    escape = {"'": _SINGLE, '"': escaped}.get(token.style, _PLAIN)
    if token.style:
        start, end = start + 1, end - 1
    for cut in [*_WRAP.finditer(source, start, end), None]:
        stop = end if cut is None else cut.start()
        if stop > start:
            yield TextSpan(start, stop, escape, joint)
            joint = " "
        start = stop if cut is None else cut.end()


_BLOCK = guarded(r"^[ \t]")


def _yaml() -> Any:
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("PyYAML", "yaml", "Reading YAML") from None
    return yaml
