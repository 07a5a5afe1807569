"""HTML entities that were shown instead of read: `&#7879;`, `&agrave;`, `&amp;#7879;`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.after_edits import identify_after
from vnclean.caches import cached_table, late_pattern
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.not_prose import Prose
from vnclean.language.words import word_bounds
from vnclean.repair.code_page_views import views
from vnclean.repair.escapes.decoded_words import is_displayable, is_in_use
from vnclean.scan import Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Entities"]

_ENTITY = late_pattern(
    r"&(?:amp;)*+(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});?|[A-Za-z][A-Za-z0-9]{1,31};?)?"
)
_TAG = late_pattern(r"</?[A-Za-z!][^<>\n]{0,300}>")
_START = clue(
    "entities.start",
    "&(?:[A-Za-z]{2}|#[0-9xX])",
    (0, "[&]", "[A-Za-z]", "[A-Za-z]"),
    (0, "[&]", "[#]", "[0-9xX]"),
)
_ONE = "&(?:[A-Za-z]{2,8}|#[0-9]{2,4}|#[xX][0-9a-fA-F]{2,4});"
_RUN = late_pattern(f"{_ONE}(?:{_ONE})+")
_MARKUP = frozenset("<>&\"'")
_BARE_MARKUP = late_pattern(r"(?<!\S)[&<>\"'](?=[\s,.;:)]|\Z)")
_SEPARATORS = late_pattern(r"[ ,;/|]+")
_OPENING = frozenset("\"'(“‘`")
_CLOSING = frozenset("\"')”’`")
_ALSO_UPPER_CASE = frozenset({"nbsp;", "amp;", "lt;", "gt;", "quot;"})
_ALSO_WITHOUT_SEMICOLON = frozenset({"nbsp", "quot", "ldquo", "rdquo", "hellip", "ndash", "mdash"})
_LINE_BLOCK_CHARS = 8192  # tags are looked for within such a block where lines are longer


@cached_table
def _named_entities() -> dict[str, str]:
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
    clues: ClassVar[Sequence[Clue]] = (_START,)
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "entities.named": "a named HTML entity was shown (&agrave;)",
        "entities.numeric": "a numeric HTML entity was shown (&#7879;)",
        "entities.double": "an HTML entity had been escaped again (&amp;#7879;)",
        "entities.cut": "an HTML entity lacked its semicolon (&#7879)",
    }

    def find(self, scan: Scan) -> list[Edit]:
        """Return one edit for each entity, escaped however often."""
        return edits_to_fixed_point(scan.text, _find) if self.concerns(scan) else []


def _find(text: str) -> list[Edit]:
    prose = Prose(text, _ENTITY)
    tags = _TagIndex(text)
    found = []
    runs = _misread_runs(text)
    for match in _ENTITY.finditer(text):
        if match.start() in runs:
            run = runs[match.start()]
            entity = run and (run[0], run[1], "entities.named")
        else:
            entity = _decode_entity(text, match, tags)
        if entity is not None and prose.at(match.start(), entity[0]):
            end, decoded, rule = entity
            found.append(Edit(match.start(), end, decoded, rule, 0.995))
    edits: list[Edit] = []
    for line in _group_by_line(text, found):
        edits += _drop_mentions(text, line)
    kept = []
    judged = list(identify_after(text, edits))
    for line in _group_by_line(text, edits):
        these, judged = judged[: len(line)], judged[len(line) :]
        proved = any(_completes_word(language.text, at, edit) for edit, language, at in these)
        for edit, language, at in these:
            if proved or (not _is_lone_letter(text, edit) and language.is_vietnamese(at)):
                kept.append(edit)
    return kept


def _group_by_line(text: str, edits: list[Edit]) -> Iterator[list[Edit]]:
    """Yield the edits that stand in one line together."""
    line: list[Edit] = []
    for edit in edits:
        if line and "\n" in text[line[-1].end : edit.start]:
            yield line
            line = []
        line.append(edit)
    if line:
        yield line


def _drop_mentions(text: str, line: list[Edit]) -> Iterator[Edit]:
    """Yield the edits of a line but for entities that the text talks about."""
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
            and _SEPARATORS.fullmatch(text, previous.end, edit.start)
            and not text[previous.start - 1 : previous.start].isalnum()
            and not text[edit.end : edit.end + 1].isalnum()
        ):
            listed |= {previous.start, edit.start}
        previous = edit
    for edit in line:
        before, after = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
        quoted = before in _OPENING and after in _CLOSING
        if edit.start not in listed and edit.replacement not in bare and not quoted:
            yield edit


def _is_lone_letter(text: str, edit: Edit) -> bool:
    """Say whether an entity is one letter that stands by itself, as in talk about entities."""
    if not edit.replacement.isalpha():
        return False
    before, after = text[edit.start - 1 : edit.start], text[edit.end : edit.end + 1]
    return not (before.isalpha() or after.isalpha() or before == ";" or after == "&")


def _completes_word(text: str, at: int, edit: Edit) -> bool:
    """Say whether a decoded letter stands in a word of two and more letters that is in use."""
    if not MARKED_LETTERS.issuperset(edit.replacement):
        return False
    start, end = word_bounds(text, at, at)
    return end - start > 1 and is_in_use(text[start:end])


def _decode_entity(text: str, match: re.Match[str], tags: _TagIndex) -> tuple[int, str, str] | None:
    """Return where an entity ends, what it stands for and the rule; None where it stays."""
    shown = match.group()
    start, end = match.span()
    core = shown[shown.rfind("amp;") + 4 :] if "amp;" in shown else shown[1:]
    double = "amp;" in shown and bool(core)
    if shown.startswith("&amp;") and not _is_complete(core):
        # Only the ampersand was escaped, however often; a name behind it is a word.
        end -= len(core)
        if tags.near(start) or text[end : end + 1] == "#":
            return None
        return end, "&", "entities.double" if shown.count("amp;") > 1 else "entities.named"
    if core.startswith("#"):
        digits = core[1:].rstrip(";")
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
        decoded = _numeric(code)
        rule = "entities.numeric"
    else:
        if not core.endswith(";"):
            end -= len(core)
            core = _letter_name(core)
            end += len(core)
        name = core if core.endswith(";") else core + ";"
        decoded = _named_entities().get(name) or (
            _named_entities().get(name.lower(), "")
            if name.isupper() and name.lower() in _ALSO_UPPER_CASE
            else ""
        )
        rule = "entities.named"
    if not decoded or not all(map(is_displayable, decoded)):
        return None
    if not core.endswith(";"):
        rule = "entities.cut"
        if not _may_lack_semicolon(text, start, end, decoded, core):
            return None
    if (decoded not in MARKED_LETTERS and tags.near(start)) or _makes_tag(text, end, decoded):
        return None
    return end, decoded, "entities.double" if double else rule


def _misread_runs(text: str) -> dict[int, tuple[int, str] | None]:
    """Return the runs of entities that stand for the bytes of misread letters, read to the end.

    By the start of the first entity: where the run ends, and the letters; None for the others.
    """
    found: dict[int, tuple[int, str] | None] = {}
    for run in _RUN.finditer(text):
        entities = list(_ENTITY.finditer(text, *run.span()))
        bytes_shown = "".join(map(_shown_byte, (entity.group() for entity in entities)))
        letters = views()["cp1252"].decode(bytes_shown)
        if letters != bytes_shown and all(map(MARKED_LETTERS.__contains__, letters)):
            found.update((entity.start(), None) for entity in entities[1:])
            found[run.start()] = (run.end(), letters)
    return found


def _shown_byte(entity: str) -> str:
    if entity[1] != "#":
        return _named_entities().get(entity[1:], "\n")
    code = int(entity[3:-1], 16) if entity[2] in "xX" else int(entity[2:-1])
    return _numeric(code) or chr(min(code, 0x10FFFF))


def _is_complete(core: str) -> bool:
    if not core:
        return False
    if core.startswith("#"):
        return True
    return core.endswith(";") and core in _named_entities()


def _numeric(code: int) -> str:
    """Return the character of a numeric entity; 80 to 9F mean windows-1252, as in browsers."""
    if 0x80 <= code <= 0x9F:
        return bytes((code,)).decode("cp1252", "ignore")
    if code > 0x10FFFF:
        return ""
    return chr(code)


def _letter_name(core: str) -> str:
    """Return the longest name of a Vietnamese letter at the start of letters, or all of them."""
    for length in range(len(core), 3, -1):
        if _named_entities().get(core[:length] + ";") in MARKED_LETTERS:
            return core[:length]
    return core


def _may_lack_semicolon(text: str, start: int, end: int, decoded: str, core: str) -> bool:
    """Say whether an entity without its semicolon is one, by what stands around it."""
    if core in _ALSO_WITHOUT_SEMICOLON:
        return text[end : end + 1] not in ("=", "")
    if decoded not in MARKED_LETTERS or text[end : end + 1] in ("=", "&"):
        return False
    low = start
    while low > max(0, start - 8) and text[low - 1].isalpha():
        low -= 1
    high = end
    while high < min(len(text), end + 8) and text[high].isalpha():
        high += 1
    return is_in_use(text[low:start] + decoded + text[end:high])


def _makes_tag(text: str, end: int, decoded: str) -> bool:
    return decoded == "<" and re.match(r"/?[A-Za-z!]", text[end : end + 2]) is not None


class _TagIndex:
    """Says whether a line has tags; each line (or block of a long one) is searched once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks: dict[int, bool] = {}

    def near(self, offset: int) -> bool:
        half = _LINE_BLOCK_CHARS // 2
        start = self._text.rfind("\n", max(0, offset - half), offset) + 1 or offset - offset % half
        if start not in self._blocks:
            end = self._text.find("\n", start, start + _LINE_BLOCK_CHARS)
            line = self._text[start : start + _LINE_BLOCK_CHARS if end < 0 else end]
            self._blocks[start] = _TAG.search(line) is not None or (
                "&lt;" in line and (re.search(r"&lt;/?[A-Za-z!]", line) is not None)
            )
        return self._blocks[start]
