"""One scan of a text that decides which transforms can matter for it.

Clean text must cost little more than reading it: the scan runs in C, is shared by all transforms
of a pipeline, and each of its answers is got only once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from vnclean.language.alphabet import MARKED_LETTERS

__all__ = ["Scan"]

T = TypeVar("T")

_UNUSUAL = re.compile(f"[^\n -~{''.join(sorted(MARKED_LETTERS))}]")


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
            self._unusual = frozenset(_UNUSUAL.findall(self.text))
        return self._unusual

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
