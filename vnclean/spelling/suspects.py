"""The words of a text that may be misspelt: what the prefilter finds, or what a close reading does.

The prefilter knows words and pairs of neighbours; clean text has some 900 suspects in a megabyte.
A close reading takes every word that the language model finds unlikely; it costs fifty times more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from vnclean.language import ngram
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import parse
from vnclean.spelling import context_network
from vnclean.spelling.context_network import Floats
from vnclean.spelling.lexicon import (
    UNSEEN,
    has_marks,
    is_unknown,
    is_unseen,
    prefilter_words,
    suspect_pairs,
)
from vnclean.spelling.scorer import log_probabilities, misfits
from vnclean.spelling.tokens import BREAK, EDGE, Token, around, canonical, tokenise
from vnclean.spelling.word_lookup import Found

__all__ = [
    "Suspect",
    "SuspectPair",
    "Suspects",
    "Terms",
    "suspect_pair",
    "suspects",
    "terms",
    "unlikely_words",
]

UNLIKELY = -8.0
"""Log-probability below which a word is a suspect of a close reading."""

UNLIKELY_BOTH = -5.5, -6.0
"""The same for a word and the one after it, both unlikely."""

MISFIT = -6.0
"""Log-odds of the context network alone from which a thorough reading suspects a word."""

ERROR_RATE = 6e-4
"""Misspellings per word in edited text."""

PSEUDO_ERRORS, PSEUDO_WORDS = 0.6, 1000
"""What is added to the counts of a text before its own rate of misspellings is taken."""


OFTEN = 3, 50_000
"""A form that a text has so often, and once more in so many characters, is a term."""


class Suspect(NamedTuple):
    """A word that may be misspelt."""

    place: int
    """Its number among the tokens."""
    right: str = ""
    """The word that stands in the right pair, where it is one of a misspelt pair."""
    evidence: int = 0
    """What speaks against the pair: 0 or one of UNSEEN, SEEN, SURE, CURATED."""


class Terms:
    """The forms (lower case) that a text has so often that they are terms of its subject."""

    def __init__(self, text: str, forms: Callable[[], Iterable[str]]) -> None:
        """Take a text and what gives the forms that count; they are counted when asked for."""
        self._least = OFTEN[0] + len(text) // OFTEN[1]
        self._forms = forms
        self._counts: Counter[str] | None = None
        self.met: set[str] = set()
        """Those that were asked for."""

    def __contains__(self, form: str) -> bool:
        if self._counts is None:
            self._counts = Counter(self._forms())
        if self._counts[form] < self._least:
            return False
        self.met.add(form)
        return True


def terms(text: str, found: Found | None = None) -> Terms:
    """Return the terms of a text among the words that the prefilter finds (`found`, if asked)."""
    return Terms(
        text,
        lambda: (
            form
            for start, end in (found or prefilter_words(text)).words
            if is_unknown(form := text[start:end].lower())
        ),
    )


class Suspects(NamedTuple):
    """The suspects of a text among the tokens around them."""

    tokens: list[Token]
    words: list[Suspect]
    doubled: list[int]
    """Places of words that are followed by themselves."""
    terms: Terms
    """What is no misspelling, since the text has it so often."""
    noise: float = 0.0
    """Log-odds added to each correction: more than 0 where the text has many misspellings."""
    states: Floats | None = None
    """What the context network asks for in each place (float32[tokens, width]), if it was read."""


class SuspectPair(NamedTuple):
    """Two neighbours that hardly belong together, and the right ones (none: one is doubled)."""

    start: int
    middle: int
    end: int
    words: tuple[str, str]
    right: tuple[str, ...]
    evidence: int


def suspect_pair(text: str, start: int, middle: int, end: int) -> SuspectPair | None:
    """Return what is known of a pair that the prefilter found; None where it is none after all."""
    if text[middle] != " ":
        return None
    if text[start].isupper() and not text[start + 1].isupper():
        before = text[max(start - 4, 0) : start].rstrip(" \"“‘'(-–*•")
        if before and before[-1] not in ".?!:;…\n":
            return None  # a name, which can be anything
    words = canonical(text[start:middle]), canonical(text[middle + 1 : end])
    if words[0] == words[1]:
        return SuspectPair(start, middle, end, words, (), 0)
    right, evidence = suspect_pairs().get(" ".join(words), ("", 0))
    if right:
        return SuspectPair(start, middle, end, words, tuple(right.split(" ")), evidence)
    if is_unseen(*words):
        return SuspectPair(start, middle, end, words, words, UNSEEN)
    return None  # another pair has the same hash


def suspects(text: str, found: Found, usual: Terms) -> Suspects | None:
    """Return the suspects of a text among what the prefilter found; None: there is none."""
    unknown, pair_spans, _ = found
    words = [span for span in unknown if is_unknown(text[span[0] : span[1]])]
    pairs = [pair for span in pair_spans if (pair := suspect_pair(text, *span))]
    spans = sorted([*words, *((pair.start, pair.end) for pair in pairs)])
    if not spans:
        return None
    tokens = around(text, spans)
    places = {token.start: number for number, token in enumerate(tokens)}
    doubled: list[int] = []
    by_place: dict[int, Suspect] = {}
    for pair in pairs:
        place = places.get(pair.start)
        if place is None or places.get(pair.middle + 1) != place + 1:
            continue
        if not pair.right:
            doubled.append(place)
            continue
        for at, word, right in zip((place, place + 1), pair.words, pair.right, strict=True):
            if pair.evidence == UNSEEN:
                by_place.setdefault(at, Suspect(at, "", UNSEEN))
            elif word != right:
                by_place[at] = Suspect(at, right, pair.evidence)
            else:
                by_place.setdefault(at, Suspect(at))
    for start, _ in words:
        if start in places:
            by_place.setdefault(places[start], Suspect(places[start]))
    return Suspects(tokens, [by_place[place] for place in sorted(by_place)], doubled, usual)


def unlikely_words(
    text: str, parts: Iterable[tuple[int, int]], certain: int, thorough: bool
) -> Suspects:
    """Return the words in some parts of a text that the models find unlikely.

    `certain` is the number of misspellings that were found before; where there are many, more is
    likely one. Only a thorough reading asks the context network.
    """
    tokens: list[Token] = []
    for start, end in parts:
        tokens += [*tokenise(text, start, end), *BREAK]
    codes = np.array([token.code for token in tokens])
    low = log_probabilities(codes)
    after = np.r_[low[1:], 0.0]
    unlikely = (low < UNLIKELY) | ((low < UNLIKELY_BOTH[0]) & (after < UNLIKELY_BOTH[1]))
    places = np.flatnonzero(unlikely).tolist()
    states = None
    if thorough:
        states = context_network.load().states(codes)
        every = [place for place in range(len(tokens)) if _may_be_misspelt(tokens, place)]
        hits = misfits(states[every], [canonical(tokens[place].text) for place in every], MISFIT)
        places = sorted({*places, *(every[hit] for hit in hits)})
    words = [Suspect(place) for place in places if _may_be_misspelt(tokens, place)]
    rate = (certain + PSEUDO_ERRORS) / (len(tokens) + PSEUDO_WORDS)
    noise = math.log(max(1.0, rate / ERROR_RATE))
    usual = Terms(text, lambda: (token.text.lower() for token in tokens))
    return Suspects(tokens, words, [], usual, noise, states)


def _may_be_misspelt(tokens: list[Token], place: int) -> bool:
    """Say whether an unlikely word may be a misspelling: a syllable, or hardly foreign."""
    token = tokens[place]
    first = place == 0 or tokens[place - 1].code == EDGE
    if not (token.text.islower() or (first and token.code & 3 == ngram.TITLE)):
        return False
    word = canonical(token.text)
    if word in syllables_in_use() or parse(word) is not None:
        return True
    if has_marks(token.text):
        return is_unknown(token.text)
    return token.code >> 2 == ngram.FOREIGN and len(token.text) > 3
