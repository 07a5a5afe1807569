"""Work in several processes, without any: what is in flight, in which order, and how it ends."""

from __future__ import annotations

import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from vnclean.engine import parallel
from vnclean.engine.parallel import SendWholeError, WorkerLostError, map_in_order
from vnclean.engine.plan import Task, total_size
from vnclean.formats import format_named


class Pool:
    """Stands for a pool of processes; works at once, in this one."""

    made: ClassVar[list[Pool]] = []

    def __init__(self, jobs: int, context: Any, initializer: Any, initargs: tuple[Any]) -> None:
        self.jobs = jobs
        self.work = initargs[0]
        self.ended: list[dict[str, bool]] = []
        self.terminated: list[int] = []
        self._processes = {
            n: SimpleNamespace(terminate=lambda n=n: self.terminated.append(n)) for n in range(jobs)
        }
        Pool.made.append(self)

    def submit(self, do: Any, item: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(self.work(item))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, **how: bool) -> None:
        self.ended.append(how)


@pytest.fixture(autouse=True)
def pool(monkeypatch):
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", Pool)
    Pool.made.clear()


def draw(number: int, drawn: list[int]):
    for item in range(number):
        drawn.append(item)
        yield item


@pytest.mark.parametrize(
    ("jobs", "weight", "most"),
    [(2, 1, 6), (3, 1, 8), (2, parallel._WINDOW, 1), (2, parallel._WINDOW // 2, 2),
     (2, parallel._WINDOW // 2 - 1, 3), (4, parallel._WINDOW // 4, 4)],
)  # fmt: skip
def test_no_more_is_in_flight_than_is_needed(jobs, weight, most):
    drawn: list[int] = []
    found = map_in_order(lambda item: -item, draw(50, drawn), jobs, lambda _: weight)
    for number in range(50):
        assert next(found) == (number, -number)
        assert len(drawn) == min(number + most, 50)
    assert list(found) == []
    [pool] = Pool.made
    assert (pool.jobs, pool.terminated) == (jobs, [])
    assert pool.ended == [{"wait": True, "cancel_futures": True}]


@pytest.mark.parametrize("jobs", [0, 1])
def test_one_job_needs_no_pool(jobs):
    drawn: list[int] = []
    found = map_in_order(str, draw(3, drawn), jobs, lambda _: 1)
    assert next(found) == (0, "0")
    assert drawn == [0]
    assert Pool.made == []


def test_what_is_sent_light_comes_back_with_the_whole():
    def work(item: str) -> str:
        if item == "b":
            raise SendWholeError
        return item.upper()

    items = ["aa", "bb", "cc"]
    found = list(map_in_order(work, items, 2, len, lambda item: item[0]))
    assert found == [("aa", "A"), ("bb", "BB"), ("cc", "C")]


def test_who_stops_early_ends_the_workers():
    found = map_in_order(abs, range(9), 2, lambda _: 1)
    next(found)
    found.close()
    [pool] = Pool.made
    assert pool.terminated == [0, 1]
    assert pool.ended == [{"wait": False, "cancel_futures": True}]


def test_a_worker_that_is_lost_is_said():
    def work(item: int) -> int:
        raise BrokenProcessPool

    with pytest.raises(WorkerLostError, match="fewer --jobs"):
        next(map_in_order(work, range(9), 2, lambda _: 1))
    assert Pool.made[0].terminated == [0, 1]


def test_a_worker_leaves_ctrl_c_to_its_parent_and_ends_with_it(monkeypatch):
    handlers, threads = {}, []
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(
        parallel.threading, "Thread",
        lambda **what: threads.append(what) or SimpleNamespace(start=lambda: threads.append(1)),
    )  # fmt: skip
    monkeypatch.setattr(parallel, "_work", None)
    parallel._set_up_worker(str.upper)
    assert parallel._do("a") == "A"
    assert handlers == {signal.SIGINT: signal.SIG_IGN, signal.SIGTERM: signal.SIG_DFL}
    assert threads == [{"target": parallel._end_with_parent, "daemon": True}, 1]
    ends = []
    monkeypatch.setattr(parallel.os, "_exit", ends.append)
    parallel._end_with_parent()
    assert ends == []  # this is no worker
    parent = SimpleNamespace(sentinel="its end")
    monkeypatch.setattr("multiprocessing.parent_process", lambda: parent)
    monkeypatch.setattr("multiprocessing.connection.wait", lambda found: ends.append(found))
    parallel._end_with_parent()
    assert ends == [["its end"], 1]


def test_how_many_processes_inputs_are_worth(monkeypatch):
    worth = parallel.AUTO_JOBS_FROM
    monkeypatch.setattr(parallel, "processors", lambda: 7)
    for size, jobs, wanted in (
        (worth, 0, 7), (worth - 1, 0, 1), (0, 0, 1), (None, 0, 1), (worth, 3, 3), (None, 3, 3),
        (worth, 1, 1),
    ):  # fmt: skip
        monkeypatch.setattr(parallel, "total_size", lambda _, size=size: size)
        assert parallel.job_count(jobs, []) == wanted


def test_how_many_processors_there_are(monkeypatch):
    monkeypatch.setattr(
        parallel.os,
        "sched_getaffinity",
        lambda process: {process, 5, 7} if process == 0 else {1},
        raising=False,
    )
    assert parallel.processors() == 3  # of this process, which is number 0
    monkeypatch.delattr(parallel.os, "sched_getaffinity")
    for count, wanted in ((4, 4), (None, 1)):
        monkeypatch.setattr(parallel.os, "cpu_count", lambda count=count: count)
        assert parallel.processors() == wanted


def test_how_large_inputs_are(tmp_path: Path):
    for name, size in (("a", 3), ("b", 5)):
        (tmp_path / name).write_bytes(b"x" * size)
    kind = format_named("txt")
    tasks = [Task(tmp_path / name, None, kind) for name in "ab"]
    assert total_size(tasks) == 8
    assert total_size([*tasks, Task(tmp_path / "gone", None, kind)]) == 8
    assert total_size([*tasks, Task(None, None, kind)]) is None
    assert total_size([]) == 0
