"""TCVN3 text that lost its ư and is Unicode now: told by syllables that can't be."""

from __future__ import annotations

import pytest

from vnclean.charsets.undecoded.soft_hyphens import (
    HORNED_O,
    hornless_syllables,
    restore_dropped,
)
from vnclean.language.syllable import is_spellable
from vnclean.pipeline import Pipeline
from vnclean.repair import dropped_horns
from vnclean.repair.dropped_horns import find_dropped_horns
from vnclean.repair.legacy import Legacy
from vnclean.scan import Scan
from vnclean.transform import apply_edits

mend = Legacy()
LINES = (
    "Người dân được báo trước là có mưa lớn",
    "Trường mẫu giáo cũ đã xuống cấp, phương án sửa chữa chưa được duyệt",
    "Bước sang năm sau, lương của thợ hồ tăng thêm một phần mười",
)


@pytest.mark.parametrize("line", LINES)
def test_lines_come_back(line: str) -> None:
    hurt = line.replace("ư", "").replace("Ư", "")
    assert mend(hurt) == line
    assert mend(hurt) == apply_edits(hurt, mend.find(Scan(hurt)))
    assert mend(line) == line


def test_one_slip_is_no_lost_letter() -> None:
    for line in (
        "Hôm qua đi chợ mua đợc con cá ngon",
        "Tiếng Anh: lorc, cha và mẹ đều nớng cá tươi",
    ):
        assert mend(line) == line


def test_words_that_are_right_without_it_stay() -> None:
    line = "Cha mẹ cháu đợc báo trớc, cha cháu vui lắm"
    assert mend(line) == "Cha mẹ cháu được báo trước, cha cháu vui lắm"
    assert not find_dropped_horns("Sáng ngời trên vai áo mẹ, ma chê quỷ hờn")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Phờng Mờng Thanh", "Phường Mường Thanh"),
        ("Tự học ở trờng và thử sức với những bài nhạc ngời xa viết bằng đàn, từ lúc cha biết chữ "
         "cho đến khi làm thầy dạy hát ở hai xã vùng cao giáp núi, nơi ít ai lui tới bao giờ.",
         "Tự học ở trường và thử sức với những bài nhạc người xưa viết bằng đàn, từ lúc chưa biết "
         "chữ cho đến khi làm thầy dạy hát ở hai xã vùng cao giáp núi, nơi ít ai lui tới bao giờ."),
        ("Uống rợu ở vờn nhà, bàn chuyện thơng mại", "Uống rượu ở vườn nhà, bàn chuyện thương mại"),
    ],
)  # fmt: skip
def test_every_rhyme_that_needs_its_letter_tells(text: str, right: str) -> None:
    """The letters ừ, ứ, ử, ữ, ự and the capitals have other bytes: they say nothing."""
    assert Pipeline.preset("safe")(text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Nó đứng lặng nh- tượng, đ-ợc một lúc", "Nó đứng lặng như tượng, được một lúc"),
        ("Bài th- ch-a đ-ợc đọc", "Bài thư chưa được đọc"),
        ("Vừa lưu: đ-ợc nh- ý, ăn-ten, đi-văng", "Vừa lưu: được như ý, ăn-ten, đi-văng"),
        ("Hàng lưu niệm đ-ợc bán, hai ki-lô-mét", "Hàng lưu niệm được bán, hai ki-lô-mét"),
    ],
)  # fmt: skip
def test_words_together_tell_that_a_hyphen_is_a_letter(text: str, right: str) -> None:
    assert Pipeline.preset("safe")(text) == right


def test_all_that_tells_of_a_loss_is_found_by_its_ending() -> None:
    told = [
        form
        for form in hornless_syllables()
        if len(form) > 1 and not is_spellable(form) and set(restore_dropped(form)) & set(HORNED_O)
    ]
    assert len(told) > 100
    assert [form for form in told if dropped_horns._SHOWN.search(form) is None] == []


def test_in_a_text_with_some_horns_only_lines_that_tell_are_read() -> None:
    text = "Ngời dân đợc báo trớc\nNgời ta nói thế\nMưa lớn"
    assert [edit.start for edit in find_dropped_horns(text)] == [0, 9, 17]
