from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

NAMES: tuple[str, ...]

class PageFeatures:
    """Fills in what the other lines of a page tell of a line."""

    rows: int
    """How many rows there are with those of the lines by themselves."""

    def __init__(self, names: Sequence[str], small_words: Sequence[str]) -> None: ...
    def fill(
        self, out: Floats, lines: list[str], before: Ints, line_id: Ints, prefix_id: Ints
    ) -> None: ...
