"""JSON lines and JSON documents: the source is edited in place, never written anew.

Every byte outside the texts stays: order, blanks, duplicate keys, numbers of any size, NaN.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from json.decoder import JSONDecodeError
from typing import ClassVar, NamedTuple

from vnclean.formats.base import (
    MAX_RECORD,
    Adding,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.columns import ALL
from vnclean.formats.encoding import AUTO, BOM, decide_encoding, decode_document, decode_line
from vnclean.formats.fields import add_fields
from vnclean.formats.lines import document_chunks, line_blocks
from vnclean.html.metadata import metadata_fields

__all__ = ["Json", "JsonLines"]

# Numbers are only passed over: kept as str, so that their size does not matter.
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
_BLANK = re.compile(r"[ \t\r\n]*")
_KEY = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t\r\n]*:[ \t\r\n]*', re.S)
_NEXT = re.compile(r"[ \t\r\n]*(?:(,)[ \t\r\n]*|(\}))")
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.S
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)")
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Spot(NamedTuple):
    """A text within a JSON source: the span of its literal without the quotes."""

    start: int
    end: int
    text: str
    key: str


def _blank(source: str, at: int) -> int:
    found = _BLANK.match(source, at)
    return found.end() if found else at


def _expect(source: str, at: int, wanted: str) -> str:
    if at >= len(source) or source[at] not in wanted:
        raise JSONDecodeError(f"Expecting {' or '.join(map(repr, wanted))}", source, at)
    return source[at]


def _misplaced(source: str, at: int) -> JSONDecodeError:
    """Return what is wrong where a key and a colon should be."""
    if source[at : at + 1] != '"':
        return JSONDecodeError("Expecting a key in quotes", source, at)
    try:
        end = _blank(source, _DECODER.raw_decode(source, at)[1])
    except JSONDecodeError as error:
        return error
    return JSONDecodeError("Expecting ':'", source, end)


def _walk(source: str, at: int, paths: tuple[str, ...], key: str, found: list[_Spot]) -> int:
    """Note the texts that `paths` lead to in the value at `at`; return where the value ends."""
    opening = source[at : at + 1]
    all_below = ALL in paths
    if opening == "[" and paths:
        at = _blank(source, at + 1)
        if source[at : at + 1] == "]":
            return at + 1
        while True:
            at = _blank(source, _walk(source, at, paths, key, found))
            if _expect(source, at, ",]") == "]":
                return at + 1
            at = _blank(source, at + 1)
    if opening == "{" and any(paths):
        at = _blank(source, at + 1)
        if source[at : at + 1] == "}":
            return at + 1
        while True:
            if (head := _KEY.match(source, at)) is None:
                raise _misplaced(source, at)
            name = head[1] if "\\" not in head[1] else _DECODER.raw_decode(source, at)[0]
            below = tuple(
                path.removeprefix(name).removeprefix(".")
                for path in paths
                if path == name or path.startswith(f"{name}.")
            )
            if all_below:
                below = (ALL,)
            if below:
                at = _walk(source, head.end(), below, f"{key}.{name}" if key else name, found)
            else:
                at = _DECODER.raw_decode(source, head.end())[1]
            if (tail := _NEXT.match(source, at)) is None:
                raise JSONDecodeError("Expecting ',' or '}'", source, _blank(source, at))
            at = tail.end()
            if tail[2]:
                return at
    value, end = _DECODER.raw_decode(source, at)
    if opening == '"' and ("" in paths or all_below):
        found.append(_Spot(at + 1, end - 1, value, key))
    return end


def _spots(source: str, paths: tuple[str, ...]) -> list[_Spot]:
    """Return the texts of a JSON value; raises RecordError where it is malformed."""
    found: list[_Spot] = []
    try:
        start = _blank(source, 0)
        end = _blank(source, _walk(source, start, paths, "", found))
        if end < len(source):
            raise JSONDecodeError("Extra data", source, end)
    except JSONDecodeError as error:
        raise RecordError(
            f"malformed JSON at column {error.colno}: {error.msg.removesuffix(' starting at')}"
        ) from None
    except RecursionError:
        raise RecordError("the JSON is nested too deeply") from None
    return found


class _Style(NamedTuple):
    """How a JSON source writes what may be written in several ways."""

    ascii: bool
    upper: bool
    slash: bool


def _style(source: str) -> _Style:
    r"""Return the style of a source: letters as they are unless it escapes them.

    >>> _style('{"a": "\\u00E0"}')
    _Style(ascii=True, upper=True, slash=False)
    """
    escapes = {found[1] for found in _ESCAPE.finditer(source)} if "\\" in source else set()
    coded = [name for name in escapes if len(name) > 1 and int(name[1:], 16) > 0x7F]
    return _Style(
        bool(coded) and source.isascii(),
        any(re.search("[A-F]", name) for name in coded),
        "/" in escapes,
    )


def _literal(text: str, style: _Style) -> str:
    """Return a text as it is written between the quotes."""
    written = json.dumps(text, ensure_ascii=style.ascii)[1:-1]
    if style.slash:
        written = written.replace("/", "\\/")
    if style.upper:
        written = _ESCAPE.sub(_upper, written)
    return _SURROGATE.sub(_escape, written)


def _upper(found: re.Match[str]) -> str:
    return f"\\u{found[1][1:].upper()}" if len(found[1]) > 1 else found[0]


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _exchange_texts(
    source: str, spots: list[_Spot], line: int, visit: Visitor, record: int = 0
) -> str:
    """Return the source with its texts exchanged; the same object where none changed."""
    pieces: list[str] = []
    style: _Style | None = None
    at = counted = row_start = 0
    for spot in spots:
        old = source[spot.start : spot.end]
        if newlines := source.count("\n", counted, spot.start):
            line += newlines
            row_start = source.rfind("\n", counted, spot.start) + 1
        counted = spot.start
        column = spot.start - row_start + 1
        field = (
            Field(spot.text, line, column, spot.key, old, _UNIT, record)
            if "\\" in old
            else Field(spot.text, line, column, spot.key, record=record)
        )
        new = visit(field)
        if new is not spot.text and new != spot.text:
            style = style or _style(source)
            pieces += source[at : spot.start], _literal(new, style)
            at = spot.end
    if not pieces:
        return source
    pieces.append(source[at:])
    return "".join(pieces)


def _with_metadata(source: str, spots: list[_Spot], line: int, visit: Visitor, key: str) -> str:
    """Return the source with its texts exchanged, and what the first of them tells as a field."""
    texts: list[str] = []

    def seen(text: Field) -> str:
        texts.append(visit(text))
        return texts[-1]

    # Whether there is room for the field is asked before there is any work.
    try:
        add_fields(source, key, {}, ascii_only=False)
    except RecordError as fault:
        raise RecordError(f"{fault}. You can name another field with --metadata-key.") from None
    new = _exchange_texts(source, spots, line, seen, line)
    return add_fields(new, key, metadata_fields(texts[0]), ascii_only=_style(source).ascii)


@dataclass(frozen=True)
class JsonLines:
    """One JSON value per line; the texts are under `keys`, dotted where they are nested.

    Lists are gone through: `comments.body` finds the body of every comment, `*` finds every text,
    `comments.*` every one below. A record without
    the key stays as it is, blank lines stay. With `metadata`, the name of a field, each record
    gets that field at its end: what the first of its texts, once cleaned, tells of its title,
    date, byline and so on; a record that has the field already is a reject.

    >>> chunk = next(JsonLines().split([b'{"id": 1e999, "text":"\\\\u00e0", "text": "b"}\\n'], 1))
    >>> chunk.format.rewrite(chunk, lambda field: field.text + "ạ").data
    b'{"id": 1e999, "text":"\\\\u00e0\\\\u1ea1", "text": "b\\\\u1ea1"}\\n'
    """

    name: ClassVar[str] = "jsonl"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")

    keys: tuple[str, ...] = ("text",)
    encoding: str = AUTO
    metadata: str = field(default="", repr=False)
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Cut into blocks of lines."""
        encoding, blocks = decide_encoding(blocks, self.encoding, size)
        settled = replace(self, encoding=encoding)
        for line, data in line_blocks(blocks, size, self.max_record):
            yield Chunk(data, line, settled)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts of every record; malformed records become rejects."""
        adding = visit if isinstance(visit, Adding) else None
        converted = "" if self.encoding in ("utf-8", AUTO) else self.encoding
        done = Rewritten(chunk.data, converted=converted or chunk.converted)
        pieces: list[bytes] = []
        rows = chunk.data.split(b"\n")
        unfinished = rows.pop()
        for number, row in enumerate([*rows, unfinished] if unfinished else rows, chunk.line):
            end = b"\n" if number - chunk.line < len(rows) else b""
            done.records += 1
            try:
                source = decode_line(row, self.encoding)
                mark = BOM if number == 1 and source.startswith(BOM) else ""
                source = source.removeprefix(mark)
                if not source.strip(" \t\r"):
                    done.records -= 1  # a blank line is none
                    pieces.append(row + end)
                    continue
                spots = _spots(source, self.keys)
                done.without += not spots
                if self.metadata and spots:
                    new = _with_metadata(source, spots, number, visit, self.metadata)
                else:
                    new = _exchange_texts(source, spots, number, visit, number)
                if adding is not None:
                    for name, value in adding.additions().items():
                        new = add_fields(new, name, value, ascii_only=_style(source).ascii)
            except RecordError as fault:
                done.rejects.append(Reject(number, str(fault), row))
                continue
            if new is not source or converted:
                row = (mark + new).encode()
            pieces.append(row + end)
        done.data = b"".join(pieces)
        return done


@dataclass(frozen=True)
class Json:
    """A JSON document, read whole; the texts are found as in JSON lines.

    >>> chunk = next(Json().split([b'[{"text": "a"},\\n {"text": "b"}]'], 1))
    >>> chunk.format.rewrite(chunk, lambda field: field.text.upper()).data
    b'[{"text": "A"},\\n {"text": "B"}]'
    """

    name: ClassVar[str] = "json"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    keys: tuple[str, ...] = ("text",)
    encoding: str = AUTO
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole document."""
        yield from document_chunks(blocks, self.max_record, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts; a malformed document is a reject as a whole."""
        done = Rewritten(chunk.data, records=1, converted=chunk.converted)
        try:
            whole, converted = decode_document(chunk.data, self.encoding)
            done.converted = converted or chunk.converted
            source = whole.removeprefix(BOM)
            spots = _spots(source, self.keys)
            new = _exchange_texts(source, spots, 1, visit)
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        done.without = not spots
        if new is not source or converted:
            done.data = (whole[: len(whole) - len(source)] + new).encode()
        return done
