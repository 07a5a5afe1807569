from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")

CHANGED: int
GOOD: int
JOINED: int
KNOWN: int
SPEAKS: int
MARKED: int
USED: int

class States:
    def __init__(
        self,
        columns: Sequence[int],
        first: Sequence[float],
        enter: Sequence[float],
        leave: float,
        odd: float,
    ) -> None: ...

class Line:
    def __len__(self) -> int: ...
    def span(self, at: int) -> tuple[int, int]: ...
    def odd_rows(self) -> list[int]: ...
    def outline(self, states: States) -> tuple[int, int, int, int, bool]: ...
    def runs(
        self, states: States, context: float, more: float, filled: float
    ) -> list[tuple[int, float, int, list[int]]]: ...
    def reading(
        self, runs: Sequence[tuple[int, float, list[int]]], cases: bytes
    ) -> tuple[str, set[str], bool] | None: ...
    def words(
        self,
        places: list[int],
        column: int,
        kind: type[T],
        rest: tuple[Any, ...],
    ) -> list[T]: ...

class TokenTable:
    def __init__(
        self,
        groups: Sequence[object],
        know: Callable[[str], tuple[float, int, bool, bool]],
        read: Callable[[str, int], tuple[str, float, int] | None],
        unseen: float = 120.0,
    ) -> None: ...
    def __len__(self) -> int: ...
    def line(self, text: str, start: int, end: int) -> Line: ...
    def rows(self, tokens: Sequence[str]) -> list[int]: ...
    def names(self, rows: list[int]) -> list[str]: ...
    def totals(self, rows: list[int], least: float, most: float) -> list[float]: ...
    def readings(self, rows: list[int], column: int) -> tuple[str | None, ...]: ...
