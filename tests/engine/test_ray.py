"""The engine on Ray, on a stand-in for it: the files of the local engine, whatever comes first."""

from __future__ import annotations

import contextlib
import gzip
import json
import logging
import os
from pathlib import Path
from typing import Any

import pytest

from tests.engine.ray_stand_in import RayError, StandIn, ray  # noqa: F401
from tests.engine.test_engine import tree
from vnclean.engine import Listener, RunOptions, Summary, clean_files, journal_path, plan_cleaning
from vnclean.engine import ray as engine
from vnclean.engine.atomic_files import WriteError
from vnclean.engine.options import OptionsError
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.sampling import Selection
from vnclean.errors import FormatError
from vnclean.pipeline import Pipeline
from vnclean.signals import Criteria

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
LINE = '{"text": "hiệu qủa"}\n'.encode()
FINE = LINE.replace("qủa".encode(), "quả".encode())


class Told(Listener):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.rejects: list[tuple[str, int]] = []
        self.done: list[tuple[str, bool]] = []
        self.read: list[int] = []
        self.texts = 0
        self.ends: list[str] = []

    def advanced(self, task, read, tally):
        self.read.append(read)
        self.texts += tally.texts

    def rejected(self, task, reject):
        self.rejects.append((Path(task.name).name, reject.line))

    def finished(self, task, tally, kept):
        self.done.append((Path(task.name).name, kept))

    def concluded(self, summary):
        self.ends.append("concluded")

    def interrupted(self):
        self.ends.append("interrupted")


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of one block and of several; with a fault, without a record, without a byte."""
    monkeypatch.setattr(engine, "BLOCK", 1500)
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 400)
    monkeypatch.setattr(engine.pieces, "__defaults__", (400, None))
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(LINE * 3)
    (folder / "below" / "large.jsonl").write_bytes(LINE * 60 + b"{\n" + LINE * 200)
    (folder / "large.jsonl.gz").write_bytes(gzip.compress(LINE * 200 + b"{\n"))
    (folder / "doc.txt").write_text("Có hiệu qủa\r\n\r\nHết.", encoding="utf-8", newline="")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "empty.jsonl.gz").write_bytes(gzip.compress(b""))
    (folder / "bad.jsonl").write_bytes(b'{"text": "a"}\n{"text": \n{"text": "\xff"}\n')
    (folder / "worse.jsonl").write_bytes(b"{\n")
    (folder / "large_worse.jsonl").write_bytes((b"{" + b"x" * 98 + b"\n") * 50)
    (folder / "t.csv").write_text('id,text\n1,"có hiệu qủa"\n', encoding="utf-8")
    with contextlib.suppress(ImportError):  # an extra
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({"id": range(60), "text": ["hiệu qủa"] * 60})
        pq.write_table(table, folder / "p.parquet", row_group_size=20)
    return folder


def run(where: str, source: Path, out: Path, told: Told | None = None, **options: Any) -> Summary:
    resume, journal = options.get("resume", False), options.pop("journal", True)
    tasks = plan_cleaning([str(source)], str(out), InputOptions(), replace=resume)
    options |= {"journal": journal_path(str(out), tasks) if journal else None, "account": True}
    if where == "local":
        return clean_files(tasks, PIPE, RunOptions(**options), told)
    return engine.clean_files_on_ray(tasks, PIPE, RunOptions(**options), told)


@pytest.mark.parametrize(("blocks", "jobs", "journal"), [(1500, 2, True), (400, 1, False)])
def test_the_files_are_those_of_the_local_engine(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any, blocks: int, jobs: int,  # noqa: F811
    journal: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr(engine, "BLOCK", blocks)
    monkeypatch.setattr(engine, "_FINISHING", jobs)
    mine, theirs = Told(), Told()
    here = run("local", corpus, tmp_path / "here", mine, rejects=tmp_path / "here.r", jobs=1)
    there = run("ray", corpus, tmp_path / "there", theirs, rejects=tmp_path / "there.r", jobs=jobs,
                journal=journal)  # fmt: skip
    assert ray.actors == [jobs]
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    assert (tmp_path / "there.r").read_bytes() == (tmp_path / "here.r").read_bytes()
    assert sorted(theirs.done) == sorted(mine.done)
    assert (theirs.read[-1], theirs.texts) == (mine.read[-1], mine.texts)
    assert sorted(theirs.rejects) == sorted(mine.rejects)
    assert theirs.ends == mine.ends == ["concluded"]
    assert there.seconds < 3600
    for summary in (here, there):
        summary.seconds = 0.0
        summary.tally.samples.clear()  # which are the first depends on what is done first
        summary.tally.bytes_out = 0
        summary.faults.sort()
    assert there == here
    assert there.left == [str(corpus / name) for name in ("large_worse.jsonl", "worse.jsonl")]


@pytest.mark.parametrize("stop", [1, 4, 9, 14])
def test_a_run_goes_on_with_the_files_that_are_not_done(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any, stop: int  # noqa: F811
) -> None:  # fmt: skip
    run("local", corpus, tmp_path / "here", rejects=tmp_path / "here.r")
    taken, seen = engine._Coordinator.take, []

    def take(self: Any, part: Any) -> None:
        if len(seen) == stop:
            raise KeyboardInterrupt
        seen.append(part)
        taken(self, part)

    monkeypatch.setattr(engine._Coordinator, "take", take)
    told, options = Told(), {"rejects": tmp_path / "there.r", "jobs": 1}
    with pytest.raises(KeyboardInterrupt):
        run("ray", corpus, tmp_path / "there", told, **options)
    monkeypatch.setattr(engine._Coordinator, "take", taken)
    assert told.ends == ["interrupted"]
    assert (tmp_path / "there" / ".vnclean-journal").exists()
    assert not [path for path in (tmp_path / "there").rglob("*") if path.name.endswith("-ray")]
    done = {name for name, _ in told.done}
    again = Told()
    summary = run("ray", corpus, tmp_path / "there", again, resume=True, **options)
    assert done.isdisjoint(name for name, _ in again.done)
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    assert (tmp_path / "there.r").read_bytes() == (tmp_path / "here.r").read_bytes()
    assert summary.files == len(tree(corpus))
    assert summary.tally.records == 3 + 261 + 201 + 1 + 1 + 3 + 1 + 50 + 1 + 60


def test_a_run_without_a_journal_leaves_nothing_half_done(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    def stop(self: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine._Coordinator, "close", stop)
    told = Told()
    with pytest.raises(KeyboardInterrupt):
        run("ray", corpus, tmp_path / "out", told, journal=False, rejects=tmp_path / "r")
    assert told.ends == []
    assert not [path for path in tmp_path.rglob("*") if "vnclean" in path.name or path.name == "r"]
    before = {path.name for path in (tmp_path / "out").rglob("*.jsonl")}
    assert "a.jsonl" in before


def test_what_was_done_before_is_not_done_again(
    corpus: Path, tmp_path: Path, ray: StandIn  # noqa: F811
) -> None:  # fmt: skip
    run("ray", corpus, tmp_path / "out", rejects=tmp_path / "r")
    before = tree(tmp_path / "out"), (tmp_path / "r").read_bytes()
    (tmp_path / "out" / "a.jsonl").unlink()
    told = Told()
    summary = run("ray", corpus, tmp_path / "out", told, resume=True, rejects=tmp_path / "r")
    assert {name for name, _ in told.done} == {"a.jsonl", "worse.jsonl", "large_worse.jsonl"}
    assert len(summary.there) == len(tree(corpus)) - 3
    assert (tree(tmp_path / "out"), (tmp_path / "r").read_bytes().count(b"\n")) == (
        before[0], before[1].count(b"\n"),
    )  # fmt: skip


def test_quality_is_judged_as_the_local_engine_does(
    corpus: Path, tmp_path: Path, ray: StandIn  # noqa: F811
) -> None:  # fmt: skip
    source = tmp_path / "q.jsonl"
    source.write_bytes(LINE * 30 + b'{"text": "The quick brown fox jumps over it."}\n' * 30)
    wanted = {"min_quality": Criteria.parse("marked >= 0.05"), "signals": True}
    for where in ("local", "ray"):
        (tmp_path / where).mkdir()
        told = Told()
        summary = run(where, source, tmp_path / where / "o.jsonl", told,
                      rejects=tmp_path / f"{where}.r", **wanted)  # fmt: skip
        assert summary.tally.filtered == 30
        assert told.rejects == summary.failed == []
    assert tree(tmp_path / "ray") == tree(tmp_path / "local")
    assert (tmp_path / "ray.r").read_bytes() == (tmp_path / "local.r").read_bytes()


def test_the_parts_of_a_large_record_are_those_of_the_local_engine(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr("vnclean.formats.lines._PART", 300)
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 400)
    source = tmp_path / "l.jsonl"
    source.write_bytes(LINE + b"x" * 5000 + b"\n" + LINE * 30)
    for where in ("local", "ray"):
        out = tmp_path / where / "o.jsonl"
        tasks = plan_cleaning([str(source)], str(out), InputOptions(max_record=1000))
        options, told = RunOptions(rejects=tmp_path / f"{where}.r.gz"), Told()
        clean = clean_files if where == "local" else engine.clean_files_on_ray
        summary = clean(tasks, PIPE, options, told)
        assert (summary.tally.rejected, told.rejects) == (1, [("l.jsonl", 2)])
    assert tree(tmp_path / "ray") == tree(tmp_path / "local")
    assert (tmp_path / "ray.r.gz").read_bytes() == (tmp_path / "local.r.gz").read_bytes()
    assert gzip.decompress((tmp_path / "ray.r.gz").read_bytes()).count(b"\n") > 16


def test_what_changes_while_it_is_read_gets_no_output(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    real = engine.pieces

    def touched(tasks: Any, keep: bool) -> Any:
        for piece in real(tasks, keep=keep):
            yield piece
            if Path(tasks[0].name).name in ("a.jsonl", "large.jsonl"):
                os.utime(tasks[0].source, ns=(1, 1))

    monkeypatch.setattr(engine, "pieces", touched)
    summary = run("ray", corpus, tmp_path / "out")
    assert {Path(name).name for name in summary.left} == {
        "a.jsonl", "large.jsonl", "large_worse.jsonl", "worse.jsonl"
    }  # fmt: skip
    assert not (tmp_path / "out" / "a.jsonl").exists()
    assert not (tmp_path / "out" / "below" / "large.jsonl").exists()


@pytest.mark.parametrize("name", ["a.jsonl", "below/large.jsonl"])
def test_what_can_not_be_written_ends_the_run(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any, name: str  # noqa: F811
) -> None:  # fmt: skip
    def full(task: Any, frames: Any) -> None:
        raise WriteError(task.target, OSError(28, "No space left on device"))

    monkeypatch.setattr(engine, "_finish", full)
    with pytest.raises(engine.ClusterError, match="No space left"):
        run("ray", corpus / name, tmp_path / "out.jsonl")
    assert sorted(os.listdir(tmp_path)) == [".out.jsonl.vnclean-journal", "in"]


@pytest.mark.parametrize(("name", "fault"), [("a.jsonl", "target"), ("below/large.jsonl", "part")])
def test_machines_that_do_not_share_a_folder_are_told_to(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any, name: str, fault: str  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setattr(*(engine, "_finish") if fault == "target" else (engine, "_write_part"),
                        lambda *_: None)  # fmt: skip
    with pytest.raises(engine.ClusterError, match=r"can't be seen by another\. Give a folder"):
        run("ray", corpus / name, tmp_path / "out.jsonl")


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    [task] = plan_cleaning([__file__], str(tmp_path / "a.txt"), InputOptions(format="txt"))

    def frames() -> Any:
        yield b"x"
        raise FormatError("boo")

    with pytest.raises(FormatError):
        engine._finish(task, frames())
    assert list(tmp_path.iterdir()) == []


def test_what_ray_does_not_do_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    name, out = str(tmp_path / "a.txt"), str(tmp_path / "b.txt")
    for inputs, output, in_place, told in (
        ([], None, False, "not standard input"),
        ([name], None, False, "not standard output"),
        ([name], None, True, "not clean in place"),
    ):
        tasks = plan_cleaning(inputs, output, InputOptions(), in_place=in_place)
        with pytest.raises(InputError, match=told):
            engine.clean_files_on_ray(tasks, PIPE)
    tasks = plan_cleaning([name], out, InputOptions())
    for options, told in (
        (RunOptions(edits=tmp_path / "e"), "--edits works with"),
        (RunOptions(selection=Selection(1)), "--limit or --sample works"),
        (RunOptions(dry_run=True), "--dry-run works with"),
    ):
        with pytest.raises(OptionsError, match=told):
            engine.clean_files_on_ray(tasks, PIPE, options)


def test_machines_with_another_version_are_said(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    def broken() -> str:
        raise ImportError("no vnclean")

    for version, told in (
        (lambda: "0.0", "the machine a has 0.0"),
        (broken, r"none that can be loaded \(ImportError: no vnclean\)"),
    ):
        monkeypatch.setattr(engine, "_version", version)
        with pytest.raises(engine.ClusterError, match=told):
            run("ray", corpus, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    ray.machines = [("dead", False)]
    run("ray", corpus / "a.jsonl", tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == FINE * 3


def test_what_ray_says_last_is_told(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    def fail(*_: object) -> None:
        raise RayError("a traceback\n  of many lines\nMemory ran out\n")

    monkeypatch.setattr(engine, "_parts", fail)
    with pytest.raises(engine.ClusterError, match=r"^Ray gave up: Memory ran out Look at"):
        run("ray", corpus, tmp_path / "out")


@pytest.mark.parametrize(
    ("cpus", "jobs", "sizes", "actors"),
    [(2, 0, [10, 10, 10], 2), (0, 0, [10], 1), (64, 0, [10, 10], 2), (64, 0, [3600], 3),
     (2, 5, [3600, 3600], 5), (8, 0, [1499, 1500], 3)],
)  # fmt: skip
def test_no_more_actors_are_asked_for_than_have_work(
    corpus: Path, tmp_path: Path, ray: StandIn, cpus: int, jobs: int, sizes: list[int],  # noqa: F811
    actors: int,
) -> None:  # fmt: skip
    (tmp_path / "x").mkdir()
    for number, size in enumerate(sizes):
        (tmp_path / "x" / f"{number}.txt").write_bytes(b"a" * size)
    ray.processors = float(cpus)
    run("ray", tmp_path / "x", tmp_path / "out", jobs=jobs)
    assert ray.actors == [actors]


def test_what_is_packed_may_have_work_for_any_number(
    corpus: Path, tmp_path: Path, ray: StandIn  # noqa: F811
) -> None:  # fmt: skip
    ray.processors = 64.0
    run("ray", corpus / "empty.jsonl.gz", tmp_path / "out.jsonl.gz")
    run("ray", corpus / "p.parquet", tmp_path / "p.parquet")
    assert ray.actors == [64, 64]


def test_ray_is_left_as_it_was_found(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any, capfd: Any  # noqa: F811
) -> None:  # fmt: skip
    logger, context = logging.getLogger("ray.data"), vars(ray.context).copy()
    logger.setLevel(logging.INFO)
    real = ray.init

    def init(**options: Any) -> None:
        os.write(2, b"noise of its own")
        real(**options)

    monkeypatch.setattr(ray, "init", init)
    sizes: list[object] = []
    monkeypatch.setattr(
        engine, "_check_machines",
        lambda _: sizes.append((ray.context.target_max_block_size, logger.level,
                                ray.context.enable_progress_bars)),
    )  # fmt: skip
    monkeypatch.setattr(engine, "_parts", lambda *_: iter(()))
    silent = {"log_to_driver": False, "logging_level": logging.ERROR, "address": None}
    run("ray", corpus / "empty.txt", tmp_path / "a.txt", journal=False)
    assert ray.doings == [("init", silent | {"include_dashboard": False}), ("shutdown", {})]
    assert sizes == [(1500, logging.ERROR, False)]
    assert (vars(ray.context), logger.level) == (context, logging.INFO)
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    monkeypatch.setenv("RAY_ADDRESS", "auto")
    ray.doings.clear()
    run("ray", corpus / "empty.txt", tmp_path / "b.txt", journal=False)
    assert ray.doings == [("init", silent), ("shutdown", {})]
    ray.doings.clear()
    ray.running = True
    run("ray", corpus / "empty.txt", tmp_path / "c.txt", journal=False)
    assert ray.doings == []
    logger.setLevel(logging.NOTSET)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "[::1]:1"])
def test_a_cluster_that_is_not_there_is_said(
    corpus: Path, tmp_path: Path, ray: StandIn, address: str  # noqa: F811
) -> None:  # fmt: skip
    tasks = plan_cleaning([str(corpus)], str(tmp_path / "out"), InputOptions())
    with pytest.raises(engine.ClusterError, match=r"No Ray cluster answers at .*:1 "):
        engine.clean_files_on_ray(tasks, PIPE, address=address)
    assert ray.doings == []


@pytest.mark.parametrize("address", [None, "auto", "local", "host:", "host:port", "ray://host"])
def test_an_address_without_a_port_is_for_ray_to_find(address: str | None) -> None:
    engine._check_reachable(address)


def test_a_cluster_that_ray_does_not_find_is_said(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    def fail(**_: object) -> None:
        raise ConnectionError("no cluster\nmany more lines")

    monkeypatch.setattr(ray, "init", fail)
    tasks = plan_cleaning([str(corpus)], str(tmp_path / "out"), InputOptions())
    for address, named in ((None, "the address in RAY_ADDRESS"), ("auto", "auto")):
        with pytest.raises(engine.ClusterError, match=rf"at {named} \(no cluster\)\. Start one"):
            engine.clean_files_on_ray(tasks, PIPE, address=address)


def test_rejects_stand_in_the_order_of_the_inputs(tmp_path: Path) -> None:
    rows = [{"file": name, "n": n} for n, name in enumerate(["b", "gone", "a", "b"])]
    lines = [json.dumps(row).encode() + b"\n" for row in rows]
    (tmp_path / "r").write_bytes(b"".join(lines))
    engine._sort_rejects(tmp_path / "r", {"a": 0, "b": 1})
    assert (tmp_path / "r").read_bytes() == b"".join(lines[n] for n in (1, 2, 0, 3))


def test_parts_are_taken_away_where_there_may_be_some(
    corpus: Path, tmp_path: Path, ray: StandIn, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    cleared: list[int] = []
    for output, wanted in ((str(tmp_path / "out"), list(range(11))), ("memory://out", [3])):
        tasks = plan_cleaning([str(corpus)], output, InputOptions())
        coordinator = engine._Coordinator(ray, tasks, RunOptions(), Listener(), "")
        coordinator._states[3] = engine._State()
        monkeypatch.setattr(engine, "_clear", lambda task, of=tasks: cleared.append(of.index(task)))
        coordinator.abandon()
        assert cleared == wanted
        cleared.clear()
