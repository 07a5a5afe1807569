"""From tasks to a stream of pieces: chunks of files, faults, and ends of files, in order."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from vnclean.engine.atomic_files import file_stamp
from vnclean.engine.plan import Task
from vnclean.engine.unread_bytes import UnreadBytes
from vnclean.errors import FormatError, MissingExtraError
from vnclean.formats import Chunk, FileFormat, Reject
from vnclean.formats.base import MAX_RECORD, Oversized
from vnclean.formats.compression import decompress_blocks
from vnclean.formats.delimited import Delimited
from vnclean.formats.encoding import AUTO, unicode_blocks
from vnclean.formats.jsonl import Json, JsonLines
from vnclean.formats.lines import CutOffError, too_large
from vnclean.formats.places import Place, Url, is_special, size_of
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.text import Text

__all__ = [
    "CHUNK",
    "Origin",
    "Piece",
    "batches",
    "failure",
    "file_blocks",
    "pieces",
    "weight",
]

CHUNK = 1 << 20
"""How many bytes of records are handled at once, at least."""
_VERBATIM = (Text, JsonLines, Json, Delimited, SpanFormat)
"""Formats that leave no byte of a file out of their chunks."""
_FEW = 128
"""How many small files travel together."""


class Origin(NamedTuple):
    """Where the bytes of a chunk stand in a file, and the file's size and time of change."""

    path: Path
    stamp: tuple[int, int]
    offset: int


@dataclass(slots=True)
class Piece:
    """A part of a task: a chunk, or a fault that was met in reading; `end` closes the task."""

    task: int
    chunk: Chunk | None = None
    reject: Reject | None = None
    end: bool = False
    read: int = 0
    """How many bytes of all inputs have been read when this piece was complete."""
    packs: str = ""
    origin: Origin | None = None
    """Where the bytes of the chunk can be read again, just as they are."""
    size: int = 0
    """How many they are, where the chunk came without them."""
    name: str = ""
    """How the task is called."""
    stamp: tuple[int, ...] | None = None
    """At the end of a local file: its `file_stamp` when its reading began."""
    changed: bool = False
    """Whether the file was written to meanwhile."""
    first: bool = False
    """Whether its chunk is the first of the file."""


def pieces(
    tasks: Sequence[Task],
    size: int = CHUNK,
    skip: Callable[[int], int | None] | None = None,
    *,
    keep: bool = False,
    singly: bool = False,
) -> Iterator[Piece]:
    """Read the tasks one after the other; a fault ends its task, never the run.

    `skip` says how many chunks (and faults between them) of a task are not wanted again; None
    means the whole task. `keep` says whether the bytes of rejects go anywhere: of a record that is
    too large to be held there is then a piece for each part. With `singly` each record is a piece
    of its own, as soon as it has been read.
    """
    meter = _Meter()
    for number, task in enumerate(tasks):
        wanted = 0 if skip is None else skip(number)
        if wanted is None:
            meter.pass_over(task)
            continue
        reject = None
        once = task.source is None or is_special(task.source)  # it can't be read again
        left = UnreadBytes() if keep and once else None
        began = file_stamp(task.source) if isinstance(task.source, Path) else None
        first = True
        try:
            stamp, offset, count = _stamp(task), 0, -1
            for chunk in _chunks(task, size, meter, left, singly):
                if left is not None and isinstance(chunk, Chunk):
                    left.passed(len(chunk.data) if _is_verbatim(task, chunk) else None)
                if isinstance(chunk, Chunk) and isinstance(chunk.data, Oversized):
                    offset += len(chunk.data)
                    part, chunk = chunk.data, _left_out(chunk.data, chunk.line, keep)
                    if not keep and not part.last and not chunk.line:
                        raise FormatError(too_large(part.size, "or more, and it is read whole"))
                    if not (keep or part.last):
                        continue
                count += 1
                if isinstance(chunk, Reject):
                    if count >= wanted:
                        yield Piece(number, reject=chunk, read=meter.count, name=task.name)
                    continue
                origin = None
                if stamp and isinstance(task.source, Path) and not chunk.converted:
                    origin = Origin(task.source, stamp, offset)
                    offset += len(chunk.data)
                if count >= wanted:
                    piece = Piece(number, chunk, None, False, meter.count, task.packs, origin)
                    yield replace(piece, name=task.name, first=first)
                first = False
        except CutOffError as error:
            reject = Reject(error.line, str(error), error.rest, error.whole)
        except (FormatError, MissingExtraError) as error:
            reject = Reject(0, str(error), whole=False)
        except IsADirectoryError:
            reject = Reject(0, "it is a folder", whole=False)
        except OSError as error:
            reject = Reject(0, f"it can't be read: {error.strerror or error}", whole=False)
        except Exception as error:  # of a format, or a library: it costs its file, not the run
            reject = Reject(0, failure("reading it", error), whole=False)
        if left is not None and reject is not None and not reject.whole:
            parts = left.rejects(reject)
            reject = next(parts)
            for following in parts:
                yield Piece(number, reject=reject, read=meter.count, name=task.name)
                reject = following
        now = file_stamp(task.source) if began is not None else None  # type: ignore[arg-type]
        # One that was taken away, or replaced by another, was read as it was.
        changed = now is not None and began is not None and now[:2] == began[:2] and now != began
        if changed:
            reject = Reject(0, "it changed while it was read; clean it again", whole=False)
        piece = Piece(number, reject=reject, end=True, read=meter.count, name=task.name)
        yield replace(piece, stamp=began, changed=changed)


def _left_out(part: Oversized, line: int, keep: bool) -> Reject:
    """Return the reject for a part of a record that is too large to be held."""
    reason = too_large(part.size) if part.last else "too large; its bytes go on in the next part"
    if keep:
        return Reject(line, reason, bytes(part), part=part.part, more=not part.last)
    return Reject(line, reason, whole=False)


def failure(what: str, error: Exception) -> str:
    """Return the reason of a reject for an exception that nobody foresaw."""
    if isinstance(error, MemoryError):
        return f"{what} took more memory than there is; --max-record passes over large records"
    return f"{what} failed with {type(error).__name__}: {error}. Please report it."


def _is_verbatim(task: Task, chunk: Chunk) -> bool:
    """Say whether the chunks of a task are the bytes of its file one after the other."""
    return isinstance(task.format, _VERBATIM) and not (task.packed or chunk.converted)


def _stamp(task: Task) -> tuple[int, int] | None:
    """Return size and time of a file whose chunks are its bytes one after the other, else None."""
    if task.packed or not isinstance(task.format, _VERBATIM) or not isinstance(task.source, Path):
        return None
    state = os.stat(task.source)
    return (state.st_size, state.st_mtime_ns) if stat.S_ISREG(state.st_mode) else None


class _Meter:
    def __init__(self) -> None:
        self.count = 0

    def pass_over(self, task: Task) -> None:
        if task.source is not None:
            self.count += size_of(task.source) or 0

    def over(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self.count += len(block)
            yield block


def _chunks(
    task: Task, size: int, meter: _Meter, left: UnreadBytes | None, singly: bool
) -> Iterator[Chunk | Reject]:
    if isinstance(task.format, FileFormat) and task.source is not None and not task.packed:
        if is_special(task.source):
            raise FormatError("its format is no stream: give a file, not a pipe")
        yield from task.format.split_file(task.source, size)
        meter.pass_over(task)
        return
    blocks = file_blocks(task.source, size)
    if singly and not task.packed:
        blocks = _lines(blocks)
    blocks = meter.over(blocks)
    if left is not None:
        blocks = left.over(blocks)
    if task.packed:
        blocks = decompress_blocks(blocks, task.packed)
        blocks = _lines(blocks) if singly else blocks
    kind: Any = task.format
    given = getattr(kind, "encoding", AUTO)
    converted = ""
    if not getattr(kind, "binary", False):
        converted, blocks = unicode_blocks(blocks, given)
    if converted and given != AUTO:
        kind = replace(kind, encoding="utf-8")
    # Standard input is passed on as it comes, so that a filter in a pipe answers at once.
    for chunk in kind.split(blocks, 0 if singly or task.source is None else size):
        yield replace(chunk, converted=converted) if converted else chunk


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield each line of a stream, or the part of it that has come, by itself."""
    for block in blocks:
        at = 0
        while end := block.find(b"\n", at) + 1:
            yield block[at:end]
            at = end
        if at < len(block):
            yield block[at:]


def file_blocks(source: Place | None, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file, or of standard input as they come."""
    if source is None:
        stream = sys.stdin.buffer
        # What is there now; a replaced standard input may lack the method.
        read = getattr(stream, "read1", stream.read)
        while block := read(CHUNK):
            yield block
        return
    with source.open() if isinstance(source, Url) else open(source, "rb", buffering=0) as file:
        if not isinstance(source, Url):
            _refuse_hole(os.fstat(file.fileno()))
        while block := file.read(size):
            yield block


def _refuse_hole(state: os.stat_result) -> None:
    """Raise FormatError for a large file of which next to nothing was ever written."""
    written = getattr(state, "st_blocks", state.st_size) * 512
    if stat.S_ISREG(state.st_mode) and state.st_size > MAX_RECORD and written < state.st_size >> 12:
        raise FormatError(
            f"of its {state.st_size:,} bytes, {written:,} were ever written: the rest is a hole"
        )


def batches(stream: Iterable[Piece], size: int = CHUNK) -> Iterator[list[Piece]]:
    """Gather small pieces, so that a process gets enough to do at once."""
    held: list[Piece] = []
    load = 0
    for piece in stream:
        held.append(piece)
        load += weight([piece])
        if load >= size or len(held) >= _FEW:
            yield held
            held, load = [], 0
    if held:
        yield held


def weight(batch: Sequence[Piece]) -> int:
    """Return how many bytes a batch carries."""
    chunks = sum(len(piece.chunk.data) for piece in batch if piece.chunk)
    return chunks + sum(len(piece.reject.raw) for piece in batch if piece.reject)
