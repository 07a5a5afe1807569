"""How far a repair can be trusted: the decoder's posterior, brought to what was measured.

Among edits with confidence p, p of them are right: `training/calibration.py` measures by channel
how often repairs of a given posterior are right, and writes `data/calibration.tsv`. Text that the
language model finds hard (its repairs in a line have a low mean posterior) has curves of its own:
there the model is too sure.
"""

from __future__ import annotations

from bisect import bisect_right
from importlib.resources import files
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from vnclean.caches import cached, cached_table
from vnclean.core.repairs import Curves, calibrated_by_line

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Curve", "calibrated", "calibrated_words", "curves"]


class Curve(NamedTuple):
    """Measured shares of right repairs by posterior, for lines of a mean posterior from `least`."""

    least: float
    posteriors: list[float]
    shares: list[float]


@cached_table
def curves() -> dict[str, list[Curve]]:
    """Return the curves of each channel, the hardest lines first."""
    table = files("vnclean.data").joinpath("calibration.tsv")
    found: dict[str, list[Curve]] = {}
    for row in table.read_text(encoding="utf-8").split("\n"):
        if row and row[0] != "#":
            channel, least, posterior, share = row.split("\t")[:4]
            held = found.setdefault(channel, [])
            if not held or held[-1].least != float(least):
                held.append(Curve(float(least), [], []))
            held[-1].posteriors.append(float(posterior))
            held[-1].shares.append(float(share))
    return found


def calibrated(channel: str, posterior: float, mean: float = 1.0) -> float:
    """Return the measured confidence of a repair (0 to 1), between the measured points a line.

    `mean` is the mean posterior of the repairs in the line. A channel that was not measured is
    trusted as the least trustworthy one that was.

    >>> 0.9 < calibrated("cp1252_replace", 0.999) <= 1.0
    True
    >>> calibrated("cp1252_replace", 0.9, 0.8) < calibrated("cp1252_replace", 0.9)
    True
    >>> calibrated("written today", 0.9) <= calibrated("cp1252_replace", 0.9)
    True
    """
    curve = _curve(channel, mean)
    if curve is None:
        others = (calibrated(measured, posterior, mean) for measured in curves())
        return min(others, default=posterior)
    xs, ys = curve.posteriors, curve.shares
    at = bisect_right(xs, posterior)
    if at == 0:
        return ys[0] * posterior / xs[0] if xs[0] else ys[0]
    if at == len(xs):
        return ys[-1]
    left, right = xs[at - 1], xs[at]
    return ys[at - 1] + (ys[at] - ys[at - 1]) * (posterior - left) / (right - left)


def _curve(channel: str, mean: float) -> Curve | None:
    """Return the curve of a channel for lines of this mean posterior; None: not measured."""
    held = curves().get(channel)
    if not held:
        return None
    return next((curve for curve in reversed(held) if mean >= curve.least), held[0])


def calibrated_words(
    names: tuple[str, ...],
    channel: npt.NDArray[np.int64],
    line: npt.NDArray[np.int64],
    posterior: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the measured confidence of many repairs, float64[repairs]; see `calibrated`.

    `line` (int64[repairs]) and `posterior` (float64[repairs]) are of each repair, `channel`
    (int64[lines]) is the number of each line's among `names`. A line is as hard as the mean
    posterior of its repairs says.
    """
    measured, firsts, least = _curves_of(names)
    found, mean = calibrated_by_line(measured, firsts, least, channel, line, posterior)
    if len(set(firsts)) <= len(names):  # a channel was not measured
        for n in (found < 0).nonzero()[0].tolist():
            of_line = int(line[n])
            name, value = names[channel[of_line]], float(mean[of_line])
            found[n] = calibrated(name, float(posterior[n]), value)
    return found


@cached(16)
def _curves_of(names: tuple[str, ...]) -> tuple[Curves, list[int], list[float]]:
    """Return the curves of some channels, where those of each begin, and what each one needs."""
    held = [curve for name in names for curve in curves().get(name, ())]
    firsts = list(accumulate((len(curves().get(name, ())) for name in names), initial=0))
    points = (
        (curve.posteriors, curve.shares)
        if not curve.posteriors[0]
        else ([0.0, *curve.posteriors], [0.0, *curve.shares])
        for curve in held
    )
    return Curves(points), firsts, [curve.least for curve in held]
