"""Search keys: lower case, Vietnamese letters without their marks, the rest by Unidecode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from vnclean.caches import cached, late_pattern
from vnclean.core.letters import LetterMap
from vnclean.errors import MissingExtraError
from vnclean.language.alphabet import fold
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, choice, register

__all__ = ["FoldAscii"]

_ASCII = late_pattern("[A-Z]+|[^\x00-\x7f]+")
_ANY_CASE = late_pattern("[^\x00-\x7f]+")


@register
@dataclass(frozen=True, repr=False)
class FoldAscii(Transform):
    """Fold text to a search key: no marks on Vietnamese letters, lower case. Loses meaning.

    For indexes and look-ups only: `ma`, `mã` and `má` become one. `casefold=False` keeps capitals.
    `residue` says what becomes of other letters outside ASCII: "keep", or "unidecode" for ASCII
    throughout, which needs the extra `ascii` (raises MissingExtraError without it; Unidecode is
    GPL-2+, imported only here). Letters of western languages lose their accents in either case.

    >>> FoldAscii()("Đường về Huế"), FoldAscii(casefold=False)("Đường")
    ('duong ve hue', 'Duong')
    >>> FoldAscii()("São Paulo, Москва")
    'sao paulo, москва'
    """

    name: ClassVar[str] = "fold"
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "fold.ascii": "letters were folded to a search key",
    }

    casefold: bool = True
    residue: Literal["keep", "unidecode"] = "keep"

    def __post_init__(self) -> None:
        choice(self.residue, ("keep", "unidecode"), "residue")

    def concerns(self, scan: Scan) -> bool:
        """Look for anything but ASCII, and for capitals where case is folded."""
        return self._pattern.search(scan.text) is not None

    @property
    def _pattern(self) -> re.Pattern[str]:
        return _ASCII if self.casefold else _ANY_CASE

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each run of letters that is folded."""
        rest = _unidecode() if self.residue == "unidecode" else None
        for match in self._pattern.finditer(scan.text):
            run = match.group()
            folded = self._fold(run, rest)
            if folded != run:
                yield Edit(match.start(), match.end(), folded, "fold.ascii")

    def cleaned(self, scan: Scan) -> str:
        """Return the key itself; an edit for each run would cost ten times as much."""
        folded = _letters(self).apply(scan.text)
        return super().cleaned(scan) if folded is None else folded

    def _fold(self, run: str, rest: Callable[[str], str] | None) -> str:
        folded = "".join(map(_fold_letter, run))
        if rest is not None and not folded.isascii():
            folded = "".join(c if c.isascii() else rest(c) for c in folded)
        return "".join(map(_lower, folded)) if self.casefold else folded

    def _letters(self) -> LetterMap:
        rest = _unidecode() if self.residue == "unidecode" else None
        return LetterMap(lambda one: self._fold(one, rest) if self._pattern.match(one) else one)


_letters = cached(4)(FoldAscii._letters)
"""The map of letters of each way to fold, which knows again the letters that it has met."""


@cached(4096)
def _fold_letter(character: str) -> str:
    """Return a letter without its marks where what is below them is ASCII."""
    if "\u0300" <= character <= "\u036f":  # combining marks
        return ""
    plain = fold(character)
    if plain.isascii():
        return plain
    below = "".join(
        c for c in unicodedata.normalize("NFD", character) if c < "\u0300" or c > "\u036f"
    )
    return below if below.isascii() and below.isalpha() else character


@cached(4096)
def _lower(character: str) -> str:
    folded = character.casefold()
    # What case folding takes apart (İ, ŉ) has marks again.
    return "".join(map(_fold_letter, folded)) if folded != character else character


def _unidecode() -> Callable[[str], str]:
    try:
        from unidecode import unidecode
    except ImportError:
        raise MissingExtraError("Unidecode", "ascii", "Folding other scripts to ASCII") from None
    return _without_surrogates(unidecode)


def _without_surrogates(unidecode: Callable[[str], str]) -> Callable[[str], str]:
    @cached(4096)
    def decode(character: str) -> str:
        return character if "\ud800" <= character <= "\udfff" else unidecode(character)

    return decode
