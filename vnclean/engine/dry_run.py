"""Looking without writing: what cleaning would change, text by text, in order."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from functools import partial

from vnclean.engine.columns import told_by_columns
from vnclean.engine.counts import EditCounts
from vnclean.engine.explaining import explain_field, is_plain
from vnclean.engine.plan import Task
from vnclean.engine.reading import CHUNK, Piece, batches, pieces
from vnclean.engine.recoding import recode
from vnclean.engine.transport import run_in_processes
from vnclean.engine.visitor import clean_or_reject, rewrite_or_reject
from vnclean.formats import Field, Reject
from vnclean.pipeline import Pipeline
from vnclean.result import Result
from vnclean.transform import Edit

__all__ = ["DryRun", "Finding", "survey"]


@dataclass(slots=True)
class Finding:
    """A text that has edits or suggestions, and where it stands."""

    place: Field
    result: Result


@dataclass(slots=True)
class SurveyPart:
    """What was found in a part of a task."""

    findings: list[Finding] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    tally: EditCounts = field(default_factory=EditCounts)
    end: bool = False
    read: int = 0


@dataclass(frozen=True)
class DryRun:
    """The work of a process: explains the texts of chunks; `everything` keeps unchanged ones."""

    pipeline: Pipeline
    suggestions: bool = False
    everything: bool = False

    def __call__(self, batch: Sequence[Piece]) -> list[SurveyPart]:
        """Return what was found in every piece of a batch."""
        return [self.look(piece) for piece in batch]

    def to_transport(self, piece: Piece, outcome: SurveyPart) -> SurveyPart:
        """Return an outcome as it is to travel to another process."""
        return outcome

    def look(self, piece: Piece) -> SurveyPart:
        """Explain the texts of one piece."""
        done = SurveyPart(end=piece.end, read=piece.read)
        chunk = piece.chunk
        if chunk is not None:
            tally = done.tally
            of_columns = told_by_columns(self.pipeline, chunk, rewrite_or_reject)

            def visit(place: Field) -> str:
                tally.texts += 1
                result = self._explain(place, of_columns.get((place.key, place.text), ()))
                tally.changed += result.changed
                if result.edits or self.everything or (self.suggestions and result.suggestions):
                    done.findings.append(Finding(place, result))
                return place.text

            rewritten = rewrite_or_reject(chunk, visit)
            done.rejects += rewritten.rejects
            tally.records, tally.without = rewritten.records, rewritten.without
            tally.bytes_in = len(chunk.data)
            tally.notes.update(rewritten.notes)
            if rewritten.converted:
                tally.encodings[rewritten.converted] += rewritten.records
            if recode(chunk, rewritten, "", first=piece.first, changed=False).was:
                tally.recoded += rewritten.records
        if piece.reject is not None:
            done.rejects.append(piece.reject)
        done.tally.rejected = len(done.rejects)
        return done

    def _explain(self, place: Field, told: Sequence[Edit]) -> Result:
        pipeline = self.pipeline.for_origin(place.origin)
        shown = self.suggestions or self.everything or told or not is_plain(place)
        if not shown and clean_or_reject(pipeline, place.text) is place.text:
            return Result(place.text, place.text)
        return clean_or_reject(partial(explain_field, pipeline, told=told), place)


def survey(
    tasks: Sequence[Task],
    pipeline: Pipeline,
    *,
    jobs: int = 1,
    suggestions: bool = False,
    everything: bool = False,
) -> Generator[tuple[Task, SurveyPart], None, None]:
    """Yield, piece by piece and in order, what cleaning the tasks would change; writes nothing."""
    work = DryRun(pipeline, suggestions, everything)
    prompt = any(task.source is None for task in tasks)
    stream = batches(pieces(tasks), 1 if prompt else CHUNK)
    with contextlib.closing(run_in_processes(work, stream, jobs)) as results:
        for batch, found in results:
            for piece, part in zip(batch, found, strict=True):
                yield tasks[piece.task], part
