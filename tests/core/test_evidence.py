"""Lines with enough evidence: the compiled sums against all runs of words, tried one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.core.evidence import EvidenceTable, stretches

FIXED = (-3.0, -2.0)
KINDS = bytes(ord("z") + 1) + b"\1\2" * 100
WORD = re.compile(r"(?:[^\W\d_]|[?1])+")


def said(word: str) -> list[float]:
    """Return what a word says that does not say it by a letter."""
    number = sum(map(ord, word))
    most = 3.0 if word.islower() or word.isupper() else 1.0
    return [min(most, number % 7 - 3), min(most, number % 5 - 2)]


def weight(word: str, column: int) -> float:
    if len(word) > 40:
        return 0.0
    decided = any(KINDS[min(ord(letter), len(KINDS) - 1)] >> column & 1 for letter in word)
    return FIXED[column] if decided else said(word)[column]


def enough(line: str, column: int, least: float) -> bool:
    """Say whether any run of words says enough."""
    weights = [weight(word, column) for word in WORD.findall(line)]
    return any(
        sum(weights[start:end]) >= least
        for start in range(len(weights))
        for end in range(start + 1, len(weights) + 1)
    )


@given(st.text("abcxyzAXYÉǅ{|}éđ𝒜?1 20.-_\n" + "\u0301", max_size=60), st.integers(1, 8))
def test_lines_with_enough_are_found(text: str, least: int) -> None:
    table = EvidenceTable(KINDS, "?1", FIXED, 3.0, 1.0, float(least))
    asked: list[str] = []

    def learn(words: list[str]) -> list[list[float]]:
        asked.extend(words)
        return [said(word) for word in words]

    found = table.lines(text, learn)
    assert table.lines(text, learn) == found
    assert len(asked) == len(set(asked)) == len(table)
    assert set(asked) <= set(WORD.findall(text))
    for column in range(2):
        lines = []
        at = 0
        for line in text.split("\n"):
            if enough(line, column, least):
                lines.append((at, at + len(line)))
            at += len(line) + 1
        assert found[column] == lines


def test_a_word_of_any_length_says_nothing() -> None:
    table = EvidenceTable(bytes(256), "", [0.0], 1.0, 1.0, 1.0)
    assert table.lines("a" * 41 + " " + "b" * 40, lambda words: [[1.0] for _ in words]) == [
        [(0, 82)]
    ]
    assert table.lines("a" * 1_000_000, lambda words: [[1.0] for _ in words]) == [[]]
    assert len(table) == 1


@pytest.mark.parametrize("fixed", [[], [0.0] * 5])
def test_a_table_has_columns(fixed: Sequence[float]) -> None:
    with pytest.raises(ValueError, match="columns"):
        EvidenceTable(bytes(1), "", fixed, 1.0, 1.0, 1.0)


def test_words_say_a_number_for_each_column() -> None:
    table = EvidenceTable(bytes(1), "", [0.0], 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="1 numbers"):
        table.lines("a", lambda words: [[1.0, 2.0] for _ in words])


def stretches_written_out(
    weights: list[float], enough: float, most_lost: float
) -> list[tuple[int, int, float]]:
    found = []
    start = 0
    while start < len(weights):
        end = start + 1
        sums = [weights[start]]
        while end < len(weights) and 0 < sums[-1] > max(sums) - most_lost:
            sums.append(sums[-1] + weights[end])
            end += 1
        if max(sums) >= enough and max(sums) > 0:
            found.append((start, start + 1 + sums.index(max(sums)), max(sums)))
        start = end
    return found


@given(st.lists(st.integers(-9, 9).map(float), max_size=30), st.integers(1, 12))
def test_stretches_are_those_written_out(weights: list[float], enough: int) -> None:
    found = stretches(weights, float(enough), 8.0)
    assert found == stretches_written_out(weights, float(enough), 8.0)
