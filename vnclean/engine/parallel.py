"""Doing work over a stream in several processes: results in order, memory bounded."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from vnclean.engine.plan import Task, total_size
from vnclean.errors import VncleanError

__all__ = ["SendWholeError", "WorkerLostError", "job_count", "map_in_order", "processors"]

In = TypeVar("In")
Out = TypeVar("Out")

AUTO_JOBS_FROM = 32 << 20
"""Inputs below this many bytes are not worth starting processes for."""
_WINDOW = 64 << 20
"""How many bytes of input may be in flight, however many processes there are."""

_work: Callable[[Any], Any] | None = None


class SendWholeError(Exception):
    """Raised by work that needs the whole of an item of which only a reference was sent."""


class WorkerLostError(VncleanError):
    """A worker process died, most often because memory ran out."""

    def __init__(self) -> None:
        super().__init__(
            "A worker process ended, most likely because memory ran out. You can run it again with "
            "fewer --jobs. (In a script of your own: processes need a main module that can be "
            "imported, so guard what it runs with `if __name__ == '__main__':`.)"
        )


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def job_count(jobs: int, tasks: Sequence[Task]) -> int:
    """Return how many processes to use: those asked for, or as many as the input is worth."""
    return jobs or (processors() if (total_size(tasks) or 0) >= AUTO_JOBS_FROM else 1)


def map_in_order(
    work: Callable[[In], Out],
    items: Iterable[In],
    jobs: int,
    weight: Callable[[In], int],
    send: Callable[[In], In] | None = None,
) -> Generator[tuple[In, Out], None, None]:
    """Yield every item with its result, in the order of the items.

    `work` must be picklable; it travels once per process. At most a few items per process, and
    about 64 MiB by `weight`, are in flight: the items are drawn as results are taken. With one
    job everything happens in this process. `send` may make of an item something lighter to be
    sent in its place; where the work then raises SendWholeError, the item itself is sent. Raises
    WorkerLostError where a worker dies.

    >>> [out for _, out in map_in_order(str.upper, ["a", "b"], 1, len)]
    ['A', 'B']
    """
    if jobs <= 1:
        for item in items:
            yield item, work(item)
        return
    yield from _map_in_processes(work, iter(items), jobs, weight, send)


def _map_in_processes(
    work: Callable[[In], Out],
    items: Iterator[In],
    jobs: int,
    weight: Callable[[In], int],
    send: Callable[[In], In] | None,
) -> Generator[tuple[In, Out], None, None]:
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_set_up_worker, initargs=(work,)
    )
    waiting: deque[tuple[In, int, Future[Out]]] = deque()
    load = 0
    finished = False
    try:
        while True:
            while len(waiting) < 2 * jobs + 2 and (load < _WINDOW or not waiting):
                item = next(items, None)
                if item is None:
                    break
                heavy = weight(item)
                waiting.append((item, heavy, pool.submit(_do, send(item) if send else item)))
                load += heavy
            if not waiting:
                break
            item, heavy, future = waiting.popleft()
            result: Out
            try:
                result = future.result()
            except SendWholeError:
                result = pool.submit(_do, item).result()
            load -= heavy
            yield item, result
        finished = True
    except BrokenProcessPool:
        raise WorkerLostError from None
    finally:
        if not finished:
            _stop(pool)
        pool.shutdown(wait=finished, cancel_futures=True)


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the workers at once, whatever they are doing."""
    processes = getattr(pool, "_processes", None) or {}
    for process in list(processes.values()):
        process.terminate()


def _set_up_worker(work: Callable[[Any], Any]) -> None:
    """Prepare a worker: keep the work, leave Ctrl-C to the parent, end when the parent ends."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _do(item: Any) -> Any:
    assert _work is not None
    return _work(item)
