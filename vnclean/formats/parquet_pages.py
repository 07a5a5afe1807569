"""How a Parquet file lies: the columns of its row groups, and the pages of a column.

Read here, because what Arrow says of a column ends the process where the file is damaged, and of
pages it says nothing. Source: parquet.thrift of the Parquet format.
"""

from __future__ import annotations

from typing import Any, BinaryIO, NamedTuple

from vnclean.errors import FormatError
from vnclean.formats.thrift_compact import read_struct

__all__ = ["ColumnChunk", "ColumnPages", "column_chunks", "column_pages"]

_HEADER, _LONGEST_HEADER = 4 << 10, 16 << 20
"""How many bytes of a page are read for its header; the bounds of minima and maxima may be long."""
_DICTIONARY_PAGE = 2
_CODECS = ("none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4")


class ColumnChunk(NamedTuple):
    """A column of a row group: its path, codec, number of values, bytes, and where they begin."""

    path: str
    codec: str
    values: int
    unpacked: int
    packed: int
    start: int


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


def column_chunks(file: BinaryIO) -> list[list[ColumnChunk]]:
    """Return the columns of each row group, as the end of the file announces them.

    Raises FormatError where it can't be understood.
    """
    try:
        file.seek(-8, 2)
        size = int.from_bytes(file.read(8)[:4], "little")
        file.seek(-8 - size, 2)
        footer, _ = read_struct(file.read(size))
        return [
            [_column_chunk(column[3]) for column in group.get(1, ())] for group in footer.get(4, ())
        ]
    except (IndexError, KeyError, TypeError, AttributeError, ValueError, RecursionError):
        raise FormatError("it is no Parquet: what its end says of its columns is damaged") from None


def _column_chunk(told: dict[int, Any]) -> ColumnChunk:
    start = told[9]
    if told.get(11):
        start = min(start, told[11])
    path = b".".join(told[3]).decode("utf-8", "replace")
    numbers = (told[5], told[6], told[7], start)
    if not all(isinstance(number, int) for number in numbers):
        raise ValueError("no numbers")
    return ColumnChunk(path, _CODECS[told[4]], *numbers)


def column_pages(file: BinaryIO, chunk: ColumnChunk) -> ColumnPages:
    """Return what the headers of the pages of a column announce.

    What reads the pages takes as much memory as they say, whatever the end of the file says.
    Where a header can't be read, what comes before it counts: the pages behind it can't be read
    either.
    """
    dictionary = largest = total = values = 0
    at, end = max(0, chunk.start), chunk.start + chunk.packed
    while at < end:
        file.seek(at)
        data = file.read(min(_HEADER, end - at))
        try:
            head, size = read_struct(data)
        except (IndexError, RecursionError):
            data += file.read(min(_LONGEST_HEADER, max(0, end - at - len(data))))
            try:
                head, size = read_struct(data)
            except (IndexError, RecursionError):
                break
        kind, unpacked, packed = (_number(head, field) for field in (1, 2, 3))
        if unpacked < 0 or packed < 0:
            break
        if kind == _DICTIONARY_PAGE:
            dictionary = max(dictionary, unpacked)
        else:
            largest = max(largest, unpacked)
            values += max(0, _number(head.get(5) or head.get(8), 1))
        total += unpacked
        at += size + packed
    return ColumnPages(dictionary, largest, total, values)


def _number(fields: Any, number: int) -> int:
    """Return a number of a structure, -1 if there is none."""
    found = fields.get(number) if isinstance(fields, dict) else None
    return found if isinstance(found, int) else -1
