from collections.abc import Iterable, Sequence
from typing import Any

import numpy.typing as npt

from vnclean.core.ngram import NgramModel

class Candidates:
    """What may be meant by a word, the first is the word itself."""

    def __init__(self, model: NgramModel, codes: Sequence[int], rates: Sequence[float]) -> None: ...
    def __len__(self) -> int: ...
    @property
    def codes(self) -> list[int]: ...
    @property
    def rates(self) -> list[float]: ...
    def source(self, number: int) -> tuple[int, int]: ...
    def near(self, window: Sequence[int]) -> list[float]: ...
    def rank(self, window: Sequence[int], least: float) -> list[tuple[float, int]]: ...

class FormTable:
    """Forms and the rows of each."""

    def __init__(
        self,
        letters: str,
        blocks: Iterable[npt.NDArray[Any]],
        starts: npt.NDArray[Any],
        words: npt.NDArray[Any],
        kinds: npt.NDArray[Any],
    ) -> None: ...
    def find(self, form: str) -> list[tuple[int, int]]: ...
    def candidates(
        self,
        model: NgramModel,
        codes: npt.NDArray[Any],
        rates: npt.NDArray[Any],
        form: str,
        own: int,
        stays: float,
        more: Sequence[int] = (),
    ) -> Candidates: ...

def log_likelihoods(
    model: NgramModel,
    before: Sequence[int],
    middles: Iterable[Sequence[int]],
    after: Sequence[int],
) -> list[float]: ...
