"""Cleaning files: every record read, cleaned in some process, and written in order."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vnclean.engine.outputs import AtomicFile, Sink, StandardOutput
from vnclean.engine.parallel import ordered
from vnclean.engine.plan import Task
from vnclean.engine.reading import CHUNK, Piece, batches, pieces, weight
from vnclean.engine.rejects import reject_line
from vnclean.engine.tally import Tally
from vnclean.formats import Field, RecordError, Reject
from vnclean.formats.compression import compress
from vnclean.pipeline import Pipeline

__all__ = ["Cleaned", "Cleaner", "Listener", "Summary", "clean_files"]


@dataclass(slots=True)
class Cleaned:
    """What became of a chunk; `data` is None where not a byte changed."""

    data: bytes | None
    rejects: list[Reject]
    tally: Tally


@dataclass(frozen=True)
class Cleaner:
    """The work of a process: cleans the texts of chunks. `account` counts edits per rule."""

    pipeline: Pipeline
    account: bool = False

    def __call__(self, batch: Sequence[Piece]) -> list[Cleaned | None]:
        """Return for every piece of a batch what became of it."""
        return [self.clean(piece) if piece.chunk else None for piece in batch]

    def clean(self, piece: Piece) -> Cleaned:
        """Clean one chunk."""
        chunk = piece.chunk
        assert chunk is not None
        tally = Tally(bytes_in=len(chunk.data))

        def visit(text: Field) -> str:
            tally.texts += 1
            new = guarded(self.pipeline, text.text)
            if new is not text.text and new != text.text:
                tally.changed += 1
                if self.account:
                    rules = (edit.rule for edit in self.pipeline.explain(text.text).edits)
                    tally.rules.update(Counter(rule for name in rules for rule in name.split("+")))
            return new

        done = chunk.format.rewrite(chunk, visit)
        tally.records = done.records
        tally.without = done.without
        tally.rejected = len(done.rejects)
        tally.bytes_out = len(done.data)
        if done.converted:
            tally.encodings[done.converted] += done.records
        same = done.data == chunk.data and not chunk.converted
        if piece.packs:
            return Cleaned(compress(done.data, piece.packs), done.rejects, tally)
        return Cleaned(None if same else done.data, done.rejects, tally)


def guarded(pipeline: Pipeline, text: str) -> str:
    """Return the cleaned text; a step that fails costs its record, not the run."""
    try:
        return pipeline(text)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except Exception as error:
        raise RecordError(
            f"a cleaning step failed with {type(error).__name__}: {error}. Please report it."
        ) from error


class Listener:
    """Is told how a run goes; every method may be left as it is."""

    def advanced(self, task: Task, read: int, tally: Tally) -> None:
        """Bytes of all inputs have been read and dealt with; `tally` is new since the last."""

    def rejected(self, task: Task, reject: Reject) -> None:
        """A record has been left out."""

    def finished(self, task: Task, tally: Tally, kept: bool) -> None:
        """A task is done; `kept` says that its output was written."""


@dataclass(slots=True)
class Summary:
    """What a run did. `failed` names the inputs that were not, or not wholly, cleaned."""

    tally: Tally = field(default_factory=Tally)
    files: int = 0
    files_changed: int = 0
    failed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Inputs whose output was not written, or which were left alone in place."""
    seconds: float = 0.0


def clean_files(
    tasks: Sequence[Task],
    pipeline: Pipeline,
    *,
    jobs: int = 1,
    rejects: Path | None = None,
    account: bool = False,
    listener: Listener | None = None,
) -> Summary:
    """Clean every task into its target; the bytes do not depend on `jobs`.

    Outputs appear under their names when they are complete. A task whose target is its source is
    cleaned in place, and left alone where nothing changes or where records would be lost because
    there is no file of rejects. Raises WriteError and WorkerLostError; whatever is raised, no
    output is half-written.
    """
    begun = time.monotonic()
    run = _Run(tasks, rejects, listener or Listener())
    prompt = any(task.source is None for task in tasks)
    stream = batches(pieces(tasks), 1 if prompt else CHUNK)
    try:
        with contextlib.closing(
            ordered(Cleaner(pipeline, account), stream, jobs, weight)
        ) as results:
            for batch, outcomes in results:
                for piece, outcome in zip(batch, outcomes, strict=True):
                    run.take(piece, outcome)
        run.close()
    except BaseException:
        run.abandon()
        raise
    run.summary.seconds = time.monotonic() - begun
    return run.summary


class _Run:
    """The writing end of a run."""

    def __init__(self, tasks: Sequence[Task], rejects: Path | None, listener: Listener) -> None:
        self.summary = Summary()
        self._tasks = tasks
        self._listener = listener
        self._rejects = AtomicFile(rejects) if rejects else None
        self._sink: Sink | None = None
        self._tally = Tally()
        self._faults = 0

    def take(self, piece: Piece, outcome: Cleaned | None) -> None:
        """Deal with the next piece, in order."""
        task = self._tasks[piece.task]
        new = Tally()
        if piece.chunk is not None and outcome is not None:
            new = outcome.tally
            data = piece.chunk.data if outcome.data is None else outcome.data
            if new.records == 0 or new.records > new.rejected:
                self._open(task).write(data)
            for reject in outcome.rejects:
                self._reject(task, reject)
        if piece.reject is not None:
            self._reject(task, piece.reject)
            new.rejected += 1
        self._tally.add(new)
        self.summary.tally.add(new)
        self._listener.advanced(task, piece.read, new)
        if piece.end:
            self._end(task)

    def _open(self, task: Task) -> Sink:
        if self._sink is None:
            if task.target is None:
                self._sink = StandardOutput()
            else:
                self._sink = AtomicFile(task.target, like=task.target if task.in_place else None)
        return self._sink

    def _reject(self, task: Task, reject: Reject) -> None:
        self._faults += 1
        if self._rejects is not None:
            self._rejects.write(reject_line(task.name, reject))
        self._listener.rejected(task, reject)

    def _end(self, task: Task) -> None:
        tally, faults = self._tally, self._faults
        self._tally, self._faults = Tally(), 0
        summary = self.summary
        summary.files += 1
        altered = bool(tally.changed or tally.encodings)
        summary.files_changed += altered
        if faults:
            summary.failed.append(task.name)
        if faults and (
            self._sink is None
            or tally.records <= tally.rejected
            or (task.in_place and not self._rejects)
        ):
            keep = False
        elif task.in_place:
            keep = altered or bool(faults)
        else:
            keep = True
            if self._sink is None:
                self._open(task).write(compress(b"", task.packs))
        if self._sink is not None:
            self._sink.commit() if keep else self._sink.discard()
            self._sink = None
        if not keep:
            summary.left.append(task.name)
        self._listener.finished(task, tally, keep)

    def close(self) -> None:
        """Finish the file of rejects."""
        if self._rejects is not None:
            self._rejects.commit()
            self._rejects = None

    def abandon(self) -> None:
        """Leave nothing half-written; what was rejected so far is kept."""
        if self._sink is not None:
            self._sink.discard()
        with contextlib.suppress(Exception):
            self.close()
