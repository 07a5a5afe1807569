"""Spaces inside words, before punctuation, and the ones missing after it.

Text layers of PDF and OCR cut syllables (`ĐIỀ U KHO ẢN`, `nh ân dân`), writers forget the space
after a comma. What is no word alone is joined to its neighbours where that gives words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import late_pattern
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language.alphabet import LETTERS, fold
from vnclean.language.lexicon import syllables_in_use
from vnclean.scan import Scan
from vnclean.spelling.lexicon import has_marks, prefilter_lines, prefilter_words
from vnclean.spelling.segmentation import is_word, segment
from vnclean.spelling.tokens import canonical
from vnclean.spelling.word_lookup import Found
from vnclean.transform import Edit, Safety, Transform, non_overlapping, register

__all__ = ["WordBreaks"]

_SIGN = late_pattern(r"[,;.!?:](?:(?<= .)|(?=[^\W\d_]))")
"""A sign with a letter after it or a space before it; not all of them are wrong."""


@register
@dataclass(frozen=True)
class WordBreaks(Transform):
    """Join syllables that a space cuts in two, and set the spaces around punctuation.

    Numbers, dates, times, URLs, abbreviations and code are left alone. Danger: single letters
    that are meant to stand alone beside a syllable's rest. `signs` says whether the spaces around
    punctuation are set too: some writers mean them.

    >>> WordBreaks()("phục vụ nh ân dân ,giữ gìn tài sản.Mọi người")
    'phục vụ nhân dân, giữ gìn tài sản. Mọi người'
    >>> WordBreaks()("ĐIỀ U KHO ẢN SỬ D ỤNG D Ị CH V Ụ")
    'ĐIỀU KHOẢN SỬ DỤNG DỊCH VỤ'
    >>> WordBreaks()("giá 3,5 triệu; vào lúc 7:30 xem tuoitre.vn, TP.HCM")
    'giá 3,5 triệu; vào lúc 7:30 xem tuoitre.vn, TP.HCM'
    """

    signs: bool = True

    name: ClassVar[str] = "word_breaks"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "breaks.inside": "a space cut a syllable in two",
        "breaks.after_sign": "a space was missing after punctuation",
        "breaks.before_sign": "a stray space stood before punctuation",
    }

    @property
    def finding(self) -> Callable[[str], object] | None:
        """The prefilter, unless signs are looked at too."""
        return None if self.signs else prefilter_words

    def concerns(self, scan: Scan) -> bool:
        """Ask the prefilter for pieces of words, and the text for signs if they are wanted."""
        if scan.is_ascii:
            return False
        if self.signs and _SIGN.search(scan.text) is not None:
            return True
        found = scan.once(prefilter_words)
        return (
            bool(found.words or found.fragments)
            and scan.once(has_marks)
            and bool(_fragments(scan.text, found))
        )

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Return the spaces to take out and to put in."""
        text = scan.text
        if not self.concerns(scan):
            return []
        return edits_to_fixed_point(
            text,
            lambda now: self._find(now, scan.once(prefilter_words), [(0, len(now))]),
            lambda now, lines: self._find(now, prefilter_lines(now, lines), lines),
        )

    def _find(self, text: str, found: Found, lines: list[tuple[int, int]]) -> list[Edit]:
        edits = list(_joined(text, _fragments(text, found)))
        if self.signs:
            for start, end in lines:
                edits += _around_signs(text, start, end)
            edits.sort()
        return list(non_overlapping(edits))


_COUNTED = frozenset("0123456789%)”")


def _word_before(text: str, end: int) -> str:
    start = end
    while start > 0 and end - start < 12 and text[start - 1].isalpha():
        start -= 1
    return (
        ""
        if start and (text[start - 1].isalnum() or text[start - 1] in "@/_-.&")
        else text[start:end]
    )


def _word_after(text: str, start: int) -> str:
    end = start
    while end < len(text) and end - start < 12 and text[end].isalpha():
        end += 1
    return (
        ""
        if text[end : end + 1].isalnum() or text[end : end + 1] in ("@", "/", "_", "(")
        else text[start:end]
    )


def _is_syllable(word: str) -> bool:
    """Say whether a word is a Vietnamese syllable in use, in lower case or with one capital."""
    if len(word) < 2:
        return has_marks(word) and word.islower() and canonical(word) in syllables_in_use()  # ở, ý
    return (word.islower() or word[1:].islower()) and canonical(word) in syllables_in_use()


def _is_marked_syllable(word: str) -> bool:
    return has_marks(word) and _is_syllable(word)


def _around_signs(text: str, start: int, end: int) -> Iterator[Edit]:
    for match in _SIGN.finditer(text, start, end):
        at = match.start()
        sign = text[at]
        after = text[at + 1 : at + 2]
        if text[at - 1 : at] == " ":
            # One space between a word and a sign that a blank follows.
            if text[at + 1 : at + 3].lstrip(" ")[:1] in ("!", "?", ".") and sign in "!?.":
                continue  # "! ! !" is meant
            before = _word_before(text, at - 1)
            if sign != ":" and before and _is_syllable(before) and (after in ("", " ", "\n")) and (
                has_marks(before) or _is_marked_syllable(_word_after(text, at + 2))
            ):  # fmt: skip
                yield Edit(at - 1, at, "", "breaks.before_sign", 0.98, Safety.LIKELY)
                continue
            if (
                before
                and sign == ","
                and _is_syllable(_word_after(text, at + 1))
                and _is_syllable(before)
            ):
                yield Edit(at - 1, at + 1, ", ", "breaks.before_sign", 0.95, Safety.LIKELY)
            continue
        before, word = _word_before(text, at), _word_after(text, at + 1)
        if sign in ",;" and text[at - 1 : at] in _COUNTED and _is_marked_syllable(word):
            if len(word) > 1 and word.islower():
                yield Edit(at + 1, at + 1, " ", "breaks.after_sign", 0.95, Safety.LIKELY)
            continue
        if not (_is_syllable(before) and _is_syllable(word)) or not (
            has_marks(before) or has_marks(word)
        ):
            continue
        if sign in ".:" and not (before.islower() and word[0].isupper()):
            continue
        if sign in "!?" and not word[0].isupper():
            continue
        if (
            text[at + 1 + len(word) : at + 2 + len(word)] in (".", ":")
            and text[at + 2 + len(word) : at + 3 + len(word)].isalnum()
        ):
            continue  # a.b.c: a name of something
        yield Edit(at + 1, at + 1, " ", "breaks.after_sign", 0.97, Safety.LIKELY)


def _fragments(text: str, found: Found) -> list[int]:
    """Return where words begin that look like pieces of a syllable, by what the prefilter found."""
    pieces = [start for start in found.fragments if _may_be_fragment(text, start)]
    rests = [
        start
        for start, end in found.words
        if end - start <= 4 and text[start] in _VOWELS and _is_remainder(text, start, end)
    ]
    return sorted(pieces + rests) if rests else pieces


def _is_remainder(text: str, start: int, end: int) -> bool:
    """Say whether an unknown word is what is left of a syllable (`ều` behind `Đi`)."""
    if text[start - 1 : start] != " ":
        return False
    word = _word_before(text, start - 1)
    return 0 < len(word) <= 3 and is_word(word + text[start:end])


def _joined(text: str, pieces: list[int]) -> Iterator[Edit]:
    """Yield the spaces that cut a syllable, in the run of words around each piece."""
    done = -1
    for start in pieces:
        if start < done:
            continue
        low, high = _run_of_words(text, start)
        if high <= done:
            continue
        done = high
        words = text[low:high].split(" ")
        if len(words) < 2:
            continue
        at = low
        for group in segment(words):
            for word in group[:-1]:
                at += len(word)
                yield Edit(at, at + 1, "", "breaks.inside", 0.95, Safety.LIKELY)
                at += 1
            at += len(group[-1]) + 1


_VOWELS = frozenset(letter for letter in LETTERS if fold(letter) in "aeiouy")
_FINALS = frozenset("c ch m n ng nh p t".split())
_CLUSTERS = frozenset(("ch", "gh", "gi", "kh", "ng", "ngh", "nh", "ph", "qu", "th", "tr"))


def _may_be_fragment(text: str, start: int) -> bool:
    """Say at first sight whether what stands at a place can be a piece of a syllable."""
    if text[start - 1 : start] not in ("", " ", "\n"):
        return False
    end = start
    while end < len(text) and text[end].isalpha():
        end += 1
    piece = text[start:end]
    if text[end : end + 1] not in (" ", "\n", ""):
        return False
    is_upper = piece.isupper()
    if is_upper:  # of text in small letters, as nearly all is, no more has to be looked at
        beside = text[start - 2 : start - 1], text[end + 1 : end + 2]
        if not any(each.isupper() or each == " " for each in beside):
            return False
    before = text[max(start - 8, 0) : start].rpartition("\n")[2]
    after = text[end : end + 8].partition("\n")[0]
    word_before = before.rstrip(" ").rpartition(" ")[2] if before[-1:] == " " else ""
    word_after = after.lstrip(" ").partition(" ")[0] if after[:1] == " " else ""
    if is_upper:
        # In a line of capitals: some other piece there has more than one letter.
        return any(
            w.isalpha() and w.isupper() and (len(w) > 1 or has_marks(w))
            for w in (word_before, word_after)
        ) and (is_word(piece + word_after) or is_word(word_before + piece))
    if piece in _FINALS and has_marks(word_before) and is_word(word_before + piece):
        return True  # Độ c lập
    if piece.lower() not in _CLUSTERS and len(piece) != 1:
        return False
    return word_after.isalpha() and word_after.islower() and is_word(piece + word_after)


def _run_of_words(text: str, start: int) -> tuple[int, int]:
    """Return the stretch of letters and single spaces around a place, some words each way."""
    low = high = start
    while low > 0 and start - low < 40 and (text[low - 1].isalpha() or text[low - 1] == " "):
        low -= 1
    while high < len(text) and high - start < 60 and (text[high].isalpha() or text[high] == " "):
        high += 1
    if low and text[low - 1].isalpha():
        low = text.find(" ", low, start + 1) + 1 or start
    if high < len(text) and text[high].isalpha():
        high = max(text.rfind(" ", start, high), start)
    if text[low - 1 : low] and not text[low - 1].isspace() and text[low - 1] not in ',;.!?:"“(':
        low = text.find(" ", low, start + 1) + 1 or start
    while low < high and text[low] == " ":
        low += 1
    while high > low and text[high - 1] == " ":
        high -= 1
    return (low, high) if "  " not in text[low:high] else (start, start)
