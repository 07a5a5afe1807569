"""DrawingML, which all three kinds of Office documents hold: shapes, charts, diagrams, themes."""

from __future__ import annotations

from collections.abc import Iterator

from vnclean.formats.office.package import Node
from vnclean.formats.office.xml_tags import XML_TEXT, attribute, tags

__all__ = ["DRAWING_FONTS", "chart_nodes", "drawing_nodes", "property_nodes", "theme_fonts"]

DRAWING_FONTS = dict.fromkeys("a:latin a:ea a:cs a:sym".split(), ("typeface",))
"""The attributes that name fonts, by the tags that have them."""
_PROPERTIES = frozenset(
    "dc:title dc:subject dc:creator dc:description cp:keywords cp:category cp:lastModifiedBy "
    "cp:contentStatus Company Manager vt:lpwstr".split()
)


def theme_fonts(theme: str) -> dict[str, str]:
    """Return the fonts of a theme: of headings ("major") and of all else ("minor")."""
    found: dict[str, str] = {}
    which = ""
    for tag in tags(theme) if theme else ():
        if tag.name in ("a:majorFont", "a:minorFont"):
            which = tag.name[2:7] if tag.kind == "open" else ""
        elif tag.name == "a:latin" and which:
            found.setdefault(which, attribute(tag, "typeface"))
    return found


def typeface(theme: dict[str, str], name: str) -> str:
    """Return a font, one of the theme (`+mn-lt`) by its name."""
    if name.startswith("+"):
        return theme.get({"+mj": "major", "+mn": "minor"}.get(name[:3], ""), "")
    return name


def drawing_nodes(theme: dict[str, str], source: str) -> Iterator[Node]:
    """Yield the text of shapes; each run has its own font, its paragraph's, or the theme's."""
    joint: str | None = None
    default = theme.get("minor", "")
    paragraph = run = ""
    where = ""
    holder = False
    for tag in tags(source):
        name, kind = tag.name, tag.kind
        if name == "a:t":
            if kind == "open":
                holder = True
            elif kind == "close" and holder:
                if tag.start > tag.before:
                    font = run or paragraph or default
                    yield Node(tag.before, tag.start, XML_TEXT, joint, "", font)
                    joint = ""
                holder = False
        elif name in ("a:p", "p:txBody", "xdr:txBody"):
            joint = None if joint is None else "\n"
            if name == "a:p":
                paragraph = run = ""
        elif name in ("a:r", "a:fld") and kind == "open":
            run = ""
        elif name == "a:br" and kind != "close":
            joint = joint and "\n" if joint is None else "\n"
        elif name in ("a:rPr", "a:defRPr", "a:endParaRPr"):
            where = name if kind == "open" else ""
        elif name == "a:latin" and where == "a:rPr":
            run = typeface(theme, attribute(tag, "typeface"))
        elif name == "a:latin" and where == "a:defRPr":
            paragraph = typeface(theme, attribute(tag, "typeface"))


def chart_nodes(theme: dict[str, str], source: str) -> Iterator[Node]:
    """Yield the text of a chart: titles as shapes have them, and what was kept of the cells."""
    nodes = list(drawing_nodes(theme, source))
    whole = _chart_font(theme, source)
    strings = 0
    for tag in tags(source):
        if tag.name in ("c:strCache", "c:strLit", "c:lvl"):
            strings += (tag.kind == "open") - (tag.kind == "close")
        elif tag.name == "c:v" and tag.kind == "close" and strings and tag.start > tag.before:
            nodes.append(Node(tag.before, tag.start, XML_TEXT, None, "cell", whole))
    return iter(sorted(nodes))


def _chart_font(theme: dict[str, str], source: str) -> str | None:
    """Return the font that a chart as a whole is set in, None where it does not say."""
    path: list[str] = []
    for tag in tags(source):
        if tag.kind == "open":
            path.append(tag.name)
        elif tag.kind == "close" and path:
            path.pop()
        if tag.name == "a:latin" and path[:2] == ["c:chartSpace", "c:txPr"]:
            return typeface(theme, attribute(tag, "typeface"))
    return None


def property_nodes(source: str) -> Iterator[Node]:
    """Yield what a document says of itself: title, keywords, people; no font is known of that."""
    for tag in tags(source):
        if tag.kind == "close" and tag.name in _PROPERTIES and tag.start > tag.before:
            yield Node(tag.before, tag.start, XML_TEXT, None, tag.name.rpartition(":")[2])
