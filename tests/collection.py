"""A folder as an office or a library has it: many formats, charsets, fonts, and what is no text.

`python -m tests.collection FOLDER` makes it. All sentences are our own.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import vnclean.charsets  # noqa: F401  (registers the legacy charsets)

SENTENCES = [
    "Hội đồng nhân dân xã mời các hộ gia đình đến họp tại nhà văn hóa thôn.",
    "Thư viện huyện mở cửa cả ngày thứ bảy để học sinh mượn sách về nhà đọc.",
    "Bà con nông dân thu hoạch lúa sớm hơn mọi năm vì trời nắng to kéo dài.",
    "Nhà trường tổ chức lễ khai giảng năm học mới vào sáng thứ hai tuần sau.",
    "Kế toán đề nghị các phòng gửi chứng từ trước khi kết thúc quý này.",
    "Đội bóng của huyện thắng trận chung kết trong niềm vui của người hâm mộ.",
    "Bác sĩ khuyên người già nên đi bộ mỗi buổi sáng và uống đủ nước.",
    "Cửa hàng nhận sửa chữa quạt điện, máy bơm nước và các đồ dùng trong nhà.",
]
TITLE = "Thông báo của phòng hành chính"

Damage = Callable[[str], str | bytes]


@dataclass(frozen=True)
class Item:
    """A file: its path in the folder, its bytes, where its result is, and what that is.

    `wanted` is the result, None where the file can't be read or `texts` are what is in it.
    """

    path: str
    data: bytes
    wanted: bytes | None = None
    texts: tuple[str, ...] = ()
    result: str = ""

    @property
    def output(self) -> str:
        """Where the result is."""
        return self.result or self.path


def _letter(lines: list[str]) -> str:
    return "\n".join([TITLE, "", *lines, ""])


def _table(lines: list[str], sign: str = ",") -> str:
    rows = [f"so{sign}noi dung"]
    rows += [f"{n}{sign}" + (f'"{x}"' if sign in x else x) for n, x in enumerate(lines, 1)]
    return "\r\n".join([*rows, ""])


def _subrip(lines: list[str]) -> str:
    cue = "{}\n00:00:{:02},000 --> 00:00:{:02},500\n{}\n"
    return "\n".join(cue.format(n, n, n, text) for n, text in enumerate(lines, 1))


def _vtt(lines: list[str]) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"00:{n:02}.000 --> 00:{n:02}.900\n{text}\n" for n, text in enumerate(lines, 1)
    )


def _ass(lines: list[str]) -> str:
    head = "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    head += "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    row = "Dialogue: 0,0:00:{:02}.00,0:00:{:02}.50,Default,,0,0,0,,{}\n"
    return head + "".join(row.format(n, n, text) for n, text in enumerate(lines, 1))


def _sql(lines: list[str]) -> str:
    rows = ",\n".join(f"({n},'{text}')" for n, text in enumerate(lines, 1))
    return (
        "-- MySQL dump\n/*!40101 SET NAMES utf8mb4 */;\nCREATE TABLE `tin` (\n  `id` int,\n"
        f"  `noi_dung` text\n) ENGINE=InnoDB;\nINSERT INTO `tin` VALUES {rows};\n"
    )


def _jsonl(lines: list[str]) -> str:
    rows = ({"id": n, "text": x} for n, x in enumerate(lines, 1))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _json(lines: list[str]) -> str:
    return json.dumps({"bai": [{"text": x} for x in lines]}, ensure_ascii=False, indent=1)


def _xml(lines: list[str]) -> str:
    rows = "".join(f"  <item>{escape(x)}</item>\n" for x in lines)
    return f'<?xml version="1.0"?>\n<list>\n{rows}</list>\n'


def _po(lines: list[str]) -> str:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    rows = (f'\nmsgid "line {n}"\nmsgstr "{x}"\n' for n, x in enumerate(lines, 1))
    return head + "".join(rows)


def _ini(lines: list[str]) -> str:
    return "[tin]\n" + "".join(f"dong{n} = {x}\n" for n, x in enumerate(lines, 1))


def _yaml(lines: list[str]) -> str:
    return "tin:\n" + "".join(f"  - {x}\n" for x in lines)


def _tex(lines: list[str]) -> str:
    body = "\n\n".join(lines)
    return f"\\documentclass{{article}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def _markdown(lines: list[str]) -> str:
    return f"# {TITLE}\n\n" + "".join(f"- {x}\n" for x in lines)


def _page(lines: list[str]) -> str:
    body = "".join(f"<p>{' '.join(lines[n:] + lines[:n])}</p>\n" for n in range(3))
    menu = '<ul class="menu"><li><a href="/">A</a></li><li><a href="/b">B</a></li></ul>'
    return (
        f"<html><head><title>{TITLE}</title></head><body>{menu}\n"
        f'<h1>{TITLE}</h1>\n<div class="article">{body}</div></body></html>\n'
    )


TEXTS: dict[str, Callable[[list[str]], str]] = {
    "thu.txt": _letter,
    "GHI-CHU": _letter,
    "nhat-ky.log": _letter,
    "bang.csv": _table,
    "bang.tsv": lambda lines: _table(lines, "\t"),
    "phim.srt": _subrip,
    "phim.vtt": _vtt,
    "phim.ass": _ass,
    "kho.sql": _sql,
    "bai.jsonl": _jsonl,
    "danh-sach.xml": _xml,
    "dich.po": _po,
    "cai-dat.ini": _ini,
    "tin.yaml": _yaml,
    "bai.tex": _tex,
}
"""Files that a charset of old is met in."""
MORE = {"bai.json": _json, "doc.md": _markdown}


def mojibake(text: str) -> str:
    """Return a text whose UTF-8 was read as windows-1252, bytes without a character as they are."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


def document(runs: list[tuple[str, str]]) -> bytes:
    """Return a Word document of paragraphs, each with the name of its font."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
        f"<w:t>{escape(text)}</w:t></w:r></w:p>"
        for font, text in runs
    )
    parts = {
        "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.'
        'openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="'
        'application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/'
        'document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
        'document.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.'
        'openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document'
        '.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{space}">'
        f"<w:body>{body}</w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def letters_of(data: bytes) -> str:
    """Return the text of a result: of a package, what stands in its parts."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8-sig", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return re.sub("<[^>]*>", "", "\n".join(parts))


def _in_font(charset: str, text: str) -> str:
    return text.encode(charset).decode("cp1252" if charset == "vni" else "latin-1")


def items() -> Iterator[Item]:
    """Yield the files of the folder."""
    for charset in ("tcvn3", "vni", "viscii"):
        for name, build in TEXTS.items():
            clean = build(SENTENCES)
            mark = "\ufeff" if name.endswith((".csv", ".tsv")) else ""
            yield Item(f"{charset}/{name}", clean.encode(charset), (mark + clean).encode())
        page = _page(SENTENCES).encode(charset)
        yield Item(f"{charset}/trang.html", page, None, (*SENTENCES, TITLE), f"{charset}/trang.txt")
    for name, build in (TEXTS | MORE).items():
        if name == "tin.yaml":
            continue  # it may not hold the control characters that mojibake has
        clean = build(SENTENCES)
        yield Item(f"mojibake/{name}", mojibake(clean).encode(), clean.encode())
    for name in ("thu.txt", "bai.jsonl"):
        clean = TEXTS[name](SENTENCES)
        yield Item(f"nfd/{name}", unicodedata.normalize("NFD", clean).encode(), clean.encode())
    for name in ("thu.txt", "bang.csv", "phim.srt"):
        clean = TEXTS[name](SENTENCES)
        yield Item(f"utf-16/{name}", clean.encode("utf-16"), clean.encode("utf-16"))
    clean = _letter(SENTENCES)
    packed = gzip.compress(clean.encode("tcvn3"), mtime=0)
    yield Item("packed/thu.txt.gz", packed, None, tuple(SENTENCES))
    for font, charset in ((".VnTime", "tcvn3"), ("VNI-Times", "vni")):
        told = [(font, _in_font(charset, x)) for x in SENTENCES]
        yield Item(f"office/{charset}.docx", document(told), None, tuple(SENTENCES))
    fonts = [(".VnTime", "tcvn3"), ("VNI-Times", "vni"), ("Arial", "")]
    mixed = [
        (fonts[n % 3][0], _in_font(fonts[n % 3][1], x) if fonts[n % 3][1] else x)
        for n, x in enumerate(SENTENCES)
    ]
    yield Item("office/mixed.docx", document(mixed), None, tuple(SENTENCES))
    for name in ("thu.txt", "kho.sql", "phim.srt"):
        clean = TEXTS[name](SENTENCES)
        yield Item(f"sach/{name}", clean.encode(), clean.encode())
    whole = document([("Times New Roman", x) for x in SENTENCES])
    yield Item("sach/thu.docx", whole, whole)
    half = [x if n % 2 else _in_font("tcvn3", x) for n, x in enumerate(SENTENCES)]
    yield Item("mixed/thu.txt", _letter(half).encode(), clean_letter())
    lines = "".join(
        json.dumps({"text": mojibake(x) if n % 2 else _in_font("vni", x)}, ensure_ascii=False)
        + "\n"
        for n, x in enumerate(SENTENCES)
    )
    yield Item("mixed/bai.jsonl", lines.encode(), None, tuple(SENTENCES))


def clean_letter() -> bytes:
    """Return the letter as it is meant."""
    return _letter(SENTENCES).encode()


REST = {
    "anh/mot.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256)),
    "anh/hai.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "kho.bin": bytes(range(256)) * 4,
    "hong.docx": b"PK\x03\x04" + bytes(200),
}
"""What can't be read: it has to be said."""


def make(folder: Path) -> list[Item]:
    """Write the folder; return what can be read of it."""
    found = list(items())
    for name, data in [*((item.path, item.data) for item in found), *REST.items()]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return found


if __name__ == "__main__":
    print(f"{len(make(Path(sys.argv[1])))} files")
