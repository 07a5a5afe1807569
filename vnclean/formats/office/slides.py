"""PowerPoint presentations: each run in the font that the slide, its layout and master give it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.formats.office.drawing import (
    DRAWING_FONTS,
    chart_nodes,
    drawing_nodes,
    property_nodes,
    theme_fonts,
    typeface,
)
from vnclean.formats.office.package import (
    Node,
    OfficeFormat,
    OfficePart,
    font_attributes,
    no_nodes,
)
from vnclean.formats.office.xml_tags import XML_TEXT, attribute, tags
from vnclean.formats.spans.package import part_text
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = ["SlideFonts", "Slides"]

_LEVEL = re.compile(r"a:(?:lvl(\d)pPr|defPPr)")
_TITLES = frozenset({"title", "ctrTitle"})
_BODIES = frozenset({"", "body", "subTitle", "obj"})

Levels = dict[int, str]
"""The font of each level of a list, from 0; -1 is for all that have none of their own."""
Placeholder = tuple[str, str]
"""Type and number of a placeholder, `("", "")` for a shape that is none."""


@dataclass
class SlideFonts:
    """The fonts of the placeholders of a slide, a layout or a master, and what stands behind it."""

    theme: dict[str, str] = field(default_factory=dict)
    placeholders: dict[Placeholder, Levels] = field(default_factory=dict)
    styles: dict[str, Levels] = field(default_factory=dict)
    """Of a master: the fonts of its titles, bodies and other shapes."""
    behind: SlideFonts | None = None

    def of(self, place: Placeholder | None, own: Levels, level: int) -> str:
        """Return the font of text of a level in a shape whose list styles are known."""
        if font := _at(own, level):
            return font
        kind = place[0] if place is not None else None
        here = self.behind
        last = self
        while here is not None:
            if place is not None and (font := _at(here.matching(place), level)):
                return font
            last, here = here, here.behind
        which = (
            "titleStyle" if kind in _TITLES else "bodyStyle" if kind in _BODIES else "otherStyle"
        )
        if font := _at(last.styles.get(which, {}), level):
            return font
        if which == "otherStyle" and (font := _at(last.styles.get("defaultTextStyle", {}), level)):
            return font
        return last.theme.get("major" if kind in _TITLES else "minor", "")

    def matching(self, place: Placeholder) -> Levels:
        """Return the fonts of the placeholder that stands for another one."""
        kind, number = place
        if place in self.placeholders:
            return self.placeholders[place]
        for (other, at), levels in self.placeholders.items():
            if number and at == number:
                return levels
            if _kind(other) == _kind(kind):
                return levels
        return {}


def _kind(kind: str) -> str:
    return "title" if kind in _TITLES else "body" if kind in _BODIES else kind


def _at(levels: Levels, level: int) -> str:
    return levels.get(level) or levels.get(-1, "")


def slide_fonts(source: str, theme: dict[str, str], behind: SlideFonts | None) -> SlideFonts:
    """Return what a layout or a master says of fonts."""
    found = SlideFonts(theme, behind=behind)
    place: Placeholder | None = None
    path: list[str] = []
    level = -1
    for tag in tags(source):
        if tag.kind == "close":
            if path:
                path.pop()
            continue
        if tag.name == "p:sp":
            place = None
        elif tag.name == "p:ph":
            place = attribute(tag, "type"), attribute(tag, "idx")
        elif match := _LEVEL.fullmatch(tag.name):
            level = int(match[1]) - 1 if match[1] else -1
        elif tag.name == "a:latin" and path[-1:] == ["a:defRPr"]:
            font = typeface(theme, attribute(tag, "typeface"))
            style = next((name for name in path if name.endswith("Style")), "")
            if "a:lstStyle" in path and place is not None:
                found.placeholders.setdefault(place, {})[level] = font
            elif style:
                found.styles.setdefault(style.rpartition(":")[2], {})[level] = font
        if tag.kind == "open":
            path.append(tag.name)
    return found


def slide_nodes(fonts: SlideFonts, source: str) -> Iterator[Node]:
    """Yield the text of a slide, which is one text: its paragraphs are lines of it."""
    joint: str | None = None
    place: Placeholder | None = None
    own: Levels = {}
    path: list[str] = []
    level = style_level = 0
    run = ""
    for tag in tags(source):
        name = tag.name
        if tag.kind == "close":
            if path:
                path.pop()
            if name == "a:t" and tag.start > tag.before:
                font = run or fonts.of(place, own, level)
                yield Node(tag.before, tag.start, XML_TEXT, joint, "", font)
                joint = ""
            continue
        if name in ("p:sp", "p:graphicFrame", "p:cxnSp"):
            place, own = None, {}
        elif name == "p:ph":
            place = attribute(tag, "type"), attribute(tag, "idx")
        elif name in ("p:txBody", "a:txBody", "a:p"):
            joint = joint if joint is None else "\n"
            level, run = 0, ""
        elif name == "a:pPr":
            number = attribute(tag, "lvl")
            level = int(number) if number.isdecimal() else 0
        elif name in ("a:r", "a:fld"):
            run = ""
        elif name == "a:br":
            joint = joint if joint is None else "\n"
        elif match := _LEVEL.fullmatch(name):
            style_level = int(match[1]) - 1 if match[1] else -1
        elif name == "a:latin" and path[-1:] == ["a:rPr"]:
            run = typeface(fonts.theme, attribute(tag, "typeface"))
        elif name == "a:latin" and path[-1:] == ["a:defRPr"] and "a:lstStyle" in path:
            own[style_level] = typeface(fonts.theme, attribute(tag, "typeface"))
        if tag.kind == "open":
            path.append(name)


def _comment_nodes(source: str) -> Iterator[Node]:
    for tag in tags(source):
        if tag.kind == "close" and tag.name in ("p:text", "a:t") and tag.start > tag.before:
            yield Node(tag.before, tag.start, XML_TEXT, None, "comment", None)


@dataclass(frozen=True)
class Slides(OfficeFormat):
    """A PowerPoint presentation: slides, layouts, notes, tables, charts, diagrams, comments.

    The font of each run is its charset.
    """

    name: ClassVar[str] = "pptx"
    suffixes: ClassVar[tuple[str, ...]] = (".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm")

    def office_parts(self, package: ZipArchive, evidence: FontEvidence) -> Iterator[OfficePart]:
        """Yield the parts in order of their names."""
        reader = _Relations(package)
        named = partial(font_attributes, DRAWING_FONTS)
        for name in sorted(package.names):
            folder, _, file = name.rpartition("/")
            if not file.endswith(".xml"):
                continue
            nodes: Callable[[str], Iterable[Node]] | None = None
            if folder in _FOLDERS:
                nodes = partial(slide_nodes, reader.fonts(name))
            elif folder == "ppt/charts" and file.startswith("chart"):
                nodes = partial(chart_nodes, reader.any_theme())
            elif folder == "ppt/diagrams" and file.startswith(("data", "drawing")):
                nodes = partial(drawing_nodes, reader.any_theme())
            elif folder == "ppt/comments":
                nodes = _comment_nodes
            elif folder == "ppt/theme" or name in ("ppt/presentation.xml", "ppt/tableStyles.xml"):
                nodes = no_nodes
            elif re.fullmatch(r"docProps/(core|app|custom)\.xml", name):
                nodes = property_nodes
            if nodes is not None:
                yield OfficePart(name, nodes, named)


_FOLDERS = frozenset(
    "ppt/slides ppt/slideLayouts ppt/slideMasters ppt/notesSlides ppt/notesMasters "
    "ppt/handoutMasters".split()
)
_BEHIND = ("/slideLayout", "/slideMaster", "/notesMaster")


class _Relations:
    """Follows the relationships of a presentation from slides to themes."""

    def __init__(self, package: ZipArchive) -> None:
        self._package = package
        self._known: dict[str, SlideFonts] = {}

    def _source(self, name: str) -> str:
        return part_text(self._package.read(name))[0] if name in self._package.names else ""

    def any_theme(self) -> dict[str, str]:
        """Return the fonts of the first theme."""
        themes = [name for name in sorted(self._package.names) if name.startswith("ppt/theme/t")]
        return theme_fonts(self._source(themes[0])) if themes else {}

    def _related(self, name: str) -> dict[str, str]:
        """Return the parts that a part refers to, by the end of the kind of reference."""
        folder, _, file = name.rpartition("/")
        found: dict[str, str] = {}
        for tag in tags(self._source(f"{folder}/_rels/{file}.rels")):
            kind = attribute(tag, "Type").rpartition("/")[2]
            target = attribute(tag, "Target")
            if kind and attribute(tag, "TargetMode") != "External":
                path = target if target.startswith("/") else f"/{folder}/{target}"
                found.setdefault(kind, posixpath.normpath(path).lstrip("/"))
        return found

    def fonts(self, name: str, depth: int = 0) -> SlideFonts:
        """Return the fonts of a slide, layout or master with all that stands behind it."""
        if name in self._known:
            return self._known[name]
        related = self._related(name)
        kinds = ["slideLayout", "notesMaster"] if "Master" not in name else []
        if "slideLayouts/" in name:
            kinds = ["slideMaster"]
        behind = next((related[kind] for kind in kinds if kind in related), "")
        back = self.fonts(behind, depth + 1) if behind and depth < len(kinds) + 2 else None
        theme = (
            back.theme if back is not None else theme_fonts(self._source(related.get("theme", "")))
        )
        found = slide_fonts(self._source(name), theme, back)
        if back is None and "slideMasters/" in name:
            found.styles |= slide_fonts(self._source("ppt/presentation.xml"), theme, None).styles
        self._known[name] = found
        return found
