r"""The bytes of UTF-8 shown as another charset, whole or with some of them lost on the way.

A whole view can be undone by machine. Half-lossy views are what is left when a cleaner, a form
or an editor touched the mojibake: bytes without a character were dropped or replaced, C1 controls
taken out, the no-break space made a space, curly quotes and guillemets straightened.
"""

from __future__ import annotations

import encodings.aliases
from collections.abc import Sequence

from vnclean.caches import cached
from vnclean.channels.registry import channel

__all__ = ["byte_table", "one_byte_charsets", "view"]

STRAIGHT = str.maketrans("‘’‚‛“”„‟", "''''\"\"\"\"")
"""Curly and low quotation marks, each with the ASCII one that editors put in its place."""


@cached(256)
def byte_table(charset: str, undefined: str | None = None) -> dict[int, str]:
    """Return the character of each byte from 80 up (as a code point); None keeps C1 controls."""
    table: dict[int, str] = {}
    for byte in range(0x80, 0x100):
        try:
            table[byte] = bytes((byte,)).decode(charset)
        except UnicodeDecodeError:
            table[byte] = chr(byte) if undefined is None else undefined
    return table


def view(text: str, charset: str, undefined: str | None = None) -> str:
    r"""Return the UTF-8 bytes of a text as another one-byte charset shows them.

    Bytes that the charset leaves undefined become `undefined`, or the C1 control of their number
    where it is None (as browsers do). Raises LookupError for a charset that Python lacks.

    >>> view("Nỗi", "cp1252"), view("Á", "cp1252"), view("Á", "cp1252", "?")
    ('Ná»—i', 'Ã\x81', 'Ã?')
    """
    shown = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return shown.translate(byte_table(charset, undefined))


_ASCII = bytes(range(0x80))
_MOST_UNDEFINED = 64


def one_byte_charsets(but: Sequence[str] = ()) -> list[str]:
    """Return Python's one-byte charsets that extend ASCII, one of each set of equal tables.

    Left out are those whose tables are those of `but`, and those that leave more than half of the
    upper 128 bytes undefined.

    >>> {"cp1253", "koi8_r", "cp866"} <= set(one_byte_charsets(but=["cp1252"]))
    True
    """
    upper = bytes(range(0x80, 0x100))
    seen = {upper.decode(name, "replace") for name in but}
    found = []
    for name in sorted(set(encodings.aliases.aliases.values())):
        try:
            if _ASCII.decode(name) != _ASCII.decode("ascii"):
                continue
            shown = upper.decode(name, "replace")
        except (LookupError, UnicodeError):
            continue
        undefined = shown.count("\ufffd")
        if len(shown) == len(upper) and undefined <= _MOST_UNDEFINED and shown not in seen:
            seen.add(shown)
            found.append(name)
    return found


@channel("lossless", prior=8.0)
def utf8_as_cp1252(text: str) -> str:
    """UTF-8 read as windows-1252, the mojibake of the web; undefined bytes stay C1 controls.

    >>> utf8_as_cp1252("Việt")
    'Viá»‡t'
    """
    return view(text, "cp1252")


@channel("lossless", prior=4.0)
def utf8_as_latin1(text: str) -> str:
    r"""UTF-8 read as ISO 8859-1: MySQL's latin1 connections, Java's and Python's byte strings.

    >>> utf8_as_latin1("Việt")
    'Viá»\x87t'
    """
    return view(text, "latin-1")


@channel("lossless")
def utf8_as_cp1258(text: str) -> str:
    r"""UTF-8 read as windows-1258, on a Windows set to Vietnamese.

    >>> utf8_as_cp1258("về nhà")
    'vá»\x81 nhĂ\xa0'
    """
    return view(text, "cp1258")


@channel("lossless")
def utf8_as_cp1250(text: str) -> str:
    """UTF-8 read as windows-1250, on a Windows set to Central European.

    >>> utf8_as_cp1250("Việt")
    'Viá»‡t'
    """
    return view(text, "cp1250")


@channel("lossless")
def utf8_as_cp1251(text: str) -> str:
    """UTF-8 read as windows-1251, on a Windows set to Cyrillic.

    >>> utf8_as_cp1251("Việt")
    'Viб»‡t'
    """
    return view(text, "cp1251")


@channel("lossless")
def utf8_as_cp437(text: str) -> str:
    """UTF-8 read as DOS code page 437, by a console set to English; names in ZIP archives.

    >>> utf8_as_cp437("Việt")
    'Viß╗çt'
    """
    return view(text, "cp437")


@channel("lossless")
def utf8_as_cp850(text: str) -> str:
    """UTF-8 read as DOS code page 850, by a console set to a Western European language.

    >>> utf8_as_cp850("Việt")
    'Viß╗çt'
    """
    return view(text, "cp850")


@channel("lossless")
def utf8_as_macroman(text: str) -> str:
    """UTF-8 read as Mac OS Roman: Excel on a Mac opening a CSV file.

    >>> utf8_as_macroman("Việt")
    'Vi·ªát'
    """
    return view(text, "mac-roman")


@channel("view")
def cp1252_undef_dropped(text: str) -> str:
    """UTF-8 read as windows-1252 by a decoder that leaves out the bytes 81 8D 8F 90 9D.

    >>> cp1252_undef_dropped("về Đà")
    'vá» ÄÃ\xa0'
    """
    return view(text, "cp1252", "")


@channel("view")
def cp1252_undef_qmark(text: str) -> str:
    """UTF-8 read as windows-1252 by a decoder that writes `?` for the bytes 81 8D 8F 90 9D.

    >>> cp1252_undef_qmark("về")
    'vá»?'
    """
    return view(text, "cp1252", "?")


@channel("view")
def cp1252_undef_fffd(text: str) -> str:
    r"""UTF-8 read as windows-1252 by a decoder that writes U+FFFD for the bytes 81 8D 8F 90 9D.

    >>> cp1252_undef_fffd("về")
    'vá»\ufffd'
    """
    return view(text, "cp1252", "\ufffd")


@channel("view")
def cp1252_quotes_straightened(text: str) -> str:
    """UTF-8 read as windows-1252, then curly quotes made straight by an editor or a cleaner.

    >>> cp1252_quotes_straightened("đồng cỏ")
    'Ä\\'á»"ng cá»\x8f'
    """
    return view(text, "cp1252").translate(STRAIGHT)


@channel("view")
def cp1252_nbsp_as_space(text: str) -> str:
    """UTF-8 read as windows-1252, then no-break spaces made plain ones: HTML, text areas.

    >>> cp1252_nbsp_as_space("là cả")
    'lÃ  cáº£'
    """
    return view(text, "cp1252").replace("\xa0", " ")


@channel("view")
def latin1_nbsp_as_space(text: str) -> str:
    r"""UTF-8 read as ISO 8859-1, then no-break spaces made plain ones.

    >>> latin1_nbsp_as_space("là về")
    'lÃ  vá»\x81'
    """
    return view(text, "latin-1").replace("\xa0", " ")


@channel("view")
def latin1_c1_dropped(text: str) -> str:
    """UTF-8 read as ISO 8859-1, then control characters (80 to 9F) taken out: XML, JSON, logs.

    >>> latin1_c1_dropped("về đất")
    'vá» Äáº¥t'
    """
    shown = view(text, "latin-1")
    return shown.translate(dict.fromkeys(range(0x80, 0xA0)))


@channel("view")
def latin1_guillemet_straightened(text: str) -> str:
    r"""UTF-8 read as ISO 8859-1, then guillemets made straight quotes (ftfy's issue 77).

    >>> latin1_guillemet_straightened("Nối lại")
    'N\xe1"\x91i l\xe1\xba\xa1i'
    """
    return view(text, "latin-1").replace("«", '"').replace("»", '"')


@channel("view")
def utf8_as_cp1258_fffd(text: str) -> str:
    r"""UTF-8 read as windows-1258 by a decoder that writes U+FFFD for undefined bytes.

    >>> utf8_as_cp1258_fffd("về")
    'vá»\ufffd'
    """
    return view(text, "cp1258", "\ufffd")
