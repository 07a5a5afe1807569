"""The table of damaged forms is what the channels make of the surfaces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vnclean.errors import ModelError
from vnclean.language import ngram
from vnclean.repair.lossy import form_table


@pytest.mark.slow
def test_the_table_is_what_the_channels_make(tmp_path: Path) -> None:
    """Where this fails, `python training/damaged_forms.py` makes the table anew."""
    form_table.write(tmp_path / "made.bin")
    assert (tmp_path / "made.bin").read_bytes() == form_table.path().read_bytes()


@pytest.mark.slow
def test_without_a_table_the_same_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = form_table.inventory()
    kept = [len(form_table.form_index(names)) for names in form_table.KEPT()]
    monkeypatch.setattr(form_table, "_file", lambda: form_table._File([], {}))
    form_table.inventory.cache_clear()  # type: ignore[attr-defined]
    try:
        made = form_table.inventory()
        for one, other in zip(shipped, made, strict=True):
            assert np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        assert [len(form_table.form_index(names)) for names in form_table.KEPT()] == kept
    finally:
        form_table.inventory.cache_clear()  # type: ignore[attr-defined]


def test_a_table_of_another_model_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ngram.load().header, "sha256", "other")
    form_table._file.cache_clear()  # type: ignore[attr-defined]
    try:
        assert form_table._file() == ([], {})
    finally:
        form_table._file.cache_clear()  # type: ignore[attr-defined]


def test_a_table_that_is_altered_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    altered = bytearray(form_table.path().read_bytes())
    altered[-1] ^= 1
    (tmp_path / "altered.bin").write_bytes(altered)
    monkeypatch.setattr(form_table, "path", lambda: tmp_path / "altered.bin")
    form_table._file.cache_clear()  # type: ignore[attr-defined]
    with pytest.raises(
        ModelError, match=r"checksum.*training/damaged_forms\.py|training/damaged_forms\.py"
    ):
        form_table._file()
