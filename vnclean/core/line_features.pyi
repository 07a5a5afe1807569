from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from vnclean.core.trie import Trie

NAMES: tuple[str, ...]
"""The rows of a line by itself but those of phrases."""

class LineReader:
    """Reads lines by themselves: what they are made of, how they begin and end, what they name."""

    def __init__(
        self,
        phrases: Trie,
        kind: Iterable[int],
        hits: Iterable[bool],
        words: Iterable[str],
        head: int,
        tail: int,
    ) -> None: ...
    def fill(
        self,
        out: npt.NDArray[np.float32],
        line_id: npt.NDArray[np.int64],
        prefix_id: npt.NDArray[np.int64],
        lines: list[str],
    ) -> None: ...
