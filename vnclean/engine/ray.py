"""Ray: a pipeline over files on a cluster, with the bytes that the local engine gives.

Ray Data streams: tasks read the files in pieces, a pool of actors cleans blocks of pieces and
writes them, and this process coordinates them. A file that fits into one block is written by its
actor at once; the parts of a larger one are put together when all are there. Everything is written
under other names first, so an attempt that Ray repeats does no harm.

Ray's own readers and writers of text are not used: `read_text` takes U+0085, a byte of a letter in
mojibake, for a line end, and `write_json` writes each record anew.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import logging
import os
import pickle
import shutil
import socket
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from vnclean import __version__
from vnclean.engine.atomic_files import JoinedFile, Sink, hidden_name, open_output, part_name
from vnclean.engine.cleaning import Cleaner
from vnclean.engine.counts import EditCounts
from vnclean.engine.journal import Journal, Mark, run_key
from vnclean.engine.options import OptionsError, RunOptions
from vnclean.engine.plan import InputError, Task, metadata_of, record_limit
from vnclean.engine.reading import CHUNK, Piece, pieces
from vnclean.engine.rejects import reject_line
from vnclean.engine.visitor import TextOptions, is_filtered
from vnclean.engine.writing import MAX_SHOWN, Listener, Summary, is_output_kept, open_beside
from vnclean.errors import MissingExtraError, VncleanError
from vnclean.formats import FileFormat, Reject
from vnclean.formats.compression import compress, decompress_blocks, suffix_of
from vnclean.formats.places import Place, Url, size_of
from vnclean.pipeline import Pipeline

__all__ = ["ClusterError", "clean_files_on_ray"]

BLOCK = 8 << 20
"""About how many bytes an actor gets at once."""
_SHARED = "Give a folder after -o that all machines of the cluster share, or a URL."
_FINISHING = 16
"""How many large files may be put together at the same time."""


class ClusterError(VncleanError):
    """The cluster can't be reached, or gave up."""


class _CleanedPart(NamedTuple):
    """What became of some pieces of a task, one behind the other."""

    task: int
    first: int
    pieces: int
    end: bool
    whole: bool
    """Whether the target has been written."""
    wrote: bool
    read: int
    tally: EditCounts
    faults: list[tuple[int, str]]
    rejects: bytes
    spoilt: bool = False
    """Whether the file was written to while it was read."""
    error: str = ""


# -- on the cluster -------------------------------------------------------------------------------


def _version() -> str:
    """Return the version of vnclean here, once all that a worker needs has been loaded."""
    return __version__


def _read(batch: Any, keep: bool) -> Iterator[Any]:
    """Yield the pieces of some tasks, a row each; `keep` as in `pieces`."""
    import pyarrow as pa

    for number, packed in zip(
        *(batch.column(name).to_pylist() for name in ("n", "task")), strict=True
    ):
        before = 0
        for index, piece in enumerate(pieces([pickle.loads(packed)], keep=keep)):
            row = {
                "n": [number],
                "index": [index],
                "read": [piece.read - before],
                "task": pa.array([packed], pa.binary()),
                "piece": pa.array([pickle.dumps(piece)], pa.large_binary()),
            }
            before = piece.read
            yield pa.table(row)


class _Worker:
    """An actor: loads the pipeline, and with it the model, once."""

    def __init__(self, pipeline: Pipeline, options: RunOptions) -> None:
        self._cleaner = Cleaner(TextOptions.of(pipeline, options))
        self._options = options

    def __call__(self, batch: Any) -> Any:
        import pyarrow as pa

        rows = batch.to_pylist()
        done: list[_CleanedPart] = []
        while rows:
            number = rows[0]["n"]
            mine = [row for row in rows if row["n"] == number]
            rows = [row for row in rows if row["n"] != number]
            mine.sort(key=lambda row: row["index"])
            done.append(self._part(number, mine))
        return pa.table({"part": pa.array(map(pickle.dumps, done), pa.large_binary())})

    def _part(self, number: int, rows: list[dict[str, Any]]) -> _CleanedPart:
        task: Task = pickle.loads(rows[0]["task"])
        tally, faults, rejects = EditCounts(), [], []
        first, end, frames = rows[0]["index"], False, []
        spoilt = False
        for row in rows:
            piece: Piece = pickle.loads(row.pop("piece"))
            found = [] if piece.reject is None else [piece.reject]
            counted = sum(not fault.more for fault in found)
            tally.records += counted
            tally.rejected += counted
            if piece.chunk is not None:
                cleaned = self._cleaner.clean(piece)
                tally.add(cleaned.tally)
                found = cleaned.rejects + found
                if data := cleaned.of(piece.chunk.data):
                    frames.append(data)
            end = end or piece.end
            spoilt = spoilt or piece.changed
            faults += [
                (fault.line, fault.reason)
                for fault in found
                if not (is_filtered(fault) or fault.more)
            ]
            if self._options.rejects is not None:
                rejects += [reject_line(task.name, fault) for fault in found]
        whole, error = first == 0 and end, ""
        try:
            if whole:
                if _mark(task, len(rows), tally, bool(frames), spoilt, self._options).kept:
                    _finish(task, iter(frames))
            elif frames:
                _write_part(_part_place(task, first), frames)
        except VncleanError as fault:
            error = str(fault)
        read = sum(row["read"] for row in rows)
        return _CleanedPart(
            number, first, len(rows), end, whole, bool(frames), read, tally,
            faults[:MAX_SHOWN], b"".join(rejects), spoilt, error,
        )  # fmt: skip


def _mark(
    task: Task, chunks: int, tally: EditCounts, wrote: bool, spoilt: bool, options: RunOptions
) -> Mark:
    """Return the note of a task that is done, which says whether its output is kept."""
    mark = Mark(
        str(task.target), done=True, chunks=chunks, faults=tally.rejected, tally=tally,
        spoilt=spoilt,
    )  # fmt: skip
    mark.kept = is_output_kept(task, mark, wrote, options)
    return mark


def _work_folder(task: Task) -> Place:
    assert task.target is not None
    return task.target.with_name(hidden_name(task.target.name, "ray"))


def _clear(task: Task) -> None:
    """Take the parts of a task away, as far as there are any."""
    folder = _work_folder(task)
    if isinstance(folder, Url):
        system, path = folder.system()
        with contextlib.suppress(Exception):
            system.rm(path, recursive=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _part_place(task: Task, first: int) -> Place:
    return _work_folder(task) / f"{first:08}"


def _write_part(place: Place, frames: list[bytes]) -> None:
    with open_output(place) as file:
        for frame in frames:
            file.write(len(frame).to_bytes(8, "big"))
            file.write(frame)


def _frames(places: Sequence[Place]) -> Iterator[bytes]:
    for place in places:
        with place.open("rb") as file:
            while head := file.read(8):
                yield file.read(int.from_bytes(head, "big"))


def _finish(task: Task, frames: Iterator[bytes]) -> None:
    """Write a target; it appears when it is whole."""
    assert task.target is not None
    file = open_output(task.target)
    sink: Sink = file
    try:
        if isinstance(task.format, FileFormat) and task.source is not None:
            sink = JoinedFile(file, task.format.writer(file.stream, task.source))
        empty = True
        for frame in frames:
            sink.write(frame)
            empty = False
        if empty:
            sink.write(compress(b"", task.packs))
        sink.commit()
    except BaseException:
        sink.discard()
        raise


def _put_together(packed: bytes, firsts: list[int]) -> str:
    """Make a target of its parts; return what went wrong."""
    task: Task = pickle.loads(packed)
    try:
        _finish(task, _frames([_part_place(task, first) for first in firsts]))
    except FileNotFoundError as error:
        return (
            f"{error.filename} was written by one machine and can't be seen by another. {_SHARED}"
        )
    except (VncleanError, OSError) as error:
        return str(error)
    _clear(task)
    return ""


# -- in this process ------------------------------------------------------------------------------


@dataclass(slots=True)
class _State:
    """How far a task is."""

    parts: list[tuple[int, _CleanedPart]] = field(default_factory=list)
    seen: int = 0
    wanted: int = -1
    tally: EditCounts = field(default_factory=EditCounts)


class _Coordinator:
    """Takes down what became of every part, in whatever order they come."""

    def __init__(
        self,
        ray: Any,
        tasks: Sequence[Task],
        options: RunOptions,
        listener: Listener,
        key: str,
    ) -> None:
        self.summary = Summary()
        self._ray = ray
        self._tasks = tasks
        self._listener = listener
        self._states: dict[int, _State] = {}
        self._finishing: dict[Any, tuple[int, _State]] = {}
        self._read = 0
        journal, rejects = options.journal, options.rejects
        self._options = options
        self._journal = Journal(journal, key, tasks, options.resume) if journal else None
        self._begun = time.monotonic()
        before = self._journal.last_rejects() if self._journal else 0
        redone = {task.name for _, task in self._open_tasks()}
        self._rejects = open_beside(rejects, self._journal, before, redone, b"")
        self._together = ray.remote(num_cpus=0)(_put_together)

    def open_tasks(self) -> list[tuple[int, Task]]:
        """Return the tasks that an earlier run did not finish."""
        found = self._open_tasks()
        open_numbers = {number for number, _ in found}
        for number, task in enumerate(self._tasks):
            mark = self._journal.marks.get(str(task.target)) if self._journal else None
            if number in open_numbers:
                continue
            if mark is None:
                self.summary.there.append(task.name)
            else:
                self.summary.tally.add(mark.tally)
                self._count(task, mark)
        return found

    def _open_tasks(self) -> list[tuple[int, Task]]:
        found = []
        for number, task in enumerate(self._tasks):
            assert task.target is not None
            target = str(task.target)
            mark = self._journal.marks.get(target) if self._journal else None
            left = self._journal is not None and target in self._journal.left
            done = mark is not None and mark.done and (not mark.kept or task.target.exists())
            if not left and not done:
                found.append((number, task))
        return found

    def take(self, part: _CleanedPart) -> None:
        """Take down a part."""
        if part.error:
            raise ClusterError(part.error)
        task = self._tasks[part.task]
        state = self._states.setdefault(part.task, _State())
        self._read += part.read
        state.tally.add(part.tally)
        state.seen += part.pieces
        if part.end:
            state.wanted = part.first + part.pieces
        heapq.heappush(state.parts, (part.first, part))
        for line, reason in part.faults:
            self._listener.rejected(task, Reject(line, reason))
        self.summary.tally.add(part.tally)
        self.summary.read += part.tally.bytes_in
        self._listener.advanced(task, self._read, part.tally)
        if state.seen != state.wanted:
            return
        del self._states[part.task]
        wrote = [found.first for _, found in sorted(state.parts) if found.wrote]
        spoilt = any(found.spoilt for _, found in state.parts)
        mark = _mark(task, state.seen, state.tally, bool(wrote), spoilt, self._options)
        if part.whole or not mark.kept:
            self._end(part.task, state)
            return
        self._wait_for_large(_FINISHING - 1)
        self._finishing[self._together.remote(pickle.dumps(task), wrote)] = (part.task, state)

    def _wait_for_large(self, most: int) -> None:
        while len(self._finishing) > most:
            (done, *_), _ = self._ray.wait(list(self._finishing), num_returns=1)
            if error := self._ray.get(done):
                raise ClusterError(error)
            self._end(*self._finishing.pop(done))

    def _end(self, number: int, state: _State) -> None:
        task = self._tasks[number]
        wrote = any(part.wrote for _, part in state.parts)
        spoilt = any(part.spoilt for _, part in state.parts)
        mark = _mark(task, state.seen, state.tally, wrote, spoilt, self._options)
        faults = [fault for _, part in sorted(state.parts) for fault in part.faults]
        mark.shown = [list(fault) for fault in faults[:MAX_SHOWN]]
        if mark.kept and isinstance(task.target, Path) and not task.target.exists():
            raise ClusterError(
                f"{task.target} was written by one machine and can't be seen by another. {_SHARED}"
            )
        if self._rejects is not None:
            packs = suffix_of(self._rejects.path.name)
            for _, part in sorted(state.parts):
                if part.rejects:
                    self._rejects.write(compress(part.rejects, packs))
            mark.rejects = self._rejects.flushed()
        if self._journal is not None:
            self._journal.note(task, mark, sync=False)
        self._count(task, mark)
        self._listener.finished(task, state.tally, mark.kept)

    def _count(self, task: Task, mark: Mark) -> None:
        self.summary.enter(task.name, mark)

    def close(self) -> None:
        """Finish what is under way, and give the file of rejects its name."""
        self._wait_for_large(0)
        order = {task.name: number for number, task in enumerate(self._tasks)}
        for names in (self.summary.failed, self.summary.left):
            names.sort(key=order.__getitem__)
        if self._journal is not None:
            self._journal.finish()
        if self._rejects is not None and self._options.rejects is not None:
            self._rejects.flushed()
            packs = suffix_of(self._options.rejects.name)
            _sort_rejects(part_name(self._options.rejects), order, packs)
            self._rejects.commit()
        self.summary.seconds = time.monotonic() - self._begun
        self._listener.concluded(self.summary)
        if self._journal is not None:
            self._journal.remove()

    def abandon(self) -> None:
        """Take away what is half done; keep what a later run can go on with."""
        # Actors may have written outputs that no mark tells of: without the journal a later run
        # would take them for done, and their rejects would be lost.
        keep = self._journal is not None
        self.summary.resumable = keep
        begun = {*self._states, *(number for number, _ in self._finishing.values())}
        for number, task in enumerate(self._tasks):
            # Of others an actor may have written parts that nobody has told of yet.
            if number in begun or isinstance(task.target, Path):
                _clear(task)
        if self._rejects is not None:
            with contextlib.suppress(Exception):
                self._rejects.close() if keep else self._rejects.discard()
        if self._journal is not None:
            self._journal.close() if keep else self._journal.remove()
        if keep:
            self._listener.interrupted()


def _sort_rejects(path: Path, order: dict[str, int], packs: str = "") -> None:
    """Put rejects, which stand in the order in which files were done, into that of the inputs."""
    data = path.read_bytes()
    data = b"".join(decompress_blocks([data], packs)) if packs and data else data
    lines = data.split(b"\n")[:-1]
    lines.sort(key=lambda line: order.get(json.loads(line)["file"], -1))
    with open(path, "r+b") as file:
        file.writelines(compress(line + b"\n", packs) for line in lines)
        file.truncate()


_LOCAL_ONLY = {"edits": "--edits", "selection": "--limit or --sample", "dry_run": "--dry-run"}


def _check(tasks: Sequence[Task], options: RunOptions) -> None:
    options.check(tasks)
    if other := next((text for name, text in _LOCAL_ONLY.items() if getattr(options, name)), None):
        raise OptionsError(f"{other} works with --engine local only: leave one of them out.")
    for task in tasks:
        if task.source is None:
            raise InputError("--engine ray reads files, not standard input. Name a file or folder.")
        if task.target is None:
            raise InputError("--engine ray writes files, not standard output: give one after -o.")
        if task.in_place:
            raise InputError("--engine ray does not clean in place: give a folder after -o.")


def _check_reachable(address: str | None) -> None:
    """Raise OSError where nobody listens at HOST:PORT; Ray would take minutes to say so."""
    host, colon, port = (address or "").removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()


@contextlib.contextmanager
def _silence_stderr() -> Iterator[None]:
    """Point the file of standard error at nothing for a while; what fails is raised anyway."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


@contextlib.contextmanager
def _cluster(address: str | None) -> Iterator[Any]:
    """Connect to a cluster, or start one on this machine; leave it as it was found."""
    try:
        import pyarrow  # noqa: F401
        import ray
        import ray.data
    except ImportError:
        raise MissingExtraError("ray", "ray", "--engine ray") from None
    begun = not ray.is_initialized()
    if begun:
        local = address in (None, "local") and "RAY_ADDRESS" not in os.environ
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported to anyone
        # Ray's core writes to standard error about its own doings, and that it was told not to.
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
        try:
            _check_reachable(address)
            with _silence_stderr():
                ray.init(
                    address=address,
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    **({"include_dashboard": False} if local else {}),
                )
        except (OSError, RuntimeError, ValueError) as error:
            raise ClusterError(
                f"No Ray cluster answers at {address or 'the address in RAY_ADDRESS'} "
                f"({str(error).strip().partition(chr(10))[0]}). Start one with `ray start --head`, "
                "or leave --address out to use this machine alone."
            ) from None
    context = ray.data.DataContext.get_current()
    settings = ("target_max_block_size", "enable_progress_bars", "print_on_execution_start")
    before = {name: getattr(context, name) for name in settings if hasattr(context, name)}
    logger = logging.getLogger("ray.data")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        context.target_max_block_size = BLOCK
        context.enable_progress_bars = context.print_on_execution_start = False
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"ray\.")  # of what users can't change here
            yield ray
    finally:
        for name, value in before.items():
            setattr(context, name, value)
        logger.setLevel(level)
        if begun:
            ray.shutdown()


def clean_files_on_ray(
    tasks: Sequence[Task],
    pipeline: Pipeline,
    options: RunOptions | None = None,
    listener: Listener | None = None,
    *,
    address: str | None = None,
) -> Summary:
    """Clean every task into its target on a Ray cluster; the bytes are those of `clean_files`.

    `address` is the cluster's (`auto`, `host:6379`, `ray://host:10001`), None this machine or what
    RAY_ADDRESS says; the option `jobs` the number of actors, 0 for one per processor of the
    cluster. Inputs and outputs must be on storage that all its machines share, and vnclean be
    installed on them. `resume` goes on with the files that are not done. Raises InputError for
    standard input, standard output and work in place, MissingExtraError without ray, ClusterError.
    """
    options = options or RunOptions()
    _check(tasks, options)
    rejects, metadata = options.rejects, metadata_of(tasks)
    of_texts = TextOptions.of(pipeline, options).key()
    key = run_key(
        of_texts, CHUNK, rejects=rejects, metadata=metadata, records=record_limit(tasks),
        engine="ray",
    )  # fmt: skip
    with _cluster(address) as ray:
        _check_machines(ray)
        coordinator = _Coordinator(ray, tasks, options, listener or Listener(), key)
        try:
            if todo := coordinator.open_tasks():
                for part in _parts(ray, todo, pipeline, options):
                    coordinator.take(part)
            coordinator.close()
        except BaseException as error:
            coordinator.abandon()
            if isinstance(error, ray.exceptions.RayError):
                raise ClusterError(
                    f"Ray gave up: {_last_line(error)} Look at its logs; the machines need the "
                    "same versions of Python, Ray and vnclean."
                ) from error
            raise
    return coordinator.summary


def _check_machines(ray: Any) -> None:
    """Raise ClusterError where a machine lacks this version: Ray would try for ever."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    version = ray.remote(num_cpus=0, max_retries=0)(_version)
    answers = {}
    for node in ray.nodes():
        if node["Alive"]:
            there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            answers[node["NodeManagerAddress"]] = version.options(
                scheduling_strategy=there
            ).remote()
    for name, answer in answers.items():
        try:
            found = ray.get(answer)
        except ray.exceptions.RayError as error:
            found = f"none that can be loaded ({_last_line(error)})"
        if found != __version__:
            raise ClusterError(
                f"This is vnclean {__version__}, but the machine {name} has {found}. Install the "
                "same version, with the extra ray, on every machine of the cluster."
            )


def _last_line(error: BaseException) -> str:
    return (str(error).strip().split("\n") or [""])[-1]


def _blocks(task: Task) -> int:
    """Return at most how many blocks a file makes; no more actors than that can have work."""
    if not isinstance(task.source, Path) or task.packed or isinstance(task.format, FileFormat):
        return 1 << 20  # who knows
    return 1 + (size_of(task.source) or 0) // BLOCK


def _parts(
    ray: Any,
    todo: list[tuple[int, Task]],
    pipeline: Pipeline,
    options: RunOptions,
) -> Iterator[_CleanedPart]:
    """Run the cluster; yield what became of the parts, in the order in which they are done."""
    data = ray.data
    actors = options.jobs or max(1, int(ray.cluster_resources().get("CPU", 1)))
    actors = min(actors, sum(_blocks(task) for _, task in todo))
    rows = [{"n": number, "task": pickle.dumps(task)} for number, task in todo]
    # Readers wait for the actors nearly all the time, so they ask for no processor of their own.
    dataset = data.from_items(rows, override_num_blocks=min(len(rows), 4 * actors)).map_batches(
        _read,
        fn_kwargs={"keep": options.keeps},
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=0,
        compute=data.TaskPoolStrategy(size=1 + actors // 4),
    )
    cleaned = dataset.map_batches(
        _Worker,
        fn_constructor_args=(pipeline, options),
        batch_size=None,
        batch_format="pyarrow",
        num_cpus=1,
        compute=data.ActorPoolStrategy(size=actors),
    )
    for batch in cleaned.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
        for packed in batch.column("part").to_pylist():
            yield pickle.loads(packed)
