"""What the context of lines tells of them, by arrays: the twin of the core's `ContextFeatures`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.context_features import (
    _HEADINGS,
    _LOGS,
    _NEAR,
    _PRICES,
    _SAME,
    _SHARES_OF,
    _STEPS,
    _WIDE,
    _WINDOWS,
    NAMES,
)
from vnclean.boilerplate.line_features import LINE_FEATURES

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

_NEAR_ROWS = [LINE_FEATURES.index(name) for name in _NEAR]
_WIDE_ROWS = [LINE_FEATURES.index(name) for name in _WIDE]
_SHARES = [LINE_FEATURES.index(f"{kind}_share") for kind in _HEADINGS]
_FIRSTS = [LINE_FEATURES.index(f"{kind}_first") for kind in _HEADINGS]
_LENGTH, _PROSE, _HIT, _SHORT = map(LINE_FEATURES.index, ("length", "prose", "hit", "short"))
_SUM_OF = {name: number for number, name in enumerate(_WIDE)}
_WIDTHS = np.array(_WINDOWS)[:, None]
_COSTS = np.array(list(_PRICES.values()))[:, None]
_FAR, _FAR_HEADING, _FAR_PROSE = 60, 80, 3
"""Lines to the next sentence, lines and thousands of characters to a heading, at most."""
_EDGE = 12
"""Lines at the beginning and at the end of a page that its frame is looked for in."""


def context_features(
    own_values: Floats, gaps: Numbers, line_id: Numbers, prefix_id: Numbers, title: Floats
) -> Floats:
    """Return the features of lines and of their context, a column for each line."""
    count = own_values.shape[1]
    out = np.zeros((len(NAMES), count), dtype=np.float32)
    own = out[: len(LINE_FEATURES)]
    own[:] = own_values
    repeats, alike, before, after = (
        own[LINE_FEATURES.index(name)] for name in ("repeats", "alike", "gap_before", "gap_after")
    )
    np.log2(np.bincount(line_id)[line_id], out=repeats)
    np.log2(np.bincount(prefix_id)[prefix_id], out=alike)
    np.minimum(gaps, 4, out=before, casting="unsafe")
    after[:-1], after[-1] = before[1:], 4
    at = len(LINE_FEATURES)
    near = own[_NEAR_ROWS]
    for step in _STEPS:
        part = out[at : at + len(_NEAR)]
        if step < 0:
            part[:, -step:] = near[:, :step]
        else:
            part[:, :-step] = near[:, step:]
        at += len(_NEAR)
    index = np.arange(count)
    sums = np.zeros((len(_WIDE), count + 1))
    np.cumsum(own[_WIDE_ROWS], axis=1, dtype=np.float64, out=sums[:, 1:])
    windows = len(_WIDE) * len(_WINDOWS)
    before = sums[:, None, :-1] - sums[:, np.maximum(index - _WIDTHS, 0)]
    out[at : at + windows] = (before / _WIDTHS).reshape(windows, count)
    at += windows
    after = sums[:, np.minimum(index + 1 + _WIDTHS, count)] - sums[:, None, 1:]
    out[at : at + windows] = (after / _WIDTHS).reshape(windows, count)
    at += windows
    _set_place(out[at:], own, sums, gaps, title, index)
    return out


def _last_flagged(flags: NDArray[np.bool_]) -> Numbers:
    """Return for each line (last axis) the index of the last flagged one up to it, or -1."""
    marks = np.where(flags, np.arange(flags.shape[-1]), -1)
    result: Numbers = np.maximum.accumulate(marks, axis=-1)
    return result


def _set_place(
    out: Floats,
    own: Floats,
    sums: NDArray[np.float64],
    gaps: Numbers,
    title: Floats,
    index: Numbers,
) -> None:
    """Fill in the rows, from `_LOGS` on, that tell where in the document a line stands."""
    count = len(index)
    back = index[::-1]
    length, prose, hit, short = own[_LENGTH], own[_PROSE], own[_HIT], own[_SHORT]
    true_length = np.expm1(length)
    is_prose = prose > 0.5
    # Sums over the lines before each: of characters, of characters of sentences.
    mass = np.zeros((2, count + 1))
    np.cumsum((true_length, true_length * is_prose), axis=1, dtype=np.float64, out=mass[:, 1:])
    hits = sums[_SUM_OF["hit"]]
    ends = sums[:, -1] / count
    total, prose_mass = max(float(mass[0, -1]), 1.0), mass[1].copy()
    # Distances up and down: to the last sentence, and to the ends of a run of short lines.
    marks = np.stack((is_prose, short < 0.5, gaps > 0))
    above, below = _last_flagged(marks), _last_flagged(marks[:2, ::-1])[:, ::-1]
    at = len(_LOGS)
    logs = out[:at]
    logs[0], logs[1] = index, back
    logs[2] = hits[:-1]
    np.subtract(hits[-1], hits[1:], out=logs[3])
    logs[4] = np.where(above[0] < 0, _FAR, np.minimum(index - above[0], _FAR))
    logs[5] = np.where(below[0] < 0, _FAR, np.minimum(back - below[0], _FAR))
    logs[6] = index - above[1] + back - below[1]
    logs[7] = index - np.maximum(above[2], 0)
    np.log1p(logs, out=logs)
    mass /= np.maximum(mass[:, -1:], 1)
    out[at : at + 4 : 2] = mass[:, :-1]
    out[at + 1 : at + 4 : 2] = 1 - mass[:, 1:]
    at += len(_SHARES_OF)
    edge = min(_EDGE, count)
    out[at : at + len(_SAME)] = np.array((
        np.log1p(count), hits[edge] / edge, (hits[-1] - hits[-1 - edge]) / edge,
        np.log1p(np.count_nonzero(hit > 0.7)), ends[_SUM_OF["hit"]], ends[_SUM_OF["prose"]],
        ends[_SUM_OF["short"]], np.log1p(total), prose_mass[-1] / total,
    ))[:, None]  # fmt: skip
    at += len(_SAME)
    at += _set_segments(out[at:], prose, index)
    np.divide(index, count, out=out[at])
    out[at + 1] = title
    at += 2
    # A heading stands alone: "Xem thêm: <title>" within a text does not open a list.
    heads = (own[_SHARES] > 0.5) | ((own[_FIRSTS] > 0) & (length < 3.4))
    last = _last_flagged(heads)
    none = last < 0
    since = np.where(none, _FAR_HEADING, np.minimum(index - last, _FAR_HEADING))
    np.log1p(since, out=out[at : at + len(_HEADINGS)])
    at += len(_HEADINGS)
    lost = (prose_mass[1:] - prose_mass[np.maximum(last, 0)]) / 1000
    out[at:] = np.where(none, _FAR_PROSE, np.minimum(lost, _FAR_PROSE))


def _set_segments(out: Floats, prose: Floats, index: Numbers) -> int:
    """Find the run of lines with the most prose, each line having its price: the page's body.

    Fill in whether a line is inside, and how far outside it stands (below zero: above the body);
    return how many rows that are.
    """
    count = len(_COSTS)
    sums = np.zeros((count, len(prose) + 1))
    np.cumsum(prose - _COSTS, axis=1, out=sums[:, 1:])
    high = np.argmax(sums - np.minimum.accumulate(sums, axis=1), axis=1)
    low = np.array([np.argmin(row[: stop + 1]) for row, stop in zip(sums, high, strict=True)])
    above, below = index - low[:, None], index - high[:, None] + 1
    out[:count] = (above >= 0) & (below <= 0)
    # At most one of the two is counted; log1p of a distance with its sign.
    np.subtract(
        np.log1p(np.maximum(below, 0)), np.log1p(np.maximum(-above, 0)), out=out[count : 2 * count]
    )
    return 2 * count
