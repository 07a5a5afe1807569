"""Where a text is no prose, and is meant as it stands: addresses, file names, code.

One table of patterns answers for all rooms; each asks for the kinds that matter to it. Nothing is
known of a file or host but its ending, so a name without one that is listed here is prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import Flag, auto
from typing import NamedTuple

from vnclean.caches import cached, late_pattern
from vnclean.language.words import line_bounds

__all__ = [
    "ADDRESS",
    "FILE_ENDINGS",
    "PATTERNS",
    "TOP_LEVEL_DOMAINS",
    "Addresses",
    "Kind",
    "Pattern",
    "Prose",
    "Span",
    "find_spans",
    "is_address",
    "is_code",
    "is_opaque",
    "is_structured",
]

TOP_LEVEL_DOMAINS = tuple(
    """
    asia biz cn com de dev edu eu fr gov hk info int io jp kr mil net org sg th tw uk vn xyz
    """.split()
)
"""Top-level domains that Vietnamese text names. Source: IANA, root zone database. Left out are
those that are syllables in use (`in`, `la`, `to`, `me`) or words of chats (`tv`, `shop`), which
begin a sentence behind a full stop without a blank."""

FILE_ENDINGS = tuple(
    """
    7z apk asp aspx avi bak bmp cfg conf cpp css csv dat dll doc docx eps epub exe flv gif gz htm
    html ini iso jar java jpeg jpg js json jsonl jsp md mkv mobi mov mp3 mp4 odt otf pdf php png
    ppt pptx psd py rar rtf sql srt svg tar tex tif tiff tmp toml tsv ttf txt wav webp wmv xhtml xls
    xlsx xml yaml yml zip
    """.split()
)
"""Endings of file names. Source: IANA, media types, and the file formats of common programs."""


class Kind(Flag):
    """What a place is that is no prose."""

    URL = auto()
    EMAIL = auto()
    NAME = auto()
    QUERY = auto()
    PARAMETER = auto()
    FOLDER = auto()
    ASSIGNMENT = auto()
    REGEX = auto()
    LINK_TARGET = auto()
    GLOB = auto()
    CODE = auto()


ADDRESS = Kind.URL | Kind.EMAIL | Kind.NAME | Kind.QUERY | Kind.PARAMETER | Kind.FOLDER
"""What names a place on a computer or in a network."""


class Pattern(NamedTuple):
    """A row of the table: what is found, a text in which it is found, and one in which it isn't."""

    kind: Kind
    pattern: str
    example: str
    counter_example: str


_TO_BLANK = r"[^\s\"'<>]"
_IN_NAME = r"\w\u0300-\u036f-"
# An ending in capitals of two letters is rather an abbreviation: PGS.TS, CTY.VN.
_ENDING = "|".join(
    (
        *sorted({*TOP_LEVEL_DOMAINS, *FILE_ENDINGS}),
        *sorted(e.upper() for e in {*TOP_LEVEL_DOMAINS, *FILE_ENDINGS} if len(e) > 2),
    )
)

PATTERNS = (
    Pattern(
        Kind.URL,
        rf"(?:(?<![\w+.-])\w[\w+.-]{{0,30}})?://{_TO_BLANK}+|www\.(?=[\w?\ufffd]){_TO_BLANK}+",
        "xem https://vidu.vn/Hoà-Bình nhé",
        "và/hoặc: //",
    ),
    Pattern(
        Kind.EMAIL,
        r"(?:(?<![\w.+-])[\w.+-]{1,80})?@[\w-]++\.[\w.-]+",
        "thư gửi nguyễn.hoà@vidu.vn",
        "giá 5 @ 3.000",
    ),
    Pattern(
        Kind.NAME,
        rf"(?<![{_IN_NAME}./\\])(?:\.{{0,2}}[/\\])?[{_IN_NAME}]++(?:[./\\][{_IN_NAME}]++)*"
        rf"\.(?:{_ENDING})(?![{_IN_NAME}])"
        rf"(?::\d{{1,5}})?(?:/{_TO_BLANK}*|\?[\w.%-]+={_TO_BLANK}*|#[\w-]+)?",
        "mời vào hoà-bình.com.vn",
        "làm xong.Vì vậy ở TP.HCM, 3.5 điểm",
    ),
    Pattern(
        Kind.QUERY,
        r"(?<![\w/.~%-])(?=[\w~%-]{0,80}[/.])[\w/.~%-]{1,300}\?[\w.%-]{1,60}=" + _TO_BLANK + "*",
        "mở /tim?q=nha",
        "đi đâu?Về=nhà",
    ),
    Pattern(
        Kind.PARAMETER,
        rf"(?:(?<![\w/.~%-])[\w/.~%-]{{1,300}})?[?&][\w.-]++={_TO_BLANK}*",
        "thêm &trang=Hoà vào",
        "A & B = C",
    ),
    Pattern(
        Kind.FOLDER,
        rf"(?<![\w.:-])(?:[A-Za-z]:)?[\w.-]*+\\[\w.]++\\{_TO_BLANK}*",
        r"trong C:\Hoà\Tệp",
        r"\alpha và \beta",
    ),
    Pattern(Kind.ASSIGNMENT, r"(?<![\w?])[\w?]{1,80}=(?=\w)", "đặt t?n=5", "x = 5"),
    Pattern(
        Kind.REGEX,
        r"\(\?(?:[aiLmsux-]{1,6}[):]|[:=!<#P>])|[\\$]\?|\$\{\w+:?\?",
        "(?:một|hai)",
        "thật (?)",
    ),
    Pattern(
        Kind.GLOB,
        r"(?<![^\s\"'`(,=])(?!\*\*[\w?])(?=[^\s*]{0,80}\*)(?=[^\s?]{0,80}\?)(?:[\w*?-]{0,80}[./])++[\w*?.-]{1,80}"
        r"(?![^\s\"'`),;:])",
        "xoá *.t?t đi",
        "đẹp **v?.** và h?c*, tên.t?p",
    ),
    Pattern(Kind.LINK_TARGET, r"\]\([^)\]\s]{1,2000}\)", "[trang](/trang-chủ)", "[1] (xem)"),
    Pattern(
        Kind.CODE,
        r"```[\s\S]*?(?:```|\Z)|~~~[\s\S]*?(?:~~~|\Z)|`[^`\n]{1,500}`",
        "gõ `mã` nhé",
        "dấu ` lẻ",
    ),
)


class Span(NamedTuple):
    """A place that is no prose; offsets are characters."""

    start: int
    end: int
    kind: Kind


@cached(16)
def _compiled(kinds: Kind) -> re.Pattern[str]:
    rows = (row for row in PATTERNS if row.kind in kinds)
    return re.compile("|".join(f"(?P<{row.kind.name}>{row.pattern})" for row in rows))


def find_spans(
    text: str, kinds: Kind = ADDRESS, start: int = 0, end: int | None = None
) -> Iterator[Span]:
    """Yield the places of some kinds, from left to right, none inside another; in linear time.

    >>> [(s.kind.name, s.start, s.end) for s in find_spans("thư a@vidu.vn, tệp hiệu-qủa.html.")]
    [('EMAIL', 4, 13), ('NAME', 19, 32)]
    """
    pattern, end = _compiled(kinds), len(text) if end is None else end
    if Kind.CODE in kinds and any(text.find(sign, start, end) >= 0 for sign in ("`", "~~~")):
        pieces: Iterable[tuple[int, int]] = ((start, end),)
    else:
        pieces = _joined_pieces(text, start, end)
    for low, high in pieces:
        for match in pattern.finditer(text, low, high):
            yield Span(*match.span(), Kind[str(match.lastgroup)])


_JOINING = late_pattern(r"[.:@?&\\/=](?=\S)|[?$]|\](?=\()")
"""A sign that stands in every span but those of the kind CODE: pieces without one are not read."""
_PIECE = late_pattern(r"\S+")


def _joined_pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of what stands between blanks and holds a joining sign."""
    done = start
    for sign in _JOINING.finditer(text, start, end):
        low = sign.start()
        if low < done:
            continue
        while low > done and not text[low - 1].isspace():
            low -= 1
        piece = _PIECE.match(text, low, end)
        if piece is not None:
            done = piece.end()
            yield low, done


class Addresses:
    """Answers for places of one text whether they are in an address; each line is read once.

    A line is read when a place in it asks, and only if something is joined to that place.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._spans: dict[int, list[Span]] = {}

    def hold(self, start: int, end: int) -> bool:
        """Say whether a span touches a URL, an e-mail address, or the name of a host or file.

        >>> Addresses("xem hiệu-qủa.html, rất hay").hold(9, 12)
        True
        """
        text = self.text
        opened = text[start - 1 : start] in _OPENING and text[start:end].isalpha()
        if opened and _CLOSED.match(text, end):
            return False  # a word between blanks
        low, high = line_bounds(text, start)
        if low not in self._spans:
            # Where a long line is read in parts, an address may begin in the part before.
            begun = low if text[low - 1 : low] in ("", "\n") else max(0, low - _OVERLAP)
            self._spans[low] = list(find_spans(text, ADDRESS, begun, high))
        spans = self._spans[low]
        at = bisect_right(spans, start, key=_end)
        return at < len(spans) and spans[at].start < end


_OPENING = " \t\r\n\u00a0\"'<>"
_CLOSED = late_pattern(r"[,.;:!…)”’]*+(?:[ \t\r\n\u00a0\"'<>]|\Z)")
"""What no address goes beyond: blanks and quotes, with punctuation before them."""
_OVERLAP = 2048
"""Characters of a long line that are read again for what began before a part of it."""


def _end(span: Span) -> int:
    return span.end


def is_address(text: str, start: int, end: int) -> bool:
    """Say for one place what `Addresses` says; ask that class where there are several.

    >>> is_address("xem https://vidu.vn/Hoà-Bình nhé", 20, 23), is_address("Hoà Bình", 0, 3)
    (True, False)
    """
    return Addresses(text).hold(start, end)


_CODE_LINE = late_pattern(
    r"[{}]|;\s*(?://|#|--)|\s{2}(?://|#|--)\s|=>|::|==|!=|&&|\|\||\+="
    r"|^\s*(?:#include|def |class |import |return\b|if\s*\(|for\s*\("
    r"|while\s*\(|public |private |static |var |let |const |function\b|<\?|//|/\*|\*/|\$ |>>> )"
    r"|\w\([^()]*\)\s*;|^\s*\[?\s*[\"'][^\"']*[\"']\s*[,:\]]|\w\s=\s[\"'&r(\w]|\w=[\"']"
    r"|\b(?:r|re|str|print|printf)\(?[\"']|\\[dwsb]\b|\w\([\"']|\w\.\w+\(\S*\)|\[\S*-\S*\][+*?{]"
)
_STRUCTURED_LINE = late_pattern(
    r"[{};]\s*$|^\s*(?:def |class |import |from \w+ import|return\b|if\s*\(|for\s*\(|while\s*\("
    r"|#include|public |private |static |var |let |const |function\b|<\?|</?\w[^>]*>\s*$|//|/\*"
    r"|\*/|@\w+\(|\$ )"
    r"|=>|->\s*\w+\(|\w\([^)]*\)\s*[:;{]\s*$|^\s*[\"'][\w-]+[\"']\s*:|^[-+]{3} \S|^@@ "
    r"|^\s*[\w\"'-]+\s*:\s*[\"'{\[]|[({\[]\s*$|=\s*[\"'{\[(]|^\s*\\\w+[\[{]|\\\\\s*$"
    r"|^\s*(?:-\s+)?[A-Za-z_][A-Za-z0-9_.-]*:(?:\s|$)"
)
_CODE_SIGN = late_pattern(r"[{}(;=&|\[<>\"'\\@$#*/]")
_STRUCTURED_START = late_pattern(
    r"[-+]{3} |\s*(?:def |class |import |from |return\b|public |private |static |var |let |const "
    r"|function\b|(?:-\s+)?[A-Za-z_][A-Za-z0-9_.-]*:)"
)
"""A line that either pattern above finds has a sign of code, `::` or `--`, or begins like this."""
_OPAQUE = late_pattern(r"://|www\.|@|\\|[\w)]\(|\w_\w|\w=\S|&\w+;")


def is_code(line: str) -> bool:
    """Say whether a line reads like source code, JSON or a regular expression.

    >>> is_code('{"ten": "Vi\\\\u1ec7t"}'), is_code("p = &copy;"), is_code("Việt Nam: đẹp;")
    (True, True, False)
    """
    return _CODE_LINE.search(line) is not None


@cached(1 << 10)
def is_structured(line: str) -> bool:
    """Say whether a line is code, or data and markup that live by their blanks: YAML, TeX, tags.

    >>> is_structured("ten: Việt Nam"), is_structured("<div>"), is_structured("Tên: Việt Nam")
    (True, True, False)
    """
    if (
        _CODE_SIGN.search(line) is None
        and _STRUCTURED_START.match(line) is None
        and "::" not in line
        and "--" not in line
    ):
        return False
    return _STRUCTURED_LINE.search(line) is not None or is_code(line)


def is_opaque(text: str) -> bool:
    """Say whether a text holds an address, or a sign that only paths and code have.

    Meant for what stands between blanks; a word of it is then no word of a sentence.

    >>> is_opaque("in(x)"), is_opaque("tep.doc"), is_opaque("ten_tep"), is_opaque("(xem)")
    (True, True, True, False)
    """
    return _OPAQUE.search(text) is not None or any(find_spans(text, Kind.NAME))


class Prose:
    """Answers for places of one text whether they are prose, where some escapes look like code.

    Lines are read once; those of more than 4,096 characters in parts.
    """

    def __init__(self, text: str, escape: re.Pattern[str]) -> None:
        self.text = text
        self._escape = escape
        self._spans: list[Span] = []
        self._read = (0, 0)
        if "```" in text or "~~~" in text:  # code between signs that goes over lines
            self._read_part(0, len(text))
        self._lines: dict[int, bool] = {}

    def at(self, start: int, end: int) -> bool:
        """Say whether a span is neither code nor part of a URL."""
        first, last = self._read
        if not first <= start < last:
            line_end = self.text.find("\n", start)
            line_end = len(self.text) if line_end < 0 else line_end
            self._read_part(self.text.rfind("\n", 0, start) + 1, max(line_end, start + 1))
        at = bisect_right(self._spans, start, key=_end)
        if at < len(self._spans) and self._spans[at].start <= start:
            return False
        low, high = line_bounds(self.text, start)
        if low not in self._lines:
            self._lines[low] = not is_code(self._escape.sub("a", self.text[low:high]))
        return self._lines[low]

    def _read_part(self, first: int, last: int) -> None:
        """Find the spans of a line, or of the whole text."""
        self._spans = list(
            find_spans(self.text, Kind.URL | Kind.LINK_TARGET | Kind.CODE, first, last)
        )
        self._read = first, last

    def token(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of what stands between blanks around a span, at most 400 away."""
        low, high = max(0, start - 400), min(len(self.text), end + 400)
        while start > low and not self.text[start - 1].isspace():
            start -= 1
        while end < high and not self.text[end].isspace():
            end += 1
        return start, end
