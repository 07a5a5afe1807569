from array import array

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint32] | array[int]

class Places:
    """Where in a text which windows fit, from left to right."""

    @property
    def union(self) -> int: ...
    @property
    def seen(self) -> int: ...
    def __len__(self) -> int: ...
    def __getitem__(self, index: int) -> tuple[int, int]: ...
    def select(self, offsets: tuple[tuple[int, int], ...]) -> list[int]: ...

class Prefilter:
    """What each triple of classes may begin."""

    def __init__(
        self,
        classes: npt.NDArray[np.uint8] | memoryview,
        rows: Numbers,
        cells: Numbers,
        behind: Numbers,
    ) -> None: ...
    def find(self, text: str) -> Places: ...
