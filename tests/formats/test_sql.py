"""SQL dumps: which literals are text, wherever a dump is cut, and that databases read them."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.test_spans import rewritten, sample
from vnclean.errors import FormatError
from vnclean.formats import Field
from vnclean.formats.spans.sql import Sql
from vnclean.formats.spans.sql_tokens import DIALECTS, find_dialect

DUMPS = [f"forum-{name}.sql" for name in ("mysql", "postgresql", "sqlserver", "sqlite")]
HEADS = {
    "standard": "INSERT INTO a VALUES (1);\n",
    "mysql": "-- MySQL dump 10.13\n",
    "mysql-ansi": '-- MySQL dump 10.13\nCREATE TABLE "a" (b int);\n',
    "postgresql": "-- PostgreSQL database dump\n",
    "postgresql-escapes": "SET standard_conforming_strings = off;\n",
    "sqlserver": "USE [a]\nGO\n",
    "sqlite": "PRAGMA foreign_keys=OFF;\n",
}


def texts(kind: Sql, source: str, size: int = 1 << 20) -> list[str]:
    found: list[str] = []
    rewritten(
        kind,
        source.encode("utf-8", "surrogateescape"),
        lambda f: found.append(f.text) or f.text,
        size,
    )
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_dialect_is_told_from_the_head(dialect):
    assert find_dialect(HEADS[dialect]) == dialect


@pytest.mark.parametrize("name", DUMPS)
@given(size=st.integers(1, 400), block=st.integers(1, 300))
def test_a_dump_is_read_the_same_wherever_it_is_cut(name, size, block):
    data = sample("damaged", name)
    blocks = [data[at : at + block] for at in range(0, len(data), block)]
    found: list[str] = []
    out = b""
    line = 1
    for chunk in Sql().split(iter(blocks), size):
        assert chunk.line == line
        line += chunk.data.count(b"\n")
        done = chunk.format.rewrite(chunk, lambda field: found.append(field.text) or field.text)
        out += done.data
    assert (out, found) == (data, texts(Sql(), data.decode()))


@pytest.mark.parametrize(
    ("dialect", "source", "expected"),
    [
        (
            "standard",
            "VALUES ('a''b', 'c\\', \"d'\", 'e') -- 'f\n/* 'g */ ('h')",
            ["a'b", "c\\", "e", "h"],
        ),
        (
            "mysql",
            "VALUES ('a\\'b', \"c\\\"d\", `e'`, _binary 'f', _utf8mb4 'g', X'41') # 'h\n('i\\\\')",
            ["a'b", 'c"d', "g", "i\\"],
        ),
        ("mysql", "SELECT 5--3, 'a' -- 'b\n, '\\%c', '\\n'", ["a", "\n"]),
        ("mysql-ansi", "(\"a'b\", 'c')", ["c"]),
        (
            "postgresql",
            "'\\x41c3' $$'a'$$ $b$'$$'$b$ E'c\\'d' 'e\\' U&'f' /* /* ' */ ' */ 'g'",
            ["c'd", "e\\", "g"],
        ),
        (
            "postgresql",
            "COPY a FROM stdin;\n\\\\xdac1\ta\\\\000b\tx\\ty\t\\N\nz\n\\.\n'a';\n"
            "COPY b FROM stdin WITH CSV;\n'c'\n\\.\n'd'",
            ["x\ty", "z", "a", "d"],
        ),
        ("sqlserver", "INSERT [a'] VALUES (N'b', 'c\\')", ["b", "c\\"]),
        ("sqlite", "(`a'`, [b'], \"c'\", 'd', X'41')", ["d"]),
    ],
    ids=lambda value: value[:14] if isinstance(value, str) else "",
)
def test_only_string_literals_are_text(dialect, source, expected):
    assert texts(Sql(dialect=dialect), source) == expected


def test_the_columns_of_a_block_are_told():
    keys: list[str] = []

    def visit(field: Field) -> str:
        keys.append(field.key)
        return field.text

    source = 'COPY public.a (id, "nội dung") FROM stdin;\n1\ta\n'
    rewritten(Sql(), source.encode(), visit)
    assert keys == ["public.a.id", "public.a.nội dung"]


@pytest.mark.parametrize("dialect", DIALECTS)
@given(old=st.text("a'\"\\\n\t%", max_size=6), new=st.text("bạ'\"\\\n\r\t\x1a%;", max_size=8))
def test_what_is_put_into_a_literal_is_read_again(dialect, old, new):
    doubled = old.replace("'", "''")
    if "backslash" in dialect or dialect.startswith(("mysql", "postgresql-")):
        doubled = doubled.replace("\\", "\\\\")
    source = f"VALUES (1, '{doubled}', 'c')"
    kind = Sql(dialect=dialect)
    data, rejects = rewritten(kind, source.encode(), lambda f: new if f.text == old else f.text)
    assert rejects == []
    found = texts(kind, data.decode())
    assert found in ([t for t in (new, "c") if t], [t for t in (old, "c") if t])


@given(st.lists(st.text("bạ'\"\\\n\t;-/*", max_size=8), min_size=1, max_size=5))
def test_sqlite_reads_what_is_put_there(values):
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE a (id INTEGER, b TEXT, c BLOB)")
    base.executemany(
        "INSERT INTO a VALUES (?, ?, ?)", [(n, v, v.encode()) for n, v in enumerate(values)]
    )
    dump = "PRAGMA foreign_keys=OFF;\n" + "\n".join(base.iterdump())
    data, _ = rewritten(Sql(), dump.encode(), lambda field: field.text.replace("b", "ạ''\n"))
    again = sqlite3.connect(":memory:")
    again.executescript(data.decode())
    rows = again.execute("SELECT * FROM a ORDER BY id").fetchall()
    assert rows == [(n, v.replace("b", "ạ''\n"), v.encode()) for n, v in enumerate(values)]


def test_a_literal_of_sql_server_becomes_national_where_it_is_asked_for():
    source = "USE [a]\nGO\nINSERT [b] VALUES ('c', N'd', 'e', '')\n"
    kind = Sql(national=True)
    put = {"c": "ạ'", "d": "ạ", "e": "f"}
    data, _ = rewritten(kind, source.encode(), lambda field: put[field.text])
    assert data.decode() == "USE [a]\nGO\nINSERT [b] VALUES (N'ạ''', N'ạ', 'f', '')\n"


def test_json_stays_json():
    source = 'INSERT INTO a VALUES (\'{"b": "c"}\')'
    assert rewritten(Sql(), source.encode(), lambda f: f.text + "d") == (source.encode(), [])
    data, _ = rewritten(Sql(), source.encode(), lambda f: f.text.replace("c", "ạ"))
    assert data.decode() == source.replace("c", "ạ")


def test_an_encoding_that_was_changed_is_declared_anew():
    head = (
        "-- MySQL dump\n/*!40101 SET NAMES latin1 */;\nCREATE TABLE `a` (\n  b text\n"
        ") ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci;\n"
    )
    row = "INSERT INTO `a` VALUES ('Cộng hoà xã hội chủ nghĩa Việt Nam, độc lập, tự do');\n"
    data, _ = rewritten(Sql(), (head + row * 3).encode("tcvn3"), lambda field: field.text)
    wanted = head.replace("latin1 */", "utf8mb4 */")
    wanted = wanted.replace("latin1 COLLATE=latin1_swedish_ci", "utf8mb4")
    assert data.decode() == wanted + row * 3


def test_bytes_that_are_no_utf8_stay_and_the_literals_beside_them_are_read():
    data = "-- MySQL dump\nINSERT INTO `a` VALUES ('à', 'b', _binary 'x'),\n('ạ');\n".encode()
    data = data.replace(b"x", b"\xff\xfe").replace(b"'b'", b"'\xb5b'")
    out, rejects = rewritten(Sql(), data, lambda field: field.text.upper())
    assert (out, rejects) == (
        data.replace("à".encode(), "À".encode()).replace("ạ".encode(), "Ạ".encode()),
        [],
    )


def test_texts_that_are_left_for_their_bytes_are_told_of():
    data = "-- MySQL dump\nINSERT INTO `a` VALUES ('à'),\n('ạ'),\n('b', _binary 'x');\n".encode()
    for letter, notes in ((b"x", 0), (b"b", 1)):
        (chunk,) = Sql().split(iter([data.replace(letter, b"\xff")]), 1 << 20)
        done = chunk.format.rewrite(chunk, lambda field: field.text)
        assert len(done.notes) == notes
        assert done.data == chunk.data


def test_a_literal_without_end_is_held_up_to_the_limit_only():
    blocks = iter([b"INSERT INTO a VALUES ('"] + [b"a" * 1000] * 100)
    with pytest.raises(FormatError, match="has no end of a literal"):
        list(Sql(max_record=10_000).split(blocks, 100))


def test_a_table_of_numbers_is_no_endless_token():
    rows = b"-- MySQL dump\nINSERT INTO `a` VALUES " + b"(1,2)," * 50_000
    blocks = [rows[at : at + 1000] for at in range(0, len(rows), 1000)]
    chunks = list(Sql(max_record=100_000).split(iter(blocks), 5000))
    assert max(len(chunk.data) for chunk in chunks) < 100_000
    assert b"".join(chunk.data for chunk in chunks) == rows
