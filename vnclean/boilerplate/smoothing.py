"""HMM smoothing of the lines of a page: the forward-backward algorithm over two hidden states.

A page is runs of furniture and runs of text: two states, a fixed chance to change from one line to
the next, and the odds that the forest gives each line as its emission. So the posterior of a line
rests on all that stands before and after it. (Rabiner 1989, "A tutorial on hidden Markov models",
section III, A and B.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["smooth"]

Floats = NDArray[np.float32]

_CHANGE = 0.1
"""The chance that the next line is of the other kind."""
_SHORT, _LONG = 60, 180
"""Characters of a line that says little by itself, and of one that says all."""
_LITTLE, _ALL = 0.5, 1.0
"""What the forest's word on such lines counts, as a factor of its log odds."""
_EDGE = 1e-3


def smooth(probabilities: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Return for each line the probability of furniture, given those of all lines.

    `sizes` are the lengths of the lines in characters. A short line is carried along by the lines
    around it; a long one is not. Takes time linear in the number of lines.

    >>> lines = np.array([0.9, 0.6, 0.9, 0.2, 0.1], dtype=np.float32)
    >>> [round(float(line), 2) for line in smooth(lines, np.full(5, 20))]
    [0.77, 0.73, 0.68, 0.46, 0.36]
    """
    known = np.clip(probabilities.astype(np.float64), _EDGE, 1 - _EDGE)
    weight = np.interp(sizes, (_SHORT, _LONG), (_LITTLE, _ALL))
    # Odds all along: they need no logarithm in the loops, and no scaling.
    odds = np.exp(np.log(known / (1 - known)) * weight).tolist()
    forth, back = [], []
    stay, change = 1 - _CHANGE, _CHANGE
    before = 1.0
    for own in odds:
        before = own * (change + stay * before) / (stay + change * before)
        forth.append(before)
    after = 1.0
    for own in reversed(odds):
        back.append(after)
        after *= own
        after = (change + stay * after) / (stay + change * after)
    both = np.array(forth) * np.array(back[::-1])
    result: Floats = (both / (1 + both)).astype(np.float32)
    return result
