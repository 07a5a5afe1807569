"""How far a repair can be trusted where little stands around it: by kind of place, as measured.

In a short line, in a name, and where a word is damaged alone, the decoder is too sure of itself by
as much as the words around the place are few. `training/short_lines.py` measures for each kind of
place how often repairs of a given posterior are right, and writes `data/short_lines.tsv`.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vnclean.caches import cached, cached_table
from vnclean.core.repairs import Curves

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["KINDS", "SIZES", "least", "measured"]

SIZES = (0, 5, 8)
"""Words of a line from which it has some, and many: the fewer, the less the context says."""

KINDS = tuple(
    f"{what}_{size}" for what in ("word", "line", "name") for size in ("few", "some", "many")
)
"""A word damaged alone, one of several of its line, one of a name; the words of the line, as many
as one of SIZES or more."""


class _Curve(NamedTuple):
    """Measured points: posterior, share of right repairs there and from there on (float64)."""

    posterior: Floats
    share: Floats
    onward: Floats


@cached(16)
def least(right: float) -> Floats:
    """Return for each kind the confidence from which so great a share of the repairs is right.

    More than 1 where that is never so. All repairs from there on count, not those just there.

    >>> bool((least(0.9) <= least(0.99)).all())
    True
    """
    found = []
    for curve in _curves():
        enough = int(np.argmax(curve.onward >= right))
        if curve.onward[enough] < right:
            found.append(2.0)
        elif enough == 0:
            found.append(0.0)
        else:
            nearly = slice(enough - 1, enough + 1)
            found.append(float(np.interp(right, curve.onward[nearly], curve.share[nearly])))
    return np.array(found)


@cached_table
def measured() -> Curves:
    """Return for each kind of place the share of right repairs by their posterior."""
    return Curves((curve.posterior.tolist(), curve.share.tolist()) for curve in _curves())


@cached_table
def _curves() -> list[_Curve]:
    table = files("vnclean.data").joinpath("short_lines.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.split("\n") if line and line[0] != "#"]
    found = []
    for kind in KINDS:
        points = [tuple(map(float, row[1:])) for row in rows if row[0] == kind]
        found.append(_Curve(*np.array(points).T))
    return found
