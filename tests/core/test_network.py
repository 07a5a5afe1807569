"""The context network of the core against a slow one: the same integers, whatever the shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnclean.core.context_network import ContextNetwork
from vnclean.language.model_file import read_arrays
from vnclean.spelling.context_network import MAGIC, STEPS, ContextModel

Arrays = dict[str, Any]
ONE, LOW, LARGEST = 1 << 16, 5, 1 << 24


def clipped(values: np.ndarray) -> np.ndarray:
    return np.clip(np.nan_to_num(values, nan=LARGEST), -LARGEST, LARGEST).astype(np.int64)


def whole(values: np.ndarray) -> np.ndarray:
    return clipped(np.rint(values.astype(np.float64) * ONE))


def held(values: np.ndarray) -> np.ndarray:
    return np.clip(values, -(32767 << LOW), 32767 << LOW)


def high(values: np.ndarray) -> np.ndarray:
    return (held(values) + (1 << LOW - 1)) >> LOW


def normal(values: np.ndarray) -> np.ndarray:
    mean = float(sum(int(value) ** 2 for value in values)) / len(values) + 42949.67296
    return (values.astype(np.float32) * np.float32(ONE / math.sqrt(mean))).astype(np.int64)


def outputs(arrays: Arrays, name: str, values: np.ndarray, precise: bool = False) -> np.ndarray:
    weights = arrays[name].astype(np.int64)
    scales = arrays[f"{name}_scale"] * np.float32(1 << LOW)
    with np.errstate(over="ignore"):
        said = clipped((weights @ high(values)).astype(np.float32) * scales)
    if precise:
        low = held(values) - (high(values) << LOW)
        said += clipped((weights @ low).astype(np.float32) * (scales * np.float32(1 / (1 << LOW))))
    return said + whole(arrays[f"{name}_bias"])


def gated(values: np.ndarray) -> np.ndarray:
    table = [round(32768 / (1 + math.exp(-place / 64))) for place in range(-1024, 1026)]
    half = len(values) // 2
    found = []
    for value, gate in zip(values[:half].tolist(), values[half:].tolist(), strict=True):
        at, between = divmod(min(max(gate, -16 * ONE), 16 * ONE) + 16 * ONE, 1024)
        share = table[at] + ((table[at + 1] - table[at]) * between >> 10)
        found.append((value * share + (1 << 14)) >> 15)
    return np.array(found)


def slow_state(
    arrays: Arrays, steps: Sequence[int], codes: Sequence[int], place: int
) -> list[float]:
    """Return the state of a place, word by word and layer by layer."""
    width = arrays["inp"].shape[1]
    sides = []
    for way, side in ((-1, "forward"), (1, "backward")):

        @cache
        def after(at: int, layer: int, way: int = way, side: str = side) -> np.ndarray | None:
            if not 0 <= at < len(codes):
                return None
            if layer == 0:
                word, shape = codes[at] >> 2, codes[at] & 3
                own = arrays["inp"][word].astype(np.float32) * arrays["inp_scale"][word]
                return clipped(own * np.float32(ONE)) + whole(arrays["case"][shape])
            own = after(at, layer - 1)
            older = after(at + way * steps[layer - 1], layer - 1)
            first = np.zeros(width, np.int64) if older is None else normal(older)
            both = np.concatenate([first, normal(own)])
            said = gated(outputs(arrays, f"{side}_{layer - 1}", both))
            return np.clip(own + said, -LARGEST, LARGEST)

        last = after(place + way, len(steps))
        sides.append(np.zeros(width, np.int64) if last is None else last)
    hidden = gated(outputs(arrays, "mid", normal(np.concatenate(sides)), precise=True))
    state = outputs(arrays, "top", hidden, precise=True)
    return (state.astype(np.float32) / np.float32(ONE)).tolist()


def random_network(dice: np.random.Generator, layers: int, size: float) -> Arrays:
    """Return the arrays of a small network with weights of some size."""
    words, width, hidden = 9, int(dice.integers(1, 5)) * 2, 8
    arrays: Arrays = {"inp": dice.integers(-128, 128, (words, width), np.int8)}
    arrays["inp_scale"] = dice.random(words, np.float32) * np.float32(size)
    arrays["case"] = dice.standard_normal((4, width), np.float32)
    shapes = {f"{side}_{k}": (2 * width, 2 * width) for k in range(layers) for side in SIDES}
    for name, shape in {**shapes, "mid": (hidden, 2 * width), "top": (width, hidden // 2)}.items():
        arrays[name] = dice.integers(-128, 128, shape, np.int8)
        arrays[f"{name}_scale"] = dice.random(shape[0], np.float32) * np.float32(size)
        arrays[f"{name}_bias"] = dice.standard_normal(shape[0], np.float32)
    arrays["out"] = dice.integers(-128, 128, (words, width), np.int8)
    arrays["out_scale"] = dice.random(words, np.float32)
    arrays["bias"] = dice.standard_normal(words, np.float32)
    return arrays


SIDES = ("forward", "backward")


@pytest.mark.slow
@given(
    seed=st.integers(0, 1 << 32),
    steps=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    codes=st.lists(st.integers(0, 35), min_size=1, max_size=20),
    size=st.sampled_from([0.0, 1e-3, 0.02, 1.0, 1e30]),
)
@settings(max_examples=60, deadline=None)
def test_the_same_integers_as_a_slow_one(
    seed: int, steps: list[int], codes: list[int], size: float
) -> None:
    arrays = random_network(np.random.default_rng(seed), len(steps), size)
    if arrays["inp"].shape[1] % 4:
        with pytest.raises(ValueError, match="outputs"):
            ContextNetwork(arrays, steps)
        return
    network = ContextNetwork(arrays, steps)
    assert network.reach == sum(steps) + 1
    slow = [slow_state(arrays, steps, codes, place) for place in range(len(codes))]
    row = np.array(codes)
    assert network.states(row).tolist() == slow
    places = np.arange(len(codes))
    ends = np.full(len(codes), len(codes))
    assert network.states_at(row, places, np.zeros_like(places), ends).tolist() == slow
    owner, words = places.repeat(9), np.tile(np.arange(9), len(codes))
    sums = (arrays["out"][words].astype(np.float64) * np.array(slow)[owner]).sum(1)
    expected = (sums * arrays["out_scale"][words]).astype(np.float32) + arrays["bias"][words]
    assert network.fits(network.states(row), owner, words).tolist() == expected.tolist()
    middle = np.array([len(codes) // 2])
    seen = network.states_at(row, middle, middle - middle // 2, middle + 1)
    inside = codes[int(middle[0] - middle[0] // 2) : int(middle[0]) + 1]
    assert seen.tolist() == [slow_state(arrays, steps, inside, len(inside) - 1)]


def test_the_network_that_ships_gives_the_same_integers_as_a_slow_one() -> None:
    _, arrays = read_arrays(ContextModel.path(), MAGIC, "context model", "")
    codes = np.random.default_rng(4).integers(0, 4 * len(arrays["inp"]), 40)
    states = ContextNetwork(arrays, STEPS).states(codes)
    for place in (0, 19, 39):
        assert states[place].tolist() == slow_state(arrays, STEPS, codes.tolist(), place)


def test_what_does_not_fit_is_refused() -> None:
    arrays = random_network(np.random.default_rng(1), 2, 0.01)
    while arrays["inp"].shape[1] % 4:
        arrays = random_network(np.random.default_rng(arrays["inp"].shape[1]), 2, 0.01)
    network = ContextNetwork(arrays, (1, 2))
    row = np.array([0, 4, 8])
    for codes in (np.array([36]), np.array([-1])):
        with pytest.raises(ValueError, match="no code"):
            network.states(codes)
    for place, first, end in ((3, 0, 3), (0, 1, 3), (0, -1, 3), (1, 0, 1), (1, 0, 4)):
        with pytest.raises(ValueError, match="within its bounds"):
            network.states_at(row, np.array([place]), np.array([first]), np.array([end]))
    with pytest.raises(ValueError, match="a first and an end"):
        network.states_at(row, np.array([1]), np.array([0, 0]), np.array([3]))
    for steps in ((), (0, 1), (1,) * 17, (1, 300)):
        with pytest.raises(ValueError, match="steps"):
            ContextNetwork(arrays, steps)
    for name in ("forward_0", "mid", "top_scale", "backward_1_bias", "case", "inp_scale"):
        with pytest.raises(ValueError):  # noqa: PT011
            ContextNetwork({**arrays, name: arrays[name][:-1]}, (1, 2))
