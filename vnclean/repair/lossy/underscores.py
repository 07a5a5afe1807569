"""File names and labels in which each lost letter became an underscore: `T_i li_u ti_ng Vi_t.pdf`.

Old servers and archivers write `_` for what they can't. A stretch of ASCII in which most words have
one is read as if question marks stood there; names of variables are no words of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vnclean.caches import late_pattern
from vnclean.transform import Edit

__all__ = ["UNDERSCORES", "has_underscored", "restore_underscored"]

UNDERSCORES = "lossy.underscores"
"""The rule."""

_STRETCH = late_pattern("[A-Za-z0-9_ .,:!'\"()/-]+")
_WORD = late_pattern("[A-Za-z_]+")
_LONGEST = 7
"""Letters of a word at most, as of our syllables."""
_LEAST = 3
"""Different words with an underscore that tell that letters were lost."""
_SHARE = 0.5
"""Share of the words that have one: three in four words of ours have a letter beyond ASCII."""
_MENDED = 0.75
"""Share of those that must come back, for any of them to be believed."""


def _stretches(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start and end of each stretch that may have lost its letters, with its marked words."""
    for found in _runs(text):
        words = [word for word in _WORD.findall(found[0]) if word.strip("_") or len(word) < 3]
        marked = [word for word in words if "_" in word]
        if (
            len({word.lower() for word in marked if len(word) > 1}) >= _LEAST
            and len(marked) >= _SHARE * len(words)
            and all(len(word) <= _LONGEST for word in marked)
        ):
            yield *found.span(), len(marked)


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Yield the stretches with an underscore; lines without one are not looked at."""
    at = 0
    while (at := text.find("_", at)) >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = len(text) if end < 0 else end
        yield from (found for found in _STRETCH.finditer(text, start, end) if "_" in found[0])
        at = end


def has_underscored(text: str) -> bool:
    """Say whether a text has a stretch in which underscores may stand for letters.

    >>> has_underscored("T_i li_u ti_ng Vi_t.pdf"), has_underscored("user_name, user_id, is_set")
    (True, False)
    """
    return text.count("_") >= _LEAST and next(_stretches(text), None) is not None


def restore_underscored(text: str, find: Callable[[str], list[Edit]]) -> Iterator[Edit]:
    """Yield an edit for each word, where `find` restores most of the words of a stretch.

    `find` gives the edits of a text in which question marks stand for the letters.
    """
    if text.count("_") < _LEAST:
        return
    for start, end, marked in _stretches(text):
        edits = [
            edit._replace(start=edit.start + start, end=edit.end + start, rule=UNDERSCORES)
            for edit in find(text[start:end].replace("_", "?"))
        ]
        if sum(edit.applies(None) for edit in edits) >= max(_LEAST, _MENDED * marked):
            yield from edits
