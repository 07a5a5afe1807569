"""Lossy mojibake comes back: the channels explain a damaged token, the context chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from math import exp
from typing import TYPE_CHECKING, ClassVar

from vnclean.repair.candidates import Candidate, Reading, Readings, log_sum, readings
from vnclean.repair.fragments import is_telling
from vnclean.transform import Edit, Safety, Transform, register

if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from vnclean.repair.evidence import Evidence, Mix
    from vnclean.scan import Scan

__all__ = ["Lossy"]

CHANNEL_PRIOR = {
    "cp1252_bestfit": 6.0,
    "cp1252_replace": 6.0,
    "cp1252_bestfit_then_utf8": 4.0,
    "cp1252_replace_then_utf8": 4.0,
    "cp1258_as_cp1252": 2.0,
    "ascii_qmark": 3.0,
    "ascii_fffd": 2.0,
    "ascii_qmark_nfd": 1.0,
    "ascii_fffd_nfd": 0.5,
    "utf8_bytes_qmark": 2.0,
    "utf8_bytes_fffd": 2.0,
    "cp1250_bestfit": 0.5,
    "cp1251_bestfit": 0.5,
}
"""Channels that the transform knows, with how often each is met; cp1253 does what cp1251 does."""

_OPENING = "([{\"'“‘«-–—/"

_MARKS = frozenset("?\ufffdÐð")

_SUSPICIOUS = _MARKS | frozenset("ÄÅÆºª»\x81\x8d\x8f\x90\x9d") | frozenset(map(chr, range(0x80, 0xA0)))

_STILL_POSSIBLE = 0.02
"""A token whose own form has a smaller probability than this is certainly damaged."""

_SENSE = 0.7
"""Mean confidence of the repairs in a line with little evidence, below which it is left alone."""

_TRIGGER = re.compile(r"\?[^\W\d_]")
"""A question mark before a letter: clean text hardly ever has it, damaged text always does."""


@register
@dataclass(frozen=True)
class Lossy(Transform):
    """Restore words whose letters became `?`, U+FFFD or look-alikes, from the context."""

    name: ClassVar[str] = "lossy"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        **{f"lossy.{name}": f"a word went through {name}" for name in CHANNEL_PRIOR},
        "lossy.half_mojibake": "UTF-8 shown as another charset, and some of it lost on the way",
    }

    certain: float = 0.35
    """Confidence from which a token that is surely damaged gets its best candidate."""
    doubtful: float = 0.95
    """Confidence from which a token that may be right as it stands is changed."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether the text has a mark where a letter may have been, or pieces of mojibake."""
        return (
            not scan.unusual.isdisjoint(_SUSPICIOUS)
            or ("?" in scan and _TRIGGER.search(scan.text) is not None)
        )

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield a repair for every token that was damaged, with the runners-up."""
        shown = _lines_with_mojibake(text)
        found = list(_decode_shown(text, shown, self.certain)) if shown else []
        # What is left for the other channels; the blanks keep every offset.
        rest = text
        if shown:
            pieces, at = [], 0
            for start, end in shown:
                pieces += [text[at:start], " " * (end - start)]
                at = end
            rest = "".join([*pieces, text[at:]])
        if not _MARKS.isdisjoint(rest):
            from vnclean.repair.evidence import gather

            reader = readings(tuple(CHANNEL_PRIOR))
            evidence = gather(rest, reader, list(CHANNEL_PRIOR.values()))
            found += _decode(reader, evidence, self.certain, self.doubtful)
            if shown:
                found.sort()
        yield from found


def _lines_with_mojibake(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line that holds pieces of shown UTF-8."""
    if text.isascii() or not is_telling(text):
        return []
    found, start = [], 0
    for line in text.split("\n"):
        if is_telling(line):
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def _decode_shown(text: str, lines: list[tuple[int, int]], certain: float) -> Iterator[Edit]:
    """Decode lines of half-lossy mojibake together and yield an edit for each word."""
    import numpy as np

    from vnclean.language import ngram
    from vnclean.repair import lattice
    from vnclean.repair.half_lossy import Slot, slots, variant_weights

    weights = variant_weights(text[start:end] for start, end in lines)
    table = lattice.Candidates()
    code = ngram.load().code
    rows: list[int] = []
    decided: list[tuple[Slot, int, int]] = []
    for number, (start, end) in enumerate(lines):
        for slot in slots(text, start, end, weights):
            row = -1
            if not slot.options:
                plain = code(text[slot.start : slot.end])
                row = -1 if plain == ngram.SKIP else table.fixed(plain)
            elif slot.options[0].code >= 0:
                row = table.add([o.code for o in slot.options], [o.score for o in slot.options])
            if slot.options:
                decided.append((slot, len(rows) if row >= 0 else -1, number))
            if row >= 0:
                rows.append(row)
        rows.append(table.fixed(ngram.BOUNDARY * 4))
    decoded = lattice.decode(np.array(rows), table, ngram.load())
    words = [number for _, place, number in decided if place >= 0]
    many = {number for number in words if words.count(number) > 1} if len(words) < 3 else set(words)
    for slot, place, number in decided:
        options = slot.options
        if place >= 0:
            ranked = [(options[n].surface, p) for n, p in decoded.ranked(place)]
        else:
            whole = log_sum(o.score for o in options)
            ranked = sorted(
                ((o.surface, exp(o.score - whole)) for o in options), key=lambda pair: -pair[1]
            )
        surface, sure = ranked[0]
        if surface == text[slot.start : slot.end]:
            continue
        likely = number in many and sure >= certain
        yield Edit(
            slot.start,
            slot.end,
            surface,
            "lossy.half_mojibake",
            round(sure, 4),
            Safety.LIKELY if likely else Safety.SUGGEST,
            tuple((other, round(p, 4)) for other, p in ranked[1:4]),
        )


class _Desk:
    """What a process keeps between texts: the model, and the candidates of tokens it has met."""

    def __init__(self) -> None:
        from vnclean.language import ngram

        self.model = ngram.load()
        self._options: dict[tuple[str, Mix], tuple[Candidate, ...]] = {}

    def options(self, reading: Reading, mix: Mix) -> tuple[Candidate, ...]:
        """Return what a token may have been in a line with these channels; empty: as it is."""
        key = (reading.text, mix)
        found = self._options.get(key)
        if found is None:
            if len(self._options) > 200_000:
                self._options.clear()
            found = self._options[key] = tuple(_options(reading, mix))
        return found


def _options(reading: Reading, mix: Mix) -> Iterator[Candidate]:
    scores: dict[str, tuple[int, list[float]]] = {}
    for channel, weight in zip(mix.channels, mix.weights, strict=True):
        for surface, code, score in reading.options.get(channel, ()):
            scores.setdefault(surface, (code, []))[1].append(weight + score)
    if not scores:
        return
    if (kept := reading.kept) is not None:
        weights = [mix.as_is + kept.score]
        for channel, weight in zip(mix.channels, mix.weights, strict=True):
            if reading.same[channel]:
                weights.append(weight + kept.score)
        scores.setdefault(kept.surface, (kept.code, []))[1].extend(weights)
    for surface, (code, parts) in scores.items():
        yield Candidate(surface, code, log_sum(parts))


@cache
def _desk() -> _Desk:
    return _Desk()


def _decode(
    reader: Readings, evidence: Evidence, certain: float, doubtful: float
) -> Iterator[Edit]:
    """Decode the damaged lines together and yield an edit for each token that changes."""
    import numpy as np

    from vnclean.language import ngram
    from vnclean.repair import lattice

    desk = _desk()
    looked_at = (evidence.clean < 0.5) | (evidence.strong > 0)
    chosen = np.flatnonzero(looked_at[evidence.line])
    if not len(chosen):
        return
    mixes = list(dict.fromkeys(evidence.mixes))
    mix_of = {mix: number for number, mix in enumerate(mixes)}
    mix_by_line = np.array([mix_of[mix] for mix in evidence.mixes])
    kinds = len(evidence.distinct)
    pair = mix_by_line[evidence.line[chosen]] * np.int64(kinds) + evidence.which[chosen]
    pairs, inverse = np.unique(pair, return_inverse=True)
    table = lattice.Candidates()
    rows = np.empty(len(pairs), np.int64)
    alone = np.empty(len(pairs), np.int64)
    found: list[tuple[Candidate, ...]] = []
    for at, key in enumerate(pairs.tolist()):
        reading = evidence.distinct[key % kinds]
        options = desk.options(reading, mixes[key // kinds])
        code = -1 if reading.text.isspace() and reading.text != "\n" else desk.model.code(reading.text)
        if not reading.word and not options and reading.text[:1] in "?\ufffd":
            code = ngram.BOUNDARY * 4
        alone[at] = -1 if code < 0 else table.fixed(code)
        rows[at] = alone[at]
        found.append(options)
        if options:
            rows[at] = table.add([o.code for o in options], [o.score for o in options])
            if reading.word:
                alone[at] = rows[at]
            else:
                alone[at] = table.fixed(ngram.BOUNDARY * 4)
    # A mark that follows something other than a blank or an opening bracket is punctuation.
    opening = np.array([reading.text.isspace() or reading.text in _OPENING for reading in evidence.distinct])
    free = np.concatenate([[True], opening[evidence.which[:-1]]])[chosen]
    slots = np.where(free, rows[inverse], alone[inverse])
    real = np.flatnonzero(slots >= 0)
    decoded = lattice.decode(slots[real], table, desk.model)
    open_rows = np.zeros(len(table), bool)
    open_rows[[row for row, options in zip(rows.tolist(), found, strict=True) if options]] = True
    strong_kind = np.array([reading.strong for reading in evidence.distinct])
    told = strong_kind[evidence.which[chosen[real]]]
    verdicts = _verdicts(evidence, evidence.line[chosen[real[told]]], decoded.confidence[told])
    best, confidence = decoded.best.tolist(), decoded.confidence.tolist()
    for slot in np.flatnonzero(open_rows[slots[real]]).tolist():
        place = real[slot]
        options = found[inverse[place]]
        token = int(chosen[place])
        reading = evidence.distinct[evidence.which[token]]
        surface = options[best[slot]].surface
        if surface == reading.text:
            continue
        line = int(evidence.line[token])
        sure = float(confidence[slot])
        ranked = decoded.ranked(slot) if sure < 0.999 else []
        others = tuple((options[n].surface, round(p, 4)) for n, p in ranked[1:4])
        start = int(evidence.starts[token])
        doubt = reading.kept is not None and sure < doubtful and any(
            p > _STILL_POSSIBLE for n, p in ranked if options[n].surface == reading.text
        )
        applied = verdicts[line] and sure >= (doubtful if doubt else certain)
        yield Edit(
            start,
            start + len(reading.text),
            surface,
            f"lossy.{reader.channels[evidence.channel[line]]}",
            sure,
            Safety.LIKELY if applied else Safety.SUGGEST,
            others,
        )


def _verdicts(
    evidence: Evidence, line: npt.NDArray[Any], confidence: npt.NDArray[Any]
) -> list[bool]:
    """Say for each line whether its channel is established: only then anything is changed.

    `line` and `confidence` are of the tokens that only damage explains. A few of them in a line
    that is otherwise in order may be a crossword or masked names: they must also make sense.
    """
    import numpy as np

    lines = len(evidence.clean)
    sense = np.bincount(line, confidence, lines) / np.maximum(np.bincount(line, minlength=lines), 1)
    few = (evidence.strong < 4) | (evidence.whole < 0.5)
    backed = (evidence.strong >= 2) & (~few | (sense >= _SENSE))
    backed |= (evidence.strong >= 1) & (evidence.support >= 6) & (evidence.whole >= 0.5)
    backed |= (evidence.support >= 30) & (evidence.clean < 0.001)
    verdicts: list[bool] = np.asarray(
        backed & (evidence.clean < 0.02) & (evidence.share >= 0.5)
    ).tolist()
    return verdicts
