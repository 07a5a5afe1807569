"""The sidecar of a run: every edit as a span of the original, and what it takes to get that back.

Lines of JSON. The first says what wrote them. For every chunk of a file there is one with its size
before and after, followed by one for each text that was changed; a last one closes the file. What
undoing the edits does not bring back by itself (records that were left out, escapes that may be
written in several ways, bytes of another encoding) is kept as splices, so that `vnclean undo`
gives the very bytes back. A compressed sidecar has one member per chunk: it can be cut off and
gone on with.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from vnclean.engine.byte_diff import Splice, difference
from vnclean.engine.plan import Task
from vnclean.formats import Chunk, Field, FileFormat, Format, Reject, Rewritten
from vnclean.formats.base import Edited
from vnclean.formats.compression import compress, decompress_blocks
from vnclean.pipeline import Pipeline
from vnclean.result import Result, records, undo

__all__ = [
    "VERSION",
    "Visit",
    "chunk_lines",
    "closing_line",
    "encode_lines",
    "first_line",
    "left_out_line",
    "pack_lines",
    "plain_format",
    "rewind_format",
    "splices_from",
]

VERSION = 1

Values = dict[str, Any]


class Visit(NamedTuple):
    """A text that was cleaned, and what became of it."""

    field: Field
    result: Result


def pack_lines(lines: Iterable[Values], suffix: str) -> bytes:
    """Return lines of a sidecar as bytes, compressed as its name says."""
    return compress(b"".join(map(_line, lines)), suffix)


def _line(values: Values) -> bytes:
    try:
        return json.dumps(values, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # lone surrogates
        return json.dumps(values).encode() + b"\n"


def first_line(pipeline: Pipeline) -> Values:
    """Return what stands at the head of a sidecar."""
    from vnclean import __version__

    return {"sidecar": VERSION, "vnclean": __version__, "pipeline": pipeline.fingerprint()}


def closing_line(task: Task, kept: bool) -> Values:
    """Return what ends the lines of a file; `kept` says that its output was written."""
    place = task.below or (task.source.name if task.source else "stdin.txt")
    folder, slash, _ = place.rpartition("/")
    output = place if task.target is None else f"{folder}{slash}{task.target.name}"
    line = {"file": task.name, "end": True, "kept": kept, "in_place": task.in_place}
    return {**line, "place": place, "output": output}


def left_out_line(name: str, reject: Reject, kind: Format) -> Values:
    """Return the line for bytes that were read, but not as a record: the end of a broken file."""
    if isinstance(kind, FileFormat) or not (reject.raw or reject.whole):
        return {"file": name, "line": reject.line, "size": [0, 0], "lost": reject.reason}
    size, check = [len(reject.raw), 0], [zlib.crc32(reject.raw), 0]
    put = _splices([Splice(0, 0, reject.raw)])
    if reject.part:
        put = [[0, 0, {"gzip": base64.b64encode(compress(reject.raw, ".gz")).decode()}]]
    return {"file": name, "line": reject.line, "size": size, "check": check, "splices": put}


def chunk_lines(
    name: str, chunk: Chunk, done: Rewritten, visits: Sequence[Visit], steps: Mapping[str, str]
) -> list[Values]:
    """Return the lines of a chunk; `steps` gives the transform that a rule belongs to."""
    if isinstance(chunk.format, FileFormat):
        return _row_lines(name, chunk, done, visits, steps)
    old, new = chunk.data, done.data
    head: Values = {"file": name, "line": chunk.line, "size": [len(old), len(new)]}
    head["check"] = [zlib.crc32(old), zlib.crc32(new)]
    if chunk.converted:
        head["converted"] = chunk.converted
    encoding = done.converted if done.converted != chunk.converted else ""
    kept = _written(visits, done.rejects)
    changed = {n: visit for n, visit in enumerate(kept) if visit.result.edits}
    edits = {n: records(visit.result, steps) for n, visit in changed.items()}
    back = None
    readable = done.records > len(done.rejects) and not hasattr(chunk.format, "writes")
    if (changed or encoding) and readable:
        kind = plain_format(chunk.format)
        back, strange = rewind_format(kind, chunk.line, new, edits)
        for n in strange:  # the format did not take the new text
            del changed[n], edits[n]
    if back is not None:
        head["format"] = {"name": kind.name, **_options(kind)}
        if encoding:
            head["encoding"] = encoding
            back = encode_lines(back, encoding)
    put = difference(new if back is None else back, old)
    if done.records <= len(done.rejects):  # if no record of the file is left, it is not written
        put = [Splice(0, len(new), old)]
    if put:
        head["splices"] = _splices(put)
    lines = [head]
    for n, visit in changed.items():
        line = {"file": name, "line": visit.field.line, "key": visit.field.key, "text": n}
        lines.append({**line, "edits": edits[n]})
    head["texts"] = len(lines) - 1
    return lines


def _written(visits: Sequence[Visit], rejects: Sequence[Reject]) -> list[Visit]:
    """Return the visits without those of records that were left out."""
    if not rejects:
        return list(visits)
    gone: set[int] = set()
    for reject in rejects:
        gone.update(range(reject.line, reject.line + reject.raw.rstrip(b"\n").count(b"\n") + 1))
    return [visit for visit in visits if visit.field.line not in gone]


def plain_format(kind: Format) -> Format:
    """Return a format as it reads its own output: UTF-8, with no field to be added."""
    if is_dataclass(kind) and hasattr(kind, "encoding"):
        kind = replace(kind, encoding="utf-8")
    if is_dataclass(kind) and hasattr(kind, "metadata"):
        kind = replace(kind, metadata="")
    return kind


def _options(kind: Format) -> Values:
    values: Values = asdict(kind) if is_dataclass(kind) else {}
    for name in ("metadata", "max_record"):  # of which undoing knows nothing
        values.pop(name, None)
    return values


def rewind_format(
    kind: Format, line: int, data: bytes, edits: Mapping[int, Sequence[Values]]
) -> tuple[bytes | None, list[int]]:
    """Undo the edits of a cleaned chunk, given by the number of the text that they belong to.

    Return the bytes, None where the chunk can't be read, and the numbers of the texts that don't
    hold what was put there.
    """
    strange: list[int] = []
    number = -1

    def visit(field: Field) -> str:
        nonlocal number
        number += 1
        if number not in edits:
            return field.text
        try:
            old = undo(field.text, edits[number])
            return Edited(old, _inverse(edits[number])) if field.joints else old
        except ValueError:
            strange.append(number)
            return field.text

    done = kind.rewrite(Chunk(data, line, kind), visit)
    strange += [n for n in edits if n > number]
    return None if done.rejects else done.data, strange


def _inverse(edits: Sequence[Values]) -> list[tuple[int, int, str]]:
    """Return the edits that lead back from a cleaned text."""
    found, gained = [], 0
    for edit in edits:
        start = edit["start"] + gained
        found.append((start, start + len(edit["after"]), edit["before"]))
        gained += len(edit["after"]) - len(edit["before"])
    return found


def encode_lines(data: bytes, encoding: str) -> bytes:
    """Return UTF-8 in another encoding; a line that has no form there stays as it is.

    >>> encode_lines("à\\nạ\\n".encode(), "latin-1")
    b'\\xe0\\n\\xe1\\xba\\xa1\\n'
    """
    text = data.decode("utf-8", "surrogatepass")
    try:
        return text.encode(encoding)
    except UnicodeError:
        return b"\n".join(_encoded_line(line, encoding) for line in text.split("\n"))


def _encoded_line(line: str, encoding: str) -> bytes:
    try:
        return line.encode(encoding)
    except UnicodeError:
        return line.encode("utf-8", "surrogatepass")


def _splices(splices: Iterable[Splice]) -> list[list[Any]]:
    return [[start, end, _written_bytes(data)] for start, end, data in splices]


def _written_bytes(data: bytes) -> Any:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def splices_from(values: Iterable[Sequence[Any]]) -> list[Splice]:
    """Return the splices that a line of a sidecar holds."""
    return [Splice(start, end, _read_bytes(data)) for start, end, data in values]


def _read_bytes(data: Any) -> bytes:
    if not isinstance(data, dict):
        return bytes(data.encode())
    if "gzip" in data:  # a part of a record, a mebibyte at most
        packed = base64.b64decode(data["gzip"])
        return b"".join(islice(decompress_blocks([packed], ".gz"), 2))
    return base64.b64decode(data["base64"])


def _row_lines(
    name: str, chunk: Chunk, done: Rewritten, visits: Sequence[Visit], steps: Mapping[str, str]
) -> list[Values]:
    """Return the lines of a chunk of rows; a value that occurs twice was cleaned once."""
    kind: Any = chunk.format
    results = {(visit.field.key, visit.field.text): visit.result for visit in visits}
    gone = sorted({reject.line - chunk.line for reject in done.rejects})
    head: Values = {"file": name, "line": chunk.line}
    head["rows"] = [done.records, done.records - len(gone)]
    head["last"] = kind.is_last(chunk.data)
    if gone:
        rows = base64.b64encode(kind.rows(chunk.data, gone)).decode()
        head["left_out"] = {"at": gone, "rows": rows}
    lines = [head]
    for row, key, text in kind.texts(chunk.data):
        result = results.get((key, text))
        if result is not None and result.edits and row not in gone:
            line = {"file": name, "line": chunk.line + row, "key": key}
            lines.append({**line, "edits": records(result, steps)})
    head["format"] = {"name": kind.name, **_options(kind), "first_row": 0}
    head["texts"] = len(lines) - 1
    return lines
