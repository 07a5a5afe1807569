"""What a format is: it cuts bytes into chunks, and rewrites the texts of a chunk."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, BinaryIO, ClassVar, NamedTuple, Protocol, runtime_checkable

from vnclean.errors import FormatError
from vnclean.formats.places import Place

__all__ = [
    "MAX_RECORD",
    "Adding",
    "Chunk",
    "Edited",
    "Field",
    "FileFormat",
    "FileWriter",
    "Format",
    "Oversized",
    "RecordError",
    "Reject",
    "Rewritten",
    "Visitor",
]


MAX_RECORD = 256 << 20
"""Bytes of a record, or of a document that is read whole, above which it is not read: cleaning one
takes some ten times as much memory."""


class RecordError(FormatError):
    """One record can't be handled; it goes to the rejects, the rest goes on."""


class Reject(NamedTuple):
    """A record that was left out of the output: its line (from 1; 0: no line), why, its bytes.

    Where the bytes are not `whole`, the input alone holds what was left out. Of a record that is
    too large to be held it is a `part`, counted from 1; where there is `more`, another follows.
    """

    line: int
    reason: str
    raw: bytes = b""
    whole: bool = True
    part: int = 0
    more: bool = False


class Oversized(bytes):
    """Some bytes of a record that is too large to be held; they follow each other.

    `part` counts them from 1, `size` is that of the record as far as it has come, and the record
    ends with the `last`, which may be empty.
    """

    part = 1
    size = 0
    last = False


@dataclass(frozen=True, slots=True)
class Field:
    """A text inside a file, and where it stands there.

    `line` and `column` (both from 1, columns in characters) say where its first character is
    written. `source` is how it is written where that differs from the text itself (escapes);
    every match of `unit` in it writes one character. `record` is the number of the record (from
    1), where the format counts them. `origin` is what it was taken from: "text", "page" (HTML,
    whose furniture is gone already) or "markdown"; `address` is where a page was found.

    A text may be written in pieces that lie apart. `joints` are the spans of what stands between
    two of them in the text, often empty; no edit may change one that is not. `anchors` tell of each
    piece where it begins: its offset in the text, its line and column. `charsets` are spans of the
    text with the legacy charset that they are known to be in, by their font, say. `layout` are
    spans of blanks at the edges of what stands inside something else; they stay.
    """

    text: str
    line: int = 1
    column: int = 1
    key: str = ""
    source: str = ""
    unit: re.Pattern[str] | None = None
    record: int = 0
    origin: str = "text"
    address: str = ""
    joints: tuple[tuple[int, int], ...] = ()
    anchors: tuple[tuple[int, int, int], ...] = ()
    charsets: tuple[tuple[int, int, str], ...] = ()
    layout: tuple[tuple[int, int], ...] = ()

    def positions(self, offsets: Sequence[int]) -> list[tuple[int, int]]:
        """Return line and column of ascending character offsets of the text; one pass.

        >>> Field("một\\nhai", line=3, column=5).positions([1, 4])
        [(3, 6), (4, 1)]
        """
        if self.anchors:
            return [self._place(offset) for offset in offsets]
        written, places = self.text, list(offsets)
        if self.unit is not None and self.source and places:
            written = self.source
            ends = [0]
            for match in self.unit.finditer(written):
                ends.append(match.end())
                if len(ends) > places[-1]:
                    break
            places = [ends[min(place, len(ends) - 1)] for place in places]
        found = []
        line, start, shift = self.line, 0, self.column
        for place in places:
            while (newline := written.find("\n", start, place)) >= 0:
                line, start, shift = line + 1, newline + 1, 1
            found.append((line, place - start + shift))
        return found

    def _place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset of a text in pieces; escapes count as they read."""
        number = bisect_right(self.anchors, offset, key=itemgetter(0)) - 1
        start, line, column = self.anchors[max(0, number)]
        if newlines := self.text.count("\n", start, offset):
            return line + newlines, offset - self.text.rfind("\n", start, offset)
        return line, offset - start + column


class Edited(str):
    """A new text that knows its edits: start, end, replacement, on the text that it was made of."""

    __slots__ = ("edits",)

    edits: Sequence[tuple[Any, ...]]

    def __new__(cls, text: str, edits: Sequence[tuple[Any, ...]]) -> Edited:
        """Return the text with its edits, which are sorted and do not overlap."""
        made = super().__new__(cls, text)
        made.edits = edits
        return made


Visitor = Callable[[Field], str]
"""Is given every text of a chunk and returns what shall stand in its place; of one that has joints
an `Edited` text tells exactly what became of each piece."""


@runtime_checkable
class Adding(Protocol):
    """A visitor that also has fields to add to a record, once all its texts have been visited."""

    def __call__(self, field: Field) -> str:
        """Return what shall stand in the place of a text."""
        ...

    def additions(self) -> dict[str, Any]:
        """Return fields for the record whose texts were visited last; formats may ignore them."""
        ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole records of a file: their bytes, the line they begin at, and how to read them."""

    data: bytes
    line: int
    format: Format
    converted: str = ""
    """The encoding the bytes were converted from, where they were not UTF-8 in the file."""


@dataclass(slots=True)
class Rewritten:
    """A chunk with its texts exchanged."""

    data: bytes
    rejects: list[Reject] = field(default_factory=list)
    records: int = 0
    without: int = 0
    """How many records have no text that was asked for."""
    converted: str = ""
    notes: list[str] = field(default_factory=list)
    """What is to be said of the file, once; no fault."""


class Format(Protocol):
    """How a kind of file is cut and rewritten; a frozen, picklable value.

    All text formats are UTF-8 on the way out; the bytes may then be put into another encoding,
    unless the format has an attribute `any_encoding` that is false. Rewriting with a visitor that
    returns each text as it is must give the very same bytes back.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Cut a stream of bytes into chunks of whole records, about `size` bytes each.

        Size 0 means that nothing may be held back: someone waits at the other end of a pipe.
        Where the cuts fall depends on the blocks and the size alone.
        """
        ...

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Return the chunk with each text exchanged for what the visitor returns."""
        ...


class FileWriter(Protocol):
    """Puts rewritten chunks together where they can't simply be written one behind the other."""

    def write(self, data: bytes) -> None:
        """Take the next chunk."""
        ...

    def close(self) -> None:
        """Write what must stand at the end."""
        ...


@runtime_checkable
class FileFormat(Format, Protocol):
    """A format whose files are no streams: they are opened, and put together again, as files."""

    def split_file(self, path: Place, size: int) -> Iterator[Chunk | Reject]:
        """Cut a file into chunks of about `size` bytes; a reject stands for a damaged part."""
        ...

    def writer(self, target: BinaryIO, source: Place) -> FileWriter:
        """Return what writes chunks of `source` to `target`."""
        ...
