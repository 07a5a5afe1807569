"""What is promised of repairs in short lines: the fewer words around a place, the more is asked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vnclean.repair.lossy import short_lines
from vnclean.repair.lossy.short_lines import KINDS, confidence, kinds, least
from vnclean.repair.lossy.transform import Lossy
from vnclean.scan import Scan


def test_kinds_of_places() -> None:
    words, no, yes = np.array([1, 4, 5, 7, 8]), np.zeros(5, bool), np.ones(5, bool)
    for is_backed, is_name, what in ((no, no, "word"), (yes, no, "line"), (yes, yes, "name")):
        found = [KINDS[n] for n in kinds(words, is_backed, is_name).tolist()]
        assert found == [f"{what}_{size}" for size in ("few", "few", "some", "some", "many")]


def test_a_greater_share_asks_for_more_confidence() -> None:
    asked = [least(right) for right in (0.9, 0.93, 0.96, 0.985, 0.995)]
    assert all((low <= high).all() for low, high in pairwise(asked))
    assert (least(1.1) == 2.0).all()
    assert (least(0.0) == 0.0).all()


def test_a_share_is_reached_between_two_points(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.array([0.5, 0.9, 1.0]), np.array([0.4, 0.8, 1.0]), np.array([0.8, 0.9, 1.0])
    monkeypatch.setattr(short_lines, "_curves", lambda: [short_lines._Curve(*points)] * len(KINDS))
    least.cache_clear()  # type: ignore[attr-defined]
    try:
        assert least(0.85).tolist() == pytest.approx([0.6] * len(KINDS))
        assert confidence(np.array([0, 1]), np.array([0.7, 0.95])).tolist() == pytest.approx(
            [0.6, 0.9]
        )
    finally:
        least.cache_clear()  # type: ignore[attr-defined]


def test_the_fields_are_shares_of_right_repairs() -> None:
    text = "Mẹ tôi b?n r?t."
    shown = [edit.applies(None) for edit in Lossy().find(Scan(text))]
    bold = [edit.applies(None) for edit in Lossy(alone=0.0, in_short_lines=0.0).find(Scan(text))]
    timid = [edit.applies(None) for edit in Lossy(alone=1.1, in_short_lines=1.1).find(Scan(text))]
    assert (all(bold), any(timid), len(shown)) == (True, False, 2)
