"""The legacy charsets: tables checked by second sources, codecs by properties."""

from __future__ import annotations

import codecs
import io
import shutil
import subprocess
import sys
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.charsets
from vnclean.charsets import charset_names, convert
from vnclean.charsets.table import CHARSETS, Charset, load_table
from vnclean.charsets.viqr import VIQR
from vnclean.errors import ConfigError
from vnclean.language.alphabet import LETTERS, MARKED_LETTERS, VOWELS, compose

NAMES = charset_names()
TABLES = [charset.name for charset in CHARSETS]
UPPER_TONED = frozenset(compose(vowel.upper(), tone) for vowel in VOWELS for tone in range(1, 6))
DECLARED_LOSSES = {
    "tcvn3": UPPER_TONED,
    "vietware-f": UPPER_TONED,
    "tcvn3-h": frozenset(letter for letter in MARKED_LETTERS if letter.islower()),
    "bkhcm1": frozenset("ẶỴ"),
}


def repertoire(name: str) -> str:
    if name.startswith("viqr"):
        return LETTERS + " .,?!'`^(+*~\\dD-/0aeu\n"
    table = load_table(name)
    return "".join(map(chr, table.encoding))


def texts_of(name: str) -> st.SearchStrategy[str]:
    # Composed text: a mark after a letter that has another mark may need one the charset lacks.
    drawn = st.text(st.sampled_from(repertoire(name)), max_size=40)
    return drawn.filter(is_composed)


def is_composed(text: str) -> bool:
    return unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("charset", CHARSETS, ids=TABLES)
def test_the_table_is_in_normal_form(charset: Charset) -> None:
    text = files("vnclean.data").joinpath(f"charsets/{charset.name}.tsv").read_text("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    head = [line for line in text.split("\n") if line.startswith("#")]
    assert any("Source of facts" in line for line in head)
    assert any("Checked" in line for line in head)
    rows = [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]
    assert len({letter for letter, _ in rows}) == len(rows)
    for letter, code in rows:
        assert code == bytes.fromhex(code).hex(" ").upper()
        assert set(letter) <= MARKED_LETTERS or unicodedata.combining(letter[0])


@pytest.mark.parametrize("name", TABLES)
def test_the_lossy_set_is_the_declared_set(name: str) -> None:
    lost = set()
    for letter in LETTERS:
        try:
            raw = letter.encode(name)
        except UnicodeEncodeError:
            lost.add(letter)
        else:
            assert raw.decode(name) == letter
    declared = DECLARED_LOSSES.get(name, frozenset())
    if name == "tcvn3-h":
        lost = {letter for letter in lost if letter in MARKED_LETTERS}
    assert lost == declared == load_table(name).lost


@pytest.mark.parametrize("name", TABLES)
def test_a_byte_has_one_meaning(name: str) -> None:
    table = load_table(name)
    codes = list(table.rows.values())
    assert len(set(codes)) == len(codes)
    singles = {
        code[0]
        for letter, code in table.rows.items()
        if len(code) == 1 and not unicodedata.combining(letter[0])
    }
    assert singles.isdisjoint(table.marks)


def iconv(data: bytes, charset: str) -> str:
    run = subprocess.run(["iconv", "-f", charset, "-t", "UTF-8"], input=data, capture_output=True)
    return run.stdout.decode("utf-8")


@pytest.mark.skipif(shutil.which("iconv") is None, reason="needs iconv")
@pytest.mark.parametrize(
    ("name", "theirs"),
    [("viscii", "VISCII"), ("tcvn5712-1", "TCVN5712-1"), ("tcvn3", "TCVN5712-1")],
)
def test_iconv_reads_every_letter_alike(name: str, theirs: str) -> None:
    rows = load_table(name).rows
    for letter, code in rows.items():
        if not unicodedata.combining(letter):
            assert iconv(code + b".", theirs) == letter + "."


def test_cpython_reads_windows_1258_alike() -> None:
    for letter, code in load_table("windows-1258-vi").rows.items():
        assert unicodedata.normalize("NFC", code.decode("cp1258")) == letter
    for byte in range(256):
        raw = b"x" + bytes([byte])
        try:
            theirs = raw.decode("cp1258")
        except UnicodeDecodeError:
            continue
        assert raw.decode("windows-1258-vi") == unicodedata.normalize("NFC", theirs)
    assert codecs.lookup("cp1258").name == "cp1258"
    assert "đ".encode("cp1258") == b"\xf0"


def test_vni_is_regular() -> None:
    rows = load_table("vni").rows
    for letter in MARKED_LETTERS:
        if letter.islower():
            upper = bytes(byte - 0x20 for byte in rows[letter])
            assert rows[letter.upper()] == upper
    # Facts of the charset by example: â + sắc is a E1, ơ + nặng is F4 EF.
    assert rows["ấ"] == b"a\xe1"
    assert rows["ợ"] == b"\xf4\xef"


@pytest.mark.parametrize("name", ["bkhcm2", "vietware-x"])
def test_two_byte_charsets_are_regular(name: str) -> None:
    rows = load_table(name).rows
    for letter in MARKED_LETTERS:
        if letter.islower():
            assert rows[letter.upper()] == bytes(byte - 0x20 for byte in rows[letter])


def test_bkhcm1_and_vietware_f_run_in_the_order_of_their_tones() -> None:
    rows = load_table("bkhcm1").rows
    for vowel in "aăâeêioôơuưy":
        codes = [rows[compose(vowel, tone)][0] for tone in (4, 1, 2, 3, 5)]
        assert codes == list(range(codes[0], codes[0] + 5))
    rows = load_table("vietware-f").rows
    for vowel in "ăâêioôơư":
        codes = [rows[compose(vowel, tone)][0] for tone in (1, 2, 3, 4, 5)]
        assert codes == list(range(codes[0], codes[0] + 5))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_round_trip(name: str, data: st.DataObject) -> None:
    text = unicodedata.normalize("NFC", data.draw(texts_of(name)))
    assert text.encode(name).decode(name) == text


@pytest.mark.parametrize("name", [name for name in NAMES if name != "tcvn3-h"])
@given(data=st.data())
def test_decomposed_text_encodes_like_composed(name: str, data: st.DataObject) -> None:
    lost = load_table(name).lost if name in TABLES else frozenset()
    letters = sorted(set(LETTERS) - lost)
    text = data.draw(st.text(st.sampled_from([*letters, " ", "1"]), max_size=30))
    assert unicodedata.normalize("NFD", text).encode(name) == text.encode(name)


@pytest.mark.parametrize("name", NAMES)
@given(raw=st.binary(max_size=60))
def test_decoding_is_total_and_drops_nothing(name: str, raw: bytes) -> None:
    text = raw.decode(name, "replace")
    if name in TABLES:
        assert raw.decode(name) == text  # no byte is without a meaning
        assert len(unicodedata.normalize("NFD", text)) >= len(raw) - 2 * text.count("\ufffd")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_pieces_decode_and_encode_like_the_whole(name: str, data: st.DataObject) -> None:
    raw = data.draw(st.binary(max_size=30))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=4)))
    decoder = codecs.getincrementaldecoder(name)("replace")
    pieces = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    text = "".join(decoder.decode(piece) for piece in pieces) + decoder.decode(b"", final=True)
    assert text == raw.decode(name, "replace")
    text = unicodedata.normalize("NFC", data.draw(texts_of(name)))
    cut = data.draw(st.integers(0, len(text)))
    encoder = codecs.getincrementalencoder(name)()
    joined = encoder.encode(text[:cut]) + encoder.encode(text[cut:], final=True)
    assert joined.decode(name) == text


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_streams(name: str, data: st.DataObject) -> None:
    text = unicodedata.normalize("NFC", data.draw(texts_of(name)))
    cut = data.draw(st.integers(0, len(text)))
    writer = codecs.getwriter(name)(io.BytesIO())
    writer.write(text[:cut])
    writer.write(text[cut:])
    raw = writer.stream.getvalue()
    assert codecs.getreader(name)(io.BytesIO(raw)).read() == raw.decode(name)
    if name not in ("tcvn3", "tcvn3-h", "vietware-f"):
        assert raw.decode(name) == text
    reader = codecs.getreader(name)(io.BytesIO(raw))
    read = ""
    while piece := reader.read(3):
        read += piece
    assert read == raw.decode(name)


def test_error_handlers() -> None:
    assert "Ấp 日".encode("tcvn3", "replace") == b"?p ?"
    assert "Ấp 日".encode("tcvn3", "ignore") == b"p "
    assert "Ấp".encode("tcvn3", "xmlcharrefreplace") == b"&#7844;p"
    assert "日".encode("vni", "backslashreplace") == b"\\u65e5"
    assert "日".encode("vni", "namereplace").startswith(b"\\N{CJK")
    assert "Ấp Úc".encode("tcvn3", "vnclean.nearest").decode("tcvn3") == "ấp úc"
    with pytest.raises(UnicodeEncodeError) as caught:
        "ab A\u0302\u0301p".encode("tcvn3")  # one letter, decomposed
    assert (caught.value.start, caught.value.end) == (3, 6)
    assert caught.value.object == "ab A\u0302\u0301p"
    assert b"\xff".decode("viqr", "replace") == "\ufffd"


def test_error_handlers_take_linear_time() -> None:
    raw = ("Ấ" * 200_000).encode("tcvn3", "replace")
    assert raw == b"?" * 200_000


def test_names_and_aliases() -> None:
    for name, alias in [
        ("tcvn3", "ABC"),
        ("vni", "VNI-Windows"),
        ("vps", "x_viet_vps"),
        ("viscii", "csVISCII"),
        ("windows-1258-vi", "cp1258-vi"),
        ("viqr", "VIQR"),
    ]:
        assert codecs.lookup(alias).name == name
    with pytest.raises(LookupError):
        codecs.lookup("tcvn9")


def test_marks_without_their_letter_stay() -> None:
    assert b"b\xf9".decode("vni") == "b\u0301"
    assert "b\u0301".encode("vni") == b"b\xf9"
    assert b"n\xf5".decode("vni") == "ñ"  # what the fonts show
    assert "ñ".encode("vni") == b"n\xf5"
    assert b"a\xd9".decode("vni") == "á"  # a mark in the other case


def test_viqr_by_the_letter() -> None:
    assert b"Vie^.t Nam dda^'t nu+o+'c".decode("viqr") == "Việt Nam đất nước"
    assert b"DDa` La.t, Dda`o".decode("viqr") == "Đà Lạt, Đào"
    assert b"ma\\. ad\\d \\\\ \\x".decode("viqr") == "ma. add \\ \\x"
    assert b"nu*o*'c".decode("viqr-star") == "nước"
    assert b"nu*o*'c".decode("viqr") == "nu*o*'c"
    assert len(VIQR.spelling) == 134
    assert "dđ".encode("viqr").decode("viqr") == "dđ"


def test_importing_the_package_loads_no_charset() -> None:
    code = (
        "import sys, vnclean\n"
        "assert not [m for m in sys.modules if m.startswith('vnclean.charsets.') "
        "or m == 'chardet'], sys.modules.keys()\n"
        "import vnclean.charsets\n"
        "assert 'chardet' not in sys.modules and 'vnclean.charsets.detection' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_convert_counts_what_is_lost() -> None:
    done = convert("Ấn Độ ± 日日".encode(), "utf-8", "tcvn3")
    assert dict(done.lost) == {"日": 2, "Ấ": 1}
    assert not done.lossless
    assert done.data.decode("tcvn3") == "ấn Độ ± ??"
    assert "日 (2 times)" in done.report()
    assert convert("Việt Nam".encode("vps"), "vps", "viscii").lossless
    with pytest.raises(ConfigError, match="no charset named"):
        convert(b"", "utf-8", "tcvn9")
    assert convert(b"abc \xff", "utf-8", "vni").undecodable == 1


def test_public_names() -> None:
    assert sorted(vnclean.charsets.__all__) == [
        "Conversion", "Detection", "charset_names", "convert", "decode", "detect",
    ]  # fmt: skip
    for name in vnclean.charsets.__all__:
        assert getattr(vnclean.charsets, name)
