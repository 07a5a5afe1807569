"""Files that appear whole or not at all: a temporary name, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from vnclean.errors import VncleanError
from vnclean.formats.base import FileWriter
from vnclean.formats.places import Place, Url

__all__ = [
    "AtomicFile",
    "JoinedFile",
    "NoOutput",
    "Sink",
    "StandardOutput",
    "WriteError",
    "finish_part",
    "open_output",
    "part_name",
    "scratch_path",
    "sync_folder",
]


class WriteError(VncleanError):
    """An output can't be written."""

    def __init__(self, path: Place, error: OSError) -> None:
        super().__init__(
            f"{path} can't be written: {error.strerror or error}. Nothing is left half-written; "
            "make room or choose another place with -o, and run it again."
        )


@contextlib.contextmanager
def _writing(path: Place) -> Iterator[None]:
    """Raise WriteError for what the system refuses meanwhile."""
    try:
        yield
    except OSError as error:
        raise WriteError(path, error) from None


class Sink(Protocol):
    """Where the bytes of one task go."""

    def write(self, data: bytes) -> None:
        """Take bytes."""
        ...

    def commit(self) -> None:
        """Finish: what was written now stands under its name."""
        ...

    def discard(self) -> None:
        """Give up: nothing of it remains."""
        ...


def part_name(path: Place) -> Path:
    """Return the temporary name: in the same folder, or on this machine for a remote file.

    >>> part_name(Path("out/a.txt")).name
    '.a.txt.vnclean-part'
    """
    if isinstance(path, Url):
        return scratch_path(path, "part")
    return path.with_name(f".{path.name}.vnclean-part")


def scratch_path(url: Url, what: str) -> Path:
    """Return where this machine keeps what belongs to a remote file until it is brought there.

    In the folder for temporary files (TMPDIR), in one of this user that nobody else may enter;
    raises WriteError where there can't be one.
    """
    user = getattr(os, "getuid", lambda: 0)()
    folder = Path(tempfile.gettempdir()) / f"vnclean-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.name == "posix":
            state = folder.lstat()
            if state.st_uid != user or state.st_mode & 0o077 or folder.is_symlink():
                raise PermissionError(errno.EACCES, "it belongs to others; set TMPDIR to your own")
    except OSError as error:
        raise WriteError(folder, error) from None
    digest = hashlib.sha256(str(url).rstrip("/").encode()).hexdigest()[:16]
    return folder / f"{digest}-{url.name[-64:]}.{what}"


def open_output(path: Place, like: Place | None = None, keep: int | None = None) -> AtomicFile:
    """Return a file to write, wherever it is; see AtomicFile."""
    if isinstance(path, Url):
        return _RemoteFile(path, keep)
    return AtomicFile(path, like if isinstance(like, Path) else None, keep)


def finish_part(path: Place) -> None:
    """Give a file whose temporary one is known to be whole its name, if there is one."""
    part = part_name(path)
    if part.exists():
        if isinstance(path, Url):
            path.put(part)
            part.unlink()
        else:
            os.replace(part, path)


class AtomicFile:
    """A file written under a temporary name; `commit` renames it, `discard` removes it.

    `like` names a file whose permissions it gets (for work in place). Raises WriteError.
    """

    stream: BinaryIO
    """The open file, for a format that writes it itself."""

    def __init__(self, path: Place, like: Path | None = None, keep: int | None = None) -> None:
        self.path = path
        self.part = part_name(path)
        self._like = like
        with _writing(path):
            self.part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.stream = open(self.part, "wb" if keep is None else "r+b")  # noqa: SIM115
            if keep is not None:
                self._file.truncate(keep)
                self._file.seek(keep)

    def write(self, data: bytes) -> None:
        """Write bytes under the temporary name."""
        with _writing(self.path):
            self._file.write(data)

    def sync(self) -> int:
        """Bring all to the disk; return the length in bytes."""
        with _writing(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
        return self._file.tell()

    def flushed(self) -> int:
        """Hand all to the operating system; return the length in bytes."""
        with _writing(self.path):
            self._file.flush()
        return self._file.tell()

    def ready(self) -> None:
        """Do what takes long, so that only the name is missing; may run in another thread."""
        self.sync()

    def commit(self) -> None:
        """Bring all to the disk and give the file its name."""
        self.ready()
        self.rename()
        sync_folder(self.part.parent)

    def rename(self) -> None:
        """Give the file its name; what is on the disk by now is for the caller to know."""
        with _writing(self.path):
            self._file.close()
            if self._like is not None:
                shutil.copymode(self._like, self.part)
            os.replace(self.part, str(self.path))

    def close(self) -> None:
        """Stop writing and keep the temporary file."""
        with contextlib.suppress(OSError):
            self._file.close()

    def discard(self) -> None:
        """Remove the temporary file."""
        self.close()
        with contextlib.suppress(OSError):
            self.part.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.discard() if kind else self.commit()


class _RemoteFile(AtomicFile):
    """A file that is written on this machine and brought to its place when it is complete."""

    def __init__(self, url: Url, keep: int | None = None) -> None:
        if keep is not None and not part_name(url).exists():
            gone = "what the earlier run wrote is gone from this machine; start with --overwrite"
            raise WriteError(url, OSError(errno.ENOENT, gone))
        super().__init__(url, keep=keep)
        self._url = url

    def ready(self) -> None:
        """Bring the file to its place, where it appears at once."""
        self.flushed()
        with _writing(self._url):
            self._url.put(self.part)

    def rename(self) -> None:
        """Take the copy on this machine away."""
        self.discard()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can do that."""
    with contextlib.suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class JoinedFile:
    """A file that a format puts together itself; it can't be gone on with in the middle."""

    def __init__(self, file: AtomicFile, writer: FileWriter) -> None:
        self._file = file
        self._writer = writer
        self._open = True

    def write(self, data: bytes) -> None:
        """Hand a chunk to the format."""
        with _writing(self._file.path):
            if data:
                self._writer.write(data)

    def ready(self) -> None:
        """Let the format write its end, and do what takes long."""
        with _writing(self._file.path):
            if self._open:
                self._open = False
                self._writer.close()
        self._file.ready()

    def commit(self) -> None:
        """Finish the file and give it its name."""
        self.ready()
        self.rename()

    def rename(self) -> None:
        """Give the finished file its name."""
        self._file.rename()

    def discard(self) -> None:
        """Remove the temporary file."""
        if self._open:
            self._open = False
            with contextlib.suppress(Exception):
                self._writer.close()
        self._file.discard()


class NoOutput:
    """Takes bytes and keeps none."""

    def write(self, data: bytes) -> None:
        """Do nothing."""

    def commit(self) -> None:
        """Do nothing."""

    def discard(self) -> None:
        """Do nothing."""


class StandardOutput:
    """Bytes go out as they come."""

    def write(self, data: bytes) -> None:
        """Write and flush."""
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def commit(self) -> None:
        """Nothing is left to do."""

    def discard(self) -> None:
        """Nothing can be taken back."""
