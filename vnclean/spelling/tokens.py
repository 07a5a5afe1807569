"""The words of a text around the places in doubt, with the model's codes."""

from __future__ import annotations

from collections.abc import Iterable

from vnclean.caches import cached
from vnclean.core.tokens import Token
from vnclean.language import ngram

__all__ = ["BREAK", "EDGE", "Token", "around", "canonical", "tokenise"]

EDGE = ngram.BOUNDARY * 4
"""The code of a sentence's edge."""

REACH = 36
"""Characters of context on either side of a word in doubt."""

canonical = cached(1 << 15)(ngram.canonical)
"""`ngram.canonical`, which knows the last words again."""


BREAK = (Token(-1, -1, "", EDGE),) * 3
"""What stands between separate parts of a text: edges enough for the model to forget."""


def tokenise(text: str, start: int, end: int) -> list[Token]:
    """Return the words and signs of a part of the text that the model sees."""
    return ngram.load().tokens(text, start, end)


def around(text: str, spans: Iterable[tuple[int, int]], reach: int = REACH) -> list[Token]:
    """Return the tokens around sorted spans; three edges stand between separate places."""
    tokens: list[Token] = []
    begin = end = -1
    for start, stop in spans:
        low, high = max(start - reach, 0), min(stop + reach, len(text))
        line = text.rfind("\n", low, start)
        low = line + 1 if line >= 0 else _edge(text, low, start, 1)
        line = text.find("\n", stop, high)
        high = line if line >= 0 else _edge(text, high, stop, -1)
        if low <= end:
            end = max(end, high)
            continue
        if begin >= 0:
            tokens += tokenise(text, begin, end)
            tokens += BREAK
        begin, end = low, high
    if begin >= 0:
        tokens += tokenise(text, begin, end)
    return tokens


def _edge(text: str, at: int, limit: int, step: int) -> int:
    """Move a cut out of the word it falls in, towards `limit`."""
    if at in (0, len(text)):
        return at
    while at != limit and text[at - 1].isalnum() and text[at : at + 1].isalnum():
        at += step
    return at
