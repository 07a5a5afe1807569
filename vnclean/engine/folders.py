"""From names to files: folders, patterns, archives and stores; and what of them is not read."""

from __future__ import annotations

import fnmatch
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from vnclean.errors import FormatError, VncleanError
from vnclean.formats import format_of
from vnclean.formats.archives import ENDINGS, is_archive, members
from vnclean.formats.compression import SUFFIXES
from vnclean.formats.places import Place, Url, is_special, matching_files, place
from vnclean.formats.sniffing import HEAD, is_text

__all__ = ["Choice", "InputError", "Unread", "files_named", "is_one", "refuse_missing"]


class InputError(VncleanError):
    """The inputs or outputs that were named can't be used; nothing has been done."""


NO_TEXT, ARCHIVE, HIDDEN, REMOTE = "no text", "archive", "hidden", "remote"
SPECIAL, LINK = "special", "link"
_WORDS = {
    NO_TEXT: ("is no text", "are no text", "--include PATTERN --input-format NAME reads it"),
    ARCHIVE: ("is an archive", "are archives", "--archives goes into it"),
    HIDDEN: ("is hidden", "are hidden", "--include '.*' reads it"),
    SPECIAL: ("is a pipe or a device", "are pipes or devices", "name it to read it"),
    LINK: ("is a link to a folder", "are links to folders", "name it to read it"),
    REMOTE: ("has an unknown ending", "have unknown endings", "--include PATTERN reads it"),
}  # fmt: skip
_SHOWN = 12
"""How many endings are named."""


@dataclass(slots=True)
class Unread:
    """What the folders, patterns and archives that were named hold that is not read.

    >>> found = Unread()
    >>> found.add(PurePath("a/photo.jpg"), NO_TEXT)
    >>> found.lines()
    ['Not read: 1 file is no text (.jpg 1; --include PATTERN --input-format NAME reads it).']
    """

    found: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, path: PurePath | Url, why: str) -> None:
        """Note a file."""
        known = (end for end in ENDINGS if path.name.lower().endswith(end))
        ending = next(known, "" if path.name[:1] == "." else PurePath(path.name).suffix.lower())
        self.found.setdefault(why, Counter())[ending] += 1

    def __bool__(self) -> bool:
        return bool(self.found)

    def lines(self) -> list[str]:
        """Return what is to be said of it, a line for each reason."""
        said = []
        for why in filter(self.found.__contains__, _WORDS):
            endings = self.found[why]
            total = endings.total()
            one, many, how = _WORDS[why]
            named = [f"{end or 'without ending'} {n:,}" for end, n in endings.most_common(_SHOWN)]
            more = len(endings) - len(named)
            shown = (
                "" if why == HIDDEN else ", ".join(named) + (f", {more} more; " if more else "; ")
            )
            what = f"1 file {one}" if total == 1 else f"{total:,} files {many}"
            how = how if total == 1 else how.replace(" it", " them")
            said.append(f"Not read: {what} ({shown}{how}).")
        return said


@dataclass(frozen=True)
class Choice:
    """Which files of a folder, a pattern or an archive are read.

    Those that match one of the patterns `include`, whatever they are; without patterns, those with
    a known ending and all others that are text. None that match one of `exclude`. A pattern is of
    the name of a file or of a folder that it is in, or with a slash inside of a path; the case of
    letters does not matter. `formats` are patterns with the name of the format that they tell. With
    `archives`, these are gone into. `unread` takes down what is left out.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    formats: tuple[tuple[str, str], ...] = ()
    archives: bool = False
    unread: Unread = field(default_factory=Unread, compare=False)

    def format_of(self, path: Place) -> str | None:
        """Return the name of the format that was told for a file, or that its name tells."""
        told = (name for pattern, name in self.formats if _matches(path, path, (pattern,)))
        return next(told, None) or format_of(path)

    def leaves_out(self, path: Place, below: PurePath) -> bool:
        """Say whether a file or folder is not wanted, so that nothing is said of it."""
        return bool(self.exclude) and _matches(path, below, self.exclude)

    def wants_inside(self, path: Place, below: PurePath) -> bool:
        """Say whether all that is in a folder is asked for."""
        return bool(self.include) and _matches(path, below, self.include)

    def note(self, path: Place, why: str) -> None:
        """Take down a folder that is not gone into, unless files were asked for by name."""
        if not self.include:
            self.unread.add(path, why)

    def takes(self, path: Place, below: PurePath) -> bool:
        """Say whether a file is read; one that is not is taken down."""
        if self.leaves_out(path, below):
            return False
        if self.include and not _matches(path, below, self.include):
            return False
        if isinstance(path, Path) and is_special(path):
            return self._not(path, SPECIAL)
        if self.include:
            return True
        if any(part.startswith(".") for part in below.parts):
            return self._not(path, HIDDEN)
        if self.format_of(path):
            return True
        if is_archive(path.name):
            return self._not(path, ARCHIVE)
        if isinstance(path, Url) and path.scheme != "archive":
            return self._not(path, REMOTE)
        return _begins_as_text(path) or self._not(path, NO_TEXT)

    def _not(self, path: Place, why: str) -> bool:
        self.unread.add(path, why)
        return False


def _matches(path: Place, below: PurePath | Place, patterns: Iterable[str]) -> bool:
    """Say whether a file, or a folder that it is in, has a name or path of one of the patterns."""
    parts = below.parts if isinstance(below, PurePath) else (path.name,)
    parts = tuple(part.lower() for part in parts)
    paths = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for pattern in (pattern.lower().rstrip("/") for pattern in patterns):
        if any(fnmatch.fnmatchcase(one, pattern) for one in (paths if "/" in pattern else parts)):
            return True
    return False


def _begins_as_text(path: Place) -> bool:
    """Say whether a file is text; one that can't be read is, so that its fault is told."""
    try:
        with path.open("rb") as file:
            return is_text(file.read(HEAD))
    except (FormatError, OSError):
        return True


def is_one(names: Sequence[str], choice: Choice) -> bool:
    """Say whether the names stand for one file or standard input, not for several files."""
    if len(names) > 1:
        return False
    if names[0] == "-":
        return True
    if choice.archives and is_archive(names[0]):
        return False
    return not (matching_files(names[0]) is not None or place(names[0]).is_dir())


def refuse_missing(names: Sequence[str]) -> None:
    """Raise InputError for the first name that stands for no file or folder."""
    for name in names:
        where = Path() if name == "-" else place(name)
        if isinstance(where, Path) and not os.path.lexists(where):
            raise InputError(f"There is no file or folder named {name!r}. Check the spelling.")


def files_named(
    name: str, output: Place | None, choice: Choice
) -> Iterator[tuple[Place | None, PurePath]]:
    """Yield the files that a name stands for, each with its place in a mirrored folder."""
    if name == "-":
        yield None, Path("stdin.txt")
        return
    if (hits := matching_files(name)) is not None:
        # A star at the end stands for whatever can be read; an ending that is written, for itself.
        everything = name.endswith("*")
        found = [
            hit
            for hit in hits
            if (choice.takes(*hit) if everything else not choice.leaves_out(*hit))
        ]
        if not found:
            raise InputError(f"No file matches {name!r}. Check the pattern; ** goes into folders.")
        yield from found
        return
    path = place(name)
    if isinstance(path, Url):
        yield from _remote(path, output, choice)
        return
    if not path.is_dir():
        refuse_missing([name])
        if not is_archive(path.name):
            yield path, Path(path.name)
        elif choice.archives:
            yield from _inside(path, PurePath(), choice)
        else:
            raise InputError(f"{name} is an archive. --archives reads what is in it.")
        return
    skip = output.resolve() if isinstance(output, Path) else None
    if skip == path.resolve():
        raise InputError(
            f"{name} can't be input and output. Give another folder after -o, or use --in-place."
        )
    empty = True
    try:
        for file, below in _walk(path, skip, choice):
            empty = False
            yield file, below
    except OSError as error:
        raise InputError(f"The folder {error.filename} can't be read: {error.strerror}.") from None
    if empty:
        raise _nothing(name, choice)


def _inside(archive: Path, below: PurePath, choice: Choice) -> Iterator[tuple[Place, PurePath]]:
    """Yield the files in an archive that are read."""
    for member, place_inside in members(archive):
        inside = below / place_inside
        if member.fault or choice.takes(member, inside):
            yield member, inside


def _walk(folder: Path, skip: Path | None, choice: Choice) -> Iterator[tuple[Place, PurePath]]:
    def stop(error: OSError) -> None:
        raise error

    for root, folders, files in os.walk(folder, onerror=stop):
        here = Path(root)
        kept = []
        for name in sorted(folders):
            path = here / name
            if choice.leaves_out(path, path.relative_to(folder)):
                continue
            if name.startswith(".") and not choice.wants_inside(path, path.relative_to(folder)):
                choice.note(path, HIDDEN)
            elif path.is_symlink():
                choice.note(path, LINK)
            elif skip is None or path.resolve() != skip:
                kept.append(name)
        folders[:] = kept
        for name in sorted(files):
            path = here / name
            below = path.relative_to(folder)
            if choice.archives and is_archive(name) and not choice.leaves_out(path, below):
                yield from _inside(path, below, choice)
            elif choice.takes(path, below):
                yield path, below


def _nothing(name: str, choice: Choice) -> InputError:
    known = (
        "`vnclean list formats` shows the known endings, each also with "
        f"{', '.join(SUFFIXES)}; others are read where they are text."
    )
    if choice.include or choice.exclude:
        known = "Check the patterns after --include and --exclude."
    return InputError(
        " ".join(
            [f"The folder {name} has no file that can be read.", *choice.unread.lines(), known]
        )
    )


def _remote(url: Url, output: Place | None, choice: Choice) -> Iterator[tuple[Url, PurePath]]:
    """Yield the file that a URL names, or those in the folder that it names."""
    try:
        if not url.is_dir():
            if not url.exists():
                raise InputError(f"There is no file or folder at {url}. Check the spelling.")
            yield url, PurePath(url.name or "index.html")
            return
        if output is not None and str(output).rstrip("/") == str(url).rstrip("/"):
            raise InputError(f"{url} can't be input and output. Give another folder after -o.")
        inside = f"{str(output).rstrip('/')}/"
        found = [
            (file, below)
            for file, below in url.files()
            if not (output is not None and str(file).startswith(inside))
            and choice.takes(file, below)
        ]
    except OSError as error:
        raise InputError(f"{url} can't be reached: {error.strerror or error}.") from None
    if not found:
        raise _nothing(str(url), choice)
    yield from found
