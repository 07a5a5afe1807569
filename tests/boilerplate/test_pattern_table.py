"""Each row of the table of phrases and patterns does what its example and counter-example say."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

import pytest

from tests.boilerplate.beginnings import beginnings
from vnclean.boilerplate import Boilerplate
from vnclean.boilerplate.inline import find_inline, may_hold_inline
from vnclean.boilerplate.line_patterns import FLAGS, RULES, AskedLines, match_patterns
from vnclean.boilerplate.pattern_table import PatternRow, named_pattern, pattern_rows
from vnclean.boilerplate.phrases import KINDS, find_phrases, phrases

TABLE = files("vnclean.data").joinpath("boilerplate_patterns.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.split("\n") if line and line[0] != "#"]
SEARCHED = {"depicted_action", "contact"}
"""Patterns that may stand anywhere in a line."""
NO_NUMBER = r"(?!\(?\d)"
"""Said ahead by a pattern, which `beginnings` does not read."""


def label(row: PatternRow) -> str:
    return f"{row.use}-{row.rule}-{row.example}"


def rule_of(line: str) -> str:
    found = int(match_patterns([line]).rule[0])
    return RULES[found] if found >= 0 else ""


def flags_of(line: str) -> set[str]:
    found = int(match_patterns([line]).flags[0])
    return {name for number, name in enumerate(FLAGS) if found >> number & 1}


def matches(row: PatternRow, line: str) -> bool:
    """Match a row without the loop over the table, without triggers, without other rows."""
    return re.match(row.pattern, line if row.as_written else line.lower()) is not None


@pytest.mark.parametrize("row", pattern_rows("line"), ids=label)
def test_certain_rules(row: PatternRow) -> None:
    assert f"boilerplate.{row.rule}" in Boilerplate.rules
    first = [other for other in pattern_rows("line") if matches(other, row.example)]
    assert first == [row]
    assert not matches(row, row.counter_example)
    assert row.holds in row.example.lower()
    for form in (row.example, row.example.upper(), row.example.lower()):
        assert rule_of(form) == row.rule
    assert rule_of(row.counter_example) != row.rule


@pytest.mark.parametrize("row", pattern_rows("flag"), ids=label)
def test_flags(row: PatternRow) -> None:
    assert matches(row, row.example)
    assert not matches(row, row.counter_example)
    assert row.rule in flags_of(row.example)
    assert row.rule not in flags_of(row.counter_example)


@pytest.mark.parametrize("row", pattern_rows("behind") + pattern_rows("before"), ids=label)
def test_furniture_beside_a_sentence(row: PatternRow) -> None:
    found = find_inline(row.example)
    assert [(span.rule, span.confidence) for span in found] == [(row.rule, float(row.confidence))]
    assert may_hold_inline(row.example)
    assert AskedLines(row.example).may_be_page()
    assert find_inline(row.counter_example) == []


@pytest.mark.slow
@pytest.mark.parametrize("use", ["line", "flag", "behind", "before"])
def test_no_match_begins_otherwise_than_its_row_says(use: str) -> None:
    for row in pattern_rows(use):
        known = row.beginnings
        assert known or row.holds
        if not known:
            continue
        size = min(7, max(map(len, known)))
        # Behind a sign, blanks are one, and count where there must be some.
        pattern = re.sub(r"^\\s\*", "", re.sub(r"^\\s\+", " ", row.pattern))
        for may in beginnings(pattern, size):
            if may[:1] == " " and use != "behind":
                continue  # a line has no white space around it
            if NO_NUMBER in pattern and re.match(NO_NUMBER, may.lstrip()) is None:
                continue
            bare = may.lstrip()
            cut_short = len(may) == size and any(each.startswith((may, bare)) for each in known)
            assert may.startswith(known) or bare.startswith(known) or cut_short, row.pattern


@pytest.mark.parametrize(
    "row", pattern_rows("behind_metadata") + pattern_rows("before_metadata"), ids=label
)
def test_datelines_and_credits(row: PatternRow) -> None:
    found = find_inline(row.example, drop_metadata=True)
    assert [(span.rule, span.confidence) for span in found] == [(row.rule, float(row.confidence))]
    assert find_inline(row.example) == []
    assert find_inline(row.counter_example, drop_metadata=True) == []


@pytest.mark.parametrize("row", pattern_rows("named"), ids=label)
def test_named_patterns(row: PatternRow) -> None:
    pattern = named_pattern(row.rule)
    matched = pattern.search if row.rule in SEARCHED else pattern.match
    assert matched(row.example)
    assert not matched(row.counter_example)


def test_the_table_is_in_normal_form() -> None:
    assert unicodedata.is_normalized("NFC", TABLE)
    assert len(set(map(tuple, ROWS))) == len(ROWS)
    sizes = {"part": 6, "phrase": 6}
    for row in ROWS:
        assert len(row) == sizes.get(row[0], 8), row
        assert all(row[-1:]), row
    names = [row[1] for row in ROWS if row[0] in ("part", "named")]
    assert len(set(names)) == len(names)
    known = [(row[1], row[5]) for row in ROWS if row[0] == "phrase"]
    assert known == sorted(known)
    assert len({phrase for _, phrase in known}) == len(known)


def test_each_phrase_is_its_own_example() -> None:
    for phrase, kind in phrases().items():
        assert phrase == phrase.lower().strip()
        found = [] if KINDS[kind] == "function" else [(0, len(phrase), kind)]
        hits = find_phrases(phrase)
        assert list(zip(hits.start, hits.size, hits.kind, strict=True)) == found
