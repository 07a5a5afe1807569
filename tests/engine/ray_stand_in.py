"""Stands for Ray where it is not installed: one process, and everything in an order that nobody
would expect. What only the real one shows is in `tests/integrations/test_ray_engine.py`."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


class RayError(Exception):
    """What fails on a machine."""


class Reference:
    """What a task will have returned."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work


class Remote:
    """A function that runs elsewhere, when its result is asked for."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def options(self, **options: object) -> Remote:
        """Return itself."""
        return self

    def remote(self, *arguments: Any) -> Reference:
        """Return a reference to a result; arguments travel as bytes."""
        packed = pickle.dumps(arguments)
        return Reference(lambda: self._function(*pickle.loads(packed)))


class Dataset:
    """Blocks of rows, which come out last first."""

    def __init__(self, ray: StandIn, blocks: list[Any]) -> None:
        self._ray = ray
        self._blocks = blocks

    def map_batches(
        self,
        work: Any,
        num_cpus: int,
        compute: Any,
        fn_constructor_args: tuple[Any, ...] = (),
        fn_kwargs: Any = None,
        **_: object,
    ) -> Dataset:
        """Work on each block; what comes out is joined up to the size that the context says."""
        import pyarrow as pa

        assert num_cpus == isinstance(work, type)  # readers only wait, so they get none
        if isinstance(work, type):
            work = work(*pickle.loads(pickle.dumps(fn_constructor_args)))
            self._ray.actors.append(compute.size)
        tables: list[Any] = []
        for block in self._blocks:
            made = work(block, **fn_kwargs or {})
            for table in [made] if isinstance(made, pa.Table) else made:
                if tables and tables[-1].nbytes < self._ray.context.target_max_block_size:
                    tables[-1] = pa.concat_tables([tables[-1], table])
                else:
                    tables.append(table)
        return Dataset(self._ray, tables[::-1])

    def iter_batches(self, **_: object) -> Iterator[Any]:
        """Yield the blocks."""
        return iter(self._blocks)


class StandIn(ModuleType):
    """The module `ray`; `doings` tells what it was asked for."""

    def __init__(self) -> None:
        super().__init__("ray")
        self.doings: list[tuple[str, dict[str, Any]]] = []
        self.actors: list[int] = []
        self.running = False
        self.processors = 2.0
        self.machines = [("a", True), ("b", True), ("dead", False)]
        self.context = SimpleNamespace(
            target_max_block_size=1, enable_progress_bars="as it was", print_on_execution_start=1
        )
        self.exceptions = SimpleNamespace(RayError=RayError)
        self.data = ModuleType("ray.data")
        vars(self.data).update(
            DataContext=SimpleNamespace(get_current=lambda: self.context),
            TaskPoolStrategy=SimpleNamespace, ActorPoolStrategy=SimpleNamespace,
            from_items=self._from_items,
        )  # fmt: skip

    def _from_items(self, rows: list[dict[str, Any]], override_num_blocks: int) -> Dataset:
        import pyarrow as pa

        blocks = [rows[number::override_num_blocks] for number in range(override_num_blocks)]
        return Dataset(self, [pa.Table.from_pylist(block) for block in blocks])

    def init(self, **options: Any) -> None:
        self.doings.append(("init", options))
        self.running = True

    def shutdown(self) -> None:
        self.doings.append(("shutdown", {}))
        self.running = False

    def is_initialized(self) -> bool:
        return self.running

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": self.processors}

    def nodes(self) -> list[dict[str, Any]]:
        return [
            {"Alive": alive, "NodeID": name, "NodeManagerAddress": name}
            for name, alive in self.machines
        ]

    def remote(self, num_cpus: int, **_: object) -> Callable[[Callable[..., Any]], Remote]:
        assert num_cpus == 0  # the actors have them all
        return Remote

    def wait(self, references: list[Reference], num_returns: int) -> tuple[Any, Any]:
        assert references
        return references[-num_returns:], references[:-num_returns]

    def get(self, reference: Reference) -> Any:
        try:
            return reference.work()
        except Exception as error:
            raise RayError(f"traceback\n{type(error).__name__}: {error}") from error


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The stand-in, which `import ray` finds."""
    pytest.importorskip("pyarrow")
    module = StandIn()
    strategies = ModuleType("ray.util.scheduling_strategies")
    vars(strategies)["NodeAffinitySchedulingStrategy"] = lambda name, soft: name
    for found in (module, module.data, strategies):
        monkeypatch.setitem(sys.modules, found.__name__, found)
    monkeypatch.setitem(sys.modules, "ray.util", ModuleType("ray.util"))
    for name in ("RAY_ADDRESS", "RAY_USAGE_STATS_ENABLED", "RAY_BACKEND_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    return module
