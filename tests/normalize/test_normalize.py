"""Unicode form, look-alikes, invisible characters, blanks, compatibility forms, search keys."""

from __future__ import annotations

import re
import sys
import unicodedata
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies as vn
from vnclean.errors import ConfigError, MissingExtraError
from vnclean.language.alphabet import BASE, COMBINING_TONES, LETTERS, QUALITY, compose, decompose
from vnclean.language.lexicon import frequency
from vnclean.normalize import (
    Compatibility,
    FoldAscii,
    Invisible,
    Lookalikes,
    Spaces,
    Spacing,
    UnicodeForm,
    lookalikes,
)
from vnclean.normalize.lookalikes import _table
from vnclean.scan import Scan
from vnclean.transform import Safety

LINE = "Một buổi chiều, những người thợ cũ đứng trước cổng nhà máy"


# -- Unicode form -----------------------------------------------------------------------------


@pytest.mark.parametrize("letter", sorted(c for c in LETTERS if unicodedata.decomposition(c)))
def test_every_letter_is_composed_from_marks_in_any_order(letter: str) -> None:
    vowel, tone = decompose(letter)
    base = BASE.get(vowel.lower(), vowel.lower())
    base = base.upper() if letter.isupper() else base
    quality, mark = QUALITY.get(vowel.lower(), ""), COMBINING_TONES[tone]
    for marks in (quality + mark, mark + quality, mark + quality + mark, quality + quality + mark):
        assert UnicodeForm()(f"x{base}{marks}y") == f"x{letter}y"
    assert UnicodeForm()(compose(vowel, 0) + mark) == letter  # UniKey's "tổ hợp"


@given(text=vn.anything())
def test_latin_text_comes_out_in_nfc_but_for_heaps(text: str) -> None:
    text = re.sub("(?:\\A|(?<=[^A-Za-zÀ-ɏ\u0300-\u036f]))[\u0300-\u036f]+", "", text)
    marks = [unicodedata.category(c)[0] == "M" for c in text]
    heap = max((len(list(run)) for is_mark, run in groupby(marks) if is_mark), default=0)
    if heap < 20 and all(c < "\u0250" or "\u0300" <= c <= "\u036f" for c in text):
        assert unicodedata.is_normalized("NFC", UnicodeForm()(text))


@pytest.mark.parametrize(
    "text",
    [
        "\uf900",
        "25 \u212b, 10 k\u2126",
        "\u09af\u09bc \ufb2a\u037e",
        "a" + "\u0323\u0301" * 40,
        "L´art",
        "don´t",
        "`ls`",
    ],
)
def test_what_normalization_would_spoil_stays(text: str) -> None:
    assert UnicodeForm()(text) is text


def test_spacing_marks_go_on_their_letters_in_vietnamese_lines_only() -> None:
    assert UnicodeForm()(f"{LINE}, tiê´ng ho`a") == f"{LINE}, tiếng hòa"
    assert UnicodeForm()("tie´ng the`me") == "tie´ng the`me"


# -- look-alikes ------------------------------------------------------------------------------


@given(text=vn.sentences(foreign_words=False), data=st.data())
def test_look_alikes_in_words_in_use_come_back(text: str, data: st.DataObject) -> None:
    shown = {letter: c for c, (letter, kind) in _table().items() if kind in ("ư", "cyrillic")}
    place = [i for i, c in enumerate(text) if c in shown]
    if not place:
        return
    at = data.draw(st.sampled_from(place))
    start, end = at, at + 1
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    if frequency(text[start:end]) and end - start > 1:
        hurt = f"{LINE}. {text[:at]}{shown[text[at]]}{text[at + 1 :]}"
        assert Lookalikes()(hurt) == f"{LINE}. {text}"


FOREIGN = [
    "Það er gott að vera með ykkur; Við fórum út í búð, ÐÞ.",
    "Kız kardeşim, mı, çı, ışık; İstanbul",
    "Привет, а он — мой друг. СССР",
    "όνομα, Ο ΑΝΔΡΑΣ",
    "Từ này đọc là /ðɪs/, /ði/ hay [ða].",
    "Chữ Ɖ (ɖ) của tiếng Ewe và chữ Ð, ð của tiếng Iceland",
    "Ɖeviawo le ɖeɖi me",
    "nǐ hǎo, nǎr, wǒ ài nǐ",
    "Hо это не так, сказал он.",
    "Tiếng Ewe: Eʋegbe, ɖe, ƒ; chữ ƣ khác chữ ư",
]


@pytest.mark.parametrize("line", FOREIGN)
def test_letters_of_other_languages_stay(line: str) -> None:
    assert Lookalikes()(line) is line


def test_abbreviations_and_sums_need_a_vietnamese_line() -> None:
    assert Lookalikes()("Quyết định số 5/QÐ-UBND, giá 10.000ð") == (
        "Quyết định số 5/QĐ-UBND, giá 10.000đ"
    )
    assert Lookalikes()("QÐ-UBND 10.000ð") == "QÐ-UBND 10.000ð"


# -- invisible characters and spaces ----------------------------------------------------------

KEPT = [
    "👩\u200d🔬 👨\u200d👩\u200d👧 ❤\ufe0f 🇻🇳",
    "می\u200cخواهم کتاب\u200cها\u200f.",
    "क\u094d\u200dष र\u094d\u200dय",
    "שלום \u200eabc\u200f עולם",
    "ภาษา\u200bไทย",
    "a\tb\r\nc\rd\n",
    "Nguyá»\x85n",
    "字\ue123漢字",
    "Donau\u00addampf\u00adschiff, \ufeffBOM \u200b and \x02 in another language",
    "\x1b[1mĐang chạy\x1b[0m xong rồi, _\x08Đ_\x08ư, \x0304đỏ",
    "\u202bVersion 2 of the file\u202c",
]


@pytest.mark.parametrize("text", KEPT)
def test_characters_with_work_to_do_stay(text: str) -> None:
    assert Invisible()(text) is text


def test_invisible_characters_go() -> None:
    assert Invisible()("\ufeffHà\u200b Nội\u200e, đư\u00adờng\x00 \x1bphố\ue000") == (
        "Hà Nội, đường phố"
    )
    assert Invisible()("Việt\u200bNam") == "Việt Nam"
    assert Invisible()("một tờ\x0chai tờ\n\x0cba tờ nữa") == "một tờ\nhai tờ\nba tờ nữa"


def test_private_characters_inside_words_are_only_suggested() -> None:
    text = "Những n\uf025ười thợ cũ đứng trước cổng nhà máy"
    assert Invisible()(text) is text
    assert [edit.safety for edit in Invisible().find(Scan(text))] == [Safety.SUGGEST]


@pytest.mark.slow
@given(text=vn.anything())
def test_only_invisible_characters_are_dropped(text: str) -> None:
    """What is left in order is a subsequence, apart from the bullets and breaks that were named."""
    for edit in Invisible().edits(text):
        gone = text[edit.start : edit.end]
        assert all(unicodedata.category(c) in ("Cc", "Cf", "Co", "Cn") for c in gone)


def test_spaces_become_plain_but_not_in_french() -> None:
    assert Spaces()("Hà\u00a0Nội\u2003đẹp\u202fquá\u2028hết") == "Hà Nội đẹp quá\nhết"
    french = "«\u00a0Ça va\u00a0?\u00a0» Oui\u202f!"
    assert Spaces()(french) is french
    for kept in ("　日本", "Kliknij w\u00a0okno i\u00a0zamknij je.", "%.1f\u202fKB", "a\u2028b"):
        assert Spaces()(kept) is kept


PROSE = "Chiều qua, đoàn công tác của tỉnh đã đến thăm các gia đình ở vùng lũ"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f" {PROSE}", PROSE),
        (f"{PROSE}  \n\n\n\n{PROSE}", f"{PROSE}\n\n{PROSE}"),
        (f"{PROSE} \r\n\r\n\r\n\r\n{PROSE}\r\n", f"{PROSE}\r\n\r\n{PROSE}\r\n"),
        (f"{PROSE}\n \n\t\n{PROSE}", f"{PROSE}\n\n{PROSE}"),
        ("Hai  dấu  cách giữa những từ này", "Hai dấu cách giữa những từ này"),
        (PROSE.replace("của tỉnh", "của   tỉnh"), PROSE),
        (
            f"{PROSE}\n" * 9
            + f"{PROSE}:  \n\n\n\ndef f():\n    x = 1  \n\n\n    return x\n\n\n"
            + f"{PROSE}  \n{PROSE}",
            None,
        ),
        (f"{PROSE}\n    {PROSE}; {PROSE}", f"{PROSE}\n{PROSE}; {PROSE}"),
        (f"{PROSE}\n  {PROSE[:30]}", f"{PROSE}\n  {PROSE[:30]}"),
    ],
)
def test_blanks_in_prose(text: str, expected: str | None) -> None:
    if expected is None:  # the prose around code is tidied, the code and what parts it is not
        code = "\n\n\n\ndef f():\n    x = 1  \n\n\n    return x\n\n\n"
        expected = f"{PROSE}\n" * 9 + f"{PROSE}:{code}{PROSE}\n{PROSE}"
    assert Spacing()(text) == expected


LAID_OUT = [
    "def f():\n    return  1  # trả về một\n\n\nx = 2",
    '{\n  "ten":  "Nguyễn Văn An",\n  "tuoi":   7\n}',
    "Họ tên          Tuổi     Lớp\nNguyễn Văn An   12       6A\nTrần Thị Bé     11       5B",
    "Trăng lên đỉnh núi mờ sương,\n  Nghe trong tiếng suối mùi hương lúa về.\n"
    "Đò ai gác mái bên đê,\n  Người đi để lại câu thề với sông.",
    "# Tiêu đề\n\nDòng một ngắt ở đây  \nrồi sang dòng hai.\n\n- mục\n    - mục con",
    "a;b\n1;  2\n",
    "CHỦ TỊCH                         THƯ KÝ",
    "Cà phê sữa đá      25.000\nBạc xỉu            28.000",
    "Tên:      An Đức Hiệp\nTuổi:  23",
    "Tên:  Nguyễn Văn An\nTuổi: 23\nQuê:  Hà Nội",
    "ma\tten\tque\n1\tNguyễn Thị Hường\t\n2\t\tHuế",
    "2024-01-02 10:11:12  ERROR  không kết nối được máy chủ",
    "-  dòng cũ bị xóa\n+  dòng mới thêm vào",
    "  -f, --force                  không hỏi lại trước khi ghi đè",
    "Am        F          G\nEm ơi mùa xuân đến rồi đó",
    "A.  đúng      B.  sai      C.  không rõ",
    "Mở `mã   nguồn` ở giữa dòng này để xem thử nhé các bạn.",
    "Two spaces after a full stop.  Old typists did that.  \n\n\nWell.",
]


@pytest.mark.parametrize("text", LAID_OUT)
def test_blanks_that_mean_something_stay(text: str) -> None:
    assert Spacing()(text) is text


BROKEN_LINES = [
    f"{PROSE}  \n{PROSE}",
    f"{PROSE}    \r\n{PROSE}\r\n",
    "Đầm sen nở trắng hồ thu  \nHương bay theo gió về đâu hỡi người.  \n",
    "Mở đầu bài thơ là một câu hỏi.  ",
]


@pytest.mark.parametrize("text", BROKEN_LINES)
def test_blanks_that_break_a_line_of_markdown_stay(text: str) -> None:
    assert Spacing(markdown=True)(text) is text
    assert Spacing()(text) == re.sub(" +(?=\r?\n|$)", "", text)


def test_other_blanks_of_markdown_go() -> None:
    assert Spacing(markdown=True)(f"{PROSE} \n{PROSE}  \n\n\n{PROSE}") == "\n".join(
        [PROSE, PROSE, "", PROSE]
    )


@given(text=vn.line_soups())
def test_spacing_keeps_everything_but_blanks(text: str) -> None:
    tidied = Spacing()(text)
    strip = str.maketrans("", "", " \t\r\n")
    assert tidied.translate(strip) == text.translate(strip)
    assert set(tidied) <= set(text)


# -- compatibility forms and search keys ------------------------------------------------------


def test_compatibility_forms_are_options() -> None:
    assert Compatibility(width=False)("Ａ ﬁ") == "Ａ fi"
    assert Compatibility(ligatures=False)("Ａ ﬁ") == "A ﬁ"


@given(text=vn.sentences(foreign_words=False).filter(lambda text: "Ł" not in text))
def test_search_keys_of_vietnamese_are_ascii(text: str) -> None:
    key = FoldAscii()(text)
    assert not any(c.isalpha() and not c.isascii() for c in key)
    assert key == key.lower()
    assert key == FoldAscii()(text.upper()) == FoldAscii()(unicodedata.normalize("NFD", text))


def test_the_residue_needs_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError):
        FoldAscii(residue="drop")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "unidecode", None)
    assert FoldAscii()("Москва") == "москва"
    with pytest.raises(MissingExtraError, match=r"vnclean\[ascii\]"):
        FoldAscii(residue="unidecode")("Москва")


def test_the_residue_becomes_ascii_with_the_extra() -> None:
    pytest.importorskip("unidecode")
    assert FoldAscii(residue="unidecode")("Đường đến Москва, 北京") == "duong den moskva, bei jing "


def test_every_look_alike_passes_for_a_letter_or_number() -> None:
    """So a text without strange letters and numbers needs no table of them."""
    assert all(map(str.isalnum, lookalikes._suspicious()))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Ba´o ca´o tha´ng", "Báo cáo tháng"),
        ("Updated 3 tha´ng ba, tha`nh phô´", "Updated 3 tháng ba, thành phố"),
        ("caffe` perche´ piu`, Bogota´", "caffe` perche´ piu`, Bogota´"),
        ("use `a`n and `b`c, don´t, it´s", "use `a`n and `b`c, don´t, it´s"),
        ("Vie´n", "Vie´n"),
    ],
)
def test_two_syllables_with_a_sign_in_their_middle_tell(text: str, right: str) -> None:
    assert UnicodeForm()(text) == right
