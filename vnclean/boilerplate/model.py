"""A small forest of trees that says how sure it is that a line is furniture.

All nodes of one depth of a tree ask the same question, so a tree is a number: the answers are its
bits, and the forest is one comparison and one look-up an array. Trained by
`training/boilerplate.py`, which also wrote the figures into the file.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.features import NAMES
from vnclean.errors import ModelError

__all__ = ["Forest", "forest"]

_ROWS = 2048
"""Lines judged at once: enough to keep numpy busy, little enough to stay in the cache."""


class Forest:
    """Questions (`column > border`), trees of equal depth over them, and a value for each leaf."""

    def __init__(self, table: dict[str, Any]) -> None:
        index = {name: number for number, name in enumerate(NAMES)}
        try:
            self.columns = np.array([index[name] for name, _ in table["questions"]], dtype=np.intp)
            self.borders = np.array([b for _, b in table["questions"]], dtype=np.float32)
            self.trees = np.array(table["trees"], dtype=np.intp)
            self.leaves = np.array(table["leaves"], dtype=np.float32)
            self.bias = float(table["bias"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                "The model of the boilerplate rules does not fit this version. "
                f"You can make it anew with training/boilerplate.py ({error!r})."
            ) from None
        self._base = np.arange(len(self.trees)) * self.leaves.shape[1]

    def __call__(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probability for each row of features, between 0 and 1."""
        out = np.empty(len(rows), dtype=np.float32)
        values = self.leaves.ravel()
        for low in range(0, len(rows), _ROWS):
            answers = (rows[low : low + _ROWS, self.columns] > self.borders).astype(np.uint16)
            leaf = answers[:, self.trees[:, 0]].astype(np.intp)
            for depth in range(1, self.trees.shape[1]):
                leaf += answers[:, self.trees[:, depth]] << depth
            leaf += self._base
            score = values[leaf].sum(axis=1) + self.bias
            out[low : low + _ROWS] = 1 / (1 + np.exp(-score))
        return out


@cache
def forest(name: str) -> Forest:
    """Return the forest `name` ("furniture", "metadata") of the package's data."""
    path = files("vnclean.data").joinpath("boilerplate_model.json")
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Forest(table[name])
