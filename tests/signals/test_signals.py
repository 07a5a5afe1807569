"""Quality signals, the conditions over them, and the run that filters while it cleans."""

from __future__ import annotations

import contextlib
import json
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import vnclean
from tests.engine.test_engine import tree
from tests.strategies import anything, written_lines
from vnclean.cli import main
from vnclean.engine import EditCounts
from vnclean.pipeline import Pipeline
from vnclean.registry import registry
from vnclean.signals import SIGNALS, Criteria, Quality, quality
from vnclean.signals.measures import FURNITURE, is_signal

GOOD = (
    "Sáng nay trời mưa to, bọn trẻ trong xóm không phải đi học nên kéo nhau ra sân bắt cá rô.\n"
    "Mẹ tôi đứng trong bếp gọi với ra, bảo chúng nó vào nhà kẻo cảm lạnh, nhưng chẳng đứa nào nghe."
)
ENGLISH = "The rain kept falling all morning and the children of the village ran out to the yard."


@pytest.mark.slow
@example("A0A0A")
@example("A\u0300\u0309")
@given(anything())
def test_signals_of_anything_are_figures(text):
    found = quality(text).as_dict()
    assert list(found) == list(SIGNALS)
    counts = {"characters", "syllables", "syllable_length", "lines", "perplexity"}
    for name, value in found.items():
        if name in counts:
            assert value is None or value >= 0
        else:
            assert value is not None
            assert 0 <= value <= 1, name
    json.dumps(found, allow_nan=False)


@given(anything())
def test_signals_of_a_cleaned_text(text):
    result = vnclean.explain(text)
    found = quality(result)
    for name in ("damaged", "repaired", "furniture"):
        assert 0 <= found[name] <= 1
    assert found["before.syllables"] == quality(text).syllables
    if not result.edits and not result.suggestions:
        assert (found.repaired, found.furniture) == (0, 0)


def test_vietnamese_is_told_from_what_is_not():
    good, english = quality(GOOD), quality(ENGLISH)
    assert good.spellable == 1
    assert good.marked > 0.2
    assert good.stop_words > 0.1
    assert good.sentence_lines == 1
    assert english.spellable < 0.5
    assert english.marked == 0
    salad = " ".join(sorted(GOOD.lower().split()))
    assert good.perplexity * 3 < quality(salad).perplexity < quality(ENGLISH).perplexity


@given(st.lists(written_lines(), min_size=3, max_size=6, unique=True))
def test_repetition(lines):
    text = "\n".join(lines)
    once, thrice = quality(text), quality("\n".join([text] * 3))
    assert once.repeated_lines == 0
    assert 0.6 < thrice.repeated_lines < 0.7
    assert thrice.repeated_runs >= 0.6 or once.syllables < 24


def test_what_a_text_is_made_of():
    found = quality("- một\n- hai …\n### 12 ###\nBa bốn.")
    assert found.lines == 4
    assert found.bullet_lines == 0.5
    assert found.ellipsis_lines == 0.25
    assert found.sentence_lines == 0.5
    assert found.symbols == pytest.approx(6 / 23, abs=0.01)
    assert found.digits == pytest.approx(2 / 23, abs=0.01)
    assert math.isinf(quality("123").perplexity)
    assert quality("123").as_dict(["perplexity"]) == {"perplexity": None}


def test_letters_that_were_taken_apart_bear_their_marks():
    assert quality("e\u0302\u0323").marked >= 0.5
    assert quality("ệ").marked == 1


def test_what_cleaning_found():
    page = GOOD.replace("xóm", "xÃ³m").replace("đứa", "đ?a") + "\nChia sẻ lên Facebook"
    result = Pipeline.preset("web").explain(page)
    found = quality(result)
    assert 0 < found.damaged < 0.1
    assert 0 < found.repaired < 0.1
    assert found.before.text == page
    gone = [edit for edit in result.edits if edit.rule.partition(".")[0] in FURNITURE]
    assert (found.furniture > 0) == bool(gone)
    assert quality("ch\ufffd cái").damaged == 0.5
    assert quality(vnclean.explain(GOOD + "  .")).repaired == 0


def test_the_steps_that_take_furniture_away_exist():
    assert set(registry()) >= FURNITURE


# -- conditions ---------------------------------------------------------------------------------

NAMES = st.sampled_from(["syllables", "spellable", "marked", "lines", "before.digits"])
NUMBERS = st.floats(0, 20).map(lambda number: f"{number:.3f}")
COMPARISONS = st.builds(
    lambda name, sign, number: (f"{name} {sign} {number}", f"q[{name!r}] {sign} {number}"),
    NAMES,
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    NUMBERS,
)
EXPRESSIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.builds(lambda a: (f"not {a[0]}", f"not {a[1]}"), COMPARISONS),
        st.builds(lambda a: (f"({a[0]})", f"({a[1]})"), inner),
        st.builds(
            lambda a, sign, b: (f"{a[0]} {sign} {b[0]}", f"{a[1]} {sign} {b[1]}"),
            inner,
            st.sampled_from(["and", "or"]),
            inner,
        ),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_a_condition_means_what_python_would_mean(pair):
    ours, theirs = pair
    found = quality(GOOD)
    criteria = Criteria.parse(ours)
    reason = criteria.reason(found)
    assert (reason is None) == eval(theirs, {"q": found})
    assert reason is None or (reason and "\n" not in reason)
    assert set(criteria.names) <= {*SIGNALS, "before.digits"}


@given(st.text(max_size=40) | st.text("spelable andornot()<>=.0123456789 %", max_size=40))
def test_what_is_no_condition_is_refused_and_nothing_else_happens(source):
    with contextlib.suppress(vnclean.ConfigError):
        assert Criteria.parse(source).names


@pytest.mark.parametrize(
    ("source", "at", "said"),
    [
        ("", 1, "a signal must stand here, not 'the end'"),
        ("spellable", 10, "must follow 'spellable'"),
        ("spellable > ", 12, "a number must stand here"),
        ("spelable > 1", 1, "did you mean 'spellable'"),
        ("before.furniture > 1", 1, "there is no signal"),
        ("spellable > 1 marked < 1", 15, "'and' or 'or' is missing"),
        ("(spellable > 1", 15, "not closed"),
        ("spellable > 1 and", 18, "a signal must stand here"),
        ("__import__('os')", 1, "can't stand here"),
        ("spellable = 1", 11, "'=' can't stand here"),
        ("(" * 500, 201, "too long"),
        ("not " * 500 + "marked > 1", 205, "too deeply"),
    ],
)
def test_errors_name_the_place(source, at, said):
    with pytest.raises(vnclean.ConfigError) as caught:
        Criteria.parse(source)
    assert said in str(caught.value)
    if at < 200 and "__" not in source:
        assert f"at character {at}." in str(caught.value)


def test_reasons():
    def why(source: str) -> str | None:
        return Criteria.parse(source).reason(quality(ENGLISH))

    assert why("marked > 5% and spellable > 0.8") == "marked is 0, wanted > 0.05"
    assert why("not syllables > 3") == "syllables is 17, wanted not > 3"
    assert why("marked > 0.5 or digits > 0.5") == (
        "marked is 0, wanted > 0.5; digits is 0, wanted > 0.5"
    )
    assert why("not (lines > 0 and syllables > 3)") == "lines is 1 and syllables is 17, not wanted"
    assert why("NOT marked > 5") is None
    assert is_signal("before.marked")


# -- runs ---------------------------------------------------------------------------------------


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    rows = [
        {"id": 1, "text": GOOD, "n": "é"},
        {"id": 2, "text": ENGLISH},
        {"id": 3},
        {"id": 4, "text": GOOD.replace("xóm", "xÃ³m")},
        {"id": 5, "text": ""},
    ]
    text = "".join(json.dumps(row, ensure_ascii=row["id"] == 4) + "\n" for row in rows)
    (tmp_path / "posts.jsonl").write_text(text + "{\n", encoding="utf-8")
    return tmp_path / "posts.jsonl"


def test_one_pass_cleans_and_filters(posts, tmp_path, capsys):
    out, rejects, edits = tmp_path / "out.jsonl", tmp_path / "r.jsonl", tmp_path / "e.jsonl"
    code = main(
        ["clean", str(posts), "-o", str(out), "--min-quality", "spellable > 0.8", "--rejects",
         str(rejects), "--edits", str(edits), "--report", str(tmp_path / "r.json")]
    )  # fmt: skip
    assert code == 3  # for the one that can't be read
    assert [json.loads(row)["id"] for row in out.read_text("utf-8").splitlines()] == [1, 3, 4]
    found = [json.loads(row) for row in rejects.read_text("utf-8").splitlines()]
    assert [(row["line"], row["reason"][:8]) for row in found] == [
        (2, "quality:"), (5, "quality:"), (6, "malforme"),
    ]  # fmt: skip
    assert json.loads(found[0]["raw"])["id"] == 2
    assert "2 records of 6 did not meet --min-quality" in capsys.readouterr().err
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert (report["filtered"], report["rejected"]) == (2, 1)
    assert main(["undo", str(out), "--edits", str(edits), "-o", str(tmp_path / "back")]) == 0
    assert (tmp_path / "back").read_bytes() == posts.read_bytes()


def test_what_is_filtered_is_no_fault(posts, tmp_path):
    posts.write_text(json.dumps({"text": ENGLISH}) + "\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert main(["clean", str(posts), "-o", str(out), "--min-quality", "spellable > 0.8"]) == 0
    assert out.read_bytes() == b""


def test_documents_that_are_filtered_have_no_file(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "in" / "bad.txt").write_text(ENGLISH, encoding="utf-8")
    args = ["clean", str(tmp_path / "in"), "--min-quality", "marked > 0.1"]
    edits = str(tmp_path / "e.jsonl")
    assert main([*args, "-o", str(tmp_path / "out"), "--edits", edits]) == 0
    assert list(tree(tmp_path / "out")) == ["good.txt"]
    back = str(tmp_path / "back")
    assert main(["undo", str(tmp_path / "out"), "--edits", edits, "-o", back]) == 0
    assert tree(tmp_path / "back") == tree(tmp_path / "in")
    assert main([*args, "--in-place"]) == 2
    assert "not --in-place" in capsys.readouterr().err


def test_signals_are_added_and_nothing_else_changes(posts, tmp_path):
    main(["clean", str(posts), "-o", str(tmp_path / "plain.jsonl")])
    out, edits = tmp_path / "out.jsonl", tmp_path / "e.jsonl"
    main(["clean", str(posts), "-o", str(out), "--signals", "--edits", str(edits)])
    plain = (tmp_path / "plain.jsonl").read_text("utf-8").splitlines()
    for row, before in zip(out.read_text("utf-8").splitlines(), plain, strict=True):
        record = json.loads(row)
        if "text" not in record:
            assert row == before
        elif record["id"] == 4:
            assert record["quality"]["damaged"] > 0
            assert row.isascii()
        else:
            assert row.startswith(before.removesuffix("}") + ', "quality": {"characters": ')
            assert record["quality"] == quality(record["text"]).as_dict()
    assert main(["undo", str(out), "--edits", str(edits), "-o", str(tmp_path / "back")]) == 0
    assert (tmp_path / "back").read_bytes() == posts.read_bytes()
    (tmp_path / "a.txt").write_text(GOOD, encoding="utf-8")
    assert main(["clean", str(tmp_path / "a.txt"), "--signals"]) == 2


def test_of_several_keys_the_first_is_judged(tmp_path, capsys):
    row = json.dumps({"title": "Rain", "text": GOOD}, ensure_ascii=False) + "\n"
    (tmp_path / "a.jsonl").write_text(row, encoding="utf-8")
    source, wanted = str(tmp_path / "a.jsonl"), ["--min-quality", "marked > 0.1"]
    assert main(["clean", source, "-k", "text", "-k", "title", *wanted]) == 0
    assert main(["clean", source, "-k", "title", "-k", "text", *wanted]) == 0
    out = capsys.readouterr()
    assert out.out.count("\n") <= 1
    assert "1 record of 1 did not meet" in out.err


def test_tallies_keep_what_is_filtered():
    tally = EditCounts(filtered=2)
    tally.add(EditCounts(filtered=3))
    assert EditCounts.from_dict(tally.as_dict()).filtered == 5


def test_a_quality_shows_its_figures():
    assert repr(Quality("a")).startswith("Quality(characters=1, syllables=1")
