"""The walk over legacy readings: the compiled one against the slow one."""

from __future__ import annotations

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import legacy_viterbi_twin as twin
from tests.core.legacy_viterbi_twin import UNSEEN, Token, unseen
from vnclean.core.edits import apply
from vnclean.core.legacy_viterbi import USED, States, TokenTable

# Whole numbers and halves, so that sums are exact in any order and ties occur.
BITS = st.integers(-10, 80).map(lambda half: half / 2)
Line = tuple[list[str], dict[str, Token]]
STATES = 3


def table_of(tokens: dict[str, Token]) -> TokenTable:
    """Return a table that knows some tokens; what they read is themselves, turned round."""

    def read(word: str, column: int) -> tuple[str, float, int] | None:
        kinds = tokens[word].kinds[column]
        return None if kinds & UNSEEN else (word[::-1], tokens[word].legacy[column], kinds)

    return TokenTable(range(STATES), lambda word: tokens[word][:4], read)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """The words of a line, and what is known of each distinct one."""
    token = st.builds(
        Token,
        BITS,
        st.integers(-1, 1),
        st.booleans(),
        st.booleans(),
        st.lists(BITS, min_size=STATES, max_size=STATES),
        st.lists(st.integers(0, 127), min_size=STATES, max_size=STATES).map(bytes),
    ).map(unseen)
    tokens = draw(st.dictionaries(st.sampled_from("abcXYZ–«"), token, min_size=1))
    return draw(st.lists(st.sampled_from(sorted(tokens)), max_size=12)), tokens


@given(lines(), st.lists(BITS, min_size=2, max_size=2), BITS)
def test_what_a_line_holds_is_what_the_twin_counts(
    made: Line, enter: list[float], odd: float
) -> None:
    words, tokens = made
    text = " ".join(words)
    states = States(range(STATES), [enter[0]] * STATES, [enter[1]] * STATES, 4.0, odd)
    line = table_of(tokens).line(text, 0, len(text))
    assert len(line) == len(words)
    assert line.outline(states) == twin.outline([tokens[word] for word in words], *enter, odd)


@given(lines(), st.integers(-3, 6), BITS, st.sampled_from((0.0, 0.5, 0.7, 1.0)), st.data())
def test_the_runs_are_those_of_the_twin(
    made: Line, context: float, more: float, share: float, data: st.DataObject
) -> None:
    words, tokens = made
    text = " ".join(words)
    columns = data.draw(st.lists(st.sampled_from(range(STATES)), min_size=1, unique=True))
    costs = st.lists(BITS, min_size=len(columns), max_size=len(columns))
    first, enter = data.draw(costs), data.draw(costs)
    line = [
        token._replace(
            legacy=[token.legacy[column] for column in columns],
            kinds=bytes(token.kinds[column] for column in columns),
        )
        for token in (tokens[word] for word in words)
    ]
    clean = [token.clean if token.plain else max(0.0, token.clean + context) for token in line]
    path = twin.best_path(
        clean,
        [token.legacy for token in line],
        [bits + more for bits in first],
        [bits + more for bits in enter],
        4.0,
    )
    path = twin.filled(line, [*words, ""], path, share)
    states = States(columns, first, enter, 4.0, 0.0)
    found = table_of(tokens).line(text, 0, len(text)).runs(states, context, more, share)
    assert found == twin.runs(line, path)


@given(st.text("aÉ-#BG1_ \x03«)\n?ế𝒜", max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_the_tokens_of_a_part_of_a_text_are_those_of_the_pattern(
    text: str, start: int, end: int
) -> None:
    table = TokenTable([0], lambda _: (0.0, 0, False, True), lambda word, _: (word, 0.0, 0))
    line = table.line(text, start, end)
    assert table.names(line.odd_rows()) == twin.TOKEN.findall(text, start, end)
    spans = line.words(list(range(len(line))), 0, tuple, ("more",))
    assert spans == [
        (*match.span(), match[0], "more") for match in twin.TOKEN.finditer(text, start, end)
    ]


@given(lines(), st.floats(-20, 0), st.floats(0, 20))
def test_what_speaks_for_a_misreading_is_summed_up(made: Line, least: float, most: float) -> None:
    words, tokens = made
    table = table_of(tokens)
    rows = table.rows(words)
    assert table.names(rows) == words
    totals = table.totals(rows, least, most)
    for column in range(STATES):
        flags = [tokens[word].kinds[column] for word in words]
        gains = [
            max(least, min(most, tokens[word].clean - tokens[word].legacy[column]))
            for word, kinds in zip(words, flags, strict=True)
            if kinds & 1 and tokens[word].own <= 0
        ]
        assert totals[column] == pytest.approx(fsum(gains), abs=1e-12)
        said = [None if kinds & UNSEEN else word for word, kinds in zip(words, flags, strict=True)]
        assert table.readings(rows, column) == tuple(said)


@given(
    st.lists(st.sampled_from(["aé", "bé", "–", "c", "“aé”"]), max_size=8),
    st.lists(
        st.sampled_from([" ", ", ", "_", " 5", "?", '"', "\ufffd", "-"]), min_size=9, max_size=9
    ),
    st.sets(st.integers(0, 8)),
)
def test_a_line_is_read_where_all_its_words_are_certain(
    words: list[str], between: list[str], chosen: set[int]
) -> None:
    table = TokenTable(
        [0],
        lambda _: (0.0, 0, False, True),
        lambda word, _: (word.upper(), 0.0, USED if word.startswith("a") else 0),
    )
    text = "".join(sign + word for sign, word in zip(between, words, strict=False))
    line = table.line(text, 0, len(text))
    places = sorted(place for place in chosen if place < len(line))
    spans = [line.span(place) for place in places]
    line.words(list(range(len(line))), 0, tuple, ())
    found = line.reading([(0, 1.0, places)], bytes(128))
    certain = all(text[start] == "a" for start, _ in spans)
    apart = all(
        not set(text[max(0, start - 1) : start]) & set("_5\ufffd")
        and not set(text[end : end + 1]) & set("_5?\ufffd")
        for start, end in spans
    )
    quoted = bool(spans) and bool(set(text[: spans[0][0]]) & set("'\"“‘«"))
    if certain and apart and not quoted:
        said = {text[start:end] for start, end in spans}
        edits = [(start, end, text[start:end].upper()) for start, end in spans]
        assert found is not None
        assert found[:2] == (apply(text, edits), said)
    else:
        assert found is None


def test_a_line_of_a_million_tokens() -> None:
    table = table_of({"a": Token(40.0, 1, False, True, [12.0] * 3, b"\3\3\3")})
    states = States([1], [9.0], [9.0], 4.0, 0.0)
    text = "a " * 1_000_000
    found = table.line(text, 0, len(text)).runs(states, 0.0, 0.0, 0.7)
    assert [len(places) for *_, places in found] == [1_000_000]


def test_a_dash_before_a_bracket_may_be_a_letter() -> None:
    tokens = {
        "a": Token(40.0, 1, False, True, [12.0] * 3, b"\3\3\3"),
        "–": Token(0.0, 0, False, False, [30.0] * 3, b"\x11\x11\x11"),
    }
    states = States([0], [9.0], [9.0], 4.0, 0.0)
    for text, places in (("a a (–)", [0, 1, 2]), ("a a (–;", [0, 1])):
        found = table_of(tokens).line(text, 0, len(text)).runs(states, 0.0, 0.0, 0.7)
        assert [run[3] for run in found] == [places]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="misreadings"):
        TokenTable([], len, len)  # type: ignore[arg-type]
    for count in (0, 17):
        with pytest.raises(ValueError, match="misreadings"):
            States([0] * count, [1.0] * count, [1.0] * count, 4.0, 0.0)
    with pytest.raises(ValueError, match="as many"):
        States([0], [1.0], [1.0, 2.0], 4.0, 0.0)
    table = table_of({"a": Token(1.0, 0, False, True, [2.0] * 3, b"\1\0\0")})
    line = table.line("a", 0, 1)
    for ask in (
        lambda: line.outline(States([3], [1.0], [1.0], 4.0, 0.0)),
        lambda: line.runs(States([-1], [1.0], [1.0], 4.0, 0.0), 0.0, 0.0, 0.7),
        lambda: line.words([1], 0, tuple, ()),
        lambda: line.words([0], 3, tuple, ()),
        lambda: table.names([1]),
        lambda: table.totals([-1], 0.0, 1.0),
        lambda: table.readings([0], 3),
    ):
        with pytest.raises(IndexError):
            ask()
