"""What a run counts: tallies, samples of edits, the summary of its files."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.engine import RunOptions, Summary
from vnclean.engine.counts import SAMPLES, EditCounts, Sample
from vnclean.engine.journal import Mark
from vnclean.engine.plan import Task
from vnclean.engine.writing import MAX_SHOWN, is_output_kept
from vnclean.formats import format_named
from vnclean.signals import Criteria
from vnclean.transform import Edit, apply_edits

TEXT = "".join(chr(ord("a") + n % 26) for n in range(200))


def edit(start: int, end: int, new: str = "-") -> Edit:
    return Edit(start, end, new, "r", 1.0)


@pytest.mark.parametrize(
    ("spans", "number", "start", "end"),
    [
        ([(100, 102)], 0, 60, 142),
        ([(3, 4), (190, 191)], 0, 0, 44),
        ([(3, 4), (190, 191)], 1, 150, 200),
        ([(60, 61), (100, 102)], 1, 60, 142),  # one that just has room is shown as an edit
        ([(59, 61), (100, 102)], 1, 61, 142),  # of one that has none nothing is shown
        ([(59, 60), (100, 102)], 1, 60, 142),
        ([(40, 50), (55, 61), (70, 72), (100, 102)], 3, 61, 142),
        ([(100, 102), (141, 142)], 0, 60, 142),
        ([(100, 102), (141, 143)], 0, 60, 141),
        ([(100, 102), (142, 143)], 0, 60, 142),
        ([(100, 102), (110, 111), (141, 143), (150, 151)], 0, 60, 141),
        ([(98, 100), (100, 102), (102, 105)], 1, 60, 142),
    ],
)
def test_a_sample_shows_what_stands_around_an_edit(spans, number, start, end):
    edits = [edit(*span) for span in spans]
    sample = Sample.of(TEXT, edits, number)
    assert (sample.before, sample.after) == (TEXT[slice(*spans[number])], "-")
    assert "".join(old for old, _ in sample.passage) == TEXT[start:end]
    inside = [edit(a - start, b - start) for a, b in spans if start <= a and b <= end]
    assert "".join(new for _, new in sample.passage) == apply_edits(TEXT[start:end], inside)
    assert all(old or new for old, new in sample.passage)
    assert sum(old != new for old, new in sample.passage) == len(inside)


numbers = st.integers(0, 1000)
counters = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)).map(Counter)
samples = st.dictionaries(
    st.sampled_from("rs"),
    st.lists(
        st.builds(Sample, st.sampled_from("ab"), st.sampled_from("ab"), st.just((("x", "y"),))),
        min_size=1, max_size=2, unique=True,
    ),
)  # fmt: skip
COUNTERS = ("rules", "encodings", "notes")
NUMBERS = [one.name for one in fields(EditCounts) if one.name not in (*COUNTERS, "samples")]
tallies = st.builds(
    EditCounts, **dict.fromkeys(NUMBERS, numbers), **dict.fromkeys(COUNTERS, counters),
    samples=samples,
)  # fmt: skip


@given(tallies, tallies)
def test_tallies_add_up(one, other):
    wanted = {name: getattr(one, name) + getattr(other, name) for name in NUMBERS}
    wanted |= {name: getattr(one, name) + getattr(other, name) for name in COUNTERS}
    one.add(other)
    assert {name: getattr(one, name) for name in wanted} == wanted


@given(tallies)
def test_a_tally_comes_back_from_its_values(tally):
    values = tally.as_dict()
    assert EditCounts.from_dict(values) == tally
    assert EditCounts.from_dict(values).as_dict() == values
    for name in COUNTERS:
        rows = list(values[name].items())
        assert rows == sorted(rows, key=lambda row: (-row[1], row[0]))


@pytest.mark.parametrize(
    "wrong", [{"texts": True}, {"texts": "1"}, {"texts": 1.0}, {"rules": {"r": "1"}}, {"other": 1}]
)
def test_values_that_are_no_tally_are_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        EditCounts.from_dict(EditCounts().as_dict() | wrong)


def test_samples_of_a_rule_are_few_and_differ():
    tally = EditCounts()
    assert tally.wants_sample("r")
    first = Sample("a", "b", (("c", "d"),))
    for sample in (first, Sample("a", "b", ()), Sample("a", "c", ()), Sample("b", "b", ())):
        tally.add_sample("r", sample)
    assert tally.samples == {"r": [first, Sample("a", "c", ()), Sample("b", "b", ())]}
    assert SAMPLES == 3
    assert not tally.wants_sample("r")
    assert tally.wants_sample("s")
    tally.add_sample("r", Sample("x", "y", ()))
    assert len(tally.samples["r"]) == SAMPLES


def mark(tally=(), faults: int = 0, kept: bool = True, **values) -> Mark:
    return Mark("t", True, 0, 0, 0, faults, kept, EditCounts(**dict(tally)), **values)


def test_a_summary_names_what_was_done():
    summary = Summary()
    summary.enter("clean", mark(tally={"texts": 3}))
    summary.enter("coded", mark(tally={"recoded": 1}))
    summary.enter("few", mark(tally={"texts": 5, "changed": 1, "rules": Counter(r=1)}))
    summary.enter("most", mark(tally={"texts": 9, "changed": 1, "rules": Counter(r=7, s=2)}))
    summary.enter("more", mark(tally={"texts": 9, "changed": 2, "rules": Counter(r=1)}))
    summary.enter("also", mark(tally={"texts": 9, "changed": 2, "rules": Counter(r=1)}))
    summary.enter("bad", mark(faults=2, kept=False, shown=[[1, "one"], [2, "two"]]))
    assert (summary.files, summary.files_changed) == (7, 5)
    assert summary.failed == summary.left == ["bad"]
    assert summary.faults == [("bad", 1, "one"), ("bad", 2, "two")]
    assert summary.busiest == [
        (-9, 1, 9, "most"), (-1, 2, 9, "also"), (-1, 2, 9, "more"), (-1, 1, 5, "few")
    ]  # fmt: skip


def test_a_summary_names_no_more_than_so_many():
    summary = Summary()
    for number in range(MAX_SHOWN + 2):
        shown = [[n, "r"] for n in range(3)]
        tally = {"changed": 1, "rules": Counter(r=number)}
        summary.enter(f"{number:03}", mark(faults=1, shown=shown, tally=tally))
    assert len(summary.faults) == len(summary.busiest) == MAX_SHOWN
    assert summary.faults[-1] == ("033", 0, "r")
    assert summary.busiest[0][0] == -(MAX_SHOWN + 1)
    assert len(summary.failed) == MAX_SHOWN + 2


LINES, DOCUMENT = format_named("jsonl"), format_named("txt")


@pytest.mark.parametrize(
    ("kept", "values", "wrote", "in_place", "kind", "options"),
    [
        (True, {}, True, False, LINES, {}),
        (True, {}, False, False, LINES, {}),
        (False, {"spoilt": True}, True, False, LINES, {}),
        (True, {"lost": True}, True, False, LINES, {}),
        (False, {"lost": True, "tally": {"changed": 1}}, True, True, LINES, {}),
        (False, {"faults": 1}, False, False, LINES, {}),
        (False, {"faults": 2, "tally": {"records": 2, "rejected": 2}}, True, False, LINES, {}),
        (True, {"faults": 2, "tally": {"records": 3, "rejected": 2}}, True, False, LINES, {}),
        (False, {"tally": {"filtered": 1}}, False, False, DOCUMENT, {}),
        (True, {"tally": {"filtered": 1}}, False, False, LINES, {}),
        (True, {"tally": {"filtered": 1}}, True, False, DOCUMENT, {}),
        (False, {}, True, True, LINES, {}),
        (True, {"tally": {"changed": 1}}, True, True, LINES, {}),
        (True, {"tally": {"recoded": 1}}, True, True, LINES, {}),
        (True, {}, True, True, LINES, {"signals": True}),
        (False, {"faults": 1, "tally": {"records": 3, "rejected": 1, "changed": 1}}, True, True,
         LINES, {}),
        (True, {"faults": 1, "tally": {"records": 3, "rejected": 1}}, True, True, LINES,
         {"rejects": Path("r")}),
    ],
)  # fmt: skip
def test_which_outputs_are_kept(kept, values, wrote, in_place, kind, options):
    task = Task(Path("a"), Path("b"), kind, in_place)
    assert is_output_kept(task, mark(**values), wrote, RunOptions(**options)) is kept


def test_options_that_contradict_each_other_are_refused(tmp_path):
    from vnclean.engine.options import OptionsError
    from vnclean.engine.sampling import Selection
    from vnclean.formats import format_named

    with pytest.raises(OptionsError, match="fresh output"):
        RunOptions(selection=Selection(1), resume=True, journal=tmp_path / "j")
    with pytest.raises(OptionsError, match="needs an output"):
        RunOptions(resume=True)
    RunOptions(resume=True, journal=tmp_path / "j")
    RunOptions(selection=Selection(1))
    here = Task(tmp_path / "a", tmp_path / "a", LINES, in_place=True)
    away = Task(tmp_path / "a", tmp_path / "b", LINES)
    plain = Task(tmp_path / "c", tmp_path / "d", DOCUMENT)
    dump = Task(tmp_path / "dump.sql", tmp_path / "d", format_named("sql"))
    criteria = Criteria.parse("marked >= 0.05")
    for options, tasks, told in (
        ({"min_quality": criteria}, [away, here], "leaves records out"),
        ({"min_quality": criteria}, [dump], "dump.sql has to stay whole"),
        ({"signals": True}, [away, plain], "JSON lines; .*c has none"),
        ({"selection": Selection(1)}, [here], "fresh output"),
    ):
        with pytest.raises(OptionsError, match=told):
            RunOptions(**options).check(tasks)
        RunOptions(**options).check([away])
    RunOptions().check([here, plain])
