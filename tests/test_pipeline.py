"""The contract of transforms, pipelines and results, whatever the transforms do."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import vnclean
from vnclean.errors import ConfigError
from vnclean.pipeline import Pipeline, _chunks, pipeline_of
from vnclean.registry import registry
from vnclean.result import compose, to_edits
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, apply_edits


@dataclass(frozen=True, repr=False)
class Swap(Transform):
    """Exchange what a pattern finds for a fixed text (for tests only)."""

    name: ClassVar[str] = "swap"
    pattern: str = "a"
    replacement: str = "b"
    safety_of_edits: Safety = Safety.SAFE
    confidence: float = 1.0

    def find(self, scan: Scan) -> Iterator[Edit]:
        for match in re.finditer(self.pattern, scan.text):
            if match.group() != self.replacement:
                yield Edit(
                    *match.span(),
                    self.replacement,
                    f"swap.{self.pattern}",
                    self.confidence,
                    self.safety_of_edits,
                )


swaps = st.builds(
    Swap,
    st.sampled_from(["a", "b", "aa", "ab", "ba", "abc", "c", "(?<=a)(?=b)", "(?=c)", " ", "$"]),
    st.sampled_from(["", "a", "bb", "c", "xyz"]),
)
short_texts = st.text("abc ", max_size=20)


@given(short_texts, st.lists(swaps, max_size=5))
def test_composed_edits_lead_from_the_original_to_the_result(text: str, steps: list[Swap]) -> None:
    current, changes = text, []
    for step in steps:
        edits = step.edits(current)
        changes = compose(changes, edits)
        current = apply_edits(current, edits)
    assert apply_edits(text, to_edits(text, current, changes)) == current


@given(short_texts, st.lists(swaps, max_size=4))
def test_explain_agrees_with_the_fast_path(text: str, steps: list[Swap]) -> None:
    # In six rounds four steps that double a text would make gigabytes of it.
    widths = [len(step.pattern) * (step.pattern[0] not in "($") for step in steps]
    growing = [
        width for step, width in zip(steps, widths, strict=True) if width < len(step.replacement)
    ]
    assume(len(growing) < 2)
    pipe = Pipeline(tuple(steps))
    result = pipe.explain(text)
    assert result.text == pipe(text)
    assert apply_edits(text, result.edits) == result.text
    offsets = [result.to_original(k) for k in range(len(result.text) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= k <= len(text) for k in offsets)
    assert result.to_original(len(result.text)) == len(text)


def test_suggestions_have_spans_in_the_original_and_are_not_applied() -> None:
    pipe = Swap("  ", " ") | Swap("qua", "quả", Safety.SUGGEST, 0.6)
    result = pipe.explain("hiệu  qua")
    assert result.text == "hiệu qua"
    assert [(s.start, s.end, s.replacement) for s in result.suggestions] == [(6, 9, "quả")]
    assert pipe.with_min_confidence(0.5)("hiệu  qua") == "hiệu quả"


def test_suggestions_in_text_that_was_taken_out_are_dropped() -> None:
    pipe = Swap("b", "x", Safety.SUGGEST, 0.6) | Swap("abc", "")
    assert pipe.explain("abc").suggestions == ()


def test_what_a_later_step_brings_to_light_is_mended_too() -> None:
    pipe = Swap("ab", "x") | Swap("-", "")
    assert pipe("a-b") == pipe.explain("a-b").text == "x"
    pipe = Swap("12", "3") | Swap("ab", "12") | Swap("-", "")
    assert pipe("a-b") == pipe.explain("a-b").text == "3"


def test_unchanged_text_is_the_same_object() -> None:
    text = "".join(["không có ", "gì để sửa"])
    assert Pipeline((Swap("zzz"),))(text) is text
    assert vnclean.clean(text) is text


def test_pipelines_combine_and_select() -> None:
    first, second = Swap("a"), Swap("b", "c")
    pipe = first | second
    assert isinstance(pipe, Pipeline)
    assert list(pipe) == [first, second]
    assert pipe[0] == first
    assert pipe["swap"] == first
    assert list(pipe[1:]) == [second]
    assert list((first | pipe) | second) == [first, first, second, second]
    assert repr(Pipeline((first,))) == "Pipeline([Swap()])"
    with pytest.raises(ConfigError, match="no step named 'nothing'"):
        pipe.without("nothing")


@pytest.mark.parametrize("name", vnclean.presets())
def test_presets_round_trip_through_toml_and_pickle(name: str) -> None:
    pipe = Pipeline.preset(name)
    assert Pipeline.from_toml(pipe.to_toml()) == pipe
    assert pickle.loads(pickle.dumps(pipe)) == pipe
    assert pipe.fingerprint() == Pipeline.from_toml(pipe.to_toml()).fingerprint()
    assert pipe.with_min_confidence(0.5).fingerprint() != pipe.fingerprint()


def test_config_extends_a_preset() -> None:
    pipe = Pipeline.from_toml(
        'preset = "web"\nwithout = ["spacing"]\nmin_confidence = 0.9\n[tone_style]\nstyle = "new"\n'
    )
    assert pipe["tone_style"].options() == {"style": "new"}
    assert pipe.min_confidence == 0.9
    assert "spacing" not in [step.name for step in pipe]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("steps = ", "can't be read"),
        ('steps = ["nothing"]', "no transform named 'nothing'"),
        ('preset = "nothing"', "no preset named 'nothing'"),
        ("colour = 3", "unknown key 'colour'"),
        ("[tone_style]\ncolour = 3", "no option 'colour'"),
        ('[tone_style]\nstyle = "purple"', "purple"),
        ("[fold]\n", "not a step"),
        ("min_confidence = 7", "probability"),
        ('preset = "web"\nsteps = []', "one of the three"),
    ],
)
def test_bad_configuration_says_what_to_do(config: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Pipeline.from_toml(config)


def test_clean_many_keeps_order_and_does_not_depend_on_jobs() -> None:
    texts = [f"câu {k} có hiệu qủa" for k in range(500)]
    pipe = Pipeline.preset("safe")
    expected = [pipe(text) for text in texts]
    assert list(pipe.clean_many(texts)) == expected
    assert list(pipe.clean_many(iter(texts), jobs=2)) == expected
    for jobs, threads in ((0, 1), (1, 0), (2, 2)):
        with pytest.raises(ConfigError):
            next(pipe.clean_many(texts, jobs, threads))


@pytest.mark.parametrize("kind", registry().values(), ids=str)
def test_every_transform_is_documented_and_frozen(kind: type[Transform]) -> None:
    transform = kind()
    assert kind.__doc__
    assert kind.__doc__.split("\n")[0].endswith(".")
    assert kind.rules, "a transform names the rules of its edits"
    assert all(text for text in kind.rules.values())
    assert pickle.loads(pickle.dumps(transform)) == transform
    assert hash(transform) == hash(kind())
    with pytest.raises(AttributeError):
        transform.name = "other"  # type: ignore[misc]


def test_the_public_face_is_what_was_promised() -> None:
    for name in vnclean.__all__:
        assert getattr(vnclean, name) is not None
    with pytest.raises(AttributeError):
        vnclean.nothing  # noqa: B018


def test_rooms_are_imported_when_a_step_of_theirs_is_asked_for() -> None:
    """A start is most of what a short text costs."""
    code = (
        "import sys, vnclean\n"
        "for preset in ('safe', 'standard'):\n"
        "    vnclean.clean('Cần Thơ', preset)\n"
        "    print([m for m in ('spelling', 'boilerplate') if f'vnclean.{m}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n['spelling']\n"


# -- what is run, and how often -------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Counted(Swap):
    """A swap that notes what it is asked for (for tests only)."""

    asked: ClassVar[list[str]] = []

    def find(self, scan: Scan) -> Iterator[Edit]:
        self.asked.append(scan.text)
        return super().find(scan)


@pytest.fixture
def asked() -> Iterator[list[str]]:
    Counted.asked.clear()
    yield Counted.asked
    Counted.asked.clear()


def test_a_pipeline_goes_over_a_text_no_more_than_six_times():
    pipe = Pipeline((Swap("a", "ab"), Swap("b", "aa")))
    assert pipe("a") == pipe.explain("a").text == "a" * 3**6


def test_a_step_does_not_see_again_what_it_left(asked):
    pipe = Pipeline((Counted("a", "x"), Counted("x", "y")))
    assert pipe("a") == "y"
    assert asked == ["a", "x", "y"]  # the second step left y behind
    asked.clear()
    assert pipe("z") == "z"
    assert asked == ["z", "z"]
    asked.clear()
    assert pipe.with_min_confidence(0.5)("a") == "y"
    assert asked == ["a", "x", "y", "y"]


def test_a_step_whose_clues_are_not_there_is_not_asked(asked, monkeypatch):
    marked = Pipeline.preset("safe")["spaces"].clues
    monkeypatch.setattr(Counted, "clues", marked)
    pipe = Pipeline((Counted("a", "x"),))
    assert pipe("a b a") == "a b a"
    assert asked == []
    assert pipe("a\u00a0b") == "x\u00a0b"
    assert asked[0] == "a\u00a0b"
    asked.clear()
    assert Pipeline((Counted("a", "x"), Swap("b", "c")))("a b") == "a c"
    assert asked == []


@pytest.mark.parametrize("value", [0, 0.0, 0.5, 1, 1.0, None])
def test_a_confidence_is_a_probability(value):
    assert Pipeline((), value).min_confidence == value
    for wrong in (-0.01, 1.01):
        with pytest.raises(ConfigError, match="probability from 0 to 1"):
            Pipeline((), wrong)


def test_steps_are_exchanged_by_name():
    safe = Pipeline.preset("safe")
    style = vnclean.Pipeline.from_toml('steps = ["tone_style"]')["tone_style"]
    with pytest.raises(ConfigError, match="no step named 'swap'"):
        safe.replace(Swap())
    web = Pipeline.preset("web")
    new = web.replace(type(style)(style="new"))
    assert new["tone_style"].options() == {"style": "new"}
    assert [step.name for step in new] == [step.name for step in web]
    assert [step for step in new if step.name != "tone_style"] == [
        step for step in web if step.name != "tone_style"
    ]
    assert (len(web), web[-1], web[1:3].steps) == (len(web.steps), web.steps[-1], web.steps[1:3])
    assert list(web.without("spacing", "tone_style")) == [
        step for step in web if step.name not in ("spacing", "tone_style")
    ]
    for first in (Swap(), Pipeline()):
        with pytest.raises(TypeError):
            first | 3


def test_origins_decide_what_is_done():
    web = Pipeline.preset("web")
    assert web.for_origin("text") is web
    assert [step.name for step in web.for_origin("page")] == [
        step.name for step in web if step.name != "boilerplate"
    ]
    markdown = web.for_origin("markdown")
    assert markdown["spacing"].options()["markdown"] is True
    assert [step for step in markdown if step.name != "spacing"] == [
        step for step in web if step.name != "spacing"
    ]


def test_presets_come_by_name_or_as_toml():
    assert pipeline_of('steps = ["tone_style"]') == Pipeline.from_toml('steps = ["tone_style"]')
    assert pipeline_of("safe") == Pipeline.preset("safe")
    assert len(Pipeline.preset("safe").fingerprint()) == 16
    with pytest.raises(ConfigError, match="no preset"):
        vnclean.clean("a", "nothing")
    with pytest.raises(ConfigError, match="not a step"):
        Pipeline.from_mapping({"steps": [], "fold": {}})
    assert Pipeline.from_mapping({"steps": [], "fold": {}}, spare={"fold"}) == Pipeline()


def test_chunks_are_closed_by_size_or_number():
    rows = ["a" * 3, "b" * 6, "c", "d" * 10, "e", "f", "g", "h"]
    assert list(_chunks(iter(rows), 10, 3)) == [rows[:3], rows[3:4], rows[4:7], rows[7:]]
    assert list(_chunks(iter(rows[:3]), 10, 3)) == [rows[:3]]
    assert list(_chunks(iter(rows[:2]), 10, 3)) == [rows[:2]]
    assert list(_chunks(iter(()), 10, 3)) == []


@pytest.mark.parametrize("threads", [2, 3])
def test_no_more_texts_are_drawn_than_are_in_flight(monkeypatch, threads):
    monkeypatch.setattr(_chunks, "__defaults__", (200_000, 2))
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", None)  # threads need none
    drawn: list[int] = []

    def texts() -> Iterator[str]:
        for number in range(40):
            drawn.append(number)
            yield f"a{number}"

    pipe = Pipeline((Swap("a", "x"),))
    found = pipe.clean_many(texts(), threads=threads)
    assert next(found) == "x0"
    assert len(drawn) == 2 * (2 * threads + 1)  # two chunks a thread, and the next
    assert list(found) == [f"x{number}" for number in range(1, 40)]
    drawn.clear()
    one = pipe.clean_many(texts())
    assert (next(one), drawn) == ("x0", [0])


def test_a_worker_cleans_with_the_pipeline_that_it_was_given(monkeypatch):
    from vnclean import pipeline

    monkeypatch.setattr(pipeline, "_OWN", None)
    with pytest.raises(AssertionError):
        pipeline._clean_chunk(["a"])
    pipeline._set_up_worker(Pipeline((Swap("a", "x"),)))
    assert pipeline._clean_chunk(["a", "b"]) == ["x", "b"]


# -- suggestions ----------------------------------------------------------------------------------


def suggested(text: str, *steps: Transform) -> list[tuple[int, int, str]]:
    found = Pipeline(steps).explain(text).suggestions
    return [(edit.start, edit.end, edit.replacement) for edit in found]


def test_suggestions_follow_the_text_that_they_stand_in():
    hint = Swap("b", "x", Safety.SUGGEST, 0.6)
    gone = Swap("cd", "")
    assert suggested("abcdb", hint, gone) == [(1, 2, "x"), (4, 5, "x")]
    assert suggested("bcdb", gone, hint) == [(0, 1, "x"), (3, 4, "x")]
    other = Swap("a", "y", Safety.SUGGEST, 0.6)
    assert (
        suggested("ba", hint, other) == suggested("ba", other, hint) == [(0, 1, "x"), (1, 2, "y")]
    )


def test_suggestions_of_what_was_taken_out_go_with_it():
    hint = Swap("b", "x", Safety.SUGGEST, 0.6)
    for text, wanted in (
        ("[b]", []), ("b[b]b", [(0, 1, "x"), (4, 5, "x")]), ("[b][b]", []),
        ("[]b[b]", [(2, 3, "x")]), ("[b]b", [(3, 4, "x")]), ("b[]", [(0, 1, "x")]),
    ):  # fmt: skip
        assert suggested(text, hint, Swap(r"\[b?\]", "")) == wanted


@pytest.mark.parametrize("text", ["b", "bb", "bbb", "abab", "bbabb"])
def test_where_several_places_were_taken_out_each_takes_its_suggestion(text):
    hint = Swap("b", "x", Safety.SUGGEST, 0.6)
    assert suggested(text, hint, Swap("b", "")) == []
    other = Swap("a", "y", Safety.SUGGEST, 0.6)
    at = [(number, number + 1, "y") for number, letter in enumerate(text) if letter == "a"]
    assert suggested(text, hint, other, Swap("b", "")) == at


def test_a_step_looks_harder_where_a_confidence_is_asked_for(monkeypatch):
    asked: list[float] = []
    step = Swap("a", "x")
    monkeypatch.setattr(
        Swap, "strengthened", lambda self, confidence: asked.append(confidence) or self
    )
    assert Pipeline((step,))("a") == "x"
    assert asked == []
    assert Pipeline((step,), 0.5)("a") == Pipeline((step,), 0)("a") == "x"
    assert asked == [0.5, 0]


def test_a_suggestion_that_a_later_round_takes_back_is_none():
    assert suggested("a-b", Swap("a-b", "x", Safety.SUGGEST, 0.6), Swap("-", "")) == []
    assert suggested("a-b", Swap("ab", "x", Safety.SUGGEST, 0.6), Swap("-", "")) == [(0, 3, "x")]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "not float: a missing value has none, so pass it over"),
        (None, "not NoneType: a missing value"),
        (b"", r"not bytes: vnclean.decode\(data\)"),
        (3, r"not int: str\(value\)"),
        (["a"], "not list: Pipeline.clean_many"),
    ],
    ids=["nan", "none", "bytes", "int", "list"],
)
@pytest.mark.parametrize(
    "call",
    [vnclean.clean, vnclean.explain, Pipeline.preset("safe"), vnclean.quality],
    ids=["clean", "explain", "pipeline", "quality"],
)
def test_what_is_no_text_is_said_to_be_none(call, value, said):
    with pytest.raises(TypeError, match=said):
        call(value)


@pytest.mark.parametrize("call", [vnclean.decode, vnclean.detect], ids=["decode", "detect"])
def test_bytes_are_no_number_of_zeros(call):
    with pytest.raises(TypeError, match="Bytes are wanted, not int"):
        call(3)


@pytest.mark.parametrize("data", [["a"], "a", {"text": ["a"]}], ids=["list", "str", "dict"])
def test_a_batch_is_arrow_data(data):
    with pytest.raises(TypeError, match=r"Arrow data is wanted, .*Table.from_pandas"):
        Pipeline.preset("safe").clean_batch(data)
