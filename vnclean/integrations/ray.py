"""Ray Data: clean the columns of a Dataset on a pool of actors. Needs the extra `ray`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnclean.integrations.common import BatchCleaner, require_package
from vnclean.pipeline import Pipeline, pipeline_of

__all__ = ["clean_dataset"]


class _Actor:
    """Lives in a process of its own and loads the pipeline, and with it the model, once."""

    def __init__(self, pipeline: Pipeline, columns: tuple[str, ...] | None) -> None:
        self._clean = BatchCleaner(pipeline, columns)

    def __call__(self, batch: Any) -> Any:
        return self._clean(batch)


def clean_dataset(
    dataset: Any,
    columns: str | Sequence[str] | None = None,
    preset: Pipeline | str = "standard",
    *,
    concurrency: int | tuple[int, int] | None = None,
    batch_size: int = 1024,
) -> Any:
    """Return a `ray.data.Dataset` with texts cleaned; schema and other columns stay.

    `columns` default to all columns of text; `preset` is the name of one, or a Pipeline;
    `concurrency` is the number of actors, or the least and the most (default: one to as many as
    there are processors). Rows keep their order where the context says so
    (`DataContext.get_current().execution_options.preserve_order = True`). Missing columns raise
    ConfigError when the dataset runs; MissingExtraError without ray.

    For text files use `vnclean clean --engine ray`: `ray.data.read_text` takes U+0085 for a line
    end, which is a byte of a letter in mojibake, and `write_json` writes every record anew.

        cleaned = clean_dataset(ray.data.read_parquet("s3://crawl/"), "text", preset="web")
        cleaned.write_parquet("s3://cleaned/")
    """
    data = require_package("ray.data", "ray", "Cleaning Ray data")
    chosen = (columns,) if isinstance(columns, str) else None if columns is None else tuple(columns)
    if isinstance(concurrency, int):
        pool = data.ActorPoolStrategy(size=concurrency)
    else:
        least, most = concurrency or (1, None)
        pool = data.ActorPoolStrategy(min_size=least, max_size=most)
    return dataset.map_batches(
        _Actor,
        fn_constructor_args=(pipeline_of(preset), chosen),
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=pool,
    )
