"""Files inside zip and tar archives, read as if they lay in a folder of the archive's name."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from vnclean.errors import FormatError
from vnclean.formats.base import MAX_RECORD
from vnclean.formats.encoding import detected_encoding
from vnclean.formats.places import ForeignReader, Url

__all__ = ["ENDINGS", "Member", "is_archive", "members", "stored_names"]

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_RATIO = 1000
"""Deflate packs to a thousandth at most: what claims to unpack to more has been made to."""
_ENCRYPTED, _UTF8 = 0x1, 0x800


def is_archive(name: str) -> bool:
    """Say whether a file name is that of an archive that can be gone into.

    >>> is_archive("a.TAR.gz"), is_archive("a.txt.gz")
    (True, False)
    """
    return name.lower().endswith(ENDINGS)


@dataclass(frozen=True)
class Member(Url):
    """A file in an archive; `fault` says why it can't be read, where that is known already."""

    archive: Path = field(default=Path(), compare=False)
    number: int = field(default=0, compare=False)
    fault: str = field(default="", compare=False)

    @property
    def scheme(self) -> str:
        """What it is instead of a protocol."""
        return "archive"

    @property
    def _path(self) -> str:
        return self.address

    def exists(self) -> bool:
        """Say that it is there."""
        return True

    def is_dir(self) -> bool:
        """Say that it is a file."""
        return False

    def stamp(self) -> list[Any]:
        """Return what tells whether the archive is still the same."""
        state = self.archive.stat()
        return [state.st_size, state.st_mtime_ns, self.number]

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open it for reading; raises FormatError where it can't be unpacked."""
        if self.fault:
            raise FormatError(self.fault)
        inner = _entered.open(self.archive, self.number)
        return ForeignReader(inner, _speaking)  # type: ignore[return-value]


def members(archive: Path) -> Iterator[tuple[Member, PurePosixPath]]:
    """Yield the files in an archive, in its order, each with its place in it.

    What can't be trusted (a name that leads out of the archive, a bomb) or read (encrypted, a
    damaged archive) has a fault. Folders, links and devices are passed over.
    """
    try:
        entries = _entered.entries(archive)
    except FormatError as error:
        yield Member(str(archive), None, archive, 0, str(error)), PurePosixPath("damaged archive")
        return
    taken: set[str] = set()
    for number, entry in entries:
        below, fault = _place(entry.name), entry.fault
        if below is None:
            below = PurePosixPath(f"member {number + 1}")
            fault = f"its name leads out of the archive: {entry.name!r}"
        below = _free(below, taken)
        yield Member(f"{archive}/{below}", entry.size, archive, number, fault), below


def _place(name: str) -> PurePosixPath | None:
    """Return the place that a name in an archive gives, None where that is not inside."""
    parts = name.replace("\\", "/").split("/")
    if parts[:1] == ["."]:
        del parts[0]
    if not parts or any(part in ("", ".", "..") or "\0" in part for part in parts):
        return None
    return None if ":" in parts[0] else PurePosixPath(*parts)


def _free(path: PurePosixPath, taken: set[str]) -> PurePosixPath:
    """Return a path that no member before it has, on any file system."""
    number, found = 1, path
    while (key := unicodedata.normalize("NFC", str(found)).casefold()) in taken:
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    taken.add(key)
    return found


@dataclass(frozen=True, slots=True)
class _ArchiveEntry:
    name: str
    size: int
    fault: str = ""


class _Entered:
    """The one archive that is read at the moment: of a packed tar, members are read in order."""

    def __init__(self) -> None:
        self._key: tuple[Any, ...] = ()
        self._file: Any = None

    def entries(self, archive: Path) -> list[tuple[int, _ArchiveEntry]]:
        """Return the files of an archive by their number in it."""
        with _speaking():
            file = self._enter(archive)
            if hasattr(file, "infolist"):
                infos = file.infolist()
                names = stored_names(infos)
                found = [
                    (n, _zip_entry(info, names[n]))
                    for n, info in enumerate(infos)
                    if not info.is_dir()
                ]
            else:
                found = [
                    (n, _ArchiveEntry(os.fsencode(info.name).decode("utf-8", "replace"), info.size))
                    for n, info in enumerate(file.getmembers())
                    if info.isreg()
                ]
        return found

    def open(self, archive: Path, number: int) -> Any:
        """Open a member."""
        with _speaking():
            file = self._enter(archive)
            if hasattr(file, "infolist"):
                return file.open(file.infolist()[number])
            return file.extractfile(file.getmembers()[number])

    def _enter(self, archive: Path) -> Any:
        state = archive.stat()
        key = (archive, state.st_size, state.st_mtime_ns, os.getpid())
        if key != self._key:
            self._leave()
            import tarfile  # takes some milliseconds, and few runs need it
            import zipfile

            if archive.name.lower().endswith(".zip"):
                self._file = zipfile.ZipFile(archive)
            else:
                self._file = tarfile.open(archive, errors="surrogateescape")  # noqa: SIM115
            self._key = key
        return self._file

    def _leave(self) -> None:
        if self._file is not None and self._key[-1:] == (os.getpid(),):
            self._file.close()
        self._file, self._key = None, ()


_entered = _Entered()


def _zip_entry(info: Any, name: str) -> _ArchiveEntry:
    fault = ""
    if info.flag_bits & _ENCRYPTED:
        fault = "it is encrypted; unpack the archive with its password and give the folder"
    elif info.file_size > MAX_RECORD and info.file_size > _RATIO * info.compress_size:
        fault = f"{info.compress_size:,} bytes claim to unpack to {info.file_size:,}"
    return _ArchiveEntry(name, info.file_size, fault)


def stored_names(infos: list[Any]) -> list[str]:
    """Return the names of the entries of a zip: as UTF-8 where they are, else in what they speak.

    Zip says of a name that it is UTF-8 or nothing: then `zipfile` reads it as code page 437, but
    it is in whatever the system had that packed it, one for all names.
    """
    bare = {
        n: info.orig_filename.encode("cp437")
        for n, info in enumerate(infos)
        if not info.flag_bits & _UTF8 and not info.orig_filename.isascii()
    }
    names = [info.filename for info in infos]
    if bare:
        read = _reading(b"\n".join(bare.values()))
        for n, raw in bare.items():
            names[n] = read(raw)
    return names


def _reading(names: bytes) -> Callable[[bytes], str]:
    for encoding in ("utf-8", detected_encoding(names), "cp437"):
        try:
            if encoding:
                names.decode(encoding)
                return lambda raw: raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return lambda raw: raw.decode("utf-8", "replace")


class _speaking:  # noqa: N801
    """Turns what is wrong with an archive into a FormatError that says it."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, OSError) and error.errno is not None:
            return
        # Each of the libraries has exceptions of its own, and raises others besides.
        if isinstance(error, Exception) and not isinstance(error, FormatError | MemoryError):
            raise FormatError(f"the archive can't be unpacked: {error}") from None
