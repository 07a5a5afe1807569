from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.core.ngram import NgramModel
from vnclean.core.scorer import Candidates, FormTable
from vnclean.core.tokens import Token

LETTERS: int
LOWER: int
MISSPELT: int
OURS: int
UNKNOWN: int

class WordTable:
    """Words that were met, with what is known of them."""

    def __init__(
        self,
        model: NgramModel,
        letters: str,
        toneless: str,
        vocabulary: Sequence[str],
        syllables: Iterable[str],
        doubtful: Iterable[str],
        loans: Iterable[str],
        spellable: Iterable[str],
        describe: Callable[[str], tuple[int, int]],
        candidates: Callable[[str], Candidates],
    ) -> None: ...
    def look_up(
        self,
        forms: FormTable,
        codes: npt.NDArray[np.int32],
        rates: npt.NDArray[np.float64],
        marks: Callable[[str], Sequence[int]],
        stays: tuple[float, float, float],
    ) -> None: ...
    def __len__(self) -> int: ...
    def candidates(self, word: str) -> Candidates: ...
    def describe(self, word: str) -> tuple[int, int]: ...
    def unknown(self, text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]: ...
    def often(self, text: str, spans: Iterable[tuple[int, int]], least: int) -> frozenset[str]: ...

class Reading:
    """The tokens of some parts of a text, three edges behind each part."""

    def __init__(self, table: WordTable, text: str, parts: Iterable[tuple[int, int]]) -> None: ...
    def __len__(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def codes(self) -> npt.NDArray[np.int64]: ...
    def token(self, place: int) -> Token: ...
    def small(self, place: int) -> str: ...
    def place(self, start: int) -> int: ...
    def often(self, least: int) -> frozenset[str]: ...
    def misspellable(self) -> list[int]: ...
    def unlikely(self, alone: float, first: float, second: float) -> list[int]: ...
    def changeable(self, places: Sequence[int], among_names: bool = True) -> list[bool]: ...
    def is_among_names(self, place: int) -> bool: ...
    def score(
        self,
        places: Sequence[int],
        floors: Sequence[float],
        odds: Sequence[float],
        prior: float,
        least: float,
        limits: tuple[float, float],
        weights: tuple[float, float, float],
        network: Callable[[], Any],
        states: npt.NDArray[np.float32] | None = None,
        all_by_both: bool = False,
    ) -> list[list[tuple[float, int]] | None]: ...
    def source(self, place: int, number: int) -> tuple[int, int]: ...
