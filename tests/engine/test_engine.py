"""The engine: any number of processes, the same bytes; nothing half-written, nothing lost."""

from __future__ import annotations

import base64
import gzip
import importlib.util
import json
import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from vnclean.engine import (
    Cleaner,
    RunOptions,
    Summary,
    clean_files,
    journal_path,
    plan_cleaning,
    plan_reading,
    survey,
)
from vnclean.engine import reading as reading_module
from vnclean.engine.atomic_files import AtomicFile, WriteError, part_name
from vnclean.engine.parallel import map_in_order
from vnclean.engine.plan import InputError, InputOptions
from vnclean.engine.reading import Piece, batches, pieces
from vnclean.engine.rejects import reject_record
from vnclean.formats import Field, Reject
from vnclean.pipeline import Pipeline

PIPE = Pipeline.from_toml('steps = ["misplaced_tone", "tone_style"]\n[tone_style]\nstyle = "old"')


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cleaned(source: Path, out: Path, **options) -> tuple[dict[str, bytes], Summary]:
    tasks = plan_cleaning([str(source)], str(out), options.pop("reading", InputOptions()))
    summary = clean_files(tasks, PIPE, RunOptions(**options))
    return tree(out), summary


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """A folder with every format, damage in texts and in files."""
    rng = random.Random(7)
    folder = tmp_path / "crawl"
    (folder / "deep" / "er").mkdir(parents=True)
    sentences = ["Tham mưu có hiệu qủa.", "Bài này không có lỗi.", "Nền hoà bình.", "gíơ cao"]

    def text() -> str:
        return "\n".join(rng.choices(sentences, k=rng.randint(1, 6)))

    for number in range(30):
        (folder / f"{number:02}.txt").write_text(text(), encoding="utf-8", newline="")
    rows = [json.dumps({"id": n, "text": text()}, ensure_ascii=n % 2 == 0) for n in range(400)]
    rows[7] = '{"id": 7, "text": '
    data = ("\n".join(rows) + "\n").encode()
    (folder / "deep" / "a.jsonl").write_bytes(data)
    (folder / "deep" / "er" / "b.ndjson.gz").write_bytes(gzip.compress(data))
    table = "id,text\r\n" + "".join(f'{n},"{text()}"\r\n' for n in range(200))
    (folder / "deep" / "c.csv").write_bytes(table.encode())
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "empty.txt").touch()
    (folder / "empty.jsonl").touch()
    return folder


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_jobs_or_on_the_size_of_chunks(crawl, tmp_path, monkeypatch):
    runs = {}
    for jobs, size in [(1, 1 << 20), (1, 50), (1, 997), (2, 5000), (3, 1 << 20)]:
        monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", size)
        out = tmp_path / f"out{jobs}-{size}"
        rejects = tmp_path / f"rejects{jobs}-{size}"
        runs[jobs, size] = cleaned(crawl, out, jobs=jobs, rejects=rejects, account=True)
        found = runs[jobs, size][0]
        # Compressed members are cut where chunks are; what is in them must be the same.
        packed = "deep/er/b.ndjson.gz"
        if size != 1 << 20:
            found[packed] = b""
        found["rejects"] = rejects.read_bytes()
    first, summary = runs[1, 1 << 20]
    assert runs[3, 1 << 20][0] == first
    assert gzip.decompress(first["deep/er/b.ndjson.gz"]) == first["deep/a.jsonl"]
    for found, other in runs.values():
        assert found | {"deep/er/b.ndjson.gz": b""} == first | {"deep/er/b.ndjson.gz": b""}
        assert other.tally.as_dict() | {"bytes_out": 0} == summary.tally.as_dict() | {
            "bytes_out": 0
        }
    assert "qủa" not in first["deep/a.jsonl"].decode()
    assert summary.tally.rules["tone.misplaced"] > 100
    assert summary.tally.rejected == 2
    assert len(first) == 30 + 5 + 1


def test_files_keep_their_place_and_their_line_ends(crawl, tmp_path):
    found, _ = cleaned(crawl, tmp_path / "out")
    assert "photo.jpg" not in found
    assert found["empty.txt"] == b""
    before = (crawl / "deep" / "c.csv").read_bytes()
    assert found["deep/c.csv"].count(b"\r\n") == before.count(b"\r\n")
    assert not [name for name in found if "vnclean-part" in name]


def test_an_empty_compressed_file_stays_one(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl.gz").write_bytes(gzip.compress(b""))
    found, _ = cleaned(tmp_path / "in", tmp_path / "out")
    assert gzip.decompress(found["a.jsonl.gz"]) == b""
    assert found["a.jsonl.gz"]


@pytest.mark.parametrize("lines", [False, True])
def test_blanks_that_break_a_line_of_markdown_stay(tmp_path, lines):
    poem = "Đầm sen nở trắng hồ thu  \nHương bay theo gió  về đâu hỡi người. \n"
    for name in ("a.md", "b.md.gz", "c.txt"):
        data = poem.encode()
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    tasks = plan_cleaning([str(tmp_path)], str(tmp_path / "out"), InputOptions(lines=lines))
    clean_files(tasks, Pipeline.preset("safe"))
    out = tree(tmp_path / "out")
    kept = poem.replace("  về", " về").replace(". ", ".").encode()
    assert out["a.md"] == gzip.decompress(out["b.md.gz"]) == kept
    assert out["c.txt"] == kept.replace(b"  ", b"")


def test_compression_follows_the_names(tmp_path):
    source = tmp_path / "a.jsonl"
    source.write_text('{"text": "hiệu qủa"}\n', encoding="utf-8")
    for name in ("b.jsonl.gz", "b.jsonl.xz", "b.jsonl.bz2"):
        target = tmp_path / name
        clean_files(plan_cleaning([str(source)], str(target), InputOptions()), PIPE)
        back = tmp_path / f"{name}.jsonl"
        clean_files(plan_cleaning([str(target)], str(back), InputOptions()), PIPE)
        assert back.read_text(encoding="utf-8") == '{"text": "hiệu quả"}\n'


def test_nothing_is_overwritten_unless_asked(tmp_path):
    source = tmp_path / "a.txt"
    source.write_text("hiệu qủa", encoding="utf-8")
    target = tmp_path / "b.txt"
    target.write_text("here before", encoding="utf-8")
    with pytest.raises(InputError, match="--overwrite"):
        plan_cleaning([str(source)], str(target), InputOptions())
    clean_files(plan_cleaning([str(source)], str(target), InputOptions(), replace=True), PIPE)
    assert target.read_text(encoding="utf-8") == "hiệu quả"


def test_inputs_and_outputs_that_can_not_be_meant_are_refused(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    for folder in "xy":
        (tmp_path / folder / "a.txt").write_text("a", encoding="utf-8")
    x, y = str(tmp_path / "x" / "a.txt"), str(tmp_path / "y" / "a.txt")
    cases = [
        ([x, y], str(tmp_path / "out"), "both become"),
        ([x, y], None, "-o FOLDER"),
        ([str(tmp_path / "x")], None, "-o FOLDER"),
        ([str(tmp_path / "x")], str(tmp_path / "x"), "input and output"),
        ([x], x, "own result"),
        ([x, y], y, "is a file"),
        ([str(tmp_path / "nothing")], None, "no file or folder"),
    ]
    for inputs, output, message in cases:
        with pytest.raises(InputError, match=message):
            plan_cleaning(inputs, output, InputOptions())
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no file that can be read.*`vnclean list formats`"):
        plan_reading([str(tmp_path / "empty")], InputOptions())


def test_an_output_folder_inside_the_input_is_not_read(tmp_path):
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    out = tmp_path / "out"
    cleaned(tmp_path, out)
    tasks = plan_cleaning([str(tmp_path)], str(out), InputOptions(), replace=True)
    assert [task.source for task in tasks] == [tmp_path / "a.txt"]


def test_in_place_changes_what_must_change_and_nothing_else(crawl):
    before = tree(crawl)
    clean_mtime = os.stat(crawl / "empty.txt").st_mtime_ns
    os.chmod(crawl / "00.txt", 0o640)
    tasks = plan_cleaning([str(crawl)], None, InputOptions(), in_place=True)
    summary = clean_files(tasks, PIPE)
    after = tree(crawl)
    assert set(before) == set(after)
    assert os.stat(crawl / "empty.txt").st_mtime_ns == clean_mtime
    assert os.stat(crawl / "00.txt").st_mode & 0o777 == 0o640
    assert "qủa" not in after["deep/c.csv"].decode()
    # A file with a record that can't be read is left alone: the record would be lost.
    assert after["deep/a.jsonl"] == before["deep/a.jsonl"]
    assert str(crawl / "deep" / "a.jsonl") in summary.failed


def test_in_place_with_a_file_of_rejects_takes_them_out(crawl, tmp_path):
    rejects = tmp_path / "rejects.jsonl"
    tasks = plan_cleaning([str(crawl)], None, InputOptions(), in_place=True)
    clean_files(tasks, PIPE, RunOptions(rejects=rejects))
    assert len((crawl / "deep" / "a.jsonl").read_bytes().splitlines()) == 399
    kept = [json.loads(line) for line in rejects.read_text(encoding="utf-8").split("\n")[:-1]]
    assert [record["line"] for record in kept] == [8, 8]


@pytest.mark.slow
def test_faults_cost_their_record_and_are_kept(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    good = '{"text": "hiệu qủa"}\n'.encode()
    packed = gzip.compress(good * 50_000)
    (source / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (source / "broken.jsonl.gz").write_bytes(b"this is not gzip")
    (source / "bad.jsonl").write_bytes(good + b"\xff\xfe{\n" + good)
    (source / "gone.txt").symlink_to(tmp_path / "nothing")
    (source / "good.txt").write_text("hiệu qủa", encoding="utf-8")
    rejects = tmp_path / "rejects.jsonl"
    found, summary = cleaned(source, tmp_path / "out", rejects=rejects)
    kept = [json.loads(line) for line in rejects.read_text(encoding="utf-8").split("\n")[:-1]]
    by_name = {Path(record["file"]).name: record for record in kept}
    assert set(by_name) == {"cut.jsonl.gz", "broken.jsonl.gz", "bad.jsonl", "gone.txt"}
    assert base64.b64decode(by_name["bad.jsonl"]["raw"]) == b"\xff\xfe{"
    assert by_name["bad.jsonl"]["line"] == 2
    assert "damaged" in by_name["broken.jsonl.gz"]["reason"]
    assert "No such file" in by_name["gone.txt"]["reason"]
    assert set(found) == {"cut.jsonl.gz", "bad.jsonl", "good.txt"}
    assert found["bad.jsonl"] == '{"text": "hiệu quả"}\n'.encode() * 2
    rest = gzip.decompress(found["cut.jsonl.gz"])
    assert rest == '{"text": "hiệu quả"}\n'.encode() * (by_name["cut.jsonl.gz"]["line"] - 1)
    assert len(summary.failed) == 4


def test_the_good_records_of_a_bad_file_are_not_lost(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "a"}\n{"text": \n{"text": "\xff"}\n\n')
    tasks = plan_cleaning([str(tmp_path / "a.jsonl")], str(tmp_path / "b.jsonl"), InputOptions())
    summary = clean_files(tasks, PIPE)
    assert (tmp_path / "b.jsonl").read_bytes() == b'{"text": "a"}\n\n'
    assert (summary.tally.records, summary.tally.rejected) == (3, 2)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_said(tmp_path):
    (tmp_path / "a.txt").touch(mode=0)
    _, summary = cleaned(tmp_path, tmp_path / "out")
    assert summary.failed == [str(tmp_path / "a.txt")]


class Explodes:
    """Stands for a pipeline with a fault of its own."""

    def __call__(self, text: str) -> str:
        if "boom" in text:
            raise IndexError("too far")
        return text


def test_a_step_that_fails_costs_its_record_and_says_so(tmp_path):
    source = tmp_path / "a.jsonl"
    source.write_text('{"text": "a"}\n{"text": "boom"}\n{"text": "b"}\n', encoding="utf-8")
    tasks = plan_cleaning([str(source)], str(tmp_path / "b.jsonl"), InputOptions())
    summary = clean_files(tasks, Explodes())  # type: ignore[arg-type]
    assert summary.tally.rejected == 1
    assert (tmp_path / "b.jsonl").read_text(encoding="utf-8") == '{"text": "a"}\n{"text": "b"}\n'


def test_a_file_that_breaks_off_leaves_nothing(tmp_path):
    target = tmp_path / "deep" / "a.txt"
    file = AtomicFile(target)
    file.write(b"half")
    assert part_name(target).exists()
    assert not target.exists()
    file.__exit__(RuntimeError, RuntimeError(), None)
    assert list(target.parent.iterdir()) == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    target = tmp_path / "a.txt"
    file = AtomicFile(target)
    file._file.close()
    file._file = open("/dev/full", "r+b")  # noqa: SIM115
    file.write(b"x")
    with pytest.raises(WriteError, match="No space"):
        file.commit()
    file.discard()
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_nothing_half_written(crawl, tmp_path, monkeypatch):
    calls = 0
    real = Cleaner.clean

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > 30:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    monkeypatch.setattr(reading_module, "_FEW", 8)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        cleaned(crawl, out, rejects=tmp_path / "rejects")
    monkeypatch.undo()
    shutil.move(out, tmp_path / "half")
    whole, _ = cleaned(crawl, out)
    half = tree(tmp_path / "half")
    assert 0 < len(half) < len(whole)
    assert all(whole[name] == data for name, data in half.items())


@pytest.mark.slow
def test_order_is_kept_and_no_more_is_drawn_than_is_needed():
    drawn = []

    def items():
        for number in range(100):
            drawn.append(number)
            yield number

    found = map_in_order(abs, items(), 2, lambda _: 1)
    assert next(found) == (0, 0)
    assert len(drawn) <= 7
    assert [out for _, out in found] == list(range(1, 100))


def test_heavy_items_wait_for_each_other():
    drawn = []

    def items():
        for number in range(10):
            drawn.append(number)
            yield number

    found = map_in_order(abs, items(), 2, lambda _: 1 << 30)
    next(found)
    assert len(drawn) == 1
    found.close()


def test_small_pieces_travel_together():
    stream = [Piece(number, end=True) for number in range(1000)]
    found = list(batches(iter(stream)))
    assert [piece for batch in found for piece in batch] == stream
    assert len(found) < 20


def test_pieces_of_a_file_that_can_not_be_read_end_it(tmp_path):
    tasks = plan_reading([str(Path(__file__))], InputOptions(format="txt", lines=True))
    found = list(pieces(tasks, 1000))
    assert (
        b"".join(piece.chunk.data for piece in found if piece.chunk) == Path(__file__).read_bytes()
    )
    assert [piece.end for piece in found].count(True) == 1
    assert found[-1].read == Path(__file__).stat().st_size
    assert reading_module.weight(found) == found[-1].read


@pytest.mark.slow
def test_a_survey_finds_what_cleaning_changes(crawl, tmp_path):
    _, summary = cleaned(crawl, tmp_path / "out", account=True)
    for jobs in (1, 2):
        rules: dict[str, int] = {}
        changed = 0
        for _, part in survey(plan_reading([str(crawl)], InputOptions()), PIPE, jobs=jobs):
            changed += part.tally.changed
            for finding in part.findings:
                for edit in finding.result.edits:
                    rules[edit.rule] = rules.get(edit.rule, 0) + 1
        assert rules == dict(summary.tally.rules)
        assert changed == summary.tally.changed


@given(st.binary(), st.integers(0), st.text())
def test_a_reject_keeps_its_bytes(raw, line, reason):
    record = reject_record("a", Reject(line, reason, raw))
    kept = str(record["raw"])
    assert (kept.encode() if record["encoding"] == "utf-8" else base64.b64decode(kept)) == raw


@given(any_text(30), st.lists(st.integers(0, 30), max_size=5), st.integers(1, 9))
def test_positions_count_lines_and_columns(text, offsets, column):
    offsets = sorted(min(offset, len(text)) for offset in offsets)
    expected = []
    for offset in offsets:
        before = text[:offset].split("\n")
        start = column if len(before) == 1 else 1
        expected.append((5 + len(before) - 1, len(before[-1]) + start))
    assert Field(text, 5, column).positions(offsets) == expected


# -- going on after a break ---------------------------------------------------------------------


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 500)
    monkeypatch.setattr("vnclean.engine.writing.CHECKPOINT", 1000)
    monkeypatch.setattr(reading_module, "_FEW", 4)


def resumable(source: Path, out: Path, pipeline: Pipeline = PIPE, **options) -> Summary:
    tasks = plan_cleaning([str(source)], str(out / "clean"), InputOptions(), replace=True)
    return clean_files(
        tasks,
        pipeline,
        RunOptions(
            rejects=out / "rejects",
            journal=journal_path(str(out / "clean"), tasks),
            account=True,
            **options,
        ),
    )


@pytest.mark.slow
@pytest.mark.parametrize("stops", [[15], [40], [3, 3, 3, 30, 20], [70], [1, 1, 1]])
def test_a_run_goes_on_where_it_stopped(crawl, tmp_path, monkeypatch, small_steps, stops):
    whole = resumable(crawl, tmp_path / "whole")
    real, calls, limit = Cleaner.clean, 0, 0

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > limit:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    limit = 10_000
    resumable(crawl, tmp_path / "counted")
    total = calls
    assert total > 120
    out = tmp_path / "broken"
    for stop_at in stops:
        limit, calls = stop_at, 0
        with pytest.raises(KeyboardInterrupt):
            resumable(crawl, out, resume=True)
    limit, calls = 10_000, 0
    summary = resumable(crawl, out, resume=True)
    assert tree(out) == tree(tmp_path / "whole")
    assert summary.tally.as_dict() == whole.tally.as_dict()
    assert (summary.files, sorted(summary.failed)) == (whole.files, sorted(whole.failed))
    if stops[0] >= 15:
        monkeypatch.undo()
        assert calls + sum(stops) < total + 20  # what was done is not done again


def test_a_run_that_ended_has_nothing_to_go_on_with(crawl, tmp_path):
    out = tmp_path / "out"
    first = resumable(crawl, out, resume=True)
    assert first.files > 30
    assert not [name for name in tree(out) if "vnclean" in name]
    before = tree(out)
    again = resumable(crawl, out, resume=True)
    assert again.files == 0
    assert len(again.there) == first.files - len(first.left)
    assert tree(out) == before
    assert before["rejects"]


def test_a_changed_input_or_pipeline_can_not_be_gone_on_with(
    crawl, tmp_path, monkeypatch, small_steps
):
    calls = 0
    real = Cleaner.clean

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > 40:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        resumable(crawl, out)
    with pytest.raises(InputError, match="other options"):
        resumable(crawl, out, PIPE.without("tone_style"), resume=True)
    (crawl / "00.txt").write_text("another", encoding="utf-8")
    with pytest.raises(InputError, match=r"00\.txt has changed"):
        resumable(crawl, out, resume=True)
    monkeypatch.undo()
    resumable(crawl, out)
    assert tree(out)["clean/00.txt"] == b"another"


def test_a_torn_journal_is_read_up_to_the_tear(crawl, tmp_path, monkeypatch, small_steps):
    resumable(crawl, tmp_path / "whole")
    calls = 0
    real = Cleaner.clean

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > 60:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        resumable(crawl, out)
    monkeypatch.setattr(Cleaner, "clean", real)
    journal = out / "clean" / ".vnclean-journal"
    journal.write_bytes(journal.read_bytes()[:-20])
    resumable(crawl, out, resume=True)
    assert tree(out) == tree(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs process groups")
def test_a_run_survives_being_killed(tmp_path, monkeypatch):
    path = Path(__file__).parents[2] / "benchmarks" / "robustness" / "crash.py"
    spec = importlib.util.spec_from_file_location("crash", path)
    assert spec is not None
    assert spec.loader is not None
    crash = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(crash)
    monkeypatch.setenv("PYTHONPATH", str(path.parents[2]))
    kills, _ = crash.torture(tmp_path, kills=6, size=600_000, seed=3, say=False)
    assert kills == 6


def test_lines_come_out_as_each_of_them_would() -> None:
    from vnclean.engine.visitor import TextOptions
    from vnclean.formats import Chunk
    from vnclean.formats.text import Text

    rows = [
        "Công tác tuyền truyền.",
        "hiệu qủa",
        "Mưa từ sáng.",
        "",
        "Ð?i h?c Qu?c gia Hà N?i",
        "x",
    ]
    pipe = Pipeline.preset("standard")
    data = "".join(f"{row}\n" for row in rows * 50).encode()
    chunk = Chunk(data, 1, Text(lines=True))
    outcome = Cleaner(TextOptions(pipe)).clean(Piece(0, chunk))
    assert outcome.of(data).decode() == "".join(f"{pipe(row)}\n" for row in rows * 50)
    assert outcome.tally.texts == 300


def test_the_speed_of_a_run_that_goes_on_is_its_own(crawl, tmp_path, monkeypatch, small_steps):
    whole = resumable(crawl, tmp_path / "whole")
    assert whole.read == whole.tally.bytes_in
    real, calls = Cleaner.clean, 0

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > 60:
            raise KeyboardInterrupt
        return real(self, piece)

    monkeypatch.setattr(Cleaner, "clean", stop)
    with pytest.raises(KeyboardInterrupt):
        resumable(crawl, tmp_path / "out")
    monkeypatch.setattr(Cleaner, "clean", real)
    summary = resumable(crawl, tmp_path / "out", resume=True)
    assert summary.tally.bytes_in == whole.tally.bytes_in
    assert 0 < summary.read < whole.tally.bytes_in


@pytest.mark.parametrize("sink", ["stdout", "file"])
def test_files_beside_the_outputs_that_hold_nothing_do_not_stay(
    tmp_path, monkeypatch, capsysbinary, small_steps, sink
):
    """Such as after an early Ctrl-C: the next run would find them there and refuse."""
    real, calls = Cleaner.clean, 0

    def stop(self, piece):
        nonlocal calls
        calls += 1
        if calls > (1 if out else 3):
            raise KeyboardInterrupt
        return real(self, piece)

    out = str(tmp_path / "out") if sink == "file" else None
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("hiệu qủa\n" * 200, encoding="utf-8")
    monkeypatch.setattr(Cleaner, "clean", stop)
    reading = InputOptions(lines=sink == "stdout")
    tasks = plan_cleaning([str(folder if out else folder / "a.txt")], out, reading)
    with pytest.raises(KeyboardInterrupt):
        clean_files(tasks, PIPE, RunOptions(rejects=tmp_path / "rejects"))
    assert bool(capsysbinary.readouterr().out) == (sink == "stdout")
    assert {path.name for path in tmp_path.iterdir()} <= {"in", "out"}
