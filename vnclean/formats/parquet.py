"""Parquet: columns by name; row groups, schema, metadata and the other columns stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, ClassVar

from vnclean.errors import FormatError, MissingExtraError
from vnclean.formats.base import Chunk, Field, RecordError, Reject, Rewritten, Visitor
from vnclean.formats.places import Place, Url

__all__ = ["Parquet"]

_MORE, _LAST = b"\0", b"\1"
"""The first byte of a chunk says whether its row group goes on after it."""


def _source(path: Place) -> Any:
    return path.open() if isinstance(path, Url) else path


def _opened(path: Place) -> Any:
    arrow = _arrow()
    try:
        return arrow.parquet.ParquetFile(_source(path), memory_map=False)
    except arrow.ArrowInvalid as error:
        raise FormatError(f"it is no Parquet: {error}") from None


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("pyarrow", "parquet", "Reading and writing Parquet") from None
    return pyarrow


@dataclass(frozen=True)
class Parquet:
    """A Parquet file; the texts are in the string columns named by `keys`.

    Values that occur more than once in a chunk are cleaned once. Nulls stay. A row whose text
    can't be handled is a reject, with all columns of the row, as Python writes them, as its bytes.
    """

    name: ClassVar[str] = "parquet"
    suffixes: ClassVar[tuple[str, ...]] = (".parquet",)

    keys: tuple[str, ...] = ("text",)
    first_row: int = 0

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Refuse: the end of a Parquet file must be read first."""
        raise FormatError("Parquet can't be read from a stream or be compressed; name the file")
        yield

    def split_file(self, path: Place, size: int) -> Iterator[Chunk | Reject]:
        """Cut into batches of rows that do not cross row groups; a damaged group is left out."""
        arrow = _arrow()
        with _opened(path) as file:
            schema = file.schema_arrow
            self._check(schema)
            row = 0
            for number in range(file.num_row_groups):
                group = file.metadata.row_group(number)
                rows = max(1, size * group.num_rows // max(1, group.total_byte_size))
                start, held = row, None
                try:
                    for batch in file.iter_batches(rows, row_groups=[number]):
                        if held is not None:
                            yield self._chunk(_MORE, held, row)
                            row += held.num_rows
                        held = batch
                except (arrow.ArrowException, OSError) as error:
                    if isinstance(path, Url) and isinstance(error, OSError):
                        raise  # the network, not the file
                    yield _damaged(row + (held.num_rows if held else 0), start, group, error)
                if held is not None:
                    yield self._chunk(_LAST, held, row)
                row = start + group.num_rows
            if not row:
                yield self._chunk(_MORE, arrow.RecordBatch.from_pylist([], schema), 0)

    def _chunk(self, sign: bytes, batch: Any, row: int) -> Chunk:
        return Chunk(sign + _packed(batch), row + 1, replace(self, first_row=row))

    def _check(self, schema: Any) -> None:
        types = _arrow().types
        there = [key for key in self.keys if key in schema.names]
        if not there:
            raise FormatError(
                f"it has no column named {' or '.join(map(repr, self.keys))}; its columns are "
                f"{', '.join(map(repr, schema.names))}: choose one with --text-key"
            )
        for key in there:
            if schema.names.count(key) > 1:
                raise FormatError(f"it has {schema.names.count(key)} columns named {key!r}")
            kind = schema.field(key).type
            value = kind.value_type if types.is_dictionary(kind) else kind
            if not (types.is_string(value) or types.is_large_string(value)):
                raise FormatError(f"its column {key!r} holds {kind}, not text")

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
            known: dict[str, str | None] = {}
            reasons: dict[str, str] = {}
            values = column.to_pylist()
            for number, text in enumerate(values):
                if text is None:
                    continue
                if text not in known:
                    try:
                        at = chunk.line + number
                        known[text] = visit(Field(text, at, 1, key, record=at))
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
                row = repr(rows.slice(number, 1).to_pylist()).encode("utf-8", "backslashreplace")
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
        columns = [batch.column(batch.schema.get_field_index(key)).to_pylist() for key in keys]
        for row, values in enumerate(zip(*columns, strict=True)):
            yield from ((row, key, text) for key, text in zip(keys, values, strict=True) if text)

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
            batches = file.iter_batches()
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
            values = batch.column(key).to_pylist()
            for (row, other), text in texts.items():
                if other == key:
                    values[row] = text
            batch = _exchanged(batch, key, values)
        return (_LAST if last else _MORE) + _packed(batch)

    def writer(self, target: BinaryIO, source: Place) -> _Writer:
        """Return what puts chunks together to a file like `source`."""
        return _Writer(target, source)


def _exchanged(batch: Any, key: str, values: list[str | None]) -> Any:
    """Return a batch with other values in a column of texts."""
    arrow = _arrow()
    index = batch.schema.get_field_index(key)
    kind = batch.schema.field(index).type
    plain = kind.value_type if arrow.types.is_dictionary(kind) else kind
    array = arrow.array(values, plain)
    if plain is not kind:
        array = array.dictionary_encode().cast(kind)
    return batch.set_column(index, batch.schema.field(index), array)


def _one_batch(table: Any) -> Any:
    """Return a table as one batch, an empty one too."""
    arrow = _arrow()
    batches = table.unify_dictionaries().combine_chunks().to_batches()
    return batches[0] if batches else arrow.RecordBatch.from_pylist([], table.schema)


def _damaged(row: int, start: int, group: Any, error: Exception) -> Reject:
    said = " ".join(str(error).split())[:200]
    return Reject(
        row + 1,
        f"the Parquet data is damaged: rows {row + 1:,} to {start + group.num_rows:,} can't be "
        f"read ({said})",
        whole=False,
    )


class _Writer:
    def __init__(self, target: BinaryIO, source: Place) -> None:
        arrow = _arrow()
        self._arrow = arrow
        with arrow.parquet.ParquetFile(_source(source)) as file:
            schema = file.schema_arrow
            packing = {
                column.path_in_schema: column.compression.lower()
                for number in range(min(1, file.num_row_groups))
                for column in map(
                    file.metadata.row_group(number).column,
                    range(file.metadata.row_group(number).num_columns),
                )
            }
        packing = {
            path: "none" if kind == "uncompressed" else kind for path, kind in packing.items()
        }
        self._writer = arrow.parquet.ParquetWriter(target, schema, compression=packing or "snappy")
        self._held: list[Any] = []

    def write(self, data: bytes) -> None:
        """Take a chunk; a row group is written when it is complete."""
        batch = _unpacked(data)
        if batch.num_rows:
            self._held.append(batch)
        if data[:1] == _LAST:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            table = self._arrow.Table.from_batches(self._held)
            self._writer.write_table(table, row_group_size=table.num_rows)
            self._held = []

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
