"""A zip archive as bytes: its entries read within limits, some exchanged, all others as they were.

The layout is that of PKWARE's APPNOTE 6.3. `zipfile` reads the directory; what it can't do is write
an archive anew in which entries keep their compressed bytes, so that is done here.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from vnclean.formats.base import MAX_RECORD, RecordError

__all__ = ["ZipArchive"]

_STORED, _DEFLATED = 0, 8
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_SIZE, _CENTRAL_SIZE = 30, 46
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_WIDE = 0xFFFFFFFF
_ZIP64 = 1
"""The kind of extra field that holds sizes and offsets of 64 bits."""
_MAX_ENTRIES = 65_535
_MAX_RATIO = 200
"""An archive that unpacks to more than this times its size, and to more than `_MODEST` bytes, is
refused: XML packs to a tenth or a twentieth, deflate can't do better than a thousandth."""
_MODEST = 64 << 20


class ZipArchive:
    """The entries of a zip archive; raises RecordError, with the reason, for what can't be trusted.

    Refused are archives that are damaged, encrypted or split, that have two entries of one name,
    entries that overlap, names that lead out of a folder, or far more in them than they take.
    `most` is how many bytes an entry may have.
    """

    def __init__(self, data: bytes, most: int = 4 * MAX_RECORD) -> None:
        from zipfile import BadZipFile, ZipFile

        self._data, self._most = data, most
        try:
            self._file = ZipFile(BytesIO(data))
            entries = self._file.infolist()
        except (BadZipFile, EOFError, ValueError, NotImplementedError, struct.error) as error:
            raise RecordError(f"it is no zip archive, or a damaged one: {error}") from None
        self._check(entries)
        self._entries = {entry.filename: entry for entry in entries}

    @property
    def names(self) -> list[str]:
        """The names of the entries, in the order of the directory."""
        return list(self._entries)

    def _check(self, entries: list[Any]) -> None:
        if len(entries) > _MAX_ENTRIES:
            raise RecordError(f"it has {len(entries):,} entries, which is too many")
        whole = sum(entry.file_size for entry in entries)
        if whole > max(_MODEST, _MAX_RATIO * len(self._data)):
            raise RecordError(
                f"its {len(self._data):,} bytes would unpack to {whole:,}: that is a zip bomb"
            )
        seen: set[str] = set()
        for entry in entries:
            name = entry.filename
            if entry.flag_bits & _ENCRYPTED:
                raise RecordError(f"it is encrypted ({name}): save it without a password")
            parts = name.replace("\\", "/").split("/")
            if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
                raise RecordError(f"it has an entry that leads out of its folder: {name!r}")
            if name in seen:
                raise RecordError(f"it has two entries named {name!r}")
            seen.add(name)
        at = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < at:
                raise RecordError(f"its entries overlap ({entry.filename})")
            at = self._bounds(entry)[1]

    def _bounds(self, entry: Any) -> tuple[int, int]:
        """Return where the packed bytes of an entry begin and end; checks its own header."""
        at = entry.header_offset
        head = self._data[at : at + _LOCAL_SIZE]
        if len(head) < _LOCAL_SIZE or head[:4] != _LOCAL:
            raise RecordError(f"its entry {entry.filename!r} has no header")
        name, extra = struct.unpack("<HH", head[26:30])
        begin = at + _LOCAL_SIZE + name + extra
        end = begin + entry.compress_size
        if end > len(self._data):
            raise RecordError(f"its entry {entry.filename!r} is cut off")
        return begin, end

    def read(self, name: str) -> bytes:
        """Return the bytes of an entry; raises RecordError where they are damaged or too many."""
        entry = self._entries[name]
        begin, end = self._bounds(entry)
        packed = self._data[begin:end]
        if entry.compress_type == _STORED:
            found = packed
        elif entry.compress_type == _DEFLATED:
            found = self._inflated(name, packed, entry.file_size)
        else:
            raise RecordError(f"its entry {name!r} is packed in a way that is not known")
        if len(found) != entry.file_size or zlib.crc32(found) != entry.CRC:
            raise RecordError(f"its entry {name!r} is damaged: its checksum is another")
        return found

    def _inflated(self, name: str, packed: bytes, size: int) -> bytes:
        if size > self._most:
            raise RecordError(f"its entry {name!r} has {size:,} bytes, which is too many")
        inflate = zlib.decompressobj(-15)
        try:
            return inflate.decompress(packed, size + 1)
        except zlib.error as error:
            raise RecordError(f"its entry {name!r} is damaged: {error}") from None

    def with_entries(self, changed: Mapping[str, bytes]) -> bytes:
        """Return the archive with some entries exchanged; the same object where none is given.

        All others keep their packed bytes, headers, order, times and attributes.
        """
        if not changed:
            return self._data
        pieces: list[bytes | memoryview] = []
        view = memoryview(self._data)
        moved: dict[str, int] = {}
        sizes: dict[str, tuple[int, int, int]] = {}
        at = out = 0
        entries = sorted(self._entries.values(), key=lambda entry: entry.header_offset)
        starts = [entry.header_offset for entry in entries[1:]] + [self._directory()]
        for entry, following in zip(entries, starts, strict=True):
            pieces.append(view[at : entry.header_offset])
            out += entry.header_offset - at
            moved[entry.filename] = out
            at = entry.header_offset
            if entry.filename in changed:
                new, sizes[entry.filename] = self._packed(entry, changed[entry.filename])
                pieces.append(new)
                out += len(new)
                at = self._behind(entry, following)
        pieces.append(view[at : self._directory()])
        out += self._directory() - at
        directory = self._new_directory(moved, sizes)
        return b"".join([*pieces, directory, self._new_end(out, len(directory))])

    def _directory(self) -> int:
        return int(self._file.start_dir)

    def _behind(self, entry: Any, following: int) -> int:
        """Return where an entry ends, what tells its sizes behind its bytes included."""
        end = self._bounds(entry)[1]
        if entry.flag_bits & _SIZES_FOLLOW:
            for size in (16, 24, 12, 20):
                tail = self._data[end : end + size]
                if size in (16, 24) and tail[:4] != b"PK\x07\x08":
                    continue
                tail = tail[4:] if size in (16, 24) else tail
                if end + size <= following and tail[:4] == struct.pack("<I", entry.CRC):
                    return end + size
        return end

    def _packed(self, entry: Any, data: bytes) -> tuple[bytes, tuple[int, int, int]]:
        """Return an entry with other bytes, and its checksum and sizes, packed and not."""
        packed = data
        if entry.compress_type == _DEFLATED:
            deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
            packed = deflate.compress(data) + deflate.flush()
        at = entry.header_offset
        head = bytearray(self._data[at : self._bounds(entry)[0]])
        name = struct.unpack("<H", head[26:28])[0]
        fields = _without_zip64(bytes(head[_LOCAL_SIZE + name :]))
        flags = struct.unpack("<H", head[6:8])[0] & ~_SIZES_FOLLOW
        told = zlib.crc32(data), len(packed), len(data)
        if max(told[1:]) >= _WIDE:
            raise RecordError(f"its entry {entry.filename!r} has become too large")
        head[6:8] = struct.pack("<H", flags)
        head[14:30] = struct.pack("<IIIHH", *told, name, len(fields))
        return bytes(head[: _LOCAL_SIZE + name]) + fields + packed, told

    def _new_directory(
        self, moved: Mapping[str, int], sizes: Mapping[str, tuple[int, int, int]]
    ) -> bytes:
        rows: list[bytes] = []
        at = self._directory()
        for name in self._entries:
            head = bytearray(self._data[at : at + _CENTRAL_SIZE])
            if head[:4] != _CENTRAL:
                raise RecordError("its directory is damaged")
            lengths = struct.unpack("<HHH", head[28:34])
            tail = self._data[at + _CENTRAL_SIZE : at + _CENTRAL_SIZE + sum(lengths)]
            at += _CENTRAL_SIZE + sum(lengths)
            wide = _WIDE in struct.unpack("<II", head[20:28]) + struct.unpack("<I", head[42:46])
            if moved[name] >= _WIDE or (wide and name not in sizes):
                raise RecordError("it is a zip64 archive with entries of 4 GB and more")
            if name in sizes:
                flags = struct.unpack("<H", head[8:10])[0] & ~_SIZES_FOLLOW
                head[8:10] = struct.pack("<H", flags)
                head[16:28] = struct.pack("<III", *sizes[name])
                fields = _without_zip64(tail[lengths[0] : lengths[0] + lengths[1]])
                head[30:32] = struct.pack("<H", len(fields))
                tail = tail[: lengths[0]] + fields + tail[lengths[0] + lengths[1] :]
            head[42:46] = struct.pack("<I", moved[name])
            rows.append(bytes(head) + tail)
        self._tail = at
        return b"".join(rows)

    def _new_end(self, directory: int, size: int) -> bytes:
        """Return what stands behind the directory, with where that begins now and its size."""
        tail = bytearray(self._data[self._tail :])
        end = tail.rfind(_END)
        if end < 0 or directory + size >= _WIDE:
            raise RecordError("its directory is damaged, or too large")
        del tail[:end]  # a directory of zip64, which nothing needs any more, goes
        tail[8:20] = struct.pack("<HHII", len(self._entries), len(self._entries), size, directory)
        return bytes(tail)


def _without_zip64(fields: bytes) -> bytes:
    """Return extra fields without the one that holds sizes of 64 bits."""
    kept: list[bytes] = []
    at = 0
    while at + 4 <= len(fields):
        kind, size = struct.unpack("<HH", fields[at : at + 4])
        if kind != _ZIP64:
            kept.append(fields[at : at + 4 + size])
        at += 4 + size
    kept.append(fields[at:])
    return b"".join(kept)
