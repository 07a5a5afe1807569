"""How runs end: early, late, or beside someone who writes to the same files."""

from __future__ import annotations

import base64
import gzip
import json
import os
from pathlib import Path

import pytest

from vnclean.engine import Cleaner, Listener, RunOptions, clean_files, journal_path, plan_cleaning
from vnclean.engine.atomic_files import AtomicFile, WriteError
from vnclean.engine.journal import Journal
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.reading import pieces
from vnclean.engine.undo import undo_files
from vnclean.errors import FormatError
from vnclean.formats import Chunk
from vnclean.formats.delimited import Delimited
from vnclean.formats.jsonl import JsonLines
from vnclean.pipeline import Pipeline
from vnclean.report import as_dict

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
LINE = '{"text": "hiệu qủa"}\n'.encode()
FINE = LINE.replace("qủa".encode(), "quả".encode())


class Stopped(BaseException):
    """What ends a run from outside."""


class Told(Listener):
    """Keeps what it is told last."""

    def __init__(self) -> None:
        self.report: dict[str, object] = {}

    def concluded(self, summary) -> None:
        self.report = as_dict(summary, PIPE)
        for name in ("seconds", "bytes_per_second"):
            del self.report[name]


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in "abcd":
        (folder / f"{name}.jsonl").write_bytes(LINE * 3 + b"{" + name.encode() + b"\n" + LINE)
    (folder / "e.csv").write_bytes(b"no column\n1\n")
    return folder


def clean(source: Path, out: Path | None, told: Listener | None = None, **options):
    in_place = out is None
    tasks = plan_cleaning(
        [str(source)], None if in_place else str(out), InputOptions(), in_place=in_place,
        replace=True,
    )  # fmt: skip
    journal = options.pop("journal", True)
    options["journal"] = journal_path(str(out), tasks) if journal and out else None
    return clean_files(tasks, PIPE, RunOptions(jobs=1, **options), told)


def stop_at(monkeypatch, number: int) -> None:
    """Let a run end at its chunk of this number."""
    real, seen = Cleaner.clean, []

    def stop(self, piece):
        seen.append(piece)
        if len(seen) > number:
            raise Stopped
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)


def beside(folder: Path) -> dict[str, Path]:
    return {"rejects": folder / "r.jsonl", "edits": folder / "e.jsonl"}


@pytest.mark.parametrize("journal", [True, False])
@pytest.mark.parametrize("chunks", [0, 1, 3])
def test_side_files_stay_with_the_outputs_they_tell_of(
    crawl, tmp_path, monkeypatch, journal, chunks
):
    clean(crawl, tmp_path / "out", **beside(tmp_path))
    before = {name: path.read_bytes() for name, path in beside(tmp_path).items()}
    monkeypatch.setattr("vnclean.engine.reading._FEW", 1)
    monkeypatch.setattr("vnclean.engine.writing._WAITING", 1)
    stop_at(monkeypatch, chunks)
    with pytest.raises(Stopped):
        clean(crawl, tmp_path / "out", journal=journal, **beside(tmp_path))
    after = {name: path.read_bytes() for name, path in beside(tmp_path).items()}
    if journal or not chunks:
        assert after == before
    else:  # some outputs are new, so both are told of
        assert all(after[name].startswith(before[name]) for name in before)
        assert all(len(after[name]) > len(before[name]) for name in before)
    undone = undo_files(tmp_path / "out", tmp_path / "e.jsonl", tmp_path / "back")
    [(name, reason)] = undone.failed  # it could not be read, so nothing of it was kept
    assert name == str(tmp_path / "out" / "e.csv")
    assert reason.startswith("it is not in the sidecar: it has no column")
    assert not (tmp_path / "back" / "e.csv").exists()
    assert (tmp_path / "back" / "d.jsonl").read_bytes() == (crawl / "d.jsonl").read_bytes()


def test_in_place_what_was_done_before_a_stop_can_be_undone(crawl, tmp_path, monkeypatch):
    original = (crawl / "a.jsonl").read_bytes()
    monkeypatch.setattr("vnclean.engine.reading._FEW", 1)
    stop_at(monkeypatch, 2)
    with pytest.raises(Stopped):
        clean(crawl, None, **beside(tmp_path))
    assert (crawl / "a.jsonl").read_bytes() != original
    undo_files(crawl, tmp_path / "e.jsonl", tmp_path / "back")
    assert (tmp_path / "back" / "a.jsonl").read_bytes() == original


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_report_and_the_side_files_are_whole_however_late_a_run_ends(
    crawl, tmp_path, monkeypatch, when
):
    peace = Told()
    clean(crawl, tmp_path / "out", peace, **beside(tmp_path))
    wanted = {name: path.read_bytes() for name, path in beside(tmp_path).items()}
    assert [fault["line"] for fault in peace.report["faults"]] == [4, 4, 4, 4, 0]
    for path in (*beside(tmp_path).values(), *(tmp_path / "out").iterdir()):
        path.unlink()
    real = Journal.remove

    def remove(self):
        if when == "after":
            real(self)
        else:
            self.close()
        raise Stopped

    monkeypatch.setattr(Journal, "remove", remove)
    first, second = Told(), Told()
    with pytest.raises(Stopped):
        clean(crawl, tmp_path / "out", first, **beside(tmp_path))
    assert first.report == peace.report
    monkeypatch.setattr(Journal, "remove", real)
    clean(crawl, tmp_path / "out", second, resume=True, **beside(tmp_path))
    if when == "before":
        assert second.report == peace.report
    found = {name: path.read_bytes() for name, path in beside(tmp_path).items()}
    assert found == wanted


def test_a_report_that_fails_can_be_written_by_resume(crawl, tmp_path):
    class Failing(Listener):
        def concluded(self, summary):
            raise FormatError("disk full")

    with pytest.raises(FormatError):
        clean(crawl, tmp_path / "out", Failing(), **beside(tmp_path))
    told = Told()
    clean(crawl, tmp_path / "out", told, resume=True, **beside(tmp_path))
    assert told.report["records"] == 21
    assert told.report["rejected"] == 5


def test_what_an_overwriting_run_replaces_is_not_added_to(crawl, tmp_path, monkeypatch):
    """It was cut off before its first note, so that --resume finds a journal and no marks."""
    clean(crawl, tmp_path / "out", **beside(tmp_path))
    wanted = {name: path.read_bytes() for name, path in beside(tmp_path).items()}
    stop_at(monkeypatch, 0)
    monkeypatch.setattr(Journal, "remove", Journal.close)  # as if it had been killed
    with pytest.raises(Stopped):
        clean(crawl, tmp_path / "out", **beside(tmp_path))
    monkeypatch.undo()
    clean(crawl, tmp_path / "out", resume=True, **beside(tmp_path))
    assert {name: path.read_bytes() for name, path in beside(tmp_path).items()} == wanted


@pytest.mark.parametrize(
    "values",
    [
        [], 5, None, {"run": 1}, {"run": "KEY", "left": [1], "adds": False}, {"run": "KEY"},
        {"run": "KEY", "left": "x", "adds": False}, {"task": 1}, {"finished": True, "run": "x"},
    ],
)  # fmt: skip
def test_a_doctored_journal_is_refused(crawl, tmp_path, values):
    (tmp_path / "out").mkdir()
    row = json.dumps(values).encode() + b"\n"
    (tmp_path / "out" / ".vnclean-journal").write_bytes(row)
    with pytest.raises(InputError, match=r"damaged|other options"):
        clean(crawl, tmp_path / "out", resume=True)
    assert (tmp_path / "out" / ".vnclean-journal").read_bytes() == row


# -- inputs that change, or can't be replaced -----------------------------------------------------


def change_while_reading(monkeypatch, path: Path, data: bytes) -> None:
    real = Cleaner.clean

    def clean_one(self, piece):
        if piece.name == str(path):
            path.write_bytes(data)
            os.utime(path, ns=(1, 1))
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", clean_one)
    monkeypatch.setattr("vnclean.engine.reading._FEW", 1)


def test_an_input_that_is_written_to_gets_no_output(crawl, tmp_path, monkeypatch):
    change_while_reading(monkeypatch, crawl / "b.jsonl", LINE * 5)
    told = Told()
    summary = clean(crawl, tmp_path / "out", told)
    assert not (tmp_path / "out" / "b.jsonl").exists()
    assert (tmp_path / "out" / "c.jsonl").read_bytes().startswith(FINE)
    assert str(crawl / "b.jsonl") in summary.failed
    assert any("changed while it was read" in reason for _, _, reason in summary.faults)
    assert str(crawl / "b.jsonl") in told.report["not_written"]


def test_an_input_that_changes_is_left_alone_in_place(crawl, tmp_path, monkeypatch):
    change_while_reading(monkeypatch, crawl / "b.jsonl", LINE * 5)
    summary = clean(crawl, None, rejects=tmp_path / "r")
    assert (crawl / "b.jsonl").read_bytes() == LINE * 5
    assert (crawl / "c.jsonl").read_bytes() == FINE * 3 + FINE
    assert str(crawl / "b.jsonl") in summary.failed + summary.left


def test_one_that_changes_at_the_very_end_is_left_alone_in_place(crawl, tmp_path, monkeypatch):
    real = AtomicFile.ready

    def ready(self):
        real(self)
        if self.path.name == "b.jsonl":
            self.path.write_bytes(LINE * 7)

    monkeypatch.setattr(AtomicFile, "ready", ready)
    summary = clean(crawl, None, rejects=tmp_path / "r")
    assert (crawl / "b.jsonl").read_bytes() == LINE * 7
    assert sorted(path.name for path in crawl.iterdir()) == [
        "a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl", "e.csv"
    ]  # fmt: skip
    assert summary.tally.rejected == 6
    assert b"it has changed while it was cleaned" in (tmp_path / "r").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="POSIX owners, modes, links")
def test_owner_mode_and_attributes_stay(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE)
    path.chmod(0o4751)
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
        path.chmod(0o4751)
    (tmp_path / "link.jsonl").symlink_to("a.jsonl")
    clean(tmp_path / "link.jsonl", None)
    state = path.stat()
    assert path.read_bytes() == FINE
    assert (tmp_path / "link.jsonl").is_symlink()
    assert state.st_mode & 0o7777 == 0o4751
    if os.geteuid() == 0:
        assert (state.st_uid, state.st_gid) == (1234, 2345)


@pytest.mark.skipif(os.name == "nt", reason="POSIX owners, modes, links")
@pytest.mark.parametrize("fault", ["link", "owner", "attribute"])
def test_what_can_not_be_kept_leaves_the_file_alone(tmp_path, monkeypatch, fault):
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE)
    if fault == "link":
        (tmp_path / "same").hardlink_to(path)
    elif fault == "owner":
        monkeypatch.setattr(os, "chmod", refuse)
    else:
        monkeypatch.setattr(os, "listxattr", lambda path: ["user.a", "security.x"], raising=False)
        monkeypatch.setattr(os, "getxattr", lambda path, name: b"", raising=False)
        monkeypatch.setattr(os, "setxattr", refuse, raising=False)
    summary = clean(path, None)
    assert path.read_bytes() == LINE
    assert summary.failed == summary.left == [str(path)]
    assert not [name for name in os.listdir(tmp_path) if "vnclean" in name]


def refuse(*args):
    raise PermissionError(1, "Operation not permitted")


# -- records and formats that fail ---------------------------------------------------------------


def held_in(rejects):
    """The bytes of each record in a file of rejects, by file, line and reason of its last row."""
    found: dict[tuple[str, int], bytes] = {}
    ended = {}
    for row in map(json.loads, rejects.read_bytes().split(b"\n")[:-1]):
        key = (os.path.basename(row["file"]), row["line"])
        raw = row["raw"].encode()
        if row["encoding"] != "utf-8":
            raw = base64.b64decode(raw)
        if row["encoding"] == "gzip+base64":
            raw = gzip.decompress(raw)
        assert row.get("part", 1) == 1 or key in found
        found[key] = found.get(key, b"") + raw
        ended[key] = row["reason"]
    return {(*key, ended[key]): raw for key, raw in found.items()}


def test_rejects_are_compressed_as_their_name_says(crawl, tmp_path):
    rejects = tmp_path / "r.jsonl.gz"
    clean(crawl, tmp_path / "out", rejects=rejects)
    before = gzip.decompress(rejects.read_bytes())
    assert before.count(b"\n") == 5
    (tmp_path / "out" / "a.jsonl").unlink()
    clean(crawl, tmp_path / "out", rejects=rejects, resume=True)
    assert sorted(gzip.decompress(rejects.read_bytes()).split(b"\n")) == sorted(before.split(b"\n"))


def large_kinds():
    big = b"a" * 2500 + "ạ".encode() * 900
    line = b'{"text": "' + big + b'"}\n'
    row = b'2,"' + big + b'\nb ""x"", y"\n'
    return {
        "jsonl": ("a.jsonl", LINE + line + LINE, 2, line),
        "jsonl, the last line": ("a.jsonl", LINE + line[:-1], 2, line[:-1]),
        "lines": ("a.txt", "qủa\n".encode() + big + b"\nqu\n", 2, big + b"\n"),
        "csv": ("a.csv", b"id,text\n1,a\n" + row + b"3,b\n", 3, row),
        "document": ("d.txt", big, 0, big),
        "json": ("a.json", b"[" + line + b"]", 0, b"[" + line + b"]"),
        "html": ("a.html", b"<p>" + big, 0, b"<p>" + big),
        "header": ("h.csv", b"id,text," + big + b"\n1,a,b\n", 0, b"id,text," + big + b"\n1,a,b\n"),
    }


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("packed", ["", ".gz"])
@pytest.mark.parametrize("kind", large_kinds())
def test_a_record_above_the_limit_is_in_the_rejects_whole(
    tmp_path, monkeypatch, kind, packed, jobs
):
    """In parts, none of which is large; the rest of the file is cleaned, and undo knows it."""
    monkeypatch.setattr("vnclean.formats.lines._PART", 1000)
    name, data, line, large = large_kinds()[kind]
    source = tmp_path / (name + packed)
    source.write_bytes(gzip.compress(data) if packed else data)
    reading = InputOptions(max_record=2000, lines=name == "a.txt")
    out = tmp_path / "out"
    out.mkdir()
    tasks = plan_cleaning([str(source)], str(out), reading)
    options = RunOptions(jobs=jobs, edits=tmp_path / "e", rejects=tmp_path / "r")
    summary = clean_files(tasks, PIPE, options)
    reason = f"too large: {len(large):,} bytes in all; --max-record allows more"
    assert held_in(tmp_path / "r") == {(source.name, line, reason): large}
    assert summary.faults == [(str(source), line, reason)]
    assert (summary.tally.rejected, summary.failed) == (1, [str(source)])
    parts = [json.loads(row) for row in (tmp_path / "r").read_bytes().split(b"\n")[:-1]]
    assert [row["part"] for row in parts] == list(range(1, len(parts) + 1))
    assert all(len(gzip.decompress(base64.b64decode(row["raw"]))) <= 1000 for row in parts)
    if line:
        cleaned = next(out.iterdir()).read_bytes()
        rest = gzip.decompress(cleaned) if packed else cleaned
        assert rest == data.replace(large, b"").replace("qủa".encode(), "quả".encode())
    else:
        assert not any(out.iterdir())
    assert undo_files(out, tmp_path / "e", tmp_path / "back").failed == []
    back = next((tmp_path / "back").iterdir()).read_bytes()
    assert (gzip.decompress(back) if packed else back) == data


def test_of_a_record_above_the_limit_that_nobody_keeps_no_more_is_read(tmp_path):
    """A document is read no further; a line must be, for what follows it."""
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate(1 << 27)
    (tmp_path / "b.jsonl").write_bytes(LINE + b"x" * 5000 + b"\n" + LINE)
    tasks = plan_cleaning(
        [str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl")], f"{tmp_path}/out",
        InputOptions(max_record=1000),
    )  # fmt: skip
    found = list(pieces(tasks))
    assert found[-1].read < 4 << 20
    rejects = [piece.reject for piece in found if piece.reject]
    assert [(reject.line, reject.raw, reject.whole) for reject in rejects] == [
        (0, b"", False), (2, b"", False)
    ]  # fmt: skip
    assert "or more, and it is read whole" in rejects[0].reason


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_large_files_with_a_record_that_is_too_large(tmp_path, jobs):
    """What follows it is found again by processes that read for themselves."""
    line, fine = (row[:-2] + b', "pad": "%s"}\n' % (b"x" * 252) for row in (LINE, FINE))
    data = line * 800 + b"x" * 70_000 + b"\n" + line * 6000
    (tmp_path / "a.jsonl").write_bytes(data)
    options = InputOptions(max_record=65_000)
    tasks = plan_cleaning([str(tmp_path / "a.jsonl")], str(tmp_path / "o.jsonl"), options)
    clean_files(tasks, PIPE, RunOptions(jobs=jobs))
    assert (tmp_path / "o.jsonl").read_bytes() == fine * 6800


@pytest.mark.parametrize("keeps", [True, False])
def test_in_place_a_file_is_left_alone_that_would_lose_a_record(tmp_path, keeps):
    data = LINE + b"x" * 5000 + b"\n"
    (tmp_path / "a.jsonl").write_bytes(data)
    options = InputOptions(max_record=1000)
    tasks = plan_cleaning([str(tmp_path / "a.jsonl")], None, options, in_place=True)
    summary = clean_files(tasks, PIPE, RunOptions(rejects=tmp_path / "r" if keeps else None))
    assert (tmp_path / "a.jsonl").read_bytes() == (FINE if keeps else data)
    assert summary.left == ([] if keeps else [str(tmp_path / "a.jsonl")])


@pytest.mark.parametrize(
    "error", [OSError(5, "Input/output error"), ZeroDivisionError(), FormatError("boo")]
)
def test_in_place_a_file_is_left_alone_of_which_the_end_could_not_be_read(
    tmp_path, monkeypatch, error
):
    """Its other half is nowhere but in it."""
    (tmp_path / "a.jsonl").write_bytes(LINE * 9)

    def broken(self, blocks, size):
        yield Chunk(LINE * 4, 1, self)
        raise error

    monkeypatch.setattr(JsonLines, "split", broken)
    tasks = plan_cleaning([str(tmp_path / "a.jsonl")], None, InputOptions(), in_place=True)
    summary = clean_files(tasks, PIPE, RunOptions(rejects=tmp_path / "r"))
    assert (tmp_path / "a.jsonl").read_bytes() == LINE * 9
    assert summary.left == summary.failed == [str(tmp_path / "a.jsonl")]


@pytest.mark.parametrize("error", [ZeroDivisionError("boo"), MemoryError(), RecursionError()])
def test_a_format_that_fails_costs_its_chunk_alone(crawl, tmp_path, monkeypatch, error):
    (crawl / "e.csv").write_bytes("text\nhiệu qủa\n".encode())

    def fail(self, chunk, visit):
        raise error

    monkeypatch.setattr(Delimited, "rewrite", fail)
    summary = clean(crawl, tmp_path / "out", rejects=tmp_path / "r")
    assert (tmp_path / "out" / "d.jsonl").exists()
    last = json.loads((tmp_path / "r").read_bytes().split(b"\n")[-2])
    assert last["raw"] == "text\nhiệu qủa\n"
    assert ("memory" if isinstance(error, MemoryError) else "Please report it") in last["reason"]
    assert len(summary.failed) == 5


def test_a_format_that_fails_in_reading_costs_its_file_alone(crawl, tmp_path, monkeypatch):
    real = JsonLines.split

    def split(self, blocks, size):
        blocks = list(blocks)
        if b"{b" in blocks[0]:
            raise ZeroDivisionError("boo")
        return real(self, blocks, size)

    monkeypatch.setattr(JsonLines, "split", split)
    summary = clean(crawl, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "a.jsonl", "c.jsonl", "d.jsonl"
    ]  # fmt: skip
    assert any("reading it failed with ZeroDivisionError" in said for _, _, said in summary.faults)


@pytest.mark.parametrize("step", ["writer", "write", "close"])
def test_a_writer_that_fails_costs_its_output_alone(tmp_path, monkeypatch, step):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    from vnclean.formats import parquet

    (tmp_path / "in").mkdir()
    for name in "ab":
        pq.write_table(pa.table({"text": ["hiệu qủa"]}), tmp_path / "in" / f"{name}.parquet")

    real = parquet._Writer.close

    def fail(self, *args):
        if step == "close":
            real(self)
        raise pa.ArrowInvalid("boo")

    with monkeypatch.context() as patch:
        if step == "writer":
            patch.setattr(parquet.Parquet, "writer", fail)
        else:
            patch.setattr(parquet._Writer, step, fail)
        summary = clean(tmp_path / "in", tmp_path / "out")
    assert len(summary.failed) == len(summary.left) == 2
    assert not [path for path in (tmp_path / "out").iterdir() if path.suffix == ".parquet"]
    assert not [path for path in (tmp_path / "out").iterdir() if "vnclean" in path.name]
    assert summary.tally.rejected == 2


def test_outputs_that_wait_for_the_disk_are_taken_back(crawl, tmp_path, monkeypatch):
    def fail(self):
        raise WriteError(self.path, OSError(28, "No space left on device"))

    monkeypatch.setattr(AtomicFile, "ready", fail)
    with pytest.raises(WriteError):
        clean(crawl, tmp_path / "out", journal=False, rejects=tmp_path / "r")
    assert [path.name for path in (tmp_path / "out").iterdir()] == []
    assert not (tmp_path / "r").exists()


def test_where_a_journal_lies(tmp_path):
    (tmp_path / "a.txt").write_text("a")
    source, out = str(tmp_path / "a.txt"), tmp_path / "o.txt"
    tasks = plan_cleaning([source], str(out), InputOptions())
    assert journal_path(str(out), tasks) == tmp_path / ".o.txt.vnclean-journal"
    assert journal_path(None, tasks) is None
    assert journal_path(str(out), plan_cleaning([source], None, InputOptions())) is None
    folder = plan_cleaning([source], f"{tmp_path}/out/", InputOptions())
    assert journal_path(f"{tmp_path}/out/", folder) == tmp_path / "out" / ".vnclean-journal"
    in_place = plan_cleaning([source], None, InputOptions(), in_place=True)
    assert journal_path(source, in_place) is None
