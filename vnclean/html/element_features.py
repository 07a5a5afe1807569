"""The features of the lines of an HTML page: of their text, their elements and their place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.phrases import KINDS, phrases, phrases_in
from vnclean.html.lines import Page
from vnclean.html.regions import REGIONS

__all__ = [
    "CORE_NAMES",
    "KEEP_LOG_ODDS",
    "NAMES",
    "PageArrays",
    "core_element",
    "core_features",
    "element_features",
]

Floats = NDArray[np.float64]

_SHORT = 60
"""Lines of so many characters at most are looked through for the phrases of furniture."""
_SENTENCE = ".?!…"
_CLOSING = "”\"')]*_"
_LINK = 0.8
"""Lines with so great a share of links tell enough by that."""
_LISTS = frozenset(KINDS.index(kind) for kind in ("related", "comment", "tag", "footer"))
"""Headings of these kinds speak of the lines below them, too."""
_ANSWERS = frozenset({"trả lời", "câu trả lời"})
"""What stands above the answers of a page of questions, which are its text."""
_LONG, _FADES = 180, 0.5
"""So much is left of what such a heading says, after each paragraph of so many characters."""
_TAGS = ("p", "h1", "h", "li", "cell", "note", "bare")
_OWN = ("length", "prose", "links", "linked", "ends", "commas", "hit", "told",
        "again", "follows")  # fmt: skip
_GROUP = ("group_links", "group_prose", "group_lines", "outer_links", "outer_prose", "page_prose")
_NEAR = ("prose", "linked", "hit")
_WINDOWS = (1, 3)
NAMES = (
    *_OWN, *_TAGS, *REGIONS, *_GROUP,
    *(f"{name}@{side}{width}" for width in _WINDOWS for side in "<>" for name in _NEAR),
)  # fmt: skip
"""The names of the columns that `element_features` returns."""
CORE_NAMES = ("under", "at", "share", "above", "below", "inside")
"""The names of the columns that `core_features` returns."""
_PROSE, _LINKS, _LINKED, _ENDS, _COMMAS, _HIT, _LINKED_TEXT, _AGAIN, _FOLLOWS = range(1, len(_OWN))
_NEAR_COLUMNS = [_OWN.index(name) for name in _NEAR]
_BARE, _REGION_COLUMN = NAMES.index("bare"), NAMES.index(REGIONS[0])
_TAG_COLUMN = {
    tag: NAMES.index(name)
    for name, tags in {
        "p": "p blockquote pre", "h1": "h1", "h": "h2 h3 h4 h5 h6", "li": "li dt dd",
        "cell": "td th", "note": "figcaption caption",
    }.items()
    for tag in tags.split()
}  # fmt: skip
_BITS = np.arange(len(REGIONS))
_FAR = 50
_WRAPS = 0.6
"""An element with so great a share of the prose is the page, not a part of it."""
KEEP_LOG_ODDS = -2.2
"""The logarithm of the odds for text below which a line goes: nine to one against it."""
_LEAST, _MOST, _POWER, _NEARLY = -4.0, 3.0, 0.6, 0.9
"""A line counts by its log odds above `KEEP_LOG_ODDS`, within these bounds, and by this power of
its length; the core is the greatest element around the best one that has nearly its sum. So lines
in doubt, such as those of a long list, do not speak against the element they are in."""


class PageArrays(NamedTuple):
    """The columns of a page that are asked for again and again, as arrays."""

    size: Floats
    group: NDArray[np.int64]
    """The group of each line."""
    end: NDArray[np.int64]
    """For each group the number behind the last group inside it."""
    worth: Floats
    """What each line counts when lines are added up."""

    @staticmethod
    def from_page(page: Page) -> PageArrays:
        """Return that of a page."""
        size = np.array([len(text) for text in page.text], dtype=np.float64)
        return PageArrays(size, np.array(page.group), np.array(page.last) + 1, size**_POWER)

    def inside(self, values: Floats) -> Floats:
        """Return for each group the sums of the rows of values over all lines in it."""
        count = len(self.end)
        sums = np.zeros((len(values), count + 1))
        for row, own in zip(values, sums, strict=True):
            own[1:] = np.bincount(self.group, row, count)
        np.cumsum(sums, axis=1, out=sums)
        result: Floats = sums.take(self.end, axis=1)
        result -= sums[:, :-1]
        return result


def _set_phrase_shares(page: Page, own: Floats) -> list[int]:
    """Fill in how much of each line is phrases of furniture; return the lines that begin with one
    that speaks of the lines below. One pass over all short lines.
    """
    numbers: list[int] = []
    lowered: list[str] = []
    for number, (text, link) in enumerate(zip(page.text, page.links, strict=True)):
        size = len(text)
        if size <= _SHORT and link < _LINK * size:
            text = text.lower()
            numbers.append(number)
            lowered.append(text)
    hits: dict[int, int] = {}
    heads: list[int] = []
    known = phrases()
    for which, start, phrase in phrases_in("\n".join(lowered)):
        number = numbers[which]
        hits[number] = hits.get(number, 0) + len(phrase)
        if start <= 3 and known[phrase] in _LISTS and phrase not in _ANSWERS:
            size = len(lowered[which])
            if size < 40 or hits[number] > 0.5 * size:
                heads.append(number)
    if hits:
        own[list(hits), _HIT] = list(hits.values())
    return heads


def _set_own(page: Page, arrays: PageArrays, own: Floats) -> None:
    """Fill in the features of each line by itself, one row a line, columns as in `_OWN`."""
    size, texts = arrays.size, page.text
    heads = _set_phrase_shares(page, own)
    linked = own[:, _LINKS]
    np.divide(page.links, size, out=linked)
    own[:, _HIT] /= size
    np.minimum(own[:, _HIT], 1, out=own[:, _HIT])
    own[:, _LINKED] = linked > _LINK
    own[:, _LINKED_TEXT] = linked * (size > 100)
    ends = [
        text[-1] in _SENTENCE or (text[-1] in _CLOSING and text[-2:-1] in _SENTENCE)
        for text in texts
    ]
    commas = [text.count(",") if len(text) > 40 else 0 for text in texts]
    own[:, _ENDS] = ends
    np.minimum(commas, 3, out=own[:, _COMMAS])
    if len(set(texts)) < len(texts):
        seen: set[str] = set()
        for number, text in enumerate(texts):
            if text in seen:
                own[number, _AGAIN] = 1
            seen.add(text)
    if heads:
        own[:, _FOLLOWS] = _below_heading(page, set(heads))
    told = 0.4 + 0.6 * ((own[:, _ENDS] + own[:, _COMMAS]) > 0)
    np.log1p(size, out=own[:, 0])
    own[:, _PROSE] = np.minimum(size / 160, 1) * told * (1 - linked)


def _below_heading(page: Page, heads: set[int]) -> list[float]:
    """Return how much what a heading says of the lines below it holds for each line."""
    result = []
    follows = 0.0
    for number, (text, link, tag) in enumerate(zip(page.text, page.links, page.tag, strict=True)):
        if number in heads:
            follows = 1.0
        elif tag == "h1":
            follows = 0.0
        result.append(follows)
        if follows and len(text) > _LONG and link < 0.5 * len(text):
            follows *= _FADES
    return result


def element_features(page: Page, arrays: PageArrays) -> Floats:
    """Return a row for each line of a page (one at least), with the columns `NAMES`.

    Time is linear in the size of the page.
    """
    count = len(page.text)
    rows = np.zeros((count, len(NAMES)))
    own = rows[:, : len(_OWN)]
    _set_own(page, arrays, own)
    index = np.arange(count)
    rows[index, [_TAG_COLUMN.get(tag, _BARE) for tag in page.tag]] = 1
    _set_groups(page, arrays, own, rows[:, _REGION_COLUMN:])
    # The sums of the lines before each, with room for the widest window at both ends.
    wide = _WINDOWS[-1]
    sums = np.zeros((count + 2 * wide + 1, len(_NEAR)))
    np.cumsum(own[:, _NEAR_COLUMNS], axis=0, out=sums[wide + 1 : wide + 1 + count])
    sums[wide + 1 + count :] = sums[wide + count]
    column = len(NAMES) - 2 * len(_WINDOWS) * len(_NEAR)
    for width in _WINDOWS:
        for low, high in ((wide - width, wide), (wide + 1, wide + 1 + width)):
            near = rows[:, column : column + len(_NEAR)]
            np.subtract(sums[high : high + count], sums[low : low + count], out=near)
            if width > 1:
                near /= width
            column += len(_NEAR)
    return rows


def _set_groups(page: Page, arrays: PageArrays, own: Floats, rows: Floats) -> None:
    """Fill in what the elements around each line are called, and what its groups hold."""
    size, group = arrays.size, arrays.group
    values = np.ones((4, len(size)))
    values[0] = size
    np.multiply(own[:, [_LINKS, _PROSE]].T, size, out=values[1:3])
    inner = arrays.inside(values)
    prose = inner[2]
    wraps = (prose > _WRAPS * prose[0]).tolist()
    called = [0]
    for bits, parent, wrap in zip(page.region[1:], page.parent[1:], wraps[1:], strict=True):
        above = called[parent]
        called.append(above if wrap else above | bits)
    width = len(REGIONS)
    rows[:, :width] = (np.array(called)[group][:, None] >> _BITS) & 1
    shares = inner[1:3] / np.maximum(inner[0], 1)
    outer = np.array(page.parent)[group]
    np.maximum(outer, 0, out=outer)
    rows[:, width : width + 2] = shares[:, group].T
    rows[:, width + 2] = np.log1p(inner[3])[group]
    rows[:, width + 3 : width + 5] = shares[:, outer].T
    rows[:, width + 5] = np.log1p(prose[0])


def core_element(page: Page, arrays: PageArrays, worth: Floats) -> tuple[int, int]:
    """Return the element that holds the text: its group, and the one behind its last group.

    `worth` is how much each line speaks for its element, as far as it tells by itself.
    """
    inner = arrays.inside(worth[None])[0]
    top = above = len(inner) - 1 - int(inner[::-1].argmax())
    enough = _NEARLY * inner[top]
    while above > 0:
        above = page.parent[above]
        if inner[above] >= enough:
            top = above
    return top, int(arrays.end[top])


def core_features(page: Page, arrays: PageArrays, odds: Floats) -> Floats:
    """Return the features that the core of a page gives its lines, with the columns `CORE_NAMES`.

    `odds` are logarithms of the odds that a line is text, as far as it tells by itself.
    """
    worth = np.minimum(np.maximum(odds - KEEP_LOG_ODDS, _LEAST), _MOST) * arrays.worth
    low, high = core_element(page, arrays, worth)
    group = arrays.group
    count = len(group)
    rows = np.zeros((count, len(CORE_NAMES)))
    under = (group >= low) & (group < high)
    lines = under.nonzero()[0]
    rows[:, 0] = under
    rows[:, 1] = group == low
    rows[:, 2] = arrays.worth @ under / arrays.worth.sum()
    first, last = (int(lines[0]), int(lines[-1])) if len(lines) else (0, -1)
    index = np.arange(count)
    np.log1p(np.minimum(np.maximum(first - index, 0), _FAR), out=rows[:, 3])
    np.log1p(np.minimum(np.maximum(index - last, 0), _FAR), out=rows[:, 4])
    start, stop = _maximum_subarray(worth)
    rows[start:stop, 5] = 1
    return rows


def _maximum_subarray(values: Floats) -> tuple[int, int]:
    """Return where the stretch with the largest sum begins and ends (Kadane's algorithm).

    >>> _maximum_subarray(np.array([-1.0, 2.0, -1.0, 3.0, -4.0, 1.0]))
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
