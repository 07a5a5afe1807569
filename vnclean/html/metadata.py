"""What an HTML page declares about itself: JSON-LD, Open Graph, other `meta`, `time`, `title`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from vnclean.boilerplate.metadata import extract_metadata

__all__ = ["declared_metadata", "metadata_fields"]

_SCRIPTS, _LONGEST, _OBJECTS = 20, 1 << 20, 2000
_TITLE = ("og:title", "twitter:title", "title")
_DATE = ("article:published_time", "pubdate", "publish_date", "date", "dc.date", "dc.date.issued",
         "datepublished", "og:published_time")  # fmt: skip
_BYLINE = ("author", "article:author", "dc.creator")
_CATEGORY = ("article:section", "category")


def _json_ld_objects(parsed: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD, outer ones first."""
    for script in parsed.css('script[type="application/ld+json"]')[:_SCRIPTS]:
        source = script.text()
        if len(source) > _LONGEST:
            continue
        try:
            waiting: list[Any] = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_OBJECTS):
            if not waiting:
                break
            value = waiting.pop(0)
            if isinstance(value, dict):
                yield value
                waiting += [inner for inner in value.values() if isinstance(inner, dict | list)]
            elif isinstance(value, list):
                waiting[:0] = value


def _name_of(value: Any) -> str:
    """Return what a value of JSON-LD names: a text, or the name of a thing or of several."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_name_of, value[:10])))
    return " ".join(value.split()) if isinstance(value, str) else ""


def _iso_date(text: str) -> str:
    """Return a date as ISO 8601, empty where it is none.

    >>> _iso_date("2022-05-03T07:00:00+07:00"), _iso_date("hôm qua")
    ('2022-05-03T07:00:00+07:00', '')
    """
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        return extract_metadata(text).date
    return text.strip() if "T" in text or " " in text.strip() else when.date().isoformat()


def declared_metadata(parsed: Any) -> dict[str, str]:
    """Return what a parsed page declares: title, date, byline, category, site and url, if told.

    >>> from vnclean.html.parsing import parse
    >>> page = "<title>Lũ rút</title><meta property=og:site_name content='Báo Xóm'>"
    >>> declared_metadata(parse(page))
    {'title': 'Lũ rút', 'site': 'Báo Xóm'}
    """
    meta: dict[str, str] = {}
    for node in parsed.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        if name and (content := (attributes.get("content") or "").strip()):
            meta.setdefault(name.lower(), " ".join(content.split()))
    found = dict.fromkeys(("title", "date", "byline", "category", "site", "url"), "")
    for thing in _json_ld_objects(parsed):
        if not ("headline" in thing or "datePublished" in thing):
            continue
        found["title"] = found["title"] or _name_of(thing.get("headline"))
        found["date"] = found["date"] or _iso_date(_name_of(thing.get("datePublished")))
        found["byline"] = found["byline"] or _name_of(thing.get("author"))
        found["category"] = found["category"] or _name_of(thing.get("articleSection"))
        found["site"] = found["site"] or _name_of(thing.get("publisher"))
    found["title"] = found["title"] or next((meta[n] for n in _TITLE if n in meta), "")
    found["date"] = found["date"] or next(
        (date for name in _DATE if name in meta and (date := _iso_date(meta[name]))), ""
    )
    found["byline"] = found["byline"] or next(
        (meta[n] for n in _BYLINE if n in meta and "://" not in meta[n]), ""
    )
    found["category"] = found["category"] or next((meta[n] for n in _CATEGORY if n in meta), "")
    found["site"] = found["site"] or meta.get("og:site_name", "")
    if not found["title"] and (title := parsed.css_first("title")) is not None:
        found["title"] = " ".join(title.text().split())
    if not found["date"] and (moment := parsed.css_first("time[datetime]")) is not None:
        found["date"] = _iso_date(moment.attributes.get("datetime") or "")
    link = parsed.css_first('link[rel="canonical"][href]')
    address = (link.attributes.get("href") if link is not None else "") or meta.get("og:url", "")
    if address and is_web_address(address):
        found["url"] = address
    return {name: value for name, value in found.items() if value}


def is_web_address(address: str) -> bool:
    """Say whether an address is one of the web.

    >>> is_web_address("https://bao.vn/a"), is_web_address("/a"), is_web_address("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def metadata_fields(text: str, known: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the metadata of a text as plain values; what is `known` counts more than what it says.

    Names are those of `vnclean.boilerplate.metadata.Metadata`; what is not told is left out.

    >>> metadata_fields("Lũ rút (20:05 01/07/2020)\\n\\n" + "Nước rút nhanh, đường còn ngập. " * 5)
    {'title': 'Lũ rút', 'date': '2020-07-01T20:05:00'}
    """
    told = extract_metadata(text)._asdict()
    merged = {**told, **(known or {})}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in merged.items()
        if value
    }
