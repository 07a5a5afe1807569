"""Every number of the repairs is held: at another value something comes out otherwise.

`thresholds.tsv` has rows of: module, number, another value for it, transform, text, edits. An edit
is written `start:replacement`, with `?` behind one that is only suggested.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.repair.emissions import emissions
from tests.test_golden import unescape
from vnclean.core.channel_posteriors import posteriors_of
from vnclean.registry import registry
from vnclean.repair import diacritics
from vnclean.repair.lossy import lost_letters
from vnclean.repair.lossy.byte_fragments import fragments
from vnclean.repair.lossy.channel_model import channel_model
from vnclean.repair.lossy.channel_posteriors import (
    MAX_DAMAGED_SHARE,
    PSEUDO_LINES,
    ROUNDS,
    ChannelPosteriors,
)
from vnclean.repair.lossy.form_table import inventory
from vnclean.repair.lossy.fragment_slots import FragmentSlots
from vnclean.repair.lossy.transform import Lossy
from vnclean.scan import Scan

ROWS = [
    tuple(map(unescape, row.split("\t")))
    for row in Path(__file__).with_name("thresholds.tsv").read_text(encoding="utf-8").splitlines()
    if not row.startswith("# ")
]
REMEMBERED: dict[str, list[Any]] = {
    "lossy.channel_model": [channel_model, lost_letters._model],
    "diacritics": [diacritics._evidence, diacritics._known_weights],
}
"""What a module makes of its numbers once."""
BY_TEXT = sorted({(transform, text, expected) for *_, transform, text, expected in ROWS})


def edits(transform: str, text: str) -> str:
    return " ".join(
        f"{edit.start}:{edit.replacement}{'' if edit.applies(None) else '?'}"
        for edit in registry()[transform]().find(Scan(text))
    )


@pytest.mark.parametrize(("transform", "text", "expected"), BY_TEXT)
def test_a_text_at_the_edge(transform: str, text: str, expected: str) -> None:
    assert edits(transform, text) == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "number", "value", "transform", "text", "expected"),
    ROWS,
    ids=[f"{number}={value}" for _, number, value, *_ in ROWS],
)
def test_another_number_gives_another_result(
    module: str,
    number: str,
    value: str,
    transform: str,
    text: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = importlib.import_module(f"vnclean.repair.{module}")
    monkeypatch.setattr(place, number, type(getattr(place, number))(value))
    remembered = REMEMBERED.get(module, [])
    for each in remembered:
        each.cache_clear()
    changed = edits(transform, text)
    for each in remembered:
        each.cache_clear()
    assert changed != expected


def posteriors(
    words: int = 2,
    support: int = 2,
    clean: float = 0.0,
    throughout: float = 1.0,
    explained: float = 1.0,
) -> ChannelPosteriors:
    """Return what is known of one line without tokens."""
    return ChannelPosteriors(
        channel_model(("ascii_qmark",)).read("", [0]), [], np.zeros(1, np.int64),
        np.array([clean]), np.array([throughout]), np.array([explained]), np.array([0]),
        np.array([words]), np.array([support]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "mean_posterior", "established"),
    [
        (posteriors(words=2), 0.70, True),
        (posteriors(words=2), 0.69, False),
        (posteriors(words=1), 0.99, False),
        (posteriors(words=3), 0.69, False),
        (posteriors(words=4), 0.10, True),
        (posteriors(words=4, throughout=0.49), 0.69, False),
        (posteriors(words=4, throughout=0.49), 0.70, True),
        (posteriors(words=1, support=6), 0.10, True),
        (posteriors(words=1, support=5), 0.10, False),
        (posteriors(words=1, support=6, throughout=0.49), 0.10, False),
        (posteriors(words=0, support=30), 0.10, True),
        (posteriors(words=0, support=29), 0.10, False),
        (posteriors(words=0, support=30, clean=0.0011), 0.10, False),
        (posteriors(words=0, support=30, clean=0.0009), 0.10, True),
        (posteriors(words=4, clean=0.019), 0.99, True),
        (posteriors(words=4, clean=0.021), 0.99, False),
        (posteriors(words=4, explained=0.75), 0.99, True),
        (posteriors(words=4, explained=0.74), 0.99, False),
    ],
)
def test_a_line_is_changed_where_its_channel_is_established(
    line: ChannelPosteriors, mean_posterior: float, established: bool
) -> None:
    of_line, posterior = np.zeros(1, np.int64), np.array([mean_posterior])
    assert lost_letters._established(line, of_line, posterior).tolist() == [established]


@pytest.mark.parametrize(
    ("line", "decoded"),
    [
        (posteriors(words=1, support=0, clean=0.9), True),
        (posteriors(words=0, support=6, clean=0.49), True),
        (posteriors(words=0, support=6, clean=0.51), False),
        (posteriors(words=0, support=5, clean=0.49), False),
    ],
)
def test_a_line_is_decoded_where_it_may_be_damaged(line: ChannelPosteriors, decoded: bool) -> None:
    assert lost_letters._may_be_damaged(line).tolist() == [decoded]


def test_no_document_is_believed_to_be_damaged_altogether() -> None:
    # Thirty lines that only damage explains, one of which nothing is known.
    likelihood = np.array([[-99.0, 0.0, 0.0]] * 30 + [[0.0, 0.0, 0.0]])
    first = np.array([0.976, 0.02, 0.004])
    posterior = posteriors_of(
        likelihood, first, len(likelihood), ROUNDS, PSEUDO_LINES, MAX_DAMAGED_SHARE
    )
    assert posterior[-1, 0] == pytest.approx(0.1)


@pytest.mark.parametrize(("hinted", "decoded"), [(2, 8), (1, 1)])
def test_all_lines_are_decoded_where_a_quarter_has_a_hint(
    hinted: int, decoded: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def infer(lines: Sequence[tuple[int, str]], *rest: Any) -> ChannelPosteriors:
        seen.append(len(lines))
        return posteriors(words=0, support=0)

    monkeypatch.setattr(lost_letters, "infer_channels", infer)
    text = "\n".join(["b?n bè"] * hinted + ["bạn bè"] * (8 - hinted))
    assert lost_letters.find_lost_letters(text, lost_letters.Promise(0.985, 0.93, 0.35)) == []
    assert seen == [decoded]


def test_a_syllable_that_no_text_has_is_trusted_a_third(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "S?ng nay m?a l?n l?m ng?p nhi?u tuy?n ???ng thu?ch ? trung t?m th?nh ph?."
    known = Lossy().find(Scan(text))
    monkeypatch.setattr(lost_letters, "UNSEEN_SYLLABLE_FACTOR", 1.0)
    other = Lossy().find(Scan(text))
    rare = [a.confidence / b.confidence for a, b in zip(known, other, strict=True) if a != b]
    assert rare == [pytest.approx(0.3)]


def test_what_clean_text_says_of_marks() -> None:
    store = inventory()
    log_of = {word: store.log[store.place[word]] for word in ("sao", "đi", "một")}
    said = emissions(channel_model(("ascii_qmark",)), ["??", "sao?", "đi?một", "zoë", "b?n"])
    alone = said["??"].itself
    assert alone is not None
    assert alone.score == pytest.approx(2 * log(0.05))
    assert said["sao?"].clean == pytest.approx(log_of["sao"] + log(0.004))
    glued = log_of["đi"] + log_of["một"] + log(1e-4)
    assert said["đi?một"].clean == pytest.approx(max(glued, -24.0))
    assert (said["zoë"].clean, said["b?n"].clean) == (-16.0, -24.0)


def test_what_a_fragment_may_be() -> None:
    variants = fragments().variants
    way = next(n for n, v in enumerate(variants) if v.charset == "latin-1" and v.nbsp == " ")
    weights = [0.0 if number == way else -20.0 for number in range(len(variants))]
    slots = FragmentSlots(weights)
    assert slots._of("Ã ") == {"à": 0.0}
    assert slots._of("Ã") == {"Ã": -3.0}
    assert slots._loose("Ã ") == {"Ã": -3.0, "à": -3.0}


@pytest.mark.parametrize(("clean", "weight"), [(-13.9, 0.0), (-14.1, -5.0)])
def test_a_plain_syllable_that_is_not_rare_says_nothing(clean: float, weight: float) -> None:
    assert diacritics._weight("ban", clean, None, frozenset()) == weight


@pytest.mark.parametrize(
    ("evidence", "last", "end"), [(14.0, 0.1, 3), (13.9, 0.1, 2), (14.0, -0.9, 3), (14.0, -1.1, 2)]
)
def test_a_stretch_grows_over_a_line_that_lacks_marks(
    evidence: float, last: float, end: int
) -> None:
    found = [diacritics._Stretch(0, 2, evidence)]
    (stretch,) = diacritics._widened([6.0, 6.0, last], found, [0, 0, 0])
    assert stretch.end == end


@pytest.mark.parametrize(("weight", "stretches"), [(0.01, 1), (-0.01, 0)])
def test_a_widened_stretch_needs_some_evidence(weight: float, stretches: int) -> None:
    found = [diacritics._Stretch(0, 1, 14.0)]
    weights = [weight]
    assert len(diacritics._widened(weights, found, [0])) == stretches


@pytest.mark.parametrize(("confidence", "applied"), [(0.35, True), (0.349, False)])
def test_from_which_confidence_a_repair_is_applied(
    confidence: float, applied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "vnclean.repair.lossy.decoded_tokens.calibrated_words",
        lambda _names, _channel, line, _posterior: np.full(len(line), confidence),
    )
    damaged = "S?ng nay m?a l?n l?m ng?p nhi?u tuy?n ???ng, ng??i d?n ph?i d?t xe."
    edits = Lossy().find(Scan(damaged))
    assert {edit.applies(None) for edit in edits} == {applied}
    assert len(edits) > 10
