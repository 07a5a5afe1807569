"""Whether what stands in an old font is in its charset: documents lie, and the letters decide.

Half converted forms keep `.VnTime` over text that is Unicode by now; a heading in `.VnTimeH` may be
the only legacy text of a document. What is written in a font is weighed as it stands and as its
charset reads it, in each text, in all texts of the font, and in all fonts of the charset.
"""

from __future__ import annotations

import re
from collections import Counter

from vnclean.caches import cached, late_pattern
from vnclean.charsets.fonts import charset_of_font
from vnclean.charsets.misread_pages import view_letters, view_to_bytes
from vnclean.charsets.scoring import weigh
from vnclean.charsets.table import Charset, find_charset
from vnclean.charsets.table_codec import decode_table

__all__ = ["FontEvidence"]

MAX_WORDS = 3000
"""Words beyond ASCII of one font after which no more of them are weighed."""
SURE = 3.0
"""Points by which a text alone speaks against what its font is used for elsewhere."""
LEAST = 1.0
"""Points from which a text without a font is read in the charset of the document."""
_PAGE = "cp1252"
_BEYOND = re.compile("[^\0-\x7f]")
_UNICODE = late_pattern("[ăĂđĐơƠưƯ\u1ea0-\u1ef9]")
"""Letters of Vietnamese that windows-1252 does not show, so that they can't be bytes."""


@cached(1)
def _foreign() -> re.Pattern[str]:
    """Return what finds letters that a code page shows, and clean Vietnamese does not have."""
    return re.compile(f"[{re.escape(''.join(sorted(view_letters())))}]")


def _points(text: str, charset: Charset) -> float:
    """Return by how much a text speaks for being bytes of a charset; below zero it is Unicode."""
    if _UNICODE.search(text):
        return -1.0 - weigh(text).good
    data = view_to_bytes("".join(filter(_is_shown, text)), _PAGE) or b""
    read = weigh(decode_table(data, charset.table), charset.case_lost)
    return read.points - weigh(text).points


def _is_shown(letter: str) -> bool:
    return letter < "\x80" or view_to_bytes(letter, _PAGE) is not None


class FontEvidence:
    """What the texts of one document say of its fonts; `add` them all before you ask.

    >>> evidence = FontEvidence()
    >>> evidence.add(".VnTime", "Céng hoµ x· héi")
    >>> evidence.charset(".VnTime", "chñ nghÜa"), evidence.charset(".VnTime", "chủ nghĩa")
    ('tcvn3', '')
    >>> evidence.charset(".VnTimeH", "tæ quèc"), evidence.charset("Arial", "chñ nghÜa")
    ('tcvn3-h', '')
    """

    def __init__(self) -> None:
        self._points: Counter[str] = Counter()
        self._families: Counter[str] = Counter()
        self._words: Counter[str] = Counter()

    def add(self, font: str, text: str) -> None:
        """Take note of a text in a font."""
        known = charset_of_font(font)
        if known is None or not _BEYOND.search(text) or self._words[font] > MAX_WORDS:
            return
        self._words[font] += sum(not word.isascii() for word in text.split())
        points = _points(text, known)
        self._points[font] += points  # type: ignore[assignment]
        self._families[_family(known)] += points  # type: ignore[assignment]

    def is_legacy(self, font: str) -> bool:
        """Say whether what is written in a font is in its charset, as a rule."""
        known = charset_of_font(font)
        if known is None:
            return False
        points = float(self._points[font])
        if abs(points) < SURE:
            points = float(self._families[_family(known)])
        return points > 0

    def charset(self, font: str, text: str) -> str:
        """Return the charset that a text in a font is in; "" where it is as it should be."""
        known = charset_of_font(font)
        if known is None:
            return ""
        legacy = self.is_legacy(font)
        if _BEYOND.search(text) and not (legacy and _foreign().search(text)):
            points = _points(text, known)
            if abs(points) >= SURE or _UNICODE.search(text):
                legacy = points > 0
        return known.name if legacy else ""

    def charset_without_font(self, text: str) -> str:
        """Return the charset of a text of which no font is known, as the rest of the document.

        >>> evidence = FontEvidence()
        >>> evidence.add("VNI-Times", "Coäng hoøa xaõ hoäi")
        >>> evidence.charset_without_font("Baùo caùo"), evidence.charset_without_font("Café")
        ('vni', '')
        """
        if not self._families or not _BEYOND.search(text):
            return ""
        best, name = LEAST, ""
        for family, points in sorted(self._families.items()):
            charset = find_charset(family)
            if points > 0 and charset is not None and (found := _points(text, charset)) >= best:
                best, name = found + 1e-9, family
        return name


def _family(charset: Charset) -> str:
    """Return the charset without the capitals of its fonts."""
    return charset.name.removesuffix("-h")
