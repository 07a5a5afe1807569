"""The writing end of a run: cut off anywhere and gone on with, it is as if nothing had happened."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.engine.test_endings import LINE, PIPE, Stopped, stop_at
from tests.engine.test_engine import tree
from vnclean.engine import (
    Cleaner,
    Listener,
    RunOptions,
    Summary,
    clean_files,
    journal_path,
    plan_cleaning,
    plan_reading,
    writing,
)
from vnclean.engine.atomic_files import InUseError, open_output
from vnclean.engine.byte_diff import Splice
from vnclean.engine.counts import EditCounts
from vnclean.engine.journal import Journal
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.reading import pieces
from vnclean.engine.writing import Cleaned, _earlier_lines, _file_of, open_beside

BIG = b"x" * 300 + b"\n"


class Told(Listener):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.tally = EditCounts()
        self.rejects: list[int] = []
        self.done: list[tuple[str, int, bool]] = []
        self.ends: list[str] = []

    def advanced(self, task, read, tally):
        self.read.append(read)
        self.tally.add(tally)

    def rejected(self, task, reject):
        self.rejects.append(reject.line)

    def finished(self, task, tally, kept):
        self.done.append((Path(task.name).name, tally.records, kept))

    def concluded(self, summary):
        self.ends.append("concluded")

    def interrupted(self):
        self.ends.append("interrupted")


@pytest.fixture
def source(tmp_path: Path, monkeypatch) -> Path:
    """Files of several chunks; faults in chunks, between them, at the beginning and the end."""
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 60)
    monkeypatch.setattr("vnclean.engine.reading._FEW", 1)
    monkeypatch.setattr(writing, "CHECKPOINT", 1)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(LINE * 4 + b"{\n" + LINE + BIG + LINE * 8)
    (folder / "b.jsonl").write_bytes((b"{" + b" " * 60 + b"\n") * 2 + LINE * 3 + BIG)
    (folder / "c.jsonl").write_bytes(b"{\n")
    (folder / "d.txt").write_bytes(b"")
    return folder


def run(source: Path, out: Path, told: Told | None = None, **options: Any) -> Summary:
    tasks = plan_cleaning(
        [str(source)], str(out / "clean"), InputOptions(max_record=200), replace=True
    )
    beside = {"rejects": out / "r", "edits": out / "e", "account": True}
    options = beside | {"journal": journal_path(str(out / "clean"), tasks)} | options
    return clean_files(tasks, PIPE, RunOptions(jobs=1, **options), told)


def values(summary: Summary) -> dict[str, Any]:
    return {
        "tally": summary.tally.as_dict(), "files": summary.files, "failed": summary.failed,
        "changed": summary.files_changed, "left": summary.left, "faults": summary.faults,
        "busiest": summary.busiest,
    }  # fmt: skip


@pytest.mark.parametrize("stops", [[0], [1], [2], [3], [4], [5], [6], [8], [1, 1, 1, 1], [3, 2]])
def test_a_run_goes_on_at_the_chunk_where_it_stopped(source, tmp_path, monkeypatch, stops):
    calls: list[object] = []
    real = Cleaner.clean
    monkeypatch.setattr(
        Cleaner, "clean", lambda self, piece: calls.append(piece) or real(self, piece)
    )
    whole, counting = Told(), Cleaner.clean
    wanted = values(run(source, tmp_path / "whole", whole))
    chunks = len(calls)
    assert chunks > 7
    calls.clear()
    for stop in stops:
        stop_at(monkeypatch, stop)
        with pytest.raises(Stopped):
            run(source, tmp_path / "broken", resume=True)
        monkeypatch.setattr(Cleaner, "clean", counting)
    told = Told()
    assert values(run(source, tmp_path / "broken", told, resume=True)) == wanted
    assert tree(tmp_path / "broken") == tree(tmp_path / "whole")
    assert len(calls) == chunks  # none is done twice
    assert told.ends == ["concluded"]
    assert set(told.done) <= set(whole.done)


def test_what_is_told_of_a_run(source, tmp_path):
    told = Told()
    summary = run(source, tmp_path / "out", told)
    assert told.done == [
        ("a.jsonl", 15, True), ("b.jsonl", 6, True), ("c.jsonl", 1, False), ("d.txt", 1, True)
    ]  # fmt: skip
    assert told.read == sorted(told.read)
    assert told.read[-1] == sum(path.stat().st_size for path in source.iterdir())
    assert told.tally.as_dict() == summary.tally.as_dict()
    assert told.rejects == [5, 7, 1, 2, 6, 1]
    assert [line for _, line, _ in summary.faults] == told.rejects
    assert (summary.tally.records, summary.tally.rejected) == (23, 6)
    assert [Path(name).name for name in summary.failed] == ["a.jsonl", "b.jsonl", "c.jsonl"]
    assert [Path(name).name for name in summary.left] == ["c.jsonl"]
    assert (summary.files, summary.files_changed, summary.resumable) == (4, 2, False)
    assert told.ends == ["concluded"]


@pytest.mark.parametrize(
    ("bytes_between", "seconds"), [(1, 9e9), (104, 9e9), (130, 9e9), (9e9, 9e9), (9e9, 0)]
)
def test_how_often_it_is_noted_how_far_a_run_came(
    source, tmp_path, monkeypatch, bytes_between, seconds
):
    for name in "bcd":
        next(source.glob(f"{name}.*")).unlink()
    (source / "a.jsonl").write_bytes(LINE * 24)
    monkeypatch.setattr(writing, "CHECKPOINT", bytes_between)
    monkeypatch.setattr(writing, "CHECKPOINT_SECONDS", seconds)
    clock = iter(range(1000))
    monkeypatch.setattr(writing.time, "monotonic", lambda: next(clock))
    noted: list[tuple[int, int, bool]] = []
    real = Journal.note

    def note(self, task, mark, sync):
        noted.append((mark.chunks, mark.out, sync))
        real(self, task, mark, sync)

    monkeypatch.setattr(Journal, "note", note)
    run(source, tmp_path / "out")
    [task] = plan_reading([str(source)], InputOptions())
    sizes = [len(piece.chunk.data) for piece in pieces([task], 60) if piece.chunk]
    wanted, since = [], 0
    for number, size in enumerate(sizes, 1):
        since += size
        if since >= bytes_between or not seconds:
            wanted.append((number, sum(sizes[:number]), True))
            since = 0
    assert len(sizes) > 7
    assert noted[:-1] == wanted
    assert (noted[-1][0], noted[-1][2]) == (len(sizes), False)


def test_an_output_that_someone_took_away_is_made_again(source, tmp_path):
    run(source, tmp_path / "whole")
    stop: list[object] = []

    class Failing(Listener):
        def concluded(self, summary):
            stop.append(summary)
            raise Stopped

    with pytest.raises(Stopped):
        run(source, tmp_path / "out", Failing())  # type: ignore[arg-type]
    (tmp_path / "out" / "clean" / "a.jsonl").unlink()
    told = Told()
    run(source, tmp_path / "out", told, resume=True)
    assert [name for name, *_ in told.done] == ["a.jsonl"]
    assert tree(tmp_path / "out" / "clean") == tree(tmp_path / "whole" / "clean")


def test_outputs_that_were_there_are_named(source, tmp_path):
    (tmp_path / "out" / "clean").mkdir(parents=True)
    (tmp_path / "out" / "clean" / "a.jsonl").write_bytes(b"mine")
    summary = run(source, tmp_path / "out", resume=True)
    assert [Path(name).name for name in summary.there] == ["a.jsonl"]
    assert summary.files == 3
    assert (tmp_path / "out" / "clean" / "a.jsonl").read_bytes() == b"mine"


@pytest.mark.parametrize("beside", ["r", "e"])
@pytest.mark.parametrize("journal", [True, False])
def test_a_side_file_that_another_run_writes_stops_this_one(source, tmp_path, beside, journal):
    other = open_output(tmp_path / "out" / beside)
    other.write(b"theirs")
    with pytest.raises(InUseError):
        run(source, tmp_path / "out", **({} if journal else {"journal": None}))
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_file()] == [
        other.part.name
    ]
    assert not (tmp_path / "out" / "clean" / ".vnclean-journal").exists()
    other.commit()
    assert (tmp_path / "out" / beside).read_bytes() == b"theirs"


def test_a_stopped_run_that_can_go_on_says_so(source, tmp_path, monkeypatch):
    for stop, ends in ((0, []), (4, ["interrupted"])):
        stop_at(monkeypatch, stop)
        told = Told()
        with pytest.raises(Stopped):
            run(source, tmp_path / str(stop), told)
        assert told.ends == ends
        left = [path.name for path in (tmp_path / str(stop)).rglob(".*vnclean*")]
        assert bool(left) == bool(ends)
        monkeypatch.undo()
        monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 60)
        monkeypatch.setattr("vnclean.engine.reading._FEW", 1)
        monkeypatch.setattr(writing, "CHECKPOINT", 1)


def test_no_more_outputs_wait_for_the_disk_than_may(tmp_path, monkeypatch):
    from concurrent.futures import Future

    (tmp_path / "in").mkdir()
    for number in range(9):
        (tmp_path / "in" / f"{number}.txt").write_text(f"{number}")
    monkeypatch.setattr(writing, "_WAITING", 3)
    pending: list[Future[None]] = []
    most: list[int] = []

    class Slow:
        """Outputs get to the disk when someone waits for them."""

        def __init__(self, number: int) -> None:
            assert number == 3

        def submit(self, ready: Any) -> Any:
            ready()
            future: Any = Future()
            pending.append(future)
            most.append(len([one for one in pending if not one.done()]))
            real = future.result
            future.result = lambda: future.set_result(None) or real()
            return future

        def shutdown(self) -> None:
            assert all(one.done() for one in pending)

    monkeypatch.setattr(writing, "ThreadPoolExecutor", Slow)
    run(tmp_path / "in", tmp_path / "out", journal=None)
    assert max(most) == 4  # three wait, and the one that came last
    assert len(tree(tmp_path / "out" / "clean")) == 9


def test_names_are_brought_to_the_disk(source, tmp_path, monkeypatch):
    synced: list[Path] = []
    monkeypatch.setattr(writing, "sync_folder", synced.append)
    run(source, tmp_path / "out")
    assert synced == [tmp_path / "out" / "clean"]


# -- files beside the outputs ---------------------------------------------------------------------


def test_what_became_of_a_chunk():
    tally = EditCounts()
    assert Cleaned(None, [], tally).of(b"before") == b"before"
    assert Cleaned(b"", [], tally).of(b"before") == b""
    assert Cleaned([Splice(0, 2, b"x")], [], tally).of(b"before") == b"xfore"
    assert Cleaned([], [], tally).of(b"before") == b"before"


def rows(*names: str) -> bytes:
    return b"".join(json.dumps({"file": name, "n": 1}).encode() + b"\n" for name in names)


@pytest.mark.parametrize("packs", ["", ".gz"])
def test_lines_of_files_that_are_done_again_are_left_out(tmp_path, monkeypatch, packs):
    from vnclean.formats.compression import compress, decompress_blocks

    monkeypatch.setattr(writing, "CHECKPOINT", 40)
    path = tmp_path / f"r{packs}"
    data = rows("a", "b", "a", "c") + b"[1]\n{\n" + rows("b")
    path.write_bytes(compress(data, packs))
    for redone, wanted in (
        (set(), data), ({"x"}, data), ({"a"}, data.replace(rows("a"), b"")),
        ({"b", "c"}, data.replace(rows("b"), b"").replace(rows("c"), b"")),
        ({"a", "b", "c"}, b"[1]\n{\n"),
    ):  # fmt: skip
        found = b"".join(_earlier_lines(path, redone))
        assert (b"".join(decompress_blocks([found], packs)) if packs else found) == wanted


def test_the_file_of_a_line():
    assert _file_of(b'{"file": "a"}') == "a"
    for row in (b"[1]", b"{", b"\xff", b"[" * 100_000):
        assert _file_of(row) == ""


class Earlier:
    """Stands for the journal of an earlier run."""

    def __init__(self, finished: bool = False, adds: bool = False) -> None:
        self.finished = finished
        self.adds = adds


@pytest.mark.parametrize(
    ("journal", "before", "wanted"),
    [
        (None, 0, b"HEAD"),
        (Earlier(), 0, b"HEAD"),
        (Earlier(adds=True), 0, rows("a")),
        (Earlier(adds=True), 7, b"torn of"),
        (Earlier(finished=True), 0, None),
    ],
)
def test_what_an_earlier_run_wrote_beside_stays(tmp_path, journal, before, wanted):
    path = tmp_path / "r"
    path.write_bytes(rows("a", "b"))
    (tmp_path / ".r.vnclean-part").write_bytes(b"torn off")
    file = open_beside(path, journal, before, {"b"}, b"HEAD")
    if wanted is None:
        assert file is None
        assert path.read_bytes() == b"torn off"  # it was whole but for its name
        return
    assert file is not None
    file.commit()
    assert path.read_bytes() == wanted
    assert open_beside(None, journal, before, set(), b"HEAD") is None
    assert os.listdir(tmp_path) == ["r"]


def test_an_earlier_file_that_can_not_be_read_leaves_nothing(tmp_path):
    (tmp_path / "r.gz").write_bytes(b"no gzip")
    with pytest.raises(Exception, match="damaged"):
        open_beside(tmp_path / "r.gz", Earlier(adds=True), 0, {"b"}, b"")  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == ["r.gz"]
    assert issubclass(InUseError, InputError)
