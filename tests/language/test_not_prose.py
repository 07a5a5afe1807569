"""What is an address, a file name or code, and what is prose: one answer for all rooms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import anything, sentences
from tests.test_golden import unescape
from vnclean.language import not_prose
from vnclean.language.lexicon import frequency
from vnclean.language.not_prose import (
    ADDRESS,
    FILE_ENDINGS,
    PATTERNS,
    TOP_LEVEL_DOMAINS,
    Addresses,
    Kind,
    Pattern,
    Prose,
    find_spans,
    is_address,
    is_code,
    is_structured,
)
from vnclean.pipeline import Pipeline

ALL = Kind(sum(kind.value for kind in Kind))
GOLDEN = Path(__file__).parent.parent / "golden" / "synthetic" / "language" / "not_prose.tsv"


def rows() -> list[tuple[str, str]]:
    lines = GOLDEN.read_text(encoding="utf-8").split("\n")
    fields = [line.split("\t") for line in lines if line and not line.startswith("# ")]
    return [(unescape(text), unescape(places)) for text, places in fields]


@pytest.mark.parametrize(("text", "places"), rows())
def test_golden_addresses(text: str, places: str) -> None:
    spans = list(find_spans(text))
    shown = [f"{span.kind.name} {text[span.start : span.end]}" for span in spans]
    assert " | ".join(shown) == places
    covered = {at for span in spans for at in range(span.start, span.end)}
    for word in re.finditer(r"[^\W\d_]+", text):
        assert is_address(text, *word.span()) == (word.start() in covered), word


@pytest.mark.parametrize(("text", "places"), [row for row in rows() if row[1]])
@pytest.mark.parametrize("step", ["misplaced_tone", "tone_style", "spelling", "teencode"])
def test_no_step_changes_an_address(text: str, places: str, step: str) -> None:
    pipe = Pipeline.from_mapping({"steps": [step]})
    # The sentence before makes the old tone style the one of the text.
    before = "Hóa học, hòa tan, hòa bình, thủy lợi là chuyện của các bạn. "
    for edit in pipe.explain(before + text).edits:
        for span in find_spans(before + text):
            assert edit.end <= span.start or edit.start >= span.end, edit


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row.kind.name)
def test_each_pattern_has_its_example(row: Pattern) -> None:
    assert any(find_spans(row.example, row.kind))
    assert not any(find_spans(row.counter_example, row.kind))


def test_endings_are_listed_in_order_and_no_words_of_sentences() -> None:
    for endings in (TOP_LEVEL_DOMAINS, FILE_ENDINGS):
        assert list(endings) == sorted(set(endings))
    # `com` and `de` are in the counts because of addresses and of French and Spanish names.
    assert {e for e in (*TOP_LEVEL_DOMAINS, *FILE_ENDINGS) if frequency(e)} <= {"com", "de"}


@given(anything())
def test_spans_are_sorted_apart_and_not_empty(text: str) -> None:
    at = 0
    for span in find_spans(text, ALL):
        assert at <= span.start < span.end <= len(text)
        at = span.end


@given(anything())
def test_each_kind_is_found_alone_where_it_is_found_among_all(text: str) -> None:
    for span in find_spans(text, ADDRESS):
        alone = find_spans(text, span.kind)
        assert any((s.start <= span.start and span.end <= s.end) or s == span for s in alone)


@given(sentences(), st.sampled_from([row for row in PATTERNS if row.kind in ADDRESS]), sentences())
def test_an_address_is_found_wherever_it_stands(before: str, row: Pattern, after: str) -> None:
    (span,) = find_spans(row.example, ADDRESS)
    text = f"{before}\n{row.example}\n{after}"
    start, end = (at + len(before) + 1 for at in span[:2])
    assert Addresses(text).hold(start, end)
    assert [s[:2] for s in find_spans(text, ADDRESS, len(before) + 1, end)] == [(start, end)]


@given(st.text("vn.:@?&\\=/-`](),!\"' \n\u00e0", max_size=300))
def test_one_place_after_the_other_is_as_all_at_once(text: str) -> None:
    spans = list(find_spans(text))
    addresses = Addresses(text)
    for word in re.finditer(r"[vn\u00e0]+", text):
        inside = any(s.start < word.end() and word.start() < s.end for s in spans)
        assert addresses.hold(*word.span()) == inside


@pytest.mark.slow
@pytest.mark.parametrize(
    "joint", ["", ".", "-", "/", "@", "?", "\\", "=", "&a.", "://", "](", ".vn/"]
)
def test_work_grows_with_the_text(joint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the characters that the patterns read: one line of 200,000, asked at many places."""
    read = 0

    class Counted:
        def __init__(self, pattern: re.Pattern[str]) -> None:
            self.pattern = pattern

        def finditer(self, text: str, start: int, end: int) -> object:
            nonlocal read
            read += end - start
            return self.pattern.finditer(text, start, end)

    compiled = not_prose._compiled
    monkeypatch.setattr(not_prose, "_compiled", lambda kinds: Counted(compiled(kinds)))
    text = f"hoà{joint}" * (200_000 // (3 + len(joint)))
    addresses = Addresses(text)
    for at in range(0, len(text), 50):
        addresses.hold(at, at + 3)
    assert read <= 3 * len(text)  # parts of long lines overlap


CODE = st.sampled_from([
    "def ", "class ", "import", "from", " ", "return", "if", "(", ")", ";", "{", "-", "--", "  ",
    "#", "::", ":", "ten", "x", "=", "==", "&&", "|", "+", "++", "<", "?", "/", "*", "$", ">", "[",
    "]", '"', "'", "\\", "@", "chữ", ".", "1", "_", "\n", "\t", "public ",
])  # fmt: skip


@given(st.lists(CODE, max_size=9).map("".join))
def test_what_may_be_structured_leaves_nothing_out(line: str) -> None:
    told = not_prose._STRUCTURED_LINE.search(line) or not_prose._CODE_LINE.search(line)
    assert is_structured(line) is (told is not None)


@given(st.lists(st.sampled_from(["xem https://a.vn/&lt;b", "x&lt;y", " ", "\n", "`m&lt;`"])))
def test_prose_is_told_line_by_line_as_in_the_whole_text(parts: list[str]) -> None:
    text = "".join(parts)
    spans = list(find_spans(text, Kind.URL | Kind.LINK_TARGET | Kind.CODE))
    places = [found.start() for found in re.finditer("&lt;", text)]
    for prose, order in (
        (Prose(text, re.compile("&lt;")), places),
        (Prose(text, re.compile("&lt;")), places[::-1]),
    ):
        for at in order:
            line = text[text.rfind("\n", 0, at) + 1 :].split("\n")[0]
            inside = any(span.start <= at < span.end for span in spans)
            wanted = not inside and not is_code(line.replace("&lt;", "a"))
            assert prose.at(at, at + 4) == wanted
