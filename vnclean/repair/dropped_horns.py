"""Words of TCVN3 whose ư was dropped in text that is Unicode by now: `đợc`, `ngời`, `nớc`.

TCVN3 writes ư with the byte of the soft hyphen, which programs leave out. Without it some words
are none (`đợc`); which of the others lost it (`ma`: `mưa`) the words around them tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vnclean.caches import late_pattern
from vnclean.charsets.table import CHARSETS
from vnclean.charsets.undecoded.soft_hyphens import HORNED_O, hornless_syllables, restore_dropped
from vnclean.charsets.undecoded.words import LegacyWord, Misreading
from vnclean.language.syllable import is_spellable
from vnclean.language.words import WORD, line_bounds
from vnclean.scan import clue
from vnclean.transform import Edit, Safety

__all__ = ["DROPPED_HORN", "find_dropped_horns"]

_HORN = "ư"
"""What was lost; ừ, ứ, ử, ữ, ự and the capitals are other bytes."""
_HORNED = frozenset(HORNED_O)
DROPPED_HORN = clue(
    "legacy.dropped_horn",
    rf"[{HORNED_O}](?<=[^\W\d_ưƯ].)(?:[cCuU]|[nN][gG])(?![^\W\d_])",
    (1, r"[^\W\d_ưƯ]", f"[{HORNED_O}]", "[cCuU]"),
    (1, r"[^\W\d_ưƯ]", f"[{HORNED_O}]", "[nN]", "[gG]"),
)
"""ơ before a last c, ng or u and not behind ư: no syllable has that, and text that lost its ư is
full of it (`đợc`, `trờng`, `rợu`)."""
_SHOWN = late_pattern(
    rf"[{HORNED_O}](?:(?<=[^\W\d_ưƯ].)|(?<![^\W\d_].))(?:[cCuU]|[nN][gG])(?![^\W\d_])"
)
"""The same, also where the word begins so: what tells of a lost ư, in a text that has others."""
_ENOUGH = 2
"""Different words without their ư that tell that a line lost it, or a text that has none; one is a
slip of the keyboard."""

_LONG_CHARS = 150
"""A text so long has an ư, where it hasn't lost them."""


def find_dropped_horns(text: str) -> list[Edit]:
    """Return an edit for each word that lost its ư, in lines that show that they did.

    >>> [edit.replacement for edit in find_dropped_horns("Ngời dân đợc báo trớc")]
    ['Người', 'được', 'trước']
    """
    if DROPPED_HORN.pattern.search(text) is None:
        return []
    dropped = Misreading(next(c for c in CHARSETS if c.soft_hyphen), "cp1252", "dropped")
    lines: dict[tuple[int, int], list[LegacyWord]] = {}
    for match in _words(text):
        lowered = match[0].lower()
        if len(lowered) > 1 and lowered in hornless_syllables() and not is_spellable(lowered):
            word = LegacyWord(*match.span(), restore_dropped(match[0]), dropped, 0.0)
            lines.setdefault(line_bounds(text, match.start()), []).append(word)
    told = {line: {w.text.lower() for w in words if _has_horn(w)} for line, words in lines.items()}
    different = len(set[str]().union(*told.values()))
    enough = _HORN not in text and (
        different >= _ENOUGH or (different > 0 and len(text) >= _LONG_CHARS)
    )
    sure = [
        word
        for line, words in lines.items()
        if enough or len(told[line]) >= _ENOUGH
        for word in words
    ]
    if not sure:
        return []
    from vnclean.repair.lost_horns import restore_lost_horns

    return [
        Edit(start, end, word, "legacy.dropped_horn", 0.95, Safety.LIKELY)
        for start, end, word, *_ in restore_lost_horns(text, sure)
        if word != text[start:end]
    ]


def _words(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of lines that may show a loss: all lines, where the text has no ư."""
    if _HORN not in text:
        yield from WORD.finditer(text)
        return
    done = 0
    for place in _SHOWN.finditer(text):
        if place.start() >= done:
            start, done = line_bounds(text, place.start())
            yield from WORD.finditer(text, start, done)


def _has_horn(word: LegacyWord) -> bool:
    """Say whether a word keeps an ơ, without which `th` may be short for something."""
    return not _HORNED.isdisjoint(word.text)
