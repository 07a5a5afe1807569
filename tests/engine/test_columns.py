"""A column is evidence for its cells, as far as the chunk, however the run is made."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.cells
from vnclean.channels import CHANNELS
from vnclean.cli import main
from vnclean.engine.dry_run import DryRun
from vnclean.engine.reading import Piece
from vnclean.formats import Chunk
from vnclean.formats.jsonl import JsonLines
from vnclean.pipeline import Pipeline
from vnclean.transform import Edit, Transform

TOWNS = ["Nghệ An", "Đồng Nai", "Cần Thơ", "Bến Tre", "Quảng Ngãi", "Hải Phòng", "Đắk Lắk"]
DAMAGED = [CHANNELS["cp1252_bestfit"].damage(town) for town in TOWNS]


def as_csv(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["text", "n"], *([c, "1"] for c in cells)])
    return out.getvalue()


def as_jsonl(cells: list[str]) -> str:
    return "".join(json.dumps({"text": cell}, ensure_ascii=False) + "\n" for cell in cells)


@pytest.mark.parametrize(("make", "ending"), [(as_csv, "csv"), (as_jsonl, "jsonl")])
@pytest.mark.parametrize("options", [[], ["--jobs", "2"], ["--edits", "edits.jsonl"]])
def test_cells_are_mended_by_their_column(
    make: Callable[[list[str]], str],
    ending: str,
    options: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"towns.{ending}").write_text(make(DAMAGED), encoding="utf-8")
    assert [vnclean.clean(cell) for cell in DAMAGED] != TOWNS, "alone they tell too little"
    main(["clean", f"towns.{ending}", "-o", f"out.{ending}", *options])
    assert Path(f"out.{ending}").read_text(encoding="utf-8") == make(TOWNS)
    if options and options[0] == "--edits":
        main(["undo", "edits.jsonl"])


def test_what_is_shown_is_what_is_done() -> None:
    chunk = Chunk(as_jsonl(DAMAGED).encode(), 1, JsonLines(("text",)))
    part = DryRun(Pipeline.preset("standard")).look(Piece(0, chunk))
    assert [found.result.text for found in part.findings] == TOWNS


def test_evidence_ends_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = Pipeline.preset("standard")
    assert pipeline.clean_column(DAMAGED) == TOWNS
    monkeypatch.setattr(vnclean.cells, "MAX_CELLS", 1)
    assert pipeline.clean_column(DAMAGED) == [pipeline(cell) for cell in DAMAGED]


class _Fails(Transform):
    name = "fails"
    undoes_damage = True

    def find(self, scan: object) -> list[Edit]:
        raise ZeroDivisionError


def test_a_step_that_fails_costs_its_records_only() -> None:
    chunk = Chunk(as_jsonl(DAMAGED[:2]).encode(), 1, JsonLines(("text",)))
    part = DryRun(Pipeline([_Fails()])).look(Piece(0, chunk))
    assert len(part.rejects) == 2


@given(st.lists(st.sampled_from([*TOWNS, *DAMAGED, "a\nb", "", " ", "x" * 300])))
def test_a_cell_never_meets_another(cells: list[str]) -> None:
    pipeline = Pipeline.preset("standard")
    made = pipeline.clean_column(cells)
    assert len(made) == len(cells)
    for cell, new in zip(cells, made, strict=True):
        assert new.count("\n") <= cell.count("\n")
        assert len(new.split()) == len(cell.split())


def test_without_repairs_a_column_tells_nothing() -> None:
    assert Pipeline.preset("standard")["spaces"] is not None
    assert Pipeline([Pipeline.preset("standard")["spaces"]]).column_edits(DAMAGED) == {}
