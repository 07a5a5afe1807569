"""Polars: clean Series and expressions. Needs the extra `polars`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vnclean.integrations.common import require_package
from vnclean.pipeline import Pipeline, pipeline_of

__all__ = ["clean", "clean_series"]

_PURPOSE = "Cleaning Polars data"


@dataclass(frozen=True)
class _SeriesCleaner:
    """What an expression calls; a picklable value, so that lazy frames can be sent away."""

    pipeline: Pipeline

    def __call__(self, series: Any) -> Any:
        return clean_series(series, self.pipeline)


def clean_series(series: Any, preset: Pipeline | str = "standard") -> Any:
    """Return a Series of text with its values cleaned; name, type and nulls stay.

    Raises ConfigError for a Series that holds no text, MissingExtraError without polars.

        clean_series(pl.Series("text", ["hiệu qủa", None]))
    """
    polars = require_package("polars", "polars", _PURPOSE)
    array = series.to_arrow()
    cleaned = pipeline_of(preset).clean_batch(array)
    if cleaned is array:
        return series
    return polars.Series(series.name, cleaned).cast(series.dtype)


def clean(columns: str | Sequence[str] | Any, preset: Pipeline | str = "standard") -> Any:
    """Return an expression that cleans columns: names, or any expression of text.

    For `with_columns` and `select` of eager and lazy frames. Python runs on one core; for more,
    use several processes or another engine. Raises MissingExtraError without polars.

        frame.with_columns(clean("text", preset="web"))
    """
    polars = require_package("polars", "polars", _PURPOSE)
    expression = columns if isinstance(columns, polars.Expr) else polars.col(columns)
    return expression.map_batches(
        _SeriesCleaner(pipeline_of(preset)),
        return_dtype=polars.self_dtype(),
        is_elementwise=True,
    )
