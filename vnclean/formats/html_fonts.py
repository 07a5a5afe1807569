"""Old fonts in HTML: `<font face="VNI-Times">`, `font-family: .VnTime`, as Word and Excel save.

The face decides what the bytes of a piece of text mean, cell by cell; see `FontEvidence` for pages
that lie.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from vnclean.caches import cached
from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.fonts import charset_of_font, first_font
from vnclean.charsets.misread_pages import view_to_bytes
from vnclean.charsets.table import code_page
from vnclean.charsets.truecase import raise_case
from vnclean.formats.spans.markup import html_escape

__all__ = ["names_old_fonts", "read_old_fonts", "show_as_latin"]

_NAMED = re.compile(
    r"\bface\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)'|([^\s<>\"']+))|\bfont(?:-family)?\s*:\s*([^;{}<>]*)",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<raw>script|style|textarea|title)\b[^<>]*>.*?(?:</(?P=raw)\s*>|\Z)"
    r"|<(?P<close>/)?(?P<name>[a-zA-Z][\w:-]*)(?P<attributes>[^<>]*)>|<![^<>]*>",
    re.S | re.IGNORECASE,
)
_STYLESHEET = re.compile(r"<style\b[^<>]*>(.*?)(?:</style\s*>|\Z)", re.S | re.IGNORECASE)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
_SIMPLE = re.compile(r"([a-zA-Z][\w-]*)?(?:\.([\w-]+))?")
_FAMILY = re.compile(r"(?:^|[;\s])font-family\s*:\s*([^;]*)|(?:^|[;\s])font\s*:\s*([^;]*)", re.I)
_SIZE = re.compile(r"^.*?\d(?:px|pt|em|%|in|cm|mm)?(?:/\S+)?\s+(?=\S)")
_STYLE = re.compile(r"\bstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_CLASS = re.compile(r"\bclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_ENDS = {
    "p": ("p",), "li": ("li",), "td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr"),
    "option": ("option",), "dt": ("dt", "dd"), "dd": ("dt", "dd"),
}  # fmt: skip
"""What a tag closes that is still open, though nobody wrote so."""
_DEEPEST = 400


class _Element(NamedTuple):
    name: str
    font: str


def names_old_fonts(page: str) -> bool:
    """Say whether a page names a font of a legacy charset."""
    return any(
        charset_of_font(first_font(_value(found))) is not None
        for found in _NAMED.finditer(page.replace("&quot;", '"'))
    )


def _value(found: re.Match[str]) -> str:
    value = next(filter(None, found.groups()), "")
    # The short form has the size in front of the name: `12pt .VnTime`.
    return _SIZE.sub("", value)


def show_as_latin(data: bytes) -> str:
    """Return bytes as windows-1252 shows them; those that it leaves undefined as controls.

    >>> show_as_latin(b"Vi\\xd6t \\x81")
    'ViÖt \\x81'
    """
    return data.decode("latin-1").translate(_latin())


@cached(1)
def _latin() -> dict[int, str]:
    return dict(enumerate(code_page("cp1252")))


def read_old_fonts(page: str) -> str:
    """Return a page in which text in old fonts is Unicode; the same object where there is none.

    >>> read_old_fonts('<td><font face=".VnTimeH">viÖt nam</font> xã</td>')
    '<td><font face=".VnTimeH">VIỆT NAM</font> xã</td>'
    """
    if not names_old_fonts(page):
        return page
    evidence = FontEvidence()
    stretches = [(start, end, font) for start, end, font in _texts(page) if charset_of_font(font)]
    for start, end, font in stretches:
        evidence.add(font, _characters(page[start:end]))
    pieces: list[str] = []
    at = 0
    for start, end, font in stretches:
        text = _characters(page[start:end])
        charset = evidence.charset(font, text)
        new = _decoded(text, charset) if charset else None
        if new is not None and new != text:
            with contextlib.suppress(ValueError):  # a control character that nothing writes
                pieces += page[at:start], html_escape().encode(new, "&gt;")
                at = end
    if not pieces:
        return page
    pieces.append(page[at:])
    return "".join(pieces)


def _characters(written: str) -> str:
    """Return the characters of a text; none where it names one that is not known."""
    try:
        return html_escape().decode(written)
    except ValueError:
        return ""


def _decoded(text: str, charset: str) -> str | None:
    data = view_to_bytes(text, "cp1252")
    if data is None:
        return None
    read = data.decode(charset)
    return raise_case(read, openings=False) if charset == "tcvn3" else read


def _texts(page: str) -> Iterator[tuple[int, int, str]]:
    """Yield the text between tags with its font."""
    tags, classes = _stylesheet(page)
    open_elements: list[_Element] = []
    at = 0
    for token in _TOKEN.finditer(page):
        if token.start() > at and open_elements:
            yield at, token.start(), open_elements[-1].font
        at = token.end()
        if token["name"] is None:
            continue
        name = token["name"].lower()
        if name in _VOID:
            continue
        if token["close"]:
            _close(open_elements, (name,))
            continue
        if name in _ENDS:
            _close(open_elements, _ENDS[name], inside="table")
        font = _font(token["attributes"], name, tags, classes)
        inherited = open_elements[-1].font if open_elements else ""
        if len(open_elements) < _DEEPEST and not token["attributes"].endswith("/"):
            open_elements.append(_Element(name, font or inherited))
    if at < len(page) and open_elements:
        yield at, len(page), open_elements[-1].font


def _close(open_elements: list[_Element], names: tuple[str, ...], inside: str = "") -> None:
    """Close the innermost element of one of the names with all in it; not one outside a table."""
    for depth in range(len(open_elements) - 1, -1, -1):
        if open_elements[depth].name in names:
            del open_elements[depth:]
            return
        if inside and open_elements[depth].name == inside:
            return


def _font(attributes: str, name: str, tags: dict[str, str], classes: dict[str, str]) -> str:
    """Return the font that a tag asks for: its own style, its face, its class, its name."""
    if found := _STYLE.search(attributes):
        value = (found[1] or found[2] or "").replace("&quot;", '"')
        if font := _family(value):
            return font
    if name == "font" and (face := _NAMED.search(attributes)):
        return first_font(_value(face))
    if found := _CLASS.search(attributes):
        for word in reversed((found[1] or found[2] or found[3] or "").split()):
            font = classes.get(f"{name}.{word.lower()}", "") or classes.get(f".{word.lower()}", "")
            if font:
                return font
    return tags.get(name, "")


def _family(declarations: str) -> str:
    font = ""
    for found in _FAMILY.finditer(declarations):
        font = first_font(found[1] or _SIZE.sub("", found[2] or "")) or font
    return font


def _stylesheet(page: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fonts that the style sheets of a page give to tags, and to classes."""
    tags: dict[str, str] = {}
    classes: dict[str, str] = {}
    for sheet in _STYLESHEET.finditer(page):
        for rule in _RULE.finditer(sheet[1]):
            font = _family(rule[2])
            if not font:
                continue
            for selector in rule[1].replace("<!--", "").split(","):
                simple = _SIMPLE.fullmatch(selector.strip())
                if simple is None:
                    continue
                tag, word = (part.lower() if part else "" for part in simple.groups())
                if word:
                    classes[f"{tag}.{word}"] = font
                elif tag:
                    tags[tag] = font
    return tags, classes
