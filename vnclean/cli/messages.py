"""What people are told while a command runs: all of it on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from vnclean.cli.terminal import printable, say
from vnclean.engine import Listener, Summary, Task
from vnclean.engine.counts import EditCounts
from vnclean.engine.plan import total_size
from vnclean.formats import Reject

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["Reporter", "complaint", "count_noun", "read_whole"]

_SHOWN = 20
"""How many rejects are named one by one."""


def count_noun(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> count_noun(1, "record"), count_noun(2000, "record")
    ('1 record', '2,000 records')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def complaint(task: Task, reject: Reject) -> str:
    """Return a reject as a line for people."""
    where = f"{task.name}:{reject.line}" if reject.line else task.name
    return f"{where}: left out: {reject.reason}"


def read_whole(name: str, most: int, *, head: bool = False) -> bytes | None:
    """Return the bytes of a file, or of standard input; say why where they are left out.

    Of more than `most` bytes none are returned; where a `head` will do, the lines that begin there.
    """
    from vnclean.engine.reading import file_blocks
    from vnclean.errors import FormatError
    from vnclean.formats.lines import too_large
    from vnclean.formats.places import place

    held: list[bytes] = []
    length = 0
    try:
        for block in file_blocks(None if name == "-" else place(name), 1 << 20):
            held.append(block)
            length += len(block)
            if length > most:
                break
    except OSError as error:
        say(f"{name}: left out: it can't be read: {error.strerror or error}")
        return None
    except FormatError as error:
        say(f"{name}: left out: {error}")
        return None
    data = b"".join(held)
    if length <= most:
        return data
    if not head:
        say(f"{name}: left out: {too_large(length, 'or more, and it is read whole')}")
        return None
    say(f"{name}: judged by its first {most:,} bytes; --max-record reads more")
    return data[: data.rfind(b"\n", 0, most) + 1 or most & ~3]


class Reporter(Listener):
    """Shows a bar on a terminal, plain lines with -v, and every fault."""

    def __init__(
        self,
        tasks: Sequence[Task],
        *,
        verbose: bool,
        quiet: bool,
        dry_run: bool = False,
        conclude: Callable[[Summary], None] = lambda summary: None,
    ) -> None:
        self._conclude = conclude
        self._tasks = tasks
        self._verbose = verbose
        self._silent = quiet
        self._dry = dry_run
        self._faults = self._notes = 0
        self._bar: Progress | None = None
        self._id: TaskID | None = None
        self._sum = EditCounts()
        to_terminal = any(task.target is None for task in tasks) and sys.stdout.isatty()
        self.terminal = sys.stderr.isatty() and not quiet
        if self.terminal and not to_terminal:
            self._start()

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self._bar = Progress(
            BarColumn(bar_width=16),
            DownloadColumn(),
            TransferSpeedColumn(),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            transient=True,
        )
        self._id = self._bar.add_task("", total=total_size(self._tasks), told="")
        self._bar.start()

    def say(self, message: str) -> None:
        """Print a line on standard error, above the bar if there is one."""
        if self._bar is not None:
            text = printable(message)
            self._bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            say(message)

    def advanced(self, task: Task, read: int, tally: EditCounts) -> None:
        """Move the bar."""
        if self._bar is not None and self._id is not None:
            self._sum.add(tally)
            told = f"{self._sum.changed:,}/{self._sum.texts:,} changed"
            if self._sum.rejected:
                told += f", {self._sum.rejected:,} left out"
            self._bar.update(self._id, completed=read, told=told)

    def rejected(self, task: Task, reject: Reject) -> None:
        """Name the fault, as long as there are few."""
        self._faults += 1
        if self._faults <= _SHOWN:
            self.say(complaint(task, reject))
        elif self._faults == _SHOWN + 1:
            self.say("More is left out; it is counted at the end.")

    def finished(self, task: Task, tally: EditCounts, kept: bool) -> None:
        """Say what became of a file, with -v; and what can't be meant, always."""
        if tally.records > tally.rejected and not tally.texts and tally.without:
            keys = " or ".join(map(repr, getattr(task.format, "keys", ())))
            self.say(
                f"{task.name}: no record has a text under {keys}; "
                "nothing was cleaned. Choose the field with --text-key."
            )
        for told in [] if self._silent else tally.notes:
            self._notes += 1
            if self._notes <= _SHOWN or self._verbose:
                self.say(f"{task.name}: {told}")
        if self._verbose:
            note = "" if kept else ", not written"
            self.say(
                f"{task.name}: {tally.changed:,} of {count_noun(tally.texts, 'text')} changed{note}"
            )

    def concluded(self, summary: Summary) -> None:
        """Have the report written, while the run can still be gone on with."""
        self._conclude(summary)

    def interrupted(self) -> None:
        """Say that what was done is not lost."""
        self.say("What was done so far is kept; the same command with --resume goes on.")

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Any:
        self.close()

    def conclude(self, summary: Summary, rejects: str | None) -> None:
        """Say how it ended: on a terminal or with -v; faults always."""
        tally = summary.tally
        if summary.failed:
            lost = count_noun(tally.rejected, "record")
            kept = f"They are kept in {rejects}." if rejects else "--rejects FILE keeps them."
            self.say(
                f"{lost} could not be cleaned, in {count_noun(len(summary.failed), 'file')}. {kept}"
            )
        if tally.filtered:
            kept = f" (kept in {rejects})" if rejects else ""
            self.say(
                f"{count_noun(tally.filtered, 'record')} of {tally.records:,} did not meet "
                f"--min-quality{kept}."
            )
        if self._notes > _SHOWN and not self._verbose:
            more = ", ".join(sorted(tally.notes))
            self.say(f"{self._notes - _SHOWN:,} more notes like these (-v says all): {more}.")
        if summary.there:
            self.say(
                f"{count_noun(len(summary.there), 'output')} existed already and stayed as it was."
                if len(summary.there) == 1
                else f"{len(summary.there):,} outputs existed already and stayed as they were."
            )
        told = self._dry and not self._silent
        if self._verbose or told or (self.terminal and any(t.target for t in self._tasks)):
            speed = summary.read / 1e6 / max(summary.seconds, 1e-9)
            done, became = ("Looked at", "would change") if self._dry else ("Cleaned", "changed")
            self.say(
                f"{done} {count_noun(summary.files - len(summary.left), 'file')}: "
                f"{tally.changed:,} of {count_noun(tally.texts, 'text')} {became} "
                f"({summary.read / 1e6:,.1f} MB in {summary.seconds:.1f} s, {speed:.1f} MB/s)."
            )
