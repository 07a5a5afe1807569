"""What is done to each text of a chunk: cleaned, counted, noted for the sidecar, judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

from vnclean.engine.columns import told_by_columns
from vnclean.engine.counts import SPREAD, EditCounts, Sample
from vnclean.engine.explaining import explain_field, is_plain
from vnclean.engine.options import RunOptions
from vnclean.engine.reading import failure
from vnclean.engine.sidecar import Visit
from vnclean.formats import Chunk, Field, FileFormat, Format, RecordError, Reject, Rewritten
from vnclean.formats.base import Edited, Visitor
from vnclean.formats.columns import ALL
from vnclean.formats.encoding import encode_output
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.package import PackageFormat
from vnclean.formats.text import Text
from vnclean.pipeline import ORIGINS, Pipeline
from vnclean.signals import Criteria, Quality
from vnclean.transform import Edit, apply_edits

__all__ = [
    "CleaningVisitor",
    "TextOptions",
    "clean_or_reject",
    "is_document",
    "is_filtered",
    "rewrite_or_reject",
]

Asked = TypeVar("Asked")
Made = TypeVar("Made")

_FILTERED = "quality: "
"""What the reason of a record begins with that was left out because of its quality."""
FIELD = "quality"
"""The field that signals are written to."""


@dataclass(frozen=True)
class TextOptions:
    """What is to be done to every text; a picklable value.

    `account` counts edits by rule, `noted` keeps them for the sidecar. A record whose text does
    not meet the `criteria` is left out; `signals` adds the quality of the text to its record. Of
    records with texts under several keys, those under the first key are judged.
    """

    pipeline: Pipeline
    account: bool = False
    noted: bool = False
    criteria: Criteria | None = None
    signals: bool = False
    encoding: str = ""
    """In which encoding the output is wanted; see `output_encoding`."""

    @classmethod
    def of(cls, pipeline: Pipeline, options: RunOptions) -> TextOptions:
        """Return what a run with some options does to every text."""
        noted = options.edits is not None
        return cls(
            pipeline, options.account, noted, options.min_quality, options.signals, options.encoding
        )

    @property
    def explains(self) -> bool:
        """Whether the edits are needed, not only what they lead to."""
        return self.account or self.noted or self.signals or self.criteria is not None

    @cached_property
    def by_origin(self) -> dict[str, Pipeline]:
        """The pipeline for texts of each origin but plain text."""
        return {origin: self.pipeline.for_origin(origin) for origin in ORIGINS[1:]}

    def key(self) -> str:
        """Return what must be the same for a run to be gone on with."""
        wanted = f" where {self.criteria.source}" if self.criteria else ""
        signals = " signals" if self.signals else ""
        encoding = f" encoding={self.encoding}" if self.encoding else ""
        return f"{self.pipeline.fingerprint()} account={self.account}{signals}{encoding}{wanted}"


class CleaningVisitor:
    """The visitor of one chunk; what it finds is added to a tally.

    A record with a text that a `narrow` encoding, that of the output, can't write is left out.
    """

    def __init__(
        self, texts: TextOptions, chunk: Chunk, tally: EditCounts, narrow: str = ""
    ) -> None:
        self.visits: list[Visit] = []
        self._texts = texts
        self._tally = tally
        self._key = next(iter(getattr(chunk.format, "keys", ())), "").replace(ALL, "")
        self._quality: Quality | None = None
        self._record = 0
        self._narrow = narrow
        self._told = told_by_columns(texts.pipeline, chunk, rewrite_or_reject)

    def __call__(self, text: Field) -> str:
        """Return what shall stand in the place of a text."""
        new = self._cleaned(text)
        if self._narrow:
            encode_output(new.encode("utf-8", "surrogatepass"), self._narrow)
        return new

    def _cleaned(self, text: Field) -> str:
        texts, tally = self._texts, self._tally
        tally.texts += 1
        pipeline = texts.by_origin[text.origin] if text.origin != "text" else texts.pipeline
        told = self._told.get((text.key, text.text), ())
        if not texts.explains and is_plain(text):
            new = clean_or_reject(pipeline, apply_edits(text.text, told) if told else text.text)
            tally.changed += new is not text.text and new != text.text
            return new
        result = clean_or_reject(partial(explain_field, pipeline, told=told), text)
        if text.record != self._record:
            self._record, self._quality = text.record, None
        if not self._key or text.key in (self._key, ""):
            quality = Quality.of(result)
            reason = texts.criteria.reason(quality) if texts.criteria else None
            if reason is not None:
                raise RecordError(_FILTERED + reason)
            self._quality = self._quality or quality
        if result.changed:
            tally.changed += 1
            if texts.account:
                _account(tally, text.text, result.edits)
        if texts.noted:
            self.visits.append(Visit(text, result))
        return Edited(result.text, result.edits) if text.joints and result.edits else result.text

    def additions(self) -> dict[str, Any]:
        """Return the fields that the record whose texts were visited last is to be given."""
        quality, self._quality = self._quality, None
        return {FIELD: quality.as_dict()} if quality and self._texts.signals else {}


def is_filtered(reject: Reject) -> bool:
    """Say whether a record was left out because of its quality, which is no fault."""
    return reject.reason.startswith(_FILTERED)


def is_document(kind: Format) -> bool:
    """Say whether a file of this format is one text, so that nothing is left without it."""
    if isinstance(kind, SpanFormat | PackageFormat):
        return kind.name != "sql"
    return hasattr(kind, "writes") or (isinstance(kind, Text) and not kind.lines)


def _account(tally: EditCounts, text: str, edits: Sequence[Edit]) -> None:
    """Count edits by rule; an edit that several rules had a part in counts for each."""
    shown: dict[str, int] = {}
    for number, edit in enumerate(edits):
        for rule in edit.rule.split("+"):
            tally.rules[rule] += 1
            if tally.wants_sample(rule) and edit.start >= shown.get(rule, 0):
                tally.add_sample(rule, Sample.of(text, edits, number))
                shown[rule] = edit.end + SPREAD


def clean_or_reject(clean: Callable[[Asked], Made], text: Asked) -> Made:
    """Return what is made of a text; a step that fails costs its record, not the run."""
    try:
        return clean(text)
    except Exception as error:
        raise RecordError(failure("a cleaning step", error)) from error


def rewrite_or_reject(chunk: Chunk, visit: Visitor) -> Rewritten:
    """Return a chunk with its texts exchanged; a format that fails costs the chunk, not the run."""
    try:
        return chunk.format.rewrite(chunk, visit)
    except Exception as error:
        reason = failure(f"the format {chunk.format.name}", error)
    if not isinstance(chunk.format, FileFormat):
        return Rewritten(b"", [Reject(chunk.line, reason, chunk.data)], 1)
    rows = chunk.format.count(chunk.data)  # type: ignore[attr-defined]
    gone = [Reject(chunk.line + row, reason, whole=False) for row in range(rows)]
    return Rewritten(b"", gone, rows)
