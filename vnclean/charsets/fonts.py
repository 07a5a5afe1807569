"""The font is the charset: which one an old Vietnamese font was drawn for, told by its name.

A font of those days had the letters of a charset in the places of windows-1252; what a document
holds are bytes, and only the font says whose. The tables are `data/fonts.tsv` and
`data/font_looks.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from vnclean.caches import cached, cached_table
from vnclean.charsets.table import Charset, find_charset

__all__ = ["FontCharset", "charset_of_font", "first_font", "modern_font"]

_SUBSET = re.compile(r"[A-Z]{6}\+")
"""What PDF puts before the name of a font of which only some letters are embedded."""


class FontCharset(NamedTuple):
    """The charset that a font was drawn for, and which letters it shows as capitals."""

    charset: Charset
    capitals: str
    """"all", "marked" (letters beyond ASCII) or "none"."""

    def shown(self, text: str) -> str:
        """Return a decoded text as the font shows it: as capitals, where it has no others.

        >>> charset_of_font(".VnTimeH").shown("Việt Nam 2x")
        'VIỆT NAM 2X'
        """
        if self.capitals == "all":
            return _upper(text)
        if self.capitals == "marked":
            return "".join(letter if letter.isascii() else _upper(letter) for letter in text)
        return text


def _upper(text: str) -> str:
    """Return a text in capitals, as long as it was (`ß` stays)."""
    new = text.upper()
    if len(new) == len(text):
        return new
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in text)


def _rows(name: str) -> Iterator[list[str]]:
    table = files("vnclean.data").joinpath(name).read_text(encoding="utf-8")
    for line in table.split("\n"):
        if line and line[0] != "#":
            yield line.split("\t")


@cached_table
def _fonts() -> tuple[tuple[re.Pattern[str], FontCharset | None], ...]:
    found: list[tuple[re.Pattern[str], FontCharset | None]] = []
    for pattern, name, capitals, *_ in _rows("fonts.tsv"):
        charset = find_charset(name)
        font = FontCharset(charset, capitals) if charset else None
        found.append((re.compile(pattern, re.IGNORECASE), font))
    return tuple(found)


@cached_table
def _looks() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row[0], re.IGNORECASE), row[1]) for row in _rows("font_looks.tsv"))


@cached(1 << 12)
def charset_of_font(name: str) -> FontCharset | None:
    """Return the charset that a font was drawn for; None for fonts of Unicode and unknown ones.

    Documents lie: look at the letters before you believe the name (`vnclean.charsets.font_text`).

    >>> charset_of_font(".VnTimeH").charset.name, charset_of_font("VNI-Times").charset.name
    ('tcvn3', 'vni')
    >>> charset_of_font("Times New Roman"), charset_of_font("UTM Times")
    (None, None)
    """
    name = _SUBSET.sub("", name.strip().strip("\"'")).strip()
    return next((font for pattern, font in _fonts() if pattern.fullmatch(name)), None)


@cached(1 << 12)
def modern_font(name: str) -> str:
    """Return a font with all Vietnamese letters that looks like an old one.

    >>> modern_font(".VnTime"), modern_font("VNI-Helve"), modern_font(".VnCourier")
    ('Times New Roman', 'Arial', 'Courier New')
    """
    return next(font for pattern, font in _looks() if pattern.search(name))


def first_font(value: str) -> str:
    r"""Return the first font of a list as HTML and CSS write it.

    >>> first_font(r'"\.VnTimeH", serif'), first_font("VNI-Times, VNI-Helve")
    ('.VnTimeH', 'VNI-Times')
    """
    return value.split(",", 1)[0].replace("\\", "").strip().strip("\"'").strip()
