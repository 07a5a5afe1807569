from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

class Forest:
    """Questions (rows and borders); trees of equal depth, of question numbers; their leaves."""

    def __init__(self, rows: Ints, borders: Floats, trees: Ints, leaves: Ints) -> None: ...
    def sums(self, columns: Floats) -> array[Any]: ...
