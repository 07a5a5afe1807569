"""The account of a text of a file: read by its fonts first, kept to what its pieces allow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from vnclean.charsets.misread_pages import view_to_bytes
from vnclean.charsets.table import find_charset
from vnclean.charsets.truecase import raise_case
from vnclean.formats import Field
from vnclean.formats.spans.pieces import between_joints, but_of_blanks
from vnclean.pipeline import Pipeline
from vnclean.result import Change, Result, compose, to_edits
from vnclean.transform import Edit, apply_edits

__all__ = ["explain_field", "is_plain"]

_WORD = re.compile(r"[^ \t\n\r]+")
"""What lies between blanks of ASCII; all others may be letters of a charset."""


def is_plain(field: Field) -> bool:
    """Say whether a text is all in one piece and of no known charset: the pipeline may have it."""
    return not (field.joints or field.charsets or field.layout)


def explain_field(pipeline: Pipeline, field: Field, told: Sequence[Edit] = ()) -> Result:
    """Clean a text of a file and account for every change.

    Where its charset is known it is decoded first, by rules of the step `legacy`; where its column
    `told` of edits, these are made first. Edits that cross a joint of its pieces are left out.

    >>> field = Field("ViÖt Nam", charsets=((0, 8, "tcvn3"),))
    >>> explain_field(Pipeline.preset("safe"), field).text
    'Việt Nam'
    """
    if is_plain(field) and not told:
        return pipeline.explain(field.text)
    decoding = list(told or _decoding_edits(field))
    if not decoding:
        result = pipeline.explain(field.text)
    else:
        read = apply_edits(field.text, decoding)
        later = pipeline.explain(read)
        changes: list[Change] = compose([], decoding)
        changes = compose(changes, later.edits)
        before = Result(field.text, read, tuple(decoding))
        result = Result(
            field.text,
            later.text,
            tuple(to_edits(field.text, later.text, changes)),
            tuple(
                edit._replace(
                    start=before.to_original(edit.start), end=before.to_original(edit.end)
                )
                for edit in later.suggestions
            ),
        )
    kept = tuple(between_joints(field.text, result.edits, field.joints))
    kept = tuple(but_of_blanks(field.text, kept, field.layout))
    if kept == result.edits:
        return result
    return replace(result, text=apply_edits(field.text, kept), edits=kept)


def _decoding_edits(field: Field) -> Iterator[Edit]:
    """Yield an edit for each word in a known charset, for each piece of it where it is cut."""
    cuts = [start for start, end in field.joints if start == end]
    at = 0
    for start, end, charset in _joined(field.charsets):
        rule = _rule(charset)
        shown = _shown(field.text[start:end], charset)
        for word in _WORD.finditer(field.text, start, end):
            begin = word.start()
            while at < len(cuts) and cuts[at] <= begin:
                at += 1
            while at < len(cuts) and cuts[at] < word.end():
                cut = _whole_letters(field.text, begin, cuts[at], word.end(), charset)
                if cut < word.end():
                    yield from _decoding(field.text, begin, cut, charset, rule, start, shown)
                    begin = cut
                at += 1
            yield from _decoding(field.text, begin, word.end(), charset, rule, start, shown)


def _rule(charset: str) -> str:
    known = find_charset(charset)
    return f"legacy.{known.rule_name if known and known.in_text else 'tcvn3'}"


def _joined(spans: tuple[tuple[int, int, str], ...]) -> list[tuple[int, int, str]]:
    """Return spans with neighbours of one charset joined."""
    found: list[tuple[int, int, str]] = []
    for start, end, charset in spans:
        if found and found[-1][1:] == (start, charset):
            found[-1] = (found[-1][0], end, charset)
        else:
            found.append((start, end, charset))
    return found


def _read(text: str, charset: str) -> str:
    """Return a text whose characters are the bytes of a charset; others than those stay.

    >>> _read("Vieät", "vni")
    'Việt'
    """
    data = view_to_bytes(text, "cp1252")
    if data is not None:
        return data.decode(charset, "replace")
    parts = []
    for legible, letters in groupby(
        text, lambda letter: view_to_bytes(letter, "cp1252") is not None
    ):
        part = "".join(letters)
        parts.append(_read(part, charset) if legible else part)
    return "".join(parts)


def _whole_letters(text: str, start: int, cut: int, end: int, charset: str) -> int:
    """Return the first place from a cut on that is between two letters of the charset."""
    whole = _read(text[start:end], charset)
    while cut < end:
        if _read(text[start:cut], charset) + _read(text[cut:end], charset) == whole:
            break
        cut += 1
    return cut


def _shown(text: str, charset: str) -> str | None:
    """Return a text with its capitals that a charset could not hold; None where there are none."""
    known = find_charset(charset)
    if known is None or not known.case_lost:
        return None
    read = _read(text, charset)
    return raise_case(read, openings=False) if len(read) == len(text) else None


def _decoding(
    text: str, start: int, end: int, charset: str, rule: str, base: int, shown: str | None
) -> Iterator[Edit]:
    new = shown[start - base : end - base] if shown else _read(text[start:end], charset)
    if new != text[start:end]:
        yield Edit(start, end, new, rule)
