"""What may be shown on a terminal: no control characters, no bidi tricks, no passwords."""

from __future__ import annotations

import json
import re
from typing import Any

import click

from vnclean.errors import ConfigError

__all__ = ["LinesError", "json_line", "printable", "say"]

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Controls, what changes the direction of writing, and what can't be seen at all."""


class LinesError(ConfigError):
    """An error whose message is of several lines, and of nothing but what was typed."""


def printable(text: str) -> str:
    r"""Return a text on one line with nothing in it that a terminal obeys, and no password.

    >>> printable("a\x1b[31m\u202etxt of s3://me:secret@host")
    'a\\x1b[31m\\u202etxt of s3://me:***@host'
    """
    from vnclean.formats.places import masked

    return _HIDDEN.sub(lambda found: ascii(found[0])[1:-1], masked(text))


def say(message: str) -> None:
    """Print a line for people, on standard error."""
    click.echo(printable(message), err=True)


def json_line(value: Any, indent: int | None = None) -> str:
    r"""Return plain values as JSON, in which what a terminal obeys is escaped.

    >>> json_line({"a": "à\u202e\x9b"})
    '{"a": "à\\u202e\\u009b"}'
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _HIDDEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1]
