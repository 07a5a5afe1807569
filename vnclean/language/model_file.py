"""Files of arrays that are mapped into memory: magic, checksum, header (JSON), arrays.

The models of the package are kept so. Arrays are little-endian, begin at multiples of 64 bytes, and
are named in the header; everything after the magic is covered by a SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnclean.errors import ModelError

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["read_arrays", "read_parts", "write_arrays"]


def write_arrays(
    path: Path, magic: bytes, header: Mapping[str, object], arrays: Mapping[str, npt.NDArray[Any]]
) -> int:
    """Write a file of arrays and return its size in bytes; the same input gives the same bytes."""
    import numpy as np

    entries, parts, offset = {}, [], 0
    for name, array in sorted(arrays.items()):
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        entries[name] = [array.dtype.str, list(array.shape), offset]
        data = array.tobytes()
        data += bytes(-len(data) % 64)
        parts.append(data)
        offset += len(data)
    text = json.dumps({**header, "arrays": entries}, sort_keys=True, separators=(",", ":")).encode()
    start = len(magic) + 40
    text += b" " * (-(start + len(text)) % 64)
    body = len(text).to_bytes(8, "little") + text + b"".join(parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(magic + hashlib.sha256(body).digest() + body)
    return path.stat().st_size


def read_arrays(
    path: Path, magic: bytes, what: str, script: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Map a file of arrays and return its header and its arrays by name (read-only views).

    The header has the checksum too, as `sha256`, by which others can name the file.
    `what` names the model and `script` what trains it, for the message of the ModelError that a
    file raises which is missing, of another version, cut short or altered.
    """
    import numpy as np

    header, parts = read_parts(path, magic, what, script)
    arrays: dict[str, Any] = {}
    for name, (kind, shape, _) in header["arrays"].items():
        dtype = np.dtype(kind)
        part = np.asarray(parts[name]).view(dtype).reshape(shape)
        arrays[name] = part.astype(dtype.newbyteorder("="), copy=False)
    return header, arrays


def read_parts(
    path: Path, magic: bytes, what: str, script: str
) -> tuple[dict[str, Any], dict[str, memoryview]]:
    """Do the same for who has no need of numpy: give the bytes of each array, little-endian."""
    advice = f"Reinstall vnclean, or train a model with {script}."
    try:
        with path.open("rb") as file:
            raw = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise ModelError(f"The {what} {path} can't be read: {error}. {advice}") from error
    if raw[: len(magic)] != magic:
        raise ModelError(
            f"{path} is no {what} of this version: it should begin with {magic!r}. {advice}"
        )
    start = len(magic) + 32
    if hashlib.sha256(raw[start:]).digest() != raw[len(magic) : start]:
        raise ModelError(f"{path} is cut short or altered: its checksum differs. {advice}")
    size = int.from_bytes(raw[start : start + 8], "little")
    start += 8
    header = json.loads(bytes(raw[start : start + size]))
    header["sha256"] = raw[len(magic) : len(magic) + 32].hex()
    parts: dict[str, memoryview] = {}
    for name, (kind, shape, offset) in header["arrays"].items():
        place = start + size + offset
        parts[name] = raw[place : place + math.prod(shape) * int(kind[2:])]
    return header, parts
