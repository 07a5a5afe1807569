"""Unicode and TCVN3 that a converter took for VNI: told by words that are none, and decoded."""

from __future__ import annotations

import re
from itertools import zip_longest

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vnclean.repair import wrong_converter
from vnclean.repair.legacy import Legacy
from vnclean.repair.wrong_converter import find_wrong_conversions, read_as_vni
from vnclean.scan import Scan
from vnclean.transform import apply_edits

mend = Legacy()
LINES = (
    "Công ty còn nợ tiền phòng, không có ai trả",
    "Ông tôi trồng mấy gốc hồng, mùa nào cũng có quả ngon",
    "TOÀN BỘ HỒ SƠ CỦA PHÒNG KẾ TOÁN KHÔNG CÒN",
    "Chuyến tàu đêm đã rời ga, khách ngồi trong toa không đông như mọi hôm",
)


@pytest.mark.parametrize("line", LINES)
def test_lines_come_back(line: str) -> None:
    hurt = read_as_vni(line)
    assert hurt != line
    assert mend(hurt) == line
    assert mend(hurt) == apply_edits(hurt, mend.find(Scan(hurt)))
    assert mend(line) == line


def test_only_the_lines_that_went_through() -> None:
    whole, part = LINES[0], read_as_vni(LINES[1])
    assert mend(f"{whole}\n{part}\n{whole}") == f"{whole}\n{LINES[1]}\n{whole}"
    assert mend(f"{part}\n{whole}\n{part}\n") == f"{LINES[1]}\n{whole}\n{LINES[1]}\n"


def test_words_that_stay() -> None:
    for line in (
        "Thơ ca dân gian ngợi ca người nông dân, nĩi cịn phịng",  # with ô: no converter did that
        "Cơn mưa chiều làm ướt mái hiên, đàn gà con tơi tả chạy về",
        "Đồn trưởng tồn kho hai tấn gạo, tốn kém vì giữ lâu",
        "Trị bệnh cứu người, vị bác sĩ già trị liệu rất mực tận tình",
    ):
        assert mend(line) == line


def test_a_lost_horn_is_no_converter() -> None:
    # Without any ư in the text, ơ before ng may be what is left of ương as well.
    found = {
        edit.replacement for edit in find_wrong_conversions("Nhà trờng mở đờng, phơng này lơng cao")
    }
    assert not found & {"phông", "lông"}


def test_tcvn3() -> None:
    line = "Kế hoạch phát triển kinh tế, chuyển đổi nghề của ngư dân"
    shown = line.encode("tcvn3").decode("cp1252")
    assert mend(read_as_vni(shown)) == line


PIECES = ["công", "cịn", "cĩ", "khơng", "tơi", "nĩi", "vơ", "ơng", "tồn", "hơn", "mơn", "Ơn", "ở"]


@given(st.lists(st.sampled_from([*PIECES, "\n", "\r", "\x85", "\u2028"]), max_size=9).map(" ".join))
def test_the_quick_look_misses_no_line_of_the_converter(text: str) -> None:
    lines = wrong_converter._converted_lines(text, range(len(text)))
    told = [wrong_converter._endings(text, *at) for at in lines]
    slow = any(len(words) > 1 or not words <= wrong_converter._LOOSE for words in told)
    assert wrong_converter.may_be_converted(Scan(text)) is slow


@pytest.mark.parametrize("text", ["tốt hơn nhiều lần", "ơn trên", "cơn mưa", "phương hướng"])
def test_words_of_clean_text_are_none_of_its_places(text: str) -> None:
    assert Scan(text).places(wrong_converter.CONVERTED) == []


@pytest.mark.parametrize("text", ["ông và tơi vơ", "tồn tại và tồn kho", "một tồn, hai Tồn"])
def test_places_in_clean_text_need_no_closer_look(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = Scan(text)
    assert scan.places(wrong_converter.CONVERTED)
    monkeypatch.setattr(wrong_converter, "_converted_lines", None)
    assert wrong_converter.may_be_converted(scan) is False


PARTS = st.lists(
    st.sampled_from(["cơng ty", "cô ấy", "cịn hai phịng", "ò", "xin", "", "tồn bộ khơng"]),
    max_size=6,
)


@example(["cơng ty", "cô ấy", "ò", "cơng ty"], ["\n", "\n", "\r\n"])
@given(PARTS, st.lists(st.sampled_from(["\n", "\r\n", "\x85", "\u2028", "\x0b"]), max_size=6))
def test_runs_of_lines_around_places_are_those_of_all_lines(
    lines: list[str], ends: list[str]
) -> None:
    text = "".join(line + end for line, end in zip_longest(lines, ends, fillvalue="\n"))
    runs, start, end = [], 0, 0
    for line in text.splitlines(keepends=True):
        if not wrong_converter._is_unchanged(line):
            runs.append((start, end))
            start = end + len(line)
        end += len(line)
    runs.append((start, end))
    places = [found.start() for found in re.finditer("[cpt]", text)]
    wanted = [run for run in runs if any(run[0] <= at < run[1] for at in places)]
    assert list(wrong_converter._converted_lines(text, places)) == wanted
