"""Changes composed of edits, offsets back to the original, edits as values: exact spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean
from vnclean.result import Change, Result, compose, records, to_edits, undo
from vnclean.transform import Edit, Safety, apply_edits


def put(start: int, end: int, new: str, rule: str = "r", confidence: float = 1.0,
        safety: Safety = Safety.SAFE, alternatives: tuple[str, ...] = ()) -> Edit:  # fmt: skip
    return Edit(start, end, new, rule, confidence, safety, alternatives)


@pytest.mark.parametrize(
    ("first", "then", "spans"),
    [
        # one step alone: neighbours stay apart
        ([], [put(0, 1, "xy"), put(1, 2, ""), put(2, 2, "z")],
         [(0, 1, 0, 2), (1, 2, 2, 2), (2, 2, 2, 3)]),
        ([], [put(1, 1, "x"), put(1, 2, "y")], [(1, 1, 1, 2), (1, 2, 2, 3)]),
        # two steps at different places, the later in the text first or last
        ([put(0, 1, "xyz")], [put(5, 6, "")], [(0, 1, 0, 3), (3, 4, 5, 5)]),
        ([put(4, 5, "xyz")], [put(0, 2, "")], [(0, 2, 0, 0), (4, 5, 2, 5)]),
        # the same place twice
        ([put(2, 4, "x")], [put(2, 3, "yy")], [(2, 4, 2, 4)]),
        ([put(2, 3, "xyz")], [put(3, 4, "")], [(2, 3, 2, 4)]),
        ([put(2, 3, "xyz")], [put(1, 3, "-")], [(1, 3, 1, 4)]),
        ([put(2, 3, "xyz")], [put(4, 7, "-")], [(2, 5, 2, 5)]),
        ([put(1, 2, "x"), put(4, 5, "y")], [put(1, 5, "-")], [(1, 5, 1, 2)]),
        ([put(1, 2, "xx"), put(4, 5, "y")], [put(2, 6, "-")], [(1, 5, 1, 3)]),
        # touching, but not the same
        ([put(0, 2, "xy")], [put(2, 3, "z")], [(0, 2, 0, 2), (2, 3, 2, 3)]),
        ([put(0, 2, "xy")], [put(2, 2, "z")], [(0, 2, 0, 2), (2, 2, 2, 3)]),
        ([put(2, 3, "")], [put(0, 2, "-")], [(0, 2, 0, 1), (2, 3, 1, 1)]),
        ([put(2, 3, "x")], [put(0, 2, "-")], [(0, 2, 0, 1), (2, 3, 1, 2)]),
        ([put(1, 3, "xy")], [put(1, 1, "z")], [(1, 1, 1, 2), (1, 3, 2, 4)]),
        # where nothing is left: what is put there belongs to it, another gap does not
        ([put(1, 2, "")], [put(1, 1, "z")], [(1, 2, 1, 2)]),
        ([put(1, 2, ""), put(2, 4, "")], [], [(1, 2, 1, 1), (2, 4, 1, 1)]),
        ([put(1, 2, ""), put(2, 4, "")], [put(1, 1, "z")], [(1, 2, 1, 1), (2, 4, 1, 2)]),
        ([put(1, 2, "")], [put(1, 2, "z")], [(1, 2, 1, 1), (2, 3, 1, 2)]),
        ([put(1, 1, "x")], [put(1, 2, "")], [(1, 1, 1, 1)]),
        ([put(1, 2, "")], [put(0, 3, "z")], [(0, 4, 0, 1)]),
    ],
)  # fmt: skip
def test_composed_changes_have_exact_spans(first, then, spans):
    original = "abcdefghij"
    changes = compose(compose([], first), then)
    assert [change[:4] for change in changes] == spans
    causes = [cause for change in changes for cause in change.causes]
    assert sorted(causes) == sorted([*first, *then])
    text = apply_edits(apply_edits(original, first), then)
    assert apply_edits(original, to_edits(original, text, changes)) == text


def test_an_edit_of_several_causes_is_as_sure_as_the_least():
    one = put(0, 1, "x", "a", 0.9, Safety.SAFE, ("u",))
    other = put(0, 1, "y", "b+a", 0.7, Safety.LIKELY, ("v",))
    third = put(0, 1, "y", "c", 0.8, Safety.SUGGEST)
    for causes, rule, confidence, safety in (
        ((one, other), "a+b", 0.7, Safety.LIKELY),
        ((other, one), "b+a", 0.7, Safety.LIKELY),
        ((one, third, other), "a+c+b", 0.7, Safety.SUGGEST),
    ):
        [edit] = to_edits("abc", "ybc", [Change(0, 1, 0, 1, causes)])
        assert edit == put(0, 1, "y", rule, confidence, safety)
    [edit] = to_edits("abc", "xbc", [Change(0, 1, 0, 1, (one,))])
    assert edit == one
    assert to_edits("abc", "abc", [Change(0, 1, 0, 1, (one, other))]) == []


def result() -> Result:
    original, edits = "ab  cd", (put(1, 2, "xyz", "a"), put(2, 4, "", "b"), put(5, 5, "!", "c+a"))
    return Result(original, apply_edits(original, edits), edits)


def test_offsets_lead_back():
    found = result()
    assert found.text == "axyzc!d"
    assert [found.to_original(at) for at in range(8)] == [0, 1, 2, 2, 4, 5, 5, 6]
    for at in (-1, 8):
        with pytest.raises(IndexError, match=f"{at} lies outside the cleaned text"):
            found.to_original(at)
    assert Result("abc", "abc").to_original(3) == 3
    assert (found.changed, Result("a", "a").changed) == (True, False)


def test_records_name_what_stood_there_and_their_steps():
    found = records(result(), {"a": "one", "c": "two"})
    assert [(row["before"], row["after"], row["step"]) for row in found] == [
        ("b", "xyz", "one"), ("  ", "", ""), ("", "!", "two+one")
    ]  # fmt: skip
    assert "step" not in result().records()[0]
    edit = put(0, 1, "x", confidence=0.123456)
    assert records(Result("a", "x", (edit,)))[0]["confidence"] == 0.1235


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("axyzc!", [(1, "b", "xyz")]),  # shifted by what stood before
        ("ab", [(3, "c", "")]),  # behind the end
        ("ab", [(1, "", "b"), (0, "", "a")]),  # not in order
        ("ab", [(0, "", "ab"), (0, "x", "b")]),  # overlapping
        ("ab", [(0, "", "b")]),
    ],
)
def test_what_the_edits_did_not_lead_to_is_refused(text, edits):
    if text == "axyzc!":
        text = "a" + text
    rows = [{"start": start, "before": before, "after": after} for start, before, after in edits]
    with pytest.raises(ValueError, match="is not the text"):
        undo(text, rows)


def test_undoing_works_up_to_the_very_end():
    assert undo(result().text, result().records()) == "ab  cd"
    assert undo("ab", [{"start": 2, "before": "c", "after": ""}]) == "abc"
    assert undo("ab", [{"start": 0, "before": "", "after": "a"},
                       {"start": 0, "before": "x", "after": "b"}]) == "x"  # fmt: skip
    same = "".join(["a", "b"])
    assert undo(same, []) is same


def test_a_diff_shows_so_much_around():
    text = "\n".join("abcdefg")
    found = Result(text, text.replace("d", "x"), (put(6, 7, "x"),))
    for context in (0, 1, 2):
        shown = found.diff("n", context).split("\n")
        assert shown[0] == "--- n"
        assert sum(line.startswith(" ") for line in shown) == 2 * context
    assert found.diff() == found.diff("text", 1)
    assert Result("a", "a").diff() == ""


@given(st.text("ab q\n", max_size=12), st.data())
def test_offsets_and_spans_lead_both_ways(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    edits = tuple(
        Edit(a, b, data.draw(st.text("xyz", max_size=3)), "r")
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    )
    result = Result(text, apply_edits(text, edits), edits)
    there = [result.to_cleaned(at) for at in range(len(text) + 1)]
    assert there == sorted(there)
    assert (there[0] == 0 or edits[0].start == 0, there[-1]) == (True, len(result.text))
    inside = {at for edit in edits for at in range(edit.start, edit.end + 1)}
    for at in set(range(len(text) + 1)) - inside:
        assert result.to_original(there[at]) == at
        if at < len(text) and at + 1 not in inside:
            assert text[at] == result.text[there[at]]
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    a, b = result.cleaned_span(low, high)
    assert 0 <= a <= b <= len(result.text)
    for edit in edits:
        if low <= edit.start and edit.end <= high and edit.end > edit.start:
            assert edit.replacement in result.text[a:b]
    low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(result.text))] * 2)))
    a, b = result.original_span(low, high)
    assert 0 <= a <= b <= len(text)
    for bad in (-1, len(text) + 1):
        with pytest.raises(IndexError, match="outside the original"):
            result.to_cleaned(bad)


def test_a_notebook_shows_the_changes():
    result = vnclean.explain("Có <b> hiệu  qủa & " + "một dòng sạch " * 80 + "hiệu qủa")
    shown = result._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown
    assert "tone.misplaced, 0.999" in shown
    assert shown.count("<del") == len(result.edits)
    assert f"{len(result.edits)} changes" in shown
    assert len(shown) < 3000
    assert "0 changes" in vnclean.explain("sạch")._repr_html_()


def test_the_event_loop_goes_on_while_a_text_is_cleaned():
    import asyncio

    text = "Tham mưu có hiệu qủa cho cấp trên.\n" * 20_000

    async def both() -> tuple[str, int]:
        beats = 0
        task = asyncio.create_task(vnclean.aclean(text))
        while not task.done():
            await asyncio.sleep(0.001)
            beats += 1
        return await task, beats

    cleaned, beats = asyncio.run(both())
    assert cleaned == text.replace("qủa", "quả")
    assert beats > 3
