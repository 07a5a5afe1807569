"""All paths of a run against each other, however they are spelt."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vnclean.engine import RunOptions, plan_cleaning
from vnclean.engine import run_paths as module
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.run_paths import check_absent, check_paths, is_inside
from vnclean.formats.places import Url


@pytest.fixture
def desk(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "sub").mkdir()
    if os.name != "nt":
        (tmp_path / "soft.txt").symlink_to("a.txt")
        (tmp_path / "hard.txt").hardlink_to(tmp_path / "a.txt")
        (tmp_path / "way").symlink_to("sub")
        (tmp_path / "gone").symlink_to("sub/new.txt")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="needs links")
@pytest.mark.parametrize(
    "other", ["a.txt", "./a.txt", "sub/../a.txt", "soft.txt", "hard.txt", "way/../a.txt"]
)
def test_every_way_to_an_input_is_seen(desk, other):
    for path in (Path(other), Path.cwd() / other):
        with pytest.raises(InputError, match=r"can't be the report: it is the input"):
            check_paths([("the input", Path("a.txt"))], [("the report", path)])


@pytest.mark.skipif(os.name == "nt", reason="needs links")
@pytest.mark.parametrize("other", ["sub/new.txt", "way/new.txt", "gone", "sub/./x/../new.txt"])
def test_every_way_to_what_is_not_there_yet_is_seen(desk, other):
    with pytest.raises(InputError, match="can't be the sidecar: it is the output"):
        check_paths([], [("the output", Path("sub/new.txt")), ("the sidecar", Path(other))])


def test_different_files_are_different(desk):
    writes = [("the output", Path("b")), ("the report", Path("sub/b")), ("the sidecar", None)]
    check_paths([("the input", Path("a.txt")), ("the input", Path("a.txt"))], writes)
    check_paths([("the input", None)], [("the output", Url("s3://x/a")), ("x", Path("s3:/x/a"))])
    with pytest.raises(InputError, match="it is the output"):
        check_paths([], [("the output", Url("s3://x/a")), ("the report", Url("s3://x/a"))])


def test_case_counts_where_it_counts(desk, monkeypatch):
    writes = [("the output", Path("b.txt")), ("the report", Path("B.txt"))]
    if not module._ignores_case(str(desk)):
        check_paths([], writes)
    monkeypatch.setattr(module, "_ignores_case", lambda folder: True)
    with pytest.raises(InputError, match=r"B\.txt can't be the report: it is the output, b\.txt"):
        check_paths([], writes)


def test_whether_a_folder_ignores_case(tmp_path, monkeypatch):
    (tmp_path / "ab").mkdir()
    inside = str(tmp_path / "ab" / "12" / "3")
    if (tmp_path / "AB").exists():
        assert module._ignores_case(inside)
        return
    assert not module._ignores_case(inside)
    (tmp_path / "AB").symlink_to("ab")  # what a file system that ignores case looks like
    assert module._ignores_case(inside)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_device_may_be_named_twice(desk):
    null = Path("/dev/null")
    check_paths([("the input", null)], [("the output", null), ("the report", null)])
    check_absent([("the output", null)], replace=False)


def test_what_exists_is_not_replaced_unasked(desk):
    with pytest.raises(InputError, match=r"a\.txt exists already.*name for the report"):
        check_absent([("the output", Path("b")), ("the report", Path("a.txt"))], replace=False)
    check_absent([("the report", Path("a.txt"))], replace=True)
    check_absent([("the report", None)], replace=False)


def test_a_run_checks_its_paths_before_it_begins(desk):
    tasks = plan_cleaning(["a.txt"], "out.txt", InputOptions())
    for name in ("out.txt", "a.txt", ".out.txt.vnclean-journal"):
        for option in ("rejects", "edits", "report"):
            options = RunOptions(journal=Path(".out.txt.vnclean-journal"), **{option: Path(name)})
            with pytest.raises(InputError, match=r"can't be the"):
                options.check(tasks)
    with pytest.raises(InputError, match="it is the configuration"):
        RunOptions(rejects=Path("c"), reads=(("the configuration", Path("c")),)).check(tasks)
    in_place = plan_cleaning(["a.txt"], None, InputOptions(), in_place=True)
    RunOptions(rejects=Path("r")).check(in_place)
    with pytest.raises(InputError, match="it is the input"):
        RunOptions(rejects=Path("a.txt")).check(in_place)


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_what_lies_inside_a_folder(desk):
    assert is_inside(Path("sub/x/y.txt"), Path("sub"))
    assert not is_inside(Path("sub"), Path("sub"))
    assert not is_inside(Path("sub/../b"), Path("sub"))
    assert not is_inside(Path("subway/b"), Path("sub"))
    (desk / "sub" / "out").symlink_to("..")
    assert not is_inside(Path("sub/out/b"), Path("sub"))
    for path, folder in ((Url("s3://a/b"), Url("s3://a")), (Url("s3://a/b"), Path("sub")),
                         (Path("b"), Url("s3://a"))):  # fmt: skip
        assert is_inside(path, folder)


@pytest.mark.parametrize("what", ["o.jsonl", "r.jsonl", "e.jsonl"])
def test_no_temporary_name_is_an_input(tmp_path, what):
    """Someone may clean what a run left that was killed."""
    source = tmp_path / f".{what}.vnclean-part"
    source.write_bytes(b"mine")
    tasks = plan_cleaning(
        [str(source)], str(tmp_path / "o.jsonl"), InputOptions(format="jsonl"), replace=True
    )
    options = RunOptions(rejects=tmp_path / "r.jsonl", edits=tmp_path / "e.jsonl")
    with pytest.raises(InputError, match=rf"temporary name of .*{what}: it is the input"):
        options.check(tasks)


def test_in_place_no_temporary_name_is_an_input(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"mine")
    (tmp_path / ".a.txt.vnclean-part").write_bytes(b"mine")
    names = [str(tmp_path / name) for name in ("a.txt", ".a.txt.vnclean-part")]
    tasks = plan_cleaning(names, None, InputOptions(), in_place=True)
    with pytest.raises(InputError, match=r"temporary name of .*: it is the input"):
        RunOptions().check(tasks)
