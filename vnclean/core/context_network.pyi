from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

class ContextNetwork:
    """The network over the arrays of its file."""

    @property
    def width(self) -> int: ...
    @property
    def reach(self) -> int: ...
    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]], steps: Sequence[int]) -> None: ...
    def states(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]: ...
    def states_at(
        self,
        codes: npt.NDArray[np.int64],
        places: npt.NDArray[np.int64],
        firsts: npt.NDArray[np.int64],
        ends: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.float32]: ...
    def fits(
        self,
        states: npt.NDArray[np.float32],
        owner: npt.NDArray[np.int64],
        words: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.float32]: ...
