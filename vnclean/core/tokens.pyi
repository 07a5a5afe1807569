from collections.abc import Callable, Iterable
from typing import final

@final
class Token:
    """A word or sign of a text, its span, and the model's code."""

    def __init__(self, start: int, end: int, text: str, code: int) -> None: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def code(self) -> int: ...

def find_tokens(
    text: str,
    start: int,
    end: int,
    codes: dict[str, int],
    make: Callable[[str], int],
    skip: int,
) -> list[Token]: ...
def stretches(text: str, spans: Iterable[tuple[int, int]], reach: int) -> list[tuple[int, int]]: ...
