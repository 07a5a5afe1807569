from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.core.decoder import Candidates, Decoded

Ints = Sequence[int] | npt.NDArray[np.integer[Any]]
Floats = Sequence[float] | npt.NDArray[np.floating[Any]]

MAX_CHANNELS: int

def hashes_of(surfaces: str, forms: str) -> npt.NDArray[np.uint64]: ...

class FormIndex:
    def __init__(
        self,
        codes: Ints,
        shares: Floats,
        logs: Floats,
        hashes: npt.NDArray[np.uint64],
        starts: npt.NDArray[np.uint32],
        rares: npt.NDArray[np.uint32],
        surfaces: npt.NDArray[np.uint16],
        channels: npt.NDArray[np.uint16],
    ) -> None: ...
    def __len__(self) -> int: ...

class SlotRows:
    @property
    def rows(self) -> npt.NDArray[np.int64]: ...
    @property
    def slots(self) -> npt.NDArray[np.int64]: ...
    @property
    def places(self) -> npt.NDArray[np.int64]: ...
    @property
    def damaged(self) -> npt.NDArray[np.bool_]: ...
    def origins_of(self, place: int, numbers: Sequence[int]) -> list[int]: ...
    def origins(self, best: Ints) -> npt.NDArray[np.int32]: ...
    def own_posteriors(
        self, decoded: Decoded, slots: Ints, below: float
    ) -> npt.NDArray[np.float64]: ...

class CleanTokens:
    def __init__(
        self,
        place: dict[str, int],
        logs: Floats,
        *,
        code: Callable[[str], int],
        pattern: Callable[[str], int],
        leaves: Callable[[str], int],
        is_syllable: Callable[[str], bool],
        fragments: Set[str],
        opening: str,
        longest: int,
        edge: int,
        foreign: int,
        strange: float,
        stranger: float,
        unexplained: float,
        punctuation: float,
        alone: float,
        glued: float,
        several: float,
    ) -> None: ...

class EmissionTable:
    def __init__(self, index: FormIndex, channels: int, edge: float, nothing: float) -> None: ...
    @property
    def tokens(self) -> list[str]: ...
    @property
    def numbers(self) -> dict[str, int]: ...
    def __len__(self) -> int: ...
    def learn(
        self,
        token: str,
        *,
        lead: int = 0,
        trail: int = 0,
        is_known: bool = True,
        is_word: bool = False,
        damaged: bool = False,
        clean: float = 0.0,
        same: int = 0,
        code: int = -1,
        opens: bool = False,
        is_mark: bool = False,
        own_code: int = -1,
        own_score: float = 0.0,
    ) -> int: ...
    def learn_all(self, tokens: Iterable[str], clean: CleanTokens) -> None: ...
    def read(
        self, text: str, begins: Ints, clean: CleanTokens
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]: ...
    def count(
        self, text: str, clean: CleanTokens, words: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]: ...
    def sum_by_line(
        self, kind: Ints, line: Ints, lines: int, leak: float, in_places: Sequence[float]
    ) -> npt.NDArray[np.float64]: ...
    def explained(
        self, kind: Ints, line: Ints, channel: Ints
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]: ...
    def replaced(
        self, text: str, start: Ints, kind: Ints, entries: Ints, surfaces: list[str]
    ) -> str: ...
    def candidates(self, number: int) -> list[tuple[int, int, int, int, int, float]]: ...
    def entries(self, numbers: Ints) -> list[tuple[int, int, int]]: ...
    def logs(self, numbers: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]: ...
    def facts(
        self, numbers: Ints
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.uint32]]: ...
    def itself(self, number: int) -> tuple[int, float]: ...
    def rows(
        self,
        numbers: Ints,
        chosen: Ints,
        mixture: Ints,
        mixtures: Sequence[tuple[Sequence[int], Sequence[float], float]],
        table: Candidates,
        edge: int,
        marks_end: bool,
        *,
        favours: Floats | None = None,
        capitals: npt.NDArray[np.bool_] | None = None,
        uncased: Floats | None = None,
        places_in_names: npt.NDArray[np.uint8] | None = None,
        in_names: Floats | None = None,
    ) -> SlotRows: ...
