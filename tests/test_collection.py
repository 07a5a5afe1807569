"""One command over a folder of many formats: what can be read comes out right, the rest is said."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.collection import REST, SENTENCES, Item, letters_of, make
from tests.formats.test_spans import SAMPLES, content, sample
from vnclean.cli import main
from vnclean.engine.undo import undo_files
from vnclean.pipeline import Pipeline

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[Path, list[Item]]:
    top = tmp_path_factory.mktemp("collection")
    found = make(top / "in")
    (top / "in" / "samples").mkdir()
    for name in SAMPLES:
        (top / "in" / "samples" / name).write_bytes(sample("damaged", name))
    code = main(["clean", str(top / "in"), "-o", str(top / "out"), "-k", "*", "--isolated", "-q",
                 "--strict", "--edits", str(top / "edits.jsonl")])  # fmt: skip
    assert code == 3  # for what can't be read
    return top, found


def test_the_sentences_are_right_as_they_stand():
    text = "\n".join(SENTENCES)
    assert Pipeline.preset("standard")(text) is text


def test_all_that_can_be_read_comes_out_right(run):
    top, found = run
    assert len(found) >= 60
    wrong = {}
    for item in found:
        out = (top / "out" / item.output).read_bytes()
        if item.wanted is not None:
            if out != item.wanted:
                wrong[item.path] = out
            continue
        letters = letters_of(gzip.decompress(out) if item.output.endswith(".gz") else out)
        if missing := [text for text in item.texts if text not in letters]:
            wrong[item.path] = missing
    assert wrong == {}


@pytest.mark.parametrize("name", SAMPLES)
def test_so_do_the_samples_of_all_formats(run, name):
    out = (run[0] / "out" / "samples" / name).read_bytes()
    assert content(name, out) == content(name, sample("clean", name))


def test_what_can_not_be_read_is_said(run, capsys):
    top, _ = run
    assert main(["check", str(top / "in"), "-k", "*", "--isolated"]) == 3
    said = capsys.readouterr().err
    assert "hong.docx: left out: it is no zip archive" in said
    assert "Not read: 3 files are no text (" in said
    assert all(not (top / "out" / name).exists() for name in REST)


def test_the_results_are_clean_and_everything_comes_back(run, capsys):
    top, found = run
    assert main(["check", str(top / "out"), "-k", "*", "--isolated"]) == 0, capsys.readouterr()
    undone = undo_files(top / "out", top / "edits.jsonl", top / "back")
    assert undone.failed == []
    for item in found:
        back = (top / "back" / item.path).read_bytes()
        if item.path.endswith(".gz"):
            assert gzip.decompress(back) == gzip.decompress(item.data)
        else:
            assert back == item.data, item.path


@pytest.mark.parametrize("some", ["--limit", "--sample"])
def test_some_records_of_such_a_folder_can_be_looked_at(run, capsys, some):
    options = ["-k", "*", "--isolated", "--dry-run", "--exclude", "hong.docx", some, "30"]
    assert main(["clean", str(run[0] / "in"), *options]) == 0
    assert "texts would change" in capsys.readouterr().err
