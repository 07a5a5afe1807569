from array import array
from collections.abc import Sequence
from typing import Any, TypeAlias

from numpy.typing import NDArray

Numbers: TypeAlias = bytes | array[int] | NDArray[Any]
"""Numbers that lie in memory one after the other."""

FIRST: int
LAST: int
LOWER: int
CONSONANT: int
CAPITAL: int
LONGEST: int

def is_fragment(word: str, kinds: Numbers) -> bool: ...
def word_hash(word: str) -> int: ...
def word_hashes(words: Sequence[str]) -> array[int]: ...
def pair_hash(first: str, second: str) -> int: ...
def pair_hashes(first: Numbers, second: Numbers) -> array[int]: ...

NOTHING: tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[int]]

class WordLookup:
    """Finds strange words, suspect pairs and fragments of syllables."""

    def __init__(self, kinds: Numbers, known: Numbers, suspect: Numbers) -> None: ...
    def scan(
        self, text: str
    ) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[int]]: ...
