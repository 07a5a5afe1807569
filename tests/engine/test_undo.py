"""What undoing does with chunks, encodings, rows and records that were left out, bit by bit."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_engine import tree
from vnclean.engine import Cleaner, RunOptions, clean_files, plan_cleaning, undo
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.undo import SidecarError, undo_files
from vnclean.formats.delimited import Delimited
from vnclean.pipeline import Pipeline
from vnclean.signals import Criteria

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
ROWS = ["sạch", "hiệu qủa", "hoà bình", "gíơ cao", "hết"]
BAD = "The quick brown fox jumps over the lazy dog"
WANTED = {"min_quality": Criteria.parse("marked >= 0.05")}


def cleaned(folder: Path, source: Path, out: Path, monkeypatch=None, size=40, **options) -> None:
    """Clean in chunks of some bytes."""
    in_place = options.pop("in_place", False)
    reading = InputOptions(**options.pop("reading", {}))
    if monkeypatch is not None:
        monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", size)
    tasks = plan_cleaning(
        [str(source)], None if in_place else str(out), reading, in_place=in_place, replace=True
    )
    clean_files(tasks, PIPE, RunOptions(jobs=1, edits=folder / "e", **options))


def lines(folder: Path) -> list[dict]:
    return [json.loads(row) for row in (folder / "e").read_bytes().splitlines()]


def write_lines(folder: Path, rows: list[dict]) -> None:
    (folder / "e").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-be"])
@pytest.mark.parametrize("ending", ["", "\n"])
def test_text_comes_back_in_its_encoding_from_many_chunks(
    tmp_path, monkeypatch, encoding, ending
):  # fmt: skip
    text = "\n".join(ROWS * 9) + ending
    data = text.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    (tmp_path / "a.txt").write_bytes(data)
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt", monkeypatch,
            reading={"lines": True})  # fmt: skip
    assert sum("size" in row for row in lines(tmp_path)) > 5
    assert undo_files(tmp_path / "b.txt", tmp_path / "e", tmp_path / "c.txt").failed == []
    assert (tmp_path / "c.txt").read_bytes() == data


def test_the_records_of_a_sidecar_say_where_they_stand(tmp_path, monkeypatch):
    data = "".join(f'{{"text": "{row}"}}\n' for row in [ROWS[1], BAD, ROWS[1], "x", ROWS[3]])
    (tmp_path / "a.jsonl").write_text(data, encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.jsonl", tmp_path / "b.jsonl", monkeypatch, 1 << 20)
    head, chunk, *texts, end = lines(tmp_path)
    assert (head["sidecar"], chunk["line"], chunk["texts"]) == (1, 1, 3)
    assert chunk["size"] == [len(data.encode())] * 2
    assert [(row["line"], row["key"], row["text"]) for row in texts] == [
        (1, "text", 0), (3, "text", 2), (5, "text", 4)
    ]  # fmt: skip
    assert (end["end"], end["kept"], end["in_place"]) == (True, True, False)
    assert (end["place"], end["output"]) == ("a.jsonl", "b.jsonl")


@pytest.mark.parametrize("size", [1 << 20, 40])
def test_records_that_were_left_out_come_back_to_their_lines(tmp_path, monkeypatch, size):
    rows = [json.dumps({"text": row}, ensure_ascii=False) for row in [BAD, *ROWS, BAD, *ROWS]]
    rows[4] = '{"text": '
    data = ("\n".join(rows) + "\n\n{").encode()
    (tmp_path / "a.jsonl").write_bytes(data)
    cleaned(tmp_path, tmp_path / "a.jsonl", tmp_path / "b.jsonl", monkeypatch, size,
            rejects=tmp_path / "r", **WANTED)  # fmt: skip
    assert (tmp_path / "b.jsonl").read_bytes().count(b"text") == 9
    assert undo_files(tmp_path / "b.jsonl", tmp_path / "e", tmp_path / "c.jsonl").failed == []
    assert (tmp_path / "c.jsonl").read_bytes() == data
    if size > 40:  # a record of two lines leaves out the texts of both
        named = [row["line"] for row in lines(tmp_path) if "key" in row]
        assert named == [3, 9, 11]


def test_records_of_several_lines_that_were_left_out(tmp_path, monkeypatch):
    rows = ["id,text", '1,"hiệu qủa"', f'2,"{BAD}\n{BAD}"', '3,"hiệu qủa\nhoà"', "4,hiệu qủa"]
    data = "".join(f"{row}\r\n" for row in rows).encode()
    (tmp_path / "a.csv").write_bytes(data)
    cleaned(tmp_path, tmp_path / "a.csv", tmp_path / "b.csv", monkeypatch, 1 << 20,
            rejects=tmp_path / "r", **WANTED)  # fmt: skip
    assert [row["line"] for row in lines(tmp_path) if "key" in row] == [2, 5, 7]
    assert undo_files(tmp_path / "b.csv", tmp_path / "e", tmp_path / "c.csv").failed == []
    assert (tmp_path / "c.csv").read_bytes() == data


def test_a_format_that_fails_is_undone_from_the_sidecar_alone(tmp_path, monkeypatch):
    def fail(self, chunk, visit):
        raise ZeroDivisionError

    data = "text\nhiệu qủa\n".encode()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes(data)
    (tmp_path / "in" / "b.txt").write_text("hiệu qủa", encoding="utf-8")
    monkeypatch.setattr(Delimited, "rewrite", fail)
    cleaned(tmp_path, tmp_path / "in", tmp_path / "out", rejects=tmp_path / "r")
    assert list(tree(tmp_path / "out")) == ["b.txt"]
    assert undo_files(tmp_path / "out", tmp_path / "e", tmp_path / "back").failed == []
    assert tree(tmp_path / "back") == tree(tmp_path / "in")


@pytest.mark.parametrize("group", [3, 100])
def test_rows_that_were_left_out_come_back(tmp_path, monkeypatch, group):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    texts = [BAD, "hiệu qủa", None, "hoà", "hiệu qủa", BAD, "gíơ cao", "hết", BAD]
    table = pa.table({"n": range(9), "text": texts})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=group)
    cleaned(tmp_path, tmp_path / "a.parquet", tmp_path / "b.parquet", rejects=tmp_path / "r",
            **WANTED)  # fmt: skip
    assert pq.read_table(tmp_path / "b.parquet").num_rows == 6
    rejects = (tmp_path / "r").read_bytes().splitlines()
    assert [json.loads(row)["line"] for row in rejects] == [1, 6, 9]
    named = [(row["line"], row["key"]) for row in lines(tmp_path) if "key" in row]
    assert named == [(2, "text"), (5, "text"), (7, "text")]
    done = undo_files(tmp_path / "b.parquet", tmp_path / "e", tmp_path / "c.parquet")
    assert done.failed == []
    assert pq.read_table(tmp_path / "c.parquet") == table
    found = pq.ParquetFile(tmp_path / "c.parquet")
    assert found.num_row_groups == pq.ParquetFile(tmp_path / "a.parquet").num_row_groups
    # what does not fit is said, and leaves nothing
    rows = lines(tmp_path)
    for row in rows:
        for edit in row.get("edits", ()):
            edit["after"] += "!"
    write_lines(tmp_path, rows)
    done = undo_files(tmp_path / "b.parquet", tmp_path / "e", tmp_path / "d.parquet")
    assert "line 2 (text) of the original is not as" in done.failed[0][1]
    assert not [path for path in tmp_path.iterdir() if path.name.lstrip(".").startswith("d.")]
    with_none = undo_files(tmp_path / "b.parquet", tmp_path / "e", None)
    assert "is no stream" in with_none.failed[0][1]


def test_a_cleaned_file_goes_to_standard_output_whole_or_not_at_all(tmp_path, monkeypatch):
    data = "".join(f"{row}\n" for row in ROWS * 5)
    (tmp_path / "a.txt").write_text(data, encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt", monkeypatch,
            reading={"lines": True})  # fmt: skip
    out = io.BytesIO()
    monkeypatch.setattr("vnclean.engine.atomic_files.sys", SimpleNamespace(
        stdout=SimpleNamespace(buffer=out)))  # fmt: skip
    assert undo_files(tmp_path / "b.txt", tmp_path / "e", None).failed == []
    assert out.getvalue().decode() == data
    out.seek(0)
    out.truncate()
    with (tmp_path / "b.txt").open("ab") as file:
        file.write(b"more")
    assert "goes on after" in undo_files(tmp_path / "b.txt", tmp_path / "e", None).failed[0][1]
    assert out.getvalue() == b""


def test_names_say_what_is_packed(tmp_path):
    data = "".join(f"{row}\n" for row in ROWS).encode()
    (tmp_path / "a.txt").write_bytes(data)
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt.gz")
    for name in ("c.txt", "c.txt.gz"):
        assert undo_files(tmp_path / "b.txt.gz", tmp_path / "e", tmp_path / name).failed == []
    assert (tmp_path / "c.txt").read_bytes() == data
    assert gzip.decompress((tmp_path / "c.txt.gz").read_bytes()) == data
    (tmp_path / "empty.txt").touch()
    cleaned(tmp_path, tmp_path / "empty.txt", tmp_path / "d.txt.gz")
    assert undo_files(tmp_path / "d.txt.gz", tmp_path / "e", tmp_path / "e.txt.gz").failed == []
    assert gzip.decompress((tmp_path / "e.txt.gz").read_bytes()) == b""
    assert (tmp_path / "e.txt.gz").stat().st_size


def test_in_place_one_that_was_left_alone_is_its_own_original(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    good = '{"text": "hiệu qủa"}\n' * 9
    (tmp_path / "in" / "a.jsonl").write_text(good, encoding="utf-8")
    (tmp_path / "in" / "b.jsonl").write_text(good + "{\n" + good, encoding="utf-8")
    (tmp_path / "in" / "c.jsonl").write_text("", encoding="utf-8")
    before = tree(tmp_path / "in")
    cleaned(tmp_path, tmp_path / "in", tmp_path, monkeypatch, in_place=True)
    assert tree(tmp_path / "in")["b.jsonl"] == before["b.jsonl"]
    assert tree(tmp_path / "in") != before
    assert undo_files(tmp_path / "in", tmp_path / "e", tmp_path / "back").failed == []
    assert tree(tmp_path / "back") == before


@given(st.lists(st.binary(max_size=5), max_size=6), st.lists(st.integers(0, 7), max_size=6))
def test_bytes_are_taken_as_they_are_asked_for(blocks, sizes):
    source = object.__new__(undo._Source)
    source._blocks, source._held = iter([block for block in blocks if block]), b""
    rest = b"".join(blocks)
    for size in sizes:
        assert source.take(size) == rest[:size]
        rest = rest[size:]
    assert b"".join(source.rest()) == rest


# -- several files, and which of them is meant ----------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.txt", "sub/a.txt", "sub/b.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"hiệu qủa {name}", encoding="utf-8")
    cleaned(tmp_path, tmp_path / "in", tmp_path / "out")
    return tmp_path


def test_one_file_of_several_is_known_by_its_place(folder):
    for name in ("sub/a.txt", "sub/b.txt"):
        done = undo_files(folder / "out" / name, folder / "e", folder / "one")
        assert done.restored == [str(folder / "out" / name)]
        assert (folder / "one").read_bytes() == (folder / "in" / name).read_bytes()
        (folder / "one").unlink()
    (folder / "into").mkdir()
    undo_files(folder / "out" / "sub" / "b.txt", folder / "e", folder / "into")
    assert list(tree(folder / "into")) == ["b.txt"]
    (folder / "other.txt").touch()
    with pytest.raises(InputError, match=r"holds 3 files \(.*\), and none of them fits"):
        undo_files(folder / "other.txt", folder / "e", None)
    with pytest.raises(InputError, match="no file or folder named"):
        undo_files(folder / "gone.txt", folder / "e", None)
    with pytest.raises(InputError, match="no sidecar named"):
        undo_files(folder / "out", folder / "gone", folder / "back")
    with pytest.raises(InputError, match="Give a folder: -o"):
        undo_files(folder / "out", folder / "e", None)


def test_a_lone_file_may_have_got_another_name(tmp_path):
    (tmp_path / "a.txt").write_text("hiệu qủa", encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt")
    (tmp_path / "b.txt").rename(tmp_path / "z.txt")
    undo_files(tmp_path / "z.txt", tmp_path / "e", tmp_path / "c.txt")
    assert (tmp_path / "c.txt").read_bytes() == (tmp_path / "a.txt").read_bytes()
    with pytest.raises(InputError, match="no file or folder"):
        undo_files(tmp_path / "b.txt", tmp_path / "e", tmp_path / "d.txt")


def test_one_file_that_fails_does_not_cost_the_others(folder):
    (folder / "out" / "a.txt").write_text("another", encoding="utf-8")
    (folder / "out" / "sub" / "a.txt").unlink()
    done = undo_files(folder / "out", folder / "e", folder / "back")
    assert [(Path(name).parent.name, reason) for name, reason in done.failed][1] == (
        "sub", "it can't be read: No such file or directory",
    )  # fmt: skip
    assert list(tree(folder / "back")) == ["sub/b.txt"]
    assert done.restored == [str(folder / "out" / "sub" / "b.txt")]


def test_a_file_that_was_cleaned_twice_is_known_by_the_last_time(tmp_path):
    (tmp_path / "a.txt").write_text("hiệu qủa", encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt")
    first = (tmp_path / "e").read_bytes()
    (tmp_path / "a.txt").write_text("gíơ cao", encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt")
    (tmp_path / "e").write_bytes(first + b"\n" + (tmp_path / "e").read_bytes())
    assert undo_files(tmp_path / "b.txt", tmp_path / "e", tmp_path / "c.txt").failed == []
    assert (tmp_path / "c.txt").read_text(encoding="utf-8") == "gíơ cao"


def changed(rows: list[dict], number: int, **values) -> list[dict]:
    return [row | (values if at == number else {}) for at, row in enumerate(rows)]


@pytest.mark.parametrize(
    "values",
    [{"file": 5}, {"kept": 1}, {"in_place": None}, {"kept": "yes", "in_place": True},
     {"output": "/a"}, {"output": "../a"}, {"place": "a\0"}],
)  # fmt: skip
def test_what_a_sidecar_says_of_a_file_must_make_sense(tmp_path, values):
    (tmp_path / "a.txt").write_text("hiệu qủa", encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt")
    rows = lines(tmp_path)
    write_lines(tmp_path, changed(rows, len(rows) - 1, **values))
    with pytest.raises(SidecarError, match="changed"):
        undo_files(tmp_path / "b.txt", tmp_path / "e", tmp_path / "c.txt")


def test_a_damaged_line_is_named_by_its_number(tmp_path):
    (tmp_path / "a.txt").write_text("hiệu qủa", encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.txt", tmp_path / "b.txt")
    rows = (tmp_path / "e").read_bytes().split(b"\n")
    for number, told in ((0, "line 1,"), (2, "line 3,")):
        new = [*rows[:number], b"[1]" if number else b"{", *rows[number + 1 :]]
        (tmp_path / "e").write_bytes(b"\n".join(new))
        with pytest.raises(SidecarError, match=told):
            undo_files(tmp_path / "b.txt", tmp_path / "e", tmp_path / "c.txt")
    (tmp_path / "e.gz").write_bytes(b"no gzip")
    with pytest.raises(SidecarError, match="line 1,"):
        undo_files(tmp_path / "b.txt", tmp_path / "e.gz", tmp_path / "c.txt")


def test_lines_of_a_file_that_make_no_sense_cost_that_file(folder):
    rows = lines(folder)
    write_lines(folder, changed(rows, 1, splices=[[0, 99, ""]]))
    done = undo_files(folder / "out", folder / "e", folder / "back")
    assert "lines in the sidecar are damaged" in done.failed[0][1]
    assert len(done.restored) == 2


def test_of_several_texts_that_differ_the_first_is_named(tmp_path):
    rows = "".join(f'{{"text": "{row}"}}\n' for row in ROWS * 2)
    (tmp_path / "a.jsonl").write_text(rows, encoding="utf-8")
    cleaned(tmp_path, tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    text = (tmp_path / "b.jsonl").read_text(encoding="utf-8").replace("giớ", "go")
    (tmp_path / "b.jsonl").write_text(text, encoding="utf-8")
    done = undo_files(tmp_path / "b.jsonl", tmp_path / "e", tmp_path / "c.jsonl")
    assert "line 4 (text) of the original" in done.failed[0][1]


def test_cleaner_without_a_sidecar_writes_none(tmp_path):
    from vnclean.engine.reading import pieces
    from vnclean.engine.visitor import TextOptions

    (tmp_path / "a.txt").write_text("hiệu qủa", encoding="utf-8")
    tasks = plan_cleaning([str(tmp_path / "a.txt")], str(tmp_path / "b.txt"), InputOptions())
    piece = next(pieces(tasks))
    assert Cleaner(TextOptions(PIPE)).clean(piece).edits == b""
    texts = TextOptions(PIPE, noted=True)
    assert Cleaner(texts, "").clean(piece).edits.count(b"\n") == 2
    assert gzip.decompress(Cleaner(texts, ".gz").clean(piece).edits).count(b"\n") == 2


# -- lines of a sidecar ---------------------------------------------------------------------------


def test_a_file_of_which_nothing_is_left_comes_back(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    for name, data in (("a.jsonl", b"\n{\n\n"), ("b.jsonl", b"{\n"), ("c.csv", b"other\n1\n")):
        (tmp_path / "in" / name).write_bytes(data)
    (tmp_path / "in" / "d.jsonl").write_bytes(f'{{"text": "{BAD}"}}\n'.encode("utf-16"))
    (tmp_path / "in" / "e.jsonl.gz").write_bytes(gzip.compress(b"{\n" * 5)[:-9])
    cleaned(tmp_path, tmp_path / "in", tmp_path / "out", rejects=tmp_path / "r", **WANTED)
    assert not {"a.jsonl", "b.jsonl", "c.csv"} & set(tree(tmp_path / "out"))
    done = undo_files(tmp_path / "out", tmp_path / "e", tmp_path / "back")
    assert "not in the sidecar" in dict(done.failed)[str(tmp_path / "out" / "e.jsonl.gz")]
    back = tree(tmp_path / "back")
    for name, data in tree(tmp_path / "in").items():
        if name not in ("c.csv", "e.jsonl.gz"):
            assert back[name] == data


def test_what_was_read_but_is_no_record_is_kept():
    import zlib

    from vnclean.engine.sidecar import left_out_line
    from vnclean.formats import Reject
    from vnclean.formats.jsonl import JsonLines
    from vnclean.formats.parquet import Parquet

    check = zlib.crc32(b"{\xff")
    assert left_out_line("a", Reject(3, "why", b"{\xff"), JsonLines()) == {
        "file": "a", "line": 3, "size": [2, 0], "check": [check, 0],
        "splices": [[0, 0, {"base64": "e/8="}]],
    }  # fmt: skip
    assert left_out_line("a", Reject(3, "why", whole=False), JsonLines()) == {
        "file": "a", "line": 3, "size": [0, 0], "lost": "why"
    }  # fmt: skip
    assert "splices" in left_out_line("a", Reject(3, "why"), JsonLines())
    # The bytes of a row are for people: no Parquet can be made of them.
    assert "lost" in left_out_line("a", Reject(3, "why", b"[{}]"), Parquet())


def test_lines_can_be_read_by_people_also_beside_lone_surrogates():
    from vnclean.engine.sidecar import pack_lines

    rows = [{"after": "quả"}, {"after": "quả \ud800"}]
    data = pack_lines(rows, "")
    assert data.startswith('{"after": "quả"}\n'.encode())
    assert list(map(json.loads, data.splitlines())) == rows
    assert gzip.decompress(pack_lines(rows, ".gz")) == data


@pytest.mark.parametrize(
    ("below", "target", "place", "output"),
    [("sub/a.html", Path("out/sub/a.txt"), "sub/a.html", "sub/a.txt"),
     ("a.txt", Path("b.txt"), "a.txt", "b.txt"), ("", None, "in.txt", "in.txt"),
     ("sub/a.txt", None, "sub/a.txt", "sub/a.txt")],
)  # fmt: skip
def test_the_end_of_a_file_says_its_place(below, target, place, output):
    from vnclean.engine.plan import Task
    from vnclean.engine.sidecar import closing_line
    from vnclean.formats import format_named

    task = Task(Path("in.txt"), target, format_named("txt"), False, below)
    line = closing_line(task, True)
    assert (line["place"], line["output"]) == (place, output)
    assert (line["end"], line["kept"], line["in_place"], line["file"]) == (
        True, True, False, "in.txt",
    )  # fmt: skip
    none = closing_line(Task(None, None, format_named("txt")), False)
    assert (none["file"], none["place"], none["kept"]) == ("-", "stdin.txt", False)


def test_a_lone_file_that_was_not_written_comes_back(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b"{\n")
    cleaned(tmp_path, tmp_path / "a.jsonl", tmp_path / "b.jsonl", rejects=tmp_path / "r")
    assert not (tmp_path / "b.jsonl").exists()
    undo_files(tmp_path / "b.jsonl", tmp_path / "e", tmp_path / "c.jsonl")
    assert (tmp_path / "c.jsonl").read_bytes() == b"{\n"


@pytest.mark.parametrize("bad", [BAD, f"{BAD}\n{BAD}"])
def test_texts_of_a_record_that_was_left_out_are_not_noted(tmp_path, bad):
    """Its first text had been cleaned when the second was judged."""
    rows = ["a,b", "hiệu qủa,hiệu qủa", f'hiệu qủa,"{bad}"', '"hiệu\nqủa",hoà', "gíơ,gíơ cao"]
    data = "".join(f"{row}\n" for row in rows).encode()
    (tmp_path / "a.csv").write_bytes(data)
    cleaned(tmp_path, tmp_path / "a.csv", tmp_path / "b.csv", rejects=tmp_path / "r",
            reading={"keys": ("b", "a")}, **WANTED)  # fmt: skip
    at = 3 + bad.count("\n")
    assert [(row["line"], row["key"]) for row in lines(tmp_path) if "key" in row] == [
        (2, "a"), (2, "b"), (at + 1, "a"), (at + 3, "a"), (at + 3, "b")
    ]  # fmt: skip
    assert undo_files(tmp_path / "b.csv", tmp_path / "e", tmp_path / "c.csv").failed == []
    assert (tmp_path / "c.csv").read_bytes() == data
