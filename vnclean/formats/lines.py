"""Cutting streams at line feeds, and only there: U+0085 may be a byte of a Vietnamese letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vnclean.errors import FormatError
from vnclean.formats.base import MAX_RECORD, Chunk, Format, Oversized

__all__ = ["CutOffError", "Parts", "document_chunks", "line_blocks", "too_large"]

_PART = 1 << 20


class CutOffError(FormatError):
    """A stream broke off; `rest` is the unfinished record before the break, `line` its line.

    Where `rest` is all that is left of the stream, it is `whole`.
    """

    def __init__(self, reason: str, rest: bytes, line: int, whole: bool = False) -> None:
        super().__init__(reason)
        self.rest = rest
        self.line = line
        self.whole = whole


class Parts:
    """Hands on a record that is too large to be held, in parts of a mebibyte at most.

    >>> parts = Parts()
    >>> found = [*parts.of(b"ab"), *parts.of(b"c", last=True)]
    >>> [(bytes(part), part.part, part.size, part.last) for part in found]
    [(b'ab', 1, 2, False), (b'c', 2, 3, True)]
    """

    def __init__(self) -> None:
        self._count = self._size = 0

    def of(self, data: bytes, last: bool = False) -> Iterator[Oversized]:
        """Yield bytes of the record; an empty part where they are the `last` and none are left."""
        for at in range(0, max(len(data), last), _PART):
            part = Oversized(data[at : at + _PART])
            self._count += 1
            self._size += len(part)
            part.part, part.size = self._count, self._size
            part.last = last and at + _PART >= len(data)
            yield part


def document_chunks(blocks: Iterable[bytes], most: int, kind: Format) -> Iterator[Chunk]:
    """Yield a document that is read whole; in parts, on line 0, where it has more bytes than that.

    Raises CutOffError where the stream breaks off.

    >>> from vnclean.formats.text import Text
    >>> [chunk.data for chunk in document_chunks([b"a", b"b"], 2, Text())]
    [b'ab']
    """
    held: list[bytes] = []
    length = 0
    large = Parts()
    source = iter(blocks)
    while True:
        try:
            block = next(source, None)
        except FormatError as error:
            raise CutOffError(str(error), b"".join(held), 0) from None
        if block is None:
            break
        held.append(block)
        length += len(block)
        if length > most:
            yield from (Chunk(part, 0, kind) for data in held[:-1] for part in large.of(data))
            del held[:-1]
    if length > most:
        yield from (Chunk(part, 0, kind) for part in large.of(held[0], last=True))
    else:
        yield Chunk(b"".join(held), 1, kind)


def too_large(size: int, more: str = "in all") -> str:
    """Return why a record of a size was left out."""
    return f"too large: {size:,} bytes {more}; --max-record allows more"


def line_blocks(
    blocks: Iterable[bytes], size: int, most: int = MAX_RECORD
) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines in blocks of at least `size` bytes, each with its first line's number.

    A last line without line feed is yielded as it is. Linear also where one line fills many
    blocks; one of more than `most` bytes, which are not held, comes in parts that are Oversized.
    Raises CutOffError where the stream breaks off, after all whole lines have been yielded.

    >>> list(line_blocks([b"a\\nb", b"c\\n", b"d"], 1))
    [(1, b'a\\n'), (2, b'bc\\n'), (3, b'd')]
    """
    held: list[bytes] = []
    length = 0
    large: Parts | None = None
    line = 1
    source = iter(blocks)
    while True:
        try:
            block = next(source, None)
        except FormatError as error:
            data = b"".join(held)
            cut = data.rfind(b"\n") + 1
            if cut:
                yield from _within(line, data[:cut], most)
                line += data.count(b"\n")
            if large is not None:
                yield from ((line, part) for part in large.of(b"", last=True))
            raise CutOffError(str(error), data[cut:], line) from None
        if block is None:
            break
        if large is not None:
            cut = block.find(b"\n") + 1
            data = block[: cut or None]
            yield from ((line, part) for part in large.of(data, last=bool(cut)))
            if not cut:
                continue
            line, large, block = line + 1, None, block[cut:]
        held.append(block)
        length += len(block)
        if length < size:
            continue
        cut = block.rfind(b"\n") + 1
        if not cut:
            if length > most and not any(b"\n" in part for part in held):
                large = Parts()
                for data in held:
                    yield from ((line, part) for part in large.of(data))
                held, length = [], 0
            continue
        held[-1] = block[:cut]
        data = b"".join(held)
        yield from _within(line, data, most)
        line += data.count(b"\n")
        held = [block[cut:]] if cut < len(block) else []
        length = len(block) - cut
    if large is not None:
        yield from ((line, part) for part in large.of(b"", last=True))
    elif held:
        yield from _within(line, b"".join(held), most)


def _within(line: int, data: bytes, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield a block of lines, those of more than `most` bytes in parts."""
    if len(data) <= most:
        if data:
            yield line, data
        return
    held: list[bytes] = []
    for number, row in enumerate(_rows(data), line):
        if len(row) <= most:
            held.append(row)
            continue
        if held:
            yield number - len(held), b"".join(held)
            held = []
        yield from ((number, part) for part in Parts().of(row, last=True))
    if held:
        yield line + data.count(b"\n") + (not data.endswith(b"\n")) - len(held), b"".join(held)


def _rows(data: bytes) -> Iterator[bytes]:
    """Yield lines with their line feeds."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        yield data[at:end]
        at = end
