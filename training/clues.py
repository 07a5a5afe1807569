"""Make the table by which one pass over a text finds the clues of all steps (`vnclean/scan.py`).

    python training/clues.py [--out vnclean/data/clues.bin]

Each character has a class, and three neighbouring classes have bits: the windows that fit there,
some only before a fourth. To be run again where a clue is added or changed, or a charset or channel
that one is made of; a test compares them.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import accumulate
from operator import or_, xor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vnclean.language.model_file import write_arrays
from vnclean.registry import registry
from vnclean.scan import CLUE_TABLE, CLUES, Clue, clue_table_path

_CODES = 0x2030
"""Characters from here on are of one class, which is in every set that has one of them; none of
them is a letter of Vietnamese."""
_MOST_WINDOWS = 32

Numbers = npt.NDArray[np.uint32]
Fit = tuple[int, Iterable[int], Iterable[int], Iterable[int]]
"""The bit of a window and the classes that may stand first, second and third in it."""
Behind = dict[int, list[int]]
"""The bits of windows that tell which classes may stand behind their three."""
Offsets = dict[str, list[tuple[int, int]]]


def windows_of(clues: Iterable[Clue]) -> tuple[bytes, list[Fit], Behind, Offsets]:
    """Return the classes of characters, the windows, what is behind some, and each clue's bits."""
    clues = list(clues)
    sets = sorted({chars for each in clues for _, *window in each.windows for chars in window})
    members = _members(sets)
    kinds = {member: kind for kind, member in enumerate(dict.fromkeys(members))}
    kinds_in = {
        chars: [kind for member, kind in kinds.items() if member >> number & 1]
        for number, chars in enumerate(sets)
    }
    offsets: Offsets = {}
    fits: list[Fit] = []
    behind: Behind = {}
    used = 0
    for each in clues:
        bits: dict[tuple[int, tuple[str, ...]], int] = {}
        for offset, first, second, third, *fourth in each.windows:
            bit = bits.setdefault((offset, tuple(fourth)), 1 << (used + len(bits)))
            fits.append((bit, kinds_in[first], kinds_in[second], kinds_in[third]))
            if fourth:
                behind[bit] = kinds_in[fourth[0]]
        used += len(bits)
        offsets[each.name] = [(offset, bit) for (offset, _), bit in bits.items()]
    if used > _MOST_WINDOWS:
        raise ValueError("more windows than a number has bits")
    return bytes(kinds[member] for member in members), fits, behind, offsets


def _members(sets: list[str]) -> list[int]:
    """Return for each character the sets that it is in, as the bits of a number.

    What this version of Unicode leaves unassigned is in each set that some character is in: in
    another version it may be a letter.
    """
    low, high = "".join(map(chr, range(_CODES))), "".join(map(chr, range(_CODES, 0x10001)))
    # Where runs of the characters of a set begin and end.
    turns = [0] * (_CODES + 1)
    above = 0
    for number, chars in enumerate(sets):
        for run in re.finditer(f"{chars}+", low):
            turns[run.start()] ^= 1 << number
            turns[run.end()] ^= 1 << number
        if re.search(chars, high):
            above |= 1 << number
    members = list(accumulate(turns[:_CODES], xor))
    foreign = reduce(or_, members[0x530:], above)
    return [
        foreign if unicodedata.category(chr(code)) == "Cn" else member
        for code, member in enumerate(members)
    ] + [above]


def tables(
    classes: bytes, windows: Iterable[Fit], behind: Mapping[int, Iterable[int]]
) -> tuple[npt.NDArray[np.uint8], Numbers, Numbers, Numbers]:
    """Return what `Prefilter` is made of: most pairs of classes are followed by the same bits."""
    count = max(classes) + 1
    windows = list(windows)
    # Which windows a class fits, as the bits of a number, in each of three places.
    fits = [[0] * count for _ in range(3)]
    for number, (_, *sets) in enumerate(windows):
        for place, kinds in zip(fits, sets, strict=True):
            for kind in kinds:
                place[kind] |= 1 << number
    numbers: dict[int, int] = {}
    rows = [
        numbers.setdefault(first & second, len(numbers)) * count
        for first in fits[0]
        for second in fits[1]
    ]
    bits = [bit for bit, *_ in windows]
    cells = [
        reduce(or_, (bit for at, bit in enumerate(bits) if begun & third & 1 << at), 0)
        for begun in numbers
        for third in fits[2]
    ]
    may_follow = [0xFFFFFFFF] * count
    for bit, followers in behind.items():
        for kind in set(range(count)).difference(followers):
            may_follow[kind] &= ~bit
    numbers_of = (rows, cells, may_follow)
    return np.frombuffer(classes, np.uint8), *(np.array(each, np.uint32) for each in numbers_of)


def write(path: Path, clues: Iterable[Clue]) -> int:
    """Write the table of some clues and return the size of the file in bytes."""
    classes, fits, behind, offsets = windows_of(clues)
    header = {
        "made_by": "training/clues.py",
        "unicode": unicodedata.unidata_version,
        "clues": offsets,
    }
    names = ("classes", "rows", "cells", "behind")
    arrays = dict(zip(names, tables(classes, fits, behind), strict=True))
    return write_arrays(path, CLUE_TABLE, header, arrays)


def main() -> None:
    """Make the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=clue_table_path())
    options = parser.parse_args()
    registry()  # enters the clues of all rooms
    print(f"{write(options.out, [CLUES[name] for name in sorted(CLUES)]):,} bytes")


if __name__ == "__main__":
    main()
