"""Hugging Face datasets: a function for `Dataset.map`. Needs the extra `huggingface`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vnclean.errors import ConfigError
from vnclean.integrations.common import clean_texts, require_package
from vnclean.pipeline import Pipeline, pipeline_of

__all__ = ["TextCleaner", "clean_dataset"]


@dataclass(frozen=True)
class TextCleaner:
    """Cleans batches: `dataset.map(TextCleaner(("text",)), batched=True)`.

    Batches may be dicts of lists or, with `dataset.with_format("arrow")`, Arrow tables. It
    pickles to the same bytes in every process that runs this version with these steps, so the
    cache of `map` is found again by later runs, and not after an upgrade.
    """

    columns: tuple[str, ...]
    pipeline: Pipeline | str = "standard"

    def __call__(self, batch: Any) -> Any:
        """Return the cleaned columns of a batch (of a table: the table with them in place)."""
        pipeline = pipeline_of(self.pipeline)
        if not isinstance(batch, Mapping):
            return pipeline.clean_batch(batch, self.columns)
        for name in self.columns:
            if name not in batch:
                raise ConfigError(
                    f"There is no column {name!r}. The columns are: {', '.join(batch)}."
                )
        return {name: clean_texts(pipeline, batch[name]) for name in self.columns}

    def __reduce__(self) -> tuple[Any, ...]:
        # Plain strings that were made just now: what a pickle of the steps looks like depends on
        # which of their strings are one object, and this is what `datasets` hashes.
        pipeline = pipeline_of(self.pipeline)
        columns = "\0".join(self.columns)
        return _load, (pipeline.to_toml(), columns, pipeline.fingerprint())


def _load(config: str, columns: str, fingerprint: str) -> TextCleaner:
    return TextCleaner(tuple(columns.split("\0")), Pipeline.from_toml(config))


def clean_dataset(
    dataset: Any,
    columns: str | Sequence[str] = "text",
    preset: Pipeline | str = "standard",
    *,
    num_proc: int | None = None,
    **options: Any,
) -> Any:
    """Return a Dataset, DatasetDict or streamed dataset with texts cleaned; all else stays.

    `num_proc` is the number of processes; further `options` go to `map` (batch_size, desc, ...).
    The result is cached by `datasets` under the pipeline's fingerprint. Raises ConfigError for a
    missing column, MissingExtraError without datasets.

        cleaned = clean_dataset(load_dataset("parquet", data_files="crawl/*"), preset="web")
    """
    require_package("datasets", "huggingface", "Cleaning Hugging Face datasets")
    chosen = (columns,) if isinstance(columns, str) else tuple(columns)
    if num_proc is not None:
        options["num_proc"] = num_proc
    return dataset.map(TextCleaner(chosen, pipeline_of(preset)), batched=True, **options)
