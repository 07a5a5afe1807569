"""What in a workbook has to follow its strings: cells, columns of tables, filters, pivot tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import NamedTuple
from xml.sax.saxutils import escape, unescape

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import charset_of_font
from vnclean.charsets.misread_pages import view_to_bytes
from vnclean.formats.base import RecordError
from vnclean.formats.office.xml_tags import (
    XML_TEXT,
    attribute,
    attribute_span,
    check_xml,
    tags,
)

__all__ = ["Following", "SheetTable", "names_in"]

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
_AREA = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})\d{1,7})?")
_ATTRIBUTES = {
    "tableColumn": "name",
    "filter": "val",
    "cacheField": "name",
    "queryTableField": "name",
    "s": "v",
}
"""The attributes that say again what a cell holds, by the tags that have them."""
_MAX_COLUMNS = 1 << 14


class SheetTable(NamedTuple):
    """A table of a sheet: its part, the first row of its area, the names of its columns."""

    part: str
    area: str
    names: list[str]

    @classmethod
    def read(cls, part: str, source: str) -> SheetTable:
        """Read the part of a table."""
        area, names = "", []
        for tag in tags(source):
            local = tag.name.rpartition(":")[2]
            if local == "table" and tag.kind != "close":
                area = attribute(tag, "ref")
            elif local == "tableColumn" and tag.kind != "close":
                names.append(attribute(tag, "name"))
        return cls(part, area, names)

    def header(self) -> list[str]:
        """Return the cells of the first row: A3, B3, ...

        >>> SheetTable("", "Y3:AB9", []).header()
        ['Y3', 'Z3', 'AA3', 'AB3']
        """
        found = _AREA.fullmatch(self.area)
        if found is None:
            return []
        first, last = _column(found[1]), _column(found[3] or found[1])
        return [
            f"{_letters(number)}{found[2]}"
            for number in range(first, min(last, first + _MAX_COLUMNS) + 1)
        ]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def names_in(source: str) -> set[str]:
    """Return what a part says of cells again, in filters, tables and pivot tables."""
    if not _MAY_NAME.search(source):
        return set()
    return {
        attribute(tag, name)
        for tag in tags(source)
        if (name := _ATTRIBUTES.get(tag.name.rpartition(":")[2]))
    }


_MAY_NAME = re.compile(r"<(?:\w+:)?(?:tableColumn|filter|cacheField|queryTableField|s)\s")


class Following:
    """Keeps the strings of a workbook as they were, and tells what they have become.

    `fonts` are those of the cells that show each string, see `WorkbookFonts.strings`; `names` what
    other parts say again of cells; `tables` those of each sheet.
    """

    def __init__(
        self,
        fonts: Mapping[int, Sequence[str]],
        evidence: FontEvidence,
        names: Set[str],
        tables: Mapping[str, Sequence[SheetTable]],
    ) -> None:
        self._fonts, self._evidence = fonts, evidence
        self._wanted, self._tables = names, tables
        self._shared: list[str] = []
        self._now: list[str] = []
        self._own: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._columns: dict[str, dict[str, str]] = {}
        self._more: dict[tuple[int, str], int] = {}

    def begin(self, name: str, source: str) -> None:
        """Take note of the strings of a sheet before anything is exchanged."""
        self._own[name] = _strings(source) if self._wanted else []

    def begin_shared(self, source: str) -> None:
        """Take note of the shared strings before anything is exchanged."""
        self._shared = _strings(source)

    def _compare(self, before: Iterable[str], after: Iterable[str]) -> None:
        for old, new in zip(map(_shown, before), map(_shown, after), strict=False):
            if old != new and old in self._wanted:
                self._names.setdefault(old, new)

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
                added.append(other)
        self._now = now + added if self._tables else []
        if not added or (end := _END.search(source)) is None:
            return source
        new = "".join(f"<si>{string}</si>" for string in added)
        longer = source[: end.start()] + new + source[end.start() :]
        try:
            check_xml(longer, "")
        except RecordError:  # strings within strings, as no program writes them
            self._more.clear()
            return source
        source = longer
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

    def sheet(self, name: str, font_of: Callable[[str], str], source: str) -> str:
        """Return a sheet whose cells show the strings that they are read as."""

        def moved(found: re.Match[str]) -> str:
            number = self._more.get((int(found[3]), font_of(found[1])))
            if number is None:
                return found[0]
            at = found.start()
            return found[0][: found.start(3) - at] + str(number) + found[0][found.end(3) - at :]

        if self._wanted:
            self._compare(self._own[name], _strings(source))
        source = _CELL.sub(moved, source) if self._more else source
        for table in self._tables.get(name, ()):
            columns = self._columns.setdefault(table.part, {})
            for cell, old in zip(table.header(), table.names, strict=False):
                new = self._text_of(cell, source)
                if new is not None and new != old:
                    columns[old] = self._names[old] = new
        return source

    def _text_of(self, cell: str, source: str) -> str | None:
        """Return the string that a cell of a sheet shows now."""
        found = re.search(
            rf"<(?:\w+:)?c(?=\s)([^<>]*?\sr\s*=\s*[\"']{cell}[\"'][^<>]*)>(.*?)</(?:\w+:)?c>",
            source,
            re.S,
        )
        if found is None:
            return None
        if own := _STRING.search(found[2]):
            return _shown(own[1] or "")
        value = re.search(r"<(?:\w+:)?v[^<>]*>(\d+)<", found[2])
        if value is None or int(value[1]) >= len(self._now) or "s" not in found[1]:
            return None
        return _shown(self._now[int(value[1])])

    def names(self, part: str, source: str) -> str:
        """Return a part whose columns, filters and fields are called as the cells are now."""
        if not self._names or not (_MAY_NAME.search(source) or "[" in source):
            return source
        columns = self._columns.get(part, {})
        pieces: list[str] = []
        at = 0
        for tag in tags(source):
            local = tag.name.rpartition(":")[2]
            name = _ATTRIBUTES.get(local)
            span = attribute_span(tag, name) if name and tag.kind != "close" else None
            if span is None:
                if tag.kind == "close" and local in ("f", "calculatedColumnFormula"):
                    pieces += source[at : tag.before], self._formula(source[tag.before : tag.start])
                    at = tag.start
                continue
            old = unescape(source[slice(*span)], {"&quot;": '"'})
            new = columns.get(old) if local == "tableColumn" else self._names.get(old)
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
