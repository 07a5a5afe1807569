"""The lines of an HTML page, each with what the tags around it say.

selectolax (MIT; lexbor) parses the page; one walk over its nodes gathers the lines. Blocks,
breaks and table rows end a line; what no reader sees (scripts, forms, hidden elements) is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from vnclean.caches import cached
from vnclean.errors import MissingExtraError

__all__ = ["REGIONS", "Page", "parse", "read_lines", "regions_in_name"]

_WHITE = " \t\n\r\f"
_BLANK = " \t\n\r\f\xa0\u200b\u200c\u200d\u2060\ufeff\xad\u3000"
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_TAGS = 3000
"""Pages of fewer tags are parsed as they are: at their worst they take a fraction of a second."""
_TOO_MANY_TAGS, _TOO_MANY_PAIRS = 20_000, 4_000_000
_STYLED = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b", re.IGNORECASE)
_LONG_PAGE, _OPTIONS = 200_000, 2000
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\s[^<>]{30000,}+>")
_OPTION = re.compile(r"</?option\b[^<>]*+>", re.IGNORECASE)
_DEEPEST, _STYLES = 400, 40
"""So deep elements may be nested, and so many tags of style be open, as far as we follow."""
_TAGS = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*+>")
_STYLE = frozenset("a b big code em font i nobr s small strike strong tt u".split())
_UNNESTED = frozenset(
    "p li dd dt td th tr option br hr img input meta link area base col embed source wbr".split()
)


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
REGIONS = (
    "nav", "side", "foot", "head", "related", "comment", "share", "meta", "form", "shop", "ad",
    "hidden", "widget", "list", "main", "content",
)  # fmt: skip
"""What the tag, class and id of an element may call the part of the page that it holds."""
_BITS = {name: 1 << number for number, name in enumerate(REGIONS)}
_TAG_REGION = {
    "nav": _BITS["nav"], "menu": _BITS["nav"], "aside": _BITS["side"], "footer": _BITS["foot"],
    "header": _BITS["head"], "form": _BITS["form"], "main": _BITS["main"],
    "article": _BITS["main"], "fieldset": _BITS["form"], "textarea": _BITS["form"],
}  # fmt: skip
_NAMES_OF_REGION = {
    "nav": r"nav(?!y)|menu|breadcrumb|pagination|pager|paging|toolbar|topbar|skip|toc\b|jump|"
           r"duong ?dan|prev(?:ious)?\b|next\b",
    "side": "side ?bar|aside|(?:right|left|side) ?(?:col|bar|box|panel|content|block)|"
            "col(?:umn)? ?(?:right|left)|cot ?(?:phai|trai)|sticky",
    "foot": "foot(?!ball|age)|copy ?right|bottom|ban ?quyen",
    "head": "head(?!ing|line)|mast|top ?(?:bar|link)|logo|slogan|site ?(?:title|branding)",
    "related": "relat(?:ed|ion)|lien ?quan|"
               r"(?:tin|bai|xem|san pham) ?(?:viet ?)?(?:khac|cu|moi|them|lq)\b|"
               "other ?(?:news|post|article)|"
               "cung ?(?:chuyen ?muc|loai)|suggest|recommend|popular|trending|hot ?news|"
               "most ?(?:view|read)|latest|recent|teaser|read ?(?:more|also)|you may|doc ?nhieu|"
               "noi ?bat|box ?(?:news|tin)|more ?news",
    "comment": "comment|binh ?luan|disqus|respond|repl(?:y|ies)|phan ?hoi|y ?kien|rating|review|"
               "vote|danh ?gia",
    "share": r"share|sharing|social|chia ?se|add ?this|zalo|facebook|twitter|\bfb\b|\blikes?\b|"
             "follow",
    "meta": r"meta|\bdates?\b|time\b|author|byline|tac ?gia|tags?\b|categor|cat ?links|"
            r"views?\b|post ?info|ngay ?dang|print|icons?\b",
    "form": "search|login|log ?in|sign ?(?:in|up)|register|dang ?(?:nhap|ky)|newsletter|"
            "subscri|popup|modal|cookie|overlay|contact ?form|captcha|hotline|support|chat",
    "shop": r"cart\b|gio ?hang|checkout|wishlist|price|product ?(?:list|grid|item|cat)|filter",
    "ad": r"\bad[sv]?\b|advert|banner|quang ?cao|sponsor|promo|slide[rs]?|carousel|marquee",
    "widget": "widget|block ?list|box ?list|module",
    "list": r"list(?!en)|grid|items?\b|archive|gallery|thumb",
    "main": r"main|primary|article|entry|story|single|bai ?viet|\bpost\b",
    "content": "content|body|detail|noi ?dung|chi ?tiet|text|description|fck|editor",
}  # fmt: skip


def _join_patterns() -> tuple[re.Pattern[str], list[int]]:
    """Return one expression for all of `_NAMES_OF_REGION`, and the region of each of its groups.

    It has a branch for each letter, so that most places are passed by with one look.
    """
    ways: dict[str, list[tuple[str, str]]] = {}
    for name, pattern in _NAMES_OF_REGION.items():
        for way in re.split(r"\|(?![^(]*\))", pattern):
            group = re.fullmatch(r"\(\?:([^()]*)\)(.+)", way)
            for full in [way] if group is None else [n + group[2] for n in group[1].split("|")]:
                ways.setdefault(full.removeprefix(r"\b")[0], []).append((name, full))
    regions = [0]
    branches = []
    for letter in sorted(ways):
        inner = []
        for name, way in ways[letter]:
            bare = way.removeprefix(r"\b")
            # The group is empty and at the end: so the letters before it are compared at once.
            inner.append(("" if bare == way else r"(?<!\w.)") + bare[1:] + "()")
            regions.append(_BITS[name])
        branches.append(f"{letter}(?:{'|'.join(inner)})")
    return re.compile("|".join(branches)), regions


_REGION_NAMES, _GROUP_REGION = _join_patterns()
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+")
_HIDDEN_BIT = _BITS["hidden"]
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")


@cached(1 << 14)
def regions_in_name(name: str) -> int:
    """Return the regions that a class or an id speaks of, as bits in the order of `REGIONS`.

    >>> bits = regions_in_name("boxTinLienQuan sidebar_1")
    >>> [name for number, name in enumerate(REGIONS) if bits >> number & 1]
    ['side', 'related']
    """
    words = _CAMEL.sub(" ", name[:400]).lower()
    bits = 0
    for found in _REGION_NAMES.finditer(words):
        bits |= _GROUP_REGION[found.lastindex or 0]
    return bits


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


def _region(attributes: dict[str, str | None]) -> int:
    bits = 0
    if name := attributes.get("class"):
        bits = regions_in_name(name)
        if len(attributes) == 1:
            return bits
    if name := attributes.get("id"):
        bits |= regions_in_name(name)
    if (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or ((style := attributes.get("style")) and _is_hidden_style(style))
    ):
        bits |= _HIDDEN_BIT
    return bits


def _is_hidden_style(style: str) -> bool:
    style = style.lower()
    return ("none" in style or "hidden" in style) and _HIDDEN_STYLE.search(style) is not None


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


def parse(page: str) -> Any:
    """Return the parsed page; raises MissingExtraError where selectolax is not installed."""
    try:
        from selectolax.lexbor import LexborHTMLParser
    except ImportError:
        raise MissingExtraError("selectolax", "html", "Reading HTML") from None
    page = _without_slow_markup(page)
    try:
        return LexborHTMLParser(page.encode())
    except UnicodeEncodeError:
        return LexborHTMLParser(_SURROGATE.sub("\ufffd", page).encode())


def _without_slow_markup(page: str) -> str:
    """Return a page without what costs the parser the square of its size, or more.

    A tag of style that is never closed is opened anew in every paragraph below, every block looks
    through all that are open, every option through all options, every attribute through all of its
    tag. Only pages of many tags are looked at.
    """
    if len(page) > _LONG_PAGE:
        page = _LONG_TAG.sub(r"<\1>", page)
    count = page.count("<")
    if count >= _MANY_TAGS and page.lower().count("<option") > _OPTIONS:
        page = _OPTION.sub(" ", page)
    if count < _MANY_TAGS or (
        count < _TOO_MANY_TAGS and count * len(_STYLED.findall(page)) < _TOO_MANY_PAIRS
    ):
        return page
    styles = deepest = depth = active = 0
    for found in _TAGS.finditer(page):
        name = found[2].lower()
        if name in _UNNESTED:
            continue
        step = -1 if found[1] else 1
        if name in _STYLE:
            active = max(0, active + step)
            styles = max(styles, active)
        else:
            depth = max(0, depth + step)
            deepest = max(deepest, depth)
    if styles <= _STYLES and deepest <= _DEEPEST:
        return page
    pieces: list[str] = []
    at = depth = 0
    for found in _TAGS.finditer(page):
        name = found[2].lower()
        if name in _STYLE:
            drop = True
        elif name in _UNNESTED:
            continue
        elif found[1]:
            drop = depth > _DEEPEST
            depth = max(0, depth - 1)
        else:
            depth += 1
            drop = depth > _DEEPEST
        if drop:
            pieces.append(page[at : found.start()])
            at = found.end()
    pieces.append(page[at:])
    return "".join(pieces)


def read_lines(parsed: Any) -> Page:
    """Return the lines of a parsed page, without what stands in `nav` and `footer`.

    A page that has next to nothing outside them is read with them, and with what it shows where
    scripts don't run.

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
    kinds = _KINDS | {name: _KINDS.get(name, 0) for name in _NAMED | _GROUPS | _TAG_REGION.keys()}
    found = {
        name: ElementKind(
            kind,
            name if name in _NAMED else "",
            _TAG_REGION.get(name, 0),
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
                regions |= _region(attributes)
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
        line = parts[0] if len(parts) == 1 else "".join(parts)
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
