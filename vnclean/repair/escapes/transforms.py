r"""Escapes that were shown instead of read: `&#7879;`, `\u1ec7`, `%E1%BB%87`, `=E1=BB=87`.

Each is right where a program reads it, so code, JSON, regular expressions, URLs and markup stay;
in prose the Vietnamese word that comes out is the proof.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from vnclean.fixed_point import settle
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.identify import WORD, frequency, mended, regular_case, word_bounds
from vnclean.language.not_prose import Prose
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Entities", "PercentEncoding", "QuotedPrintable", "UnicodeEscapes"]


def _is_shown(character: str) -> bool:
    """Say whether a character may come out of an escape: no control, surrogate or the like."""
    return character in "\t\n\u200b\u200c\u200d\u200e\u200f\u00ad\ufeff" or (
        unicodedata.category(character) not in ("Cc", "Cs", "Cn", "Co")
    )


def _in_use(word: str) -> bool:
    return regular_case(word) and frequency(unicodedata.normalize("NFC", word)) > 0


def _words_in_use(decoded: str) -> bool:
    """Say whether a decoded token has a word with marks, and all its marked words are in use."""
    marked = [word for word in WORD.findall(decoded) if not word.isascii()]
    return bool(marked) and all(map(_in_use, marked))


# -- HTML entities ----------------------------------------------------------------------------

_ENTITY = re.compile(
    r"&(?:amp;)*+(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?|[A-Za-z][A-Za-z0-9]{1,31};?)?"
)
_TAG = re.compile(r"</?[A-Za-z!][^<>\n]{0,300}>")
_MARKUP = frozenset("<>&\"'")


@cache
def _named() -> dict[str, str]:
    """Return the characters of named entities, the names with their semicolon."""
    from html.entities import html5

    return {name: text for name, text in html5.items() if name.endswith(";")}


@register
@dataclass(frozen=True, repr=False)
class Entities(Transform):
    """Decode HTML entities in prose: named, decimal, hexadecimal, double-escaped, cut short.

    Only where the line is Vietnamese once they are decoded, or one of them completes a Vietnamese
    word. Markup stays markup: in a line with tags only letters are decoded, and nothing where a
    tag would come out. Text about entities stays: lists of them, `&lt;` beside a bare `<`. A
    missing semicolon is accepted where a Vietnamese word comes out
    (`ti&#7871ng`) and for `&nbsp` and a few more. Code, URLs (`&copy=`) and `AT&T` stay.

    >>> Entities()("Ti&#7871;ng Vi&#x1EC7;t c&oacute; d&amp;#7845;u &amp;amp; thanh, AT&T")
    'Tiếng Việt có dấu & thanh, AT&T'
    >>> Entities()("p = &copy; và http://vidu.vn/?a=1&copy=2")
    'p = &copy; và http://vidu.vn/?a=1&copy=2'
    """

    name: ClassVar[str] = "entities"
    additive: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "entities.named": "a named HTML entity was shown (&agrave;)",
        "entities.numeric": "a numeric HTML entity was shown (&#7879;)",
        "entities.double": "an HTML entity had been escaped again (&amp;#7879;)",
        "entities.cut": "an HTML entity lacked its semicolon (&#7879)",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for an ampersand that begins an entity."""
        return "&" in scan and _SIGN.search(scan.text) is not None

    def proposals(self, text: str) -> list[Edit]:
        """Return one edit for each entity, escaped however often."""
        return settle(text, _entities) if self.concerns(Scan(text)) else []


_SIGN = re.compile("&(?:[A-Za-z]{2}|#[0-9xX])")


def _entities(text: str) -> list[Edit]:
    prose = Prose(text, _ENTITY)
    tags = _Tags(text)
    found = []
    for match in _ENTITY.finditer(text):
        entity = _entity(text, match, tags)
        if entity is not None and prose.at(match.start(), entity[0]):
            end, decoded, rule = entity
            found.append(Edit(match.start(), end, decoded, rule, 0.995))
    edits: list[Edit] = []
    for line in _by_line(text, found):
        edits += _without_talk(text, line)
    kept = []
    judged = list(mended(text, edits))
    for line in _by_line(text, edits):
        these, judged = judged[: len(line)], judged[len(line) :]
        proved = any(_completes_word(evidence.text, at, edit) for edit, evidence, at in these)
        for edit, evidence, at in these:
            if proved or (not _is_lone_letter(text, edit) and evidence.at(at)):
                kept.append(edit)
    return kept


def _by_line(text: str, edits: list[Edit]) -> Iterator[list[Edit]]:
    """Yield the edits that stand in one line together."""
    line: list[Edit] = []
    for edit in edits:
        if line and "\n" in text[line[-1].end : edit.start]:
            yield line
            line = []
        line.append(edit)
    if line:
        yield line


def _without_talk(text: str, line: list[Edit]) -> Iterator[Edit]:
    """Yield the edits of a line but for entities that are spoken of."""
    start = text.rfind("\n", 0, line[0].start) + 1
    end = text.find("\n", line[-1].end)
    high = len(text) if end < 0 else end
    bare = {found.group() for found in _BARE_MARKUP.finditer(text, start, high)}
    previous: Edit | None = None
    listed: set[int] = set()
    for edit in line:
        if (
            previous is not None
            and edit.replacement != previous.replacement
            and {edit.replacement, previous.replacement} <= _MARKUP
            and edit.start - previous.end < 8
            and _LISTED.fullmatch(text, previous.end, edit.start)
            and not text[previous.start - 1 : previous.start].isalnum()
            and not text[edit.end : edit.end + 1].isalnum()
        ):
            listed |= {previous.start, edit.start}
        previous = edit
    for edit in line:
        quoted = text[edit.start - 1 : edit.start] in _OPENING and text[
            edit.end : edit.end + 1
        ] in (_CLOSING)
        if edit.start not in listed and edit.replacement not in bare and not quoted:
            yield edit


_BARE_MARKUP = re.compile(r"(?<!\S)[&<>\"'](?=[\s,.;:)]|\Z)")
_LISTED = re.compile(r"[ ,;/|]+")
_OPENING = frozenset("\"'(“‘`")
_CLOSING = frozenset("\"')”’`")


def _is_lone_letter(text: str, edit: Edit) -> bool:
    """Say whether an entity is one letter that stands by itself, as one that is spoken of."""
    if not edit.replacement.isalpha():
        return False
    before, after = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
    return not (before.isalpha() or after.isalpha() or before == ";" or after == "&")


def _completes_word(text: str, at: int, edit: Edit) -> bool:
    """Say whether a decoded letter stands in a word of two and more letters that is in use."""
    if edit.replacement not in MARKED_LETTERS:
        return False
    start, end = word_bounds(text, at, at)
    return end - start > 1 and _in_use(text[start:end])


def _entity(text: str, match: re.Match[str], tags: _Tags) -> tuple[int, str, str] | None:
    """Return where an entity ends, what it stands for and the rule; None where it stays."""
    shown = match.group()
    start, end = match.span()
    core = shown[shown.rfind("amp;") + 4 :] if "amp;" in shown else shown[1:]
    double = "amp;" in shown and bool(core)
    if shown.startswith("&amp;") and not _stands_for_something(core):
        # Only the ampersand was escaped, however often; a name behind it is a word.
        end -= len(core)
        if tags.near(start) or text[end : end + 1] == "#":
            return None
        return end, "&", "entities.double" if shown.count("amp;") > 1 else "entities.named"
    if core.startswith("#"):
        digits = core[1:].rstrip(";")
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        decoded = _character(code)
        rule = "entities.numeric"
    else:
        if not core.endswith(";"):
            end -= len(core)
            core = _cut_name(core)
            end += len(core)
        name = core if core.endswith(";") else core + ";"
        decoded = _named().get(name) or (
            _named().get(name.lower(), "") if name.isupper() and name.lower() in _SHOUTED else ""
        )
        rule = "entities.named"
    if not decoded or not all(map(_is_shown, decoded)):
        return None
    if not core.endswith(";"):
        rule = "entities.cut"
        if not _may_be_cut(text, start, end, decoded, core):
            return None
    if (decoded not in MARKED_LETTERS and tags.near(start)) or _makes_tag(text, end, decoded):
        return None
    return end, decoded, "entities.double" if double else rule


_SHOUTED = frozenset({"nbsp;", "amp;", "lt;", "gt;", "quot;"})
_CUT = frozenset({"nbsp", "quot", "ldquo", "rdquo", "hellip", "ndash", "mdash"})


def _stands_for_something(core: str) -> bool:
    if not core:
        return False
    if core.startswith("#"):
        return True
    return core.endswith(";") and core in _named()


def _character(code: int) -> str:
    """Return the character of a numeric entity; 80 to 9F mean windows-1252, as in browsers."""
    if 0x80 <= code <= 0x9F:
        return bytes((code,)).decode("cp1252", "ignore")
    if code > 0x10FFFF:
        return ""
    return chr(code)


def _cut_name(core: str) -> str:
    """Return the longest name of a Vietnamese letter at the start of letters, or all of them."""
    for length in range(len(core), 3, -1):
        if _named().get(core[:length] + ";") in MARKED_LETTERS:
            return core[:length]
    return core


def _may_be_cut(text: str, start: int, end: int, decoded: str, core: str) -> bool:
    """Say whether an entity without its semicolon is one, by what stands around it."""
    if core in _CUT:
        return text[end : end + 1] not in ("=", "")
    if decoded not in MARKED_LETTERS or text[end : end + 1] in ("=", "&"):
        return False
    low = start
    while low > max(0, start - 8) and text[low - 1].isalpha():
        low -= 1
    high = end
    while high < min(len(text), end + 8) and text[high].isalpha():
        high += 1
    return _in_use(text[low:start] + decoded + text[end:high])


def _makes_tag(text: str, end: int, decoded: str) -> bool:
    return decoded == "<" and re.match(r"/?[A-Za-z!]", text[end : end + 2]) is not None


class _Tags:
    """Says whether a line has tags; each line (or block of a long one) is looked at once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: dict[int, bool] = {}

    def near(self, offset: int) -> bool:
        start = self._text.rfind("\n", max(0, offset - 4096), offset) + 1 or offset - offset % 4096
        if start not in self._blocks:
            end = self._text.find("\n", start, start + 8192)
            line = self._text[start : start + 8192 if end < 0 else end]
            self._blocks[start] = _TAG.search(line) is not None or (
                "&lt;" in line and (re.search(r"&lt;/?[A-Za-z!]", line) is not None)
            )
        return self._blocks[start]


# -- backslash escapes ------------------------------------------------------------------------

_HIGH = "[dD][89abAB][0-9a-fA-F]{2}"
_LOW = "[dD][c-fC-F][0-9a-fA-F]{2}"
_BACKSLASHED = re.compile(
    rf"(?<!\\)\\{{1,4}}+(?:u{_HIGH}\\{{1,4}}+u{_LOW}|u[0-9a-fA-F]{{4}}|u\{{[0-9a-fA-F]{{1,6}}\}}"
    rf"|U000[0-9a-fA-F]{{5}}|x[c-fC-F][0-9a-fA-F](?:\\{{1,4}}+x[89abAB][0-9a-fA-F]){{1,3}})"
)
_BARE_SIGN = re.compile("u[01][01eE][0-9a-fA-F]")  # one first letter: a fast search
_BARE = re.compile("u(?:1[eE][a-fA-F][0-9a-fA-F]|0(?:0[c-fC-F][0-9a-fA-F]|1[0-9aAbB][0-9a-fA-F]))")


@register
@dataclass(frozen=True, repr=False)
class UnicodeEscapes(Transform):
    r"""Decode \u1ec7, \u{1ec7}, \U0001f600 and \xe1\xbb\x87 in prose, also without the backslash.

    The word that comes out must be Vietnamese and in use; other letters and signs (quotes, emoji)
    follow where the line has such a word. Source code, JSON and regular expressions stay.

    >>> UnicodeEscapes()(r"Vi\u1ec7t Nam, Viu1ec7t Nam, \u201cti\u1ebfng\u201d, Vi\xe1\xbb\x87t")
    'Việt Nam, Việt Nam, “tiếng”, Việt'
    >>> UnicodeEscapes()(r're.compile("[\u1ea0-\u1ef9]+")') == r're.compile("[\u1ea0-\u1ef9]+")'
    True
    """

    name: ClassVar[str] = "unicode_escapes"
    additive: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "escapes.backslash": "a Unicode escape with a backslash was shown (\\u1ec7)",
        "escapes.bare": "a Unicode escape was shown that had lost its backslash (u1ec7)",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for an escape with a backslash, or for one without."""
        return ("\\" in scan and _BACKSLASHED.search(scan.text) is not None) or (
            _has_bare(scan) and _BARE.search(scan.text) is not None
        )

    def proposals(self, text: str) -> list[Edit]:
        """Return one edit for each escape with a backslash, and for each word with bare ones."""
        return settle(text, _unicode_escapes)


def _has_bare(scan: Scan) -> bool:
    return _BARE_SIGN.search(scan.text) is not None


def _unicode_escapes(text: str) -> list[Edit]:
    scan = Scan(text)
    edits: list[Edit] = []
    if "\\" in scan:
        edits += _backslashed(text)
    if _has_bare(scan):
        taken = {edit.start for edit in edits}
        edits += [edit for edit in _bare(text) if edit.start not in taken]
        edits.sort()
    return edits


def _unescape(shown: str) -> str:
    r"""Return the character of one escape with backslashes; "" where there is none."""
    parts = [part for part in re.split(r"\\+", shown) if part]
    if parts[0][0] == "x":
        try:
            return bytes(int(part[1:], 16) for part in parts).decode("utf-8")
        except UnicodeDecodeError:
            return ""
    codes = [int(part[1:].strip("{}"), 16) for part in parts]
    if len(codes) == 2:
        return chr(0x10000 + ((codes[0] - 0xD800) << 10) + (codes[1] - 0xDC00))
    return chr(codes[0]) if codes[0] <= 0x10FFFF else ""


def _backslashed(text: str) -> list[Edit]:
    prose = Prose(text, _BACKSLASHED)
    found: list[tuple[int, int, str]] = []
    for match in _BACKSLASHED.finditer(text):
        decoded = _unescape(match.group())
        if decoded and all(map(_is_shown, decoded)) and prose.at(match.start(), match.end()):
            found.append((match.start(), match.end(), decoded))
    # Group the escapes by the line they stand in; a word in use proves the line.
    edits: list[Edit] = []
    line: list[tuple[int, int, str]] = []
    for number, item in enumerate(found):
        line.append(item)
        last = number + 1 == len(found)
        if last or "\n" in text[item[1] : found[number + 1][0]]:
            outside = _outside_literals(text, line)
            if outside and _proves(text, outside):
                edits += [
                    Edit(start, end, decoded, "escapes.backslash", 0.995)
                    for start, end, decoded in line
                ]
            line = []
    return edits


_LITERAL = re.compile(r"\"[^\"\n]*\"|(?<!\w)'[^'\n]*'(?!\w)")


def _outside_literals(text: str, line: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the escapes of a line that stand in no quoted literal: inside one they are code."""
    low = text.rfind("\n", 0, line[0][0]) + 1
    high = text.find("\n", line[-1][1])
    spans = [m.span() for m in _LITERAL.finditer(text, low, len(text) if high < 0 else high)]
    starts = [start for start, _ in spans]
    outside = []
    for item in line:
        k = bisect_right(starts, item[0]) - 1
        if k < 0 or item[0] >= spans[k][1]:
            outside.append(item)
    return outside


def _proves(text: str, line: list[tuple[int, int, str]]) -> bool:
    """Say whether the escapes of one line spell words in use, more of them than not."""
    good = bad = 0
    word = ""
    at = None
    for start, end, decoded in [*line, (-1, -1, "")]:
        between = text[at:start] if at is not None and start >= 0 else None
        if between is not None and (between == "" or (len(between) < 8 and between.isalpha())):
            word += between + decoded
            at = end
            continue
        if at is not None:
            tail = re.match(r"[^\W\d_]{0,8}", text[at : at + 8])
            word += tail.group() if tail else ""
            for part in WORD.findall(word):
                if not part.isascii() and len(part) > 1:  # one letter alone may be spoken of
                    good += _in_use(part)
                    bad += not _in_use(part)
        if start >= 0:
            head = re.search(r"[^\W\d_]{0,8}\Z", text[max(0, start - 8) : start])
            word = (head.group() if head else "") + decoded
            at = end
    return good > bad


_TOKEN = re.compile(r"[^\W_]+")


def _bare(text: str) -> Iterator[Edit]:
    """Yield words that come into use when the escapes in them, bare of backslashes, are read."""
    prose = Prose(text, _BARE)
    done = 0
    proved: list[Edit] = []
    alone: list[Edit] = []
    for match in _BARE.finditer(text):
        if match.start() < done:
            continue
        start = match.start()
        while start > done and start > match.start() - 24 and text[start - 1].isalnum():
            start -= 1
        if start and text[start - 1] in "\\+_&#%":
            continue
        token = _TOKEN.match(text, start, match.end() + 48)
        assert token is not None
        done = token.end()
        shown = token.group()
        decoded = _BARE.sub(lambda found: chr(int(found.group()[1:], 16)), shown)
        if not decoded.isalpha() or not _in_use(decoded) or not prose.at(start, done):
            continue
        edit = Edit(start, done, decoded, "escapes.bare", 0.99)
        (alone if len(decoded) == 1 else proved).append(edit)
    # One letter alone is proved by another word only.
    yield from sorted(proved + alone) if proved else ()


# -- percent-encoding -------------------------------------------------------------------------

_PERCENT = re.compile("(?:%[0-9a-fA-F]{2})+|(?:%u[0-9a-fA-F]{4})+")
_PERCENT_SIGN = re.compile("%(?:[c-fC-F][0-9a-fA-F]%|u[0-9a-fA-F]{4})")
_NO_PROSE = re.compile(r"[/?&=<>{}\\@\[\]]|\.\w{2,}|:\S")


@register
@dataclass(frozen=True, repr=False)
class PercentEncoding(Transform):
    """Decode percent-encoded UTF-8 in prose: Ti%E1%BA%BFng%20Vi%E1%BB%87t, and Vi%u1EC7t.

    The words must be Vietnamese and in use. Addresses, file names, queries and code stay: there
    the encoding is right.

    >>> PercentEncoding()("Vi%E1%BB%87t Nam, Ti%E1%BA%BFng%20Vi%E1%BB%87t, 50%")
    'Việt Nam, Tiếng Việt, 50%'
    >>> PercentEncoding()("https://vidu.vn/Vi%E1%BB%87t")
    'https://vidu.vn/Vi%E1%BB%87t'
    """

    name: ClassVar[str] = "percent_encoding"
    additive: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "escapes.percent": "a word was percent-encoded outside an address",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a percent sign that begins a letter."""
        return "%" in scan and _PERCENT_SIGN.search(scan.text) is not None

    def proposals(self, text: str) -> list[Edit]:
        """Return one edit for each token that is decoded."""
        return settle(text, _percent)


def _percent(text: str) -> list[Edit]:
    return _tokens(text, _PERCENT_SIGN, _PERCENT, _read_percent, "escapes.percent")


def _read_percent(shown: str) -> str:
    if shown[1] == "u":
        decoded = "".join(chr(int(part, 16)) for part in shown.split("%u")[1:])
    else:
        try:
            decoded = bytes.fromhex(shown.replace("%", "")).decode("utf-8")
        except UnicodeDecodeError:
            return shown
    return decoded if all(map(_is_shown, decoded)) else shown


def _tokens(
    text: str,
    sign: re.Pattern[str],
    escape: re.Pattern[str],
    read: Callable[[str], str],
    rule: str,
) -> list[Edit]:
    """Return an edit for each token between blanks that is no address and spells words in use."""
    prose = Prose(text, escape)
    edits: list[Edit] = []
    letters: list[Edit] = []
    done = 0
    for match in sign.finditer(text):
        if match.start() < done:
            continue
        start, end = prose.token(match.start(), match.end())
        start = max(start, done)
        done = end
        token = text[start:end]
        if _NO_PROSE.search(escape.sub("", token)) or not prose.at(match.start(), match.end()):
            continue
        decoded = escape.sub(lambda found: read(found.group()), token)
        if decoded != token and _words_in_use(decoded):
            edit = Edit(start, end, decoded, rule, 0.99)
            is_letter = sum(map(str.isalpha, decoded)) == 1
            (letters if is_letter else edits).append(edit)
    # One letter alone may be spoken of; it is proved by another word only.
    return sorted(edits + letters) if edits else []


# -- quoted-printable -------------------------------------------------------------------------

_BYTE = "=[0-9a-fA-F]{2}"
_SOFT = "(?:=\r?\n)?"
_PRINTABLE = re.compile(f"{_BYTE}(?:{_SOFT}{_BYTE})*")
_PRINTABLE_SIGN = re.compile(f"=[cC][3-6]{_SOFT}=[89abAB]|=[eE]1{_SOFT}=[bB][abAB]")
_PRINTABLE_PART = re.compile(f"{_BYTE}(?:{_SOFT}{_BYTE})*|=\r?\n")


@register
@dataclass(frozen=True, repr=False)
class QuotedPrintable(Transform):
    """Decode quoted-printable text of mails: Vi=E1=BB=87t, with its soft line breaks.

    Words must be Vietnamese and in use. `=3D`, `=20` and soft breaks are decoded in a text only
    whose every equals sign belongs to the encoding.

    >>> QuotedPrintable()("Vi=E1=BB=87t Nam, 2 =3D 1 + 1, ch=C3=BAng=\\n ta")
    'Việt Nam, 2 = 1 + 1, chúng ta'
    >>> QuotedPrintable()("x=10, tên=A1")
    'x=10, tên=A1'
    """

    name: ClassVar[str] = "quoted_printable"
    additive: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "escapes.quoted_printable": "text was shown in the quoted-printable encoding of mails",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for two bytes that begin a Vietnamese letter."""
        return "=" in scan and _PRINTABLE_SIGN.search(scan.text) is not None

    def proposals(self, text: str) -> list[Edit]:
        """Return one edit for each run of encoded bytes."""
        return settle(text, _quoted_printable)


_STRAY_EQUALS = re.compile(r"=(?![0-9a-fA-F]{2}|\r?\n)")


def _quoted_printable(text: str) -> list[Edit]:
    if _PRINTABLE_SIGN.search(text) is None:
        return []
    found = []
    good = bad = 0
    for match in _PRINTABLE_PART.finditer(text):
        decoded = _read_printable(match.group())
        if decoded is None:
            continue
        found.append((match.start(), match.end(), decoded))
    whole = (
        _STRAY_EQUALS.search(text) is None
        and text.count("=") > 1
        and not text.lstrip().startswith(("{", "["))
    )
    edits = []
    prose = Prose(text, _PRINTABLE_PART)
    decoded_text: list[str] = []
    at = 0
    for start, end, decoded in found:
        decoded_text += (text[at:start], decoded)
        at = end
    decoded_text.append(text[at:])
    for word in WORD.findall("".join(decoded_text)):
        if not word.isascii():
            good, bad = good + _in_use(word), bad + (not _in_use(word))
    whole = whole and good > bad
    for start, end, decoded in found:
        if whole or (
            not decoded.isascii() and _spells(text, start, end, decoded) and prose.at(start, end)
        ):
            if _NO_QUERY.search(text, max(0, start - 100), start) and not whole:
                continue
            edits.append(Edit(start, end, decoded, "escapes.quoted_printable", 0.99))
    return edits


_NO_QUERY = re.compile(r"[?&]\w*\Z|://\S*\Z")


def _read_printable(shown: str) -> str | None:
    data = re.sub("=\r?\n", "", shown)
    try:
        decoded = bytes.fromhex(data.replace("=", "")).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return decoded if all(_is_shown(c) or c == "\r" for c in decoded) else None


def _spells(text: str, start: int, end: int, decoded: str) -> bool:
    """Say whether a decoded run and the text around it, encoded or not, make a word in use."""
    around = text[max(0, start - 60) : start] + "\0" + text[end : end + 60]
    read = _PRINTABLE_PART.sub(
        lambda found: _read_printable(found.group()) or found.group(), around
    )
    left, _, right = read.partition("\0")
    head = re.search(r"[^\W\d_]*\Z", left)
    tail = re.match(r"[^\W\d_]*", right)
    word = (head.group() if head else "") + decoded + (tail.group() if tail else "")
    return _words_in_use(word)
