"""Readers and writers: whatever comes in goes out the same, but for the text.

A format cuts a stream of bytes into chunks (cheap, in one process) and rewrites a chunk (in any
process), handing every text in it to a visitor. A new format is one class in one module, entered
in `vnclean.formats.known`.
"""

from __future__ import annotations

from vnclean.formats.base import Chunk, Field, FileFormat, Format, RecordError, Reject, Rewritten
from vnclean.formats.known import format_named, format_of, names, suffixes

__all__ = [
    "Chunk",
    "Field",
    "FileFormat",
    "Format",
    "RecordError",
    "Reject",
    "Rewritten",
    "format_named",
    "format_of",
    "names",
    "suffixes",
]
