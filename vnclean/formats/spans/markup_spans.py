"""The texts of XML and HTML: character data and some attributes, between tags that stay.

The source is scanned, not parsed into a tree: nothing is expanded, resolved or fetched. The grammar
is that of "Extensible Markup Language (XML) 1.0 (Fifth Edition)" of the W3C; of HTML as much as
tells its texts from its tags.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from vnclean.formats.base import RecordError
from vnclean.formats.spans.markup import html_escape, is_reference, xml_escape
from vnclean.formats.spans.span import OBJECT, Escape, TextSpan

__all__ = ["HTML", "MarkupRules", "markup_spans"]

_TAG = re.compile(r"""<(/?)([^\s<>/=!?"']+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DOCTYPE = re.compile(r"""(?:[^\[<>"']++|"[^"]*+"|'[^']*+')*+(?:(\[)|>)""")
_SUBSET_END = re.compile(r"\]\s*>")
_LINE = re.compile(r"[^ \t\r\n]+(?:[ \t]+[^ \t\r\n]+)*")
"""What a line of character data has between white space."""
_NAMED = re.compile(r"&[\w.:#-]{1,80};")
_HARD_SPACE = re.compile(r"&(?:nbsp|#0*160|#[xX]0*[aA]0);")
_MAX_DEPTH = 2000


def _never(name: str, attributes: str) -> bool:
    return False


@dataclass(frozen=True)
class MarkupRules:
    """What is text in a kind of markup, by the names of elements without their prefix.

    Text counts `within` some elements (none named: everywhere) and not `without` others, nor in
    one that `skips` says yes to, which is given its name and attributes. Elements `inline` do not
    part a text; `objects` stand in it for something that is no text; all others begin a paragraph.
    `attributes` are those whose value is text.
    """

    within: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset({"script", "style"})
    inline: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    skips: Callable[[str, str], bool] = _never
    html: bool = False
    """Whether the names of HTML are known, and faults of HTML are none."""


HTML = MarkupRules(
    without=frozenset("script style code pre kbd samp var textarea template svg math".split()),
    inline=frozenset(
        "a abbr acronym b bdi bdo big cite del dfn em font i ins label mark q ruby s small span "
        "strike strong sub sup time tt u wbr".split()
    ),
    objects=frozenset("img code kbd samp var svg math input button select object".split()),
    attributes=frozenset("alt title summary placeholder aria-label".split()),
    html=True,
)
"""Pages: their words, and what is shown in place of a picture or beside a link."""
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)  # fmt: skip
"""Elements of HTML that hold nothing, and have no end."""


def markup_spans(source: str, rules: MarkupRules, ascii_only: bool = False) -> Iterator[TextSpan]:
    """Yield the texts of a source in markup, as one text of many pieces.

    `ascii_only` writes letters beyond ASCII as references. Raises RecordError, with the line, where
    the source is not well-formed.

    >>> rules = MarkupRules(inline=frozenset({"b"}))
    >>> source = "<a>Cơm <b>và</b> cá<!-- ; --></a>"
    >>> [source[a:b] for a, b, *_ in markup_spans(source, rules)]
    ['Cơm', 'và', 'cá']
    """
    return _Scanner(source, rules, ascii_only).spans()


class _Open(NamedTuple):
    """An element that is not closed yet, whether text counts in it, and whether none can."""

    name: str
    counts: bool
    barred: bool


class _Joints:
    """What stands between a piece of text and the one before it."""

    def __init__(self) -> None:
        self._pending: str | None = None
        self._blank = False

    def tag(self, name: str, rules: MarkupRules) -> None:
        """Take notice of the begin or end of an element."""
        if self._pending in (None, "\n") or name in rules.inline:
            return
        self._pending = OBJECT if name in rules.objects else "\n"

    def blank(self) -> None:
        """Take notice of white space."""
        self._blank = True

    def sign(self, sign: str) -> None:
        """Take notice of a sign that stays as it is written."""
        if self._pending is not None:
            self._pending = self._pending or sign

    def piece(self) -> str | None:
        """Return the joint before a piece that comes now."""
        joint = self._pending
        if self._blank and joint == "":
            joint = " "
        elif self._blank and joint == OBJECT:
            joint = f" {OBJECT} "
        self._pending, self._blank = "", False
        return joint

    def paragraph(self) -> str | None:
        """Return the joint before a text that stands by itself, such as an attribute."""
        joint = None if self._pending is None else "\n"
        self._pending, self._blank = "\n", False
        return joint


@dataclass(frozen=True)
class _Scanner:
    """One pass over a source in markup."""

    source: str
    rules: MarkupRules
    ascii_only: bool
    joints: _Joints = field(default_factory=_Joints)

    def spans(self) -> Iterator[TextSpan]:
        source, rules = self.source, self.rules
        stack = [_Open("", not rules.within, False)]
        text = self._escape("")
        at = 0
        while True:
            start = source.find("<", at)
            stop = len(source) if start < 0 else start
            if stop > at and stack[-1].counts:
                yield from self._pieces(at, stop, text)
            if start < 0:
                break
            if source.startswith("<!--", start):
                at = self._behind("-->", start, 4, "a comment")
            elif source.startswith("<![CDATA[", start):
                at = self._behind("]]>", start, 9, "a section of CDATA")
                if stack[-1].counts:
                    yield from self._cdata(start + 9, at - 3)
            elif source.startswith("<?", start):
                at = self._behind("?>", start, 2, "an instruction")
            elif source.startswith("<!", start):
                at = self._doctype_end(start)
            elif (tag := _TAG.match(source, start)) is not None:
                at = tag.end()
                yield from self._tag(tag, stack)
                if rules.html and stack[-1].name in ("script", "style"):
                    end = re.compile(rf"</{stack[-1].name}\b", re.I).search(source, at)
                    at = end.start() if end else len(source)
            elif rules.html:
                at = start + 1
            else:
                raise self._malformed(start, "a tag that is none")
        if len(stack) > 1 and not rules.html:
            raise self._malformed(len(source), f"no end of <{stack[-1].name}>")

    def _escape(self, quote: str) -> Escape:
        return (html_escape if self.rules.html else xml_escape)(quote, self.ascii_only)

    def _tag(self, tag: re.Match[str], stack: list[_Open]) -> Iterator[TextSpan]:
        rules = self.rules
        closing, name, attributes = tag.groups()
        name = name.rpartition(":")[2]
        name = name.lower() if rules.html else name
        self.joints.tag(name, rules)
        if closing:
            self._close(tag.start(), name, stack)
            return
        above = stack[-1]
        barred = above.barred or name in rules.without or rules.skips(name, attributes)
        counts = (above.counts or not rules.within or name in rules.within) and not barred
        if counts and rules.attributes and "=" in attributes:
            for found in _ATTRIBUTE.finditer(self.source, tag.start(3), tag.end(3)):
                group = 2 if found[2] is not None else 3
                key = found[1].rpartition(":")[2].lower()
                if key in rules.attributes and found[group].strip():
                    escape = self._escape('"' if group == 2 else "'")
                    yield TextSpan(*found.span(group), escape, self.joints.paragraph(), key)
        if not attributes.endswith("/") and not (rules.html and name in _VOID):
            if len(stack) > _MAX_DEPTH:
                raise self._malformed(tag.start(), "elements nested too deeply")
            stack.append(_Open(name, counts, barred))

    def _close(self, at: int, name: str, stack: list[_Open]) -> None:
        if stack[-1].name == name and len(stack) > 1:
            stack.pop()
        elif not self.rules.html:
            raise self._malformed(at, f"</{name}> where </{stack[-1].name}> should be")
        elif any(opened.name == name for opened in stack[-50:]):
            while stack.pop().name != name:
                pass

    def _pieces(self, start: int, end: int, escape: Escape) -> Iterator[TextSpan]:
        """Yield the lines of character data, without white space at their ends."""
        at = start
        for found in _LINE.finditer(self.source, start, end):
            if found.start() > at:
                self.joints.blank()
            at = found.start()
            if "&" in found[0]:
                for name in _NAMED.finditer(self.source, at, found.end()):
                    hard = _HARD_SPACE.match(name[0])
                    if not hard and is_reference(name[0], self.rules.html):
                        continue
                    yield from self._stripped(at, name.start(), escape)
                    self.joints.sign("\xa0" if hard else OBJECT)  # or a name that a DTD tells of
                    at = name.end()
            yield from self._stripped(at, found.end(), escape)
            at = found.end()
        if end > at:
            self.joints.blank()

    def _stripped(self, start: int, end: int, escape: Escape) -> Iterator[TextSpan]:
        """Yield what there is without blanks at its ends."""
        words = _LINE.search(self.source, start, end)
        if words is None or words.start() > start:
            self.joints.blank()
        if words is not None:
            yield TextSpan(*words.span(), escape, self.joints.piece())
            if words.end() < end:
                self.joints.blank()

    def _cdata(self, start: int, end: int) -> Iterator[TextSpan]:
        """Yield the texts of a section that holds characters as they are, or a page's HTML."""
        tags = list(_TAG.finditer(self.source, start, end))
        escape = html_escape() if tags else _CDATA
        at = start
        for tag in tags:
            yield from self._pieces(at, tag.start(), escape)
            self.joints.tag(tag[2].lower(), HTML)
            at = tag.end()
        yield from self._pieces(at, end, escape)

    def _malformed(self, at: int, what: str) -> RecordError:
        line = self.source.count("\n", 0, at) + 1
        return RecordError(f"malformed markup in line {line}: {what}")

    def _behind(self, end: str, start: int, length: int, what: str) -> int:
        found = self.source.find(end, start + length)
        if found < 0 and self.rules.html:
            return len(self.source)
        if found < 0:
            raise self._malformed(start, f"{what} without end")
        return found + len(end)

    def _doctype_end(self, start: int) -> int:
        found = _DOCTYPE.match(self.source, start + 2)
        if found is not None and found[1]:
            found = _SUBSET_END.search(self.source, found.end())
        if found is None and self.rules.html:
            return start + 2
        if found is None:
            raise self._malformed(start, "a declaration without end")
        return found.end()


def _within_cdata(text: str, written: str) -> str:
    if "]]>" in text or re.search("[\0-\x08\x0b\x0c\x0e-\x1f]", text):
        raise ValueError("it would end the section")
    return text


_CDATA = Escape(encode=_within_cdata)
