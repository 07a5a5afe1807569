"""What is found without writing: texts with edits, suggestions, everything; and what is counted."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.test_pipeline import Swap
from vnclean.engine import clean_files, dry_run, plan_cleaning, plan_reading, stats, survey
from vnclean.engine.plan import InputOptions
from vnclean.engine.reading import Piece, batches
from vnclean.engine.stats import Stats, collect
from vnclean.formats import Reject
from vnclean.pipeline import Pipeline
from vnclean.transform import Safety

LINES = InputOptions(format="txt", lines=True)
PIPE = Pipeline((Swap("sai", "đúng"), Swap("ngờ", "?", Safety.SUGGEST, 0.5)))
ROWS = ["không sao", "sai một chỗ", "đáng ngờ", "sai và ngờ", "hết"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    data = "".join(f'{{"text": "{row}"}}\n' for row in ROWS) + '{"n": 1}\n{\n'
    (tmp_path / "a.jsonl").write_text(data, encoding="utf-8")
    return tmp_path / "a.jsonl"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, [1, 3]),
        ({"suggestions": True}, [1, 2, 3]),
        ({"everything": True}, [0, 1, 2, 3, 4]),
        ({"suggestions": True, "everything": True}, [0, 1, 2, 3, 4]),
    ],
)
def test_which_texts_are_found(source, options, found):
    parts = [
        part for _, part in survey(plan_reading([str(source)], InputOptions()), PIPE, **options)
    ]
    findings = [finding for part in parts for finding in part.findings]
    assert [finding.place.text for finding in findings] == [ROWS[number] for number in found]
    for finding in findings:
        whole = PIPE.explain(finding.place.text)
        if options or whole.edits:
            assert finding.result == whole
    [tally] = [part.tally for part in parts if part.tally.texts]
    assert (tally.records, tally.texts, tally.changed, tally.without) == (7, 5, 2, 1)
    assert (tally.rejected, tally.bytes_in) == (1, source.stat().st_size)
    assert [reject.line for part in parts for reject in part.rejects] == [7]
    assert [part.end for part in parts] == [False, True]
    assert parts[-1].read == source.stat().st_size


def test_a_fault_of_reading_is_found_too(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(b"this is not gzip")
    [(_, part)] = survey(plan_reading([str(tmp_path / "a.jsonl.gz")], InputOptions()), PIPE)
    assert (part.end, part.tally.rejected, len(part.rejects)) == (True, 1, 1)


def test_an_encoding_is_counted_by_records(tmp_path):
    (tmp_path / "a.txt").write_bytes("sai\nngờ\n".encode("utf-16"))
    tasks = plan_reading([str(tmp_path / "a.txt")], InputOptions(lines=True))
    parts = [part for _, part in survey(tasks, PIPE)]
    assert parts[0].tally.encodings == {"utf-16-le": 2}
    assert collect(tasks, PIPE).tally.encodings == {"utf-16-le": 2}
    tasks = plan_cleaning([str(tmp_path / "a.txt")], str(tmp_path / "b.txt"), LINES)
    summary = clean_files(tasks, PIPE)
    assert summary.tally.encodings == {"utf-16-le": 2}
    assert (summary.tally.bytes_in, summary.tally.bytes_out) == (
        len("\ufeffsai\nngờ\n".encode()), (tmp_path / "b.txt").stat().st_size,
    )  # fmt: skip


@pytest.fixture(params=[[b"sai\n", b"\n", b"x\n"], [b"\n"] * 4])
def drawn(monkeypatch, request) -> list[bytes]:
    """What has been read of a standard input that gives these blocks."""
    found: list[bytes] = []

    def read1(size: int) -> bytes:
        found.append(request.param[len(found)] if len(found) < len(request.param) else b"")
        return found[-1]

    buffer = SimpleNamespace(read1=read1, read=None)
    fake = SimpleNamespace(stdin=SimpleNamespace(buffer=buffer))
    monkeypatch.setattr("vnclean.engine.reading.sys", fake)
    monkeypatch.setattr("vnclean.engine.reading.unicode_blocks", lambda blocks, given: ("", blocks))
    return found


def test_standard_input_is_looked_at_as_it_comes(drawn):
    for number, _ in enumerate(survey(plan_reading([], LINES), PIPE)):
        assert len(drawn) <= number + 2
    assert len(drawn) > 3


def test_standard_input_is_cleaned_as_it_comes(drawn, monkeypatch):
    wrote: list[int] = []
    out = SimpleNamespace(write=lambda data: wrote.append(len(drawn)), flush=lambda: None)
    fake = SimpleNamespace(stdout=SimpleNamespace(buffer=out))
    monkeypatch.setattr("vnclean.engine.atomic_files.sys", fake)
    summary = clean_files(plan_cleaning([], None, LINES), PIPE)
    assert all(read <= number + 2 for number, read in enumerate(wrote))
    assert summary.tally.records == len(wrote) == len(drawn) - 1


def test_small_pieces_wait_for_each_other_but_not_for_long(monkeypatch):
    def piece(size: int) -> Piece:
        return Piece(0, chunk=SimpleNamespace(data=b"x" * size))  # type: ignore[arg-type]

    sizes = [3, 6, 1, 9, 10, 20, 1, 1]
    found = list(batches(map(piece, sizes), 10))
    assert [[len(one.chunk.data) for one in batch] for batch in found] == [
        [3, 6, 1], [9, 10], [20], [1, 1]
    ]  # fmt: skip
    monkeypatch.setattr("vnclean.engine.reading._FEW", 2)
    found = list(batches([Piece(0), piece(1), Piece(0, end=True)], 10))
    assert [len(batch) for batch in found] == [2, 1]


def test_stats_say_what_texts_are_like(source, tmp_path, monkeypatch):
    (tmp_path / "b.jsonl").write_text('{"text": "ngờ"}\n', encoding="utf-8")
    monkeypatch.setattr(stats.time, "monotonic", iter([5.0, 7.0]).__next__)
    tasks = plan_reading([str(source), str(tmp_path / "b.jsonl")], InputOptions())
    found = collect(tasks, PIPE)
    size = source.stat().st_size + (tmp_path / "b.jsonl").stat().st_size
    assert found.faults[0][0] == str(source)
    assert [reject.line for _, reject in found.faults] == [7]
    values = found.as_dict()
    wanted = {"files": 2, "records": 8, "texts": 6, "changed": 2, "rejected": 1, "bytes": size,
              "characters": sum(map(len, ROWS)) + 3, "seconds": 2.0,
              "steps": {"swap.ngờ": 3, "swap.sai": 2},
              "bytes_per_second": size // 2, "rules": {"swap.sai": 2}}  # fmt: skip
    assert {name: values[name] for name in wanted} == wanted
    assert values["syllables"] == 12
    assert all(len(points) == 5 for points in values["signals"].values())


def test_rules_are_counted_by_their_steps(tmp_path):
    (tmp_path / "a.txt").write_text("hiệu qủa, qủa", encoding="utf-8")
    tasks = plan_reading([str(tmp_path / "a.txt")], InputOptions())
    found = collect(tasks, Pipeline.from_toml('steps = ["misplaced_tone"]'))
    assert found.damage == {"misplaced_tone": 1}
    assert found.tally.rules == {"tone.misplaced": 2}


def test_stats_add_up_and_hold_so_many_texts_only(monkeypatch):
    monkeypatch.setattr(stats, "_HELD", 3)
    total = Stats()
    for number in range(7):
        one = Stats(characters=2, syllables=1, values=[(float(number),)])
        one.damage["step"] += number
        one.tally.texts = 1
        one.faults.append(("a", Reject(number, "r")))
        total.add(one)
    assert (total.characters, total.syllables, total.tally.texts) == (14, 7, 7)
    assert total.damage == {"step": 21}
    assert total.values == [(0.0,), (2.0,), (4.0,), (6.0,)]
    assert len(total.faults) == 7


def test_points_of_a_distribution():
    assert stats._percentiles(range(101)) == [5, 25, 50, 75, 95]
    assert stats._percentiles([3.0, 1.0, 2.0]) == [1.0, 1.0, 2.0, 2.0, 2.0]
    assert stats._rounded(float("inf")) is None
    assert stats._rounded(0.123456) == 0.1235


def test_work_in_other_processes_comes_back_whole(source):
    part = dry_run.SurveyPart(read=3)
    assert dry_run.DryRun(PIPE).to_transport(Piece(0), part) is part
