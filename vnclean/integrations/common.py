"""What the adapters share: the pipeline, the package they adapt to, columns, distinct values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from vnclean.errors import ConfigError, MissingExtraError
from vnclean.pipeline import Pipeline

__all__ = ["BatchCleaner", "clean_texts", "require_package", "text_columns"]


def require_package(package: str, extra: str, purpose: str) -> Any:
    """Return an optional package; raises MissingExtraError, which names the extra."""
    try:
        return import_module(package)
    except ImportError as error:
        # A package that is there but broken must not be called missing.
        if error.name is not None and error.name.partition(".")[0] != package.partition(".")[0]:
            raise
        raise MissingExtraError(package.partition(".")[0], extra, purpose) from None


def text_columns(
    columns: str | Sequence[str] | None, there: Sequence[str], texts: Sequence[str]
) -> tuple[str, ...]:
    """Return the columns to clean: those named, or all that hold text; raises ConfigError.

    `there` are the names of all columns, `texts` of those that hold text.

    >>> text_columns(None, ["id", "text"], ["text"])
    ('text',)
    """
    chosen = (
        tuple(texts) if columns is None else ((columns,) if isinstance(columns, str) else columns)
    )
    for name in chosen:
        if name not in there:
            raise ConfigError(
                f"There is no column {name!r}. The columns are: {', '.join(map(str, there))}."
            )
        if name not in texts:
            raise ConfigError(f"The column {name!r} holds no text; cast it to a string first.")
    return tuple(chosen)


def clean_texts(clean: Callable[[str], str], texts: Iterable[Any]) -> list[Any]:
    """Return a list of texts cleaned, each distinct one once; what is no str stays what it is.

    >>> clean_texts(str.upper, ["a", None, "a"])
    ['A', None, 'A']
    """
    values = list(texts)
    strings = dict.fromkeys(value for value in values if isinstance(value, str))
    cleaned = {text: clean(text) for text in strings}
    return [cleaned[value] if isinstance(value, str) else value for value in values]


@dataclass(frozen=True)
class BatchCleaner:
    """Cleans Arrow batches and tables; a picklable value for engines that call it per batch."""

    pipeline: Pipeline
    columns: tuple[str, ...] | None = None

    def __call__(self, batch: Any) -> Any:
        """Return a record batch or table with its texts cleaned."""
        return self.pipeline.clean_batch(batch, self.columns)
