"""SQL dumps: string literals and the rows of COPY blocks are text; statements stay as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar

from vnclean.errors import FormatError
from vnclean.formats.base import Chunk, Rewritten, Visitor
from vnclean.formats.encoding import BOM, decide_encoding
from vnclean.formats.spans.document import SpanFormat, refuse_zeros
from vnclean.formats.spans.span import Escape, TextSpan
from vnclean.formats.spans.sql_tokens import Token, find_dialect, tokens

__all__ = ["Sql"]

_HEAD = 64 << 10
"""So many bytes tell the dialect."""
_MYSQL = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
_C_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_BACKSLASHED = re.compile(r"\\(.)|''", re.S)
_SERIALIZED = re.compile(r"[aOCs]:\d+:(?:\{|\\?\")")
"""What PHP stores with its length in bytes."""
_BYTES = re.compile(r"\\{1,2}x(?:[0-9A-Fa-f]{2})*\Z|.*\\{1,2}[0-3][0-7]{2}", re.S)
"""How PostgreSQL writes bytes, in hexadecimal and in the older way."""
_NAMES = re.compile(r"^((?:/\*!\d{5,6} )?SET NAMES )'?\w+'?", re.M)
_CLIENT = re.compile(r"^(SET client_encoding = )'[\w-]+'", re.M)
_TABLE = re.compile(r"^(\)[^;\n']*CHARSET=)\w+(?: COLLATE=\w+)?", re.M)


def _refuse_other_kind(old: str, new: str) -> None:
    """Raise ValueError where a value of JSON would be none any more, or a zero would be new."""
    if "\0" in new and "\0" not in old:
        raise ValueError("a zero")
    if old[:1] in ("{", "[") and old[-1:] in ("}", "]"):
        try:
            json.loads(old, strict=False)
        except ValueError:
            return
        json.loads(new, strict=False)


def _decode_doubled(written: str) -> str:
    return written.replace("''", "'")


def _encode_doubled(text: str, written: str) -> str:
    _refuse_other_kind(_decode_doubled(written), text)
    return text.replace("'", "''")


def _decode_backslashed(written: str) -> str:
    def undone(found: re.Match[str]) -> str:
        letter: str | None = found[1]
        if letter is not None and letter in "%_":
            raise ValueError("it is a pattern")
        return "'" if letter is None else _MYSQL.get(letter, letter)

    return _BACKSLASHED.sub(undone, written)


def _encode_backslashed(text: str, written: str) -> str:
    _refuse_other_kind(_decode_backslashed(written), text)
    new = text.replace("\\", "\\\\")
    new = new.replace("'", "''" if "''" in written and "\\'" not in written else "\\'")
    if '"' not in written.replace('\\"', ""):
        new = new.replace('"', '\\"')
    for letter in "nr0Z":
        if not (letter in "nr" and _MYSQL[letter] in written):
            new = new.replace(_MYSQL[letter], f"\\{letter}")
    return new


def _decode_c_style(written: str) -> str:
    def undone(found: re.Match[str]) -> str:
        letter: str | None = found[1]
        if letter is not None and letter in "01234567xuU":
            raise ValueError("it is a number")
        return "'" if letter is None else _C_LETTERS.get(letter, letter)

    return _BACKSLASHED.sub(undone, written)


def _encode_c_style(text: str, written: str) -> str:
    _refuse_other_kind(_decode_c_style(written), text)
    new = text.replace("\\", "\\\\").replace("'", "''")
    return new if "\n" in written else new.replace("\n", "\\n")


def _decode_copied(written: str) -> str:
    return _decode_c_style(written.replace("'", "\\'") if "''" in written else written)


def _encode_copied(text: str, written: str) -> str:
    _refuse_other_kind(_decode_copied(written), text)
    new = text.replace("\\", "\\\\")
    for letter, meant in _C_LETTERS.items():
        new = new.replace(meant, f"\\{letter}")
    return new


def _decode_national(written: str) -> str:
    return _decode_doubled(written[written.index("'") + 1 : -1])


def _encode_national(text: str, written: str) -> str:
    quote = written.index("'")
    new = _encode_doubled(text, written[quote + 1 : -1])
    return f"{written[:quote] or ('' if new.isascii() else 'N')}'{new}'"


_BACKSLASH_UNIT = re.compile(r"\\.|''|.", re.S)
_DOUBLED = Escape(re.compile("''|.", re.S), _decode_doubled, _encode_doubled)
_BACKSLASHES = Escape(_BACKSLASH_UNIT, _decode_backslashed, _encode_backslashed)
_C_STYLE = Escape(_BACKSLASH_UNIT, _decode_c_style, _encode_c_style)
_COPIED = Escape(re.compile(r"\\.|.", re.S), _decode_copied, _encode_copied)
_NATIONAL_UNIT = re.compile(r"(?:\A[Nn]?')?(?:''|[^'])(?:'\Z)?", re.S)
_NATIONAL = Escape(_NATIONAL_UNIT, _decode_national, _encode_national)


@dataclass(frozen=True)
class Sql(SpanFormat):
    r"""A dump of MySQL, PostgreSQL, SQL Server or SQLite, streamed; string literals are text.

    The dialect is told from the head of the dump where it is not given. Names, comments, bytes and
    bodies of functions stay, and so do values that PHP has stored with their lengths. With
    `national`, a literal of SQL Server that gets letters beyond ASCII becomes N'...'.

    >>> kind = Sql(dialect="mysql")
    >>> [source[a:b] for source in ["INSERT INTO `a` VALUES ('x\\'y', 1, _binary 'z');"]
    ...  for a, b, *_ in kind.spans(source)]
    ["x\\'y"]
    """

    name: ClassVar[str] = "sql"
    suffixes: ClassVar[tuple[str, ...]] = (".sql",)

    dialect: str = ""
    national: bool = False
    columns: tuple[str, ...] = ()
    """Those of the COPY block in which a chunk begins; found by `split`."""

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Cut between literals; a block of COPY between its rows."""
        encoding, blocks = decide_encoding(blocks, self.encoding, size)
        source = iter(blocks)
        head: list[bytes] = []
        length = 0
        while length < _HEAD and (block := next(source, None)) is not None:
            head.append(block)
            length += len(block)
        first = b"".join(head)
        refuse_zeros(first[:_HEAD])
        dialect = self.dialect or find_dialect(first[:_HEAD].decode("latin-1").lstrip("ï»¿"))
        kind = replace(self, encoding=encoding, dialect=dialect)
        held, line, wanted = b"", 1, 0
        for block in chain([first] if first else [], source):
            held += block
            if len(held) < max(wanted, size):
                continue
            cut, columns = _cut(held, kind)
            if not cut:
                wanted = 2 * len(held)
                if len(held) > self.max_record:
                    raise FormatError(
                        f"from line {line:,} on it has no end of a literal or statement in "
                        f"{len(held):,} bytes; --max-record allows more"
                    )
                continue
            yield Chunk(held[:cut], line, kind)
            line += held.count(b"\n", 0, cut)
            held, wanted = held[cut:], 0
            kind = replace(kind, columns=columns)
        if held or line == 1:
            yield Chunk(held, line, kind)

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield every literal, and every value in the rows of COPY."""
        dialect = self.dialect or find_dialect(source[:_HEAD])
        for token in tokens(source, dialect, self.columns):
            if token.kind == "literal":
                if _is_text(source, token.start, token.end, dialect):
                    yield self._literal(source, token)
            elif token.kind == "row" and token.columns[0]:
                yield from _values(source, token)

    def _literal(self, source: str, token: Token) -> TextSpan:
        _, start, end, escaped, _ = token
        if self.national and self.dialect == "sqlserver":
            sign = source[start - 2 : start - 1] in ("N", "n")
            return TextSpan(start - 1 - sign, end + 1, _NATIONAL)
        if not escaped:
            return TextSpan(start, end, _DOUBLED)
        return TextSpan(start, end, _BACKSLASHES if self.dialect.startswith("mysql") else _C_STYLE)

    @property
    def any_encoding(self) -> bool:
        """Whether a dump may stay UTF-16: those of SQL Server, in which nothing tells of UTF-8."""
        return self.dialect == "sqlserver"

    def declare_utf8(self, source: str) -> str:
        """Say that the client's encoding, and that of the tables, is UTF-8."""
        source = _NAMES.sub(r"\1utf8mb4", source)
        source = _CLIENT.sub(r"\1'UTF8'", source)
        return _TABLE.sub(r"\1utf8mb4", source)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts; a chunk counts as a record, which may well have none."""
        done = SpanFormat.rewrite(self, chunk, visit)
        done.without = 0
        return done


def _is_text(source: str, start: int, end: int, dialect: str) -> bool:
    if end == start or _SERIALIZED.match(source, start, end):
        return False
    if "\\" not in source[start:end] or not dialect.startswith("postgresql"):
        return True
    return not _BYTES.match(source, start, end)


def _values(source: str, token: Token) -> Iterator[TextSpan]:
    """Yield the values of a row of COPY, without those that are null."""
    _, at, stop, _, columns = token
    end = stop - 1 - (source[stop - 2 : stop - 1] == "\r")
    number = 0
    while at <= end:
        number += 1
        cut = source.find("\t", at, end)
        cut = end if cut < 0 else cut
        if source[at:cut] != "\\N" and _is_text(source, at, cut, "postgresql"):
            yield TextSpan(at, cut, _COPIED, key=columns[number] if number < len(columns) else "")
        at = cut + 1


def _cut(data: bytes, kind: Sql) -> tuple[int, tuple[str, ...]]:
    """Return where the last whole token of some bytes ends, and the columns of a block there.

    PostgreSQL is cut at the ends of lines, so that no command that begins a block is cut; others
    behind commas too, as all rows of a table may stand in one line.
    """
    source = data.decode("latin-1")
    at = len(BOM.encode()) if data.startswith(BOM.encode()) else 0
    best, columns = 0, kind.columns
    block = kind.columns
    ends = "\n" if kind.dialect.startswith("postgresql") else ",\n"
    for token in tokens(source, kind.dialect, kind.columns):
        if token.kind in ("copy", "row"):
            block = token.columns
            best, columns = token.end, block
        elif token.kind == "end":
            block = ()
            best, columns = token.end, block
        else:
            stop = token.start - (token.kind == "literal")
            place = max(source.rfind(end, at, stop) for end in ends) + 1
            if place > 0:
                best, columns = place, block
        at = token.end
    return best, columns
