"""Cleaning files: every record read, cleaned in some process, and written in order."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from vnclean.engine.counts import EditCounts
from vnclean.engine.journal import run_key
from vnclean.engine.options import RunOptions
from vnclean.engine.parallel import job_count
from vnclean.engine.plan import Task, metadata_of, record_limit
from vnclean.engine.reading import CHUNK, Piece, batches, pieces
from vnclean.engine.recoding import narrow_encoding, recode
from vnclean.engine.sampling import select_records
from vnclean.engine.sidecar import chunk_lines, pack_lines
from vnclean.engine.transport import make_patches, run_in_processes
from vnclean.engine.visitor import CleaningVisitor, TextOptions, is_filtered, rewrite_or_reject
from vnclean.engine.writing import Cleaned, Listener, Summary, Writer
from vnclean.formats.compression import compress, suffix_of
from vnclean.pipeline import Pipeline

__all__ = ["Cleaner", "clean_files"]


@dataclass(frozen=True)
class Cleaner:
    """The work of a process: cleans the texts of chunks.

    `sidecar` is the ending of the sidecar's name that tells of its compression, None for none.
    """

    texts: TextOptions
    sidecar: str | None = None

    def __call__(self, batch: Sequence[Piece]) -> list[Cleaned | None]:
        """Return for every piece of a batch what became of it."""
        return [self.clean(piece) if piece.chunk else None for piece in batch]

    def to_transport(self, piece: Piece, outcome: Cleaned | None) -> Cleaned | None:
        """Return an outcome as it is to travel to another process."""
        if piece.chunk and outcome and isinstance(outcome.data, bytes) and not piece.packs:
            changes = make_patches(piece.chunk.data, outcome.data)
            return outcome if changes is None else replace(outcome, data=changes)
        return outcome

    def clean(self, piece: Piece) -> Cleaned:
        """Clean one chunk."""
        chunk = piece.chunk
        assert chunk is not None
        tally = EditCounts(bytes_in=len(chunk.data))
        narrow = narrow_encoding(chunk, self.texts.encoding)
        visit = CleaningVisitor(self.texts, chunk, tally, narrow)
        done = rewrite_or_reject(chunk, visit)
        changed = bool(tally.changed)
        written = recode(chunk, done, self.texts.encoding, first=piece.first, changed=changed)
        tally.records = done.records
        tally.without = done.without
        tally.filtered = sum(is_filtered(reject) for reject in done.rejects)
        tally.rejected = len(done.rejects) - tally.filtered
        tally.bytes_out = len(written.data)
        if done.converted:
            tally.encodings[done.converted] += done.records
        if written.was:
            tally.recoded += done.records
        tally.notes.update(done.notes)
        edits = b""
        if self.sidecar is not None:
            lines = chunk_lines(piece.name, chunk, done, visit.visits, self._steps)
            if written.encoding not in ("", "utf-8", "utf-8-sig"):
                lines[0]["written"] = written.encoding
            edits = pack_lines(lines, self.sidecar)
        data = written.data
        if piece.packs:
            return Cleaned(compress(data, piece.packs), done.rejects, tally, edits)
        return Cleaned(None if data == chunk.data else data, done.rejects, tally, edits)

    @cached_property
    def _steps(self) -> dict[str, str]:
        return {rule: step.name for step in self.texts.pipeline for rule in step.rules}


def clean_files(
    tasks: Sequence[Task],
    pipeline: Pipeline,
    options: RunOptions | None = None,
    listener: Listener | None = None,
) -> Summary:
    """Clean every task into its target; the bytes do not depend on the number of processes.

    Outputs appear under their names when they are complete. A task whose target is its source is
    cleaned in place, and left alone where nothing changes or where records would be lost because
    there is no file of rejects. Raises InputError, WriteError and WorkerLostError; whatever is
    raised, no output is half-written.
    """
    options = options or RunOptions()
    options.check(tasks)
    texts = TextOptions.of(pipeline, options)
    key = ""
    if options.journal is not None:
        beside = {"rejects": options.rejects, "edits": options.edits}
        of_formats = {"metadata": metadata_of(tasks), "records": record_limit(tasks)}
        key = run_key(texts.key(), CHUNK, **beside, **of_formats)
    writer = Writer(tasks, pipeline, options, listener or Listener(), key)
    prompt = options.line_buffered or any(task.source is None for task in tasks)
    keep = options.keeps and options.selection is None  # a sample is held in memory
    singly = options.line_buffered
    source = pieces(tasks, CHUNK, writer.skipped, keep=keep, singly=singly)
    source = select_records(source, options.selection)
    stream = batches(source, 1 if prompt else CHUNK)
    cleaner = Cleaner(texts, suffix_of(options.edits.name) if options.edits else None)
    try:
        with contextlib.closing(
            run_in_processes(cleaner, stream, job_count(options.jobs, tasks))
        ) as results:
            for batch, outcomes in results:
                for piece, outcome in zip(batch, outcomes, strict=True):
                    writer.take(piece, outcome)
        writer.close()
    except BaseException:
        writer.abandon()
        raise
    return writer.summary
