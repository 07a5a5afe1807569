"""Some of the records: the first so many, or a sample that is the same however it is drawn."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from vnclean.engine.plan import InputError
from vnclean.engine.reading import Piece
from vnclean.errors import ConfigError
from vnclean.formats import Chunk
from vnclean.formats.csv_records import single_records
from vnclean.formats.delimited import Delimited
from vnclean.formats.jsonl import JsonLines
from vnclean.formats.parquet import Parquet
from vnclean.formats.text import Text
from vnclean.formats.warc import Warc

__all__ = ["Selection", "records", "select_records"]

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records are wanted: a random `sample` of so many, and at most the first `limit`.

    Whether a record is in the sample depends on its file, its line and the seed alone. Raises
    ConfigError for fewer than none.
    """

    limit: int | None = None
    sample: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name, number in (("limit", self.limit), ("sample", self.sample)):
            if number is not None and number < 0:
                raise ConfigError(f"The {name} is {number}. Give a number, or None for all.")


def records(chunk: Chunk) -> Iterator[tuple[Chunk, bool]]:
    """Cut a chunk into its records; False stands beside what is none (a header, a blank line).

    Raises InputError for a format whose records can't be told apart.

    >>> [(one.data, is_one) for one, is_one in records(Chunk(b"a\\nb", 1, Text(lines=True)))]
    [(b'a\\n', True), (b'b', True)]
    """
    kind: Any = chunk.format
    line = chunk.line
    if isinstance(kind, Warc):
        raise InputError("--sample and --limit can't tell the records of warc apart yet.")
    if isinstance(kind, Parquet):
        for row in range(kind.count(chunk.data)):
            yield replace(chunk, data=kind.rows(chunk.data, [row]), line=line + row), True
    elif isinstance(kind, JsonLines) or (isinstance(kind, Text) and kind.lines):
        for data in _LINE.findall(chunk.data):
            is_one = isinstance(kind, Text) or bool(data.strip(b" \t\r\n\xef\xbb\xbf"))
            yield replace(chunk, data=data, line=line), is_one
            line += 1
    elif isinstance(kind, Delimited):
        for data in single_records(chunk.data, kind.delimiter.encode(), bool(kind.escape)):
            yield replace(chunk, data=data, line=line), line > 1
            line += data.count(b"\n")
    else:
        yield chunk, True  # a document, or a part of a dump


def select_records(stream: Iterator[Piece], selection: Selection | None) -> Iterator[Piece]:
    """Yield the pieces of the records that are wanted, in their order."""
    if selection is not None and selection.sample is not None:
        stream = _draw_sample(stream, selection.sample, selection.seed)
    if selection is not None and selection.limit is not None:
        stream = _first(stream, selection.limit)
    return stream


def _first(stream: Iterable[Piece], limit: int) -> Iterator[Piece]:
    left = limit
    for piece in stream:
        if piece.chunk is None:
            yield piece
            continue
        cut = list(records(piece.chunk))
        if sum(is_one for _, is_one in cut) < left:
            left -= sum(is_one for _, is_one in cut)
            yield piece
            continue
        for one, is_one in cut:
            if is_one and not left:
                break
            left -= is_one
            yield _piece(piece, one)
        yield Piece(piece.task, end=True, read=piece.read)
        return


def _draw_sample(stream: Iterable[Piece], number: int, seed: int) -> Iterator[Piece]:
    """Yield the records with the smallest hashes; holds that many records in memory."""
    heap: list[tuple[int, int, Piece]] = []
    rest: list[tuple[int, Piece]] = []
    order = 0
    seen: set[int] = set()
    for piece in stream:
        if piece.chunk is None:
            rest.append((order, piece))
            order += 1
            continue
        for one, is_one in records(piece.chunk):
            order += 1
            if not is_one:
                if one.data.strip():
                    rest.append((order, _piece(piece, one)))  # a header
                continue
            seen.add(piece.task)
            item = (-_hash(seed, piece.name, one.line), -order, _piece(piece, one))
            if len(heap) < number:
                heapq.heappush(heap, item)
            elif heap and item > heap[0]:
                heapq.heapreplace(heap, item)
    chosen = {piece.task for _, _, piece in heap}
    # A file of which nothing was chosen has no output; one without records stays what it is.
    rest = [
        item
        for item in rest
        if item[1].task in chosen or item[1].task not in seen or item[1].reject
    ]
    found = sorted([(-order, piece) for _, order, piece in heap] + rest, key=lambda item: item[0])
    for _, piece in found:
        yield piece


def _piece(piece: Piece, chunk: Chunk) -> Piece:
    return replace(piece, chunk=chunk, origin=None, size=0)


def _hash(seed: int, name: str, line: int) -> int:
    key = f"{seed} {line} {name}".encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big")
