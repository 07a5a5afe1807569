"""Excel workbooks: shared strings, each in the font of the cells that show it, and what follows.

A string is stored once for all cells that show it. Where these are set in fonts that read it
differently (`.VnTime` and `.VnTimeH`), it is stored once more for each reading. The names of table
columns, filters and pivot tables are kept as the cells have them.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
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
from vnclean.formats.office.package import (
    Node,
    OfficeFormat,
    OfficePart,
    font_attributes,
    no_nodes,
)
from vnclean.formats.office.sheet_names import Following, SheetTable, names_in
from vnclean.formats.office.xml_tags import LITERAL, XML_TEXT, attribute, attribute_span, tags
from vnclean.formats.spans.package import part_text
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = ["Sheets", "WorkbookFonts", "formula_literals"]

_CELL = re.compile(r"<(?:\w+:)?c((?:\s[^<>]*?)?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_STYLE = re.compile(r"\ss\s*=\s*[\"'](\d+)")
_SHARED = re.compile(r"\st\s*=\s*[\"']s[\"']")
_WRITTEN = re.compile(r"\st\s*=\s*[\"'](inlineStr|str)[\"']")
_VALUE = re.compile(r"<(?:\w+:)?v[^<>]*>([^<>]*)<")
_FORMULA = re.compile(r"<(?:\w+:)?f(?:\s[^<>]*)?>([^<>]*)<")
_LITERAL = re.compile(r"(?:\"|&quot;)((?:[^\"&]|&(?!quot;)|\"\"|&quot;&quot;)*)(?:\"|&quot;)")
_CODE = re.compile(r"&amp;(?:(?:\"|&quot;)(.*?)(?:,.*?)?(?:\"|&quot;)|\d+|K[0-9A-Fa-f]{6}|.)", re.S)
"""What is no text in the head and foot of a sheet; group 1 is the name of a font."""
_RUN_FONT = re.compile(r"<(?:\w+:)?rFont\s+val\s*=\s*[\"']([^\"']*)")
_TOGETHER = 500
"""So many strings of a workbook are looked at as one text."""
_NAMES = {"x:rFont": ("val",), "x:name": ("val",), **DRAWING_FONTS}


@dataclass
class WorkbookFonts:
    """The fonts of a workbook: of each style of cells, of its theme, and of each string."""

    theme: dict[str, str] = field(default_factory=dict)
    styles: list[str] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    """The font in which a number format is used."""
    strings: dict[int, list[str]] = field(default_factory=dict)
    """The fonts of the cells that show a string; the first one is the font that it is read in."""

    @classmethod
    def read(cls, styles: str, theme: str) -> WorkbookFonts:
        """Read the parts styles.xml and theme1.xml."""
        found = cls(theme_fonts(theme))
        fonts: list[str] = []
        path: list[str] = []
        for tag in tags(styles):
            if tag.kind == "close":
                if path:
                    path.pop()
                continue
            if tag.name == "x:font" and path[-1:] == ["x:fonts"]:
                fonts.append("")
            elif tag.name == "x:name" and path[-2:] == ["x:fonts", "x:font"] and fonts:
                fonts[-1] = attribute(tag, "val")
            elif tag.name == "x:xf" and path[-1:] == ["x:cellXfs"]:
                number = attribute(tag, "fontId") or "0"
                known = number.isdecimal() and int(number) < len(fonts)
                font = fonts[int(number)] if known else ""
                found.styles.append(font)
                found.formats.setdefault(attribute(tag, "numFmtId"), font)
            if tag.kind == "open":
                path.append(tag.name)
        return found

    def of_style(self, attributes: str) -> str:
        """Return the font of a cell from the attributes of its tag."""
        found = _STYLE.search(attributes)
        number = int(found[1]) if found else 0
        return self.styles[number] if number < len(self.styles) else ""

    def note(self, sheet: str) -> None:
        """Take note of the strings that the cells of a sheet show, and in which fonts."""
        for cell in _CELL.finditer(sheet):
            if not cell[2] or not _SHARED.search(cell[1]):
                continue
            value = _VALUE.search(cell[2])
            if value is None or not value[1].strip().isdecimal():
                continue
            font = self.of_style(cell[1])
            fonts = self.strings.setdefault(int(value[1]), [font])
            if font not in fonts:
                fonts.append(font)
                fonts.sort(key=_priority)


def _priority(font: str) -> int:
    """Return in which font a string is read that is shown in several.

    What an old font reads is better in one of Unicode, too, but not its capitals.
    """
    charset = charset_of_font(font)
    return 1 if charset is None else 2 if charset.upper else 0


def string_nodes(fonts: WorkbookFonts, source: str) -> Iterator[Node]:
    """Yield the shared strings; some hundred of them are one text, of which each is a line."""
    number = -1
    joint: str | None = None
    run = ""
    inside = phonetic = False
    for tag in tags(source):
        name = tag.name
        if name == "x:si":
            if tag.kind != "close":
                number += 1
                joint = "\n" if number % _TOGETHER else None
                run = ""
        elif name == "x:r":
            run = ""
        elif name == "x:rPh":
            phonetic = tag.kind == "open"
        elif name == "x:rFont":
            run = attribute(tag, "val")
        elif name == "x:t":
            if tag.kind == "open":
                inside = True
            elif inside:
                inside = False
                if tag.start > tag.before and not phonetic:
                    font = run or fonts.strings.get(number, [""])[0]
                    yield Node(tag.before, tag.start, XML_TEXT, joint, "", font)
                    joint = ""


def sheet_nodes(fonts: WorkbookFonts, source: str) -> Iterator[Node]:
    """Yield what is written in a sheet itself: strings of its own, literals, head and foot."""
    number = 0
    for cell in _CELL.finditer(source):
        if cell[2] is None:
            continue
        written = _WRITTEN.search(cell[1])
        shift = cell.start(2)
        font = fonts.of_style(cell[1])
        if formula := _FORMULA.search(cell[2]):
            yield from formula_literals(formula[1], shift + formula.start(1), font)
        if written is None:
            continue
        if written[1] == "str":
            value = _VALUE.search(cell[2])
            if value is not None and value[1]:
                yield Node(shift + value.start(1), shift + value.end(1), XML_TEXT, None, "", font)
        else:
            yield from _rich(cell[2], shift, font, "", "\n" if number % _TOGETHER else None)
            number += 1
    end = source.rfind("</sheetData>") + 1 or source.rfind("sheetData") + 1
    for tag in tags(tail := source[end:]) if end else ():
        local = tag.name.rpartition(":")[2]
        if tag.kind != "close" or tag.start == tag.before:
            continue
        if local in ("formula1", "formula2", "formula"):
            yield from formula_literals(tail[tag.before : tag.start], end + tag.before, None)
        elif local.endswith(("Header", "Footer")):
            yield from _head_or_foot(tail[tag.before : tag.start], end + tag.before, fonts)


def formula_literals(formula: str, shift: int, font: str | None) -> Iterator[Node]:
    """Yield the strings of a formula that are not ASCII: what cells are compared with."""
    if formula.isascii() and "&#" not in formula:
        return
    for found in _LITERAL.finditer(formula):
        if not found[1].isascii() or "&#" in found[1]:
            start, end = _trimmed(formula, *found.span(1))
            yield Node(shift + start, shift + end, LITERAL, None, "formula", font)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the bounds of a stretch without blanks around it, which mean something here."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _head_or_foot(text: str, shift: int, fonts: WorkbookFonts) -> Iterator[Node]:
    font = usual = fonts.styles[0] if fonts.styles else ""
    at = 0
    for code in [*_CODE.finditer(text), None]:
        end = code.start() if code else len(text)
        start, end = _trimmed(text, at, end)
        if end > start:
            yield Node(shift + start, shift + end, XML_TEXT, None, "header", font)
        if code is not None:
            at = code.end()
            font = code[1] or (usual if code[0][5:] in ("L", "C", "R") else font)


def _rich(
    source: str, shift: int, font: str | None, key: str, joint: str | None = None
) -> Iterator[Node]:
    """Yield the runs of one text with rich formatting."""
    run = ""
    inside = False
    for tag in tags(source):
        local = tag.name.rpartition(":")[2]
        if local == "r":
            run = ""
        elif local == "rFont":
            run = attribute(tag, "val")
        elif local == "t":
            if tag.kind == "open":
                inside = True
            elif inside:
                inside = False
                if tag.start > tag.before:
                    start, end = shift + tag.before, shift + tag.start
                    yield Node(start, end, XML_TEXT, joint, key, run or font)
                    joint = ""


def comment_nodes(source: str) -> Iterator[Node]:
    """Yield the comments on cells and who wrote them."""
    for found in re.finditer(
        r"<(?:\w+:)?(text|author)(?:\s[^<>]*)?>(.*?)</(?:\w+:)?\1>", source, re.S
    ):
        if found[1] == "author" or "<" not in found[2]:
            if found[2]:
                yield Node(*found.span(2), XML_TEXT, None, found[1], None)
        else:
            yield from _rich(found[2], found.start(2), None, "comment")


def style_nodes(fonts: WorkbookFonts, source: str) -> Iterator[Node]:
    """Yield the words in number formats (`#,##0 "đồng"`), in the font of cells that have them."""
    for tag in tags(source):
        if tag.name == "x:numFmt" and (span := attribute_span(tag, "formatCode")):
            font = fonts.formats.get(attribute(tag, "numFmtId"), "")
            for node in formula_literals(source[slice(*span)], span[0], font):
                yield node._replace(key="format")


def sheet_fonts(source: str) -> Iterator[tuple[int, int]]:
    """Yield where a sheet names fonts: in strings of its own, in its head and foot."""
    for found in _RUN_FONT.finditer(source):
        yield found.span(1)
    end = source.rfind("sheetData") + 1
    for tag in tags(tail := source[end:]) if end else ():
        if tag.kind == "close" and tag.name.endswith(("Header", "Footer")):
            for code in _CODE.finditer(tail, tag.before, tag.start):
                if code[1]:
                    yield end + code.start(1), end + code.end(1)


@dataclass(frozen=True)
class Sheets(OfficeFormat):
    """An Excel workbook: its cells, comments, shapes, charts, head and foot lines, properties.

    The font of a cell, or of a piece of it, is its charset. Numbers, formulas and the names of
    sheets stay; strings in formulas are read like the cells that they are compared with.
    """

    name: ClassVar[str] = "xlsx"
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xlsm", ".xltx", ".xltm")

    def office_parts(self, package: ZipArchive, evidence: FontEvidence) -> Iterator[OfficePart]:
        """Yield the strings first, which others follow."""

        def source(name: str) -> str:
            return part_text(package.read(name))[0] if name in package.names else ""

        names = sorted(package.names)
        kinds: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            for pattern, kind in _PARTS:
                if pattern.fullmatch(name):
                    kinds[kind].append(name)
                    break
        theme = next(iter(kinds["theme"]), "")
        fonts = WorkbookFonts.read(source("xl/styles.xml"), source(theme))
        for name in kinds["sheet"]:
            fonts.note(source(name))
        tables = {
            name: [SheetTable.read(part, source(part)) for part in _tables_of(package, name)]
            for name in kinds["sheet"]
        }
        said = (names_in(source(name)) for name in (*kinds["sheet"], *kinds["table"]))
        following = Following(fonts.strings, evidence, set().union(*said), tables)
        named = partial(font_attributes, _NAMES)
        for name in kinds["strings"]:
            following.begin_shared(source(name))
            yield OfficePart(name, partial(string_nodes, fonts), named, following.strings)
        for name in kinds["sheet"]:
            following.begin(name, source(name))
            follow = partial(following.sheet, name, fonts.of_style)
            yield OfficePart(name, partial(sheet_nodes, fonts), sheet_fonts, follow)
        for name in (*kinds["sheet"], *kinds["table"]):
            yield OfficePart(name, no_nodes, None, partial(following.names, name))
        for name in kinds["comments"]:
            yield OfficePart(name, comment_nodes, named)
        for name in kinds["styles"]:
            yield OfficePart(name, partial(style_nodes, fonts), named)
        for name in kinds["theme"]:
            yield OfficePart(name, no_nodes, named)
        for name in kinds["drawing"]:
            yield OfficePart(name, partial(drawing_nodes, fonts.theme), named)
        for name in kinds["chart"]:
            yield OfficePart(name, partial(chart_nodes, fonts.theme), named)
        for name in kinds["properties"]:
            yield OfficePart(name, property_nodes)


def _tables_of(package: ZipArchive, sheet: str) -> list[str]:
    """Return the parts of the tables of a sheet."""
    folder, _, file = sheet.rpartition("/")
    name = f"{folder}/_rels/{file}.rels"
    if name not in package.names:
        return []
    targets = (attribute(tag, "Target") for tag in tags(part_text(package.read(name))[0]))
    paths = [
        posixpath.normpath(target if target.startswith("/") else f"/{folder}/{target}").lstrip("/")
        for target in targets
    ]
    return [path for path in paths if "/tables/" in path and path in package.names]


_PARTS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"xl/sharedStrings\.xml", "strings"),
        (r"xl/(work|chart|dialog)sheets/[^/]+\.xml", "sheet"),
        (r"xl/(tables|pivotTables|pivotCache|queryTables)/[^/]+\.xml", "table"),
        (r"xl/(comments\d*|comments/comment\d*|threadedComments/[^/]+)\.xml", "comments"),
        (r"xl/styles\.xml", "styles"),
        (r"xl/theme/theme\d*\.xml", "theme"),
        (r"xl/(drawings/drawing\d*|diagrams/(data|drawing)\d*)\.xml", "drawing"),
        (r"xl/charts/chart[^/]*\.xml", "chart"),
        (r"docProps/(core|app|custom)\.xml", "properties"),
    )
)
