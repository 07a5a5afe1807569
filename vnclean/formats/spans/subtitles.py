"""Subtitles: numbers, times, styles and tags stay, what is spoken is text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.markup import html_escape
from vnclean.formats.spans.span import Escape, TextSpan, guarded

__all__ = ["AdvancedSubtitles", "SubRip", "WebVtt"]

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_TIME = re.compile(r"[ \t]*(?:\d+:)?\d+:\d+[,.]\d+[ \t]*-->[ \t]*(?:\d+:)?\d+:\d+[,.]\d+")
_TAG = re.compile(r"</?[A-Za-z0-9.][^<>\r\n]*>|\{\\[^{}\r\n]*\}")
_OVERRIDE = re.compile(r"\{[^{}\r\n]*\}|\\[Nn]|\\h")
_DRAWING = re.compile(r"\\p(\d+)")


_SPEECH = guarded(r"[<>{}\\]|-->")


def _pieces(
    source: str,
    start: int,
    end: int,
    tags: re.Pattern[str],
    joint: str | None,
    escape: Escape = _SPEECH,
) -> Iterator[TextSpan]:
    """Yield what a line has between its tags; one that is written for a line break is a joint."""
    at, drawn = start, False
    for found in tags.finditer(source, start, end):
        if found.start() > at and not drawn:
            yield TextSpan(at, found.start(), escape, joint)
            joint = ""
        tag, at = found[0], found.end()
        if tag[0] == "\\" and joint is not None:
            joint = " " if tag == "\\h" else "\n"
        for scale in _DRAWING.findall(tag):
            drawn = int(scale[:9]) > 0
    if end > at and not drawn:
        yield TextSpan(at, end, escape, joint)


def _cue_spans(source: str, escape: Escape = _SPEECH) -> Iterator[TextSpan]:
    """Yield the text of all cues: what follows a line of times, up to an empty line."""
    joint: str | None = None
    inside = False
    held: list[TextSpan] = []
    """A line that is a number: the name of the next cue, where its times follow at once."""
    for found in _LINE.finditer(source):
        start, end = found.span(1)
        if _TIME.match(source, start, end):
            inside, held = True, []
            continue
        yield from held
        held = []
        line = source[start:end].strip()
        if not line:
            inside = False
        elif inside:
            spans = list(_pieces(source, start, end, _TAG, joint, escape))
            if line.isdecimal():
                held = spans
            else:
                yield from spans
            joint = "\n" if spans else joint
    yield from held


@dataclass(frozen=True)
class SubRip(SpanFormat):
    """SubRip subtitles: numbers, times and tags stay.

    >>> [piece[:2] for piece in SubRip().spans("1\\n00:00:01,000 --> 00:00:02,000\\n<i>Alô</i>\\n")]
    [(35, 38)]
    """

    name: ClassVar[str] = "srt"
    suffixes: ClassVar[tuple[str, ...]] = (".srt",)

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Yield the lines of all cues, as one text."""
        return _cue_spans(source)


@dataclass(frozen=True)
class WebVtt(SpanFormat):
    """WebVTT subtitles: header, notes, styles, times and tags stay."""

    name: ClassVar[str] = "vtt"
    suffixes: ClassVar[tuple[str, ...]] = (".vtt",)

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Yield the lines of all cues, as one text."""
        return _cue_spans(source, html_escape())


@dataclass(frozen=True)
class AdvancedSubtitles(SpanFormat):
    """Advanced SubStation subtitles: the text of dialogues, without overrides and drawings."""

    name: ClassVar[str] = "ass"
    suffixes: ClassVar[tuple[str, ...]] = (".ass", ".ssa")

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Yield the texts of all dialogues, as one text."""
        joint: str | None = None
        section, commas = "", 9
        for found in _LINE.finditer(source):
            line = found[1]
            if line.startswith("["):
                section = line.strip().lower()
            elif section == "[events]" and line.startswith("Format:"):
                names = [name.strip().lower() for name in line.partition(":")[2].split(",")]
                commas = len(names) - 1 if names[-1] == "text" else -1
            elif section == "[events]" and line.startswith("Dialogue:") and commas >= 0:
                fields = line.split(",", commas)
                if len(fields) <= commas or not fields[-1]:
                    continue
                start = found.end(1) - len(fields[-1])
                for span in _pieces(source, start, found.end(1), _OVERRIDE, joint):
                    yield span
                    joint = "\n"
