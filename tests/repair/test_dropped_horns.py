"""TCVN3 text that lost its ư and is Unicode now: told by syllables that can't be."""

from __future__ import annotations

import pytest

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
