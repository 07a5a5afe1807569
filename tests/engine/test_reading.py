"""From files to pieces: what is read, from where, how much, and what a fault costs."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from vnclean.engine import plan_cleaning, plan_reading, reading
from vnclean.engine.plan import InputOptions, Task
from vnclean.engine.reading import Piece, failure, file_blocks, pieces, weight
from vnclean.engine.rejects import reject_line, reject_record
from vnclean.engine.sampling import Selection, records, select_records
from vnclean.errors import FormatError, MissingExtraError
from vnclean.formats import Reject, format_named
from vnclean.formats.base import Chunk
from vnclean.formats.jsonl import JsonLines

LINE = b'{"text": "a"}\n'


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    for name, number in (("a", 4), ("b", 2), ("c", 3)):
        (tmp_path / f"{name}.jsonl").write_bytes(LINE * number)
    return plan_reading([str(tmp_path / f"{name}.jsonl") for name in "abc"], InputOptions())


def test_how_much_was_read_counts_what_was_passed_over(tasks):
    found = list(pieces(tasks, len(LINE)))
    assert [piece.task for piece in found] == [0] * 5 + [1] * 3 + [2] * 4
    assert found[-1].read == 9 * len(LINE)
    assert [piece.read for piece in found if piece.end] == [4 * 14, 6 * 14, 9 * 14]
    rest = list(pieces(tasks, len(LINE), {0: None, 1: 1, 2: 0}.__getitem__))
    assert [piece.task for piece in rest] == [1] * 2 + [2] * 4
    assert [piece.read for piece in rest if piece.end] == [6 * 14, 9 * 14]
    gone = Task(Path("gone"), None, tasks[0].format)
    inputs = [Task(None, None, tasks[0].format), gone, *tasks]
    last = list(pieces(inputs, 99, {0: None, 1: None, 2: None, 3: None, 4: 0}.__getitem__))[-1]
    assert last.read == 9 * 14


def test_each_piece_says_what_it_is_of(tasks):
    first, *_, end = pieces(tasks[:1], 1 << 20)
    assert (first.name, first.packs, first.end, end.end) == (tasks[0].name, "", False, True)
    assert end.stamp == reading.file_stamp(tasks[0].source)
    assert (end.changed, end.reject, first.stamp) == (False, None, None)
    assert first.origin.offset == 0
    assert weight([first, end, first]) == 2 * len(first.chunk.data) == 2 * 4 * 14


@pytest.mark.parametrize("change", ["grown", "touched", "replaced", "gone"])
def test_an_input_that_is_written_to_meanwhile_is_said(tasks, change):
    stream = pieces(tasks[:1], 14)
    next(stream)
    source = tasks[0].source
    if change == "grown":
        with source.open("ab") as file:
            file.write(LINE)
    elif change == "touched":
        os.utime(source, ns=(1, 1))
    else:
        source.rename(source.with_name("old"))
        if change == "replaced":
            source.write_bytes(b"another")
    end = list(stream)[-1]
    assert end.changed == (change in ("grown", "touched"))
    if end.changed:
        assert "changed while it was read" in end.reject.reason
        assert not end.reject.whole
    else:
        assert end.reject is None


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FormatError("broken"), "broken"),
        (MissingExtraError("x", "y", "z"), ""),
        (IsADirectoryError(21, "Is a directory"), "it is a folder"),
        (OSError(5, "Input/output error"), "it can't be read: Input/output error"),
        (OSError("odd"), "it can't be read: odd"),
        (MemoryError(), "reading it took more memory than there is"),
        (KeyError("k"), "reading it failed with KeyError: 'k'. Please report it."),
    ],
)
def test_a_fault_ends_its_file_alone(tasks, monkeypatch, error, told):
    def split(self, blocks, size):
        yield Chunk(b"".join(blocks), 1, self)
        raise error

    monkeypatch.setattr(JsonLines, "split", split)
    found = list(pieces(tasks))
    assert [piece.end for piece in found] == [False, True] * 3
    for piece in found[1::2]:
        assert piece.reject.line == 0
        assert piece.reject.reason.startswith(told)


def test_reasons_of_faults_that_nobody_foresaw():
    assert failure("it", ValueError("x")) == "it failed with ValueError: x. Please report it."
    assert failure("it", MemoryError()).startswith("it took more memory")


def test_a_folder_in_place_of_a_file_is_said(tmp_path):
    found = list(pieces([Task(tmp_path, None, format_named("txt"))]))
    assert [piece.reject.reason for piece in found] == ["it is a folder"]


@pytest.mark.parametrize(
    ("name", "data", "has"),
    [("a.jsonl", LINE, True), ("a.txt", b"a", True), ("a.csv", b"text\na\n", True),
     ("a.json", b'["a"]', True), ("a.jsonl.gz", gzip.compress(LINE, mtime=0), False),
     ("a.html", b"<p>a</p>", False), ("a.txt", "a".encode("utf-16"), False)],
)  # fmt: skip
def test_which_bytes_can_be_read_again(tmp_path, name, data, has):
    (tmp_path / name).write_bytes(data)
    [task] = plan_reading([str(tmp_path / name)], InputOptions())
    first = next(pieces([task]))
    assert (first.origin is not None) == has
    if has:
        state = (tmp_path / name).stat()
        assert first.origin == (tmp_path / name, (state.st_size, state.st_mtime_ns), 0)


@pytest.mark.skipif(os.name == "nt", reason="needs pipes")
def test_a_pipe_can_not_be_read_again(tmp_path):
    os.mkfifo(tmp_path / "p.jsonl")
    task = Task(tmp_path / "p.jsonl", None, format_named("jsonl"))
    assert reading._stamp(task) is None
    assert reading._stamp(Task(None, None, format_named("jsonl"))) is None
    pytest.importorskip("pyarrow")
    task = Task(tmp_path / "p.jsonl", None, format_named("parquet"))
    [piece] = pieces([task])
    assert "give a file, not a pipe" in piece.reject.reason


@pytest.mark.parametrize(("given", "text"), [("auto", "hoà"), ("tcvn3", "hoà"), ("utf-16", "hoà")])
def test_what_was_converted_says_so(tmp_path, given, text):
    code = "utf-16" if given == "auto" else given
    (tmp_path / "a.jsonl").write_bytes((f'{{"text": "{text}"}}\n' * 3).encode(code))
    tasks = plan_reading([str(tmp_path / "a.jsonl")], InputOptions(encoding=given))
    first = next(pieces(tasks))
    if given == "tcvn3":  # decoded record by record
        assert first.chunk.converted == ""
    else:
        assert first.chunk.converted.startswith("utf-16")
        assert text.encode() in first.chunk.data
    done = first.chunk.format.rewrite(first.chunk, lambda field: field.text.upper())
    assert (done.records, done.rejects) == (3, [])
    assert "HOÀ".encode() in done.data


def test_bytes_come_in_blocks(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"abcdefg")
    assert list(file_blocks(tmp_path / "a", 3)) == [b"abc", b"def", b"g"]
    for stream in (io.BytesIO(b"abc"), SimpleNamespace(read=io.BytesIO(b"abc").read)):
        fake = SimpleNamespace(stdin=SimpleNamespace(buffer=stream))
        monkeypatch.setattr(reading, "sys", fake)
        assert b"".join(file_blocks(None, 3)) == b"abc"


# -- rejects --------------------------------------------------------------------------------------


def test_rejects_can_be_read_by_people_and_programs():
    reject = Reject(3, "lý do", "hiệu qủa".encode())
    line = reject_line("tệp.txt", reject)
    assert "hiệu qủa".encode() in line
    assert line.endswith(b"}\n")
    assert json.loads(line) == reject_record("tệp.txt", reject) == {
        "file": "tệp.txt", "line": 3, "reason": "lý do", "encoding": "utf-8", "raw": "hiệu qủa",
    }  # fmt: skip
    assert b"\\udc80" in reject_line("a\udc80", reject)


@pytest.mark.parametrize(
    ("name", "data", "numbers"),
    [
        ("a.jsonl", LINE + b"\n{\n" + LINE + b"{", [3, 5]),
        ("a.csv", b'text\na\n"b\nc"\nd,e,f\n"x\ny",z\ng\n', [5, 6]),
        ("a.txt", b"a\nb\n", []),
    ],
)
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_rejects_have_the_lines_of_their_records(tmp_path, name, data, numbers, size):
    """However the file was cut into chunks."""
    (tmp_path / name).write_bytes(data)
    [task] = plan_reading([str(tmp_path / name)], InputOptions())
    found, lines = [], data.split(b"\n")
    for piece in pieces([task], size):
        if piece.chunk:
            done = piece.chunk.format.rewrite(piece.chunk, lambda field: field.text)
            found += done.rejects
    if name == "a.jsonl":
        assert [reject.line for reject in found] == numbers
    for reject in found:
        first = reject.raw.split(b"\n")[0].rstrip(b"\r\n")
        assert lines[reject.line - 1].startswith(first)


# -- some of the records --------------------------------------------------------------------------


def chosen(tasks: list[Task], size: int = 30, **selection: int) -> list[tuple[int, int]]:
    stream = select_records(pieces(tasks, size), Selection(**selection))
    return [
        (piece.task, one.line)
        for piece in stream
        if piece.chunk
        for one, is_one in records(piece.chunk)
        if is_one
    ]


@pytest.mark.parametrize("size", [1, 30, 1 << 20])
def test_the_first_records_are_those_that_come_first(tasks, size):
    every = [(0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]
    assert chosen(tasks, size) == every
    for limit in range(11):
        assert chosen(tasks, size, limit=limit) == every[:limit]
        stream = select_records(pieces(tasks, size), Selection(limit=limit))
        found = list(stream)
        if limit <= 9:
            assert found[-1].end
        ends = [piece.task for piece in found if piece.end]
        assert ends == sorted(set(ends))
    assert list(select_records(iter(()), None)) == []


def test_a_sample_is_the_same_however_it_is_drawn(tasks):
    for number in (1, 3, 9, 20):
        drawn = {size: chosen(tasks, size, sample=number) for size in (1, 30, 1 << 20)}
        assert len({tuple(found) for found in drawn.values()}) == 1
        assert len(drawn[1]) == min(number, 9)
        assert drawn[1] == sorted(drawn[1])
        assert set(chosen(tasks, sample=number)) <= set(chosen(tasks, sample=number + 1))
    seeds = [chosen(tasks, sample=3, seed=seed) for seed in range(9)]
    assert len({tuple(found) for found in seeds}) > 3
    assert chosen(tasks, sample=5, limit=2) == chosen(tasks, sample=5)[:2]


def test_a_file_of_which_nothing_was_drawn_has_no_output(tmp_path):
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "bad.jsonl.gz").write_bytes(b"no gzip")
    for number in range(6):
        (tmp_path / f"{number}.csv").write_bytes(b"text\na\nb\n")
    tasks = plan_cleaning([str(tmp_path)], str(tmp_path / "out"), InputOptions())
    found = list(select_records(pieces(tasks), Selection(sample=2)))
    drawn = {piece.task for piece in found if piece.chunk and b"text" not in piece.chunk.data}
    for number, task in enumerate(tasks):
        mine = [piece for piece in found if piece.task == number]
        if number in drawn:  # with its header, and its end
            assert (mine[0].chunk.data, mine[-1].end) == (b"text\n", True)
            assert all(piece.origin is None and piece.size == 0 for piece in mine if piece.chunk)
        else:
            assert bool(mine) == task.name.endswith(("empty.jsonl", "bad.jsonl.gz"))


@pytest.mark.parametrize(
    ("kind", "options", "data", "wanted"),
    [
        ("txt", {}, b"a\nb", [(b"a\nb", 1, True)]),
        ("txt", {"lines": True}, b"a\n\nb", [(b"a\n", 1, True), (b"\n", 2, True), (b"b", 3, True)]),
        ("json", {}, b'["a",\n"b"]', [(b'["a",\n"b"]', 1, True)]),
        ("html", {}, b"<p>\n</p>", [(b"<p>\n</p>", 1, True)]),
        ("jsonl", {}, b"\xef\xbb\xbf\n{}\n \t\r\n{}", [
            (b"\xef\xbb\xbf\n", 1, False), (b"{}\n", 2, True), (b" \t\r\n", 3, False),
            (b"{}", 4, True)]),
        ("csv", {}, b'text\n"a\nb"\nc\n', [
            (b"text\n", 1, False), (b'"a\nb"\n', 2, True), (b"c\n", 4, True)]),
    ],
)  # fmt: skip
def test_chunks_are_cut_into_records(kind, options, data, wanted):
    found = records(Chunk(data, 1, format_named(kind, **options)))
    assert [(one.data, one.line, is_one) for one, is_one in found] == wanted


def test_pieces_without_chunks_pass():
    [piece] = select_records(iter([Piece(0, end=True)]), Selection(limit=3))
    assert piece.end


def rejected(monkeypatch, blocks: list[bytes], name: str) -> list[Reject]:
    """Return what is left out of standard input that comes in blocks."""
    source = iter([*blocks, b""])
    fake = SimpleNamespace(
        stdin=SimpleNamespace(buffer=SimpleNamespace(read=lambda _: next(source)))
    )
    monkeypatch.setattr(reading, "sys", fake)
    [task] = plan_reading(["-"], InputOptions(format=name))
    return [piece.reject for piece in pieces([task], keep=True) if piece.reject is not None]


def test_standard_input_that_fails_as_a_whole_is_kept_whole(monkeypatch):
    """Nobody can read it again."""
    blocks = [b"id,bo", b"dy\n1,a\n", b"2,\xff\n"]
    [reject] = rejected(monkeypatch, blocks, "csv")
    assert (reject.line, reject.raw, reject.whole) == (0, b"".join(blocks), True)
    assert reject.reason.startswith("it has no column named 'text'")


def test_standard_input_that_fails_as_a_whole_is_kept_in_parts_where_it_is_large(monkeypatch):
    blocks = [b"id,body\n", *(b"%d,a\n" % n * 30_000 for n in range(20))]
    parts = rejected(monkeypatch, blocks, "csv")
    assert b"".join(reject.raw for reject in parts) == b"".join(blocks)
    assert [reject.part for reject in parts] == list(range(1, len(parts) + 1))
    assert [reject.more for reject in parts] == [True] * (len(parts) - 1) + [False]
    assert max(len(reject.raw) for reject in parts) <= 1 << 20
    assert "next part" in parts[0].reason
    assert parts[-1].reason.startswith("it has no column named 'text'")


def test_a_document_in_broken_utf32_on_standard_input_is_kept_as_it_came(monkeypatch):
    good = "hiệu qủa".encode("utf-32-le")
    blocks = [b"\xff\xfe\0\0" + good, b"\xff" * 4 + good, good]
    [reject] = rejected(monkeypatch, blocks, "txt")
    assert (reject.raw, reject.whole) == (b"".join(blocks), True)


def test_what_stands_behind_a_fault_of_utf32_on_standard_input_is_kept(monkeypatch):
    good = '{"text": "hiệu qủa"}\n'.encode("utf-32-le")
    blocks = [b"\xff\xfe\0\0" + good, good + good[:9], good[9:] + good[:16] + b"\xff" * 4, good]
    cut, rest = rejected(monkeypatch, blocks, "jsonl")
    assert (cut.raw.decode(), cut.whole) == ('{"te', True)
    assert rest.raw.endswith(good[9:] + good[:16] + b"\xff" * 4 + good)
    assert rest.whole
    assert rest.reason.startswith("what stood behind that: it is no UTF-32-LE")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_that_fails_as_a_whole_is_kept_whole(tmp_path):
    import threading

    os.mkfifo(tmp_path / "p.csv")
    data = b"id,body\n1,a\n"
    writer = threading.Thread(target=(tmp_path / "p.csv").write_bytes, args=(data,))
    writer.start()
    [task] = plan_reading([str(tmp_path / "p.csv")], InputOptions())
    [piece] = pieces([task], keep=True)
    writer.join()
    assert piece.reject is not None
    assert (piece.reject.raw, piece.reject.whole) == (data, True)


def test_a_file_that_fails_as_a_whole_is_not_copied_to_the_rejects(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,body\n1,a\n")
    [task] = plan_reading([str(tmp_path / "a.csv")], InputOptions())
    [piece] = pieces([task], keep=True)
    assert piece.reject is not None
    assert (piece.reject.raw, piece.reject.whole) == (b"", False)


def test_what_fails_in_the_middle_leaves_what_was_not_handed_on(monkeypatch):
    def split(self, blocks, size):
        for number, block in enumerate(blocks):
            if number == 2:
                raise ZeroDivisionError("boo")
            yield Chunk(block, 1, self)

    monkeypatch.setattr(JsonLines, "split", split)
    [reject] = rejected(monkeypatch, [LINE, LINE, b"third", b"fourth"], "jsonl")
    assert reject.raw == b"thirdfourth"
    assert "ZeroDivisionError" in reject.reason


def test_standard_input_is_not_read_to_its_end_where_nothing_is_kept(monkeypatch):
    count = 0

    def read(_):
        nonlocal count
        count += 1
        return b"id,body\n" if count < 50 else b""

    fake = SimpleNamespace(stdin=SimpleNamespace(buffer=SimpleNamespace(read=read)))
    monkeypatch.setattr(reading, "sys", fake)
    [task] = plan_reading(["-"], InputOptions(format="csv"))
    [piece] = pieces([task])
    assert piece.reject is not None
    assert count < 5
