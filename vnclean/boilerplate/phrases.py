"""The phrases that speak for furniture, as one regular expression that runs in C over a text."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["KINDS", "matcher", "phrases", "tree"]

KINDS = (
    "comment", "counter", "footer", "form", "function", "meta", "nav", "pager", "related", "share",
    "shop", "slogan", "tag",
)  # fmt: skip
"""The kinds of phrases, in the order of their numbers; `function` are the words of prose."""


@cache
def phrases() -> dict[str, int]:
    """Return each phrase (lower case) with the number of its kind.

    >>> KINDS[phrases()["tin liên quan"]]
    'related'
    """
    table = files("vnclean.data").joinpath("boilerplate_phrases.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.split("\n") if line and line[0] != "#")
    return {phrase: KINDS.index(kind) for kind, phrase in rows}


def tree(words: list[str]) -> str:
    """Write sorted words as one expression with shared beginnings, the longest tried first."""
    ends = words[0] == ""
    branches: list[str] = []
    at = 1 if ends else 0
    while at < len(words):
        first = words[at][0]
        stop = at
        while stop < len(words) and words[stop][0] == first:
            stop += 1
        branches.append(re.escape(first) + tree([word[1:] for word in words[at:stop]]))
        at = stop
    if not branches:
        return ""
    inner = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return inner + "?" if ends else inner


@cache
def matcher() -> re.Pattern[str]:
    """Return the expression that finds the longest phrase at each word of a lower-case text."""
    return re.compile(rf"\b{tree(sorted(phrases()))}(?!\w)")
