"""HTML in, text out."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("resiliparse")

from vnclean.boilerplate.page import decode_page, extract_text
from vnclean.cli import main
from vnclean.formats.html import Html

STORY = [
    "Sáng nay, hàng trăm hộ dân ven sông đã trở về nhà sau ba ngày đi tránh lũ ở trường học.",
    "Nước rút nhanh hơn dự báo, nhưng đường vào xóm vẫn ngập bùn, xe máy chưa thể đi lại được.",
    "Chính quyền xã cho biết sẽ cấp gạo, nước uống và thuốc men cho bà con trong tuần này.",
]
HEAD = (
    "<html><head><title>Lũ rút</title><script>var a = 1;</script></head><body>"
    "<nav><ul><li><a href='/'>Trang chủ</a></li><li><a href='/tin'>Tin tức</a></li>"
    "<li><a href='/lh'>Liên hệ</a></li></ul></nav><div class='content'><h1>Dân trở về sau lũ</h1>"
)
FOOT = (
    "</div><aside><h3>Tin liên quan</h3><ul><li><a href='/1'>Giá xăng giảm</a></li>"
    "<li><a href='/2'>Mưa lớn ở miền Trung</a></li></ul></aside>"
    "<footer>© 2023 Báo Xóm. Giữ bản quyền.</footer></body></html>"
)
PAGE = HEAD + "".join(f"<p>{part}</p>\n" for part in STORY) + FOOT
TEXT = "Dân trở về sau lũ\n\n" + "\n\n".join(STORY)


def test_furniture_goes_and_title_and_text_stay() -> None:
    assert extract_text(PAGE) == TEXT


def test_captions_and_tables_in_figures_stay_without_alternative_texts() -> None:
    figure = (
        "<figure><table><tr><td>Thôn Đông</td><td>12 hộ</td></tr></table></figure>"
        "<figure><img src='a.jpg' alt='anh-1'><figcaption>Bà con dọn bùn</figcaption></figure>"
    )
    text = extract_text(PAGE.replace("</p>", "</p>" + figure, 1))
    assert "Bà con dọn bùn" in text
    assert "Thôn Đông" in text
    assert "anh-1" not in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "tcvn3", "viscii", "vni", "vps", "cp1258"])
def test_the_encoding_is_told_from_the_words(encoding: str) -> None:
    codec = "windows-1258-vi" if encoding == "cp1258" else encoding
    data = PAGE.replace("<head>", "<head><meta charset='iso-8859-1'>").encode(codec, "replace")
    page, found = decode_page(data)
    assert STORY[0] in unicodedata.normalize("NFC", page), found


def test_a_declared_encoding_is_taken_where_words_do_not_tell() -> None:
    data = "<meta charset=shift_jis><p>日本語のページです</p>".encode("shift_jis")
    assert "日本語" in decode_page(data)[0]


def test_the_command_line_writes_text(tmp_path: Path, capfdbinary: pytest.CaptureFixture) -> None:  # type: ignore[type-arg]
    page = tmp_path / "page.html"
    page.write_bytes(PAGE.replace("hàng trăm", "hàng trăm").encode("utf-8"))
    assert main(["clean", str(page), "-q"]) == 0
    assert capfdbinary.readouterr().out.decode() == TEXT + "\n"


def test_a_page_without_text_counts_as_a_record_without_one() -> None:
    chunk = next(Html().split([b"<html><body></body></html>"], 1))
    done = Html().rewrite(chunk, lambda field: field.text)
    assert (done.data, done.without, done.rejects) == (b"", 1, [])


MARKUP = [
    *("<p>", "</p>", "<a href='/'>", "</a>", "<div>", "</div>", "<li>", "&amp;", "<!--", "<h1>"),
    *("<", "Nước rút nhanh hơn dự báo, đường vào xóm vẫn ngập bùn.", "\ud800", "\0", "\n"),
]


@given(st.lists(st.sampled_from(MARKUP), max_size=40).map("".join))
@settings(max_examples=60, deadline=None)
def test_any_markup_survives(page: str) -> None:
    extract_text(page)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "<p>Nước rút nhanh hơn dự báo, đường vào xóm vẫn ngập bùn.</p>",
        "<div>" * 100_000 + "</div>" * 100_000,
        "<b>" * 100_000 + "à",
        "<" * 300_000,
        "<p>Nước rút nhanh hơn dự báo, đường vào xóm vẫn ngập bùn.</p>\n" * 20_000,
    ],
    ids=["deep", "closed", "inline", "brackets", "lines"],
)
def test_hostile_pages_take_little_time(page: str) -> None:
    began = time.process_time()
    extract_text(page)
    assert time.process_time() - began < 10


def test_a_page_becomes_a_text_file(tmp_path: Path) -> None:
    from vnclean.engine.plan import InputError, Reading, plan_cleaning

    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_text("<p>một</p>", encoding="utf-8")
    into = plan_cleaning([str(pages)], str(tmp_path / "out"), Reading())
    assert [task.target for task in into] == [tmp_path / "out" / "a.txt"]
    named = plan_cleaning([str(pages / "a.html")], str(tmp_path / "b.txt"), Reading())
    assert [task.target for task in named] == [tmp_path / "b.txt"]
    with pytest.raises(InputError, match="in place"):
        plan_cleaning([str(pages)], None, Reading(), in_place=True)
