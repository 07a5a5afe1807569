"""A file of characters in which some spans are text: read whole, all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar

from vnclean.formats.base import MAX_RECORD, Chunk, RecordError, Reject, Rewritten, Visitor
from vnclean.formats.encoding import AUTO, BOM, detected_encoding, mostly_utf8
from vnclean.formats.lines import document_chunks
from vnclean.formats.spans.exchange import decoded, exchange
from vnclean.formats.spans.span import TextSpan

__all__ = ["SpanFormat", "refuse_zeros"]

_OTHER = re.compile("[\udc80-\udcff]")
"""Bytes that are none of the encoding, as they are read."""


@dataclass(frozen=True)
class SpanFormat:
    """What all formats of characters with spans share; one of its own gives `spans`.

    The encoding is told from the texts alone. Bytes that are none of it stay where they are no
    text, and so does a text that has some.
    """

    name: ClassVar[str] = ""
    suffixes: ClassVar[tuple[str, ...]] = ()
    origin: ClassVar[str] = "text"

    encoding: str = AUTO
    max_record: int = field(default=MAX_RECORD, repr=False)

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Yield the spans of a source, in order; raises RecordError where it is malformed.

        A text that was exchanged is read again, so what is text may not depend on its letters.
        """
        raise NotImplementedError

    def declared_encoding(self, source: str) -> str:
        """Return the encoding that a source declares, "" for none; asked where words tell none."""
        return ""

    def declare_utf8(self, source: str) -> str:
        """Return a source that was in another encoding so that what it says of that is true."""
        return source

    @property
    def any_encoding(self) -> bool:
        """Whether the bytes may be put into another encoding: what declares UTF-8 has to be it."""
        return type(self).declare_utf8 is SpanFormat.declare_utf8

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole document."""
        yield from document_chunks(blocks, self.max_record, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts; a malformed document is a reject as a whole."""
        done = Rewritten(chunk.data, records=1, converted=chunk.converted)
        seen = 0

        def counted(text: object) -> str:
            nonlocal seen
            seen += 1
            return visit(text)  # type: ignore[arg-type]

        try:
            source, converted = self._decode(chunk.data)
            body = source.removeprefix(BOM)
            new = exchange(body, self.spans, counted, line=chunk.line, origin=self.origin)
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        done.without = not seen
        if _OTHER.search(body) and any(_OTHER.search(body, *span[:2]) for span in self.spans(body)):
            name = (converted or "utf-8").upper()
            done.notes.append(f"texts with bytes that are not {name} stay as they are")
        if converted or chunk.converted:
            done.converted = converted or chunk.converted
            new = self.declare_utf8(new)
        if new is not body or converted:
            mark = source[: len(source) - len(body)]
            done.data = (mark + new).encode("utf-8", "surrogateescape")
        return done

    def _decode(self, data: bytes) -> tuple[str, str]:
        """Return the characters of a file and the encoding it was converted from, "" for UTF-8."""
        if self.encoding not in (AUTO, "utf-8"):
            return _decoded(data, self.encoding), self.encoding
        if self.encoding == AUTO:
            refuse_zeros(data)
        try:
            return data.decode(), ""
        except UnicodeDecodeError as error:
            where = f"byte {error.start} (0x{data[error.start]:02x})"
        if self.encoding == "utf-8" or mostly_utf8(data):
            return data.decode("utf-8", "surrogateescape"), ""
        shown = data.decode("latin-1")
        texts = filter(None, (decoded(shown, span) for span in self.spans(shown)))
        letters = "\n".join(texts).encode("latin-1", "ignore")
        found = detected_encoding(letters) or detected_encoding(data)
        if found is None and (declared := self.declared_encoding(shown)):
            with suppress(LookupError, UnicodeDecodeError):
                return data.decode(declared), declared
        if found is None:
            raise RecordError(
                f"it is not UTF-8 ({where}), and its encoding can't be told; "
                "give it with --encoding NAME"
            )
        return _decoded(data, found), found


def refuse_zeros(data: bytes) -> None:
    """Raise RecordError for bytes of which more than one in a hundred is a zero."""
    if data.count(b"\0") * 100 > len(data):
        raise RecordError("it is no text: it has zero bytes")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "surrogateescape")
    except UnicodeDecodeError as error:  # of a charset of several bytes
        raise RecordError(f"it is no {encoding.upper()}: see byte {error.start}") from None
