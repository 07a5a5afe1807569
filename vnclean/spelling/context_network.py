"""The context network: which syllable the words on both sides ask for, whatever stands there.

A small network reads a text from the left and from the right (gated convolutions that look back
1, 1, 2, 4 and 8 words, so that each place knows 17 words on either side) and says of any word how
well it would fit in a place; the word that stands there is not shown. It was trained by
`training/context.py` on running text into which misspellings were put, so misspelt neighbours
mislead it little; its figures stand in `data/context.json`. Eight-bit weights, read by the core in
integers; opened only when a text needs it. The codes are those of the language model
(`ngram.Model.code`).
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached, cached_table
from vnclean.core.context_network import ContextNetwork
from vnclean.language import ngram
from vnclean.language.model_file import read_arrays

__all__ = ["MAGIC", "REACH", "STEPS", "ContextModel", "load"]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]

MAGIC = b"vnclean context 1\n"

STEPS = (1, 1, 2, 4, 8)
"""How many words back each layer looks."""

REACH = sum(STEPS) + 1
"""Words before and after a place that are seen."""

CHUNK = 512
"""Words that are read at a time."""

KEPT = 32
"""Chunks whose states are kept (0.4 MB each): a text is often read again right after something in
it was mended."""


KEPT_PLACES = 4096
"""Places whose states are kept (2 kB each), for the same reason."""


class ContextModel:
    """A context network in memory. `ContextModel(path)` opens a file of `training/context.py`.

    Raises ModelError where the file is missing, of another version, cut short or altered.
    """

    @staticmethod
    def path() -> Path:
        """Return where the model that ships lies."""
        return Path(str(files("vnclean.data").joinpath("context.bin")))

    def __init__(self, path: str | Path) -> None:
        _, arrays = read_arrays(Path(path), MAGIC, "context model", "training/context.py")
        self.core = self._network = ContextNetwork(arrays, STEPS)
        self._chunk_states = cached(KEPT)(self._read)
        self._states: dict[tuple[int, bytes], Floats] = {}

    def states(self, codes: Array) -> Floats:
        """Return what its context asks for in each place of a text: float32[codes, width]."""
        found = [np.zeros((0, self._network.width), np.float32)]
        for begin in range(0, len(codes), CHUNK):
            low = max(begin - REACH, 0)
            part = np.ascontiguousarray(codes[low : begin + CHUNK + REACH], np.int64)
            found.append(self._chunk_states(part.tobytes())[begin - low : begin - low + CHUNK])
        return np.concatenate(found)

    def _read(self, codes: bytes) -> Floats:
        return self._network.states(np.frombuffer(codes, np.int64))

    def states_at(
        self,
        codes: Array,
        places: Sequence[int],
        bounds: tuple[Sequence[int], Sequence[int]] | None = None,
    ) -> Floats:
        """Return the states of some places; of each layer only what they need is computed.

        `bounds` are the first place that each of them may see, and the first that it may not.
        """
        firsts, ends = bounds or ([0] * len(places), [len(codes)] * len(places))
        # What a place sees, and where it stands among that.
        keys = []
        for place, first, end in zip(places, firsts, ends, strict=True):
            low = max(first, place - REACH)
            keys.append((place - low, codes[low : min(end, place + REACH + 1)].tobytes()))
        new = [number for number, key in enumerate(keys) if key not in self._states]
        if new:
            rows = (np.array([row[k] for k in new], np.int64) for row in (places, firsts, ends))
            found = self._network.states_at(np.ascontiguousarray(codes, np.int64), *rows)
            if len(self._states) + len(new) > KEPT_PLACES:
                self._states = {}
            if len(new) == len(keys):
                self._states.update(zip(keys[:KEPT_PLACES], found, strict=False))
                return found
            self._states.update((keys[k], state) for k, state in zip(new, found, strict=True))
        return np.array([self._states[key] for key in keys]).reshape(-1, self._network.width)

    def fits(self, states: Floats, owner: Array, words: Array) -> Floats:
        """Return how well words[k] (ids) fits the place of states[owner[k]].

        In nats, up to a constant for each place.

        >>> from vnclean.language import ngram
        >>> model = ngram.load()
        >>> text = np.array([model.code(word) for word in "Đường xá sạch sẽ ở đây".split()])
        >>> words = np.array([model.id_of[word] for word in ("sẽ", "xẻ")])
        >>> good, bad = load().fits(load().states(text), np.array([3, 3]), words)
        >>> bool(good > bad + 2)
        True
        """
        # The network was never asked for syllables that the language model does not know.
        words = np.where(words == ngram.UNKNOWN, ngram.FOREIGN, words)
        return self._network.fits(states, owner, words)


@cached_table
def load() -> ContextModel:
    """Return the context network that ships with the package, opened on the first call.

    Raises ModelError where its file is missing, of another version or altered.

    >>> load() is load()
    True
    """
    return ContextModel(ContextModel.path())
