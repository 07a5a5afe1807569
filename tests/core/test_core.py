"""What is true of all compiled modules: stubs, the GIL, threads."""

from __future__ import annotations

import ast
import importlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import vnclean.core
from vnclean.core.lookup import FIRST, LAST, WordLookup
from vnclean.core.prefilter import Prefilter

FOLDER = Path(vnclean.core.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.pyi"))


def test_each_module_has_a_stub() -> None:
    sources = sorted(path.stem for path in FOLDER.glob("*.pyx"))
    assert sources == MODULES != []


@pytest.mark.parametrize("name", MODULES)
def test_a_stub_names_what_the_module_offers(name: str) -> None:
    module = importlib.import_module(f"vnclean.core.{name}")
    stub = ast.parse((FOLDER / f"{name}.pyi").read_text(encoding="utf-8"))
    named = set()
    for node in stub.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            named.add(node.name)
            assert getattr(module, node.name).__doc__, node.name
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef):
                    assert hasattr(getattr(module, node.name), part.name), part.name
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) != "TypeAlias":
            assert isinstance(node.target, ast.Name)
            named.add(node.target.id)
    assert named == set(module.__all__)


TEXT = "một hai ba bốn\n" * 400_000
DOORS: dict[str, Callable[[str], object]] = {
    "prefilter": Prefilter(np.zeros(12, np.uint8), *np.zeros((3, 1), np.uint32)).find,
    "lookup": WordLookup(
        np.zeros(LAST - FIRST + 1, np.uint8), np.zeros(0, np.uint32), np.zeros(0, np.uint32)
    ).scan,
}


@pytest.mark.parametrize("name", DOORS)
def test_the_gil_is_given_back(name: str) -> None:
    """While one thread reads a long text, another runs Python code."""
    door, stop, ticks = DOORS[name], threading.Event(), [0]

    def tick() -> None:
        while not stop.is_set():
            ticks[0] += 1
            time.sleep(0)

    other = threading.Thread(target=tick)
    other.start()
    seen = 0
    for _ in range(10):
        before = ticks[0]
        door(TEXT)
        # Were the GIL held, a call could see the other thread once, as it begins.
        seen = max(seen, ticks[0] - before)
    stop.set()
    other.join()
    assert seen > 10


@pytest.mark.parametrize("name", DOORS)
def test_threads_get_the_same(name: str) -> None:
    door = DOORS[name]
    texts = ["một hai\n" * size for size in (1, 10, 2000)]
    expected = [repr(door(text)) for text in texts] if name == "lookup" else None
    results: list[list[object]] = []

    def read() -> None:
        results.append([door(text) for text in texts * 20])

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for found in results:
        if expected is None:
            assert [list(places) for places in found] == [[]] * 60  # type: ignore[call-overload]
        else:
            assert [repr(each) for each in found] == expected * 20
