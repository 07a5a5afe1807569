"""The encoding of outputs: the one that came in, or the one that is wanted; and the way back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.plan import InputOptions
from vnclean.engine.undo import undo_files
from vnclean.formats.encoding import output_encoding
from vnclean.pipeline import Pipeline

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
SENTENCES = [
    "Cộng hòa xã hội chủ nghĩa là tên của nước.",
    "Tham mưu có hiệu qủa cho cấp trên về công tác tổ chức.",
    "Nhân dân cả nước mong một nền hòa bình lâu dài.",
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "tcvn3", "vni", "viscii"]
WANTED = ["", "keep", "utf-8", "utf-8-sig", "utf-16", "utf-32", "tcvn3"]


def run(source: Path, out: Path, wanted: str, **reading) -> tuple[bytes, list[str]]:
    options = RunOptions(encoding=wanted, edits=out.with_suffix(".edits"), jobs=1)
    tasks = plan_cleaning([str(source)], str(out), InputOptions(**reading))
    summary = clean_files(tasks, PIPE, options)
    assert summary.failed == []
    return out.read_bytes(), list(summary.tally.notes)


@given(
    st.sampled_from(ENCODINGS),
    st.sampled_from(WANTED),
    st.sampled_from([("a.txt", {}), ("a.txt", {"lines": True}), ("a.csv", {}), ("a.jsonl", {})]),
    st.lists(st.sampled_from(SENTENCES), min_size=3, max_size=9),
)
def test_every_encoding_becomes_the_one_that_is_wanted_and_comes_back(came, wanted, kind, rows):
    name, reading = kind
    if name == "a.csv":
        lines = ["text", *rows]
    else:
        lines = [f'{{"text": "{row}"}}' for row in rows] if name == "a.jsonl" else rows
    text = "".join(line + "\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / name
        source.write_bytes(text.encode(came))
        given = {"encoding": came} if came == "utf-16-le" else {}
        out, notes = run(source, source.with_name(f"b{source.suffix}"), wanted, **reading, **given)
        read = "utf-8" if came == "utf-8-sig" else came
        read = f"{read}-le" if read in ("utf-16", "utf-32") else read
        target = output_encoding(read, wanted, name == "a.csv") or "utf-8"
        new = out.decode(target)
        marked = came in ("utf-8-sig", "utf-16", "utf-32") and wanted in ("", "keep")
        marked |= wanted in ("utf-16", "utf-32")
        if came == "utf-16-le" and wanted == "utf-16":
            marked = False  # it has its encoding already, and is not touched
        if target == "utf-8-sig":
            assert out.startswith(b"\xef\xbb\xbf")
            marked = False
        assert new == "\ufeff" * marked + text.replace("qủa", "quả")
        same = wanted in ("utf-8-sig", "", "keep") if came == "utf-8-sig" else target == read
        assert bool(notes) == (not same)
        assert undo_files(
            source.with_name(f"b{source.suffix}"), source.with_name("b.edits"), Path(folder) / "c"
        ).failed == []  # fmt: skip
        assert (Path(folder) / "c").read_bytes() == source.read_bytes()


@pytest.mark.parametrize("ending", [".gz", ""], ids=["packed", "plain"])
def test_the_mark_stands_once_also_before_many_chunks(tmp_path, monkeypatch, ending):
    monkeypatch.setattr("vnclean.engine.cleaning.CHUNK", 300)
    text = "".join(f"{n} {row}\n" for n in range(40) for row in SENTENCES)
    (tmp_path / "a.txt").write_bytes(text.encode())
    name = f"b.txt{ending}"
    tasks = plan_cleaning([str(tmp_path / "a.txt")], str(tmp_path / name), InputOptions(lines=True))
    clean_files(tasks, PIPE, RunOptions(encoding="utf-16"))
    data = (tmp_path / name).read_bytes()
    if ending:
        import gzip

        data = gzip.decompress(data)
    assert data.decode("utf-16") == text.replace("qủa", "quả")


def test_what_an_encoding_lacks_costs_its_record(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "đã"}\n{"text": "日本"}\n', encoding="utf-8")
    tasks = plan_cleaning([str(tmp_path / "a.jsonl")], str(tmp_path / "b.jsonl"), InputOptions())
    summary = clean_files(tasks, PIPE, RunOptions(encoding="tcvn3"))
    assert (tmp_path / "b.jsonl").read_bytes() == '{"text": "đã"}\n'.encode("tcvn3")
    [(_, line, reason)] = summary.faults
    assert (line, reason) == (2, "it can't be written as TCVN3: '日', which it lacks")
