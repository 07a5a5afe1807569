"""Unified diffs from edits: linear in the text, with the changed characters marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click

from vnclean.transform import Edit, apply_edits

__all__ = ["Hunk", "hunks", "paint_hunks", "short", "visible"]

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u0600-\u0605\u061c\u06dd\u070f\u1680\u180e"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ue000-\uf8ff\ufeff\ufff9-\uffff]"
)
_PLAIN = 160
"""How many characters without a change are shown whole on a terminal."""
_MARK = re.compile("\ue000([^\ue001]*)\ue001")


def visible(text: str) -> str:
    r"""Return a text with everything that can't be seen escaped, on one line.

    >>> visible("a\u00a0b\nc")
    'a\\u00a0b\\nc'
    """
    text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return _HIDDEN.sub(_code, text)


def _code(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def short(text: str, length: int = 60) -> str:
    """Return a text made visible, its middle left out where it is long.

    >>> short("x" * 100, 9)
    'xxxx…xxxx'
    """
    if len(text) > length:
        half = (length - 1) // 2
        return f"{visible(text[:half])}…{visible(text[-half:])}"
    return visible(text)


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring lines that change: whole lines with their line feeds, numbered from 0."""

    start: int
    end: int
    edits: tuple[Edit, ...]


def _line_starts(text: str) -> list[int]:
    starts, at = [0], 0
    while (at := text.find("\n", at) + 1) > 0:
        starts.append(at)
    if len(starts) > 1 and starts[-1] == len(text):
        starts.pop()
    return starts


def hunks(text: str, edits: Sequence[Edit], starts: Sequence[int]) -> Iterator[Hunk]:
    """Yield the runs of lines that the edits touch; `starts` are the offsets of all lines."""
    first = last = -1
    held: list[Edit] = []
    for edit in edits:
        begin = bisect_right(starts, edit.start) - 1
        end = max(begin, bisect_right(starts, max(edit.end - 1, edit.start)) - 1)
        # An edit that takes a line feed away draws the next line in, unless whole lines go.
        swallowed = text[edit.start : edit.end].endswith("\n")
        joins = (edit.start > starts[begin] or edit.replacement) and not (
            edit.replacement.endswith("\n")
        )
        if swallowed and joins and end + 1 < len(starts):
            end += 1
        if held and begin > last:
            yield Hunk(first, last + 1, tuple(held))
            held = []
        if not held:
            first = begin
        held.append(edit)
        last = max(end, last) if len(held) > 1 else end
    if held:
        yield Hunk(first, last + 1, tuple(held))


def _side(text: str, edits: Sequence[Edit], begin: int, end: int, new: bool) -> str:
    """Return a hunk's old or new text, the changed characters between private marks."""
    pieces: list[str] = []
    at = begin
    for edit in edits:
        part = edit.replacement if new else text[edit.start : edit.end]
        # Marks do not cross line ends, so that every line stands for itself.
        marked = "\n".join(f"\ue000{line}\ue001" if line else "" for line in part.split("\n"))
        pieces += text[at : edit.start].translate(_NO_MARKS), marked
        at = edit.end
    pieces.append(text[at:end].translate(_NO_MARKS))
    return "".join(pieces)


_NO_MARKS = {0xE000: "\ufffd", 0xE001: "\ufffd"}


def paint_hunks(
    text: str,
    edits: Sequence[Edit],
    name: str,
    *,
    context: int,
    color: bool,
    line: int = 1,
    end: bool = True,
) -> Iterator[str]:
    """Yield the lines of a unified diff; without colour it is one that `patch` understands.

    `end` says that the text ends as the file does, so that a missing line feed is worth a word.
    With colour, changed characters are marked and long stretches without a change are cut.
    """
    starts = _line_starts(text)

    def whole(number: int) -> str:
        stop = starts[number + 1] if number + 1 < len(starts) else len(text)
        return text[starts[number] : stop]

    yield _style(f"--- {name}", color, bold=True)
    yield _style(f"+++ {name} (cleaned)", color, bold=True)
    shift = 0
    groups: list[list[Hunk]] = []
    for hunk in hunks(text, edits, starts):
        if groups and hunk.start - groups[-1][-1].end <= 2 * context:
            groups[-1].append(hunk)
        else:
            groups.append([hunk])
    for group in groups:
        top = max(0, group[0].start - context)
        bottom = min(len(starts), group[-1].end + context)
        body: list[str] = []
        gained = 0
        at = top
        for hunk in group:
            body += (_context(whole(n), color, end) for n in range(at, hunk.start))
            begin = starts[hunk.start]
            stop = starts[hunk.end] if hunk.end < len(starts) else len(text)
            if color:
                old = _rows(_side(text, hunk.edits, begin, stop, new=False))
                new = _rows(_side(text, hunk.edits, begin, stop, new=True))
            else:
                old = _rows(text[begin:stop])
                local = [e._replace(start=e.start - begin, end=e.end - begin) for e in hunk.edits]
                new = _rows(apply_edits(text[begin:stop], local))
            body += (_changed_parts("-", row, "red", color, end) for row in old)
            body += (_changed_parts("+", row, "green", color, end) for row in new)
            gained += len(new) - (hunk.end - hunk.start)
            at = hunk.end
        body += (_context(whole(n), color, end) for n in range(at, bottom))
        old_range = _range(top + line, bottom - top)
        new_range = _range(top + line + shift, bottom - top + gained)
        yield _style(f"@@ -{old_range} +{new_range} @@", color, fg="cyan")
        yield from body
        shift += gained


def _rows(text: str) -> list[str]:
    rows = text.split("\n")
    tail = rows.pop()
    rows = [f"{row}\n" for row in rows]
    return [*rows, tail] if tail else rows


def _range(start: int, length: int) -> str:
    if length == 1:
        return str(start)
    return f"{start if length else start - 1},{length}"


def _line_end(line: str, end: bool) -> str:
    """Return the line without its line feed, or with the remark that it has none."""
    if line.endswith("\n") or not end:
        return line.removesuffix("\n")
    return f"{line}\n\\ No newline at end of file"


def _style(text: str, color: bool, fg: str | None = None, bold: bool | None = None) -> str:
    return click.style(text, fg=fg, bold=bold) if color else text


def _context(line: str, color: bool, end: bool) -> str:
    if not color:
        return f" {_line_end(line, end)}"
    body = line.removesuffix("\n")
    return f" {_seen(body if len(body) <= _PLAIN else body[:_PLAIN] + '…')}"


def _changed_parts(sign: str, line: str, fg: str, color: bool, end: bool) -> str:
    if not color:
        return f"{sign}{_line_end(line, end)}"
    body = line.removesuffix("\n")
    out = [click.style(sign, fg=fg)]
    at = 0
    parts = list(_MARK.finditer(body))
    for found in parts:
        out.append(_quiet(body[at : found.start()], fg, bool(at), True))
        out.append(click.style(visible(found[1]), fg=fg, bold=True, reverse=True))
        at = found.end()
    out.append(_quiet(body[at:], fg, bool(parts), False))
    return "".join(out)


def _quiet(text: str, fg: str, after: bool, before: bool) -> str:
    """Return a stretch without a change; only what stands next to a change stays if it is long."""
    if len(text) > _PLAIN:
        half = _PLAIN // 2 - 10
        text = (text[:half] if after or not before else "") + "…" + (text[-half:] if before else "")
    return click.style(_seen(text), fg=fg) if text else ""


def _seen(text: str) -> str:
    return _HIDDEN.sub(_code, text.removesuffix("\r")) if text else text
