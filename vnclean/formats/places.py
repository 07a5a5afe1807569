"""Where files are: paths on this machine, and URLs that fsspec reaches (extra `remote`)."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePath, PurePosixPath
from typing import Any, BinaryIO, TypeAlias
from urllib.parse import unquote, urlsplit

from vnclean.errors import ConfigError, MissingExtraError, VncleanError

__all__ = [
    "ForeignReader",
    "Place",
    "Url",
    "existing_places",
    "is_special",
    "is_url",
    "masked",
    "matching_files",
    "place",
    "size_of",
    "stamp_of",
]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?:::[A-Za-z][A-Za-z0-9+.-]*)*://")
_PASSWORD = re.compile(r"(://[^/?#\s:@]*:)[^/?#\s]*@")
_KEY = re.compile(
    r"([?&][\w.-]*(?:credential|key|password|secret|sig|signature|token)=)[^&#\s'\"]+",
    re.IGNORECASE,
)
_LOCAL = ("file://", "local://")
_WEB = frozenset({"http", "https"})
_STORES = frozenset(
    "s3 s3a gs gcs az abfs abfss adl hf oci ocilake oss obs cos tos r2 lakefs dbfs memory".split()
)
"""Stores where a file that is put is there as a whole or not at all."""
_MAGIC = re.compile(r"[*?\[]")
_BLOCK = 4 << 20


def masked(text: str) -> str:
    """Return a text with the passwords and keys of the URLs in it left out.

    >>> masked("https://me:secret@host/a?page=1&sig=abc")
    'https://me:***@host/a?page=1&sig=***'
    """
    return _KEY.sub(r"\1***", _PASSWORD.sub(r"\1***@", text)) if "://" in text else text


def is_url(name: str) -> bool:
    """Say whether a name is a URL, not a path on this machine.

    >>> is_url("s3://bucket/a.jsonl"), is_url("data/a.jsonl"), is_url("C:\\\\data")
    (True, False, False)
    """
    return _ADDRESS.match(name) is not None


def place(name: str) -> Place:
    """Return the path or URL that a name stands for; `file://` is a path.

    >>> place("file:///data/a.txt").name, place("s3://bucket/part/a.txt").name
    ('a.txt', 'a.txt')
    """
    for scheme in _LOCAL:
        if name.startswith(scheme):
            return Path(unquote(name.removeprefix(scheme).removeprefix("localhost")))
    return Url(name) if is_url(name) else Path(name)


@dataclass(frozen=True)
class Url:
    """A file or folder that fsspec reaches, such as s3://bucket/part-01.jsonl.gz.

    It answers what a Path answers, as far as vnclean asks. Faults of the network and of the store
    are OSErrors that say what happened; raises MissingExtraError where a package is missing, and
    ConfigError for a protocol that nobody knows.

    >>> Url("s3://bucket/part/a.jsonl.gz").parent / "b.txt"
    Url(address='s3://bucket/part/b.txt')
    """

    address: str
    known_size: int | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        """Return the address as it may be shown, without its password."""
        return masked(self.address)

    @property
    def _path(self) -> str:
        """The part of the address that names a file; without the query of a web address."""
        if self.scheme in _WEB:
            return unquote(urlsplit(self.address).path)
        return self.address.partition("://")[2]

    @property
    def scheme(self) -> str:
        """The protocol, such as s3."""
        return re.split("::|://", self.address, maxsplit=1)[0].lower()

    @property
    def name(self) -> str:
        """The last part of the address."""
        return PurePosixPath(self._path).name

    @property
    def suffix(self) -> str:
        """The ending of the name."""
        return PurePosixPath(self._path).suffix

    @property
    def parent(self) -> Url:
        """The folder it is in."""
        return Url(self.address.rstrip("/").rpartition("/")[0])

    def __truediv__(self, below: PurePath | str) -> Url:
        tail = below.as_posix() if isinstance(below, PurePath) else below
        joint = "" if self.address.endswith("/") else "/"
        return Url(f"{self.address}{joint}{tail}")

    def with_name(self, name: str) -> Url:
        """Return another file in the same folder."""
        return self.parent / name

    def resolve(self) -> Url:
        """Return itself: there are no links."""
        return self

    def exists(self) -> bool:
        """Say whether there is a file or folder."""
        with self._speaking():
            system, path = self.system()
            return bool(system.exists(path))

    def is_dir(self) -> bool:
        """Say whether it is a folder; what the web offers never is."""
        if self.scheme in _WEB:
            return False
        with self._speaking():
            system, path = self.system()
            return bool(system.isdir(path))

    def size(self) -> int | None:
        """Return the size in bytes, None where the store does not say."""
        if self.known_size is not None:
            return self.known_size
        with self._speaking():
            system, path = self.system()
            found = system.info(path).get("size")
            return int(found) if found is not None else None

    def stamp(self) -> list[Any]:
        """Return what tells whether the file is still the same."""
        with self._speaking():
            system, path = self.system()
            return [system.info(path).get("size"), str(system.ukey(path))]

    def open(self, mode: str = "rb") -> BinaryIO:
        """Open the file for reading."""
        with self._speaking():
            system, path = self.system()
            return ForeignReader(  # type: ignore[return-value]
                system.open(path, "rb", block_size=_BLOCK), self._speaking
            )

    def read_bytes(self) -> bytes:
        """Return the whole file."""
        with self.open() as file:
            return file.read()

    def files(self) -> Iterator[tuple[Url, PurePosixPath]]:
        """Yield the files of a folder, in order, each with its place in it."""
        with self._speaking():
            system, path = self.system()
            system.invalidate_cache()
            found = system.find(path, detail=True)
        for name in sorted(found):
            below = PurePosixPath(name[len(path.rstrip("/")) :].lstrip("/"))
            yield Url((self / below).address, found[name].get("size")), below

    def matches(self) -> Iterator[tuple[Url, PurePosixPath]]:
        """Yield the files that a pattern stands for, each with its place below the pattern."""
        root = Url(_root(self.address))
        with self._speaking():
            system, path = self.system()
            system.invalidate_cache()
            found = system.glob(path, detail=True)
            start = len(root.system()[1].rstrip("/"))
        for name in sorted(found):
            if found[name].get("type") == "directory":
                continue
            below = PurePosixPath(name[start:].lstrip("/"))
            yield Url((root / below).address, found[name].get("size")), below

    def put(self, source: Path) -> None:
        """Bring a local file there; it appears whole or not at all.

        Object stores do that by themselves; elsewhere it goes to a temporary name and is moved.
        """
        with self._speaking():
            system, path = self.system()
            if self.scheme in _STORES:
                system.put_file(str(source), path)
            else:
                folder = path.rstrip("/").rpartition("/")[0]
                if folder:
                    system.makedirs(folder, exist_ok=True)
                part = f"{folder}/.{self.name}.vnclean-part"
                system.put_file(str(source), part)
                system.mv(part, path)
            system.invalidate_cache()

    def system(self) -> tuple[Any, str]:
        """Return the file system and the path that it knows the file by."""
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise MissingExtraError("fsspec", "remote", f"Reaching {self.scheme}:// URLs") from None
        try:
            found: tuple[Any, str] = url_to_fs(self.address)
        except ImportError as error:
            raise _MissingBackendError(self, error) from None
        except ValueError as error:
            raise ConfigError(
                f"{self} can't be reached: {error}. Check the part before '://'."
            ) from None
        return found

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[None]:
        """Turn the many exceptions of stores and networks into OSErrors that can be read."""
        try:
            yield
        except VncleanError:
            raise
        except FileNotFoundError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self)) from None
        except PermissionError as error:
            said = f"{os.strerror(errno.EACCES)} ({_first_line(error)})"
            raise PermissionError(errno.EACCES, said, str(self)) from None
        except ImportError as error:
            raise _MissingBackendError(self, error) from None
        except Exception as error:
            if isinstance(error, OSError) and error.strerror:
                raise OSError(error.errno or errno.EIO, error.strerror, str(self)) from None
            said = f"{type(error).__name__}: {_first_line(error)}"
            raise OSError(errno.EIO, said, str(self)) from None


Place: TypeAlias = Path | Url


class _MissingBackendError(MissingExtraError):
    """Fsspec is there, but not what it needs for this protocol; its own words say what."""

    def __init__(self, url: Url, error: ImportError) -> None:
        VncleanError.__init__(
            self, f"{url} needs another package. {_first_line(error).rstrip('.')} (with pip)."
        )


def _first_line(error: BaseException) -> str:
    return masked(str(error).strip().partition("\n")[0]) or type(error).__name__


class ForeignReader(io.RawIOBase):
    """A file that a library opened; `speaking` gives contexts that make its faults our own."""

    def __init__(self, inner: Any, speaking: Callable[[], AbstractContextManager[Any]]) -> None:
        self._inner = inner
        self._speaking = speaking

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say whether it can be read in any order."""
        return bool(self._inner.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset, in bytes."""
        with self._speaking():
            return int(self._inner.seek(offset, whence))

    def tell(self) -> int:
        """Return the offset, in bytes."""
        return int(self._inner.tell())

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes."""
        with self._speaking():
            data: bytes = self._inner.read(-1 if size is None else size)
            return data

    def readinto(self, target: Any) -> int:
        """Fill a buffer with the next bytes; return how many came."""
        data = self.read(len(target))
        target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close it; what the library says of that tells nothing."""
        if not self.closed:
            with contextlib.suppress(Exception):
                self._inner.close()
        super().close()


def matching_files(name: str) -> list[tuple[Place, PurePath]] | None:
    """Return the files that a pattern stands for, with their places below it; None: no pattern.

    `*` and `?` do not cross folders, `**` does. A name that exists is no pattern, whatever it is.
    """
    if not _MAGIC.search(name):
        return None
    if is_url(name) and not name.startswith(_LOCAL):
        url = Url(name)
        if url.scheme in _WEB and "*" not in name:
            return None  # a question mark begins the query
        return [(found, below) for found, below in url.matches() if not _is_hidden(below)]
    path = str(place(name))
    if os.path.lexists(path):
        return None
    root = Path(_root(path))
    found = sorted(Path(hit) for hit in glob.glob(path, recursive=True))
    return [(hit, hit.relative_to(root)) for hit in found if hit.is_file()]


def _root(pattern: str) -> str:
    """Return the folder before the first part of a pattern that has a sign in it.

    >>> _root("s3://bucket/part-*/a.jsonl"), _root("*.txt")
    ('s3://bucket', '.')
    """
    found = _MAGIC.search(pattern)
    before = pattern[: found.start()] if found else pattern
    scheme, mark, rest = before.rpartition("://")
    folder, slash, _ = rest.replace(os.sep, "/").rpartition("/")
    return scheme + mark + (folder or slash or ("" if mark else "."))


def _is_hidden(path: PurePath) -> bool:
    return any(part.startswith(".") for part in path.parts)


def existing_places(targets: list[Place]) -> set[Place]:
    """Return those that exist; remote ones are looked up folder by folder, not one by one."""
    found: set[Place] = {
        target for target in targets if isinstance(target, Path) and os.path.lexists(target)
    }
    urls = [target for target in targets if isinstance(target, Url)]
    folders: dict[Url, set[str]] = {}
    for url in urls:
        if len(urls) < 3:
            if url.exists():
                found.add(url)
            continue
        if url.parent not in folders:
            with url._speaking():
                system, path = url.parent.system()
                try:
                    system.invalidate_cache()
                    names = system.ls(path, detail=False)
                except FileNotFoundError:
                    names = []
            folders[url.parent] = {name.rstrip("/").rpartition("/")[2] for name in names}
        if url.name in folders[url.parent]:
            found.add(url)
    return found


def is_special(where: Place) -> bool:
    """Say whether a name is a device, a pipe or a socket: no file that could be replaced."""
    if isinstance(where, Url):
        return False
    try:
        mode = where.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def size_of(where: Place) -> int | None:
    """Return the size of a file in bytes, None where it can't be told."""
    try:
        return where.size() if isinstance(where, Url) else where.stat().st_size
    except OSError:
        return None


def stamp_of(where: Place, head: int) -> list[Any]:
    """Return what tells whether a file is still the same: size, time, hash of its beginning."""
    if is_special(where):
        return ["it can be read once only"]
    try:
        if isinstance(where, Url):
            return where.stamp()
        with where.open("rb") as file:
            state = os.fstat(file.fileno())
            begin = hashlib.sha256(file.read(head)).hexdigest()[:16]
    except OSError as error:
        return [error.strerror]
    return [state.st_size, state.st_mtime_ns, begin]
