"""The file of rejects: every record that was left out, with its bytes, as JSON lines."""

from __future__ import annotations

import base64
import json

from vnclean.formats import Reject

__all__ = ["reject_line", "reject_record"]


def reject_record(name: str, reject: Reject) -> dict[str, object]:
    """Return a reject as plain values; bytes that are not UTF-8 are given in base64.

    >>> reject_record("a.jsonl", Reject(3, "malformed JSON", b"{"))["raw"]
    '{'
    """
    try:
        encoding, raw = "utf-8", reject.raw.decode()
    except UnicodeDecodeError:
        encoding, raw = "base64", base64.b64encode(reject.raw).decode()
    return {
        "file": name,
        "line": reject.line,
        "reason": reject.reason,
        "encoding": encoding,
        "raw": raw,
    }


def reject_line(name: str, reject: Reject) -> bytes:
    """Return a reject as a line of JSON."""
    line = json.dumps(reject_record(name, reject), ensure_ascii=False)
    return line.encode("utf-8", "backslashreplace") + b"\n"
