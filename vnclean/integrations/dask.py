"""Dask: clean the columns of a dataframe, or the texts of a bag. Needs the extra `dask`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vnclean.errors import ConfigError
from vnclean.integrations.common import clean_texts, require_package, text_columns
from vnclean.pipeline import Pipeline, pipeline_of

__all__ = ["clean_bag", "clean_dataframe"]


def clean_dataframe(
    dataframe: Any, columns: str | Sequence[str] | None = None, preset: Pipeline | str = "standard"
) -> Any:
    """Return a Dask dataframe with texts cleaned; types, index, order and other columns stay.

    `columns` default to all columns of strings (columns of objects must be named); `preset` is the
    name of one, or a Pipeline. Each distinct text of a partition is cleaned once, missing values
    stay. Raises ConfigError for columns that are missing or hold no text, MissingExtraError.

        clean_dataframe(dask.dataframe.read_parquet("crawl/"), "text").to_parquet("cleaned/")
    """
    require_package("dask.dataframe", "dask", "Cleaning Dask data")
    from pandas.api.types import is_object_dtype, is_string_dtype

    kinds = dataframe.dtypes
    texts = [name for name in dataframe.columns if is_string_dtype(kinds[name])]
    if columns is not None:
        texts += [name for name in dataframe.columns if is_object_dtype(kinds[name])]
    chosen = text_columns(columns, list(dataframe.columns), texts)
    if not chosen:
        return dataframe
    return dataframe.map_partitions(_clean_frame, chosen, pipeline_of(preset), meta=dataframe._meta)


def _clean_frame(frame: Any, columns: tuple[str, ...], pipeline: Pipeline) -> Any:
    changed = {}
    for name in columns:
        column = frame[name]
        cleaned = clean_texts(pipeline, column)
        changed[name] = type(column)(cleaned, index=column.index, dtype=column.dtype)
    return frame.assign(**changed)


def clean_bag(bag: Any, key: str | None = None, preset: Pipeline | str = "standard") -> Any:
    """Return a Dask bag of texts cleaned; with `key`, a bag of dicts with that text cleaned.

    Dicts without the key, and what is no text, stay as they are. Raises MissingExtraError.

        clean_bag(dask.bag.read_text("crawl/*.jsonl").map(json.loads), key="text")
    """
    require_package("dask.bag", "dask", "Cleaning Dask data")
    return bag.map_partitions(_clean_items, key, pipeline_of(preset))


def _clean_items(items: Iterable[Any], key: str | None, pipeline: Pipeline) -> list[Any]:
    if key is None:
        return clean_texts(pipeline, items)
    records = list(items)
    if strange := next((record for record in records if not isinstance(record, dict)), None):
        raise ConfigError(
            f"The bag holds {type(strange).__name__}, no dicts: leave `key` out, or map it to "
            "dicts first."
        )
    texts = clean_texts(pipeline, [record.get(key) for record in records])
    return [
        {**record, key: text} if key in record else record
        for record, text in zip(records, texts, strict=True)
    ]
