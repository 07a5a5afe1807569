"""The scorer: how likely each correction of a word is, as a noisy channel (Kernighan et al. 1990).

For every suspect there are the word as it stands and all syllables that one error may have turned
into it. Each is tried in its place: the language model says how likely it is there and how likely
it makes the words after it, the error model how often such an error is made. Where the n-grams
leave the choice open, the context network has a say too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.caches import BatchCache, cached
from vnclean.language import ngram
from vnclean.spelling import context_network
from vnclean.spelling.lexicon import LOG_RATES, doubtful_words
from vnclean.spelling.misspelling_table import sources
from vnclean.spelling.tokens import EDGE, Token

__all__ = [
    "HOPELESS",
    "STRANGE",
    "ConfusionSet",
    "Hypothesis",
    "Window",
    "candidate_scores",
    "confusion_set",
    "likely_between",
    "log_likelihoods",
    "log_probabilities",
    "misfits",
    "probability",
    "score",
]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
STRANGE = -11.0
"""Log-probability of one certain strange word among all: what a class of the model lacks."""

DOUBTFUL = -3.0
"""Log-probability that a syllable which is a misspelling more often than a word is meant."""

HOPELESS = -8.0
"""Log-odds by pairs of words alone below which a candidate is hardly ever the right one."""

NEAR, FAR, BASE = 0.7, 0.4, 0.3
"""Where the context network has a say too: the weights of the n-grams and of the network, and what
is added to the log-odds of every error. `training/context.py --fit` fits them."""

UNSURE = -6.0, 6.0
"""Log-odds of the n-grams between which the context network is worth asking."""


class ConfusionSet(NamedTuple):
    """What may be meant by a word: itself, and what one error may have made it of."""

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    codes: Array
    """Codes of the language model, case left out: int64[candidates]."""
    rates: Array
    """Log-probability that the candidate is written as the word: float64[candidates]."""


class Hypothesis(NamedTuple):
    """What may stand in a place instead of what does; sorted by log-odds."""

    log_odds: float
    text: str
    kind: str
    """The kind of error, as in the names of rules."""


@cached(1 << 14)
def confusion_set(word: str) -> ConfusionSet:
    """Return the candidates for a lower-case word in the old style, itself the first."""
    model = ngram.load()
    found = [
        (number * 4, LOG_RATES[kind], form, kind)
        for form, kind in sources(word).items()
        if (number := model.id_of.get(form)) is not None
    ]
    own = model.code(word) & ~3
    strange = own >> 2 in (ngram.UNKNOWN, ngram.FOREIGN)
    stays = STRANGE if strange else DOUBTFUL if word in doubtful_words() else 0.0
    rows = [(own, stays, word, ""), *found]
    codes, rates, words, kinds = zip(*rows, strict=True)
    return ConfusionSet(words, kinds, np.array(codes), np.array(rates))


def score(
    tokens: Sequence[Token],
    places: Sequence[int],
    words: Sequence[str],
    floors: Sequence[float],
    states: Floats | None = None,
    thorough: bool = False,
) -> list[Sequence[Hypothesis]]:
    """Score the corrections of words among their neighbours, for each word the best first.

    `places` are numbers of tokens, `words` their lower-case forms (old style). What the pairs with
    its neighbours alone make less likely than `floors` (log-odds) is left out. The context network
    is asked about what the n-grams leave open; `states` is what it said of every place, `thorough`
    has it asked about all.
    """
    codes = [token.code for token in tokens]
    if states is not None:
        return _score_with_network(np.array(codes), places, words, states[places])
    scored: list[Sequence[Hypothesis]] = [() for _ in places]
    unsure = list(range(len(places)))
    if not thorough:
        padded = [EDGE] * 3 + codes + [EDGE] * 3
        windows = [tuple(padded[place : place + 7]) for place in places]
        scored = _by_ngrams.get(list(zip(words, windows, floors, strict=True)))
        unsure = [
            number
            for number, found in enumerate(scored)
            if found and UNSURE[0] < found[0].log_odds < UNSURE[1]
        ]
    keys = [(words[number], *_seen_codes(tokens, places[number])) for number in unsure]
    for number, found in zip(unsure, _by_network.get(keys), strict=True):
        scored[number] = found
    return scored


def _seen_codes(tokens: Sequence[Token], place: int) -> tuple[int, tuple[int, ...]]:
    """Return where a place stands among the codes that the context network sees, and these."""
    low, high = place, place + 1
    while low and place - low < context_network.REACH and tokens[low - 1].start >= 0:
        low -= 1
    last = min(len(tokens), place + 1 + context_network.REACH)
    while high < last and tokens[high].start >= 0:
        high += 1
    return place - low, tuple(token.code for token in tokens[low:high])


def _score_with_ngrams(
    keys: Sequence[tuple[str, tuple[int, ...], float]],
) -> list[Sequence[Hypothesis]]:
    """Score words, each given with its window of seven codes and its floor, in a few calls."""
    model = ngram.load()
    sets = [confusion_set(word) for word, _, _ in keys]
    widths = [len(each.codes) for each in sets]
    # A line for each candidate: three words, itself, three words; the word as it stands first.
    lines = np.array([window for _, window, _ in keys]).repeat(widths, axis=0)
    lines[:, 3] &= 3
    lines[:, 3] += np.concatenate([each.codes for each in sets])
    rates = np.concatenate([each.rates for each in sets])
    size = len(lines)
    near = lines[:, 2:].T  # of the pairs, the one before the word and those from it on
    pairs = model.score([near[:4].ravel()], near[1:].ravel())
    by_pairs = pairs.reshape(4, size).sum(0, dtype=np.float64) + rates
    firsts = np.cumsum([0, *widths[:-1]])
    by_pairs -= by_pairs[firsts].repeat(widths)
    keep = (by_pairs >= np.repeat([floor for _, _, floor in keys], widths)).nonzero()[0]
    if len(keep) == len(sets):
        return [()] * len(sets)
    # Of those that are left, the longer n-grams.
    values = np.full(size, -np.inf)
    left = lines[keep].T
    around = [left[back : back + 4].ravel() for back in range(3)]
    longer = model.score(around, left[3:].ravel()).reshape(4, len(keep))
    values[keep] = longer.sum(0, dtype=np.float64) + rates[keep]
    values -= values[firsts].repeat(widths)
    return _ranked(sets, values)


def _score_with_network(
    codes: Array, places: Sequence[int], words: Sequence[str], states: Floats
) -> list[Sequence[Hypothesis]]:
    """Score words by n-grams and by what the context network says (`states`, a row for each)."""
    if not len(places):
        return []
    near, rates, sets, owner = candidate_scores(codes, places, words)
    ids = np.concatenate([each.codes for each in sets]) >> 2
    values = NEAR * near + FAR * context_network.load().fits(states, owner, ids) + rates + BASE
    firsts = np.searchsorted(owner, np.arange(len(sets)))
    return _ranked(sets, values - (values[firsts] - BASE)[owner])


def _read_and_score(
    keys: Sequence[tuple[str, int, tuple[int, ...]]],
) -> list[Sequence[Hypothesis]]:
    """Have the context network read around words, each given with its place among codes."""
    ends = np.cumsum([len(codes) + 3 for _, _, codes in keys])
    row = np.array([code for _, _, codes in keys for code in (*codes, EDGE, EDGE, EDGE)])
    begins = np.array([0, *ends[:-1]])
    places = begins + [place for _, place, _ in keys]
    states = context_network.load().states_at(row, places, (begins, ends - 3))
    return _score_with_network(row, places.tolist(), [word for word, _, _ in keys], states)


def _ranked(sets: Sequence[ConfusionSet], log_odds: Array) -> list[Sequence[Hypothesis]]:
    """Return the five likeliest candidates of each set other than the word as it stands."""
    ranked: list[Sequence[Hypothesis]] = []
    begin = 0
    for each in sets:
        odds = log_odds[begin : begin + len(each.words)].tolist()
        begin += len(odds)
        best = sorted((-value, k) for k, value in enumerate(odds) if k and value > -math.inf)[:5]
        ranked.append([Hypothesis(-value, each.words[k], each.kinds[k]) for value, k in best])
    return ranked


_by_ngrams = BatchCache(1 << 15, _score_with_ngrams)
_by_network = BatchCache(1 << 12, _read_and_score)
"""Texts repeat themselves, and are read again after something in them was mended."""


def candidate_scores(
    codes: Array, places: Sequence[int], words: Sequence[str]
) -> tuple[Array, Array, list[ConfusionSet], Array]:
    """Return what the language model says of all candidates of some places, one after another.

    Log-probabilities with the words after it, log-rates of the errors, the candidates of each
    place (the word as it stands is the first), and to which place each candidate belongs.
    """
    padded = np.r_[[EDGE] * 3, codes, [EDGE] * 3]
    sets = [confusion_set(word) for word in words]
    at = np.asarray(places) + 3
    owner = np.repeat(np.arange(len(sets)), [len(each.codes) for each in sets])
    where = at[owner]
    near = {back: padded[where + back] for back in (-3, -2, -1, 1, 2, 3)}
    near[0] = np.concatenate([each.codes for each in sets]) + (padded[at] & 3)[owner]
    around = [np.concatenate([near[target - back] for target in range(4)]) for back in (3, 2, 1)]
    scores = ngram.load().score(around, np.concatenate([near[target] for target in range(4)]))
    total = scores.reshape(4, -1).sum(0).astype(np.float64)
    return total, np.concatenate([each.rates for each in sets]), sets, owner


def misfits(states: Floats, words: Sequence[str], least: float) -> list[int]:
    """Return the numbers of the words in whose place the context network finds another likelier.

    `states` has a row for each word; `least` are the log-odds, the rate of the error included.
    """
    sets = [confusion_set(word) for word in words]
    if not sets:
        return []
    widths = np.array([len(each.codes) for each in sets])
    owner = np.repeat(np.arange(len(sets)), widths)
    ids = np.concatenate([each.codes for each in sets]) >> 2
    values = context_network.load().fits(states, owner, ids).astype(np.float64)
    values += np.concatenate([each.rates for each in sets])
    starts = np.cumsum(widths) - widths
    stays = values[starts]
    values[starts] = -np.inf
    hits: list[int] = np.flatnonzero(np.maximum.reduceat(values, starts) - stays >= least).tolist()
    return hits


class Window(NamedTuple):
    """A place and what may stand in it, as codes of the model."""

    before: Sequence[int]
    """Up to three codes, the nearest last."""
    middles: Sequence[Sequence[int]]
    after: Sequence[int]
    """Up to three codes, the nearest first."""


def log_likelihoods(windows: Sequence[Window]) -> list[list[float]]:
    """Return for each window the log-probability of each middle and of the words after it."""
    targets: list[int] = []
    earlier: tuple[list[int], list[int], list[int]] = ([], [], [])
    sizes: list[int] = []
    for window in windows:
        left = ([EDGE] * 3 + list(window.before))[-3:]
        right = (list(window.after) + [EDGE] * 3)[:3]
        for middle in window.middles:
            row = [*left, *middle, *right]
            targets += row[3:]
            sizes.append(len(row) - 3)
            for back, column in zip((3, 2, 1), earlier, strict=True):
                column += row[3 - back : -back]
    if not sizes:
        return [[] for _ in windows]
    scores = ngram.load().score([np.array(column) for column in earlier], np.array(targets))
    begins = np.cumsum([0, *sizes[:-1]])
    sums = iter(np.add.reduceat(scores.astype(np.float64), begins).tolist())
    return [[next(sums) for _ in window.middles] for window in windows]


def log_probabilities(codes: Array) -> Array:
    """Return the log-probability of each code after the three before it: float32[codes]."""
    return ngram.load().score_sequence(codes)


@cached(1 << 12)
def likely_between(before: int, after: int) -> tuple[int, ...]:
    """Return the codes of the twenty likeliest words between two others, the likeliest first.

    Only words that the model knows after `before` are thought of.
    """
    model = ngram.load()
    known = model.successors(before >> 2)
    known = known[known >= len(ngram.CLASSES)] * 4
    value = model.score([np.full(len(known), before)], known)
    value += model.score([known], np.full(len(known), after))
    return tuple(known[np.argsort(-value)[:20]].tolist())


def probability(odds: float) -> float:
    """Return the probability for log-odds, without overflow."""
    return 1 / (1 + math.exp(-max(min(odds, 50.0), -50.0)))
