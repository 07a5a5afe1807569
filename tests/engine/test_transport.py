"""What travels between processes, and that it never matters for the result."""

from __future__ import annotations

import gzip
import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.engine import Cleaner, RunOptions, clean_files, plan_cleaning, plan_reading, transport
from vnclean.engine.byte_diff import Splice, splice
from vnclean.engine.parallel import SendWholeError
from vnclean.engine.plan import InputOptions
from vnclean.engine.reading import Origin, pieces
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


# -- quick forms of what the slow tests hold -----------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (b"aa\nbb", b"ccc\nbb", [Splice(0, 2, b"ccc")]),  # half of it is still a gain
        (b"aa\nbb", b"cccc\nbb", None),
        (
            b"a\nb\nc\nlong enough",
            b"A\nb\nC\nlong enough",
            [Splice(0, 1, b"A"), Splice(4, 5, b"C")],
        ),
        (b"a\nb\nc\nlong enough", b"A\nB\nc\nlong enough", [Splice(0, 3, b"A\nB")]),
        (b"a\n\nc\nlong enough", b"A\n\nC\nlong enough", [Splice(0, 1, b"A"), Splice(3, 4, b"C")]),
        (
            b"a\nb\nc\nlong enough",
            b"AAA\nb\n\nlong enough",
            [Splice(0, 1, b"AAA"), Splice(4, 5, b"")],
        ),
    ],
)
def test_patches_are_of_lines(old, new, wanted):
    assert make_patches(old, new) == wanted


def pieces_of(tmp_path: Path, monkeypatch, rows: int = 60) -> list:
    monkeypatch.setattr(transport, "_SMALL", 300)
    source = big(tmp_path / "a.jsonl", rows)
    [task] = plan_reading([str(source)], InputOptions())
    return list(pieces([task], 400))


def test_bytes_that_can_be_read_again_do_not_travel(tmp_path, monkeypatch):
    batch = pieces_of(tmp_path, monkeypatch)
    sent = transport._as_reference(batch)
    assert len(batch) > 5
    for piece, light in zip(batch, sent, strict=True):
        if piece.chunk is None or len(piece.chunk.data) < 300:
            assert light is piece
        else:
            assert (light.chunk.data, light.size) == (b"", len(piece.chunk.data))
            assert transport._fetch(light) == piece
    monkeypatch.setattr(transport, "_SMALL", len(batch[1].chunk.data))
    assert transport._as_reference(batch[1:2])[0].size
    monkeypatch.setattr(transport, "_SMALL", len(batch[1].chunk.data) + 1)
    assert transport._as_reference(batch[1:2]) == batch[1:2]
    batch[1].origin = None
    monkeypatch.setattr(transport, "_SMALL", 1)
    assert transport._as_reference(batch[1:2]) == batch[1:2]


def test_what_comes_back_is_what_differs(tmp_path, monkeypatch):
    batch = pieces_of(tmp_path, monkeypatch)
    work = Cleaner(TextOptions(PIPE))
    whole = work(batch)
    back = transport._ReferenceSender(work)(transport._as_reference(batch))
    assert whole[-1] is back[-1] is None
    for piece, light, one in zip(batch[:-1], back, whole, strict=False):
        assert light.of(piece.chunk.data) == one.of(piece.chunk.data)
        assert isinstance(light.data, list) == isinstance(one.data, bytes)
    assert any(isinstance(one.data, list) for one in back[:-1])
    batch[0].packs = ".gz"
    packed = work.clean(batch[0])
    assert work.to_transport(batch[0], packed) is packed
    batch[0].packs = ""
    little = replace(whole[0], data=b"all that is left")
    assert work.to_transport(batch[0], little) is little
    untouched = replace(whole[0], data=None)
    assert work.to_transport(batch[0], untouched) is untouched


def test_a_process_opens_a_file_once(tmp_path, monkeypatch):
    batch = [piece for piece in pieces_of(tmp_path, monkeypatch) if piece.chunk]
    other = tmp_path / "b.jsonl"
    other.write_bytes((tmp_path / "a.jsonl").read_bytes())
    state = other.stat()
    opened: list[str] = []
    closed: list[int] = []
    real_open, real_close = os.open, os.close
    monkeypatch.setattr(
        transport.os, "open", lambda path, flags: opened.append(path) or real_open(path, flags)
    )
    monkeypatch.setattr(
        transport.os, "close", lambda number: closed.append(number) or real_close(number)
    )
    files = transport._Files()
    for piece in batch:
        assert files.read(piece.origin, len(piece.chunk.data)) == piece.chunk.data
    assert (len(opened), closed) == (1, [])
    there = Origin(other, (state.st_size, state.st_mtime_ns), 0)
    assert files.read(there, 20) == other.read_bytes()[:20]
    assert (len(opened), len(closed)) == (2, 1)
    with pytest.raises(SendWholeError):
        files.read(there._replace(offset=state.st_size - 5), 6)
    for wrong in (there._replace(stamp=(1, 1)), there._replace(path=tmp_path / "gone")):
        with pytest.raises(SendWholeError):
            files.read(wrong, 20)
        assert files.read(there, 20) == other.read_bytes()[:20]
    os.utime(other, ns=(5, 5))
    with pytest.raises(SendWholeError):
        files.read(there._replace(stamp=(state.st_size, 5_000)), 20)
    assert files.read(there._replace(stamp=(state.st_size, 5)), 20) == other.read_bytes()[:20]


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_the_places_of_chunks_are_where_their_bytes_stand_behind_what_is_left_out(tmp_path, packed):
    data = b'{"text": "a"}\n' * 3 + b"x" * 500 + b"\n" + b'{"text": "b"}\n' * 3
    source = tmp_path / f"a.jsonl{packed}"
    source.write_bytes(gzip.compress(data) if packed else data)
    [task] = plan_reading([str(source)], InputOptions(max_record=100))
    found = [piece for piece in pieces([task], 20) if piece.chunk]
    assert len(found) > 2
    for piece in found:
        if packed:
            assert piece.origin is None
        else:
            at = piece.origin.offset
            assert data[at : at + len(piece.chunk.data)] == piece.chunk.data
    assert b"".join(piece.chunk.data for piece in found) == data.replace(b"x" * 500 + b"\n", b"")


@pytest.mark.parametrize("jobs", [0, 1, 2])
def test_only_what_goes_to_other_processes_is_made_light(monkeypatch, jobs):
    work, given = Cleaner(TextOptions(PIPE)), []
    monkeypatch.setattr(transport, "map_in_order", lambda *values: given.append(values))
    transport.run_in_processes(work, [], jobs)
    if jobs < 2:
        assert given == [(work, [], jobs, transport.weight)]
    else:
        sender = transport._ReferenceSender(work)
        assert given == [(sender, [], jobs, transport.weight, transport._as_reference)]
