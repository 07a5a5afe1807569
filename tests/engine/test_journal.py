"""The journal of a run: what is read of it, what is refused, when it is on the disk."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from vnclean.engine import plan_cleaning
from vnclean.engine.counts import EditCounts
from vnclean.engine.journal import Journal, Mark, journal_path, run_key
from vnclean.engine.plan import InputError, InputOptions, Task
from vnclean.formats import format_named


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    (tmp_path / "in").mkdir()
    for name in "ab":
        (tmp_path / "in" / f"{name}.jsonl").write_text('{"text": "a"}\n')
    return plan_cleaning([str(tmp_path / "in")], str(tmp_path / "out"), InputOptions())


def mark(task: Task, **values) -> Mark:
    tally = EditCounts(records=1, rules=Counter(r=2))
    done = Mark(str(task.target), True, 1, 2, 3, 4, True, tally, edits=5)
    for name, value in values.items():
        setattr(done, name, value)
    return done


def test_a_mark_comes_back_from_its_values(tasks):
    one = mark(tasks[0], lost=True, shown=[[1, "why"]], out=-1, source=[1, "a"])
    assert Mark.from_dict(json.loads(json.dumps(one.as_dict()))) == one


@pytest.mark.parametrize(
    "wrong",
    [{"out": -2}, {"chunks": "1"}, {"chunks": True}, {"done": 1}, {"task": None}, {"shown": {}},
     {"shown": [["1", "why"]]}, {"shown": [[1, 2]]}, {"shown": [["1", 2]]}, {"shown": [[1]]},
     {"tally": {}}, {"other": 1}, {"source": ""}],
)  # fmt: skip
def test_a_mark_that_was_changed_is_refused(tasks, wrong):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Mark.from_dict(mark(tasks[0]).as_dict() | wrong)


def test_a_mark_that_lacks_something_is_refused(tasks):
    for name in Mark.__slots__:
        values = mark(tasks[0]).as_dict()
        del values[name]
        with pytest.raises((KeyError, ValueError)):
            Mark.from_dict(values)


def test_what_was_noted_is_gone_on_with(tasks, tmp_path):
    path = tmp_path / "out" / "j"
    first = Journal(path, "key", tasks, resume=True)
    assert (first.worth, first.finished, first.adds, first.left) == (False, False, True, set())
    first.note(tasks[0], mark(tasks[0], done=False), sync=True)
    first.note(tasks[0], mark(tasks[0], rejects=7, edits=9), sync=False)
    assert first.worth
    first.close()
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"torn": ')
    second = Journal(path, "key", tasks, resume=True)
    assert list(second.marks) == [str(tasks[0].target)]
    assert second.marks[str(tasks[0].target)].done
    assert (second.worth, second.last_rejects(), second.last_edits()) == (True, 7, 9)
    second.note(tasks[1], mark(tasks[1]), sync=False)
    second.finish()
    second.close()
    rows = path.read_bytes()
    assert rows.startswith(whole)
    assert [*json.loads(rows.split(b"\n")[-2])] == ["finished"]
    assert [json.loads(row) for row in rows.split(b"\n")[:-1]]
    third = Journal(path, "key", tasks, resume=True)
    assert third.finished
    assert len(third.marks) == 2
    third.remove()
    assert not path.exists()
    fourth = Journal(path, "key", tasks, resume=True)
    assert (fourth.last_rejects(), fourth.last_edits(), fourth.marks) == (0, 0, {})
    fourth.remove()


def test_a_mark_that_is_written_counts_while_the_disk_is_waited_for(tmp_path, monkeypatch):
    """A signal that comes then would end the run as if there were nothing to go on with."""
    (tmp_path / "a.txt").touch()
    [task] = plan_cleaning([str(tmp_path / "a.txt")], str(tmp_path / "o.txt"), InputOptions())
    journal = Journal(tmp_path / "j", "key", [task], False)

    def stopped(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr("vnclean.engine.journal.os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        journal.note(task, Mark(str(task.target)), sync=True)
    assert journal.worth


def test_one_that_begins_anew_keeps_nothing(tasks, tmp_path):
    first = Journal(tmp_path / "j", "key", tasks, resume=True)
    first.note(tasks[0], mark(tasks[0]), sync=False)
    first.close()
    second = Journal(tmp_path / "j", "other", tasks, resume=False)
    assert (second.marks, second.worth, second.adds) == ({}, False, False)
    assert (tmp_path / "j").read_bytes().count(b"\n") == 1
    second.close()
    again = Journal(tmp_path / "j", "other", tasks, resume=True)
    assert not again.adds  # nor does the run that goes on with it
    again.close()
    with pytest.raises(InputError, match="other options"):
        Journal(tmp_path / "j", "third", tasks, resume=True)
    Journal(tmp_path / "j", "other", tasks, resume=True).close()  # whose lock was let go


@pytest.mark.parametrize("resume", [False, True])
def test_outputs_that_were_there_are_left_by_a_run_that_adds(tasks, tmp_path, resume):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.jsonl").touch()
    journal = Journal(tmp_path / "j", "key", tasks, resume=resume)
    assert journal.left == ({str(tasks[1].target)} if resume else set())
    journal.close()
    (tmp_path / "out" / "a.jsonl").touch()  # written since
    again = Journal(tmp_path / "j", "key", tasks, resume=True)
    assert again.left == journal.left
    again.close()


@pytest.mark.parametrize("change", ["size", "time", "format"])
def test_an_input_that_changed_is_refused(tasks, tmp_path, change):
    journal = Journal(tmp_path / "j", "key", tasks, resume=True)
    journal.note(tasks[1], mark(tasks[1]), sync=False)
    journal.close()
    if change == "format":
        tasks[1] = Task(tasks[1].source, tasks[1].target, format_named("txt"))
    elif change == "size":
        tasks[1].source.write_text("longer than it was")
    else:
        os.utime(tasks[1].source, ns=(1, 1))
    with pytest.raises(InputError, match=r"b\.jsonl has changed"):
        Journal(tmp_path / "j", "key", tasks, resume=True)


def test_standard_input_is_known_by_its_format(tmp_path):
    task = Task(None, tmp_path / "a", format_named("jsonl"))
    journal = Journal(tmp_path / "j", "key", [task], resume=True)
    journal.note(task, mark(task), sync=False)
    journal.close()
    Journal(tmp_path / "j", "key", [task], resume=True).close()


def test_what_must_be_on_the_disk_is_brought_there(tasks, tmp_path, monkeypatch):
    synced: list[int] = []
    journal = Journal(tmp_path / "j", "key", tasks, resume=True)
    monkeypatch.setattr("vnclean.engine.journal.os.fsync", synced.append)
    for sync, wanted in ((False, 0), (True, 1), (False, 1)):
        journal.note(tasks[0], mark(tasks[0]), sync)
        assert len(synced) == wanted
    journal.finish()
    assert len(synced) == 2
    journal.close()


def test_what_must_be_the_same_to_go_on():
    assert run_key("p", 5, a=None, b=False, c="x", d=0, e=True) == "p chunk=5 c=x e=True"
    assert run_key("p", 5) == "p chunk=5"


def test_where_the_journal_of_a_remote_output_lies(tasks, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = journal_path("s3://bucket/out", tasks)
    assert path is not None
    assert path.parent.parent == tmp_path
    assert path.name.endswith("-out.journal")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert journal_path("s3://bucket/other", tasks) != path
    assert journal_path("s3://bucket/out/", tasks).parent == path.parent
    assert journal_path("/dev/null", tasks) is None
