"""Parquet: columns by name; row groups, schema, metadata and the other columns stay."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO, ClassVar

from vnclean.errors import FormatError, MissingExtraError
from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.columns import ALL, chosen_columns
from vnclean.formats.encoding import decode_line
from vnclean.formats.lines import Parts, too_large
from vnclean.formats.parquet_batches import (
    MIN_ROOM,
    PAGES,
    LargeGroupError,
    dictionary_columns,
    row_batches,
)
from vnclean.formats.parquet_pages import ColumnChunk, column_chunks
from vnclean.formats.places import Place, Url

__all__ = ["Parquet"]

_MORE, _LAST = b"\0", b"\1"
"""The first byte of a chunk says whether its row group goes on after it."""
_BLOCK = 1 << 20
_HELD = 4
"""So many records' worth of a row group are held until it is written."""


def _reading(path: Place, columns: list[str]) -> dict[str, Any]:
    """Return how a file is opened to be read in batches: texts as dictionaries, block by block."""
    local = {} if isinstance(path, Url) else {"pre_buffer": False, "buffer_size": _BLOCK}
    return {"read_dictionary": columns, **local}


def _source(path: Place) -> Any:
    return path.open() if isinstance(path, Url) else path


def _opened(path: Place, **options: Any) -> Any:
    arrow = _arrow()
    try:
        return arrow.parquet.ParquetFile(_source(path), memory_map=False, **options)
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and (error.errno is not None or isinstance(path, Url)):
            raise  # the disk or the network, not the file
        raise FormatError(f"it is no Parquet: {error}") from None


def _columns(path: Place) -> list[list[ColumnChunk]]:
    with path.open("rb") as file:
        return column_chunks(file)


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("pyarrow", "parquet", "Reading and writing Parquet") from None
    return pyarrow


def _is_text(kind: Any) -> bool:
    types = _arrow().types
    value = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(value) or types.is_large_string(value))


@dataclass(frozen=True)
class Parquet:
    """A Parquet file; the texts are in the string columns named by `keys` (`*`: all of them).

    Values that occur more than once in a chunk are cleaned once. Nulls stay. A row whose text
    can't be handled is a reject, with all columns of the row, as Python writes them, as its bytes.
    """

    name: ClassVar[str] = "parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)

    keys: tuple[str, ...] = ("text",)
    first_row: int = 0
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Refuse: the end of a Parquet file must be read first."""
        raise FormatError("Parquet can't be read from a stream or be compressed; name the file")
        yield

    def split_file(self, path: Place, size: int) -> Iterator[Chunk | Reject]:
        """Cut into batches of rows that do not cross row groups; a damaged group is left out.

        So is one of which no row can be read in the memory that there is, and a row that is too
        large; nothing is decoded before its size is known.
        """
        with _opened(path) as file:
            schema = file.schema_arrow
            self._check(schema)
            settled = replace(self, keys=tuple(self._named(schema)))
            columns = dictionary_columns(file)
        groups = _columns(path)
        with _opened(path, **_reading(path, columns)) as file:
            row = 0
            for number, chunks in enumerate(groups):
                batches = row_batches(path, file, number, chunks, size, self.max_record)
                end = row + file.metadata.row_group(number).num_rows
                yield from settled._group(path, schema, row, end, batches)
                row = end
            if not row:
                yield settled._chunk(_MORE, _no_rows(schema), 0)

    def _group(
        self, path: Place, schema: Any, row: int, end: int, batches: Iterator[Any]
    ) -> Iterator[Chunk | Reject]:
        """Cut a row group, which has the rows from `row` to `end`."""
        held: Chunk | None = None
        begun = False
        try:
            for batch, sizes in batches:
                for part, large in _runs(batch, sizes, self.max_record):
                    if held is not None:
                        yield held
                        held, begun = None, True
                    if large:
                        yield from self._left_out(part, large, row)
                    else:
                        held = self._chunk(_MORE, _decoded(part, schema), row)
                    row += part.num_rows
        except (FormatError, _arrow().ArrowException, OSError) as error:
            if isinstance(path, Url) and isinstance(error, OSError):
                raise  # the network, not the file
            yield _unread(row, end, error)
        if held is None and begun:
            held = self._chunk(_MORE, _no_rows(schema), row)
        if held is not None:
            yield replace(held, data=_LAST + held.data[1:])

    def _chunk(self, sign: bytes, batch: Any, row: int) -> Chunk:
        return Chunk(sign + _packed(batch), row + 1, replace(self, first_row=row))

    def _left_out(self, batch: Any, size: int, row: int) -> Iterator[Chunk | Reject]:
        """Yield what stands for a row that is too large: its bytes in parts, or why not."""
        if size > PAGES * max(self.max_record, MIN_ROOM):
            yield Reject(row + 1, too_large(size), whole=False)
            return
        large = Parts()
        held = b""
        for data in _written(batch):
            if len(held) + len(data) < _BLOCK:
                held += data
                continue
            for piece in (held, data):
                yield from (Chunk(part, row + 1, self) for part in large.of(piece))
            held = b""
        yield from (Chunk(part, row + 1, self) for part in large.of(held, last=True))

    def _check(self, schema: Any) -> None:
        for key in self._named(schema):
            if schema.names.count(key) > 1:
                raise FormatError(f"it has {schema.names.count(key)} columns named {key!r}")
            kind = schema.field(key).type
            if not _is_text(kind):
                raise FormatError(f"its column {key!r} holds {kind}, not text")

    def _named(self, schema: Any) -> list[str]:
        """Return the names of the columns that the keys stand for; `*` is all that hold text."""
        if ALL in self.keys:
            return [field.name for field in schema if _is_text(field.type)]
        return list(dict.fromkeys(schema.names[i] for i in chosen_columns(self.keys, schema.names)))

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts of the chosen columns."""
        arrow = _arrow()
        batch = _unpacked(chunk.data)
        done = Rewritten(chunk.data, records=batch.num_rows)
        bad: dict[int, str] = {}
        changed = False
        for key in dict.fromkeys(self.keys):
            if key not in batch.schema.names:
                continue
            index = batch.schema.get_field_index(key)
            column = batch.column(index)
            known: dict[str | bytes, str | None] = {}
            reasons: dict[str | bytes, str] = {}
            values = _texts(column)
            for number, text in enumerate(values):
                if text is None:
                    continue
                if text not in known:
                    try:
                        at = chunk.line + number
                        told = decode_line(text, "utf-8") if isinstance(text, bytes) else text
                        known[text] = visit(Field(told, at, 1, key, record=at))
                    except RecordError as fault:
                        known[text], reasons[text] = None, str(fault)
                if known[text] is None:
                    bad[number] = reasons[text]
                elif known[text] is not text and known[text] != text:
                    changed = True
            if changed:
                new = [None if text is None else known[text] for text in values]
                batch = _exchanged(batch, key, new)
        if bad:
            rows = _unpacked(chunk.data)  # as they were, and with all their columns
            for number, reason in sorted(bad.items()):
                row = b"".join(_written(rows.slice(number, 1)))
                done.rejects.append(Reject(chunk.line + number, reason, row))
        if bad:
            keep = [number for number in range(batch.num_rows) if number not in bad]
            batch = batch.take(arrow.array(keep, arrow.int64()))
        if changed or bad:
            done.data = chunk.data[:1] + _packed(batch)
        return done

    # -- for the sidecar: chunks by their rows ------------------------------------------------

    def is_last(self, data: bytes) -> bool:
        """Say whether a chunk ends its row group."""
        return data[:1] == _LAST

    def texts(self, data: bytes) -> Iterator[tuple[int, str, str]]:
        """Yield row, key and text of all values of a chunk, row by row."""
        batch = _unpacked(data)
        keys = [key for key in dict.fromkeys(self.keys) if key in batch.schema.names]
        columns = [_texts(batch.column(batch.schema.get_field_index(key))) for key in keys]
        for row, values in enumerate(zip(*columns, strict=True)):
            for key, text in zip(keys, values, strict=True):
                if text and isinstance(text, str):
                    yield row, key, text

    def count(self, data: bytes) -> int:
        """Return how many rows a chunk has."""
        rows: int = _unpacked(data).num_rows
        return rows

    def rows(self, data: bytes, wanted: Sequence[int]) -> bytes:
        """Return the rows of a chunk that are wanted, as a chunk."""
        return data[:1] + _packed(_unpacked(data).take(_arrow().array(wanted, "int64")))

    def split_rows(self, path: Place, counts: Iterable[int]) -> Iterator[bytes]:
        """Yield the rows of a file in chunks of so many rows; a last, short one if it has more.

        Raises FormatError where a row is missing.
        """
        arrow = _arrow()
        with _opened(path) as file:
            schema = file.schema_arrow
            self._check(schema)
            columns = dictionary_columns(file)
        groups = _columns(path)
        with _opened(path, **_reading(path, columns)) as file:
            batches = (
                _decoded(batch, schema)
                for number, chunks in enumerate(groups)
                for batch, _ in row_batches(path, file, number, chunks, _BLOCK)
            )
            held = arrow.Table.from_batches([], schema)
            for count in counts:
                while held.num_rows < count:
                    batch = next(batches, None)
                    if batch is None:
                        raise FormatError("rows are missing")
                    held = arrow.concat_tables([held, arrow.Table.from_batches([batch], schema)])
                yield _MORE + _packed(_one_batch(held.slice(0, count)))
                held = held.slice(count)
            if held.num_rows or next(batches, None) is not None:
                raise FormatError("there are more rows than there were")

    def restored(
        self, data: bytes, texts: Mapping[tuple[int, str], str], left_out: Mapping[int, int],
        rows: bytes, last: bool,
    ) -> bytes:  # fmt: skip
        """Return a chunk with texts put back by row and key, and with rows put back among them.

        `left_out` maps rows of the result to rows of `rows`; `texts` count as the result does.
        """
        arrow = _arrow()
        table = arrow.Table.from_batches([_unpacked(data)])
        if left_out:
            table = arrow.concat_tables([table, arrow.Table.from_batches([_unpacked(rows)])])
            kept, total = table.num_rows - len(left_out), table.num_rows
            there = iter(range(kept))
            order = [
                kept + left_out[row] if row in left_out else next(there) for row in range(total)
            ]
            table = table.take(order)
        batch = _one_batch(table)
        for key in dict.fromkeys(key for _, key in texts):
            values = _texts(batch.column(key))
            for (row, other), text in texts.items():
                if other == key:
                    values[row] = text
            batch = _exchanged(batch, key, values)
        return (_LAST if last else _MORE) + _packed(batch)

    def writer(self, target: BinaryIO, source: Place) -> _Writer:
        """Return what puts chunks together to a file like `source`."""
        return _Writer(target, source, _HELD * self.max_record)


def _texts(column: Any) -> list[str | bytes | None]:
    """Return the values of a column of texts; those that are not UTF-8 as bytes."""
    arrow = _arrow()
    with contextlib.suppress(UnicodeDecodeError):
        values: list[str | bytes | None] = column.to_pylist()
        return values
    if arrow.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return [value if value is None else _text(value) for value in _as_bytes(column).to_pylist()]


def _text(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _as_bytes(array: Any) -> Any:
    arrow = _arrow()
    large = arrow.types.is_large_string(array.type)
    return array.view(arrow.large_binary() if large else arrow.binary())


def _exchanged(batch: Any, key: str, values: Sequence[str | bytes | None]) -> Any:
    """Return a batch with other values in a column of texts."""
    arrow = _arrow()
    index = batch.schema.get_field_index(key)
    kind = batch.schema.field(index).type
    plain = kind.value_type if arrow.types.is_dictionary(kind) else kind
    if any(isinstance(value, bytes) for value in values):
        found = [value.encode() if isinstance(value, str) else value for value in values]
        array = arrow.array(found, _as_bytes(arrow.array([], plain)).type).view(plain)
    else:
        array = arrow.array(values, plain)
    if plain is not kind:
        array = array.dictionary_encode().cast(kind)
    return batch.set_column(index, batch.schema.field(index), array)


def _one_batch(table: Any) -> Any:
    """Return a table as one batch, an empty one too."""
    arrow = _arrow()
    batches = table.unify_dictionaries().combine_chunks().to_batches()
    return batches[0] if batches else arrow.RecordBatch.from_pylist([], table.schema)


def _no_rows(schema: Any) -> Any:
    return _arrow().RecordBatch.from_pylist([], schema)


def _runs(batch: Any, sizes: Any, most: int) -> Iterator[tuple[Any, int]]:
    """Cut a batch at its rows of more than `most` bytes; these come alone, with their sizes."""
    at = 0
    for large in (sizes > most).nonzero()[0].tolist():
        if large > at:
            yield batch.slice(at, large - at), 0
        yield batch.slice(large, 1), int(sizes[large])
        at = large + 1
    if at < batch.num_rows:
        yield batch.slice(at), 0


def _decoded(batch: Any, schema: Any) -> Any:
    """Return a batch as a schema has it, without the long dictionaries of all of its file."""
    types = _arrow().types
    for n, kind in enumerate(schema.types):
        column = batch.column(n)
        if types.is_dictionary(kind) and column.dictionary.nbytes > _BLOCK and not kind.ordered:
            column = column.cast(kind.value_type).dictionary_encode().cast(kind)
            batch = batch.set_column(n, schema.field(n), column)
    return batch if batch.schema == schema else batch.cast(schema)


def _written(row: Any) -> Iterator[bytes]:
    """Yield a row, a batch of one, with all columns, as Python writes it."""
    before = "[{"
    for name, column in zip(row.schema.names, row.columns, strict=True):
        yield f"{before}{name!r}: ".encode("utf-8", "backslashreplace")
        try:
            value = repr(column[0].as_py())
        except UnicodeDecodeError:
            value = repr(_plain(column[0]))
        yield value.encode("utf-8", "backslashreplace")
        before = ", "
    yield b"}]"


def _plain(scalar: Any) -> Any:
    """Return an Arrow value as Python has it; texts in it that are not UTF-8 as bytes."""
    if not scalar.is_valid:
        return None
    types, kind = _arrow().types, scalar.type
    if types.is_dictionary(kind):
        return _plain(scalar.value)
    if types.is_struct(kind):
        return {name: _plain(value) for name, value in scalar.items()}
    if types.is_nested(kind):
        return [_plain(value) for value in scalar.values]
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return _text(scalar.as_buffer().to_pybytes())
    return scalar.as_py()


def _unread(row: int, end: int, error: Exception) -> Reject:
    """Return the reject for the rest of a group, from `row` (counted from 0) to `end`."""
    said = " ".join(str(error).split())[:200]
    rows = f"rows {row + 1:,} to {end:,}"
    if isinstance(error, LargeGroupError):
        reason = f"too large: {rows} can't be read ({said}); --max-record allows more"
    else:
        reason = f"the Parquet data is damaged: {rows} can't be read ({said})"
    return Reject(row + 1, reason, whole=False)


class _Writer:
    """Holds a row group until it is complete, or has more than `most` bytes."""

    def __init__(self, target: BinaryIO, source: Place, most: int) -> None:
        arrow = _arrow()
        self._most, self._size = max(most, MIN_ROOM), 0
        self._arrow = arrow
        with _opened(source) as file:
            schema = file.schema_arrow
        packing = {chunk.path: chunk.codec for group in _columns(source)[:1] for chunk in group}
        self._writer = arrow.parquet.ParquetWriter(target, schema, compression=packing or "snappy")
        self._held: list[Any] = []

    def write(self, data: bytes) -> None:
        """Take a chunk; a row group is written when it is complete, or large."""
        batch = _unpacked(data)
        if batch.num_rows:
            self._held.append(batch)
            self._size += len(data)
        if data[:1] == _LAST or self._size > self._most:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            table = self._arrow.Table.from_batches(self._held)
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._held, self._size = [], 0

    def close(self) -> None:
        """Write the end of the file, and what there is of a row group that was cut off."""
        try:
            self._flush()
        finally:
            self._writer.close()  # or it would try to when its file is gone


def _packed(batch: Any) -> bytes:
    arrow = _arrow()
    target = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(target, batch.schema) as writer:
        writer.write_batch(batch)
    data: bytes = target.getvalue().to_pybytes()
    return data


def _unpacked(data: bytes) -> Any:
    arrow = _arrow()
    with arrow.ipc.open_stream(arrow.py_buffer(data).slice(1)) as reader:
        return reader.read_next_batch()
