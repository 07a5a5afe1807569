"""What the columns of a chunk say of its cells: read once, before the cells are cleaned."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

from vnclean.formats import Chunk, Field
from vnclean.formats.delimited import Delimited
from vnclean.formats.jsonl import Json, JsonLines
from vnclean.formats.parquet import Parquet
from vnclean.pipeline import Pipeline
from vnclean.transform import Edit

__all__ = ["Told", "told_by_columns"]

Told: TypeAlias = dict[tuple[str, str], Sequence[Edit]]
"""By column and text of a cell: the edits that its column tells of."""

_COLUMNAR = (Delimited, JsonLines, Json, Parquet)

MAX_RECORD_BYTES = 1000
"""Bytes of a record, on the average of a chunk, above which its texts are documents rather than
cells."""


def told_by_columns(
    pipeline: Pipeline, chunk: Chunk, rewrite: Callable[[Chunk, Callable[[Field], str]], object]
) -> Told:
    """Return what the columns of a chunk tell of its cells (see `Pipeline.column_edits`).

    `rewrite` visits the texts of a chunk. Evidence reaches as far as the chunk, which depends on
    the file alone.
    """
    if not isinstance(chunk.format, _COLUMNAR):
        return {}
    if not isinstance(chunk.format, Parquet):
        lines = chunk.data.count(b"\n", 0, -1) + 1
        if lines < 2 or len(chunk.data) > lines * MAX_RECORD_BYTES:
            return {}
    columns: dict[str, dict[str, None]] = {}

    def note(place: Field) -> str:
        columns.setdefault(place.key, {})[place.text] = None
        return place.text

    rewrite(chunk, note)
    told: Told = {}
    for key, cells in columns.items():
        # A step that fails here fails for its cell again, and costs that one alone.
        with contextlib.suppress(Exception):
            told |= {(key, cell): edits for cell, edits in pipeline.column_edits(cells).items()}
    return told
