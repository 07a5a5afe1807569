"""The judge: what a word in doubt should be, by the language model and the likelihood of a slip.

For every word in doubt there are the word as it stands and all syllables that one slip may have
turned into it. Each is tried in its place: the model says how likely it is there and how likely it
makes the words after it; the slip says how often such a slip is made. The posterior follows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached
from vnclean.language import ngram
from vnclean.spelling import context_network
from vnclean.spelling.lexicon import LOG_RATES, doubtful_words
from vnclean.spelling.misspelling_table import sources

__all__ = [
    "EDGE",
    "HOPELESS",
    "UNSURE",
    "Odds",
    "Row",
    "Slot",
    "echoes",
    "judge",
    "judge_closely",
    "likelihoods",
    "misfits",
    "probability",
    "surprise",
    "weigh",
]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
EDGE = ngram.BOUNDARY * 4
"""The code of a sentence's edge."""

STRANGE = -11.0
"""Log-probability of one certain strange word among all: what a class of the model lacks."""

DOUBTFUL = -3.0
"""Log-probability that a syllable which is a misspelling more often than a word is meant."""

HOPELESS = -8.0
"""Log-odds by pairs of words alone below which a candidate is hardly ever the right one."""

NEAR, FAR, BASE = 0.7, 0.4, 0.3
"""Where the context model has a say too: the weights of the n-grams and of the context model, and
what is added to the log-odds of every slip. `training/context.py --fit` fits them."""

UNSURE = -6.0, 6.0
"""Log-odds of the n-grams between which the context model is worth asking."""


class Row(NamedTuple):
    """What may be meant by a word: itself, and what one slip may have made it of."""

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    codes: Array
    rates: Array


@cached(1 << 14)
def _row(word: str) -> Row:
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
    return Row(words, kinds, np.array(codes), np.array(rates))


Odds = tuple[tuple[str, str, float], ...]
"""What may stand in a place: (word, kind of slip, log-odds against what stands there)."""

_Key = tuple[str, tuple[int, ...], float]
_KNOWN: dict[_Key, Odds] = {}
_MOST = 1 << 15
"""Verdicts that are remembered: texts repeat themselves, and are looked at more than once."""


def judge(
    codes: Sequence[int],
    places: Sequence[int],
    words: Sequence[str],
    floors: Sequence[float] | None = None,
) -> list[Odds]:
    """Judge words in doubt: `codes` are the model's codes of a text, `places` index into them.

    `words` are the lower-case forms (old style) of those places. What the pairs with its
    neighbours alone make less likely than `floors` (log-odds, default `HOPELESS`) is left out.
    Returned is for each place what may stand there, the best first.
    """
    padded = [EDGE] * 3 + list(codes) + [EDGE] * 3
    keys = [
        (word, tuple(padded[place : place + 7]), floor)
        for word, place, floor in zip(
            words, places, floors or [HOPELESS] * len(places), strict=True
        )
    ]
    new = [key for key in dict.fromkeys(keys) if key not in _KNOWN]
    found = dict(zip(new, _judged(new), strict=True)) if new else {}
    verdicts = [found.get(key) or _KNOWN.get(key, ()) for key in keys]
    if len(_KNOWN) + len(found) > _MOST:
        _KNOWN.clear()
    if len(found) <= _MOST:
        _KNOWN.update(found)
    return verdicts


def _judged(keys: Sequence[_Key]) -> list[Odds]:
    """Return the verdict for each word among its neighbours, in a few calls of the model."""
    model = ngram.load()
    rows = [_row(word) for word, _, _ in keys]
    widths = [len(row.codes) for row in rows]
    # A line for each candidate: three words, itself, three words; the word as it stands first.
    lines = np.array([window for _, window, _ in keys]).repeat(widths, axis=0)
    lines[:, 3] &= 3
    lines[:, 3] += np.concatenate([row.codes for row in rows])
    rates = np.concatenate([row.rates for row in rows])
    size = len(lines)
    flat = lines.T.ravel()
    each = np.arange(len(flat))
    grams = model.pairs(flat, each[:-size], each[size:])
    alone = grams.value[2 * size :].reshape(4, size).sum(0, dtype=np.float64) + rates
    firsts = np.cumsum([0, *widths[:-1]])
    alone -= alone[firsts].repeat(widths)
    keep = (alone >= np.repeat([floor for _, _, floor in keys], widths)).nonzero()[0]
    if len(keep) == len(rows):
        return [()] * len(rows)
    # Of those that are left, the longer n-grams.
    values = np.full(size, -np.inf)
    index = (np.arange(0, 6 * size, size)[:, None] + keep).ravel()
    kept = len(keep)
    grams = ngram.Grams(
        2, grams.keys[index], grams.value[index], grams.known[index], grams.opened[index]
    )
    for count in (5, 4):
        left, right = each[: count * kept], each[kept : (count + 1) * kept]
        grams = model.join(grams, grams, left, right)
    values[keep] = grams.value.reshape(4, kept).sum(0, dtype=np.float64) + rates[keep]
    values -= values[firsts].repeat(widths)
    verdicts = []
    for row, width, begin in zip(rows, widths, firsts.tolist(), strict=True):
        odds = values[begin : begin + width].tolist()
        best = sorted((-value, k) for k, value in enumerate(odds) if k and value > -math.inf)[:5]
        verdicts.append(tuple((row.words[k], row.kinds[k], -value) for value, k in best))
    return verdicts


def judge_closely(
    codes: Array, places: Sequence[int], words: Sequence[str], states: Floats
) -> list[Odds]:
    """Judge words as `judge` does, with what the context model says (`states`, a row for each)."""
    if not len(places):
        return []
    near, rates, rows, owner = weigh(codes, places, words)
    ids = np.concatenate([row.codes for row in rows]) >> 2
    values = NEAR * near + FAR * context_network.load().fits(states, owner, ids) + rates + BASE
    verdicts = []
    begin = 0
    for row in rows:
        odds = values[begin : begin + len(row.codes)]
        odds = odds - (odds[0] - BASE)
        begin += len(row.codes)
        best = (np.argsort(-odds[1:], kind="stable")[:5] + 1).tolist()
        verdicts.append(tuple((row.words[k], row.kinds[k], float(odds[k])) for k in best))
    return verdicts


def weigh(
    codes: Array, places: Sequence[int], words: Sequence[str]
) -> tuple[Array, Array, list[Row], Array]:
    """Return what the language model says of all candidates of some places, one after another.

    Log-probabilities with the words after it, log-rates of the slips, the candidates of each
    place (the word as it stands is the first), and to which place each candidate belongs.
    """
    padded = np.r_[[EDGE] * 3, codes, [EDGE] * 3]
    rows = [_row(word) for word in words]
    at = np.asarray(places) + 3
    owner = np.repeat(np.arange(len(rows)), [len(row.codes) for row in rows])
    where = at[owner]
    near = {back: padded[where + back] for back in (-3, -2, -1, 1, 2, 3)}
    near[0] = np.concatenate([row.codes for row in rows]) + (padded[at] & 3)[owner]
    around = [np.concatenate([near[target - back] for target in range(4)]) for back in (3, 2, 1)]
    scores = ngram.load().score(around, np.concatenate([near[target] for target in range(4)]))
    total = scores.reshape(4, -1).sum(0).astype(np.float64)
    return total, np.concatenate([row.rates for row in rows]), rows, owner


def misfits(states: Floats, words: Sequence[str], least: float) -> list[int]:
    """Return the numbers of the words in whose place the context model finds another likelier.

    `states` has a row for each word; `least` are the log-odds, the rate of the slip included.
    """
    rows = [_row(word) for word in words]
    if not rows:
        return []
    widths = np.array([len(row.codes) for row in rows])
    owner = np.repeat(np.arange(len(rows)), widths)
    ids = np.concatenate([row.codes for row in rows]) >> 2
    values = context_network.load().fits(states, owner, ids).astype(np.float64)
    values += np.concatenate([row.rates for row in rows])
    starts = np.cumsum(widths) - widths
    stays = values[starts]
    values[starts] = -np.inf
    hits: list[int] = np.flatnonzero(np.maximum.reduceat(values, starts) - stays >= least).tolist()
    return hits


class Slot(NamedTuple):
    """A place and what may stand in it, as codes of the model."""

    before: Sequence[int]
    """Up to three codes, the nearest last."""
    middles: Sequence[Sequence[int]]
    after: Sequence[int]
    """Up to three codes, the nearest first."""


def likelihoods(slots: Sequence[Slot]) -> list[list[float]]:
    """Return for each slot the log-probability of each middle, and of its neighbours with it."""
    targets: list[int] = []
    earlier: tuple[list[int], list[int], list[int]] = ([], [], [])
    sizes: list[int] = []
    for slot in slots:
        left = ([EDGE] * 3 + list(slot.before))[-3:]
        right = (list(slot.after) + [EDGE] * 3)[:3]
        for middle in slot.middles:
            row = [*left, *middle, *right]
            targets += row[3:]
            sizes.append(len(row) - 3)
            for back, column in zip((3, 2, 1), earlier, strict=True):
                column += row[3 - back : -back]
    if not sizes:
        return [[] for _ in slots]
    scores = ngram.load().score([np.array(column) for column in earlier], np.array(targets))
    begins = np.cumsum([0, *sizes[:-1]])
    sums = iter(np.add.reduceat(scores.astype(np.float64), begins).tolist())
    return [[next(sums) for _ in slot.middles] for slot in slots]


def surprise(codes: Array) -> Array:
    """Return the log-probability of each code after the three before it."""
    padded = np.concatenate([[EDGE] * 3, codes])
    result: Array = ngram.load().score([padded[:-3], padded[1:-2], padded[2:-1]], padded[3:])
    return result


@cached(1 << 12)
def echoes(word: int, right: int) -> tuple[int, ...]:
    """Return codes that fit after `word` and before `right`: what a doubled word may stand for.

    Only words that the model knows after `word` are thought of.
    """
    model = ngram.load()
    every = np.arange(len(ngram.CLASSES), len(model.vocabulary)) * 4
    held, _, value = model.tied(np.array([word]), np.array([len(every)]), every)
    known = every[held]
    value = value + model.score([known], np.full(len(known), right))
    return tuple(known[np.argsort(-value)[:20]].tolist())


def probability(odds: float) -> float:
    """Return the probability for log-odds, without overflow."""
    return 1 / (1 + math.exp(-max(min(odds, 50.0), -50.0)))
