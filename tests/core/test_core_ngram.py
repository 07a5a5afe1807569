"""The compiled n-gram model against dictionaries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ngram_twin import EDGE, SCRIPT, random_arrays, random_model
from vnclean.core.ngram import NgramModel, StaticFunction

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the training scripts are not here")

SIZE = 9
code = st.integers(0, SIZE * 4 - 1)


@settings(deadline=None)
@given(st.integers(0, 2), st.lists(st.lists(code, min_size=4, max_size=4), max_size=30))
def test_scores_are_those_of_the_dictionaries(seed: int, rows: list[list[int]]) -> None:
    model, twin = random_model(seed, SIZE)
    columns = np.array(rows, np.int64).reshape(-1, 4).T
    for order in (2, 3, 4):
        found = model.score(list(columns[4 - order : 3]), columns[3])
        assert found.dtype == np.float32
        assert found.tolist() == [float(twin.score(*row[4 - order :])) for row in rows]
    assert model.case(columns[2], columns[3]).tolist() == [
        float(twin.case_log(*row[2:])) for row in rows
    ]
    assert model.prior(columns[3]) == pytest.approx([twin.prior(row[3]) for row in rows], abs=1e-5)


@settings(deadline=None)
@given(st.integers(0, 2), st.lists(code, max_size=40), st.lists(code, max_size=5))
def test_a_sequence_has_the_scores_of_its_windows(
    seed: int, codes: list[int], before: list[int]
) -> None:
    model, _ = random_model(seed, SIZE)
    padded = ([EDGE] * 3 + before)[-3:] + codes
    columns = [padded[k : k + len(codes)] for k in range(4)]
    expected = model.score(columns[:3], columns[3]).tolist()
    assert model.score_sequence(codes, before).tolist() == expected


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("size", [2, 3, 8, SIZE])
def test_the_bigrams_are_those_that_were_put_in(seed: int, size: int) -> None:
    model, twin = random_model(seed, size)
    for first in range(size):
        expected = sorted(second for word, second in twin.grams[2] if word == first)
        assert model.successors(first).tolist() == expected


@pytest.mark.slow
def test_long_gaps() -> None:
    arrays, header, _ = random_arrays(0, 200)
    places = np.array([0, 255, 256, 510, 1275, 30_000, 39_999])
    steps = np.diff(places, prepend=0)
    arrays["bigram_gaps"] = np.concatenate(
        [[255] * (step // 255) + [step % 255] for step in steps]
    ).astype(np.uint8)
    for name in ("value", "backoff", "case"):
        arrays[f"bigram_{name}"] = arrays[f"bigram_{name}"][: len(places)]
    model = NgramModel(arrays, header)
    found = [first * 200 + second for first in range(200) for second in model.successors(first)]
    assert found == places.tolist()


@pytest.mark.parametrize("codes", [[-1], [SIZE * 4], [1 << 40], [4, -5]])
def test_codes_that_the_model_does_not_have(codes: list[int]) -> None:
    model, _ = random_model(0, SIZE)
    good = [4] * len(codes)
    for call in (
        lambda: model.score([good], codes),
        lambda: model.score([good, codes, good], good),
        lambda: model.score_sequence(codes),
        lambda: model.score_sequence(good, codes),
        lambda: model.case(codes, good),
        lambda: model.prior(codes),
    ):
        with pytest.raises(ValueError, match="is not in 0 to 35"):
            call()
    with pytest.raises(ValueError, match="is not in 0 to 8"):
        model.successors(SIZE)


def test_arrays_that_do_not_fit_together() -> None:
    model, _ = random_model(0, SIZE)
    with pytest.raises(ValueError, match="as long as"):
        model.score([[4], [4, 4]], [4])
    with pytest.raises(ValueError, match="At least one"):
        model.score([], [4])
    with pytest.raises(ValueError, match="one length"):
        model.case([4], [4, 4])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("unigram_backoff", "words"), ("case", "words"), ("case_levels", "levels"),
        ("bigram_gaps", "gaps"), ("bigram_value", "gaps"), ("bigram_backoff", "gaps"),
        ("bigram_case", "gaps"), ("bigram_value_levels", "levels"), ("trigram_check", "planes"),
        ("trigram_value", "planes"), ("trigram_extra", "planes"), ("fourgram_value", "planes"),
        ("fourgram_value_levels", "levels"), ("distant_inward", "vectors"),
    ],
)  # fmt: skip
def test_a_model_whose_arrays_were_cut(name: str, message: str) -> None:
    arrays, header, _ = random_arrays(0, SIZE)
    arrays[name] = np.ascontiguousarray(arrays[name][:-1])
    with pytest.raises(ValueError, match=message):
        NgramModel(arrays, header)


def test_gaps_beyond_the_words() -> None:
    arrays, header, _ = random_arrays(0, SIZE)
    arrays["bigram_gaps"] = arrays["bigram_gaps"].copy()
    arrays["bigram_gaps"][0] = 250
    with pytest.raises(ValueError, match="gaps"):
        NgramModel(arrays, header)


@pytest.mark.parametrize(
    "change",
    [{"segment_length": 3}, {"segment_length": 0}, {"segments": 0}, {"value_bits": 5}],
)
def test_static_functions_of_impossible_shape(change: dict[str, int]) -> None:
    shape = {"seed": 1, "segment_length": 4, "segments": 1, "value_bits": 4} | change
    plane = np.zeros(12, np.uint8)
    with pytest.raises(ValueError, match=r"static function|bits"):
        StaticFunction(shape, plane, plane, plane)
