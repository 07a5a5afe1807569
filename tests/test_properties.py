"""What every transform and every preset promises, walked from the registry.

`HYPOTHESIS_PROFILE=full` runs each property with more than a thousand examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies as vn
from tests.call_counts import assert_linear
from vnclean.caches import clear_caches
from vnclean.pipeline import Pipeline, presets
from vnclean.registry import registry
from vnclean.scan import Scan, mask_of
from vnclean.transform import apply_edits

TRANSFORMS = [kind() for _, kind in sorted(registry().items())]
by_preset = pytest.mark.parametrize("preset", presets())
# These rewrite clean text on purpose: raw typing, bare letters and search keys are their business.
REWRITING = {"restore", "search", "social"}
inputs = st.one_of(vn.anything(), vn.damaged_documents(), vn.documents())
# A text is given to every transform: to draw it costs more than most of them do.
many = settings(max_examples=2 * settings.default.max_examples)


@contextmanager
def about(subject: object) -> Iterator[None]:
    """Name in a failure what it is about."""
    try:
        yield
    except Exception as error:
        error.add_note(f"({subject})")
        raise


@many
@given(text=inputs)
def test_every_transform_is_idempotent_and_its_edits_replay(text: str) -> None:
    for transform in TRANSFORMS:
        with about(transform):
            edits = transform.edits(text)
            once = apply_edits(text, edits)
            assert transform(text) == once
            assert all(text[edit.start : edit.end] != edit.replacement for edit in edits)
            assert {rule for edit in edits for rule in edit.rule.split("+")} <= set(transform.rules)
            assert transform(once) == once
            if not edits:
                assert transform(text) is text


@many
@given(text=inputs)
def test_a_scan_that_says_no_is_certain(text: str) -> None:
    scan = Scan(text)
    for transform in TRANSFORMS:
        with about(transform):
            told = all(scan.seen & mask_of(clues) for clues in transform.clue_groups)
            told = told and (transform.finding is None or bool(transform.finding(text)))
            if not (told and transform.concerns(scan)):
                assert list(transform.find(Scan(text))) == []


@pytest.mark.slow
@by_preset
def test_threads_clean_as_one_does(preset: str) -> None:
    """Long and short texts, so that the core gives the GIL back in the midst of others."""
    documents = [
        path.read_text("utf-8", "replace")[:2000]
        for path in sorted((vn.CORPUS / "raw").glob("*.txt"))
    ]
    texts = [text for document in documents for text in (*document.split("\n")[:9], document * 3)]
    pipe = Pipeline.preset(preset)
    clear_caches()
    together = list(pipe.clean_many(texts * 3, threads=8))
    assert together == [pipe(text) for text in texts] * 3


@many
@given(text=inputs)
def test_every_preset_is_idempotent_and_explains_what_it_does(text: str) -> None:
    for preset in presets():
        with about(preset):
            pipe = Pipeline.preset(preset)
            once = pipe(text)
            assert pipe(once) == once
            result = pipe.explain(text)
            assert result.text == once
            assert apply_edits(text, result.edits) == once
            offsets = [result.to_original(offset) for offset in range(len(once) + 1)]
            assert offsets == sorted(offsets)
            assert offsets[-1] == len(text)


@pytest.mark.parametrize("preset", sorted(set(presets()) - REWRITING - {"web"}))
@given(text=vn.clean_documents())
def test_clean_text_is_a_fixed_point_and_the_same_object(preset: str, text: str) -> None:
    assert Pipeline.preset(preset)(text) is text


LONG = {
    "one long line": "Đường về nhà còn xa lắm. " * 20_000,
    "combining marks": "a" + "\u0301" * 500_000,
    "entities": "&amp;" * 50_000,
    "nested entities": "&" + "amp;" * 100_000,
    "question marks": "?" * 500_000,
    "replacement characters": "\ufffd" * 200_000,
    "letters and question marks": "b?n " * 20_000,
    "mojibake": "Viá»‡t " * 50_000,
    "legacy": "ViÖt Nam " * 20_000,
    "blank lines": "\n" * 500_000,
    "short lines": "Trang chủ\n" * 50_000,
    "spaces": " \u00a0" * 100_000,
    "letters": "a" * 1_000_000,
    "percent signs": "%E1" * 100_000,
    "backslashes": "\\u1ec7" * 50_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["web", "restore"])
@pytest.mark.parametrize("kind", LONG)
def test_work_is_linear_in_the_length(preset: str, kind: str) -> None:
    assert_linear(Pipeline.preset(preset), LONG[kind])
