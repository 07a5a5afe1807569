"""The tokens of SQL that decide what is a string literal: quotes, comments, COPY blocks.

Five dialects: each has its own quotes, escapes and comments, from their manuals ("Lexical
Structure" of PostgreSQL, "String Literals" of MySQL, "Database Identifiers" of SQL Server, "SQLite
Keywords"; "COPY, Text Format" of PostgreSQL for its blocks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["DIALECTS", "Token", "find_dialect", "tokens"]

DIALECTS = (
    *("standard", "mysql", "mysql-ansi", "postgresql", "postgresql-escapes", "sqlserver", "sqlite"),
)
"""Of MySQL and PostgreSQL also what an option of theirs makes of quotes and backslashes."""

_SIGNS = (
    ("sqlite", r"^PRAGMA |^BEGIN TRANSACTION;|sqlite_sequence"),
    ("postgresql", r"^-- PostgreSQL|^COPY [^;\n]+ FROM stdin|^SET (?:standard_conforming_strings"
                   r"|client_encoding)|^SELECT pg_catalog\.|^\\connect |^\\restrict "),
    ("sqlserver", r"^GO[ \t]*\r?$|\[dbo\]|^SET (?:ANSI_NULLS|QUOTED_IDENTIFIER|IDENTITY_INSERT)"),
    ("mysql", r"^-- (?:MySQL|MariaDB|phpMyAdmin)|^/\*!\d{5,6} |ENGINE\s?=|^[^'\n]*`"),
)  # fmt: skip
"""What only one dialect writes, at the head of a dump."""
_OPTIONS = {
    "mysql": re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"|sql_mode *= *[^;]*ANSI', re.I),
    "postgresql": re.compile(r"standard_conforming_strings *= *'?off", re.I),
}
"""What tells of the option at the head of a dump."""

_START = {
    "standard": r"""['"]|--|/\*""",
    "mysql": r"""['"`#]|--(?=\s)|/\*""",
    "postgresql": r"""['"]|--|/\*|\$(?:[A-Za-z_\x80-\U0010ffff][\w]*)?\$|^COPY(?=[ \t])""",
    "sqlserver": r"""['"\[]|--|/\*""",
    "sqlite": r"""['"`\[]|--|/\*""",
}
_STARTS = {name: re.compile(_START[name.partition("-")[0]], re.M) for name in DIALECTS}
_BACKSLASHES = ("mysql", "mysql-ansi", "postgresql-escapes")
"""Dialects in which a backslash escapes in every literal."""
_DOUBLED = re.compile(r"'(?:[^']++|'')*+'")
_ESCAPED = re.compile(r"'(?:[^'\\]++|\\.|'')*+'", re.S)
_ESCAPED_DOUBLE = re.compile(r'"(?:[^"\\]++|\\.|"")*+"', re.S)
_NAMES = {
    '"': re.compile(r'"(?:[^"]++|"")*+"'),
    "`": re.compile(r"`(?:[^`]++|``)*+`"),
    "[": re.compile(r"\[(?:[^\]]++|\]\])*+\]"),
}
_LINE = re.compile(r"[^\n]*+(?:\n|(\Z))")
_COMMENT = re.compile(r"/\*|\*/")
_COPY = re.compile(
    r"COPY[ \t]+([^\s(;]{1,300})[ \t]*(?:\(([^();\n]*)\))?[ \t]+FROM[ \t]+stdin([^;\n]*);"
    r"[ \t]*\r?\n"
)
_PREFIX = re.compile(r"(?:^|[^\w$])([A-Za-z_]\w{0,30}&?)[ \t]*\Z")
_NO_TEXT = re.compile(r"_binary|[xXbB]|[uU]&")
"""What makes a literal that follows it bytes, or writes its letters in another way."""


class Token(NamedTuple):
    """A stretch of SQL: "literal" between its quotes, "row" of a COPY block, or "other".

    `escaped` says that a backslash escapes in it. `columns` are those of the block, the name of its
    table before a point; the token "copy" is the command that begins one, "end" what ends it.
    """

    kind: str
    start: int
    end: int
    escaped: bool = False
    columns: tuple[str, ...] = ()


def find_dialect(head: str) -> str:
    r"""Return the dialect that the head of a dump is written in.

    >>> find_dialect("-- PostgreSQL database dump\n"), find_dialect("INSERT INTO a VALUES (1);")
    ('postgresql', 'standard')
    """
    for name, sign in _SIGNS:
        if re.search(sign, head, re.M):
            more = name in _OPTIONS and _OPTIONS[name].search(head)
            return f"{name}-{'ansi' if name == 'mysql' else 'escapes'}" if more else name
    return "standard"


def tokens(source: str, dialect: str, columns: tuple[str, ...] = ()) -> Iterator[Token]:
    """Yield the tokens of a source that is cut off wherever it ends: those that are whole.

    A last one, "rest", begins where one begins that is not. `columns` are those of a COPY block in
    which the source begins.
    """
    at = 0
    starts = _STARTS[dialect]
    while True:
        if columns:
            for token in _rows(source, at, columns):
                at = token.end
                yield token
                if token.kind == "end":
                    columns = ()
            if columns:
                yield Token("rest", at, len(source))
                return
        found = starts.search(source, at)
        if found is None:
            yield Token("rest", len(source), len(source))
            return
        start, sign = found.start(), found[0]
        if sign == "COPY":
            head = _COPY.match(source, start)
            if head is None:
                at = found.end()
                continue
            at = head.end()
            table, names, options = head.groups()
            listed = [name.strip(' "') for name in names.split(",")] if names else []
            columns = (table, *(f"{table}.{name}" for name in listed))
            if options.strip():
                columns = ("", *listed)  # CSV or the like
            yield Token("copy", start, at, columns=columns)
            continue
        end = _end(source, start, sign, dialect)
        if end < 0:
            yield Token("rest", start, len(source))
            return
        at = end
        if sign == "'" or (sign == '"' and dialect == "mysql"):
            prefix = _PREFIX.search(source[max(0, start - 36) : start])
            word = prefix[1] if prefix is not None else ""
            if not _NO_TEXT.fullmatch(word):
                yield Token("literal", start + 1, end - 1, _is_escaped(source, start, dialect))
                continue
        yield Token("other", start, end)


def _is_escaped(source: str, start: int, dialect: str) -> bool:
    """Say whether a backslash escapes in the literal whose quote stands at `start`."""
    return dialect in _BACKSLASHES or (
        dialect == "postgresql"
        and source[start - 1 : start] in ("E", "e")
        and not source[max(0, start - 2) : start - 1].isidentifier()
    )


def _end(source: str, start: int, sign: str, dialect: str) -> int:
    """Return where a token ends, -1 where it does not."""
    if sign == "'":
        escaped = _is_escaped(source, start, dialect)
        found = (_ESCAPED if escaped else _DOUBLED).match(source, start)
    elif sign == '"' and dialect == "mysql":
        found = _ESCAPED_DOUBLE.match(source, start)
    elif sign in _NAMES:
        found = _NAMES[sign].match(source, start)
    elif sign[0] == "$":
        stop = source.find(sign, start + len(sign))
        return stop + len(sign) if stop >= 0 else -1
    elif sign == "/*":
        return _comment_end(source, start, nested=dialect.startswith("postgresql"))
    else:
        found = _LINE.match(source, start)
        if found is not None and found[1] is not None:
            return -1
    return -1 if found is None else found.end()


def _comment_end(source: str, start: int, nested: bool) -> int:
    depth = 0
    for found in _COMMENT.finditer(source, start):
        if found[0] == "/*":
            depth += 1 if nested or not depth else 0
        else:
            depth -= 1
            if not depth:
                return found.end()
    return -1


def _rows(source: str, at: int, columns: tuple[str, ...]) -> Iterator[Token]:
    """Yield the rows of a COPY block from some place on, and its end."""
    while (stop := source.find("\n", at) + 1) > 0:
        if source.startswith("\\.", at) and not source[at + 2 : stop].strip():
            yield Token("end", at, stop)
            return
        yield Token("row", at, stop, columns=columns)
        at = stop
