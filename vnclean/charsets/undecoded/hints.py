"""Hints of legacy bytes: characters, signs inside words and pairs that clean Vietnamese lacks."""

from __future__ import annotations

import re
from collections.abc import Set

from vnclean.caches import cached_table, late_pattern
from vnclean.charsets.misread_pages import view_letters

__all__ = ["PAIRS", "SIGNS", "has_hint", "hinted_lines", "line_spans"]

_SHORT_CHARS = 400
# Signs that are letters in some view, and where no clean text has them.
SIGNS = frozenset("§©®«·°±²³½×÷ªº¹")
_SIGN_IN_WORD = late_pattern(
    "[A-Za-z][§©®«·°±²³½×÷ªº¹]+[A-Za-z]|[®§©«·×÷ªº¹][a-z]|[a-z][«·©®§][A-Za-z]"
    # No word is a consonant with a sign: `v«`, `m©`.
    r"|(?<=\s[b-df-hj-np-tv-z])[©«½]|(?<=\s[cgknpqt][ghr])[©«½]"
)
# Pairs of VNI in which no letter is foreign to Vietnamese, but that no Vietnamese word has, and a
# capital inside a word. Not looked for in long texts: those have other letters that tell.
PAIRS = (
    ("[aeâêô]", "[ìò]", ""),
    ("[oõý]", "[ì]", ""),
    ("[uýõ]", "[ò]", ""),
    ("[aA]", "[âáàãêéèúùõÂÁÀÃÊÉÈÚÙÕ]", ""),
    ("[eE]", "[âáàãùõÂÁÀÃÙÕ]", ""),
    ("[oO]", "[âùõÂÙÕ]", ""),
    ("[uUyYôÔ]", "[ùõÙÕ]", ""),
    ("[a-zà-ỹ]", "[ÌÒÓÕÊÝÈÉÔ]", "[a-z]"),
)
"""The first letter, the second, and the one after both where it matters."""
_PAIR = late_pattern(
    "[âáàãêéèúùìòõÂÁÀÃÊÉÈÚÙÕÌÒÓÝÔ](?:"
    + "|".join(f"(?<={first}{second})(?={third})" for first, second, third in PAIRS)
    + ")"
)


def has_hint(unusual: Set[str], text: str) -> bool:
    """Say whether the unusual characters of a text could be legacy bytes.

    >>> has_hint({"Ö"}, "ViÖt"), has_hint({"®", "–"}, "Sữa Vinamilk® – tốt"), has_hint({"®"}, "®i")
    (True, False, True)
    """
    if len(text) < _SHORT_CHARS and _PAIR.search(text):
        return True
    if not unusual:
        return False
    if not view_letters().isdisjoint(unusual):
        return True
    return any(_stands_in_word(text, sign) for sign in SIGNS.intersection(unusual))


def _stands_in_word(text: str, sign: str) -> bool:
    """Say whether a sign stands in a word somewhere; found by itself first, which is far faster."""
    at = text.find(sign)
    while at >= 0:
        if any(_SIGN_IN_WORD.match(text, place) for place in (max(at - 1, 0), at)):
            return True
        at = text.find(sign, at + 1)
    return False


def line_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line; only a line feed ends one."""
    spans = []
    start = 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def hinted_lines(text: str, with_pairs: bool = False) -> list[tuple[int, int]]:
    """Return start and end of the lines with something that could be legacy bytes.

    One pass for single characters. Pairs of ordinary letters are looked for in short texts, or
    where asked: where a longer text is legacy, other lines tell.
    """
    if with_pairs or len(text) < _SHORT_CHARS:
        return [span for span in line_spans(text) if _hint().search(text, *span)]
    found: list[tuple[int, int]] = []
    letters = view_letters()
    search = _letter_or_sign().search
    at = 0
    seen = -1  # the end of a line that has no sign inside a word
    while match := search(text, at):
        at = match.start()
        letter = match[0] in letters
        if letter or at > seen:
            start = text.rfind("\n", 0, at) + 1
            seen = text.find("\n", at)
            seen = len(text) if seen < 0 else seen
            if letter or _SIGN_IN_WORD.search(text, max(start, at - 1), seen):
                found.append((start, seen))
                at = seen
                continue
        at += 1
    return found


@cached_table
def _letter_or_sign() -> re.Pattern[str]:
    """Return what finds the characters that are a hint, or may be part of one."""
    return re.compile(f"[{_escaped(view_letters() | SIGNS)}]")


@cached_table
def _hint() -> re.Pattern[str]:
    """Return what finds any hint."""
    return re.compile(f"[{_escaped(view_letters())}]|{_SIGN_IN_WORD.pattern}|{_PAIR.pattern}")


def _escaped(letters: Set[str]) -> str:
    return "".join(map(re.escape, sorted(letters)))
