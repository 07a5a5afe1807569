"""The words of a text that may be misspelt: what the prefilter finds, or what a close reading does.

The prefilter knows words and pairs of neighbours; clean text has some 900 suspects in a megabyte.
A close reading takes every word that the language model finds unlikely; it costs fifty times more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from vnclean.caches import cached_table
from vnclean.core.suspects import LETTERS as ALL_LETTERS
from vnclean.core.suspects import LOWER, MISSPELT, OURS, UNKNOWN, Reading, WordTable
from vnclean.core.tokens import stretches
from vnclean.language import ngram
from vnclean.language.alphabet import strip_tones
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import parse, toneless_table
from vnclean.spelling import context_network
from vnclean.spelling.context_network import Floats
from vnclean.spelling.lexicon import (
    OUR_LETTERS,
    UNSEEN,
    doubtful_words,
    foreign_words,
    has_marks,
    is_unknown,
    is_unseen,
    prefilter_words,
    suspect_pairs,
)
from vnclean.spelling.scorer import confusion_set, misfits, with_candidates
from vnclean.spelling.tokens import REACH, canonical
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
    "word_table",
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


@cached_table
def word_table() -> WordTable:
    """Return what the core knows of words: those of the inventory, others as they are met."""
    model = ngram.load()
    table = WordTable(
        model.core,
        OUR_LETTERS,
        strip_tones(OUR_LETTERS),
        model.vocabulary,
        syllables_in_use(),
        doubtful_words(),
        foreign_words(),
        toneless_table(),
        _describe,
        lambda word: confusion_set(canonical(word)).core,
    )
    return with_candidates(table)


def _describe(word: str) -> tuple[int, int]:
    """Return the code of a word or sign, and the bits that say what it is."""
    form, code, strange = canonical(word), ngram.load().code(word), is_unknown(word)
    marked = has_marks(word)
    spelt = form in syllables_in_use()
    if not (may_be_misspelt := spelt or parse(form) is not None):
        # Hardly a word of another language.
        foreign = code >> 2 == ngram.FOREIGN and len(word) > 3
        may_be_misspelt = strange if marked else foreign
    bits = (
        (OURS, marked and spelt),
        (ALL_LETTERS, len(word) > 1 and word.isalpha()),
        (MISSPELT, may_be_misspelt),
        (LOWER, word.islower()),
        (UNKNOWN, strange),
    )
    return code, sum(bit for bit, holds in bits if holds)


class Terms:
    """The forms (lower case) that a text has so often that they are terms of its subject."""

    def __init__(self, text: str, often: Callable[[int], frozenset[str]]) -> None:
        """Take a text, and what gives the forms of which it has so many; asked once, if at all."""
        self._least = OFTEN[0] + len(text) // OFTEN[1]
        self._often = often
        self._forms: frozenset[str] | None = None
        self.met: set[str] = set()
        """Those that were asked for."""

    def __contains__(self, form: str) -> bool:
        if self._forms is None:
            self._forms = self._often(self._least)
        if form not in self._forms:
            return False
        self.met.add(form)
        return True


def terms(text: str, found: Found | None = None) -> Terms:
    """Return the terms of a text among the words that the prefilter finds (`found`, if asked)."""
    return Terms(
        text,
        lambda least: word_table().often(text, (found or prefilter_words(text)).words, least),
    )


class Suspects(NamedTuple):
    """The suspects of a text among the tokens around them."""

    tokens: Reading
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
    words = word_table().unknown(text, unknown)
    pairs = [pair for span in pair_spans if (pair := suspect_pair(text, *span))]
    spans = sorted([*words, *((pair.start, pair.end) for pair in pairs)])
    if not spans:
        return None
    tokens = Reading(word_table(), text, stretches(text, spans, REACH))
    doubled: list[int] = []
    by_place: dict[int, Suspect] = {}
    for pair in pairs:
        place = tokens.place(pair.start)
        if place < 0 or tokens.place(pair.middle + 1) != place + 1:
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
        if (place := tokens.place(start)) >= 0:
            by_place.setdefault(place, Suspect(place))
    return Suspects(tokens, [by_place[place] for place in sorted(by_place)], doubled, usual)


def unlikely_words(
    text: str,
    parts: Iterable[tuple[int, int]],
    certain: int,
    thorough: bool,
    decided: Iterable[int] = (),
) -> Suspects:
    """Return the words in some parts of a text that the models find unlikely.

    `certain` is the number of misspellings that were found before; where there are many, more is
    likely one. Where words begin that are `decided`, nothing more is asked. Only a thorough reading
    asks the context network.
    """
    tokens = Reading(word_table(), text, parts)
    places = tokens.unlikely(UNLIKELY, *UNLIKELY_BOTH)
    if decided:
        places = sorted(set(places).difference(map(tokens.place, decided)))
    states = None
    if thorough:
        states = context_network.load().states(tokens.codes)
        every = tokens.misspellable()
        forms = [canonical(tokens.token(place).text) for place in every]
        hits = misfits(states[every], forms, MISFIT)
        places = sorted({*places, *(every[hit] for hit in hits)})
    rate = (certain + PSEUDO_ERRORS) / (len(tokens) + PSEUDO_WORDS)
    noise = math.log(max(1.0, rate / ERROR_RATE))
    usual = Terms(text, tokens.often)
    return Suspects(tokens, list(map(Suspect, places)), [], usual, noise, states)
