"""`vnclean clean --engine ray`: the same files as the local engine writes, byte for byte."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.samples import TEXTS, documents, needs, write_jsonl
from vnclean.engine import RunOptions, Summary, clean_files, journal_path, plan_cleaning
from vnclean.engine.plan import InputError, InputOptions
from vnclean.pipeline import Pipeline

pytestmark = [pytest.mark.integrations, needs("ray")]
PIPE = Pipeline.preset("safe")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of every kind of file, one of which is larger than what an actor gets at once."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "below").mkdir()
    write_jsonl(folder / "a.jsonl", TEXTS)
    write_jsonl(folder / "below" / "large.jsonl", documents(8_000))
    with gzip.open(folder / "large.jsonl.gz", "wb") as file:
        file.write((folder / "below" / "large.jsonl").read_bytes())
    (folder / "doc.txt").write_text("Có hiệu qủa\r\n\r\nHết.", encoding="utf-8", newline="")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "bad.jsonl").write_bytes(b'{"text": "a"}\n{"text": \n{"text": "\xff"}\n')
    (folder / "worse.jsonl").write_bytes(b"{\n")
    (folder / "t.csv").write_text('id,text\n1,"có hiệu qủa"\n', encoding="utf-8")
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = documents(3_000)
    table = pa.table({"id": range(len(texts)), "text": texts, "raw": texts})
    pq.write_table(table, folder / "p.parquet", row_group_size=2_000)
    return folder


def run(engine: str, source: Path, out: Path, resume: bool = False, **options: Any) -> Summary:
    tasks = plan_cleaning([str(source)], str(out), InputOptions(), replace=resume)
    options |= {"journal": journal_path(str(out), tasks), "resume": resume, "account": True}
    if engine == "local":
        return clean_files(tasks, PIPE, RunOptions(**options))
    from vnclean.engine.ray import clean_files_on_ray

    return clean_files_on_ray(tasks, PIPE, RunOptions(**options))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_files_are_those_of_the_local_engine(
    corpus: Path, tmp_path: Path, ray_cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vnclean.engine.ray.BLOCK", 1 << 20)
    here = run("local", corpus, tmp_path / "here", rejects=tmp_path / "here.rejects")
    there = run("ray", corpus, tmp_path / "there", rejects=tmp_path / "there.rejects", jobs=2)
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    assert (tmp_path / "there.rejects").read_bytes() == (tmp_path / "here.rejects").read_bytes()
    for summary in (here, there):
        summary.seconds = 0.0
        summary.tally.samples.clear()  # which are the first depends on what is done first
        summary.faults.sort()
    assert there == here
    assert there.left == [str(corpus / "worse.jsonl")]


def test_a_run_goes_on_with_the_files_that_are_not_done(
    corpus: Path, tmp_path: Path, ray_cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vnclean.engine import ray as engine

    monkeypatch.setattr(engine, "BLOCK", 1 << 20)
    run("local", corpus, tmp_path / "here", rejects=tmp_path / "here.rejects")
    rejects = tmp_path / "there.rejects"
    taken = engine._Coordinator.take
    seen: list[Any] = []

    def take(self: Any, part: Any) -> None:
        if len(seen) == 5:
            raise KeyboardInterrupt
        seen.append(part)
        taken(self, part)

    monkeypatch.setattr(engine._Coordinator, "take", take)
    with pytest.raises(KeyboardInterrupt):
        run("ray", corpus, tmp_path / "there", rejects=rejects, jobs=1)
    monkeypatch.setattr(engine._Coordinator, "take", taken)
    assert (tmp_path / "there" / ".vnclean-journal").exists()
    summary = run("ray", corpus, tmp_path / "there", resume=True, rejects=rejects, jobs=1)
    assert tree(tmp_path / "there") == tree(tmp_path / "here")
    assert rejects.read_bytes() == (tmp_path / "here.rejects").read_bytes()
    assert summary.files == len(tree(corpus))


def test_quality_is_judged_as_the_local_engine_does(tmp_path: Path, ray_cluster: Any) -> None:
    from vnclean.signals import Criteria

    (tmp_path / "in").mkdir()
    write_jsonl(tmp_path / "in" / "a.jsonl", [*TEXTS, "The quick brown fox jumps over it."])
    wanted = {"min_quality": Criteria.parse("marked >= 0.05"), "signals": True}
    for engine in ("local", "ray"):
        rejects = tmp_path / f"{engine}.rejects"
        summary = run(engine, tmp_path / "in", tmp_path / engine, rejects=rejects, **wanted)
        assert summary.tally.filtered
        assert not summary.failed
    assert tree(tmp_path / "ray") == tree(tmp_path / "local")
    assert (tmp_path / "ray.rejects").read_bytes() == (tmp_path / "local.rejects").read_bytes()


def test_what_ray_does_not_do_is_said(tmp_path: Path) -> None:
    from vnclean.engine.ray import clean_files_on_ray

    (tmp_path / "a.txt").write_text("a")
    name = str(tmp_path / "a.txt")
    for inputs, output, in_place, told in (
        ([], None, False, "not standard input"),
        ([name], None, False, "not standard output"),
        ([name], None, True, "not clean in place"),
    ):
        tasks = plan_cleaning(inputs, output, InputOptions(), in_place=in_place)
        with pytest.raises(InputError, match=told):
            clean_files_on_ray(tasks, PIPE)


def test_machines_with_another_version_are_said(
    tmp_path: Path, ray_cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vnclean.engine import ray as engine

    def broken() -> str:
        raise ImportError("no vnclean")

    (tmp_path / "a.txt").write_text("a")
    for stand_in, told in ((lambda: "0.0", "has 0.0"), (broken, "none that can be loaded")):
        monkeypatch.setattr(engine, "_version", stand_in)
        with pytest.raises(engine.ClusterError, match=told):
            run("ray", tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vnclean", "clean", *arguments],
        capture_output=True, text=True, env=os.environ | environment, timeout=400,
    )  # fmt: skip


def test_the_command_starts_ray_and_says_nothing_of_it(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl", TEXTS)
    given = [str(tmp_path / "a.jsonl"), "--preset", "safe", "-o"]
    report = tmp_path / "report.json"
    done = command(*given, str(tmp_path / "b.jsonl"), "--engine", "ray", "--report", str(report))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(report.read_text())["texts"]
    assert command(*given, str(tmp_path / "c.jsonl")).returncode == 0
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.jsonl", "b.jsonl", "c.jsonl", "report.json",
    ]  # fmt: skip


def test_a_cluster_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    given = [str(tmp_path / "a.txt"), "-o", str(tmp_path / "b.txt")]
    done = command(*given, "--engine", "ray", "--address", "127.0.0.1:1")
    assert done.returncode == 3
    assert "No Ray cluster answers at 127.0.0.1:1" in done.stderr
    assert "Traceback" not in done.stderr
    done = command(*given, "--address", "auto")
    assert done.returncode == 2
    assert "--engine ray" in done.stderr
