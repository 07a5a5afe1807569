"""One scan of a text that decides which transforms can matter for it.

Clean text must cost little more than reading it: the scan runs in C, is shared by all transforms
of a pipeline, and each of its answers is got only once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from typing import Any, TypeVar

from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.triples import ANY, LEAST, Clue, Places, clue

__all__ = ["Scan"]

T = TypeVar("T")

_SET = f"[^\n -~{''.join(sorted(MARKED_LETTERS))}]"
_UNUSUAL = clue(_SET, (0, _SET, ANY, ANY))


_MANY = 8
"""Texts in which one character in so many tells something are searched with the patterns."""


class Scan:
    """What a text is made of; every answer is computed once, when first asked for."""

    __slots__ = ("_answers", "_unusual", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._unusual: frozenset[str] | None = None
        self._answers: dict[Callable[[str], Any], Any] = {}

    @property
    def unusual(self) -> frozenset[str]:
        """The distinct characters other than line feed, printable ASCII and Vietnamese letters.

        >>> sorted(Scan("Vi\u00d6t Nam \u2013 đẹp").unusual)
        ['Ö', '–']
        """
        if self._unusual is None:
            places = self._places()
            if places is not None and len(places.at) * _MANY < len(self.text):
                self._unusual = frozenset(map(self.text.__getitem__, places.of(_UNUSUAL)))
            else:
                self._unusual = frozenset(_UNUSUAL.pattern.findall(self.text))
        return self._unusual

    def where(self, characters: Set[str]) -> Iterator[int]:
        """Yield where one of some unusual characters stands, from left to right.

        >>> list(Scan("Vi\u00d6t Nam \u2013 đẹp").where({"\u2013"}))
        [9]
        """
        return (found.start() for found in self.matches(_UNUSUAL) if found[0] in characters)

    def matches(self, asked: Clue) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern in the text, from left to right."""
        return asked.matches(self.text, self._places())

    def finds(self, asked: Clue) -> bool:
        """Say whether a pattern matches anywhere in the text."""
        if not self.is_long:
            return asked.pattern.search(self.text) is not None
        return next(self.matches(asked), None) is not None

    @property
    def is_long(self) -> bool:
        """Whether the text is searched with arrays, for all clues at once."""
        return len(self.text) >= LEAST

    def _places(self) -> Places | None:
        return self.once(Places.of_text) if self.is_long else None

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
