"""Detection and decoding of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.call_counts import count_calls
from vnclean.charsets import decode, detect, table
from vnclean.charsets.table import charset_names

SENTENCES = (
    "Sáng nay trời mưa nhỏ, phố vắng và quán cà phê đầu ngõ vẫn mở cửa như mọi ngày.",
    "Ủy ban xã đề nghị bà con kiểm tra lại đường dây điện trước mùa bão lũ năm nay.",
    "Chị bán hàng kể rằng cá dưới sông đã ít hơn trước, nhưng vườn thì vẫn xanh tốt.",
    "Em gái tôi học lớp chín, thích vẽ và hay hỏi những câu mà thầy cũng phải nghĩ.",
    "Đường về quê qua hai cây cầu cũ; người ta đang xây một chiếc mới rộng gấp đôi.",
)
TEXT = " ".join(SENTENCES)
CLOSE = {"tcvn5712-1", "vietware-f", "bkhcm1"}
"""Charsets whose short texts are also text in a more frequent one."""
CHARSETS = [
    *(charset.name for charset in table.CHARSETS if charset.in_bytes and charset.name not in CLOSE),
    "viqr",
]


def shown(name: str) -> str:
    return {"windows-1258-vi": "cp1258"}.get(name, name)


def lowered(text: str, name: str) -> str:
    """Lower the capitals that TCVN3 lacks, as its fonts do."""
    return text.replace("Ủ", "ủ") if name == "tcvn3" else text


@pytest.mark.parametrize("name", CHARSETS)
@pytest.mark.parametrize("size", [60, 200, 380])
def test_charset_is_named(name: str, size: int) -> None:
    for start in range(0, len(TEXT) - size, 37):
        piece = TEXT[TEXT.find(" ", start) + 1 :][:size]
        found = detect(lowered(piece, name).encode(name))
        assert found is not None
        assert found.encoding == shown(name), piece
        assert found.confidence > 0.7


@pytest.mark.parametrize("name", CHARSETS)
def test_decode_gives_the_text(name: str) -> None:
    for sentence in SENTENCES:
        assert decode(lowered(sentence, name).encode(name)).casefold() == sentence.casefold()
    assert decode(lowered(TEXT, name).encode(name)) == TEXT


@pytest.mark.parametrize(
    "name",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
def test_unicode_forms(name: str) -> None:
    assert decode(TEXT.encode(name)) == TEXT
    found = detect(TEXT.encode(name))
    assert found is not None
    assert found.encoding.startswith(name[:6])


def test_short_fields_say_how_sure_they_are() -> None:
    sure = detect("Nguyễn Thị Hường".encode("tcvn3"))
    unsure = detect("Hà".encode("viscii"))
    assert sure is not None
    assert sure.encoding == "tcvn3"
    assert unsure is None or unsure.confidence < 0.7


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Où êtes-vous allés l'été dernier, à la mer ou déjà à la montagne près d'ici ?", "cp1252"),
        ("Die Mädchen müssen größere Äpfel für den schönen Kuchen übrig lassen.", "cp1252"),
        ("Сегодня утром шёл мелкий дождь, а на улице почти никого не было.", "koi8-r"),
        ("Сегодня утром шёл мелкий дождь, а на улице почти никого не было.", "cp1251"),
        ("今朝は小雨が降っていて、通りにはほとんど人がいませんでした。", "shift-jis"),
        ("今天早上下着小雨,街上几乎没有人,咖啡馆还是照常开门。", "gbk"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy a večer šel domů.", "cp1250"),
        ("This morning it rained a little; the street was empty.", "utf-8"),
    ],
)
def test_other_languages_are_not_taken_for_vietnamese(text: str, charset: str) -> None:
    found = detect(text.encode(charset))
    assert found is None or found.encoding not in {shown(name) for name in charset_names()}


def test_an_ascii_head_of_any_length() -> None:
    data = b"id;name;value\n" * 20_000 + SENTENCES[0].encode("vps") + b"\n"
    found = detect(data)
    assert found is not None
    assert found.encoding == "vps"
    assert decode(data).endswith(SENTENCES[0] + "\n")


def test_markup_is_no_evidence() -> None:
    page = f"<html lang='vi'><body class='x'><p>{SENTENCES[2]}</p><br/>&nbsp;</body></html>"
    assert decode(page.encode("vni")) == page


def test_lines_in_another_charset() -> None:
    chinese = "这个任务已经完成了,请回到城里找老师报告情况。"
    lines = [SENTENCES[at].encode("tcvn3") for at in (0, 3, 4)]
    lines[1:1] = [SENTENCES[2].encode("utf-8")]
    lines[3:3] = [chinese.encode("gbk")]
    text = decode(b"\n".join(lines)).split("\n")
    assert [text[0], text[1], text[2], text[4]] == [
        SENTENCES[0], SENTENCES[2], SENTENCES[3], SENTENCES[4]
    ]  # fmt: skip


def test_headings_in_capitals_are_restored() -> None:
    heading = "CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM".encode("cp1252")
    assert decode(heading) == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def test_large_data_is_sampled() -> None:
    data = (TEXT + "\n").encode("viscii") * 20_000
    found = detect(data)
    assert found is not None
    assert found.encoding == "viscii"
    assert count_calls(detect, data) < 1.2 * count_calls(detect, data[: len(data) // 4])


def test_text_with_undecoded_charset() -> None:
    for name in ("tcvn3", "vni", "viscii", "vps"):
        found = detect(SENTENCES[0].encode(name).decode("cp1252"))
        assert found is not None
        assert found.encoding == name
    assert detect(TEXT) is None
    assert detect("") is None
    assert detect(b"") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded(data: bytes) -> None:
    assert isinstance(decode(data), str)
    detect(data)


@given(st.text(max_size=80))
def test_utf8_text_is_read_as_it_is(text: str) -> None:
    data = ("Đường về quê xa lắm rồi. " + text).encode("utf-8", "replace")
    assert decode(data) == data.decode("utf-8")
