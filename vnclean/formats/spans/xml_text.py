"""XML files, and those that are XML for a purpose: translations (XLIFF, Qt), resources of .NET."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from vnclean.formats.base import RecordError
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.markup_spans import MarkupRules, markup_spans
from vnclean.formats.spans.span import TextSpan

__all__ = ["Xml", "declare_xml_utf8", "says_other_encoding"]

_DECLARED = re.compile(r"""(<\?xml\s[^<>?]*?\bencoding\s*=\s*["'])([\w.:-]+)""")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)([^<>]*)>")
_HEAD = 8 << 10
_TYPED = re.compile(r"\b(?:type|mimetype)\s*=")
_VIETNAMESE = re.compile(r"""(?:source-language|srcLang|sourcelanguage)\s*=\s*["']vi\b""", re.I)

_GENERAL = MarkupRules(
    inline=frozenset("a abbr b em emphasis font i s small span strong sub sup u".split()),
    objects=frozenset({"img"}),
    attributes=frozenset(
        "abstract alt caption comment description hint label placeholder summary text title "
        "tooltip".split()
    ),
)
_CODES = "bpt bx cp ec ept ex it pc ph sc sm em x"
_XLIFF = MarkupRules(
    within=frozenset({"target", "note"}),
    without=frozenset("alt-trans bpt ept it ph".split()),
    inline=frozenset({*_CODES.split(), "g", "mrk"}),
    objects=frozenset({"ph", "x"}),
)
_QT = MarkupRules(within=frozenset({"translation", "translatorcomment"}))
_RESX = MarkupRules(
    within=frozenset({"value", "comment"}),
    skips=lambda name, attributes: (
        name == "resheader" or (name == "data" and bool(_TYPED.search(attributes)))
    ),
)


def says_other_encoding(source: str) -> bool:
    """Say whether an XML source declares an encoding that can't write every letter.

    >>> says_other_encoding('<?xml version="1.0" encoding="us-ascii"?>')
    True
    """
    found = _DECLARED.search(source[:_HEAD])
    return found is not None and not found[2].lower().startswith("utf")


def declare_xml_utf8(source: str) -> str:
    """Return an XML source that declares UTF-8 where it declares an encoding."""
    found = _DECLARED.search(source[:_HEAD])
    if found is None or found[2].lower() == "utf-8":
        return source
    return f"{source[: found.start(2)]}UTF-8{source[found.end(2) :]}"


def _rules(source: str) -> MarkupRules:
    """Return what is text, by the name of the first element."""
    head = source[: _HEAD * 8]
    root = next((found for found in _ROOT.finditer(head)), None)
    name = root[1].rpartition(":")[2] if root is not None else ""
    rules = {"xliff": _XLIFF, "TS": _QT, "root": _RESX}.get(name, _GENERAL)
    if name == "root" and "resheader" not in head:
        return _GENERAL
    if rules in (_XLIFF, _QT) and _VIETNAMESE.search(head):
        return replace(rules, within=rules.within | {"source"})
    return rules


@dataclass(frozen=True)
class Xml(SpanFormat):
    """XML: text and a few attributes; of XLIFF and Qt the translations, of .resx the values.

    What the file declares of its encoding is kept true. Nothing is expanded or fetched.

    >>> [piece[:2] for piece in Xml().spans("<a title='b' id='c'><d>đ</d></a>")]
    [(10, 11), (23, 24)]
    """

    name: ClassVar[str] = "xml"
    suffixes: ClassVar[tuple[str, ...]] = (".xml", ".xlf", ".xliff", ".resx", ".rss", ".opml")

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Yield the texts of the source as one."""
        if not source.lstrip(" \t\r\n").startswith("<"):
            raise RecordError("malformed markup in line 1: it does not begin with a tag")
        ascii_only = says_other_encoding(source) and source.isascii()
        return markup_spans(source, _rules(source), ascii_only)

    def declared_encoding(self, source: str) -> str:
        """Return the encoding that the file declares."""
        found = _DECLARED.search(source[:_HEAD])
        return found[2] if found is not None else ""

    def declare_utf8(self, source: str) -> str:
        """Say that the file is UTF-8."""
        return declare_xml_utf8(source)
