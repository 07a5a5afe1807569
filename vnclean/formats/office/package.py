"""What all Office packages share: texts with their fonts, evidence of these, and new fonts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import charset_of_font, modern_font
from vnclean.formats.base import Chunk, Reject, Rewritten, Visitor
from vnclean.formats.office.xml_tags import attribute_span, check_xml, keep_blanks, tags
from vnclean.formats.spans.exchange import decoded
from vnclean.formats.spans.package import PackageFormat, Part, part_text
from vnclean.formats.spans.span import OBJECT, Escape, TextSpan
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = [
    "Node",
    "OfficeFormat",
    "OfficePart",
    "evident_spans",
    "font_attributes",
    "gather_evidence",
    "is_symbols",
    "no_nodes",
]

Places = Callable[[str], Iterable[tuple[int, int]]]
"""Gives the spans of a source in which the name of a font is written."""

_QUOTES = {"&apos;": "'", "&quot;": '"'}
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What an encrypted package begins with, and a document of Office 97."""
_SYMBOLS = re.compile(
    r"symbol|.*dingbats?|webdings|wingdings.*|mt extra|marlett|.*ornaments?", re.I
)


class Node(NamedTuple):
    """A stretch of text in a source, with the font it is set in; see `TextSpan` for the rest.

    `font` None is for text of which no font is known.
    """

    start: int
    end: int
    escape: Escape
    joint: str | None = None
    key: str = ""
    font: str | None = None


class OfficePart(NamedTuple):
    """A part of a package: its name, what finds its texts, and where it names fonts.

    `follow` makes what else has to change where texts did.
    """

    name: str
    nodes: Callable[[str], Iterable[Node]]
    fonts: Places | None = None
    follow: Callable[[str], str] | None = None


def no_nodes(source: str) -> Iterable[Node]:
    """Yield nothing: for parts that only name fonts."""
    return ()


def font_attributes(names: Mapping[str, Sequence[str]], source: str) -> Iterator[tuple[int, int]]:
    """Yield where attributes name fonts, given by the tags that have them."""
    for tag in tags(source):
        for name in names.get(tag.name, ()):
            if (span := attribute_span(tag, name)) is not None:
                yield span


def is_symbols(font: str | None) -> bool:
    """Say whether a font has pictures in the places of letters.

    >>> is_symbols("Wingdings 2"), is_symbols("Times New Roman")
    (True, False)
    """
    return bool(font) and _SYMBOLS.fullmatch(font or "") is not None


@dataclass(frozen=True)
class OfficeFormat(PackageFormat):
    """A package of XML parts in which text is set in fonts; one of its own gives `office_parts`.

    `fonts` is what old fonts become where text in them became Unicode; "" is for one that looks
    like each.
    """

    fonts: str = ""

    def office_parts(self, package: ZipArchive, evidence: FontEvidence) -> Iterable[OfficePart]:
        """Return the parts that hold text or name fonts, in a fixed order.

        The evidence of fonts is complete once the texts of all of them have been read.
        """
        raise NotImplementedError

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts of all parts; a document that is encrypted is said to be."""
        if chunk.data.startswith(_COMPOUND):
            reason = (
                "it is encrypted, or in the format of Office 97 to 2003 in spite of its name: save "
                "it anew, without a password"
            )
            return Rewritten(b"", [Reject(0, reason, chunk.data)], 1)
        return super().rewrite(chunk, visit)

    def parts(self, package: ZipArchive) -> Iterator[Part]:
        """Yield the parts, once the texts of all have told what their fonts mean."""
        evidence = FontEvidence()
        found = list(self.office_parts(package, evidence))
        checked: set[str] = set()
        for part in found:
            data = package.read(part.name)
            if part.name not in checked:
                check_xml(data, part.name)
                checked.add(part.name)
            if part.nodes is not no_nodes:
                gather_evidence(evidence, part.nodes, part_text(data)[0])
        for part in found:
            restyle = partial(_restyle, package, part, evidence, self.fonts)
            yield Part(part.name, partial(evident_spans, part.nodes, evidence), restyle)


def _span(node: Node) -> TextSpan:
    return TextSpan(node.start, node.end, node.escape, node.joint, node.key)


def _stretches(
    nodes: Callable[[str], Iterable[Node]], source: str
) -> Iterator[tuple[list[Node], str]]:
    """Yield the nodes that lie side by side in one font, with what they say together.

    A word, and even a letter of two bytes, may be cut over several.
    """
    held: list[Node] = []
    parts: list[str] = []
    for node in nodes(source):
        if held and (node.joint != "" or node.font != held[0].font):
            yield held, "".join(parts)
            held, parts = [], []
        held.append(node)
        if node.font is None or charset_of_font(node.font) is not None:
            parts.append(decoded(source, _span(node)) or "")
    if held:
        yield held, "".join(parts)


def gather_evidence(
    evidence: FontEvidence, nodes: Callable[[str], Iterable[Node]], source: str
) -> None:
    """Take note of what the texts of a source say of their fonts."""
    for stretch, text in _stretches(nodes, source):
        if stretch[0].font:
            evidence.add(stretch[0].font, text)


def evident_spans(
    nodes: Callable[[str], Iterable[Node]], evidence: FontEvidence, source: str
) -> Iterator[TextSpan]:
    """Yield the texts of a source as spans, each with the charset that its font stands for."""
    joint: str | None = ""
    for stretch, text in _stretches(nodes, source):
        font = stretch[0].font
        if is_symbols(font):
            joint = None if None in (stretch[0].joint, joint) else OBJECT
            continue
        if font is None:
            charset = evidence.charset_without_font(text)
        else:
            charset = evidence.charset(font, text)
        for node in stretch:
            span = _span(node)._replace(charset=charset)
            if joint != "":  # behind a picture
                span = span._replace(joint=joint)
                joint = ""
            yield span


def _restyle(
    package: ZipArchive,
    part: OfficePart,
    evidence: FontEvidence,
    fonts: str,
    source: str,
    decoded: bool,
) -> str:
    """Return a part in which the old fonts that held legacy text have given way to others."""
    if part.nodes is not no_nodes:
        source = keep_blanks(part_text(package.read(part.name))[0], source)
    if part.follow is not None:
        source = part.follow(source)
    pieces: list[str] = []
    at = 0
    if not decoded or part.fonts is None:
        return source
    for start, end in sorted(part.fonts(source)):
        if evidence.is_legacy(font := unescape(source[start:end], _QUOTES)):
            pieces += source[at:start], escape(fonts or modern_font(font), {'"': "&quot;"})
            at = end
    pieces.append(source[at:])
    return "".join(pieces)
