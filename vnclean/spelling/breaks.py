"""Spaces inside words, before punctuation, and the ones missing after it.

Text layers of PDF and OCR cut syllables (`ĐIỀ U KHO ẢN`, `nh ân dân`), writers forget the space
after a comma. What is no word alone is joined to its neighbours where that gives words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import ClassVar

import numpy as np

from vnclean.language import ngram
from vnclean.language.alphabet import CONSONANTS, LETTERS
from vnclean.language.syllable import in_use, parse
from vnclean.scan import Scan
from vnclean.settle import settle
from vnclean.spelling.sieve import CHUNK, Array, edges_of, letters_of
from vnclean.spelling.tables import has_marks
from vnclean.spelling.tokens import canonical
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["WordBreaks"]

_CONSONANT, _SINGLE, _MARK = 1, 2, 4
SHORT = 2000
"""Characters up to which a regular expression looks first."""

_CAPITALS = "".join(letter for letter in LETTERS if letter.isupper())
_PIECE = re.compile(f"[ \n](?:[{CONSONANTS}{CONSONANTS.upper()}]{{1,3}}|[{_CAPITALS}])[ \n]")
_SIGN = re.compile(r"[,;.!?:][^\W\d_]| [,;.!?:]")
_AFTER = ",;.!?:"
"""Signs that a space follows, and (all but the colon) none precedes."""


@cache
def _classes() -> Array:
    """Return what the sieve must know of each character: consonant, sign."""
    table = np.zeros(0x2100, np.uint8)
    for letter in CONSONANTS + CONSONANTS.upper():
        table[ord(letter)] = _CONSONANT
    for sign in _AFTER:
        table[ord(sign)] = _MARK
    return table


def _places(text: str) -> tuple[list[int], list[int]]:
    """Return where words without a vowel (or capital letters alone) begin, and doubtful signs.

    A sign is doubtful where a word follows it at once, or a space stands before it.
    """
    fragments: list[int] = []
    signs: list[int] = []
    for at in range(0, len(text), CHUNK - 64):
        piece = text[at : at + CHUNK]
        letters = letters_of(f" {piece} ")
        edges = edges_of(letters)
        starts, sizes = edges[:-1], np.diff(edges) - 1
        # Short words: no vowel in up to three letters, or one capital.
        short = np.flatnonzero((sizes > 0) & (sizes <= 3))
        if len(short):
            kinds = _classes()
            first = np.minimum(letters[starts[short] + 1], 0x20FF)
            last = np.minimum(letters[starts[short] + sizes[short]], 0x20FF)
            both = (kinds[first] & kinds[last] & _CONSONANT).astype(np.bool_)
            middle = np.minimum(letters[starts[short] + (sizes[short] + 1) // 2], 0x20FF)
            both &= (kinds[middle] & _CONSONANT).astype(np.bool_)
            capital = (sizes[short] == 1) & ~_small(first)
            fragments += (starts[short[both | capital]] + at).tolist()
        delimiters = letters[edges]
        signed = np.flatnonzero(
            (_classes()[np.minimum(delimiters, 0x20FF)] & _MARK).astype(np.bool_)
        )
        if len(signed):
            place = edges[signed]
            glued = place + 1 < len(letters)
            follow = letters[np.minimum(place + 1, len(letters) - 1)]
            glued &= (follow - np.uint32(65)) <= np.uint32(0x1EF9 - 65)
            spaced = letters[np.maximum(place - 1, 0)] == 32
            signs += (place[glued | spaced] - 1 + at).tolist()
    return sorted(set(fragments)), sorted(set(signs))


def _small(letters: Array) -> Array:
    table = _small_table()
    found: Array = table[np.minimum(letters, len(table) - 1)]
    return found


@cache
def _small_table() -> Array:
    return np.array([chr(code).islower() for code in range(0x2100)], np.bool_)


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

    def concerns(self, scan: Scan) -> bool:
        """Leave texts in ASCII alone."""
        return not scan.is_ascii

    def _hints(self, text: str) -> bool:
        """Say whether a short text can have what `_places` looks for; arrays are slower there."""
        return _PIECE.search(f" {text} ") is not None or (
            self.signs and _SIGN.search(text) is not None
        )

    def proposals(self, text: str) -> Iterable[Edit]:
        """Yield the spaces to take out and to put in."""
        if text.isascii():
            return []
        found = self._find(text)
        return settle(text, self._find) if found else found

    def _find(self, text: str) -> list[Edit]:
        if len(text) < SHORT and not self._hints(text):
            return []
        fragments, signs = _places(text)
        if not fragments and not (self.signs and signs):
            return []
        edits = list(_around_signs(text, signs)) if self.signs else []
        edits += _joined(text, fragments)
        edits.sort()
        return [
            edit
            for number, edit in enumerate(edits)
            if not number or edit.start >= edits[number - 1].end
        ]


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


def _syllable(word: str) -> bool:
    """Say whether a word is a Vietnamese syllable in use, in lower case or with one capital."""
    return len(word) > 1 and (word.islower() or word[1:].islower()) and canonical(word) in in_use()


def _marked_syllable(word: str) -> bool:
    return has_marks(word) and _syllable(word)


def _around_signs(text: str, signs: list[int]) -> Iterator[Edit]:
    for at in signs:
        sign = text[at]
        after = text[at + 1 : at + 2]
        if text[at - 1 : at] == " ":
            # One space between a word and a sign that a blank follows.
            before = _word_before(text, at - 1)
            if sign != ":" and before and _syllable(before) and (after in ("", " ", "\n")) and (
                has_marks(before) or _marked_syllable(_word_after(text, at + 2))
            ):  # fmt: skip
                yield Edit(at - 1, at, "", "breaks.before_sign", 0.98, Safety.LIKELY)
                continue
            if (
                before
                and sign == ","
                and _syllable(_word_after(text, at + 1))
                and _syllable(before)
            ):
                yield Edit(at - 1, at + 1, ", ", "breaks.before_sign", 0.95, Safety.LIKELY)
            continue
        before, word = _word_before(text, at), _word_after(text, at + 1)
        if not (_syllable(before) and _syllable(word)) or not (
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


def _joined(text: str, fragments: list[int]) -> Iterator[Edit]:
    """Yield the spaces that cut a syllable, in the run of words around each fragment."""
    done = -1
    for start in fragments:
        if start < done or not _cut(text, start):
            continue
        low, high = _run(text, start)
        if high <= done:
            continue
        done = high
        words = text[low:high].split(" ")
        if len(words) < 2:
            continue
        at = low
        for group in _segmented(words):
            for word in group[:-1]:
                at += len(word)
                yield Edit(at, at + 1, "", "breaks.inside", 0.95, Safety.LIKELY)
                at += 1
            at += len(group[-1]) + 1


_CLUSTERS = frozenset(("ch", "gh", "gi", "kh", "ng", "ngh", "nh", "ph", "qu", "th", "tr"))


def _cut(text: str, start: int) -> bool:
    """Say at first sight whether what stands at a place can be a piece of a syllable."""
    end = start
    while end < len(text) and text[end].isalpha():
        end += 1
    piece = text[start:end]
    if text[start - 1 : start] not in ("", " ", "\n") or text[end : end + 1] not in (" ", "\n", ""):
        return False
    before = text[max(start - 8, 0) : start].rpartition("\n")[2]
    after = text[end : end + 8].partition("\n")[0]
    word_before = before.rstrip(" ").rpartition(" ")[2] if before[-1:] == " " else ""
    word_after = after.lstrip(" ").partition(" ")[0] if after[:1] == " " else ""
    if piece.isupper():
        # In a line of capitals: some other piece there has more than one letter.
        return any(
            w.isalpha() and w.isupper() and (len(w) > 1 or has_marks(w))
            for w in (word_before, word_after)
        ) and (_whole(piece + word_after) or _whole(word_before + piece))
    if piece.lower() not in _CLUSTERS and len(piece) != 1:
        return False
    return word_after.isalpha() and word_after.islower() and _whole(piece + word_after)


def _run(text: str, start: int) -> tuple[int, int]:
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


@lru_cache(maxsize=1 << 14)
def _score(last: int, code: int) -> float:
    """Return the log-probability of a word after another."""
    return float(ngram.load().score([np.array([last])], np.array([code]))[0])


def _segmented(words: list[str]) -> list[list[str]]:
    """Return the words in groups that make a word each; groups of one where nothing is cut."""
    alone = [[word] for word in words]
    shape = "".join(words)
    if not (
        shape.isupper() or shape[1:].islower() or all(w.islower() or w.istitle() for w in words)
    ):
        return alone
    broken = [number for number, word in enumerate(words) if not _whole(word)]
    if not broken:
        return alone
    model = ngram.load()
    # The best way to read the first words, by the last group; bigrams suffice.
    best: list[tuple[float, list[list[str]], int]] = [(0.0, [], ngram.BOUNDARY * 4)]
    for end in range(1, len(words) + 1):
        ways: list[tuple[float, list[list[str]], int]] = []
        for size in range(1, min(4, end) + 1):
            group = words[end - size : end]
            whole = "".join(group)
            if size > 1 and (
                not _whole(whole)
                or len(whole) > 7
                or any(w[:1].isupper() and w[1:].islower() and k for k, w in enumerate(group))
            ):
                continue
            value, groups, last = best[end - size]
            if size == 1 and not _whole(whole):
                code, cost = ngram.FOREIGN * 4 + ngram.pattern(whole), -12.0
            else:
                code, cost = model.code(whole), -4.0 * (size - 1)
            ways.append((value + _score(last, code) + cost, [*groups, group], code))
        best.append(max(ways, key=lambda way: way[0]))
    groups = best[-1][1]
    joined = [group for group in groups if len(group) > 1]
    # Each join mends a piece; single letters are only mended in company.
    mended = [group for group in joined if any(not _whole(word) for word in group)]
    strong = [
        group for group in mended if any(len(w) > 1 and not _whole(w) for w in group)
        and any(len(w) > 1 for w in group)
    ]  # fmt: skip
    if not mended or any(all(len(w) == 1 and w.isascii() for w in group) for group in joined):
        return alone
    if len(mended) < len(joined) and len(mended) < 2:
        return alone
    if not strong and len(mended) < 2:
        return alone
    if sum(len(group) == 1 and not _whole(group[0]) for group in groups) >= len(mended):
        return alone
    if not any(has_marks(word) for word in words):
        return alone
    return groups


def _whole(word: str) -> bool:
    """Say whether a word can stand alone: a syllable in use of more than a bare consonant."""
    return canonical(word) in in_use() and parse(word) is not None
