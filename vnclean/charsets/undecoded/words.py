"""Words of a text that may be legacy bytes, and the ways in which those can have been misread."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from vnclean.charsets.table import Charset

__all__ = ["TOKEN", "LegacyWord", "Misreading", "SoftHyphen"]

SoftHyphen = Literal["kept", "dashed", "dropped"]
"""What became of the soft hyphens of a text: kept, made hyphens, or dropped."""

# The control characters are letters of VISCII and VPS.
_LETTERS = r"A-Za-z\x02-\x06\x10-\x15\x19\x1c-\x1e\x80-\U0010ffff"
# A hyphen may be the soft hyphen that is the letter ư of TCVN3.
# The colour codes of game scripts (`#Y`) stick to the words after them.
TOKEN = re.compile(
    rf"(?<!#(?=[BGHKOPRWY][{_LETTERS}]))(?:(?<![\w-])-)?[{_LETTERS}]+(?:-[{_LETTERS}]+)*(?:-(?![\w-]))?"
)


class Misreading(NamedTuple):
    """Bytes of `charset` that were read in the code page `page`."""

    charset: Charset
    page: str
    soft_hyphen: SoftHyphen = "kept"
    """What became of the soft hyphens since, where one is a letter of the charset."""


class LegacyWord(NamedTuple):
    """A word and what its bytes say; offsets are characters, `bits` is the evidence of its run."""

    start: int
    end: int
    text: str
    misreading: Misreading
    bits: float
    certain: bool = True
    """Whether something beside the word itself speaks for it; else it is but suggested."""
