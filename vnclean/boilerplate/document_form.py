"""What is no page, told by the form of its lines: subtitles, translations, data, code."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["is_data"]

_LEAST = 3
"""Lines of a document whose form tells something, at least."""
_MARKED = 0.1
"""The share of lines that only such a document has."""
_CODE = 0.5
"""The share of lines that end or begin as those of data and code do."""
_TIMES, _MESSAGE = " --> ", ("msgid ", "msgstr ")
_ENDS, _FIRST = frozenset("{}[];,"), frozenset('"{}]/m0123456789')
_BEGINNINGS = ('"', "{", "}", "]", "//", "/*")


def is_data(lines: Sequence[str]) -> bool:
    r"""Say whether lines, none of them empty, are of subtitles, a translation file, data or code.

    Their words may be those of menus and buttons, and none of them is furniture.

    >>> is_data(['{', '"home": "Trang chủ",', '"mail": "Liên hệ"', '}'])
    True
    >>> is_data(["Trang chủ", "Liên hệ", "Mùa gặt đã về trên cánh đồng."])
    False
    """
    count = len(lines)
    if count < _LEAST:
        return False
    marked = code = 0
    for line in lines:
        if line[-1] in _ENDS:
            code += 1
        elif line[0] not in _FIRST:  # most lines
            continue
        elif line.startswith(_BEGINNINGS):
            code += 1
        elif _TIMES in line or line.startswith(_MESSAGE):
            marked += 1
    return marked >= max(2, _MARKED * count) or code >= _CODE * count
