"""The code pages that legacy bytes are wrongly read in, and the way back from text to bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from vnclean.caches import cached, cached_table
from vnclean.charsets.table import code_page, load_table
from vnclean.language.alphabet import COMBINING_TONES, MARKED_LETTERS, decompose

__all__ = ["COMMON_SIGNS", "PAGES", "view_letters", "view_to_bytes", "vni_readings"]

PAGES = ("cp1252", "iso8859-15", "cp1258", "cp1254", "cp1250", "iso8859-10", "iso8859-14", "vni")
"""Code pages that software or a wrong guess reads legacy bytes in, the most frequent first.

The last is what a converter from VNI makes of windows-1252 (`triĨn`)."""

COMMON_SIGNS = frozenset("\xa0«»·©®™§°±²³½×÷–—‘’“”•…€₫€ªº¹")
"""Signs that clean Vietnamese text holds too: no reason to look closer, unless inside a word."""


class _ByteTable(dict[int, str]):
    """Each character of a page with the Latin-1 character of its byte; others with none of these.

    Characters of ASCII are their own.
    """

    def __missing__(self, code: int) -> str:
        return "\u0100"


@cached_table
def vni_readings() -> dict[str, str]:
    """Return what a converter from VNI reads in windows-1252: pairs of letters, then letters.

    >>> vni_readings()["ô"], vni_readings()["oà"]
    ('ơ', 'ồ')
    """
    rows = load_table("vni").rows
    shown = {rows[letter].decode("cp1252"): letter for letter in load_table("vni").letters}
    changed = [pair for pair, letter in shown.items() if pair != letter]
    return {pair: shown[pair] for pair in sorted(changed, key=len, reverse=True)}


def _page(name: str) -> str:
    """Return the 256 characters of a page; VNI has its letters in place of some of windows-1252."""
    if name != "vni":
        return code_page(name)
    return "".join(vni_readings().get(shown, shown) for shown in code_page("cp1252"))


@cached(16)
def _to_byte(page: str) -> Mapping[int, str]:
    """Return what `str.translate` needs to make the bytes of a page of what it shows."""
    table = {ord(shown): chr(byte) for byte, shown in enumerate(_page(page)) if byte > 127}
    for byte in range(0x80, 0xA0):
        table.setdefault(byte, chr(byte))  # as read in Latin-1
    if page == "cp1258":
        # Text that went through Unicode's form C: the tone has melted into its vowel.
        for letter in MARKED_LETTERS:
            vowel, tone = decompose(letter)
            mark = ord(COMBINING_TONES[tone]) if tone else 0
            if ord(letter) not in table and mark in table:
                base = table.get(ord(vowel)) or (vowel if vowel.isascii() else None)
                if base:
                    table[ord(letter)] = base + table[mark]
    return _ByteTable({code: chr(code) for code in range(128)} | table)


def view_to_bytes(text: str, page: str) -> bytes | None:
    """Return the bytes that a code page shows as `text`; None where it can't show it.

    >>> view_to_bytes("ViÖt", "cp1252"), view_to_bytes("Việt", "cp1252")
    (b'Vi\\xd6t', None)
    """
    try:
        return text.translate(_to_byte(page)).encode("latin-1")
    except UnicodeEncodeError:
        return None


@cached_table
def view_letters() -> frozenset[str]:
    """Return the characters that hint at legacy bytes: in a page, but not in clean Vietnamese."""
    shown = {letter for page in PAGES for letter in _page(page)[128:]}
    shown |= {chr(byte) for byte in range(0x80, 0xA0)}
    return frozenset(
        letter
        for letter in shown - MARKED_LETTERS - COMMON_SIGNS
        if not unicodedata.combining(letter)
    )
