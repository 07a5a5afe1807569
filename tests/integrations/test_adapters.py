"""Each adapter against the library itself: schema, other columns, nulls, errors, counts."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.samples import TEXTS, expected, needs
from vnclean.errors import ConfigError
from vnclean.pipeline import Pipeline

pytestmark = pytest.mark.integrations
IDS = list(range(len(TEXTS)))


@needs("pyspark")
def test_spark_keeps_schema_rows_and_the_other_columns(spark: Any) -> None:
    from vnclean.integrations.spark import clean_dataframe, map_in_arrow

    rows = list(zip(IDS, TEXTS, TEXTS, strict=True))
    frame = spark.createDataFrame(rows, "id long NOT NULL, text string, raw string").coalesce(1)
    cleaned = clean_dataframe(frame, "text")
    assert cleaned.schema == frame.schema
    assert [tuple(row) for row in cleaned.collect()] == list(
        zip(IDS, expected(), TEXTS, strict=True)
    )
    assert [row.raw for row in clean_dataframe(frame).collect()] == expected()
    by_hand = frame.mapInArrow(map_in_arrow(["text"], Pipeline.preset("safe")), frame.schema)
    assert [row.text for row in by_hand.collect()] == expected("safe")
    with pytest.raises(ConfigError, match="columns are: id, text, raw"):
        clean_dataframe(frame, "body")
    with pytest.raises(ConfigError, match="'id' holds no text"):
        clean_dataframe(frame, ["id"])


@needs("ray")
def test_ray_reads_and_writes_around_an_actor_pool(ray_cluster: Any, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from vnclean.integrations.ray import clean_dataset

    ray = ray_cluster
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    source = pa.table({"id": IDS * 20, "text": TEXTS * 20, "raw": TEXTS * 20})
    pq.write_table(source, tmp_path / "in.parquet", row_group_size=50)
    dataset = ray.data.read_parquet(str(tmp_path / "in.parquet"))
    cleaned = clean_dataset(dataset, "text", concurrency=1, batch_size=32)
    cleaned.write_parquet(str(tmp_path / "out"))
    files = sorted((tmp_path / "out").glob("*.parquet"))
    table = pa.concat_tables([pq.read_table(file) for file in files]).sort_by("id")
    wanted = source.set_column(1, "text", pa.array(expected() * 20)).sort_by("id")
    assert table.to_pylist() == wanted.to_pylist()
    assert [row["text"] for row in cleaned.take_all()] == expected() * 20
    default = clean_dataset(dataset, concurrency=(1, 2)).take(len(TEXTS))
    assert [row["raw"] for row in default] == expected()


@needs("datatrove")
def test_datatrove_counts_and_keeps_documents(tmp_path: Path) -> None:
    from datatrove.data import Document

    from vnclean.integrations.datatrove import VncleanFormatter

    texts = [text for text in TEXTS if text is not None]
    step = pickle.loads(pickle.dumps(VncleanFormatter()))
    given = [Document(text, str(k), metadata={"k": k}) for k, text in enumerate(texts)]
    done = list(step.run(given))
    assert [document.text for document in done] == [text for text in expected() if text is not None]
    assert [(document.id, document.metadata) for document in done] == [
        (str(k), {"k": k}) for k in range(len(texts))
    ]
    pipeline = Pipeline.preset("standard")
    results = [pipeline.explain(text) for text in texts]
    stats = {name: stat.total for name, stat in step.stats.stats.items()}
    assert stats["total"] == stats["forwarded"] == len(texts)
    assert stats["changed"] == sum(result.changed for result in results)
    assert stats["edits"] == sum(len(result.edits) for result in results)
    assert stats["edits_tone.misplaced"] == 2


@needs("datatrove")
def test_datatrove_rejects_go_to_the_exclusion_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datatrove.data import Document
    from datatrove.pipeline.writers import JsonlWriter

    from vnclean.integrations.datatrove import VncleanFormatter

    def explain(self: Pipeline, text: str) -> Any:
        if "hỏng" in text:
            raise RuntimeError("for a test")
        return whole(self, text)

    whole = Pipeline.explain
    monkeypatch.setattr(Pipeline, "explain", explain)
    given = [Document("đoạn văn hỏng", "a"), Document("đoạn văn", "b")]
    writer = JsonlWriter(str(tmp_path), compression=None)
    step = VncleanFormatter(exclusion_writer=writer)
    assert [document.id for document in step.run(given)] == ["b"]
    (line,) = next(tmp_path.glob("*.jsonl")).read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert record["text"] == "đoạn văn hỏng"
    assert "RuntimeError: for a test" in record["metadata"]["filter_reason"]
    assert step.stats.stats["dropped"].total == step.stats.stats["failed"].total == 1
    # Without a writer nothing may be lost.
    assert [document.id for document in VncleanFormatter().run(given)] == ["a", "b"]


def _stats(folder: Path) -> dict[str, Any]:
    steps = json.loads((folder / "stats.json").read_text(encoding="utf-8"))
    stats = next(step["stats"] for step in steps if "vnclean" in step["name"])
    return {name: stat["total"] if isinstance(stat, dict) else stat for name, stat in stats.items()}


def _datatrove_steps(tmp_path: Path) -> list[Any]:
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    from vnclean.integrations.datatrove import VncleanFormatter

    (tmp_path / "in").mkdir()
    for part in range(2):
        rows = [{"id": f"{part}-{k}", "text": text} for k, text in enumerate(TEXTS) if text]
        (tmp_path / "in" / f"{part}.jsonl").write_text(
            "".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8"
        )
    return [
        JsonlReader(str(tmp_path / "in")),
        VncleanFormatter(exclusion_writer=JsonlWriter(str(tmp_path / "rejects"))),
        JsonlWriter(str(tmp_path / "out"), "${rank}.jsonl", compression=None),
    ]


def _check_datatrove(tmp_path: Path) -> None:
    wanted = [clean for text, clean in zip(TEXTS, expected(), strict=True) if text]
    for part in range(2):
        lines = (tmp_path / "out" / f"{part:05}.jsonl").read_text(encoding="utf-8").split("\n")
        assert [json.loads(line)["text"] for line in lines if line] == wanted
    stats = _stats(tmp_path / "logs")
    assert stats["total"] == 2 * len(wanted)
    assert stats["changed"] == sum(a != b for a, b in zip(TEXTS, expected(), strict=True)) * 2


@needs("datatrove")
def test_datatrove_local_executor(tmp_path: Path) -> None:
    from datatrove.executor import LocalPipelineExecutor

    steps = _datatrove_steps(tmp_path)
    LocalPipelineExecutor(steps, tasks=2, workers=1, logging_dir=str(tmp_path / "logs")).run()
    _check_datatrove(tmp_path)


@needs("datatrove", "ray")
def test_datatrove_ray_executor(tmp_path: Path, ray_cluster: Any) -> None:
    from datatrove.executor import RayPipelineExecutor

    steps = _datatrove_steps(tmp_path)
    RayPipelineExecutor(
        steps, tasks=2, workers=2, mem_per_cpu_gb=0.1, logging_dir=str(tmp_path / "logs")
    ).run()
    _check_datatrove(tmp_path)


@needs("datatrove")
def test_datatrove_slurm_executor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for `sbatch` runs the job script as Slurm would: one shell per array task."""
    from datatrove.executor import SlurmPipelineExecutor

    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "sbatch").write_text(
        "#!/usr/bin/env bash\n"
        "script=${@: -1}\n"
        "for task in 0 1; do\n"
        "  SLURM_ARRAY_TASK_ID=$task SLURM_JOB_ID=1 SLURM_NODELIST=here bash $script >&2\n"
        "done\n"
        "echo 'Submitted batch job 1'\n"
    )
    (fake / "srun").write_text('#!/usr/bin/env bash\nshift 3  # -l -n 1\n"$@"\n')
    (fake / "scontrol").write_text("#!/usr/bin/env bash\necho localhost\n")
    for name in ("sbatch", "srun", "scontrol"):
        (fake / name).chmod(0o755)
    paths = [str(fake), str(Path(sys.executable).parent), "/usr/bin", "/bin"]
    monkeypatch.setenv("PATH", ":".join(paths))
    steps = _datatrove_steps(tmp_path)
    SlurmPipelineExecutor(
        steps, job_name="vnclean", tasks=2, time="00:10:00", partition="any",
        logging_dir=str(tmp_path / "logs"), slurm_logs_folder=str(tmp_path / "slurm"),
        randomize_start_duration=0, env_command="true",
    ).run()  # fmt: skip
    _check_datatrove(tmp_path)


@needs("datasets")
def test_huggingface_cleans_and_finds_its_cache_again(tmp_path: Path) -> None:
    from datasets import Dataset, DatasetDict, load_dataset
    from datasets.fingerprint import Hasher

    from vnclean.integrations.huggingface import TextCleaner, clean_dataset

    dataset = Dataset.from_dict({"id": IDS, "text": TEXTS, "raw": TEXTS})
    cleaned = clean_dataset(dataset, batch_size=4)
    assert cleaned.features == dataset.features
    assert cleaned["text"][:] == expected()
    assert cleaned["raw"][:] == TEXTS
    arrow = dataset.with_format("arrow").map(TextCleaner(("text",)), batched=True)
    assert arrow.with_format(None)["text"][:] == expected()
    both = clean_dataset(DatasetDict(train=dataset), ["text", "raw"], "safe")
    assert both["train"]["raw"][:] == expected("safe")
    (tmp_path / "in.jsonl").write_text('{"text": "có hiệu qủa"}\n', encoding="utf-8")
    streamed = load_dataset(
        "json", data_files=str(tmp_path / "in.jsonl"), streaming=True, split="train",
        cache_dir=str(tmp_path),
    )  # fmt: skip
    assert next(iter(clean_dataset(streamed)))["text"] == "có hiệu quả"
    with pytest.raises(ConfigError, match="no column 'body'"):
        clean_dataset(dataset, "body")

    built = Pipeline.from_toml(Pipeline.preset("standard").to_toml())
    here = Hasher.hash(TextCleaner(("text",), built))
    assert here == Hasher.hash(TextCleaner(("text",)))
    assert here != Hasher.hash(TextCleaner(("text",), "safe"))
    assert here != Hasher.hash(TextCleaner(("raw",)))
    code = (
        "from datasets.fingerprint import Hasher\n"
        "from vnclean.integrations.huggingface import TextCleaner\n"
        "from vnclean.pipeline import Pipeline\n"
        "clean = TextCleaner(('text',), Pipeline.preset('standard')); clean({'text': ['a']})\n"
        "print(Hasher.hash(clean))\n"
    )
    there = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert there.stdout.strip() == here
    assert pickle.loads(pickle.dumps(TextCleaner(("text",), built))).pipeline == built


@needs("polars")
def test_polars_series_expressions_and_lazy_frames() -> None:
    import polars as pl

    from vnclean.integrations.polars import clean, clean_series

    frame = pl.DataFrame({"id": IDS, "text": TEXTS, "raw": TEXTS})
    cleaned = frame.with_columns(clean("text"))
    assert cleaned.schema == frame.schema
    assert cleaned["text"].to_list() == expected()
    assert cleaned["raw"].to_list() == TEXTS
    lazy = frame.lazy().with_columns(clean(["text", "raw"], Pipeline.preset("safe"))).collect()
    assert lazy["raw"].to_list() == expected("safe")
    assert frame.select(clean(pl.col("text").alias("new")))["new"].to_list() == expected()
    categories = frame["text"].cast(pl.Categorical)
    assert clean_series(categories).to_list() == expected()
    assert clean_series(categories).dtype == categories.dtype
    unchanged = pl.Series("a", ["bình thường"])
    assert clean_series(unchanged) is unchanged
    with pytest.raises(ConfigError, match="holds no text"):
        clean_series(frame["id"])


@needs("dask", "pandas")
def test_dask_dataframes_and_bags() -> None:
    import dask.bag as db
    import dask.dataframe as dd
    import pandas as pd

    from vnclean.integrations.dask import clean_bag, clean_dataframe

    for kind in ("str", "string", object):
        column = pd.Series(TEXTS, dtype=kind)
        frame = pd.DataFrame({"id": IDS, "text": column, "raw": column}, index=range(5, 21))
        frame["text"] = column.to_numpy()
        frame["text"] = frame["text"].astype(kind)
        parts = dd.from_pandas(frame, npartitions=3)
        cleaned = clean_dataframe(parts, "text").compute(scheduler="synchronous")
        assert [None if pd.isna(text) else text for text in cleaned["text"]] == expected()
        pd.testing.assert_frame_equal(cleaned[["id", "raw"]], parts[["id", "raw"]].compute())
        assert cleaned.dtypes.equals(parts.compute().dtypes)
        assert list(cleaned.index) == list(frame.index)
        with pytest.raises(ConfigError, match="columns are: id, text, raw"):
            clean_dataframe(parts, "body")
        with pytest.raises(ConfigError, match="'id' holds no text"):
            clean_dataframe(parts, "id")

    bag = db.from_sequence([*TEXTS, "lẻ \ud800 loi"], npartitions=3)
    assert clean_bag(bag).compute(scheduler="synchronous")[:-1] == expected()
    records = db.from_sequence([{"t": text, "k": 1} for text in TEXTS] + [{"k": 2}], npartitions=2)
    done = clean_bag(records, "t").compute(scheduler="synchronous")
    assert [record["t"] for record in done[:-1]] == expected()
    assert done[-1] == {"k": 2}
    with pytest.raises(ConfigError, match="holds str, no dicts"):
        clean_bag(db.from_sequence(["a"]), "t").compute(scheduler="synchronous")


@needs("pandas")
@pytest.mark.parametrize("kind", ["object", "string", "category"])
def test_pandas_series_and_frames(kind: str) -> None:
    import pandas as pd

    import vnclean.integrations.pandas  # noqa: F401  (registers the accessor)

    series = pd.Series(TEXTS, index=IDS[::-1], name="text", dtype=kind)
    frame = pd.DataFrame({"id": IDS, "text": series.to_numpy(), "n": 1.5}, index=IDS[::-1])
    frame["text"] = series
    before = frame.copy(deep=True)
    cleaned = frame.vnclean.clean("text")
    pd.testing.assert_frame_equal(frame, before)
    assert list(cleaned.columns) == ["id", "text", "n"]
    assert cleaned["text"].dtype == series.dtype or kind == "category"
    assert list(cleaned.index) == list(frame.index)
    found = [None if pd.isna(text) else text for text in cleaned["text"]]
    assert found == expected()
    assert [None if pd.isna(t) else t for t in series.vnclean.clean("safe")] == expected("safe")
    assert cleaned["n"].equals(frame["n"])
    pd.testing.assert_frame_equal(frame.vnclean.clean(), cleaned)
    with pytest.raises(ConfigError, match="columns are: id, text, n"):
        frame.vnclean.clean("body")
    with pytest.raises(ConfigError, match="'id' holds no text"):
        frame.vnclean.clean(["id"])
    with pytest.raises(ConfigError, match="holds no text"):
        frame["n"].vnclean.clean()
    with pytest.raises(TypeError, match=r"frame\.vnclean\.clean"):
        Pipeline.preset("safe").clean_batch(frame)


@needs("pandas")
def test_pandas_values_that_are_missing_stay_what_they_are() -> None:
    import pandas as pd

    from vnclean.integrations.pandas import clean_frame, clean_series

    series = pd.Series(["hiệu qủa", None, float("nan"), pd.NA, 3, "sạch"], dtype=object)
    cleaned = clean_series(series)
    assert [cleaned[0], cleaned[4], cleaned[5]] == ["hiệu quả", 3, "sạch"]
    assert all(cleaned[at] is series[at] for at in (1, 3))
    assert cleaned[2] != cleaned[2]
    clean = pd.Series(["sạch", None], dtype=object)
    assert clean_series(clean) is clean
    two = pd.Series(["hiệu qủa", "hiệu quả", None], dtype="category")
    assert [*clean_series(two).cat.categories] == ["hiệu quả"]
    assert clean_frame(pd.DataFrame({"a": []}, dtype="string")).empty
    with pytest.raises(ConfigError, match="several columns of one name"):
        clean_frame(pd.DataFrame([["a", "b"]], columns=["x", "x"]))


@needs("sklearn")
def test_scikit_learn_takes_it_into_a_pipeline_and_searches_over_it() -> None:
    from sklearn.base import clone
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    from vnclean.integrations.sklearn import VncleanTextTransformer

    step = VncleanTextTransformer()
    assert step.transform(TEXTS) == step.fit_transform(TEXTS) == expected()
    assert clone(VncleanTextTransformer("web")).get_params() == {"preset": "web"}
    assert pickle.loads(pickle.dumps(step)).transform(["hiệu qủa"]) == ["hiệu quả"]
    words = CountVectorizer().fit(
        VncleanTextTransformer("search").transform(["Hoà  bình", "hòa bình"])
    )
    assert len(words.vocabulary_) == 2
    texts = ["trời mưa to", "trời nắng", "hoà bình", "hòa bình"] * 5
    model = make_pipeline(VncleanTextTransformer(), CountVectorizer(), LogisticRegression())
    search = GridSearchCV(
        model, {"vncleantexttransformer__preset": ["safe", "standard"]}, cv=2, error_score="raise"
    ).fit(texts, [0, 0, 1, 1] * 5)
    assert search.predict(["hoà bình"])[0] == 1
    import numpy as np

    column = np.array([["hiệu qủa"], [None]], dtype=object)
    assert step.transform(column).tolist() == [["hiệu quả"], [None]]
    with pytest.raises(ConfigError, match="no preset"):
        VncleanTextTransformer("nothing").fit([])
