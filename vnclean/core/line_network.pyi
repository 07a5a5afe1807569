from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

class LineNetwork:
    """A recurrent network over the lines of a page, in integers."""

    features: int
    outputs: int

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None: ...
    def sums(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]: ...
