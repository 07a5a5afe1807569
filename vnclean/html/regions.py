"""What the names of elements (tag, class, id) call the part of the page that they hold."""

from __future__ import annotations

import re

from vnclean.caches import cached

__all__ = ["REGIONS", "TAG_REGIONS", "regions_in_name", "regions_of"]

REGIONS = (
    "nav", "side", "foot", "head", "related", "comment", "share", "meta", "form", "shop", "ad",
    "hidden", "widget", "list", "main", "content",
)  # fmt: skip
"""What the tag, class and id of an element may call the part of the page that it holds."""
_BITS = {name: 1 << number for number, name in enumerate(REGIONS)}
TAG_REGIONS = {
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


def regions_of(attributes: dict[str, str | None]) -> int:
    """Return the regions that the attributes of an element speak of, as bits."""
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
