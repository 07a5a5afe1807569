"""The lines of an HTML page, each with what the tags around it say.

One walk over the nodes of a parsed page gathers the lines. Blocks, breaks and table rows end a
line; what no reader sees (scripts, forms, hidden elements) is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from vnclean.html.regions import TAG_REGIONS, regions_of

__all__ = ["ElementKind", "LineBuilder", "Page", "read_lines"]

_WHITE = " \t\n\r\f"
_BLANK = " \t\n\r\f\xa0\u200b\u200c\u200d\u2060\ufeff\xad\u3000"
_SPACES = re.compile(r"[ \t\n\r\f]+")


_LITTLE = 200
"""Characters outside links below which it is looked at whether a page's text stands elsewhere."""
_FALLBACKS = ("noscript", "object", "dialog")
"""Elements that hold text beside what is seen, and sometimes all of it; so do `nav`, `footer`."""
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6 dt".split())
_CELLS, _CELL = 64, 200
"""A row of at most so many cells, of at most so many characters, becomes a line."""
HIDDEN, LINK, BREAK, BLOCK, GAP, CELL, ROW, PRE, FRAME, BUTTON = range(1, 11)
_KINDS = {
    **dict.fromkeys(
        "address article aside body center details div fieldset form header hgroup html main "
        "menu section summary thead tbody tfoot dt dd li legend".split(),
        BLOCK,
    ),
    **dict.fromkeys(
        "blockquote caption dir dl figcaption figure h1 h2 h3 h4 h5 h6 ol p table ul".split(), GAP
    ),
    **dict.fromkeys(
        "applet area audio base canvas datalist dialog embed frame head iframe img input "
        "link map math meta meter noframes noscript object picture progress script select source "
        "style svg template title video".split(),
        HIDDEN,
    ),
    **dict.fromkeys("pre listing xmp plaintext textarea".split(), PRE),
    "a": LINK,
    "nav": FRAME,
    "footer": FRAME,
    "button": BUTTON,
    "br": BREAK,
    "hr": BREAK,
    "td": CELL,
    "th": CELL,
    "tr": ROW,
}
_NAMED = frozenset("p h1 h2 h3 h4 h5 h6 li dt dd td th pre figcaption caption blockquote".split())
"""Elements that say what kind of line is inside."""
_GROUPS = frozenset("ul ol dl table article section".split())
"""Elements that hold lines that belong together, even if they have no class."""


@dataclass(slots=True)
class Page:
    """The lines of a page, column by column."""

    text: list[str]
    tag: list[str]
    """The innermost element that says what kind of line it is: p, h1, li, td; or ""."""
    gap: list[bool]
    """Whether the line is a paragraph of its own, or begins one."""
    links: list[int]
    """How many of its characters are links."""
    group: list[int]
    """The number of the innermost group the line stands in."""
    parent: list[int]
    """For each group the number of the group around it; the page itself is group 0."""
    last: list[int]
    """For each group the highest number of the groups inside it, which follow on its own."""
    region: list[int]
    """For each group what it is regions_in_name itself, as bits."""


_Line = tuple[str, str, bool, int, int]
"""Text, tag, gap, characters of links and group of a line, as in the columns of `Page`."""


def _join_cells(lines: list[_Line], starts: list[int]) -> None:
    """Make one line of the cells of a row, with tabs between them, where each has one line.

    `starts` are the numbers of the lines that the row and each of its cells begin with.
    """
    low, *cells = starts
    count = len(lines)
    if not 2 <= count - low <= _CELLS or any(b - a > 1 for a, b in pairwise([*cells, count])):
        return
    row = lines[low:]
    if max(len(text) for text, *_ in row) > _CELL:
        return
    _, tag, gap, _, group = row[0]
    text, links = "\t".join(line[0] for line in row), sum(line[3] for line in row)
    lines[low:] = [(text, tag, gap, links, group)]


def read_lines(parsed: Any) -> Page:
    """Return the lines of a parsed page, without what stands in `nav` and `footer`.

    A page that has next to nothing outside them is read with them, and with what it shows where
    scripts don't run.

    >>> from vnclean.html.parsing import parse
    >>> page = read_lines(parse("<ul><li>một <b>hai</b><li><a href=x>ba</a></ul>"))
    >>> page.text, page.tag, page.links
    (['một hai', 'ba'], ['li', 'li'], [0, 2])
    """
    page = _walk(parsed, True)
    outside = _chars_outside_links(page)
    elsewhere = ", ".join(("nav", "footer", *_FALLBACKS))
    if outside < _LITTLE and parsed.css_first(elsewhere) is not None:
        every = _walk(parsed, False)
        if not page.text or _chars_outside_links(every) > 3 * outside:
            return every
    return page


def _join_texts(parts: list[str]) -> str:
    """Join texts of a line; where two of them can be no word together, a blank comes between.

    Elements side by side are often parted by their looks alone.

    >>> _join_texts(["Năm 2022", "Thể loại", "Truyện"]), _join_texts(["T", "rời mưa, H", "2", "O"])
    ('Năm 2022 Thể loại Truyện', 'Trời mưa, H2O')
    """
    joined = [parts[0]]
    for left, right in pairwise(parts):
        # Digits before a capital are a formula, unless they are as many as those of a year.
        if right[:1].isupper() and (
            left[-1:].islower() or (len(left) >= _YEAR and left[-_YEAR:].isdigit())
        ):
            joined.append(" ")
        joined.append(right)
    return "".join(joined)


_YEAR = 4


def _chars_outside_links(page: Page) -> int:
    """Return how many characters stand outside links."""
    return sum(map(len, page.text)) - sum(page.links)


class ElementKind(NamedTuple):
    """What has to be known of an element by its name."""

    kind: int
    line_tag: str
    """The name where it says what kind of line is inside, or ""."""
    regions: int
    """What the name calls the part of the page inside, as bits."""
    is_group: bool
    """Whether it is a group even if nothing calls it one."""
    begins_gap: bool
    """Whether what follows its first tag is a paragraph of its own."""


_TEXT = ElementKind(-1, "", 0, False, False)
_HIDDEN = ElementKind(HIDDEN, "", 0, False, False)
_PLAIN = ElementKind(0, "", 0, False, False)
"""What is inside belongs to the line around it, as if there were no element."""


def _element_kinds() -> dict[str, ElementKind]:
    """Return the kinds of all elements that are more than plain, and of text."""
    kinds = _KINDS | {name: _KINDS.get(name, 0) for name in _NAMED | _GROUPS | TAG_REGIONS.keys()}
    found = {
        name: ElementKind(
            kind,
            name if name in _NAMED else "",
            TAG_REGIONS.get(name, 0),
            LINK < kind < GAP or name in _GROUPS,
            kind == GAP or name == "hr",
        )
        for name, kind in kinds.items()
    }
    hidden = dict.fromkeys((name for name, kind in kinds.items() if kind == HIDDEN), _HIDDEN)
    return {**found, **hidden, "-text": _TEXT}


_ELEMENTS = _element_kinds()
_ELEMENTS_AND_FALLBACKS = {**_ELEMENTS, **dict.fromkeys(_FALLBACKS, _ELEMENTS["div"])}


class LineBuilder:
    """Gathers the lines of a page from its elements and texts, in the order of the source."""

    __slots__ = (
        "_gap", "_group", "_kind", "_last", "_lines", "_link_chars", "_links", "_open", "_parents",
        "_regions", "_rows", "_skipping", "_tag", "parts", "preformatted",
    )  # fmt: skip

    def __init__(self, skipping: bool) -> None:
        """Begin a page; with `skipping` what stands in `nav` and `footer` is left out."""
        self._lines: list[_Line] = []
        self._parents, self._last, self._regions = [-1], [0], [0]
        """For each group what `Page` says of it."""
        self._skipping = skipping
        self.parts: list[str] = []
        """The texts of the line that is not yet ended."""
        self._open: list[tuple[int, str, int]] = []
        """For each open element the kind, tag and group around it."""
        self._kind, self._tag, self._group = 0, "", 0
        self._rows: list[list[int]] = []
        """For each open row of a table the number of the line that each cell begins with."""
        self._links = self._link_chars = self.preformatted = 0
        self._gap = False

    def text(self, value: str) -> None:
        """Add a text to the line."""
        self.parts.append(value)
        if self._links and not value.isspace():
            self._link_chars += len(value.strip(_WHITE))

    def open(self, element: ElementKind, node: Any, child: Any) -> Any:
        """Meet the first tag of an element; return its first child (or None) if that is to be read.

        Then the element is open, to be closed when its children are read.
        """
        kind, line_tag, regions, is_group, begins_gap = element
        if kind >= FRAME:
            if kind == BUTTON and self._tag in _HEADINGS:
                kind = 0  # what opens an answer or a chapter is its heading
            elif kind != FRAME or (self._skipping and self._tag != "blockquote"):
                if kind == FRAME and self.parts:
                    self.flush()
                return None
        if kind > LINK:
            if self.parts:
                self.flush()
            if begins_gap:
                self._gap = True
            if kind == CELL and self._rows:
                self._rows[-1].append(len(self._lines))
        if child is None:
            return None
        outer = self._group
        self._open.append((self._kind, self._tag, outer))
        self._kind = kind
        if kind == LINK:
            self._links += 1
        elif kind:
            if line_tag:
                self._tag = line_tag
            if kind == ROW:
                self._rows.append([len(self._lines)])
            elif kind == PRE:
                self.preformatted += 1
                self._gap = True
            if attributes := node.attributes:
                regions |= regions_of(attributes)
            if regions or is_group:
                self._group = len(self._parents)
                self._parents.append(outer)
                self._regions.append(regions)
                self._last.append(0)
        return child

    def close(self) -> None:
        """Meet the last tag of the element that was opened last."""
        kind, inner = self._kind, self._group
        if kind == LINK:
            self._links -= 1
        elif kind:
            if self.parts:
                self.flush()
            if kind == GAP:
                self._gap = True
            elif kind == ROW:
                _join_cells(self._lines, self._rows.pop())
            elif kind == PRE:
                self.preformatted -= 1
                self._gap = True
        self._kind, self._tag, self._group = self._open.pop()
        if inner != self._group:
            self._last[inner] = len(self._parents) - 1

    def flush(self) -> None:
        """End the line; of preformatted text, each of its lines."""
        parts = self.parts
        line = parts[0] if len(parts) == 1 else _join_texts(parts)
        parts.clear()
        if self.preformatted:
            lines = [part.rstrip(_WHITE) for part in line.split("\n")]
        else:
            line = line.strip(_WHITE)
            if "  " in line or "\n" in line or "\t" in line or "\r" in line or "\f" in line:
                line = _SPACES.sub(" ", line)
            lines = [line]
        for line in lines:
            if not line or (line[0] in _BLANK and not line.strip(_BLANK)):
                self._gap = self._gap or self.preformatted > 0
                continue
            size, link_chars = len(line), self._link_chars
            links = link_chars if link_chars < size else size
            self._lines.append((line, self._tag, self._gap, links, self._group))
            self._gap = False
        self._link_chars = 0

    def finish(self) -> Page:
        """Return the page, when all that was opened is closed."""
        if self.parts:
            self.flush()
        self._last[0] = len(self._parents) - 1
        columns: Any = zip(*self._lines, strict=True) if self._lines else [()] * 5
        text, tag, gap, links, group = map(list, columns)
        return Page(text, tag, gap, links, group, self._parents, self._last, self._regions)


def _walk(parsed: Any, skipping: bool) -> Page:
    """Return the lines of a parsed page, from one walk over its nodes in their order."""
    builder = LineBuilder(skipping)
    add_text, open_element, close_element = builder.text, builder.open, builder.close
    parts = builder.parts
    root = parsed.body or parsed.root
    if root is None:
        return builder.finish()
    elements = _ELEMENTS if skipping else _ELEMENTS_AND_FALLBACKS
    # The numbers of tags; those of names that are not HTML's are the document's own.
    by_number: dict[int, ElementKind] = {}
    open_nodes: list[Any] = []
    node = root.first_child
    while True:
        while node is not None:
            element = by_number.get(node.tag_id)
            if element is None:
                element = by_number[node.tag_id] = elements.get(node.tag, _PLAIN)
            if element is _TEXT:
                # White space counts inside a line only; most of it is between blocks.
                if parts or builder.preformatted or not node.is_empty_text_node:
                    add_text(node.text_content)
            elif element is not _HIDDEN:
                child = node.first_child
                if element is not _PLAIN:
                    child = open_element(element, node, child)
                if child is not None:
                    open_nodes.append(node)
                    node = child
                    continue
            node = node.next
        if not open_nodes:
            return builder.finish()
        node = open_nodes.pop()
        if by_number[node.tag_id] is not _PLAIN:
            close_element()
        node = node.next
