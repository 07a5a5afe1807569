"""XML as a row of tags with the text between them: every tag knows where it stands in the source.

The parser of the standard library says whether a source is XML at all; the places come from a
pattern, because what is not text has to stay as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple
from xml.parsers import expat

from vnclean.formats.base import RecordError
from vnclean.formats.spans.markup import xml_escape
from vnclean.formats.spans.span import Escape

__all__ = [
    "LITERAL",
    "XML_TEXT",
    "Tag",
    "attribute",
    "attribute_escape",
    "attribute_span",
    "check_xml",
    "keep_blanks",
    "tags",
]

_TAG = re.compile(
    r"<(?:(?P<close>/)?(?P<name>[^\s<>/!?\"'=]+)(?P<attributes>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)"
    r"(?P<empty>/)?>|!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>)",
    re.S,
)
_NAMESPACE = re.compile(r"xmlns:([\w.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_OFFICE = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"

_PREFIXES = {
    "wordprocessingml/main": "w",
    "spreadsheetml/main": "x",
    "presentationml/main": "p",
    "drawingml/main": "a",
    "drawingml/chart": "c",
    "drawingml/diagram": "dgm",
    "officeDocument/relationships": "r",
    "officeDocument/math": "m",
    "officeDocument/docPropsVTypes": "vt",
}
"""The prefix by which a namespace of Office Open XML is known, whatever a document calls it."""
_OASIS_PREFIXES = {
    "datastyle": "number",
    "drawing": "draw",
    "svg-compatible": "svg",
    "xsl-fo-compatible": "fo",
}
"""The same for OpenDocument, where it is not the namespace's own name."""


class Tag(NamedTuple):
    """A tag; `start` and `end` are its bounds, `before` is where the text in front of it begins.

    `name` has the usual prefix of its namespace. `kind` is "open", "close", "empty" or "other" (a
    comment, CDATA, a processing instruction).
    """

    kind: str
    name: str
    attributes: str
    before: int
    start: int
    end: int


XML_TEXT = xml_escape()
"""How characters are written between tags."""


def attribute_escape(source: str, start: int) -> Escape:
    """Return how characters are written in an attribute whose value begins at an offset."""
    return xml_escape(source[start - 1])


def _encode_literal(text: str, written: str) -> str:
    if '"' in text:
        raise ValueError("it would end the string")
    return xml_escape('"').encode(text, written)


LITERAL = replace(xml_escape('"'), encode=_encode_literal)
"""How characters are written in a string of a formula."""


def check_xml(data: bytes | str, name: str) -> None:
    """Raise RecordError where bytes are no XML, or have a document type, as no Office writes."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise RecordError(f"its part {name} has a document type, which is not safe to read")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except RecordError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # or an encoding that is none
        raise RecordError(f"its part {name} is no XML: {error}") from None


def _prefixes(source: str) -> dict[str, str]:
    """Return the usual prefix for each prefix of a source that has another."""
    found: dict[str, str] = {}
    for match in _NAMESPACE.finditer(source):
        address = match[2] or match[3] or ""
        usual = ""
        if address.startswith(_OFFICE):
            parts = address[len(_OFFICE) :].split("/")
            usual = _PREFIXES.get("/".join([parts[0], *parts[2:]]), "")
        elif address.startswith(_STRICT):
            usual = _PREFIXES.get(address[len(_STRICT) :], "")
        elif address.startswith(_OASIS):
            name = address[len(_OASIS) :].split(":")[0]
            usual = _OASIS_PREFIXES.get(name, name)
        if usual and usual != match[1]:
            found[match[1]] = usual
    return found


def _default_prefix(source: str) -> str:
    """Return the usual prefix of the names that a source writes without one."""
    found = re.search(r"\sxmlns\s*=\s*[\"']([^\"']*)[\"']", source[:10_000])
    if found is None:
        return ""
    return next(iter(_prefixes(f'xmlns:-="{found[1]}"').values()), "")


def tags(source: str) -> Iterator[Tag]:
    """Yield the tags of a source, in order.

    >>> [(tag.kind, tag.name) for tag in tags("<w:t>a</w:t><w:br/>")]
    [('open', 'w:t'), ('close', 'w:t'), ('empty', 'w:br')]
    """
    prefixes, default = _prefixes(source), _default_prefix(source)
    names: dict[str, str] = {}
    at = 0
    for found in _TAG.finditer(source):
        start, end = found.span()
        raw = found["name"]
        if raw is None:
            yield Tag("other", "", "", at, start, end)
        else:
            name = names.get(raw)
            if name is None:
                prefix, colon, local = raw.rpartition(":")
                prefix = prefixes.get(prefix, prefix) if colon else default
                names[raw] = name = f"{prefix}:{local}" if prefix else local
            kind = "close" if found["close"] else "empty" if found["empty"] else "open"
            yield Tag(kind, name, found["attributes"], at, start, end)
        at = end


def attribute(tag: Tag, name: str) -> str:
    """Return the value of an attribute, whatever its prefix; "" where there is none.

    >>> attribute(next(tags('<w:rFonts w:ascii=".VnTime"/>')), "ascii")
    '.VnTime'
    """
    if name not in tag.attributes:
        return ""
    found = _attribute(name).search(tag.attributes)
    if found is None:
        return ""
    try:
        return XML_TEXT.decode(found[1] if found[1] is not None else found[2])
    except ValueError:
        return ""


def attribute_span(tag: Tag, name: str) -> tuple[int, int] | None:
    """Return where the value of an attribute stands in the source, without its quotes."""
    found = _attribute(name).search(tag.attributes) if name in tag.attributes else None
    if found is None:
        return None
    shift = tag.end - 1 - (tag.kind == "empty") - len(tag.attributes)
    group = 1 if found[1] is not None else 2
    return found.start(group) + shift, found.end(group) + shift


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _attribute(name: str) -> re.Pattern[str]:
    known = _PATTERNS.get(name)
    if known is None:
        known = _PATTERNS[name] = re.compile(
            rf"(?:^|[\s:]){re.escape(name)}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
        )
    return known


_TEXT = re.compile(r"<((?!a:)(?:\w+:)?(?:t|delText))(\s[^<>]*)?>([^<>]*)</\1>")


def keep_blanks(old: str, new: str) -> str:
    """Return a source whose texts keep the blanks that they begin or end with only now.

    Word and Excel leave such blanks out where a text does not ask for them.

    >>> keep_blanks("<t>\u0301 a</t><t> b</t>", "<t> a</t><t> b</t>")
    '<t xml:space="preserve"> a</t><t> b</t>'
    """
    before = [_has_outer_blank(found[3]) for found in _TEXT.finditer(old)]
    pieces: list[str] = []
    at = 0
    for had, found in zip(before, _TEXT.finditer(new), strict=False):
        if not had and _has_outer_blank(found[3]) and "space" not in (found[2] or ""):
            pieces += new[at : found.end(1)], ' xml:space="preserve"'
            at = found.end(1)
    pieces.append(new[at:])
    return "".join(pieces)


def _has_outer_blank(text: str) -> bool:
    return text[:1].isspace() or text[-1:].isspace()
