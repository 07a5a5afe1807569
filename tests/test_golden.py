"""Golden files by provenance: what is cleaned, what stays, and what we know to fail.

Every `tests/golden/<provenance>/*.tsv` holds rows of `input <tab> expected <tab> preset <tab>
note`; README.md there describes the form. Folders below belong to the test of their room.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

import vnclean

GOLDEN = Path(__file__).parent / "golden"
PROVENANCES = ("in_the_wild", "synthetic", "known_failures")

_ESCAPES = {"\\\\": "\\", "\\n": "\n", "\\t": "\t", "\\r": "\r"}


class Case(NamedTuple):
    """One row: what goes in, what must come out, by which preset, and why."""

    source: str
    expected: str
    preset: str
    note: str


def unescape(field: str) -> str:
    r"""Undo the four escapes of a golden field: \n, \t, \r, \\, and \uXXXX for the invisible.

    >>> unescape("a\\tb\\u00a0c \\\\u1ec7")
    'a\tb\xa0c \\u1ec7'
    """
    out, at = [], 0
    while at < len(field):
        two = field[at : at + 2]
        if two in _ESCAPES:
            out.append(_ESCAPES[two])
            at += 2
        elif two == "\\u":
            out.append(chr(int(field[at + 2 : at + 6], 16)))
            at += 6
        else:
            out.append(field[at])
            at += 1
    return "".join(out)


def cases(provenance: str) -> list[object]:
    """Return the rows of all files of a provenance as pytest parameters."""
    found = []
    for path in sorted((GOLDEN / provenance).glob("*.tsv")):
        for number, row in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not row or row.startswith("# "):
                continue
            fields = row.split("\t")
            where = f"{path.relative_to(GOLDEN).with_suffix('')}:{number}"
            if len(fields) not in (3, 4):
                raise ValueError(f"{where} has {len(fields)} fields, it needs 3 or 4")
            source, expected, preset, note = [*map(unescape, fields), ""][:4]
            found.append(pytest.param(Case(source, expected, preset, note), id=where))
    return found


def check(case: Case) -> None:
    """Assert that the preset gives what is expected, and that its edits say the same."""
    result = vnclean.explain(case.source, preset=case.preset)
    assert result.text == case.expected, case.note
    assert vnclean.clean(case.source, preset=case.preset) == case.expected


@pytest.mark.parametrize("case", cases("in_the_wild"))
def test_damage_as_reported_in_public(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("synthetic"))
def test_damage_of_our_own_making(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", cases("known_failures"))
@pytest.mark.xfail(strict=True, reason="known to fail; move the row once it passes")
def test_known_failures(case: Case) -> None:
    check(case)


def test_every_folder_has_a_test() -> None:
    folders = {path.name for path in GOLDEN.iterdir() if path.is_dir()}
    assert folders <= {*PROVENANCES, "negative", "confidences"}
