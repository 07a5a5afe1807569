from collections.abc import Callable, Iterable
from typing import Any, TypeVar

P = TypeVar("P")
E = TypeVar("E")

Entry = tuple[Any, tuple[Any, ...] | None, str, Any]

def apply(text: str, edits: Iterable[tuple[Any, ...]]) -> str: ...
def find_atoms(
    text: str,
    start: int,
    end: int,
    known: dict[str, Entry],
    decode: Callable[[str], Entry],
    piece_type: type[P],
    edit_type: type[E],
) -> tuple[list[P], list[E], bool]: ...
def decode_atoms(
    text: str, start: int, end: int, known: dict[str, Entry], decode: Callable[[str], Entry]
) -> str | None: ...
