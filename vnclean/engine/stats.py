"""What a corpus is like: sizes, damage, encodings, rules, and the spread of quality signals."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from vnclean.engine.counts import EditCounts
from vnclean.engine.explaining import explain_field
from vnclean.engine.plan import Task
from vnclean.engine.reading import CHUNK, Piece, batches, pieces
from vnclean.engine.sampling import Selection, select_records
from vnclean.engine.transport import run_in_processes
from vnclean.engine.visitor import clean_or_reject, rewrite_or_reject
from vnclean.formats import Field, Reject
from vnclean.pipeline import Pipeline
from vnclean.signals import SIGNALS, Quality

__all__ = ["Stats", "collect"]

_POINTS = (5, 25, 50, 75, 95)
_HELD = 20_000
"""Of how many texts at most the signals are kept; of more, every other one is let go."""


@dataclass(slots=True)
class Stats:
    """Sums and signals of some texts; they add up."""

    tally: EditCounts = field(default_factory=EditCounts)
    files: int = 0
    characters: int = 0
    syllables: int = 0
    damage: Counter[str] = field(default_factory=Counter)
    """How many texts have edits or suggestions of a step."""
    values: list[tuple[float, ...]] = field(default_factory=list)
    faults: list[tuple[str, Reject]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Stats) -> None:
        """Add other stats to these."""
        self.tally.add(other.tally)
        self.characters += other.characters
        self.syllables += other.syllables
        self.damage.update(other.damage)
        self.values += other.values
        self.faults += other.faults
        if len(self.values) > 2 * _HELD:
            self.values = self.values[::2]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values; signals as their 5th, 25th, 50th, 75th and 95th percentile."""
        tally = self.tally.as_dict()
        counts = {name: tally[name] for name in ("records", "texts", "changed", "rejected")}
        return {
            "files": self.files,
            **counts,
            "bytes": tally["bytes_in"],
            "characters": self.characters,
            "syllables": self.syllables,
            "encodings": tally["encodings"],
            "steps": dict(self.damage.most_common()),
            "rules": tally["rules"],
            "signals": {
                name: [_rounded(value) for value in _percentiles(column)]
                for name, column in zip(SIGNALS, zip(*self.values, strict=True), strict=False)
            },
            "seconds": round(self.seconds, 3),
            "bytes_per_second": round(self.tally.bytes_in / max(self.seconds, 1e-9)),
        }


@dataclass(frozen=True)
class _Counter:
    """The work of a process."""

    pipeline: Pipeline

    def __call__(self, batch: Sequence[Piece]) -> list[Stats]:
        return [self.count(piece) for piece in batch]

    def to_transport(self, piece: Piece, outcome: Stats) -> Stats:
        return outcome

    def count(self, piece: Piece) -> Stats:
        done = Stats()
        tally, chunk = done.tally, piece.chunk
        rejects = [piece.reject] if piece.reject is not None else []
        steps = {rule: step.name for step in self.pipeline for rule in step.rules}

        def visit(text: Field) -> str:
            tally.texts += 1
            result = clean_or_reject(partial(explain_field, self.pipeline), text)
            tally.changed += result.changed
            for edit in result.edits:
                tally.rules.update(edit.rule.split("+"))
            found = [*result.edits, *result.suggestions]
            touched = {steps.get(rule, rule) for edit in found for rule in edit.rule.split("+")}
            done.damage.update(touched)
            quality = Quality.of(result)
            done.characters += len(text.text)
            done.syllables += quality.syllables
            done.values.append(tuple(quality[name] for name in SIGNALS))
            return text.text

        if chunk is not None:
            rewritten = rewrite_or_reject(chunk, visit)
            rejects += rewritten.rejects
            tally.records, tally.bytes_in = rewritten.records, len(chunk.data)
            if rewritten.converted:
                tally.encodings[rewritten.converted] += rewritten.records
        done.faults = [(piece.name, reject) for reject in rejects]
        tally.rejected = len(rejects)
        return done


def collect(
    tasks: Sequence[Task],
    pipeline: Pipeline,
    *,
    jobs: int = 1,
    selection: Selection | None = None,
) -> Stats:
    """Read the tasks and return what they are like; writes nothing.

    The signals are those after cleaning; they cost more than the cleaning, so give a selection
    where the corpus is large.
    """
    begun = time.monotonic()
    total = Stats()
    files: set[int] = set()
    stream = batches(select_records(pieces(tasks), selection), CHUNK)
    with contextlib.closing(run_in_processes(_Counter(pipeline), stream, jobs)) as results:
        for batch, found in results:
            for piece, part in zip(batch, found, strict=True):
                files.add(piece.task)
                part.faults = [(tasks[piece.task].name, reject) for _, reject in part.faults]
                total.add(part)
    total.files = len(files)
    total.seconds = time.monotonic() - begun
    return total


def _percentiles(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered[(len(ordered) - 1) * point // 100] for point in _POINTS]


def _rounded(value: float) -> float | None:
    return None if value == float("inf") else round(value, 4)
