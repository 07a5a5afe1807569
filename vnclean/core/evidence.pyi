from collections.abc import Callable, Iterable, Sequence
from typing import Any

def hash_of(word: str) -> int: ...

class EvidenceTable:
    def __init__(
        self,
        kinds: bytes,
        extra: str,
        fixed: Sequence[float],
        most: float,
        most_mixed: float,
        enough: float,
        hashes: Any = None,
        values: Any = None,
    ) -> None: ...
    def __len__(self) -> int: ...
    def lines(
        self, text: str, learn: Callable[[list[str]], Iterable[Sequence[float]]]
    ) -> list[list[tuple[int, int]]]: ...

def stretches(
    weights: list[float], enough: float, most_lost: float
) -> list[tuple[int, int, float]]: ...
