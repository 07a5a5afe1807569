"""Good words beside legacy ones stay; decomposed mojibake with bytes lost is no windows-1258."""

from __future__ import annotations

import pytest

from vnclean.charsets.table import CHARSETS
from vnclean.repair.good_words import has_good_word
from vnclean.repair.legacy import Legacy
from vnclean.repair.mojibake import Mojibake

mend = Legacy()
WHOLE = "Hợp tác xã thu mua cá tươi của bà con, chủ ghe nào cũng có phần"
HEADS = ("Công văn có nội dung", "Tên hàng", "Môn học tự chọn", "Ông ấy nói")
IN_TEXT = [charset.name for charset in CHARSETS if charset.in_text]


def shown(text: str, charset: str) -> str:
    return text.encode(charset).decode("latin-1")


@pytest.mark.parametrize("charset", IN_TEXT)
@pytest.mark.parametrize("head", HEADS)
def test_good_words_before_legacy_ones_stay(head: str, charset: str) -> None:
    made = mend(f"{head}: {shown(WHOLE, charset)}")
    assert made.startswith(f"{head}: ")


@pytest.mark.parametrize("charset", ["tcvn3", "vni", "windows-1258-vi"])
def test_words_that_are_bytes_are_read_all_the_same(charset: str) -> None:
    whole = "Một bé gái mua mực ở chợ, núi xa mờ dần"
    assert mend(shown(whole, charset)) == whole


def test_a_word_as_rare_as_what_it_reads_is_not_asked_about() -> None:
    assert not has_good_word("mét", "một")
    assert has_good_word("Tên hàng", "Tờn hàng")


def test_graves_only_are_no_windows_1258() -> None:
    lost = "BaÌo caÌo cuoÌi naÌm"
    assert mend(lost) == lost
    assert mend("Chuìng ta vêÌ nhaÌ sõìm") == "Chúng ta về nhà sớm"


def test_lost_bytes_come_back_where_the_text_shows_its_page() -> None:
    mojibake = Mojibake()
    assert mojibake("CaÌc baÌ‰n lÃ´Ìp saÌu") == "Các bản lốp sáu".replace("á", "a\u0301").replace(
        "ả", "a\u0309"
    ).replace("ố", "ô\u0301")
    assert mojibake("CaÌc em") == "CaÌc em"


def test_a_label_is_no_neighbour_of_what_it_labels() -> None:
    assert mend(f"Môn: {shown('Văn học', 'tcvn3')} - {shown('Lớp năm', 'tcvn3')}") == (
        "Môn: Văn học - Lớp năm"
    )
