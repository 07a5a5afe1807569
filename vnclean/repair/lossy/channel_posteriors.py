"""Which channels were at work: gathered over the tokens of a line and the lines of a document.

A line is clean, or damaged by one channel throughout, or damaged by one channel in places. Each
of these states gives every token a probability; the line's tokens together decide, and the lines
of a document lend each other what they know.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

from vnclean.repair.lossy.channel_model import TOKEN, ChannelMixture, ChannelModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from vnclean.core.emissions import EmissionTable

__all__ = ["ChannelPosteriors", "infer_channels"]

LEAK_SHARE = 0.002
"""Share of the tokens that a channel leaves alone in a line that it damaged throughout."""

IN_PLACES_SHARE = 0.3
"""Share of the tokens that are damaged in a line that is damaged in places."""

PRIOR_THROUGHOUT_SHARE = 0.02
"""Share of lines damaged throughout, before anything of the document is known."""

PRIOR_IN_PLACES_SHARE = 0.004
"""Share of lines damaged in places, before anything of the document is known."""

MAX_DAMAGED_SHARE = 0.9
"""Share of damaged lines at most that a document is believed to have."""

BLOCK_LINES = 4096
"""Lines whose tokens are summed at once, so that memory stays small."""

PSEUDO_LINES = 2.0
"""Weight of the prior against the lines of the document."""

MIN_CHANNEL_SHARE = 0.01
"""A channel with less than this share of the evidence for a line isn't looked at there."""


class ChannelPosteriors(NamedTuple):
    """Posterior probabilities of the channels for each line, and what they rest on.

    By token, int64[tokens]: `start` (characters of the document), `line` (its number among the
    given lines), `kind` (its number in `table`).

    By line: `mixtures`; `clean` (probability that nothing is wrong), `throughout` (that all of it
    is damaged, given that it is), `explained` (share of its damaged words that its channel
    explains), float64[lines]; `channel` (number of the likeliest), `words` (distinct damaged words
    that the channel explains), `support` (`words` of all damaged lines with this channel),
    int64[lines].
    """

    start: npt.NDArray[np.int64]
    line: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    table: EmissionTable
    mixtures: list[ChannelMixture]
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

    tokens = TOKEN.findall("\n".join(text for _, text in lines))
    table = model.learn(tokens)
    numbers = table.numbers
    kind = np.fromiter(map(numbers.__getitem__, tokens), np.int64, len(tokens))
    lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
    is_feed = kind == numbers.get("\n", -1)
    line = np.cumsum(is_feed) - is_feed
    count = len(lines)
    begins = np.array([start for start, _ in lines], np.int64)
    sizes = np.array([len(text) + 1 for _, text in lines], np.int64)
    start = np.cumsum(lengths) - lengths + (begins - np.cumsum(sizes) + sizes)[line]
    shares = np.asarray(prior, np.float64) / float(sum(prior))
    first = np.concatenate(
        [
            [1 - PRIOR_THROUGHOUT_SHARE - PRIOR_IN_PLACES_SHARE],
            PRIOR_THROUGHOUT_SHARE * shares,
            PRIOR_IN_PLACES_SHARE * shares,
        ]
    )
    distinct, place = np.unique(kind, return_inverse=True)
    is_word, damaged, explains = table.facts(distinct)
    states = _state_likelihoods(*table.logs(distinct), is_word)
    likelihood = _sum_by_line(states, place, line, count)
    posterior = _empirical_bayes(likelihood, first, document_lines)
    mixtures, channel = _mixtures(posterior, len(shares))
    clean = posterior[:, 0]
    throughout = posterior[:, 1 : len(shares) + 1].sum(axis=1) / np.maximum(1 - clean, 1e-300)

    at = np.flatnonzero((damaged & is_word)[place])
    good = at[(explains[place[at]] >> channel[line[at]]) & 1 > 0]
    damaged_count = np.maximum(np.bincount(line[at], minlength=count), 1)
    explained = np.bincount(line[good], minlength=count) / damaged_count
    pairs = np.unique(line[good] * len(distinct) + place[good])
    words = np.bincount(pairs // max(len(distinct), 1), minlength=count)
    of_channel = np.bincount(channel, words * (clean < 0.5), len(shares))
    support = of_channel.astype(np.int64)[channel]
    return ChannelPosteriors(
        start, line, kind, table, mixtures, clean, throughout, explained, channel, words,
        support,
    )  # fmt: skip


def _state_likelihoods(
    clean: npt.NDArray[np.float64],
    channel: npt.NDArray[np.float64],
    is_word: npt.NDArray[np.bool_],
) -> npt.NDArray[np.float64]:
    """Return log-probabilities of tokens under clean, damaged throughout, and in places.

    float64[tokens, 1 + 2 * channels], from those under clean text (float64[tokens]) and under each
    channel (float64[tokens, channels]); tokens that are no words say nothing.
    """
    import numpy as np

    clean = clean[:, None]
    throughout = np.logaddexp(channel + log(1 - LEAK_SHARE), clean + log(LEAK_SHARE))
    places = np.logaddexp(channel + log(IN_PLACES_SHARE), clean + log(1 - IN_PLACES_SHARE))
    states = np.concatenate([clean, throughout, places], axis=1)
    states[~is_word] = 0.0
    return states


def _sum_by_line(
    values: npt.NDArray[np.float64],
    kind: npt.NDArray[np.int64],
    line: npt.NDArray[np.int64],
    lines: int,
) -> npt.NDArray[np.float64]:
    """Return the sum of `values[kind]` over the tokens of each line."""
    import numpy as np

    total = np.zeros((lines, values.shape[1]))
    begins = np.flatnonzero(np.diff(line, prepend=-1))
    ends = np.append(begins[1:], len(line))
    for low in range(0, len(begins), BLOCK_LINES):
        here = begins[low : low + BLOCK_LINES]
        block = values[kind[here[0] : ends[low : low + BLOCK_LINES][-1]]]
        total[line[here]] = np.add.reduceat(block, here - here[0], axis=0)
    return total


def _empirical_bayes(
    likelihood: npt.NDArray[Any], first: npt.NDArray[Any], document_lines: int
) -> npt.NDArray[Any]:
    """Return the posterior of each state for each line, float64[lines, states].

    Empirical Bayes by expectation-maximization: the lines of a document share a prior, which is
    estimated from them; it begins as `first` and is held near it by pseudo-counts.
    """
    import numpy as np

    prior = first
    posterior = likelihood
    for _ in range(3):
        joint = likelihood + np.log(prior)
        posterior = np.exp(joint - joint.max(axis=1, keepdims=True))
        posterior /= posterior.sum(axis=1, keepdims=True)
        if document_lines < 2:
            break
        mass = posterior[:, 1:].sum(axis=0)
        # A line's own evidence must not count twice: small documents stay near the prior.
        known = mass / (mass.sum() + PSEUDO_LINES) + first[1:] / first[1:].sum() * (
            PSEUDO_LINES / (mass.sum() + PSEUDO_LINES)
        )
        share = (mass.sum() + PSEUDO_LINES * (1 - first[0])) / (document_lines + PSEUDO_LINES)
        share = min(max(share, 1 - first[0]), MAX_DAMAGED_SHARE)
        prior = np.concatenate([[1 - share], known * share])
    return posterior


def _mixtures(
    posterior: npt.NDArray[Any], width: int
) -> tuple[list[ChannelMixture], npt.NDArray[Any]]:
    """Return what to decode each line with, weights rounded so that lines share a mix."""
    import numpy as np

    throughout, places = posterior[:, 1 : width + 1], posterior[:, width + 1 :]
    by_channel = throughout + places
    damaged = np.maximum(by_channel.sum(axis=1, keepdims=True), 1e-300)
    weight = by_channel / damaged
    is_throughout = throughout.sum(axis=1) / damaged[:, 0]
    as_is = is_throughout * LEAK_SHARE + (1 - is_throughout) * (1 - IN_PLACES_SHARE)
    mixtures: list[ChannelMixture] = []
    rows = np.round(2 * np.log(np.maximum(weight, 1e-30))) / 2
    kept = np.round(2 * np.log(as_is)) / 2
    for row, share, leak in zip(rows.tolist(), weight.tolist(), kept.tolist(), strict=True):
        held = [n for n in range(width) if share[n] >= MIN_CHANNEL_SHARE]
        mixtures.append(ChannelMixture(tuple(held), tuple(row[n] for n in held), leak))
    return mixtures, by_channel.argmax(axis=1)
