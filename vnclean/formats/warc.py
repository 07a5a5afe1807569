"""WARC and WET, the archives of web crawls: pages come in, records of JSON lines go out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, ClassVar

from vnclean.errors import FormatError, MissingExtraError
from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.encoding import AUTO, decode_document, decode_line
from vnclean.formats.fields import record_line
from vnclean.formats.html_pages import read_page
from vnclean.formats.lines import CutOffError, Parts, too_large
from vnclean.html.metadata import metadata_fields

__all__ = ["Warc"]

_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.M)
_HEAD_END = re.compile(rb"\r?\n\r?\n|(\nWARC/\d\.\d\r?\n)")
"""What ends a head, or the head of another record before that has come."""
_NEXT = re.compile(rb"\nWARC/\d\.\d\r?\n")
_LONGEST_HEAD, _GARBAGE = 64 << 10, 16 << 20
"""What is longer than these many bytes is no head of a record, or is cut in parts."""
_HEAD = 4 << 10
"""Fewer bytes are looked through anew whenever more come, so that no small record waits."""
_HTML = ("text/html", "application/xhtml+xml")
_PASSED_OVER = ("warcinfo", "request", "metadata", "revisit", "continuation")
_MAGIC = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body)\b", re.IGNORECASE | re.S)


def _announced_end(data: bytes | bytearray, at: int) -> int | None:
    """Return where the record that begins at `at` says that it ends, None if its head does not."""
    head = _HEAD_END.search(data, at, at + _LONGEST_HEAD)
    if head is None or head[1] or data[at : at + 5] != b"WARC/":
        return None
    length = _LENGTH.search(data, at, head.end())
    return None if length is None else head.end() + int(length[1])


def _end(data: bytes | bytearray, at: int, final: bool) -> int | None:
    """Return where the record that begins at `at` ends, line ends behind it included.

    None means that more bytes are needed to tell. Bytes that are no record end at the next one.
    """
    if data[at : at + 5] == b"WARC/" or (not final and len(data) - at < 5):
        head = _HEAD_END.search(data, at, at + _LONGEST_HEAD)
        if head is None and not final and len(data) - at < _LONGEST_HEAD:
            return None
        if (stop := _announced_end(data, at)) is not None:
            most = stop + _LONGEST_HEAD
            while stop < min(most, len(data)) and data[stop] in b"\r\n":
                stop += 1
            # Where line ends may go on, what follows decides, not what has been read of it.
            return None if stop >= len(data) and stop < most and not final else min(stop, len(data))
    following = _NEXT.search(data, at, at + _GARBAGE)
    if following is not None:
        return following.start() + 1
    if len(data) - at >= _GARBAGE:
        return at + _GARBAGE
    return len(data) if final else None


@dataclass(frozen=True)
class Warc:
    """An archive of a web crawl; each page becomes a record: url, date, id, charset, text.

    Responses and resources that are HTML are freed of their furniture, the texts of WET archives
    (conversions) and plain texts are taken as they are; everything else (images, requests, errors
    of servers) is passed over. Compressed archives are read member by member. With `metadata`, the
    name of a field, the record has what the page and its text tell of title, date, byline,
    category and site under that name. A record that is cut off, is no HTTP, or whose digest does
    not match is a reject, with its number in the archive. Needs the extra `warc`.
    """

    name: ClassVar[str] = "warc"
    suffixes: ClassVar[tuple[str, ...]] = (".warc", ".warc.wet", ".wet")
    writes: ClassVar[str] = ".jsonl"

    encoding: str = AUTO
    metadata: str = field(default="", repr=False)
    drop: bool = field(default=False, repr=False)
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Cut between records; the line of a chunk is the number of its first record."""
        held = bytearray()
        ready = count = dropping = wanted = 0
        large = Parts()
        number = 1
        source = iter(blocks)
        fault: FormatError | None = None
        final = False
        while not final:
            try:
                block = next(source, None)
            except FormatError as error:
                block, fault = None, error
            final = block is None
            held += block or b""
            if dropping:
                data = bytes(held[:dropping])
                dropping -= len(data)
                last = not dropping or final
                yield from (Chunk(p, number - 1, self) for p in large.of(data, last=last))
                del held[: len(data)]
                if not dropping:
                    del held[: len(held) - len(held.lstrip(b"\r\n"))]
            # What is no record yet is looked through when there is twice as much of it.
            while ready < len(held) and (final or len(held) - ready >= wanted):
                stop = told = _announced_end(held, ready)
                if stop is not None and stop - ready > self.max_record:
                    if ready:
                        yield Chunk(bytes(held[:ready]), number, self)
                    data = bytes(held[ready:stop])
                    dropping = stop - ready - len(data)
                    large, last = Parts(), not dropping or final
                    yield from (Chunk(p, number + count, self) for p in large.of(data, last=last))
                    del held[: ready + len(data)]
                    if not dropping:
                        del held[: len(held) - len(held.lstrip(b"\r\n"))]
                    number, ready, count, wanted = number + count + 1, 0, 0, 0
                    continue
                stop = _end(held, ready, final and fault is None)
                if stop is None:
                    there = len(held) - ready
                    wanted = 2 * there if there > _HEAD else 0
                    wanted = wanted if told is None else told - ready
                    break
                wanted = 0
                ready, count = stop, count + 1
                if ready >= size:
                    yield Chunk(bytes(held[:ready]), number, self)
                    del held[:ready]
                    number, ready, count = number + count, 0, 0
        if ready:
            yield Chunk(bytes(held[:ready]), number, self)
        if fault is not None:
            raise CutOffError(str(fault), bytes(held[ready:]), number + count)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Return a line of JSON for each page of the chunk."""
        done = Rewritten(b"", converted=chunk.converted)
        lines: list[bytes] = []
        at, number = 0, chunk.line
        while at < len(chunk.data):
            stop = _end(chunk.data, at, True) or len(chunk.data)
            raw = chunk.data[at:stop]
            at = stop
            try:
                record = self._record(raw)
                if record is not None:
                    done.records += 1
                    line = self._line(record, number, visit)
                    done.without += line is None
                    lines += [line] if line is not None else []
            except RecordError as fault:
                done.records += 1
                done.rejects.append(Reject(number, str(fault), raw))
            number += 1
        done.data = b"".join(lines)
        return done

    def _record(self, raw: bytes) -> _Record | None:
        """Return what a record of the archive holds, None if it is nothing to read."""
        iterator = _fastwarc()
        if not raw.startswith(b"WARC/"):
            if not raw.strip():
                return None
            raise RecordError("it is no WARC record: it does not begin with WARC/")
        head = _HEAD_END.search(raw, 0, _LONGEST_HEAD)
        length = None if head is None or head[1] else _LENGTH.search(raw, 0, head.end())
        if head is None or length is None:
            raise RecordError("its WARC header has no end, or no Content-Length")
        if len(raw) < head.end() + int(length[1]):
            raise RecordError(f"it is cut off: {int(length[1])} bytes were announced")
        try:
            record = next(iter(iterator(BytesIO(raw), parse_http=False)), None)
            return None if record is None else self._content(record)
        except RecordError:
            raise
        except Exception as error:  # whatever the library makes of broken bytes
            raise RecordError(f"it can't be read: {type(error).__name__}: {error}") from None

    def _content(self, record: Any) -> _Record | None:
        kind = str(record.record_type).rpartition(".")[2]
        if kind in _PASSED_OVER:
            return None
        if kind not in ("response", "resource", "conversion"):
            raise RecordError("its WARC header has no type that is known")
        headers = record.headers
        if "WARC-Block-Digest" in headers and not record.verify_block_digest():
            raise RecordError("its digest does not match: its bytes were changed, or cut off")
        declared = ""
        content_type = headers.get("Content-Type") or ""
        if kind == "response":
            if content_type.startswith("text/dns"):
                return None
            record.parse_http(auto_decode="all")
            status = record.http_headers.status_code if record.http_headers is not None else None
            if status is None:
                raise RecordError("it is no HTTP response")
            if record.reader is None:
                encoding = record.http_headers.get("Content-Encoding")
                raise RecordError(f"its content has an encoding that can't be undone: {encoding}")
            if not 200 <= status < 300:
                return None
            declared = record.http_charset or ""
            content_type = record.http_content_type or ""
        data = record.reader.read(self.max_record + 1)
        if len(data) > self.max_record:
            raise RecordError(too_large(len(data), "or more once unpacked"))
        content_type = content_type.partition(";")[0].strip().lower()
        page = content_type in _HTML or (not content_type and _MAGIC.match(data) is not None)
        plain = content_type == "text/plain" if kind == "resource" else kind == "conversion"
        if not page and not plain:
            return None
        about = {
            "url": headers.get("WARC-Target-URI") or "",
            "date": headers.get("WARC-Date") or "",
            "id": (headers.get("WARC-Record-ID") or "").strip("<>"),
        }
        return _Record(
            data, page, declared, {name: value for name, value in about.items() if value}
        )

    def _line(self, record: _Record, number: int, visit: Visitor) -> bytes | None:
        known: dict[str, str] = {}
        if record.page:
            try:
                page = self._page(record)
            except FormatError as fault:
                raise RecordError(str(fault)) from None
            text, charset = page.text, page.encoding
            known = {name: value for name, value in page.declared.items() if name != "url"}
        elif self.encoding == AUTO:
            text, charset = decode_document(record.data, AUTO)
            text, charset = text.removeprefix("\ufeff"), charset or "utf-8"
        else:
            text, charset = decode_line(record.data, self.encoding), self.encoding
        address = record.about.get("url", "")
        origin = "page" if record.page else "text"
        text = visit(Field(text, number, record=number, origin=origin, address=address))
        if not text:
            return None
        line: dict[str, Any] = {**record.about, "charset": charset, "text": text}
        if self.metadata:
            line[self.metadata] = metadata_fields(text, known)
        return record_line(line)

    def _page(self, record: _Record) -> Any:
        try:
            return read_page(record.data, self.encoding, head=bool(self.metadata), drop=self.drop)
        except RecordError:
            raise
        except FormatError:
            if not record.declared:
                raise
            try:
                return read_page(
                    record.data, record.declared, head=bool(self.metadata), drop=self.drop
                )
            except LookupError:
                raise RecordError(f"its encoding is not known: {record.declared}") from None


@dataclass(slots=True)
class _Record:
    """The bytes of a page or text, the charset that HTTP declares, and what the archive tells."""

    data: bytes
    page: bool
    declared: str
    about: dict[str, str]


def _fastwarc() -> Any:
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError:
        raise MissingExtraError("FastWARC", "warc", "Reading WARC") from None
    return ArchiveIterator
