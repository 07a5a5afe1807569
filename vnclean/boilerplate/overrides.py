"""Rules that overrule the networks: blocks that are furniture anywhere, and what stays.

Both are short on purpose: whatever is not plain is the networks' to decide.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.line_patterns import (
    FACT,
    FORMULA,
    ITEM,
    RULES,
    SIGNATURE,
    PatternMatches,
    is_bar,
    match_patterns,
)
from vnclean.boilerplate.lines import lines_containing
from vnclean.boilerplate.page_features import NAMES, Lines
from vnclean.boilerplate.pattern_table import named_pattern
from vnclean.boilerplate.phrases import KINDS, function_words

__all__ = ["certain_rules", "content_lines", "runs_of", "title_and_facts"]

_VISIT_DATE = named_pattern("visit_date")
_HEADINGS = [NAMES.index(f"{kind}_share") for kind in ("related", "nav", "tag")]
_OTHERS = [NAMES.index(f"{kind}_share") for kind in ("form", "share", "comment", "pager")]
_DATE, _HIT = NAMES.index("date"), NAMES.index("hit")
_SPOKEN = [NAMES.index("address"), NAMES.index("phone"),
           *(NAMES.index(f"{kind}_first") for kind in KINDS if kind != "function")]  # fmt: skip
"""What a fact of the page's frame has: an address, a number to call, a phrase at its beginning."""


def certain_rules(lines: Lines, matches: PatternMatches | None = None) -> dict[int, str]:
    """Return the rules of the lines that are furniture wherever they stand.

    `matches` are those of the lines, where they are known.

    >>> from vnclean.boilerplate.page_features import split_lines
    >>> certain_rules(split_lines("Nội dung:(*)\\nNội dung cuộc họp\\n>> Xem thêm: Mùa gặt"))
    {0: 'form', 2: 'article_list'}
    """
    matches = matches or match_patterns(lines.text)
    found = {
        number: RULES[matches.rule[number]] for number in np.flatnonzero(matches.rule >= 0).tolist()
    }
    found.update((number, "menu") for number in _bars(lines.text))
    # The date of the visit stands above all else, with the slogan of the day below it.
    if found.get(1) == "banner" and _VISIT_DATE.match(lines.text[0].lower()):
        found[0] = "banner"
    return found


def _bars(text: list[str]) -> Iterator[int]:
    """Yield the rows of entries between bars that are no rows of a table: they stand alone."""
    for number, line in enumerate(text):
        if line.count("|") < _BARS or len(line) > _LONGEST_BAR or _PUNCTUATION.search(line):
            continue
        entries = list(map(str.strip, line.split("|")))
        beside = text[max(number - 1, 0) : number] + text[number + 1 : number + 2]
        if (
            max(map(len, entries)) <= _LONGEST_ENTRY
            and sum(entry[:1].isalpha() for entry in entries) >= _BARS
            and not any("|" in line for line in beside)
        ):
            yield number


_BARS, _LONGEST_BAR, _LONGEST_ENTRY = 4, 400, 35
"""Bars in such a row, at least; characters of it and of an entry, at most."""
_PUNCTUATION = re.compile(r"[.!?;:](?:\s|$)")


def content_lines(
    lines: Lines, columns: NDArray[np.float32], matches: PatternMatches
) -> NDArray[np.bool_]:
    """Say which lines stay: lists with dashes or numbers, for menus have none; facts one below the
    other, unless they are of the page's frame; ways to get in touch below a line that asks for it;
    signatures; mottos.

    Lists below the heading of an article list, and entries with a date, are not spared.
    """
    signed = (matches.flags & SIGNATURE) > 0
    if signed.any():  # an office above, a name below: the signature of a letter
        signed[:-1] |= signed[1:].copy()
        signed[1:] |= signed[:-1].copy()
    facts = (matches.flags & FACT) > 0
    if facts.any():
        facts &= (columns[_SPOKEN].max(axis=0) == 0) & (columns[_HIT] < _HARDLY)
        for low, high in runs_of(facts):
            facts[low:high] = high - low >= _LISTED
    stays = signed | ((matches.flags & FORMULA) > 0) | _listed(columns, matches) | facts
    stays[_contacts(lines.text)] = True
    return stays


def _contacts(text: list[str]) -> list[int]:
    """Return the lines that say how to get in touch below a line that asks for it, and that."""
    found: list[int] = []
    for number in lines_containing("\n".join(text).lower(), _IN_TOUCH):
        if len(text[number]) < _ASKS:
            continue
        below = text[number + 1 : number + 2 + _CONTACTS]
        ways = list(takewhile(lambda line: len(line) < _WAY and _CONTACT.search(line), below))
        if len(ways) <= _CONTACTS:  # more are a list of something
            found += range(number if ways else number + 1, number + 1 + len(ways))
    return found


def _listed(columns: NDArray[np.float32], matches: PatternMatches) -> NDArray[np.bool_]:
    dash = (matches.flags & ITEM) > 0
    if not dash.any():
        return dash
    dash &= (columns[_DATE] == 0) & (columns[_OTHERS].max(axis=0) < 0.5)
    for low, high in runs_of(dash):
        heading = columns[_HEADINGS, low - 1].max() if low else 0.0
        if high - low < _LISTED or heading >= 0.5:
            dash[low:high] = False
    return dash


def runs_of(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where runs of flagged lines begin, and where the line behind them is."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.view(np.int8), [0]]))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


_LISTED = 3
"""Lines of a list, at least."""
_CONTACTS, _WAY, _ASKS = 6, 160, 25
"""Lines of ways to get in touch, and characters of each, at most; characters of the line that asks
for it, at least."""
_IN_TOUCH = ("liên hệ", "liên lạc", "giải đáp", "hồ sơ", "chi tiết", "đăng ký tham", "đăng kí tham")
_CONTACT = named_pattern("contact")
_HARDLY = 0.25
"""The share of a fact that is phrases of furniture, at most."""


def title_and_facts(
    lines: Lines,
    columns: NDArray[np.float32],
    probability: NDArray[np.float32],
    known: Container[int] = (),
) -> list[int]:
    """Return the line that is the page's title, and the facts of goods below it; these never go.

    The title stands above the first sentence that stays, and says the same words as the body. It
    is none of the lines `known` to be furniture.

    >>> from vnclean.boilerplate.page_features import features, split_lines
    >>> body = "Xã Hòa Lộc trồng thêm ba vạn cây đước, và cây đước năm ngoái đã cao bằng người. "
    >>> page = split_lines("Tin tức\\nHòa Lộc trồng thêm cây đước\\n" + body * 2)
    >>> title_and_facts(page, features(page), np.array([0.9, 0.9, 0.1]))
    [1]
    """
    stays = np.flatnonzero(
        (columns[_PROSE] > 0.5) & (columns[_LENGTH] > _BODY) & (probability < 0.5)
    )
    if not len(stays):
        return []
    first = int(stays[0])
    if not (probability[max(0, first - _ABOVE) : first] >= 0.5).any():
        return []
    said = _words(" ".join(lines.text[number][:_READ] for number in stays[:_BODY_LINES].tolist()))
    best, title = 0.0, -1
    for number in range(max(0, first - _ABOVE), first):
        line = lines.text[number]
        if not 12 <= len(line) <= 200 or line[-1] in ":;," or number in known or _DAY.match(line):
            continue
        own = _words(line)
        if len(own) < 3:
            continue
        if is_bar(line.lower()):
            continue
        share = len(own & said) / len(own)
        # What stands nearer to the body is the title, unless it says much less of it.
        if share >= max(_SAID, best - 0.25):
            best, title = share, number
    if title < 0:
        return []
    return [title] + [n for n in range(title + 1, first) if _FACT.match(lines.text[n])]


_PROSE, _LENGTH = NAMES.index("prose"), NAMES.index("length")
_BODY = float(np.log1p(60))
_ABOVE = 12
"""Lines above the body among which the title is looked for: date, byline and price come between."""
_BODY_LINES, _READ = 6, 500
"""Sentences that are looked through for the words of the title, and characters of each."""
_SAID = 0.5
"""The share of a title's words that the body says as well, at least."""
_WORD = re.compile(r"[^\W_]{2,}")
_FACT, _DAY = named_pattern("product_fact"), named_pattern("day")


def _words(text: str) -> frozenset[str]:
    """Return the words of a text that mean something by themselves."""
    return frozenset(_WORD.findall(text.lower())) - function_words()
