"""Transform `duplicates`: what a page says twice by mistake goes, what repeats by art stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import anything

import vnclean
from tests.call_counts import assert_linear
from vnclean.boilerplate import Duplicates
from vnclean.scan import Scan
from vnclean.transform import Safety, apply_edits

RUN = Duplicates()
BODY = (
    "Từ tờ mờ sáng, hàng trăm người dân hai bên bờ đã có mặt để chờ giây phút chiếc cầu mới chính "
    "thức thông xe, nối liền hai xã sau hơn bốn mươi năm phải qua lại bằng đò ngang."
)
MORE = (
    "Ông Sáu Lành, người lái đò lâu năm nhất bến, cho biết ông sẽ giữ lại con đò nhỏ để kể cho các "
    "cháu nghe chuyện ngày xưa, khi mùa nước nổi về thì cả làng phải dậy từ canh ba để qua sông."
)
LAST = (
    "Theo kế hoạch, đoạn đường dẫn còn lại sẽ được hoàn thành trước mùa mưa năm sau, và chợ xã "
    "cũng sẽ được dời về gần chân cầu để bà con buôn bán thuận tiện hơn trước."
)
TITLE = "Người dân vui mừng ngày khánh thành cầu mới"
CAPTION = "Bà con hai xã chen chân trên cầu trong sáng khánh thành"


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (f"{TITLE}\n\n{TITLE}\n\n{BODY}", f"{TITLE}\n\n{BODY}", "title"),
        (f"{TITLE}\n12/05/2021\n{TITLE}\n{BODY}", f"{TITLE}\n12/05/2021\n{BODY}", "title"),
        (f"{TITLE.upper()}\n{TITLE}\n{BODY}", f"{TITLE.upper()}\n{BODY}", "title"),
        (
            f"{BODY}\n{CAPTION}\n{CAPTION}. Ảnh: Minh Tâm\n{MORE}",
            f"{BODY}\n{CAPTION}. Ảnh: Minh Tâm\n{MORE}",
            "caption",
        ),
        (
            f"{BODY}\n{CAPTION} (Ảnh minh họa: TL)\n{CAPTION}\n{MORE}",
            f"{BODY}\n{CAPTION} (Ảnh minh họa: TL)\n{MORE}",
            "caption",
        ),
        (f"{MORE}\n{BODY} {CAPTION}.\n{CAPTION}.\n{LAST}", f"{MORE}\n{BODY} {CAPTION}.\n{LAST}",
         "sentence"),
        (f"{BODY}\n{MORE}\n{MORE}", f"{BODY}\n{MORE}", "line"),
        (f"{BODY}\n{CAPTION}\n{CAPTION}.\n{MORE}", f"{BODY}\n{CAPTION}.\n{MORE}", "line"),
        ("\n".join([TITLE, BODY, MORE, LAST] * 2), "\n".join([TITLE, BODY, MORE, LAST]), "article"),
    ],
)  # fmt: skip
def test_what_is_said_twice_goes(before: str, after: str, rule: str) -> None:
    edits = RUN.edits(before)
    assert RUN.concerns(Scan(before))
    assert {edit.rule for edit in edits} == {f"duplicates.{rule}"}
    assert apply_edits(before, edits) == after


VERSE = """Sông dài cá lội biệt tăm
Đôi bờ lau trắng ngàn năm vẫn chờ
À ơi, con nước vẩn vơ
À ơi, con nước vẩn vơ
Mang theo câu hát bến bờ ngày xưa
À ơi, con nước vẩn vơ"""


@pytest.mark.parametrize(
    "text",
    [
        VERSE,
        f"Sông dài cá lội biệt tăm nơi nào\n{VERSE}",
        "Sóng vỗ về đâu hỡi bạn lòng\nSóng vỗ về đâu hỡi bạn lòng\nMà sao nghe tiếng gọi mênh mông",
        f"{BODY}\n- Không, tôi không đi đâu hết, tôi ở lại đây với má!\n"
        f"- Không, tôi không đi đâu hết, tôi ở lại đây với má!\n{MORE}",
        f"{BODY}\n| Cán bộ phụ trách khu vực phía đông thành phố | 12 |\n"
        f"| Cán bộ phụ trách khu vực phía đông thành phố | 12 |\n{MORE}",
        f"{BODY}\nNhân viên bán hàng khu vực miền Tây Nam Bộ\t1\n"
        f"Nhân viên bán hàng khu vực miền Tây Nam Bộ\t1\n{MORE}",
        f"{BODY}\n1. Rửa sạch rau, để ráo nước rồi cắt khúc vừa ăn\n"
        f"1. Rửa sạch rau, để ráo nước rồi cắt khúc vừa ăn\n{MORE}",
        f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{BODY}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{MORE}",
        "\n".join([f"Căn cứ Luật Tổ chức chính quyền địa phương số {n};" for n in (1, 2, 3)] * 2),
        "\n".join(["Điều 1. Phạm vi điều chỉnh", BODY, MORE, LAST] * 2),
        "\n".join([BODY, MORE, LAST] * 3),
        f"{BODY}\n{CAPTION}\n{MORE}\n{CAPTION}\n{LAST}",
        "Anh về hồi nào vậy?\nAnh về hồi nào vậy?",
        f"{TITLE}\n{TITLE}. Đó là điều ai cũng nói.\n{BODY}",
    ],
)
def test_what_repeats_on_purpose_stays(text: str) -> None:
    assert RUN(text) is text


def test_a_heading_that_the_paragraph_repeats_is_only_suggested() -> None:
    text = f"{TITLE}\n{BODY}\n{CAPTION}\n{CAPTION}. {MORE}"
    (edit,) = RUN.find(Scan(text))
    assert edit.safety is Safety.SUGGEST
    assert text[edit.start : edit.end] == CAPTION


PIECES = [
    TITLE,
    BODY,
    MORE,
    LAST,
    CAPTION,
    f"{CAPTION}.",
    f"{CAPTION}. Ảnh: Hà My",
    "",
    " ",
    "À ơi",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("\n".join))
@settings(max_examples=200)
def test_it_is_idempotent_and_removes_whole_lines(text: str) -> None:
    once = RUN(text)
    assert RUN(once) == once
    assert set(once.split("\n")) <= set(text.split("\n")) | {""}
    assert {line.strip(" .") for line in text.split("\n")} - {""} <= {
        line.strip(" .") for line in once.split("\n")
    } | {CAPTION}
    if once != text:
        assert RUN.concerns(Scan(text))


@pytest.mark.slow
@given(anything())
def test_any_text_survives(text: str) -> None:
    edits = RUN.edits(text)
    left = apply_edits(text, edits)
    assert {edit.replacement for edit in edits} <= {""}
    assert RUN(left) == left  # of everything one is left


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", [f"{BODY}\n", f"{BODY}\n{MORE}\n", "à\n", "\n", f"{CAPTION}\n{CAPTION}.\n", "ơ " * 50]
)
def test_hostile_texts_take_linear_work(unit: str) -> None:
    assert_linear(lambda text: (RUN.concerns(Scan(text)), RUN(text)), unit * 8_000)


SAID = (
    "Sáng nay, hơn hai trăm đoàn viên và bà con xã Hòa Lộc đã xuống bãi bồi trồng thêm ba vạn cây "
    "đước, nối liền vạt rừng phòng hộ với cửa biển."
)
ADDED = (
    "Theo ủy ban xã, đước trồng năm ngoái đến nay sống được chín phần mười, nhiều cây đã cao bằng "
    "đầu người và giữ được phù sa sau mấy mùa gió chướng."
)
TOLD = (
    "Ông Sáu Đước, người giữ rừng lâu nhất, nói rằng hồi trước chỗ này chỉ toàn bùn, ghe vào còn "
    "mắc cạn, nay thì chim về làm tổ kín cả ngọn cây."
)
HEADLINE = "Xã Hòa Lộc trồng thêm ba vạn cây đước"
PICTURE = "Bà con chuyển cây giống ra bãi bồi"


@pytest.mark.parametrize(
    ("page", "once"),
    [
        ([HEADLINE, HEADLINE, SAID, ADDED], [HEADLINE, SAID, ADDED]),
        ([HEADLINE, "09/07/2020", HEADLINE, SAID], [HEADLINE, "09/07/2020", SAID]),
        (
            [HEADLINE, SAID, PICTURE, f"{PICTURE}. Ảnh: Hải Yến", ADDED],
            [HEADLINE, SAID, f"{PICTURE}. Ảnh: Hải Yến", ADDED],
        ),
        ([SAID, SAID, ADDED], [SAID, ADDED]),
        ([HEADLINE, SAID, ADDED, TOLD] * 2, [HEADLINE, SAID, ADDED, TOLD]),
        (["Hò ơ, con nước ròng", "Ai về bến cũ"] * 3, ["Hò ơ, con nước ròng", "Ai về bến cũ"] * 3),
        (
            ["Điều 1. Thôn tự bầu ra ba người trông coi đê điều.", "Độc lập - Tự do - Hạnh phúc"]
            * 2,
            ["Điều 1. Thôn tự bầu ra ba người trông coi đê điều.", "Độc lập - Tự do - Hạnh phúc"]
            * 2,
        ),
    ],
    ids=["title", "title and date", "caption", "paragraph", "article", "refrain", "law"],
)
def test_what_a_page_says_twice_in_preset_web(page: list[str], once: list[str]) -> None:
    assert vnclean.clean("\n\n".join(page), preset="web") == "\n\n".join(once)
