"""The difference of two byte strings as splices: what to put where, to make one of the other."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Splice", "difference", "splice"]

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


class Splice(NamedTuple):
    """Put `data` in the place of the bytes from `start` to `end`."""

    start: int
    end: int
    data: bytes


def splice(source: bytes, splices: Iterable[Splice]) -> bytes:
    """Return the bytes with splices made, which are sorted and do not overlap.

    Raises ValueError where they overlap or leave the bytes.

    >>> splice(b"abcd", [Splice(1, 3, b"-")])
    b'a-d'
    """
    view = memoryview(source)
    pieces: list[bytes | memoryview] = []
    at = 0
    for start, end, data in splices:
        if not at <= start <= end <= len(source):
            raise ValueError("the splices overlap or leave the bytes")
        pieces += view[at:start], data
        at = end
    pieces.append(view[at:])
    return b"".join(pieces)


def difference(source: bytes, target: bytes) -> list[Splice]:
    r"""Return splices that make `target` of `source`: short, not always the shortest; linear.

    Lines are matched with lines, so that one that is missing costs no more than itself.

    >>> difference(b"one\ntwo\nfour\n", b"one\ntwo\nthree\nfour\n")
    [Splice(start=8, end=8, data=b'three\n')]
    >>> difference(b'{"a": "x"}\n', b'{"a": "\\u0078"}\n')
    [Splice(start=7, end=8, data=b'\\u0078')]
    """
    if source == target:
        return []
    left, right = _LINE.findall(source), _LINE.findall(target)
    places = _places(left, right)
    found: list[Splice] = []
    i = j = at = 0

    def put(size: int, data: bytes) -> None:
        nonlocal at
        if found and found[-1].end == at:
            start, _, before = found.pop()
            found.append(Splice(start, at + size, before + data))
        else:
            found.append(Splice(at, at + size, data))
        at += size

    while i < len(left) and j < len(right):
        if left[i] == right[j]:
            at += len(left[i])
            i, j = i + 1, j + 1
            continue
        more = (len(right) - j) - (len(left) - i)
        here, there = places.get(right[j], ([], []))[0], places.get(left[i], ([], []))[1]
        ahead = _after(there, j) if more > 0 else None
        behind = _after(here, i) if more < 0 else None
        if ahead is not None and ahead - j <= more:
            put(0, b"".join(right[j:ahead]))
            j = ahead
        elif behind is not None and behind - i <= -more:
            put(sum(map(len, left[i:behind])), b"")
            i = behind
        else:
            head, tail = _common(left[i], right[j])
            at += head
            put(len(left[i]) - head - tail, right[j][head : len(right[j]) - tail])
            at += tail
            i, j = i + 1, j + 1
    if i < len(left) or j < len(right):
        put(sum(map(len, left[i:])), b"".join(right[j:]))
    return found


def _places(left: list[bytes], right: list[bytes]) -> dict[bytes, tuple[list[int], list[int]]]:
    """Return for every line where it stands on either side."""
    places: dict[bytes, tuple[list[int], list[int]]] = {}
    for side, lines in enumerate((left, right)):
        for number, line in enumerate(lines):
            places.setdefault(line, ([], []))[side].append(number)
    return places


def _after(numbers: list[int], least: int) -> int | None:
    at = bisect_left(numbers, least)
    return numbers[at] if at < len(numbers) else None


def _common(left: bytes, right: bytes) -> tuple[int, int]:
    """Return how many bytes two strings share at the beginning, and how many more at the end."""
    most = min(len(left), len(right))
    head = _shared(left, right, most)
    return head, _shared(left[::-1], right[::-1], most - head)


def _shared(left: bytes, right: bytes, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
