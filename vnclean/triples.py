"""Places of a text that three neighbouring characters tell, found for many patterns in one pass.

A regular expression that looks for a few pairs of Vietnamese letters reads a text at 150 MB/s, and
every step has one. Here numpy reads it once for all: each character becomes the number of its
class, each triple of neighbours one cell of a table, and the cell says which patterns may match
there. The few places that are found are looked at with the patterns themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ANY", "LEAST", "Clue", "Places", "Window", "clue", "late_clue"]

LEAST = 1200
"""Characters of a text from which arrays are faster than regular expressions."""
ANY = r"[\w\W]"
"""The set of all characters, as `Clue.windows` names it."""
_CHUNK = 1 << 15
_FEW = 50
"""Places up to which Python is faster than arrays."""
_CODES = 0x1F00
"""Characters from here on are of one class, which is in every set that has one of them; none of
them is a letter of Vietnamese."""

Window = tuple[int, str, str, str]
"""How many characters of three stand before the one at which a pattern matches, and their sets."""


@dataclass(frozen=True, eq=False)
class Clue:
    """A pattern that is told by three neighbouring characters; make one with `clue`."""

    number: int
    make: Callable[[], tuple[str, tuple[Window, ...]]]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression."""
        return re.compile(self.make()[0])

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows one of which fits wherever the pattern matches."""
        return self.make()[1]

    def matches(self, text: str, places: Places | None) -> Iterator[re.Match[str]]:
        """Yield the matches in a text from left to right, as `finditer` does, at its places."""
        if places is None or self.number >= places.count:
            yield from self.pattern.finditer(text)
            return
        match, done = self.pattern.match, 0
        for at in places.of(self):
            if at >= done and (found := match(text, at)) is not None:
                yield found
                done = max(found.end(), at + 1)


_CLUES: list[Clue] = []


def clue(pattern: str, *windows: Window) -> Clue:
    """Enter a pattern among those that are looked for together; for module level.

    `windows` are triples of sets of characters (as a regular expression writes a set), each with
    the number of characters before the one at which the pattern matches. Wherever the pattern
    matches, one of the windows must fit; where one fits, the pattern need not match.

    >>> double = clue("  +", (0, "[ ]", "[ ]", ANY))
    >>> text = "một  hai " * 300
    >>> next(double.matches(text, Places.of_text(text))).span()
    (3, 5)
    """
    return late_clue(lambda: (pattern, windows))


def late_clue(make: Callable[[], tuple[str, tuple[Window, ...]]]) -> Clue:
    """Enter a pattern that is made, with its windows, when a text is first searched for it."""
    entered = Clue(len(_CLUES), make)
    _CLUES.append(entered)
    return entered


@dataclass(frozen=True)
class Places:
    """Where in one text which patterns may match."""

    at: NDArray[Any]
    """Where windows begin, in characters of the text; may be below zero."""
    bits: NDArray[Any]
    """Which windows these are, as bits of a number."""
    count: int
    """How many patterns there were when the text was read."""
    seen: int
    """All of the bits."""

    @staticmethod
    def of_text(text: str) -> Places:
        """Return those of a text; takes linear time."""
        import numpy as np

        known = len(_CLUES)
        classes, table, _ = _table(known)
        count = np.uint32(round(len(table) ** (1 / 3)))
        found_at, found_bits = [], []
        # Line ends around the text: windows begin before it and end behind it.
        for low in range(-2, len(text), _CHUNK):
            piece = text[max(low, 0) : low + _CHUNK + 2]
            if low < 0:
                piece = "\n\n" + piece
            if low + _CHUNK >= len(text):
                piece += "\n\n"
            codes = np.frombuffer(piece.encode("utf-32-le", "surrogatepass"), np.uint32)
            kinds = classes.take(np.minimum(codes, _CODES))
            cells = kinds[:-2].astype(np.uint32)
            cells *= count
            cells += kinds[1:-1]
            cells *= count
            cells += kinds[2:]
            bits = table.take(cells)
            at = bits.nonzero()[0]
            if len(at):
                found_at.append(at + low)
                found_bits.append(bits.take(at))
        if not found_at:
            return Places(np.zeros(0, np.int64), np.zeros(0, table.dtype), known, 0)
        if len(found_at) == 1:
            at, bits = found_at[0], found_bits[0]
        else:
            at, bits = np.concatenate(found_at), np.concatenate(found_bits)
        return Places(at, bits, known, int(np.bitwise_or.reduce(bits)))

    def of(self, asked: Clue) -> list[int]:
        """Return where a pattern may match, from left to right."""
        offsets = _table(self.count)[2][asked.number]
        if not any(self.seen & bit for _, bit in offsets):
            return []
        if len(self.at) <= _FEW:
            pairs = list(zip(self.at.tolist(), self.bits.tolist(), strict=True))
            found = {at + offset for at, bits in pairs for offset, bit in offsets if bits & bit}
            return sorted(at for at in found if at >= 0)
        import numpy as np

        parts = [self.at[(self.bits & bit) != 0] + offset for offset, bit in offsets]
        places = parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
        result: list[int] = places[places >= 0].tolist()
        return result


Offsets = tuple[tuple[tuple[int, int], ...], ...]


@cache
def _table(count: int) -> tuple[NDArray[Any], NDArray[Any], Offsets]:
    """Return the class of each character, what each triple of classes may be, and of each pattern
    the offsets of its matches with the bits that stand for them.
    """
    import numpy as np

    low, high = "".join(map(chr, range(_CODES))), "".join(map(chr, range(_CODES, 0x10001)))
    clues = _CLUES[:count]
    sets = sorted({chars for each in clues for _, *window in each.windows for chars in window})
    # Characters that are in the same sets are of one class.
    members = np.zeros(_CODES + 1, np.int64)
    for number, chars in enumerate(sets):
        members[list(map(ord, re.findall(chars, low)))] |= 1 << number
        # A set that names letters one by one, all of them below, need not be looked for above.
        named = "^" not in chars and "\\" not in chars and max(chars) < chr(_CODES)
        if not named and re.search(chars, high):
            members[_CODES] |= 1 << number
    different, kinds = np.unique(members, return_inverse=True)
    size = len(different)
    of_set = {chars: (different >> number & 1) != 0 for number, chars in enumerate(sets)}
    offsets: list[tuple[tuple[int, int], ...]] = []
    used = 0
    table = np.zeros((size, size, size), np.uint32)
    for each in clues:
        bits: dict[int, int] = {}
        for offset, *window in each.windows:
            bit = bits.setdefault(offset, 1 << (used + len(bits)))
            first, second, third = (of_set[chars] for chars in window)
            table[np.ix_(first, second, third)] |= np.uint32(bit)
        used += len(bits)
        offsets.append(tuple(bits.items()))
    if used > 32:
        raise ValueError("more windows than a number has bits")
    # The smaller the table, the more of it stays near the processor.
    least = np.min_scalar_type((1 << used) - 1)
    return kinds.astype(np.uint8).ravel(), table.astype(least).ravel(), tuple(offsets)
