"""Where a text is no prose, and is meant as it stands: code, markup, addresses."""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["Prose", "is_code"]

_CODE = re.compile(
    r"[{}]|;\s*(?://|#|--)|\s{2}(?://|#|--)\s|=>|::|==|!=|&&|\|\||\+="
    r"|^\s*(?:#include|def |class |import |return\b|if\s*\(|for\s*\("
    r"|while\s*\(|public |private |static |var |let |const |function\b|<\?|//|/\*|\*/|\$ |>>> )"
    r"|\w\([^()]*\)\s*;|^\s*\[?\s*[\"'][^\"']*[\"']\s*[,:\]]|\w\s=\s[\"'&r(\w]|\w=[\"']"
    r"|\b(?:r|re|str|print|printf)\(?[\"']|\\[dwsb]\b|\w\([\"']|\w\.\w+\(\S*\)|\[\S*-\S*\][+*?{]"
)
_SPANS = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)"  # fenced code
    r"|`[^`\n]{1,500}`"  # code in a line
    r"|\b(?:https?|ftp|file)://[^\s<>\"]+|\bwww\.[^\s<>\"]+"
    r"|\]\([^)\s]{1,2000}\)",
    re.DOTALL,
)
_BLOCK = 4096


def is_code(line: str) -> bool:
    """Say whether a line reads like source code, JSON or a regular expression.

    >>> is_code('{"ten": "Vi\\\\u1ec7t"}'), is_code("p = &copy;"), is_code("Việt Nam: đẹp;")
    (True, True, False)
    """
    return _CODE.search(line) is not None


class Prose:
    """Answers for places of one text whether they are prose; lines are judged once.

    Lines of more than 4,096 characters are judged in blocks.
    """

    def __init__(self, text: str, escape: re.Pattern[str]) -> None:
        self.text = text
        self._escape = escape
        spans = [match.span() for match in _SPANS.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]
        self._verdicts: dict[int, bool] = {}

    def at(self, start: int, end: int) -> bool:
        """Say whether a span is neither code nor part of an address."""
        k = bisect_right(self._starts, start) - 1
        if k >= 0 and start < self._ends[k]:
            return False
        return self._line(start)

    def _line(self, offset: int) -> bool:
        low = max(0, offset - _BLOCK)
        start = self.text.rfind("\n", low, offset) + 1
        if not start and low:
            start = offset - offset % _BLOCK
        if start not in self._verdicts:
            end = self.text.find("\n", start, start + 2 * _BLOCK)
            line = self.text[start : start + 2 * _BLOCK if end < 0 else end]
            # The escapes themselves look like code.
            self._verdicts[start] = not is_code(self._escape.sub("a", line))
        return self._verdicts[start]

    def token(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of what stands between blanks around a span, at most 400 away."""
        low, high = max(0, start - 400), min(len(self.text), end + 400)
        while start > low and not self.text[start - 1].isspace():
            start -= 1
        while end < high and not self.text[end].isspace():
            end += 1
        return start, end
