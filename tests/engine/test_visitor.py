"""What is done to each text: cleaned, counted, noted, judged; and what a fault costs."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.test_pipeline import Swap
from vnclean.engine.counts import SPREAD, EditCounts
from vnclean.engine.options import RunOptions
from vnclean.engine.visitor import (
    CleaningVisitor,
    TextOptions,
    _account,
    clean_or_reject,
    is_document,
    is_filtered,
    rewrite_or_reject,
)
from vnclean.formats import Chunk, Field, RecordError, Reject, format_named
from vnclean.pipeline import Pipeline
from vnclean.signals import Criteria
from vnclean.transform import Edit

PIPE = Pipeline((Swap("sai", "đúng"),))
CRITERIA = Criteria.parse("marked >= 0.05")
BAD = "The quick brown fox jumps over the lazy dog"
GOOD = "Nước lên nhanh sai, cả phố ngập"


def visitor(
    texts: TextOptions, kind: str = "jsonl", **options
) -> tuple[CleaningVisitor, EditCounts]:
    tally = EditCounts()
    chunk = Chunk(b"", 1, format_named(kind, **options))
    return CleaningVisitor(texts, chunk, tally), tally


@pytest.mark.parametrize("account", [False, True])
@pytest.mark.parametrize("noted", [False, True])
def test_texts_are_cleaned_and_counted(account, noted):
    texts = TextOptions(PIPE, account, noted)
    assert texts.explains == (account or noted)
    visit, tally = visitor(texts)
    rows = enumerate(["sai sai", "hết"])
    fields = [Field(text, line, 1, "text", record=line) for line, text in rows]
    assert [visit(field) for field in fields] == ["đúng đúng", "hết"]
    assert (tally.texts, tally.changed) == (2, 1)
    assert tally.rules == (Counter({"swap.sai": 2}) if account else {})
    assert [visited.field for visited in visit.visits] == (fields if noted else [])
    assert visit.additions() == {}


def test_a_text_that_is_made_anew_but_the_same_has_not_changed():
    class Copies:
        def __call__(self, text: str) -> str:
            return "".join(list(text))

    visit, tally = visitor(TextOptions(Copies()))  # type: ignore[arg-type]
    assert visit(Field("a b", 1)) == "a b"
    assert (tally.texts, tally.changed) == (1, 0)


@pytest.mark.parametrize("explains", [False, True])
def test_the_origin_of_a_text_decides_how_it_is_cleaned(explains):
    texts = TextOptions(Pipeline.preset("safe"), account=explains)
    visit, _ = visitor(texts)
    poem = "Đầm sen nở trắng  \nHương bay"
    assert visit(Field(poem, 1, origin="markdown")) == poem
    assert visit(Field(poem, 1, origin="text")) == visit(Field(poem, 1, origin="page"))
    assert visit(Field(poem, 1)) != poem
    assert set(texts.by_origin) == {"page", "markdown"}


def test_the_first_key_is_judged():
    texts = TextOptions(PIPE, criteria=CRITERIA, signals=True)
    assert texts.explains
    assert TextOptions(PIPE, criteria=CRITERIA).explains
    assert TextOptions(PIPE, signals=True).explains
    visit, tally = visitor(texts, keys=("body", "title"))
    assert visit(Field(BAD, 1, 1, "title", record=1)) == BAD
    with pytest.raises(RecordError, match=r"^quality: .*marked"):
        visit(Field(BAD, 1, 1, "body", record=1))
    assert "đúng" in visit(Field(GOOD, 1, 1, "body", record=1))
    assert visit(Field(BAD, 1, 1, "title", record=1)) == BAD
    assert visit.additions()["quality"]
    assert visit.additions() == {}  # they are given once
    assert tally.texts == 4
    plain, _ = visitor(texts, "txt")
    with pytest.raises(RecordError):
        plain(Field(BAD, 1))
    keyless, _ = visitor(texts, keys=("body",))
    with pytest.raises(RecordError):
        keyless(Field(BAD, 1, 1, "", record=1))


def test_of_several_texts_under_a_key_the_first_tells_the_quality():
    visit, _ = visitor(TextOptions(PIPE, signals=True), keys=("text",))
    visit(Field(GOOD, 1, 1, "text", record=1))
    one = visit.additions()
    visit(Field(GOOD, 2, 1, "text", record=2))
    visit(Field(BAD, 2, 1, "text", record=2))
    assert visit.additions() == one
    visit(Field(GOOD, 3, 1, "text", record=3))
    visit(Field(BAD, 4, 1, "text", record=4))  # another record
    other = visit.additions()
    assert other != one
    assert other
    silent, _ = visitor(TextOptions(PIPE, criteria=CRITERIA), keys=("text",))
    silent(Field(GOOD, 1, 1, "text", record=1))
    assert silent.additions() == {}


def test_what_must_be_the_same_to_go_on():
    plain = TextOptions(PIPE)
    name = PIPE.fingerprint()
    assert plain.key() == f"{name} account=False"
    assert TextOptions(PIPE, True, noted=True).key() == f"{name} account=True"
    assert TextOptions(PIPE, signals=True).key() == f"{name} account=False signals"
    told = TextOptions(PIPE, criteria=CRITERIA).key()
    assert told == f"{name} account=False where {CRITERIA.source}"


def test_options_of_a_run_are_those_of_its_texts(tmp_path):
    assert TextOptions.of(PIPE, RunOptions()) == TextOptions(PIPE)
    options = RunOptions(account=True, edits=tmp_path / "e", min_quality=CRITERIA, signals=True)
    assert TextOptions.of(PIPE, options) == TextOptions(PIPE, True, True, CRITERIA, True)


def test_samples_of_a_rule_stand_apart():
    tally = EditCounts()
    text = "." * 2000
    first, near, far = 10, 10 + 1 + SPREAD - 1, 10 + 1 + SPREAD
    edits = [Edit(at, at + 1, str(at), "r+s") for at in (first, near, far)]
    _account(tally, text, edits)
    assert tally.rules == {"r": 3, "s": 3}
    for rule in "rs":
        assert [sample.after for sample in tally.samples[rule]] == [str(first), str(far)]
    tally = EditCounts()
    _account(tally, text, [Edit(at, at + 1, str(at), "r") for at in (0, 500, 1000, 1500)])
    assert [sample.after for sample in tally.samples["r"]] == ["0", "500", "1000"]
    assert tally.rules == {"r": 4}


def test_what_is_filtered_and_what_is_a_document():
    assert is_filtered(Reject(1, "quality: marked 0.01"))
    assert not is_filtered(Reject(1, "malformed, quality: unknown"))
    assert is_document(format_named("txt"))
    assert is_document(format_named("html"))
    assert not is_document(format_named("txt", lines=True))
    assert not is_document(format_named("jsonl"))


def test_a_step_that_fails_is_named():
    def fail(text: str) -> str:
        raise ZeroDivisionError("boo")

    assert clean_or_reject(str.upper, "a") == "A"
    with pytest.raises(RecordError, match="a cleaning step failed with ZeroDivisionError: boo"):
        clean_or_reject(fail, "a")


def test_a_format_that_fails_costs_its_chunk(monkeypatch):
    kind = format_named("jsonl")

    def fail(self, chunk, visit):
        raise ZeroDivisionError("boo")

    chunk = Chunk(b'{"text": "a"}\n', 7, kind)
    assert rewrite_or_reject(chunk, lambda field: field.text).data == chunk.data
    monkeypatch.setattr(type(kind), "rewrite", fail)
    done = rewrite_or_reject(chunk, lambda field: field.text)
    [reject] = done.rejects
    assert (done.data, done.records, reject.line, reject.raw) == (b"", 1, 7, chunk.data)
    assert reject.reason.startswith("the format jsonl failed with")
    assert reject.whole


def test_a_format_of_rows_that_fails_costs_its_rows(tmp_path, monkeypatch):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": ["a", "b", "c"]}), tmp_path / "a.parquet")
    kind = format_named("parquet")
    [chunk] = kind.split_file(tmp_path / "a.parquet", 1 << 20)

    def fail(self, chunk, visit):
        raise ZeroDivisionError("boo")

    monkeypatch.setattr(type(kind), "rewrite", fail)
    done = rewrite_or_reject(chunk, lambda field: field.text)
    assert (done.data, done.records) == (b"", 3)
    assert [reject.line for reject in done.rejects] == [1, 2, 3]
    assert not any(reject.whole for reject in done.rejects)
