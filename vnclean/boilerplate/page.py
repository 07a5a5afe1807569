"""From the HTML of a page to its text: what the tags say and what the words say, together.

resiliparse (Apache-2.0) parses the page and names its main part; the judge of plain text reads
all lines of the page, in their surroundings, and says how likely each is furniture. The stretch
of lines that is most surely text, both taken together, is the body. Inside it all lines of the
main part stay, outside it only those that no judge takes for furniture.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.features import block_features, features
from vnclean.boilerplate.judge import Forests
from vnclean.boilerplate.lines import Lines, split_lines
from vnclean.boilerplate.metadata import kinds
from vnclean.boilerplate.rules import certain, spared
from vnclean.errors import FormatError, MissingExtraError
from vnclean.normalize.evidence import Evidence

__all__ = ["PageLine", "decode_page", "extract_text", "page_lines"]

_TAG = re.compile(r"<(/?)(a|h[1-6]|p|ul|ol|li|pre|br)\b[^>]*>")
_MAIN, _OUTSIDE = 2.2, 1.5
"""How much the parser's word counts beside the judge's, in logarithms of odds."""
_REACH = 0.6
"""The power of its length with which a line counts when the body is looked for."""
_STAYS = 0.3
"""The chance of furniture below which a line of the body stays that the parser left out."""
_GOES = 0.5
"""The chance from which a line of the main part goes that is not in the body."""
_SURE = 0.95
"""The chance of furniture from which a line that is written like a byline or a date is none."""
_TITLE_REACH = 8
"""The title stands so many lines above the body, at most."""
_PART = 4096
_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_TAGS, _DEEP = 5000, 1000
"""The parser needs the square of the depth to find the main part; no page is that deep."""
_NESTING = re.compile(
    r"<(/?)(?!(?:p|li|t[dhr]|d[dt]|option|br|hr|img|input|meta|link)\b)[a-z]", re.I
)
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^<>]{0,4096}>", re.I | re.S)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_HEAD = 4096


def decode_page(data: bytes) -> tuple[str, str]:
    """Return the characters of an HTML page and the encoding they were in.

    A byte order mark counts most, then UTF-8, then what the words between the tags are written in
    (legacy Vietnamese charsets, too, whatever the page declares), then what the page declares.
    Bytes of a UTF-8 page that are none become U+FFFD. Raises FormatError where nothing fits.

    >>> import vnclean.charsets
    >>> decode_page("<p>Hòa bình và độc lập cho dân tộc</p>".encode("tcvn3"))
    ('<p>Hòa bình và độc lập cho dân tộc</p>', 'tcvn3')
    """
    from vnclean.charsets import detect
    from vnclean.formats.encoding import BOM, mostly_utf8, unicode_blocks

    converted, blocks = unicode_blocks([data])
    data = b"".join(blocks)
    if mostly_utf8(data):
        return data.decode("utf-8", "replace").removeprefix(BOM), converted or "utf-8"
    found = detect(_MARKUP.sub(b" ", data))
    tries = [found.encoding] if found is not None and found.confidence >= 0.5 else []
    declared = _DECLARED.search(data[:_HEAD])
    tries += [declared[1].decode("ascii", "replace")] if declared is not None else []
    for encoding in tries:
        try:
            return data.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError):
            continue
    raise FormatError("it is not UTF-8, and the encoding of the page can't be told")


class PageLine(NamedTuple):
    """A line of a page: its text, the tag it stands in, and whether a gap is above it."""

    text: str
    tag: str
    gap: bool


def _parser() -> tuple[Any, Any]:
    try:
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.html import HTMLTree
    except ImportError:
        raise MissingExtraError("resiliparse", "html", "Reading HTML") from None
    return HTMLTree, extract_plain_text


def page_lines(page: str) -> tuple[list[PageLine], NDArray[np.bool_]]:
    """Return the lines of a page in order, and which of them its main part holds.

    Raises MissingExtraError where resiliparse is not installed.
    """
    tree, extract = _parser()
    parsed = tree.parse(_SURROGATE.sub("\ufffd", page))
    # Without alternative texts the parser leaves figures out, and with them captions and tables.
    options = {
        "preserve_formatting": "minimal_html",
        "alt_texts": True,
        "skip_elements": ["img"],
        "list_bullets": False,
    }
    every = _unmarked(extract(parsed, main_content=False, **options))
    if _too_deep(page):
        return every, np.ones(len(every), dtype=bool)
    chosen = _unmarked(extract(parsed, main_content=True, **options))
    places: dict[str, list[int]] = {}
    for number, line in enumerate(every):
        places.setdefault(line.text, []).append(number)
    main = np.zeros(len(every), dtype=bool)
    at = 0
    for line in chosen:
        where = places.get(line.text, [])
        found = bisect_left(where, at)
        if found < len(where):
            main[where[found]] = True
            at = where[found] + 1
    return every, main


def _too_deep(page: str) -> bool:
    if page.count("<") < _MANY_TAGS:
        return False
    depth = 0
    for match in _NESTING.finditer(page):
        depth += -1 if match[1] else 1
        if depth > _DEEP:
            return True
    return False


def _unmarked(marked: str) -> list[PageLine]:
    """Return the lines of what the parser gives, their tags taken off."""
    lines: list[PageLine] = []
    inside = ""
    gap = False
    for raw in marked.split("\n"):
        tag = inside
        parts: list[str] = []
        at = 0
        for match in _TAG.finditer(raw):
            parts.append(raw[at : match.start()])
            at = match.end()
            if match[2] in ("a", "br"):
                continue
            inside = "" if match[1] else match[2]
            tag = inside or tag
        text = html.unescape("".join([*parts, raw[at:]])).replace("\n", " ")
        text = text.rstrip() if tag == "pre" else text.strip()
        if text.strip():
            lines.append(PageLine(text, tag, gap and bool(lines)))
            gap = False
        else:
            gap = True
    return lines


def extract_text(page: str, forests: Forests | None = None) -> str:
    """Return the text of an HTML page, its furniture left out; titles, dates and bylines stay.

    Lines end at line feeds, paragraphs have an empty line between them. What stands in a language
    other than Vietnamese is judged by the tags alone. Danger: of a page that lists other pages
    little is left, or all of it. Raises MissingExtraError without the extra `html`.

    >>> story = "<p>Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân nhà bà Tư.</p>"
    >>> extract_text(f"<body><nav><a href='/'>Trang chủ</a></nav>{story}</body>")[:14]
    'Trời mưa suốt '
    """
    every, main = page_lines(page)
    if not every:
        return ""
    text = "\n".join(line.text for line in every)
    stays = main
    if Evidence(text).document:
        stays = _judged(split_lines(text), every, main, forests or Forests.shipped())
    if not stays.any():
        stays = main if main.any() else np.ones(len(every), dtype=bool)
    kept = [line for line, stay in zip(every, stays.tolist(), strict=True) if stay]
    first, *rest = kept
    return first.text + "".join(("\n\n" if line.gap else "\n") + line.text for line in rest)


def _judged(
    lines: Lines, every: list[PageLine], main: NDArray[np.bool_], forests: Forests
) -> NDArray[np.bool_]:
    """Say which lines stay."""
    count = len(every)
    chance = np.zeros(count)
    named = np.zeros(count, dtype=bool)
    listed = np.zeros(count, dtype=bool)
    sure: list[int] = []
    for low in range(0, count, _PART):
        part = lines.part(low, low + _PART)
        rows = features(part)
        own = forests.block(block_features(forests.furniture(rows)))
        chance[low : low + _PART] = own
        asked = main[low : low + _PART]
        named[low : low + _PART][asked] = forests.metadata(rows[asked]) > own[asked]
        named[[low + number for number in kinds(part.text) if own[number] < _SURE]] = True
        listed[low : low + _PART] = spared(part, rows) & asked
        sure += [low + number for number in certain(part)]
    odds = np.log(np.clip(chance, 0.02, 0.98) / np.clip(1 - chance, 0.02, 0.98))
    odds += np.where(main, -_MAIN, _OUTSIDE)
    odds[listed] = np.minimum(odds[listed], -0.5)
    size = np.array([len(line.text) for line in every]) ** _REACH
    low, high = _body(-odds * size)
    inside = np.zeros(count, dtype=bool)
    inside[low:high] = True
    stays = np.where(main, inside | (chance < _GOES) | listed | named, inside & (chance < _STAYS))
    stays[sure] = False
    for number in range(low - 1, max(-1, low - 1 - _TITLE_REACH), -1):
        if main[number] and every[number].tag in ("h1", "h2"):
            stays[number] = True
            break
    return stays


def _body(values: NDArray[np.float64]) -> tuple[int, int]:
    """Return where the stretch of lines with the largest sum begins and ends.

    >>> _body(np.array([-1.0, 2.0, -1.0, 3.0, -4.0, 1.0]))
    (1, 4)
    """
    best = current = 0.0
    low = high = start = 0
    for number, value in enumerate(values.tolist()):
        if current <= 0:
            current, start = 0.0, number
        current += value
        if current > best:
            best, low, high = current, start, number + 1
    return low, high
