"""The n-gram model as dictionaries; random small models, packed for the compiled one."""

from __future__ import annotations

import importlib.util
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from vnclean.core.ngram import NgramModel, StaticFunction

BOUNDARY, EDGE = 1, 4
SCRIPT = Path(__file__).parents[2] / "training" / "ngram.py"


class Gram(NamedTuple):
    """What is known of an n-gram: log P of its last word, whether it is held, its backoff."""

    value: np.float32
    known: bool
    opened: int


class Twin:
    """An n-gram model: `grams[n]` maps words to what the model holds of them."""

    def __init__(
        self, arrays: dict[str, Any], grams: dict[int, dict[tuple[int, ...], Any]]
    ) -> None:
        self.arrays = arrays
        self.grams = grams
        self.case = arrays["case"].astype(np.float32).reshape(-1, 4, 5)

    def prior(self, code: int) -> np.float32:
        """Return log P(code) without context."""
        word, case = divmod(code, 4)
        free: np.float32 = np.log(np.exp(self.case[word][:, :4]).mean(0))[case]
        return np.float32(self.arrays["unigram"][word] + free)

    def backoff(self, code: int) -> np.float32:
        """Return what is added to the prior of a word that no bigram ties to this one."""
        return np.float32(self.arrays["unigram_backoff"][code // 4])

    def is_tied(self, before: int, code: int) -> bool:
        """Say whether two codes make a bigram that the model holds."""
        return (before // 4, code // 4) in self.grams[2]

    def case_log(self, before: int, code: int) -> np.float32:
        """Return log P(case | word, word before, its case)."""
        word, case = divmod(code, 4)
        context = 3 if before // 4 == BOUNDARY else min(before % 4, 2)
        row = self.case[word][context]
        held = self.grams[2].get((before // 4, word))
        if held is not None:
            level = held["case"] & 15 if context == 1 else held["case"] >> 4
            if level and case < 2 and context != 2:
                return np.float32(row[4] + self.arrays["case_levels"][level][case])
        return np.float32(row[case])

    def score(self, *codes: int) -> np.float32:
        """Return log P(the last code | those before it)."""
        return self.gram(codes).value

    def gram(self, codes: tuple[int, ...]) -> Gram:
        """Return what the model knows of two to four codes."""
        words = tuple(code // 4 for code in codes)
        if len(codes) == 2:
            case = self.case_log(*codes)
            if (held := self.grams[2].get(words)) is not None:
                value = self.arrays["bigram_value_levels"][held["value"]]
                return Gram(np.float32(value + case), True, held["opened"])
            value = self.backoff(codes[0]) + self.arrays["unigram"][words[1]]
            return Gram(np.float32(value + case), False, 0)
        order = len(codes)
        left, right = self.gram(codes[:-1]), self.gram(codes[1:])
        backoffs = {3: "bigram_backoff_levels", 4: "trigram_backoff_levels"}[order]
        levels = {3: "trigram_value_levels", 4: "fourgram_value_levels"}[order]
        value = np.float32(right.value + self.arrays[backoffs][left.opened])
        held = self.grams[order].get(words) if left.opened and right.known else None
        if held is None:
            return Gram(value, False, 0)
        return Gram(np.float32(value + self.arrays[levels][held["value"]]), True, held["opened"])

    def distant(self, words: list[int], at: int, code: int) -> float:
        """Return how much the words of the sentence farther off favour a code at a place."""
        places = self.arrays["distant_places"]
        reach = len(places) // 2
        meaning = np.zeros(self.arrays["distant_inward"].shape[1])
        for step in (-1, 1):
            for away in range(1, reach + 1):
                other = at + step * away
                if not 0 <= other < len(words) or words[other] == BOUNDARY:
                    break
                weight = places[reach - away if step < 0 else reach + away - 1]
                meaning += weight * self.arrays["distant_inward"][words[other]].astype(float)
        product = float(meaning @ self.arrays["distant_outward"][code // 4].astype(float))
        return product * self.arrays["distant_scale"]


@cache
def trainer() -> Any:
    """Return the training script, which packs n-grams."""
    spec = importlib.util.spec_from_file_location("train_ngram_of_core", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def random_arrays(seed: int, size: int) -> tuple[dict[str, Any], dict[str, Any], Twin]:
    """Return arrays and header of a model of `size` words (at least 2), and its twin."""
    dice = np.random.default_rng(seed)

    def logs(*shape: int) -> np.ndarray:
        return dice.normal(-2, 1, shape).astype(np.float32)

    every = np.arange(size * size)
    places = every[dice.random(len(every)) < 0.4]
    arrays: dict[str, Any] = {
        "unigram": logs(size),
        "unigram_backoff": logs(size) * np.float32(0.3),
        "case": logs(size * 4, 5).astype(np.float16),
        "case_levels": logs(16, 2),
        "bigram_gaps": trainer().gaps(places),
        "bigram_value": dice.integers(0, 256, len(places)).astype(np.uint8),
        "bigram_backoff": dice.integers(0, 4, len(places)).astype(np.uint8),
        "bigram_case": dice.integers(0, 256, len(places)).astype(np.uint8),
        "bigram_value_levels": logs(256),
        "bigram_backoff_levels": np.r_[np.float32(0), logs(255) * np.float32(0.2)],
        "trigram_backoff_levels": np.r_[np.float32(0), logs(15) * np.float32(0.2)],
        "trigram_value_levels": dice.normal(0, 1, 16).astype(np.float32),
        "fourgram_value_levels": dice.normal(0, 1, 16).astype(np.float32),
        "distant_inward": dice.integers(-90, 90, (size, 3)).astype(np.int8),
        "distant_outward": dice.integers(-90, 90, (size, 3)).astype(np.int8),
        "distant_places": dice.random(8).astype(np.float32),
    }
    header: dict[str, Any] = {"distant_scale": 0.0001}
    grams: dict[int, dict[tuple[int, ...], Any]] = {2: {}}
    for rank, place in enumerate(places.tolist()):
        held = {name: int(arrays[f"bigram_{name}"][rank]) for name in ("value", "backoff", "case")}
        grams[2][divmod(place, size)] = {**held, "opened": held["backoff"]}
    for order, name, bits in ((3, "trigram", 8), (4, "fourgram", 4)):
        words = list(product(range(min(size, 9)), repeat=order))
        keys = np.array([_key(group) for group in words], np.uint64)
        chosen = dice.random(len(keys)) < 0.3
        values = dice.integers(0, 16, len(keys)).astype(np.uint8)
        extras = dice.integers(0, 3, len(keys)).astype(np.uint8)
        header[name], planes = trainer().function(
            keys[chosen], values[chosen], bits, extras[chosen] if order == 3 else None
        )
        arrays.update({f"{name}_{part}": plane for part, plane in planes.items()})
        # What a function takes for a key by chance is one, for all that the model knows.
        table = StaticFunction(header[name], *(arrays[f"{name}_{part}"] for part in planes))
        held_keys, value, extra = table.find(keys)
        grams[order] = {
            words[k]: {"value": v, "opened": e}
            for k, v, e in zip(held_keys.tolist(), value.tolist(), extra.tolist(), strict=True)
        }
    return arrays, header, Twin({**arrays, **header}, grams)


@cache
def random_model(seed: int, size: int = 9) -> tuple[NgramModel, Twin]:
    """Return a random model, compiled and as dictionaries."""
    arrays, header, twin = random_arrays(seed, size)
    return NgramModel(arrays, header), twin


def _key(words: tuple[int, ...]) -> int:
    key = 0
    for word in words:
        key = key << 14 | word
    return key
