"""The network over the lines of a page: the compiled loops against whole numbers in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.line_network import LineNetwork

Arrays = dict[str, Any]


def drawn(
    seed: int, features: int, inputs: int, width: int, outputs: int = 2, limit: int = 3000
) -> Arrays:
    dice = np.random.default_rng(seed)

    def weights(*shape: int) -> Any:
        return dice.integers(-3000, 3000, shape).astype(np.int16)

    def bias(*shape: int) -> Any:
        return dice.integers(-(1 << 23), 1 << 23, shape).astype(np.int32)

    steps = (np.arange(4096) - 2048) / 256
    return {
        "mean": dice.random(features, dtype=np.float32), "scale": np.full(features, 2, np.float32),
        "first": weights(inputs, features), "first_bias": bias(inputs),
        "inputs": weights(2, 3 * width, inputs), "states": weights(2, 3 * width, width),
        "bias": bias(2, 3 * width), "state_bias": bias(2, width),
        "out": weights(outputs, 2 * width), "out_bias": bias(outputs),
        "sigmoid": np.rint(4096 / (1 + np.exp(-steps))).astype(np.int16),
        "tanh": np.rint(4096 * np.tanh(steps)).astype(np.int16),
    }  # fmt: skip


def sums(arrays: Arrays, rows: Any) -> list[list[int]]:
    """Return what the network says, by numbers of Python without a limit."""
    whole = {name: array.astype(object) for name, array in arrays.items()}
    width = arrays["state_bias"].shape[1]

    def looked_up(name: str, value: int) -> int:
        return int(arrays[name][min(max((value >> 15) + 2048, 0), 4095)])

    scaled = (rows.T.astype(float) - arrays["mean"]) * arrays["scale"]
    held = np.floor(np.clip(scaled, -5, 5) * 4096 + 0.5).astype(int).astype(object)
    values = [
        [min(max(int(n) >> 11, 0), 32767) for n in whole["first"] @ line + whole["first_bias"]]
        for line in held
    ]
    out = np.tile(whole["out_bias"][:, None], (1, len(values)))
    for side in range(2):
        state = np.zeros(width, dtype=object)
        for number in range(len(values))[:: -1 if side else 1]:
            seen = whole["inputs"][side] @ np.array(values[number], dtype=object)
            seen += whole["bias"][side]
            own = whole["states"][side] @ state
            own[2 * width :] += whole["state_bias"][side]
            after = []
            for n in range(width):
                reset = looked_up("sigmoid", seen[n] + own[n])
                update = looked_up("sigmoid", seen[width + n] + own[width + n])
                asked = seen[2 * width + n] + ((reset * own[2 * width + n]) >> 12)
                mixed = update * state[n] + (4096 - update) * looked_up("tanh", asked)
                after.append((mixed + 2048) >> 12)
            state = np.array(after, dtype=object)
            out[:, number] += whole["out"][:, side * width : (side + 1) * width] @ state
    return out.tolist()


@given(st.integers(0, 1 << 32), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9),
       st.integers(0, 12))  # fmt: skip
def test_the_network_is_that_of_the_twin(
    seed: int, features: int, inputs: int, width: int, count: int
) -> None:
    arrays = drawn(seed, features, inputs, width)
    rows = np.random.default_rng(seed).normal(size=(features, count)).astype(np.float32) * 3
    assert LineNetwork(arrays).sums(rows).tolist() == sums(arrays, rows)


def test_values_that_are_no_numbers_do_not_matter() -> None:
    arrays = drawn(1, 3, 4, 5)
    rows = np.array([[np.nan, np.inf, -np.inf]] * 3, dtype=np.float32)
    assert LineNetwork(arrays).sums(rows).shape == (2, 3)


def test_what_does_not_fit_is_refused() -> None:
    arrays = drawn(1, 3, 4, 5)
    with pytest.raises(ValueError, match="other features"):
        LineNetwork(arrays).sums(np.zeros((4, 2), dtype=np.float32))
    for name in ("mean", "first_bias", "inputs", "bias", "state_bias", "out", "tanh"):
        wrong = arrays | {name: arrays[name][..., :1].copy()}
        with pytest.raises(ValueError, match="shape"):
            LineNetwork(wrong)
    wrong = arrays | {"inputs": np.full_like(arrays["inputs"], 32767)}
    with pytest.raises(ValueError, match="too large"):
        LineNetwork(wrong)
