"""What a damaged token may have been: the channels run backwards.

The inventory is pushed through each channel once; what falls out is the inverse index, damaged
form -> surfaces. Nothing here knows about context: it says what each channel could have done to a
token, and how likely the token is under it; the evidence and the decoder choose.
"""

from __future__ import annotations

import re
from math import log
from typing import TYPE_CHECKING, NamedTuple

from vnclean.caches import cached
from vnclean.channels import CHANNELS
from vnclean.language.syllable import ONSETS
from vnclean.repair.surface_forms import Inventory, inventory, is_syllable
from vnclean.repair.word_decoder import Candidate, log_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["MARKS", "TOKEN", "ChannelMixture", "ChannelModel", "Emission", "channel_model"]

MARKS = "?\ufffd"
"""The characters that stand where a letter was lost."""

TOKEN = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+|\d+(?:[.,:/]\d+)*|\n|[^\S\n]+|.", re.DOTALL)
"""Cuts a text into words (with lost letters), numbers, line feeds, blanks and single others;
every character is in one token."""

FOREIGN_NATS = -16.0
"""Log-probability of one word that the model doesn't know, where nothing speaks against it."""

NOTHING_NATS = -21.0
"""Log-probability of a token that a channel can't bring forth."""

UNEXPLAINED_NATS = -24.0
"""Log-probability that clean text holds a certain word with a mark in the middle."""

PUNCTUATION_NATS = log(0.004)
"""Log-probability that a mark at the edge of a word is punctuation: a question mark, or what is
left of a curly quote, a dash, an ellipsis."""

ALONE_NATS = log(0.05)
"""Log-probability that a mark that stands alone is punctuation, for each mark."""

GLUED_NATS = log(1e-4)
"""Log-probability that a question mark stands between two words with no blank."""

_CLUSTERS = frozenset(onset for onset in ONSETS if len(onset) > 1)
"""What can't be a word: before a question mark, the vowel is gone."""

MAX_TOKENS = 200_000
"""Distinct tokens that are remembered."""

MAX_TOKEN_CHARS = 40
"""Characters of a token that is looked at; a longer one is nobody's word."""


class Emission(NamedTuple):
    """What clean text and each channel say of a token, without context, as log-probabilities.

    `clean` is for clean text, `by_channel` for each channel in the order of
    `ChannelModel.channels`. `candidates` holds for each channel that explains the token as damaged
    what it was. `damaged`: no clean text explains it. `itself`: the token as a candidate where it
    may be right; `unchanged`: whether each channel leaves the token as it is.
    """

    token: str
    clean: float
    by_channel: tuple[float, ...]
    candidates: dict[int, tuple[Candidate, ...]]
    damaged: bool
    itself: Candidate | None
    unchanged: tuple[bool, ...]
    is_word: bool


class ChannelMixture(NamedTuple):
    """The channels to decode a line with: their numbers, log-weights, and that of no damage."""

    channels: tuple[int, ...]
    weights: tuple[float, ...]
    as_is: float


class _InverseChannel:
    """The inverse of one channel: damaged form -> numbers of the surfaces it may come from."""

    def __init__(self, inventory: Inventory, name: str) -> None:
        self._inventory = inventory
        self._channel = CHANNELS[name]
        self._common = self._build(inventory.common)
        self._rare: dict[str, list[int]] | None = None

    def _build(self, numbers: Sequence[int]) -> dict[str, list[int]]:
        surfaces = [self._inventory.surfaces[n] for n in numbers]
        forms = self._channel("\n".join(surfaces)).split("\n")
        found: dict[str, list[int]] = {}
        for n, form, surface in zip(numbers, forms, surfaces, strict=True):
            if form != surface:
                found.setdefault(form, []).append(n)
        return found

    def common(self, form: str) -> list[int]:
        return self._common.get(form, [])

    def rare(self, form: str) -> list[int]:
        """Return surfaces that the model never saw but that can be spelled."""
        if self._rare is None:
            self._rare = self._build(self._inventory.rare)
        return self._rare.get(form, [])


class ChannelModel:
    """Error model of a set of channels: emissions and candidates of tokens, each computed once."""

    def __init__(self, names: Sequence[str]) -> None:
        self.channels = tuple(names)
        self._inventory = inventory()
        self._indexes = [_InverseChannel(self._inventory, name) for name in names]
        self._emissions: dict[str, Emission] = {}
        self._mixed: dict[tuple[str, ChannelMixture], tuple[Candidate, ...]] = {}
        import numpy as np

        from vnclean.language import ngram

        self._code = ngram.load().code
        self._question = ngram.BOUNDARY * 4
        foreign = np.array([ngram.FOREIGN * 4 + shape for shape in range(4)])
        self._stranger = FOREIGN_NATS - log_sum(ngram.load().prior(foreign).tolist())

    def emissions(self, tokens: Iterable[str]) -> dict[str, Emission]:
        """Return what clean text and the channels say of each token."""
        if len(self._emissions) > MAX_TOKENS:
            self._emissions = {}
        known = self._emissions
        missing = [token for token in set(tokens) if token not in known]
        plain = [token for token in missing if "\n" not in token]
        unchanged: dict[str, list[bool]] = {token: [] for token in missing}
        for name in self.channels if plain else ():
            forms = CHANNELS[name]("\n".join(plain)).split("\n")
            for token, form in zip(plain, forms, strict=True):
                unchanged[token].append(token == form)
        for token, same in unchanged.items():
            known[token] = self._emission(token, same)
        return known

    def candidates(self, emission: Emission, mixture: ChannelMixture) -> tuple[Candidate, ...]:
        """Return what a token may have been in a line with these channels; empty: as it is."""
        key = (emission.token, mixture)
        found = self._mixed.get(key)
        if found is None:
            if len(self._mixed) > MAX_TOKENS:
                self._mixed = {}
            found = self._mixed[key] = tuple(_mixed_candidates(emission, mixture))
        return found

    def _emission(self, token: str, same: list[bool]) -> Emission:
        nothing = (0.0,) * len(self.channels)
        stem = token.strip(MARKS)
        marked = len(stem) != len(token) or any(mark in stem for mark in MARKS)
        if (
            len(token) > MAX_TOKEN_CHARS
            or (not stem and not marked)
            or not (marked or stem[:1].isalpha())
        ):
            return Emission(token, 0.0, nothing, {}, False, None, tuple(same), False)
        lead = token[: token.index(stem)] if stem else ""
        trail = token[len(lead) + len(stem) :] if stem else ""
        clean, strong = self._as_it_stands(token, lead, stem, trail)
        kept = None if strong else self._kept(token, stem)
        logs: list[float] = []
        options: dict[int, tuple[Candidate, ...]] = {}
        for number, index in enumerate(self._indexes):
            found = self._candidates(index, token, lead, stem, trail)
            parts = [self._log_of(candidate, stem) for candidate in found]
            if same[number] and not strong:
                parts.append(clean)
            if found:
                options[number] = tuple(found)
            if not stem and not found:
                parts.append(0.0)
            logs.append(log_sum(parts) if parts else NOTHING_NATS)
        if not stem:
            clean = 0.0 if len(token) == 1 else -6.0
            logs = [0.0 for _ in logs]
        return Emission(token, clean, tuple(logs), options, strong, kept, tuple(same), bool(stem))

    def _log_of(self, candidate: Candidate, stem: str) -> float:
        bare = candidate.surface.strip(MARKS)
        number = self._inventory.place.get(bare)
        own = FOREIGN_NATS if number is None else self._inventory.log[number]
        if number is not None and bare != candidate.surface:
            own += PUNCTUATION_NATS
        return own

    def _candidates(
        self, index: _InverseChannel, token: str, lead: str, stem: str, trail: str
    ) -> list[Candidate]:
        """Return what a token was before the damage, punctuation at its edges allowed."""
        found = self._surfaces(index, token, "", "")
        if not stem or not (lead or trail):
            return found
        for left in range(len(lead) + 1):
            for right in range(len(trail) + 1):
                if left + right == 0:
                    continue
                inner = token[left : len(token) - right]
                edge = (token[:left], token[len(token) - right :])
                found += self._surfaces(index, inner, *edge)
        return found

    def _surfaces(
        self, index: _InverseChannel, form: str, before: str, after: str
    ) -> list[Candidate]:
        numbers = index.common(form) or index.rare(form)
        store = self._inventory
        edge = PUNCTUATION_NATS * (bool(before) + bool(after))
        surfaces, codes, within = store.surfaces, store.codes, store.within
        if not edge:
            return [Candidate(surfaces[n], codes[n], within[n]) for n in numbers]
        return [
            Candidate(before + surfaces[n] + after, codes[n], within[n] + edge) for n in numbers
        ]

    def _as_it_stands(self, token: str, lead: str, stem: str, trail: str) -> tuple[float, bool]:
        """Return the log-probability of a token in clean text, and whether nothing explains it."""
        own = self._inventory.place.get(stem)
        value = FOREIGN_NATS if own is None else self._inventory.log[own]
        if not any(mark in token for mark in MARKS):
            return value, False
        if "\ufffd" in token:
            return UNEXPLAINED_NATS, True
        if not any(mark in stem for mark in MARKS):
            if not lead:
                return value + PUNCTUATION_NATS, stem.lower() in _CLUSTERS
            return UNEXPLAINED_NATS, stem[0].islower()
        parts = [part for part in re.split(rf"[{MARKS}]+", stem) if part]
        places = [self._inventory.place.get(part) for part in parts]
        if all(len(part) > 1 and is_syllable(part) for part in parts) and None not in places:
            known = sum(self._inventory.log[n] for n in places if n is not None)
            return max(known + GLUED_NATS, UNEXPLAINED_NATS), False
        return UNEXPLAINED_NATS, True

    def _kept(self, token: str, stem: str) -> Candidate:
        if not stem:
            return Candidate(token, self._question, len(token) * ALONE_NATS)
        score = 0.0 if stem == token else PUNCTUATION_NATS
        code = self._code(stem)
        if stem not in self._inventory.place:
            score += self._stranger  # one of the many words that the code stands for
        return Candidate(token, code if code >= 0 else self._question, score)


def _mixed_candidates(emission: Emission, mixture: ChannelMixture) -> Iterator[Candidate]:
    """Yield the candidates of all channels of a mixture, weighed, and the token itself."""
    scores: dict[str, tuple[int, list[float]]] = {}
    for channel, weight in zip(mixture.channels, mixture.weights, strict=True):
        for surface, code, score in emission.candidates.get(channel, ()):
            scores.setdefault(surface, (code, []))[1].append(weight + score)
    if not scores:
        return
    if (itself := emission.itself) is not None:
        weights = [mixture.as_is + itself.score]
        for channel, weight in zip(mixture.channels, mixture.weights, strict=True):
            if emission.unchanged[channel]:
                weights.append(weight + itself.score)
        scores.setdefault(itself.surface, (itself.code, []))[1].extend(weights)
    for surface, (code, parts) in scores.items():
        yield Candidate(surface, code, log_sum(parts))


@cached(8)
def channel_model(names: tuple[str, ...]) -> ChannelModel:
    """Return the model of a set of channels; the indexes are built once, on the first call."""
    return ChannelModel(names)
