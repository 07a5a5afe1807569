"""Old fonts in HTML: the face decides, cell by cell."""

from __future__ import annotations

import pytest

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from vnclean.formats.html_fonts import names_old_fonts, read_old_fonts, show_as_latin
from vnclean.formats.html_pages import decode_page


def legacy(text: str, charset: str = "tcvn3") -> str:
    return text.encode(charset).decode("cp1252")


@pytest.mark.parametrize(
    "around",
    [
        "<font face='.VnTime'>{}</font>",
        '<FONT FACE=".VnTime, Times">{}</FONT>',
        "<font color=red face=.VnTime>{}</font>",
        '<p style="font-family:.VnTime">{}</p>',
        "<p style='font-family: \".VnTime\", serif; color: red'>{}</p>",
        '<p style="font: bold 12pt .VnTime">{}</p>',
        '<p style="font-family:&quot;.VnTime&quot;">{}</p>',
        '<style>.xl70 {{font-family:"\\.VnTime", serif}}</style><table><td class=xl70>{}</table>',
        "<style><!-- p.Mso, li {{font-family:.VnTime}} --></style><p class='Mso'>{}</p>",
        "<style>td {{font-family:.VnTime}}</style><table><tr><td>{}<td>x</table>",
        '<div style="font-family:.VnTime"><b>{}</b></div>',
    ],
)
def test_every_way_to_name_a_font(around):
    text = "Báo cáo tổng kết"
    assert read_old_fonts(around.format(legacy(text))) == around.format(text)


def test_cells_in_different_fonts():
    page = (
        "<table><tr><td><font face='.VnTime'>{}</font><td><font face='VNI-Times'>{}</font><br>"
        "<td><font face='Arial'>hội nghị</font><td><font face='.VnTimeH'>{} &amp;</font></table>"
    )
    damaged = page.format(
        legacy("nghĩa vụ"), legacy("quyền lợi", "vni"), legacy("kế hoạch").replace("¹", "&#185;")
    )
    assert read_old_fonts(damaged) == page.format("nghĩa vụ", "quyền lợi", "KẾ HOẠCH")
    assert decode_page(damaged.encode("cp1252", "xmlcharrefreplace"))[0] == page.format(
        "nghĩa vụ", "quyền lợi", "KẾ HOẠCH"
    ).replace("hội nghị", "h&#7897;i ngh&#7883;")


@pytest.mark.parametrize(
    "page",
    [
        "<p>ViÖt Nam</p>",
        "<font face='Arial'>café</font>",
        "<font face='.VnTime'>Việt Nam, xã hội, báo cáo</font>",
        "<font face='.VnTime'>plain</font>",
        "<style>.a {font-family:.VnTime}</style><p class='b'>chñ</p>",
        "<font face='.VnTime'></font>chñ",
        "<font face='.VnTime'>chñ&nosuchname; nghÜa</font>",
        "<font face='.VnTime'>chñ\x01 nghÜa</font>",
        "<script>var a = '<font face=.VnTime>chñ nghÜa</font>'</script>",
    ],
)
def test_what_is_not_in_an_old_font_stays(page):
    assert read_old_fonts(page) is page


def test_bytes_that_no_code_page_shows():
    page = "<font face='VPS Times'>" + "Đường về".encode("vps").decode("latin-1") + "</font>"
    assert names_old_fonts(page)
    assert "Đường về" in decode_page(page.encode("latin-1"))[0]
    assert show_as_latin(bytes(range(256))).encode("cp1252", "replace").count(b"?") == 6


def test_many_open_tags_cost_little():
    page = "<font face='.VnTime'>" + "<b>chñ nghÜa" * 20_000 + "</i>" * 20_000
    assert "chủ nghĩa" in read_old_fonts(page)
