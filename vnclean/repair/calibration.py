"""How far a repair can be trusted: the decoder's posterior, brought to what was measured.

Among edits with confidence p, p of them are right: `training/calibration.py` measures by channel
how often repairs of a given posterior are right, and writes `data/calibration.tsv`. Text that the
language model finds hard (its repairs in a line have a low mean posterior) has curves of its own:
there the model is too sure.
"""

from __future__ import annotations

from bisect import bisect_right
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from vnclean.caches import cached, cached_table

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    channels: Sequence[str],
    line: npt.NDArray[np.int64],
    posterior: npt.NDArray[np.float64],
    mean: Sequence[float],
) -> npt.NDArray[np.float64]:
    """Return the measured confidence of many repairs, float64[repairs]; see `calibrated`.

    `line` (int64[repairs]) and `posterior` (float64[repairs]) are of each repair, `channels` and
    `mean` of each line.
    """
    import numpy as np

    # Lines of one channel and one curve are alike.
    alike: dict[tuple[str, float], int] = {}
    group_of = np.zeros(len(mean), np.int64)
    for number, (channel, value) in enumerate(zip(channels, mean, strict=False)):
        curve = _curve(channel, value)
        key = (channel, value if curve is None else curve.least)
        group_of[number] = alike.setdefault(key, len(alike))
    found = np.empty(len(posterior))
    group = group_of[line]
    for (channel, value), number in alike.items():
        here = group == number
        curve = _curve(channel, value)
        if curve is None or not curve.posteriors[0]:
            found[here] = [calibrated(channel, p, value) for p in posterior[here].tolist()]
        else:
            found[here] = np.interp(posterior[here], *_points(channel, curve.least))
    return found


@cached(64)
def _points(channel: str, least: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the posteriors and shares of a curve, from 0 on."""
    import numpy as np

    curve = next(each for each in curves()[channel] if each.least == least)
    return np.array([0.0, *curve.posteriors]), np.array([0.0, *curve.shares])
