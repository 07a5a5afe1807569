"""A forest of boosted oblivious trees (CatBoost's): how likely a line is furniture.

The core asks its questions. Trained by `training/boilerplate.py`, which also wrote the figures into
the file.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.context_features import NAMES
from vnclean.caches import cached
from vnclean.core.forest import Forest as CompiledForest
from vnclean.errors import ModelError

__all__ = ["Forest", "load_forest"]

_UNIT = 100_000
"""Leaves are sums of whole numbers of this fraction: these don't depend on the order of adding."""


class Forest:
    """Questions (`row > border`), trees of equal depth over them, and a value for each leaf."""

    def __init__(self, table: dict[str, Any]) -> None:
        index = {name: number for number, name in enumerate(NAMES)}
        try:
            rows = np.array([index[name] for name, _ in table["questions"]], dtype=np.int32)
            borders = np.array([border for _, border in table["questions"]], dtype=np.float32)
            trees = np.array(table["trees"], dtype=np.int32)
            leaves = np.rint(np.array(table["leaves"]) * _UNIT).astype(np.int32)
            self.bias = float(table["bias"])
            self._forest = CompiledForest(rows, borders, trees, leaves)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                "The model of the boilerplate rules does not fit this version. "
                f"You can make it anew with training/boilerplate.py ({error!r})."
            ) from None

    def __call__(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probability for each column of features, between 0 and 1."""
        score = self.bias + np.array(self._forest.sums(columns)) / _UNIT
        return (1 / (1 + np.exp(-score))).astype(np.float32)


@cached(2)
def load_forest(name: str) -> Forest:
    """Return the forest `name` ("furniture", "metadata") of the package's data."""
    path = files("vnclean.data").joinpath("boilerplate_model.json")
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Forest(table[name])
