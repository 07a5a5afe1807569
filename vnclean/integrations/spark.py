"""Apache Spark: clean the columns of a DataFrame on the executors. Needs the extra `spark`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vnclean.integrations.common import BatchCleaner, require_package, text_columns
from vnclean.pipeline import Pipeline, pipeline_of

__all__ = ["clean_dataframe", "map_in_arrow"]


def map_in_arrow(
    columns: str | Sequence[str] | None = None, preset: Pipeline | str = "standard"
) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """Return a function for `DataFrame.mapInArrow`; it keeps the schema it is given.

    The pipeline travels with the function (a few kilobytes); the model is read from the package
    once per Python worker, so vnclean must be installed on every executor.
    """
    chosen = (columns,) if isinstance(columns, str) else None if columns is None else tuple(columns)
    clean = BatchCleaner(pipeline_of(preset), chosen)

    def cleaned(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            yield clean(batch)

    return cleaned


def clean_dataframe(
    dataframe: Any, columns: str | Sequence[str] | None = None, preset: Pipeline | str = "standard"
) -> Any:
    """Return a DataFrame with texts cleaned; schema, other columns, rows and order stay.

    `columns` default to all columns of type string; `preset` is the name of one, or a Pipeline.
    Lazy like every DataFrame: nothing runs until its rows are asked for. Each distinct text of a
    batch (`spark.sql.execution.arrow.maxRecordsPerBatch`) is cleaned once. Raises ConfigError for
    columns that are missing or hold no text, MissingExtraError without pyspark or pyarrow.

        cleaned = clean_dataframe(spark.read.parquet("crawl/"), "text", preset="web")
        cleaned.write.parquet("cleaned/")
    """
    require_package("pyspark", "spark", "Cleaning Spark data")
    require_package("pyarrow", "spark", "Cleaning Spark data")
    schema = dataframe.schema
    texts = [field.name for field in schema if field.dataType.typeName() == "string"]
    chosen = text_columns(columns, dataframe.columns, texts)
    if not chosen:
        return dataframe
    return dataframe.mapInArrow(map_in_arrow(chosen, preset), schema)
