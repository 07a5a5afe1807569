"""What is promised of repairs in short lines: the fewer words around a place, the more is asked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from vnclean.repair.lossy import short_lines
from vnclean.repair.lossy.short_lines import KINDS, least, measured
from vnclean.repair.lossy.transform import Lossy
from vnclean.scan import Scan


def test_a_greater_share_asks_for_more_confidence() -> None:
    asked = [least(right) for right in (0.9, 0.93, 0.96, 0.985, 0.995)]
    assert all((low <= high).all() for low, high in pairwise(asked))
    assert (least(1.1) == 2.0).all()
    assert (least(0.0) == 0.0).all()


def test_a_share_is_reached_between_two_points(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.array([0.5, 0.9, 1.0]), np.array([0.4, 0.8, 1.0]), np.array([0.8, 0.9, 1.0])
    monkeypatch.setattr(short_lines, "_curves", lambda: [short_lines._Curve(*points)] * len(KINDS))
    least.cache_clear()  # type: ignore[attr-defined]
    measured.cache_clear()  # type: ignore[attr-defined]
    try:
        assert least(0.85).tolist() == pytest.approx([0.6] * len(KINDS))
        assert measured().at([0, 1], [0.7, 0.95]).tolist() == pytest.approx([0.6, 0.9])
    finally:
        least.cache_clear()  # type: ignore[attr-defined]
        measured.cache_clear()  # type: ignore[attr-defined]


def test_the_fields_are_shares_of_right_repairs() -> None:
    text = "Mẹ tôi b?n r?t."
    shown = [edit.applies(None) for edit in Lossy().find(Scan(text))]
    bold = [edit.applies(None) for edit in Lossy(alone=0.0, in_short_lines=0.0).find(Scan(text))]
    timid = [edit.applies(None) for edit in Lossy(alone=1.1, in_short_lines=1.1).find(Scan(text))]
    assert (all(bold), any(timid), len(shown)) == (True, False, 2)
