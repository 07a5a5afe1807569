"""The journal of a run: how far it came, so that it can go on after it was cut off.

A line of JSON for every checkpoint inside a file and for every file that is done. Lines are
written before the step they announce can be seen, and a last line that is torn is no line.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from vnclean.engine.atomic_files import WriteError, hidden_name, scratch_path, writing_to
from vnclean.engine.counts import EditCounts
from vnclean.engine.locks import open_owned, unlock
from vnclean.engine.plan import InputError, Task
from vnclean.errors import VncleanError
from vnclean.formats.places import Url, existing_places, is_special, place, stamp_of

Kind = TypeVar("Kind")

__all__ = ["Journal", "Mark", "journal_path", "run_key"]

_HEAD = 1 << 20


def journal_path(output: str | None, tasks: Sequence[Task]) -> Path | None:
    """Return where the journal of a run lies: in the output folder, or beside the output file.

    That of a remote output lies on this machine, in the folder for temporary files.
    """
    if output is None or any(task.target is None or task.in_place for task in tasks):
        return None
    out = place(output)
    if is_special(out):
        return None
    if isinstance(out, Url):
        return scratch_path(out, "journal")
    if len(tasks) == 1 and tasks[0].target == out:
        return out.with_name(hidden_name(out.name, "journal"))
    return out / ".vnclean-journal"


def run_key(pipeline: str, chunk: int, **options: object) -> str:
    """Return what must be the same for a run to be gone on with; None and False are left out."""
    rest = [f"{name}={value}" for name, value in options.items() if value not in (None, False)]
    return " ".join([pipeline, f"chunk={chunk}", *rest])


@dataclass(slots=True)
class Mark:
    """How far a task had come: chunks dealt with, bytes written, and what was counted."""

    task: str = ""
    done: bool = False
    chunks: int = 0
    out: int = 0
    rejects: int = 0
    faults: int = 0
    kept: bool = True
    tally: EditCounts = field(default_factory=EditCounts)
    source: list[Any] = field(default_factory=list)
    edits: int = 0
    lost: bool = False
    """Whether something was left out that the file of rejects does not hold."""
    spoilt: bool = False
    """Whether what was written must not get the name of the output."""
    shown: list[list[Any]] = field(default_factory=list)
    """Line and reason of the first faults."""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["tally"] = self.tally.as_dict()
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Mark:
        """Return the mark that `as_dict` gave; raises ValueError where it can't have been."""
        if values.keys() != set(cls.__slots__):
            raise ValueError("fields")
        mark = cls(**{**values, "tally": EditCounts.from_dict(values["tally"])})
        for name, kind in cls.__annotations__.items():
            wanted = _KINDS[kind.partition("[")[0]]
            value = getattr(mark, name)
            if type(value) is not wanted or (type(value) is int and value < -1):
                raise ValueError(name)
        if not all(isinstance(line, int) and isinstance(said, str) for line, said in mark.shown):
            raise ValueError("shown")
        return mark


_KINDS = {"str": str, "bool": bool, "int": int, "list": list, "EditCounts": EditCounts}
"""The types of the fields of a mark."""


def _identity(task: Task) -> list[Any]:
    """Return what tells whether an input is still the same: size, time, hash of its beginning."""
    if task.source is None:
        return [repr(task.format)]
    return [*stamp_of(task.source, _HEAD), repr(task.format)]


class Journal:
    """Knows the marks of an earlier run, and takes those of this one.

    With `resume` an earlier journal is read and gone on with; raises InputError where the options
    or an input have changed since. Without it, or where there is none, the journal begins anew.
    """

    def __init__(self, path: Path, key: str, tasks: Sequence[Task], resume: bool) -> None:
        self.path = path
        self.marks: dict[str, Mark] = {}
        self.left: set[str] = set()
        """Targets that were there before and are not touched."""
        self.finished = False
        self.worth = False
        """Whether there is anything to go on with."""
        self.adds = resume
        """Whether the files beside the outputs go on with what an earlier, finished run wrote."""
        self._identities: dict[str, list[Any]] = {}
        with writing_to(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = open_owned(path, keep=resume)
            self._file: BinaryIO = open(descriptor, "r+b")  # noqa: SIM115
        try:
            self._begin(key, tasks, resume)
        except BaseException:
            self.close()
            raise

    def _begin(self, key: str, tasks: Sequence[Task], resume: bool) -> None:
        length = self._read(key)
        with writing_to(self.path):
            self._file.truncate(length)
            self._file.seek(length)
        if not length:
            targets = [task.target for task in tasks if resume and task.target is not None]
            left = sorted(str(target) for target in existing_places(targets))
            self.left = set(left)
            self._append({"run": key, "left": left, "adds": resume})
        for task in tasks:
            mark = self.marks.get(str(task.target))
            if mark is not None and mark.source != _identity(task):
                raise InputError(
                    f"{task.name} has changed since the run that is to be resumed. "
                    "Start anew with --overwrite."
                )
        self.worth = bool(self.marks)

    def _read(self, key: str) -> int:
        """Read the earlier journal; return the length of its whole lines in bytes."""
        with writing_to(self.path):
            data = self._file.read()
        length = 0
        for line in data.split(b"\n")[:-1]:
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                break
            length += len(line) + 1
            try:
                self._enter(entry, key)
            except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
                if isinstance(error, VncleanError):
                    raise
                raise InputError(
                    f"The journal {self.path} is damaged. Start anew with --overwrite."
                ) from None
        return length

    def _enter(self, entry: dict[str, Any], key: str) -> None:
        """Take a line of an earlier journal; of one that is damaged nothing is believed."""
        if "run" in entry:
            if entry["run"] != key:
                raise InputError(
                    "The run that is to be resumed had other options. Give the same ones, or "
                    "start anew with --overwrite."
                )
            self.left = {_of(str, name) for name in _of(list, entry["left"])}
            self.adds = _of(bool, entry["adds"])
        elif "finished" in entry:
            self.finished = True
        else:
            mark = Mark.from_dict(entry)
            self.marks[mark.task] = mark

    def last_rejects(self) -> int:
        """Return how long the file of rejects was at the last mark."""
        return max((mark.rejects for mark in self.marks.values()), default=0)

    def last_edits(self) -> int:
        """Return how long the sidecar was at the last mark."""
        return max((mark.edits for mark in self.marks.values()), default=0)

    def note(self, task: Task, mark: Mark, sync: bool) -> None:
        """Write a mark; `sync` brings it to the disk."""
        name = mark.task
        if name not in self._identities:
            self._identities = {name: _identity(task)}
        mark.source = self._identities[name]
        self._append(mark.as_dict(), sync)

    def finish(self) -> None:
        """Note that all tasks are done."""
        self._append({"finished": True}, sync=True)

    def _append(self, entry: dict[str, Any], sync: bool = False) -> None:
        try:
            self._file.write(json.dumps(entry).encode() + b"\n")
            self._file.flush()
            self.worth |= "task" in entry  # before the disk is waited for: a signal may come then
            if sync:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise WriteError(self.path, error) from None

    def close(self) -> None:
        """Stop writing; the journal stays for a later run."""
        with contextlib.suppress(OSError, ValueError):
            unlock(self._file.fileno())
            self._file.close()

    def remove(self) -> None:
        """Take the journal away: there is nothing left to go on with."""
        if os.name == "nt":
            self.close()
        with contextlib.suppress(OSError):
            self.path.unlink()
        self.close()  # only now, as it holds the lock


def _of(kind: type[Kind], value: object) -> Kind:
    """Return a value of the type that it must have; raises TypeError for another."""
    if not isinstance(value, kind):
        raise TypeError(value)
    return value
