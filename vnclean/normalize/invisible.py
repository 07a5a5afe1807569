"""Characters that nobody sees: zero-width, bidirectional, soft hyphens, controls, private use.

Each is kept where it has work to do: joiners in emoji and in scripts that need them, direction
marks in lines with right-to-left letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.after_edits import identify_after
from vnclean.caches import late_pattern
from vnclean.language.lexicon import frequency
from vnclean.language.words import word_bounds
from vnclean.scan import RARE, Clue, Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Invisible"]

_ZERO_WIDTH = "\u200b\u200c\u200d\u2060-\u2064\ufeff\u180e\u034f\u115f\u1160\u3164\uffa0"
_FILLERS = "\u034f\u115f\u1160\u3164\uffa0"
_BIDI = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_OBSOLETE = "\u206a-\u206f\ufff9-\ufffb"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_PRIVATE = "\ue000-\uf8ff"
_RUN = late_pattern(f"[{_ZERO_WIDTH}{_BIDI}{_OBSOLETE}{_CONTROLS}{_PRIVATE}\u00ad]+")
_KINDS = (
    (late_pattern(f"[{_ZERO_WIDTH}]"), "invisible.zero_width"),
    (late_pattern(f"[{_BIDI}{_OBSOLETE}]"), "invisible.direction"),
    (late_pattern(f"[{_CONTROLS}]"), "invisible.control"),
    (late_pattern(f"[{_PRIVATE}]"), "invisible.private_use"),
    (late_pattern("\u00ad"), "invisible.soft_hyphen"),
)
_RIGHT_TO_LEFT = late_pattern(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_IDEOGRAPH = late_pattern("[\u2e80-\u2fdf\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# What symbol fonts put at these places, for bullets and ticks pasted from word processors.
_SYMBOL_FONT = {
    "\uf0b7": "•", "\uf0a7": "▪", "\uf0a8": "▫", "\uf076": "❖", "\uf0d8": "➢", "\uf0fc": "✓",
    "\uf0e0": "→", "\uf0de": "⇒", "\uf02d": "-", "\uf0ae": "→",
}  # fmt: skip
# In text of a one-byte Vietnamese charset the soft hyphen is ư; letters beside it tell.
_ONE_BYTE = frozenset("µ¸¶·¹¨©ª«¬®¡¢£¤¥¦§¼½¾¿")


@register
@dataclass(frozen=True, repr=False)
class Invisible(Transform):
    """Take out zero-width, direction and control characters, soft hyphens, private characters.

    In Vietnamese lines only. Kept: sequences for terminals; joiners beside emoji and letters of
    other scripts; direction marks in a line with right-to-left letters; private characters in a
    line with ideographs (Nôm fonts); C1 controls
    behind a letter that is not ASCII, which may be bytes of mojibake yet to be repaired. Bullets of
    symbol fonts become bullets; a zero-width space between two whole words becomes a space.

    >>> Invisible()("\\ufeffVi\\u200bệt\\u200b Nam, đường\\u00ad \\uf0b7 một")
    'Việt Nam, đường • một'
    >>> Invisible()("👩\\u200d🔬") == "👩\\u200d🔬"
    True
    """

    name: ClassVar[str] = "invisible"
    clues: ClassVar[Sequence[Clue]] = (RARE,)
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "invisible.zero_width": "a zero-width character or byte order mark did nothing",
        "invisible.direction": "a direction mark stood in text without right-to-left letters",
        "invisible.control": "a control character stood in the text",
        "invisible.private_use": "a private-use character has no meaning outside its font",
        "invisible.symbol_font": "a bullet of a symbol font is written as that bullet",
        "invisible.soft_hyphen": "a soft hyphen stood in the text",
        "invisible.word_break": "a zero-width space parted two words without a blank",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for one such character."""
        return any(_may_be_unseen(c) and _RUN.match(c) for c in scan.unusual)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each run of them that holds one to take out."""
        text = scan.text
        for edit, language, at in identify_after(text, _edits(text)):
            if language.is_vietnamese(at):
                yield edit


def _may_be_unseen(character: str) -> bool:
    """Say whether a character has no shape of its own; for most, no pattern need be compiled."""
    return unicodedata.category(character) in ("Cf", "Cc", "Co") or character in _FILLERS


def _edits(text: str) -> list[Edit]:
    lines = _Lines(text)
    edits = []
    for match in _RUN.finditer(text):
        run = match.group()
        start, end = match.span()
        kept = "".join(_keep(c, text, start, end, lines) for c in run)
        rule = next(name for pattern, name in _KINDS if pattern.search(run))
        if "\u200b" in run and not kept and _parts_words(text, start, end):
            kept, rule = " ", "invisible.word_break"
        elif kept and not set(kept) <= set(run):
            rule = "invisible.symbol_font" if kept.strip("\n") else "invisible.control"
        if kept == run:
            continue
        edit = Edit(start, end, kept, rule)
        # A private character inside a word may be a letter of some font: don't drop it unasked.
        if _PRIVATE_USE.search(run) and _is_inside_word(text, start, end):
            edit = edit._replace(confidence=0.5, safety=Safety.SUGGEST)
        edits.append(edit)
    return edits


_PRIVATE_USE = late_pattern(f"[{_PRIVATE}]")


def _is_inside_word(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start].isalpha() and text[end : end + 1].isalpha()


def _keep(character: str, text: str, start: int, end: int, lines: _Lines) -> str:
    """Return what is left of one character of the run from `start` to `end`."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if character in "\u200b\u200c\u200d\u2060\u180e\u2061\u2062\u2063\u2064" + _FILLERS:
        return character if _needs_joiners(before) or _needs_joiners(after) else ""
    if character == "\ufeff":
        return ""
    if _KINDS[1][0].match(character):
        return character if lines.has(_RIGHT_TO_LEFT, start) else ""
    if character == "\x1b" and _SEQUENCE.match(text, start):
        return character
    if character == "\x08" and before and after and not (before + after).isspace():
        # Struck over in bold or underlined, as manual pages are.
        return character if before == after or "_" in (before, after) else ""
    if character == "\x03" and after.isdigit():  # a colour of IRC
        return character
    if character == "\x0c":  # a page ends
        return "" if before in ("", "\n") or after in ("", "\n", "\r") else "\n"
    if "\x80" <= character <= "\x9f":
        return character if before > "\x7f" else ""
    if character == "\u00ad":
        return character if before in _ONE_BYTE or after in _ONE_BYTE else ""
    if "\ue000" <= character <= "\uf8ff":
        if lines.has(_IDEOGRAPH, start):
            return character
        return _SYMBOL_FONT.get(character, "")
    return ""


_SEQUENCE = late_pattern(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\n]{0,200}|[()][0-9A-B])")
"""What a terminal is told by an escape character: half of it is worth nothing."""


def _needs_joiners(character: str) -> bool:
    """Say whether a character is an emoji or a letter of a script that uses joiners."""
    if not character or character < "\u0530":
        return False
    # Latin letters with marks, punctuation and signs do without.
    return not ("\u1e00" <= character <= "\u218f" or character == "\ufffd")


def _parts_words(text: str, start: int, end: int) -> bool:
    """Say whether removal would glue two words in use to something that is none."""
    left = text[word_bounds(text, start, start)[0] : start]
    right = text[end : word_bounds(text, end, end)[1]]
    return (
        len(left) > 1
        and len(right) > 1
        and frequency(left) > 0
        and frequency(right) > 0
        and not frequency(left + right)
    )


class _Lines:
    """Remembers for the line looked at last which patterns it holds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._span = (0, -1)
        self._found: dict[re.Pattern[str], bool] = {}

    def has(self, pattern: re.Pattern[str], offset: int) -> bool:
        """Say whether the line around an offset matches a pattern."""
        if not self._span[0] <= offset <= self._span[1]:
            start = self._text.rfind("\n", 0, offset) + 1
            end = self._text.find("\n", offset)
            self._span = (start, len(self._text) if end < 0 else end)
            self._found = {}
        if pattern not in self._found:
            self._found[pattern] = pattern.search(self._text, *self._span) is not None
        return self._found[pattern]
