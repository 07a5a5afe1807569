from array import array
from collections.abc import Sequence

from typing_extensions import Buffer

FIRST: int
LAST: int
LOWER: int
CONSONANT: int
CAPITAL: int
LONGEST: int

def word_hash(word: str) -> int: ...
def word_hashes(words: Sequence[str]) -> array[int]: ...
def pair_hash(first: str, second: str) -> int: ...
def pair_hashes(first: Buffer, second: Buffer) -> array[int]: ...

class WordLookup:
    """Finds strange words, suspect pairs and fragments of syllables."""

    def __init__(self, kinds: Buffer, known: Buffer, suspect: Buffer) -> None: ...
    def scan(
        self, text: str
    ) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[int]]: ...
