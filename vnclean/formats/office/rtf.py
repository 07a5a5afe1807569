r"""Rich Text Format: runs of `\fN` read in the charset of the font that the font table names.

Specification: Microsoft, Rich Text Format (RTF) Specification 1.9.1. A reader goes by the fonts
that the text itself asks for: styles are written out in front of it by every writer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ClassVar

from vnclean.caches import cached
from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import charset_of_font, modern_font
from vnclean.charsets.table import code_page
from vnclean.formats.base import MAX_RECORD, Chunk, RecordError, Reject, Rewritten, Visitor
from vnclean.formats.lines import document_chunks
from vnclean.formats.office.package import Node, evident_spans, gather_evidence
from vnclean.formats.spans.exchange import exchange
from vnclean.formats.spans.package import Watch
from vnclean.formats.spans.span import OBJECT, Escape, TextSpan

__all__ = ["Rtf", "rtf_nodes"]

_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>.)|(?P<group>[{}])|(?P<end>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.S,
)
_NAMED = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002",
}  # fmt: skip
"""Control words that write a character."""
_SIGNS = {"~": "\xa0", "_": "\u2011", "-": "\xad", "\\": "\\", "{": "{", "}": "}"}
_LINES = frozenset("par line cell row nestcell nestrow sect page column softline".split())
_NO_TEXT = frozenset(
    "fonttbl colortbl stylesheet pict object objdata listtable listoverridetable revtbl filetbl "
    "rsidtbl xmlnstbl themedata colorschememapping datastore latentstyles fldinst upr sp sn sv "
    "bkmkstart bkmkend generator mmathPr pgptbl nonesttables datafield formfield xe tc private "
    "blipuid objclass objname template passwordhash protusertbl userprops propname shprslt".split()
)
"""Destinations that hold no text of the document."""
_TEXT = frozenset(
    "shptxt footnote header headerl headerr headerf footer footerl footerr footerf annotation "
    "fldrslt atnauthor ftnsep".split()
)
_INFO = frozenset("title subject author manager company operator category keywords comment".split())
_PAGES = {
    0: "", 1: "", 77: "mac-roman", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
"""The code page of each `\\fcharset`; "" for that of the document. Others have several bytes."""
_MAX_DEPTH = 10_000


@dataclass(slots=True)
class _Group:
    """What holds until a group ends."""

    kind: str = "text"
    font: int = 0
    story: int = 0
    """Counts notes, boxes, head and foot lines: what belongs together is in one."""
    fallback: int = 1
    """How many characters after a Unicode one are for readers that know no Unicode."""


@dataclass
class _Head:
    """What the head of a document says: its fonts, where they are named, its code page."""

    fonts: dict[int, str] = field(default_factory=dict)
    pages: dict[int, str] = field(default_factory=dict)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    default: int = 0
    page: str = "cp1252"


def _read_head(source: str) -> _Head:
    head = _Head()
    depth = table = 0
    number = -1
    named = False
    for token in _tokens(source):
        word = token["word"]
        if token["group"]:
            depth += 1 if token["group"] == "{" else -1
            if table and depth < table:
                table = 0
        elif word == "ansicpg" and token["number"]:
            name = f"cp{int(token['number'])}"
            head.page = name if _is_page(name) else head.page
        elif word == "deff" and token["number"]:
            head.default = int(token["number"])
        elif word == "fonttbl":
            table = depth
        elif not table:
            continue
        elif word == "f" and token["number"]:
            number, named = int(token["number"]), False
        elif word == "fcharset" and token["number"]:
            head.pages[number] = _PAGES.get(int(token["number"]), "several")
        elif token["text"] and number >= 0 and not named and depth <= table + 1:
            name, stop, _ = token["text"].partition(";")
            start = token.start("text")
            head.fonts[number] = head.fonts.get(number, "") + name
            head.places.setdefault(number, []).append((start, start + len(name)))
            named = bool(stop)
    return head


@cached(64)
def _is_page(name: str) -> bool:
    try:
        code_page(name)
    except (LookupError, UnicodeError):
        return False
    return True


def _tokens(source: str) -> Iterator[re.Match[str]]:
    """Yield the tokens of a source, without what `bin` says are bytes."""
    at = 0
    while (token := _TOKEN.match(source, at)) is not None:
        at = token.end()
        if token["word"] == "bin" and token["number"]:
            at += max(0, int(token["number"]))
            continue
        yield token


@cached(256)
def escape_of(page: str, fallback: int) -> Escape:
    r"""Return how characters are written in a font of a code page.

    >>> escape = escape_of("cp1252", 1)
    >>> escape.decode(r"Vi\u7879?t \'e0\endash "), escape.encode("à{ế", "")
    ('Việt à–', '\\u224?\\{\\u7871?')
    """
    after = r"(?:\\'[0-9a-fA-F]{2}|[^\\{}\r\n])" * fallback
    coded = rf"\\u(-?\d{{1,6}}) ?{after}"
    words = "|".join(_NAMED)
    unit = re.compile(
        rf"\\u-(?:10|9)\d\d\d ?{after}\\u-(?:9|8)\d\d\d ?{after}|{coded}|\\'([0-9a-fA-F]{{2}})"
        rf"|\\({words})(?![a-zA-Z\d-]) ?|\\([^a-zA-Z'])|.",
        re.S,
    )
    shown = code_page(page)

    def character(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1]) & 0xFFFF)
        if found[2]:
            return shown[int(found[2], 16)]
        if found[3]:
            return _NAMED[found[3]]
        if found[4]:
            return _SIGNS[found[4]]
        if len(found[0]) > 1:  # two halves of a character beyond the first plane
            halves = [int(half) & 0xFFFF for half in re.findall(r"\\u(-\d+)", found[0])]
            return b"".join(half.to_bytes(2, "little") for half in halves).decode("utf-16-le")
        return shown[ord(found[0])] if "\x80" <= found[0] <= "\xff" else found[0]

    def decode(written: str) -> str:
        try:
            text = "".join(map(character, unit.finditer(written)))
        except (KeyError, OverflowError) as error:
            raise ValueError(f"it can't be read: {error}") from None
        if any(letter < " " and letter != "\t" for letter in text):
            raise ValueError("it has control characters")
        return text

    return Escape(unit, decode, partial(_encode, "?" * fallback or " "))


def _encode(after: str, text: str, written: str) -> str:
    pieces = []
    for letter in text:
        if letter in "\\{}":
            pieces.append("\\" + letter)
        elif " " <= letter <= "~" or letter == "\t":
            pieces.append(letter)
        elif letter < " ":
            raise ValueError("a line feed is written otherwise")
        else:
            data = letter.encode("utf-16-le")
            for at in range(0, len(data), 2):
                half = int.from_bytes(data[at : at + 2], "little", signed=True)
                pieces.append(f"\\u{half}{after}")
    return "".join(pieces)


def rtf_nodes(source: str) -> Iterator[Node]:
    """Yield the text of a document, in the fonts that it is set in; its paragraphs are lines.

    Raises RecordError where groups are nested too deeply.
    """
    head = _read_head(source)
    here = _Group(font=head.default)
    groups: list[_Group] = []
    joint: str | None = None
    start = end = 0
    starred = False
    stories = 0

    def node() -> Node | None:
        nonlocal joint
        page = head.pages.get(here.font, "") or head.page
        font = head.fonts.get(here.font, "").strip()
        if page == "several" or start == end:
            return None
        if font and charset_of_font(font) is not None:
            page = "cp1252"
        made = Node(start, end, escape_of(page, min(here.fallback, 2)), joint, "", font or "?")
        if here.kind != "text":
            made = made._replace(joint=None, key=here.kind, font=None)
            joint = None
        else:
            joint = ""
        return made

    at = 0
    while (token := _TOKEN.match(source, at)) is not None:
        at = token.end()
        word = token["word"]
        if word == "bin" and token["number"]:
            at += max(0, int(token["number"]))
        is_text = here.kind not in ("", "shape") and (
            token["byte"]
            or token["text"]
            or (token["sign"] and token["sign"] in _SIGNS)
            or word == "u"
            or word in _NAMED
        )
        if is_text and not starred:
            if start == end:
                start = token.start()
            elif token.start() != end:
                if made := node():
                    yield made
                start = token.start()
            if word == "u":
                for _ in range(here.fallback):
                    after = _FALLBACK.match(source, at)
                    at = after.end() if after else at
            end = at
            continue
        if start != end:
            if made := node():
                yield made
            start = end = 0
        if token["group"] == "{":
            groups.append(replace(here))
            if len(groups) > _MAX_DEPTH:
                raise RecordError("its groups are nested too deeply")
            starred = False
        elif token["group"] == "}":
            story = here.story
            here = groups.pop() if groups else here
            if story != here.story and joint is not None:
                joint = "\n"
            starred = False
        elif token["sign"] == "*":
            starred = True
        elif word is not None:
            number = int(token["number"]) if token["number"] else None
            if word in _NO_TEXT or (starred and word not in ("shpinst", "annotation", "atnauthor")):
                here.kind = ""
                if word in ("pict", "object") and joint is not None:
                    joint = OBJECT
            elif word in ("shpinst", "info"):
                here.kind = "shape"
            elif word in _INFO and here.kind == "shape":
                here.kind = word
            elif word in _TEXT and (here.kind == "text" or word == "shptxt"):
                here.kind = "text"
                if word != "fldrslt":
                    stories += 1
                    here.story = stories
                    joint = None if joint is None else "\n"
            elif word == "f" and number is not None:
                here.font = number
            elif word == "plain":
                here.font = head.default
            elif word == "uc" and number is not None:
                here.fallback = max(0, min(number, 2))
            elif word in _LINES and here.kind == "text":
                joint = None if joint is None else "\n"
            elif word == "tab" and here.kind == "text" and joint == "":
                joint = "\t"
            starred = False
    if start != end and (made := node()):
        yield made


def _evidence(source: str) -> FontEvidence:
    evidence = FontEvidence()
    gather_evidence(evidence, rtf_nodes, source)
    return evidence


_FALLBACK = re.compile(r"\\'[0-9a-fA-F]{2}|[^\\{}\r\n]")


@dataclass(frozen=True)
class Rtf:
    """A document in Rich Text Format: its text, notes, boxes, head and foot lines, title.

    The font of a run is its charset; what was read in one is written as Unicode, and the old font
    gives way in the font table, to `fonts` or, where that is "", to one that looks alike.
    """

    name: ClassVar[str] = "rtf"
    suffixes: ClassVar[tuple[str, ...]] = (".rtf",)
    binary: ClassVar[bool] = True

    fonts: str = ""
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole document."""
        yield from document_chunks(blocks, self.max_record, self)

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Return the spans of a source, in order; each character of it is a byte."""
        return evident_spans(rtf_nodes, _evidence(source), source)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts."""
        done = Rewritten(chunk.data, records=1)
        watch = Watch(visit)
        source = chunk.data.decode("latin-1")
        try:
            if not source.lstrip().startswith("{\\rtf"):
                raise RecordError("it is no RTF: it does not begin with {\\rtf")
            new = exchange(source, self.spans, watch)
            if watch.decoded:
                new = self._restyled(new, _evidence(source))
            done.data = new.encode("latin-1") if new is not source else chunk.data
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        done.without = not watch.seen
        return done

    def _restyled(self, source: str, evidence: FontEvidence) -> str:
        head = _read_head(source)
        pieces: list[str] = []
        at = 0
        for number, places in sorted(head.places.items(), key=lambda item: item[1]):
            font = head.fonts[number].strip()
            if len(places) == 1 and evidence.is_legacy(font):
                (start, end), new = places[0], self.fonts or modern_font(font)
                pieces += source[at:start], _encode("?", new, "")
                at = end
        pieces.append(source[at:])
        return "".join(pieces)
