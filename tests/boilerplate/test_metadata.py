"""What a page says about its text: dates, bylines, credits, captions, datelines, sections."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.boilerplate import Boilerplate
from vnclean.boilerplate.metadata import extract_metadata
from vnclean.errors import ConfigError

TITLE = "Xã Hòa Lộc trồng thêm ba vạn cây đước"
BODY = (
    "Sáng nay, hơn hai trăm đoàn viên và bà con xã Hòa Lộc đã xuống bãi bồi trồng thêm ba vạn cây "
    "đước, nối liền vạt rừng phòng hộ với cửa biển."
)
MORE = (
    "Theo ủy ban xã, đước trồng năm ngoái đến nay sống được chín phần mười, nhiều cây đã cao bằng "
    "đầu người và giữ được phù sa sau mấy mùa gió chướng."
)

DATES = [
    ("09/07/2020", "2020-07-09"),
    ("9/7/2020", "2020-07-09"),
    ("09-07-2020", "2020-07-09"),
    ("09.07.2020", "2020-07-09"),
    ("2020-07-09", "2020-07-09"),
    ("2020-07-09T18:48:18", "2020-07-09T18:48:18"),
    ("THỨ NĂM, 09/07/2020 18:48:18", "2020-07-09T18:48:18"),
    ("Thứ năm, 09/07/2020", "2020-07-09"),
    ("Thứ 5, ngày 09/07/2020, 18:48", "2020-07-09T18:48:00"),
    ("Chủ nhật, 12/07/2020 07:05 (GMT+7)", "2020-07-12T07:05:00"),
    ("Chủ Nhật ngày 12/07/2020", "2020-07-12"),
    ("Ngày đăng: 09/07/2020", "2020-07-09"),
    ("Ngày đăng tin: 09/07/2020 | 18:48", "2020-07-09T18:48:00"),
    ("Cập nhật lúc: 18:48 09/07/2020", "2020-07-09T18:48:00"),
    ("Cập nhật ngày 09/07/2020 lúc 18h48", "2020-07-09T18:48:00"),
    ("18:48 | 09/07/2020", "2020-07-09T18:48:00"),
    ("18h48, ngày 9/7/2020", "2020-07-09T18:48:00"),
    ("18 giờ 48 phút, 09/07/2020", "2020-07-09T18:48:00"),
    ("09/07/2020 06:48 PM", "2020-07-09T18:48:00"),
    ("09/07/2020 12:05 AM", "2020-07-09T00:05:00"),
    ("09/07/2020 6:48 CH", "2020-07-09T18:48:00"),
    ("Ngày 9 tháng 7 năm 2020", "2020-07-09"),
    ("9 tháng 7, 2020", "2020-07-09"),
    ("9 Tháng Bảy, 2020", "2020-07-09"),
    ("Tháng Bảy 9, 2020", "2020-07-09"),
    ("Tháng Mười Hai 31, 2020", "2020-12-31"),
    ("9 tháng Chạp, 2020", "2020-12-09"),
    ("09/07/2020 15:05 AM", "2020-07-09T15:05:00"),
]
NO_DATES = ["Chiều 9.7", "09/07", "31/02/2020", "40/13/2020", "Tháng 7 năm 2020", "0900.000.2020"]
BYLINES = [
    "HOÀNG BIÊN",
    "Huy Kiên",
    "Trần Thị Bích Hằng",
    "T/h: Bảo Ngọc – Văn Thắng",
    "Hoàng Thị Loan - Đảng ủy Khối",
    "Bài và ảnh: Nguyễn An",
    "Bài, ảnh: NGUYỄN AN",
    "Tin, ảnh: Hải Yến - Minh Đức",
    "Tác giả: Lê Văn Sáu",
    "Thực hiện: Nhóm phóng viên",
    "Nguyễn An (tổng hợp)",
    "PV: Thu Hà",
]
SOURCES = [
    "Theo Báo Làng",
    "Nguồn: TTXVN",
    "(Theo Làng Mới)",
    "Theo: http://vidu.vn",
    "Nguồn tin: Đài xã",
]
CAPTIONS = [
    "Đồng chí Trần Văn Bê phát biểu tại hội nghị",
    "Lãnh đạo huyện trao tặng cây giống cho các hộ dân",
    "Quang cảnh buổi ra quân trồng rừng",
    "Các đại biểu chụp ảnh lưu niệm",
    "Bà con chuyển cây giống ra bãi bồi. Ảnh: Hải Yến",
    "Đước con trong vườn ươm của hợp tác xã (Ảnh: Minh Đức)",
]


def page(*above: str, below: tuple[str, ...] = ()) -> str:
    return "\n\n".join([TITLE, *above, BODY, MORE, *below])


@pytest.mark.parametrize(("stamp", "date"), DATES)
def test_dates(stamp: str, date: str) -> None:
    assert extract_metadata(page(stamp)).date == date
    assert extract_metadata(page(stamp)).title == TITLE
    assert extract_metadata(page().replace(TITLE, f"{TITLE} ({stamp})")).date in (date, "")


@pytest.mark.parametrize("stamp", NO_DATES)
def test_what_is_no_whole_date_is_left_alone(stamp: str) -> None:
    assert extract_metadata(page(stamp)).date == ""


@pytest.mark.parametrize("byline", BYLINES)
def test_bylines(byline: str) -> None:
    assert extract_metadata(page(below=(byline,))).byline == byline


@pytest.mark.parametrize("byline", ["Tác giả: Lê Văn Sáu", "bởi Minh Đức", "Đăng bởi: Hải Yến"])
def test_bylines_below_the_title(byline: str) -> None:
    found = extract_metadata(page("09/07/2020", byline))
    assert (found.title, found.byline) == (TITLE, byline)


@pytest.mark.parametrize("source", SOURCES)
def test_sources(source: str) -> None:
    assert extract_metadata(page(below=("Huy Kiên", source))).source == source
    assert extract_metadata(page(below=(source,))).source == source


def test_sources_and_datelines_in_a_line() -> None:
    text = page().replace(BODY, f"TPO - {BODY}") + " (Theo VnExpress)"
    found = extract_metadata(text)
    assert (found.dateline, found.source) == ("TPO", "(Theo VnExpress)")
    assert extract_metadata(page().replace(BODY, f"(Dân trí) - {BODY}")).dateline == "Dân trí"


@pytest.mark.parametrize("caption", CAPTIONS)
def test_captions(caption: str) -> None:
    assert extract_metadata("\n\n".join([TITLE, BODY, caption, MORE])).captions == (caption,)


def test_captions_without_credit_stand_between_sentences_or_near_the_end() -> None:
    for below, found in ((2, True), (3, False)):
        text = "\n\n".join([TITLE, BODY, CAPTIONS[0], *["Mùa gặt"] * below])
        assert (extract_metadata(text).captions == (CAPTIONS[0],)) is found


def test_a_caption_has_at_most_so_many_characters() -> None:
    for size, found in ((240, True), (241, False)):
        caption = "Bà con chuyển cây giống".ljust(size - 38, "a") + ". Ảnh: Hải Yến".ljust(38, "a")
        assert len(caption) == size
        text = "\n\n".join([TITLE, BODY, caption, MORE])
        assert (extract_metadata(text).captions == (caption,)) is found


@pytest.mark.parametrize(
    "heading", ["Chín phần mười cây sống", "1. Giống cây", "Bà con phát biểu:", "Vì sao chọn đước?"]
)
def test_headings_are_no_captions(heading: str) -> None:
    assert extract_metadata("\n\n".join([TITLE, BODY, heading, MORE])).captions == ()


@pytest.mark.parametrize(
    ("crumbs", "category"),
    [
        ("Trang chủ > Tin tức > Nông thôn", "Tin tức > Nông thôn"),
        ("Trang chủ » Tin xã", "Tin xã"),
        ("Home / Tin tức / Môi trường", "Tin tức > Môi trường"),
    ],
)
def test_the_path_of_sections(crumbs: str, category: str) -> None:
    assert extract_metadata(crumbs + "\n" + page()).category == category


def test_dropped_is_what_is_recognised() -> None:
    text = page("THỨ NĂM, 09/07/2020 18:48:18", below=("HOÀNG BIÊN",))
    assert Boilerplate()(text) is text
    assert Boilerplate(metadata="drop")(text).strip() == f"{BODY}\n\n{MORE}"


def test_what_extracts_into_records_is_no_option_of_the_step() -> None:
    with pytest.raises(ConfigError, match="keep, drop"):
        Boilerplate(metadata="extract")


PIECES = [
    "Thứ năm, 09/07/2020 18:48", "32/13/2020", "Ảnh: Minh Hà", "Theo TTXVN", "29/02/2021 25:61",
    "Mưa ngập phố (20:05 01/07/2020)", "TPO - ", "\n", " ", "Nguyễn Văn Bảy", "Thời sự > Đời sống",
    "Nước lên nhanh, cả phố ngập. " * 5,
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9), max_size=12).map("".join))
def test_of_any_text_nothing_is_said_that_is_not_in_it(text: str) -> None:
    found = extract_metadata(text)
    letters = Counter(filter(str.isalpha, text))
    said = (found.title, found.byline, found.source, found.dateline, found.category)
    for value in (*said, *found.captions):
        assert Counter(filter(str.isalpha, value)) <= letters
        assert value == value.strip()
    if found.date:
        assert datetime.fromisoformat(found.date)
