"""The sidecar: every edit on the original, and the original back from it, byte for byte."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean
import vnclean.charsets
from tests.engine.test_engine import crawl, small_steps, tree  # noqa: F401
from tests.strategies import any_text
from vnclean.cli import main
from vnclean.engine import Cleaner, RunOptions, clean_files, journal_path, plan_cleaning
from vnclean.engine.byte_diff import difference, splice
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.sidecar import encode_lines
from vnclean.engine.undo import SidecarError, undo_files
from vnclean.formats.compression import decompress_blocks, suffix_of
from vnclean.pipeline import Pipeline
from vnclean.result import Result
from vnclean.transform import Edit, apply_edits

PIPE = Pipeline.from_toml(
    'steps = ["entities", "mojibake", "unicode_form", "invisible", "spaces", "misplaced_tone", '
    '"spacing", "tone_style"]\n[tone_style]\nstyle = "old"'
)
PIECES = (
    "Tham mưu có hiệu qủa.", "Nền hoà bình", " ", "  ", "\u200b", "&nbsp;", "Viá»‡t Nam",
    "\u00a0", '"', '""', "&amp;", ",", ";", "\\", "/", "một, hai", "e\u0302\u0323", "đọan đường",
    "\t", "😀",
)  # fmt: skip


def texts():
    """Draw texts that have something to clean, of the kinds that formats must write with care."""
    return st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join) | any_text(20)


def read(sidecar: Path) -> list[dict]:
    data = sidecar.read_bytes()
    if packs := suffix_of(sidecar.name):
        data = b"".join(decompress_blocks([data], packs))
    return [json.loads(line) for line in data.splitlines()]


def there_and_back(folder: Path, name: str, data: bytes, **reading) -> bytes:
    source, out, sidecar = folder / name, folder / "out" / name, folder / "edits.jsonl"
    source.write_bytes(data)
    tasks = plan_cleaning([str(source)], str(out), InputOptions(**reading))
    clean_files(tasks, PIPE, RunOptions(edits=sidecar, rejects=folder / "rejects"))
    done = undo_files(out, sidecar, folder / "back", replace_there=True)
    assert not done.failed
    for line in read(sidecar):
        for edit in line.get("edits", ()):
            assert edit["before"] != edit["after"]
            assert edit["step"]
    return (folder / "back").read_bytes()


@st.composite
def json_lines(draw):
    rows = []
    for text in draw(st.lists(texts(), max_size=5)):
        row = json.dumps({"id": 1, "text": text, "n": [text]}, ensure_ascii=draw(st.booleans()))
        row = row.replace("/", draw(st.sampled_from(["/", "\\/"])))
        kind = draw(st.sampled_from(["whole", "whole", "whole", "half", "blank", "upper", "twice"]))
        if kind == "half":
            row = row[: len(row) // 2]
        elif kind == "blank":
            row = " "
        elif kind == "upper":
            row = row.replace("\\u1e", "\\u1E")
        elif kind == "twice":
            row = f'{{"text": "qu\\u1ea3", {row[1:]}'
        rows.append(row.encode("utf-8", "surrogatepass") + draw(st.sampled_from([b"\n", b"\r\n"])))
    data = b"".join(rows)
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + data[: -draw(st.integers(0, 2)) or None]


@given(json_lines())
def test_json_lines_come_back(data):
    with tempfile.TemporaryDirectory() as folder:
        assert there_and_back(Path(folder), "a.jsonl", data) == data


@given(
    st.lists(texts(), max_size=5).map("\r\n".join),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "tcvn3", "cp1258", "viscii"]),
)
def test_plain_text_comes_back(text, lines, encoding):
    try:
        data = text.encode(encoding) if text else b""  # a mark and no text is not kept
    except UnicodeError:
        data = text.encode("utf-8", "surrogatepass")
        encoding = "utf-8"
    given = encoding if encoding in ("tcvn3", "cp1258", "viscii") else "auto"
    with tempfile.TemporaryDirectory() as folder:
        back = there_and_back(Path(folder), "a.txt", data, lines=lines, encoding=given)
        assert back == data


@given(st.lists(st.tuples(texts(), texts()), max_size=4), st.sampled_from(",;\t"), st.booleans())
def test_tables_come_back(rows, delimiter, broken):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL)
    writer.writerows([("id", "text"), *rows])
    data = file.getvalue().encode("utf-8", "surrogatepass" if broken else "replace")
    with tempfile.TemporaryDirectory() as folder:
        assert there_and_back(Path(folder), "a.csv", data) == data


@given(st.lists(texts() | st.none(), max_size=6), st.booleans())
def test_the_rows_of_parquet_come_back(values, dictionary):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    values = [v and v.encode("utf-8", "replace").decode() for v in values]
    column = arrow.array(values, "string")
    table = arrow.table(
        {
            "id": list(range(len(values))),
            "text": column.dictionary_encode() if dictionary else column,
        }
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parquet.write_table(table, folder / "a", row_group_size=2)
        data = (folder / "a").read_bytes()
        back = there_and_back(folder, "a.parquet", data)
        found = parquet.ParquetFile(io.BytesIO(back))
        assert found.schema_arrow == table.schema
        assert found.read().to_pylist() == table.to_pylist()
        assert (
            not values or found.num_row_groups == parquet.ParquetFile(folder / "a").num_row_groups
        )


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_splices_lead_from_one_to_the_other(source, target):
    assert splice(source, difference(source, target)) == target


LINES = st.lists(st.sampled_from([b"one\n", b"two\n", b"\n", b"three"]), max_size=12).map(b"".join)


@given(LINES, LINES)
def test_splices_of_lines(source, target):
    assert splice(source, difference(source, target)) == target


def test_a_line_that_is_missing_costs_no_more_than_itself():
    rows = [b"row %d\n" % number for number in range(1000)]
    found = difference(b"".join(rows[:500] + rows[501:]), b"".join(rows))
    assert [splice.data for splice in found] == [rows[500]]


@given(any_text(20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), any_text(3))))
def test_a_text_comes_back_from_its_edits(text, drawn):
    edits, at = [], 0
    for start, length, replacement in sorted(drawn):
        end = min(start + length, len(text))
        if start >= at and start < end:
            edits.append(Edit(start, end, replacement, "room.rule"))
            at = end
    result = Result(text, apply_edits(text, edits), tuple(edits))
    assert vnclean.undo(result.text, result.records()) == text


def test_a_text_that_was_changed_since_is_refused():
    result = vnclean.explain("Tham mưu có hiệu qủa")
    assert vnclean.undo(result.text, result.records()) == result.original
    with pytest.raises(ValueError, match="not the text"):
        vnclean.undo(result.text.upper(), result.records())


def test_what_an_encoding_does_not_have_stays_utf8():
    assert encode_lines("à\nạ".encode(), "latin-1") == b"\xe0\n" + "ạ".encode()


# -- runs ---------------------------------------------------------------------------------------


def run(source: Path, out: Path, sidecar: str = "edits.jsonl.gz", **options):
    tasks = plan_cleaning([str(source)], str(out / "clean"), InputOptions(), replace=True)
    return clean_files(
        tasks,
        PIPE,
        RunOptions(
            rejects=out / "rejects",
            edits=out / sidecar,
            journal=journal_path(str(out / "clean"), tasks),
            **options,
        ),
    )


def unpacked(files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        name: gzip.decompress(data) if name.endswith(".gz") else data
        for name, data in files.items()
    }


def test_a_folder_comes_back(crawl, tmp_path):  # noqa: F811
    out = tmp_path / "out"
    (crawl / "page.txt").write_bytes(b"no text \0\0\0")
    (crawl / "photo.jpg").unlink()
    run(crawl, out)
    done = undo_files(out / "clean", out / "edits.jsonl.gz", tmp_path / "back")
    assert not done.failed
    assert unpacked(tree(tmp_path / "back")) == unpacked(tree(crawl))
    assert not (out / "clean" / "page.txt").exists()
    lines = read(out / "edits.jsonl.gz")
    named = {line["line"] for line in lines if line.get("key") == "text" and "a.js" in line["file"]}
    rows = (crawl / "deep" / "a.jsonl").read_text(encoding="utf-8").split("\n")
    for number, row in enumerate(rows[:-1], 1):
        if number != 8:
            text = json.loads(row)["text"]
            assert (number in named) == (PIPE(text) != text)


@pytest.mark.slow
def test_the_sidecar_does_not_depend_on_jobs(crawl, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 4000)
    for jobs in (1, 2):
        run(crawl, tmp_path / str(jobs), jobs=jobs)
    one, two = ((tmp_path / name / "edits.jsonl.gz").read_bytes() for name in "12")
    assert one == two


@pytest.mark.slow
@pytest.mark.parametrize("stops", [[15], [3, 3, 3, 30, 20], [70], [1, 1, 1]])
def test_the_sidecar_of_a_run_that_was_cut_off(
    crawl, tmp_path, monkeypatch, small_steps, stops  # noqa: F811
):  # fmt: skip
    run(crawl, tmp_path / "whole", resume=True)
    real, calls, limit = Cleaner.clean, 0, 0

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > limit:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    out = tmp_path / "broken"
    for limit in stops:  # noqa: B007
        calls = 0
        with pytest.raises(KeyboardInterrupt):
            run(crawl, out, resume=True)
    monkeypatch.undo()
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 500)
    monkeypatch.setattr("vnclean.engine.writing.CHECKPOINT", 1000)
    run(crawl, out, resume=True)
    assert tree(out) == tree(tmp_path / "whole")


def test_files_that_came_later_are_added_to_the_sidecar(tmp_path):
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "a.txt").write_text("hiệu qủa", encoding="utf-8")
    run(source, out, resume=True)
    (source / "b.txt").write_text("Nền hoà bình", encoding="utf-8")
    run(source, out, resume=True)
    assert not undo_files(out / "clean", out / "edits.jsonl.gz", tmp_path / "back").failed
    assert tree(tmp_path / "back") == tree(source)


# -- what does not fit --------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    rows = [
        {"text": "sạch"},
        {"text": "hiệu qủa và hoà bình"},
        {"text": "hiệu qủa"},
        {"text": "hết"},
    ]
    data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "a.jsonl").write_text(data, encoding="utf-8")
    code = main(["clean", str(tmp_path / "a.jsonl"), "-o", str(tmp_path / "b.jsonl"), "--edits",
                 str(tmp_path / "e.jsonl"), "--preset", "web"])  # fmt: skip
    assert code == 0
    return tmp_path / "b.jsonl", tmp_path / "e.jsonl"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("hiệu quả và", "hiệu quá và", r"line 2 \(text\) of the original is not as vnclean wrote"),
        ('{"text": "sạch"}\n', "", r"line 2 \(text\) of the original"),
        ('"hết"}\n', '"hết"}\n\n', "goes on after"),
        ('"hết"}\n', '"hệt"}\n', "line 1 of the original, or one of those after it"),
    ],
)
def test_a_cleaned_file_that_was_edited_is_named_and_not_restored(pair, old, new, message):
    cleaned, sidecar = pair
    text = cleaned.read_text(encoding="utf-8")
    assert old in text
    cleaned.write_text(text.replace(old, new), encoding="utf-8", newline="")
    done = undo_files(cleaned, sidecar, cleaned.with_name("back"))
    ((name, reason),) = done.failed
    assert name == str(cleaned)
    assert re.search(message, reason)
    assert not [path for path in cleaned.parent.iterdir() if "back" in path.name]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b'{"a": 1}\n', "is no sidecar"),
        (b"[]\n", "is no sidecar"),
        (b"hallo\n", "damaged in line 1"),
        (b"\xff\xfe\n", "damaged in line 1"),
        (b'{"sidecar": 2, "vnclean": "9.9"}\n', "another version"),
        (b'{"sidecar": 1}\n', "holds no file"),
    ],
)
def test_a_sidecar_that_is_none_is_said(pair, data, message):
    cleaned, sidecar = pair
    sidecar.write_bytes(data)
    with pytest.raises(SidecarError, match=message):
        undo_files(cleaned, sidecar, None)


def test_a_sidecar_does_not_lead_out_of_the_folder(pair):
    cleaned, sidecar = pair
    text = sidecar.read_text(encoding="utf-8").replace('"place": "a.jsonl"', '"place": "../a"')
    sidecar.write_text(text, encoding="utf-8")
    with pytest.raises(SidecarError, match="no file inside"):
        undo_files(cleaned.parent, sidecar, cleaned.parent / "back")


@pytest.mark.parametrize("what", ["splices", "check", "size", "edits", "before"])
def test_a_damaged_sidecar_restores_nothing_wrong(pair, what):
    cleaned, sidecar = pair
    text = sidecar.read_text(encoding="utf-8").replace(f'"{what}": ', f'"{what}x": ')
    sidecar.write_text(text, encoding="utf-8")
    done = undo_files(cleaned, sidecar, cleaned.with_name("back"))
    assert bool(done.failed) == (what != "splices")
    assert cleaned.with_name("back").exists() == (what == "splices")


def test_an_original_that_is_not_the_one_that_was_cleaned_is_not_written(pair):
    """The cleaned file fits; what the sidecar makes of it does not."""
    cleaned, sidecar = pair
    rows = [json.loads(row) for row in sidecar.read_text(encoding="utf-8").splitlines()]
    head = next(row for row in rows if "check" in row)
    head["check"][0] ^= 1
    sidecar.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    done = undo_files(cleaned, sidecar, cleaned.with_name("back"))
    assert "can't be restored from line" in done.failed[0][1]
    assert not cleaned.with_name("back").exists()


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_link_does_not_lead_out_of_the_folder(pair):
    cleaned, sidecar = pair
    back = cleaned.parent / "back"
    back.mkdir()
    (cleaned.parent / "precious").write_bytes(b"mine")
    text = sidecar.read_text(encoding="utf-8")
    text = text.replace('"place": "a.jsonl"', '"place": "l/precious"')
    sidecar.write_text(text, encoding="utf-8")
    (back / "l").symlink_to(cleaned.parent)
    with pytest.raises(SidecarError, match="would be written outside"):
        undo_files(cleaned.parent, sidecar, back, replace_there=True)
    assert (cleaned.parent / "precious").read_bytes() == b"mine"


@pytest.mark.parametrize("place", ["", ".", "a\\u0000b", "/x", "a/../../x", "..", 5, None])
def test_a_place_that_is_no_file_inside_is_refused(pair, place):
    cleaned, sidecar = pair
    value = json.dumps(place).replace("\\\\", "\\")
    text = sidecar.read_text(encoding="utf-8").replace('"place": "a.jsonl"', f'"place": {value}')
    sidecar.write_text(text, encoding="utf-8")
    with pytest.raises(SidecarError, match="no file inside the folder"):
        undo_files(cleaned.parent, sidecar, cleaned.parent / "back")


def test_outputs_are_not_replaced_unasked(pair):
    cleaned, sidecar = pair
    with pytest.raises(InputError, match="exists already"):
        undo_files(cleaned, sidecar, cleaned.with_name("a.jsonl"))
    with pytest.raises(InputError, match="Use --overwrite"):
        undo_files(cleaned, sidecar, cleaned)
    assert main(["undo", str(cleaned), "--edits", str(sidecar), "-o", str(cleaned)]) == 2


def test_cleaning_in_place_can_be_undone(tmp_path, capsys):
    rng = random.Random(5)
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.txt"):
        text = "".join(rng.choices(["hiệu qủa\n", "Nền hoà bình\n"], k=9))
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    (tmp_path / "in" / "c.jsonl").write_text('{"text": "hiệu qủa"}\n{"text\n', encoding="utf-8")
    before = tree(tmp_path / "in")
    sidecar = str(tmp_path / "e.jsonl.xz")
    assert main(["clean", "--in-place", str(tmp_path / "in"), "--edits", sidecar]) == 3
    assert tree(tmp_path / "in")["a.txt"] != before["a.txt"]
    out = str(tmp_path / "back")
    assert main(["undo", str(tmp_path / "in"), "--edits", sidecar, "-o", out]) == 0
    assert tree(tmp_path / "back") == before
