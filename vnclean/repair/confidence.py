"""How far a repair can be trusted: the decoder's posterior, brought to what was measured.

Among edits with confidence p, p of them are right: `training/calibration.py` measures by channel
how often repairs of a given posterior are right, and writes `data/calibration.tsv`.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

__all__ = ["calibrated", "curves"]


@cache
def curves() -> dict[str, tuple[tuple[float, ...], tuple[float, ...]]]:
    """Return for each channel the posteriors and the measured shares of right repairs there."""
    from importlib.resources import files

    table = files("vnclean.data").joinpath("calibration.tsv")
    if not table.is_file():
        return {}
    points: dict[str, tuple[list[float], list[float]]] = {}
    for row in table.read_text(encoding="utf-8").split("\n"):
        if row and row[0] != "#":
            channel, posterior, share = row.split("\t")[:3]
            xs, ys = points.setdefault(channel, ([], []))
            xs.append(float(posterior))
            ys.append(float(share))
    return {channel: (tuple(xs), tuple(ys)) for channel, (xs, ys) in points.items()}


def calibrated(channel: str, posterior: float) -> float:
    """Return the measured confidence of a repair (0 to 1), between the measured points a line.

    A channel that was not measured keeps the decoder's posterior.

    >>> 0.9 < calibrated("cp1252_replace", 0.999) <= 1.0
    True
    """
    curve = curves().get(channel)
    if curve is None:
        return posterior
    xs, ys = curve
    at = bisect_right(xs, posterior)
    if at == 0:
        return ys[0] * posterior / xs[0] if xs[0] else ys[0]
    if at == len(xs):
        return ys[-1]
    left, right = xs[at - 1], xs[at]
    return ys[at - 1] + (ys[at] - ys[at - 1]) * (posterior - left) / (right - left)
