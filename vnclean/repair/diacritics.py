"""Lost diacritics and lost tones come back: the same decoder, for text that only lacks marks.

No letter looks damaged, so the evidence is of another kind: a stretch of words that would be odd
as Vietnamese with its marks, and natural as Vietnamese without them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.core.evidence import EvidenceTable, stretches
from vnclean.fixed_point import edits_to_fixed_point, text_at_fixed_point
from vnclean.language.alphabet import MARKED_LETTERS, strip_tones
from vnclean.language.not_prose import is_opaque
from vnclean.language.syllable import parse
from vnclean.repair.lossy.channel_model import MARKS, TOKEN, Mixture, channel_model
from vnclean.repair.word_evidence import Weigh, forms, given_evidence
from vnclean.transform import Edit, Safety, Transform, register

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from vnclean.core.emissions import EmissionTable
    from vnclean.repair.lossy.decoded_tokens import DecodedTokens
    from vnclean.scan import Scan

__all__ = ["RestoreDiacritics", "RestoreTones", "evidence_of_words"]

MIN_STRETCH_NATS = 8.0
"""Evidence (natural logarithm) that a stretch must gather to be taken for one without marks."""

MAX_WORD_NATS = 6.0
"""Evidence that one word gives at most."""

MAX_NAME_NATS = 1.0
"""Evidence that a capitalised word gives at most: names are often written without marks."""

MARKED_WORD_NATS = -5.0
"""Evidence of a word that has its marks."""

FOREIGN_WORD_NATS = -5.0
"""Evidence of a lower-case word that is no Vietnamese syllable."""

FOREIGN_NAME_NATS = -0.5
"""Evidence of a capitalised word that is no Vietnamese syllable."""

WHOLE_LINE_NATS = 14.0
"""Evidence from which a line without any marks is taken as a whole."""

SURE_NATS = 35.0
"""Evidence that foreign words around a stretch can't outweigh."""

LINE_END_NATS = -1e9
"""What ends every stretch."""

ROUNDING_NATS = 1e-6
"""How much sums of evidence may differ by the order in which they are made."""

MIN_SYLLABLE_NATS = -14.0
"""Log-probability of a plain syllable from which it speaks neither for nor against lost marks."""

FOREIGN_PER_OWN = 4
"""Vietnamese words without marks to one foreign word from which a stretch is Vietnamese."""

WIDENED_WORD_NATS = 1.0
"""Evidence that is added to each word of a line that is known to have lost its marks."""

MIN_WIDENED_NATS = 1.0
"""Evidence that a stretch of such a line must gather."""

AROUND_TOKENS = 16
"""Tokens (blanks count) on either side of a stretch that say which language it is in."""

CONTEXT_TOKENS = 8
"""Tokens (blanks count) on either side of a stretch that the decoder sees."""

_MIXTURE: Mixture = ((0,), (0.0,), -1e9)
"""The one channel, which leaves what has no marks as it is."""

_EASIER = {LINE_END_NATS: LINE_END_NATS, FOREIGN_WORD_NATS: -3.0, FOREIGN_NAME_NATS: 0.5}
"""What words speak against lost marks in a line that is known to have lost them."""

_PIECE = late_pattern(r"\S+")

_QUALITY = frozenset("ăâêôơưđĂÂÊÔƠƯĐ")
_TONED = frozenset(letter for letter in MARKED_LETTERS if strip_tones(letter) != letter)


class _Stretch(NamedTuple):
    """Tokens `start` to `end` (numbers) of one line, and the evidence that they lack marks."""

    start: int
    end: int
    evidence: float


def _weights(table: EmissionTable, marks: frozenset[str]) -> list[float]:
    """Return for each token of a table how much it speaks for lost marks; a line feed ends all."""
    known = _known_weights(table)
    first, end = len(known), len(table)
    if first < end:
        numbers = range(first, end)
        clean, channel = table.logs(numbers)
        is_word, _, explains = table.facts(numbers)
        # In place: two threads may have learnt the same.
        known[first:end] = [
            _weight(token, own, other - own if explained else None, marks)
            if word or token == "\n"
            else 0.0
            for token, own, other, word, explained in zip(
                table.tokens[first:end], clean.tolist(), channel[:, 0].tolist(), is_word.tolist(),
                explains.tolist(), strict=True,
            )
        ]  # fmt: skip
    return known


@cached(4)
def _known_weights(table: EmissionTable) -> list[float]:
    return []


def _weight(token: str, clean: float, gain: float | None, marks: frozenset[str]) -> float:
    """Return how much a word speaks for lost marks.

    `clean` is its log-probability in clean text, `gain` how much likelier it is where marks were
    lost; None: no word becomes it.
    """
    if token == "\n":
        return LINE_END_NATS
    if not marks.isdisjoint(token):
        return MARKED_WORD_NATS
    if gain is not None:
        most = MAX_WORD_NATS if token.islower() or token.isupper() else MAX_NAME_NATS
        return min(gain, most)
    if clean > MIN_SYLLABLE_NATS and _is_syllable(token):
        return 0.0
    plain = token.islower() or (token.isupper() and len(token) > 4)
    return FOREIGN_WORD_NATS if plain and len(token) > 1 else FOREIGN_NAME_NATS


def _is_syllable(token: str) -> bool:
    return parse(token.strip("?\ufffd")) is not None


def _stretches(weights: list[float], enough: float) -> list[_Stretch]:
    """Return the stretches that gather most evidence, left to right."""
    return list(map(_Stretch._make, stretches(weights, enough, MIN_STRETCH_NATS)))


def _is_foreign(stretch: _Stretch, weights: Sequence[float]) -> bool:
    """Say whether the words in and around a stretch are another language's.

    A third of English looks like Vietnamese without marks (the, can, that, so); the rest doesn't.
    """
    first, last = max(stretch.start - AROUND_TOKENS, 0), stretch.end + AROUND_TOKENS
    strange = weights[first:last].count(FOREIGN_WORD_NATS)
    if not strange or stretch.evidence >= SURE_NATS:
        return False
    own = sum([weight > 0 for weight in weights[stretch.start : stretch.end]])
    return FOREIGN_PER_OWN * strange >= max(own, 1)


def _widened(weights: list[float], found: list[_Stretch], line_of: Sequence[int]) -> list[_Stretch]:
    """Let a stretch grow over the rest of its line where nothing there has its marks.

    Once it is known that a line was typed without marks, a name in it lacks them too.
    """
    evidence: dict[int, float] = {}
    for stretch in found:
        line = line_of[stretch.start]
        evidence[line] = evidence.get(line, 0.0) + stretch.evidence
    wide: set[int] = set()
    grown: list[_Stretch] = []
    for line, value in evidence.items():
        first = bisect_left(line_of, line)
        held = weights[first : bisect_left(line_of, line + 1)]
        if value >= WHOLE_LINE_NATS and MARKED_WORD_NATS not in held:
            wide.add(line)
            easier = [
                _EASIER.get(weight, weight + WIDENED_WORD_NATS) if weight else 0.0
                for weight in held
            ]
            for stretch in _stretches(easier, MIN_WIDENED_NATS):
                grown.append(stretch._replace(start=stretch.start + first, end=stretch.end + first))
    return sorted([*(each for each in found if line_of[each.start] not in wide), *grown])


def _opaque(lines: Iterable[tuple[int, str]], starts: Sequence[int]) -> list[int]:
    """Return the numbers of the tokens that stand inside an address, a path or code.

    `lines` are (start, text), `starts` where the tokens begin.
    """
    found: list[int] = []
    for start, line in lines:
        for piece in _PIECE.finditer(line) if is_opaque(line) else ():
            if is_opaque(piece[0]):
                first = bisect_left(starts, start + piece.start())
                found += list(range(first, bisect_left(starts, start + piece.end())))
    return found


_CHANNELS = {"no_tones": _TONED, "no_diacritics": MARKED_LETTERS}
"""What is lost, and the letters that a word has kept which has not lost it."""

_NEEDED: dict[str, frozenset[str]] = {"no_tones": _QUALITY, "no_diacritics": frozenset()}
"""What is lost, and letters one of which a stretch has kept, if any."""

_Lines: TypeAlias = "Sequence[tuple[int, int]]"


@cached_table
def _evidence() -> EvidenceTable:
    """Return what words speak for lost marks, by channel."""
    kinds = bytearray(max(map(ord, MARKED_LETTERS)) + 2)
    for bit, marks in enumerate(_CHANNELS.values()):
        for letter in marks:
            kinds[ord(letter)] |= 1 << bit
    fixed = [MARKED_WORD_NATS] * len(_CHANNELS)
    least = MIN_STRETCH_NATS - ROUNDING_NATS
    return EvidenceTable(
        bytes(kinds), MARKS, fixed, MAX_WORD_NATS, MAX_NAME_NATS, least, **given_evidence("marks")
    )


def evidence_of_words() -> tuple[list[str], Weigh]:
    """Return the words whose evidence ships, and what weighs them."""
    return forms(_TONED), _learn


def _lines_lacking_marks(text: str) -> list[list[tuple[int, int]]]:
    """Return by channel the lines that may have a stretch: no other has one."""
    return _evidence().lines(text, _learn)


def _learn(words: list[str]) -> list[list[float]]:
    said = [_said(words, *channel) for channel in _CHANNELS.items()]
    return [[weights.get(word, MARKED_WORD_NATS) for weights in said] for word in words]


def _said(words: Sequence[str], channel: str, marks: frozenset[str]) -> dict[str, float]:
    """Return how much words without some marks speak for these being lost."""
    words = [word for word in words if marks.isdisjoint(word)]
    table = channel_model((channel,)).learn(words)
    known = _weights(table, marks)
    return {word: known[table.numbers[word]] for word in words}


class _RestoredMarks(NamedTuple):
    """Decoded tokens of a text, and by repair its confidence and whether it is applied."""

    decoded: DecodedTokens
    confidence: npt.NDArray[np.float64]
    applied: npt.NDArray[np.bool_]


def _edits(text: str, channel: str, lines: _Lines, certain: float) -> Iterator[Edit]:
    """Yield an edit for each word of some lines that lacks marks."""
    repairs = _repairs(text, channel, lines, certain)
    if repairs is not None:
        rules = [f"restore.{channel}"] * len(repairs.confidence)
        yield from repairs.decoded.edits(rules, repairs.confidence, repairs.applied)


def _restored(text: str, channel: str, lines: _Lines, certain: float) -> str:
    """Return the text with the edits of some lines that are certain enough."""
    repairs = _repairs(text, channel, lines, certain)
    return text if repairs is None else repairs.decoded.replaced(text, repairs.applied)


def _with_context(text: str, lines: _Lines) -> list[tuple[int, int]]:
    """Return the parts of a text that hold some lines and what is asked of those around them."""
    regions: list[tuple[int, int]] = []
    runs: list[tuple[int, int]] = []
    for begin, end in lines:
        if runs and begin == runs[-1][1] + 1:
            begin = runs.pop()[0]
        runs.append((begin, end))
    for begin, end in runs:
        first, last = begin, end
        while first and len(TOKEN.findall(text, first, begin)) < AROUND_TOKENS:
            first = text.rfind("\n", 0, first - 1) + 1
        while last < len(text) and len(TOKEN.findall(text, end, last)) < AROUND_TOKENS:
            last = text.find("\n", last + 1)
            last = len(text) if last < 0 else last
        if regions and first <= regions[-1][1] + 1:
            first = regions.pop()[0]
        regions.append((first, last))
    return regions


def _repairs(text: str, channel: str, lines: _Lines, certain: float) -> _RestoredMarks | None:
    """Decode the words of some lines that lack marks; None: there are none."""
    import numpy as np

    from vnclean.repair.lossy.decoded_tokens import DecodedTokens

    if not lines:
        return None
    marks, needs = _CHANNELS[channel], _NEEDED[channel]
    model = channel_model((channel,))
    parts: list[tuple[int, str]] = []
    for first, last in _with_context(text, lines):
        held = text[first:last].split("\n")
        begins = accumulate((len(line) + 1 for line in held), initial=first)
        parts += zip(begins, held, strict=False)
    part = "\n".join([line for _, line in parts])
    reading = model.read(part, [start for start, _ in parts])
    table, kind, start, line = reading
    known = _weights(table, marks)
    weights = [known[number] for number in kind.tolist()]
    for at in _opaque(parts, start.tolist()) if is_opaque(part) else ():
        weights[at] = FOREIGN_WORD_NATS if table.facts(kind[at : at + 1])[0][0] else 0.0
    found = [
        s for s in _stretches(weights, MIN_STRETCH_NATS) if needs or not _is_foreign(s, weights)
    ]
    open_ones = [
        stretch
        for stretch in _widened(weights, found, line.tolist())
        if not needs
        or any(
            not needs.isdisjoint(table.tokens[number])
            for number in kind[stretch.start : stretch.end].tolist()
        )
    ]
    if not open_ones:
        return None
    # A list of names may be meant to be plain: what it lacks is only suggested.
    in_prose = np.zeros(len(kind), bool)
    for stretch in open_ones:
        here = slice(stretch.start, stretch.end)
        in_prose[here] = max(weights[here]) > MAX_NAME_NATS
    chosen, is_open = _decoded_places(open_ones, len(kind))
    decoded = DecodedTokens(model, reading, chosen, is_open - 1, (_MIXTURE,), False)
    confidence = decoded.confidence(
        (channel,), np.zeros(1, np.int64), np.zeros(len(kind), np.int64)
    )
    applied = in_prose[decoded.token[decoded.repaired]] & (confidence >= certain)
    return _RestoredMarks(decoded, confidence, applied)


def _decoded_places(
    open_ones: Sequence[_Stretch], count: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return which of `count` tokens are decoded (-1: an edge), and whether each is in a stretch.

    Some words before and after a stretch are context; a line feed among them is an edge.
    """
    import numpy as np

    places, inside = [], []
    for start, end, _ in open_ones:
        first, last = max(start - CONTEXT_TOKENS, 0), min(end + CONTEXT_TOKENS, count)
        here, is_open = np.arange(first, last + 1), np.zeros(last - first + 1, np.int64)
        here[-1] = -1
        is_open[start - first : end - first] = 1
        places.append(here)
        inside.append(is_open)
    return np.concatenate(places), np.concatenate(inside)


@register
@dataclass(frozen=True)
class RestoreDiacritics(Transform):
    """Restore the diacritics of text that was typed without them (Viet Nam la mot nuoc).

    Danger: the words are guesses from the context; about 2 in 100 are wrong. Names, English, code
    and addresses stay.
    """

    name: ClassVar[str] = "restore_diacritics"
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {"restore.no_diacritics": "a word had lost its diacritics"}

    certain: float = 0.4
    """Confidence from which a word gets its best candidate."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether any line may have a stretch of words without marks."""
        return bool(scan.once(_lines_lacking_marks)[1])

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield an edit for each word of a stretch without marks that had some."""
        lines = scan.once(_lines_lacking_marks)[1]
        yield from _edits(scan.text, "no_diacritics", lines, self.certain)

    def cleaned(self, scan: Scan) -> str:
        """Return the text with what `find` is certain of; the same object where that is nothing."""
        lines = scan.once(_lines_lacking_marks)[1]
        return _restored(scan.text, "no_diacritics", lines, self.certain)


@register
@dataclass(frozen=True)
class RestoreTones(Transform):
    """Restore the tones of text that kept its other marks only (Viêt Nam la môt nươc).

    Danger: the words are guesses from the context; about 2 in 100 are wrong.
    """

    name: ClassVar[str] = "restore_tones"
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {"restore.no_tones": "a word had lost its tone"}

    certain: float = 0.4
    """Confidence from which a word gets its best candidate."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether any line may have a stretch of words without tones, some with other marks."""
        return any(letter in scan for letter in _QUALITY) and bool(
            scan.once(_lines_lacking_marks)[0]
        )

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield an edit for each word of a stretch without tones that had one."""
        yield from edits_to_fixed_point(
            scan.text,
            lambda text: _edits(text, "no_tones", _lines_lacking_marks(text)[0], self.certain),
        )

    def cleaned(self, scan: Scan) -> str:
        """Return the text with what `find` is certain of; the same object where that is nothing."""
        return text_at_fixed_point(
            scan.text,
            lambda text: _restored(text, "no_tones", _lines_lacking_marks(text)[0], self.certain),
        )
