"""The font is the charset: which one an old Vietnamese font was drawn for, told by its name.

A font of those days had the letters of a charset in the places of windows-1252; what a document
holds are bytes, and only the font says whose. The tables are `data/fonts.tsv` and
`data/font_looks.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from vnclean.caches import cached, cached_table
from vnclean.charsets.table import Charset, find_charset

__all__ = ["charset_of_font", "first_font", "modern_font"]

_SUBSET = re.compile(r"[A-Z]{6}\+")
"""What PDF puts before the name of a font of which only some letters are embedded."""


def _rows(name: str) -> Iterator[list[str]]:
    table = files("vnclean.data").joinpath(name).read_text(encoding="utf-8")
    for line in table.split("\n"):
        if line and line[0] != "#":
            yield line.split("\t")


@cached_table
def _fonts() -> tuple[tuple[re.Pattern[str], Charset | None], ...]:
    return tuple(
        (re.compile(pattern, re.IGNORECASE), find_charset(name))
        for pattern, name, *_ in _rows("fonts.tsv")
    )


@cached_table
def _looks() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row[0], re.IGNORECASE), row[1]) for row in _rows("font_looks.tsv"))


@cached(1 << 12)
def charset_of_font(name: str) -> Charset | None:
    """Return the charset that a font was drawn for; None for fonts of Unicode and unknown ones.

    Documents lie: look at the letters before you believe the name (`FontEvidence`).

    >>> charset_of_font(".VnTimeH").name, charset_of_font("VNI-Times").name
    ('tcvn3-h', 'vni')
    >>> charset_of_font("Times New Roman"), charset_of_font("UTM Times")
    (None, None)
    """
    name = _SUBSET.sub("", name.strip().strip("\"'")).strip()
    return next((charset for pattern, charset in _fonts() if pattern.fullmatch(name)), None)


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
