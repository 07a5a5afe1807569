"""Whole words or none: edits of a token that would still show damage are not made.

What is mended by half is worse than what is not mended at all: the rest has lost its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vnclean.caches import late_pattern
from vnclean.language.casing import has_regular_case
from vnclean.language.words import LETTER, WORD
from vnclean.transform import Edit, apply_edits

__all__ = ["may_be_half", "may_leave_half", "whole_words"]

_LEFT = late_pattern(
    "[\ufffd\x80-\x9fÄÅÆ]"
    "|(?<=á)[º»]"
    "|(?<=â)€"
    rf"|(?<={LETTER})[?*\"¡-©«-¬®-´¶-»¼-¿×÷†‡‰‹›ˆ˜ƒ─-▟√∞∆≈≠≤≥]+(?={LETTER})"
)
"""What is left of misread bytes beside letters."""
_SIGN = late_pattern('[\ufffd\x80-\xbf×÷ÃÄÅÆÌ?*"€†‡‰‹›ˆ˜ƒ─-▟√∞∆≈≠≤≥]')
"""One of these stands in all that is left; one set of characters is a quick search."""
_LEADS = frozenset("ÃÌ")
"""First bytes that are letters of ours as well: only their case tells."""
_BLANK = late_pattern("[ \t\r\n]")
_MAX_TOKEN_CHARS = 80
"""How far from its edits a token is looked at."""


def may_be_half(text: str) -> bool:
    """Say whether a text that came of a repair shows what may be left of the damage.

    >>> may_be_half("Äoàn viên"), may_be_half("Đoàn viên, “SÀI GÒN”")
    (True, False)
    """
    return _SIGN.search(text) is not None and (
        not _LEADS.isdisjoint(text) or _LEFT.search(text) is not None
    )


def may_leave_half(text: str, repaired: str) -> bool:
    """Say whether a word that a repair changed may still show damage; cheap, and asks no edits.

    >>> may_leave_half("m?t g?c Äo", "một g?c Äo"), may_leave_half("x m?t?x", "x một?x")
    (False, True)
    """
    if _SIGN.search(repaired) is None:
        return False
    lines, new_lines = text.split("\n"), repaired.split("\n")
    if len(lines) != len(new_lines):
        return may_be_half(repaired)
    changed: list[str] = []
    for line, new_line in zip(lines, new_lines, strict=True):
        if line != new_line and _SIGN.search(new_line) is not None:
            before, after = _between_blanks(line), _between_blanks(new_line)
            if len(before) != len(after):
                return may_be_half(repaired)
            changed += [new for old, new in zip(before, after, strict=True) if old != new]
    return may_be_half(" ".join(changed))


def _between_blanks(line: str) -> list[str]:
    """Return what `_BLANK` splits a line into, several times as fast."""
    return line.replace("\t", " ").replace("\r", " ").split(" ")


def whole_words(text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    r"""Yield the edits, sorted as they come, but not those of tokens that keep some damage.

    >>> edits = [Edit(2, 4, "à", "m", 1.0), Edit(7, 9, "à", "m", 1.0)]
    >>> [edit.start for edit in whole_words("Äo\xc3\xa0n l\xc3\xa0", edits)]
    [7]
    """
    for start, end, these in _tokens(text, edits):
        shifted = [edit._replace(start=edit.start - start, end=edit.end - start) for edit in these]
        before = text[start:end]
        after = apply_edits(before, shifted)
        if not (may_be_half(after) and _is_half(before, after)):
            yield from these


def _tokens(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Yield what stands between blanks and holds edits, by its span, and these."""
    at = 0
    while at < len(edits):
        these = [edits[at]]
        while (at := at + 1) < len(edits) and not _BLANK.search(
            text, these[-1].end, edits[at].start
        ):
            these.append(edits[at])
        start, end = these[0].start, these[-1].end
        before = text[max(0, start - _MAX_TOKEN_CHARS) : start]
        found = _BLANK.search(text, end, end + _MAX_TOKEN_CHARS)
        start -= len(_BLANK.split(before)[-1])
        yield (
            start,
            min(len(text), end + _MAX_TOKEN_CHARS) if found is None else found.start(),
            these,
        )


def _is_half(before: str, after: str) -> bool:
    return any(match[0] in before for match in _LEFT.finditer(after)) or (
        not _LEADS.isdisjoint(before)
        and any(
            not (_LEADS.isdisjoint(word) or has_regular_case(word)) for word in WORD.findall(after)
        )
    )
