"""UTF-8 shown in charsets of East Asia comes back; their languages beside ours stay."""

from __future__ import annotations

import pytest

from vnclean.repair.double_byte import find_double_byte
from vnclean.repair.mojibake import Mojibake
from vnclean.scan import Scan
from vnclean.transform import apply_edits

mend = Mojibake()
LINE = "Cửa hàng cà phê ngoài ngõ mở cửa từ sáng sớm, khách quen ngồi kín cả dãy bàn gỗ"


def shown(text: str, charset: str) -> str:
    return text.encode().decode(charset, "replace").replace("\ufffd", "?")


@pytest.mark.parametrize("charset", ["gbk", "cp949", "big5", "shift_jis"])
def test_lines_come_back(charset: str) -> None:
    hurt = shown(LINE, charset)
    made = mend(hurt)
    right = sum(a == b for a, b in zip(made.split(), LINE.split(), strict=True))
    assert right >= len(LINE.split()) - 2
    edits = [edit for edit in mend.find(Scan(hurt)) if edit.applies(None)]
    assert made == apply_edits(hurt, edits)
    assert mend(made) == made


@pytest.mark.parametrize(
    "line",
    [
        "Quán ăn 北京 ở phố cổ, món 小籠包 rất ngon, giá 200k, gọi trước",
        "Nhóm BTS방탄소년단 và IU아이유 diễn ở Seoul서울 tối qua",
        "Vitamin C維生素 và kẽm Zn鋅, bổ sung B群 mỗi ngày",
        "カタカナのｶﾀｶﾅ、Windowsｳｨﾝﾄﾞｳｽﾞ、Officeｵﾌｨｽ",
        "中文abc文字def混合ghi",
    ],
)
def test_other_languages_stay(line: str) -> None:
    assert mend(line) == line
    assert not find_double_byte(line)
