"""What reaches a terminal: nothing that it obeys, no passwords."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.cli import main
from vnclean.cli.terminal import json_line, printable
from vnclean.formats.places import Url, masked

ORDERS = "\x00\x07\x08\n\r\x1b\x7f\x9b\u200b\u200e\u202e\u2066\u2028\ufeff\U000e0041"


@pytest.mark.parametrize("sign", ORDERS)
def test_no_sign_that_a_terminal_obeys_comes_out(sign):
    assert printable(f"à{sign}b").isascii() is False
    assert sign not in printable(f"à{sign}b")
    line = json_line({"à": f"x{sign}"})
    assert sign not in line
    assert json.loads(line) == {"à": f"x{sign}"}


@given(st.text(), st.sampled_from([None, 2]))
def test_json_means_the_same(text, indent):
    assert json.loads(json_line([text, {text: 1}], indent)) == [text, {text: 1}]


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_can_be_seen_stays(text):
    assert printable(text) == masked(text)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:pa:ss@host/a?x=1", "https://me:***@host/a?x=1"),
        ("s3://key:secret@bucket/a", "s3://key:***@bucket/a"),
        ("https://h/a?X-Amz-Signature=ab1&v=2", "https://h/a?X-Amz-Signature=***&v=2"),
        ("https://h/a?sig=x%2F&token=y#z", "https://h/a?sig=***&token=***#z"),
        ("https://host/a@b:c", "https://host/a@b:c"),
        ("ssh://me@host/a", "ssh://me@host/a"),
        ("a:b@c", "a:b@c"),
    ],
)
def test_passwords_are_masked(address, shown):
    assert masked(address) == shown
    assert str(Url(address)) == shown
    if "://" in address:
        assert (Url(address) / "b").address.startswith(address)


def test_an_unforeseen_exception_is_one_line(monkeypatch, capsys, tmp_path):
    def fail(*args, **options):
        raise ZeroDivisionError("a\nb")

    (tmp_path / "a.txt").write_text("a")
    monkeypatch.setattr("vnclean.engine.plan.plan_reading", fail)
    monkeypatch.setattr("vnclean.engine.plan_reading", fail)
    assert main(["check", str(tmp_path / "a.txt"), "--isolated"]) == 3
    error = capsys.readouterr().err
    assert error.startswith("Internal error: ")
    assert "test_terminal.py" in error
    assert "ZeroDivisionError: a\\nb. Please report it.\n" in error
