"""Is a word, a line or a text Vietnamese? What a rule asks before it touches a letter.

A letter that no other language writes is worth more than any statistic, so lines are judged by
the words that hold one; only lines without such a word are judged by the share of syllables in use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from vnclean.language.alphabet import VIETNAMESE_ONLY
from vnclean.language.lexicon import syllables_in_both_styles
from vnclean.language.words import WORD, line_bounds
from vnclean.transform import Edit, apply_edits

__all__ = [
    "Evidence",
    "mended",
]

# Igbo and Yoruba write ị ọ ụ ẹ, Guarani ẽ ỹ, Welsh ỳ: in a whole text these alone prove nothing.
_SHARED = frozenset("ịọụẹẽỹỳỊỌỤẸẼỸỲ")
_ONLY = "".join(sorted(VIETNAMESE_ONLY - _SHARED))
_TELLING = re.compile(f"[{_ONLY}đĐ]")
# The same in text whose marks are written apart: horn, hook, and a tone on a letter with a mark.
_DISTINCT = re.compile(
    f"[{_ONLY}đĐ\u0309\u031b]|[\u0302\u0306âêôăÂÊÔĂ][\u0300\u0301\u0303\u0323]|\u0323[\u0302\u0306]"
)


class Evidence:
    """Answers whether places of one text are Vietnamese; each line is judged once.

    A line of more than 4,096 characters is judged in blocks of that length, so that no question
    costs more than a block.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._verdicts: dict[int, bool | None] = {}
        self._around: dict[int, bool] = {}
        self._document: bool | None = None

    @property
    def document(self) -> bool:
        """Whether the text as a whole is Vietnamese: one letter in 100 is written nowhere else."""
        if self._document is None:
            # Where there are enough for a text of nothing but letters, these need not be counted.
            enough = max(3, len(self.text) // 100 + 1)
            found = sum(1 for _ in islice(_DISTINCT.finditer(self.text), enough))
            self._document = found >= 3 and (
                found == enough or found * 100 >= sum(map(str.isalpha, self.text))
            )
        return self._document

    def at(self, offset: int) -> bool:
        """Say whether the line (or block) around an offset is Vietnamese.

        A line too short to tell goes by the lines around it, and where those are too short as
        well, by the whole text.

        >>> evidence = Evidence("Một buổi sáng.\\nIl a été là hier soir.\\nxyz")
        >>> evidence.at(0), evidence.at(20)
        (True, False)
        """
        verdict = self.line(offset)
        if verdict is not None:
            return verdict
        start, end = self.block(offset)
        if start not in self._around:
            verdict = self._neighbours(start, end)
            self._around[start] = self.document if verdict is None else verdict
        return self._around[start]

    def line(self, offset: int) -> bool | None:
        """Say the same by the line alone: None where it is too short to tell."""
        start, end = self.block(offset)
        if start not in self._verdicts:
            self._verdicts[start] = _judge(self.text[start:end])
        return self._verdicts[start]

    def block(self, offset: int) -> tuple[int, int]:
        """Return the bounds of the line around an offset, or of its block where it is long."""
        return line_bounds(self.text, offset)

    def _neighbours(self, start: int, end: int) -> bool | None:
        """Judge a line together with the next ones on either side, at most 1,000 characters."""
        before = self.text[max(0, start - 500) : start].split("\n")[-_NEAR - 1 :]
        after = self.text[end : end + 500].split("\n")[: _NEAR + 1]
        return _judge_words("\n".join((*before, self.text[start:end], *after)), 6, 10)


def mended(text: str, edits: list[Edit]) -> Iterator[tuple[Edit, Evidence, int]]:
    """Yield each edit with the evidence of the text as all of them leave it, and its place there.

    Damage hides that a text is Vietnamese, so what speaks for a repair is the text repaired.

    >>> [(edit.start, evidence.at(at), at) for edit, evidence, at in mended(
    ...     "Ti\\u200bếng Vi\\u200bệt", [Edit(2, 3, "", "demo"), Edit(9, 10, "", "demo")])]
    [(2, True, 2), (9, True, 8)]
    """
    evidence = Evidence(apply_edits(text, edits))
    shift = 0
    for edit in edits:
        yield edit, evidence, edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)


_NEAR = 4
"""How many lines on either side speak for one that is too short to tell; blank ones count."""


def _judge(line: str) -> bool | None:
    # A Vietnamese name in an English or French line is no Vietnamese line.
    return _judge_words(line, 1, 3)


def _judge_words(line: str, share: int, of: int) -> bool | None:
    """Judge text by its words; `share` in `of` must be syllables in use beside a telling one.

    Where that is more than half, fewer mean that the text is not Vietnamese.
    """
    inventory = syllables_in_both_styles()
    words = [word.lower() for word in WORD.findall(_composed(line))]
    used = sum(word in inventory for word in words) + words.count("đ")  # 145.000 đ
    if "đ" in words or any(word in inventory and _TELLING.search(word) for word in words):
        if used * of >= len(words) * share:
            return True
        return None if share * 2 < of or len(words) < 4 else False
    marked = sum(word in inventory and not word.isascii() for word in words)
    if marked >= 2 and len(words) >= 5 and used * 10 >= len(words) * 8:
        return True
    if len(words) >= 4 and used * 2 < len(words):
        return False
    return None


def _composed(line: str) -> str:
    """Return a line in NFC, as words are looked up; heaps of marks, slow to sort, cut short."""
    if line.isascii() or not _MARK.search(line):
        return line
    return unicodedata.normalize("NFC", _HEAP.sub(r"\1", line))


_MARK = re.compile("[\u0300-\u036f]")
_HEAP = re.compile("([\u0300-\u036f]{6})[\u0300-\u036f]+")
