"""The walk over legacy readings: the compiled one against the slow one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core import legacy_viterbi_twin as twin
from tests.core.legacy_viterbi_twin import Token
from vnclean.core.legacy_viterbi import TokenTable

# Whole numbers and halves, so that sums are exact in any order and ties occur.
BITS = st.integers(-10, 80).map(lambda half: half / 2)
Line = tuple[int, list[Token], list[int]]


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """How many misreadings there are, distinct tokens, and a line of their rows."""
    states = draw(st.integers(1, 4))
    token = st.builds(
        Token,
        BITS,
        st.lists(BITS, min_size=states, max_size=states),
        BITS,
        st.integers(-1, 1),
        st.booleans(),
        st.booleans(),
        st.lists(st.integers(0, 7), min_size=states, max_size=states).map(bytes),
    )
    tokens = draw(st.lists(token, min_size=1, max_size=6))
    return states, tokens, draw(st.lists(st.integers(0, len(tokens) - 1), max_size=12))


def filled(states: int, tokens: list[Token]) -> TokenTable:
    table = TokenTable(states)
    assert [table.add(*token) for token in tokens] == list(range(len(tokens))) != []
    assert len(table) == len(tokens)
    return table


@given(lines(), BITS, BITS)
def test_what_a_line_holds_is_what_the_twin_counts(made: Line, first: float, enter: float) -> None:
    states, tokens, rows = made
    table, line = filled(states, tokens), [tokens[row] for row in rows]
    assert table.counts(rows) == twin.counts(line)
    assert table.gains(rows, first, enter) == twin.gains(line, first, enter)


@given(lines(), st.floats(-3, 6), st.data())
def test_the_path_is_that_of_the_twin(made: Line, context: float, data: st.DataObject) -> None:
    states, tokens, rows = made
    costs = st.lists(BITS, min_size=states, max_size=states)
    first, enter = data.draw(costs), data.draw(costs)
    line = [tokens[row] for row in rows]
    clean = [token.clean if token.plain else max(0.0, token.clean + context) for token in line]
    expected = twin.best_path(clean, [token.legacy for token in line], first, enter, 4.0)
    assert list(filled(states, tokens).best_path(rows, context, first, enter, 4.0)) == expected


@given(lines(), st.data())
def test_runs_of_a_path_are_those_of_the_twin(made: Line, data: st.DataObject) -> None:
    states, tokens, rows = made
    table, line = filled(states, tokens), [tokens[row] for row in rows]
    state = st.integers(0, states)
    path = data.draw(st.lists(state, min_size=len(rows), max_size=len(rows)))
    assert table.main_state(rows, bytearray(path)) == twin.main_state(line, path)
    assert table.runs(rows, bytearray(path)) == twin.runs(line, path)


def test_a_line_of_a_million_tokens() -> None:
    table = filled(1, [Token(40.0, [12.0], 34.0, 1, False, True, b"\3")])
    path = table.best_path([0] * 1_000_000, 0.0, [9.0], [9.0], 4.0)
    assert path == bytearray(b"\1") * 1_000_000
    assert [len(places) for *_, places in table.runs([0] * 1_000_000, path)] == [1_000_000]


def test_what_does_not_fit_is_refused() -> None:
    for count in (0, 65):
        with pytest.raises(ValueError, match="misreadings"):
            TokenTable(count)
    table = filled(2, [Token(1.0, [2.0, 3.0], 0.0, 0, False, True, b"\1\0")])
    for legacy, readings in (([1.0], b"\0\0"), ([1.0, 2.0], b"\0")):
        with pytest.raises(ValueError, match="needs 2"):
            table.add(1.0, legacy, 0.0, 0, False, True, readings)
    for row in (-1, 1):
        with pytest.raises(IndexError):
            table.counts([row])
    with pytest.raises(ValueError, match="as many"):
        table.best_path([0], 0.0, [1.0], [1.0, 2.0], 4.0)
    with pytest.raises(ValueError, match="each token"):
        table.runs([0], bytearray(2))
    with pytest.raises(IndexError):
        table.main_state([0], bytearray([3]))
