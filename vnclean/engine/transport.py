"""What travels between processes: places in files instead of bytes, patches instead of bytes.

A chunk of a plain local file is read again by the process that works on it, and comes back as what
differs. Sending the bytes there and back would cost more than reading them.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from vnclean.engine.byte_diff import Splice
from vnclean.engine.parallel import SendWholeError, map_in_order
from vnclean.engine.reading import Origin, Piece, weight

__all__ = ["Work", "make_patches", "run_in_processes"]

Out = TypeVar("Out")

_SMALL = 64 << 10
"""Fewer bytes are sent as they are."""


def make_patches(old: bytes, new: bytes) -> list[Splice] | None:
    r"""Return the lines that differ, neighbours together; None where that is no gain.

    >>> make_patches(b"a\nbc\nd\n", b"a\nBC!\nd\n")
    [Splice(start=2, end=4, data=b'BC!')]
    """
    before, after = old.split(b"\n"), new.split(b"\n")
    if len(before) != len(after):
        return None
    found: list[Splice] = []
    at = size = 0
    for left, right in zip(before, after, strict=True):
        if left != right:
            if found and found[-1].end == at - 1:
                last = found[-1]
                found[-1] = Splice(last.start, at + len(left), last.data + b"\n" + right)
            else:
                found.append(Splice(at, at + len(left), right))
            size += len(right)
            if size * 2 > len(new):
                return None
        at += len(left) + 1
    return found


def run_in_processes(
    work: Work[Out], stream: Iterable[list[Piece]], jobs: int
) -> Generator[tuple[list[Piece], list[Out]], None, None]:
    """Yield every batch with its outcomes, in order; the work is done by so many processes."""
    if jobs <= 1:
        return map_in_order(work, stream, jobs, weight)
    return map_in_order(_ReferenceSender(work), stream, jobs, weight, _as_reference)


def _as_reference(batch: Sequence[Piece]) -> list[Piece]:
    """Return a batch without the bytes that another process can read for itself, or has no use of.

    That is what was left out already.
    """
    return [
        replace(piece, chunk=replace(piece.chunk, data=b""), size=len(piece.chunk.data))
        if piece.origin is not None and piece.chunk and len(piece.chunk.data) >= _SMALL
        else replace(piece, reject=piece.reject._replace(raw=b""))
        if piece.reject is not None and len(piece.reject.raw) >= _SMALL
        else piece
        for piece in batch
    ]


class _Files:
    """The one file that a process reads from at the moment."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._stamp = (0, 0)
        self._descriptor = -1

    def read(self, origin: Origin, size: int) -> bytes:
        """Return bytes of a file; raises SendWholeError where it is not the same any more."""
        try:
            if self._path != origin.path or self._stamp != origin.stamp:
                self._open(origin)
            data = os.pread(self._descriptor, size, origin.offset)
        except OSError:
            raise SendWholeError from None
        if len(data) != size:
            raise SendWholeError
        return data

    def _open(self, origin: Origin) -> None:
        if self._descriptor >= 0:
            self._path = None
            os.close(self._descriptor)
            self._descriptor = -1
        self._descriptor = os.open(origin.path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        state = os.fstat(self._descriptor)
        if (state.st_size, state.st_mtime_ns) != origin.stamp:
            raise SendWholeError
        self._path, self._stamp = origin.path, origin.stamp


_files = _Files()


class Work(Protocol[Out]):
    """What is done to batches of pieces."""

    def __call__(self, batch: Sequence[Piece]) -> list[Out]:
        """Return an outcome for every piece."""
        ...

    def to_transport(self, piece: Piece, outcome: Out) -> Out:
        """Return an outcome as it is to travel."""
        ...


@dataclass(frozen=True)
class _ReferenceSender(Generic[Out]):
    """Work in another process: fetches the bytes that were only referred to."""

    work: Work[Out]

    def __call__(self, batch: Sequence[Piece]) -> list[Out]:
        """Fetch, work, and make the outcomes light."""
        whole = [_fetch(piece) for piece in batch]
        done = self.work(whole)
        return [self.work.to_transport(piece, out) for piece, out in zip(whole, done, strict=True)]


def _fetch(piece: Piece) -> Piece:
    if not piece.size or piece.origin is None or piece.chunk is None:
        return piece
    data = _files.read(piece.origin, piece.size)
    return replace(piece, chunk=replace(piece.chunk, data=data), size=0)
