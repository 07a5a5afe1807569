"""Words for damaged tokens: candidates are decoded in context, ranked, their posteriors calibrated.

Every repair that has to choose among words goes this way. It says which candidates a slot has and
whether what comes out is applied; how words follow each other is the language model's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from vnclean.repair.calibration import calibrated
from vnclean.transform import Edit, Safety

__all__ = ["Candidate", "DecodedWord", "Slot", "decode_words", "log_sum", "word_edit"]

RANKED_BELOW = 0.999
"""Posterior from which the runners-up of a slot are not named: together they have the rest."""

MAX_ALTERNATIVES = 3
"""Runners-up that an edit names at most."""


class Candidate(NamedTuple):
    """A surface, its code for the decoder (negative: none), and its channel log-probability."""

    surface: str
    code: int
    score: float


class Slot(NamedTuple):
    """A stretch of a text (`start`, `end` in characters, `shown` there) and its candidates.

    `channel` names the calibration curve; without one the posterior is the confidence. Slots of one
    `group` (a line, a text) are as hard as the mean posterior of their repairs says.
    """

    start: int
    end: int
    shown: str
    candidates: tuple[Candidate, ...]
    channel: str = ""
    group: int = 0


class DecodedWord(NamedTuple):
    """The best candidate of a slot, its posterior, and the calibrated confidence in it (0 to 1).

    `ranked` holds (surface, posterior) of all candidates, the best first; it is empty where the
    best is what stands there, or where its posterior leaves the others next to nothing.
    """

    slot: Slot
    best: Candidate
    posterior: float
    confidence: float
    ranked: tuple[tuple[str, float], ...]

    @property
    def is_repair(self) -> bool:
        """Whether the best candidate is another word than what stands there."""
        return self.best.surface != self.slot.shown

    def edit(self, rule: str, applied: bool) -> Edit:
        """Return the edit that puts the word in its place, as a suggestion where not applied."""
        start, end = self.slot.start, self.slot.end
        others = self.ranked[1 : MAX_ALTERNATIVES + 1]
        return word_edit(start, end, self.best.surface, rule, self.confidence, applied, others)


def word_edit(
    start: int,
    end: int,
    word: str,
    rule: str,
    confidence: float,
    applied: bool,
    others: Sequence[tuple[str, float]],
) -> Edit:
    """Return the edit that puts a word in its place, as a suggestion where not applied.

    `others` are the runners-up with their posteriors, the best first.
    """
    safety = Safety.LIKELY if applied else Safety.SUGGEST
    rounded = tuple([(other, round(p, 4)) for other, p in others])
    return Edit(start, end, word, rule, confidence, safety, rounded)


def log_sum(values: Iterable[float]) -> float:
    """Return the logarithm of the sum of probabilities given as logarithms.

    >>> round(log_sum([log(0.25), log(0.25)]), 3) == round(log(0.5), 3)
    True
    """
    held = list(values)
    top = max(held)
    return top + log(sum(exp(value - top) for value in held))


def decode_words(sequence: Iterable[Slot | int]) -> list[DecodedWord]:
    """Decode all slots of a sequence together and return a word for each, in their order.

    Between the slots stand the codes of words that are not in doubt; negative ones are left out.
    A slot whose candidates have no codes is decided by its channel alone.

    >>> from vnclean.language import ngram
    >>> code = ngram.load().code
    >>> candidates = tuple(Candidate(s, code(s), 0.0) for s in ("nước", "nuốc"))
    >>> [word] = decode_words([code("Việt"), code("đất"), Slot(9, 13, "n??c", candidates)])
    >>> word.best.surface, word.is_repair, word.posterior > 0.9
    ('nước', True, True)
    """
    from vnclean.language import ngram
    from vnclean.repair import decoder

    table = decoder.Candidates()
    rows: list[int] = []
    row_of: dict[int, int] = {}  # by identity: slots of equal tokens share their candidates
    placed: list[tuple[Slot, int]] = []
    for item in sequence:
        if isinstance(item, int):
            if item >= 0:
                rows.append(table.fixed(item))
            continue
        candidates = item.candidates
        if candidates[0].code < 0:
            placed.append((item, -1))
            continue
        row = row_of.get(id(candidates))
        if row is None:
            row = row_of[id(candidates)] = table.add_options(candidates)
        placed.append((item, len(rows)))
        rows.append(row)
    decoded = decoder.decode(rows, table, ngram.load())
    best, posteriors = decoded.best.tolist(), decoded.confidence.tolist()
    found: list[tuple[Slot, Candidate, float, list[tuple[int, float]]]] = []
    total: dict[int, float] = {}
    count: dict[int, int] = {}
    for slot, place in placed:
        ranked: list[tuple[int, float]] = []
        if place < 0:
            ranked = _ranked_by_channel(slot.candidates)
            number, posterior = ranked[0]
        else:
            number, posterior = best[place], posteriors[place]
        chosen = slot.candidates[number]
        if chosen.surface != slot.shown:
            total[slot.group] = total.get(slot.group, 0.0) + posterior
            count[slot.group] = count.get(slot.group, 0) + 1
            if place >= 0 and posterior < RANKED_BELOW:
                ranked = decoded.ranked(place)
        found.append((slot, chosen, posterior, ranked))
    words: list[DecodedWord] = []
    for slot, chosen, posterior, ranked in found:
        confidence = posterior
        if chosen.surface != slot.shown and slot.channel:
            mean = total[slot.group] / count[slot.group]
            confidence = calibrated(slot.channel, posterior, mean)
        named = tuple((slot.candidates[number].surface, p) for number, p in ranked)
        words.append(DecodedWord(slot, chosen, posterior, confidence, named))
    return words


def _ranked_by_channel(candidates: tuple[Candidate, ...]) -> list[tuple[int, float]]:
    whole = log_sum(candidate.score for candidate in candidates)
    pairs = [(number, exp(each.score - whole)) for number, each in enumerate(candidates)]
    return sorted(pairs, key=lambda pair: -pair[1])
