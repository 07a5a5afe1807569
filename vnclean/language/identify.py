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
from vnclean.transform import Edit, apply_edits

__all__ = [
    "Evidence",
    "in_address",
    "mended",
    "stands_alone",
    "word_bounds",
]

_LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be]"  # to a regular expression, ½ is a letter
WORD = re.compile(f"{_LETTER}(?:{_LETTER}|[\u0300-\u036f])*+")
"""A run of letters with their combining marks."""

# Igbo and Yoruba write ị ọ ụ ẹ, Guarani ẽ ỹ, Welsh ỳ: in a whole text these alone prove nothing.
_SHARED = frozenset("ịọụẹẽỹỳỊỌỤẸẼỸỲ")
_ONLY = "".join(sorted(VIETNAMESE_ONLY - _SHARED))
_TELLING = re.compile(f"[{_ONLY}đĐ]")
# The same in text whose marks are written apart: horn, hook, and a tone on a letter with a mark.
_DISTINCT = re.compile(
    f"[{_ONLY}đĐ\u0309\u031b]|[\u0302\u0306âêôăÂÊÔĂ][\u0300\u0301\u0303\u0323]|\u0323[\u0302\u0306]"
)
_LONGEST_WORD = 40
_BLOCK = 4096
_SPACE = " \t\n\r\u00a0"


def word_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the run of letters and combining marks around it.

    Gives up after 40 characters on either side (no syllable is that long), so that it costs the
    same in a line of ten million letters.

    >>> word_bounds("rồi Hà Nội,", 5, 5)
    (4, 6)
    """
    low = max(0, start - _LONGEST_WORD)
    high = min(len(text), end + _LONGEST_WORD)
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
    return not (before in _GLUE or after in _GLUE or before.isdigit() or after.isdigit())


_GLUE = frozenset("_&")


_ADDRESS = re.compile(
    r"://|www\.|@[\w-]+\.|^[\w.-]+\.(?:vn|com|net|org|gov|edu|info|io|html?|php|aspx?)\b|[?&][\w.-]+=|\\[\w.]+\\"
)


def in_address(text: str, start: int, end: int) -> bool:
    """Say whether a span lies in a URL, an e-mail address or a file name.

    >>> in_address("xem https://vidu.vn/Hoà-Bình nhé", 20, 23), in_address("Hoà Bình", 0, 3)
    (True, False)
    """
    low = max(0, start - 400)
    high = min(len(text), end + 400)
    while start > low and text[start - 1] not in _SPACE:
        start -= 1
    while end < high and text[end] not in _SPACE:
        end += 1
    return _ADDRESS.search(text, start, end) is not None


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
        low = max(0, offset - _BLOCK)
        start = self.text.rfind("\n", low, offset) + 1
        if not start and low:
            start = offset - offset % _BLOCK  # no line end near: blocks count from the text's start
        end = self.text.find("\n", offset, start + 2 * _BLOCK)
        return start, min(len(self.text), start + 2 * _BLOCK) if end < 0 else end

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
