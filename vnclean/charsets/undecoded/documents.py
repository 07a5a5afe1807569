"""Documents that are legacy bytes as a whole, shown in windows-1252: read at once.

Read in its own charset, a document has hardly any word that is not in use: 2 in 100, in every other
charset at least 20, as it stands at least 30. So twenty different words leave nothing to ask, of
the misreading nor of a single line.
"""

from __future__ import annotations

from codecs import charmap_build, charmap_encode
from collections.abc import Iterable, Iterator
from itertools import islice
from string import punctuation
from typing import Any, NamedTuple

from vnclean.caches import cached_table, late_pattern
from vnclean.charsets.misread_pages import COMMON_SIGNS
from vnclean.charsets.table import CHARSETS, Charset, code_page
from vnclean.charsets.table_codec import decode_table
from vnclean.charsets.truecase import raise_case
from vnclean.charsets.undecoded.words import LegacyWord, Misreading
from vnclean.language.tokens_in_use import split_at_blanks, strange_tokens

__all__ = ["PAGE", "LegacyDocument", "read_document"]

PAGE = "cp1252"
"""The code page in which documents are looked at as a whole."""

BITS = 40.0
"""The evidence for each word of such a document."""

MIN_WORDS = 20
"""Distinct words with marks that tell of a charset."""

MAX_STRANGE = 0.05
"""Share of them that are not in use at most."""

MIN_STRANGE_AS_SHOWN = 0.25
"""Share of strange words among those beyond ASCII that a document has as it stands."""

SAMPLE, MAX_IN_SAMPLE = 60, 0.2
"""Distinct words that tell which charset it may be, and the share of them not in use at most."""

_LONE_SIGN = late_pattern(r"(?<!\S)(?<![0-9] )[©®™](?!\S)")
"""A sign that may stand for itself; behind a number it is rather the đ of money."""

_LOST = late_pattern(r"\?[^\W\d_]")
"""What a word has of which a letter was lost."""


class LegacyDocument(NamedTuple):
    """What a document reads, in which charset; it has as many tokens between blanks as the text."""

    text: str
    charset: Charset

    def words(self, shown: str) -> Iterator[LegacyWord]:
        """Yield the tokens of the text, as it is shown, that read otherwise, signs around aside."""
        misreading = Misreading(self.charset, PAGE)
        at = 0
        for token, read in zip(split_at_blanks(shown), split_at_blanks(self.text), strict=True):
            end = at + len(token)
            if token != read:
                first = _signs(token, read)
                last = _signs(token[:first:-1], read[:first:-1])
                word = read[first : len(read) - last]
                yield LegacyWord(at + first, end - last, word, misreading, BITS)
            at = end + 1


def _signs(token: str, read: str) -> int:
    """Return how many signs of ASCII a token begins with that read as they stand."""
    count = 0
    for sign, other in zip(token, read, strict=False):
        if sign != other or sign not in punctuation:
            break
        count += 1
    return count


def read_document(text: str) -> LegacyDocument | None:
    """Return what a text reads that is legacy bytes as a whole; None where anything is to ask.

    >>> read_document("Céng hoµ x· héi chñ nghÜa ViÖt Nam") is None  # too few words
    True
    """
    if text.isascii():
        return None
    try:
        raw = charmap_encode(text, "strict", _bytes_shown())[0]
    except UnicodeEncodeError:
        return None
    if _is_utf8(raw):
        return None
    tokens = split_at_blanks(text)
    shown = dict.fromkeys(token for token in tokens if not token.isascii())
    if (
        len(shown) < MIN_WORDS
        or len(_with_lost_letters(tokens)) > MAX_STRANGE * len(tokens)
        or _LONE_SIGN.search(text) is not None
        or _share_strange(few := " ".join(islice(shown, SAMPLE))) < MIN_STRANGE_AS_SHOWN
    ):
        return None
    sample = charmap_encode(few, "strict", _bytes_shown())[0]
    for charset in CHARSETS:
        if charset.soft_hyphen and "\xad" not in text:
            continue  # a letter of it was lost
        if charset.in_text and _share_strange(decode_table(sample, charset.table)) < MAX_IN_SAMPLE:
            read = _read(text, raw, charset)
            return None if read is None else LegacyDocument(read, charset)
    return None


def _with_lost_letters(tokens: Iterable[str]) -> set[str]:
    """Return the different tokens of which a letter was lost."""
    return {token for token in tokens if "?" in token and _LOST.search(token)}


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _share_strange(words: str) -> float:
    """Return the share of strange words in a sample, whatever their case."""
    tokens = {token for token in words.lower().split(" ") if not token.isascii()}
    return len(strange_tokens(tokens)) / max(1, len(tokens))


def _read(text: str, raw: bytes, charset: Charset) -> str | None:
    read = decode_table(raw, charset.table)
    if charset.case_lost:
        read = "\n".join(map(raise_case, read.split("\n")))
    words = {token for token in split_at_blanks(read) if not token.isascii()}
    strange = strange_tokens(words)
    odd = len(strange) + len(_with_lost_letters(split_at_blanks(text)))
    if len(words) - len(strange) < MIN_WORDS or odd > MAX_STRANGE * len(words):
        return None
    if strange:  # a sign may stand for itself there: m², Vinamilk®
        for shown, token in zip(split_at_blanks(text), split_at_blanks(read), strict=True):
            if token in strange and all(c.isascii() or c in COMMON_SIGNS for c in shown):
                return None
    return read


@cached_table
def _bytes_shown() -> Any:
    """Return the byte of each character of the page; a C1 control is a byte that it leaves out."""
    return charmap_build(code_page(PAGE))
