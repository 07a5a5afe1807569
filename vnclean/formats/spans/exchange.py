"""A source with its texts exchanged: written as the format escapes them, read again to be sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from vnclean.formats.base import Edited, Field, Visitor
from vnclean.formats.spans.pieces import Replacement, between_joints, single_edit, spread
from vnclean.formats.spans.span import Escape, TextSpan

__all__ = ["Reader", "decoded", "exchange", "splice_text"]

Reader = Callable[[str], Iterable[TextSpan]]
"""Gives the spans of a source, in order and without overlap."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_ENDS = ("", "\n", "\r")
_MAX_TEXT = 1 << 20
"""A text of more characters ends with the next paragraph."""
_MAX_CHECKS = 64
"""So often a source is read again to find the texts that its format does not hold."""


@dataclass(slots=True)
class _Piece:
    """A span that can be read, its text, and where that stands in the whole text."""

    span: TextSpan
    text: str
    start: int = 0


def decoded(source: str, span: TextSpan) -> str | None:
    """Return the characters of a span, None where it can't be read or holds none that are text."""
    written = source[span.start : span.end]
    try:
        text = written if span.escape.unit is None else span.escape.decode(written)
    except ValueError:
        return None
    return None if _SURROGATE.search(text) else text


def texts_of(source: str, read: Reader) -> Iterator[list[_Piece]]:
    """Yield the texts of a source, each as its pieces; one that can't be read parts two texts."""
    held: list[_Piece] = []
    broken, size = False, 0
    for span in read(source):
        text = decoded(source, span)
        if text is None:
            broken = True
            continue
        if span.joint is None or broken or (size > _MAX_TEXT and "\n" in span.joint):
            if held:
                yield held
            held, size = [], 0
        broken = False
        held.append(_Piece(span, text))
        size += len(text)
    if held:
        yield held


def exchange(
    source: str, read: Reader, visit: Visitor, *, line: int = 1, origin: str = "text"
) -> str:
    r"""Return the source with its texts exchanged; the same object where none changed.

    `line` is that of its first character, `origin` what kind of file the texts are from.

    What did not change stays written as it is. What the format does not hold stays as a whole:
    the result is read again, and must have the very texts that were put there.

    >>> words = lambda source: [TextSpan(*found.span()) for found in re.finditer(r"\w+", source)]
    >>> exchange("một <hai> ba", words, lambda field: field.text.upper())
    'MỘT <HAI> BA'
    """
    places = _Places(source, line)
    changes: list[Replacement] = []
    for pieces in texts_of(source, read):
        field, bounds = _field(source, pieces, places, origin)
        if not field.text:
            continue
        new = visit(field)
        if new is field.text or new == field.text:
            continue
        edits = new.edits if isinstance(new, Edited) else single_edit(field.text, new)
        kept = between_joints(field.text, edits, field.joints)
        for piece, own in zip(pieces, spread(field.text, kept, bounds), strict=True):
            if own and (written := _written(source, piece, own)) is not None:
                changes.append(Replacement(piece.span.start, piece.span.end, written))
    return _checked(source, read, changes) if changes else source


class _Places:
    """Lines and columns of ascending offsets of a source."""

    def __init__(self, source: str, line: int) -> None:
        self._source, self._line, self._at, self._row = source, line, 0, 0

    def find(self, offset: int) -> tuple[int, int]:
        """Return line and column, both from 1."""
        if newlines := self._source.count("\n", self._at, offset):
            self._line += newlines
            self._row = self._source.rfind("\n", self._at, offset) + 1
        self._at = offset
        return self._line, offset - self._row + 1


def _field(
    source: str, pieces: list[_Piece], places: _Places, origin: str
) -> tuple[Field, list[tuple[int, int]]]:
    """Return a text as the visitor gets it, and the bounds of its pieces."""
    span = pieces[0].span
    bounds: list[tuple[int, int]] = []
    joints: list[tuple[int, int]] = []
    anchors: list[tuple[int, int, int]] = []
    parts: list[str] = []
    at = 0
    for number, piece in enumerate(pieces):
        if number:
            joint = piece.span.joint or ""
            joints.append((at, at + len(joint)))
            parts.append(joint)
            at += len(joint)
        piece.start = at
        anchors.append((at, *places.find(piece.span.start)))
        parts.append(piece.text)
        bounds.append((at, at + len(piece.text)))
        at += len(piece.text)
    _, line, column = anchors[0]
    charsets = [
        (*bound, piece.span.charset)
        for bound, piece in zip(bounds, pieces, strict=True)
        if piece.span.charset
    ]
    written = source[span.start : span.end] if len(pieces) == 1 else ""
    unit = span.escape.unit if written != parts[0] else None
    text = parts[0] if len(pieces) == 1 else "".join(parts)
    return (
        Field(
            text,
            line,
            column,
            span.key,
            written if unit is not None else "",
            unit,
            origin=origin,
            joints=tuple(joints),
            anchors=tuple(anchors) if joints else (),
            charsets=tuple(charsets),
            layout=tuple(_layout(source, pieces, bounds)),
        ),
        bounds,
    )


def _layout(
    source: str, pieces: list[_Piece], bounds: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the blanks of a text at its edges and at joints that are not empty.

    Those at the beginning or end of a line of the source are no layout of the format.
    """
    for number, (piece, (start, end)) in enumerate(zip(pieces, bounds, strict=True)):
        span, text = piece.span, piece.text
        following = pieces[number + 1].span.joint if number + 1 < len(pieces) else None
        first = start + len(text) - len(text.lstrip())
        last = max(first, start + len(text.rstrip()))
        if span.joint != "" and start < first and source[span.start - 1 : span.start] not in _ENDS:
            yield start, first
        if following != "" and last < end and source[span.end : span.end + 1] not in _ENDS:
            yield last, end


def _written(source: str, piece: _Piece, edits: list[Replacement]) -> str | None:
    """Return how a piece is written once its edits are made; None where it can't be."""
    escape, old = piece.span.escape, source[piece.span.start : piece.span.end]
    edits = [Replacement(a - piece.start, b - piece.start, new) for a, b, new in edits]
    text = splice_text(piece.text, edits)
    try:
        if escape.unit is None:
            return escape.encode(text, old)
        if escape.encode(piece.text, old) == old:
            new = escape.encode(text, old)
        else:
            new = _spliced(old, escape, edits)
        return new if escape.decode(new) == text else None
    except ValueError:
        return None


def _spliced(written: str, escape: Escape, edits: list[Replacement]) -> str:
    """Return a written form with edits of its text made; all other characters stay as written."""
    assert escape.unit is not None
    starts = [found.start() for found in escape.unit.finditer(written)]
    starts.append(len(written))
    return splice_text(
        written,
        [
            Replacement(starts[a], starts[b], escape.encode(new, written) if new else "")
            for a, b, new in edits
            if b < len(starts)
        ],
    )


def splice_text(source: str, edits: Iterable[Replacement]) -> str:
    """Return a text with sorted replacements made that do not overlap.

    >>> splice_text("abcd", [Replacement(1, 3, "-")])
    'a-d'
    """
    parts: list[str] = []
    at = 0
    for start, end, new in edits:
        parts += source[at:start], new
        at = end
    parts.append(source[at:])
    return "".join(parts)


def _checked(source: str, read: Reader, changes: list[Replacement]) -> str:
    """Return the source with those changes that are read again as they were meant."""
    spans = {(span.start, span.end): span for span in read(source)}
    checks = 0

    def holds(chosen: list[Replacement]) -> str | None:
        nonlocal checks
        checks += 1
        new = splice_text(source, chosen)
        put = {(start, end): text for start, end, text in chosen}
        wanted = (
            span.escape.decode(put[bounds]) if bounds in put else decoded(source, span)
            for bounds, span in spans.items()
        )
        try:
            found = (decoded(new, span) for span in read(new))
            same = list(filter(None, wanted)) == list(filter(None, found))
        except ValueError:  # a FormatError is one
            return None
        return new if same else None

    kept: list[Replacement] = []
    best = source
    waiting = [changes]
    while waiting and checks < _MAX_CHECKS:
        part = waiting.pop()
        new = holds(sorted(kept + part))
        if new is not None:
            kept, best = sorted(kept + part), new
        elif len(part) > 1:
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]
    return best
