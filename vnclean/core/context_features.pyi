from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

class ContextFeatures:
    """Fills in what the lines around a line, and its place in the page, tell of it."""

    rows: int
    """How many rows there are with those of the context."""

    def __init__(
        self,
        names: Iterable[str],
        near: Sequence[str],
        steps: Sequence[int],
        wide: Sequence[str],
        windows: Sequence[int],
        prices: Sequence[float],
        headings: Sequence[str],
    ) -> None: ...
    def fill(
        self, out: Floats, before: Ints, line_id: Ints, prefix_id: Ints, title: Floats
    ) -> None: ...
