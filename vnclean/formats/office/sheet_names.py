"""What in a workbook has to follow its strings: cells, columns of tables, filters, pivot tables."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, unescape

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import charset_of_font
from vnclean.charsets.misread_pages import view_to_bytes
from vnclean.formats.office.xml_tags import XML_TEXT, attribute_span, tags

__all__ = ["Following"]

_STRING = re.compile(r"<(?:\w+:)?(?:si|is)(?:\s[^<>]*)?(?:/>|>(.*?)</(?:\w+:)?(?:si|is)>)", re.S)
_TEXT = re.compile(r"<(?:\w+:)?t(?:\s[^<>]*)?>([^<>]*)</(?:\w+:)?t>")
_CELL = re.compile(
    r"<(?:\w+:)?c(\s[^<>]*?\st\s*=\s*[\"']s[\"'][^<>]*|\st\s*=\s*[\"']s[\"'][^<>]*)>"
    r"(\s*(?:<(?:\w+:)?f.*?)?<(?:\w+:)?v[^<>]*>)\s*(\d+)\s*<",
    re.S,
)
_COLUMN = re.compile(r"\[([^\[\]<>]+)\]")
_END = re.compile(r"</(?:\w+:)?sst>\s*\Z")
_COUNT = re.compile(r"(\suniqueCount\s*=\s*[\"'])(\d+)")
_ATTRIBUTES = {
    "tableColumn": "name",
    "filter": "val",
    "cacheField": "name",
    "queryTableField": "name",
    "s": "v",
}


class Following:
    """Keeps the strings of a workbook as they were, and tells what they have become.

    `fonts` are those of the cells that show each string, see `WorkbookFonts.strings`.
    """

    def __init__(self, fonts: Mapping[int, Sequence[str]], evidence: FontEvidence) -> None:
        self._fonts, self._evidence = fonts, evidence
        self._shared: list[str] = []
        self._own: deque[list[str]] = deque()
        self._names: dict[str, str] = {}
        self._more: dict[tuple[int, str], int] = {}

    def begin(self, source: str, *, shared: bool = False) -> None:
        """Take note of the strings of a part before anything is exchanged."""
        found = _strings(source)
        if shared:
            self._shared = found
        else:
            self._own.append(found)

    def _compare(self, before: Iterable[str], after: Iterable[str]) -> None:
        for old, new in zip(map(_shown, before), map(_shown, after), strict=False):
            if old != new:
                self._names[old] = new

    def strings(self, source: str) -> str:
        """Return the strings with those added that some cells read otherwise."""
        now = _strings(source)
        self._compare(self._shared, now)
        added: list[str] = []
        for number, fonts in sorted(self._fonts.items()):
            if len(fonts) < 2 or number >= len(self._shared) or number >= len(now):
                continue
            for font in filter(charset_of_font, fonts[1:]):
                other = self._read_in(self._shared[number], font)
                if _shown(other) == _shown(now[number]):
                    continue
                self._more[number, font] = len(now) + len(added)
                added.append(f"<si>{other}</si>")
        if not added or (end := _END.search(source)) is None:
            return source
        source = source[: end.start()] + "".join(added) + source[end.start() :]
        return _COUNT.sub(lambda found: f"{found[1]}{len(now) + len(added)}", source, count=1)

    def _read_in(self, string: str, font: str) -> str:
        """Return a string as it is read in another font; only its charset is undone."""

        def read(found: re.Match[str]) -> str:
            at = found.start()
            try:
                text = XML_TEXT.decode(found[1])
            except ValueError:
                return found[0]
            charset = self._evidence.charset(font, text)
            data = view_to_bytes(text, "cp1252") if charset else None
            if data is None:
                return found[0]
            new = XML_TEXT.encode(data.decode(charset), "")
            return found[0][: found.start(1) - at] + new + found[0][found.end(1) - at :]

        return _TEXT.sub(read, string)

    def sheet(self, font_of: Callable[[str], str], source: str) -> str:
        """Return a sheet whose cells show the strings that they are read as."""

        def moved(found: re.Match[str]) -> str:
            number = self._more.get((int(found[3]), font_of(found[1])))
            if number is None:
                return found[0]
            at = found.start()
            return found[0][: found.start(3) - at] + str(number) + found[0][found.end(3) - at :]

        self._compare(self._own.popleft(), _strings(source))
        return _CELL.sub(moved, source) if self._more else source

    def names(self, source: str) -> str:
        """Return a part whose columns, filters and fields are called as the cells are now."""
        if not self._names:
            return source
        pieces: list[str] = []
        at = 0
        for tag in tags(source):
            name = _ATTRIBUTES.get(tag.name.rpartition(":")[2])
            span = attribute_span(tag, name) if name and tag.kind != "close" else None
            if span is None:
                local = tag.name.rpartition(":")[2]
                if tag.kind == "close" and local in ("f", "calculatedColumnFormula"):
                    pieces += source[at : tag.before], self._formula(source[tag.before : tag.start])
                    at = tag.start
                continue
            new = self._names.get(unescape(source[slice(*span)], {"&quot;": '"'}))
            if new is not None:
                pieces += source[at : span[0]], escape(new, {'"': "&quot;", "\n": "&#10;"})
                at = span[1]
        pieces.append(source[at:])
        return "".join(pieces)

    def _formula(self, formula: str) -> str:
        """Return a formula whose columns of tables are called as they are now."""
        return _COLUMN.sub(
            lambda found: f"[{escape(self._names.get(unescape(found[1]), unescape(found[1])))}]",
            formula,
        )


def _strings(source: str) -> list[str]:
    return [found[1] or "" for found in _STRING.finditer(source)]


def _shown(string: str) -> str:
    """Return the characters of a string, whatever its formatting."""
    try:
        return "".join(XML_TEXT.decode(found) for found in _TEXT.findall(string))
    except ValueError:
        return string
