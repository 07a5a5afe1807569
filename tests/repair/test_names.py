"""Names of persons: their places, and what stands there."""

from __future__ import annotations

import numpy as np
import pytest

import vnclean
from vnclean.language import ngram
from vnclean.repair.lossy.names import PLACES, in_names, places_in_names


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("Tr?n V?n Hùng", [1, 2, 3]),
        ("Tr?n Ð?c Th?ng ?", [1, 2, 3, 0]),
        ("?? V?n Hùng", [1, 2, 3]),
        ("ông Ki?u Hùng đến", [0, 4, 6, 0]),
        ("hôm qua trời mưa", [0, 0, 0, 0]),
        ("Chợ Cầu Ông Lãnh", [0, 0, 0, 0]),  # nobody is called Chợ
        ("NGUY?N V?N A", [0, 0, 0]),
        ("Lê Trần Bùi Ngô Phạm Vũ", [0] * 6),  # too long for a name
    ],
)
def test_places_of_names(line: str, places: list[int]) -> None:
    starts = np.cumsum([0, *(len(word) + 1 for word in line.split(" ")[:-1])])
    found = places_in_names([(7, line)], starts + 7)
    assert found.tolist() == places


def test_a_place_tells_what_stands_there() -> None:
    model = ngram.load()
    table = in_names()
    assert table.shape == (2 * len(PLACES), 4 * len(model.vocabulary))
    family, given = table[0], table[2]
    assert family[model.code("Kiều")] > family[model.code("Kiểu")]
    assert given[model.code("Đạt")] > 1 > 0 > given[model.code("Đất")]
    assert given[model.code("đạt")] < 0, "a name has a capital"
    assert (table[:, : 4 * len(ngram.CLASSES)] == 0).all(), "what is no word has no place"


def test_two_words_may_be_anything() -> None:
    model, table = ngram.load(), in_names()
    kiều = model.code("Kiều")
    assert table[0][kiều] > table[len(PLACES)][kiều] > 0


def test_a_name_is_mended_as_a_name() -> None:
    mended = vnclean.clean("Ông Tri?u Qu?c Ð?t và bà T? Th? Ki?u cùng ði ch?.")
    assert mended == "Ông Triệu Quốc Đạt và bà Tạ Thị Kiều cùng đi chợ."
