"""The words of a text around the places in doubt, with the model's codes."""

from __future__ import annotations

from collections.abc import Iterable

from vnclean.caches import cached
from vnclean.core.tokens import Token, stretches
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
    for number, (start, end) in enumerate(stretches(text, spans, reach)):
        tokens += BREAK if number else ()
        tokens += tokenise(text, start, end)
    return tokens
