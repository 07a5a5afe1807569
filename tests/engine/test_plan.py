"""From names to tasks: what is read, where it goes, and what can't be meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vnclean.engine import plan_cleaning, plan_reading
from vnclean.engine.plan import (
    InputError,
    InputOptions,
    Task,
    metadata_of,
    record_limit,
    same_file,
)
from vnclean.formats.places import Url

PLAIN = InputOptions()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("in/a.txt", "in/b.jsonl", "in/sub/c.csv.gz", "in/page.html.gz", "in/x.jpg",
                 "in/.hidden/d.txt", "in/.e.txt", "one.txt", "two.md", "x.unknown", "y.unknown",
                 "p.parquet"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "empty").mkdir()
    return tmp_path


def planned(*inputs: str, output: str | None, **more) -> list[tuple[str, str]]:
    reading = more.pop("reading", PLAIN)
    tasks = plan_cleaning(inputs, output, reading, **more)
    return [(task.name, str(task.target)) for task in tasks]


def test_a_folder_is_mirrored(desk):
    assert planned("in", output="out") == [
        ("in/a.txt", "out/a.txt"), ("in/b.jsonl", "out/b.jsonl"),
        ("in/page.html.gz", "out/page.txt.gz"), ("in/sub/c.csv.gz", "out/sub/c.csv.gz"),
    ]  # fmt: skip
    [*_, last] = plan_cleaning(["in"], "out", PLAIN)
    assert (last.below, last.packed, last.packs, last.in_place) == (
        "sub/c.csv.gz", ".gz", ".gz", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("inputs", "output", "targets"),
    [
        (["one.txt"], "new.txt", ["new.txt"]),
        (["one.txt"], "empty", ["empty/one.txt"]),
        (["one.txt"], "new/", ["new/one.txt"]),
        (["one.txt", "two.md"], "new", ["new/one.txt", "new/two.md"]),
        (["in/*"], "new", ["new/a.txt", "new/b.jsonl", "new/page.txt.gz"]),
        (["in/**/*.gz"], "new", ["new/page.txt.gz", "new/sub/c.csv.gz"]),
        (["*.unknown"], "new", ["new/x.unknown", "new/y.unknown"]),
        (["o*.txt"], "new", ["new/one.txt"]),
        ([], "new.txt", ["new.txt"]),
        (["-"], "empty", ["empty/stdin.txt"]),
        (["-", "one.txt"], "new", ["new/stdin.txt", "new/one.txt"]),
        (["one.txt"], None, ["None"]),
        (["one.txt"], "-", ["None"]),
        ([], None, ["None"]),
    ],
)
def test_where_results_go(desk, inputs, output, targets):
    assert sorted(target for _, target in planned(*inputs, output=output)) == sorted(targets)


@pytest.mark.parametrize(
    ("inputs", "output", "more", "told"),
    [
        (["one.txt"], "x", {"in_place": True}, "not both"),
        ([], None, {"in_place": True}, "needs the names"),
        (["-"], None, {"in_place": True}, "needs the names"),
        (["one.txt", "-"], None, {"in_place": True}, "needs the names"),
        (
            ["in/page.html.gz"],
            None,
            {"in_place": True},
            "page.html.gz can't be cleaned in",
        ),
        (["/dev/null"], None, {"in_place": True}, "/dev/null can't be .*: it is no file"),
        (["one.txt", "two.md"], None, {}, "Several inputs can't"),
        (["*.unknown"], "-", {}, "Several inputs can't"),
        (["in"], None, {}, "Several inputs can't"),
        (["p.parquet"], None, {}, "^p.parquet can't go to standard output: its format"),
        (["p.parquet"], "/dev/null", {}, "/dev/null can't be the output of p.parquet"),
        (["one.txt"], "https://host/a.txt", {}, "only read"),
        (["one.txt"], "http://host/a.txt", {}, "only read"),
        (["in"], "one.txt", {}, "is a file, but"),
        (["in"], "in", {}, "can't be input and output"),
        (["in"], "./sub/../in", {}, "can't be input and output"),
        (["gone"], "new", {}, "no file or folder named 'gone'"),
        (["*.gone"], "new", {}, r"No file matches '\*.gone'"),
        (["x*"], "new", {}, "No file matches"),
        (["empty"], "new", {}, r"no file that can be read.*\.gz"),
        (["in/a.txt", "in/../in/a.txt"], "new", {}, "would both become new/a.txt"),
        (["one.txt"], "new.jsonl", {}, "ending of another format"),
        (["one.txt"], "one.txt", {"replace": True}, "own result"),
        (["one.txt"], "two.md", {}, "^two.md exists already. Use"),
        (["in/a.txt", "in/b.jsonl"], "in", {}, "own result"),
    ],
)
def test_what_can_not_be_meant_is_said(desk, inputs, output, more, told):
    with pytest.raises(InputError, match=told):
        planned(*inputs, output=output, **more)


def test_a_folder_is_never_replaced(desk):
    (desk / "empty" / "one.txt").mkdir()
    with pytest.raises(InputError, match=r"empty/one\.txt is a folder; a file"):
        planned("one.txt", output="empty", replace=True)


def test_how_many_more_there_are_is_said(desk):
    (desk / "out").mkdir()
    for number, told in enumerate(("exists already. Use", r"\(and 1 more\)", r"\(and 2 more\)")):
        (desk / "out" / ("a.txt", "b.jsonl", "page.txt.gz")[number]).touch()
        with pytest.raises(InputError, match=told):
            planned("in", output="out")
    assert len(planned("in", output="out", replace=True)) == 4


def test_a_page_may_get_the_ending_of_text(desk):
    assert planned("in/page.html.gz", output="new.txt.gz") == [("in/page.html.gz", "new.txt.gz")]
    with pytest.raises(InputError, match=r"ends in \.txt, such as -o new\.txt\.gz"):
        planned("in/page.html.gz", output="new.html.gz")
    assert planned("one.txt", output="new.jsonl", reading=InputOptions(format="txt"))
    assert planned("one.txt", output="new.unknown")
    assert planned("-", output="new.jsonl")


def test_in_place_each_file_is_done_once(desk):
    (desk / "link.txt").symlink_to("in/a.txt")
    tasks = plan_cleaning(["in/a.txt", "link.txt", "in/b.jsonl"], None, PLAIN, in_place=True)
    assert [task.target for task in tasks] == [desk / "in/a.txt", desk / "in/b.jsonl"]
    assert all(task.in_place for task in tasks)


def test_an_output_inside_the_input_is_no_input(desk):
    (desk / "in" / "sub" / "out").mkdir()
    (desk / "in" / "sub" / "out" / "a.txt").touch()
    (desk / "in" / "sub" / "other").mkdir()
    (desk / "in" / "sub" / "other" / "a.txt").touch()
    names = [name for name, _ in planned("in", output="in/sub/out", replace=True)]
    assert "in/sub/other/a.txt" in names
    assert not [name for name in names if "/out/" in name]


def test_a_folder_that_can_not_be_entered_is_said(desk, monkeypatch):
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match="The folder in can't be read: Permission denied"):
        planned("in", output="new")


def test_reading_takes_what_is_named(desk):
    for inputs, wanted in (([], ["-"]), (["-"], ["-"]), (["one.txt", "in/b.jsonl"],) * 2):
        tasks = plan_reading(inputs, PLAIN)
        assert [task.name for task in tasks] == wanted
        assert {task.target for task in tasks} == {None}


def test_formats_follow_names_and_options(desk):
    def of(name: str | None, **options):
        return InputOptions(**options).of(None if name is None else Path(name))

    assert of("a.unknown").name == of(None).name == "txt"
    assert of("a.txt", format="jsonl").name == of("a.jsonl").name == "jsonl"
    assert (of("a.md.gz").name, of("a.txt").name) == ("md", "txt")
    assert of("a.java", format="code").language == "java"
    assert (of("a.txt").lines, of("a.txt", lines=True).lines) == (False, True)
    assert (of("a.csv").header, of("a.csv", header=False).header) == (True, False)
    assert of("a.csv", delimiter=";").delimiter == ";"
    assert of("a.txt", encoding="tcvn3").encoding == "tcvn3"
    assert of("a.jsonl", max_record=5).max_record == 5


def tasks_of(*names: str, **options) -> list[Task]:
    return [Task(Path(name), None, InputOptions(**options).of(Path(name))) for name in names]


def test_what_becomes_of_metadata_is_noted():
    assert metadata_of(tasks_of("a.jsonl", "b.txt", "c.csv")) is None
    assert metadata_of(tasks_of("a.jsonl", metadata="extract")) == "+metadata"
    assert metadata_of(tasks_of("a.html")) is None
    assert metadata_of(tasks_of("a.html", metadata="drop")) == "drop"


def test_the_limit_of_records_is_noted_where_it_is_another():
    assert record_limit(tasks_of("a.jsonl", "b.txt")) is None
    assert record_limit(tasks_of("a.jsonl", max_record=5)) == 5
    assert record_limit([*tasks_of("a.jsonl", max_record=5), *tasks_of("b.jsonl")]) == 5
    assert record_limit([]) is None


def test_a_file_is_itself_under_any_name(desk):
    (desk / "hard.txt").hardlink_to(desk / "one.txt")
    (desk / "soft.txt").symlink_to(desk / "one.txt")
    assert same_file(Path("one.txt"), desk / "hard.txt")
    assert same_file(Path("one.txt"), desk / "soft.txt")
    assert not same_file(Path("one.txt"), Path("two.md"))
    assert not same_file(Path("one.txt"), Path("gone"))
    assert not same_file(Path("gone"), Path("one.txt"))
    assert same_file(Url("s3://b/a"), Url("s3://b/a"))
    assert not same_file(Url("s3://b/a"), Path("one.txt"))
    assert not same_file(Path("one.txt"), Url("s3://b/a"))


# -- places that are not on this machine ----------------------------------------------------------


@pytest.fixture
def store():
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for name in ("a.txt", "sub/b.jsonl", "x.jpg", ".hid/c.txt", "out/a.txt", "outer/d.txt"):
        system.pipe(f"/plan/{name}", b"a")
    system.pipe("/bare/x.jpg", b"a")
    yield system
    system.rm("/plan", recursive=True)
    system.rm("/bare", recursive=True)


def names(*inputs: str, output: str | None = "away", **more) -> list[str]:
    return sorted(name for name, _ in planned(*inputs, output=output, **more))


def test_the_files_of_a_store(store):
    every = ["a.txt", "out/a.txt", "outer/d.txt", "sub/b.jsonl"]
    assert names("memory://plan") == [f"memory://plan/{name}" for name in every]
    every.remove("out/a.txt")
    for out in ("memory://plan/out", "memory://plan/out/"):
        assert names("memory://plan", output=out, replace=True) == [
            f"memory://plan/{name}" for name in every
        ]
    assert names("memory://plan/a.txt") == ["memory://plan/a.txt"]
    assert len(plan_reading(["memory://plan"], PLAIN)) == 4
    for inputs, output, told in (
        ("memory://plan", "memory://plan/", "can't be input and output"),
        ("memory://plan/", "memory://plan", "can't be input and output"),
        ("memory://gone", "away", "no file or folder at memory://gone"),
        ("memory://bare", "away", "no file that can be read"),
        ("memory://plan/a.txt", "memory://plan/a.txt", "own result"),
        ("memory://plan/a.txt", "memory://plan/out/", "out/a.txt exists already"),
    ):
        with pytest.raises(InputError, match=told):
            planned(inputs, output=output)


@pytest.mark.parametrize("error", [OSError(5, "no route"), OSError("no route")])
def test_a_store_that_can_not_be_reached_is_said(monkeypatch, error):
    def fail(self: Url) -> bool:
        raise error

    monkeypatch.setattr(Url, "is_dir", fail)
    with pytest.raises(InputError, match="s3://b/a can't be reached: no route"):
        plan_reading(["s3://b/a"], PLAIN)
