"""Emissions and candidates the slow, obvious way: dictionaries, one channel after the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log

Channel = Callable[[str], str]

TOKEN = re.compile(r"(?:[^\W\d_]|[?\ufffd])+|\d+(?:[.,:/]\d+)*|\n|[^\S\n]+|.", re.DOTALL)
"""A run of letters and marks, a number, a line feed, a run of other blanks, or a character."""


def read(text: str, begins: Sequence[int]) -> list[tuple[str, int, int]]:
    """Return the tokens of a text, where they begin in the document, and their lines."""
    found = []
    for number, (line, begin) in enumerate(zip(text.split("\n"), begins, strict=True)):
        found += [(token[0], begin + token.start(), number) for token in TOKEN.finditer(line)]
        found.append(("\n", begin + len(line), number))
    return found[:-1]


def said_of(
    token: str, place: Mapping[str, int], logs: Sequence[float], nats: Mapping[str, float]
) -> tuple[float, bool, bool, int, float]:
    """Return what clean text says of a token in the small world of the tests.

    Its log-probability, whether it is a word, whether only damage explains it; then its code and
    log-probability as a candidate (-1: it is none).
    """
    stem = token.strip("?\ufffd")
    marked = "?" in token or "\ufffd" in token
    if len(token) > 4 or not (marked or token[0].isalpha()):
        return 0.0, False, False, -1, 0.0
    known = logs[place[stem]] if stem in place else nats["strange"]
    clean, damaged = known, False
    if not stem:
        clean, damaged = 0.0 if len(token) == 1 else nats["several"], "\ufffd" in token
    elif "\ufffd" in token:
        clean, damaged = nats["unexplained"], True
    elif "?" in stem:
        parts = [part for part in stem.split("?") if part]
        glued = nats["glued"] + sum(logs[place[part]] for part in parts if part in place)
        damaged = any(len(part) < 2 or part not in place for part in parts)
        clean = nats["unexplained"] if damaged else max(glued, nats["unexplained"])
    elif token[0] == "?":
        clean, damaged = nats["unexplained"], stem[0].islower()
    elif marked:
        clean, damaged = known + nats["punctuation"], stem.lower() == "b"
    if damaged:
        return clean, bool(stem), True, -1, 0.0
    if not stem:
        return clean, False, False, 4, len(token) * nats["alone"]
    score = nats["punctuation"] if stem != token else 0.0
    score += 0.0 if stem in place else nats["stranger"]
    return clean, True, False, 40 + len(stem) % 10, score


@dataclass
class Word:
    """What is known of a token; candidates are (surface number, left, right, score)."""

    clean: float
    by_channel: list[float]
    candidates: dict[int, list[tuple[int, int, int, float]]] = field(default_factory=dict)


def log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + log(sum(exp(value - top) for value in values))


@dataclass
class Emissions:
    """The inverse of some channels; surfaces from number `common` on are rare."""

    surfaces: list[str]
    common: int
    channels: list[Channel]
    shares: list[float]
    logs: list[float]
    edge: float
    nothing: float

    def word(self, token: str, lead: int, trail: int, clean: float, damaged: bool) -> Word:
        word = Word(clean, [])
        for number, channel in enumerate(self.channels):
            found = []
            for left in range(lead + 1):
                for right in range(trail + 1):
                    form = token[left : len(token) - right]
                    cost = self.edge * ((left > 0) + (right > 0))
                    found += [
                        (n, left, right, self.shares[n] + cost)
                        for n in self._sources(channel, form)
                    ]
            parts = [self.logs[n] + (self.edge if a or b else 0.0) for n, a, b, _ in found]
            if channel(token) == token and not damaged:
                parts.append(clean)
            word.by_channel.append(log_sum(parts) if parts else self.nothing)
            if found:
                word.candidates[number] = found
        return word

    def _sources(self, channel: Channel, form: str) -> list[int]:
        numbers = [
            n for n, surface in enumerate(self.surfaces) if channel(surface) == form != surface
        ]
        return [n for n in numbers if n < self.common] or numbers

    def mixed(
        self,
        word: Word,
        token: str,
        own: float,
        mixture: tuple[Sequence[int], Sequence[float], float],
    ) -> list[tuple[int | None, float]]:
        """Return surface (None: the token) and log-probability of each candidate."""
        channels, weights, as_is = mixture
        parts: dict[tuple[int, int, int], list[float]] = {}
        for channel, weight in zip(channels, weights, strict=True):
            for n, left, right, score in word.candidates.get(channel, ()):
                parts.setdefault((n, left, right), []).append(weight + score)
        kept = [as_is + own]
        kept += [
            weight + own
            for channel, weight in zip(channels, weights, strict=True)
            if self.channels[channel](token) == token
        ]
        found: list[tuple[int | None, float]] = [(k[0], log_sum(each)) for k, each in parts.items()]
        return [*found, (None, log_sum(kept))] if found else []
