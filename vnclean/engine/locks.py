"""One owner for a file that is being written: opened never through a link, locked while open.

The lock is the operating system's, so one whose process has ended holds nobody up.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["BusyError", "is_left_over", "open_owned", "unlock"]

_ATTEMPTS = 100
_NO_LOCKS = (errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK, errno.EINVAL)
"""What file systems say that know no locks."""
_FAR = (1 << 31) - 2
"""Where Windows locks a byte: beyond what is written, as its locks keep others from reading."""
_FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class BusyError(OSError):
    """Another run is writing the file."""

    def __init__(self, descriptor: int) -> None:
        holder = _holder(descriptor)
        super().__init__(errno.EBUSY, f"another run ({holder or 'vnclean'}) is writing it")


def open_owned(path: Path, keep: bool) -> int:
    """Return a descriptor of a file that this process alone writes; made where there is none.

    With `keep` what an earlier run left is gone on with, else it is emptied. Links, files of others
    and files of several names are never opened: they are not what a run has left. Raises BusyError
    where another process holds the file, OSError where the system refuses.
    """
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):
            if not _is_left_over(path.lstat()):
                if keep:
                    raise OSError(errno.EPERM, "what lies under its temporary name is no such file")
                path.unlink()
        descriptor = os.open(path, _FLAGS | os.O_CREAT, 0o666)
        try:
            _lock(descriptor)
            # Whoever held it before may have given it its name meanwhile.
            state = os.fstat(descriptor)
            if _is_left_over(state) and os.path.samestat(path.lstat(), state):
                if not keep:
                    os.ftruncate(descriptor, 0)
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
    raise OSError(errno.EBUSY, "others keep changing its temporary file")


def is_left_over(path: Path) -> bool:
    """Say whether there is a file that a run of this user can have left; a link is none."""
    try:
        return _is_left_over(path.lstat())
    except OSError:
        return False


def _is_left_over(state: os.stat_result) -> bool:
    """Say whether a file can be what a run of this user has left."""
    mine = os.name == "nt" or state.st_uid == os.geteuid()
    return stat.S_ISREG(state.st_mode) and state.st_nlink == 1 and mine


def _lock(descriptor: int) -> None:
    try:
        if sys.platform == "win32":
            _lock_on_windows(descriptor, msvcrt.LK_NBLCK)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise BusyError(descriptor) from None


def unlock(descriptor: int) -> None:
    """Let go of a file before it is closed, where the system does not do so at once."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            _lock_on_windows(descriptor, msvcrt.LK_UNLCK)


def _lock_on_windows(descriptor: int, how: int) -> None:
    if sys.platform == "win32":
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, how, 1)
        finally:
            os.lseek(descriptor, at, os.SEEK_SET)


def _holder(descriptor: int) -> str:
    """Return which process holds a lock, "" where the system does not tell."""
    state = os.fstat(descriptor)
    device = f"{os.major(state.st_dev):02x}:{os.minor(state.st_dev):02x}:{state.st_ino}"
    with contextlib.suppress(OSError, IndexError):
        for line in Path("/proc/locks").read_text(encoding="ascii").split("\n"):
            parts = line.split()
            if parts[1] == "FLOCK" and parts[5] == device:
                return f"process {parts[4]}"
    return ""
