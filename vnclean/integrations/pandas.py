"""pandas: the accessor `vnclean` of Series and DataFrames. Needs the extra `pandas`.

Importing this module is what registers it:

    import vnclean.integrations.pandas
    frame = frame.vnclean.clean("text", preset="web")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnclean.errors import ConfigError
from vnclean.integrations.common import clean_texts, require_package, text_columns
from vnclean.pipeline import Pipeline, pipeline_of

__all__ = ["clean_frame", "clean_series"]

_PURPOSE = "Cleaning pandas data"


def clean_series(series: Any, preset: Pipeline | str = "standard") -> Any:
    """Return a Series with its texts cleaned; the same object where nothing changed.

    Index, name and type stay; so does what is no str: None, NaN, NA, numbers. Each distinct text is
    cleaned once. Of categories the names are cleaned; two that become one are one. Raises
    ConfigError for a Series of a type that holds no text, MissingExtraError without pandas.
    """
    pandas = require_package("pandas", "pandas", _PURPOSE)
    pipeline = pipeline_of(preset)
    if isinstance(series.dtype, pandas.CategoricalDtype):
        return _clean_categories(pandas, series, pipeline)
    if not _is_text(pandas, series):
        raise ConfigError(f"A Series of {series.dtype} holds no text; cast it to a string first.")
    values = list(series)
    cleaned = clean_texts(pipeline, values)
    if all(new is old for new, old in zip(cleaned, values, strict=True)):
        return series
    array = pandas.Series(cleaned, index=series.index, dtype=series.dtype, name=series.name)
    return array.__finalize__(series)


def _clean_categories(pandas: Any, series: Any, pipeline: Pipeline) -> Any:
    names = list(series.cat.categories)
    cleaned = clean_texts(pipeline, names)
    if all(new is old for new, old in zip(cleaned, names, strict=True)):
        return series
    if len(set(cleaned)) == len(cleaned):
        return series.cat.rename_categories(cleaned)
    known = dict(zip(names, cleaned, strict=True))
    kind = pandas.CategoricalDtype(list(dict.fromkeys(cleaned)), series.cat.ordered)
    return series.astype(object).map(known, na_action="ignore").astype(kind)


def clean_frame(
    frame: Any, columns: str | Sequence[str] | None = None, preset: Pipeline | str = "standard"
) -> Any:
    """Return a DataFrame with the texts of some columns cleaned, default: all that hold text.

    Everything else is shared with the frame that was given, which stays as it is. Raises
    ConfigError for columns that are missing or hold no text, MissingExtraError without pandas.
    """
    pandas = require_package("pandas", "pandas", _PURPOSE)
    pipeline = pipeline_of(preset)
    names = list(frame.columns)
    if len(set(names)) < len(names):
        raise ConfigError("The frame has several columns of one name; give them different ones.")
    texts = [name for name in names if _is_text(pandas, frame[name])]
    chosen = text_columns(columns, names, texts)
    return frame.assign(**{name: clean_series(frame[name], pipeline) for name in chosen})


def _is_text(pandas: Any, series: Any) -> bool:
    """Say whether a Series is of text; one of objects is where any of them is a str."""
    kind = series.dtype
    if isinstance(kind, pandas.CategoricalDtype):
        return any(isinstance(name, str) for name in series.cat.categories)
    if pandas.api.types.is_object_dtype(kind):
        return any(isinstance(value, str) for value in series)
    return bool(pandas.api.types.is_string_dtype(kind))


class _SeriesAccessor:
    """What `series.vnclean` is."""

    def __init__(self, series: Any) -> None:
        self._series = series

    def clean(self, preset: Pipeline | str = "standard") -> Any:
        """Return the Series cleaned; see `clean_series`."""
        return clean_series(self._series, preset)


class _FrameAccessor:
    """What `frame.vnclean` is."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame

    def clean(
        self, columns: str | Sequence[str] | None = None, preset: Pipeline | str = "standard"
    ) -> Any:
        """Return the DataFrame with some columns cleaned; see `clean_frame`."""
        return clean_frame(self._frame, columns, preset)


def _register() -> None:
    try:
        from pandas.api import extensions
    except ImportError:
        return  # the functions say what is missing
    extensions.register_series_accessor("vnclean")(_SeriesAccessor)
    extensions.register_dataframe_accessor("vnclean")(_FrameAccessor)


_register()
