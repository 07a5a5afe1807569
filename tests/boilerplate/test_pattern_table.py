"""Each row of the table of phrases and patterns does what its example and counter-example say."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files

import pytest

from vnclean.boilerplate import Boilerplate
from vnclean.boilerplate.distinct_lines import distinct_lines
from vnclean.boilerplate.inline import find_inline, may_hold_inline
from vnclean.boilerplate.line_patterns import FLAGS, RULES, match_patterns
from vnclean.boilerplate.pattern_table import PatternRow, named_pattern, pattern_rows
from vnclean.boilerplate.phrases import KINDS, find_phrases, phrases

TABLE = files("vnclean.data").joinpath("boilerplate_patterns.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in TABLE.split("\n") if line and line[0] != "#"]
SEARCHED = {"depicted_action", "contact"}
"""Patterns that may stand anywhere in a line."""


def label(row: PatternRow) -> str:
    return f"{row.use}-{row.rule}-{row.example}"


def rule_of(line: str) -> str:
    found = int(match_patterns(distinct_lines([line])).rule[0])
    return RULES[found] if found >= 0 else ""


def flags_of(line: str) -> set[str]:
    found = int(match_patterns(distinct_lines([line])).flags[0])
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
    assert find_inline(row.counter_example) == []


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
        hits = find_phrases([phrase])
        assert list(zip(hits.start, hits.size, hits.kind, strict=True)) == found
