"""Texts of UTF-8 that were read as windows-1252 or Latin-1 as a whole, decoded at once.

Most mojibake is of this kind: all of a document went through one view, and every byte of it is
still there. Bytes that are strictly UTF-8 and give words in use throughout leave nothing to ask.
"""

from __future__ import annotations

from codecs import charmap_build, charmap_encode
from typing import Any

from vnclean.caches import cached_table, late_pattern
from vnclean.channels.misread_utf8 import byte_table
from vnclean.charsets.undecoded.documents import read_document
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.tokens_in_use import split_at_blanks, strange_tokens
from vnclean.language.words import LETTER, WORD
from vnclean.repair.code_page_views import views
from vnclean.repair.mojibake_atoms import is_clean_sign, shows_blank
from vnclean.scan import Scan

__all__ = ["decode_whole_text", "is_misread_as_whole"]

_VIEWS = ("cp1252", "latin1")
"""The views that are tried; the others are rare."""

MIN_WORDS = 3
"""Distinct words in use that a text must give before a view is believed and nothing else asked."""

MIN_SHARE = 0.9
"""Share of the distinct words with marks that must be in use."""

_UNEXPECTED = late_pattern(f"[^\\x00-\x7f{''.join(sorted(MARKED_LETTERS))}–—‘’“”…•]")
_HALF = late_pattern(rf'á»|[?*"«»°·\xad](?<={LETTER}.)[?*"«»°·\xad]*(?={LETTER})')
"""What may be left of damage in words of our letters, as `half_repairs` knows it."""


def decode_whole_text(text: str) -> str | None:
    """Return a text that was misread as a whole; None where that is not beyond doubt.

    >>> decode_whole_text("Nguyá»…n Thá»‹ BÃ\\xadch há»\\x8dc giá»\\x8fi")
    'Nguyễn Thị Bích học giỏi'
    >>> decode_whole_text("Nguyá»…n Thị Bích"), decode_whole_text("UBND XÃ\\xa0TÂN PHÚ")
    (None, None)
    """
    for table in _tables():
        try:
            decoded = charmap_encode(text, "strict", table)[0].decode()
        except UnicodeError:
            continue
        return decoded if _is_beyond_doubt(decoded) and not shows_blank(decoded) else None
    return None


def _is_beyond_doubt(decoded: str) -> bool:
    unexpected = set(_UNEXPECTED.findall(decoded))
    if not all(sign.isalpha() or is_clean_sign(sign) for sign in unexpected):
        return False
    if _HALF.search(decoded) or not unexpected.isdisjoint(_LEFT_OVER):
        return False
    words = {token for token in split_at_blanks(decoded) if not token.isascii()}
    strange = strange_tokens(words)
    told = {word for word in WORD.findall(" ".join(words - strange)) if not word.isascii()}
    return (
        len(told) >= MIN_WORDS
        and len(strange) <= (1 - MIN_SHARE) * len(words)
        and _LEADS.isdisjoint("".join(strange))
    )


_LEADS = frozenset("ÃÌ")
_LEFT_OVER = frozenset("ÄÅÆ€")


def is_misread_as_whole(scan: Scan) -> bool:
    """Say whether a text went through one misreading as a whole, of UTF-8 or of legacy bytes."""
    return scan.once(decode_whole_text) is not None or scan.once(read_document) is not None


@cached_table
def _tables() -> list[Any]:
    """Return the bytes of what each view shows; a C1 control stands for a byte without any."""
    found = []
    for name in _VIEWS:
        shown = byte_table(views()[name].name, None)
        found.append(charmap_build("".join(shown.get(byte, chr(byte)) for byte in range(0x100))))
    return found
