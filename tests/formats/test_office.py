"""Office documents: fonts as Word, Excel and PowerPoint resolve them, and documents that lie."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from tests.formats.test_spans import (
    PRESET,
    cleaned,
    content,
    kind_of,
    parts,
    rewritten,
    same,
    sample,
)
from tests.strategies import any_text
from vnclean.charsets.font_evidence import FontEvidence
from vnclean.engine.counts import EditCounts
from vnclean.engine.explaining import explain_field
from vnclean.engine.visitor import CleaningVisitor, TextOptions
from vnclean.formats import Chunk, Field, RecordError
from vnclean.formats.office.open_document import OpenFonts, document_nodes
from vnclean.formats.office.rtf import Rtf, escape_of, rtf_nodes
from vnclean.formats.office.sheets import WorkbookFonts, sheet_nodes, string_nodes
from vnclean.formats.office.slides import SlideFonts, slide_fonts, slide_nodes
from vnclean.formats.office.word import WordFonts, story_nodes
from vnclean.formats.office.xml_tags import attribute, attribute_span, check_xml, keep_blanks, tags
from vnclean.formats.spans.zip_archive import ZipArchive
from vnclean.pipeline import Pipeline

OFFICE = ["thu.docx", "so.xlsx", "chieu.pptx", "van.odt"]


def legacy(text: str, charset: str = "tcvn3") -> str:
    return text.encode(charset).decode("cp1252")


def told(nodes, source: str) -> list[tuple[str, str]]:
    return [(source[node.start : node.end], node.font) for node in nodes]


def clean(kind, data: bytes) -> bytes:
    chunk = Chunk(data, 1, kind)
    done = kind.rewrite(chunk, CleaningVisitor(TextOptions(PRESET), chunk, EditCounts()))
    assert done.rejects == []
    return done.data


# -- Word ---------------------------------------------------------------------------------------

STYLES = """<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:asciiTheme="minorHAnsi"
w:hAnsiTheme="minorHAnsi"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="N"/>
<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="N"/><w:rPr><w:rFonts w:ascii="Font A"
w:hAnsi="Font A"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>
<w:style w:type="paragraph" w:styleId="L1"><w:basedOn w:val="L2"/></w:style>
<w:style w:type="paragraph" w:styleId="L2"><w:basedOn w:val="L1"/></w:style>
<w:style w:type="character" w:styleId="C"><w:rPr><w:rFonts w:ascii="Font C" w:hAnsi="Font C"/>
</w:rPr></w:style>
<w:style w:type="table" w:styleId="T"><w:rPr><w:rFonts w:ascii="Font T" w:hAnsi="Font T"/>
</w:rPr></w:style>
</w:styles>"""
THEME = """<a:theme><a:majorFont><a:latin typeface="Major"/></a:majorFont><a:minorFont>
<a:latin typeface="Minor"/></a:minorFont></a:theme>"""


@pytest.mark.parametrize(
    ("table", "paragraph", "character", "direct", "font"),
    [
        ("", "", "", "", "Minor"),
        ("", "A", "", "", "Font A"),
        ("", "B", "", "", "Font A"),
        ("", "L1", "", "", "Minor"),
        ("", "B", "C", "", "Font C"),
        ("T", "", "", "", "Font T"),
        ("T", "A", "", "", "Font A"),
        ("", "B", "C", ' w:ascii="D" w:hAnsi="D"', "D"),
        ("", "A", "", ' w:ascii="D" w:asciiTheme="majorAscii" w:hAnsiTheme="majorHAnsi"', "Major"),
        ("", "", "", ' w:ascii=".VnTime"', ".VnTime"),
        ("", "", "", ' w:hAnsi=".VnTime" w:ascii="Arial"', ".VnTime"),
        ("", "", "", ' w:cs=".VnTime"', "Minor"),
    ],
)
def test_word_resolves_fonts(table, paragraph, character, direct, font):
    assert WordFonts.read(STYLES, THEME).of(table, paragraph, character, direct) == font


def test_a_story_is_one_text_with_joints():
    source = (
        "<w:document><w:body><w:p><w:r><w:t>a</w:t></w:r><w:proofErr/><w:r><w:t>b</w:t><w:tab/>"
        "<w:t>c</w:t><w:br/></w:r><w:r><w:drawing/><w:t>d</w:t></w:r><w:r><w:delText>e</w:delText>"
        "</w:r></w:p><w:p/><w:p><w:pPr><w:rPr><w:rFonts w:ascii='X'/></w:rPr></w:pPr><w:r>"
        "<w:instrText>no</w:instrText><w:t/><w:t>f</w:t></w:r></w:p></w:body></w:document>"
    )
    nodes = list(story_nodes(WordFonts(), source))
    assert [(source[n.start : n.end], n.joint, n.font) for n in nodes] == [
        ("a", None, ""),
        ("b", "", ""),
        ("c", "\t", ""),
        ("d", "\n", ""),
        ("e", "", ""),
        ("f", "\n", ""),
    ]


def test_a_soft_hyphen_in_an_old_font_is_a_letter():
    """LibreOffice writes the byte of ư as an element of its own."""

    def change(data: bytes) -> bytes:
        hyphen = "</w:t><w:softHyphen/><w:t>"
        return data.replace("\xad".encode(), hyphen.encode()).replace(b"thoi", b"so<w:softHyphen/>")

    made = parts(clean(kind_of("thu.docx"), _with_part("thu.docx", "word/document.xml", change)))
    text = re.sub("<[^<>]*>", "", made["word/document.xml"].decode())
    assert "được giữ" in text


# -- Excel --------------------------------------------------------------------------------------


def test_a_string_is_read_in_the_font_of_its_cells():
    fonts = WorkbookFonts(styles=["Arial", ".VnTime", ".VnTimeH"])
    fonts.note(
        '<c r="A1" s="2" t="s"><v>0</v></c><c s="1" t="s"><v>0</v></c><c t="s"><v>1</v></c>'
        '<c s="1"><v>1</v></c><c s="9" t="s"><v>x</v></c><c r="B1"/>'
    )
    assert fonts.strings == {0: [".VnTime", ".VnTimeH"], 1: ["Arial"]}
    source = (
        "<x:sst><x:si><x:t>a</x:t></x:si><x:si><x:r><x:rPr><x:rFont val='F'/></x:rPr><x:t>b</x:t>"
        "</x:r><x:r><x:t>c</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:si></x:sst>"
    )
    found = told(string_nodes(fonts, source), source)
    assert found == [("a", ".VnTime"), ("b", "F"), ("c", "Arial")]


def test_a_sheet_has_texts_of_its_own():
    fonts = WorkbookFonts(styles=["Arial", ".VnTime"])
    source = (
        '<sheetData><c s="1"><f>IF(A1="§¹t","no"" §",1)</f><v>1</v></c>'
        '<c s="1" t="str"><f>A1</f><v>§¹t</v></c><c t="inlineStr"><is><t>x</t></is></c></sheetData>'
        '<oddHeader>&amp;L&amp;"VNI-Times,Bold"Tieâu&amp;12 ñeà&amp;Rcuoái</oddHeader>'
    )
    assert told(sheet_nodes(fonts, source), source) == [
        ("§¹t", ".VnTime"),
        ('no"" §', ".VnTime"),
        ("§¹t", ".VnTime"),
        ("x", "Arial"),
        ("Tieâu", "VNI-Times"),
        ("ñeà", "VNI-Times"),
        ("cuoái", "Arial"),
    ]


def test_columns_of_tables_follow_the_cells_of_their_heads():
    """Not other cells that say the same in another font."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts(sample("damaged", "so.xlsx")).items():
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(
                    b'<c r="A1" s="2" t="s"><v>0</v>', b'<c r="A1" s="2" t="s"><v>1</v>'
                )
            archive.writestr(name, data)
    made = parts(clean(kind_of("so.xlsx"), out.getvalue()))
    assert "HỌ VÀ TÊN" in made["xl/sharedStrings.xml"].decode()
    assert 'name="Họ và tên"' in made["xl/tables/table1.xml"].decode()


def test_blanks_that_come_to_stand_outside_are_kept():
    assert keep_blanks("<w:t>x</w:t><a:t>x</a:t>", "<w:t>x </w:t><a:t> x</a:t>") == (
        '<w:t xml:space="preserve">x </w:t><a:t> x</a:t>'
    )


# -- PowerPoint ---------------------------------------------------------------------------------


def test_a_slide_takes_fonts_from_what_stands_behind_it():
    def levels(one: str, two: str = "") -> str:
        second = f'<a:lvl2pPr><a:defRPr><a:latin typeface="{two}"/></a:defRPr></a:lvl2pPr>'
        first = f'<a:lvl1pPr><a:defRPr><a:latin typeface="{one}"/></a:defRPr></a:lvl1pPr>'
        return first + (second if two else "")

    theme = {"major": "Major", "minor": "Minor"}
    master = slide_fonts(
        f"<p:txStyles><p:titleStyle>{levels('+mj-lt')}</p:titleStyle><p:bodyStyle>"
        f"{levels('Body', 'Second')}</p:bodyStyle><p:otherStyle/></p:txStyles>",
        theme,
        None,
    )
    layout = slide_fonts(
        f'<p:sp><p:ph type="body" idx="7"/><a:lstStyle>{levels("Layout")}</a:lstStyle></p:sp>',
        theme,
        master,
    )
    slide = SlideFonts(theme, behind=layout)
    assert slide.of(("title", ""), {}, 0) == "Major"
    assert slide.of(("body", "7"), {}, 0) == "Layout"
    assert slide.of(("body", "7"), {}, 1) == "Second"
    assert slide.of(("body", "7"), {0: "Own"}, 0) == "Own"
    assert slide.of(None, {}, 0) == "Minor"
    source = "<p:sp><p:txBody><a:p><a:r><a:rPr/><a:t>x</a:t></a:r></a:p></p:txBody></p:sp>"
    assert told(slide_nodes(slide, source), source) == [("x", "Minor")]


# -- OpenDocument -------------------------------------------------------------------------------


def test_a_cell_takes_its_style_from_its_column():
    styles = (
        '<style:style style:name="K" style:family="table-cell"><style:text-properties '
        'fo:font-family="Cot"/></style:style><style:style style:name="O" style:family="table-cell">'
        '<style:text-properties fo:font-family="O"/></style:style>'
    )
    source = (
        '<table:table><table:table-column table:number-columns-repeated="2"/>'
        '<table:table-column table:default-cell-style-name="K"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="2"/>'
        "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row><table:table-row>"
        '<table:table-cell table:style-name="O"><text:p>y</text:p></table:table-cell>'
        "<table:table-cell><text:p>z</text:p></table:table-cell></table:table-row></table:table>"
    )
    found = told(document_nodes(OpenFonts().read(styles), source), source)
    assert found == [("x", "Cot"), ("y", "O"), ("z", "")]


# -- Rich Text Format ---------------------------------------------------------------------------


def test_rtf_groups_and_plain_give_fonts_back():
    source = (
        r"{\rtf1\deff0{\fonttbl{\f0 Zero;}{\f1 One;}}a{\f1 b}c\f1 d\plain e\par{\*\x no}"
        r"{\pict 00}\uc2\u7871xxf\'e1{\uc0\u7871 g}\bin3 abch}"
    )
    nodes = list(rtf_nodes(source))
    assert [(n.escape.decode(source[n.start : n.end]), n.joint, n.font) for n in nodes] == [
        ("a", None, "Zero"),
        ("b", "", "One"),
        ("c", "", "Zero"),
        ("d", "", "One"),
        ("e", "", "Zero"),
        ("ếfá", "\ufffc", "Zero"),
        ("ếg", "", "Zero"),
        ("h", "", "Zero"),
    ]


@given(text=any_text(), fallback=st.integers(0, 2))
def test_rtf_writes_what_it_reads(text, fallback):
    escape = escape_of("cp1252", fallback)
    try:
        written = escape.encode(text, "")
    except (ValueError, UnicodeEncodeError):
        return
    assert escape.decode(written) == text


def test_rtf_that_is_nested_too_deeply_is_said():
    data = b"{\\rtf1 " + b"{" * 20_000
    (reject,) = rewritten(Rtf(), data, same)[1]
    assert "nested too deeply" in reject.reason


def test_rtf_in_several_bytes_stays():
    data = rb"{\rtf1{\fonttbl{\f0\fcharset128 Mincho;}}\f0 \'83\'65 q\u7911?a}"
    assert clean(Rtf(), data) == data


# -- documents that lie -------------------------------------------------------------------------


def test_a_font_over_unicode_is_no_charset():
    evidence = FontEvidence()
    for text in ("Cộng hòa xã hội", "báo cáo", "số liệu"):
        evidence.add(".VnTime", text)
    assert not evidence.is_legacy(".VnTime")
    assert evidence.charset(".VnTime", "xã") == ""
    assert evidence.charset(".VnTime", legacy("nghĩa vụ quân sự")) == "tcvn3"


def test_ascii_alone_says_nothing_but_follows_its_document():
    evidence = FontEvidence()
    evidence.add(".VnTimeH", "cong ty")
    assert evidence.charset(".VnTimeH", "cong ty") == ""
    evidence.add(".VnTime", legacy("trách nhiệm hữu hạn"))
    assert evidence.charset(".VnTimeH", "cong ty") == "tcvn3-h"


def test_a_document_in_unicode_under_old_fonts_stays(tmp_path):
    for name in OFFICE:
        data = sample("clean", name)
        assert clean(kind_of(name), data) == data


def test_a_font_can_be_asked_for():
    kind = kind_of("thu.docx")
    made = parts(clean(type(kind)(fonts="Tahoma & Co"), sample("damaged", "thu.docx")))
    text = made["word/document.xml"].decode() + made["word/styles.xml"].decode()
    assert ".Vn" not in text
    assert 'w:ascii="Tahoma &amp; Co"' in text


@pytest.mark.parametrize(
    ("text", "charset", "wanted"),
    [
        ("céng hßa", "tcvn3-h", "CỘNG HÒA"),
        ("§¬n gi¸", "tcvn3-h", "ĐƠN GIÁ"),
        ("CéNG HßA X· HéI", "tcvn3", "CỘNG HÒA XÃ HỘI"),
        ("®¬n gi¸", "tcvn3", "đơn giá"),
        ("Mở rộng, Õ Đẵ".encode("viscii").decode("latin-1"), "viscii", "Mở rộng, Õ Đẵ"),
        ("Đường về".encode("vps").decode("latin-1"), "vps", "Đường về"),
    ],
)
def test_a_known_charset_is_read_to_the_letter(text, charset, wanted):
    field = Field(text, charsets=((0, len(text), charset),))
    assert explain_field(Pipeline(), field).text == wanted


# -- what is no text ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", OFFICE)
def test_parts_in_which_nothing_changed_keep_their_packed_bytes(tmp_path, name):
    data = sample("damaged", name)
    out = clean(kind_of(name), data)
    before, after = ZipArchive(data), ZipArchive(out)
    assert before.names == after.names
    old, new = parts(data), parts(out)
    assert [part for part in old if old[part] == new[part]]
    for part in new:
        if part.endswith(".xml"):
            check_xml(new[part], part)


@pytest.mark.parametrize("name", OFFICE)
def test_nothing_but_texts_and_fonts_changes(name):
    """Tags stay one for one, with all attributes but those that name fonts, and names of cells."""
    old, new = parts(sample("damaged", name)), parts(clean(kind_of(name), sample("damaged", name)))
    for part in old:
        if not part.endswith(".xml") or "sharedStrings" in part:
            continue
        skeletons = []
        for data in (old[part], new[part]):
            text = re.sub(r"<(?:\w+:)?v>\d+</", "</", data.decode())
            skeletons.append(
                [
                    (tag.kind, tag.name, re.sub(r"\"[^\"]*[^ -~][^\"]*\"", '""', tag.attributes))
                    for tag in tags(re.sub(r"(VNI-|\.Vn|Times New|Arial)[\w ]*", "FONT", text))
                ]
            )
        wanted = [re.sub(r"\"[^\"]*\"", '""', row[2]) for row in skeletons[0]]
        assert [re.sub(r"\"[^\"]*\"", '""', row[2]) for row in skeletons[1]] == wanted
        assert [row[:2] for row in skeletons[1]] == [row[:2] for row in skeletons[0]]


@pytest.mark.parametrize("name", [*OFFICE, "don.rtf"])
def test_damaged_files_are_said_or_stay(name):
    """Hostile: bytes changed, cut and doubled; nothing crashes, nothing changes in silence."""
    whole, kind, chance = sample("damaged", name), kind_of(name), random.Random(name)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 1, 3, 20])):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.choice([0, 1, 1, 4, 200])] = chance.randbytes(
                chance.choice([0, 1, 1, 4])
            )
        out, rejects = rewritten(kind, bytes(data), same)
        assert rejects or out == bytes(data)


def _with_part(name: str, part: str, change) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in parts(sample("damaged", name)).items():
            archive.writestr(entry, change(data) if entry == part else data)
    return out.getvalue()


@pytest.mark.parametrize("name", OFFICE)
def test_parts_that_are_changed_at_random_are_said_or_read(name):
    kind, chance = kind_of(name), random.Random(name)
    names = [part for part in parts(sample("damaged", name)) if part.endswith(".xml")]

    def change(data: bytes) -> bytes:
        text = data.decode()
        for _ in range(chance.choice([1, 2, 8])):
            pieces = re.split(r"(?=<)", text)
            at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
            pieces[at], pieces[to] = chance.choice([(pieces[to], pieces[at]), ("", pieces[to])])
            text = "".join(pieces)
        return text.encode()

    for _ in range(60):
        data = _with_part(name, chance.choice(names), change)
        out, rejects = rewritten(kind, data, same)
        assert rejects or out == data


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type"),
        (b"<x>", "no XML"),
        (b'<?xml version="1.0" encoding="UTF-99"?><x/>', "no XML"),
        (b"", "no XML"),
    ],
)
def test_xml_that_is_not_safe_is_said(text, reason):
    data = _with_part("thu.docx", "word/document.xml", lambda _: text)
    (reject,) = rewritten(kind_of("thu.docx"), data, same)[1]
    assert reason in reject.reason
    with pytest.raises(RecordError):
        check_xml(text, "x")


def test_an_encrypted_document_is_said(tmp_path):
    for data in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),):
        (reject,) = rewritten(kind_of("thu.docx"), data, same)[1]
        assert "encrypted" in reject.reason
    data = _with_part("van.odt", "META-INF/manifest.xml", lambda _: b"<m><encryption-data/></m>")
    (reject,) = rewritten(kind_of("van.odt"), data, same)[1]
    assert "encrypted" in reject.reason


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.ppt"])
def test_office_97_needs_libre_office(monkeypatch, name):
    monkeypatch.setattr("shutil.which", lambda program: None)
    (reject,) = rewritten(kind_of(name), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", same)[1]
    assert "LibreOffice, which is not installed" in reject.reason
    monkeypatch.setattr("shutil.which", lambda program: "/bin/false")
    (reject,) = rewritten(kind_of(name), b"<html>", same)[1]
    assert "whatever its name says" in reject.reason
    (reject,) = rewritten(kind_of(name), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", same)[1]
    assert "can't read it" in reject.reason


def test_attributes_are_found_where_they_stand():
    source = '<a:b x=\'1\' w:val = "a &lt; b" val2="c"/>'
    (tag,) = tags(source)
    assert attribute(tag, "val") == "a < b"
    start, end = attribute_span(tag, "val")
    assert source[start:end] == "a &lt; b"
    assert attribute_span(tag, "none") is None


@pytest.mark.parametrize("name", [*OFFICE, "don.rtf"])
def test_what_was_done_is_counted_by_rule(tmp_path: Path, name: str):
    target, summary = cleaned(tmp_path, name, sample("damaged", name))
    assert summary.tally.rules["legacy.tcvn3"]
    assert content(name, target.read_bytes()) == content(name, sample("clean", name))
