"""The same texts through every engine come out the same, in the same order.

Files are columns, whose cells are evidence for each other; batches are cleaned cell by cell.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.samples import TEXTS, documents, needs, write_jsonl
from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.plan import InputOptions
from vnclean.pipeline import Pipeline

pytestmark = pytest.mark.integrations
PIPE = Pipeline.preset("standard")
GIVEN: list[str | None] = [*TEXTS, *documents(120), "", None, *TEXTS]


@pytest.fixture(scope="module")
def wanted() -> list[str | None]:
    """What one call for each text gives."""
    return [None if text is None else PIPE(text) for text in GIVEN]


@pytest.fixture(scope="module")
def wanted_of_files() -> list[str | None]:
    """What the column gives: texts of a file are evidence for each other, as far as a chunk."""
    cells = iter(PIPE.clean_column([text for text in GIVEN if text is not None]))
    return [None if text is None else next(cells) for text in GIVEN]


def read_jsonl(*paths: Path) -> list[str | None]:
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("\n")]
    return [json.loads(line)["text"] for line in lines if line]


def _files(tmp_path: Path, clean: Callable[..., Any], **options: Any) -> list[str | None]:
    write_jsonl(tmp_path / "in.jsonl", GIVEN)
    tasks = plan_cleaning([str(tmp_path / "in.jsonl")], str(tmp_path / "out.jsonl"), InputOptions())
    clean(tasks, PIPE, RunOptions(**options))
    return read_jsonl(tmp_path / "out.jsonl")


@pytest.mark.parametrize("jobs", [1, 2])
def test_local(jobs: int, tmp_path: Path, wanted_of_files: list[str | None]) -> None:
    assert _files(tmp_path, clean_files, jobs=jobs) == wanted_of_files


def test_clean_many_and_arrow(wanted: list[str | None]) -> None:
    import pyarrow as pa

    texts = [text for text in GIVEN if text is not None]
    assert list(PIPE.clean_many(texts)) == [text for text in wanted if text is not None]
    assert PIPE.clean_batch(pa.chunked_array([GIVEN[:50], GIVEN[50:]])).to_pylist() == wanted
    assert PIPE.clean_batch(pa.array(GIVEN, pa.string_view())).to_pylist() == wanted


@needs("ray")
def test_ray_over_files(
    tmp_path: Path, ray_cluster: Any, wanted_of_files: list[str | None]
) -> None:
    from vnclean.engine.ray import clean_files_on_ray

    assert _files(tmp_path, clean_files_on_ray, jobs=2) == wanted_of_files


@needs("ray")
def test_ray_datasets(ray_cluster: Any, wanted: list[str | None]) -> None:
    import pyarrow as pa

    from vnclean.integrations.ray import clean_dataset

    ray_cluster.data.DataContext.get_current().execution_options.preserve_order = True
    dataset = ray_cluster.data.from_arrow(pa.table({"text": GIVEN})).repartition(4)
    cleaned = clean_dataset(dataset, "text", PIPE, concurrency=1)
    assert [row["text"] for row in cleaned.take_all()] == wanted


@needs("pyspark")
def test_spark(spark: Any, wanted: list[str | None]) -> None:
    from vnclean.integrations.spark import clean_dataframe

    frame = spark.createDataFrame(list(enumerate(GIVEN)), "id long, text string").repartition(3)
    cleaned = clean_dataframe(frame, "text", PIPE).orderBy("id")
    assert [row.text for row in cleaned.collect()] == wanted


@needs("datatrove")
def test_datatrove(tmp_path: Path, wanted: list[str | None]) -> None:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from vnclean.integrations.datatrove import VncleanFormatter

    (tmp_path / "in").mkdir()
    write_jsonl(tmp_path / "in" / "a.jsonl", GIVEN)
    steps = [
        JsonlReader(str(tmp_path / "in")),
        VncleanFormatter(PIPE),
        JsonlWriter(str(tmp_path / "out"), "${rank}.jsonl", compression=None),
    ]
    LocalPipelineExecutor(steps, tasks=1, logging_dir=str(tmp_path / "logs")).run()
    # Its reader passes over documents without a text, before any step sees them.
    expected = [new for old, new in zip(GIVEN, wanted, strict=True) if old]
    assert read_jsonl(tmp_path / "out" / "00000.jsonl") == expected


@needs("datasets")
def test_huggingface(wanted: list[str | None]) -> None:
    from datasets import Dataset

    from vnclean.integrations.huggingface import clean_dataset

    cleaned = clean_dataset(Dataset.from_dict({"text": GIVEN}), preset=PIPE, batch_size=37)
    assert cleaned["text"][:] == wanted


@needs("polars")
def test_polars(wanted: list[str | None]) -> None:
    import polars as pl

    from vnclean.integrations.polars import clean

    frame = pl.LazyFrame({"text": GIVEN}).with_columns(clean("text", PIPE))
    assert frame.collect()["text"].to_list() == wanted


@needs("pandas")
def test_pandas(wanted: list[str | None]) -> None:
    import pandas as pd

    from vnclean.integrations.pandas import clean_series

    assert list(clean_series(pd.Series(GIVEN, dtype=object), PIPE)) == wanted


@needs("sklearn")
def test_sklearn(wanted: list[str | None]) -> None:
    from vnclean.integrations.sklearn import VncleanTextTransformer

    assert VncleanTextTransformer(PIPE).fit_transform(GIVEN) == wanted


@needs("dask", "pandas")
def test_dask(wanted: list[str | None]) -> None:
    import dask.bag as db
    import dask.dataframe as dd
    import pandas as pd

    from vnclean.integrations.dask import clean_bag, clean_dataframe

    bag = clean_bag(db.from_sequence(GIVEN, npartitions=3), preset=PIPE)
    assert bag.compute(scheduler="synchronous") == wanted
    frame = dd.from_pandas(pd.DataFrame({"text": GIVEN}), npartitions=3)
    done = clean_dataframe(frame, "text", PIPE).compute(scheduler="synchronous")["text"]
    assert [None if pd.isna(text) else text for text in done] == wanted
