"""The file of rejects: every record that was left out, with its bytes, as JSON lines."""

from __future__ import annotations

import base64
import json

from vnclean.formats import Reject
from vnclean.formats.compression import compress

__all__ = ["reject_line", "reject_record"]


def reject_record(name: str, reject: Reject) -> dict[str, object]:
    """Return a reject as plain values; bytes that are not UTF-8 are given in base64.

    The parts of a record that is too large to be held are compressed, each a member of gzip: it
    may have come from a small file, or from one with holes.

    >>> reject_record("a.jsonl", Reject(3, "malformed JSON", b"{"))["raw"]
    '{'
    """
    try:
        encoding, raw = "utf-8", reject.raw.decode()
    except UnicodeDecodeError:
        encoding, raw = "base64", base64.b64encode(reject.raw).decode()
    record = {"file": name, "line": reject.line, "reason": reject.reason}
    if not reject.part:
        return record | {"encoding": encoding, "raw": raw}
    raw = base64.b64encode(compress(reject.raw, ".gz")).decode()
    return record | {"part": reject.part, "encoding": "gzip+base64", "raw": raw}


def reject_line(name: str, reject: Reject) -> bytes:
    """Return a reject as a line of JSON."""
    line = json.dumps(reject_record(name, reject), ensure_ascii=False)
    return line.encode("utf-8", "backslashreplace") + b"\n"
