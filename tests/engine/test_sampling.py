"""The first records, a sample of them, a dry run, and figures of a corpus."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.engine.test_engine import tree
from vnclean.cli import main
from vnclean.engine import plan_reading
from vnclean.engine.plan import InputOptions
from vnclean.engine.reading import pieces
from vnclean.engine.sampling import Selection, records, select_records
from vnclean.errors import ConfigError
from vnclean.formats import format_named


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [json.dumps({"id": n, "text": f"hiệu qủa {n}"}, ensure_ascii=False) for n in range(300)]
    (folder / "a.jsonl").write_text("\n\n".join(rows) + "\n", encoding="utf-8")
    table = "id,text\r\n" + "".join(f'{n},"hiệu qủa\n{n}"\r\n' for n in range(100))
    (folder / "b.csv").write_text(table, encoding="utf-8", newline="")
    for number in range(20):
        (folder / f"c{number:02}.txt").write_text(f"hiệu qủa {number}", encoding="utf-8")
    return folder


def ids(path: Path) -> list[int]:
    rows = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(row)["id"] for row in rows if row.strip()]


@pytest.mark.parametrize("number", [1, 7, 299, 300, 301])
def test_the_first_records(corpus, tmp_path, number, monkeypatch):
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 1000)
    out = tmp_path / "out.jsonl"
    assert main(["clean", str(corpus / "a.jsonl"), "-o", str(out), "--limit", str(number)]) == 0
    assert ids(out) == list(range(min(number, 300)))
    whole = tmp_path / "whole.jsonl"
    main(["clean", str(corpus / "a.jsonl"), "-o", str(whole)])
    assert whole.read_bytes().startswith(out.read_bytes())


def test_the_limit_counts_over_files(corpus, tmp_path):
    assert main(["clean", str(corpus), "-o", str(tmp_path / "out"), "--limit", "350"]) == 0
    found = tree(tmp_path / "out")
    assert list(found) == ["a.jsonl", "b.csv"]
    assert found["b.csv"].count(b"\r\n") == 51


@pytest.mark.slow
def test_a_sample_does_not_depend_on_chunks_or_jobs(corpus, tmp_path, monkeypatch):
    runs = []
    for name, size, jobs in (("a", 1 << 20, 1), ("b", 500, 1), ("c", 4000, 2)):
        monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", size)
        args = ["-o", str(tmp_path / name), "--sample", "42", "--jobs", str(jobs)]
        assert main(["clean", str(corpus), *args]) == 0
        runs.append(tree(tmp_path / name))
    assert runs[0] == runs[1] == runs[2]
    found = runs[0]
    texts = [name for name in found if name.endswith(".txt")]
    csv = max(found["b.csv"].count(b"\r\n") - 1, 0) if "b.csv" in found else 0
    assert len(ids(tmp_path / "a" / "a.jsonl")) + csv + len(texts) == 42
    assert all("quả".encode() in data for data in found.values())
    main(["clean", str(corpus), "-o", str(tmp_path / "d"), "--sample", "42", "--seed", "1"])
    assert tree(tmp_path / "d") != found


def test_a_sample_of_more_than_there_is_is_all_of_it(corpus, tmp_path):
    main(["clean", str(corpus), "-o", str(tmp_path / "some"), "--sample", "10000"])
    main(["clean", str(corpus), "-o", str(tmp_path / "all")])
    some, whole = tree(tmp_path / "some"), tree(tmp_path / "all")
    assert some["a.jsonl"].replace(b"\n\n", b"\n") == whole["a.jsonl"].replace(b"\n\n", b"\n")
    assert {**some, "a.jsonl": b""} == {**whole, "a.jsonl": b""}


def test_a_sample_of_none_is_none(corpus):
    stream = pieces(plan_reading([str(corpus)], InputOptions()))
    found = list(select_records(stream, Selection(sample=0)))
    assert not any(is_one for piece in found if piece.chunk for _, is_one in records(piece.chunk))


@pytest.mark.parametrize("name", ["limit", "sample"])
def test_fewer_records_than_none_are_refused(name):
    with pytest.raises(ConfigError, match=f"The {name} is -1"):
        Selection(**{name: -1})


def test_rows_of_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"id": list(range(50)), "text": [f"hiệu qủa {n}" for n in range(50)]})
    parquet.write_table(table, tmp_path / "a.parquet", row_group_size=20)
    source, out = str(tmp_path / "a.parquet"), tmp_path / "out.parquet"
    assert main(["clean", source, "-o", str(out), "--limit", "25"]) == 0
    assert parquet.read_table(out)["id"].to_pylist() == list(range(25))
    assert main(["clean", source, "-o", str(out), "--sample", "9", "--overwrite"]) == 0
    rows = parquet.read_table(out)["id"].to_pylist()
    assert len(rows) == 9
    assert rows == sorted(rows)


def test_lines_keep_their_numbers(corpus):
    kind = format_named("csv")
    data = (corpus / "b.csv").read_bytes()
    chunk = next(iter(kind.split([data], 1 << 20)))
    cut = list(records(chunk))
    assert b"".join(one.data for one, _ in cut) == data
    assert [one.line for one, _ in cut][:4] == [1, 2, 4, 6]
    assert sum(is_one for _, is_one in cut) == 100


def test_a_dry_run_writes_nothing_but_the_report(corpus, tmp_path, capsys):
    before = tree(tmp_path)
    report = tmp_path / "report.json"
    args = ["--dry-run", "--report", str(report), "--rejects", str(tmp_path / "r.jsonl")]
    assert main(["clean", str(corpus), *args]) == 0
    out = capsys.readouterr()
    assert out.out == ""
    assert "Looked at 22 files: 420 of 420 texts would change" in out.err
    assert json.loads(report.read_text("utf-8"))["changed"] == 420
    report.unlink()
    assert tree(tmp_path) == before


def test_what_does_not_go_together_is_said(corpus, tmp_path, capsys):
    out = ["-o", str(tmp_path / "out")]
    assert main(["clean", str(corpus), *out, "--limit", "3", "--resume"]) == 2
    assert "fresh output" in capsys.readouterr().err
    assert main(["clean", str(corpus), "--in-place", "--sample", "3"]) == 2


@pytest.mark.slow
def test_stats(corpus, capsys):
    (corpus / "bad.jsonl").write_text('{"text": "ai"}\n{\n', encoding="utf-8")
    assert main(["stats", str(corpus), "--format", "json"]) == 3
    out = capsys.readouterr()
    found = json.loads(out.out)
    assert (found["files"], found["texts"], found["changed"]) == (23, 421, 420)
    assert found["rules"]["tone.misplaced"] == 420
    assert found["steps"]["misplaced_tone"] == 420
    assert len(found["signals"]["spellable"]) == 5
    assert "bad.jsonl:2: left out" in out.err
    (
        corpus / "bad.jsonl"
    ).unlink()  # or its record may be drawn, which depends on the folder's name
    assert main(["stats", str(corpus), "--sample", "10", "--jobs", "2"]) == 0
    text = capsys.readouterr().out
    assert re.search(r"^texts +10$", text, re.M)
    assert re.search(r"^perplexity( +\S+){5}$", text, re.M)
    (corpus / "empty.txt").touch()
    assert main(["stats", str(corpus / "empty.txt")]) == 0
