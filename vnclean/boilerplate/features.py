"""What a line of a document looks like, alone and among its neighbours, as numbers.

All counting runs over the whole document at once (regular expressions and numpy), for the budget
is ten microseconds a line. Only the ends of long lines are read: their middle adds nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.lines import Lines, split_lines
from vnclean.boilerplate.phrases import KINDS, matcher, phrases

__all__ = ["NAMES", "Lines", "Looks", "features", "look", "split_lines"]

Floats = NDArray[np.float32]

HEAD, TAIL = 110, 30
"""Characters read at the beginning and at the end of a line; what lies between is only counted."""

_NUMBER = re.compile(r"\d[\d./:,()\-\u2013 ]{2,40}\d")
_DATE = re.compile(r"\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{4}|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_PHONE = re.compile(r"(?:0|84|1[89]00)[\d. ()\-\u2013]{6,18}$")
_ADDRESS = re.compile(r"@|https?:|www\.|\.(?:com|vn|net|org|edu)\b")

_COPYRIGHT = re.compile(r"©|\(c\)|copyright")

_PICTURE = re.compile(r"[-–] (?:ảnh|hình) \d+\.?$")
_COUNT_ALONE = re.compile(r"[^\d]{0,40}\(\d{1,5}\)$|\d{1,7}$")

_CLASSES = ("upper", "lower", "marked", "digit", "blank", "comma", "stop", "separator", "other")


@cache
def _class_table() -> NDArray[np.uint8]:
    table = np.full(0x3001, _CLASSES.index("other"), dtype=np.uint8)
    for code in range(0x3000):
        char = chr(code)
        if char.isdigit():
            kind = "digit"
        elif char.isupper():
            kind = "upper"
        elif char.isalpha():
            kind = "lower" if code < 128 else "marked"
        elif char.isspace():
            kind = "blank"
        elif char in ",;":
            kind = "comma"
        elif char in ".?!…":
            kind = "stop"
        elif char in "|›»>/•·":
            kind = "separator"
        else:
            continue
        table[code] = _CLASSES.index(kind)
    return table


_KINDS = [kind for kind in KINDS if kind != "function"]
_OWN = (
    ["length", "words", "letters", "capitals", "marked", "digits", "commas", "stops", "separators",
     "others", "function", "ends_stop", "ends_colon", "ends_comma", "ends_ellipsis", "ends_star",
     "bullet", "numbered", "starts_lower", "all_capitals", "title_case", "latin_only", "date",
     "date_alone", "clock", "phone", "address", "copyright", "arrow", "short", "prose", "repeats",
     "gap_before", "gap_after", "markup", "quote", "hit", "word_length", "braces", "alike",
     "cells", "picture", "count_alone"]
    + [f"{kind}_share" for kind in _KINDS]
    + [f"{kind}_first" for kind in _KINDS]
)  # fmt: skip
_NEAR = ("length", "function", "ends_stop", "prose", "hit", "date", "repeats", "title_case",
         "nav_share", "related_first", "form_share", "footer_share", "comment_share", "gap_after",
         "short", "digits", "numbered", "bullet")  # fmt: skip
_WIDE = ("length", "ends_stop", "function", "prose", "hit", "repeats", "date", "title_case",
         "digits", "short", "gap_before", "bullet", "numbered", "alike", "ends_colon")  # fmt: skip
_WINDOWS = (3, 8, 20)
_HEADINGS = ("related", "comment", "footer", "form", "nav", "pager", "tag", "share")
NAMES = (
    _OWN
    + [f"{name}@{step:+d}" for step in (-2, -1, 1, 2) for name in _NEAR]
    + [f"{name}@{side}{width}" for width in _WINDOWS for side in ("before", "after")
       for name in _WIDE]
    + ["mass_before", "mass_after", "prose_before", "prose_after", "hits_before", "hits_after",
       "from_start", "from_end", "relative", "to_prose_up", "to_prose_down", "lines",
       "head_hits", "tail_hits", "frame_lines", "body_inside", "body_off", "core_inside",
       "core_off", "document_hits", "document_prose", "document_short", "document_length",
       "run_short", "run_gapless", "like_title", "heading_prose"]
    + [f"since_{kind}" for kind in _HEADINGS]
    + [f"prose_since_{kind}" for kind in _HEADINGS]
)  # fmt: skip
"""The names of the columns that `features` returns."""


def _cut(line: str) -> str:
    return line if len(line) <= HEAD + TAIL else line[:HEAD] + " " + line[-TAIL:]


class Looks(NamedTuple):
    """What lines show by themselves, whatever stands around them."""

    own: Floats
    """One row a line, columns as in `_OWN`."""
    line: NDArray[np.int64]
    """The same number for the same line."""
    begin: NDArray[np.int64]
    """The same number for lines that begin alike."""

    def of(self, lines: Any) -> Looks:
        """Return the looks of some of the lines."""
        return Looks(self.own[lines], self.line[lines], self.begin[lines])


def _numbers(items: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different items, and for each item its number among them."""
    number = {item: at for at, item in enumerate(dict.fromkeys(items))}
    ids = np.fromiter(map(number.__getitem__, items), dtype=np.int64, count=len(items))
    return list(number), ids


def look(lines: Lines) -> Looks:
    """Look at each line by itself; a line that is repeated is looked at once."""
    different, ids = _numbers(lines.text)
    # Entries of a list of articles or goods begin alike.
    _, begins = _numbers([line[:16].lower() for line in different])
    return Looks(_own(different)[ids], ids, begins[ids])


def _own(lines: list[str]) -> Floats:
    """Return what each line shows by itself, one row a line, columns as in `_OWN`."""
    count = len(lines)
    if not count:
        return np.zeros((0, len(_OWN)), dtype=np.float32)
    cuts = [_cut(line) for line in lines]
    body = "\n".join(cuts)
    lowered = body.lower()
    codes = np.frombuffer(body.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = np.fromiter(map(len, cuts), dtype=np.int64, count=count)
    starts = np.zeros(count, dtype=np.int64)
    np.cumsum(sizes[:-1] + 1, out=starts[1:])
    line_of = np.repeat(np.arange(count), sizes + 1)[:-1]
    kinds = _class_table()[np.minimum(codes, 0x3000)]
    counts = np.bincount(line_of * len(_CLASSES) + kinds, minlength=count * len(_CLASSES))
    per = counts.reshape(count, -1).astype(np.float32)
    size = sizes.astype(np.float32)
    upper, lower, marked, digit, blank, comma, stop, separator, other = per.T
    blank = blank - (np.arange(count) < count - 1)  # the line feed that joins two lines
    letters = upper + lower + marked
    words = blank + 1
    solid = np.maximum(letters, 1)
    out: dict[str, Any] = {
        "length": np.log1p(np.fromiter(map(len, lines), dtype=np.float32, count=count)),
        "words": np.log1p(words),
        "letters": letters / size,
        "capitals": upper / solid,
        "marked": marked / solid,
        "digits": digit / size,
        "commas": comma / words,
        "stops": stop / words,
        "separators": np.log1p(separator),
        "others": other / size,
        "all_capitals": (lower + marked == 0) & (upper > 1),
        "title_case": np.minimum(upper / words, 2.0),
        "latin_only": (marked == 0) & (lower > 3),
        "word_length": np.minimum(size / words, 20) / 5,
    }
    # `lower` may lengthen a text (one letter of Turkish): then its lines are counted anew.
    low_starts = starts
    if len(lowered) != len(body):
        low = np.fromiter((len(c.lower()) for c in cuts), dtype=np.int64, count=count)
        low_starts = np.zeros(count, dtype=np.int64)
        np.cumsum(low[:-1] + 1, out=low_starts[1:])
    known = phrases()
    hits = [(m.start(), known[m.group()], m.end() - m.start()) for m in matcher().finditer(lowered)]
    at, kind, length = (
        np.array(hits, dtype=np.int64).T if hits else np.zeros((3, 0), dtype=np.int64)
    )
    row = np.searchsorted(low_starts, at, side="right") - 1
    table = np.zeros((count, len(KINDS)), dtype=np.float32)
    np.add.at(table, (row, kind), length.astype(np.float32))
    first = np.zeros((count, len(KINDS)), dtype=np.float32)
    leading = at - low_starts[row] <= 3
    first[row[leading], kind[leading]] = 1
    function_count = np.bincount(row[kind == KINDS.index("function")], minlength=count)
    out["function"] = function_count / words
    for number, name in enumerate(KINDS):
        if name != "function":
            out[f"{name}_share"] = np.minimum(table[:, number] / size, 1)
            out[f"{name}_first"] = first[:, number]
    columns = {name: np.zeros(count, dtype=np.float32) for name in (
        "date", "date_alone", "clock", "phone", "address", "copyright")}  # fmt: skip
    numbers = [(m.start(), m.group()) for m in _NUMBER.finditer(lowered)]
    rows = np.searchsorted(low_starts, np.array([n for n, _ in numbers], dtype=np.int64), "right")
    for index, (_, token) in zip((rows - 1).tolist(), numbers, strict=True):
        if _DATE.search(token):
            columns["date"][index] = 1
            columns["date_alone"][index] = letters[index] < 14
        if _CLOCK.search(token):
            columns["clock"][index] = 1
        elif _PHONE.match(token):
            columns["phone"][index] = 1
    for name, pattern in (("address", _ADDRESS), ("copyright", _COPYRIGHT)):
        found = np.array([m.start() for m in pattern.finditer(lowered)], dtype=np.int64)
        columns[name][np.searchsorted(low_starts, found, side="right") - 1] = 1
    out.update(columns)
    _set_edges(out, lines, cuts, codes, starts, sizes)
    length_true = np.expm1(out["length"])
    out["short"] = length_true < 60
    prose = np.minimum(length_true / 160, 1) * np.minimum(out["function"] * 5, 1)
    out["prose"] = prose * (0.4 + 0.6 * np.minimum(comma + stop + np.array(out["ends_stop"]), 1))
    shares = sum(out[f"{name}_share"] for name in _KINDS if name not in ("meta", "slogan"))
    out["hit"] = np.minimum(shares, 1)
    out.update(dict.fromkeys(_AMONG, np.zeros(count, dtype=np.float32)))
    return np.stack([np.asarray(out[name], dtype=np.float32) for name in _OWN], axis=1)


def _codes(chars: str) -> NDArray[np.uint32]:
    return np.array([ord(char) for char in chars], dtype=np.uint32)


_STOPS, _COMMAS, _QUOTED, _AFTER = _codes(".?!…"), _codes(",;"), _codes("”\"')*_"), _codes(".?!…:")
_BULLETS, _ARROWS = _codes("-–—+•*●▪◦·✓✔►▶★⭐➢→◆■□○"), _codes("»›>|")
_OPENING, _MARKUP = _codes("“\"'‘«"), _codes("#*_[\\")


def _set_edges(
    out: dict[str, Any],
    lines: list[str],
    cuts: list[str],
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> None:
    """Fill in the columns that tell how lines begin and end."""
    first, kinds = codes[starts], _class_table()
    last, last2, last3 = (
        np.where(sizes > back, codes[np.maximum(starts + sizes - 1 - back, 0)], 0)
        for back in range(3)
    )
    is_stop = np.isin(last, _STOPS)
    out["ends_stop"] = is_stop | (np.isin(last, _QUOTED) & np.isin(last2, _AFTER))
    out["ends_colon"] = last == ord(":")
    out["ends_comma"] = np.isin(last, _COMMAS)
    dots = (last == ord(".")) & (last2 == ord(".")) & (last3 == ord("."))
    cut_off = (last == ord("]")) & (last2 == ord(".")) & (last3 == ord("."))
    out["ends_ellipsis"] = (last == ord("…")) | dots | cut_off
    star, before = last == ord("*"), np.isin(last2, _codes(" :"))
    out["ends_star"] = (
        (star & before)
        | ((last == ord(":")) & (last2 == ord("*")))
        | ((last == ord(")")) & (last2 == ord("*")) & (last3 == ord("(")))
    )
    out["bullet"] = np.isin(first, _BULLETS) | ((first >= 0xE000) & (first <= 0xF8FF))
    kind = kinds[np.minimum(first, 0x3000)]
    digit = _CLASSES.index("digit")
    out["numbered"] = kind == digit
    out["starts_lower"] = (kind == _CLASSES.index("lower")) | (kind == _CLASSES.index("marked"))
    out["arrow"] = np.isin(first, _ARROWS)
    out["quote"] = np.isin(first, _OPENING)
    out["markup"] = np.isin(first, _MARKUP)
    # Few lines can be any of these; only they are read in full.
    braces, cells, picture, alone = (np.zeros(len(lines), dtype=np.float32) for _ in range(4))
    if np.isin(codes, _codes("{}[")).any():
        braces[:] = ["{{" in line or "}}" in line or "[[" in line for line in cuts]
    for number in np.flatnonzero(first == ord("|")).tolist():
        cells[number] = min(lines[number].count("|"), 8)
    by_number = kinds[np.minimum(last, 0x3000)] == digit
    for number in np.flatnonzero(by_number | (last == ord("."))).tolist():
        picture[number] = _PICTURE.search(lines[number][-16:].lower()) is not None
    for number in np.flatnonzero((by_number | (last == ord(")"))) & (sizes < 50)).tolist():
        alone[number] = _COUNT_ALONE.match(lines[number]) is not None
    out["braces"], out["cells"], out["picture"], out["count_alone"] = braces, cells, picture, alone


_AMONG = ("repeats", "alike", "gap_before", "gap_after")
"""Columns of `_OWN` that change when other lines go."""


def _set_among(own: Floats, looks: Looks, lines: Lines) -> None:
    """Fill in the columns that tell a line's place among the others."""
    own[:, _OWN.index("repeats")] = np.log2(np.bincount(looks.line)[looks.line])
    own[:, _OWN.index("alike")] = np.log2(np.bincount(looks.begin)[looks.begin])
    gaps = np.minimum(np.array(lines.before, dtype=np.float32), 4)
    own[:, _OWN.index("gap_before")] = gaps
    own[:, _OWN.index("gap_after")] = np.append(gaps[1:], 4)


def _since(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each line the index of the last flagged line at or before it, or -1."""
    marks = np.where(flags, np.arange(len(flags)), -1)
    return np.maximum.accumulate(marks)


def features(lines: Lines, looks: Looks | None = None) -> Floats:
    """Return one row for each line, with the columns `NAMES`; linear in the size of the text.

    `looks` are those of the lines, where they are known.
    """
    count = len(lines.text)
    if not count:
        return np.zeros((0, len(NAMES)), dtype=np.float32)
    looks = looks or look(lines)
    own = looks.own.copy()
    _set_among(own, looks, lines)
    column = {name: own[:, number] for number, name in enumerate(_OWN)}
    parts: list[Floats] = [own]
    near = own[:, [_OWN.index(name) for name in _NEAR]]
    for step in (-2, -1, 1, 2):
        moved = np.zeros_like(near)
        if step < 0:
            moved[-step:] = near[:step]
        else:
            moved[:-step] = near[step:]
        parts.append(moved)
    wide = own[:, [_OWN.index(name) for name in _WIDE]].astype(np.float64)
    sums = np.zeros((count + 1, wide.shape[1]))
    np.cumsum(wide, axis=0, out=sums[1:])
    index = np.arange(count)
    for width in _WINDOWS:
        low = np.maximum(index - width, 0)
        parts.append(((sums[index] - sums[low]) / width).astype(np.float32))
        high = np.minimum(index + 1 + width, count)
        parts.append(((sums[high] - sums[index + 1]) / width).astype(np.float32))
    true_length = np.expm1(column["length"]).astype(np.float64)
    prose_mass = np.concatenate([[0.0], np.cumsum(true_length * (column["prose"] > 0.5))])
    mass = np.concatenate([[0.0], np.cumsum(true_length)])
    hits = np.concatenate([[0.0], np.cumsum(column["hit"], dtype=np.float64)])
    total = max(mass[-1], 1.0)
    is_prose = column["prose"] > 0.5
    up = index - _since(is_prose)
    up[_since(is_prose) < 0] = 60
    back = _since(is_prose[::-1])[::-1]
    down = np.where(back < 0, 60, index[::-1] - back)
    not_short = column["short"] < 0.5
    run = index - _since(not_short)
    run_back = index[::-1] - _since(not_short[::-1])[::-1]
    gapped = np.array(lines.before) > 0
    gapless = index - np.maximum(_since(gapped), 0)
    words = [frozenset(line.lower().split()) for line in lines.text[:60]]
    title = _title(lines, column, words)
    extra: list[Any] = [
        mass[index] / total,
        1 - mass[index + 1] / total,
        prose_mass[index] / max(prose_mass[-1], 1.0),
        1 - prose_mass[index + 1] / max(prose_mass[-1], 1.0),
        np.log1p(hits[index]),
        np.log1p(hits[-1] - hits[index + 1]),
        np.log1p(index),
        np.log1p(index[::-1]),
        index / count,
        np.log1p(np.minimum(up, 60)),
        np.log1p(np.minimum(down, 60)),
        np.full(count, np.log1p(count)),
        np.full(count, column["hit"][:12].mean()),
        np.full(count, column["hit"][-12:].mean()),
        np.full(count, np.log1p((column["hit"] > 0.7).sum())),
        *_segment(column["prose"], 0.08),
        *_segment(column["prose"], 0.3),
        np.full(count, hits[-1] / count),
        np.full(count, column["prose"].mean()),
        np.full(count, column["short"].mean()),
        np.full(count, np.log1p(total)),
        np.log1p(run + run_back),
        np.log1p(gapless),
        title,
        np.full(count, prose_mass[-1] / total),
    ]
    since: list[Any] = []
    prose_since: list[Any] = []
    for kind in _HEADINGS:
        # A heading stands alone: "Xem thêm: <title>" within a text does not open a list.
        flag = (column[f"{kind}_share"] > 0.5) | (
            (column[f"{kind}_first"] > 0) & (column["length"] < 3.4)
        )
        last = _since(flag)
        since.append(np.where(last < 0, np.log1p(80), np.log1p(np.minimum(index - last, 80))))
        lost = (prose_mass[index + 1] - prose_mass[np.maximum(last, 0)]) / 1000
        prose_since.append(np.where(last < 0, 3, np.minimum(lost, 3)))
    parts.append(np.stack(extra + since + prose_since, axis=1).astype(np.float32))
    return np.concatenate(parts, axis=1)


def _segment(prose: Floats, price: float) -> tuple[Floats, Floats]:
    """Find the run of lines with the most prose, each line having its price: the page's body.

    Return whether a line is inside, and how far outside it stands (below zero: above the body).
    """
    sums = np.concatenate([[0.0], np.cumsum(prose - price, dtype=np.float64)])
    lowest = np.minimum.accumulate(sums)
    high = int(np.argmax(sums - lowest))
    low = int(np.argmin(sums[: high + 1]))
    index = np.arange(len(prose))
    off = np.where(index < low, index - low, np.maximum(index - high + 1, 0))
    inside = ((index >= low) & (index < high)).astype(np.float32)
    return inside, (np.sign(off) * np.log1p(np.abs(off))).astype(np.float32)


def _title(lines: Lines, column: dict[str, Any], words: list[frozenset[str]]) -> Floats:
    """Say how much of each line of the beginning is said again by the longest lines after it."""
    out = np.zeros(len(lines.text), dtype=np.float32)
    for number, own in enumerate(words):
        if 4 <= len(own) <= 30:
            following = words[number + 1 : number + 9]
            best = max((len(own & other) / len(own) for other in following), default=0.0)
            out[number] = best
    return out
