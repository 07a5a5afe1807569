"""Half-lossy mojibake, from fragments to words: runs of fragments are cut into slots."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from vnclean.repair.lossy.byte_fragments import FRAGMENT, LOOSE, PUNCTUATION, RUN, fragments
from vnclean.repair.lossy.channel_model import TOKEN
from vnclean.repair.lossy.form_table import inventory
from vnclean.repair.surface_forms import Inventory
from vnclean.repair.word_decoder import Candidate, Slot, log_sum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    import numpy.typing as npt

__all__ = ["FragmentSlots", "line_weights"]

OWN_LETTER_NATS = -3.0
"""Log-probability that a letter which looks like a first byte is itself."""

MERGED_BLANK_NATS = -3.0
"""Log-probability that a no-break space was merged with the blank that followed."""

MARK_NATS = -20.0
"""Log-probability of a curly quote or dash: less than that of any word, so that a fragment which
may also be a letter is one where that makes a word."""

UNKNOWN_PART_NATS = -30.0
"""The same for a letter or fragment of no word, so that any other cut is better."""

MAX_WORD_PARTS = 40
"""Letters of a word at most; the longest that the language model knows has fewer."""

MAX_SPELLINGS = 512
"""Spellings of one word that are looked up."""

CACHED_RUN_CHARS = 80
"""Characters of a run that is remembered."""


class _Part(NamedTuple):
    """A letter or a fragment of a run: where it stands and which letters it may be."""

    start: int
    end: int
    shown: str
    letters: dict[str, float]
    loose: dict[str, float] | None
    """What it may be where its last character doesn't belong to it."""

    @property
    def may_be_mark(self) -> bool:
        return not self.letters.keys().isdisjoint(PUNCTUATION)

    @property
    def is_certain(self) -> bool:
        """Whether it is a letter that stands for itself."""
        return self.letters.keys() == {self.shown} and not self.loose


class _Step(NamedTuple):
    """What may follow a cut: parts up to `end`, shown up to character `stop`, as one slot.

    Without candidates they stay as they are; None: they are of no word.
    """

    end: int
    log_probability: float
    stop: int
    candidates: tuple[Candidate, ...] | None


def line_weights(lines: Sequence[str]) -> list[tuple[float, ...]]:
    """Return for each line the log-probability of each way of losing, rounded.

    A line's own fragments decide; where they can't, what is frequent in the other lines.
    """
    import numpy as np

    index = fragments()
    expression = FRAGMENT()
    likelihood = np.zeros((len(lines), len(index.prior)))
    for row, line in enumerate(lines):
        held = [index.number[found] for found in expression.findall(line) if found]
        kinds, counts = np.unique(np.array(held, np.int64), return_counts=True)
        likelihood[row] = (counts[:, None] * index.likelihoods[kinds]).sum(axis=0)
    first = np.exp(index.prior - index.prior.max())
    first /= first.sum()
    posterior = _normal(likelihood + np.log(first))
    together = posterior.sum(axis=0) + first
    posterior = _normal(likelihood + np.log(together / together.sum()))
    logs = np.log(np.maximum(posterior, 1e-9))
    return [tuple(row) for row in np.maximum(np.round(logs), -13.0).tolist()]


def _normal(logs: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    share = np.exp(logs - logs.max(axis=1, keepdims=True))
    normal: npt.NDArray[Any] = share / share.sum(axis=1, keepdims=True)
    return normal


class FragmentSlots:
    """Cuts lines with mojibake into slots, under given weights of the ways of losing."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._weights = weights
        self._letters: dict[str, dict[str, float]] = {}
        self._runs: dict[str, list[Slot]] = {}

    def cut(self, text: str, start: int, end: int) -> Iterator[Slot]:
        """Yield the slots of a line; `start` and `end` are its place in the text."""
        at = start
        for found in RUN().finditer(text, start, end):
            if found.start() > at:
                yield from _plain(text, at, found.start())
            run, at = found[0], found.end()
            known = self._runs.get(run)
            if known is None:
                known = _segment(run, self._parts(run), inventory())
                if len(run) < CACHED_RUN_CHARS:
                    self._runs[run] = known
            for slot in known:
                yield slot._replace(start=slot.start + found.start(), end=slot.end + found.start())
        yield from _plain(text, at, end)

    def _parts(self, run: str) -> list[_Part]:
        found: list[_Part] = []
        for part in FRAGMENT().finditer(run):
            if part[1] is None:
                found.append(_Part(*part.span(), part[0], {part[0]: 0.0}, None))
            else:
                letters = self._of(part[1])
                loose = self._loose(part[1]) if part[1][-1] in LOOSE else None
                found.append(_Part(*part.span(), part[0], letters, loose))
        return found

    def _of(self, fragment: str) -> dict[str, float]:
        """Return what a fragment may be; a letter alone may also be a letter of its own."""
        letters = self._letters.get(fragment)
        if letters is None:
            letters = fragments().letters(fragment, self._weights)
            if fragment.isalpha() and len(fragment) == 1:
                letters[fragment] = max(letters.get(fragment, -99.0), OWN_LETTER_NATS)
            self._letters[fragment] = letters
        return letters

    def _loose(self, fragment: str) -> dict[str, float] | None:
        """Return what a fragment may be where its last character doesn't belong to it."""
        if len(fragment) == 1:
            return None
        loose = dict(self._of(fragment[:-1]))
        if fragment[-1] == " ":  # a no-break space and the blank after it became one
            for shown, value in self._of(fragment).items():
                loose[shown] = max(loose.get(shown, -99.0), value + MERGED_BLANK_NATS)
        return loose


def _plain(text: str, start: int, end: int) -> Iterator[Slot]:
    for found in TOKEN.finditer(text, start, end):
        if not found[0].isspace():
            yield Slot(found.start(), found.end(), found[0], ())


def _segment(run: str, parts: Sequence[_Part], store: Inventory) -> list[Slot]:
    """Cut a run of letters and fragments into the likeliest words and marks.

    Viterbi segmentation: the best cut up to each part, from the left.
    """
    certain = len(parts)  # from here on every letter stands for itself
    while certain and parts[certain - 1].is_certain:
        certain -= 1
    best: list[tuple[float, int, _Step] | None] = [None] * (len(parts) + 1)
    for start in range(len(parts)):
        before = best[start]
        if start and before is None:
            continue
        value = before[0] if before else 0.0
        for step in _steps(run, parts, start, certain, store):
            old = best[step.end]
            if old is None or value + step.log_probability > old[0]:
                best[step.end] = (value + step.log_probability, start, step)
    slots: list[Slot] = []
    at = len(parts)
    while at and (reached := best[at]) is not None:
        _, at, step = reached
        first = parts[at].start
        candidates = _respelled(parts[at:]) if step.candidates is None else step.candidates
        shown = run[first : step.stop]
        slots.append(Slot(first, step.stop, shown, candidates, "half_mojibake"))
    return slots[::-1]


def _steps(
    run: str, parts: Sequence[_Part], start: int, certain: int, store: Inventory
) -> Iterator[_Step]:
    """Yield what may follow a cut before part `start`: the rest as it is, a mark, or a word."""
    first, count = parts[start], len(parts)
    unknown = UNKNOWN_PART_NATS * (count - start)
    if start >= certain:
        number = store.place.get(run[first.start :]) if count - start <= MAX_WORD_PARTS else None
        yield _Step(count, unknown if number is None else store.log[number], len(run), ())
        return
    yield _Step(count, unknown, len(run), None)
    marks = [Candidate(m, -1, value) for m, value in first.letters.items() if m in PUNCTUATION]
    # A letter at the end of a run that may be one of several marks says too little.
    if marks and (start + 1 < count or len(marks) == len(first.letters)):
        value = MARK_NATS + log_sum(mark.score for mark in marks)
        yield _Step(start + 1, value, first.end, tuple(marks))
    for end in range(start + 1, min(count, start + MAX_WORD_PARTS) + 1):
        last = parts[end - 1]
        spelled = [part.letters for part in parts[start:end]]
        if last.loose:
            yield from _word([*spelled[:-1], last.loose], end, last.end - 1, store)
        if end == count or last.may_be_mark or parts[end].may_be_mark:
            yield from _word(spelled, end, last.end, store)


def _word(
    choices: Sequence[dict[str, float]], end: int, stop: int, store: Inventory
) -> Iterator[_Step]:
    """Yield the step over the words that some parts may spell, if there are any."""
    if prod(map(len, choices)) > MAX_SPELLINGS:
        return
    found: list[Candidate] = []
    logs: list[float] = []
    for letters in product(*(choice.items() for choice in choices)):
        surface = "".join(letter for letter, _ in letters)
        number = store.place.get(surface)
        if number is not None:
            score = sum(value for _, value in letters) + store.within[number]
            found.append(Candidate(surface, store.codes[number], score))
            logs.append(store.log[number] + score)
    if found:
        yield _Step(end, log_sum(logs), stop, tuple(found))


def _respelled(parts: Sequence[_Part]) -> tuple[Candidate, ...]:
    """Return the one spelling of parts that are of no word; none where a letter is in doubt."""
    from vnclean.language import ngram

    if any(len(part.letters) != 1 or part.loose for part in parts):
        return ()
    surface = "".join(letter for part in parts for letter in part.letters)
    if ngram.pattern(surface) == ngram.MIXED:
        return ()
    return (Candidate(surface, ngram.load().code(surface), 0.0),)
