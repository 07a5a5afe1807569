"""PDF: the font of each run is its charset; lines become paragraphs, running heads go."""

from __future__ import annotations

import random

import pytest

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from tests.formats.test_spans import PRESET, rewritten, same
from vnclean.cli import main
from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.plan import InputOptions
from vnclean.formats.base import RecordError
from vnclean.formats.pdf import Pdf, read_pdf

pytest.importorskip("pypdfium2")

Line = tuple[float, float, str, bytes]
"""Left end, base line, name of the font, bytes."""


def pdf(*pages: list[Line], size: float = 12) -> bytes:
    """Return a PDF whose fonts are not embedded, as programs of the nineties wrote it."""
    names = sorted({line[2] for page in pages for line in page})
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    fonts = []
    for name in names:
        code = name.replace(".", "#2E").replace(" ", "#20")
        objects.append(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
            % code.encode()
        )
        fonts.append(f"/F{names.index(name)} {len(objects)} 0 R")
    kids = []
    for page in pages:
        content = b"".join(
            b"BT /F%d %g Tf %g %g Td (%s) Tj ET\n"
            % (
                names.index(font),
                size,
                left,
                base,
                data.replace(b"\\", b"\\\\").replace(b"(", b"\\("),
            )
            for left, base, font, data in page
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << %s >> >> >>" % (len(objects), " ".join(fonts).encode())
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(pages)} >>".encode()
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def text(
    *lines: str, font: str = ".VnTime", charset: str = "tcvn3", top: float = 700
) -> list[Line]:
    return [(72, top - 15 * n, font, line.encode(charset)) for n, line in enumerate(lines)]


def test_the_font_is_the_charset():
    page = [
        (72, 700, ".VnTimeH", "kế hoạch năm tới".encode("tcvn3")),
        (72, 640, ".VnTime", "Đào kênh dẫn nước về ruộng".encode("tcvn3")),
        (72, 600, "VNI-Times", "Trồng cây bên đường".encode("vni")),
        (72, 560, "Helvetica", b"Caf\xe9, plain"),
    ]
    assert read_pdf(pdf(page)).text.split() == (
        "KẾ HOẠCH NĂM TỚI Đào kênh dẫn nước về ruộng Trồng cây bên đường Café, plain".split()
    )


def test_lines_become_paragraphs():
    page = text(
        "Đoạn thứ nhất dài hơn một dòng nên chữ phải chạy sang",
        "dòng sau rồi hết.",
        "Đoạn thứ hai cũng dài như thế, viết kín cả một dòng rồi",
        "sang dòng nữa mới hết.",
    )
    assert read_pdf(pdf(page)).text.split("\n\n") == [
        "Đoạn thứ nhất dài hơn một dòng nên chữ phải chạy sang dòng sau rồi hết.",
        "Đoạn thứ hai cũng dài như thế, viết kín cả một dòng rồi sang dòng nữa mới hết.",
    ]


def test_running_heads_and_numbers_of_pages_go():
    pages = [
        [
            (72, 780, ".VnTime", "Sổ tay người trồng lúa".encode("tcvn3")),
            *text(f"Trang này nói về việc thứ {word}.", top=700),
            (300, 20, ".VnTime", b"- %d -" % number),
        ]
        for number, word in enumerate(("nhất", "nhì", "ba", "tư"), 11)
    ]
    assert read_pdf(pdf(*pages)).text.split("\n\n") == [
        f"Trang này nói về việc thứ {word}." for word in ("nhất", "nhì", "ba", "tư")
    ]


def test_pages_without_text_need_ocr(tmp_path):
    with pytest.raises(RecordError, match="OCR"):
        read_pdf(pdf([], []))
    source, target = tmp_path / "a.pdf", tmp_path / "a.txt"
    source.write_bytes(pdf(text("Có chữ ở đây."), []))
    tasks = plan_cleaning([str(source)], str(target), InputOptions())
    summary = clean_files(tasks, PRESET, RunOptions(jobs=1))
    assert summary.faults == [(str(source), 2, "page 2 has no text: it needs OCR")]
    assert target.read_text(encoding="utf-8") == "Có chữ ở đây.\n"


def test_decode_reads_pdf(tmp_path, capsysbinary):
    (tmp_path / "a.pdf").write_bytes(pdf(text("Mùa này nước lên chậm")))
    assert not main(["decode", str(tmp_path / "a.pdf")])
    assert capsysbinary.readouterr().out.decode() == "Mùa này nước lên chậm\n"


def test_what_is_no_pdf_is_said():
    whole, chance = pdf(text("Một dòng", "hai dòng"), text("ba dòng")), random.Random(1)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 3, 20])):
            at = chance.randrange(len(data) + 1)
            data[at : at + chance.choice([0, 1, 4, 200])] = chance.randbytes(
                chance.choice([0, 1, 4])
            )
        out, rejects = rewritten(Pdf(), bytes(data), same)
        assert out or rejects
