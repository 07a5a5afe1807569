"""The networks that judge the lines of a page: how likely a line is furniture, how likely metadata.

The core runs them, in whole numbers. Trained by `training/line_network.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.page_features import NAMES
from vnclean.caches import cached_table
from vnclean.core.line_network import LineNetwork
from vnclean.errors import ModelError
from vnclean.language.model_file import read_arrays, write_arrays

__all__ = ["Judgement", "LineNetworks", "load_networks", "write_networks"]

_MAGIC = b"vnclean line networks 1\n"
_UNIT = 1 << 23
"""What the core's sums are numbers of."""
_SCRIPT = "training/line_network.py"

Floats = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]


class Judgement(NamedTuple):
    """What the networks say of each line: probabilities, float32[lines]."""

    furniture: Floats
    metadata: Floats


class LineNetworks:
    """Several networks, whose answers are averaged and brought to probabilities."""

    def __init__(self, networks: Sequence[Arrays], header: Mapping[str, Any]) -> None:
        """`header` has the names of the features and, by output, slope and offset."""
        if header.get("features") != NAMES:
            raise ModelError(
                "The model of the boilerplate rules does not fit this version. "
                f"You can make it anew with {_SCRIPT}."
            )
        try:
            self._networks = [LineNetwork(arrays) for arrays in networks]
            self._lines = [header["furniture"], header["metadata"]]
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(
                "The model of the boilerplate rules does not fit this version. "
                f"You can make it anew with {_SCRIPT} ({error!r})."
            ) from None

    def __call__(self, columns: Floats) -> Judgement:
        """Judge lines by their features, float32[features, lines]; they are those of one page."""
        sums = sum(network.sums(columns) for network in self._networks)
        scores = np.asarray(sums) / (_UNIT * len(self._networks))
        found = [
            (1 / (1 + np.exp(-(slope * score + offset)))).astype(np.float32)
            for score, (slope, offset) in zip(scores, self._lines, strict=True)
        ]
        return Judgement(*found)


def write_networks(networks: Sequence[Arrays], header: Mapping[str, Any], path: Path) -> None:
    """Write networks into a file of arrays; `header` may have slopes and offsets."""
    full = {"furniture": [1.0, 0.0], "metadata": [1.0, 0.0], **header, "features": NAMES}
    arrays = {
        f"{number}.{name}": array
        for number, network in enumerate(networks)
        for name, array in network.items()
    }
    write_arrays(path, _MAGIC, {**full, "networks": len(networks)}, arrays)


def read_networks(path: Path) -> LineNetworks:
    """Read what `write_networks` wrote."""
    header, arrays = read_arrays(path, _MAGIC, "boilerplate model", _SCRIPT)
    networks = [
        {
            name.removeprefix(f"{number}."): array
            for name, array in arrays.items()
            if name.startswith(f"{number}.")
        }
        for number in range(header["networks"])
    ]
    return LineNetworks(networks, header)


@cached_table
def load_networks() -> LineNetworks:
    """Return the networks of the package's data."""
    return read_networks(Path(str(files("vnclean.data").joinpath("boilerplate_model.bin"))))
