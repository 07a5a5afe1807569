"""Words of a text that may be legacy bytes, and the ways in which those can have been misread."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = [
    "CASE_LOST",
    "CHARSETS",
    "DASHED",
    "LOST",
    "TOKEN",
    "LegacyWord",
    "Misreading",
    "base_charset",
]

LOST = "tcvn3-lost"
"""TCVN3 whose soft hyphens, the letter ư, were dropped."""
DASHED = "tcvn3-dashed"
"""TCVN3 whose soft hyphens, the letter ư, became hyphens."""
CHARSETS = (
    *("tcvn3", DASHED, LOST, "vni", "viscii", "vps", "windows-1258-vi"),
    *("bkhcm2", "vietware-f", "vietware-x", "bkhcm1"),
)
CASE_LOST = ("tcvn3", DASHED, LOST, "vietware-f")

# The control characters are letters of VISCII and VPS.
_LETTERS = r"A-Za-z\x02-\x06\x10-\x15\x19\x1c-\x1e\x80-\U0010ffff"
# A hyphen may be the soft hyphen that is the letter ư of TCVN3.
# The colour codes of game scripts (`#Y`) stick to the words after them.
TOKEN = re.compile(
    rf"(?<!#(?=[BGHKOPRWY][{_LETTERS}]))(?:(?<![\w-])-)?[{_LETTERS}]+(?:-[{_LETTERS}]+)*(?:-(?![\w-]))?"
)


class Misreading(NamedTuple):
    """Bytes of `charset` that were read in the code page `page`."""

    charset: str
    page: str


def base_charset(charset: str) -> str:
    """Return the name of the charset itself for one whose soft hyphens were damaged."""
    return "tcvn3" if charset in (DASHED, LOST) else charset


class LegacyWord(NamedTuple):
    """A word and what its bytes say; offsets are characters, `bits` is the evidence of its run."""

    start: int
    end: int
    text: str
    misreading: Misreading
    bits: float
    certain: bool = True
    """Whether something beside the word itself speaks for it; else it is but suggested."""
