"""The rows of a Parquet file in batches whose size in memory is known before they are decoded.

A file of some kB can hold rows of terabytes: a dictionary of one long value that all rows repeat,
a list of a million items written as one run, a page that is zeros. So texts stay the dictionaries
that they are in the file until the size of each row is known, and what a row group takes is asked
first.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.errors import FormatError
from vnclean.formats.parquet_pages import ColumnChunk, ColumnPages, column_pages
from vnclean.formats.places import Place, Url
from vnclean.formats.row_sizes import row_sizes

__all__ = ["MIN_ROOM", "PAGES", "LargeGroupError", "dictionary_columns", "row_batches"]

MIN_ROOM = 64 << 20
"""Bytes that a row group may always take, however small the records are that are wanted."""
PAGES = 2
"""So many records' worth of pages are held at once: Arrow takes four times as much."""
_BATCH = 16
"""A batch of rows takes so many chunks at most as Arrow reads it, and what is cut of it `_SPREAD`
once it is decoded."""
_SPREAD = 4
_RUN = 4096
"""Lists whose values come to so many times their bytes in the file are one run of one value."""
_TOTAL, _REPEATED = 16, 1000
"""So many records' worth come out of a row group at most, unless it has a thousandth in the file:
what repeats a text without end would take days to clean."""
_DICTIONARY = 1 << 20
"""What writers let a dictionary come to, as a rule."""
_WIDTHS = {"BOOLEAN": 1, "INT32": 4, "FLOAT": 4, "INT64": 8, "DOUBLE": 8, "INT96": 8}


class LargeGroupError(FormatError):
    """A row group can't be read in the memory that there is for it."""


def dictionary_columns(file: Any) -> list[str]:
    """Return the paths of the columns that can be read as dictionaries: texts and bytes.

    Arrow makes no views of what is read so.
    """
    schema = file.metadata.schema
    columns = map(schema.column, range(len(schema)))
    real = file.schema_arrow
    views = {field.name for field in real if "_view" in str(field.type)}
    return [
        column.path
        for column in columns
        if column.physical_type == "BYTE_ARRAY" and column.path.split(".")[0] not in views
    ]


def _row_width(path: Place, file: Any, chunks: Sequence[ColumnChunk], rows: int, room: int) -> int:
    """Return the bytes of a row of a group as Arrow reads it, texts being places in dictionaries.

    The headers of the pages are asked, which can't lie to what reads them; in a store, where that
    costs requests, only if the end of the file announces much. Raises LargeGroupError where
    reading any row would take more than `room`.
    """
    announced = any(chunk.unpacked > room for chunk in chunks)
    dictionaries = dictionary_columns(file)
    wide = held = 0
    with contextlib.ExitStack() as stack:
        source = None
        if announced or not isinstance(path, Url):
            source = stack.enter_context(path.open("rb"))
        for n, chunk in enumerate(chunks):
            column = file.metadata.schema.column(n)
            pages = ColumnPages(min(_DICTIONARY, chunk.unpacked), 0, 0, chunk.values)
            if source is not None:
                pages = column_pages(source, chunk)
                held += pages.held
            if held > PAGES * room:
                raise LargeGroupError(f"its pages of {held:,} bytes must be held to read a row")
            width = _WIDTHS.get(column.physical_type, max(4, column.length or 0))
            if column.physical_type == "BYTE_ARRAY" and column.path not in dictionaries:
                width += pages.dictionary  # which each row may repeat
            elif source is not None and column.max_repetition_level:
                _check_lists(column.path, pages, width, rows, room)
            wide += width * -(-pages.values // max(1, rows))
    return wide


def _check_lists(name: str, pages: ColumnPages, width: int, rows: int, room: int) -> None:
    size = pages.values * width
    if size > room and (size > room * rows or size > _RUN * pages.total):
        raise LargeGroupError(
            f"its lists {name!r} of {size:,} bytes come from {pages.total:,} in the file"
        )


def row_batches(
    path: Place,
    file: Any,
    number: int,
    chunks: Sequence[ColumnChunk],
    size: int,
    room: int = sys.maxsize >> 8,
) -> Iterator[tuple[Any, npt.NDArray[np.int64]]]:
    """Yield the rows of a group in record batches, with the bytes of each row, int64[rows].

    Once decoded, a batch of more than one row takes a few times `size` bytes at most; `chunks` are
    the columns of the group, and `file` must have been opened with its `dictionary_columns`. Raises
    LargeGroupError where reading a row would take more than `room`, or MIN_ROOM if that is more.
    """
    group = file.metadata.row_group(number)
    rows = max(1, size * group.num_rows // max(1, group.total_byte_size))
    wide = _row_width(path, file, chunks, group.num_rows, max(room, MIN_ROOM))
    rows = min(rows, max(1, _BATCH * size // max(1, wide)))
    packed = sum(chunk.packed for chunk in chunks)
    total = 0
    for batch in file.iter_batches(rows, row_groups=[number]):
        sizes = row_sizes(batch)
        ends = np.cumsum(sizes)
        total += int(sizes.sum())
        if total > max(_TOTAL * max(room, MIN_ROOM), _REPEATED * packed):
            raise LargeGroupError(f"more than {total:,} bytes come from {packed:,} in the file")
        at = 0
        while at < len(sizes):
            most = _SPREAD * size + (ends[at - 1] if at else 0)
            stop = max(at + 1, int(np.searchsorted(ends, most, "right")))
            yield batch.slice(at, stop - at), sizes[at:stop]
            at = stop
