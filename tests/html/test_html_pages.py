"""HTML in, text out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("selectolax")

from tests.call_counts import assert_linear_between
from vnclean.cli import main
from vnclean.formats.html_pages import Html, decode_page
from vnclean.html.line_classifier import extract_text, render_text
from vnclean.html.lines import read_lines
from vnclean.html.parsing import parse
from vnclean.html.regions import REGIONS, regions_in_name

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


def lines_of(page: str) -> list[str]:
    return read_lines(parse(page)).text


def test_breaks_entities_and_white_space() -> None:
    page = "<p>Nước &lt;sâu&gt;&nbsp;&amp; chảy\n   xiết<br>đêm <b>qua</b> <i>nay</i><b>đã</b> rút"
    assert lines_of(page) == ["Nước <sâu>\xa0& chảy xiết", "đêm qua nayđã rút"]


def test_preformatted_text_keeps_its_lines_and_blanks() -> None:
    page = "<pre>if a:\n    b\n\n<b>c</b>\n</pre><p>hết</p>"
    assert render_text(read_lines(parse(page))) == "if a:\n    b\n\nc\n\nhết"


def test_rows_become_lines_and_layout_does_not() -> None:
    row = "<tr><td><p>Thôn Đông</p></td><td>12 hộ</td><td></td></tr>"
    layout = "<table><tr><td>Trái</td><td><p>Một đoạn.</p><p>Hai đoạn.</p></td></tr></table>"
    assert lines_of(f"<table>{row}{row}</table>") == ["Thôn Đông\t12 hộ"] * 2
    assert lines_of(layout) == ["Trái", "Một đoạn.", "Hai đoạn."]


def test_lists_and_text_without_any_paragraph() -> None:
    page = "<body>đầu<ol><li>một<li>hai<ul><li>ba</ul></ol>cuối"
    assert lines_of(page) == ["đầu", "một", "hai", "ba", "cuối"]


def test_a_page_that_is_all_navigation_keeps_its_text() -> None:
    assert extract_text("<nav><a href=/>Trang chủ</a></nav>") == "Trang chủ"
    quote = (
        "<blockquote><p>"
        + "Sông sâu còn có kẻ dò. " * 12
        + "</p><footer>Ca dao</footer></blockquote>"
    )
    assert lines_of(quote)[-1] == "Ca dao"


SENTENCES = "".join(f"<p>{part}</p>" for part in STORY)
MENU = "<div class='menu'><ul><li><a href='/'>Trang chủ</a><li><a href='/l'>Liên hệ</a></ul></div>"
ROWS = "".join(f"<tr><td>{number}</td><td>{part}</td></tr>" for number, part in enumerate(STORY))


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head><title>Lũ</title></head>{SENTENCES}",
        f"{MENU}<div>{'<br>'.join(STORY)}</div>",
        f"{MENU}<aside><article><h1>Lũ</h1>{SENTENCES}</article></aside>",
        f"<html amp><body><amp-sidebar>{MENU}</amp-sidebar><article>{SENTENCES}</article>",
        f"<header>{SENTENCES}</header>",
        f"<footer>{SENTENCES}</footer>",
        f"<form class='search-form'>{MENU}{SENTENCES}</form>",
        f"{MENU}<div id='app'></div><noscript>{SENTENCES}</noscript>",
        f"{MENU}<dialog open>{SENTENCES}</dialog>",
        f"{MENU}<textarea>{chr(10).join(STORY)}</textarea>",
        f"{MENU}<pre>{chr(10).join(STORY)}</pre>",
        f"<div style='display: none'>{SENTENCES}</div>",
        f"{MENU}<div id='comments'>{SENTENCES.replace('<p>', '<p class=comment>')}</div>",
        f"{MENU}<table>{ROWS}</table>",
    ],
    ids=[
        *("no body", "breaks", "aside", "amp", "header", "footer", "form", "noscript", "dialog"),
        *("textarea", "pre", "hidden", "comments", "table"),
    ],
)
def test_text_stays_wherever_it_stands(page: str) -> None:
    text = extract_text(page)
    assert [part for part in STORY if part not in text] == []


def test_links_stay_where_a_page_is_nothing_else() -> None:
    page = "".join(f"<li><a href='/{n}'>Chương {n}: Người khách lạ</a></li>" for n in range(9))
    assert extract_text(f"<h1>Mục lục</h1><ul>{page}</ul>").count("Người khách lạ") == 9


def test_buttons_are_read_where_they_are_headings() -> None:
    page = "<h2><button>Có giao tận nhà không?</button></h2><p>Có.</p><button>Gửi</button>"
    assert lines_of(page) == ["Có giao tận nhà không?", "Có."]


OWN = sorted((Path(__file__).parents[1] / "golden/synthetic/html").glob("*.html"))
"""Pages of our own that nothing learns from; `<!--text-->` stands around what has to stay."""
MARKED = re.compile(r"<!--text-->.*?<!--/text-->", re.DOTALL)
UNSURE = re.compile(r"<!--unsure-->.*?<!--/unsure-->", re.DOTALL)


def test_pages_of_our_own_keep_their_text_and_lose_much_of_the_rest() -> None:
    lost = text = stayed = furniture = 0
    for path in OWN:
        source = path.read_text(encoding="utf-8")
        kept = set(extract_text(source).split("\n"))
        doubted = UNSURE.sub("<hr>", source)
        others = lines_of(MARKED.sub("<hr>", doubted))
        own = [line for line in lines_of(doubted) if line not in others]
        text += sum(map(len, own))
        lost += sum(len(line) for line in own if line not in kept)
        furniture += sum(map(len, others))
        stayed += sum(len(line) for line in others if line in kept)
    assert lost <= 0.02 * text
    assert stayed <= 0.4 * furniture


def test_elements_side_by_side_keep_a_blank_where_they_are_no_word() -> None:
    page = (
        "<div><span>2022</span><a>Thể loại</a><b>Truyện</b></div><p>H<sub>2</sub>O <b>T</b>ốt</p>"
    )
    assert lines_of(page) == ["2022 Thể loại Truyện", "H2O Tốt"]


def test_what_says_itself_that_it_is_furniture_goes() -> None:
    page = PAGE.replace(f"<p>{STORY[1]}", f"<p>Skip to content</p><p>Cỡ chữ: A A+</p><p>{STORY[1]}")
    assert page != PAGE
    assert extract_text(page) == TEXT
    # One line at least stays.
    assert extract_text("<body><p>Skip to content</p></body>") == "Skip to content"


def test_what_no_reader_sees_is_left_out() -> None:
    page = "<script>var x</script><style>p{}</style><p>Thấy</p><select><option>một</select>"
    assert lines_of(page) == ["Thấy"]


@pytest.mark.parametrize("name", ["relative", "football", "listening-text", "wrapper container"])
def test_names_of_elements_that_call_nothing_furniture(name: str) -> None:
    bad = {"nav", "side", "foot", "related", "comment", "share", "form"}
    assert not bad & {REGIONS[n] for n in range(len(REGIONS)) if regions_in_name(name) >> n & 1}


MARKUP = [
    *("<p>", "</p>", "<a href='/'>", "</a>", "<div>", "</div>", "<li>", "&amp;", "<!--", "<h1>"),
    *("<", "Nước rút nhanh hơn dự báo, đường vào xóm vẫn ngập bùn.", "\ud800", "\0", "\n"),
]


@given(st.lists(st.sampled_from(MARKUP), max_size=40).map("".join))
@settings(max_examples=60, deadline=None)
def test_of_any_markup_nothing_comes_out_that_is_not_in_it(page: str) -> None:
    text = extract_text(page)
    letters, given = (Counter(filter(str.isalpha, of)) for of in (text, page))
    assert letters <= given
    assert text.count(MARKUP[-4]) <= page.count(MARKUP[-4])
    assert not re.search("<[a-z/!]", text)
    bare = extract_text(page, metadata=False)
    assert set(bare.split("\n")) <= {*text.split("\n"), ""}


HOSTILE = {
    "deep": lambda n: "<div>" * n + "<p>Nước rút nhanh hơn dự báo, đường vào xóm vẫn ngập bùn.</p>",
    "closed": lambda n: "<div>" * n + "</div>" * n,
    "inline": lambda n: "<b>" * n + "à",
    "brackets": lambda n: "<" * 3 * n,
    "lines": lambda n: "<p>Nước rút nhanh hơn dự báo, đường vào xóm vẫn ngập.</p>\n" * (n // 5),
    "long line": lambda n: "<p>" + "Nước rút nhanh hơn dự báo, " * n,
    "styles": lambda n: "".join(f"<font color=c{k}>" for k in range(n // 10)) + "<p>à" * (n // 10),
    "options": lambda n: "<select>" + "<option>à" * n,
    "attributes": lambda n: "<div " + " ".join(f"a{k}=1" for k in range(n)) + ">à</div>",
    "rows": lambda n: "<table>" + "<tr><td>à" * (n // 2),
    "lists": lambda n: "<ul><li>" * (n // 2) + "à",
    "empty": lambda n: "a<i></i>" * n,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_pages_take_linear_work(kind: str) -> None:
    page = HOSTILE[kind]
    extract_text(page(100))
    assert_linear_between(extract_text, page(12_500), page(50_000), 4)


def test_a_page_becomes_a_text_file(tmp_path: Path) -> None:
    from vnclean.engine.plan import InputError, InputOptions, plan_cleaning

    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_text("<p>một</p>", encoding="utf-8")
    into = plan_cleaning([str(pages)], str(tmp_path / "out"), InputOptions())
    assert [task.target for task in into] == [tmp_path / "out" / "a.txt"]
    named = plan_cleaning([str(pages / "a.html")], str(tmp_path / "b.txt"), InputOptions())
    assert [task.target for task in named] == [tmp_path / "b.txt"]
    with pytest.raises(InputError, match="in place"):
        plan_cleaning([str(pages)], None, InputOptions(), in_place=True)
