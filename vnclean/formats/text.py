"""Plain text: a file is one document, or each of its lines is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.encoding import AUTO, BOM, decide_encoding, decode_document, decode_line
from vnclean.formats.lines import document_chunks, line_blocks

__all__ = ["Text"]


@dataclass(frozen=True)
class Text:
    """Plain text; a byte order mark, line ends and a missing last line end stay as they are.

    A document is read whole, with `lines` a file is streamed and keeps its number of lines.

    >>> text = Text(lines=True)
    >>> chunk = next(text.split([b"a\\r\\nb"], 1 << 20))
    >>> chunk.format.rewrite(chunk, lambda field: field.text.upper()).data
    b'A\\r\\nB'
    """

    name: ClassVar[str] = "txt"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text")

    lines: bool = False
    encoding: str = AUTO
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Cut into blocks of lines, or give the whole document."""
        if not self.lines:
            yield from document_chunks(blocks, self.max_record, self)
            return
        encoding, blocks = decide_encoding(blocks, self.encoding, size)
        settled = replace(self, encoding=encoding)
        for line, data in line_blocks(blocks, size, self.max_record):
            yield Chunk(data, line, settled)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the document, or each line without its line end."""
        return self._lines(chunk, visit) if self.lines else self._document(chunk, visit)

    def _document(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        done = Rewritten(chunk.data, records=1, converted=chunk.converted)
        try:
            if b"\0" in chunk.data and chunk.data.count(b"\0") * 100 > len(chunk.data):
                raise RecordError("it is no text: it has zero bytes")
            whole, converted = decode_document(chunk.data, self.encoding)
            done.converted = converted or chunk.converted
            text = whole.removeprefix(BOM)
            new = visit(Field(text))
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        if new is not text or converted:
            mark = whole[: len(whole) - len(text)]
            done.data = (mark + new).encode("utf-8", "surrogatepass")
        return done

    def _lines(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        done = Rewritten(chunk.data, converted=chunk.converted)
        if self.encoding not in ("utf-8", AUTO):
            done.converted = self.encoding
        pieces: list[bytes] = []
        rows = chunk.data.split(b"\n")
        unfinished = rows.pop()
        for number, row in enumerate([*rows, unfinished] if unfinished else rows, chunk.line):
            end = b"\n" if number - chunk.line < len(rows) else b""
            done.records += 1
            try:
                whole = decode_line(row, self.encoding)
                text = whole.removeprefix(BOM) if number == 1 else whole
                text = text.removesuffix("\r")
                new = visit(Field(text, number))
            except RecordError as fault:
                done.rejects.append(Reject(number, str(fault), row))
                continue
            if new is not text and "\n" in new:
                new = text  # one line in, one line out
            if new is not text or done.converted:
                mark = whole[: len(whole) - len(whole.removeprefix(BOM))] if number == 1 else ""
                tail = "\r" if whole.endswith("\r") else ""
                row = f"{mark}{new}{tail}".encode("utf-8", "surrogatepass")
            pieces.append(row + end)
        done.data = b"".join(pieces)
        return done
