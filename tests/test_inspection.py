"""`inspect`: what it says of a text, of bytes, and on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import strategies
from click.testing import CliRunner
from hypothesis import given, settings
from test_golden import PROVENANCES, Case, cases

import vnclean
from vnclean.channels import cp1252_bestfit, in_lines
from vnclean.inspection import inspect
from vnclean.registry import registry

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


REPAIRS = {rule for kind in registry().values() if kind.undoes_damage for rule in kind.rules}
NOT_IN_STANDARD = {"restore_tones", "restore_diacritics"}


def assert_as_explained(text: str) -> None:
    result = vnclean.explain(text)
    edits = [*result.edits, *result.suggestions]
    explained = {rule for edit in edits for rule in edit.rule.split("+")} & REPAIRS
    found = inspect(text).damage
    assert {one.rule for one in found if one.transform not in NOT_IN_STANDARD} == explained


@pytest.mark.parametrize("text", ["Ðông", "Ðu?ng v? quê huong còn xa l?m", "Qu&#7843;ng Ninh"])
def test_damage_is_called_as_explain_calls_it(text: str) -> None:
    assert_as_explained(text)


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for name in PROVENANCES for case in cases(name)])
def test_damage_of_golden_rows_is_called_as_explain_calls_it(case: Case) -> None:
    assert_as_explained(case.source)


@settings(max_examples=30)
@given(strategies.damaged())
def test_damage_of_any_channel_is_called_as_explain_calls_it(drawn: tuple[str, str, str]) -> None:
    assert_as_explained(drawn[2])


BINARY = {
    "image.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20,
    "zeros.bin": bytes(1000),
    "page.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(x * x % 251 for x in range(4000)),
}


@pytest.mark.parametrize("name", BINARY)
def test_bytes_that_are_no_text_are_called_binary(name: str, tmp_path: Path) -> None:
    from vnclean.cli.damage_report import inspect as command

    found = inspect(BINARY[name])
    assert found.binary
    assert found.damage == ()
    path = tmp_path / name
    path.write_bytes(BINARY[name])
    shown = CliRunner().invoke(command, [str(path)], standalone_mode=False)
    assert shown.return_value == 3
    assert "it is binary" in shown.stderr
    assert shown.stdout == ""


@pytest.mark.parametrize("encoding", ["tcvn3", "viscii", "vps", "vni", "utf-16", "utf-16-le"])
def test_text_in_any_charset_is_not_binary(encoding: str) -> None:
    found = inspect((TEXT + "\nẲ Ẵ Ẫ Ỳ Ỷ Ỹ Ỵ đẵn gỗ").encode(encoding, "replace"))
    assert not found.binary
