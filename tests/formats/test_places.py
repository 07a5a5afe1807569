"""URLs: what is remote is read, mirrored and written as what is local is."""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import threading
from pathlib import Path

import pytest

from vnclean.cli import main
from vnclean.engine import (
    Cleaner,
    RunOptions,
    Summary,
    clean_files,
    journal_path,
    plan_cleaning,
    plan_reading,
)
from vnclean.engine.atomic_files import WriteError, part_name, scratch_path
from vnclean.engine.plan import InputError, InputOptions, total_size
from vnclean.errors import ConfigError, MissingExtraError
from vnclean.formats.places import Url, existing_places, is_url, matching_files, place
from vnclean.pipeline import Pipeline

fsspec = pytest.importorskip("fsspec")
PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
BAD, GOOD = '{"text": "hiệu qủa"}\n'.encode(), '{"text": "hiệu quả"}\n'.encode()


@pytest.fixture
def memory(tmp_path, monkeypatch):
    """An empty store in memory, and a folder of our own for temporary files."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


def cleaned(source: str, target: str, **options) -> Summary:
    resume = options.get("resume", False)
    tasks = plan_cleaning([source], target, InputOptions(), replace=resume)
    return clean_files(tasks, PIPE, RunOptions(journal=journal_path(target, tasks), **options))


def contents(system) -> dict[str, bytes]:
    return {name: system.cat_file(name) for name in sorted(system.find("/"))}


def test_a_remote_folder_is_mirrored(memory):
    memory.pipe("/in/a.jsonl", BAD)
    memory.pipe("/in/deep/b.jsonl.gz", gzip.compress(BAD))
    memory.pipe("/in/deep/c.txt", "hiệu qủa".encode())
    memory.pipe("/in/.hidden.txt", b"x")
    memory.pipe("/in/photo.jpg", b"x")
    summary = cleaned("memory://in", "memory://out", jobs=2)
    found = {name: data for name, data in contents(memory).items() if name.startswith("/out")}
    assert set(found) == {"/out/a.jsonl", "/out/deep/b.jsonl.gz", "/out/deep/c.txt"}
    assert found["/out/a.jsonl"] == gzip.decompress(found["/out/deep/b.jsonl.gz"]) == GOOD
    assert found["/out/deep/c.txt"] == "hiệu quả".encode()
    assert (summary.files, summary.failed) == (3, [])


def test_between_this_machine_and_a_store(memory, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_bytes(BAD)
    cleaned(str(tmp_path / "in"), "memory://up")
    cleaned("memory://up/a.jsonl", str(tmp_path / "back.jsonl"))
    assert (tmp_path / "back.jsonl").read_bytes() == memory.cat_file("/up/a.jsonl") == GOOD
    cleaned((tmp_path / "in" / "a.jsonl").as_uri(), (tmp_path / "local.jsonl").as_uri())
    assert (tmp_path / "local.jsonl").read_bytes() == GOOD
    assert not [name for name in os.listdir(tmp_path) if "part" in name]
    assert list(scratch_path(Url("memory://x"), "part").parent.iterdir()) == []


def test_patterns(memory, tmp_path, monkeypatch):
    for name in ("x/a.jsonl", "x/deep/b.jsonl", "y/c.jsonl", "y/d.txt", "y/photo.jpg"):
        data = BAD if name != "y/photo.jpg" else b"\xff\xd8\xff\xe0"
        memory.pipe(f"/{name}", data)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    for root in ("memory://", f"{tmp_path}/", "", tmp_path.as_uri() + "/"):
        for pattern, expected in {
            "*/*.jsonl": ["x/a.jsonl", "y/c.jsonl"],
            "**/*.jsonl": ["x/a.jsonl", "x/deep/b.jsonl", "y/c.jsonl"],
            "y/*": ["c.jsonl", "d.txt"],
            "y/[cz].jsonl": ["c.jsonl"],
        }.items():
            tasks = plan_cleaning([root + pattern], str(tmp_path / "out"), InputOptions())
            places = [task.target.relative_to(tmp_path / "out").as_posix() for task in tasks]
            assert places == expected, (root, pattern)
        with pytest.raises(InputError, match="No file matches"):
            plan_reading([f"{root}z/*.txt"], InputOptions())
    (tmp_path / "odd[1].txt").write_text("a", encoding="utf-8")
    assert matching_files(str(tmp_path / "odd[1].txt")) is None
    assert matching_files("https://example.org/a.txt?b=[c]") is None


def test_a_remote_run_goes_on_file_by_file(memory, monkeypatch, tmp_path):
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 100)
    monkeypatch.setattr("vnclean.engine.writing.CHECKPOINT", 300)
    monkeypatch.setattr("vnclean.engine.reading._FEW", 2)
    for number in range(8):
        rows = [json.dumps({"text": f"hiệu qủa {n}"}) for n in range(30)]
        rows[3] = "{"
        memory.pipe(f"/in/{number}.jsonl", "\n".join(rows).encode())
    whole = cleaned("memory://in", "memory://whole", rejects=place("memory://whole.rejects"))
    calls, limit, real = 0, 0, Cleaner.clean

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > limit:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    rejects = place("memory://out.rejects")
    for stop_at in (20, 25, 10):
        calls, limit = 0, stop_at
        with pytest.raises(KeyboardInterrupt):
            cleaned("memory://in", "memory://out", rejects=rejects, resume=True)
    limit = 10_000
    summary = cleaned("memory://in", "memory://out", rejects=rejects, resume=True)
    found = contents(memory)
    for number in range(8):
        assert found[f"/out/{number}.jsonl"] == found[f"/whole/{number}.jsonl"]
    assert found["/out.rejects"] == found["/whole.rejects"]
    assert summary.tally.as_dict() == whole.tally.as_dict()
    assert list(scratch_path(Url("memory://x"), "part").parent.iterdir()) == []


def test_without_a_journal_what_is_there_stays(memory):
    memory.pipe("/in/a.jsonl", BAD)
    memory.pipe("/in/b.jsonl", BAD)
    memory.pipe("/out/a.jsonl", b"before")
    summary = cleaned("memory://in", "memory://out", resume=True)
    assert contents(memory)["/out/a.jsonl"] == b"before"
    assert contents(memory)["/out/b.jsonl"] == GOOD
    assert summary.there == ["memory://in/a.jsonl"]


def test_parquet_in_a_store(memory):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    with memory.open("/in/a.parquet", "wb") as file:
        parquet.write_table(arrow.table({"text": ["hiệu qủa", None], "id": [1, 2]}), file)
    cleaned("memory://in/a.parquet", "memory://out/a.parquet")
    with memory.open("/out/a.parquet") as file:
        assert parquet.read_table(file).to_pydict() == {"text": ["hiệu quả", None], "id": [1, 2]}


def test_an_output_that_can_not_be_brought_there_is_said(memory, tmp_path, monkeypatch):
    (tmp_path / "a.jsonl").write_bytes(BAD)

    def refuse(self, *args, **kwargs):
        raise PermissionError("AccessDenied: not yours")

    monkeypatch.setattr(type(memory), "put_file", refuse)
    with pytest.raises(WriteError, match=r"memory://b\.jsonl can't be written: Permission denied"):
        cleaned(str(tmp_path / "a.jsonl"), "memory://b.jsonl")
    assert contents(memory) == {}


def test_a_store_that_fails_in_the_middle_costs_one_file(memory, monkeypatch):
    memory.pipe("/in/a.jsonl", BAD)
    memory.pipe("/in/b.jsonl", BAD)
    real = type(memory).open

    def fail(self, path, *args, **kwargs):
        if path.endswith("a.jsonl") and args[:1] == ("rb",):
            raise RuntimeError("the token has expired\nand a long trace")
        return real(self, path, *args, **kwargs)

    monkeypatch.setattr(type(memory), "open", fail)
    summary = cleaned("memory://in", "memory://out")
    assert summary.faults == [
        ("memory://in/a.jsonl", 0, "it can't be read: RuntimeError: the token has expired")
    ]
    assert set(contents(memory)) == {"/in/a.jsonl", "/in/b.jsonl", "/out/b.jsonl"}


def test_inputs_and_outputs_that_can_not_be_meant(memory, monkeypatch):
    memory.pipe("/in/a.jsonl", BAD)
    for source, target, message in [
        ("memory://nothing", "memory://out", "no file or folder at memory://nothing"),
        ("memory://in", "memory://in", "input and output"),
        ("memory://in/a.jsonl", "memory://in/a.jsonl", "own result"),
        ("memory://in/a.jsonl", "memory://in/a.csv", "another format"),
        ("memory://in/a.jsonl", "https://example.org/a.jsonl", "only read"),
    ]:
        with pytest.raises(InputError, match=message):
            plan_cleaning([source], target, InputOptions())
    memory.pipe("/out/a.jsonl", b"before")
    with pytest.raises(InputError, match=r"memory://out/a\.jsonl exists already"):
        plan_cleaning(["memory://in"], "memory://out", InputOptions())
    with pytest.raises(ConfigError, match="nosuch://x can't be reached"):
        plan_reading(["nosuch://x"], InputOptions())

    def missing(*args, **kwargs):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    with pytest.raises(MissingExtraError, match=r"another package\. Install s3fs to access S3"):
        plan_reading(["s3://bucket/a.txt"], InputOptions())
    assert main(["check", "s3://bucket/a.txt"]) == 2


def test_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(MissingExtraError, match=r"vnclean\[remote\]"):
        plan_reading(["s3://bucket/a.txt"], InputOptions())


def test_sizes_and_names(memory):
    memory.pipe("/in/a.jsonl", BAD)
    tasks = plan_reading(["memory://in", "memory://in/a.jsonl"], InputOptions())
    assert total_size(tasks) == 2 * len(BAD)
    assert is_url("zip::s3://bucket/a.zip")
    assert Url("https://example.org/a/b.html?x=1.txt").name == "b.html"
    assert Url("s3://b/a?.txt").name == "a?.txt"
    urls = [Url(f"memory://in/{name}.jsonl") for name in "abcd"]
    assert existing_places(list(urls)) == {urls[0]}
    assert existing_places([Url(f"memory://no/{name}") for name in "abc"]) == set()


def test_a_temporary_folder_of_others_is_not_used(memory, tmp_path):
    if os.name != "posix":
        pytest.skip("POSIX only")
    folder = part_name(Url("memory://a")).parent
    folder.chmod(0o777)
    with pytest.raises(WriteError, match="TMPDIR"):
        part_name(Url("memory://a"))


def test_a_file_from_the_web(tmp_path, capsys):
    pytest.importorskip("aiohttp")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "a.jsonl").write_bytes(BAD * 1000)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path / "web"))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        out = tmp_path / "out.jsonl"
        assert main(["clean", f"{address}/a.jsonl", "-o", str(out)]) == 0
        assert out.read_bytes() == GOOD * 1000
        capsys.readouterr()
        assert main(["clean", f"{address}/nothing.jsonl", "-o", str(tmp_path / "o")]) == 2
        assert "There is no file or folder at" in capsys.readouterr().err
    finally:
        server.shutdown()
        server.server_close()


def test_path_objects_are_still_paths():
    assert place("a/b.txt") == Path("a/b.txt")
    assert isinstance(place("s3://b/a"), Url)
