"""The features of lines by regular expressions and arrays: the twin of `LineReader`."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.line_features import HEAD, LINE_FEATURES, TAIL, LineFeatures
from vnclean.boilerplate.lines import lines_containing
from vnclean.boilerplate.phrases import KINDS, PhraseHits, find_phrases, function_words

Floats = NDArray[np.float32]

_NUMBER = re.compile(r"\d[\d./:,()\-\u2013 ]{2,40}\d")
_DATE = re.compile(r"\d{1,2}\s?[./\-]\s?\d{1,2}\s?[./\-]\s?\d{4}|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_PHONE = re.compile(r"(?:0|84|1[89]00)[\d. ()\-\u2013]{6,18}$")
_ADDRESS = re.compile(r"@|https?:|www\.|\.(?:com|vn|net|org|edu)\b")
_ADDRESSES = ("@", "http", "www.", ".com", ".vn", ".net", ".org", ".edu")
"""One of them stands wherever `_ADDRESS` matches."""
_COPYRIGHT = re.compile(r"©|\(c\)|copyright")
_COPYRIGHTS = ("©", "(c)", "copyright")
_BRACES = ("{{", "}}", "[[")
_PICTURE = re.compile(r"[-–] (?:ảnh|hình) \d+\.?$")
_COUNT_ALONE = re.compile(r"[^\d]{0,40}\(\d{1,5}\)$|\d{1,7}$")

_PHRASES = [kind for kind in KINDS if kind != "function"]
"""The kinds of phrases that a line is looked through for."""
_AT = {name: number for number, name in enumerate(LINE_FEATURES)}
_SHARES = [_AT[f"{kind}_share"] for kind in _PHRASES]
_FIRSTS = [_AT[f"{kind}_first"] for kind in _PHRASES]
_HITS = [_AT[f"{kind}_share"] for kind in _PHRASES if kind not in ("meta", "slogan")]
_KINDS = [KINDS.index(kind) for kind in _PHRASES]


class DistinctLines(NamedTuple):
    """The different lines of a text, as they are read."""

    ids: NDArray[np.int64]
    """For each line of the text its number among the different ones."""
    lines: list[str]
    shortened: list[str]
    """The lines without the middle of long ones."""
    text: str
    """All of these, a line feed between two."""
    lower: str
    """The same in small letters."""
    lower_lines: list[str]
    """Its lines."""


def distinct_lines(lines: list[str]) -> DistinctLines:
    """Return the different lines of a text."""
    different, number = number_distinct(lines)
    shortened = [
        line if len(line) <= HEAD + TAIL else f"{line[:HEAD]} {line[-TAIL:]}" for line in different
    ]
    text = "\n".join(shortened)
    lower = text.lower()
    return DistinctLines(
        number, different, shortened, text, lower, lower.split("\n") if different else []
    )


def number_distinct(items: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different items, and for each item its number among them."""
    different = dict.fromkeys(items)
    if len(different) == len(items):
        return items, np.arange(len(items))
    number = {item: at for at, item in enumerate(different)}
    ids = np.fromiter(map(number.__getitem__, items), dtype=np.int64, count=len(items))
    return list(number), ids


def line_features(lines: list[str]) -> LineFeatures:
    """Return the features of each line by itself; a line that is repeated is read once."""
    distinct = distinct_lines(lines)
    # Entries of a list of articles or goods begin alike.
    _, prefixes = number_distinct([low[:16] for low in distinct.lower_lines])
    values = _features_of_distinct(distinct)
    if len(distinct.lines) == len(distinct.ids):
        return LineFeatures(values, distinct.ids, prefixes)
    return LineFeatures(values[:, distinct.ids], distinct.ids, prefixes[distinct.ids])


# What the characters are, counted eight classes at once: a byte of a number for each of them.
_CLASSES = ("upper", "lower", "marked", "digit", "blank", "comma", "stop", "separator")
_KNOWN = 0x3000
"""Characters from here on are of none of the classes."""


def _class_of(char: str) -> str:
    if char == "\n":  # it joins the lines and is in none of them
        return ""
    if char.isdigit():
        return "digit"
    if char.isupper():
        return "upper"
    if char.isalpha():
        return "lower" if ord(char) < 128 else "marked"
    if char.isspace():
        return "blank"
    for kind, chars in (("comma", ",;"), ("stop", ".?!…"), ("separator", "|›»>/•·")):
        if char in chars:
            return kind
    return ""


def _class_counters() -> NDArray[np.uint64]:
    """Return for each character the number to add: one in the byte of its class."""
    table = np.zeros(_KNOWN + 1, dtype="<u8")
    for code in range(_KNOWN):
        kind = _class_of(chr(code))
        if kind:
            table[code] = 1 << 8 * _CLASSES.index(kind)
    return table


# What a character means at the beginning or at the end of a line.
_STOP, _COMMA, _QUOTED, _AFTER, _COLON, _STAR, _DOT, _CLOSES = (1 << n for n in range(8))
_BULLET, _ARROW, _OPENS, _MARKUP, _PIPE, _DIGIT, _LOWER, _ROUND = (1 << n for n in range(8, 16))
_BEFORE_STAR, _OPENS_ROUND = 1 << 16, 1 << 17
_EDGE_CLASSES = (
    (_STOP, ".?!…"), (_COMMA, ",;"), (_QUOTED, "”\"')*_"), (_AFTER, ".?!…:"), (_COLON, ":"),
    (_STAR, "*"), (_DOT, "."), (_CLOSES, "]"), (_BULLET, "-–—+•*●▪◦·✓✔►▶★⭐➢→◆■□○"),
    (_ARROW, "»›>|"), (_OPENS, "“\"'‘«"), (_MARKUP, "#*_[\\"), (_PIPE, "|"), (_ROUND, ")"),
    (_BEFORE_STAR, " :"), (_OPENS_ROUND, "("),
)  # fmt: skip
_BEGINNINGS = [_AT[name] for name in
               ("bullet", "numbered", "starts_lower", "arrow", "quote", "markup")]  # fmt: skip
_BEGINNING_MASKS = np.array([_BULLET, _DIGIT, _LOWER, _ARROW, _OPENS, _MARKUP], dtype=np.uint32)[
    :, None
]
_HIGHEST = 0xFFFF
"""Characters behind it have no meaning here."""


def _edge_classes() -> NDArray[np.uint32]:
    table = np.zeros(_HIGHEST + 1, dtype=np.uint32)
    for meaning, chars in _EDGE_CLASSES:
        table[[ord(char) for char in chars]] |= np.uint32(meaning)
    for code in range(_KNOWN):
        kind = _class_of(chr(code))
        if kind == "digit":
            table[code] |= np.uint32(_DIGIT)
        elif kind in ("lower", "marked"):
            table[code] |= np.uint32(_LOWER)
    table[0xE000:0xF900] |= np.uint32(_BULLET)  # private use: the bullets of office software
    return table


def _features_of_distinct(distinct: DistinctLines) -> Floats:
    """Return the features of each different line, a column a line, rows as in `LINE_FEATURES`."""
    count = len(distinct.lines)
    out = np.zeros((len(LINE_FEATURES), count), dtype=np.float32)
    if not count:
        return out
    codes = np.frombuffer(distinct.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = np.fromiter(map(len, distinct.shortened), dtype=np.int64, count=count)
    starts = np.zeros(count, dtype=np.int64)
    np.cumsum(sizes[:-1] + 1, out=starts[1:])
    # No line is longer than a byte can count.
    sums = np.add.reduceat(_class_counters()[np.minimum(codes, _KNOWN)], starts)
    upper, lower, marked, digit, blank, comma, stop, separator = (
        sums.view(np.uint8).reshape(count, 8).T.astype(np.float32)
    )
    size = sizes.astype(np.float32)
    letters = upper + lower + marked
    words = blank + 1
    solid = np.maximum(letters, 1)
    true_length = np.fromiter(map(len, distinct.lines), dtype=np.float32, count=count)
    out[_AT["length"]] = np.log1p(true_length)
    out[_AT["words"]] = np.log1p(words)
    out[_AT["letters"]] = letters / size
    out[_AT["capitals"]] = upper / solid
    out[_AT["marked"]] = marked / solid
    out[_AT["digits"]] = digit / size
    out[_AT["commas"]] = comma / words
    out[_AT["stops"]] = stop / words
    out[_AT["separators"]] = np.log1p(separator)
    out[_AT["others"]] = (size - letters - digit - blank - comma - stop - separator) / size
    out[_AT["all_capitals"]] = (lower + marked == 0) & (upper > 1)
    out[_AT["title_case"]] = np.minimum(upper / words, 2.0)
    out[_AT["latin_only"]] = (marked == 0) & (lower > 3)
    out[_AT["word_length"]] = np.minimum(size / words, 20) / 5
    out[_AT["short"]] = true_length < 60
    _set_phrases(out, find_phrases(distinct.lower), size)
    known = function_words()
    spaced = distinct.lower.replace(",", " ").replace(".", " ").split("\n")
    out[_AT["function"]] = [sum(map(known.__contains__, low.split())) for low in spaced]
    out[_AT["function"]] /= words
    _set_numbers(out, distinct.lower_lines, letters, digit)
    for name, pattern, parts in (
        ("address", _ADDRESS, _ADDRESSES),
        ("copyright", _COPYRIGHT, _COPYRIGHTS),
    ):
        for line in lines_containing(distinct.lower, parts):
            out[_AT[name], line] = pattern.search(distinct.lower_lines[line]) is not None
    _set_edges(out, distinct.lines, codes, starts, sizes)
    for line in lines_containing(distinct.text, _BRACES):
        out[_AT["braces"], line] = 1
    prose = np.minimum(true_length / 160, 1) * np.minimum(out[_AT["function"]] * 5, 1)
    ended = np.minimum(comma + stop + out[_AT["ends_stop"]], 1)
    out[_AT["prose"]] = prose * (0.4 + 0.6 * ended)
    out[_AT["hit"]] = np.minimum(out[_HITS].sum(axis=0), 1)
    return out


def _set_phrases(out: Floats, hits: PhraseHits, size: Floats) -> None:
    """Fill in the rows that tell of the known phrases in the lines."""
    line, at, length, kind = hits
    if not len(line):
        return
    count, kinds = out.shape[1], len(KINDS)
    place = kind * count + line
    lengths = np.bincount(place, length, kinds * count).reshape(kinds, count)
    out[_SHARES] = np.minimum(lengths[_KINDS].astype(np.float32) / size, 1)
    leading = place[at <= 3]
    out[_FIRSTS] = np.bincount(leading, minlength=kinds * count).reshape(kinds, count)[_KINDS] > 0


def _set_numbers(out: Floats, lowered: list[str], letters: Floats, digit: Floats) -> None:
    """Fill in the rows that tell of dates, times and telephone numbers."""
    for line in np.flatnonzero(digit >= 3).tolist():
        for token in _NUMBER.findall(lowered[line]):
            if _DATE.search(token):
                out[_AT["date"], line] = 1
                out[_AT["date_alone"], line] = letters[line] < 14
            if _CLOCK.search(token):
                out[_AT["clock"], line] = 1
            elif _PHONE.match(token):
                out[_AT["phone"], line] = 1


def _set_edges(
    out: Floats,
    lines: list[str],
    codes: NDArray[np.uint32],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
) -> None:
    """Fill in the rows that tell how lines begin and end."""
    meaning = _edge_classes()
    ends = starts + sizes - 1
    # Short lines have no third character from the end: they show the first one there.
    edges = np.minimum(
        codes[[starts, ends, np.maximum(ends - 1, starts), np.maximum(ends - 2, starts)]],
        _HIGHEST,
    )
    first, last, last2, last3 = meaning[edges]
    last2[sizes < 2] = 0
    last3[sizes < 3] = 0

    def has(where: NDArray[np.uint32], what: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (where & np.uint32(what)) != 0
        return found

    out[_AT["ends_stop"]] = has(last, _STOP) | (has(last, _QUOTED) & has(last2, _AFTER))
    out[_AT["ends_colon"]] = has(last, _COLON)
    out[_AT["ends_comma"]] = has(last, _COMMA)
    dots = has(last2 & last3, _DOT)
    out[_AT["ends_ellipsis"]] = (edges[1] == ord("…")) | (has(last, _DOT | _CLOSES) & dots)
    out[_AT["ends_star"]] = (
        (has(last, _STAR) & has(last2, _BEFORE_STAR))
        | (has(last, _COLON) & has(last2, _STAR))
        | (has(last, _ROUND) & has(last2, _STAR) & has(last3, _OPENS_ROUND))
    )
    out[_BEGINNINGS] = (first & _BEGINNING_MASKS) != 0
    # Few lines can be any of these; only they are read in full.
    for number in np.flatnonzero(has(first, _PIPE)).tolist():
        out[_AT["cells"], number] = min(lines[number].count("|"), 8)
    by_number = has(last, _DIGIT)
    for number in np.flatnonzero(by_number | (has(last, _DOT) & has(last2, _DIGIT))).tolist():
        out[_AT["picture"], number] = _PICTURE.search(lines[number][-16:].lower()) is not None
    for number in np.flatnonzero((by_number | has(last, _ROUND)) & (sizes < 50)).tolist():
        out[_AT["count_alone"], number] = _COUNT_ALONE.match(lines[number]) is not None
