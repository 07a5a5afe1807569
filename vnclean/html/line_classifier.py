"""From the HTML of a page to its text: a logistic regression over lines, in two passes.

`lines` reads the lines of a page, `element_features` their features. A first sum of weights gives
each line log odds of being text by itself, which shows the element that holds the text, the core;
a second one is made in the light of that. The weights are fitted by `training/page.py`, with a
scale of our own judgement as their prior.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.line_patterns import match_patterns
from vnclean.boilerplate.metadata import metadata_kinds
from vnclean.caches import cached_table
from vnclean.errors import ModelError
from vnclean.html.element_features import (
    CORE_NAMES,
    KEEP_LOG_ODDS,
    NAMES,
    PageArrays,
    core_features,
    element_features,
)
from vnclean.html.lines import Page, read_lines
from vnclean.html.parsing import parse

__all__ = ["PageWeights", "classify_lines", "extract_text", "render_text"]


class PageWeights(NamedTuple):
    """What a column counts: for a line by itself, and once the core of the page is known.

    The last number of each is what every line starts with.
    """

    own: NDArray[np.float64]
    with_core: NDArray[np.float64]

    @staticmethod
    @cached_table
    def shipped() -> PageWeights:
        """Return those that come with the package."""
        table = files("vnclean.data").joinpath("page_weights.tsv").read_text(encoding="utf-8")
        rows = [line.split("\t") for line in table.split("\n") if line and line[0] != "#"]
        if [row[0] for row in rows] != [*NAMES, *CORE_NAMES, "start"]:
            raise ModelError(
                "The weights of the HTML classifier do not fit this version. "
                "You can make them anew with training/page.py."
            )
        own = np.array([float(row[1]) for row in rows if row[1]])
        return PageWeights(own, np.array([float(row[2]) for row in rows]))


def classify_lines(page: Page, weights: PageWeights) -> NDArray[np.bool_]:
    """Say which lines of a page (one at least) are its text; one at least is."""
    arrays = PageArrays.from_page(page)
    rows = element_features(page, arrays)
    own = rows @ weights.own[:-1] + weights.own[-1]
    wide = core_features(page, arrays, own)
    columns = len(NAMES)
    odds = rows @ weights.with_core[:columns] + wide @ weights.with_core[columns:-1]
    stays: NDArray[np.bool_] = odds + weights.with_core[-1] >= KEEP_LOG_ODDS
    if not stays.any():
        stays = wide[:, CORE_NAMES.index("under")] > 0
    return stays if stays.any() else np.ones(len(stays), dtype=bool)


def render_text(page: Page, stays: NDArray[np.bool_] | None = None) -> str:
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


def _without_certain(page: Page, stays: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out what says itself that it is furniture; one line at least stays."""
    kept = np.flatnonzero(stays)
    rules = match_patterns([page.text[number].strip() or "-" for number in kept.tolist()]).rule
    if (rules < 0).any():
        stays[kept[rules >= 0]] = False
    return stays


def extract_text(
    page: str | Any, weights: PageWeights | None = None, *, metadata: bool = True
) -> str:
    """Return the text of an HTML page, its furniture left out; titles, dates and bylines stay.

    `page` is its source, or what `parsing.parse` gave. Without `metadata`, title, date, byline,
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
    stays = _without_certain(lines, classify_lines(lines, weights or PageWeights.shipped()))
    if not metadata:
        kept = np.flatnonzero(stays).tolist()
        found = metadata_kinds([lines.text[number].strip() for number in kept])
        stays[[kept[number] for number in found]] = False
        stays[[number for number in kept if lines.tag[number] == "h1"]] = False
    return render_text(lines, stays)
