"""A zip archive with other names in it; the packed bytes of every entry stay as they are."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from vnclean.engine.atomic_files import open_output
from vnclean.errors import FormatError

__all__ = ["rename_entries"]

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_UTF8 = 0x800
_UNICODE_NAME = 0x7075
"""The extra field that says a name once more, in UTF-8 (Info-ZIP)."""
_WIDE = 0xFFFFFFFF


def rename_entries(archive: Path, copy: Path, names: Mapping[int, str]) -> None:
    """Write an archive with new names, by number of the entry; as it was, it is kept as `copy`.

    Raises FormatError where the archive is damaged, of 4 GB and more or `copy` exists, and leaves
    it as it is then.
    """
    from zipfile import BadZipFile, ZipFile

    if os.path.lexists(copy):
        raise FormatError(f"there is {copy.name!r} already")
    try:
        with ZipFile(archive) as zipped:
            infos, start, comment = zipped.infolist(), zipped.start_dir, zipped.comment
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise FormatError(f"the archive can't be read: {error}") from None
    scratch = archive.with_name(archive.name + ".vnclean-names")
    with archive.open("rb") as source:
        with open_output(scratch) as target:
            _write(source, target.stream, infos, start, names, comment)
        shutil.copystat(archive, scratch)
    try:
        os.link(archive, copy)
    except OSError:
        os.rename(archive, copy)
    os.replace(scratch, archive)


def _write(
    source: BinaryIO,
    target: BinaryIO,
    infos: list[Any],
    start: int,
    names: Mapping[int, str],
    comment: bytes,
) -> None:
    order = sorted(range(len(infos)), key=lambda n: infos[n].header_offset)
    ends = [*(infos[n].header_offset for n in order[1:]), start][-len(order) :] if order else []
    moved: dict[int, int] = {}
    source.seek(0)
    if order:
        _copy(source, target, infos[order[0]].header_offset)
    for n, end in zip(order, ends, strict=True):
        source.seek(infos[n].header_offset)
        head = source.read(30)
        if head[:4] != _LOCAL:
            raise FormatError("the archive is damaged: an entry has no header")
        name_size, extra_size = struct.unpack("<HH", head[26:30])
        name, extra = source.read(name_size), source.read(extra_size)
        moved[n] = target.tell()
        if n in names:
            head, name, extra = _renamed(head, 6, 26, extra, names[n])
        target.write(head + name + extra)
        _copy(source, target, end - source.tell())
    directory = target.tell()
    source.seek(start)
    for n in range(len(infos)):
        head = source.read(46)
        if head[:4] != _CENTRAL:
            raise FormatError("the archive's directory is damaged")
        sizes = struct.unpack("<HHH", head[28:34])
        name, extra, note = (source.read(size) for size in sizes)
        if n in names:
            head, name, extra = _renamed(head, 8, 28, extra, names[n])
        if moved[n] >= _WIDE or struct.unpack("<I", head[42:46])[0] == _WIDE:
            raise FormatError("archives of 4 GB and more are left as they are")
        target.write(head[:42] + struct.pack("<I", moved[n]) + name + extra + note)
    size = target.tell() - directory
    counts = (len(infos), len(infos), size, directory, len(comment))
    if max(counts) >= _WIDE or len(infos) > 0xFFFE:
        raise FormatError("archives of 4 GB and more are left as they are")
    target.write(_END + struct.pack("<HHHHIIH", 0, 0, *counts) + comment)


def _renamed(
    head: bytes, flags_at: int, sizes_at: int, extra: bytes, new: str
) -> tuple[bytes, bytes, bytes]:
    """Return a header, a name and the extra fields with another name, which is UTF-8."""
    name = new.encode()
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[at : at + 4])
        if kind != _UNICODE_NAME:
            kept += extra[at : at + 4 + size]
        at += 4 + size
    kept += extra[at:]
    out = bytearray(head)
    flags = struct.unpack("<H", head[flags_at : flags_at + 2])[0] | _UTF8
    out[flags_at : flags_at + 2] = struct.pack("<H", flags)
    out[sizes_at : sizes_at + 4] = struct.pack("<HH", len(name), len(kept))
    return bytes(out), name, kept


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    if size < 0:
        raise FormatError("the archive is damaged: its entries overlap")
    while size > 0 and (data := source.read(min(size, 1 << 20))):
        target.write(data)
        size -= len(data)
