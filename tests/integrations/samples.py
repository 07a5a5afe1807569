"""What every engine is given, and what the local one makes of it."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from vnclean import channels
from vnclean.pipeline import Pipeline

TEXTS: list[str | None] = [
    "Công tác tham mưu có hiệu qủa",
    None,
    "",
    " ",
    "Ð",
    "?",
    "Bà con trồng lúa trên đồng từ sáng sớm, chiều về còn chăm đàn vịt.",
    "Lấy lại mật khẩu của bạn trước khi đăng nhập".encode().decode("latin-1"),
    "Trường học nằm cạnh bờ sông, trước cổng có cây phượng già".encode().decode("cp1252", "ignore"),
    "Người dân trong xã góp tiền làm lại con đường đất".encode("cp1252", "replace").decode(
        "cp1252"
    ),
    "C\u00e9ng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp Tù do H¹nh phóc",
    "Vi&#7879;t Nam \ufeff có\u00a0biển",
    "Hai dòng\nmột   đoạn\r\nba \u2028 bốn \x85 năm",
    "The quick brown fox; 1 < 2 && x ? a : b;",
    "Công tác tham mưu có hiệu qủa",
    "chữ 👨‍👩‍👧 và 𠮷 ngoài mặt phẳng cơ bản",
]
"""Damaged, clean, foreign, empty, missing, repeated, with line ends that are none."""

LINES = [
    "Sáng nay trời mưa to, nước ngập đến tận bậc cửa nhà bà Tư.",
    "Ông kể chuyện ngày xưa đi bộ ba ngày mới tới được chợ huyện.",
    "Hàng quán ven đường đã mở cửa trở lại sau mấy tuần nghỉ tết.",
    "Cô giáo dặn học trò mang theo áo mưa vì dự báo còn mưa đến cuối tuần.",
]


def expected(preset: str = "standard") -> list[str | None]:
    """Return the texts as the pipeline alone makes them."""
    pipeline = Pipeline.preset(preset)
    return [None if text is None else pipeline(text) for text in TEXTS]


def documents(number: int) -> list[str]:
    """Return running text, every third one damaged by some channel."""
    made = []
    damages = sorted(channels.CHANNELS)
    for at in range(number):
        text = "\n".join(LINES[(at + k) % len(LINES)] for k in range(1 + at % 3)) + f" ({at})"
        if at % 3 == 0:
            text = channels.CHANNELS[damages[at // 3 % len(damages)]](text)
        made.append(text)
    return made


def write_jsonl(path: Path, texts: list[str | None]) -> None:
    """Write records with numbers that a parser would round, in an order that none would choose."""
    with path.open("w", encoding="utf-8", newline="") as file:
        for number, text in enumerate(texts):
            row = json.dumps(text, ensure_ascii=number % 2 == 0)
            file.write(f'{{"z": 1.50, "id": {number}, "text": {row}, "n": 12345678901234567890}}\n')


def needs(*packages: str) -> pytest.MarkDecorator:
    """Return a mark that skips a test where a library isn't installed."""
    missing = [package for package in packages if find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed")
