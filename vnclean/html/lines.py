"""The lines of an HTML page, each with what the tags around it say.

selectolax (MIT; lexbor) parses the page; one walk over its nodes gathers the lines. Blocks,
breaks and table rows end a line; what no reader sees (scripts, forms, hidden elements) is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

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


def _join_cells(page: Page, starts: list[int]) -> None:
    """Make one line of the cells of a row, with tabs between them, where each has one line."""
    low, count = starts[0], len(page.text)
    if count - low < 2 or count - low > _CELLS:
        return
    starts = [*starts[1:], count]
    if any(high - first > 1 for first, high in pairwise(starts)):
        return
    cells = page.text[low:count]
    if max(map(len, cells)) > _CELL:
        return
    page.text[low:] = ["\t".join(cells)]
    page.links[low:] = [sum(page.links[low:])]
    for column in (page.tag, page.gap, page.group):
        del column[low + 1 :]


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


_ElementKind = tuple[int, str, int, bool, bool]
_TEXT: _ElementKind = (-1, "", 0, False, False)


def _element_kinds() -> dict[str, _ElementKind]:
    """Return what a walk has to know of an element by its name.

    Its kind; the name where it says what kind of line is inside; its regions; whether it is a group
    even if nothing calls it one; and whether what follows its first tag is a paragraph of its own.
    """
    kinds = _KINDS | {name: _KINDS.get(name, 0) for name in _NAMED | _GROUPS | _TAG_REGION.keys()}
    found: dict[str, _ElementKind] = {
        name: (
            kind,
            name if name in _NAMED else "",
            _TAG_REGION.get(name, 0),
            LINK < kind < GAP or name in _GROUPS,
            kind == GAP or name == "hr",
        )
        for name, kind in kinds.items()
    }
    return {**found, "-text": _TEXT}


_ELEMENTS = _element_kinds()
_ELEMENTS_AND_FALLBACKS = {**_ELEMENTS, **dict.fromkeys(_FALLBACKS, _ELEMENTS["div"])}
_PLAIN: _ElementKind = (0, "", 0, False, False)


def _walk(parsed: Any, skipping: bool) -> Page:
    page = Page([], [], [], [], [], [-1], [0], [0])
    root = parsed.body or parsed.root
    if root is None:
        return page
    texts, tags, gaps, linked, groups = page.text, page.tag, page.gap, page.links, page.group
    regions, parents, lasts = page.region, page.parent, page.last
    parts: list[str] = []
    rows: list[list[int]] = []
    link_size = links = pre = 0
    gap = False
    # For each open element: itself, its kind, and the tag and group of the lines in it.
    stack: list[tuple[Any, int, str, int]] = []
    kind, tag, group = 0, "", 0

    def flush() -> None:
        nonlocal link_size, gap
        line = parts[0] if len(parts) == 1 else "".join(parts)
        parts.clear()
        if pre:
            lines = [part.rstrip(_WHITE) for part in line.split("\n")]
        else:
            line = line.strip(_WHITE)
            if "  " in line or "\n" in line or "\t" in line or "\r" in line or "\f" in line:
                line = _SPACES.sub(" ", line)
            lines = [line]
        for line in lines:
            if not line or (line[0] in _BLANK and not line.strip(_BLANK)):
                gap = gap or pre > 0
                continue
            texts.append(line)
            tags.append(tag)
            gaps.append(gap)
            size = len(line)
            linked.append(link_size if link_size < size else size)
            groups.append(group)
            gap = False
        link_size = 0

    # The numbers of tags; those of names that are not HTML's are the document's own.
    sorts: dict[int, _ElementKind] = {}
    sort_of = sorts.get
    named_sorts = _ELEMENTS if skipping else _ELEMENTS_AND_FALLBACKS
    node = root.first_child
    while True:
        while node is not None:
            sort = sort_of(node.tag_id)
            if sort is None:
                sort = sorts[node.tag_id] = named_sorts.get(node.tag, _PLAIN)
            if sort is _TEXT:
                # White space counts inside a line only; most of it is between blocks.
                if parts or pre or not node.is_empty_text_node:
                    value = node.text_content
                    parts.append(value)
                    if links and not value.isspace():
                        link_size += len(value.strip(_WHITE))
                node = node.next
                continue
            new, named, bits, grouped, ends = sort
            if new == HIDDEN or new >= FRAME:
                if new == BUTTON and tag in _HEADINGS:
                    # What opens an answer or a chapter is its heading.
                    new = 0
                elif new != FRAME or (skipping and tag != "blockquote"):
                    if new == FRAME and parts:
                        flush()
                    node = node.next
                    continue
            if new > LINK:
                if parts:
                    flush()
                if ends:
                    gap = True
            child = node.first_child
            if child is None:
                if new == CELL and rows:
                    rows[-1].append(len(texts))
                node = node.next
                continue
            stack.append((node, kind, tag, group))
            kind = new
            if new == LINK:
                links += 1
            elif new:
                if named:
                    tag = named
                if new == CELL:
                    if rows:
                        rows[-1].append(len(texts))
                elif new == ROW:
                    rows.append([len(texts)])
                elif new == PRE:
                    pre += 1
                    gap = True
                if attributes := node.attributes:
                    bits |= _region(attributes)
                if bits or grouped:
                    group = len(parents)
                    parents.append(stack[-1][3])
                    regions.append(bits)
                    lasts.append(0)
            node = child
        if kind == LINK:
            links -= 1
        elif kind:
            if parts:
                flush()
            if kind == GAP:
                gap = True
            elif kind == ROW:
                _join_cells(page, rows.pop())
            elif kind == PRE:
                pre -= 1
                gap = True
        inner = group
        if not stack:
            if parts:
                flush()
            lasts[0] = len(parents) - 1
            return page
        node, kind, tag, group = stack.pop()
        if inner != group:
            lasts[inner] = len(parents) - 1
        node = node.next
