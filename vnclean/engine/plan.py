"""From what was typed to tasks: which files are read, in which format, and where they go."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from vnclean.engine.folders import Choice, InputError, files_named, is_one
from vnclean.formats import FileFormat, Format, format_named, format_of
from vnclean.formats.archives import Member
from vnclean.formats.base import MAX_RECORD
from vnclean.formats.compression import suffix_of
from vnclean.formats.delimited import Delimited
from vnclean.formats.known import with_metadata
from vnclean.formats.places import (
    Place,
    Url,
    existing_places,
    is_special,
    place,
    size_of,
)
from vnclean.formats.spans.source_code import SourceCode

__all__ = [
    "InputError",
    "InputOptions",
    "Task",
    "metadata_of",
    "plan_cleaning",
    "plan_reading",
    "record_limit",
]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to read: `source` None is standard input, `target` None standard output."""

    source: Place | None
    target: Place | None
    format: Format
    in_place: bool = False
    below: str = ""
    """The path of the source below the folder that was named."""

    @property
    def name(self) -> str:
        """How messages call it."""
        return "-" if self.source is None else str(self.source)

    @property
    def packed(self) -> str:
        """The ending that tells of compression, of the input."""
        return suffix_of(self.source.name) if self.source else ""

    @property
    def packs(self) -> str:
        """The ending that tells of compression, of the output."""
        return suffix_of(self.target.name) if self.target else ""


@dataclass(frozen=True, slots=True)
class InputOptions:
    """How inputs are read, the same for all of them."""

    format: str | None = None
    keys: tuple[str, ...] = ()
    lines: bool = False
    encoding: str = "auto"
    metadata: str = "keep"
    """What becomes of titles, dates and bylines: "keep", "drop" or "extract"."""
    metadata_key: str = "metadata"
    header: bool = True
    """Whether the first record of a table names the columns."""
    delimiter: str = ""
    choice: Choice = field(default_factory=Choice)
    """Which files of folders are read, and in which format."""
    max_record: int = MAX_RECORD
    """Bytes above which a record, or a document, is left out."""
    fonts: str = ""
    """What old fonts of documents become; "" is for one that looks like each."""
    national: bool = False
    """Whether literals of SQL Server that get letters beyond ASCII become N'...'."""

    def of(self, path: Place | None) -> Format:
        """Return the format for a file; plain text where nothing else is known."""
        name = self.format or (self.choice.format_of(path) if path else None) or "txt"
        kind = format_named(name, self.keys, lines=self.lines, encoding=self.encoding)
        if isinstance(kind, Delimited):
            kind = replace(kind, header=self.header, delimiter=self.delimiter)
        if path is not None and isinstance(kind, SourceCode):
            kind = kind.for_name(path.name)
        if hasattr(kind, "max_record"):
            kind = replace(kind, max_record=self.max_record)  # type: ignore[type-var]
        for option in ("fonts", "national"):
            if hasattr(kind, option):
                kind = replace(kind, **{option: getattr(self, option)})  # type: ignore[type-var]
        return with_metadata(kind, self.metadata, self.metadata_key)


def plan_reading(inputs: Sequence[str], reading: InputOptions) -> list[Task]:
    """Return the tasks for commands that only read; no input, or "-", is standard input.

    Raises InputError where a file is missing or a folder has nothing that can be read.
    """
    return [
        Task(path, None, reading.of(path))
        for name in inputs or ("-",)
        for path, _ in files_named(name, None, reading.choice)
    ]


def plan_cleaning(
    inputs: Sequence[str],
    output: str | None,
    reading: InputOptions,
    *,
    in_place: bool = False,
    replace: bool = False,
) -> list[Task]:
    """Return the tasks for cleaning into `output`, in place, or to standard output.

    A folder is mirrored in the output folder. Nothing is written. Raises InputError where an
    output exists (unless `replace`), two inputs have one output, or an input can't be found.
    """
    if in_place:
        if output is not None:
            raise InputError("Give either -o OUT or --in-place, not both.")
        if not inputs or "-" in inputs:
            raise InputError("--in-place needs the names of files or folders.")
        pairs = (pair for name in inputs for pair in files_named(name, None, reading.choice))
        found = {path.resolve(): (path, below) for path, below in pairs if path}
        tasks = [
            Task(path, real, reading.of(path), True, below.as_posix())
            for real, (path, below) in found.items()
        ]
        if inside := next((path for path, _ in found.values() if isinstance(path, Member)), None):
            raise InputError(
                f"{inside} can't be cleaned in place: it is in an archive. Give -o OUT."
            )
        if special := next((path for path, _ in found.values() if is_special(path)), None):
            raise InputError(f"{special} can't be cleaned in place: it is no file. Give -o OUT.")
        if changed := next((task for task in tasks if _ending(task.format)), None):
            raise InputError(
                f"{changed.name} can't be cleaned in place: its text would take the place of the "
                "page. Give a file or folder for the result: -o OUT."
            )
        return tasks
    names = inputs or ("-",)
    if output in (None, "-"):
        if not is_one(names, reading.choice):
            raise InputError(
                "Several inputs can't go to standard output. "
                "Give a folder for the results: -o FOLDER."
            )
        tasks = [
            Task(path, None, reading.of(path))
            for path, _ in files_named(names[0], None, reading.choice)
        ]
        if any(isinstance(task.format, FileFormat) for task in tasks):
            raise InputError(
                f"{names[0]} can't go to standard output: its format is no stream. "
                "Give a file for the result: -o FILE."
            )
        return tasks
    assert output is not None
    out = place(output)
    if isinstance(out, Url) and out.scheme in ("http", "https"):
        raise InputError(f"{output} can't be written, only read. Give a file, folder or store.")
    into = output.endswith(("/", os.sep)) or out.is_dir()
    if not into and not is_one(names, reading.choice):
        if format_of(out) and not out.exists():
            raise InputError(
                f"{output} has the name of a file, but there are several inputs, whose results "
                f"need a folder. Give the name of one after -o, or {output}/ if it is called so."
            )
        into = True
    if into and out.exists() and not out.is_dir():
        raise InputError(
            f"{output} is a file, but the results need a folder. Give another name after -o."
        )
    tasks = []
    for name in names:
        for path, relative in files_named(name, out if into else None, reading.choice):
            kind = reading.of(path)
            below = _renamed(relative, kind) if path else relative
            target = out / below if into else out
            tasks.append(Task(path, target, kind, below=relative.as_posix()))
    _check(tasks, reading, replace)
    return tasks


def _ending(kind: Format) -> str:
    """Return the ending of what a format writes where that is another format, "" elsewhere."""
    return getattr(kind, "writes", "")


def _renamed(path: PurePath, kind: Format) -> PurePath:
    """Return a path with the ending of what its format writes: page.html.gz, page.txt.gz."""
    if not _ending(kind):
        return path
    packed = suffix_of(path.name)
    return path.with_name(Path(path.name.removesuffix(packed)).stem + _ending(kind) + packed)


def _check(tasks: Sequence[Task], reading: InputOptions, replace: bool) -> None:
    targets: dict[Place, Task] = {}
    for task in tasks:
        assert task.target is not None
        if (other := targets.setdefault(task.target, task)) is not task:
            raise InputError(
                f"{other.name} and {task.name} would both become {task.target}. "
                "Clean them into different folders, or give the folder that holds both."
            )
        named = format_of(task.target)
        ending = _ending(task.format)
        kept = format_of(Path(f"x{ending}")) if ending else task.format.name
        if {named, kept} == {"txt", "md"}:  # both are texts to read
            named = kept
        if reading.format is None and task.source and named not in (None, kept):
            wanted = f"its text comes out: give a name that ends in {ending}, such as -o "
            wanted += f"{_renamed(PurePath(task.target.name), task.format)}."
            kept = "formats are kept, not converted. Give a name with the ending of the input."
            raise InputError(
                f"{task.target} has the ending of another format than {task.name}, but {kept}"
                if not ending
                else f"{task.target} can't be the output of {task.name}: {wanted}"
            )
        if isinstance(task.format, FileFormat) and is_special(task.target):
            raise InputError(
                f"{task.target} can't be the output of {task.name}: its format is no stream. "
                "Give a file for the result: -o FILE."
            )
        if task.source and same_file(task.source, task.target):
            raise InputError(
                f"{task.name} would be overwritten by its own result. "
                "Give another name after -o, or use --in-place."
            )
    try:
        found = existing_places(list(targets))
    except OSError as error:
        raise InputError(f"{error.filename} can't be reached: {error.strerror}.") from None
    there = [target for target in targets if target in found and not is_special(target)]
    if there and not replace:
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise InputError(
            f"{there[0]} exists already{more}. Use --resume to go on with a run that was cut off, "
            "--overwrite to replace what is there, or give another name after -o."
        )
    for target in there:
        if isinstance(target, Path) and target.is_dir():
            raise InputError(f"{target} is a folder; a file of that name is to be written.")


def same_file(source: Place, target: Place) -> bool:
    if isinstance(source, Path) and isinstance(target, Path):
        return target.exists() and source.exists() and source.samefile(target)
    return source == target


def metadata_of(tasks: Sequence[Task]) -> str | None:
    """Return what becomes of metadata, where it is anything."""
    formats = [task.format for task in tasks]
    keys = {f"+{key}" for kind in formats if (key := getattr(kind, "metadata", ""))}
    drops = {"drop" for kind in formats if getattr(kind, "drop", False)}
    return ",".join(sorted(keys | drops)) or None


def record_limit(tasks: Sequence[Task]) -> int | None:
    """Return above how many bytes records are left out, where that is not the usual number."""
    limits = {getattr(task.format, "max_record", MAX_RECORD) for task in tasks} - {MAX_RECORD}
    return min(limits, default=None)


def total_size(tasks: Sequence[Task]) -> int | None:
    """Return how many bytes the inputs have as they lie on the disk, None if it can't be told."""
    if any(task.source is None for task in tasks):
        return None
    whole = 0
    for task in tasks:
        assert task.source is not None
        size = size_of(task.source)
        if size is None and isinstance(task.source, Url):
            return None
        whole += size or 0
    return whole
