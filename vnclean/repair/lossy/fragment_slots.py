"""Half-lossy mojibake, from fragments to words: slots for the decoder, line by line."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from vnclean.repair.lossy.byte_fragments import FRAGMENT, NO_LETTER, PUNCTUATION, RUN, fragments
from vnclean.repair.lossy.channel_model import TOKEN
from vnclean.repair.surface_forms import Inventory, inventory
from vnclean.repair.word_decoder import Candidate, Slot, log_sum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    import numpy.typing as npt

__all__ = ["FragmentSlots", "line_weights"]

LOOSE = " '\"?-."
"""Characters that may be the end of a fragment, or stand after one that lost its end."""

OWN = -3.0
"""Log-probability that a letter which looks like a first byte is itself."""

LONGEST = 80
"""Characters of a run that is remembered."""

MERGED = -3.0
"""Log-probability that a no-break space was merged with the blank that followed."""

MANY = 512
"""Readings of one word that are looked at."""


class _Part(NamedTuple):
    """A letter or a fragment of a run: where it stands and which letters it may be."""

    start: int
    end: int
    letters: dict[str, float]
    loose: dict[str, float] | None
    """What it may be where its last character doesn't belong to it."""


def line_weights(lines: Sequence[str]) -> list[tuple[float, ...]]:
    """Return for each line the log-probability of each way of losing, rounded.

    A line's own fragments decide; where they can't, what is frequent in the other lines.
    """
    import numpy as np

    index = fragments()
    number = {fragment: n for n, fragment in enumerate(sorted(index.known))}
    of_fragment = np.array(
        [[total.get(fragment, NO_LETTER) for total in index.total] for fragment in number]
    )
    expression = FRAGMENT()
    likelihood = np.zeros((len(lines), len(index.variants)))
    for row, line in enumerate(lines):
        held = [number[found] for found in expression.findall(line) if found]
        likelihood[row] = of_fragment[held].sum(axis=0)
    prior = np.array(index.prior)
    first = np.exp(prior - prior.max())
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
                known = list(_words(run, self._parts(run), inventory()))
                if len(run) < LONGEST:
                    self._runs[run] = known
            for slot in known:
                yield slot._replace(start=slot.start + found.start(), end=slot.end + found.start())
        yield from _plain(text, at, end)

    def _parts(self, run: str) -> list[_Part]:
        found: list[_Part] = []
        for part in FRAGMENT().finditer(run):
            if part[1] is None:
                found.append(_Part(part.start(), part.end(), {part[0]: 0.0}, None))
            else:
                letters = self._of(part[1])
                loose = self._loose(part[1]) if part[1][-1] in LOOSE else None
                found.append(_Part(part.start(), part.end(), letters, loose))
        return found

    def _of(self, fragment: str) -> dict[str, float]:
        """Return what a fragment may be; a letter alone may also be a letter of its own."""
        letters = self._letters.get(fragment)
        if letters is None:
            letters = fragments().letters(fragment, self._weights)
            if fragment.isalpha() and len(fragment) == 1:
                letters[fragment] = max(letters.get(fragment, -99.0), OWN)
            self._letters[fragment] = letters
        return letters

    def _loose(self, fragment: str) -> dict[str, float] | None:
        """Return what a fragment may be where its last character doesn't belong to it."""
        if len(fragment) == 1:
            return None
        loose = dict(self._of(fragment[:-1]))
        if fragment[-1] == " ":  # a no-break space and the blank after it became one
            for shown, value in self._of(fragment).items():
                loose[shown] = max(loose.get(shown, -99.0), value + MERGED)
        return loose


def _plain(text: str, start: int, end: int) -> Iterator[Slot]:
    for found in TOKEN.finditer(text, start, end):
        if not found[0].isspace():
            yield Slot(found.start(), found.end(), found[0], ())


def _slot(text: str, start: int, end: int, candidates: tuple[Candidate, ...]) -> Slot:
    return Slot(start, end, text[start:end], candidates, "half_mojibake")


def _words(text: str, run: list[_Part], store: Inventory) -> Iterator[Slot]:
    """Cut a run of letters and fragments into words, the likeliest way."""
    while run:
        if all(part.end - part.start == 1 and not part.loose for part in run) and not any(
            len(part.letters) > 1 or text[part.start] not in part.letters for part in run
        ):
            yield _slot(text, run[0].start, run[-1].end, ())
            return
        if all(letter in PUNCTUATION for letter in run[0].letters) and run[0].letters:
            slot, run = _mark(text, run)
            yield slot
            continue
        cuts = [n for n, part in enumerate(run) if part.loose or _may_be_mark(part)]
        best: tuple[float, int, bool, list[Candidate]] | None = None
        for cut in [*cuts, len(run) - 1]:
            for loosened in (False, True):
                if loosened and not run[cut].loose:
                    continue
                before_mark = _may_be_mark(run[cut]) and not loosened
                if not loosened and cut != len(run) - 1 and not before_mark:
                    continue
                parts = run[: cut + 1]
                found = _readings(parts, loosened, store)
                if not found and before_mark and cut:
                    parts = run[:cut]
                    found = _readings(parts, False, store)
                if not found:
                    continue
                value = log_sum(store.log[store.place[c.surface]] + c.score for c in found)
                # A longer word explains more: compare by what is left for the next word to do.
                value += 7.0 * len(parts)
                if best is None or value > best[0]:
                    best = (value, len(parts), loosened, found)
        if best is None and len(run) > 1 and _may_be_mark(run[0]):
            slot, run = _mark(text, run)
            yield slot
            continue
        if best is None:
            yield _literal(text, run)
            return
        _, size, loosened, found = best
        last = run[size - 1]
        yield _slot(text, run[0].start, last.end - loosened, tuple(found))
        run = run[size:]


def _may_be_mark(part: _Part) -> bool:
    return any(letter in PUNCTUATION for letter in part.letters)


def _mark(text: str, run: list[_Part]) -> tuple[Slot, list[_Part]]:
    """Take curly punctuation off the front of a run."""
    part = run[0]
    found = [Candidate(m, -1, score) for m, score in part.letters.items() if m in PUNCTUATION]
    return _slot(text, part.start, part.end, tuple(found)), run[1:]


def _readings(parts: list[_Part], loosened: bool, store: Inventory) -> list[Candidate]:
    choices = [part.letters for part in parts]
    if loosened and parts[-1].loose:
        choices[-1] = parts[-1].loose
    size = 1
    for choice in choices:
        size *= max(len(choice), 1)
    if size > MANY or not all(choices):
        return []
    found = []
    for letters in product(*(choice.items() for choice in choices)):
        surface = "".join(letter for letter, _ in letters)
        number = store.place.get(surface)
        if number is not None:
            score = sum(value for _, value in letters) + store.within[number]
            found.append(Candidate(surface, store.codes[number], score))
    return found


def _literal(text: str, run: list[_Part]) -> Slot:
    """Return a word outside the inventory: respelled only where no letter is in doubt."""
    start, end = run[0].start, run[-1].end
    if all(len(part.letters) == 1 and not part.loose for part in run):
        from vnclean.language import ngram

        surface = "".join(next(iter(part.letters)) for part in run)
        if ngram.pattern(surface) == ngram.MIXED:
            return _slot(text, start, end, ())
        candidate = Candidate(surface, ngram.load().code(surface), 0.0)
        return _slot(text, start, end, (candidate,))
    return _slot(text, start, end, ())
