"""Formats: what comes in goes out, but for the texts."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.call_counts import assert_linear_between, count_calls
from tests.strategies import any_text
from vnclean.errors import ConfigError, FormatError
from vnclean.formats import Chunk, Field, Format, Reject, format_named, format_of, names, suffixes
from vnclean.formats.base import Oversized
from vnclean.formats.compression import SUFFIXES, compress, decompress_blocks
from vnclean.formats.csv_records import single_records
from vnclean.formats.delimited import Delimited
from vnclean.formats.encoding import normal_name, unicode_blocks
from vnclean.formats.html_pages import Html
from vnclean.formats.jsonl import Json, JsonLines
from vnclean.formats.lines import CutOffError, line_blocks
from vnclean.formats.text import Text
from vnclean.formats.warc import Warc

utf8_text = any_text().filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))
one_line = utf8_text.map(lambda text: text.replace("\n", " "))
sizes = st.integers(1, 200)
PACKED = [s for s in SUFFIXES if s != ".zst" or importlib.util.find_spec("zstandard")]


def blocks_of(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def rewritten(
    kind: Format, data: bytes, change: Callable[[str], str], size: int = 1 << 20, block: int = 7
) -> tuple[bytes, list[Reject]]:
    out, rejects = b"", []
    for chunk in kind.split(blocks_of(data, block), size):
        done = chunk.format.rewrite(chunk, lambda field: change(field.text))
        out += done.data
        rejects += done.rejects
    return out, rejects


def fields_of(kind: Format, data: bytes) -> list[Field]:
    found: list[Field] = []

    def visit(field: Field) -> str:
        found.append(field)
        return field.text

    for chunk in kind.split([data], 1 << 20):
        chunk.format.rewrite(chunk, visit)
    return found


def same(text: str) -> str:
    return text


def starred(text: str) -> str:
    return f"*{text}ạ\U0001f600"


# -- plain text ---------------------------------------------------------------------------------


@given(utf8_text, st.booleans(), sizes, sizes, st.booleans())
def test_text_that_is_not_changed_keeps_every_byte(text, lines, size, block, mark):
    data = (b"\xef\xbb\xbf" if mark else b"") + text.encode()
    if b"\0" in data:
        return
    assert rewritten(Text(lines=lines, encoding="utf-8"), data, same, size, block) == (data, [])


@given(st.integers(1, 60), st.lists(st.sampled_from(["một", "hai\n", "😀", "\ud800"]), max_size=9))
def test_what_stands_before_a_fault_of_utf32_is_read_whatever_the_blocks(block, words):
    good = "\ufeff" + "".join(words)
    written = good.encode("utf-32-le", "surrogatepass")
    data = written + b"\xff" * 4 + b"a\0\0\0"
    _, found = unicode_blocks(blocks_of(data, block))
    came: list[bytes] = []
    with pytest.raises(FormatError, match=rf"see byte {4 * len(good)} \(code point"):
        came.extend(found)
    assert b"".join(came) == good.encode("utf-8", "surrogatepass")


@given(st.lists(st.tuples(one_line, st.sampled_from(["\n", "\r\n"]))), sizes, sizes)
def test_lines_keep_their_ends_and_their_number(rows, size, block):
    rows = [(text.rstrip("\r"), end) for text, end in rows]
    data = "".join(text + end for text, end in rows).encode()
    if data.startswith(b"\xef\xbb\xbf"):
        return
    expected = "".join(starred(text) + end for text, end in rows).encode()
    assert rewritten(Text(lines=True), data, starred, size, block) == (expected, [])


def test_a_document_keeps_its_byte_order_mark_and_its_missing_line_end():
    data = "\ufeffmột\r\nhai".encode()
    assert rewritten(Text(), data, str.upper)[0] == "\ufeffMỘT\r\nHAI".encode()


def test_a_line_never_becomes_two():
    assert rewritten(Text(lines=True), b"a\nb\n", lambda text: text + "\n")[0] == b"a\nb\n"


def test_a_line_that_is_not_utf8_is_a_reject_and_the_rest_is_done():
    data = "được\n".encode() * 3 + b"\xff\xfe\n" + "tốt\n".encode()
    out, rejects = rewritten(Text(lines=True), data, str.upper)
    assert out == "ĐƯỢC\n".encode() * 3 + "TỐT\n".encode()
    assert rejects == [Reject(4, "not UTF-8: byte 0 (0xff)", b"\xff\xfe")]


def test_a_document_with_a_broken_line_is_a_reject_as_a_whole():
    data = "được\n".encode() * 3 + b"\xff\n"
    out, rejects = rewritten(Text(), data, same)
    assert out == b""
    assert "line 4" in rejects[0].reason
    assert rejects[0].raw == data


def test_a_binary_file_is_a_reject():
    assert "no text" in rewritten(Text(), b"\x89PNG\0\0\0\0", same)[1][0].reason


def test_an_encoding_that_is_named_is_used():
    data = "tiếng".encode("cp1258", "replace")
    assert rewritten(Text(encoding="cp1258"), data, same)[0] == data.decode("cp1258").encode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("block", [1, 3, 4, 1000])
def test_utf16_and_utf32_are_known_by_their_mark(encoding, block):
    text = "\ufeffđược \U0001f600\n" if encoding.endswith("e") else "được \U0001f600\n"
    name, blocks = unicode_blocks(blocks_of(text.encode(encoding), block))
    assert name.startswith(encoding)
    assert b"".join(blocks).decode() == "\ufeffđược \U0001f600\n"


def test_damaged_utf16_is_said():
    name, blocks = unicode_blocks([b"\xff\xfea\0b"])
    assert name == "utf-16-le"
    with pytest.raises(FormatError, match="UTF-16"):
        list(blocks)


# -- JSON lines ---------------------------------------------------------------------------------

numbers = st.sampled_from(["0", "-1", "1e999", "NaN", "-Infinity", "9" * 5000, "0.1000", "1E+2"])
blanks = st.sampled_from(["", " ", "  ", "\t"])


@st.composite
def literals(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Return a JSON string as some writer writes it."""
    written = json.dumps(draw(texts), ensure_ascii=draw(st.booleans()))
    try:
        written.encode()
    except UnicodeEncodeError:
        written = json.dumps(json.loads(written))
    if draw(st.booleans()):
        written = written.replace("/", "\\/")
    return written


@st.composite
def values(draw: st.DrawFn, depth: int = 2) -> str:
    """Return the source of a JSON value."""
    kinds = [numbers, literals(any_text(20)), st.sampled_from(["true", "null", "[]", "{}"])]
    if depth:
        inner = values(depth - 1)
        kinds.append(st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)} ]"))
        kinds.append(
            st.lists(st.tuples(literals(any_text(5)), inner), max_size=3).map(
                lambda pairs: "{" + ",".join(f"{key} :{value}" for key, value in pairs) + "}"
            )
        )
    return draw(st.one_of(kinds))


@st.composite
def records(draw: st.DrawFn) -> list[tuple[str, bool]]:
    """Return the source of a record in segments; True marks the literal of a text."""
    parts: list[tuple[str, bool]] = [("{", False)]
    for number in range(draw(st.integers(0, 4))):
        parts.append((f"{',' if number else ''}{draw(blanks)}", False))
        if draw(st.booleans()):
            parts.append((f'"text"{draw(blanks)}:{draw(blanks)}', False))
            parts.append((draw(literals(any_text())), True))
        else:
            key = json.dumps("k" + draw(any_text(5)))
            parts.append((f"{key}{draw(blanks)}:{draw(values())}", False))
        parts.append((draw(blanks), False))
    parts.append(("}", False))
    return parts


@given(st.lists(records(), max_size=5), st.sampled_from(["\n", "\r\n", "\n\n"]), sizes, sizes)
def test_only_the_texts_of_a_record_differ(rows, end, size, block):
    data = "".join("".join(part for part, _ in row) + end for row in rows).encode()
    out, rejects = rewritten(JsonLines(), data, starred, size, block)
    assert rejects == []
    rest = out.decode()
    decoder = json.JSONDecoder(strict=False)
    for row in rows:
        for part, is_text in [*row, (end, False)]:
            if is_text:
                new, length = decoder.raw_decode(rest)
                assert new == starred(json.loads(part, strict=False))
                rest = rest[length:]
            else:
                assert rest.startswith(part)
                rest = rest[len(part) :]
    assert rest == ""
    assert rewritten(JsonLines(), data, same, size, block) == (data, [])


@given(st.binary(max_size=200), sizes, sizes)
@example(b"[" * 100_000, 1, 100_000)
@example(b'{"text": ' + b'{"a":' * 100_000, 1, 100_000)
def test_any_bytes_survive_and_no_line_is_lost(data, size, block):
    kind = JsonLines(encoding="utf-8")
    out, rejects = rewritten(kind, data, same, size, block)
    lines = data.split(b"\n")
    left = [reject.raw for reject in rejects]
    for number, line in enumerate(lines, 1):
        if any(reject.line == number for reject in rejects):
            left.remove(line)
    assert left == []
    gone = {reject.line for reject in rejects}
    kept = [line for number, line in enumerate(lines, 1) if number not in gone]
    assert out.replace(b"\n", b"") == b"".join(kept)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r'{"text":"\u0111i"}', r'{"text":"*\u0111i\u1ea1\ud83d\ude00"}'),
        (r'{"text":"\u00C0"}', r'{"text":"*\u00C0\u1EA1\uD83D\uDE00"}'),
        (r'{"text":"đ\/b\ud800"}', '{"text":"*đ\\/b\\ud800ạ\U0001f600"}'),
        (r'{"text":"đ\\u0111\n"}', '{"text":"*đ\\\\u0111\\nạ\U0001f600"}'),
        ('{"text":"a","text":"b"}', '{"text":"*aạ\U0001f600","text":"*bạ\U0001f600"}'),
        ('{"text":["a",["b"],3]}', '{"text":["*aạ\U0001f600",["*bạ\U0001f600"],3]}'),
        ('{"text":{"text":"a"}}', '{"text":{"text":"a"}}'),
        ('{"text":null,"x":"a"}', '{"text":null,"x":"a"}'),
    ],
)
def test_a_changed_text_is_written_in_the_style_of_its_source(source, expected):
    assert rewritten(JsonLines(), source.encode(), starred)[0].decode() == expected


def test_keys_are_dotted_and_repeatable():
    source = b'{"a":{"b":"x","c":"y"},"a.c":"z","d":[{"e":"u"},{"e":"v"}],"e":"w"}'
    kind = JsonLines(keys=("a.b", "d.e", "a.c"))
    out = json.loads(rewritten(kind, source, str.upper)[0])
    assert out == {
        "a": {"b": "X", "c": "Y"},
        "a.c": "Z",
        "d": [{"e": "U"}, {"e": "V"}],
        "e": "w",
    }


@pytest.mark.parametrize(
    "bad", ["{", '{"text": "a"} x', "{'text': 1}", '{"a" 1}', '{"a":tru}', "["]
)
def test_a_malformed_line_is_a_reject_with_its_column(bad):
    data = f'{{"text":"a"}}\n{bad}\n{{"text":"b"}}\n'.encode()
    out, rejects = rewritten(JsonLines(), data, str.upper)
    assert out == b'{"text":"A"}\n{"text":"B"}\n'
    assert [(reject.line, reject.raw) for reject in rejects] == [(2, bad.encode())]
    assert rejects[0].reason.startswith("malformed JSON at column")


def test_a_field_knows_line_and_column_through_escapes():
    data = b'\n{"a": 1, "text": "x\\u0111\\n\\ud83d\\ude00y"}'
    (field,) = fields_of(JsonLines(), data)
    line = data.decode().split("\n")[1]
    assert field.text == "xđ\n\U0001f600y"
    (found,) = field.positions([field.text.index("y")])
    assert found == (2, line.index('y"}') + 1)


def test_a_json_document_counts_lines():
    fields = fields_of(Json(), b'[{"text": "a"},\n\n  {"text": "b"}]')
    assert [field.positions([0])[0] for field in fields] == [(1, 12), (3, 13)]


def test_a_malformed_json_document_is_a_reject():
    out, rejects = rewritten(Json(), b'[{"text": "a"},', same)
    assert out == b""
    assert rejects[0].raw == b'[{"text": "a"},'


# -- delimited ----------------------------------------------------------------------------------

cells = st.one_of(
    st.text(st.sampled_from('ađ ";,\t|\n\r'), max_size=8),
    utf8_text.filter(lambda text: "\0" not in text),
)


@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    sizes,
    sizes,
    st.booleans(),
)
def test_only_the_chosen_columns_differ(rows, delimiter, end, quoting, size, block, mark):
    def written(table: Sequence[Sequence[str]]) -> bytes:
        target = io.StringIO(newline="")
        writer = csv.writer(target, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerows(table)
        return (b"\xef\xbb\xbf" if mark else b"") + target.getvalue().encode()

    rows = [tuple(cell.replace("\r", "") for cell in row) for row in rows]
    head = ("id", "text", "x")
    data = written([head, *rows])
    kind = Delimited()
    assert rewritten(kind, data, same, size, block) == (data, [])
    out, rejects = rewritten(kind, data, lambda text: text + "ạ", size, block)
    assert rejects == []
    text = out.decode().removeprefix("\ufeff")
    parsed = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    assert parsed == [head, *((a, b + "ạ", c) for a, b, c in rows)]
    if quoting == csv.QUOTE_ALL:
        assert out == written([head, *((a, b + "ạ", c) for a, b, c in rows)])


def test_a_field_is_quoted_only_where_its_new_text_needs_it():
    data = b"text,id\nx,1\ny,2\n"
    out, _ = rewritten(Delimited(), data, lambda text: text + "," if text == "x" else text + "!")
    assert out == b'text,id\n"x,",1\ny!,2\n'


def test_a_missing_column_is_said_with_those_there_are():
    with pytest.raises(FormatError, match="'id', 'body'"):
        list(Delimited().split([b"id,body\n1,2\n"], 10))


def test_a_quote_that_is_never_closed_costs_its_record_alone():
    found: list[Chunk] = []
    with pytest.raises(CutOffError, match="never closed") as caught:
        found.extend(Delimited().split([b'text\na\nb\n"c\nd\n'], 1))
    assert b"".join(chunk.data for chunk in found) == b"text\na\nb\n"
    assert (caught.value.rest, caught.value.line) == (b'"c\nd\n', 4)


def test_a_record_with_broken_bytes_is_a_reject():
    data = "text,x\nđược,1\n".encode() + b"\xff,2\n" + "tốt,3\n".encode()
    out, rejects = rewritten(Delimited(), data, same)
    assert out == "text,x\nđược,1\ntốt,3\n".encode()
    assert (rejects[0].line, rejects[0].raw) == (3, b"\xff,2\n")


def test_a_field_of_a_table_knows_its_place():
    fields = fields_of(Delimited(), b'x,text\n1,"a\n""b"" c"\n2,d\n')
    assert fields[0].text == 'a\n"b" c'
    assert fields[0].positions([0, fields[0].text.index("c")]) == [(2, 4), (3, 7)]
    assert fields[1].positions([0]) == [(4, 3)]


# -- streams ------------------------------------------------------------------------------------


@given(st.binary(max_size=300).map(lambda data: data.replace(b"a", b"\n")), sizes, sizes)
def test_blocks_of_lines_are_the_stream_again(data, size, block):
    found = list(line_blocks(blocks_of(data, block), size))
    assert b"".join(part for _, part in found) == data
    line = 1
    for number, part in found:
        assert number == line
        line += part.count(b"\n")
        assert part.endswith(b"\n") or part is found[-1][1]


@pytest.mark.parametrize("suffix", PACKED)
@given(st.lists(st.binary(max_size=3000), max_size=4), sizes)
def test_compressed_members_are_read_one_after_the_other(suffix, parts, block):
    packed = b"".join(compress(part, suffix) for part in parts)
    assert b"".join(decompress_blocks(blocks_of(packed, block), suffix)) == b"".join(parts)


@pytest.mark.parametrize("suffix", PACKED)
def test_a_damaged_stream_gives_what_can_be_read_and_says_so(suffix):
    packed = compress(b"first\n", suffix) + compress(bytes(range(256)) * 500, suffix)[:-9]
    out: list[bytes] = []
    with pytest.raises(FormatError, match="ends too early"):
        out.extend(decompress_blocks(blocks_of(packed, 50), suffix))
    assert out[0] == b"first\n"
    with pytest.raises(FormatError, match="damaged"):
        list(decompress_blocks([b"no such thing at all"], suffix))


def test_what_is_written_is_read_by_others():
    assert gzip.decompress(compress("được".encode(), ".gz") * 2).decode() == "đượcđược"


# -- names --------------------------------------------------------------------------------------


def test_every_format_is_found_by_its_name_and_its_endings():
    for name in names():
        kind: Format = format_named(name)
        assert kind.name == name
        for suffix in kind.suffixes:
            assert suffix in suffixes()
            assert format_of(PurePath(f"A{suffix.upper()}.gz")) == name


def test_what_is_unknown_is_said_with_what_there_is():
    with pytest.raises(ConfigError, match="jsonl"):
        format_named("wpd")
    with pytest.raises(ConfigError, match="cp1258"):
        normal_name("klingon")


def test_what_a_damaged_gzip_still_holds_comes_out():
    data = b"".join(b"line %d\n" % number for number in range(200_000))
    whole = bytearray(compress(data, ".gz"))
    whole[-7] ^= 1  # the checksum
    found: list[bytes] = []
    with pytest.raises(FormatError, match="damaged"):
        found.extend(decompress_blocks([bytes(whole)], ".gz"))
    assert b"".join(found) == data


def test_utf16_without_a_mark_is_known_by_its_letters():
    text = "Nền hoà bình lâu dài của cả nước, một hai ba.\n" * 20
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le"):
        name, blocks = unicode_blocks([text.encode(encoding)])
        assert (name, b"".join(blocks).decode()) == (encoding, text)
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0" * 9
    assert unicode_blocks([picture])[0] == ""


def test_a_table_without_a_header():
    kind = Delimited(keys=("2", "3"), header=False)
    data = b'1;a;"b ""c"""\r\n2;d;e;f\r\n3\r\n'
    [chunk] = kind.split([data], 1 << 20)
    done = chunk.format.rewrite(chunk, lambda field: field.text.upper())
    assert done.data == b'1;A;"B ""C"""\r\n2;D;E;f\r\n3\r\n'
    assert done.records == 3
    with pytest.raises(FormatError, match=r"3 columns.*--text-key 2"):
        list(Delimited(header=False).split([data], 1))
    [chunk] = Delimited(keys=("text",), delimiter=":").split([b"id:text\n1,2:a;b\n"], 1)
    assert chunk.format.rewrite(chunk, lambda field: "x").data == b"id:text\n1,2:x\n"


# -- bytes, limits ------------------------------------------------------------------------------


@given(
    st.lists(st.binary(max_size=12), max_size=6),
    st.binary(max_size=20).filter(lambda name: name != b"text"),
    st.sampled_from([b",", b";", b"\t"]),
)
def test_every_byte_outside_the_texts_of_a_table_stays(cells, odd, cut):
    clean = bytes.maketrans(b'"\n\r,;\t|', b"_______")
    head = cut.join([b"id", odd.translate(clean), b"text"]) + b"\n"
    rows = [b"1" + cut + cell.translate(clean) + cut + b"x\n" for cell in cells]
    kind = Delimited(encoding="utf-8", delimiter=cut.decode())
    out, rejects = rewritten(kind, head + b"".join(rows), lambda text: text + "!")
    good = [row for row in rows if is_utf8(row)]
    assert out == head + b"".join(row[:-1] + b"!\n" for row in good)
    assert [reject.raw for reject in rejects] == [row for row in rows if not is_utf8(row)]
    assert [reject.line for reject in rejects] == [
        number for number, row in enumerate(rows, 2) if not is_utf8(row)
    ]


@given(st.lists(st.binary(max_size=12).map(lambda row: row.replace(b"\n", b"")), max_size=8), sizes)
def test_every_line_comes_out_or_is_a_reject_with_its_number(rows, size):
    data = b"".join(row + b"\n" for row in rows)
    out, rejects = rewritten(Text(lines=True, encoding="utf-8"), data, str, size)
    assert out == b"".join(row + b"\n" for row in rows if is_utf8(row))
    bad = [(number, row) for number, row in enumerate(rows, 1) if not is_utf8(row)]
    assert [(reject.line, reject.raw) for reject in rejects] == bad


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_a_reject_of_a_legacy_table_holds_the_bytes_that_were_read():
    row = "Tiếng Việt;".encode("tcvn3") + b"\xff\n"
    data = b"text;b\n" + row
    [chunk] = Delimited(encoding="ascii").split([data], 1 << 20)
    [reject] = chunk.format.rewrite(chunk, lambda field: field.text).rejects
    assert reject.raw == row


def test_what_is_held_in_quotes_is_a_reject_where_the_stream_breaks_off():
    data = b'text\n"open\nand ' + b"more " * 40

    def broken():
        yield data
        raise FormatError("cut off")

    with pytest.raises(CutOffError) as caught:
        list(Delimited().split(broken(), 1))
    assert (caught.value.line, caught.value.rest) == (2, data[5:])
    assert not caught.value.whole


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("\u200b=1+1", "=1+1", "\u200b=1+1"),
        (" @a b", "@a  b", " @a  b"),
        ("&#61;1", "=1", "&#61;1"),
        ("\u00a0-5", "-5", "\u00a0-5"),
        ("=1", "=2", "=2"),
        ("-a", "+b", "+b"),
        ("a=b", "a=c", "a=c"),
        ("x=", "=", "x="),
    ],
)
def test_no_cell_becomes_a_formula(old, new, written):
    out, _ = rewritten(Delimited(), f"text\n{old}\n".encode(), lambda text: new)
    assert out.decode() == f"text\n{written}\n"


@given(
    st.lists(st.text("ab\u00e0", max_size=9).map(str.encode), max_size=9), sizes, sizes,
    st.integers(1, 12),
)  # fmt: skip
def test_lines_above_the_limit_are_named_and_the_rest_stays(rows, size, block, most):
    data = b"".join(row + b"\n" for row in rows)
    found, large = [], b""
    for line, part in line_blocks(blocks_of(data, block), size, most):
        if isinstance(part, Oversized):
            large = b"" if part.part == 1 else large
            large += part
            if part.last:
                assert (len(large), large) == (part.size, rows[line - 1] + b"\n")
                found.append((line, part.size))
        else:
            pieces = part.split(b"\n")[:-1]
            found += [(number, piece + b"\n") for number, piece in enumerate(pieces, line)]
    assert found == [
        (number, row + b"\n" if len(row) < most else len(row) + 1)
        for number, row in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        (Text(max_record=99), b"x"),
        (Json(max_record=99), b"x"),
        (Html(max_record=99), b"x"),
        (Text(lines=True, encoding="utf-8", max_record=99), b"x"),
        (JsonLines(encoding="utf-8", max_record=99), b"x"),
        (Delimited(encoding="utf-8", max_record=99), b"x"),
        (Delimited(encoding="utf-8", max_record=99), b'text\n"'),
        (Warc(max_record=99), b"WARC/1.0\nContent-Length: 999999\n\n"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_record_above_the_limit_is_not_held(kind, first):
    """Its bytes are handed on as they come."""
    blocks = [first, *[b"x" * 9 + b"\n" * (b'"' in first)] * 2000]
    given = 0

    def counted():
        nonlocal given
        for block in blocks:
            given += len(block)
            yield block

    seen = most = 0
    for chunk in kind.split(counted(), 1):
        seen += len(chunk.data)
        most = max(most, given - seen)
    assert seen == given == len(b"".join(blocks))
    assert most < 400


@given(
    st.lists(
        st.lists(st.sampled_from(["a", '"b', "c\n", ',"', '""', "dddd", '"', "\r"]), max_size=6),
        max_size=6,
    ),
    sizes, st.integers(1, 9), st.integers(1, 12),
)  # fmt: skip
@example([["c\n"], ["a", "a", "a"]], 1, 1, 2)
def test_the_parts_of_large_rows_make_up_the_table(rows, size, block, most):
    """Every byte, however it is cut, and no row has a part of another that is well formed."""
    cells = [",".join('"' + "".join(row).replace('"', '""') + '"' for _ in "12") for row in rows]
    whole = [f"{cell}\n".encode() for cell in cells]
    data = b"id,text\n" + b"".join(whole)
    found, large = [], b""
    for chunk in Delimited(max_record=most + 8).split(blocks_of(data, block), size):
        if isinstance(chunk.data, Oversized):
            large += chunk.data
            if chunk.data.last:
                found.append(large)
                large = b""
        else:
            found += single_records(chunk.data, b",")
    assert (found, large) == ([b"id,text\n", *whole], b"")


@pytest.mark.parametrize("unit", [b'""', b",", b"a", b",,a", b'a,"",'])
def test_the_end_of_a_large_row_is_found_in_one_pass(unit):
    """Runs of quotes and delimiters are passed over at once."""

    def split(times):
        data = b"text\n" + (b"1," + unit * times + b"\n") * 2
        chunks = Delimited(max_record=99).split(blocks_of(data, 10_000), 10_000)
        assert b"".join(chunk.data for chunk in chunks) == data

    assert count_calls(split, 100_000) < 3_000 * len(unit) * (20 if b'a,"' in unit else 1)
    assert_linear_between(split, 100_000, 400_000, 4)


class CountedText(str):
    """A text that counts the characters that a search in it may have looked at."""

    searched = 0

    def count(self, sub, start=0, end=None):
        CountedText.searched += (len(self) if end is None else end) - start
        return super().count(sub, start, end)

    def rfind(self, sub, start=0, end=None):
        at = super().rfind(sub, start, end)
        CountedText.searched += (len(self) if end is None else end) - max(at, start)
        return at


def test_places_of_many_cells_are_counted_in_one_pass():
    source = CountedText("text,n\n" + '"a\nb",' * 3000 + "c\n")
    kind = Delimited(keys=("text",), delimiter=",")
    cell = re.compile('"(a\nb)"|(?!)()|(c)')
    spots = [(found, "text") for found in cell.finditer(source)]
    fields = []
    kind._exchanged(source, 7, len(source), spots, 2, lambda field: fields.append(field) or "c")
    assert [(field.line, field.column) for field in fields[:2]] == [(2, 2), (3, 5)]
    assert (fields[-1].line, fields[-1].column) == (3002, 4)
    assert CountedText.searched < 3 * len(source)


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 999])
def test_zeros_are_padding_behind_a_member_and_damage_before_the_first(padding):
    packed = compress(b"a\n", ".gz")
    assert b"".join(decompress_blocks([packed + padding], ".gz")) == b"a\n"
    with pytest.raises(FormatError, match="damaged"):
        list(decompress_blocks([padding + packed], ".gz"))
    with pytest.raises(FormatError, match=r"damaged|too early"):
        list(decompress_blocks([padding], ".gz"))


ESCAPED = rb"""id,text,path
1,"he said \"hi\u1ec7u q\" and \\\\ left, a\, b\
c \n \N","C:\\"
2,"x",\N
3,"one ""two"" \"","z"
"""


@given(sizes, sizes)
def test_a_backslash_may_stand_before_a_quote(size, block):
    data = ESCAPED.replace(b'""two""', b'\\"two\\"')
    assert rewritten(Delimited(keys=("*",)), data, same, size, block) == (data, [])
    chunks = list(Delimited(keys=("text", "path")).split(blocks_of(data, 10**6), size))
    assert chunks[0].format.escape == "\\"
    texts: list[str] = []
    for chunk in chunks:
        chunk.format.rewrite(chunk, lambda field: texts.append(field.text) or field.text)
    first = 'he said "hi\\u1ec7u q" and \\\\ left, a, b\nc \\n \\N'
    assert texts == [first, "C:\\", "x", "\\N", 'one "two" "', "z"]


def test_what_changes_beside_escapes_leaves_them_as_they_are_written():
    data = b'id,text\n1,"a \\"b\\" \\n q \\\\ c"\n'
    [chunk] = Delimited().split([data], 1)
    done = chunk.format.rewrite(chunk, lambda field: field.text.replace("q", 'Q"\\'))
    assert done.data == b'id,text\n1,"a \\"b\\" \\n Q\\"\\\\ \\\\ c"\n'


@pytest.mark.parametrize(
    "data",
    [b'a,text\n1,"C:\\"\n2,"x"\n', b'a,text\n1,"x ""y"" \\"\n', b'a,text\n1,C:\\"x\n',
     b'a,text\n1,"say ""\\"" now"\n'],
)  # fmt: skip
def test_a_backslash_alone_is_one(data):
    chunks = list(Delimited().split([data], 1))
    assert {chunk.format.escape for chunk in chunks} == {""}
    assert rewritten(Delimited(), data, same, 1, 100) == (data, [])


def test_a_large_record_ends_behind_its_quotes_with_backslashes_too():
    large = b'1,"' + b'x\\"y,\n' * 200 + b'"\n'
    data = b'a,text\n0,"a \\"b\\" c"\n' + large + b'2,"y"\n'
    kind = Delimited(max_record=300, escape="\\")
    for block in (7, 64, 1000):
        chunks = list(kind.split(blocks_of(data, block), 50))
        kept = b"".join(chunk.data for chunk in chunks if not isinstance(chunk.data, Oversized))
        assert kept == data.replace(large, b"")
