"""CSV and TSV: columns by name, every other byte as it was: quoting, delimiter, line ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import ClassVar

from vnclean.caches import cached
from vnclean.errors import FormatError
from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    Oversized,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.columns import ALL, chosen_columns, repeated_names
from vnclean.formats.csv_records import record_blocks
from vnclean.formats.encoding import AUTO, BOM, decide_encoding
from vnclean.formats.lines import CutOffError, document_chunks
from vnclean.formats.spans.exchange import splice_text
from vnclean.formats.spans.pieces import Replacement, single_edit

__all__ = ["Delimited"]

_CANDIDATES = ",;\t|"
_NONE = "\x1f"
"""Stands for the delimiter of a file with one column."""
_FORMULA = tuple("=+-@\t\r")
"""What a spreadsheet takes a cell for a formula by."""
_BACKSLASH = rb'(?:\A|[\n%s])"(?:[^"\\]|\\.)*\\"(?![%s\r\n]|\Z)'
"""A field in quotes with a quote in it that a backslash stands before, as MySQL writes it."""
_DOUBLED = rb'[^\\\n%s]""[^%s\r\n]'
"""A quote in quotes that is written twice."""
_ESCAPED = re.compile("[\udc80-\udcff]")


@cached(64)
def _field(delimiter: str, escape: str) -> re.Pattern[str]:
    """Return what matches one field: group 1 well quoted, 2 quoted but odd, 3 plain."""
    cut = re.escape(delimiter)
    quoted = r'[^"\\]*(?:(?:""|\\[\s\S])[^"\\]*)*' if escape else '[^"]*(?:""[^"]*)*'
    return re.compile(
        rf'"({quoted})"(?=\r?\n|{cut}|\r?\Z)|("{quoted}"[^{cut}\n]*|"{quoted}\Z)'
        rf"|([^{cut}\n]*?)(?=\r?\n|{cut}|\r?\Z)"
    )


@cached(64)
def _unit(delimiter: str, escape: str) -> re.Pattern[str]:
    """Return what matches one character as it is written in quotes."""
    return re.compile(rf'\\["\\\n{re.escape(delimiter)}]|""|.' if escape else '""|.', re.S)


def _escape_of(sample: bytes, delimiter: bytes) -> str:
    r"""Return what stands before a quote in quotes: a backslash, or "" where it is written twice.

    >>> _escape_of(rb'1,"a \"b\" c"', b","), _escape_of(rb'1,"a ""b"" c","C:\"', b",")
    ('\\', '')
    """
    if b'\\"' not in sample:
        return ""
    cut = re.escape(delimiter)
    found = re.search(_BACKSLASH % (cut, cut), sample, re.S)
    return "\\" if found and not re.search(_DOUBLED % (cut, cut), sample) else ""


def _delimiter(header: str) -> str:
    """Return the candidate that occurs most outside quotes in the first record.

    >>> _delimiter('id;"a,b,c";text')
    ';'
    """
    bare = re.sub('"[^"]*"', "", header)
    best = max(_CANDIDATES, key=bare.count)
    return best if best in bare else _NONE


@dataclass(frozen=True)
class Delimited:
    r"""Values separated by comma, semicolon, tab or bar; the first record names the columns.

    A quoted field stays quoted; a plain one is quoted only where its new text needs it. The
    header stays. `keys` are names of columns, their numbers from 1, or `*` for all; raises
    FormatError where none is there. The delimiter is told from the first record where it is not
    given.

    >>> kind = Delimited(keys=("b",))
    >>> chunk = next(kind.split([b'a,b\r\n1,"x ""y"" z"\r\n2,z\r\n'], 1 << 20))
    >>> chunk.format.rewrite(chunk, lambda field: field.text.upper()).data
    b'a,b\r\n1,"X ""Y"" Z"\r\n2,Z\r\n'
    """

    name: ClassVar[str] = "csv"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".tab")

    keys: tuple[str, ...] = ("text",)
    encoding: str = AUTO
    delimiter: str = ""
    escape: str = ""
    """A backslash, where one stands before a quote in quotes; told from the first records."""
    header: bool = True
    """Whether the first record names the columns; without, `keys` are their numbers, from 1."""
    columns: tuple[tuple[int, str], ...] = ()
    """Position and name of the columns that hold text; found by `split`."""
    note: str = field(default="", repr=False, compare=False)
    """What is to be said of them."""
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Cut into blocks of records, once the header has been read."""
        encoding, blocks = decide_encoding(blocks, self.encoding, size)
        source = iter(blocks)
        head: list[bytes] = []
        length = 0
        for block in source:
            head.append(block)
            length += block.find(b"\n") + 1 or len(block)
            if length > self.max_record and self.header:  # nothing can be read without it
                yield from document_chunks(chain(head, source), self.max_record, self)
                return
            if b"\n" in block:
                break
        first = b"".join(head)
        mark = first[: len(first) - len(first.removeprefix(BOM.encode()))]
        first = first.removeprefix(mark)
        header = first.decode(encoding, "replace").partition("\n")[0]
        delimiter = self.delimiter or _delimiter(header)
        settled: Delimited | None = None
        pieces = chain([first] if first else [], source)
        escape = self.escape or _escape_of(first, delimiter.encode())
        cut = delimiter.encode()
        for line, data in record_blocks(pieces, size, cut, self.max_record, bool(escape)):
            if settled is None and isinstance(data, Oversized):
                large, mark = Oversized(mark + data), b""
                large.part, large.size, large.last = data.part, data.size, data.last
                yield Chunk(large, line, self)
                if data.last and self.header:
                    raise CutOffError("its header is too large, so it can't be read", b"", 0)
                continue
            if settled is None:
                names = _names(data.decode(encoding, "replace"), delimiter)
                if not self.header:
                    names = [str(number + 1) for number in range(len(names))]
                chosen = self._chosen(names)
                settled = replace(
                    self,
                    keys=tuple(dict.fromkeys(names[i] for i in chosen)),
                    encoding=encoding,
                    delimiter=delimiter,
                    escape=escape,
                    columns=tuple((i, names[i]) for i in sorted(chosen)),
                    note="" if ALL in self.keys else repeated_names(chosen, names),
                )
                data = mark + data if mark else data
            yield Chunk(data, line, settled)

    def _chosen(self, names: list[str]) -> list[int]:
        try:
            return chosen_columns(self.keys, names)
        except FormatError:
            if self.header:
                raise
            raise FormatError(
                f"it has no header, and {len(names)} columns: give the numbers of those with "
                "text, such as --text-key 2"
            ) from None

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts of the chosen columns."""
        converted = "" if self.encoding == "utf-8" else self.encoding
        done = Rewritten(chunk.data, converted=converted or chunk.converted)
        source = chunk.data.decode(self.encoding, "surrogateescape")
        at = len(source) - len(source.removeprefix(BOM)) if chunk.line == 1 else 0
        pieces = [source[:at].encode()]
        line = chunk.line
        header = self.header and line == 1
        if self.note and line == 1:
            done.notes.append(self.note)
        chosen = dict(self.columns)
        match = _field(self.delimiter, self.escape).match
        while at < len(source):
            start, spots = at, []
            column = 0
            while True:
                found = match(source, at)
                if found is None:  # can't be: the third branch matches anything
                    raise FormatError("a record can't be read")
                if column in chosen and found[2] is None:
                    spots.append((found, chosen[column]))
                at = found.end()
                if source.startswith(self.delimiter, at):
                    at += 1
                    column += 1
                    continue
                at = source.find("\n", at) + 1 or len(source)
                break
            record = source[start:at]
            if header:
                header = False
                pieces.append(record.encode("utf-8", "surrogateescape"))  # bytes are as they were
            else:
                done.records += 1
                try:
                    record = self._exchanged(source, start, at, spots, line, visit)
                    done.without += not spots
                except RecordError as fault:
                    done.rejects.append(Reject(line, str(fault), self._raw(record)))
                    record = ""
                pieces.append(record.encode("utf-8", "surrogatepass"))
            line += source.count("\n", start, at)
        done.data = b"".join(pieces)
        return done

    def _raw(self, record: str) -> bytes:
        """Return the bytes that a record was read from."""
        try:
            return record.encode(self.encoding, "surrogateescape")
        except UnicodeError:
            return record.encode("utf-8", "surrogateescape")

    def _exchanged(
        self,
        source: str,
        start: int,
        end: int,
        spots: list[tuple[re.Match[str], str]],
        line: int,
        visit: Visitor,
    ) -> str:
        if found := _ESCAPED.search(source, start, end):
            byte = ord(found[0]) - 0xDC00
            raise RecordError(f"not {self.encoding.upper()}: byte 0x{byte:02x}")
        pieces: list[str] = []
        at = counted = start
        row_start = source.rfind("\n", 0, start) + 1
        for found, key in spots:
            quoted = found[1] is not None
            written = found[1] if quoted else found[3]
            text = self._unquoted(written) if quoted else written
            begin = found.start(1 if quoted else 3)
            if above := source.count("\n", counted, begin):
                line += above
                row_start = source.rfind("\n", counted, begin) + 1
            counted = begin
            escaped = text != written
            new = visit(
                Field(
                    text,
                    line,
                    begin - row_start + 1,
                    key,
                    written if escaped else "",
                    _unit(self.delimiter, self.escape) if escaped else None,
                )
            )
            if new[:1] in _FORMULA and text[:1] not in _FORMULA:
                new = _guarded(new, text)
            if new is text or new == text:
                continue
            written = self._quoted(written, text, new) if quoted else new.replace('"', '""')
            if not quoted and (self.delimiter in new or "\n" in new or new.startswith('"')):
                written = f'"{written}"'
            elif not quoted:
                written = new
            pieces += source[at:begin], written
            at = found.end(1 if quoted else 3)
        pieces.append(source[at:end])
        return "".join(pieces)

    def _unquoted(self, written: str) -> str:
        """Return the text that stands in quotes."""
        if not self.escape or "\\" not in written:
            return written.replace('""', '"')
        units = _unit(self.delimiter, self.escape).findall(written)
        return "".join(unit[-1] for unit in units)

    def _quoted(self, written: str, text: str, new: str) -> str:
        """Return how a new text stands in quotes; what is as it was stays as it is written."""
        if not self.escape:
            return new.replace('"', '""')
        starts = [found.start() for found in _unit(self.delimiter, self.escape).finditer(written)]
        starts.append(len(written))
        put = [
            Replacement(starts[a], starts[b], piece.replace("\\", "\\\\").replace('"', '\\"'))
            for a, b, piece in single_edit(text, new)
        ]
        return splice_text(written, put)


def _guarded(new: str, text: str) -> str:
    """Return a cell that would become a formula with what stood before its sign, or as it was.

    >>> _guarded("=1+1 quả", "\u200b=1+1 qủa")
    '\u200b=1+1 quả'
    """
    at = text.find(new[0])
    return text[:at] + new if at > 0 else text


def _names(data: str, delimiter: str) -> list[str]:
    names, at = [], 0
    match = _field(delimiter, "").match
    while found := match(data, at):
        name = found[1].replace('""', '"') if found[1] is not None else found[2] or found[3] or ""
        names.append(name)
        at = found.end()
        if not data.startswith(delimiter, at):
            break
        at += 1
    return names
