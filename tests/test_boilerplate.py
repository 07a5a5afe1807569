"""Page furniture in plain text: what goes, what stays, and that removal is a projection."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.boilerplate import Boilerplate
from vnclean.errors import ConfigError
from vnclean.transform import apply_edits

NEGATIVE = sorted((Path(__file__).parent / "golden/negative/boilerplate").glob("*.txt"))
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
def test_documents_that_are_all_content_stay(path: Path) -> None:
    text = path.read_bytes().decode()
    assert Boilerplate()(text) is text


def test_there_are_enough_such_documents() -> None:
    assert len(NEGATIVE) >= 60


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


def test_options_are_checked() -> None:
    with pytest.raises(ConfigError, match="keep, drop"):
        Boilerplate(metadata="perhaps")
    with pytest.raises(ConfigError, match="threshold"):
        Boilerplate(threshold=7)
