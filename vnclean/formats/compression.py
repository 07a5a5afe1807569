"""Compressed streams: read member by member in bounded memory, written as one member per chunk.

Members that stand behind each other are one valid file in every format here, so chunks can be
compressed in any process and a file can be cut off and continued between two of them.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, Protocol

from vnclean.errors import FormatError, MissingExtraError

__all__ = ["SUFFIXES", "compress", "decompress_blocks", "suffix_of"]

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
_OUT = 1 << 20
"""How many bytes are unpacked at once; a small file that unpacks to a huge one does no harm."""
_SLICE = 4 << 10


def suffix_of(name: str) -> str:
    """Return the ending that tells of compression, "" if there is none.

    >>> suffix_of("a.txt.GZ"), suffix_of("a.txt")
    ('.gz', '')
    """
    lowered = name.lower()
    return next((suffix for suffix in SUFFIXES if lowered.endswith(suffix)), "")


class _Unpacker(Protocol):
    """What the decompressors of `bz2` and `lzma` are; those of other formats are wrapped."""

    def decompress(self, data: bytes, most: int, /) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    @property
    def needs_input(self) -> bool: ...


class _Wrapped:
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def decompress(self, data: bytes, most: int, /) -> bytes:
        return bytes(self._inner.decompress(data))

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    @property
    def needs_input(self) -> bool:
        return True


class _Gzip(_Wrapped):
    def decompress(self, data: bytes, most: int, /) -> bytes:
        data = self._inner.unconsumed_tail + data
        before = self._inner.copy()
        try:
            return bytes(self._inner.decompress(data, most))
        except zlib.error as error:
            # It gives nothing of what it has unpacked before the fault: once more, bit by bit.
            return _up_to(before, data, error)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail


class _BrokenError(Exception):
    """Data is damaged; what could be unpacked before the fault."""

    def __init__(self, data: bytes, cause: Exception) -> None:
        super().__init__(str(cause))
        self.data = data


def _up_to(unpacker: Any, data: bytes, error: zlib.error) -> bytes:
    """Raise what could be unpacked before the fault in `data`."""
    out, step = [], 1 << 10
    at = 0
    while at < len(data):
        before = unpacker.copy()
        try:
            out.append(unpacker.decompress(data[at : at + step]))
            at += step
        except zlib.error:
            if step == 1:
                break
            unpacker, step = before, 1
    raise _BrokenError(b"".join(out), error)


def _zstandard() -> Any:
    try:
        return import_module("zstandard")
    except ImportError:
        raise MissingExtraError("zstandard", "zstd", "Reading and writing .zst files") from None


def _unpacker(suffix: str) -> Callable[[], _Unpacker]:
    match suffix:
        case ".gz":
            return lambda: _Gzip(zlib.decompressobj(wbits=31))
        case ".bz2":
            return bz2.BZ2Decompressor
        case ".xz":
            return lzma.LZMADecompressor
        case _:
            new = _zstandard().ZstdDecompressor
            return lambda: _Wrapped(new().decompressobj())


def decompress_blocks(blocks: Iterable[bytes], suffix: str) -> Iterator[bytes]:
    """Yield the unpacked bytes of a stream in blocks; all members, one behind the other.

    Raises FormatError where the stream is damaged or ends too early, after all that could be
    unpacked has been yielded.

    >>> b"".join(decompress_blocks([compress(b"a", ".gz") + compress(b"b", ".gz")], ".gz"))
    b'ab'
    """
    new = _unpacker(suffix)
    unpacker: _Unpacker | None = None
    members = 0
    try:
        for data in _slice_blocks(blocks, suffix):
            while data or (unpacker is not None and not unpacker.needs_input):
                if unpacker is None:
                    if members and not data.strip(b"\0"):
                        break  # padding behind the last member
                    unpacker = new()
                    members += 1
                if out := unpacker.decompress(data, _OUT):
                    yield out
                data = b""
                if unpacker.eof:
                    data, unpacker = unpacker.unused_data, None
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise FormatError(f"the {suffix} data is damaged ({error})") from None
    except _BrokenError as error:
        if error.data:
            yield error.data
        raise FormatError(f"the {suffix} data is damaged ({error})") from None
    except Exception as error:  # zstandard has an exception of its own
        if type(error).__name__ != "ZstdError":
            raise
        raise FormatError(f"the {suffix} data is damaged ({error})") from None
    if unpacker is not None:
        raise FormatError(f"the {suffix} data ends too early: the file was cut off")


def _slice_blocks(blocks: Iterable[bytes], suffix: str) -> Iterator[bytes]:
    """Give small pieces to what loses, at a fault, all that a piece would unpack to."""
    for block in blocks:
        if suffix == ".gz":
            yield block
        else:
            for at in range(0, len(block), _SLICE):
                yield block[at : at + _SLICE]


def compress(data: bytes, suffix: str) -> bytes:
    """Return the bytes as one member; the same bytes always give the same member."""
    match suffix:
        case "":
            return data
        case ".gz":
            packer = zlib.compressobj(6, zlib.DEFLATED, 31)
            return packer.compress(data) + packer.flush()
        case ".bz2":
            return bz2.compress(data)
        case ".xz":
            return lzma.compress(data)
        case _:
            out: bytes = _zstandard().ZstdCompressor().compress(data)
            return out
