"""Where words and lines of a text begin and end; every answer costs the same in any text."""

from __future__ import annotations

from vnclean.caches import late_pattern

__all__ = ["LETTER", "WORD", "is_damaged", "line_bounds", "stands_alone", "word_bounds"]

LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be]"  # to a regular expression, ½ is a letter
WORD = late_pattern(f"{LETTER}(?:{LETTER}|[\u0300-\u036f])*+")
"""A run of letters with their combining marks."""

_MAX_WORD_CHARS = 40
_BLOCK_CHARS = 4096
_JOINING = frozenset("_&")
_LOST = late_pattern("[\ufffd\x80-\x9f]")
_MISREAD = "¡-©ª¬\xad¯-º¼-¿×÷ˆ˜‚„†‡‰‹›€™─-▟√∞∆≈≠≤≥"
"""Signs that bytes of letters are shown as; quotes are not among them."""
_PARTED = late_pattern(
    rf"[*?][^\W\d_]|[{_MISREAD}«»‘’“”–—…•][{_MISREAD}&#\x80-\x9f]|[¡-§ª-¬¯-¶¸-¿×÷†‡‰‹›─-▟√∞∆≈≠≤≥][^\W\d_]|[º»]['\"]"
)


def word_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the run of letters and combining marks around it.

    Gives up after 40 characters on either side (no syllable is that long), so that it costs the
    same in a line of ten million letters.

    >>> word_bounds("rồi Hà Nội,", 5, 5)
    (4, 6)
    """
    low = max(0, start - _MAX_WORD_CHARS)
    high = min(len(text), end + _MAX_WORD_CHARS)
    while start > low and (text[start - 1].isalpha() or "\u0300" <= text[start - 1] <= "\u036f"):
        start -= 1
    while end < high and (text[end].isalpha() or "\u0300" <= text[end] <= "\u036f"):
        end += 1
    return start, end


def stands_alone(text: str, start: int, end: int) -> bool:
    """Say whether a word is whole: no underscore, ampersand or digit directly beside it.

    `g_iả` is a word with a mark for its access key, `TUỲ_CHỌN` an identifier.

    >>> stands_alone("Tác g_iả", 6, 8), stands_alone("(quả)", 1, 4)
    (False, True)
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before in _JOINING or after in _JOINING or before.isdigit() or after.isdigit())


def is_damaged(text: str, start: int, end: int) -> bool:
    """Say whether the token of a word shows damage: no rule but repair may touch such a word.

    Signs of it are a replacement character or a control beside the word, and a mask, a question
    mark or a sign of misread bytes that parts it from another letter or sign.

    >>> is_damaged("TIẾNG VIÁ»‡T", 6, 9), is_damaged("ăn c*t", 3, 4), is_damaged("th\ufffd", 0, 2)
    (True, True, True)
    >>> is_damaged("«hiệu qủa»?", 6, 9), is_damaged("*qủa*", 1, 4), is_damaged("qủa?", 0, 3)
    (False, False, False)
    """
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (
        _LOST.match(after) is not None
        or _PARTED.match(after) is not None
        or _LOST.match(before[::-1]) is not None
        or _PARTED.match(before[::-1]) is not None
    )


def line_bounds(text: str, offset: int) -> tuple[int, int]:
    """Return the bounds of the line around an offset; of a part of it, where it is very long.

    A line of more than 4,096 characters counts as parts of that length, so that no question about
    a line costs more than a part.

    >>> line_bounds("một\\nhai\\nba", 5)
    (4, 7)
    """
    low = max(0, offset - _BLOCK_CHARS)
    start = text.rfind("\n", low, offset) + 1
    if not start and low:
        start = offset - offset % _BLOCK_CHARS  # no line end near: parts count from 0
    end = text.find("\n", offset, start + 2 * _BLOCK_CHARS)
    return start, min(len(text), start + 2 * _BLOCK_CHARS) if end < 0 else end
