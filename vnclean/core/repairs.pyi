from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = Sequence[int] | npt.NDArray[np.integer[Any]]
Floats = Sequence[float] | npt.NDArray[np.floating[Any]]
Flags = Sequence[bool] | npt.NDArray[np.bool_]

class Curves:
    def __init__(self, curves: Iterable[tuple[list[float], list[float]]]) -> None: ...
    def __len__(self) -> int: ...
    def at(self, numbers: Ints, values: Floats) -> npt.NDArray[np.float64]: ...

def calibrated_by_line(
    curves: Curves, firsts: Ints, least: Floats, channel: Ints, line: Ints, posterior: Floats
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]: ...
def backed_lines(
    lines: Ints,
    posteriors: Floats,
    words: Ints,
    support: Ints,
    clean: Floats,
    throughout: Floats,
    explained: Floats,
    *,
    many_words: int,
    min_words: int,
    support_words: int,
    much_support: int,
    min_mean: float,
    max_clean: float,
    max_unsupported: float,
    min_explained: float,
) -> npt.NDArray[np.bool_]: ...
def judged(
    measured: Curves,
    of_repair: Ints,
    posterior: Floats,
    calibrated: Floats,
    own: Floats,
    is_damaged: Flags,
    is_name: Flags,
    is_unseen: Flags,
    *,
    words: Ints,
    damaged_words: Ints,
    clean: Floats,
    throughout: Floats,
    explained: Floats,
    is_backed: Flags,
    ends: Flags,
    sizes: Ints,
    least: Floats,
    least_several: Floats,
    in_sentences: float,
    sentence_words: int,
    many_words: int,
    may_stay: float,
    may_stay_in_sentence: float,
    max_own_inside: float,
    min_throughout: float,
    max_clean: float,
    min_explained: float,
    unseen_factor: float,
) -> tuple[
    npt.NDArray[np.bool_],
    npt.NDArray[np.bool_],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.bool_],
]: ...
def beside_capitals(codes: Ints, places: Ints) -> npt.NDArray[np.bool_]: ...
