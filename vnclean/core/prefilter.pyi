from collections.abc import Iterable

class Places:
    """Where in a text which windows fit, from left to right."""

    @property
    def union(self) -> int: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> tuple[int, int]: ...
    def select(self, offsets: tuple[tuple[int, int], ...]) -> list[int]: ...

class Prefilter:
    """What each triple of classes may begin."""

    def __init__(
        self,
        classes: bytes,
        windows: Iterable[tuple[int, Iterable[int], Iterable[int], Iterable[int]]],
    ) -> None: ...
    def find(self, text: str) -> Places: ...
