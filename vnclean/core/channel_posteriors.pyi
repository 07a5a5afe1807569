import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

def posteriors_of(
    likelihood: Floats,
    first: Floats,
    document_lines: int,
    rounds: int,
    pseudo_lines: float,
    most: float,
) -> Floats: ...
def mixtures_of(
    posterior: Floats, leak: float, in_places: float, least: float
) -> tuple[list[tuple[tuple[int, ...], tuple[float, ...], float]], Ints, Ints, Floats]: ...
