"""Parquet that is small as a file and large in memory: nothing is decoded that does not fit."""

from __future__ import annotations

import ast
import contextlib
import datetime
import decimal
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.plan import InputOptions
from vnclean.engine.undo import undo_files
from vnclean.errors import FormatError
from vnclean.formats import Reject, parquet_batches
from vnclean.formats.base import Oversized
from vnclean.formats.parquet import _LAST, Parquet, _unpacked
from vnclean.formats.parquet_pages import ColumnChunk, ColumnPages, column_chunks, column_pages
from vnclean.formats.row_sizes import row_sizes
from vnclean.pipeline import Pipeline

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
N = 60
KINDS = {
    "text": pa.array([f"câu {n % 3}" if n % 5 else None for n in range(N)]),
    "lists": pa.array([["a", None, "bb"] * (n % 4) if n % 5 else None for n in range(N)]),
    "large": pa.array([["a"] * (n % 4) for n in range(N)], pa.large_list(pa.large_string())),
    "pairs": pa.array([["a", None] for n in range(N)], pa.list_(pa.string(), 2)),
    "struct": pa.array(
        [{"p": "q", "r": {"s": [b"1", None]}} if n % 5 else None for n in range(N)],
        pa.struct([("p", pa.string()), ("r", pa.struct([("s", pa.list_(pa.binary()))]))]),
    ),
    "map": pa.array([[("k", "v")] * (n % 3) for n in range(N)], pa.map_(pa.string(), pa.string())),
    "decimal": pa.array([decimal.Decimal(n) for n in range(N)], pa.decimal128(20, 2)),
    "null": pa.nulls(N),
    "bool": pa.array([n % 3 == 0 for n in range(N)]),
    "time": pa.array([datetime.datetime(2020, 1, 1)] * N),
    "bytes": pa.array([b"12345"] * N, pa.binary(5)),
    "dictionary": pa.array(["u", "v"] * (N // 2)).dictionary_encode(),
    "categories": pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * (N // 2), pa.int8()), ["z", "a"], ordered=True
    ),
    "inner": pa.array([["a", "b"]] * N, pa.list_(pa.dictionary(pa.int32(), pa.string()))),
}

with contextlib.suppress(pa.ArrowNotImplementedError):  # of older ones
    KINDS["view"] = KINDS["text"].cast(pa.string_view())


def cleaned(folder: Path, name: str, most: int = 256 << 20):
    """Clean a file of a folder into `out.parquet`; return the summary and the rejects."""
    inputs = InputOptions(max_record=most)
    tasks = plan_cleaning([str(folder / name)], str(folder / "out.parquet"), inputs)
    options = RunOptions(rejects=folder / "r", edits=folder / "e.jsonl")
    summary = clean_files(tasks, PIPE, options)
    return summary, [json.loads(line) for line in (folder / "r").read_bytes().splitlines()]


@pytest.fixture
def little_room(monkeypatch):
    """As if a row group had to do with 100 kB."""
    monkeypatch.setattr(parquet_batches, "MIN_ROOM", 100_000)
    monkeypatch.setattr("vnclean.formats.parquet.MIN_ROOM", 100_000)


@pytest.mark.parametrize("size", [1, 200, 1 << 20])
def test_what_is_read_in_bounded_batches_is_what_arrow_reads(tmp_path, size):
    path = tmp_path / "a.parquet"
    table = pa.table(KINDS)
    pq.write_table(table, path, row_group_size=25)
    chunks = list(Parquet().split_file(path, size))
    batches = [_unpacked(chunk.data) for chunk in chunks]
    assert [chunk.line for chunk in chunks] == [
        1 + sum(batch.num_rows for batch in batches[:n]) for n in range(len(batches))
    ]
    ends = [chunk.line + b.num_rows - 1 for chunk, b in zip(chunks, batches, strict=True)
            if chunk.data[:1] == _LAST]  # fmt: skip
    assert ends == [25, 50, 60]
    want = pq.read_table(path)
    assert pa.Table.from_batches(batches).equals(want)
    for name in set(KINDS) - {"map"}:  # whose inner names do not travel
        assert batches[0].schema.field(name).equals(want.schema.field(name), check_metadata=True)


def test_a_text_that_all_rows_repeat_is_never_decoded_at_once(tmp_path):
    """20,000 rows of 100 kB in 25 kB: 2 GB if they were read as they are."""
    path = tmp_path / "a.parquet"
    rows = pa.array([0] * 20_000, pa.int32())
    texts = pa.DictionaryArray.from_arrays(rows, ["hiệu qủa " * 10_000])
    pq.write_table(pa.table({"text": texts}), path, store_schema=False, compression="zstd")
    assert os.path.getsize(path) < 25_000
    for number, chunk in enumerate(Parquet().split_file(path, 1 << 20)):
        assert len(chunk.data) < 5 << 20
        assert pa.total_allocated_bytes() < 50 << 20
        if number == 20:
            break


def test_dictionaries_are_cut_to_what_a_chunk_needs(tmp_path):
    path = tmp_path / "a.parquet"
    texts = [f"{n:9}" * 2_000 for n in range(400)]
    pq.write_table(pa.table({"text": pa.array(texts).dictionary_encode()}), path)
    sizes = [len(chunk.data) for chunk in Parquet().split_file(path, 100_000)]
    assert len(sizes) > 10
    assert max(sizes) < 1_000_000


def test_a_row_that_is_too_large_is_kept_whole_and_the_others_are_cleaned(tmp_path):
    path = tmp_path / "a.parquet"
    large = "hiệu qủa\n" * 200_000
    rows = ["hiệu qủa", "hiệu qủa ", large, "hiệu qủa ạ", large]
    table = pa.table({"id": range(5), "text": rows})
    pq.write_table(table, path, row_group_size=5)
    summary, rejects = cleaned(tmp_path, "a.parquet", most=1_000_000)
    assert pq.read_table(tmp_path / "out.parquet").to_pylist() == [
        {"id": n, "text": rows[n].replace("qủa", "quả")} for n in (0, 1, 3)
    ]
    assert pq.ParquetFile(tmp_path / "out.parquet").num_row_groups == 1
    assert summary.tally.rejected == 2
    assert {row["line"] for row in rejects} == {3, 5}
    assert rejects[-1]["reason"].startswith("too large: 2,")
    import base64
    import gzip

    for line in (3, 5):
        parts = [row for row in rejects if row["line"] == line]
        assert [row["part"] for row in parts] == list(range(1, len(parts) + 1))
        raw = b"".join(gzip.decompress(base64.b64decode(row["raw"])) for row in parts)
        assert raw.decode() == repr([table.to_pylist()[line - 1]])
    undone = undo_files(tmp_path / "out.parquet", tmp_path / "e.jsonl", tmp_path / "b")
    [(_, reason)] = undone.failed
    assert reason.startswith("the record at line 3 is not in the sidecar: too large")


def test_in_place_a_large_row_goes_to_the_rejects(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["hiệu qủa", "x" * 5_000]}), path)
    inputs = InputOptions(max_record=1_000)
    tasks = plan_cleaning([str(path)], None, inputs, in_place=True)
    before = path.read_bytes()
    assert clean_files(tasks, PIPE, RunOptions()).left == [str(path)]
    assert path.read_bytes() == before
    clean_files(tasks, PIPE, RunOptions(rejects=tmp_path / "r"))
    assert pq.read_table(path)["text"].to_pylist() == ["hiệu quả"]
    assert (tmp_path / "r").stat().st_size


def test_a_page_that_is_too_large_costs_its_row_group_alone(tmp_path, little_room):
    path = tmp_path / "a.parquet"
    rows = ["hiệu qủa"] * 3 + ["x" * 500_000] + ["hiệu qủa"] * 2
    pq.write_table(pa.table({"text": rows}), path, row_group_size=3, compression="zstd")
    summary, rejects = cleaned(tmp_path, "a.parquet", most=50_000)
    assert pq.read_table(tmp_path / "out.parquet")["text"].to_pylist() == ["hiệu quả"] * 3
    [row] = rejects
    assert row["line"] == 4
    assert row["reason"].startswith("too large: rows 4 to 6 can't be read (its pages of 5")
    assert row["reason"].endswith("; --max-record allows more")
    assert summary.failed


@pytest.mark.parametrize("rows", [1, 50])
def test_lists_of_one_long_run_cost_their_row_group_alone(tmp_path, little_room, rows):
    path = tmp_path / "a.parquet"
    text = pa.array(["hiệu qủa"] * rows)
    lists = pa.array([[7] * (3_000_000 // rows)] * rows)
    pq.write_table(pa.table({"text": text, "n": lists}), path, compression="zstd")
    assert os.path.getsize(path) < 3_000
    [reject] = Parquet(max_record=50_000).split_file(path, 1 << 20)
    assert isinstance(reject, Reject)
    assert "lists 'n.list.element' of 24,000,000 bytes come from" in reject.reason


def test_rows_without_end_are_cut_off(tmp_path, little_room):
    """Each is small; together they are more than anyone wrote."""
    path = tmp_path / "a.parquet"
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 5000, pa.int32()), ["x" * 1000])
    pq.write_table(pa.table({"text": texts}), path, store_schema=False, compression="zstd")
    found = list(Parquet(max_record=50_000).split_file(path, 100_000))
    [reject] = [one for one in found if isinstance(one, Reject)]
    assert "bytes come from" in reject.reason
    there = sum(_unpacked(one.data).num_rows for one in found if not isinstance(one, Reject))
    assert f"rows {there + 1:,} to 5,000 can't be read" in reject.reason


def test_a_row_of_more_than_can_be_written_out_is_named_alone(tmp_path, little_room):
    path = tmp_path / "a.parquet"
    rows = pa.table({"text": ["a", "b"], "tags": [["x"], ["y" * 10_000] * 100]})
    pq.write_table(rows, path, compression="zstd")
    found = list(Parquet(max_record=50_000).split_file(path, 1 << 20))
    assert [_unpacked(one.data).num_rows for one in found if not isinstance(one, Reject)] == [1, 0]
    [reject] = [one for one in found if isinstance(one, Reject)]
    assert reject.line == 2
    assert not reject.whole
    assert reject.reason.startswith("too large: 1,000,")


def test_what_was_cleaned_in_bounded_batches_can_be_undone(tmp_path):
    path = tmp_path / "a.parquet"
    rows = pa.array([0, 1] * 300, pa.int32())
    texts = pa.DictionaryArray.from_arrays(rows, ["hiệu qủa " * 3_000, "sạch"])
    pq.write_table(pa.table({"text": texts}), path, store_schema=False, row_group_size=250)
    cleaned(tmp_path, "a.parquet")
    done = undo_files(tmp_path / "out.parquet", tmp_path / "e.jsonl", tmp_path / "b.parquet")
    assert not done.failed
    assert pq.read_table(tmp_path / "b.parquet").equals(pq.read_table(path))


def test_a_row_group_that_is_too_large_to_be_held_is_written_as_several(tmp_path, little_room):
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.table({"text": [f"{n} hiệu qủa " * 200 for n in range(400)]}), path,
        use_dictionary=False, data_page_size=10_000, write_batch_size=5,
    )  # fmt: skip
    cleaned(tmp_path, "a.parquet", most=50_000)
    out = tmp_path / "out.parquet"
    assert pq.ParquetFile(out).num_row_groups > 1
    assert pq.read_table(out)["text"].to_pylist() == [f"{n} hiệu quả " * 200 for n in range(400)]


@given(st.lists(st.sampled_from([3, 40, 2_000, 9_000]), max_size=12), st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_every_row_comes_once_in_its_place(tmp_path_factory, lengths, group):
    path = tmp_path_factory.mktemp("rows") / "a.parquet"
    rows = [str(n % 10) * length for n, length in enumerate(lengths)]
    pq.write_table(pa.table({"text": pa.array(rows, pa.string())}), path, row_group_size=group)
    came: dict[int, str] = {}
    written = b""
    ends = 0
    for one in Parquet(max_record=5_000).split_file(path, 1_500):
        if isinstance(one.data, Oversized):
            written = one.data if one.data.part == 1 else written + one.data
            if one.data.last:
                came[one.line] = ast.literal_eval(written.decode())[0]["text"]
            continue
        ends += one.data[:1] == _LAST
        for n, text in enumerate(_unpacked(one.data)["text"].to_pylist()):
            assert one.line + n not in came
            came[one.line + n] = text
    assert came == dict(enumerate(rows, 1))
    groups = [rows[n : n + group] for n in range(0, len(rows), group)]
    assert ends == sum(any(len(row) <= 5_000 for row in part) for part in groups)


def test_the_sizes_of_rows_are_those_of_what_is_written(tmp_path):
    batch = pa.record_batch(
        {
            "text": pa.array(["aaaa", None, "aaaa"]).dictionary_encode(),
            "tags": [["bb", "ccc"], [], None],
            "n": [1, 2, 3],
        }
    )
    assert row_sizes(batch).tolist() == [5 + 1 + 3 + 4 + 8, 5 + 1 + 8, 5 + 1 + 8]
    assert row_sizes(batch.slice(1)).tolist() == row_sizes(batch)[1:].tolist()
    for name, column in KINDS.items():
        whole = row_sizes(pa.record_batch({name: column}))
        assert len(whole) == N
        assert whole.min() >= 1
        assert row_sizes(pa.record_batch({name: column.slice(7, 30)})).tolist() == (
            whole[7:37].tolist()
        ), name


def test_a_value_outside_its_dictionary_is_damage():
    for index in (2, -1):
        places = pa.array([0, index, None], pa.int32())
        texts = pa.DictionaryArray.from_arrays(places, ["a", "b"], safe=False)
        with pytest.raises(FormatError, match="not in its dictionary"):
            row_sizes(pa.record_batch({"text": texts}))


def test_pages_are_what_their_headers_say(tmp_path):
    path = tmp_path / "a.parquet"
    rows = [f"{n} câu" * 20 for n in range(3_000)]
    pq.write_table(
        pa.table({"text": rows}), path, data_page_size=5_000, use_dictionary=False,
        write_batch_size=10,
    )  # fmt: skip
    with path.open("rb") as file:
        [[chunk]] = column_chunks(file)
        pages = column_pages(file, chunk)
        assert pages.values == 3_000
        assert pages.dictionary == 0
        assert 5_000 <= pages.largest < 10_000
        assert sum(map(len, map(str.encode, rows))) < pages.total <= chunk.unpacked
        assert column_pages(file, chunk._replace(packed=3)) == ColumnPages()


def test_columns_are_what_arrow_says_of_them(tmp_path):
    path = tmp_path / "a.parquet"
    packing = {name: "gzip" for name in KINDS if name < "lists"}
    pq.write_table(pa.table(KINDS), path, row_group_size=25, compression=packing or "zstd")
    with path.open("rb") as file:
        groups = column_chunks(file)
    metadata = pq.ParquetFile(path).metadata
    for number, group in enumerate(groups):
        for n, chunk in enumerate(group):
            told = metadata.row_group(number).column(n)
            start = told.dictionary_page_offset or told.data_page_offset
            sizes = (told.num_values, told.total_uncompressed_size, told.total_compressed_size)
            assert chunk[2:] == (*sizes, start)
            assert chunk.path == told.path_in_schema
            assert chunk.codec.replace("none", "uncompressed") == told.compression.lower()
    assert len(groups) == metadata.num_row_groups


def test_a_damaged_end_does_not_end_the_process(tmp_path):
    """Arrow asked for a column whose counts don't fit its levels calls `terminate`."""
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a", None] * 9}), path, write_page_index=False)
    before, after = b"\x25\x02\x18\x04text", b"\x25\x00\x18\x04text"  # optional, required
    assert path.read_bytes().count(before) == 1
    path.write_bytes(path.read_bytes().replace(before, after))
    run = subprocess.run(
        [sys.executable, "-m", "vnclean", "clean", str(path), "-o", str(tmp_path / "b.parquet")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 3, run.stderr
    assert "the Parquet data is damaged: rows 1 to 18 can't be read" in run.stderr


@pytest.mark.parametrize("encoded", [False, True], ids=["plain", "dictionary"])
def test_a_text_that_is_not_utf8_costs_its_row_alone(tmp_path, encoded):
    path = tmp_path / "a.parquet"
    texts = pa.array(["hiệu qủa".encode(), b"\xff", None, "hiệu qủa".encode()], pa.binary())
    other = pa.array([b"\xfe", b"b", b"c", b"d"], pa.binary())
    columns = {"id": range(4), "text": texts.view(pa.string()), "other": other.view(pa.string())}
    columns["tags"] = pa.array([[1]] * 4)
    columns["inner"] = pa.ListArray.from_arrays([0, 1, 2, 3, 4], columns["other"])
    pq.write_table(pa.table(columns), path, use_dictionary=encoded)
    _, rejects = cleaned(tmp_path, "a.parquet")
    assert [(row["line"], row["reason"]) for row in rejects] == [(2, "not UTF-8: byte 0 (0xff)")]
    [row] = ast.literal_eval(rejects[0]["raw"])
    assert row == {"id": 1, "text": b"\xff", "other": "b", "tags": [1], "inner": ["b"]}
    out = pq.read_table(tmp_path / "out.parquet")
    assert out["id"].to_pylist() == [0, 2, 3]
    assert out["text"].to_pylist() == ["hiệu quả", None, "hiệu quả"]
    assert out["other"].chunk(0).view(pa.binary()).to_pylist() == [b"\xfe", b"c", b"d"]
    done = undo_files(tmp_path / "out.parquet", tmp_path / "e.jsonl", tmp_path / "b.parquet")
    assert not done.failed
    assert pq.read_table(tmp_path / "b.parquet").equals(pq.read_table(path))


def test_a_large_row_that_is_not_utf8_is_kept_as_bytes(tmp_path):
    path = tmp_path / "a.parquet"
    text = pa.array([b"\xff" * 5000], pa.binary()).view(pa.string())
    pair = pa.StructArray.from_arrays([text, pa.array([{"a": 1}])], ["p", "q"])
    pq.write_table(pa.table({"text": text, "pair": pair}), path)
    found = list(Parquet(max_record=1000).split_file(path, 1 << 20))
    raw = b"".join(chunk.data for chunk in found)
    assert ast.literal_eval(raw.decode()) == [
        {"text": b"\xff" * 5000, "pair": {"p": b"\xff" * 5000, "q": {"a": 1}}}
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_headers_or_none(tmp_path_factory, data):
    import io

    pages = column_pages(io.BytesIO(data), ColumnChunk("a", "none", 1, 1, len(data), 0))
    assert min(pages) >= 0
    with contextlib.suppress(FormatError):
        column_chunks(io.BytesIO(data + len(data).to_bytes(4, "little") + b"PAR1"))
