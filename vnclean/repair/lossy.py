"""Lossy mojibake comes back: the channels explain a damaged token, the context chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from vnclean.repair.candidates import FOREIGN, Candidate, Reading, Readings, log_sum, readings
from vnclean.transform import Edit, Safety, Transform, register

if TYPE_CHECKING:
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

_TRIGGER = re.compile(r"\?[^\W\d_]")
"""A question mark before a letter: clean text hardly ever has it, damaged text always does."""


@register
@dataclass(frozen=True)
class Lossy(Transform):
    """Restore words whose letters became `?`, U+FFFD or look-alikes, from the context."""

    name: ClassVar[str] = "lossy"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        f"lossy.{name}": f"a word went through the channel {name}" for name in CHANNEL_PRIOR
    }

    certain: float = 0.35
    """Confidence from which a token that is surely damaged gets its best candidate."""
    doubtful: float = 0.95
    """Confidence from which a token that may be right as it stands is changed."""

    def concerns(self, scan: Scan) -> bool:
        """Say whether the text has a mark where a letter may have been."""
        return (
            not scan.unusual.isdisjoint("\ufffdÐð")
            or ("?" in scan and _TRIGGER.search(scan.text) is not None)
        )

    def proposals(self, text: str) -> Iterator[Edit]:
        """Yield a repair for every token that was damaged, with the runners-up."""
        if "?" not in text and "\ufffd" not in text and "Ð" not in text and "ð" not in text:
            return
        from vnclean.repair.evidence import gather

        reader = readings(tuple(CHANNEL_PRIOR))
        evidence = gather(text, reader, list(CHANNEL_PRIOR.values()))
        yield from _decode(reader, evidence, self.certain, self.doubtful)


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
    # A mark that touches something other than blanks is punctuation.
    blank_kind = np.array([reading.text.isspace() for reading in evidence.distinct])
    blank = np.concatenate([[True], blank_kind[evidence.which], [True]])
    free = (blank[:-2] & blank[2:])[chosen]
    slots = np.where(free, rows[inverse], alone[inverse])
    real = np.flatnonzero(slots >= 0)
    decoded = lattice.decode(slots[real], table, desk.model)
    open_rows = np.zeros(len(table), bool)
    open_rows[[row for row, options in zip(rows.tolist(), found, strict=True) if options]] = True
    verdicts = _verdicts(evidence)
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
        others = ()
        if sure < 0.999:
            others = tuple(
                (options[n].surface, round(p, 4)) for n, p in decoded.ranked(slot)[1:4]
            )
        start = int(evidence.starts[token])
        doubt = reading.kept is not None and reading.clean > FOREIGN
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


def _verdicts(evidence: Evidence) -> list[bool]:
    """Say for each line whether its channel is established: only then anything is changed."""
    import numpy as np

    backed = (evidence.strong >= 2) | ((evidence.strong >= 1) & (evidence.support >= 6))
    backed |= (evidence.support >= 30) & (evidence.clean < 0.001)
    verdicts: list[bool] = np.asarray(
        backed & (evidence.clean < 0.02) & (evidence.share >= 0.5)
    ).tolist()
    return verdicts
