"""Page furniture in plain text: what goes, what stays, and that removal is a projection."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.call_counts import assert_linear
from vnclean.boilerplate import Boilerplate
from vnclean.boilerplate.inline import CLOSING, find_inline, may_hold_inline
from vnclean.boilerplate.line_network import LineNetworks, read_networks, write_networks
from vnclean.boilerplate.line_patterns import RULES, AskedLines, match_evidence, match_patterns
from vnclean.boilerplate.lines import lines_containing, removal_edits, split_lines
from vnclean.boilerplate.metadata import extract_metadata
from vnclean.boilerplate.page_features import NAMES, features
from vnclean.boilerplate.pattern_table import pattern_rows
from vnclean.errors import ConfigError, ModelError
from vnclean.transform import apply_edits

GOLDEN = Path(__file__).parents[1] / "golden"
NEGATIVE = sorted(
    path
    for folder in ("boilerplate", "boilerplate_held_out")
    for path in (GOLDEN / "negative" / folder).glob("*.txt")
)
PAGES = sorted((GOLDEN / "synthetic/boilerplate").glob("*.tsv"))
HELD_OUT = sorted((GOLDEN / "synthetic/boilerplate_held_out").glob("*.tsv"))
"""Pages that the shipped model never saw."""


def read_page(path: Path) -> list[tuple[str, str]]:
    """Return label and text of each line of a page; blank lines have the label of none."""
    lines = path.read_bytes().decode().rstrip("\n").split("\n")
    return [(cells[0] if len(cells) == 2 else "", cells[-1])
            for cells in (line.split("\t", 1) for line in lines)]  # fmt: skip


def cleaned(path: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """Return a page's labelled lines, and the lines that are left of it."""
    rows = read_page(path)
    kept = Boilerplate()("\n".join(text for _, text in rows)).split("\n")
    return rows, [line for line in kept if line]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_keep_their_text(path: Path) -> None:
    rows, kept = cleaned(path)
    content = [text for label, text in rows if label == "content"]
    assert [line for line in kept if line in content] == content


def test_pages_lose_their_furniture() -> None:
    furniture = left = 0
    for path in PAGES:
        rows, kept = cleaned(path)
        own = [text for label, text in rows if label == "boilerplate"]
        furniture += len(own)
        left += sum(text in kept for text in own)
    assert left <= 0.08 * furniture


def test_pages_never_seen_keep_nearly_all_of_their_text() -> None:
    content = lost = furniture = left = 0
    for path in HELD_OUT:
        rows, kept = cleaned(path)
        for label, text in rows:
            if label == "content":
                content += len(text)
                lost += len(text) * (text not in kept)
            elif label == "boilerplate":
                furniture += len(text)
                left += len(text) * (text in kept)
    assert len(HELD_OUT) >= 80
    assert lost <= 0.015 * content
    assert left <= 0.32 * furniture


def test_the_furniture_of_a_party_portal_goes_entirely() -> None:
    for stem in ("cong_dang_bo", "cong_huyen_bieu_mau", "cong_bieu_mau_hong"):
        path = next(path for path in PAGES if path.stem == stem)
        rows, kept = cleaned(path)
        assert kept == [text for label, text in rows if label in ("content", "metadata")]


KNOWN_FAILURES = {"b_dich_chu_giao_dien": "a list of the words of web pages looks like a menu"}
"""All-content documents that lose lines today; one that no longer does must leave this list."""
FURNITURE = [
    "Trang chủ", "Đăng nhập", "Tin liên quan", "Họ tên:(*)", "Nội dung:(*)", "Gửi bình luận",
    "Chia sẻ | In bài | Cỡ chữ", "Lượt truy cập: 12.345", "© 2020 Bản quyền thuộc về Báo Làng",
    "Hotline: 0900 000 000", "Mã xác nhận:", "Quên mật khẩu?", "Xem thêm", "Thứ sáu, 02/06/2023",
]  # fmt: skip
PROSE = [
    "Sáng nay trời trở lạnh, bà con trong xóm đốt lửa sưởi ấm và kể chuyện mùa màng năm ngoái.",
    "Ông Tư nói rằng lúa năm nay được mùa, nhưng giá lại thấp hơn mọi năm nên ai cũng lo.",
    "Chiều xuống.", "Gió thổi.", "– Một bát gạo", "Bài 1", "", " ", "\t", "1.", "Hết",
]  # fmt: skip
pages = st.lists(st.sampled_from(FURNITURE + PROSE), max_size=40).map("\n".join)


@pytest.mark.parametrize("path", NEGATIVE, ids=lambda path: path.stem)
def test_documents_that_are_all_content_stay(path: Path, request: pytest.FixtureRequest) -> None:
    if reason := KNOWN_FAILURES.get(path.stem):
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    text = path.read_bytes().decode()
    assert Boilerplate()(text) is text


def test_there_are_enough_such_documents() -> None:
    assert len(NEGATIVE) >= 140


@given(pages)
def test_removal_is_idempotent_and_only_removes_lines(text: str) -> None:
    clean = Boilerplate()(text)
    assert Boilerplate()(clean) == clean
    kept = iter(text.split("\n"))
    assert all(line in kept for line in clean.split("\n") if line.strip())


@given(pages)
def test_edits_replay_and_never_cut_a_line(text: str) -> None:
    edits = Boilerplate().edits(text)
    assert apply_edits(text, edits) == Boilerplate()(text)
    assert all(edit.rule in Boilerplate.rules and not edit.replacement for edit in edits)


@given(st.text(st.characters(), max_size=300))
def test_any_text_survives(text: str) -> None:
    clean = Boilerplate()(text)
    assert Boilerplate()(clean) == clean


@pytest.mark.parametrize(
    "text", ["", "\n", "\ud800\n\udfff", "İ\nİİ\nx", "\n" * 1000, "\x85\n\xa0\n\u200b"]
)
def test_odd_texts(text: str) -> None:
    assert Boilerplate()(text) == text


def test_metadata_is_recognised_and_dropped_on_request() -> None:
    body = "Sáng nay, xã tổ chức lễ ra quân làm thủy lợi, hơn hai trăm người tham gia đào đắp."
    text = f"Ra quân làm thủy lợi đầu xuân\n\nThứ hai, 05/02/2018 07:30\n\n{body}\n\nHải Yến\n"
    assert Boilerplate()(text) is text
    found = extract_metadata(text)
    assert found.title == "Ra quân làm thủy lợi đầu xuân"
    assert (found.date, found.byline) == ("2018-02-05T07:30:00", "Hải Yến")
    assert Boilerplate(metadata="drop")(text).strip() == body


def test_options_are_checked() -> None:
    with pytest.raises(ConfigError, match="keep, drop\\."):
        Boilerplate(metadata="perhaps")
    with pytest.raises(ConfigError, match="threshold"):
        Boilerplate(threshold=7)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["Trang chủ\n" * 20_000, "a b. " * 1_000_000, "- x\n" * 20_000],
    ids=["menu", "one line", "list"],
)
def test_hostile_texts_take_linear_work(text: str) -> None:
    assert_linear(Boilerplate(), text)


SENTENCE = "Cây cầu mới bắc qua suối đã thông xe sáng nay, bà con ai cũng vui"
CUT = [
    ". Chia sẻ | In bài | Cỡ chữ A- A+",
    ". Facebook | Zalo | Copy link",
    ". Chia sẻ | In bài Lượt xem: 12",
    ". >> Xem thêm: Lễ khánh thành cầu treo",
    ". »Xem thêm: Giá lúa tăng",
    ". Xem thêm: Những cây cầu dân sinh ở miền núi",
    ". > > Đọc thêm: Mùa nước nổi về sớm",
    ". Đọc tiếp >>",
    "... Xem thêm",
    "... Đọc tiếp",
    ". [Chi tiết]",
    ". (Xem thêm)",
    ". Lượt xem: 1.234",
    ". 1,2K lượt xem",
    ". Like Share 1,2K",
]
UNCUT = [
    ". Xem thêm: Trần Văn Bê (2010), tr. 15",
    ". Xem thêm: Luật Đất đai. Luật này có hiệu lực từ đầu năm.",
    ". Xem thêm phụ lục 2.",
    " [Xem thêm ở chương 2].",
    " và đọc tiếp",
    " rồi xem thêm.",
    ". Đọc tiếp tập sau.",
    ". Anh thích | em không thích",
    ". Nước sông lên | xuống theo con trăng",
    ". Chia sẻ với bà con là việc nên làm",
    ". Xem chi tiết ở bảng 3",
    ". Cả làng có 120 lượt người xem",
    " (Theo lời kể của ông Sáu)",
    " (theo VnExpress)",
]


@pytest.mark.parametrize("tail", CUT)
def test_furniture_behind_a_sentence_is_cut_out(tail: str) -> None:
    end = tail.index(" ")
    text = SENTENCE + tail[:end]
    assert Boilerplate()(SENTENCE + tail) == text
    page = f"{SENTENCE}, bà Tư nói.\n\n{SENTENCE}{tail}  \n\n{SENTENCE}.\n"
    assert Boilerplate()(page) == page.replace(tail + "  ", tail[:end])


@pytest.mark.parametrize("tail", UNCUT)
def test_what_the_author_says_behind_a_sentence_stays(tail: str) -> None:
    assert find_inline(SENTENCE + tail) == []


def test_a_bar_before_a_sentence_is_cut_out() -> None:
    assert Boilerplate()(f"Chia sẻ | In bài | Cỡ chữ A- A+ {SENTENCE}.") == f"{SENTENCE}."


@pytest.mark.parametrize("dateline", ["TPO - ", "(Dân trí) - ", "HNP - ", "(VTC News) – "])
@pytest.mark.parametrize("credit", [" (Theo Báo Làng)", " (Nguồn: TTXVN)", " Theo VnExpress"])
def test_datelines_and_credits_are_metadata(dateline: str, credit: str) -> None:
    text = f"{dateline}{SENTENCE}.{credit}"
    assert Boilerplate()(text) is text
    edits = Boilerplate(metadata="drop").edits(text)
    assert apply_edits(text, edits) == f"{SENTENCE}."
    assert {edit.rule for edit in edits} == {"boilerplate.metadata"}


pieces = st.sampled_from([SENTENCE, *CUT, *UNCUT, "TPO - ", " (Theo Báo Làng)", ". ", " "])


@given(st.lists(pieces, max_size=5).map("".join), st.booleans())
def test_what_is_left_of_a_line_stands_in_it_as_it_was(line: str, metadata: bool) -> None:
    at, rest = 0, ""
    for low, high, rule, confidence in find_inline(line, metadata):
        assert at <= low < high <= len(line)
        assert f"boilerplate.{rule}" in Boilerplate.rules
        assert 0.5 < confidence <= 1
        rest += line[at:low]
        at = high
    rest += line[at:]
    assert not rest or rest.strip() in line
    assert find_inline(rest, metadata) == []


@given(st.lists(st.sampled_from(["a", "", " ", "b", "x"]), max_size=12))
def test_lines_without_some_are_the_lines_of_the_text_without_them(rows: list[str]) -> None:
    text = "\n".join(rows)
    lines = split_lines(text)
    gone = {number: (1.0, "r") for number, line in enumerate(lines.text) if line == "x"}
    left = split_lines(apply_edits(text, removal_edits(lines, gone, len(text))))
    view = lines.without([number in gone for number in range(len(lines.text))])
    assert (left.text, list(left.before)) == (view.text, list(view.before))


# What each pattern of a certain rule finds, among them one for each way that they begin.
CERTAIN = [
    ("Email (*):", "form"), ("Số điện thoại *", "form"), ("Quên mật khẩu?", "form"),
    ("Các trường bắt buộc được đánh dấu *", "form"), ("* Đọc thêm: Mùa gặt", "article_list"),
    ("» Xem thêm Mùa gặt", "article_list"), ("Bạn đang xem: Cách trồng lúa", "article_list"),
    ("Cánh đồng mùa gặt - Ảnh 3.", "article_list"), ("A- A A+", ""), ("Cỡ chữ", "share_bar"),
    ("Share Facebook", "share_bar"), ("Like Share 12K", "share_bar"),
    ("12 lượt chia sẻ", "share_bar"),
    ("Theo dõi Báo Làng trên Google News", "share_bar"), ("Bình luận (12)", "comments"),
    ("Ý kiến bạn đọc (3)", "comments"), ("Bài viết có hữu ích với bạn không?", "comments"),
    ("Trình duyệt của bạn không hỗ trợ âm thanh", "banner"), ("Đăng ký kênh Làng Ta", "banner"),
    ("Toggle navigation", "menu"), ("×", "menu"), ("© 2022 Báo Làng", "footer"),
    ("Copyright 2020", "footer"), ("Bản quyền thuộc về Báo Làng", "footer"),
    ("Tổng số lượt truy cập: 1.234", "counter"), ("★★★★★ 12 đánh giá", "counter"),
    ("Quảng cáo", "banner"), ("Trang chủ > Tin tức", "menu"), ("Về đầu trang", "menu"),
    ("Thêm vào giỏ hàng", "shop"), ("Buy now", "shop"), ("Tin nông thôn›", "menu"),
    ("Diễn đàn > Nhà nông", "menu"), ("Vui lòng đăng nhập để gửi bình luận", "comments"),
    ("Chưa có bình luận nào.", "comments"), ("Trang 2 / 14", "pager"),
    ("Bài tiếp theo: Mùa gặt về", "pager"), ("Chương trước", "pager"),
    ("In bài | Gửi email", "share_bar"), ("Bạn đang ở: Tin tức >> Nhà nông", "menu"),
    ("Số lần đọc: 1288", "counter"), ("Đã xem 8.4k lần", "counter"), ("Lượt tải: 12", "counter"),
    ("37 đánh giá cho Nồi đất kho cá", "comments"), ("5 đánh giá cho thấy giá lúa tăng", ""),
    ("Bấm để chia sẻ trên Twitter (Mở trong cửa sổ mới)", "share_bar"),
    ("Chúng tôi sử dụng cookie, tiếp tục đọc nghĩa là bạn đồng ý.", "banner"),
    ("Trang này được sửa đổi lần cuối vào ngày 3 tháng 5.", "footer"),
    ("Next message: [làng] Họp xóm", "pager"), ("12 captures", "banner"),
    ("* [Trang chủ](/)", "menu"), ("[Lúa](/lua) | [Ngô](/ngo)", "menu"),
    ("* [Cách ủ phân](/u-phan)", ""), ("Trang chủ Giới thiệu Tin tức Liên hệ", "menu"),
    ("Trang chủ Google Việt Nam có hình bông lúa", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "rule"), CERTAIN)
def test_lines_that_speak_for_themselves(line: str, rule: str) -> None:
    for form in (line, line.upper()):
        found = int(match_patterns([form]).rule[0])
        assert (RULES[found] if found >= 0 else "") == rule


def test_a_row_of_entries_between_bars_is_a_menu_where_it_stands_alone() -> None:
    menu, table = "Lúa | Ngô | Khoai | Sắn | Đậu", "1 tạ | 2 tạ | 3 tạ | 4 tạ | 5 tạ"
    story = "Vụ này xã Hòa Lộc trồng thêm hai trăm mẫu ngô, ai nấy đều mong được giá hơn năm ngoái."
    end = "Gửi bình luận"
    assert Boilerplate()(f"{menu}\n{story}\n{story}\n{end}") == f"{story}\n{story}"
    rows = f"{story}\n{menu}\n{table}\n{story}"
    assert Boilerplate()(f"{rows}\n{end}") == rows
    # Where nothing speaks for a page, nothing goes.
    assert Boilerplate().edits(f"{menu}\n{story}\n{story}") == []


def test_ways_to_get_in_touch_stay_below_a_line_that_asks_for_it() -> None:
    story = "Xã Hòa Lộc nhận đơn xin học nghề trồng nấm đến hết tháng này, ai cũng có thể ghi tên."
    asks = "Mọi chi tiết xin liên hệ Hội Nông dân xã"
    ways = "Điện thoại: 0200 123 456\nEmail: nongdan@hoaloc.example\nĐịa chỉ: số 3, đường Bờ Kè"
    frame = "Trang chủ\nTin tức\nLiên hệ\nĐăng nhập"
    assert Boilerplate()(f"{story}\n{asks}\n{ways}\n{frame}") == f"{story}\n{asks}\n{ways}"


def test_without_evidence_of_a_page_nothing_goes() -> None:
    lines = ["Gạo tẻ", "Gạo nếp", "Đậu xanh", "Đậu đen", "Lạc nhân", "Vừng"] * 3
    assert not match_evidence(lines)[0].any()
    text = "\n".join(lines)
    assert Boilerplate().edits(text) == []
    # Where there is some, a list that the page is about stays.
    assert Boilerplate()("Trang chủ\nLiên hệ\nĐăng nhập\n" + text) == text


@pytest.mark.parametrize("tail", [
    "In bài / Gửi email", "Thích chia sẻ 12", "Chia sẻ lên Zalo / Facebook", "Cỡ chữ A- A+",
    "[Xem Lễ khánh thành", ">> Xem thêm: Lễ khánh thành", "Tham khảo ngay: Lễ khánh thành cầu",
    "[chi tiết...]", "đọc tiếp", "Lượt xem: 12", "12 lượt thích", "3 shares",
])  # fmt: skip
def test_furniture_in_a_line_is_foreseen(tail: str) -> None:
    line = f"Cầu đã thông xe sáng nay trong niềm vui của cả xã. {tail}"
    assert find_inline(line)
    assert may_hold_inline(line)
    assert AskedLines(line).may_be_page()


def test_a_date_is_no_bar_of_buttons() -> None:
    line = "03/08/2018 Cầu Hòa Lộc thông xe sáng nay trong niềm vui của cả xã."
    assert find_inline(line) == []
    assert find_inline(f"Cầu đã thông xe trong niềm vui của cả xã. {line[:10]}") == []


def test_contacts_are_looked_for_in_linear_work() -> None:
    lines = ["Địa chỉ liên hệ: số 3, đường Bờ Kè, xã Hòa Lộc"] * 10_000
    assert_linear(Boilerplate(), "\n".join(["Trang chủ", *lines]))


@given(st.lists(st.text(st.sampled_from("ab@.|\n"), max_size=12), max_size=9).map("\n".join))
def test_lines_that_hold_a_part(text: str) -> None:
    parts = ("@", "a.", "||")
    naive = {n for n, line in enumerate(text.split("\n")) if any(part in line for part in parts)}
    assert lines_containing(text, parts) == naive


@given(pages)
def test_a_line_looks_the_same_in_every_place(text: str) -> None:
    """What a line shows by itself does not depend on the lines beside it."""
    lines = split_lines(text)
    columns = features(lines)
    own = NAMES.index("date_alone") + 1
    for number, line in enumerate(lines.text):
        alone = features(split_lines(line))
        assert np.array_equal(columns[:own, number], alone[:own, 0])


def test_a_model_of_another_version_is_refused(tmp_path: Path) -> None:
    for network, header in (({"first": np.zeros((1, 2))}, {}), ({}, {"furniture": None})):
        path = tmp_path / "model.bin"
        write_networks([network], header, path)
        with pytest.raises(ModelError, match="does not fit this version"):
            read_networks(path)
    with pytest.raises(ModelError, match="does not fit this version"):
        LineNetworks([], {"features": ["no row"]})


ASKED = [
    "Trang chủ",
    "Mùa gặt đã về.",
    "Chia sẻ | In bài",
    "Tin liên quan",
    "Xóm Bãi >> Xem thêm: A",
]


@given(
    st.lists(st.sampled_from(ASKED), min_size=1, max_size=6),
    st.dictionaries(st.integers(0, 5), st.sampled_from(ASKED)),
)
def test_lines_that_are_replaced_are_asked_anew(lines: list[str], others: dict[int, str]) -> None:
    others = {number: line for number, line in others.items() if number < len(lines)}
    whole = [others.get(number, line) for number, line in enumerate(lines)]
    got = sorted(AskedLines("\n".join(lines)).replaced(others))
    assert got == list(AskedLines("\n".join(whole)))


ENDS = ["", " >> Xem thêm: Lễ khánh thành", " [Xem thêm]", " Chia sẻ | In bài", " Lượt xem: 12",
        " 12 lượt xem", "[Đọc tiếp]", "  Xem thêm ngay:  Mùa gặt trên đồi", " CHİA SẺ",
        "…\u3000(Xem)", " Theo dõi nhé.", " Hết.", "”"]  # fmt: skip


@given(st.lists(st.sampled_from(ENDS), max_size=5).map("".join))
def test_furniture_behind_a_sentence_is_what_all_patterns_in_one_find(end: str) -> None:
    line = "Cầu đã thông xe sáng nay, xóm vui." + end
    rows = pattern_rows("behind")
    every = re.compile(
        rf"[{re.escape(CLOSING)}](?:{'|'.join(f'({row.pattern})' for row in rows)})\s*$",
        re.IGNORECASE,
    )
    expected, high = [], len(line)
    while (tail := every.search(line, 19, high)) is not None:
        expected.append((tail.start() + 1, high, rows[(tail.lastindex or 1) - 1].rule))
        high = tail.start() + 1
    assert [span[:3] for span in find_inline(line)] == expected[::-1]
