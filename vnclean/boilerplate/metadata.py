"""Title, date, byline, credits and captions of a page, recognised by how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from vnclean.language.alphabet import LETTERS

__all__ = ["Metadata", "extract", "kinds"]

_UPPER = "".join(letter for letter in LETTERS if letter.isupper()) + "FJWZ"
_NAME = rf"[{_UPPER}][^\W\d_]*(?:[ .][{_UPPER}][^\W\d_]*){{1,4}}"
_NAMES = rf"{_NAME}(?: ?(?:[-–,&]|và) ?{_NAME}){{0,3}}"
_BYLINE = re.compile(rf"{_NAMES}(?: ?[-–/(] ?[^.!?]{{2,40}}\)?)?$")
_CREDIT = re.compile(
    r"(?:\(?theo|nguồn(?: ảnh| tin)?|t/h|thực hiện|tác giả|bài(?: và |, ?)ảnh|tin(?: và |, ?)ảnh|"
    r"tin,? bài|ảnh|biên tập|người đăng|đăng bởi|phóng viên|pv)\b ?[:\-–]? ?[^.!?]{2,60}\)?$",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\(?(?:theo|nguồn)\b", re.IGNORECASE)
_CAPTION = re.compile(r".{8,220}[\s(.\-–](?:ảnh|nguồn ảnh) ?: ?[^.!?]{2,40}\)?\.?$", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{2})(?::(\d{2}))?(?!\d)")
_STAMP = re.compile(
    r"(?:(?:ngày đăng(?: tin)?|đăng (?:ngày|lúc)|cập nhật(?: lúc| ngày)?|ngày|lúc|"
    r"thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|gmt ?\+ ?\d+|am|pm|sa|ch|vào)\b|"
    r"[\s\d:,./|()\[\]\-–h+])++$",
    re.IGNORECASE,
)
_TITLE_STAMP = re.compile(r"\s*\(([^()]*\d{4}[^()]*)\)$")
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


def _iso(text: str) -> str:
    """Return the date in a text as ISO 8601, day before month; empty where there is none.

    A date without a year is left alone.

    >>> _iso("THỨ NĂM, 09/07/2020 18:48:18"), _iso("Chiều 9.7")
    ('2020-07-09T18:48:18', '')
    """
    date = _DATE.search(text)
    if date is None:
        return ""
    day, month, year = map(int, date.groups())
    clock = _CLOCK.search(text[: date.start()] + " " + text[date.end() :])
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    try:
        when = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return ""
    return when.isoformat() if clock else when.date().isoformat()


def kinds(lines: list[str], among: Iterable[int] | None = None) -> dict[int, str]:
    """Return which of the lines (none blank, white space stripped) are metadata, and of what kind.

    `among` are the numbers of the lines that are asked about, all unless given. Kinds: title, date,
    byline, source, caption. A byline is a name on a line of its own after a
    sentence; the title is the short line above the first sentence.

    >>> body = "Chiều nay, mưa lớn làm ngập nhiều tuyến đường ở trung tâm, xe cộ đi lại khó khăn."
    >>> kinds(["Mưa ngập phố", "Thứ hai, 03/10/2022", body, "Hoài Thu"])
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
        if _iso(line) and _STAMP.match(line):
            found[number] = "date"
        elif _CAPTION.match(line) and not line.startswith(("(", "Theo")):
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


def extract(text: str) -> Metadata:
    """Return title, date (ISO 8601), byline, source and captions of a page in plain text.

    Run it after page furniture is gone, or entries of menus may be taken for a title.

    >>> extract("Mưa ngập phố (20:05 01/07/2020)\\n\\n" + "Nước lên nhanh, cả phố ngập. " * 5).date
    '2020-07-01T20:05:00'
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    found = kinds(lines)
    first: dict[str, str] = {}
    captions: list[str] = []
    for number in sorted(found):
        kind, line = found[number], lines[number]
        if kind == "caption":
            captions.append(line)
        else:
            first.setdefault(kind, line)
    title = first.get("title", "")
    date = _iso(first.get("date", ""))
    stamp = _TITLE_STAMP.search(title)
    if stamp is not None and _iso(stamp[1]):
        date = date or _iso(stamp[1])
        title = title[: stamp.start()]
    return Metadata(title, date, first.get("byline", ""), first.get("source", ""), tuple(captions))
