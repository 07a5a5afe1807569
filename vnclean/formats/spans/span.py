"""What a span is: where text stands in a source, how it is written there, what is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from vnclean.caches import cached

__all__ = ["OBJECT", "PLAIN", "Escape", "TextSpan", "guarded", "verbatim"]

OBJECT = "\ufffc"
"""Stands in a text for what lies between two spans of it and is no text: a picture, code, a tag."""


def verbatim(text: str, written: str) -> str:
    """Return a text as it is: how characters are written where nothing is escaped."""
    return text


@dataclass(frozen=True, slots=True)
class Escape:
    """How the characters of a text are written in a format.

    Every match of `unit` in the written form writes one character (None: every character writes
    itself). `decode` gives the text of a written form, and of each unit by itself its character.
    `encode` is given a new text, and the form that it takes the place of for its style. Both raise
    ValueError for what can't be read or written there; such a text stays as it is.
    """

    unit: re.Pattern[str] | None = None
    decode: Callable[[str], str] = str
    encode: Callable[[str, str], str] = verbatim


PLAIN = Escape()
"""Characters are written as they are."""


def guarded(signs: str) -> Escape:
    """Return how text is written where signs mean something that can't be escaped.

    A text that has others of them than stood there before, or in another order, is not put there.
    `signs` is a pattern; an end of line is always one of them.

    >>> guarded("[<>]").encode("a<b> c", "d<e>"), guarded("[<>]") == guarded("[<>]")
    ('a<b> c', True)
    """
    return _guarded(rf"[\r\n]|{signs}" if signs else r"[\r\n]")


@cached(64)
def _guarded(signs: str) -> Escape:
    find = re.compile(signs).findall

    def encode(text: str, written: str) -> str:
        if find(text) != find(written) or (written.strip() and not text.strip()):
            raise ValueError("signs that the format has another use for")
        return text

    return Escape(encode=encode)


class TextSpan(NamedTuple):
    """A stretch of a source that holds text, or a piece of one; offsets are characters.

    `joint` None begins a new text. Any other span goes on with the text of the span before it, and
    the joint stands between the two there: "" where one word may be cut over both, a line feed
    between paragraphs, OBJECT where something that is no text lies between. No edit crosses a
    joint that is not empty. `key` names the column, attribute or the like. `charset` is the legacy
    charset that the characters are known to be in, as if they were windows-1252 (by their font):
    "tcvn3", "tcvn3-h", "vni" or another of `charset_names()`.
    """

    start: int
    end: int
    escape: Escape = PLAIN
    joint: str | None = None
    key: str = ""
    charset: str = ""
