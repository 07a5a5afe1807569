"""One scan of a text that decides which transforms can matter for it.

Clean text must cost little more than reading it, so the text is read once for all that steps look
for: each pattern names the three neighbouring characters that tell it, the core finds the places of
all patterns in one pass, and the few that are found are looked at with the patterns themselves. A
scan is shared by all transforms of a pipeline, and each of its answers is got only once.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any, TypeVar

from vnclean.caches import cached_table
from vnclean.core.prefilter import Places, Prefilter
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.model_file import read_parts

__all__ = [
    "ANY",
    "CLUES",
    "CLUE_TABLE",
    "RARE",
    "Clue",
    "Scan",
    "Window",
    "clue",
    "clue_table_path",
    "late_clue",
    "mask_of",
]

T = TypeVar("T")

ANY = r"[\w\W]"
"""The set of all characters, as `Clue.windows` names it."""
Window = tuple[int, str, str, str] | tuple[int, str, str, str, str]
"""How many characters of three stand before the one at which a pattern matches, and their sets; a
fourth is of the character behind them, for patterns that three can't tell from what is common."""


@dataclass(frozen=True, eq=False)
class Clue:
    """A pattern that is told by three neighbouring characters; make one with `clue`."""

    name: str
    make: Callable[[], tuple[str, tuple[Window, ...]]]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression."""
        return re.compile(self.make()[0])

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows one of which fits wherever the pattern matches."""
        return self.make()[1]


CLUES: dict[str, Clue] = {}
"""The patterns that are looked for together, by name."""


def clue(name: str, pattern: str, *windows: Window) -> Clue:
    """Enter a pattern among those that are looked for together; for module level.

    `windows` are triples of sets of characters (as a regular expression writes a set), each with
    the number of characters before the one at which the pattern matches (see `Window`). Wherever
    the pattern matches, one of the windows must fit; where one fits, the pattern need not match.
    Their table is made by `training/clues.py`: what is not in it is searched for by itself. Raises
    ValueError where the name is taken.

    >>> double = clue("example.double", "  +", (0, "[ ]", "[ ]", ANY))
    >>> next(Scan("một  hai").matches(double)).span()
    (3, 5)
    """
    return late_clue(name, lambda: (pattern, windows))


def late_clue(name: str, make: Callable[[], tuple[str, tuple[Window, ...]]]) -> Clue:
    """Enter a pattern that is made, with its windows, when it is first needed."""
    if name in CLUES:
        raise ValueError(f"there is a clue named {name!r} already")
    CLUES[name] = entered = Clue(name, make)
    return entered


_USUAL = MARKED_LETTERS.union("\n", map(chr, range(0x20, 0x7F)))
_MANY = 16
_SET = f"[^\n -~{''.join(sorted(MARKED_LETTERS))}]"
_UNUSUAL = clue("scan.unusual", _SET, (0, _SET, ANY, ANY))
_RARE = f"{_SET[:-1]}–—‘’“”…•]"
RARE = clue("scan.rare", _RARE, (0, _RARE, ANY, ANY))
"""Unusual characters other than the dashes, quotes, dots and bullets of well-set text."""

_ALWAYS, _ASCII = 1 << 32, 1 << 33
"""Bits of `Scan.seen`: one that every text has, one for texts in which all is ASCII; `Places`
sets them."""


class Scan:
    """What a text is made of; every answer is computed once, when first asked for."""

    __slots__ = ("_answers", "_found", "_seen", "_unusual", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._unusual: frozenset[str] | None = None
        self._found: tuple[Places, _Offsets] | None = None
        self._seen = 0
        self._answers: dict[Callable[[str], Any], Any] = {}

    @property
    def unusual(self) -> frozenset[str]:
        """The distinct characters other than line feed, printable ASCII and Vietnamese letters.

        >>> sorted(Scan("Vi\u00d6t Nam \u2013 đẹp").unusual)
        ['Ö', '–']
        """
        if self._unusual is None:
            places = self.places(_UNUSUAL)
            if _MANY * len(places) > len(self.text):  # so it is in text that is damaged as a whole
                self._unusual = frozenset(self.text) - _USUAL
            else:
                self._unusual = frozenset(map(self.text.__getitem__, places))
        return self._unusual

    def where(self, characters: Set[str]) -> Iterator[int]:
        """Yield where one of some unusual characters stands, from left to right.

        >>> list(Scan("Vi\u00d6t Nam \u2013 đẹp").where({"\u2013"}))
        [9]
        """
        return (at for at in self.places(_UNUSUAL) if self.text[at] in characters)

    def matches(self, asked: Clue) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern in the text, from left to right, as `finditer` does."""
        done = 0
        for at in self.places(asked):
            if at >= done and (found := asked.pattern.match(self.text, at)) is not None:
                yield found
                done = max(found.end(), at + 1)

    def suspects(self, asked: Clue) -> bool:
        """Say whether a pattern may match somewhere: in ASCII, or where one of its windows fits."""
        return self.is_ascii or bool(self.places(asked))

    def finds(self, asked: Clue) -> bool:
        """Say whether a pattern matches anywhere in the text."""
        places = self.places(asked)
        return bool(places) and any(asked.pattern.match(self.text, at) for at in places)

    def places(self, asked: Clue) -> list[int]:
        """Return where a pattern may match, from left to right: everywhere that a window fits."""
        places, offsets = self._found or self._look()
        if asked.name in offsets:
            return places.select(offsets[asked.name])
        # A pattern that is not in the table is searched for by itself.
        return [found.start() for found in asked.pattern.finditer(self.text)]

    def _look(self) -> tuple[Places, _Offsets]:
        prefilter, offsets = _tables()
        places = prefilter.find(self.text)
        self._seen = places.seen
        self._found = found = places, offsets
        return found

    @property
    def seen(self) -> int:
        """The bits of all windows that fit somewhere, to be compared with a `mask_of` clues.

        >>> [bool(Scan(text).seen & mask_of([RARE])) for text in ("một € từ", "một từ")]
        [True, False]
        """
        if not self._seen:
            self._look()
        return self._seen

    @property
    def is_ascii(self) -> bool:
        """Whether every character is ASCII."""
        return self.text.isascii()

    def once(self, ask: Callable[[str], T]) -> T:
        """Return what a function says of the text; several transforms may ask the same one.

        >>> Scan("một hai").once(str.split)
        ['một', 'hai']
        """
        if ask not in self._answers:
            self._answers[ask] = ask(self.text)
        answer: T = self._answers[ask]
        return answer

    def __contains__(self, part: str) -> bool:
        """Say whether a literal string occurs in the text."""
        return part in self.text


def mask_of(clues: Iterable[Clue] | None) -> int:
    """Return the bits one of which `Scan.seen` has where a clue matches; None: that any text has.

    Texts in ASCII always have one: they are few, and patterns may be looser in them.
    """
    if clues is None:
        return _ALWAYS
    offsets = _tables()[1]
    bits = (offsets.get(each.name, ((0, _ALWAYS),)) for each in clues)
    return reduce(or_, (bit for pairs in bits for _, bit in pairs), _ASCII)


_Offsets = dict[str, tuple[tuple[int, int], ...]]
"""For each pattern how far behind a window it matches, with the bit of that window."""

CLUE_TABLE = b"vnclean clues 2\n"
"""The first bytes of the file of classes and windows that `training/clues.py` writes."""


def clue_table_path() -> Path:
    """Return where the table lies that tells by three characters which patterns may match."""
    return Path(__file__).with_name("data") / "clues.bin"


@cached_table
def _tables() -> tuple[Prefilter, _Offsets]:
    """Return what finds the places of the patterns that ship."""
    header, parts = read_parts(clue_table_path(), CLUE_TABLE, "table of clues", "training/clues.py")
    offsets = {name: tuple(map(tuple, pairs)) for name, pairs in header["clues"].items()}
    numbers = (_numbers(parts[name]) for name in ("rows", "cells", "behind"))
    return Prefilter(parts["classes"], *numbers), offsets


def _numbers(part: memoryview) -> array[int]:
    numbers = array("I", bytes(part))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
