"""Fonts: the name tells the charset, the case and the look."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from vnclean.charsets.fonts import charset_of_font, modern_font
from vnclean.charsets.table import find_charset


def _rows(name: str) -> list[list[str]]:
    table = files("vnclean.data").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in table.split("\n") if line and line[0] != "#"]


FONTS, LOOKS = _rows("fonts.tsv"), _rows("font_looks.tsv")


@pytest.mark.parametrize("row", FONTS, ids=lambda row: row[3])
def test_each_row_matches_its_example_and_not_its_counter_example(row: list[str]) -> None:
    pattern, charset, capitals, example, counter = row
    assert re.fullmatch(pattern, example, re.IGNORECASE)
    assert not re.fullmatch(pattern, counter, re.IGNORECASE)
    found = charset_of_font(example)
    if charset == "unicode":
        assert found is None
    else:
        assert found is not None
        assert (found.charset, found.capitals) == (find_charset(charset), capitals)


@pytest.mark.parametrize("row", LOOKS, ids=lambda row: row[2])
def test_each_look_has_an_example(row: list[str]) -> None:
    assert modern_font(row[2]) == row[1]


@pytest.mark.parametrize(
    ("name", "charset", "capitals"),
    [
        (".VnTime", "tcvn3", "none"),
        (".VnTimeH", "tcvn3", "all"),
        (".VNTIME", "tcvn3", "none"),
        (".vntimeh", "tcvn3", "all"),
        (".VnArial NarrowH", "tcvn3", "all"),
        (".VnTifani HeavyH Normal", "tcvn3", "all"),
        (".VnGothic", "tcvn3", "none"),
        (".VnUniverse", "tcvn3", "none"),
        ("ABCDEF+.VnTime", "tcvn3", "none"),
        (" VNI-Times ", "vni", "none"),
        ("VNI 08 Springtime2", "vni", "none"),
        ("Vni-Aptima", "vni", "none"),
        (".VNI-Times", "vni", "none"),
        ("VPS Times Hoa", "vps", "marked"),
        ("VI Times H", "viscii", "marked"),
        ("PhuongThaoH 1.1", "viscii", "marked"),
        ("VNtimes new roman", "vietware-x", "none"),
        ("VNarial", "vietware-x", "none"),
    ],
)
def test_known_fonts(name: str, charset: str, capitals: str) -> None:
    found = charset_of_font(name)
    assert found is not None
    assert (found.charset.name, found.capitals) == (charset, capitals)


@pytest.mark.parametrize(
    "name",
    ["", "Times New Roman", "Arial", "VnU-Times", "UTM Avo", "UVN Bai Sau", "SVN-Gotham", "Vivaldi",
     "Viner Hand ITC", "Verdana", "Vrinda", "Vn", "Vi", "VNF-Comic Sans", "Vladimir Script"],
)  # fmt: skip
def test_unicode_and_unknown_fonts(name: str) -> None:
    assert charset_of_font(name) is None


def test_capitals_keep_the_length() -> None:
    font = charset_of_font(".VnTimeH")
    assert font is not None
    assert font.shown("straße ŉ đường") == "STRAßE ŉ ĐƯỜNG"
    hoa = charset_of_font("VPS Times Hoa")
    assert hoa is not None
    assert hoa.shown("Hà nội") == "HÀ nỘi"
