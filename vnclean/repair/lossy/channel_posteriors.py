"""Which channels were at work: gathered over the tokens of a line and the lines of a document.

A line is clean, or damaged by one channel throughout, or damaged by one channel in places. Each
of these states gives every token a probability; the line's tokens together decide, and the lines
of a document lend each other what they know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vnclean.caches import cached
from vnclean.core.channel_posteriors import mixtures_of, posteriors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from vnclean.repair.lossy.channel_model import ChannelModel, Mixture, Reading

__all__ = ["ChannelPosteriors", "infer_channels"]

LEAK_SHARE = 0.002
"""Share of the tokens that a channel leaves alone in a line that it damaged throughout."""

IN_PLACES_SHARES = (0.02, 0.3)
"""Shares of the tokens that may be damaged in a line that is damaged in places. A line of which one
word in fifty is damaged says little of what its channel leaves alone."""

IN_PLACES_SHARE = 0.3
"""The share with which a word is thought to be damaged where such a line is decoded."""

PRIOR_THROUGHOUT_SHARE = 0.02
"""Share of lines damaged throughout, before anything of the document is known."""

PRIOR_IN_PLACES_SHARE = 0.004
"""Share of lines damaged in places, before anything of the document is known."""

MAX_DAMAGED_SHARE = 0.9
"""Share of damaged lines at most that a document is believed to have."""

ROUNDS = 3
"""How often the lines of a document estimate the prior that they share."""

PSEUDO_LINES = 2.0
"""Weight of the prior against the lines of the document."""

MIN_CHANNEL_SHARE = 0.01
"""A channel with less than this share of the evidence for a line isn't looked at there."""


class ChannelPosteriors(NamedTuple):
    """Posterior probabilities of the channels for each line, and what they rest on.

    `reading` has the tokens of the given lines, positions are characters of the document.

    By line: `mixture` (its number in `mixtures`, int64[lines]); `clean` (probability that nothing
    is wrong), `throughout` (that all of it is damaged, given that it is), `explained` (share of its
    damaged words that its channel explains), float64[lines]; `channel` (number of the likeliest),
    `words` (distinct damaged words that the channel explains), `support` (`words` of all damaged
    lines with this channel), int64[lines].
    """

    reading: Reading
    mixtures: Sequence[Mixture]
    mixture: npt.NDArray[np.int64]
    clean: npt.NDArray[np.float64]
    throughout: npt.NDArray[np.float64]
    explained: npt.NDArray[np.float64]
    channel: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    support: npt.NDArray[np.int64]


def infer_channels(
    lines: Sequence[tuple[int, str]],
    document_lines: int,
    model: ChannelModel,
    prior: Sequence[float],
) -> ChannelPosteriors:
    """Weigh the channels of `model` for some lines of a document, given as (start, text).

    `prior` holds the weights of the channels; all lines of the document but those that are given
    count as clean.
    """
    import numpy as np

    text = "\n".join([text for _, text in lines])
    reading = model.read(text, [start for start, _ in lines])
    table, kind, _, line = reading
    first = _first_shares(tuple(prior), PRIOR_THROUGHOUT_SHARE, PRIOR_IN_PLACES_SHARE)
    likelihood = table.sum_by_line(kind, line, len(lines), LEAK_SHARE, IN_PLACES_SHARES)
    posterior = posteriors_of(
        likelihood, first, document_lines, ROUNDS, PSEUDO_LINES, MAX_DAMAGED_SHARE
    )
    mixtures, mixture, channel, throughout = mixtures_of(
        posterior, LEAK_SHARE, IN_PLACES_SHARE, MIN_CHANNEL_SHARE
    )
    clean = posterior[:, 0]
    damaged_words, explained, words = table.explained(kind, line, channel)
    support = np.bincount(channel, words * (clean < 0.5), len(prior)).astype(np.int64)[channel]
    return ChannelPosteriors(
        reading, mixtures, mixture, clean, throughout, explained / np.maximum(damaged_words, 1),
        channel, words, support,
    )  # fmt: skip


@cached(8)
def _first_shares(
    prior: tuple[float, ...], throughout: float, in_places: float
) -> npt.NDArray[np.float64]:
    """Return the shares of the states of lines before anything of a document is known."""
    import numpy as np

    shares = np.asarray(prior, np.float64) / float(sum(prior))
    return np.concatenate([[1 - throughout - in_places], throughout * shares, in_places * shares])
