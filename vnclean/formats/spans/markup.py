"""How XML and HTML write characters: references, and what must not stand there as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from vnclean.caches import cached, cached_table
from vnclean.formats.spans.span import Escape

__all__ = ["html_escape", "is_reference", "xml_escape"]

_REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_UNIT = re.compile(rf"{_REFERENCE.pattern}|.", re.S)
_XML = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 has no way to write."""


@cached_table
def _html_names() -> Mapping[str, str]:
    from html.entities import html5

    return {name[:-1]: text for name, text in html5.items() if name[-1] == ";" and len(text) == 1}


def is_reference(written: str, html: bool) -> bool:
    """Say whether a reference names a character without the help of a DTD.

    >>> is_reference("&#65;", False), is_reference("&eacute;", False)
    (True, False)
    """
    found = _REFERENCE.fullmatch(written)
    if found is None:
        return False
    return found[3] is None or found[3] in (_html_names() if html else _XML)


def _decode(names: str, written: str) -> str:
    if "&" not in written:
        return written
    known = _html_names() if names == "html" else _XML
    parts: list[str] = []
    at = 0
    for found in _REFERENCE.finditer(written):
        parts.append(written[at : found.start()])
        at = found.end()
        decimal, hexadecimal, name = found.groups()
        if name is not None:
            letter = known.get(name, "")
        else:
            code = int(decimal) if decimal else int(hexadecimal, 16)
            letter = chr(code) if 0 < code < 0x110000 else ""
        if not letter:
            raise ValueError(f"{found[0]} names no character")
        parts.append(letter)
    parts.append(written[at:])
    if names == "xml" and any("&" in part for part in parts[::2]):
        raise ValueError("a sign & that begins no reference")
    return "".join(parts)


def _encode(quote: str, ascii_only: bool, text: str, written: str) -> str:
    if _NO_XML.search(text):
        raise ValueError("a character that XML can't write")
    new = text.replace("&", "&amp;").replace("<", "&lt;")
    if "&gt;" in written or "]]>" in new:
        new = new.replace(">", "&gt;")
    if quote:
        new = new.replace(quote, "&quot;" if quote == '"' else "&apos;")
        new = re.sub("[\t\n\r]", lambda found: f"&#{ord(found[0])};", new)
    else:
        new = new.replace("\r", "&#13;") if "\r" not in written else new
    if ascii_only:
        new = re.sub("[^\x00-\x7f]", lambda found: f"&#x{ord(found[0]):X};", new)
    return new


@cached(16)
def xml_escape(quote: str = "", ascii_only: bool = False) -> Escape:
    """Return how XML writes text, in an attribute where a `quote` is given.

    `ascii_only` writes all other letters as references.

    >>> xml_escape().decode("a &lt; &#x1EA1;"), xml_escape('"').encode('a < "b"', "")
    ('a < ạ', 'a &lt; &quot;b&quot;')
    """
    return Escape(_UNIT, partial(_decode, "xml"), partial(_encode, quote, ascii_only))


@cached(16)
def html_escape(quote: str = "", ascii_only: bool = False) -> Escape:
    """Return how HTML writes text: as XML, with more names of characters, and & as it is.

    >>> html_escape().decode("caf&eacute;&nbsp;!")
    'café\\xa0!'
    """
    return Escape(_UNIT, partial(_decode, "html"), partial(_encode, quote, ascii_only))
