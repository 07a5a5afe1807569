"""`inspect`: what it says of a text, of bytes, and on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import strategies
from click.testing import CliRunner
from hypothesis import given, settings

from vnclean.channels import cp1252_bestfit, in_lines
from vnclean.inspection import inspect

LINES = [
    "Sáng nay mưa lớn làm ngập nhiều tuyến đường ở trung tâm thành phố.",
    "Người dân phải dắt xe qua những đoạn nước sâu hơn nửa mét.",
    "Theo đài khí tượng thủy văn, mưa còn kéo dài đến hết ngày mai.",
]
TEXT = "\n".join(LINES * 3)
DAMAGED = in_lines(cp1252_bestfit, TEXT, [1, 2, 7])


def test_clean_text_has_no_damage() -> None:
    found = inspect(TEXT)
    assert found.damage == ()
    assert found.share == 0
    assert (found.lines, found.unicode_form) == (9, "NFC")
    assert found.tone_style == {"old": 3, "new": 0}


def test_damage_is_named_with_its_lines_and_repairs() -> None:
    found = inspect(DAMAGED, examples=2)
    (damage,) = found.damage
    assert damage.rule == "lossy.cp1252_bestfit"
    assert damage.lines == ((2, 3), (8, 8))
    assert damage.share == round(damage.words / found.words, 4)
    assert [example.line for example in damage.examples] == [2, 2]
    assert damage.examples[0].after == "Người"


def test_bytes_are_decoded_first() -> None:
    found = inspect(DAMAGED.encode())
    assert found.encoding == "utf-8"
    assert found.damage[0].rule == "lossy.cp1252_bestfit"


def test_everything_can_be_json() -> None:
    record = json.loads(json.dumps(inspect(DAMAGED).as_dict()))
    assert record["damage"][0]["lines"] == [[2, 3], [8, 8]]


def test_command(tmp_path: Path) -> None:
    from vnclean.cli.damage_report import inspect as command

    path = tmp_path / "a.txt"
    path.write_text(DAMAGED, encoding="utf-8")
    shown = CliRunner().invoke(command, [str(path)])
    assert "lossy.cp1252_bestfit" in shown.output
    assert "lines 2-3, 8" in shown.output
    record = json.loads(CliRunner().invoke(command, [str(path), "--format", "json"]).output)
    assert record["file"] == str(path)
    assert record["lines"] == 9


@settings(max_examples=20)
@given(strategies.anything())
def test_any_text_can_be_inspected(text: str) -> None:
    found = inspect(text)
    assert 0 <= found.share <= 1
    json.dumps(found.as_dict())
