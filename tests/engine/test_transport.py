"""What travels between processes, and that it never matters for the result."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.engine import Cleaner, RunOptions, clean_files, plan_cleaning, plan_reading, transport
from vnclean.engine.byte_diff import Splice, splice
from vnclean.engine.parallel import SendWholeError
from vnclean.engine.plan import InputOptions
from vnclean.engine.reading import pieces
from vnclean.engine.transport import make_patches
from vnclean.engine.visitor import TextOptions
from vnclean.pipeline import Pipeline

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
ROWS = st.lists(st.sampled_from([b"", b"a", b"bc", b"\xff", b"\r"]), max_size=12)


@given(ROWS, ROWS)
def test_patches_make_the_new_of_the_old(old, new):
    before, after = b"\n".join(old), b"\n".join(new)
    changes = make_patches(before, after)
    if changes is not None:
        assert splice(before, changes) == after
        assert len(changes) <= len(old) // 2 + 1


def test_patches_are_few_where_little_changed():
    before = b"\n".join(b"%d" % number for number in range(1000))
    after = before.replace(b"\n500\n", b"\nfive hundred\n").replace(b"\n501\n", b"\n\n")
    at = before.index(b"\n500\n") + 1
    assert make_patches(before, after) == [Splice(at, at + 7, b"five hundred\n")]
    assert make_patches(before, before.upper()) == []
    assert make_patches(b"a\nb", b"a") is None
    assert make_patches(b"a\nb", b"c\nd") is None


def big(path: Path, count: int = 20_000) -> Path:
    rows = (
        json.dumps({"id": n, "text": f"Câu số {n} có hiệu {'qủa' if n % 9 == 0 else 'quả'}."})
        for n in range(count)
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_bytes_do_not_travel_where_both_ends_can_read_them(tmp_path):
    source = big(tmp_path / "a.jsonl")
    [task] = plan_reading([str(source)], InputOptions())
    batch = list(pieces([task]))
    sent = transport._as_reference(batch)
    assert len(pickle.dumps(sent)) < 2_000 < source.stat().st_size
    work = Cleaner(TextOptions(PIPE))
    back = transport._ReferenceSender(work)(sent)
    assert len(pickle.dumps(back)) < source.stat().st_size / 4
    for piece, light, whole in zip(batch, back, work(batch), strict=True):
        if piece.chunk is not None:
            assert light is not None
            assert whole is not None
            assert light.of(piece.chunk.data) == whole.of(piece.chunk.data)


@pytest.mark.parametrize("fault", ["gone", "changed", "shorter"])
def test_a_file_that_changes_under_a_run_is_cleaned_as_it_was_read(tmp_path, fault, monkeypatch):
    """Every process would see another file than the one whose chunks were cut."""
    source = big(tmp_path / "a.jsonl")
    [task] = plan_reading([str(source)], InputOptions())
    batch = list(pieces([task]))
    sent = transport._as_reference(batch)
    monkeypatch.setattr(transport, "_files", transport._Files())
    if fault == "gone":
        source.unlink()
    elif fault == "shorter":
        os.truncate(source, 1000)
    else:
        source.write_bytes(source.read_bytes().replace(b"C", b"c"))
        os.utime(source, ns=(1, 1))
    with pytest.raises(SendWholeError):
        transport._ReferenceSender(Cleaner(TextOptions(PIPE)))(sent)


@pytest.mark.slow
def test_the_places_of_chunks_are_where_their_bytes_stand(tmp_path):
    """Also behind a record that was left out."""
    data = b'{"text": "a"}\n' * 3 + b"x" * 500 + b"\n" + b'{"text": "b"}\n' * 3
    (tmp_path / "a.jsonl").write_bytes(data)
    [task] = plan_cleaning(
        [str(tmp_path / "a.jsonl")], str(tmp_path / "o.jsonl"), InputOptions(max_record=100)
    )
    found = [piece for piece in pieces([task], 20) if piece.chunk]
    assert len(found) > 2
    for piece in found:
        at = piece.origin.offset
        assert data[at : at + len(piece.chunk.data)] == piece.chunk.data
    assert b"".join(piece.chunk.data for piece in found) == data.replace(b"x" * 500 + b"\n", b"")


def test_faults_between_chunks_are_passed_over_with_them(tmp_path):
    data = (b'{"text": "a"}\n' + b"x" * 500 + b"\n") * 3
    (tmp_path / "a.jsonl").write_bytes(data)
    [task] = plan_cleaning(
        [str(tmp_path / "a.jsonl")], str(tmp_path / "o.jsonl"), InputOptions(max_record=100)
    )
    whole = [(piece.reject, piece.chunk) for piece in pieces([task], 20)]
    for wanted in range(len(whole)):
        rest = pieces([task], 20, {0: wanted}.__getitem__)
        assert [(piece.reject, piece.chunk) for piece in rest] == whole[wanted:]


@pytest.mark.slow
def test_a_file_that_vanishes_midway_loses_nothing(tmp_path, monkeypatch):
    whole = big(tmp_path / "b.jsonl")
    clean_files(plan_cleaning([str(whole)], str(tmp_path / "c.jsonl"), InputOptions()), PIPE)
    source = big(tmp_path / "a.jsonl")
    real = transport._as_reference

    def gone(batch):
        source.unlink(missing_ok=True)
        return real(batch)

    monkeypatch.setattr(transport, "_as_reference", gone)
    target = tmp_path / "out.jsonl"
    summary = clean_files(
        plan_cleaning([str(source)], str(target), InputOptions()), PIPE, RunOptions(jobs=2)
    )
    assert target.read_bytes() == (tmp_path / "c.jsonl").read_bytes()
    assert summary.tally.rejected == 0
