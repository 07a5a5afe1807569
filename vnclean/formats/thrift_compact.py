"""Structures in Thrift's compact protocol, in which Parquet describes itself."""

from __future__ import annotations

from typing import Any

__all__ = ["read_struct"]


def read_struct(data: bytes, at: int = 0) -> tuple[dict[int, Any], int]:
    """Return the fields of a structure by their numbers, and where it ends.

    Numbers are int, texts bytes, lists list, structures dict; numbers with a point and maps are
    passed over. Raises IndexError where the data ends before the structure, or is none.

    >>> read_struct(bytes([0x15, 0x06, 0x18, 0x02]) + b"ab" + bytes([0x00]))
    ({1: 3, 2: b'ab'}, 7)
    """
    found: dict[int, Any] = {}
    number = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            number += kind >> 4
        else:
            number, at = _zigzag(data, at)
        kind &= 15
        if kind in (1, 2):  # the kind is the value
            found[number] = kind == 1
        else:
            found[number], at = _value(data, at, kind)
    return found, at + 1


def _value(data: bytes, at: int, kind: int) -> tuple[Any, int]:
    match kind:
        case 1 | 2 | 3:
            return data[at], at + 1
        case 4 | 5 | 6:
            return _zigzag(data, at)
        case 7:
            return None, at + 8
        case 8:
            size, at = _varint(data, at)
            return data[at : at + size], at + size
        case 9 | 10:
            return _list(data, at)
        case 11:
            return _map(data, at)
        case 12:
            return read_struct(data, at)
        case _:
            raise IndexError(f"there is no value of kind {kind}")


def _list(data: bytes, at: int) -> tuple[list[Any], int]:
    size, kind = data[at] >> 4, data[at] & 15
    at += 1
    if size == 15:
        size, at = _varint(data, at)
    found = []
    for _ in range(size):
        value, at = _value(data, at, kind)
        found.append(value)
    return found, at


def _map(data: bytes, at: int) -> tuple[None, int]:
    size, at = _varint(data, at)
    if size:
        kinds = divmod(data[at], 16)
        at += 1
        for kind in kinds * size if size < len(data) else ():
            _, at = _value(data, at, kind)
    return None, at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise IndexError("a number has no end")


def _zigzag(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return value >> 1 ^ -(value & 1), at
