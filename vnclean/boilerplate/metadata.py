"""Title, date, byline, credits and captions of a page, recognised by how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from vnclean.boilerplate.inline import find_inline
from vnclean.boilerplate.pattern_table import LazyPattern, named_pattern

__all__ = ["Metadata", "extract_metadata", "metadata_kinds"]

_BYLINE = named_pattern("byline")
_CREDIT = named_pattern("byline_or_source")
_SOURCE = named_pattern("source")
_CAPTION = named_pattern("caption_with_credit")
_DEPICTED = named_pattern("depicted_action")
"""What people do in pictures: tells a caption from a heading, both of them without a full stop."""
_UNDER_TITLE = named_pattern("byline_under_title")
_CRUMBS = named_pattern("breadcrumb")
_DATE = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4})(?!\d)")
_DATE_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_MONTHS = (
    "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai",
)  # fmt: skip
_MONTH = rf"tháng ({'|'.join(reversed(_MONTHS))}|giêng|chạp|\d{{1,2}})"
_DATE_WORDS = LazyPattern(
    lambda: rf"(?<!\d)(\d{{1,2}}) {_MONTH}(?:,| năm)? (\d{{4}})(?!\d)", re.IGNORECASE
)
_DATE_BLOG = LazyPattern(lambda: rf"{_MONTH} (\d{{1,2}}), (\d{{4}})(?!\d)", re.IGNORECASE)
_CLOCK = LazyPattern(
    lambda: (
        r"(?<!\d)(\d{1,2})(?: ?giờ ?|[:h])(\d{2})?(?::(\d{2}))?(?!\d)(?: ?phút)?"
        r"(?: ?(am|pm|sa|ch)\b)?"
    ),
    re.IGNORECASE,
)
_STAMP = LazyPattern(
    lambda: (
        r"(?:(?:ngày đăng(?: tin)?|đăng (?:ngày|lúc)|cập nhật(?: lúc| ngày| lần cuối)?|ngày|lúc|"
        r"vào|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|hôm nay|gmt ?\+ ?\d+|am|pm|sa|ch|"
        rf"{_MONTH}|tháng|năm|giờ|phút)\b|[\s\d:,./|()\[\]\-–h+TZ])++$"
    ),
    re.IGNORECASE,
)
_TITLE_STAMP = re.compile(r"\s*\(([^()]*\d{4}[^()]*)\)$")
_STEP = re.compile(r"\s*[>›»/]\s*")
_HEAD = 12
"""Lines above the first sentence among which the title is, at most."""
_SENTENCE = 120
"""Characters from which a line with a full stop at its end counts as body."""


class Metadata(NamedTuple):
    """What a page says about its text; empty where it says nothing."""

    title: str = ""
    date: str = ""
    """ISO 8601: a day, or a day and a time."""
    byline: str = ""
    source: str = ""
    captions: tuple[str, ...] = ()
    dateline: str = ""
    """Whose report it is, as it stands before the first sentence: `TPO`, `Dân trí`."""
    category: str = ""
    """The path of sections that the page stands in, its steps between ` > `."""


def _iso(text: str) -> str:
    """Return the date in a text as ISO 8601, day before month; empty where there is none.

    A date without a year is left alone.

    >>> _iso("THỨ NĂM, 09/07/2020 18:48:18"), _iso("Tháng Tám 18, 2016"), _iso("Chiều 9.7")
    ('2020-07-09T18:48:18', '2016-08-18', '')
    """
    found = _day(text)
    if found is None:
        return ""
    day, month, year, rest = found
    clock = _CLOCK.search(rest)
    hour, minute, second = (int(clock[n] or 0) for n in (1, 2, 3)) if clock else (0, 0, 0)
    if clock and clock[4]:  # noon is 12 PM, midnight 12 AM
        hour = hour % 12 + 12 * (clock[4].lower() in ("pm", "ch")) if hour <= 12 else hour
    try:
        when = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return ""
    return when.isoformat() if clock else when.date().isoformat()


def _day(text: str) -> tuple[int, int, int, str] | None:
    """Return day, month and year in a text, and the text without them."""
    for pattern, order in ((_DATE, (1, 2, 3)), (_DATE_ISO, (3, 2, 1)), (_DATE_WORDS, (1, 2, 3)),
                           (_DATE_BLOG, (2, 1, 3))):  # fmt: skip
        date = pattern.search(text)
        if date is not None:
            day, month, year = (date[number].lower() for number in order)
            rest = text[: date.start()] + " " + text[date.end() :].removeprefix("T")
            return int(day), _month(month), int(year), rest
    return None


def _month(word: str) -> int:
    if word.isdigit():
        return int(word)
    return {"giêng": 1, "chạp": 12}.get(word) or _MONTHS.index(word) + 1


def metadata_kinds(lines: list[str], among: Iterable[int] | None = None) -> dict[int, str]:
    """Return which of the lines (none blank, white space stripped) are metadata, and of what kind.

    `among` are the numbers of the lines that are asked about, all unless given. Kinds: title, date,
    byline, source, caption. A byline is a name on a line of its own after a sentence; the title is
    the short line above the first sentence; a caption has a credit, or tells what people do in
    a picture, without a full stop, between two sentences or near the end.

    >>> body = "Chiều nay, mưa lớn làm ngập nhiều tuyến đường ở trung tâm, xe cộ đi lại khó khăn."
    >>> metadata_kinds(["Mưa ngập phố", "Thứ hai, 03/10/2022", body, "Hoài Thu"])
    {1: 'date', 3: 'byline', 0: 'title'}
    """
    found: dict[int, str] = {}
    body = [number for number, line in enumerate(lines)
            if len(line) > _SENTENCE or (len(line) > 60 and line[-1] in ".…!?”\"")]  # fmt: skip
    sentences = frozenset(body)
    for number in range(len(lines)) if among is None else sorted({*among, *range(_HEAD)}):
        line = lines[number] if number < len(lines) else ""
        if not 0 < len(line) <= 240:
            continue
        if _STAMP.match(line) and _iso(line):
            found[number] = "date"
        elif _CAPTION.match(line) and not line.startswith(("(", "Theo")):
            found[number] = "caption"
        elif body and number < min(body[0], _HEAD) and _UNDER_TITLE.match(line):
            found[number] = "byline"
        elif (
            number - 1 in sentences
            and (number + 1 in sentences or number >= len(lines) - 3)
            and 25 <= len(line) <= 200
            and line[-1].isalnum()
            and line[0].isupper()
            and _DEPICTED.search(line)
        ):
            found[number] = "caption"
        elif number - 1 in sentences or found.get(number - 1) in ("byline", "source"):
            if len(line) <= 80 and _CREDIT.match(line):
                found[number] = "source" if _SOURCE.match(line) else "byline"
            elif len(line) <= 60 and _BYLINE.match(line):
                found[number] = "byline"
    if body and body[0] <= _HEAD:
        above = [n for n in range(body[0]) if n not in found and 12 <= len(lines[n]) <= 200
                 and lines[n][-1] not in ".:;,"]  # fmt: skip
        dates = [n for n, kind in found.items() if kind == "date" and n < body[0]]
        before = [n for n in above if dates and n < dates[-1]]
        if above:
            found[max(before) if before else above[-1]] = "title"
    return found


def extract_metadata(text: str) -> Metadata:
    """Return title, date (ISO 8601), byline, source and captions of a page in plain text.

    Run it after page furniture is gone, or entries of menus may be taken for a title.

    >>> body = "Nước lên nhanh, cả phố ngập. " * 5
    >>> extract_metadata("Mưa ngập phố (20:05 01/07/2020)\\n\\n" + body).date
    '2020-07-01T20:05:00'
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = metadata_kinds(lines)
    first: dict[str, str] = {}
    captions: list[str] = []
    for number in sorted(found):
        kind, line = found[number], lines[number]
        if kind == "caption":
            captions.append(line)
        else:
            first.setdefault(kind, line)
    title = first.get("title", "").lstrip("# ")
    date = _iso(first.get("date", ""))
    stamp = _TITLE_STAMP.search(title)
    if stamp is not None and _iso(stamp[1]):
        date = date or _iso(stamp[1])
        title = title[: stamp.start()]
    dateline, source = _inside([line for n, line in enumerate(lines) if n not in found])
    crumbs = next((found for found in map(_CRUMBS.match, lines[:40]) if found), None)
    return Metadata(
        title,
        date,
        first.get("byline", ""),
        first.get("source", "") or source,
        tuple(captions),
        dateline,
        " > ".join(step for step in _STEP.split(crumbs[1]) if step) if crumbs else "",
    )


def _inside(lines: list[str]) -> tuple[str, str]:
    """Return the dateline before the first sentence and the credit behind the last ones."""
    body = [
        line for line in lines if len(line) > _SENTENCE or (len(line) > 60 and line[-1] in ".)")
    ]
    dateline = source = ""
    for number, line in enumerate(body):
        if number and number < len(body) - 3:
            continue
        for low, high, rule, _ in find_inline(line, drop_metadata=True):
            if rule == "metadata" and high < len(line) and not number:
                dateline = line[low:high].strip(" -–—()")
            elif rule == "metadata" and high == len(line):
                source = line[low:high].strip()
    return dateline, source
