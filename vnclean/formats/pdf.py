"""PDF: its text layer is read, each run in the charset of its font; text comes out."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, ClassVar, NamedTuple

from vnclean.charsets.font_evidence import FontEvidence
from vnclean.charsets.misread_pages import view_to_bytes
from vnclean.charsets.truecase import raise_case
from vnclean.charsets.undecoded.soft_hyphens import restore_dashed
from vnclean.errors import MissingExtraError
from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.lines import document_chunks

__all__ = ["Pdf", "PdfText", "is_pdf", "read_pdf"]

_SUBSET = re.compile(r"[A-Z]{6}\+")
_HYPHENATED = re.compile(r"[^\W\d_]*(?:-[^\W\d_]+)+|[^\W\d_]+-")
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"\W*(?:trang|page)?\W*#\W*(?:/\W*#\W*)?", re.IGNORECASE)
"""A line that is nothing but the number of its page, with # for digits."""
_EDGES = 2
"""So many lines at the top and the bottom of a page may be its head and foot."""
_LEAST_PAGES, _LEAST_SHARE = 3, 0.3
"""A line that so many pages, and such a share of them, have at their edges is a running head."""
_FULL = 0.85
"""Share of the width of a page's text from which a line is full, so that the next goes on."""
_INDENT = 1.2
"""Indent of a first line, in sizes of the font."""
_WIDE_GAP = 1.6
"""Distance to the next line, in usual distances, that parts paragraphs."""
_OPENS = re.compile(r"[-–•+*]\s|\(?\w{1,3}[.)]\s|(?:điều|chương|mục|phần)\s+\S+[.:]", re.IGNORECASE)
"""What a paragraph begins with, wherever the line before it ends."""
_NO_OCR = "it has no text layer: its pages are pictures and need OCR"


class _PrintedRun(NamedTuple):
    text: str
    font: str


class _PrintedLine(NamedTuple):
    """A line of a page: its runs, its left and right end, its base line, the size of its font."""

    runs: tuple[_PrintedRun, ...]
    left: float
    right: float
    base: float
    size: float


class PdfText(NamedTuple):
    """What was read of a document: its text, and the pages (from 1) that have none."""

    text: str
    pages: int
    without: tuple[int, ...]


def is_pdf(data: bytes) -> bool:
    """Say whether bytes begin like a PDF.

    >>> is_pdf(b"%PDF-1.4"), is_pdf(b"Vi\\xd6t")
    (True, False)
    """
    return b"%PDF-" in data[:1024]


def read_pdf(data: bytes) -> PdfText:
    """Return the text of a PDF: paragraphs, without running heads and numbers of pages.

    Raises RecordError where it is damaged, encrypted or has no text layer, MissingExtraError
    without the extra `pdf`.
    """
    pages = list(_read_pages(data))
    without = tuple(number for number, lines in enumerate(pages, 1) if not lines)
    if len(without) == len(pages):
        raise RecordError(_NO_OCR if pages else "it has no pages")
    evidence = FontEvidence()
    for lines in pages:
        for line in lines:
            for run in line.runs:
                evidence.add(run.font, run.text)
    shown = [
        [(line, "".join(_decoded(run, evidence) for run in line.runs)) for line in lines]
        for lines in pages
    ]
    _drop_running_heads(shown)
    paragraphs = [paragraph for lines in shown for paragraph in _paragraphs(lines)]
    return PdfText("\n\n".join(_joined(paragraphs)), len(pages), without)


def _decoded(run: _PrintedRun, evidence: FontEvidence) -> str:
    charset = evidence.charset(run.font, run.text)
    bytes_shown = view_to_bytes(run.text, "cp1252") if charset else None
    if bytes_shown is None:
        return run.text
    text = bytes_shown.decode(charset)
    if charset.startswith("tcvn3"):
        # In many a font the byte of ư, the soft hyphen of the code page, is drawn as a hyphen.
        text = _HYPHENATED.sub(_with_horns, text)
    return raise_case(text, openings=False) if charset == "tcvn3" else text


def _with_horns(found: re.Match[str]) -> str:
    new = restore_dashed(found[0])
    return new.replace("ư", "Ư") if found[0].isupper() else new


def _read_pages(data: bytes) -> Iterator[list[_PrintedLine]]:
    try:
        import pypdfium2
        import pypdfium2.raw as raw
    except ImportError:
        raise MissingExtraError("pypdfium2", "pdf", "Reading PDF") from None
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        word = "encrypted: save it without a password" if "password" in str(error).lower() else ""
        raise RecordError(
            f"it is {word}" if word else f"it is no PDF, or damaged: {error}"
        ) from None
    try:
        for number in range(len(document)):
            try:
                page = document[number]
                text_page = page.get_textpage()
            except pypdfium2.PdfiumError:
                yield []
                continue
            try:
                yield list(_lines(raw, text_page.raw))
            finally:
                text_page.close()
                page.close()
    finally:
        document.close()


def _lines(raw: Any, page: Any) -> Iterator[_PrintedLine]:
    """Yield the lines of a page, in the order in which the document has them."""
    name = ctypes.create_string_buffer(256)
    flags = ctypes.c_int()
    box = raw.FS_RECTF()
    held: list[tuple[str, str]] = []
    first = last = -1
    font = ""

    def line() -> _PrintedLine | None:
        if first < 0 or not "".join(letter for letter, _ in held).strip():
            return None
        runs: list[_PrintedRun] = []
        for letter, here in held:
            if runs and runs[-1].font == here:
                runs[-1] = _PrintedRun(runs[-1].text + letter, here)
            else:
                runs.append(_PrintedRun(letter, here))
        raw.FPDFText_GetLooseCharBox(page, first, box)
        left, base = box.left, box.bottom
        raw.FPDFText_GetLooseCharBox(page, last, box)
        size = float(raw.FPDFText_GetFontSize(page, first)) or box.top - box.bottom
        return _PrintedLine(tuple(runs), left, box.right, base, abs(size) or 1.0)

    for at in range(raw.FPDFText_CountChars(page)):
        code = raw.FPDFText_GetUnicode(page, at)
        if code in (10, 13):
            if made := line():
                yield made
            held, first, last = [], -1, -1
            continue
        letter = _letter(code)
        if not raw.FPDFText_IsGenerated(page, at):
            raw.FPDFText_GetFontInfo(page, at, name, 256, flags)
            font = _SUBSET.sub("", name.value.decode("utf-8", "replace"))
            first, last = at if first < 0 else first, at
        held.append((letter, font))
    if made := line():
        yield made


def _letter(code: int) -> str:
    if 0xF020 <= code <= 0xF0FF:  # the places of a font without names for its letters
        code -= 0xF000
    if code < 32 or 0xD800 <= code <= 0xDFFF or code >= 0xFFFE:
        return " " if code in (0, 9) else "\ufffd"
    return chr(code)


def _drop_running_heads(pages: list[list[tuple[_PrintedLine, str]]]) -> None:
    """Take away the lines at the edges of pages that many of them have, but for the digits."""
    edges: list[set[str]] = []
    for lines in pages:
        shown = [_DIGITS.sub("#", text.strip()) for _, text in lines]
        edges.append(set(shown[:_EDGES] + shown[-_EDGES:]))
    counts = Counter(text for edge in edges for text in edge)
    least = max(_LEAST_PAGES, _LEAST_SHARE * len(pages))
    running = {text for text, count in counts.items() if count >= least}
    many = len(pages) >= _LEAST_PAGES
    for lines in pages:
        for side in (0, -1):
            for _ in range(_EDGES):
                shown_text = _DIGITS.sub("#", lines[side][1].strip()) if lines else ""
                is_number = many and "#" in shown_text and _NUMBER.fullmatch(shown_text)
                if shown_text in running or is_number:
                    del lines[side]


def _paragraphs(lines: Sequence[tuple[_PrintedLine, str]]) -> Iterator[str]:
    """Yield the paragraphs of a page: lines that go on in the next one are joined."""
    if not lines:
        return
    left = min(line.left for line, _ in lines)
    right = max(line.right for line, _ in lines)
    steps = [a.base - b.base for (a, _), (b, _) in pairwise(lines)]
    usual = median([step for step in steps if step > 0] or [1.0])
    held = ""
    before: _PrintedLine | None = None
    for line, text in lines:
        text = text.strip()
        if before is not None and _goes_on(before, line, text, left, right, usual):
            held = f"{held} {text}"
        else:
            if held:
                yield held
            held = text
        before = line
    if held:
        yield held


def _goes_on(
    before: _PrintedLine, line: _PrintedLine, text: str, left: float, right: float, usual: float
) -> bool:
    step = before.base - line.base
    return (
        0 < step <= _WIDE_GAP * usual
        and before.right >= left + _FULL * (right - left)
        and line.left <= before.left + _INDENT * line.size
        and abs(line.size - before.size) <= 0.15 * before.size
        and not _OPENS.match(text)
    )


def _joined(paragraphs: Iterable[str]) -> list[str]:
    """Return paragraphs, with those joined that a page cuts: one that ends in the middle of one."""
    found: list[str] = []
    for paragraph in paragraphs:
        if found and paragraph[:1].islower() and found[-1][-1:].isalnum() | (found[-1][-1:] == ","):
            found[-1] = f"{found[-1]} {paragraph}"
        else:
            found.append(paragraph)
    return found


@dataclass(frozen=True)
class Pdf:
    """A PDF, read whole; the text of its text layer is what comes out (UTF-8).

    The font of each run is its charset (`.VnTime`, `VNI-Times`). Lines are joined into paragraphs;
    running heads and numbers of pages go. A page without text is named: it needs OCR. Needs the
    extra `pdf`.
    """

    name: ClassVar[str] = "pdf"
    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    binary: ClassVar[bool] = True
    writes: ClassVar[str] = ".txt"

    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole document."""
        yield from document_chunks(blocks, self.max_record, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Return the text of the document, exchanged for what the visitor makes of it."""
        done = Rewritten(b"", records=1)
        try:
            found = read_pdf(chunk.data)
            text = visit(Field(found.text))
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        except MissingExtraError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        done.records = found.pages
        done.rejects = [
            Reject(page, f"page {page} has no text: it needs OCR") for page in found.without
        ]
        done.data = (text + "\n").encode("utf-8", "surrogatepass")
        return done
