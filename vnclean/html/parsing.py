"""Parsing HTML pages with selectolax (MIT; lexbor), in little time whatever the page."""

from __future__ import annotations

import re
from typing import Any

from vnclean.errors import MissingExtraError

__all__ = ["parse"]

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
