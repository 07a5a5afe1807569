"""Cutting streams at line feeds, and only there: U+0085 may be a byte of a Vietnamese letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vnclean.errors import FormatError

__all__ = ["CutOffError", "line_blocks"]


class CutOffError(FormatError):
    """A stream broke off; `rest` is the unfinished record before the break, `line` its line."""

    def __init__(self, reason: str, rest: bytes, line: int) -> None:
        super().__init__(reason)
        self.rest = rest
        self.line = line


def line_blocks(blocks: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes]]:
    """Yield whole lines in blocks of at least `size` bytes, each with its first line's number.

    A last line without line feed is yielded as it is. Linear also where one line fills many
    blocks. Raises CutOffError where the stream breaks off, after all whole lines have been yielded.

    >>> list(line_blocks([b"a\\nb", b"c\\n", b"d"], 1))
    [(1, b'a\\n'), (2, b'bc\\n'), (3, b'd')]
    """
    held: list[bytes] = []
    length = 0
    line = 1
    source = iter(blocks)
    while True:
        try:
            block = next(source, None)
        except FormatError as error:
            data = b"".join(held)
            cut = data.rfind(b"\n") + 1
            if cut:
                yield line, data[:cut]
                line += data.count(b"\n")
            raise CutOffError(str(error), data[cut:], line) from None
        if block is None:
            break
        held.append(block)
        length += len(block)
        if length < size:
            continue
        cut = block.rfind(b"\n") + 1
        if not cut:
            continue
        held[-1] = block[:cut]
        data = b"".join(held)
        yield line, data
        line += data.count(b"\n")
        held = [block[cut:]] if cut < len(block) else []
        length = len(block) - cut
    if held:
        yield line, b"".join(held)
