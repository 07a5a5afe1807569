"""OpenDocument texts, sheets and presentations: text in the fonts that their styles name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import first_font
from vnclean.formats.base import RecordError
from vnclean.formats.office.package import Node, OfficeFormat, OfficePart, font_attributes
from vnclean.formats.office.sheets import formula_literals
from vnclean.formats.office.xml_tags import (
    XML_TEXT,
    Tag,
    attribute,
    attribute_escape,
    attribute_span,
    tags,
)
from vnclean.formats.spans.package import part_text
from vnclean.formats.spans.span import OBJECT
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = ["OpenDocument", "OpenFonts"]

_NAMES = {
    "style:font-face": ("svg:font-family",),
    "style:text-properties": ("fo:font-family",),
}
_FAMILIES = {
    "table:style-name": "table-cell",
    "draw:style-name": "graphic",
    "presentation:style-name": "presentation",
    "chart:style-name": "chart",
    "draw:text-style-name": "paragraph",
}
_WITH_STYLE = re.compile(r"(?:table:(?:covered-)?table-cell|draw:\w|chart:\w).*")
_PARAGRAPHS = frozenset({"text:p", "text:h"})
_BETWEEN = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
_WITHOUT_WIDTH = re.compile(
    r"text:(?:span|a|bookmark.*|soft-page-break|change.*|reference-mark.*|toc-mark.*|"
    r"alphabetical-index-mark.*|ruby.*|meta.*)|office:annotation-end|presentation:.*"
)
_TITLES = frozenset("svg:title svg:desc number:text dc:creator".split())
_META = frozenset(
    "dc:title dc:subject dc:description dc:creator meta:keyword meta:user-defined "
    "meta:initial-creator meta:printed-by".split()
)
_MANY = 1 << 14
"""More columns than any sheet has."""

Chain = tuple[tuple[str, str], ...]
"""Families and names of styles, the nearest to the text last."""


@dataclass
class OpenFonts:
    """The styles of a document that name fonts, or have a parent that may."""

    faces: dict[str, str] = field(default_factory=dict)
    fonts: dict[tuple[str, str], str] = field(default_factory=dict)
    parents: dict[tuple[str, str], str] = field(default_factory=dict)
    _known: dict[Chain, str] = field(default_factory=dict)

    def read(self, source: str) -> OpenFonts:
        """Add the styles of a part; those of its own hide others of the same name."""
        style: tuple[str, str] = ("", "")
        for tag in tags(source):
            if tag.name == "office:body":
                break
            if tag.name == "style:font-face":
                family = first_font(attribute(tag, "svg:font-family"))
                self.faces[attribute(tag, "style:name")] = family
            elif tag.name == "style:style" and tag.kind != "close":
                style = attribute(tag, "style:family"), attribute(tag, "style:name")
                self.fonts.pop(style, None)
                self.parents[style] = attribute(tag, "style:parent-style-name")
            elif tag.name == "style:default-style" and tag.kind != "close":
                style = attribute(tag, "style:family"), ""
            elif tag.name in ("style:style", "style:default-style"):
                style = ("", "")
            elif tag.name == "style:text-properties" and style[0]:
                font = self._named(tag)
                if font:
                    self.fonts[style] = font
        return self

    def _named(self, tag: Tag) -> str:
        face = attribute(tag, "style:font-name")
        return self.faces.get(face, face) or first_font(attribute(tag, "fo:font-family"))

    def of(self, chain: Chain) -> str:
        """Return the font of text within elements of these styles."""
        font = self._known.get(chain)
        if font is None:
            font = next(filter(None, map(self._of_style, reversed(chain))), "")
            for family in dict.fromkeys(family for family, _ in reversed(chain)):
                font = font or self.fonts.get((family, ""), "")
            font = font or self.fonts.get(("paragraph", ""), "")
            self._known[chain] = font
        return font

    def _of_style(self, style: tuple[str, str]) -> str:
        seen = set()
        while style[1] and style not in seen:
            if font := self.fonts.get(style):
                return font
            seen.add(style)
            style = style[0], self.parents.get(style, "")
        return ""


class _Columns:
    """The styles that the columns of a table give their cells."""

    def __init__(self) -> None:
        self._ends: list[tuple[int, str]] = []
        self._at = 0

    def column(self, tag: Tag) -> None:
        end = (self._ends[-1][0] if self._ends else 0) + _repeated(tag)
        self._ends.append((min(end, _MANY), attribute(tag, "table:default-cell-style-name")))

    def row(self) -> None:
        self._at = 0

    def cell(self, tag: Tag) -> str:
        style = next((style for end, style in self._ends if self._at < end), "")
        self._at += _repeated(tag)
        return style


def _repeated(tag: Tag) -> int:
    number = attribute(tag, "table:number-columns-repeated")
    return min(int(number), _MANY) if number.isdecimal() and number != "0" else 1


def document_nodes(fonts: OpenFonts, source: str) -> Iterator[Node]:
    """Yield the text of a part, which is one text: its paragraphs are lines of it."""
    joint: str | None = None
    tables: list[_Columns] = []
    path: list[tuple[str, Chain, int]] = []
    row_style = ""
    inside = 0
    for tag in tags(source):
        name, kind = tag.name, tag.kind
        if tag.start > tag.before and inside:
            chain = path[-1][1]
            yield Node(tag.before, tag.start, XML_TEXT, joint, "", fonts.of(chain))
            joint = ""
        elif tag.start > tag.before and path and kind == "close" and name in _TITLES:
            yield Node(tag.before, tag.start, XML_TEXT, None, name, None)
            joint = None
        if kind == "other":
            continue
        if name in _PARAGRAPHS:
            joint = joint if joint is None else "\n"
        elif (
            inside
            and kind != "close"
            and joint not in (None, "\n")
            and not _WITHOUT_WIDTH.fullmatch(name)
        ):
            joint = _BETWEEN.get(name, OBJECT)
        if kind == "close":
            if path:
                inside = path.pop()[2]
            if name == "table:table" and tables:
                tables.pop()
            continue
        chain = path[-1][1] if path else ()
        if name == "table:table":
            tables.append(_Columns())
        elif name == "table:table-column" and tables:
            tables[-1].column(tag)
        elif name == "table:table-row" and tables:
            tables[-1].row()
            row_style = attribute(tag, "table:default-cell-style-name")
        elif _WITH_STYLE.match(name):
            chain = _with_styles(tag, chain)
            if name.endswith("table-cell") and tables:
                column = tables[-1].cell(tag)
                if not attribute(tag, "table:style-name"):
                    chain = (*chain, ("table-cell", row_style or column))
                yield from _cell_nodes(source, tag, fonts.of(chain))
        elif name in _PARAGRAPHS or name == "text:span":
            family = "text" if name == "text:span" else "paragraph"
            chain = (*chain, (family, attribute(tag, "text:style-name")))
        if kind == "open":
            path.append((name, chain, inside))
            inside = int(name in _PARAGRAPHS or (bool(inside) and _is_inline(name)))


def _is_inline(name: str) -> bool:
    """Say whether the characters in an element of a paragraph belong to the paragraph."""
    return name.startswith("text:") and name not in (
        "text:note",
        "text:note-body",
        "text:tracked-changes",
    )


def _with_styles(tag: Tag, chain: Chain) -> Chain:
    for name, family in _FAMILIES.items():
        if style := attribute(tag, name):
            chain = (*chain, (family, style))
    return chain


def _cell_nodes(source: str, tag: Tag, font: str) -> Iterator[Node]:
    """Yield the strings in the formula of a cell, and the one that it last came to."""
    if span := attribute_span(tag, "table:formula"):
        yield from formula_literals(source[slice(*span)], span[0], font)
    if (span := attribute_span(tag, "office:string-value")) and span[0] < span[1]:
        yield Node(*span, attribute_escape(source, span[0]), None, "value", font)


def meta_nodes(source: str) -> Iterator[Node]:
    """Yield what a document says of itself; no font is known of that."""
    for tag in tags(source):
        if tag.kind == "close" and tag.name in _META and tag.start > tag.before:
            yield Node(tag.before, tag.start, XML_TEXT, None, tag.name.rpartition(":")[2])


@dataclass(frozen=True)
class OpenDocument(OfficeFormat):
    """An OpenDocument text, sheet, presentation or drawing, with charts and notes in it.

    The font of each piece is its charset.
    """

    name: ClassVar[str] = "odf"
    suffixes: ClassVar[tuple[str, ...]] = (
        ".odt", ".ods", ".odp", ".odg", ".ott", ".ots", ".otp", ".otg",
    )  # fmt: skip

    def office_parts(self, package: ZipArchive, evidence: FontEvidence) -> Iterator[OfficePart]:
        """Yield the parts in order of their names."""

        def source(name: str) -> str:
            return part_text(package.read(name))[0] if name in package.names else ""

        if "encryption-data" in source("META-INF/manifest.xml"):
            raise RecordError("it is encrypted: save it without a password")
        named = partial(font_attributes, _NAMES)
        for name in sorted(package.names):
            folder, _, file = name.rpartition("/")
            inside = f"{folder}/" if folder else ""
            if file in ("content.xml", "styles.xml") and not name.startswith("META-INF/"):
                fonts = OpenFonts().read(source(f"{inside}styles.xml"))
                if file == "content.xml":
                    fonts.read(source(name))
                yield OfficePart(name, partial(document_nodes, fonts), named)
            elif name == "meta.xml":
                yield OfficePart(name, meta_nodes)
