"""Texts of UTF-8 that were read as windows-1252 or Latin-1 as a whole, decoded at once.

Most mojibake is of this kind: all of a document went through one view, and every byte of it is
still there. Bytes that are strictly UTF-8 and give words in use throughout leave nothing to ask.
"""

from __future__ import annotations

from codecs import charmap_build, charmap_encode
from typing import Any

from vnclean.caches import cached_table, late_pattern
from vnclean.channels.misread_utf8 import byte_table
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import LETTER, WORD
from vnclean.repair.code_page_views import views
from vnclean.repair.mojibake_atoms import is_clean_sign

__all__ = ["decode_whole_text"]

_VIEWS = ("cp1252", "latin1")
"""The views that are tried; the others are rare."""

MIN_WORDS = 3
"""Distinct words in use that a text must give before a view is believed and nothing else asked."""

MIN_SHARE = 0.9
"""Share of the distinct words with marks that must be in use."""

_UNEXPECTED = late_pattern(f"[^\\x00-\x7f{''.join(sorted(MARKED_LETTERS))}–—‘’“”…•]")
_HALF = late_pattern(rf'á»|[?*"«»°·\xad](?<={LETTER}.)[?*"«»°·\xad]*(?={LETTER})')
"""What may be left of damage in words of our letters, as `half_repairs` knows it."""

_MOST_WORDS = 1 << 15
"""Words that are remembered at most."""


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
        return decoded if _is_beyond_doubt(decoded) else None
    return None


def _is_beyond_doubt(decoded: str) -> bool:
    unexpected = set(_UNEXPECTED.findall(decoded))
    if not all(sign.isalpha() or is_clean_sign(sign) for sign in unexpected):
        return False
    if _HALF.search(decoded) or not unexpected.isdisjoint(_LEFT_OVER):
        return False
    words = set(decoded.split())
    used = _words_in_use()
    new = words - used
    odd = {part for part in set(WORD.findall(" ".join(new))) if not _is_in_use(part)}
    strange = {word for word in new if odd and not odd.isdisjoint(WORD.findall(word))}
    used |= new - strange
    marked = [word for word in words if not word.isascii()]
    told = {part for part in WORD.findall(" ".join(marked)) if not part.isascii()}
    return (
        len(told - odd) >= MIN_WORDS
        and len(strange) <= (1 - MIN_SHARE) * len(marked)
        and _LEADS.isdisjoint("".join(strange))
    )


_LEADS = frozenset("ÃÌ")
_LEFT_OVER = frozenset("ÄÅÆ€")


def _is_in_use(word: str) -> bool:
    return word.isascii() or (frequency(word) > 0 and has_regular_case(word))


def _words_in_use() -> set[str]:
    """Return the words that were met and are in use, with the signs around them."""
    words = _met_words()
    if len(words) > _MOST_WORDS:
        words.clear()
    return words


@cached_table
def _met_words() -> set[str]:
    return set()


@cached_table
def _tables() -> list[Any]:
    """Return the bytes of what each view shows; a C1 control stands for a byte without any."""
    found = []
    for name in _VIEWS:
        shown = byte_table(views()[name].name, None)
        found.append(charmap_build("".join(shown.get(byte, chr(byte)) for byte in range(0x100))))
    return found
