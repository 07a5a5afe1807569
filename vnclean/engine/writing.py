"""The writing end of a run: outputs in order, rejects, sidecar and journal beside them."""

from __future__ import annotations

import contextlib
import shutil
import time
from bisect import insort
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from vnclean.engine.atomic_files import (
    AtomicFile,
    JoinedFile,
    NoOutput,
    Sink,
    StandardOutput,
    finish_part,
    open_output,
    sync_folder,
)
from vnclean.engine.byte_diff import Splice, splice
from vnclean.engine.counts import EditCounts
from vnclean.engine.journal import Journal, Mark
from vnclean.engine.options import RunOptions
from vnclean.engine.plan import Task
from vnclean.engine.reading import Piece
from vnclean.engine.rejects import reject_line
from vnclean.engine.sidecar import closing_line, first_line, left_out_line, pack_lines
from vnclean.engine.visitor import is_document, is_filtered
from vnclean.formats import FileFormat, Reject
from vnclean.formats.compression import compress, suffix_of
from vnclean.formats.places import Place, Url
from vnclean.pipeline import Pipeline

__all__ = ["Cleaned", "Listener", "Summary", "Writer", "is_output_kept"]

CHECKPOINT = 64 << 20
"""After so many bytes of input, or so many seconds, it is noted how far a run has come."""
CHECKPOINT_SECONDS = 5.0
MAX_SHOWN = 100
"""How many faults and files a summary names."""


@dataclass(slots=True)
class Cleaned:
    """What became of a chunk; `data` is None where not a byte changed, or what did change."""

    data: bytes | list[Splice] | None
    rejects: list[Reject]
    tally: EditCounts
    edits: bytes = b""
    """Lines for the sidecar."""

    def of(self, before: bytes) -> bytes:
        """Return the bytes that the chunk has now."""
        if isinstance(self.data, list):
            return splice(before, self.data)
        return before if self.data is None else self.data


class Listener:
    """Is told how a run goes; every method may be left as it is."""

    def advanced(self, task: Task, read: int, tally: EditCounts) -> None:
        """Bytes of all inputs have been read and dealt with; `tally` is new since the last."""

    def rejected(self, task: Task, reject: Reject) -> None:
        """A record has been left out."""

    def finished(self, task: Task, tally: EditCounts, kept: bool) -> None:
        """A task is done; `kept` says that its output was written."""

    def interrupted(self) -> None:
        """The run ends early, and can be gone on with."""


@dataclass(slots=True)
class Summary:
    """What a run did. `failed` names the inputs that were not, or not wholly, cleaned."""

    tally: EditCounts = field(default_factory=EditCounts)
    files: int = 0
    files_changed: int = 0
    failed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Inputs whose output was not written, or which were left alone in place."""
    there: list[str] = field(default_factory=list)
    """Inputs that were not read, because their outputs existed when a run was to be resumed."""
    resumable: bool = False
    faults: list[tuple[str, int, str]] = field(default_factory=list)
    """The first faults of this run: file, line, reason."""
    busiest: list[tuple[int, int, int, str]] = field(default_factory=list)
    """The files with the most edits: minus their number (0 where they are not counted), changed
    texts, texts, file."""
    seconds: float = 0.0

    def enter(self, name: str, mark: Mark) -> None:
        """Count a task that is done."""
        tally = mark.tally
        self.files += 1
        self.files_changed += bool(tally.changed or tally.encodings)
        if mark.faults:
            self.failed.append(name)
        if not mark.kept:
            self.left.append(name)
        if tally.changed:
            row = (-tally.rules.total(), tally.changed, tally.texts, name)
            insort(self.busiest, row, key=lambda row: (row[0], -row[1], row[3]))
            del self.busiest[MAX_SHOWN:]


def is_output_kept(task: Task, mark: Mark, wrote: bool, options: RunOptions) -> bool:
    """Say whether the output of a task that is done is to stand under its name.

    Not where all records were left out; in place only where something changes, and no records
    are lost because there is no file of rejects. `wrote` says whether any byte came out.
    """
    tally = mark.tally
    if mark.faults and (not wrote or tally.records <= tally.rejected):
        return False
    if tally.filtered and not wrote and is_document(task.format):
        return False
    if not task.in_place:
        return True
    if mark.faults:
        return options.rejects is not None
    return bool(tally.changed or tally.encodings or options.signals)


def _open_beside(
    path: Place | None, journal: Journal | None, before: int, resume: bool, head: bytes
) -> AtomicFile | None:
    """Open a file that is written beside the outputs; `before` is how much of it is to stay."""
    if path is None:
        return None
    if journal is not None and journal.finished:
        finish_part(path)
        return None
    file = open_output(path, keep=before or None)
    if before:
        return file
    if resume and path.exists():  # what an earlier run wrote, which ended, stays
        with path.open() if isinstance(path, Url) else path.open("rb") as earlier:
            shutil.copyfileobj(earlier, file.stream)
    else:
        file.write(head)
    return file


_Ended = tuple[Task, Mark, AtomicFile | JoinedFile | None, Future[None] | None]
_WAITING = 16
"""How many files may wait for the disk at once."""


class Writer:
    """The writing end of a run: outputs, rejects, sidecar, journal, and what is counted."""

    def __init__(
        self,
        tasks: Sequence[Task],
        pipeline: Pipeline,
        options: RunOptions,
        listener: Listener,
        key: str,
    ) -> None:
        self.summary = Summary()
        self._tasks = tasks
        self._listener = listener
        self._options = options
        self._journal: Journal | None = None
        rejects, edits, resume = options.rejects, options.edits, options.resume
        if options.journal is not None:
            self._journal = Journal(options.journal, key, tasks, resume)
        done = self._journal
        self._rejects = _open_beside(rejects, done, done.last_rejects() if done else 0, resume, b"")
        self._packs = suffix_of(edits.name) if edits else ""
        head = pack_lines([first_line(pipeline)], self._packs) if edits else b""
        self._edits = _open_beside(edits, done, done.last_edits() if done else 0, resume, head)
        self._sink: Sink | None = None
        self._mark = Mark("", False, 0, 0, 0, 0, True, EditCounts())
        self._ended: deque[_Ended] = deque()
        self._threads = ThreadPoolExecutor(_WAITING)
        self._folders: set[Path] = set()
        self._synced = time.monotonic()
        self._unsynced = 0
        self._load_marks()

    def _load_marks(self) -> None:
        """Take over what an earlier run did."""
        if self._journal is None:
            return
        for task in self._tasks:
            assert task.target is not None
            if str(task.target) in self._journal.left:
                self.summary.there.append(task.name)
            mark = self._journal.marks.get(str(task.target))
            if mark is None:
                continue
            if mark.done and mark.kept:
                finish_part(task.target)
            if mark.done and mark.kept and not task.target.exists():
                del self._journal.marks[mark.task]  # someone took it away: once more
                continue
            self.summary.tally.add(mark.tally)
            if mark.done:
                self._count(task, mark)

    def skipped(self, number: int) -> int | None:
        """Return how many chunks of a task are done already; None if all of it is."""
        if self._journal is None:
            return 0
        target = str(self._tasks[number].target)
        if target in self._journal.left:
            return None
        mark = self._journal.marks.get(target)
        if mark is None:
            return 0
        return None if mark.done else mark.chunks

    def _begin(self, task: Task) -> None:
        """Turn to a task: anew, or where an earlier run stopped."""
        mark = self._journal.marks.get(str(task.target)) if self._journal else None
        if mark is None or mark.done:
            self._mark = Mark(str(task.target), False, 0, 0, 0, 0, True, EditCounts())
            return
        self._mark = replace(mark)
        if mark.out >= 0:
            assert task.target is not None
            self._sink = open_output(task.target, keep=mark.out)

    def take(self, piece: Piece, outcome: Cleaned | None) -> None:
        """Deal with the next piece, in order."""
        task = self._tasks[piece.task]
        if self._mark.task != str(task.target):
            self._begin(task)
        new = EditCounts()
        if piece.chunk is not None and outcome is not None:
            new = outcome.tally
            if data := outcome.of(piece.chunk.data):
                self._open(task).write(data)
            for reject in outcome.rejects:
                self._reject(task, reject)
            if self._edits is not None:
                self._edits.write(outcome.edits)
            self._mark.chunks += 1
            self._unsynced += len(piece.chunk.data)
        if piece.reject is not None:
            self._reject(task, piece.reject)
            if self._edits is not None and piece.reject.raw:
                self._edits.write(pack_lines([left_out_line(task.name, piece.reject)], self._packs))
            new.records += 1
            new.rejected += 1
            self._mark.chunks += not piece.end
        self._mark.tally.add(new)
        self.summary.tally.add(new)
        self._listener.advanced(task, piece.read, new)
        if piece.end:
            self._end(task)
        elif self._unsynced >= CHECKPOINT or time.monotonic() - self._synced > CHECKPOINT_SECONDS:
            self._checkpoint(task)

    def _checkpoint(self, task: Task) -> None:
        """Bring everything to the disk and note how far it is."""
        self._synced, self._unsynced = time.monotonic(), 0
        if self._journal is None or isinstance(self._sink, JoinedFile):
            return
        self._publish(0)
        self._mark.out = self._sink.sync() if isinstance(self._sink, AtomicFile) else -1
        self._mark.rejects = self._rejects.sync() if self._rejects else 0
        self._mark.edits = self._edits.sync() if self._edits else 0
        self._journal.note(task, self._mark, sync=True)

    def _open(self, task: Task) -> Sink:
        if self._sink is None:
            if self._options.dry_run:
                self._sink = NoOutput()
            elif task.target is None:
                self._sink = StandardOutput()
            else:
                file = open_output(task.target, like=task.target if task.in_place else None)
                self._sink = file
                if isinstance(task.format, FileFormat) and task.source is not None:
                    self._sink = JoinedFile(file, task.format.writer(file.stream, task.source))
        return self._sink

    def _reject(self, task: Task, reject: Reject) -> None:
        if self._rejects is not None:
            self._rejects.write(reject_line(task.name, reject))
        if is_filtered(reject):
            return
        self._mark.faults += 1
        if len(self.summary.faults) < MAX_SHOWN:
            self.summary.faults.append((task.name, reject.line, reject.reason))
        self._listener.rejected(task, reject)

    def _end(self, task: Task) -> None:
        mark = self._mark
        wrote = self._sink is not None
        mark.kept = is_output_kept(task, mark, wrote, self._options)
        if mark.kept and not (task.in_place or wrote):
            self._open(task).write(compress(b"", task.packs))
        mark.done = True
        mark.rejects = self._rejects.flushed() if self._rejects else 0
        if self._edits is not None:
            self._edits.write(pack_lines([closing_line(task, mark.kept)], self._packs))
            mark.edits = self._edits.flushed()
        file = None
        if isinstance(self._sink, AtomicFile | JoinedFile) and mark.kept:
            file = self._sink
        elif self._sink is not None:
            self._sink.commit() if mark.kept else self._sink.discard()
        self._sink = None
        self._ended.append((task, mark, file, self._threads.submit(file.ready) if file else None))
        self._publish(_WAITING)
        self._count(task, mark)
        self._listener.finished(task, mark.tally, mark.kept)
        self._mark = Mark("", False, 0, 0, 0, 0, True, EditCounts())

    def _publish(self, most: int) -> None:
        """Give files that are on the disk their names, until at most so many are waiting.

        Waiting for the disk takes longer than cleaning a small file, so several are waited for at
        once. In order, and the note comes before the name: a task is never done twice, and one
        that is noted can be given its name at any time.
        """
        while self._ended:
            task, mark, file, synced = self._ended[0]
            if synced is not None and not synced.done() and len(self._ended) <= most:
                break
            if synced is not None:
                synced.result()
            if self._journal is not None:
                self._journal.note(task, mark, sync=False)
            if file is not None:
                file.rename()
                if isinstance(task.target, Path):
                    self._folders.add(task.target.parent)
            self._ended.popleft()

    def _count(self, task: Task, mark: Mark) -> None:
        """Enter a task that is done into the summary."""
        self.summary.enter(task.name, mark)

    def close(self) -> None:
        """Give the file of rejects its name and take the journal away."""
        self._publish(0)
        self._threads.shutdown()
        for folder in self._folders:
            sync_folder(folder)
        if self._journal is not None:
            self._journal.finish()
        for file in filter(None, (self._rejects, self._edits)):
            file.commit()
        self._rejects = self._edits = None
        if self._journal is not None:
            self._journal.remove()
            self._journal = None

    def abandon(self) -> None:
        """Leave nothing half-written; keep what a later run can go on with."""
        with contextlib.suppress(Exception):
            self._publish(0)
        for _, _, file, _ in self._ended:
            if file is not None:
                file.discard()
        self._threads.shutdown()
        keep = self._journal is not None and self._journal.worth
        self.summary.resumable = keep
        if isinstance(self._sink, AtomicFile) and keep:
            self._sink.close()
        elif self._sink is not None:
            self._sink.discard()
        for beside in filter(None, (self._rejects, self._edits)):
            if keep:
                beside.close()
            else:
                with contextlib.suppress(Exception):
                    beside.commit()
        if self._journal is not None:
            self._journal.close() if keep else self._journal.remove()
        if keep:
            self._listener.interrupted()
