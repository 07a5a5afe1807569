from collections.abc import Sequence

CHANGED: int
GOOD: int
JOINED: int

class TokenTable:
    def __init__(self, misreadings: int) -> None: ...
    def __len__(self) -> int: ...
    def add(
        self,
        clean: float,
        legacy: Sequence[float],
        most_gain: float,
        home: int,
        plain: bool,
        lettered: bool,
        readings: bytes,
    ) -> int: ...
    def counts(self, rows: list[int]) -> tuple[int, int, int, int]: ...
    def gains(self, rows: list[int], first: float, enter: float) -> bool: ...
    def best_path(
        self,
        rows: list[int],
        context: float,
        first: Sequence[float],
        enter: Sequence[float],
        leave: float,
    ) -> bytearray: ...
    def main_state(self, rows: list[int], path: bytearray) -> tuple[int, int]: ...
    def runs(self, rows: list[int], path: bytearray) -> list[tuple[int, float, int, list[int]]]: ...
