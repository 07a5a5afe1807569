"""What the pages of a Parquet column take in memory: their headers, without what they hold.

Source: parquet.thrift of the Parquet format, in Thrift's compact protocol.
"""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple

__all__ = ["ColumnPages", "column_pages"]

_HEADER, _LONGEST_HEADER = 4 << 10, 16 << 20
"""How many bytes of a page are read for its header; the bounds of minima and maxima may be long."""
_BINARY, _LISTS, _STRUCT = 8, (9, 10), 12
_DICTIONARY_PAGE = 2


class ColumnPages(NamedTuple):
    """The pages of a column in a row group: bytes once unpacked, and how many values they hold."""

    dictionary: int = 0
    largest: int = 0
    total: int = 0
    values: int = 0

    @property
    def held(self) -> int:
        """How many bytes are held to read a value."""
        return self.dictionary + self.largest


def column_pages(file: BinaryIO, start: int, length: int) -> ColumnPages:
    """Return what the headers of the pages between `start` and `start + length` announce.

    What reads the pages takes as much memory as they say, whatever the end of the file says.
    Where a header can't be read, what comes before it counts: the pages behind it can't be read
    either.
    """
    dictionary = largest = total = values = 0
    at, end = start, start + length
    while at < end:
        file.seek(at)
        data = file.read(min(_HEADER, end - at))
        try:
            head, size = _struct(data, 0)
        except (IndexError, RecursionError):
            data += file.read(min(_LONGEST_HEADER, max(0, end - at - len(data))))
            try:
                head, size = _struct(data, 0)
            except (IndexError, RecursionError):
                break
        kind, unpacked, packed = head.get(1), head.get(2, 0), head.get(3, -1)
        if unpacked < 0 or packed < 0:
            break
        if kind == _DICTIONARY_PAGE:
            dictionary = max(dictionary, unpacked)
        else:
            largest = max(largest, unpacked)
            values += (head.get(5) or head.get(8) or {}).get(1, 0)
        total += unpacked
        at += size + packed
    return ColumnPages(dictionary, largest, total, values)


def _struct(data: bytes, at: int) -> tuple[dict[int, Any], int]:
    """Return the fields of a structure by their numbers, and where it ends.

    Raises IndexError where the data ends before it.
    """
    found: dict[int, Any] = {}
    number = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            number += kind >> 4
        else:
            number, at = _zigzag(data, at)
        kind &= 15
        if kind in (1, 2):  # the kind is the value
            found[number] = kind == 1
        else:
            found[number], at = _value(data, at, kind)
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    if kind == 3 or kind in (1, 2):
        return data[at], at + 1
    if kind in (4, 5, 6):
        return _zigzag(data, at)
    if kind == 7:
        return None, at + 8
    if kind == _BINARY:
        size, at = _varint(data, at)
        return None, at + size
    if kind == _STRUCT:
        return _struct(data, at)
    if kind in _LISTS:
        size, of = data[at] >> 4, data[at] & 15
        at += 1
        if size == 15:
            size, at = _varint(data, at)
        for _ in range(size):
            _, at = _value(data, at, of)
        return None, at
    raise IndexError(f"a page's header holds no value of kind {kind}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise IndexError("a number of a page's header has no end")


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return value >> 1 ^ -(value & 1), at
