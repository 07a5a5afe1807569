"""The options of a run over files, as one value that checks itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vnclean.engine.plan import InputError, Task
from vnclean.engine.run_paths import Role, check_run
from vnclean.engine.sampling import Selection
from vnclean.formats import Format
from vnclean.formats.delimited import Delimited
from vnclean.formats.jsonl import JsonLines
from vnclean.formats.places import Place
from vnclean.formats.text import Text
from vnclean.signals import Criteria

__all__ = ["OptionsError", "RunOptions"]


class OptionsError(InputError):
    """The options of a run contradict each other, or do not fit the inputs or the engine."""


@dataclass(frozen=True)
class RunOptions:
    """How files are cleaned. Raises OptionsError where two options contradict each other.

    `jobs` is the number of processes, 0 for as many as the inputs are worth. Records that can't be
    read go to `rejects`; `edits` is the sidecar: what `vnclean.engine.undo` needs to get the inputs
    back from the outputs; the `report` is written by the caller. `reads` are other files that the
    run reads, which nothing may be written to. `account` counts edits by rule. Texts that don't
    meet `min_quality` are left out, and go to the rejects; that is no fault. `signals` adds the
    quality of each text to its record. `encoding` is that of the outputs, "keep", or "" for Unicode
    as it came in and UTF-8 for all else. Of the records only a `selection` is dealt with. In a
    `dry_run` nothing is written. With a `journal`, a run that was cut off, however suddenly, can be
    gone on with by `resume`: the result is the same, byte for byte, as without it.
    `line_buffered` answers every record before the next is read.
    """

    jobs: int = 0
    rejects: Place | None = None
    edits: Place | None = None
    report: Place | None = None
    account: bool = False
    min_quality: Criteria | None = None
    signals: bool = False
    encoding: str = ""
    selection: Selection | None = None
    dry_run: bool = False
    journal: Path | None = None
    resume: bool = False
    reads: tuple[Role, ...] = ()
    line_buffered: bool = False

    def __post_init__(self) -> None:
        if self.selection is not None and self.resume:
            raise OptionsError(_FRESH)
        if self.resume and self.journal is None:
            raise OptionsError("--resume needs an output that can be gone on with: -o OUT.")

    def check(self, tasks: Sequence[Task]) -> None:
        """Raise OptionsError where they do not fit the tasks, InputError where paths collide."""
        in_place = any(task.in_place for task in tasks)
        if self.min_quality is not None and in_place:
            raise OptionsError("--min-quality leaves records out: give -o OUT, not --in-place.")
        dump = next((task.name for task in tasks if task.format.name == "sql"), None)
        if self.min_quality is not None and dump is not None:
            raise OptionsError(f"--min-quality leaves records out, but {dump} has to stay whole.")
        other = next((task.name for task in tasks if task.format.name != "jsonl"), None)
        if self.signals and other is not None:
            raise OptionsError(f"--signals adds a field to JSON lines; {other} has none.")
        if self.line_buffered:
            self._check_records(tasks)
        if self.selection is not None and in_place:
            raise OptionsError(_FRESH)
        check_run(tasks, self.reads, [*self.beside(), ("the journal", self.journal)])

    def _check_records(self, tasks: Sequence[Task]) -> None:
        whole = [task.name for task in tasks if not has_records(task.format)]
        if whole:
            raise OptionsError(
                f"--line-buffered is for records; {whole[0]} is read whole. Give --input-format "
                "jsonl or csv, or --lines."
            )
        if self.jobs > 1:
            raise OptionsError(
                "--line-buffered answers each record before it reads the next, in one process: "
                "leave --jobs out."
            )

    @property
    def keeps(self) -> bool:
        """Whether the bytes of what is left out go anywhere."""
        return self.rejects is not None or self.edits is not None

    def beside(self) -> list[Role]:
        """Return the files that are written beside the outputs."""
        return [
            ("the file of rejects", self.rejects),
            ("the sidecar", self.edits),
            ("the report", self.report),
        ]


def has_records(kind: Format) -> bool:
    """Say whether a file of this format is a stream of records, one line each or a few."""
    return isinstance(kind, JsonLines | Delimited) or (isinstance(kind, Text) and kind.lines)


_FRESH = "--limit and --sample need a fresh output: -o OUT or --dry-run."
