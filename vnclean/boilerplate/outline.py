"""What tags, looks and place say about the lines of a page, as numbers."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.markup import REGIONS, Page
from vnclean.boilerplate.phrases import KINDS, phrases, tree

__all__ = ["NAMES", "WHOLE_NAMES", "core", "outline", "whole"]

Floats = NDArray[np.float64]

_SHORT = 60
"""Lines of so many characters at most are looked through for the phrases of furniture."""
_SENTENCE = ".?!…"
_CLOSING = "”\"')]*_"
_DATE = re.compile(r"\d{1,2}(?:[/.-]\d{1,2}[/.-]\d{2,4}|:\d{2})|(?:ngày|tháng) \d")
_FUNCTION = KINDS.index("function")
_LINK = 0.8
"""Lines with so great a share of links tell enough by that."""
_LISTS = frozenset(KINDS.index(kind) for kind in ("related", "comment", "tag", "footer"))
"""Headings of these kinds speak of the lines below them, too."""
_LONG, _FADES = 180, 0.5
"""So much is left of what such a heading says, after each paragraph of so many characters."""
_KIND_OF_TAG = {
    "p": 0, "blockquote": 0, "pre": 0, "h1": 1, **{f"h{n}": 2 for n in range(2, 7)}, "li": 3,
    "dt": 3, "dd": 3, "td": 4, "th": 4, "figcaption": 5, "caption": 5,
}  # fmt: skip
_TAGS = ("p", "h1", "h", "li", "cell", "note", "bare")
_BARE = len(_TAGS) - 1
_OWN = ("length", "prose", "links", "linked", "ends", "commas", "hit", "first", "date", "told",
        "again", "follows")  # fmt: skip
_GROUP = ("group_links", "group_prose", "group_lines", "outer_links", "outer_prose", "page_prose")
_NEAR = ("prose", "linked", "hit")
_NEAR_COLUMNS = [_OWN.index(name) for name in _NEAR]
_WINDOWS = (1, 3)
NAMES = (
    *_OWN, *_TAGS, *REGIONS, *_GROUP,
    *(f"{name}@{side}{width}" for width in _WINDOWS for side in "<>" for name in _NEAR),
)  # fmt: skip
"""The names of the columns that `outline` returns."""
WHOLE_NAMES = ("under", "at", "share", "above", "below", "inside")
"""The names of the columns that `whole` returns."""
_BITS = np.arange(len(REGIONS))
_TAG_NUMBERS = np.arange(len(_TAGS))
_WRAPS = 0.6
"""An element with so great a share of the prose is the page, not a part of it."""
_MOST, _POWER, _NEARLY = 3.0, 0.6, 0.9
"""A line counts by its odds, up to `_MOST`, and by this power of its length; the core is the
greatest element around the best one that has nearly its sum."""


@cache
def _matcher() -> re.Pattern[str]:
    return re.compile(
        rf"\b{tree(sorted(word for word, kind in phrases().items() if kind != _FUNCTION))}(?!\w)"
    )


def _said(page: Page) -> tuple[list[list[float]], list[bool]]:
    """Return for each line how much of it is phrases of furniture, if it begins with one, and if
    that one speaks of the lines below; and for each if it holds a date. One pass over all lines.
    """
    lowered = [
        text.lower() if len(text) <= _SHORT and link < _LINK * len(text) else ""
        for text, link in zip(page.text, page.links, strict=True)
    ]
    texts = page.text
    joined = "\n".join(lowered)
    said = [[0.0, 0.0, 0.0] for _ in texts]
    dated = [False] * len(texts)
    known = phrases()
    number, start, end = 0, 0, len(lowered[0])
    for found in _matcher().finditer(joined):
        low, high = found.span()
        while low > end:
            number += 1
            start, end = end + 1, end + 1 + len(lowered[number])
        row = said[number]
        row[0] += high - low
        if low - start <= 3:
            row[1] = 1.0
            if known[found[0]] in _LISTS and (end - start < 40 or row[0] > 0.5 * (end - start)):
                row[2] = 1.0
    number, start, end = 0, 0, len(lowered[0])
    for found in _DATE.finditer(joined):
        low = found.start()
        while low > end:
            number += 1
            start, end = end + 1, end + 1 + len(lowered[number])
        dated[number] = True
    return said, dated


def _looks(page: Page) -> Floats:
    """Return what each line shows by itself, one row a line, columns as in `_OWN`."""
    rows = []
    follows = 0.0
    seen: set[str] = set()
    said, dated = _said(page)
    for text, link, tag, (hit, first, heads), date in zip(
        page.text, page.links, page.tag, said, dated, strict=True
    ):
        size = len(text)
        if heads:
            follows = 1.0
        elif tag == "h1":
            follows = 0.0
        last = text[-1]
        ends = last in _SENTENCE or (last in _CLOSING and text[-2:-1] in _SENTENCE)
        commas = text.count(",") if size > 40 else 0
        linked = link / size if link else 0.0
        rows.append((size, 0.0, linked, linked > 0.8, ends, commas, hit / size, first, date,
                     linked if size > 100 else 0.0, text in seen, follows))  # fmt: skip
        seen.add(text)
        if follows and size > _LONG and linked < 0.5:
            follows *= _FADES
    own = np.array(rows, dtype=np.float64)
    np.minimum(own[:, 5], 3, out=own[:, 5])
    np.minimum(own[:, 6], 1, out=own[:, 6])
    told = np.where((own[:, 4] > 0) | (own[:, 5] > 0), 1.0, 0.4)
    own[:, 1] = np.minimum(own[:, 0] / 160, 1) * told * (1 - own[:, 2])
    return own


def outline(page: Page) -> Floats:
    """Return a row for each line of a page (one at least), with the columns `NAMES`.

    Time is linear in the size of the page.
    """
    count = len(page.text)
    own = _looks(page)
    size = own[:, 0].copy()
    own[:, 0] = np.log1p(size)
    tags = np.array([_KIND_OF_TAG.get(tag, _BARE) for tag in page.tag])
    parts = [own, tags[:, None] == _TAG_NUMBERS, *_groups(page, size, own)]
    sums = np.zeros((count + 1, len(_NEAR)))
    np.cumsum(own[:, _NEAR_COLUMNS], axis=0, out=sums[1:])
    index = np.arange(count)
    for width in _WINDOWS:
        parts.append((sums[index] - sums[np.maximum(index - width, 0)]) / width)
        parts.append((sums[np.minimum(index + 1 + width, count)] - sums[index + 1]) / width)
    return np.concatenate(parts, axis=1, dtype=np.float64)


def _groups(page: Page, size: Floats, own: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return what the elements around each line are called, and what its groups hold."""
    group = np.array(page.group)
    last = np.array(page.last) + 1
    count = len(last)
    sums = np.zeros((count + 1, 4))
    for column, weight in enumerate((size, size * own[:, 2], size * own[:, 1], None)):
        np.cumsum(np.bincount(group, weight, count), out=sums[1:, column])
    inner = sums[last] - sums[:-1]
    wraps = (inner[:, 2] > _WRAPS * inner[0, 2]).tolist()
    called = [0] * count
    for number, (bits, parent) in enumerate(zip(page.region, page.parent, strict=True)):
        if number:
            called[number] = called[parent] | (0 if wraps[number] else bits)
    bits = (np.array(called)[group][:, None] >> _BITS) & 1
    parent = np.maximum(np.array(page.parent), 0)
    at, outer = inner[group], inner[parent[group]]
    held, around = np.maximum(at[:, 0], 1), np.maximum(outer[:, 0], 1)
    return bits, np.stack([
        at[:, 1] / held, at[:, 2] / held, np.log1p(at[:, 3]), outer[:, 1] / around,
        outer[:, 2] / around, np.full(len(size), np.log1p(inner[0, 2])),
    ], axis=1)  # fmt: skip


def _weights(page: Page) -> Floats:
    return np.fromiter(map(len, page.text), np.float64, len(page.text)) ** _POWER


def core(page: Page, odds: Floats) -> tuple[int, int]:
    """Return the element that holds the text: its group, and the one behind its last group.

    `odds` are logarithms of the odds that a line is text, as far as it tells by itself.
    """
    group = np.array(page.group)
    last = np.array(page.last) + 1
    sums = np.zeros(len(last) + 1)
    worth = np.clip(odds, -_MOST, _MOST) * _weights(page)
    np.cumsum(np.bincount(group, worth, len(last)), out=sums[1:])
    inner = sums[last] - sums[:-1]
    top = above = len(inner) - 1 - int(np.argmax(inner[::-1]))
    enough = _NEARLY * inner[top]
    while above > 0:
        above = page.parent[above]
        if inner[above] >= enough:
            top = above
    return top, int(last[top])


def whole(page: Page, odds: Floats) -> Floats:
    """Return what is seen once the core of a page is known, with the columns `WHOLE_NAMES`."""
    low, high = core(page, odds)
    group = np.array(page.group)
    count = len(group)
    under = (group >= low) & (group < high)
    lines = np.flatnonzero(under)
    first, last = (int(lines[0]), int(lines[-1])) if len(lines) else (0, -1)
    index = np.arange(count)
    size = _weights(page)
    start, stop = _run(np.clip(odds, -_MOST, _MOST) * size)
    return np.stack([
        under, group == low, np.full(count, (under * size).sum() / size.sum()),
        np.log1p(np.clip(first - index, 0, 50)), np.log1p(np.clip(index - last, 0, 50)),
        (index >= start) & (index < stop),
    ], axis=1).astype(np.float64)  # fmt: skip


def _run(values: Floats) -> tuple[int, int]:
    """Return where the stretch with the largest sum begins and ends.

    >>> _run(np.array([-1.0, 2.0, -1.0, 3.0, -4.0, 1.0]))
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
