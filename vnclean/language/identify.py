"""Is a word, a line or a text Vietnamese? What a rule asks before it touches a letter.

A letter that no other language writes is worth more than any statistic, so lines are judged by
the words that hold one; only lines without such a word are judged by the share of syllables in use.
"""

from __future__ import annotations

import unicodedata
from itertools import islice

from vnclean.caches import cached, late_pattern
from vnclean.language.alphabet import VIETNAMESE_ONLY
from vnclean.language.lexicon import syllables_in_both_styles
from vnclean.language.words import WORD, line_bounds

__all__ = ["LanguageIdentifier"]

# Igbo and Yoruba write ị ọ ụ ẹ, Guarani ẽ ỹ, Welsh ỳ: in a whole text these alone prove nothing.
_SHARED = frozenset("ịọụẹẽỹỳỊỌỤẸẼỸỲ")
_ONLY = "".join(sorted(VIETNAMESE_ONLY - _SHARED))
_TELLING = late_pattern(f"[{_ONLY}đĐ]")
# The same in text whose marks are written apart: horn, hook, and a tone on a letter with a mark.
_DISTINCT = late_pattern(
    f"[{_ONLY}đĐ\u0309\u031b]|[\u0302\u0306âêôăÂÊÔĂ][\u0300\u0301\u0303\u0323]|\u0323[\u0302\u0306]"
)
_MARK = late_pattern("[\u0300-\u036f]")
_STACKED_MARKS = late_pattern("([\u0300-\u036f]{6})[\u0300-\u036f]+")
_NEIGHBOURS = 4
"""How many lines on either side speak for one that is too short to tell; blank ones count."""


class LanguageIdentifier:
    """Answers whether places of one text are Vietnamese; each line is judged once.

    A line of more than 4,096 characters is judged in parts of that length, so that no question
    costs more than a part.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines: dict[int, bool | None] = {}
        self._with_neighbours: dict[int, bool] = {}
        self._document: bool | None = None

    @property
    def is_document_vietnamese(self) -> bool:
        """Whether the text as a whole is Vietnamese: one letter in 100 is written nowhere else."""
        if self._document is None:
            # Where there are enough for a text of nothing but letters, these need not be counted.
            enough = max(3, len(self.text) // 100 + 1)
            found = sum(1 for _ in islice(_DISTINCT.finditer(self.text), enough))
            self._document = found >= 3 and (
                found == enough or found * 100 >= sum(map(str.isalpha, self.text))
            )
        return self._document

    def is_vietnamese(self, offset: int) -> bool:
        """Say whether the line (or part of it) around an offset is Vietnamese.

        A line too short to tell goes by the lines around it, and where those are too short as
        well, by the whole text.

        >>> language = LanguageIdentifier("Một buổi sáng.\\nIl a été là hier soir.\\nxyz")
        >>> language.is_vietnamese(0), language.is_vietnamese(20)
        (True, False)
        """
        verdict = self.is_line_vietnamese(offset)
        if verdict is not None:
            return verdict
        start, end = line_bounds(self.text, offset)
        if start not in self._with_neighbours:
            verdict = self._judge_with_neighbours(start, end)
            self._with_neighbours[start] = (
                self.is_document_vietnamese if verdict is None else verdict
            )
        return self._with_neighbours[start]

    def is_line_vietnamese(self, offset: int) -> bool | None:
        """Say the same by the line alone: None where it is too short to tell.

        >>> LanguageIdentifier("xyz").is_line_vietnamese(0) is None
        True
        """
        start, end = line_bounds(self.text, offset)
        if start not in self._lines:
            # A Vietnamese name in an English or French line is no Vietnamese line.
            self._lines[start] = _judge_words(self.text[start:end], 1, 3)
        return self._lines[start]

    def _judge_with_neighbours(self, start: int, end: int) -> bool | None:
        """Judge a line together with the next ones on either side, at most 1,000 characters."""
        before = self.text[max(0, start - 500) : start].split("\n")[-_NEIGHBOURS - 1 :]
        after = self.text[end : end + 500].split("\n")[: _NEIGHBOURS + 1]
        return _judge_words("\n".join((*before, self.text[start:end], *after)), 6, 10)


@cached(1 << 10)  # several transforms ask about the same lines, and rounds again
def _judge_words(line: str, share: int, of: int) -> bool | None:
    """Judge text by its words; `share` in `of` must be syllables in use beside a telling one.

    Where that is more than half, fewer mean that the text is not Vietnamese.
    """
    inventory = syllables_in_both_styles()
    words = " ".join(WORD.findall(_composed(line))).lower().split()
    syllables = [word for word in words if word in inventory]
    used = len(syllables) + words.count("đ")  # 145.000 đ
    if "đ" in words or _TELLING.search(" ".join(syllables)):
        if used * of >= len(words) * share:
            return True
        return None if share * 2 < of or len(words) < 4 else False
    marked = sum(not word.isascii() for word in syllables)
    if marked >= 2 and len(words) >= 5 and used * 10 >= len(words) * 8:
        return True
    if len(words) >= 4 and used * 2 < len(words):
        return False
    return None


def _composed(line: str) -> str:
    """Return a line in NFC, as words are looked up; heaps of marks, slow to sort, cut short."""
    if line.isascii() or not _MARK.search(line):
        return line
    return unicodedata.normalize("NFC", _STACKED_MARKS.sub(r"\1", line))
