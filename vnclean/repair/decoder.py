"""The decoder: the most probable words for slots that each have several candidates.

Every kind of lost information ends here: a channel says which words could have become a damaged
token, the n-gram model says how probable words are after each other, and the decoder computes for
every slot the posterior probability of each candidate (forward-backward over the lattice; the loops
are in `vnclean.core.decoder`). The best candidate is the one with the highest posterior, which
restores the most syllables on average, and the posterior is the confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached
from vnclean.core.decoder import Candidates, Decoded, Decoder
from vnclean.core.emissions import CleanTokens, EmissionTable, FormIndex, hashes_of
from vnclean.language import ngram

__all__ = [
    "EDGE",
    "SURE",
    "Candidates",
    "CleanTokens",
    "Decoded",
    "EmissionTable",
    "FormIndex",
    "decode",
    "hashes_of",
]

EDGE = ngram.BOUNDARY * 4
"""The code of a sentence boundary."""

PAIR_MARGIN = 6.5
"""How far below the best, in natural logarithms, a candidate may be between its neighbours."""

MOST_CANDIDATES = 40
"""Candidates of one slot that the pairs leave at most."""

MESSAGES = (2, 5.5, 10)
"""How many times neighbours tell each other what they heard, how far below the best a candidate
may be then, and how many are left at most."""

STAGES = ((3, 5.0, 6), (4, 0.0, 0))
"""Orders of the exact passes, then how far below the best posterior and how many candidates reach
the next one."""

CAREFUL_PAIR_MARGIN = 9.0
CAREFUL_MESSAGES = (2, 8.0, 16)
CAREFUL_STAGES = ((3, 8.0, 10), (4, 0.0, 0))
"""The same where little is decoded: candidates that are left out early would leave the others'
posteriors too high, and so close to 1 that they tell nothing."""

SURE = 0.99
"""Posterior from which on the distant context is not asked."""


def decode(
    rows: Sequence[int] | npt.NDArray[np.integer[Any]],
    table: Candidates,
    model: ngram.Model,
    careful: bool = False,
) -> Decoded:
    """Return the best candidate and the posteriors for a sequence of slots.

    `rows` names the row of `table` for each slot, in reading order. Lines and sentences are kept
    apart by slots with the row `table.fixed(EDGE)`; both ends are such edges anyway. Takes time in
    proportion to the slots, and memory in proportion to the longest sentence. With `careful` fewer
    candidates are left out on the way; it takes a fifth more time.

    >>> model = ngram.load()
    >>> table = Candidates()
    >>> row = table.add([model.code("nắm"), model.code("nam")], [0.0, 0.0])
    >>> model.vocabulary[decode([table.fixed(model.code("việt")), row], table, model).codes[1] >> 2]
    'nam'
    """
    return _decoder(model, careful).decode(rows, table)


@cached(4)
def _decoder(model: ngram.Model, careful: bool) -> Decoder:
    rounds, margin, most = CAREFUL_MESSAGES if careful else MESSAGES
    return Decoder(
        model.core, pair_margin=CAREFUL_PAIR_MARGIN if careful else PAIR_MARGIN,
        most=MOST_CANDIDATES, message_rounds=rounds, message_margin=margin, message_most=most,
        stages=CAREFUL_STAGES if careful else STAGES, certain=SURE,
    )  # fmt: skip
