"""Documents as offices keep them, made twice: in old fonts, and as they have to come out.

`make(number, folder, old)` writes document `number`, with the libraries that many programs write
documents with; with `old` its texts are bytes of the charset that each font stands for.
"""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from vnclean.charsets.fonts import charset_of_font, modern_font

SENTENCES = (
    "Công ty chúng tôi xin gửi đến quý khách bảng báo giá mới nhất.",
    "Cuộc họp bắt đầu lúc tám giờ sáng tại phòng họp tầng hai.",
    "Mọi ý kiến đóng góp xin gửi về văn phòng trước ngày mười lăm.",
    "Hàng hóa được giao tận nơi, không thu thêm phí vận chuyển.",
    "Người lao động có quyền nghỉ phép mười hai ngày trong một năm.",
    "Đề nghị các phòng ban chuẩn bị số liệu và gửi về phòng kế toán.",
    "Trường hợp vắng mặt phải báo trước cho người phụ trách.",
    "Thửa đất số mười hai thuộc tờ bản đồ số bảy của xã.",
    "Học sinh nộp đơn kèm theo bản sao học bạ và giấy khai sinh.",
    "Máy bơm nước chạy cả đêm mà ruộng vẫn chưa đủ nước.",
)
LABELS = (
    "Họ và tên",
    "Địa chỉ",
    "Số lượng",
    "Đơn giá",
    "Thành tiền",
    "Ghi chú",
    "Tổng cộng",
    "Người lập",
)
FONTS = (
    ".VnTime",
    ".VnTime",
    ".VnTimeH",
    "VNI-Times",
    ".VnArial",
    "VNI-Helve",
    "Times New Roman",
    "",
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


class Maker:
    """Chooses texts and fonts, the same whether they are to be old or as they should be."""

    def __init__(self, number: int, old: bool) -> None:
        self.chance = random.Random(number)
        self.old = old

    def sentence(self) -> str:
        return self.chance.choice(SENTENCES)

    def label(self) -> str:
        return self.chance.choice(LABELS)

    def font(self) -> str:
        return self.chance.choice(FONTS)

    def shown(self, text: str, font: str) -> str:
        charset = charset_of_font(font)
        if charset is None:
            return text
        if not self.old:
            return text.upper() if charset.upper else text
        name = "tcvn3" if charset.upper else charset.name
        return text.encode(name, "vnclean.nearest").decode("cp1252")

    def named(self, font: str) -> str:
        return font if self.old or charset_of_font(font) is None else modern_font(font)

    def cuts(self, text: str, font: str) -> list[str]:
        """Return a text in pieces, cut where a program may cut it; VNI between letter and mark."""
        written = self.shown(text, font)
        if not self.old:
            # where the pieces of the old one end: each letter is in the piece of its first byte
            parts, pieces = self._old_parts(text, font), []
            letters = [
                letter.encode("vni").decode("cp1252") if font.startswith("VNI") else letter
                for letter in text
            ]
            at = 0
            ends = []
            for part in parts:
                at += len(part)
                ends.append(at)
            place, start, used = 0, 0, 0
            for end in ends:
                while place < len(letters) and used < end:
                    used += len(letters[place])
                    place += 1
                pieces.append(written[start:place])
                start = place
            return pieces
        return self._old_parts(text, font)

    def _old_parts(self, text: str, font: str) -> list[str]:
        old, self.old = self.old, True
        written = self.shown(text, font)
        self.old = old
        places = sorted(self.chance.sample(range(1, len(written)), min(2, len(written) - 1)))
        return [written[a:b] for a, b in zip([0, *places], [*places, len(written)], strict=True)]


def make(number: int, folder: Path, old: bool) -> Path:
    """Write a document and return its path."""
    kind = ("docx", "xlsx", "pptx")[number % 3]
    path = folder / f"{number:02}.{kind}"
    {"docx": _word, "xlsx": _sheet, "pptx": _slides}[kind](Maker(number, old), path)
    return path


def _set_font(run: Any, font: str) -> None:
    from docx.oxml.ns import qn

    if font:
        run.font.name = font
        run._element.rPr.rFonts.set(qn("w:hAnsi"), font)
        run._element.rPr.rFonts.set(qn("w:cs"), font)


def _runs(maker: Maker, paragraph: Any, text: str, font: str) -> None:
    for piece in maker.cuts(text, font):
        _set_font(paragraph.add_run(piece), maker.named(font))


def _word(maker: Maker, path: Path) -> None:
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.shared import Pt

    document = Document()
    styles = []
    for font in (".VnTime", "VNI-Times", ".VnArialH"):
        style = document.styles.add_style(f"Old {len(styles)}", WD_STYLE_TYPE.PARAGRAPH)
        _set_font(style, maker.named(font))
        styles.append((style, font))
        based = document.styles.add_style(f"Based {len(styles)}", WD_STYLE_TYPE.PARAGRAPH)
        based.base_style, based.font.bold = style, True
        styles.append((based, font))
    document.core_properties.title = maker.shown(maker.label(), ".VnTime")
    for _ in range(6):
        kind, font = maker.chance.randrange(5), maker.font()
        if kind == 0:
            style, font = maker.chance.choice(styles)
            document.add_paragraph(maker.shown(maker.sentence(), font), style=style)
        elif kind == 1:
            paragraph = document.add_paragraph(style="List Number")
            _runs(maker, paragraph, maker.sentence(), font)
        elif kind == 2:
            table = document.add_table(3, 3, style="Table Grid")
            table.cell(0, 0).merge(table.cell(0, 1))
            for cell in dict.fromkeys(table._cells):
                font = maker.font()
                _runs(maker, cell.paragraphs[0], maker.label(), font)
        else:
            paragraph = document.add_paragraph()
            _runs(maker, paragraph, maker.sentence(), font)
            paragraph.add_run().add_tab()
            _runs(maker, paragraph, maker.label(), maker.font())
            paragraph.runs[0].font.size = Pt(14)
    section = document.sections[0]
    _runs(maker, section.header.paragraphs[0], maker.label(), ".VnTimeH")
    _runs(maker, section.footer.paragraphs[0], maker.label(), "VNI-Times")
    commented = document.add_paragraph()
    _runs(maker, commented, maker.sentence(), ".VnTime")
    if hasattr(document, "add_comment"):
        note = document.add_comment(commented.runs, text="", author="An", initials="A")
        _runs(maker, note.paragraphs[0], maker.label(), ".VnTime")
    for number, tag in enumerate(("ins", "del")):
        run = document.add_paragraph()
        _runs(maker, run, maker.label(), ".VnTime")
        last = run.runs[-1]._element
        change = parse_xml(f'<w:{tag} xmlns:w="{W}" w:id="{90 + number}" w:author="An"/>')
        last.addprevious(change)
        change.append(last)
        if tag == "del":
            last.find(f"{{{W}}}t").tag = f"{{{W}}}delText"
    box = document.add_paragraph()
    _runs(maker, box, maker.label(), ".VnTime")
    inner = copy.deepcopy(box._element)
    shape = parse_xml(
        f'<w:r xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape '
        'style="width:150pt;height:30pt"><v:textbox><w:txbxContent/></v:textbox></v:shape></w:pict></w:r>'
    )
    shape.find(f".//{{{W}}}txbxContent").append(inner)
    document.add_paragraph()._element.append(shape)
    math = parse_xml(
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>'
        "x=1</m:t></m:r></m:oMath>"
    )
    document.add_paragraph()._element.append(math)
    document.save(str(path))


def _sheet(maker: Maker, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.worksheet.table import Table

    book = Workbook()
    sheet = book.active

    def put(row: int, column: int, text: str, font: str) -> None:
        cell = sheet.cell(row, column, maker.shown(text, font))
        cell.font = Font(name=maker.named(font) or "Calibri")

    put(1, 1, maker.label(), ".VnTimeH")
    sheet.merge_cells("A1:C1")
    for column, text in enumerate(maker.chance.sample(LABELS, 3), 1):
        put(3, column, text, ".VnTime")
    for row in range(4, 10):
        put(row, 1, maker.label(), maker.font())
        put(row, 2, maker.sentence(), maker.font())
        cell = sheet.cell(row, 3, 1000 * row)
        cell.number_format = f'#,##0 "{maker.shown("đồng", ".VnTime")}"'
        cell.font = Font(name=maker.named(".VnTime"))
    sheet.add_table(Table(displayName="Bang", ref="A3:C9"))
    label = maker.shown(maker.label(), ".VnTime")
    sheet["A12"] = f'=IF(C4>0,"{label}","")'
    sheet["A12"].font = Font(name=maker.named(".VnTime"))
    sheet["C12"] = "=SUM(C4:C9)"
    pieces = [(maker.label(), font) for font in (".VnTime", ".VnTimeH", "VNI-Times")]
    sheet["A13"] = CellRichText(
        *(TextBlock(InlineFont(rFont=maker.named(f)), maker.shown(t, f) + ": 1") for t, f in pieces)
    )
    sheet["A14"] = "https://example.org/"
    sheet["A14"].hyperlink = "https://example.org/"
    sheet["A1"].comment = Comment(maker.shown(maker.sentence(), ".VnTime"), "An")
    sheet.oddHeader.center.text = maker.shown(maker.label(), ".VnTimeH")
    sheet.oddHeader.center.font = f"{maker.named('.VnTimeH')},Bold"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=3, min_row=3, max_row=9), titles_from_data=True)
    sheet.add_chart(chart, "E2")
    other = book.create_sheet("Hai")
    for row in range(1, 8):
        text = maker.label()
        for column, font in enumerate((".VnTime", ".VnTimeH"), 1):
            other.cell(row, column, maker.shown(text, font)).font = Font(name=maker.named(font))
    book.save(str(path))


def _slides(maker: Maker, path: Path) -> None:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    def runs(paragraph: Any, text: str, font: str) -> None:
        for piece in maker.cuts(text, font):
            run = paragraph.add_run()
            run.text = piece
            if font:
                run.font.name = maker.named(font)

    show = Presentation()
    for _ in range(2):
        slide = show.slides.add_slide(show.slide_layouts[1])
        runs(slide.shapes.title.text_frame.paragraphs[0], maker.label(), ".VnTimeH")
        body = slide.placeholders[1].text_frame
        runs(body.paragraphs[0], maker.sentence(), maker.font())
        for level in (1, 1, 2):
            paragraph = body.add_paragraph()
            paragraph.level = level
            runs(paragraph, maker.sentence(), maker.font())
        notes = slide.notes_slide.notes_text_frame
        runs(notes.paragraphs[0], maker.sentence(), ".VnTime")
    slide = show.slides.add_slide(show.slide_layouts[6])
    table = slide.shapes.add_table(3, 2, Inches(1), Inches(1), Inches(6), Inches(2)).table
    for row in table.rows:
        for cell in row.cells:
            runs(cell.text_frame.paragraphs[0], maker.label(), maker.font())
    box = slide.shapes.add_textbox(Inches(1), Inches(4), Inches(5), Inches(1)).text_frame
    runs(box.paragraphs[0], maker.sentence(), "VNI-Helve")
    data = CategoryChartData()
    data.categories = ["A", "B"]
    data.add_series("S", (1, 2))
    box = (Inches(1), Inches(5), Inches(4), Inches(2))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
    show.core_properties.title = maker.shown(maker.label(), ".VnTime")
    show.save(str(path))
