"""Apache Arrow: clean the texts of arrays, batches and tables. Needs the extra `arrow`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from vnclean.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["clean_batch"]

_Clean = Callable[[Sequence[str]], Sequence[str]]


def clean_batch(clean: _Clean, data: Any, columns: str | Sequence[str] | None = None) -> Any:
    """Return an Arrow array, chunked array, record batch or table with its texts cleaned.

    `clean` gives the texts of a column cleaned. Types, schema metadata, chunks and nulls are kept;
    each distinct value of a chunk is cleaned once. `columns` names the text columns of a batch or
    table, default: all columns of text. Raises ConfigError for columns that are missing or hold no
    text, MissingExtraError without pyarrow.
    """
    if isinstance(data, str | bytes | list | tuple | dict):
        raise _no_arrow(data)
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("pyarrow", "arrow", "Cleaning Arrow data") from None
    if isinstance(data, pa.Table | pa.RecordBatch):
        return _clean_columns(pa, clean, data, columns)
    if not isinstance(data, pa.Array | pa.ChunkedArray):
        raise _no_arrow(data)
    if columns is not None:
        raise ConfigError("An array has no columns: leave `columns` out, or give a table.")
    if not _is_text(pa, data.type):
        raise ConfigError(f"An array of {data.type} holds no text; cast it to string first.")
    return _clean_array(pa, clean, data)


def _no_arrow(data: Any) -> TypeError:
    return TypeError(
        f"Arrow data is wanted, not {type(data).__name__}: pyarrow.array(texts) is an array, "
        "pyarrow.Table.from_pandas(frame) a table. After import vnclean.integrations.pandas "
        "frame.vnclean.clean() cleans a frame; Pipeline.clean_many takes texts."
    )


def _clean_columns(pa: Any, clean: _Clean, data: Any, columns: str | Sequence[str] | None) -> Any:
    names = data.schema.names
    if columns is None:
        chosen = [field.name for field in data.schema if _is_text(pa, field.type)]
    else:
        chosen = [columns] if isinstance(columns, str) else list(columns)
    for name in chosen:
        if names.count(name) != 1:
            raise ConfigError(
                f"There is no single column {name!r}. The columns are: {', '.join(names)}."
            )
        if not _is_text(pa, data.schema.field(name).type):
            kind = data.schema.field(name).type
            raise ConfigError(f"The column {name!r} holds {kind}, not text; cast it first.")
    arrays = [
        _clean_array(pa, clean, data.column(k)) if name in chosen else data.column(k)
        for k, name in enumerate(names)
    ]
    return type(data).from_arrays(arrays, schema=data.schema)


def _is_text(pa: Any, kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _clean_array(pa: Any, clean: _Clean, array: Any) -> Any:
    if isinstance(array, pa.ChunkedArray):
        chunks = [_clean_array(pa, clean, chunk) for chunk in array.chunks]
        return pa.chunked_array(chunks, type=array.type)
    if isinstance(array, pa.DictionaryArray):
        # Two entries may become equal; the indices stay as they are, which Arrow allows.
        values = _clean_array(pa, clean, array.dictionary)
        return pa.DictionaryArray.from_arrays(array.indices, values, ordered=array.type.ordered)
    texts = array.to_pylist()
    different = [text for text in dict.fromkeys(texts) if text is not None]
    cleaned = dict(zip(different, clean(different), strict=True))
    if all(new is old for old, new in cleaned.items()):
        return array
    return pa.array([None if text is None else cleaned[text] for text in texts], type=array.type)
