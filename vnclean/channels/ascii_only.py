"""Text forced through ASCII: every letter outside it becomes one mark, or one for each byte."""

from __future__ import annotations

import re
import unicodedata

from vnclean.caches import late_pattern
from vnclean.channels.registry import channel

_BEYOND_ASCII = late_pattern("[^\0-\x7f]")


def _per_byte(mark: str, text: str) -> str:
    def marks(found: re.Match[str]) -> str:
        return mark * len(found[0].encode("utf-8", "surrogatepass"))

    return _BEYOND_ASCII.sub(marks, text)


@channel("substitute", prior=3.0)
def ascii_qmark(text: str) -> str:
    """An encoder to ASCII told to write `?`: US7ASCII databases, log files, SMS gateways.

    >>> ascii_qmark("Đường về nhà")
    '???ng v? nh?'
    """
    return _BEYOND_ASCII.sub("?", text)


@channel("substitute", prior=2.0)
def ascii_fffd(text: str) -> str:
    r"""One replacement character for each letter: a decoder of one-byte text told it is ASCII.

    >>> ascii_fffd("về nhà")
    'v\ufffd nh\ufffd'
    """
    return _BEYOND_ASCII.sub("\ufffd", text)


@channel("substitute", prior=1.0)
def ascii_qmark_nfd(text: str) -> str:
    """Decomposed text (file names from macOS) through an encoder to ASCII: a `?` for each mark.

    >>> ascii_qmark_nfd("Việt Đức")
    'Vie??t ?u??c'
    """
    return _BEYOND_ASCII.sub("?", unicodedata.normalize("NFD", text))


@channel("substitute", prior=0.5)
def ascii_fffd_nfd(text: str) -> str:
    r"""Decomposed text, a replacement character for each mark.

    >>> ascii_fffd_nfd("Việt")
    'Vie\ufffd\ufffdt'
    """
    return _BEYOND_ASCII.sub("\ufffd", unicodedata.normalize("NFD", text))


@channel("substitute", prior=2.0)
def utf8_bytes_qmark(text: str) -> str:
    """UTF-8 through a program that knows seven bits only: a `?` for each byte, two or three.

    >>> utf8_bytes_qmark("về nhà")
    'v??? nh??'
    """
    return _per_byte("?", text)


@channel("substitute", prior=2.0)
def utf8_bytes_fffd(text: str) -> str:
    r"""UTF-8 decoded as ASCII with replacement: a U+FFFD for each byte, two or three.

    >>> utf8_bytes_fffd("nhà")
    'nh\ufffd\ufffd'
    """
    return _per_byte("\ufffd", text)
