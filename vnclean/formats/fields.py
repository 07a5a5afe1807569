"""Fields that are added to the records of JSON lines: what is known about a text, beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vnclean.formats.base import RecordError

__all__ = ["add_fields", "record_line"]


def add_fields(source: str, key: str, value: Mapping[str, Any], *, ascii_only: bool) -> str:
    """Return a JSON object with one more field at its end; every other character stays.

    Raises RecordError where the source is no object, or has a field of that name.

    >>> add_fields('{"text":"à", "n":1e999 }', "metadata", {"date": "2020-07-01"}, ascii_only=False)
    '{"text":"à", "n":1e999,"metadata":{"date":"2020-07-01"} }'
    """
    end = source.rstrip(" \t\r\n")
    if not (end.endswith("}") and source.lstrip(" \t\r\n").startswith("{")):
        raise RecordError(f"the field {key!r} can't be added: the record is no JSON object")
    if f'"{key}"' in source and key in json.loads(
        source, strict=False, parse_int=str, parse_float=str
    ):
        raise RecordError(f"it has a field {key!r} already, so another can't be added")
    head = end[:-1]
    body = head.rstrip(" \t\r\n")
    tight = '": ' not in source
    comma, colon = (",", ":") if tight else (", ", ": ")
    name, data = (
        json.dumps(part, ensure_ascii=ascii_only, separators=(comma, colon))
        for part in (key, dict(value))
    )
    first = "" if body.lstrip(" \t\r\n") == "{" else comma
    return f"{body}{first}{name}{colon}{data}{head[len(body) :]}}}{source[len(end) :]}"


def record_line(record: Mapping[str, Any]) -> bytes:
    """Return a record as a line of JSON; lone surrogates are escaped."""
    try:
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(record).encode() + b"\n"
