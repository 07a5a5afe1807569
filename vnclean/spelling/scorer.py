"""The scorer: how likely each correction of a word is, as a noisy channel (Kernighan et al. 1990).

For every suspect there are the word as it stands and all syllables that one error may have turned
into it. Each is tried in its place: the language model says how likely it is there and how likely
it makes the words after it, the error model how often such an error is made. Where the n-grams
leave the choice open, the context network has a say too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached, cached_table
from vnclean.core.scorer import Candidates
from vnclean.core.scorer import log_likelihoods as log_likelihoods_of
from vnclean.core.suspects import Reading, WordTable
from vnclean.language import ngram
from vnclean.language.syllable import parse
from vnclean.spelling import context_network, misspelling_table
from vnclean.spelling.lexicon import DOUBTFUL, LOG_RATES, doubtful_words, has_marks
from vnclean.spelling.misspelling_table import ALL_KINDS, with_wrong_marks

__all__ = [
    "HOPELESS",
    "STRANGE",
    "ConfusionSet",
    "Hypothesis",
    "confusion_set",
    "likely_between",
    "log_likelihoods",
    "meant",
    "misfits",
    "probability",
    "score",
    "with_candidates",
]

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]
STRANGE = -11.0
"""Log-probability of one certain strange word among all: what a class of the model lacks."""

IMPOSSIBLE = -14.0
"""The same for one with marks that spells no syllable: no language but ours writes it so."""

HOPELESS = -8.0
"""Log-odds by pairs of words alone below which a candidate is hardly ever the right one."""

NEAR, FAR, BASE = 0.7, 0.4, 0.3
"""Where the context network has a say too: the weights of the n-grams and of the network, and what
is added to the log-odds of every error. `training/context.py --fit` fits them."""

UNSURE = -6.0, 6.0
"""Log-odds of the n-grams between which the context network is worth asking."""


class ConfusionSet(NamedTuple):
    """What may be meant by a word: itself, and what one error may have made it of."""

    word: str
    core: Candidates
    """The codes of the language model and the log-probabilities that each is written so."""

    def word_of(self, number: int) -> str:
        """Return a candidate but the first."""
        return misspelling_table.load().inventory[self.core.source(number)[0]]


class Hypothesis(NamedTuple):
    """What may stand in a place instead of what does; sorted by log-odds."""

    log_odds: float
    text: str
    kind: str
    """The kind of error, as in the names of rules."""


@cached_table
def _codes_and_rates() -> tuple[Array, Array]:
    """Return the code of each word of the table of misspellings, and the log-rate of each kind."""
    ids = ngram.load().id_of
    codes = [ids.get(word, -1) * 4 for word in misspelling_table.load().inventory]
    return np.array(codes, np.int32), np.array([LOG_RATES[kind] for kind in ALL_KINDS])


@cached(1 << 14)
def confusion_set(word: str) -> ConfusionSet:
    """Return the candidates for a lower-case word in the old style, itself the first."""
    model = ngram.load()
    own = model.code(word) & ~3
    strange = own >> 2 in (ngram.UNKNOWN, ngram.FOREIGN)
    if strange and has_marks(word) and parse(word) is None:
        stays = IMPOSSIBLE
    else:
        stays = STRANGE if strange else DOUBTFUL if word in doubtful_words() else 0.0
    table = misspelling_table.load().core
    more = with_wrong_marks(word)
    return ConfusionSet(
        word, table.candidates(model.core, *_codes_and_rates(), word, own, stays, more)
    )


def with_candidates(table: WordTable) -> WordTable:
    """Return a table of words that looks up by itself what `confusion_set` says of most words."""
    table.look_up(
        misspelling_table.load().core,
        *_codes_and_rates(),
        with_wrong_marks,
        (DOUBTFUL, STRANGE, IMPOSSIBLE),
    )
    return table


def meant(tokens: Reading, place: int, number: int) -> tuple[str, str]:
    """Return a candidate for the word of a place, but the first, and the kind of error."""
    word, kind = tokens.source(place, number)
    return misspelling_table.load().inventory[word], ALL_KINDS[kind]


def score(
    tokens: Reading,
    places: Sequence[int],
    floors: Sequence[float],
    odds: Sequence[float],
    prior: float,
    least: float,
    states: Floats | None = None,
    thorough: bool = False,
) -> list[list[tuple[float, int]] | None]:
    """Score the corrections of words among their neighbours, for each word the five likeliest.

    They come with their log-odds, as numbers that `meant` knows. `places` are numbers of tokens.
    What the pairs with its neighbours alone make less likely than `floors` (log-odds) is left out;
    None where the best, with the prior and the odds of its place, is below `least`, unless the word
    is not known. The context network is asked about what the n-grams leave open; `states` is what
    it said of every place, `thorough` has it asked about all.
    """
    weights = NEAR, FAR, BASE
    load = context_network.load
    return tokens.score(places, floors, odds, prior, least, UNSURE, weights, load, states, thorough)


def misfits(states: Floats, words: Sequence[str], least: float) -> list[int]:
    """Return the numbers of the words in whose place the context network finds another likelier.

    `states` has a row for each word; `least` are the log-odds, the rate of the error included.
    """
    sets = [confusion_set(word).core for word in words]
    if not sets:
        return []
    widths = np.array([len(each) for each in sets])
    owner = np.repeat(np.arange(len(sets)), widths)
    ids = _joined(each.codes for each in sets) >> 2
    values = context_network.load().fits(states, owner, ids) + _joined(each.rates for each in sets)
    starts = np.cumsum(widths) - widths
    stays = values[starts]
    values[starts] = -np.inf
    hits: list[int] = np.flatnonzero(np.maximum.reduceat(values, starts) - stays >= least).tolist()
    return hits


def _joined(rows: Iterable[Sequence[float]]) -> Array:
    return np.array(list(chain.from_iterable(rows)))


def log_likelihoods(
    before: Sequence[int], middles: Iterable[Sequence[int]], after: Sequence[int]
) -> list[float]:
    """Return the log-probability of each middle and of the three words after it.

    All are codes of the model; of `before` the last three count.
    """
    return log_likelihoods_of(ngram.load().core, before, middles, after)


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
