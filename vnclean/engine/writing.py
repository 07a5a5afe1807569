"""The writing end of a run: outputs in order, rejects, sidecar and journal beside them."""

from __future__ import annotations

import contextlib
import json
import time
from bisect import insort
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from vnclean.engine.atomic_files import (
    AtomicFile,
    JoinedFile,
    LeftAloneError,
    NoOutput,
    Original,
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
from vnclean.engine.reading import Piece, failure, file_blocks
from vnclean.engine.rejects import reject_line
from vnclean.engine.sidecar import closing_line, first_line, left_out_line, pack_lines
from vnclean.engine.visitor import is_document, is_filtered
from vnclean.errors import VncleanError
from vnclean.formats import FileFormat, Reject
from vnclean.formats.compression import compress, decompress_blocks, suffix_of
from vnclean.formats.lines import line_blocks
from vnclean.formats.places import Place
from vnclean.pipeline import Pipeline

__all__ = ["Cleaned", "Listener", "Summary", "Writer", "is_output_kept", "open_beside"]

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

    def concluded(self, summary: Summary) -> None:
        """All outputs are written, which a run that is cut off now would not do again.

        It would call this again: the place for what tells of the whole run.
        """

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
    """The first faults: file, line, reason."""
    busiest: list[tuple[int, int, int, str]] = field(default_factory=list)
    """The files with the most edits: minus their number (0 where they are not counted), changed
    texts, texts, file."""
    seconds: float = 0.0
    read: int = 0
    """Bytes that this run has read; those of one that it goes on with are in the tally only."""

    def enter(self, name: str, mark: Mark) -> None:
        """Count a task that is done."""
        tally = mark.tally
        self.files += 1
        self.files_changed += bool(tally.changed or tally.recoded)
        if mark.faults:
            self.failed.append(name)
        room = MAX_SHOWN - len(self.faults)
        self.faults += [(name, line, reason) for line, reason in mark.shown[:room]]
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
    if mark.spoilt or (mark.lost and task.in_place):
        return False
    if mark.faults and (not wrote or tally.records <= tally.rejected):
        return False
    if tally.filtered and not wrote and is_document(task.format):
        return False
    if not task.in_place:
        return True
    if mark.faults:
        return options.rejects is not None
    return bool(tally.changed or tally.recoded or options.signals)


def open_beside(
    path: Place | None, journal: Journal | None, before: int, redone: set[str], head: bytes
) -> AtomicFile | None:
    """Open a file that is written beside the outputs; `before` is how much of it is to stay.

    What an earlier run wrote, which ended, stays too where this one goes on with it, but for the
    lines of files that are `redone`.
    """
    if path is None:
        return None
    if journal is not None and journal.finished:
        finish_part(path)
        return None
    file = open_output(path, keep=before or None)
    try:
        if before:
            return file
        if journal is not None and journal.adds and path.exists():
            for data in _earlier_lines(path, redone):
                file.write(data)
        else:
            file.write(head)
    except BaseException:
        file.discard()
        raise
    return file


def _earlier_lines(path: Place, redone: set[str]) -> Iterator[bytes]:
    """Yield what a file of rejects or sidecar holds, without the lines of some files."""
    packs = suffix_of(path.name)
    blocks: Iterator[bytes] = file_blocks(path, CHECKPOINT)
    if not redone:
        yield from blocks
        return
    for _, block in line_blocks(decompress_blocks(blocks, packs) if packs else blocks, CHECKPOINT):
        rows = block.split(b"\n")
        kept = [row for row in rows if not (row and _file_of(row) in redone)]
        yield compress(b"\n".join(kept), packs)


def _file_of(row: bytes) -> str:
    try:
        return str(json.loads(row).get("file"))
    except (AttributeError, RecursionError, ValueError):
        return ""


_WAITING = 16
"""How many files may wait for the disk at once."""


class _Ended(NamedTuple):
    """A task that is done but for the name of its output, and what brings that to the disk."""

    task: Task
    mark: Mark
    file: AtomicFile | JoinedFile | None
    synced: Future[None] | None
    like: Original | None


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
        rejects, edits = options.rejects, options.edits
        if options.journal is not None:
            self._journal = Journal(options.journal, key, tasks, options.resume)
        done = self._journal
        self._packs = suffix_of(edits.name) if edits else ""
        head = pack_lines([first_line(pipeline)], self._packs) if edits else b""
        self._rejects = self._edits = None
        redone = {task.name for n, task in enumerate(tasks) if self.skipped(n) is not None}
        try:
            before = done.last_rejects() if done else 0
            self._rejects = open_beside(rejects, done, before, redone, b"")
            before = done.last_edits() if done else 0
            self._edits = open_beside(edits, done, before, redone, head)
        except BaseException:
            for file in filter(None, (self._rejects,)):
                file.close() if done and done.worth else file.discard()
            if done is not None:
                done.close() if done.worth else done.remove()
            raise
        beside = filter(None, (self._rejects, self._edits))
        self._blank = {file.path: file.flushed() for file in beside}
        """How long the files beside the outputs were when nothing of this run was in them."""
        self._sink: Sink | None = None
        self._mark = Mark()
        self._ended: deque[_Ended] = deque()
        self._published = False
        """Whether an output has got its name in this run."""
        self._threads = ThreadPoolExecutor(_WAITING)
        self._folders: set[Path] = set()
        self._begun = self._synced = time.monotonic()
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
            self._mark = Mark(str(task.target))
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
                self._write(task, data, new)
            for reject in outcome.rejects:
                self._reject(task, reject)
            if self._edits is not None:
                self._edits.write(outcome.edits)
            self._mark.chunks += 1
            self._unsynced += len(piece.chunk.data)
        if piece.reject is not None:
            self._reject(task, piece.reject)
            if self._edits is not None and (piece.reject.raw or not piece.reject.whole):
                line = left_out_line(task.name, piece.reject, task.format)
                self._edits.write(pack_lines([line], self._packs))
            new.records += not piece.reject.more
            new.rejected += not piece.reject.more
            self._mark.chunks += not piece.end
            self._unsynced += len(piece.reject.raw)
        self._mark.tally.add(new)
        self.summary.tally.add(new)
        self.summary.read += new.bytes_in
        self._listener.advanced(task, piece.read, new)
        if piece.end:
            self._mark.spoilt |= piece.changed
            self._end(task, piece.stamp)
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

    def _write(self, task: Task, data: bytes, new: EditCounts) -> None:
        """Write bytes of a task; a format that can't put them together costs the output alone."""
        try:
            self._open(task).write(data)
        except (OSError, VncleanError):
            raise
        except Exception as error:
            self._spoil(task, new, failure("writing it", error))

    def _spoil(self, task: Task, new: EditCounts, reason: str) -> None:
        """Go on without the output of a task."""
        if self._sink is not None:
            self._sink.discard()
        self._sink = NoOutput()
        self._mark.spoilt = True
        new.records += 1
        new.rejected += 1
        self._reject(task, Reject(0, reason, whole=False))

    def _open(self, task: Task) -> Sink:
        if self._sink is None:
            if self._options.dry_run:
                self._sink = NoOutput()
            elif task.target is None:
                self._sink = StandardOutput()
                self._published = True
            else:
                self._sink = file = open_output(task.target)
                if isinstance(task.format, FileFormat) and task.source is not None:
                    self._sink = JoinedFile(file, task.format.writer(file.stream, task.source))
        return self._sink

    def _reject(self, task: Task, reject: Reject, mark: Mark | None = None) -> None:
        mark = mark or self._mark
        mark.lost |= not reject.whole
        if self._rejects is not None:
            packs = suffix_of(self._rejects.path.name)
            self._rejects.write(compress(reject_line(task.name, reject), packs))
        if is_filtered(reject) or reject.more:
            return
        mark.faults += 1
        if len(mark.shown) < MAX_SHOWN:
            mark.shown.append([reject.line, reject.reason])
        self._listener.rejected(task, reject)

    def _end(self, task: Task, stamp: tuple[int, ...] | None) -> None:
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
        like = Original(task.target, stamp) if task.in_place and stamp else None  # type: ignore[arg-type]
        synced = self._threads.submit(file.ready) if file else None
        self._ended.append(_Ended(task, mark, file, synced, like))
        self._publish(_WAITING)
        self._mark = Mark()

    def _publish(self, most: int) -> None:
        """Give files that are on the disk their names, until at most so many are waiting.

        Waiting for the disk takes longer than cleaning a small file, so several are waited for at
        once. In order, and the note comes before the name: a task is never done twice, and one
        that is noted can be given its name at any time.
        """
        while self._ended:
            ended = self._ended[0]
            task, mark, file, synced, like = ended
            if synced is not None and not synced.done() and len(self._ended) <= most:
                break
            try:
                if synced is not None:
                    synced.result()
            except (OSError, VncleanError):
                raise
            except Exception as error:
                self._leave(ended, failure("writing it", error))
                file = None
            if self._journal is not None:
                self._journal.note(task, mark, sync=False)
            if file is not None:
                try:
                    file.rename(like)
                    self._published = True
                except LeftAloneError as error:
                    self._leave(ended, str(error))
                if isinstance(task.target, Path):
                    self._folders.add(task.target.parent)
            self._ended.popleft()
            self._count(task, mark)
            self._listener.finished(task, mark.tally, mark.kept)

    def _leave(self, ended: _Ended, reason: str) -> None:
        """Take the output of a task back, whose name can't be given to it."""
        task, mark = ended.task, ended.mark
        if ended.file is not None:
            ended.file.discard()
        mark.kept = False
        one = EditCounts(records=1, rejected=1)
        mark.tally.add(one)
        self.summary.tally.add(one)
        self._reject(task, Reject(0, reason, whole=False), mark)
        mark.rejects = self._rejects.flushed() if self._rejects else 0

    def _count(self, task: Task, mark: Mark) -> None:
        """Enter a task that is done into the summary."""
        self.summary.enter(task.name, mark)

    def close(self) -> None:
        """Give the files beside the outputs their names; the journal goes last."""
        self._publish(0)
        self._threads.shutdown()
        for folder in self._folders:
            sync_folder(folder)
        if self._journal is not None:
            self._journal.finish()
        for file in filter(None, (self._rejects, self._edits)):
            file.commit()
        self._rejects = self._edits = None
        self.summary.seconds = time.monotonic() - self._begun
        self._listener.concluded(self.summary)
        if self._journal is not None:
            self._journal.remove()
            self._journal = None

    def abandon(self) -> None:
        """Leave nothing half-written; keep what a later run can go on with."""
        with contextlib.suppress(Exception):
            self._publish(0)
        for ended in self._ended:
            if ended.file is not None:
                ended.file.discard()
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
            elif not self._published or beside.flushed() == self._blank[beside.path]:
                beside.discard()
            else:  # some outputs are new and some are not, so both are told of
                with contextlib.suppress(Exception):
                    beside.put_behind_earlier()
                    beside.commit()
        if self._journal is not None:
            self._journal.close() if keep else self._journal.remove()
        if keep:
            self._listener.interrupted()
