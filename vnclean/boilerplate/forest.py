"""A forest of boosted oblivious trees (CatBoost's): how likely a line is furniture.

All nodes of one depth of such a tree ask the same question, so a leaf is a number: the answers are
its bits, and the forest is one comparison and one look-up an array. Trained by
`training/boilerplate.py`, which also wrote the figures into the file.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.context_features import NAMES
from vnclean.caches import cached
from vnclean.errors import ModelError

__all__ = ["Forest", "load_forest"]

_LINES = 512
"""Lines classified at once: enough to keep numpy busy, little enough to stay in the cache."""
_UNIT = 100_000
"""Leaves are sums of whole numbers of this fraction: these don't depend on the order of adding."""


class Forest:
    """Questions (`row > border`), trees of equal depth over them, and a value for each leaf."""

    def __init__(self, table: dict[str, Any]) -> None:
        index = {name: number for number, name in enumerate(NAMES)}
        try:
            self.rows = np.array([index[name] for name, _ in table["questions"]], dtype=np.intp)
            self.borders = np.array([b for _, b in table["questions"]], dtype=np.float32)[:, None]
            self.trees = np.array(table["trees"], dtype=np.intp)
            self.leaves = np.rint(np.array(table["leaves"]) * _UNIT).astype(np.int32)
            self.bias = float(table["bias"])
            if 2 * self.trees.shape[1] > 8:
                raise ValueError("trees deeper than four questions")
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                "The model of the boilerplate rules does not fit this version. "
                f"You can make it anew with training/boilerplate.py ({error!r})."
            ) from None
        # Two trees are one look-up in the table of their sums.
        count = len(self.trees) + len(self.trees) % 2
        trees = np.zeros((count, self.trees.shape[1]), dtype=np.intp)
        leaves = np.zeros((count, self.leaves.shape[1]), dtype=np.int32)
        trees[: len(self.trees)], leaves[: len(self.leaves)] = self.trees, self.leaves
        self._pairs = np.concatenate([trees[::2], trees[1::2]], axis=1).T.copy()
        sums = (leaves[::2, None, :] + leaves[1::2, :, None]).reshape(count // 2, -1)
        self._sums = sums.ravel()
        self._first = np.arange(0, sums.size, sums.shape[1])[:, None]

    def __call__(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probability for each column of features, between 0 and 1."""
        count = columns.shape[1]
        out = np.empty(count, dtype=np.float32)
        for low in range(0, count, _LINES):
            part = columns[:, low : low + _LINES]
            bits = (part[self.rows] > self.borders).view(np.uint8)
            leaf = bits[self._pairs[-1]]
            for questions in self._pairs[-2::-1]:
                leaf += leaf
                leaf += bits[questions]
            score = self.bias + self._sums[leaf + self._first].sum(axis=0) / _UNIT
            out[low : low + _LINES] = 1 / (1 + np.exp(-score))
        return out


@cached(2)
def load_forest(name: str) -> Forest:
    """Return the forest `name` ("furniture", "metadata") of the package's data."""
    path = files("vnclean.data").joinpath("boilerplate_model.json")
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Forest(table[name])
