"""Files that appear whole or not at all: a temporary name, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Protocol, Self

from vnclean.engine.locks import BusyError, is_left_over, open_owned, unlock
from vnclean.engine.plan import InputError
from vnclean.errors import VncleanError
from vnclean.formats.base import FileWriter
from vnclean.formats.places import Place, Url, is_special

__all__ = [
    "AtomicFile",
    "InUseError",
    "JoinedFile",
    "LeftAloneError",
    "NoOutput",
    "Original",
    "Sink",
    "StandardOutput",
    "WriteError",
    "file_stamp",
    "finish_part",
    "hidden_name",
    "open_output",
    "part_name",
    "scratch_path",
    "sync_folder",
    "writing_to",
]


_LONGEST_NAME = 255
"""Bytes of a file's name, in every file system of today."""


class WriteError(VncleanError):
    """An output can't be written."""

    def __init__(self, path: Place, error: OSError) -> None:
        super().__init__(
            f"{path} can't be written: {error.strerror or error}. Nothing is left half-written; "
            "make room or choose another place with -o, and run it again."
        )


class InUseError(InputError):
    """Another run is writing the same output; nothing has been touched."""

    def __init__(self, path: Place, error: OSError) -> None:
        super().__init__(
            f"{path} can't be written now: {error.strerror}. Wait until it has ended, or choose "
            "another place."
        )


class LeftAloneError(VncleanError):
    """A file can't be replaced without a loss, so it stays as it is."""


class Original(NamedTuple):
    """A file that is cleaned in place, as it was when it was read: see `file_stamp`."""

    path: Path
    stamp: tuple[int, ...]


@contextlib.contextmanager
def writing_to(path: Place) -> Iterator[None]:
    """Raise WriteError for what the system refuses meanwhile."""
    try:
        yield
    except BusyError as error:
        raise InUseError(path, error) from None
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


def hidden_name(name: str, what: str) -> str:
    """Return the name of a file that belongs to another; one of 255 bytes has room for it, too.

    >>> hidden_name("a.txt", "part"), len(hidden_name("a" * 255, "part"))
    ('.a.txt.vnclean-part', 46)
    """
    ending = f".vnclean-{what}"
    if len(os.fsencode(name)) + len(ending) >= _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
    return f".{name}{ending}"


def part_name(path: Place) -> Path:
    """Return the temporary name: in the same folder, or on this machine for a remote file.

    >>> part_name(Path("out/a.txt")).name
    '.a.txt.vnclean-part'
    """
    if isinstance(path, Url):
        return scratch_path(path, "part")
    return path.with_name(hidden_name(path.name, "part"))


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


def open_output(path: Place, keep: int | None = None) -> AtomicFile:
    """Return a file to write, wherever it is; see AtomicFile. A device or pipe is written to."""
    if isinstance(path, Url):
        return _RemoteFile(path, keep)
    return _Device(path) if is_special(path) else AtomicFile(path, keep)


def finish_part(path: Place) -> None:
    """Give a file whose temporary one is known to be whole its name, if there is one."""
    part = part_name(path)
    if is_left_over(part) and not is_special(path):
        if isinstance(path, Url):
            path.put(part)
            part.unlink()
        else:
            os.replace(part, path)


class AtomicFile:
    """A file written under a temporary name; `commit` renames it, `discard` removes it.

    Of what an earlier run wrote, `keep` bytes are gone on with. Raises WriteError, and InUseError
    where another run is writing the same file.
    """

    stream: BinaryIO
    """The open file, for a format that writes it itself."""

    def __init__(self, path: Place, keep: int | None = None) -> None:
        self.path = path
        self.part = part_name(path)
        with writing_to(path):
            self.part.parent.mkdir(parents=True, exist_ok=True)
            descriptor = open_owned(self.part, keep is not None)
            self._file = self.stream = open(descriptor, "r+b")  # noqa: SIM115
            if keep is not None:
                if os.fstat(descriptor).st_size < keep:
                    self._file.close()
                    raise OSError(errno.ENODATA, "less is left of it than an earlier run wrote")
                self._file.truncate(keep)
                self._file.seek(keep)

    def write(self, data: bytes) -> None:
        """Write bytes under the temporary name."""
        with writing_to(self.path):
            self._file.write(data)

    def sync(self) -> int:
        """Bring all to the disk; return the length in bytes."""
        with writing_to(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
        return self._file.tell()

    def flushed(self) -> int:
        """Hand all to the operating system; return the length in bytes."""
        with writing_to(self.path):
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

    def put_behind_earlier(self) -> None:
        """Put what the file of this name holds before what was written, if there is one."""
        if not self.path.exists():
            return
        with tempfile.TemporaryFile() as new, writing_to(self.path):
            self._file.seek(0)
            shutil.copyfileobj(self._file, new)
            self._file.seek(0)
            self._file.truncate()
            with self.path.open("rb") as earlier:
                shutil.copyfileobj(earlier, self._file)
            new.seek(0)
            shutil.copyfileobj(new, self._file)

    def rename(self, like: Original | None = None) -> None:
        """Give the file its name; what is on the disk by now is for the caller to know.

        `like` is a file that it replaces in place: its owner, mode and attributes are kept. Raises
        LeftAloneError where that has changed since, or can't be replaced without a loss.
        """
        with writing_to(self.path):
            self._file.flush()
            if like is not None:
                _take_over(like, self.part)
            if os.name == "nt":  # where an open file can't be renamed
                self.close()
            os.replace(self.part, str(self.path))
            self._file.close()  # only now, as it holds the lock

    def close(self) -> None:
        """Stop writing and keep the temporary file."""
        with contextlib.suppress(OSError, ValueError):
            self._file.flush()
            unlock(self._file.fileno())
        with contextlib.suppress(OSError):
            self._file.close()

    def discard(self) -> None:
        """Remove the temporary file."""
        if os.name == "nt":
            self.close()
        with contextlib.suppress(OSError):
            self.part.unlink()
        self.close()  # only now, as it holds the lock

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
        if keep is not None and not is_left_over(part_name(url)):
            gone = "what the earlier run wrote is gone from this machine; start with --overwrite"
            raise WriteError(url, OSError(errno.ENOENT, gone))
        super().__init__(url, keep=keep)
        self._url = url

    def ready(self) -> None:
        """Bring the file to its place, where it appears at once."""
        self.flushed()
        with writing_to(self._url):
            self._url.put(self.part)

    def rename(self, like: Original | None = None) -> None:
        """Take the copy on this machine away."""
        self.discard()


class _Device(AtomicFile):
    """A device or pipe: bytes go out as they come, and nothing is given a name."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path
        self._length = 0
        with writing_to(path):
            mode = path.stat().st_mode
            if not (stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)):
                raise OSError(errno.EINVAL, "it is neither a file nor a pipe")
            descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_CLOEXEC", 0))
            self._file = self.stream = open(descriptor, "wb", buffering=0)  # type: ignore[assignment]  # noqa: SIM115

    def write(self, data: bytes) -> None:
        """Write at once."""
        with writing_to(self.path):
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._length += len(data)

    def sync(self) -> int:
        """Return how many bytes have been written."""
        return self._length

    flushed = sync

    def rename(self, like: Original | None = None) -> None:
        """Close it."""
        self.close()

    def discard(self) -> None:
        """Close it; nothing can be taken back."""
        self.close()

    def put_behind_earlier(self) -> None:
        """Do nothing: what was written is gone."""


def file_stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes when a file is changed or replaced; None where nothing can be told."""
    try:
        state = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(state.st_mode):
        return None
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _take_over(like: Original, part: Path) -> None:
    """Give a new file the owner, mode and attributes of the one that it is to replace."""
    if file_stamp(like.path) != like.stamp:
        raise LeftAloneError("it has changed while it was cleaned, so it was left as it is")
    state = like.path.stat()
    if state.st_nlink > 1:
        raise LeftAloneError(
            f"it has {state.st_nlink} names (hard links), of which one alone would be replaced; "
            "give -o OUT"
        )
    mine = part.stat()
    try:
        if (mine.st_uid, mine.st_gid) != (state.st_uid, state.st_gid):
            os.chown(part, state.st_uid, state.st_gid)
        os.chmod(part, stat.S_IMODE(state.st_mode))
        for name in os.listxattr(like.path) if hasattr(os, "listxattr") else ():
            if not name.startswith("security."):  # of the system, which sets its own
                os.setxattr(part, name, os.getxattr(like.path, name))
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return
        raise LeftAloneError(
            f"its owner and attributes can't be kept ({error.strerror}); give -o OUT"
        ) from None


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
        with writing_to(self._file.path):
            if data:
                self._writer.write(data)

    def ready(self) -> None:
        """Let the format write its end, and do what takes long."""
        with writing_to(self._file.path):
            if self._open:
                self._open = False
                self._writer.close()
        self._file.ready()

    def commit(self) -> None:
        """Finish the file and give it its name."""
        self.ready()
        self.rename()

    def rename(self, like: Original | None = None) -> None:
        """Give the finished file its name."""
        self._file.rename(like)

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
