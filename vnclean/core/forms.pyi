from collections.abc import Iterable
from typing import Any

import numpy.typing as npt

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
