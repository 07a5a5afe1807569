"""Text squeezed into a one-byte code page: letters without a code become `?` or a look-alike.

Source of facts: CPython's code page tables; for "best fit" the published Windows behaviour
(WideCharToMultiByte without WC_NO_BEST_FIT_CHARS): a Latin letter that the page lacks becomes
its plain letter, except in U+1E00 to U+1EFF, where Windows has no entry and gives `?`.
"""

from __future__ import annotations

import unicodedata

from vnclean.caches import cached
from vnclean.channels.registry import channel

# The page's own idea of a neighbour, where it isn't the plain letter: Eth looks like Đ.
_STROKES = {"cp1252": {"Đ": "Ð", "đ": "d"}}
_LATIN_BEFORE_EXTENDED = range(0xC0, 0x250)


def _encodable(letter: str, page: str) -> bool:
    try:
        letter.encode(page)
    except UnicodeEncodeError:
        return False
    return True


@cached(16)
def _best_fit(page: str) -> dict[int, str]:
    """Return what Windows writes for the Latin letters that a code page lacks."""
    table: dict[int, str] = {}
    for code in _LATIN_BEFORE_EXTENDED:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)[0]
        if base != letter and base.isascii() and not _encodable(letter, page):
            table[code] = base
    for letter, neighbour in _STROKES.get(page, {"Đ": "D", "đ": "d"}).items():
        if not _encodable(letter, page):
            table[ord(letter)] = neighbour
    return table


def _fit(text: str, page: str) -> str:
    return text.translate(_best_fit(page)).encode(page, "replace").decode(page, "replace")


@channel("substitute", prior=6.0)
def cp1252_bestfit(text: str) -> str:
    """A Windows program that stores Unicode in an ANSI column: SQL Server VARCHAR, ODBC, VB6.

    >>> cp1252_bestfit("Đường"), cp1252_bestfit("đăng ký lũ")
    ('Ðu?ng', 'dang ký lu')
    """
    return _fit(text, "cp1252")


@channel("substitute", prior=6.0)
def cp1252_replace(text: str) -> str:
    r"""A strict encoder told to write `?`: Java's getBytes, Python's "replace", old mailers.

    >>> cp1252_replace("Lấy lại mã bảo mật")
    'L?y l?i mã b?o m?t'
    """
    return text.encode("cp1252", "replace").decode("cp1252")


@channel("substitute", prior=4.0)
def cp1252_bestfit_then_utf8(text: str) -> str:
    r"""The bytes of `cp1252_bestfit`, read as UTF-8: a VARCHAR export opened by a newer program.

    >>> cp1252_bestfit_then_utf8("Đường không")
    '\ufffdu?ng kh\ufffdng'
    """
    fitted = text.translate(_best_fit("cp1252"))
    return fitted.encode("cp1252", "replace").decode("utf-8", "replace")


@channel("substitute", prior=4.0)
def cp1252_replace_then_utf8(text: str) -> str:
    r"""The bytes of `cp1252_replace`, read as UTF-8: a web page that declares the wrong charset.

    >>> cp1252_replace_then_utf8("Lấy lại mã bảo mật")
    'L?y l?i m\ufffd b?o m?t'
    """
    return text.encode("cp1252", "replace").decode("utf-8", "replace")


@channel("substitute", prior=2.0)
def cp1258_as_cp1252(text: str) -> str:
    """Windows' Vietnamese code page without its combining marks, shown as Western European.

    Precomposed letters that the page lacks became `?` when the bytes were written.

    >>> cp1258_as_cp1252("được"), cp1258_as_cp1252("năm"), cp1258_as_cp1252("Đường")
    ('ðý?c', 'nãm', 'Ðý?ng')
    """
    return text.encode("cp1258", "replace").decode("cp1252", "replace")


@channel("substitute", prior=0.5)
def cp1250_bestfit(text: str) -> str:
    """A Windows program set to Central European stores Unicode in an ANSI column.

    The page has á â ă đ é í ó ô ú ý; the rest of Latin-1 loses its marks.

    >>> cp1250_bestfit("Đường về nhà văn hoá")
    'Đu?ng v? nha văn hoá'
    """
    return _fit(text, "cp1250")


@channel("substitute", prior=0.5)
def cp1251_bestfit(text: str) -> str:
    """A Windows program set to Cyrillic stores Unicode in an ANSI column.

    >>> cp1251_bestfit("Đường về nhà văn hoá")
    'Du?ng v? nha van hoa'
    """
    return _fit(text, "cp1251")


@channel("substitute", prior=0.0)
def cp1253_bestfit(text: str) -> str:
    """A Windows program set to Greek stores Unicode in an ANSI column: as `cp1251_bestfit` does.

    >>> cp1253_bestfit("Đường về nhà văn hoá")
    'Du?ng v? nha van hoa'
    """
    return _fit(text, "cp1253")
