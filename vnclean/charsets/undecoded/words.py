"""Words of a text that may be legacy bytes, and the ways in which those can have been misread."""

from __future__ import annotations

from typing import Literal, NamedTuple

from vnclean.charsets.table import Charset

__all__ = ["LegacyWord", "Misreading", "SoftHyphen"]

SoftHyphen = Literal["kept", "dashed", "dropped"]
"""What became of the soft hyphens of a text: kept, made hyphens, or dropped."""


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
