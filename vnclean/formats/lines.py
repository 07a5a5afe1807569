"""Cutting streams at line feeds, and only there: U+0085 may be a byte of a Vietnamese letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vnclean.errors import FormatError
from vnclean.formats.base import MAX_RECORD, Oversized

__all__ = ["CutOffError", "join_document", "line_blocks", "too_large"]


class CutOffError(FormatError):
    """A stream broke off; `rest` is the unfinished record before the break, `line` its line.

    Where `rest` is all that is left of the stream, it is `whole`.
    """

    def __init__(self, reason: str, rest: bytes, line: int, whole: bool = False) -> None:
        super().__init__(reason)
        self.rest = rest
        self.line = line
        self.whole = whole


def join_document(blocks: Iterable[bytes], most: int) -> bytes:
    """Return a document that is read whole; raises FormatError where it has more bytes than that.

    >>> join_document([b"a", b"b"], 2)
    b'ab'
    """
    held, length = [], 0
    for block in blocks:
        held.append(block)
        length += len(block)
        if length > most:
            raise FormatError(too_large(length, "or more, and it is read whole"))
    return b"".join(held)


def too_large(size: int, more: str = "in all") -> str:
    """Return why a record of a size was left out."""
    return f"too large: {size:,} bytes {more}; --max-record allows more"


def line_blocks(
    blocks: Iterable[bytes], size: int, most: int = MAX_RECORD
) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines in blocks of at least `size` bytes, each with its first line's number.

    A last line without line feed is yielded as it is. Linear also where one line fills many
    blocks; for one of more than `most` bytes, which are not held, Oversized is yielded. Raises
    CutOffError where the stream breaks off, after all whole lines have been yielded.

    >>> list(line_blocks([b"a\\nb", b"c\\n", b"d"], 1))
    [(1, b'a\\n'), (2, b'bc\\n'), (3, b'd')]
    """
    held: list[bytes] = []
    length = dropped = 0
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
            if dropped:
                yield line, Oversized.of(dropped)
            raise CutOffError(str(error), data[cut:], line) from None
        if block is None:
            break
        if dropped:
            cut = block.find(b"\n") + 1
            dropped += cut or len(block)
            if not cut:
                continue
            yield line, Oversized.of(dropped)
            line, dropped, block = line + 1, 0, block[cut:]
        held.append(block)
        length += len(block)
        if length < size:
            continue
        cut = block.rfind(b"\n") + 1
        if not cut:
            if length > most and not any(b"\n" in part for part in held):
                dropped, held, length = length, [], 0
            continue
        held[-1] = block[:cut]
        data = b"".join(held)
        yield from _within(line, data, most)
        line += data.count(b"\n")
        held = [block[cut:]] if cut < len(block) else []
        length = len(block) - cut
    if dropped:
        yield line, Oversized.of(dropped)
    elif held:
        yield from _within(line, b"".join(held), most)


def _within(line: int, data: bytes, most: int) -> Iterator[tuple[int, bytes]]:
    """Yield a block of lines, without those of more than `most` bytes."""
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
        yield number, Oversized.of(len(row))
    if held:
        yield line + data.count(b"\n") + (not data.endswith(b"\n")) - len(held), b"".join(held)


def _rows(data: bytes) -> Iterator[bytes]:
    """Yield lines with their line feeds."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        yield data[at:end]
        at = end
