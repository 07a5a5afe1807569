"""Lossy mojibake comes back: the channels explain a damaged token, the context chooses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import exp
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from vnclean.fixed_point import settle
from vnclean.language.casing import has_regular_case
from vnclean.language.identify import WORD
from vnclean.language.lexicon import frequency
from vnclean.repair.calibration import calibrated
from vnclean.repair.lossy.byte_fragments import is_certain, is_other_charset, is_telling, is_whole
from vnclean.repair.lossy.channel_model import (
    MARKS,
    Candidate,
    Reading,
    Readings,
    log_sum,
    readings,
)
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from vnclean.repair import decoder
    from vnclean.repair.lossy.channel_posteriors import Evidence, Mix
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

_ROUNDS = 4
"""How often a text is looked at again at most."""

_OPENING = "([{\"'“‘«-–—/"

_MARKS = frozenset("\ufffdÐð")

_LEFT = re.compile("[?\ufffdÐð]")

_SUSPICIOUS = _MARKS | frozenset("ÄÅÆº»") | frozenset(map(chr, range(0x80, 0xA0)))

_STILL_POSSIBLE = 0.02
"""A token whose own form has a smaller probability than this is certainly damaged."""

_SENSE = 0.7
"""Mean confidence of the repairs in a line with little evidence, below which it is left alone."""

_ADDRESS_SIGNS = ("://", "www.", "@", "=", "(?", "\\?", "$?", "${")
"""One of these is in every address or group."""

_NEVER_SEEN = 0.3
"""Share of right repairs at most where the best candidate is a syllable that no text has: the
word was rather a foreign one."""

_VIQR = re.compile(r"[aeoAEO]\^['`?~.]?[^\W\d_\s]|[uoUO]\+['`?~.]?[a-zA-Z]|[aA]\(['`?~.]?[a-z]")
"""Quality marks of VIQR inside a word: co^ng, tru+o+c, na(m."""

_EXPLAINED = 0.75
"""Share of a line's damaged words that its channel explains at least: where two channels met in
one line, most repairs would be wrong."""

_ADDRESS = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s\"'<>]+"
    r"|(?<![\w/.~%-])(?=[\w~%-]{0,80}[/.])[\w/.~%-]{1,300}\?[\w.%-]{1,60}=[^\s\"'<>]*"
    r"|(?<![\w?])[\w?]{1,80}=(?=\w)"
    r"|\(\?(?:[aiLmsux-]{1,6}[):]|[:=!<#P>])|[\\$]\?|\$\{\w+:?\?"
    r"|(?<![\w.+-])[\w.+-]{1,80}@[\w-]+\.[\w.-]+"
)
"""Addresses, groups of regular expressions: a question mark in them is no letter."""

_TRIGGER = re.compile(r"\?[^\W\d_]")
"""A question mark before a letter: clean text hardly ever has it, damaged text always does."""


@register
@dataclass(frozen=True)
class Lossy(Transform):
    """Restore words whose letters became `?`, U+FFFD or look-alikes, from the context."""

    name: ClassVar[str] = "lossy"
    additive: ClassVar[bool] = True
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
        return not scan.unusual.isdisjoint(_SUSPICIOUS) or _TRIGGER.search(scan.text) is not None

    def proposals(self, text: str) -> list[Edit]:
        """Return a repair for every token that was damaged, with the runners-up.

        What is mended is context for what was left: the text is looked at again until nothing
        more is certain, so that a second call finds nothing.
        """
        return settle(text, self._lines_left)

    def _lines_left(self, text: str) -> list[Edit]:
        """Look at a text, and again at the lines that still have marks; the rest is not context."""
        found = self._look(text)
        for _ in range(_ROUNDS):
            applied = [edit for edit in found if edit.applies(None)]
            if not applied:
                break
            mended = apply_edits(text, applied)
            left = _covered(mended, _lines_in_order(mended), " ")
            later = [edit for edit in self._look(left) if edit.applies(None)]
            more = list(_moved_back(later, applied))
            if not more:
                break
            kept = sorted([*applied, *more])
            found = sorted([*kept, *_apart([e for e in found if not e.applies(None)], kept)])
        return found

    def _look(self, text: str) -> list[Edit]:
        shown = _lines_with_mojibake(text)
        found = list(_decode_shown(text, shown, self.certain)) if shown else []
        rest = _covered(text, shown, " ") if shown else text
        if _has_marks(rest):
            from vnclean.repair.lossy.channel_posteriors import gather

            rest = _covered(rest, _lines_in_viqr(rest), " ")
            if any(sign in rest for sign in _ADDRESS_SIGNS):
                rest = _covered(rest, (piece.span() for piece in _ADDRESS.finditer(rest)), "0")
            if not _has_marks(rest):
                return found
            reader = readings(tuple(CHANNEL_PRIOR))
            evidence = gather(rest, reader, list(CHANNEL_PRIOR.values()))
            found += _decode(reader, evidence, self.certain, self.doubtful)
            if shown:
                found.sort()
        return found


def _lines_in_order(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line without a mark or a piece of mojibake."""
    start = 0
    anywhere = is_telling(text)
    for line in text.split("\n"):
        if _LEFT.search(line) is None and not (anywhere and is_telling(line)):
            yield start, start + len(line)
        start += len(line) + 1


def _moved_back(edits: list[Edit], before: list[Edit]) -> Iterator[Edit]:
    """Yield edits of a mended text with their places in the text before; those of new text not."""
    shift, at = 0, 0
    for edit in edits:
        while at < len(before) and before[at].start + shift < edit.end:
            mended = before[at].start + shift + len(before[at].replacement)
            if mended > edit.start:
                break  # overlaps what was mended
            shift += len(before[at].replacement) - (before[at].end - before[at].start)
            at += 1
        else:
            yield edit._replace(start=edit.start - shift, end=edit.end - shift)


def _apart(edits: list[Edit], others: list[Edit]) -> Iterator[Edit]:
    """Yield the edits that overlap none of the others; both are sorted."""
    at = 0
    for edit in edits:
        while at < len(others) and others[at].end <= edit.start:
            at += 1
        if at == len(others) or others[at].start >= edit.end:
            yield edit


def _has_marks(text: str) -> bool:
    """Say whether letters may have been lost to marks or look-alikes."""
    return any(mark in text for mark in _MARKS) or _TRIGGER.search(text) is not None


def _covered(text: str, spans: Iterable[tuple[int, int]], cover: str) -> str:
    """Return the text with some spans covered, so that every offset stays."""
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], cover * (end - start)]
        at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _lines_with_mojibake(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line that holds pieces of shown UTF-8."""
    if text.isascii() or not is_telling(text):
        return []
    found, start = [], 0
    for line in text.split("\n"):
        if is_telling(line) and not _is_exact(line) and not is_other_charset(line):
            found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def _is_exact(line: str) -> bool:
    """Say whether a line lost nothing: as a whole, or in each word that is not clean."""
    return is_whole(line) or all(
        word.isascii() or _is_clean(word) or is_whole(word) for word in line.split(" ")
    )


def _is_clean(word: str) -> bool:
    """Say whether a word with its punctuation holds nothing but syllables in use."""
    return (
        _BESIDE.issuperset(WORD.sub("", word))
        and _QUOTE_INSIDE.search(word) is None
        and all(
            part.isascii() or (has_regular_case(part) and frequency(part) > 0)
            for part in WORD.findall(word)
        )
    )


_QUOTE_INSIDE = re.compile("[^\\W\\d_]['\"][^\\W\\d_]")
_BESIDE = frozenset("!\"'(),-./0123456789:;?[]“”‘’…–—")


def _lines_in_viqr(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each line in VIQR, where a question mark is a tone (cu?a)."""
    if _VIQR.search(text) is None:
        return
    start = 0
    for line in text.split("\n"):
        if sum(1 for _ in islice(_VIQR.finditer(line), 2)) == 2:
            yield start, start + len(line)
        start += len(line) + 1


def _decode_shown(text: str, lines: list[tuple[int, int]], certain: float) -> Iterator[Edit]:
    """Decode lines of half-lossy mojibake together and yield an edit for each word."""
    import numpy as np

    from vnclean.language import ngram
    from vnclean.repair import decoder
    from vnclean.repair.lossy.fragment_slots import Slot, Slots, line_weights

    weights = line_weights([text[start:end] for start, end in lines])
    slots = {way: Slots(way) for way in set(weights)}
    table = decoder.Candidates()
    code = ngram.load().code
    rows: list[int] = []
    known: dict[tuple[Candidate, ...], int] = {}
    decided: list[tuple[Slot, int]] = []
    for (start, end), way in zip(lines, weights, strict=True):
        for slot in slots[way].cut(text, start, end):
            row = -1
            if not slot.options:
                plain = code(text[slot.start : slot.end])
                row = -1 if plain == ngram.SKIP else table.fixed(plain)
            elif slot.options[0].code >= 0:
                row = known.get(slot.options, -1)
                if row < 0:
                    row = table.add([o.code for o in slot.options], [o.score for o in slot.options])
                    known[slot.options] = row
            if slot.options:
                decided.append((slot, len(rows) if row >= 0 else -1))
            if row >= 0:
                rows.append(row)
        rows.append(table.fixed(ngram.BOUNDARY * 4))
    decoded = decoder.decode(np.array(rows), table, ngram.load())
    # One word in a document may be anybody's; two are evidence.
    established = len(decided) > 1 or any(is_certain(text[start:end]) for start, end in lines)
    for slot, place in decided:
        options = slot.options
        if len(options) == 1:
            ranked = [(options[0].surface, 1.0)]
        elif place >= 0:
            ranked = [(options[n].surface, p) for n, p in decoded.ranked(place)]
        else:
            whole = log_sum(o.score for o in options)
            ranked = sorted(
                ((o.surface, exp(o.score - whole)) for o in options), key=lambda pair: -pair[1]
            )
        surface, sure = ranked[0]
        sure = calibrated("half_mojibake", sure)
        if surface == text[slot.start : slot.end]:
            continue
        likely = established and sure >= certain
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


def _suspects(evidence: Evidence) -> npt.NDArray[Any]:
    """Return which lines are decoded: a word there, or many in lines like it, tell of damage."""
    return (evidence.strong > 0) | ((evidence.clean < 0.5) & (evidence.support >= 6))


class _Slots(NamedTuple):
    """The slots of the damaged lines: what the decoder gets, and where each comes from.

    `rows` runs parallel with `tokens` (numbers of tokens of the evidence); `options` is by row of
    the table, empty for a row that is not in doubt.
    """

    table: decoder.Candidates
    rows: npt.NDArray[Any]
    tokens: npt.NDArray[Any]
    options: list[tuple[Candidate, ...]]


def _slots(evidence: Evidence, desk: _Desk) -> _Slots:
    """Return slots for the tokens of every line that may be damaged."""
    import numpy as np

    from vnclean.language import ngram
    from vnclean.repair import decoder

    chosen = np.flatnonzero(_suspects(evidence)[evidence.line])
    mixes = list(dict.fromkeys(evidence.mixes))
    number = {mix: n for n, mix in enumerate(mixes)}
    mix_of_line = np.array([number[mix] for mix in evidence.mixes], np.int64)
    kinds = len(evidence.distinct) or 1
    key = mix_of_line[evidence.line[chosen]] * kinds + evidence.which[chosen]
    pairs, inverse = np.unique(key, return_inverse=True)
    table = decoder.Candidates()
    edge = ngram.BOUNDARY * 4
    rows: list[int] = []
    attached: list[int] = []  # the row of a mark that follows a word or a closing bracket
    options: list[tuple[Candidate, ...]] = []
    for pair in pairs.tolist():
        reading = evidence.distinct[pair % kinds]
        text = reading.text
        found = desk.options(reading, mixes[pair // kinds])
        if found:
            row = table.add([o.code for o in found], [o.score for o in found])
            plain = row if reading.word else table.fixed(edge)
        elif text.isspace() and text != "\n":
            row = plain = -1
        else:
            code = desk.model.code(text) if text[0] not in MARKS else edge
            row = plain = -1 if code < 0 else table.fixed(code)
        rows.append(row)
        attached.append(plain)
        options += [()] * (len(table) - len(options))
        if found:
            options[row] = found
    opening = np.array([r.text.isspace() or r.text in _OPENING for r in evidence.distinct])
    free = np.concatenate([[True], opening[evidence.which[:-1]]])[chosen]
    slots = np.where(free, np.array(rows, np.int64)[inverse], np.array(attached, np.int64)[inverse])
    real = slots >= 0
    return _Slots(table, slots[real], chosen[real], options)


def _decode(
    reader: Readings, evidence: Evidence, certain: float, doubtful: float
) -> Iterator[Edit]:
    """Decode the damaged lines together and yield an edit for each token that changes."""
    import numpy as np

    from vnclean.language.ngram import UNKNOWN
    from vnclean.repair import decoder

    if not _suspects(evidence).any():
        return
    desk = _desk()
    slots = _slots(evidence, desk)
    decoded = decoder.decode(slots.rows, slots.table, desk.model)
    strong = np.array([reading.strong for reading in evidence.distinct])
    told = strong[evidence.which[slots.tokens]]
    lines = evidence.line[slots.tokens]
    verdicts = _verdicts(evidence, lines[told], decoded.confidence[told])
    open_row = np.array([bool(found) for found in slots.options])
    at = np.flatnonzero(open_row[slots.rows])
    tokens = slots.tokens[at]
    names = [f"lossy.{name}" for name in reader.channels]
    changed = []
    total: dict[int, float] = {}
    count: dict[int, int] = {}
    for slot, row, best, posterior, kind, start, line in zip(
        at.tolist(), slots.rows[at].tolist(), decoded.best[at].tolist(),
        decoded.confidence[at].tolist(), evidence.which[tokens].tolist(),
        evidence.starts[tokens].tolist(), lines[at].tolist(), strict=True,
    ):  # fmt: skip
        options = slots.options[row]
        if options[best].surface != evidence.distinct[kind].text:
            changed.append((slot, options, options[best], posterior, kind, start, line))
            total[line] = total.get(line, 0.0) + posterior
            count[line] = count.get(line, 0) + 1
    by_line = evidence.channel.tolist()
    for slot, options, chosen, posterior, kind, start, line in changed:
        channel = by_line[line]
        reading = evidence.distinct[kind]
        sure = calibrated(reader.channels[channel], posterior, total[line] / count[line])
        if chosen.code >> 2 == UNKNOWN:
            sure *= _NEVER_SEEN
        needed = certain
        others: tuple[tuple[str, float], ...] = ()
        if posterior < 0.999:
            ranked = [(options[n].surface, p) for n, p in decoded.ranked(slot)]
            others = tuple((other, round(p, 4)) for other, p in ranked[1:4])
            if reading.kept is not None and dict(ranked).get(reading.text, 0) > _STILL_POSSIBLE:
                needed = doubtful
        likely = verdicts[line] and sure >= needed
        yield Edit(
            start, start + len(reading.text), chosen.surface, names[channel], sure,
            Safety.LIKELY if likely else Safety.SUGGEST, others,
        )  # fmt: skip


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
        backed & (evidence.clean < 0.02) & (evidence.share >= _EXPLAINED)
    ).tolist()
    return verdicts
