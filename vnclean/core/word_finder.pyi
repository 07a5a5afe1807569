from collections.abc import Callable, Iterable
from typing import final

@final
class WordFinder:
    """Finds the words of a text of which a function says yes; it is asked once for each word."""

    def __init__(self, ask: Callable[[str], bool], not_meant: Iterable[str] = ()) -> None: ...
    def find(self, text: str, start: int, end: int) -> list[tuple[int, int]]: ...
