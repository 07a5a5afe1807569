"""Splices between bytes: right, apart from each other, and no longer than what differs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.engine.byte_diff import Splice, difference, splice

ROWS = [b"row %d\n" % number for number in range(100)]
some_lines = st.lists(st.sampled_from([b"a\n", b"b\n", b"ab\n", b"\n", b"b"]), max_size=12)


@given(some_lines.map(b"".join), some_lines.map(b"".join))
def test_splices_are_apart_and_do_something(source, target):
    found = difference(source, target)
    assert splice(source, found) == target
    assert all(one.end < other.start for one, other in pairwise(found))
    assert all(source[one.start : one.end] != one.data for one in found)
    assert bool(found) == (source != target)


def shared(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


@given(st.binary(max_size=12), st.binary(max_size=12))
def test_of_one_line_only_the_middle_is_changed(source, target):
    source, target = (line.replace(b"\n", b"") for line in (source, target))
    if source != target:
        head = shared(source, target)
        rest = source[head:][::-1], target[head:][::-1]
        tail = shared(*rest)
        data = target[head : len(target) - tail]
        assert difference(source, target) == [Splice(head, len(source) - tail, data)]


@given(st.sets(st.integers(0, 99), min_size=1, max_size=8))
def test_lines_that_are_missing_cost_no_more_than_themselves(numbers):
    rest = b"".join(row for number, row in enumerate(ROWS) if number not in numbers)
    gone, whole = b"".join(ROWS[number] for number in sorted(numbers)), b"".join(ROWS)
    back, away = difference(rest, whole), difference(whole, rest)
    assert all(one.start == one.end for one in back)
    assert b"".join(one.data for one in back) == gone
    assert b"".join(whole[one.start : one.end] for one in away) == gone
    assert all(one.data == b"" for one in away)


@pytest.mark.parametrize("at", [0, 1, 50, 99, 100])
def test_lines_that_stand_elsewhere_too_are_matched_where_they_are(at):
    rows = [b"same\n", *ROWS, b"same\n"]
    new = [*rows[:at], b"same\n", b"new\n", *rows[at:]]
    for source, target in ((rows, new), (new, rows)):
        before, after = b"".join(source), b"".join(target)
        found = difference(before, after)
        assert splice(before, found) == after
        assert sum(len(one.data) + one.end - one.start for one in found) == len(b"same\nnew\n")


@pytest.mark.parametrize(
    "wrong", [[(2, 1, b"")], [(0, 5, b"")], [(5, 5, b"")], [(0, 2, b""), (1, 3, b"")],
              [(3, 3, b"a"), (1, 2, b"")], [(-1, 2, b"")]],
)  # fmt: skip
def test_splices_that_leave_the_bytes_or_overlap_are_refused(wrong):
    with pytest.raises(ValueError, match="overlap or leave"):
        splice(b"abcd", [Splice(*one) for one in wrong])


def test_splices_may_stand_at_both_ends_and_touch():
    assert splice(b"abcd", [Splice(0, 0, b"<"), Splice(0, 2, b"x"), Splice(2, 4, b"y"),
                            Splice(4, 4, b">")]) == b"<xy>"  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        (b"b\nc\n", b"d", [Splice(0, 4, b"d")]),
        (b"b", b"c\nd\n", [Splice(0, 1, b"c\nd\n")]),
        (b"a\nb\n", b"c\nd\n", [Splice(0, 1, b"c"), Splice(2, 3, b"d")]),
        (b"a\nb\n", b"a\n", [Splice(2, 4, b"")]),
        (b"", b"a\nb", [Splice(0, 0, b"a\nb")]),
        (b"a\nb", b"", [Splice(0, 3, b"")]),
        (b"x\na\n", b"a\nx\n", [Splice(0, 1, b"a"), Splice(2, 3, b"x")]),
    ],
)
def test_splices_of_a_few_lines(source, target, wanted):
    assert difference(source, target) == wanted
