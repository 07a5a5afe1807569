"""From the HTML of a page to its text: what the tags say and what the words say, together.

`markup` reads the lines of a page, `outline` says what tags, looks and place tell about them.
Two sums of weights make of it how likely a line is text: the first by itself, which shows the
element that holds the text; the second in the light of that. The weights are learnt
(`training/page.py`), with a scale of our own judgement to start from.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.metadata import kinds
from vnclean.errors import FormatError, ModelError
from vnclean.html.element_features import GOES, NAMES, WHOLE_NAMES, Frame, outline, whole
from vnclean.html.lines import Page, parse, read_lines

__all__ = ["Weights", "decode_page", "extract_text", "judge", "text_of"]

_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)\s*>|<[^<>]{0,4096}>", re.I | re.S)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_HEAD = 4096


class Weights(NamedTuple):
    """What a column counts: for a line by itself, and once the core of the page is known.

    The last number of each is what every line starts with.
    """

    own: NDArray[np.float64]
    whole: NDArray[np.float64]

    @staticmethod
    @cache
    def shipped() -> Weights:
        """Return those that come with the package."""
        table = files("vnclean.data").joinpath("page_weights.tsv").read_text(encoding="utf-8")
        rows = [line.split("\t") for line in table.split("\n") if line and line[0] != "#"]
        if [row[0] for row in rows] != [*NAMES, *WHOLE_NAMES, "start"]:
            raise ModelError(
                "The weights of the page judge do not fit this version. "
                "You can make them anew with training/page.py."
            )
        own = np.array([float(row[1]) for row in rows if row[1]])
        return Weights(own, np.array([float(row[2]) for row in rows]))


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


def judge(page: Page, weights: Weights) -> NDArray[np.bool_]:
    """Say which lines of a page (one at least) are its text; one at least is."""
    frame = Frame.of(page)
    rows = outline(page, frame)
    own = rows @ weights.own[:-1] + weights.own[-1]
    wide = whole(page, frame, own)
    columns = len(NAMES)
    odds = rows @ weights.whole[:columns] + wide @ weights.whole[columns:-1]
    stays: NDArray[np.bool_] = odds + weights.whole[-1] >= GOES
    if not stays.any():
        stays = wide[:, WHOLE_NAMES.index("under")] > 0
    return stays if stays.any() else np.ones(len(stays), dtype=bool)


def text_of(page: Page, stays: NDArray[np.bool_] | None = None) -> str:
    """Return the lines that stay (by default all): paragraphs with an empty line between them."""
    chosen = np.flatnonzero(stays).tolist() if stays is not None else range(len(page.text))
    parts: list[str] = []
    before = -1
    for number in chosen:
        if parts:
            follows = number == before + 1
            parted = page.gap[number] if follows else any(page.gap[before + 1 : number + 1])
            parts.append("\n\n" if parted else "\n")
        parts.append(page.text[number])
        before = number
    return "".join(parts)


def extract_text(page: str | Any, weights: Weights | None = None, *, metadata: bool = True) -> str:
    """Return the text of an HTML page, its furniture left out; titles, dates and bylines stay.

    `page` is its source, or what `markup.parse` gave. Without `metadata`, title, date, byline,
    captions and credits are left out, too. Lines end at line feeds, paragraphs have an
    empty line between them, the cells of a table's row a tab. Danger: of a page that lists other
    pages little is left, or all of it. Raises MissingExtraError without the extra `html`.

    >>> story = "<p>Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân nhà bà Tư.</p>"
    >>> extract_text(f"<body><nav><a href='/'>Trang chủ</a></nav>{story}</body>")[:14]
    'Trời mưa suốt '
    """
    lines = read_lines(parse(page) if isinstance(page, str) else page)
    if not lines.text:
        return ""
    stays = judge(lines, weights or Weights.shipped())
    if not metadata:
        kept = np.flatnonzero(stays).tolist()
        found = kinds([lines.text[number].strip() for number in kept])
        stays[[kept[number] for number in found]] = False
        stays[[number for number in kept if lines.tag[number] == "h1"]] = False
    return text_of(lines, stays)
