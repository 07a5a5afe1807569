"""File names and labels whose lost letters became underscores."""

from __future__ import annotations

import pytest

from vnclean.channels import CHANNELS
from vnclean.pipeline import Pipeline
from vnclean.repair.lossy.transform import Lossy
from vnclean.repair.lossy.underscores import UNDERSCORES
from vnclean.scan import Scan

NAMES = [
    "Tổng hợp kết quả học tập.xlsx",
    "Kế hoạch phát triển kinh tế xã hội (dự thảo).pdf",
    "Danh sách học sinh - trường tiểu học.doc",
    "Biên bản họp phụ huynh đầu năm",
]
MEANT = [
    "user_name, user_id, is_set, has_items",
    "x_i y_i z_i t_n c_n",
    "for t_i in range(n_t): s_n += a_i",
    "the_end of_it is_a b_c",
    "_Open _Save _Close _Quit",
    "con m_o, con ch_, con g_",
    "___ ___ ___ điền vào chỗ trống ___",
    "_nhấn_ và _mạnh_ rồi _thôi_",
    "SELECT m_t, c_c, n_y FROM b_n",
]


def underscored(text: str) -> str:
    return CHANNELS["ascii_qmark"](text).replace("?", "_")


@pytest.mark.parametrize("text", NAMES)
def test_a_file_name_comes_back(text: str) -> None:
    assert Pipeline.preset("standard")(underscored(text)) == text
    assert Pipeline.preset("safe")(underscored(text)) == underscored(text)


def test_it_comes_back_between_other_lines() -> None:
    text = f"Các tệp đã gửi:\n{underscored(NAMES[0])}\nHết."
    assert Lossy()(text) == text.replace(underscored(NAMES[0]), NAMES[0])
    rules = {edit.rule for edit in Lossy().find(Scan(text)) if edit.applies(None)}
    assert rules == {UNDERSCORES}


@pytest.mark.parametrize("text", MEANT)
def test_underscores_that_are_meant_stay(text: str) -> None:
    assert Lossy()(text) is text
