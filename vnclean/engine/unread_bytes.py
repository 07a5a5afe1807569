"""What a reader left of a stream that nobody can read again: standard input, a pipe."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from vnclean.formats import Reject
from vnclean.formats.base import Oversized
from vnclean.formats.lines import Parts

__all__ = ["UnreadBytes"]

_PART = 1 << 20
_PENDING = 4
"""Bytes that a decoder may hold back: a pair of surrogates."""


class UnreadBytes:
    """Holds the blocks of a stream until they are passed, so that those left of it can be kept.

    >>> left = UnreadBytes()
    >>> for block in left.over([b"ab", b"cd"]):
    ...     left.passed(1)
    >>> [(reject.raw, reject.whole) for reject in left.rejects(Reject(0, "why", whole=False))]
    [(b'cd', True)]
    """

    def __init__(self) -> None:
        self._source: Iterator[bytes] = iter(())
        self._held: deque[bytes] = deque()
        self._broken = self._vague = False

    def over(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the blocks of the stream."""
        self._source = iter(blocks)
        for block in self._source:
            self._held.append(block)
            yield block

    def passed(self, size: int | None) -> None:
        """Let go of so many bytes; None where that can't be told: of all but the last block."""
        if size is None:
            self._vague = True
            last = self._held.pop() if self._held else b""
            self._held = deque([b"".join(self._held)[-_PENDING:], last])
            return
        while size and self._held:
            block = self._held.popleft()
            if len(block) > size:
                self._held.appendleft(block[size:])
            size = max(0, size - len(block))

    def rejects(self, reject: Reject) -> Iterator[Reject]:
        """Yield a reject with what is left of the stream, in parts where it is large."""
        if reject.raw and self._vague:
            yield reject._replace(whole=True)
            reject = Reject(0, f"what stood behind that: {reject.reason}")
        large = Parts()
        held: Oversized | None = None
        for data in self._blocks():
            for part in large.of(data):
                if held is not None:
                    reason = f"{reject.reason}; its bytes go on in the next part"
                    yield Reject(reject.line, reason, bytes(held), part=held.part, more=True)
                held = part
        if held is not None:
            number = 0 if held.part == 1 else held.part
            yield Reject(reject.line, reject.reason, bytes(held), not self._broken, number)
        elif not reject.whole:
            yield reject

    def _blocks(self) -> Iterator[bytes]:
        """Yield what is held, and what is still to be read, in blocks of a mebibyte and more."""
        found: list[bytes] = []
        try:
            for block in chain(self._held, self._source):
                found.append(block)
                if sum(map(len, found)) >= _PART:
                    yield b"".join(found)
                    found.clear()
        except OSError:
            self._broken = True
        if found:
            yield b"".join(found)
