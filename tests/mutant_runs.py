"""Runs tests on mutants of functions without starting Python anew for each.

The tests are collected once. A first fork runs them all and notes which lines of the package each
one reaches, and how long it takes. Then there is a fork for each mutant: the code of the changed
function takes the place of the old one, and only the tests that reach its lines run, up to the
first that fails: first those that are quick, reach little else, or have held many before. A mutant
whose lines no test reaches survives untried. Processes that a test starts read the changed file.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, TextIO

import pytest

SECONDS = 30
"""How long a test may take; one that takes longer runs for ever, and holds its mutant."""
PATIENCE = 60
"""After so many seconds no further test is tried on a mutant; it survives."""


class Mutated:
    """A pytest plugin that, in place of the tests, tries mutants: dicts with a file, the lines that
    they touch, and the changed source. Its answers go to `out`, a line of JSON for each."""

    def __init__(self, mutants: list[dict[str, Any]], out: TextIO) -> None:
        self.mutants = mutants
        self.out = out

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all mutants."""
        files = {str(Path(mutant["file"]).resolve()) for mutant in self.mutants}
        reached = json.loads(in_a_fork(lambda: trace(session.items, files), 600))
        items = {item.nodeid: item for item in session.items}
        # A test that reaches little is about that; one that reaches all sees little of it.
        cost = {name: (took + 0.02) * len(found) for name, (took, found) in reached.items()}
        kills: Counter[str] = Counter()
        for mutant in self.mutants:
            file = Path(mutant["file"]).resolve()
            lines = {f"{file}:{line}" for line in mutant["lines"]}
            tests = [name for name, (_, found) in reached.items() if not lines.isdisjoint(found)]
            tests.sort(key=lambda name: cost[name] / (kills[name] + 0.5))
            killer = self.killer(file, mutant["source"], [items[name] for name in tests])
            kills[killer] += 1
            self.out.write(json.dumps({"held_by": killer, "tests": len(tests)}) + "\n")
            self.out.flush()
        return True

    def killer(self, file: Path, source: str, items: list[pytest.Item]) -> str:
        """Return the test that fails with a changed file, "" where none does."""
        if not items:
            return ""
        before = file.read_text(encoding="utf-8")
        file.write_text(source, encoding="utf-8")
        try:
            return in_a_fork(lambda: first_failure(file, source, items), SECONDS)
        finally:
            file.write_text(before, encoding="utf-8")


def in_a_fork(work: Callable[[], Iterator[str]], seconds: float) -> str:
    """Return the last of what work in a process of its own yields, or that one took too long."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.setsid()
        os.close(read)
        with contextlib.suppress(BaseException), open(write, "wb") as pipe:
            for said in work():
                pipe.write(said.encode() + b"\0")
                pipe.flush()
        os._exit(0)
    os.close(write)
    found = b""
    while select.select([read], [], [], seconds)[0]:
        if not (block := os.read(read, 1 << 20)):
            break
        found += block
    else:
        found = b"what runs for ever\0"
    os.close(read)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return found.removesuffix(b"\0").rpartition(b"\0")[2].decode()


def run(items: list[pytest.Item]) -> Iterator[tuple[pytest.Item, bool]]:
    """Run tests; yield each with whether it passed."""
    from _pytest.runner import runtestprotocol

    for item, following in zip(items, [*items[1:], None], strict=True):
        reports = runtestprotocol(item, log=False, nextitem=following)
        yield item, not any(report.failed for report in reports)


def trace(items: list[pytest.Item], files: set[str]) -> Iterator[str]:
    """Run tests; say at the end for each that passes its seconds and the lines that it reaches."""
    found: set[str] = set()

    def local(frame: FrameType, event: str, argument: object) -> object:
        found.add(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        return local

    def enter(frame: FrameType, event: str, argument: object) -> object:
        return local(frame, event, argument) if frame.f_code.co_filename in files else None

    reached = {}
    threading.settrace(enter)
    sys.settrace(enter)
    begun = time.monotonic()
    for item, passed in run(items):
        now = time.monotonic()
        if passed and found:
            reached[item.nodeid] = now - begun, sorted(found)
        begun = now
        found.clear()
        sys.settrace(enter)  # one that runs into the limit of recursion ends the trace
        yield ""
    yield json.dumps(reached)


def first_failure(file: Path, source: str, items: list[pytest.Item]) -> Iterator[str]:
    """Change the functions of a file in this process; say the first test that fails, or ""."""
    exchange(str(file), source)
    end = time.monotonic() + PATIENCE
    for item, passed in run(items):
        yield "an end of the process" if passed else item.nodeid
        if not passed:
            return
        if time.monotonic() > end:
            break
    yield ""


def exchange(file: str, source: str) -> None:
    """Give the functions of a file the code that a changed source has for them."""
    changed = {
        (code.co_qualname, code.co_firstlineno): code
        for code in codes(compile(source, file, "exec"))
    }
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and function.__code__.co_filename == file:
            code = function.__code__
            new = changed.get((code.co_qualname, code.co_firstlineno))
            if new is not None and new.co_freevars == code.co_freevars:
                function.__code__ = new


def codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of functions and classes in a code, however deep."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes(constant)


def main() -> None:
    """Take mutants from the file that is named first; the rest are arguments of pytest."""
    mutants = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)  # what pytest and the tests say is no answer
        pytest.main(sys.argv[2:], plugins=[Mutated(mutants, out)])


if __name__ == "__main__":
    main()
