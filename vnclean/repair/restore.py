"""Lost diacritics and lost tones come back: the same decoder, for text that only lacks marks.

No letter looks damaged, so the evidence is of another kind: a stretch of words that would be odd
as Vietnamese with its marks, and natural as Vietnamese without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from vnclean.language.alphabet import MARKED_LETTERS, strip_tones
from vnclean.repair.candidates import TOKEN, Candidate, Reading, readings
from vnclean.transform import Edit, Safety, Transform, register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vnclean.scan import Scan

__all__ = ["RestoreDiacritics", "RestoreTones"]

ENOUGH = 8.0
"""Evidence (natural logarithm) that a stretch must gather to be taken for one without marks."""

MOST = 6.0
"""Evidence that one word gives at most."""

NAME = 1.0
"""Evidence that a capitalised word gives at most: names are often written without marks."""

MARKED = -5.0
"""Evidence of a word that has its marks."""

STRANGE = -5.0
"""Evidence of a lower-case word that is no Vietnamese syllable."""

STRANGE_NAME = -0.5
"""Evidence of a capitalised word that is no Vietnamese syllable."""

OPAQUE = re.compile(
    r"\S*(?:://|www\.|@|\\|[\w)]\(|[\w]_\w|\w=\S|&\w+;)\S*|\S+\.(?:com|vn|org|net|edu|gov|html?|php|py|js)\b\S*"
)
"""Blank-delimited pieces that are no prose: addresses, paths, calls, assignments."""

_ASCII_WORD = re.compile(r"[a-z]{2}")
_QUALITY = frozenset("ăâêôơưđĂÂÊÔƠƯĐ")
_TONED = frozenset(letter for letter in MARKED_LETTERS if strip_tones(letter) != letter)


class _Stretch(NamedTuple):
    """Tokens `start` to `end` (numbers) of one line, and the evidence that they lack marks."""

    start: int
    end: int
    evidence: float


def _weights(
    tokens: Sequence[str], known: dict[str, Reading], marks: frozenset[str], opaque: set[int]
) -> list[float]:
    """Return for each token how much it speaks for lost marks; a line feed ends everything."""
    found = []
    for number, token in enumerate(tokens):
        reading = known[token]
        if token == "\n":
            found.append(-1e9)
        elif number in opaque:
            found.append(STRANGE)
        elif not reading.word:
            found.append(0.0)
        elif not marks.isdisjoint(token):
            found.append(MARKED)
        elif reading.options:
            gain = min(reading.channel[0] - reading.clean, MOST)
            found.append(gain if token.islower() or token.isupper() else min(gain, NAME))
        elif reading.clean > -14.0 and reading.kept is not None and _is_syllable(token):
            found.append(0.0)
        else:
            found.append(STRANGE if token.islower() else STRANGE_NAME)
    return found


def _is_syllable(token: str) -> bool:
    from vnclean.language.syllable import parse

    return parse(token.strip("?\ufffd")) is not None


def _stretches(weights: Sequence[float]) -> Iterator[_Stretch]:
    """Yield the stretches that gather most evidence, left to right."""
    start, total, best, best_end = 0, 0.0, 0.0, 0
    for number, weight in enumerate([*weights, -1e9]):
        total += weight
        if total > best:
            best, best_end = total, number + 1
        if total <= 0 or best - total >= ENOUGH:
            if best >= ENOUGH:
                yield _Stretch(start, best_end, best)
            start, total, best, best_end = number + 1, 0.0, 0.0, number + 1


def _opaque(text: str, starts: Sequence[int]) -> set[int]:
    """Return the numbers of the tokens that stand inside an address, a path or code."""
    from bisect import bisect_left

    found: set[int] = set()
    for piece in OPAQUE.finditer(text):
        found.update(range(bisect_left(starts, piece.start()), bisect_left(starts, piece.end())))
    return found


def _restore(
    text: str, channel: str, marks: frozenset[str], needs: frozenset[str], certain: float
) -> Iterator[Edit]:
    from itertools import accumulate

    import numpy as np

    from vnclean.language import ngram
    from vnclean.repair import lattice

    reader = readings((channel,))
    tokens = TOKEN.findall(text)
    known = reader.read(tokens)
    starts = [0, *accumulate(map(len, tokens))]
    weights = _weights(tokens, known, marks, _opaque(text, starts[:-1]))
    chosen = [
        stretch
        for stretch in _stretches(weights)
        if not needs
        or any(not needs.isdisjoint(token) for token in tokens[stretch.start : stretch.end])
    ]
    if not chosen:
        return
    model = ngram.load()
    table = lattice.Candidates()
    edge = table.fixed(ngram.BOUNDARY * 4)
    rows_of: dict[str, tuple[int, tuple[Candidate, ...]]] = {}
    rows: list[int] = []
    slots: list[tuple[int, int, tuple[Candidate, ...]]] = []

    def fixed(token: str) -> None:
        code = model.code(token) if not token.isspace() or token == "\n" else ngram.SKIP
        if code != ngram.SKIP:
            rows.append(table.fixed(code))

    for stretch in chosen:
        # Some words before and after are context; a line feed among them is an edge.
        for number in range(max(stretch.start - 8, 0), stretch.start):
            fixed(tokens[number])
        for number in range(stretch.start, stretch.end):
            token = tokens[number]
            reading = known[token]
            if not reading.options or not reading.word:
                fixed(token)
                continue
            if token not in rows_of:
                options = reading.options[0]
                if reading.kept is not None:
                    options = (*options, reading.kept)
                row = table.add([o.code for o in options], [o.score for o in options])
                rows_of[token] = (row, options)
            row, options = rows_of[token]
            slots.append((number, len(rows), options))
            rows.append(row)
        for number in range(stretch.end, min(stretch.end + 8, len(tokens))):
            fixed(tokens[number])
        rows.append(edge)
    decoded = lattice.decode(np.array(rows), table, model)
    for number, place, options in slots:
        surface = options[int(decoded.best[place])].surface
        if surface == tokens[number]:
            continue
        sure = float(decoded.confidence[place])
        ranked = decoded.ranked(place)[1:4] if sure < 0.999 else []
        yield Edit(
            starts[number],
            starts[number + 1],
            surface,
            f"restore.{channel}",
            sure,
            Safety.LIKELY if sure >= certain else Safety.SUGGEST,
            tuple((options[n].surface, round(p, 4)) for n, p in ranked),
        )


@register
@dataclass(frozen=True)
class RestoreDiacritics(Transform):
    """Restore the diacritics of text that was typed without them (Viet Nam la mot nuoc).

    Danger: the words are guesses from the context; about 2 in 100 are wrong. Names, English, code
    and addresses stay.
    """

    name: ClassVar[str] = "restore_diacritics"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {"restore.no_diacritics": "a word had lost its diacritics"}

    certain: float = 0.4
    """Confidence from which a word gets its best candidate."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether there are plain letters at all."""
        return _ASCII_WORD.search(scan.text) is not None

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield an edit for each word of a stretch without marks that had some."""
        yield from _restore(text, "no_diacritics", MARKED_LETTERS, frozenset(), self.certain)


@register
@dataclass(frozen=True)
class RestoreTones(Transform):
    """Restore the tones of text that kept its other marks only (Viêt Nam la môt nươc).

    Danger: the words are guesses from the context; about 2 in 100 are wrong.
    """

    name: ClassVar[str] = "restore_tones"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {"restore.no_tones": "a word had lost its tone"}

    certain: float = 0.4
    """Confidence from which a word gets its best candidate."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether there are letters with a quality mark and no tone."""
        return any(letter in scan for letter in _QUALITY)

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield an edit for each word of a stretch without tones that had one."""
        yield from _restore(text, "no_tones", _TONED, _QUALITY, self.certain)
