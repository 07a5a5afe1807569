"""HTML: a page comes in, its text goes out, alone or in a record with what is known about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from vnclean.errors import FormatError
from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.encoding import (
    AUTO,
    BOM,
    decode_line,
    detected_encoding,
    mostly_utf8,
    unicode_blocks,
)
from vnclean.formats.fields import record_line
from vnclean.formats.html_fonts import read_old_fonts, show_as_latin
from vnclean.formats.lines import document_chunks
from vnclean.html.metadata import declared_metadata, metadata_fields
from vnclean.html.parsing import parse

__all__ = ["Html", "PageText", "decode_page", "read_page"]


_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^<>]{0,4096}>", re.I | re.S)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class PageText:
    """What was read from a page: its text, the encoding it was in, and what it declares."""

    text: str
    encoding: str
    declared: dict[str, str]


def decode_page(data: bytes) -> tuple[str, str]:
    """Return the characters of an HTML page and the encoding they were in.

    A byte order mark counts most, then UTF-8, then what the words between the tags are written in
    (legacy Vietnamese charsets, too, whatever the page declares), then what the page declares. Text
    in an old font (`<font face="VNI-Times">`) is in the charset of that font.
    Bytes of a UTF-8 page that are none become U+FFFD. Raises FormatError where nothing fits.

    >>> import vnclean.charsets
    >>> decode_page("<p>Hòa bình và độc lập cho dân tộc</p>".encode("tcvn3"))
    ('<p>Hòa bình và độc lập cho dân tộc</p>', 'tcvn3')
    """
    converted, blocks = unicode_blocks([data])
    data = b"".join(blocks)
    if mostly_utf8(data):
        page = data.decode("utf-8", "replace").removeprefix(BOM)
        return read_old_fonts(page), converted or "utf-8"
    shown = show_as_latin(data)
    if (read := read_old_fonts(shown)) is not shown:
        return read, "cp1252"
    found = detected_encoding(_MARKUP.sub(b" ", data))
    tries = [found] if found is not None else []
    declared = _DECLARED.search(data[:_HEAD])
    tries += [declared[1].decode("ascii", "replace")] if declared is not None else []
    for encoding in tries:
        try:
            return data.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError):
            continue
    raise FormatError("it is not UTF-8, and the encoding of the page can't be told")


def read_page(data: bytes, encoding: str, *, head: bool, drop: bool) -> PageText:
    """Return the text of an HTML page in bytes; with `head` what its head declares, too.

    `drop` leaves title, date, byline, captions and credits out of the text. Raises FormatError
    where the encoding can't be told, MissingExtraError without the extra `html`.
    """
    from vnclean.html.line_classifier import extract_text

    if encoding == AUTO:
        page, encoding = decode_page(data)
    else:
        page = decode_line(data, encoding)
    parsed = parse(page)
    text = extract_text(parsed, metadata=not drop)
    return PageText(text, encoding, declared_metadata(parsed) if head else {})


@dataclass(frozen=True)
class Html:
    """A web page, read whole; its text without the page's furniture is what comes out (UTF-8).

    The encoding is told from the words, legacy Vietnamese ones too, before what the page declares.
    With `metadata`, the name of a field, a line of JSON comes out: `url` where the page tells its
    address, `text`, and under that name what the page and its text tell of title, date, byline,
    category and site. Needs the extra `html`.

    >>> import vnclean.charsets
    >>> page = "<body><p>Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân.</p></body>"
    >>> chunk = next(Html().split([page.encode("tcvn3")], 1 << 20))
    >>> chunk.format.rewrite(chunk, lambda field: field.text).data.decode()
    'Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân.\\n'
    """

    name: ClassVar[str] = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")

    encoding: str = AUTO
    metadata: str = field(default="", repr=False)
    drop: bool = field(default=False, repr=False)
    max_record: int = field(default=MAX_RECORD, repr=False)

    @property
    def writes(self) -> str:
        """The ending of a file of what comes out."""
        return ".jsonl" if self.metadata else ".txt"

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole page."""
        yield from document_chunks(blocks, self.max_record, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Return the text of the page, exchanged for what the visitor makes of it."""
        done = Rewritten(b"", records=1, converted=chunk.converted)
        try:
            page = read_page(chunk.data, self.encoding, head=bool(self.metadata), drop=self.drop)
            if page.encoding != "utf-8":
                done.converted = page.encoding
            text = visit(Field(page.text, origin="page"))
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        except FormatError as fault:
            reason = f"{fault}; give it with --encoding NAME"
            return Rewritten(b"", [Reject(0, reason, chunk.data)], 1)
        if text and self.metadata:
            done.data = record_line(page_record(page, text, self.metadata))
        elif text:
            done.data = (text + "\n").encode("utf-8", "surrogatepass")
        else:
            done.without = 1
        return done


def page_record(page: PageText, text: str, key: str) -> dict[str, Any]:
    """Return the record for a page: address, text, and what is known about it under `key`."""
    known = dict(page.declared)
    address = known.pop("url", "")
    record: dict[str, Any] = {"url": address} if address else {}
    return {**record, "text": text, key: metadata_fields(text, known)}
