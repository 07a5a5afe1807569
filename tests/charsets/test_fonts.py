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


@pytest.mark.parametrize("row", FONTS, ids=lambda row: row[2])
def test_each_row_matches_its_example_and_not_its_counter_example(row: list[str]) -> None:
    pattern, charset, example, counter = row
    assert re.fullmatch(pattern, example, re.IGNORECASE)
    assert not re.fullmatch(pattern, counter, re.IGNORECASE)
    assert charset == "unicode" or find_charset(charset)
    assert charset_of_font(example) is find_charset(charset)


@pytest.mark.parametrize("row", LOOKS, ids=lambda row: row[2])
def test_each_look_has_an_example(row: list[str]) -> None:
    assert modern_font(row[2]) == row[1]


@pytest.mark.parametrize(
    ("name", "charset"),
    [
        (".VnTime", "tcvn3"),
        (".VnTimeH", "tcvn3-h"),
        (".VNTIME", "tcvn3"),
        (".vntimeh", "tcvn3-h"),
        (".VnArial NarrowH", "tcvn3-h"),
        (".VnTifani HeavyH Normal", "tcvn3-h"),
        (".VnGothic", "tcvn3"),
        (".VnUniverse", "tcvn3"),
        ("ABCDEF+.VnTime", "tcvn3"),
        (" VNI-Times ", "vni"),
        ("VNI 08 Springtime2", "vni"),
        ("Vni-Aptima", "vni"),
        (".VNI-Times", "vni"),
        ("VPS Times Hoa", "vps"),
        ("VI Times H", "viscii"),
        ("PhuongThaoH 1.1", "viscii"),
        ("VNtimes new roman", "vietware-x"),
        ("VNarial", "vietware-x"),
    ],
)
def test_known_fonts(name: str, charset: str) -> None:
    assert charset_of_font(name) is find_charset(charset)


@pytest.mark.parametrize(
    "name",
    ["", "Times New Roman", "Arial", "VnU-Times", "UTM Avo", "UVN Bai Sau", "SVN-Gotham", "Vivaldi",
     "Viner Hand ITC", "Verdana", "Vrinda", "Vn", "Vi", "VNF-Comic Sans", "Vladimir Script"],
)  # fmt: skip
def test_unicode_and_unknown_fonts(name: str) -> None:
    assert charset_of_font(name) is None
