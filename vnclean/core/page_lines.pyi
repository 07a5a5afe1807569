from array import array
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

def split_lines(text: str) -> tuple[array[Any], list[str], array[Any], array[Any]]: ...
def title_shares(lines: list[str], out: Floats) -> None: ...
