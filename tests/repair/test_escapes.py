"""HTML entities, backslash escapes, percent-encoding, quoted-printable: in prose only."""

from __future__ import annotations

import quopri
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies as vn
from vnclean.repair.escapes.entities import Entities
from vnclean.repair.escapes.percent import PercentEncoding
from vnclean.repair.escapes.quoted_printable import QuotedPrintable
from vnclean.repair.escapes.unicode_escapes import UnicodeEscapes
from vnclean.transform import Transform

LINE = "Sau cơn mưa, đường làng lầy lội nhưng lũ trẻ vẫn đá bóng."
STEPS: list[Transform] = [Entities(), UnicodeEscapes(), PercentEncoding(), QuotedPrintable()]


def _each(text: str, form: Callable[[int], str]) -> str:
    return "".join(c if c.isascii() else form(ord(c)) for c in text)


def _utf16(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


@pytest.mark.parametrize(
    "form",
    [
        lambda code: f"&#{code};",
        lambda code: f"&#x{code:x};",
        lambda code: f"&#X{code:X};",
        lambda code: f"&amp;#{code};",
        lambda code: f"&amp;amp;#{code};",
    ],
)
def test_numeric_entities_come_back(form: Callable[[int], str]) -> None:
    assert Entities()(_each(LINE, form)) == LINE


@given(text=vn.sentences(foreign_words=False))
def test_sentences_in_entities_come_back(text: str) -> None:
    text = f"{LINE} {text}"
    assert Entities()(_each(text, lambda code: f"&#{code};")) == text


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("Vi&ecirc;n ph&aacute;p, c&agrave; ph&ecirc;", "Viên pháp, cà phê"),
        ("c&agrave ph&ecirc v&agrave b&aacutenh", "cà phê và bánh"),
        ("ti&#7871ng Vi&#7879t", "tiếng Việt"),
        ("Hai&nbsp;Phong &amp; Hu&#7871;", "Hai\u00a0Phong & Huế"),
        ("5 &lt; 7 &quot;đúng&quot; &#8220;thế&#8221; &#150; hết", '5 < 7 "đúng" “thế” – hết'),
        (
            "<p>Ti&#7871;ng &lt;b&gt; Vi&#7879;t &amp; Anh</p>",
            "<p>Tiếng &lt;b&gt; Việt &amp; Anh</p>",
        ),
        ("&amp;amp;amp;amp; hết", "& hết"),
    ],
)
def test_entities_in_prose(shown: str, read: str) -> None:
    assert Entities()(shown) == read


def test_backslash_escapes_come_back() -> None:
    step = UnicodeEscapes()
    assert step(_each(LINE + " 😀", _utf16)) == LINE + " 😀"
    assert step(_each(LINE, lambda code: f"\\u{{{code:x}}}")) == LINE
    assert step(_each(LINE, lambda code: f"\\\\u{code:04x}")) == LINE
    shown = "".join(
        c if c.isascii() else "".join(f"\\x{byte:02x}" for byte in c.encode()) for c in LINE
    )
    assert step(shown) == LINE


@given(syllable=vn.syllables(12).filter(lambda s: not s.isascii() and len(s) > 1))
def test_bare_escapes_come_back(syllable: str) -> None:
    shown = _each(syllable, lambda code: f"u{code:04x}")
    assert UnicodeEscapes()(f"Viu1ec7t Nam {shown}.") == f"Việt Nam {syllable}."


@given(text=st.lists(vn.syllables(12), min_size=2, max_size=6).map(" ".join))
def test_percent_encoding_comes_back(text: str) -> None:
    shown = "và " + quote(text, safe=" ")
    assert PercentEncoding()(shown) == "và " + text
    if not all(part.isascii() for part in text.split()):
        assert PercentEncoding()(quote(text)) == text


def test_quoted_printable_comes_back() -> None:
    text = f"{LINE} 1 + 1 = 2. {LINE}\n{LINE}"
    shown = quopri.encodestring(text.encode()).decode()
    assert QuotedPrintable()(shown) == text


STAYS = [
    "AT&T, R&D, Q&A; a&b; x&y=1; &; &&; &#; &#x; &;",
    "http://vidu.vn/?a=1&copy=2&reg=3&lang=vi&sect=5",
    "p = &copy; memcpy(&reg, &copy, 4);",
    'if (a &lt; b &amp;&amp; c) { x = "&nbsp;"; }',
    "Trong HTML, viết `&nbsp;` hay `&#7879;` là được; `\\u1ec7` thì cho JavaScript.",
    '{"ten": "Vi\\u1ec7t Nam", "q": "Ti%E1%BA%BFng", "s": "=E1=BB=87"}',
    're.compile(r"[\\u1ea0-\\u1ef9]+")',
    'print("Vi\\xe1\\xbb\\x87t")',
    "C:\\users\\u1234\\x41 và \\usepackage",
    "https://vi.vidu.vn/wiki/Ti%E1%BA%BFng_Vi%E1%BB%87t?x=Vi%E1%BB%87t",
    "tìm ?q=Vi%E1%BB%87t trong wiki/Vi%E1%BB%87t.html",
    '"b\\u1ea1n kh\\u00f4ng h\\u1ed7 tr\\u1ee3"',
    "Dùng \\u1ec7 cho chữ ệ, \\u01a1 cho chữ ơ trong Java; mã %E1%BB%87 là chữ ệ.",
    "Gõ &amp; để có dấu &, gõ &lt; để có <, gõ &eacute; để ra é.",
    "Các thực thể được đặt tên sẵn: &amp; &lt; &gt; &quot; &apos;.",
    "The predefined entities are &amp;, &lt; and &gt;; echo 4096 &gt; /proc/x",
    "<td>&nbsp;</td><td>5 &lt; 6 ở đây</td>",
    "mã u1ec7 hay sau00e1? 50%E1",
    "a=10, b=A1; tên=C3",
    "```\n&#7879; \\u1ec7 Vi%E1%BB%87t\n```",
    "\\ud83d và \\ude00 lẻ đôi, &#55357; &#0; &#1114112; &#x110000;",
    r"grep '[\xC0-\xFF]' tệp.txt; printf '\303\240\n'",
    r"đường \340 và \e0, <U+0041>, u2014 hay u2026",
    "=?UTF-8?Q?abc?= và =?utf-8?B?=?=, =?x-la?Q?=E1=BB=87?=",
    "giảm 50%E1, tăng 20%F2 rồi %u12",
    "viết &aacute;&raquo;&#129; trong `&aacute;&raquo;&#129;`",
]

MENDED = [
    (r"H\u1ED3i \xE2m v\xE0 ph\xFAc \u0111\xE1p", "Hồi âm và phúc đáp"),
    (r"ch\303\272ng m\303\254nh \304\221\341\273\223ng \303\275", "chúng mình đồng ý"),
    ("Tr<U+1EA7>n V<U+0103>n <U+0110><U+00F4>ng", "Trần Văn Đông"),
    ("%u0110%E0 L%u1EA1t c%F3 th%F4ng", "Đà Lạt có thông"),
    ("u201cNgu1ee7 ngonu201d, bu00e9 nu00f3iu2026", "“Ngủ ngon”, bé nói…"),
    ("Tiêu đề: =?utf-8?Q?Gi=E1=BA=A5y_m=E1=BB=9Di?= (nháp)", "Tiêu đề: Giấy mời (nháp)"),
    ("=?UTF-8?B?TOG7i2NoIGjhu40=?=\n =?UTF-8?B?cCB0deG6p24=?=", "Lịch họp tuần"),
    (
        "<li>m&Atilde;&ordm;a l&aacute;&raquo;&#141;ng v&agrave; h&aacute;&raquo;&#8482;i</li>",
        "<li>múa lọng và hội</li>",
    ),
]


@pytest.mark.parametrize(("text", "mended"), MENDED)
def test_an_escape_is_decoded_with_all_of_its_word(text: str, mended: str) -> None:
    for step in STEPS:
        text = step(text)
    assert text == mended


@pytest.mark.parametrize("text", STAYS)
def test_code_and_addresses_stay(text: str) -> None:
    for step in STEPS:
        assert step(text) is text
