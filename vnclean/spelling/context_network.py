"""The context model: which syllable the words on both sides ask for, whatever stands there.

A small network reads a text from the left and from the right (gated convolutions that look back
1, 1, 2, 4 and 8 words, so that each place knows 17 words on either side) and says of any word how
well it would fit in a place; the word that stands there is not shown. It was trained by
`training/context.py` on running text into which slips were put, so misspelt neighbours mislead it
little; its figures stand in `data/context.json`. Eight-bit weights, numpy alone; opened only when
a text needs it. The codes are those of the language model (`ngram.Model.code`).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached, cached_table
from vnclean.language import ngram
from vnclean.language.model_file import read_arrays

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

__all__ = ["MAGIC", "STEPS", "Context", "load"]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]

MAGIC = b"vnclean context 1\n"

STEPS = (1, 1, 2, 4, 8)
"""How many words back each layer looks."""

REACH = sum(STEPS) + 1
"""Words before and after a place that are seen."""

AT_ONCE = 128
"""Single places that are read at a time."""

CHUNK = 512
"""Words that are read at a time: enough to be quick, few enough to stay in the cache."""

KEPT = 32
"""Chunks whose vectors are kept (0.4 MB each)."""


def _needed() -> list[list[int]]:
    """Return how far back each layer is needed, so that the last one is known one word back."""
    layers = [[0]]
    for step in reversed(STEPS):
        layers.insert(0, sorted({back + far for back in layers[0] for far in (0, step)}))
    return layers


_NEEDED = _needed()


class Context:
    """A context model in memory. `Context(path)` opens a file that `training/context.py` wrote.

    Raises ModelError where the file is missing, of another version, cut short or altered.
    """

    @staticmethod
    def path() -> Path:
        """Return where the model that ships lies."""
        return Path(str(files("vnclean.data").joinpath("context.bin")))

    def __init__(self, path: str | Path) -> None:
        _, arrays = read_arrays(Path(path), MAGIC, "context model", "training/context.py")

        def whole(name: str) -> Floats:
            values: Floats = arrays[name].astype(np.float32) * arrays[f"{name}_scale"][:, None]
            return values

        self._inp: Array = arrays["inp"]
        self._inp_scale: Floats = arrays["inp_scale"]
        self._out: Array = arrays["out"]
        self._out_scale: Floats = arrays["out_scale"]
        self._bias: Floats = arrays["bias"]
        self._case: Floats = arrays["case"]
        self._width: int = self._inp.shape[1]
        self._layers = {
            side: [
                (np.ascontiguousarray(whole(f"{side}_{k}").T), arrays[f"{side}_{k}_bias"])
                for k in range(len(STEPS))
            ]
            for side in ("forward", "backward")
        }
        self._mid = np.ascontiguousarray(whole("mid").T), arrays["mid_bias"]
        # A text is often looked at again right after something in it was mended.
        self._known = cached(KEPT)(self._read_bytes)
        self._top = np.ascontiguousarray(whole("top").T), arrays["top_bias"]

    def states(self, codes: Array) -> Floats:
        """Return a vector for each place of a text, given as codes: what its context asks for."""
        found = [np.zeros((0, self._width), np.float32)]
        with _one_thread():
            for begin in range(0, len(codes), CHUNK):
                low = max(begin - REACH, 0)
                part = np.ascontiguousarray(codes[low : begin + CHUNK + REACH], np.int64)
                found.append(self._known(part.tobytes())[begin - low : begin - low + CHUNK])
        return np.concatenate(found)

    def states_at(
        self, codes: Array, places: Array, bounds: tuple[Array, Array] | None = None
    ) -> Floats:
        """Return the vectors of some places; of each layer only what they need is computed.

        `bounds` are the first place that each of them may see, and the first that it may not.
        """
        if bounds is None:
            bounds = np.zeros(len(places), np.int64), np.full(len(places), len(codes))
        result = np.zeros((len(places), self._width), np.float32)
        with _one_thread():
            for begin in range(0, len(places), AT_ONCE):
                at, first, end = (part[begin : begin + AT_ONCE] for part in (places, *bounds))
                both = np.concatenate(
                    [
                        self._glance(codes, at, -1, first, end, "forward"),
                        self._glance(codes, at, 1, first, end, "backward"),
                    ],
                    1,
                )
                result[begin : begin + AT_ONCE] = self._joined(both)
        return result

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
        result = self._bias[words]
        for begin in range(0, len(words), 4 * CHUNK):
            here = slice(begin, begin + 4 * CHUNK)
            sides = self._out[words[here]].astype(np.float32)
            value = np.einsum("kd,kd->k", sides, states[owner[here]])
            result[here] += value * self._out_scale[words[here]]
        return result

    def _read_bytes(self, codes: bytes) -> Floats:
        return self._read(np.frombuffer(codes, np.int64))

    def _read(self, codes: Array) -> Floats:
        words = codes >> 2
        start = self._inp[words] * self._inp_scale[words, None] + self._case[codes & 3]
        left = self._stack(start, "forward")
        right = self._stack(start[::-1], "backward")[::-1]
        both = np.zeros((len(codes), 2 * self._width), np.float32)
        both[1:, : self._width] = left[:-1]
        both[:-1, self._width :] = right[1:]
        return self._joined(both)

    def _joined(self, both: Floats) -> Floats:
        """Return the vectors of places whose two sides have been read."""
        weight, bias = self._mid
        gated = _gated(_normal(both) @ weight + bias)
        weight, bias = self._top
        state: Floats = gated @ weight + bias
        return state

    def _glance(
        self, codes: Array, places: Array, way: int, first: Array, end: Array, side: str
    ) -> Floats:
        """Return what one side says of some places."""
        seen = places[:, None] + way * (1 + np.array(_NEEDED[0]))
        inside = (seen >= first[:, None]) & (seen < end[:, None])
        near = codes[np.where(inside, seen, 0)]
        words = near >> 2
        values: Floats = self._inp[words] * self._inp_scale[words][:, :, None]
        values += self._case[near & 3]
        for k, (step, (weight, bias)) in enumerate(zip(STEPS, self._layers[side], strict=True)):
            have = _NEEDED[k]
            own = [have.index(back) for back in _NEEDED[k + 1]]
            older = [have.index(back + step) for back in _NEEDED[k + 1]]
            normal = _normal(values.reshape(-1, self._width)).reshape(values.shape)
            normal *= inside[:, :, None]
            pair = np.concatenate([normal[:, older], normal[:, own]], 2)
            out = pair.reshape(-1, 2 * self._width) @ weight
            out += bias
            values = values[:, own] + _gated(out).reshape(len(places), len(own), self._width)
            inside = inside[:, own]
        last: Floats = values[:, 0] * inside
        return last

    def _stack(self, values: Floats, side: str) -> Floats:
        values = values.copy()
        pair = np.empty((len(values), 2 * self._width), np.float32)
        for step, (weight, bias) in zip(STEPS, self._layers[side], strict=True):
            normal = _normal(values)
            pair[:step, : self._width] = 0
            pair[step:, : self._width] = normal[:-step]
            pair[:, self._width :] = normal
            out = pair @ weight
            out += bias
            values += _gated(out)
        return values


@cached_table
def _pools() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _one_thread() -> AbstractContextManager[Any]:
    """Keep matrix products in this thread.

    They are so small that threads only wait for each other: on a busy machine, or beside other
    processes that do the same, that costs twenty times the work itself.
    """
    manager: AbstractContextManager[Any] = _pools().limit(limits=1, user_api="blas")
    return manager


def _normal(values: Floats) -> Floats:
    """Scale each row to a mean square of one."""
    square = np.einsum("nd,nd->n", values, values) / np.float32(values.shape[1])
    result: Floats = values * (1 / np.sqrt(square + np.float32(1e-5)))[:, None]
    return result


def _gated(values: Floats) -> Floats:
    """Multiply the first half of each row by the logistic function of the second."""
    half = values.shape[1] // 2
    gate = np.negative(values[:, half:])
    # Beyond 30 the exponential adds nothing but warnings.
    np.minimum(gate, np.float32(30), out=gate)
    np.exp(gate, out=gate)
    gate += 1
    result: Floats = np.divide(values[:, :half], gate, out=gate)
    return result


@cached_table
def load() -> Context:
    """Return the context model that ships with the package, opened on the first call.

    Raises ModelError where its file is missing, of another version or altered.

    >>> load() is load()
    True
    """
    return Context(Context.path())
