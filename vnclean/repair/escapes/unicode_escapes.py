r"""Unicode escapes that were shown instead of read: `\u1ec7`, `\xe1\xbb\x87`, `u1ec7`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import late_pattern
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.not_prose import Prose
from vnclean.language.words import WORD
from vnclean.repair.escapes.decoded_words import is_displayable, is_in_use
from vnclean.scan import ANY, Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["UnicodeEscapes"]

_HIGH_SURROGATE = "[dD][89abAB][0-9a-fA-F]{2}"
_LOW_SURROGATE = "[dD][c-fC-F][0-9a-fA-F]{2}"
_BACKSLASHED = clue(
    "unicode_escapes.backslashed",
    rf"(?<!\\)\\{{1,4}}+(?:u{_HIGH_SURROGATE}\\{{1,4}}+u{_LOW_SURROGATE}|u[0-9a-fA-F]{{4}}|u\{{[0-9a-fA-F]{{1,6}}\}}"
    rf"|U000[0-9a-fA-F]{{5}}|x[c-fC-F][0-9a-fA-F](?:\\{{1,4}}+x[89abAB][0-9a-fA-F]){{0,3}}"
    rf"|3[0-7]{{2}}(?:\\{{1,4}}+2[0-7]{{2}}){{1,3}})|<U\+[0-9A-F]{{4,5}}>",
    (0, r"[\\]", ANY, ANY),
    (0, "[<]", "[U]", "[+]"),
)
_BARE = clue(
    "unicode_escapes.bare",
    "u(?:1[eE][a-fA-F][0-9a-fA-F]|0(?:0[c-fC-F][0-9a-fA-F]|1[0-9aAbB][0-9a-fA-F]))",
    (0, "[u]", "[1]", "[eE]"),
    (0, "[u]", "[0]", "[01]"),
)


_LITERAL = late_pattern(r"\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)")
_TOKEN = late_pattern(r"[^\W_]+")
_BARE_OR_SIGN = late_pattern(rf"{_BARE.make()[0]}|u20(?:1[0-9a-fA-F]|2[0-6])")
_BARE_SIGN = late_pattern(
    r"(?<![\w\\+&#%])u20(?:1[348c]|26)(?=[^\W_])|(?<=[^\W_])u20(?:1[349d]|26)(?!\w)"
)
_SIGNS = late_pattern("[\u2010-\u2026]")
"""Dashes, quotes, bullets and dots that stand beside a word in the same token."""


@register
@dataclass(frozen=True, repr=False)
class UnicodeEscapes(Transform):
    r"""Decode \u1ec7, \u{1ec7}, \U0001f600 and \xe1\xbb\x87 in prose, also without the backslash.

    Bytes of UTF-8 in octal (`\341\273\207`), single bytes of Latin-1 (`\xe0`) and what R prints
    (`<U+1EC7>`) as well. The word that comes out must be Vietnamese and in use; other letters and
    signs (quotes, emoji) follow where the line has such a word. Source code, JSON and regular
    expressions stay.

    >>> UnicodeEscapes()(r"Vi\u1ec7t Nam, Viu1ec7t Nam, \u201cti\u1ebfng\u201d, Vi\xe1\xbb\x87t")
    'Việt Nam, Việt Nam, “tiếng”, Việt'
    >>> UnicodeEscapes()(r're.compile("[\u1ea0-\u1ef9]+")') == r're.compile("[\u1ea0-\u1ef9]+")'
    True
    """

    name: ClassVar[str] = "unicode_escapes"
    clues: ClassVar[Sequence[Clue]] = (
        _BACKSLASHED,
        _BARE,
    )
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "escapes.backslash": "a Unicode escape with a backslash was shown (\\u1ec7)",
        "escapes.bare": "a Unicode escape was shown that had lost its backslash (u1ec7)",
    }

    def find(self, scan: Scan) -> list[Edit]:
        """Return one edit for each escape with a backslash, and for each word with bare ones."""
        return edits_to_fixed_point(scan.text, _find)


def _find(text: str) -> list[Edit]:
    edits = _find_backslashed(text) if "\\" in text or "<U+" in text else []
    if _BARE.pattern.search(text) is not None:
        taken = {edit.start for edit in edits}
        edits += [edit for edit in _find_bare(text) if edit.start not in taken]
        edits.sort()
    return edits


def _unescape(shown: str) -> str:
    r"""Return the character of one escape with backslashes; "" where there is none."""
    if shown[0] == "<":
        return chr(int(shown[3:-1], 16))
    parts = [part for part in re.split(r"\\+", shown) if part]
    if parts[0][0] == "x" and len(parts) == 1:
        letter = chr(int(parts[0][1:], 16))
        return letter if letter in MARKED_LETTERS else ""
    if parts[0][0] in "x3":
        base = 16 if parts[0][0] == "x" else 8
        try:
            return bytes(int(part.lstrip("x"), base) for part in parts).decode("utf-8")
        except UnicodeDecodeError:
            return ""
    codes = [int(part[1:].strip("{}"), 16) for part in parts]
    if len(codes) == 2:
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + (codes[1] - 0xDC00))
    return chr(codes[0]) if codes[0] <= 0x10FFFF else ""


def _find_backslashed(text: str) -> list[Edit]:
    prose = Prose(text, _BACKSLASHED.pattern)
    found: list[tuple[int, int, str]] = []
    for match in _BACKSLASHED.pattern.finditer(text):
        decoded = _unescape(match.group())
        if decoded and all(map(is_displayable, decoded)) and prose.at(match.start(), match.end()):
            found.append((match.start(), match.end(), decoded))
    # Group the escapes by the line they stand in; a word in use proves the line.
    edits: list[Edit] = []
    line: list[tuple[int, int, str]] = []
    for number, item in enumerate(found):
        line.append(item)
        last = number + 1 == len(found)
        if last or "\n" in text[item[1] : found[number + 1][0]]:
            outside = _outside_literals(text, line)
            if outside and _spells_words(text, outside):
                edits += [
                    Edit(start, end, decoded, "escapes.backslash", 0.995)
                    for start, end, decoded in line
                ]
            line = []
    return edits


def _outside_literals(text: str, line: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the escapes of a line that stand in no quoted literal: inside one they are code."""
    low = text.rfind("\n", 0, line[0][0]) + 1
    high = text.find("\n", line[-1][1])
    spans = [m.span() for m in _LITERAL.finditer(text, low, len(text) if high < 0 else high)]
    starts = [start for start, _ in spans]
    outside = []
    for item in line:
        k = bisect_right(starts, item[0]) - 1
        if k < 0 or item[0] >= spans[k][1]:
            outside.append(item)
    return outside


def _spells_words(text: str, line: list[tuple[int, int, str]]) -> bool:
    """Say whether the escapes of one line spell words in use, more of them than not."""
    good = bad = 0
    word = ""
    at = None
    for start, end, decoded in [*line, (-1, -1, "")]:
        between = text[at:start] if at is not None and start >= 0 else None
        if between is not None and (between == "" or (len(between) < 8 and between.isalpha())):
            word += between + decoded
            at = end
            continue
        if at is not None:
            tail = re.match(r"[^\W\d_]{0,8}", text[at : at + 8])
            word += tail.group() if tail else ""
            for part in WORD.findall(word):
                if not part.isascii() and len(part) > 1:  # a letter alone may be talked about
                    good += is_in_use(part)
                    bad += not is_in_use(part)
        if start >= 0:
            head = re.search(r"[^\W\d_]{0,8}\Z", text[max(0, start - 8) : start])
            word = (head.group() if head else "") + decoded
            at = end
    return good > bad


def _find_bare(text: str) -> Iterator[Edit]:
    """Yield words that come into use when the escapes in them, bare of backslashes, are read."""
    prose = Prose(text, _BARE.pattern)
    done = 0
    proved: list[Edit] = []
    alone: list[Edit] = []
    for match in _BARE.pattern.finditer(text):
        if match.start() < done:
            continue
        start = match.start()
        while start > done and start > match.start() - 24 and text[start - 1].isalnum():
            start -= 1
        if start and text[start - 1] in "\\+_&#%":
            continue
        token = _TOKEN.match(text, start, match.end() + 48)
        assert token is not None
        done = token.end()
        shown = token.group()
        decoded = _BARE_OR_SIGN.sub(lambda found: chr(int(found.group()[1:], 16)), shown)
        words = _SIGNS.split(decoded)
        marked = [word for word in words if not word.isascii()]
        if (
            not all(map(str.isalpha, filter(None, words)))
            or not all(map(is_in_use, marked))
            or not prose.at(start, done)
        ):
            continue
        edit = Edit(start, done, decoded, "escapes.bare", 0.99)
        (alone if sum(map(str.isalpha, decoded)) == 1 else proved).append(edit)
    # One letter alone, or a sign beside a plain word, is proved by another word only.
    if proved:
        taken = {at for edit in proved + alone for at in range(edit.start, edit.end)}
        alone += [
            Edit(*found.span(), chr(int(found[0][1:], 16)), "escapes.bare", 0.98)
            for found in _BARE_SIGN.finditer(text)
            if found.start() not in taken and prose.at(*found.span())
        ]
        yield from sorted(proved + alone)
