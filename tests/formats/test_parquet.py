"""Parquet: only the chosen columns differ."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import pytest

from vnclean.engine import RunOptions, clean_files, plan_cleaning, plan_reading, survey
from vnclean.engine.plan import InputError, InputOptions
from vnclean.formats import format_named
from vnclean.formats.base import Chunk, RecordError, Reject
from vnclean.formats.parquet import _LAST, Parquet, _packed, _unpacked
from vnclean.pipeline import Pipeline

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False, metadata={"note": "key"}),
        pa.field("text", pa.string()),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string())),
        pa.field("tags", pa.list_(pa.string())),
        pa.field("big", pa.large_string()),
    ],
    metadata={"source": "crawl"},
)


def table(rows: int) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "id": n,
                "text": None if n % 5 == 0 else f"hiệu qủa {n}" if n % 3 else "sạch",
                "kind": "hiệu qủa" if n % 2 else "báo",
                "tags": ["hiệu qủa", None],
                "big": f"hiệu qủa {n}",
            }
            for n in range(rows)
        ],
        SCHEMA,
    )


def cleaned(source: Path, target: Path, *keys: str, jobs: int = 1) -> pa.Table:
    tasks = plan_cleaning([str(source)], str(target), InputOptions(keys=keys), replace=True)
    summary = clean_files(tasks, PIPE, RunOptions(jobs=jobs))
    assert not summary.failed
    return pq.read_table(target)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.parquet"
    pq.write_table(
        table(1000), path, row_group_size=300, compression={"id": "gzip", "text": "zstd"}
    )
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("jobs", "size"), [(1, 1 << 20), (1, 3000), (2, 3000)])
def test_only_the_chosen_columns_differ(source, tmp_path, monkeypatch, jobs, size):
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", size)
    before = pq.read_table(source)
    after = cleaned(source, tmp_path / "b.parquet", "text", "kind", jobs=jobs)
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.select(["id", "tags", "big"]).equals(before.select(["id", "tags", "big"]))
    assert after["text"].to_pylist() == [
        text and text.replace("qủa", "quả") for text in before["text"].to_pylist()
    ]
    assert set(after["kind"].to_pylist()) == {"hiệu quả", "báo"}
    old, new = pq.ParquetFile(source).metadata, pq.ParquetFile(tmp_path / "b.parquet").metadata
    for number in range(old.num_row_groups):
        assert new.row_group(number).num_rows == old.row_group(number).num_rows
        for column in range(old.num_columns):
            packing = old.row_group(number).column(column).compression
            assert new.row_group(number).column(column).compression == packing
    assert new.num_row_groups == old.num_row_groups


def test_large_strings_and_empty_files(source, tmp_path):
    after = cleaned(source, tmp_path / "b.parquet", "big")
    assert after["big"][1].as_py() == "hiệu quả 1"
    pq.write_table(table(0), tmp_path / "none.parquet")
    assert cleaned(tmp_path / "none.parquet", tmp_path / "c.parquet").num_rows == 0


def test_what_can_not_be_done_is_said(source, tmp_path):
    with pytest.raises(InputError, match="-o FILE"):
        plan_cleaning([str(source)], None, InputOptions())
    with pytest.raises(InputError, match="formats are kept"):
        plan_cleaning([str(source)], str(tmp_path / "b.jsonl"), InputOptions())
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.parquet").write_bytes(b"PAR1 no")
    source.rename(tmp_path / "in" / "good.parquet")
    rejects = tmp_path / "rejects"
    for key, count in (("text", 1), ("id", 2), ("body", 2)):
        tasks = plan_cleaning(
            [str(tmp_path / "in")], str(tmp_path / f"out-{key}"), InputOptions(keys=(key,))
        )
        assert len(clean_files(tasks, PIPE, RunOptions(rejects=rejects)).failed) == count
        kept = [json.loads(line) for line in rejects.read_text(encoding="utf-8").split("\n")[:-1]]
        assert "no Parquet" in kept[0]["reason"]
    assert "'id', 'text'" in kept[1]["reason"]


class Explodes:
    def fingerprint(self) -> str:
        return "x"

    def __call__(self, text: str) -> str:
        if text.endswith("7"):
            raise ValueError("seven")
        return text


def test_a_row_that_fails_is_a_reject(source, tmp_path):
    target = tmp_path / "b.parquet"
    tasks = plan_cleaning([str(source)], str(target), InputOptions())
    summary = clean_files(tasks, Explodes())  # type: ignore[arg-type]
    bad = [t for t in pq.read_table(source)["text"].to_pylist() if t and t.endswith("7")]
    assert summary.tally.rejected == len(bad)
    assert pq.read_table(target).num_rows == 1000 - len(bad)


def test_it_is_surveyed_by_rows(source):
    places = [
        (finding.place.line, finding.place.text)
        for _, part in survey(plan_reading([str(source)], InputOptions()), PIPE)
        for finding in part.findings
    ]
    assert places[0] == (2, "hiệu qủa 1")


def test_a_file_whose_last_rows_can_not_be_written_ends_in_silence(source, tmp_path, monkeypatch):
    """What writes Parquet would put the end to its file when it is taken apart, the file closed."""
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    with (tmp_path / "b.parquet").open("wb") as file:
        writer = Parquet().writer(file, source)
        for rows in (table(2), pa.table({"text": ["hai"]})):
            target = pa.BufferOutputStream()
            with pa.ipc.new_stream(target, rows.schema) as stream:
                stream.write_table(rows)
            writer.write(b"\0" + target.getvalue().to_pybytes())
        with pytest.raises(pa.ArrowInvalid, match="Schema"):
            writer.close()
    del writer
    gc.collect()
    assert said == []


def test_a_reject_holds_its_row_as_it_was_with_all_columns():
    def visit(field):
        if field.key == "b":
            raise RecordError("boo")
        return field.text.upper()

    kind = Parquet(keys=("a", "b"))
    rows = pa.table({"id": [7, 8], "a": ["x", "y"], "b": [None, "z"]})
    chunk = Chunk(_LAST + _packed(rows.to_batches()[0]), 1, kind)
    done = kind.rewrite(chunk, visit)
    [reject] = done.rejects
    assert reject == Reject(2, "boo", b"[{'id': 8, 'a': 'y', 'b': 'z'}]")
    assert _unpacked(done.data).to_pylist() == [{"id": 7, "a": "X", "b": None}]


def test_in_place_a_file_with_a_damaged_group_is_left_as_it_is(tmp_path):
    """Its rows are nowhere else, and may yet be saved."""
    path = tmp_path / "a.parquet"
    rows = [f"hiệu qủa {number}" * 9 for number in range(3000)]
    pq.write_table(
        pa.table({"text": rows}), path, row_group_size=1000, write_page_checksum=True,
        use_dictionary=False,
    )  # fmt: skip
    data = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[start + 40 : start + 4000] = b"\xff" * 3960
    path.write_bytes(data)
    tasks = plan_cleaning([str(path)], None, InputOptions(), in_place=True)
    summary = clean_files(tasks, PIPE, RunOptions(rejects=tmp_path / "r"))
    assert summary.left == summary.failed == [str(path)]
    assert path.read_bytes() == data


def test_a_row_that_is_left_out_is_named_by_its_number(tmp_path):
    pq.write_table(pa.table({"text": list("abcabc")}), tmp_path / "a", row_group_size=4)

    def visit(field):
        if field.text == "b":
            raise RecordError("no b")
        return field.text

    kind = format_named("parquet")
    found = [kind.rewrite(chunk, visit) for chunk in kind.split_file(tmp_path / "a", 1 << 20)]
    rejects = [reject for done in found for reject in done.rejects]
    assert [(reject.line, reject.reason) for reject in rejects] == [(2, "no b"), (5, "no b")]
    assert [reject.raw for reject in rejects] == [b"[{'text': 'b'}]"] * 2
