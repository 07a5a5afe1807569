"""Which channels were at work: gathered over the tokens of a line and the lines of a document.

A line is clean, or damaged by one channel throughout, or damaged by one channel in places. Each
of these states gives every token a probability; the line's tokens together decide, and the lines
of a document lend each other what they know.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

from vnclean.repair.lossy.channel_model import TOKEN, Reading, Readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

__all__ = ["Evidence", "Mix", "gather"]

LEAK = 0.002
"""Share of the tokens that a channel leaves alone in a line that it damaged throughout."""

PLACES = 0.3
"""Share of the tokens that are damaged in a line that is damaged in places."""

PRIOR_WHOLE = 0.02
"""Share of lines damaged throughout, before anything of the document is known."""

PRIOR_PLACES = 0.004
"""Share of lines damaged in places, before anything of the document is known."""

PSEUDO_LINES = 2.0
"""Weight of the prior against the lines of the document."""

NEGLIGIBLE = 0.01
"""A channel with less than this share of the evidence for a line isn't looked at there."""


class Mix(NamedTuple):
    """The channels to decode a line with: their numbers, log-weights, and that of no damage."""

    channels: tuple[int, ...]
    weights: tuple[float, ...]
    as_is: float


class Evidence(NamedTuple):
    """What is known of each line that was looked at.

    `tokens`, `starts` (characters) and `line` run parallel over the tokens; `readings` is by
    distinct token, `which` gives its number for each token. By line: `mixes`, `clean` (the
    probability that nothing is wrong), `whole` (that all of it is damaged, given that it is),
    `strong` (distinct tokens that only damage explains), `share` (the part of its marked tokens
    that the channels explain), `channel` (the likeliest).
    """

    tokens: list[str]
    starts: npt.NDArray[np.int64]
    line: npt.NDArray[np.int64]
    distinct: list[Reading]
    which: npt.NDArray[np.int64]
    mixes: list[Mix]
    clean: npt.NDArray[Any]
    whole: npt.NDArray[Any]
    strong: npt.NDArray[Any]
    share: npt.NDArray[Any]
    channel: npt.NDArray[Any]
    support: npt.NDArray[Any]


def gather(text: str, reader: Readings, prior: Sequence[float]) -> Evidence:
    """Weigh the channels of `reader` (with prior weights, parallel) for every line of a text."""
    import numpy as np

    tokens = TOKEN.findall(text)
    known = reader.read(tokens)
    number: dict[str, int] = {}
    for token in tokens:
        if token not in number:
            number[token] = len(number)
    distinct = [known[token] for token in number]
    count = len(tokens)
    which = np.fromiter((number[token] for token in tokens), np.int64, count)
    lengths = np.fromiter(map(len, tokens), np.int64, count)
    starts = np.cumsum(lengths) - lengths
    feed = number.get("\n", -1)
    line = np.cumsum(which == feed)
    line -= which == feed
    lines = int(line[-1]) + 1 if count else 0
    width = len(reader.channels)
    clean = np.array([reading.clean for reading in distinct], np.float64)
    under = np.array([reading.channel for reading in distinct], np.float64).reshape(-1, width)
    states = np.concatenate(
        [
            clean[:, None],
            np.logaddexp(under + log(1 - LEAK), clean[:, None] + log(LEAK)),
            np.logaddexp(under + log(PLACES), clean[:, None] + log(1 - PLACES)),
        ],
        axis=1,
    )
    neutral = np.array([not reading.word for reading in distinct])
    states[neutral] = 0.0
    likelihood = _by_line(states[which], line, lines)
    shares = np.asarray(prior, np.float64) / float(sum(prior))
    first = np.concatenate(
        [[1 - PRIOR_WHOLE - PRIOR_PLACES], PRIOR_WHOLE * shares, PRIOR_PLACES * shares]
    )
    posterior = _settle(likelihood, first)
    mixes, channel = _mixes(posterior, width)
    strong_kind = np.array([reading.strong for reading in distinct])
    marked_kind = strong_kind & ~neutral
    explained_kind = np.zeros((len(distinct), width + 1), bool)
    for row, reading in enumerate(distinct):
        for option in reading.options:
            explained_kind[row, option] = True
    at = np.flatnonzero(marked_kind[which])
    good = explained_kind[which[at], channel[line[at]]]
    marked = np.bincount(line[at], minlength=lines)
    explained = np.bincount(line[at][good], minlength=lines)
    pairs = np.unique(line[at][good] * np.int64(len(distinct) or 1) + which[at][good])
    strong = np.bincount(pairs // (len(distinct) or 1), minlength=lines)
    damaged = 1 - posterior[:, 0]
    whole = posterior[:, 1 : width + 1].sum(axis=1) / np.maximum(damaged, 1e-300)
    support = np.zeros(lines, np.int64)
    for kind in range(width):
        here = (channel == kind) & (posterior[:, 0] < 0.5)
        support[channel == kind] = int(strong[here].sum())
    return Evidence(
        tokens, starts, line, distinct, which, mixes, posterior[:, 0], whole, strong,
        explained / np.maximum(marked, 1), channel, support,
    )  # fmt: skip


def _by_line(values: npt.NDArray[Any], line: npt.NDArray[Any], lines: int) -> npt.NDArray[Any]:
    import numpy as np

    total = np.zeros((lines, values.shape[1]))
    if len(line):
        begins = np.flatnonzero(np.diff(line, prepend=-1))
        total[line[begins]] = np.add.reduceat(values, begins, axis=0)
    return total


def _settle(likelihood: npt.NDArray[Any], first: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the probability of each state for each line; the document's lines share a prior."""
    import numpy as np

    prior = first
    posterior = likelihood
    for _ in range(3):
        weighed = likelihood + np.log(prior)
        weighed -= weighed.max(axis=1, keepdims=True)
        posterior = np.exp(weighed)
        posterior /= posterior.sum(axis=1, keepdims=True)
        if len(posterior) < 2:
            break
        damaged = posterior[:, 1:]
        mass = damaged.sum(axis=0)
        # A line's own evidence must not count twice: small documents stay near the prior.
        known = mass / (mass.sum() + PSEUDO_LINES) + first[1:] / first[1:].sum() * (
            PSEUDO_LINES / (mass.sum() + PSEUDO_LINES)
        )
        share = (mass.sum() + PSEUDO_LINES * (1 - first[0])) / (len(posterior) + PSEUDO_LINES)
        share = min(max(share, 1 - first[0]), 0.9)
        prior = np.concatenate([[1 - share], known * share])
    return posterior


def _mixes(posterior: npt.NDArray[Any], width: int) -> tuple[list[Mix], npt.NDArray[Any]]:
    """Return what to decode each line with, weights rounded so that lines share a mix."""
    import numpy as np

    whole, places = posterior[:, 1 : width + 1], posterior[:, width + 1 :]
    by_channel = whole + places
    damaged = np.maximum(by_channel.sum(axis=1, keepdims=True), 1e-300)
    weight = by_channel / damaged
    is_whole = whole.sum(axis=1) / damaged[:, 0]
    as_is = is_whole * LEAK + (1 - is_whole) * (1 - PLACES)
    mixes: list[Mix] = []
    rows = np.round(2 * np.log(np.maximum(weight, 1e-30))) / 2
    kept = np.round(2 * np.log(as_is)) / 2
    for row, share, leak in zip(rows.tolist(), weight.tolist(), kept.tolist(), strict=True):
        held = [n for n in range(width) if share[n] >= NEGLIGIBLE]
        mixes.append(Mix(tuple(held), tuple(row[n] for n in held), leak))
    return mixes, by_channel.argmax(axis=1)
