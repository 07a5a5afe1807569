"""The numbers of single decisions, each with a case on either side of its border."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vnclean.boilerplate import Boilerplate, classifier
from vnclean.boilerplate.document_form import is_data
from vnclean.boilerplate.line_patterns import (
    FACT,
    FORMULA,
    HEADING,
    ITEM,
    RULES,
    TAGS,
    PatternMatches,
    match_evidence,
    match_patterns,
)  # fmt: skip
from vnclean.boilerplate.lines import split_lines
from vnclean.boilerplate.overrides import certain_rules, content_lines, title_and_facts
from vnclean.boilerplate.page_features import NAMES, features

Floats = NDArray[np.float32]
ROW = {name: number for number, name in enumerate(NAMES)}


def columns(count: int, **rows: list[float]) -> Floats:
    """Return features of lines that are nothing but what is given."""
    out = np.zeros((len(NAMES), count), dtype=np.float32)
    for name, values in rows.items():
        out[ROW[name]] = values
    return out


def probabilities(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def spared(sizes: list[int], chances: list[float], **rows: list[float]) -> list[float]:
    """Return what is said of lines, a blank one before each, when what stays has been spared."""
    furniture = probabilities(*chances)
    metadata = probabilities(*rows.pop("metadata", [0.0] * len(sizes)))
    page = split_lines("\n\n".join("a" * size for size in sizes))
    known = columns(len(sizes), length=list(np.log1p(sizes)), **rows)
    classifier._spare(furniture, metadata, page, known, 0.85)
    return [round(float(each), 4) for each in furniture]


def test_a_page_of_which_little_is_left_loses_only_what_is_nearly_certain() -> None:
    for left, after in ((499, 0.5), (501, 0.9)):
        assert spared([left, 50, 50], [0.1, 0.9, 0.96]) == [0.1, after, 0.96]
    # With a sentence, or many lines that say what furniture says, it is a page.
    for rows in ({"prose": [0.6, 0, 0]}, {"hit": [0, 0.5, 0]}):
        for left, after in ((99, 0.5), (101, 0.9)):
            assert spared([left, 50, 50], [0.1, 0.9, 0.96], **rows) == [0.1, after, 0.96]
    few = {"hit": [0, 0.5, *[0.0] * 5]}
    menu = {"hit": [0, 0.5, 0.5, 0.5, *[0.0] * 16]}
    assert spared([99, *[50] * 19], [0.1, *[0.9] * 19], **menu)[1:] == [0.9] * 3 + [0.5] * 16
    assert spared([499, *[50] * 6], [0.1, *[0.9] * 6], **few)[1:] == [0.5] * 6


def test_a_page_that_would_lose_all_of_it_keeps_its_best_block() -> None:
    assert spared([90, 90, 90], [0.99, 0.98, 0.99]) == [0.99, 0.5, 0.99]
    for left, after in ((59, 0.5), (61, 0.99)):
        assert spared([left, 9000], [0.1, 0.99]) == [0.1, after]
    # A title alone is not what a page is about.
    assert spared([400, 9000], [0.1, 0.99], metadata=[0.6, 0]) == [0.1, 0.5]


def test_a_page_of_one_block_keeps_all_of_it() -> None:
    furniture = probabilities(0.99, 0.99)
    known = columns(2, length=[3, 3])
    classifier._spare(furniture, probabilities(0, 0), split_lines("a\nb"), known, 0.85)
    assert furniture.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("share", "rule"), [(0.31, "pager"), (0.29, "block")])
def test_a_rule_needs_its_share_of_the_line(share: float, rule: str) -> None:
    found = classifier._rules(columns(1, pager_share=[share]), np.array([True]))
    assert classifier._NAMES[found[0]] == f"boilerplate.{rule}"


def test_the_evidence_of_a_page_is_half_of_a_line() -> None:
    for line, evidence in (("trang chủ ở 123456", True), ("trang chủ ở 12345678", False)):
        known, _ = match_evidence([line])
        assert known.tolist() == [evidence]


def matches(*flags: int) -> PatternMatches:
    return PatternMatches(np.full(len(flags), -1, np.int8), np.array(flags, np.int8))


@pytest.mark.parametrize("flag", [ITEM, FACT])
def test_a_list_has_three_lines(flag: int) -> None:
    for count in (2, 3):
        lines = split_lines("\n".join(["Gạo tẻ"] * count))
        stays = content_lines(lines, columns(count), matches(*[flag] * count))
        assert stays.tolist() == [count == 3] * count


@pytest.mark.parametrize(
    ("flag", "row", "stays", "goes"),
    [
        (FACT, "hit", 0.24, 0.26),
        (FACT, "phone", 0, 1),
        (ITEM, "form_share", 0.49, 0.5),
        (ITEM, "date", 0, 1),
    ],
)
def test_what_speaks_against_a_list(flag: int, row: str, stays: float, goes: float) -> None:
    lines = split_lines("\n".join(["Gạo tẻ"] * 3))
    for value, kept in ((stays, True), (goes, False)):
        known = columns(3, **{row: [value] * 3})
        assert content_lines(lines, known, matches(flag, flag, flag)).tolist() == [kept] * 3


def test_a_list_below_the_heading_of_another_is_not_spared() -> None:
    lines = split_lines("\n".join(["Tin khác", *["Gạo tẻ"] * 3]))
    for share, kept in ((0.49, True), (0.5, False)):
        known = columns(4, related_share=[share, 0, 0, 0])
        assert content_lines(lines, known, matches(0, ITEM, ITEM, ITEM))[1:].all() == kept


@pytest.mark.parametrize(("count", "kept"), [(6, True), (7, False)])
def test_so_many_ways_to_get_in_touch(count: int, kept: bool) -> None:
    asks = "Mọi chi tiết xin liên hệ văn phòng"
    lines = split_lines("\n".join([asks, *["Điện thoại: 0200"] * count]))
    stays = content_lines(lines, columns(count + 1), matches(*[0] * (count + 1)))
    assert stays.tolist() == [kept] * (count + 1)


@pytest.mark.parametrize(
    ("asks", "way", "kept"),
    [("x" * 17 + " liên hệ", 150, True), ("x" * 16 + " liên hệ", 150, False),
     ("x" * 17 + " liên hệ", 160, False), ("x" * 17 + " liên hệ", 159, True)],
)  # fmt: skip
def test_the_sizes_of_contacts(asks: str, way: int, kept: bool) -> None:
    lines = split_lines(f"{asks}\n{'Email: '.ljust(way, 'a')}")
    assert content_lines(lines, columns(2), matches(0, 0)).tolist() == [kept, kept]


def rules_of(*lines: str) -> dict[int, str]:
    return certain_rules(split_lines("\n".join(lines)))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Lúa | Ngô | Khoai | Sắn | Đậu", True),
        ("Lúa | Ngô | Khoai | Sắn", False),
        (" | ".join(["a" * 35] * 5), True),
        (" | ".join(["a" * 36] * 5), False),
        (" | ".join(["a" * 17] * 20), True),
        (" | ".join(["a" * 18] * 20), False),
        ("Lúa. | Ngô | Khoai | Sắn | Đậu", False),
        ("1 | 2 | 3 | Sắn | Đậu", False),
    ],
)
def test_rows_of_entries_between_bars(line: str, found: bool) -> None:
    assert (rules_of("Làng ta", line, "Làng bên") == {1: "menu"}) is found


BODY = "Xã Hòa Lộc trồng thêm ba vạn cây đước, và cây đước năm ngoái đã cao bằng người. " * 2


def title_of(
    *lines: str, probability: float = 0.9, of_body: float = 0.1, body: str = BODY
) -> list[int]:
    page = split_lines("\n".join([*lines, body]))
    known = features(page)
    chance = np.full(len(page.text), probability)
    chance[-1] = of_body
    return title_and_facts(page, known, chance)


def test_the_title_of_a_page() -> None:
    title = "Hòa Lộc trồng thêm cây đước"
    assert title_of("Tin tức", title) == [1]
    assert title_of("Tin tức", title, "Giá: 120 đồng", "Mùa gặt") == [1, 2]
    # It says half of its words with the body, and has three of them and twelve characters.
    assert title_of("Tin tức", "Hòa Lộc vào mùa gặt") == [1]
    assert title_of("Tin tức", "Hòa Lộc vào mùa gặt mới") == []
    assert title_of("Tin tức", "Hòa Lộc cây") == title_of("Tin tức", "Hòa Lộc của và") == []
    assert title_of("Tin tức", "cây đước năm") == [1]
    # Not so far above, and only where lines above the body would go.
    assert title_of(title, *["Mùa gặt"] * 11) == [0]
    assert title_of(title, *["Mùa gặt"] * 12) == []
    assert title_of("Tin tức", title, probability=0.49) == []
    assert title_of("Tin tức", title, probability=0.5) == [1]
    assert title_of("Tin tức", title, of_body=0.49) == [1]
    assert title_of("Tin tức", title, of_body=0.5) == []
    # Of at most two hundred characters, all that is compared with the beginning of the body.
    assert title_of("Tin tức", title.ljust(200, "!")) == [1]
    assert title_of("Tin tức", title.ljust(201, "!")) == []
    late = "Trời mưa và gió to. " * 25
    assert title_of("Tin tức", title, body=late[:-40] + BODY) == [1]
    assert title_of("Tin tức", title, body=late + BODY) == []
    # What stands nearer, unless it says much less.
    assert title_of(title, "Hòa Lộc trồng thêm ngô khoai") == [0]
    assert title_of(title, "Hòa Lộc trồng thêm ba vạn ngô") == [1]


def test_the_lines_of_long_texts_get_their_features_when_they_are_classified(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A part, and what is kept in memory, change nothing but the time that it takes."""
    story = "Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân nhà bà Tư. " * 2
    text = "\n".join(["Trang chủ", "Tin tức", "Liên hệ", "Đăng nhập", *[story] * 20])
    found = Boilerplate().edits(text)
    assert found
    monkeypatch.setattr(classifier, "_MOST_IN_MEMORY", 10)
    assert Boilerplate().edits(text) == found


def read(line: str) -> tuple[str, int]:
    found = match_patterns([line])
    rule = int(found.rule[0])
    return RULES[rule] if rule >= 0 else "", int(found.flags[0])


@pytest.mark.parametrize(
    ("line", "fill", "flag", "most"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "-", FORMULA, 159),
        ("Từ khóa: ", "a", TAGS, 159),
        ("Tin liên quan", ":", HEADING, 60),
        ("Chuyện làng - xem tất cả", "»", HEADING, 60),
        ("- ", "a", ITEM, 10_000),
    ],
)
def test_the_most_characters_of_a_line_with_a_flag(
    line: str, fill: str, flag: int, most: int
) -> None:
    assert read(line.ljust(most, fill))[1] & flag
    assert most == 10_000 or not read(line.ljust(most + 1, fill))[1] & flag


@pytest.mark.parametrize(
    ("line", "fill", "rule", "most"),
    [
        ("Các trường bắt buộc được đánh dấu ", "a", "form", 220),
        ("In | Lưu | Gửi | ", "In | Lưu | Gửi | ", "share_bar", 119),
    ],
)
def test_the_most_characters_of_a_certain_line(line: str, fill: str, rule: str, most: int) -> None:
    line += fill * 220
    # A bar ends with a whole button, wherever it is cut.
    assert read(line[: most - 2] + "In" if rule == "share_bar" else line[:most])[0] == rule
    assert read(line[: most - 1] + "In" if rule == "share_bar" else line[: most + 1])[0] != rule


@pytest.mark.parametrize(
    ("line", "menu"),
    [
        ("Trang chủ Giới thiệu Liên hệ", True),
        ("Trang chủ Giới thiệu lúa ngô", False),
        ("Trang chủ Giới thiệu Tin tức Sản phẩm Tuyển dụng Liên hệ " + "lúa " * 50, True),
        ("Trang chủ Giới thiệu Tin tức Sản phẩm Tuyển dụng " + "lúa " * 50, False),
        ("Giới thiệu Tin tức Sản phẩm Tuyển dụng Liên hệ Thư viện " + "lúa " * 980, True),
        ("Giới thiệu Tin tức Sản phẩm Tuyển dụng Liên hệ Thư viện " + "lúa " * 990, False),
        ("--- title: a date: b tags: c layout: d " + "lúa " * 50 + "---", True),
        ("--- title: a date: b tags: c " + "lúa " * 50 + "---", False),
    ],
)
def test_menus_in_one_line(line: str, menu: bool) -> None:
    assert (read(line.strip())[0] == "menu") is menu


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["a;", "b;", "c", "d"], True),
        (["a;", "b;", "c", "d", "e"], False),
        (["a;", "b;"], False),
        (["00:01 --> 00:02", "1 --> 2", *["Trang chủ"] * 18], True),
        (["00:01 --> 00:02", "1 --> 2", *["Trang chủ"] * 19], False),
        (["00:01 --> 00:02", *["Trang chủ"] * 3], False),
        (['msgid "Home"', 'msgstr "Trang chủ"', "Liên hệ"], True),
        (['"Home": "Trang chủ"', "Liên hệ", "Tin tức"], False),
        (['"Home": "Trang chủ"', "}", "Tin tức"], True),
    ],
    ids=range(9),
)
def test_data_is_told_by_the_form_of_its_lines(lines: list[str], found: bool) -> None:
    assert is_data(lines) is found
