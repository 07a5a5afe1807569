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
from vnclean.pipeline import Pipeline
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
