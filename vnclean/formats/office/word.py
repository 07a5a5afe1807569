"""Word documents: the text of all stories, each run in the font that Word resolves for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import charset_of_font
from vnclean.formats.office.drawing import (
    DRAWING_FONTS,
    chart_nodes,
    drawing_nodes,
    property_nodes,
    theme_fonts,
)
from vnclean.formats.office.package import Node, OfficeFormat, OfficePart, font_attributes, no_nodes
from vnclean.formats.office.xml_tags import (
    XML_TEXT,
    Tag,
    attribute,
    attribute_escape,
    attribute_span,
    tags,
)
from vnclean.formats.spans.package import part_text
from vnclean.formats.spans.span import OBJECT, Escape
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = ["Word"]

_STORY = re.compile(
    r"word/(glossary/)?(document|header\d*|footer\d*|footnotes|endnotes|comments)\d*\.xml"
)
_SLOTS = ("hAnsi", "ascii")
"""The fonts of letters beyond ASCII and of others; those of Asian and right-to-left text aside."""
_BETWEEN = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": OBJECT}
_WITHOUT_WIDTH = frozenset(
    "w:r w:rPr w:t w:delText w:proofErr w:bookmarkStart w:bookmarkEnd w:softHyphen "
    "w:lastRenderedPageBreak w:permStart w:permEnd w:commentRangeStart w:commentRangeEnd".split()
)

_NAMES = {"w:rFonts": ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"), **DRAWING_FONTS}

Fonts = dict[str, str]
"""The font of each slot that something names."""


@dataclass
class _WordStyle:
    based_on: str = ""
    fonts: Fonts = field(default_factory=dict)


@dataclass
class WordFonts:
    """What the styles of a document say of fonts; every run asks `of`."""

    theme: dict[str, str] = field(default_factory=dict)
    defaults: Fonts = field(default_factory=dict)
    styles: dict[tuple[str, str], _WordStyle] = field(default_factory=dict)
    default_styles: dict[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def read(cls, styles: str, theme: str) -> WordFonts:
        """Read the parts styles.xml and theme1.xml."""
        found = cls(theme_fonts(theme))
        style = _WordStyle()
        kind = name = ""
        path: list[str] = []
        for tag in tags(styles):
            if tag.kind == "close":
                if path:
                    path.pop()
                continue
            if tag.name == "w:style":
                kind, name = attribute(tag, "type"), attribute(tag, "styleId")
                style = found.styles.setdefault((kind, name), _WordStyle())
                if attribute(tag, "default") in ("1", "true", "on"):
                    found.default_styles[kind] = name
            elif tag.name == "w:basedOn":
                style.based_on = attribute(tag, "val")
            elif tag.name == "w:rFonts" and path[-2:] == ["w:style", "w:rPr"]:
                style.fonts |= found.named(tag.attributes)
            elif tag.name == "w:rFonts" and "w:rPrDefault" in path:
                found.defaults |= found.named(tag.attributes)
            if tag.kind == "open":
                path.append(tag.name)
        return found

    def named(self, attributes: str) -> Fonts:
        """Return the fonts that the attributes of `rFonts` name; a font of the theme goes first."""
        tag = Tag("empty", "w:rFonts", attributes, 0, 0, 0)
        found = {}
        for slot in _SLOTS:
            theme = attribute(tag, f"{slot}Theme")
            name = self.theme.get(theme[:5]) if theme else attribute(tag, slot)
            if name:
                found[slot] = name
        return found

    def of(self, table: str, paragraph: str, character: str, direct: str) -> str:
        """Return the font of a run: its own, or of a style, its paragraph, its table, the default.

        Where letters and ASCII are in different fonts, an old font counts before one of Unicode.
        """
        key = (table, paragraph, character, direct)
        font = self._known.get(key)
        if font is None:
            fonts = dict(self.defaults)
            paragraph = paragraph or self.default_styles.get("paragraph", "")
            for kind, name in (
                ("table", table),
                ("paragraph", paragraph),
                ("character", character),
            ):
                fonts |= self._of_style(kind, name)
            fonts |= self.named(direct)
            names = [fonts[slot] for slot in _SLOTS if slot in fonts]
            font = next(filter(charset_of_font, names), names[0] if names else "")
            self._known[key] = font
        return font

    def _of_style(self, kind: str, name: str) -> Fonts:
        chain: list[_WordStyle] = []
        seen = set()
        while name and name not in seen and (style := self.styles.get((kind, name))):
            seen.add(name)
            chain.append(style)
            name = style.based_on
        fonts: Fonts = {}
        for style in reversed(chain):
            fonts |= style.fonts
        return fonts


@dataclass
class _Paragraph:
    style: str = ""
    table: str = ""


_HYPHEN = re.compile(r"<([\w.-]+:)?softHyphen\s*/>")
_HYPHEN_TEXT = re.compile(r"<(?:[\w.-]+:)?t>([^<>]*)</(?:[\w.-]+:)?t>")


def _decode_hyphen(written: str) -> str:
    if _HYPHEN.fullmatch(written):
        return "\xad"
    found = _HYPHEN_TEXT.fullmatch(written)
    return XML_TEXT.decode(found[1]) if found else ""


def _encode_hyphen(text: str, written: str) -> str:
    found = _HYPHEN.fullmatch(written)
    if text == "\xad" and found:
        return written
    prefix = (found[1] if found else None) or ""
    return f"<{prefix}t>{XML_TEXT.encode(text, '')}</{prefix}t>" if text else ""


SOFT_HYPHEN = Escape(re.compile(r"<[^<>]*>(?:[^<>]*</[^<>]*>)?"), _decode_hyphen, _encode_hyphen)
"""How LibreOffice writes a soft hyphen, which in an old font is the letter ư."""


def story_nodes(fonts: WordFonts, source: str) -> Iterator[Node]:
    """Yield the text of a story, which is one text: its paragraphs are lines of it."""
    paragraphs: list[_Paragraph] = [_Paragraph()]
    tables: list[str] = []
    joint: str | None = None
    style = direct = ""
    in_run_properties = 0
    holder = ""
    for tag in tags(source):
        name, kind = tag.name, tag.kind
        if name in ("w:t", "w:delText"):
            if kind == "open":
                holder = name
            elif kind == "close" and holder:
                if tag.start > tag.before:
                    here = paragraphs[-1]
                    font = fonts.of(here.table, here.style, style, direct)
                    yield Node(tag.before, tag.start, XML_TEXT, joint, "", font)
                    joint = ""
                holder = ""
            continue
        if name == "w:p":
            joint = None if joint is None else "\n"
            if kind == "open":
                paragraphs.append(_Paragraph(table=tables[-1] if tables else ""))
            elif kind == "close" and len(paragraphs) > 1:
                paragraphs.pop()
        elif name == "w:r" and kind != "close":
            style = direct = ""
        elif name == "w:rPr":
            in_run_properties += (kind == "open") - (kind == "close")
        elif name == "w:rStyle":
            style = attribute(tag, "val")
        elif name == "w:rFonts":
            direct = tag.attributes
        elif name == "w:pStyle":
            paragraphs[-1].style = attribute(tag, "val")
        elif name == "w:pPr" and kind == "close":
            style = direct = ""  # of the paragraph's mark, which is no text
        elif name == "w:tbl":
            if kind == "open":
                tables.append("")
            elif kind == "close" and tables:
                tables.pop()
        elif name == "w:tblStyle" and tables:
            tables[-1] = attribute(tag, "val")
        elif name == "w:softHyphen" and kind == "empty":
            here = paragraphs[-1]
            font = fonts.of(here.table, here.style, style, direct)
            charset = charset_of_font(font)
            if charset is not None and "tcvn3" in (charset.name, charset.capitals_of):
                yield Node(tag.start, tag.end, SOFT_HYPHEN, joint, "", font)
                joint = ""
        elif name in _BETWEEN and not in_run_properties and kind != "close":
            if joint is not None and joint != "\n":
                joint = _BETWEEN[name]
        elif joint == "" and not in_run_properties and _is_object(tag):
            joint = OBJECT


def _is_object(tag: Tag) -> bool:
    """Say whether a tag stands for something that is seen, between two pieces of text."""
    return tag.name in (
        "w:drawing", "w:pict", "w:object", "w:sym", "w:footnoteReference", "w:endnoteReference",
        "m:oMath", "w:pgNum",
    )  # fmt: skip


def number_nodes(fonts: WordFonts, source: str) -> Iterator[Node]:
    """Yield what stands around the numbers of lists (`Điều %1.`), in the fonts of their levels."""
    span: tuple[int, int] | None = None
    direct = ""
    for tag in tags(source):
        if tag.name == "w:lvl" and tag.kind == "open":
            span, direct = None, ""
        elif tag.name == "w:lvlText":
            span = attribute_span(tag, "val")
        elif tag.name == "w:rFonts":
            direct = tag.attributes
        elif tag.name == "w:lvl" and tag.kind == "close" and span is not None and span[0] < span[1]:
            yield Node(
                *span,
                attribute_escape(source, span[0]),
                None,
                "numbering",
                fonts.of("", "", "", direct),
            )


@dataclass(frozen=True)
class Word(OfficeFormat):
    """A Word document: text in all stories, also of lists, boxes, charts, comments, properties.

    The font of each run is its charset; see `FontEvidence` for documents that lie.
    """

    name: ClassVar[str] = "docx"
    suffixes: ClassVar[tuple[str, ...]] = (".docx", ".docm", ".dotx", ".dotm")

    def office_parts(self, package: ZipArchive, evidence: FontEvidence) -> Iterator[OfficePart]:
        """Yield the stories, then what holds text beside them, then what only names fonts."""

        def source(name: str) -> str:
            return part_text(package.read(name))[0] if name in package.names else ""

        names = sorted(package.names)
        named = partial(font_attributes, _NAMES)
        theme = next(
            (name for name in names if re.fullmatch(r"word/theme/theme\d*\.xml", name)), ""
        )
        main = WordFonts.read(source("word/styles.xml"), source(theme))
        glossary = WordFonts.read(source("word/glossary/styles.xml"), source(theme))
        for name in names:
            fonts = glossary if name.startswith("word/glossary/") else main
            if _STORY.fullmatch(name):
                yield OfficePart(name, partial(story_nodes, fonts), named)
            elif re.fullmatch(r"word/(glossary/)?numbering\.xml", name):
                yield OfficePart(name, partial(number_nodes, fonts), named)
            elif re.fullmatch(r"word/(glossary/)?styles\.xml", name):
                yield OfficePart(name, no_nodes, named)
            elif re.fullmatch(r"word/charts/chart[^/]*\.xml", name):
                yield OfficePart(name, partial(chart_nodes, main.theme), named)
            elif re.fullmatch(r"word/(diagrams/(data|drawing)|drawings/drawing)\d*\.xml", name):
                yield OfficePart(name, partial(drawing_nodes, main.theme), named)
            elif re.fullmatch(r"word/theme/theme\d*\.xml", name):
                yield OfficePart(name, no_nodes, named)
            elif re.fullmatch(r"docProps/(core|app|custom)\.xml", name):
                yield OfficePart(name, property_nodes)
