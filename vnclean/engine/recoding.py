"""In which encoding the texts of a file are written: the one that they came in, or another."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import NamedTuple

from vnclean.engine.visitor import is_document
from vnclean.formats import Chunk, FileFormat, RecordError, Reject, Rewritten
from vnclean.formats.delimited import Delimited
from vnclean.formats.encoding import (
    AUTO,
    BOM,
    KEEP,
    encode_output,
    output_encoding,
    unicode_blocks,
)

__all__ = ["Written", "decode_written", "narrow_encoding", "recode"]

MARK = BOM.encode()
_UNICODE = ("utf-8", "utf-16", "utf-32")


class Written(NamedTuple):
    """A rewritten chunk as it is written: in which encoding ("": UTF-8), its bytes, and `was`.

    That is the encoding that it had, "" where it has it still.
    """

    encoding: str
    data: bytes
    was: str


def recode(chunk: Chunk, done: Rewritten, wanted: str, *, first: bool, changed: bool) -> Written:
    """Return a rewritten chunk in the encoding of the output; see `output_encoding`.

    `first` says whether it begins its file, `changed` whether a text was. One that can't be
    written so becomes a reject. `done` then holds UTF-8 without the byte order mark.
    """
    kind = chunk.format
    if isinstance(kind, FileFormat) or hasattr(kind, "writes"):
        return Written("", done.data, done.converted)
    read = done.converted or "utf-8"
    if not getattr(kind, "any_encoding", True):
        wanted = "utf-8" if done.converted else KEEP
    target = output_encoding(read, wanted, isinstance(kind, Delimited))
    marked = first and done.data.startswith(MARK)
    if marked and read == "utf-8" and target != "":
        read = "utf-8-sig"
    if first and target != read and (target or wanted not in ("", KEEP)):
        _mark(done, target, marked)
    try:
        if target == read and not (changed or done.rejects or chunk.converted):
            out = chunk.data  # a charset of old may write one letter in several ways
        else:
            out = encode_output(done.data, target or "utf-8")
    except RecordError as fault:
        line = 0 if is_document(kind) else chunk.line
        done.rejects, done.data = [Reject(line, str(fault), chunk.data)], b""
        done.records, done.without = 1, 0
        return Written(target, b"", "")
    written = target or "utf-8"
    if written == read or (not first and {written, read} <= {"utf-8", "utf-8-sig"}):
        return Written(target, out, "")
    done.notes.append(f"was {read}, written as {written}")
    return Written(target, out, read)


def _mark(done: Rewritten, target: str, marked: bool) -> None:
    """Give what begins a file a byte order mark, or take it away, as its new encoding has it."""
    wanted = target == "utf-8-sig" or target.startswith(_UNICODE[1:])
    if wanted and not marked:
        done.data = MARK + done.data
    elif marked and not wanted:
        done.data = done.data.removeprefix(MARK)


def narrow_encoding(chunk: Chunk, wanted: str) -> str:
    """Return the encoding of the output where it is none of Unicode and known by now, else ""."""
    read = chunk.converted or getattr(chunk.format, "encoding", "")
    if not wanted or (wanted == KEEP and read in ("", AUTO)):
        return ""
    target = output_encoding(read, wanted)
    return "" if not target or target.startswith(_UNICODE) else target


def decode_written(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield what was written in an encoding as UTF-8.

    >>> b"".join(decode_written(iter(["đã".encode("tcvn3")]), "tcvn3")).decode()
    'đã'
    """
    if encoding.startswith(_UNICODE[1:]):
        yield from unicode_blocks(blocks, encoding)[1]
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    for data in blocks:
        yield decoder.decode(data).encode()
    yield decoder.decode(b"", final=True).encode()
