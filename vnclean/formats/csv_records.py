"""Where the records of a table end: they may hold line feeds in quotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from vnclean.caches import cached
from vnclean.formats.base import Oversized
from vnclean.formats.lines import CutOffError, Parts, line_blocks

__all__ = ["record_blocks", "single_records"]


@cached(64)
def _opened(delimiter: bytes, escape: bool) -> re.Pattern[bytes]:
    """Return what finds quoted fields; group 1 is none where one is still open at the end."""
    quoted = rb'[^"\\]*(?:(?:""|\\.)[^"\\]*)*' if escape else b'[^"]*(?:""[^"]*)*'
    start = rb"(?:\A|(?<=[\n%s]))" % re.escape(delimiter)
    return re.compile(start + b'"' + quoted + rb'(?:(")|\\?\Z)', re.S)


class _RecordEnd:
    """Finds where a record ends that comes in parts, as `_whole` does in one that is held."""

    def __init__(self, delimiter: bytes, escape: bool) -> None:
        self._plain, self._quoted = _runs(delimiter, escape)
        self._delimiter = delimiter
        self._state = "start"

    def find(self, data: bytes) -> int:
        """Return the offset behind the line feed that ends the record, 0 if that is yet to come."""
        at = 0
        while at < len(data):
            if self._state == "start" and data[at] == ord('"'):
                self._state, at = "quoted", at + 1
            elif self._state == "quote":  # the end of the field, or the first of two
                self._state = "quoted" if data[at] == ord('"') else "plain"
                at += self._state == "quoted"
            elif self._state == "escaped":  # a backslash was the last that had come
                self._state, at = "quoted", at + 1
            elif self._state == "quoted":
                at = self._quoted.match(data, at).end()  # type: ignore[union-attr]
                if at < len(data):
                    self._state = "escaped" if data[at] == ord("\\") else "quote"
                    at += 1
            else:
                at = self._plain.match(data, at).end()  # type: ignore[union-attr]
                if data[at : at + 1] == b"\n":
                    return at + 1
                ended = data[max(0, at - len(self._delimiter)) : at] == self._delimiter
                self._state = "start" if ended else "plain"
        return 0


@cached(64)
def _runs(delimiter: bytes, escape: bool) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return what matches plain fields, up to one in quotes or the line's end, and quoted text."""
    cut = re.escape(delimiter)
    plain = re.compile(rb"(?:[^\n%s]*+%s(?!\"))*+(?:[^\n%s]*+(?:%s)?)" % ((cut,) * 4))
    return plain, re.compile(rb'(?:[^"\\]++|""|\\.)*+' if escape else rb'(?:[^"]++|"")*+', re.S)


def record_blocks(
    blocks: Iterable[bytes], size: int, delimiter: bytes, most: int, escape: bool = False
) -> Iterator[tuple[int, bytes]]:
    """Yield whole records, which may hold line feeds in quotes, with their first line's number.

    With `escape` a backslash stands before a quote in quotes. One of more than `most` bytes comes
    in parts that are Oversized.
    """
    held, first, wanted = b"", 1, 0
    large: tuple[Parts, _RecordEnd] | None = None
    source: Iterator[tuple[int, bytes]] = line_blocks(blocks, size, most)
    while True:
        try:
            line, block = next(source)
        except StopIteration:
            break
        except CutOffError as error:
            if large is not None:
                yield from ((first, part) for part in large[0].of(error.rest, last=True))
                raise CutOffError(str(error), b"", first) from None
            if not held:
                raise
            raise CutOffError(str(error), held + error.rest, first) from None
        if large is None:
            first = first if held else line
            is_large = isinstance(block, Oversized)
            if not is_large:
                held += block
                if len(held) < wanted and len(held) <= most:
                    continue  # a long one is looked at again when it has doubled: linear in all
            cut = _whole(held, delimiter, escape)
            if cut:
                yield first, held[:cut]
                first += held.count(b"\n", 0, cut)
            held, wanted = held[cut:], 2 * (len(held) - cut)
            if not is_large:
                if len(held) <= most:
                    continue
                block = b""
            large = Parts(), _RecordEnd(delimiter, escape)
            large[1].find(held)
            yield from ((first, part) for part in large[0].of(held))
            held = b""
        cut = large[1].find(block)
        yield from ((first, part) for part in large[0].of(block[: cut or None], last=bool(cut)))
        if cut:
            source = chain([(line + block.count(b"\n", 0, cut), bytes(block[cut:]))], source)
            large, wanted = None, 0
    if large is not None:
        yield from ((first, part) for part in large[0].of(b"", last=True))
    if held:
        cut = _whole(held, delimiter, escape)
        if cut:
            yield first, held[:cut]
            first += held.count(b"\n", 0, cut)
        if cut < len(held):
            raise CutOffError("a quoted field is never closed", held[cut:], first, whole=True)


def single_records(data: bytes, delimiter: bytes, escape: bool = False) -> Iterator[bytes]:
    r"""Yield the records of a block one by one.

    >>> list(single_records(b'1,"a\nb"\n2,c\n', b","))
    [b'1,"a\nb"\n', b'2,c\n']
    """
    held = b""
    for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
        held += line
        if _whole(held, delimiter, escape) == len(held):
            yield held
            held = b""
    if held:
        yield held


def _whole(data: bytes, delimiter: bytes, escape: bool) -> int:
    """Return where the record begins that is still in quotes at the end; the length if none is."""
    if b'"' not in data:
        return len(data)
    cut = at = 0
    for found in _opened(delimiter, escape).finditer(data):
        if newline := data.rfind(b"\n", at, found.start()) + 1:
            cut = newline
        if not found[1]:
            return cut
        at = found.end()
    return len(data)
