"""Lost diacritics and lost tones come back: the same decoder, for text that only lacks marks.

No letter looks damaged, so the evidence is of another kind: a stretch of words that would be odd
as Vietnamese with its marks, and natural as Vietnamese without them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from vnclean.language.alphabet import MARKED_LETTERS, strip_tones
from vnclean.repair.calibration import calibrated
from vnclean.repair.lossy.channel_model import TOKEN, Candidate, Reading, readings
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

PLENTY = 14.0
"""Evidence from which a line without any marks is taken as a whole."""

SURE = 35.0
"""Evidence that foreign words around a stretch can't outweigh."""

LINE_END = -1e9
"""What ends every stretch."""

AROUND = 16
"""Tokens (blanks count) on either side of a stretch that say which language it is in."""

_EASIER = {LINE_END: LINE_END, STRANGE: -3.0, STRANGE_NAME: 0.5}
"""What words speak against lost marks in a line that is known to have lost them."""

_PIECE = re.compile(r"\S+")

_NO_PROSE = re.compile(
    r"://|www\.|@|\\|[\w)]\(|\w_\w|\w=\S|&\w+;|\.(?:com|vn|org|net|edu|gov|html?|php|py|js)\b"
)
"""What addresses, paths, calls and assignments hold; the piece between blanks is no prose."""

_ASCII_WORD = re.compile(r"[A-Za-z]{2}")
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
    seen: dict[str, float] = {}
    for number, token in enumerate(tokens):
        if number in opaque:
            found.append(STRANGE if known[token].word else 0.0)
            continue
        if token not in seen:
            seen[token] = _weight(known[token], marks)
        found.append(seen[token])
    return found


def _weight(reading: Reading, marks: frozenset[str]) -> float:
    token = reading.text
    if token == "\n":
        return LINE_END
    if not reading.word:
        return 0.0
    if not marks.isdisjoint(token):
        return MARKED
    if reading.options:
        gain = min(reading.channel[0] - reading.clean, MOST)
        return gain if token.islower() or token.isupper() else min(gain, NAME)
    if reading.clean > -14.0 and _is_syllable(token):
        return 0.0
    plain = token.islower() or (token.isupper() and len(token) > 4)
    return STRANGE if plain and len(token) > 1 else STRANGE_NAME


def _is_syllable(token: str) -> bool:
    from vnclean.language.syllable import parse

    return parse(token.strip("?\ufffd")) is not None


def _stretches(weights: Sequence[float], enough: float) -> Iterator[_Stretch]:
    """Yield the stretches that gather most evidence, left to right."""
    start, total, best, best_end = 0, 0.0, 0.0, 0
    for number, weight in enumerate([*weights, LINE_END]):
        total += weight
        if total > best:
            best, best_end = total, number + 1
        if total <= 0 or best - total >= ENOUGH:
            if best >= enough:
                yield _Stretch(start, best_end, best)
            start, total, best, best_end = number + 1, 0.0, 0.0, number + 1


def _is_foreign(stretch: _Stretch, weights: Sequence[float]) -> bool:
    """Say whether the words in and around a stretch are another language's.

    A third of English looks like Vietnamese without marks (the, can, that, so); the rest doesn't.
    """
    around = range(max(stretch.start - AROUND, 0), min(stretch.end + AROUND, len(weights)))
    strange = sum(weights[number] == STRANGE for number in around)
    own = sum(weights[number] > 0 for number in range(stretch.start, stretch.end))
    return 4 * strange >= max(own, 1) and stretch.evidence < SURE


def _widened(weights: list[float], found: list[_Stretch], tokens: Sequence[str]) -> list[_Stretch]:
    """Let a stretch grow over the rest of its line where nothing there has its marks.

    Once it is known that a line was typed without marks, a name in it lacks them too.
    """
    evidence: dict[int, float] = {}
    line_of: list[int] = []
    bare: list[bool] = [True]
    for token, weight in zip(tokens, weights, strict=True):
        line_of.append(len(bare) - 1)
        bare[-1] = bare[-1] and weight != MARKED
        if token == "\n":
            bare.append(True)
    for stretch in found:
        line = line_of[stretch.start]
        evidence[line] = evidence.get(line, 0.0) + stretch.evidence
    wide = {line for line, value in evidence.items() if bare[line] and value >= PLENTY}
    if not wide:
        return found
    kept = [stretch for stretch in found if line_of[stretch.start] not in wide]
    easier = [
        (_EASIER.get(weight, weight + 1.0) if weight else 0.0) if line in wide else LINE_END
        for line, weight in zip(line_of, weights, strict=True)
    ]
    return sorted([*kept, *_stretches(easier, 1.0)])


def _opaque(text: str, starts: Sequence[int]) -> set[int]:
    """Return the numbers of the tokens that stand inside an address, a path or code."""
    found: set[int] = set()
    if _NO_PROSE.search(text):
        for piece in _PIECE.finditer(text):
            if _NO_PROSE.search(text, *piece.span()):
                first = bisect_left(starts, piece.start())
                found.update(range(first, bisect_left(starts, piece.end())))
    return found


def _restore(
    text: str, channel: str, marks: frozenset[str], needs: frozenset[str], certain: float
) -> Iterator[Edit]:
    from itertools import accumulate

    import numpy as np

    from vnclean.language import ngram
    from vnclean.repair import decoder

    reader = readings((channel,))
    tokens = TOKEN.findall(text)
    known = reader.read(tokens)
    starts = [0, *accumulate(map(len, tokens))]
    weights = _weights(tokens, known, marks, _opaque(text, starts[:-1]))
    found = [s for s in _stretches(weights, ENOUGH) if needs or not _is_foreign(s, weights)]
    chosen = [
        stretch
        for stretch in _widened(weights, found, tokens)
        if not needs
        or any(not needs.isdisjoint(token) for token in tokens[stretch.start : stretch.end])
    ]
    if not chosen:
        return
    model = ngram.load()
    table = decoder.Candidates()
    edge = table.fixed(ngram.BOUNDARY * 4)
    rows_of: dict[str, tuple[int, tuple[Candidate, ...]]] = {}
    rows: list[int] = []
    slots: list[tuple[int, int, tuple[Candidate, ...], bool]] = []

    def fixed(token: str) -> None:
        code = model.code(token) if not token.isspace() or token == "\n" else ngram.SKIP
        if code != ngram.SKIP:
            rows.append(table.fixed(code))

    for stretch in chosen:
        # A list of names may be meant to be plain: what it lacks is only suggested.
        likely = max(weights[stretch.start : stretch.end]) > NAME
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
            slots.append((number, len(rows), options, likely))
            rows.append(row)
        for number in range(stretch.end, min(stretch.end + 8, len(tokens))):
            fixed(tokens[number])
        rows.append(edge)
    decoded = decoder.decode(np.array(rows), table, model)
    changed = []
    for number, place, options, likely in slots:
        surface = options[int(decoded.best[place])].surface
        if surface != tokens[number]:
            posterior = float(decoded.confidence[place])
            changed.append((number, place, surface, options, likely, posterior))
    mean = sum(posterior for *_, posterior in changed) / max(len(changed), 1)
    for number, place, surface, options, likely, posterior in changed:
        sure = calibrated(channel, posterior, mean)
        ranked = decoded.ranked(place)[1:4] if posterior < 0.999 else []
        yield Edit(
            starts[number],
            starts[number + 1],
            surface,
            f"restore.{channel}",
            sure,
            Safety.LIKELY if likely and sure >= certain else Safety.SUGGEST,
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
    additive: ClassVar[bool] = True
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
    additive: ClassVar[bool] = True
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
