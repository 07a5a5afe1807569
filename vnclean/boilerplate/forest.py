"""A forest of boosted oblivious trees (CatBoost's): how likely a line is furniture.

The core asks its questions. Trained by `training/boilerplate.py`, which writes the trees as a table
(JSON) to read and to compare, and as arrays to be mapped; a test holds the one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.context_features import NAMES
from vnclean.caches import cached_table
from vnclean.core.forest import Forest as CompiledForest
from vnclean.errors import ModelError
from vnclean.language.model_file import read_arrays, write_arrays

__all__ = ["Forest", "load_forests", "write_forests"]

_MAGIC = b"vnclean forests 1\n"
_UNIT = 100_000
"""Leaves are sums of whole numbers of this fraction: these don't depend on the order of adding."""

Arrays = dict[str, NDArray[Any]]


class Forest:
    """Questions (`row > border`), trees of equal depth over them, and a value for each leaf."""

    def __init__(self, bias: float, names: list[str], arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays`: `rows` (of `names`) and `borders` of the questions, `trees` and `leaves`."""
        self.bias = bias
        try:
            index = {name: number for number, name in enumerate(NAMES)}
            rows = np.array([index[name] for name in names], dtype=np.int32)[arrays["rows"]]
            self._forest = CompiledForest(
                rows, *(np.array(arrays[key]) for key in ("borders", "trees", "leaves"))
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                "The model of the boilerplate rules does not fit this version. "
                f"You can make it anew with training/boilerplate.py ({error!r})."
            ) from None

    @staticmethod
    def from_table(table: dict[str, Any]) -> Forest:
        """Make a forest of the lists that training writes."""
        return Forest(*_arrays_of(table))

    def __call__(self, columns: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probability for each column of features, between 0 and 1."""
        score = self.bias + np.array(self._forest.sums(columns)) / _UNIT
        return (1 / (1 + np.exp(-score))).astype(np.float32)


def _arrays_of(table: dict[str, Any]) -> tuple[float, list[str], Arrays]:
    """Return what `Forest` takes, of the lists of a table."""
    names = sorted({name for name, _ in table["questions"]})
    arrays = {
        "rows": np.array([names.index(name) for name, _ in table["questions"]], dtype=np.int32),
        "borders": np.array([border for _, border in table["questions"]], dtype=np.float32),
        "trees": np.array(table["trees"], dtype=np.int32),
        "leaves": np.rint(np.array(table["leaves"]) * _UNIT).astype(np.int32),
    }
    return float(table["bias"]), names, arrays


def write_forests(tables: Mapping[str, dict[str, Any]], path: Path) -> None:
    """Write forests by their names into a file of arrays."""
    header: dict[str, object] = {}
    arrays: Arrays = {}
    for name, table in tables.items():
        bias, names, own = _arrays_of(table)
        header[name] = [bias, names]
        arrays |= {f"{name}.{key}": array for key, array in own.items()}
    write_arrays(path, _MAGIC, header, arrays)


@cached_table
def load_forests() -> dict[str, Forest]:
    """Return the forests of the package's data: "furniture" and "metadata"."""
    path = Path(str(files("vnclean.data").joinpath("boilerplate_model.bin")))
    header, arrays = read_arrays(path, _MAGIC, "boilerplate model", "training/boilerplate.py")
    keys = ("rows", "borders", "trees", "leaves")
    return {
        name: Forest(bias, names, {key: arrays[f"{name}.{key}"] for key in keys})
        for name in ("furniture", "metadata")
        for bias, names in [header[name]]
    }
