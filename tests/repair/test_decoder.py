"""The decoder against exhaustive search, with a scorer of random numbers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnclean.language import ngram
from vnclean.repair import decoder

WORDS = 32


class Dice:
    """A scorer whose n-grams of each order have random values; a boundary forgets what it ends."""

    def __init__(self, seed: int) -> None:
        dice = np.random.default_rng(seed)
        self.tables = {n: dice.normal(0, 1.5, (WORDS,) * n).astype(np.float32) for n in (2, 3, 4)}

    def prior(self, codes):
        return np.zeros(len(codes), np.float32)

    def backoff(self, codes):
        return np.zeros(len(codes), np.float32)

    def tied(self, first, lines, second):
        line = np.repeat(np.arange(len(first)), lines)
        return (
            np.arange(len(second)),
            line,
            self.pairs(np.r_[first, second], line, len(first) + np.arange(len(second))).value,
        )

    def pairs(self, codes, i, j):
        return self._grams(2, (codes[i] // 4 << 5) | codes[j] // 4)

    def join(self, left, right, i, j):
        assert ((left.keys[i] & ((1 << 5 * (left.order - 1)) - 1)) == right.keys[j] >> 5).all()
        return self._grams(left.order + 1, (left.keys[i] << 5) | (right.keys[j] & 31))

    def distant(self, text, at, codes):
        return np.zeros(len(at), np.float32)

    def _grams(self, order, keys):
        words = [(keys >> 5 * shift) & 31 for shift in range(order - 1, -1, -1)]
        forgotten = np.zeros(len(keys), bool)
        for place in range(order - 2, -1, -1):
            words[place] = np.where(forgotten, ngram.BOUNDARY, words[place])
            forgotten |= words[place] == ngram.BOUNDARY
        value = self.tables[order][tuple(words)]
        return ngram.Grams(order, keys, value, np.ones(len(keys), bool), np.ones(0, np.uint8))


def exhaustive(rows, table, scorer, order):
    """Return the posteriors of all candidates by writing out every sequence."""
    offsets, _, scores = table.gather(np.arange(len(table)))
    widths = [len(table.codes(row)) for row in rows]
    mass = [np.zeros(width) for width in widths]
    for pick in itertools.product(*map(range, widths)):
        words = [int(table.codes(row)[k]) for row, k in zip(rows, pick, strict=True)]
        words = [decoder.EDGE] * 3 + words + [decoder.EDGE]
        total = sum(scores[offsets[row] + k] for row, k in zip(rows, pick, strict=True))
        for end in range(3, len(words)):
            part = [np.array([word]) for word in words[end - order + 1 : end + 1]]
            grams = [
                scorer.pairs(np.concatenate(pair), np.array([0]), np.array([1]))
                for pair in itertools.pairwise(part)
            ]
            while len(grams) > 1:
                one = np.zeros(1, int)
                grams = [scorer.join(a, b, one, one) for a, b in itertools.pairwise(grams)]
            total += float(grams[0].value[0])
        for slot, k in enumerate(pick):
            mass[slot][k] += math.exp(total)
    return [part / part.sum() for part in mass]


slot = st.one_of(
    st.none(),
    st.lists(st.tuples(st.integers(2, WORDS - 1), st.floats(-3, 0)), min_size=1, max_size=3),
)


def build(slots):
    table = decoder.Candidates()
    rows = [
        table.fixed(decoder.EDGE)
        if part is None
        else table.add([word * 4 for word, _ in part], [score for _, score in part])
        for part in slots
    ]
    return table, rows


@pytest.fixture
def whole(monkeypatch):
    """Switch the pruning off: the decoder must then be exact."""
    monkeypatch.setattr(decoder, "WINDOW", 1e9)
    monkeypatch.setattr(decoder, "HEARSAY", ())


@pytest.mark.parametrize("order", [2, 3, 4])
def test_posteriors_are_those_of_exhaustive_search(order, whole, monkeypatch):
    monkeypatch.setattr(decoder, "STAGES", ((order, 0.0, 0),))
    scorers = [Dice(seed) for seed in range(3)]

    @given(st.lists(slot, min_size=1, max_size=7), st.integers(0, 2))
    @settings(max_examples=60, deadline=None)
    def check(slots, seed):
        table, rows = build(slots)
        decoded = decoder.decode(rows, table, scorers[seed])
        for place, expected in enumerate(exhaustive(rows, table, scorers[seed], order)):
            found = dict(decoded.ranked(place))
            assert [found[k] for k in range(len(expected))] == pytest.approx(expected, abs=1e-5)
            assert decoded.confidence[place] == pytest.approx(expected.max(), abs=1e-5)
            assert expected[decoded.best[place]] == pytest.approx(expected.max(), abs=1e-5)
            assert decoded.codes[place] == table.codes(rows[place])[decoded.best[place]]

    check()


def test_hearsay_is_exact_for_pairs_within_its_horizon(whole, monkeypatch):
    """With bigrams only and few slots, the pass over pairs gives the exact ranking."""
    kept: list[np.ndarray] = []

    def spy(self, values, margin, widest=0):
        kept.append(values)
        return self

    table, rows = build(
        [[(5, 0.0), (6, -1.0)], [(7, 0.0), (8, 0.0), (9, -0.5)], [(3, 0.0), (4, 0.0)]]
    )
    scorer = Dice(0)
    start = decoder._Lattice.narrowed(np.array(rows), table, scorer)
    monkeypatch.setattr(decoder._Lattice, "kept", spy)
    # The outer edges are not slots of the lattice, so put some round it.
    edge = table.fixed(decoder.EDGE)
    start = decoder._Lattice.narrowed(np.array([edge, *rows, edge]), table, scorer)
    start.overheard(5, 1.0, 0, scorer)
    expected = np.concatenate(exhaustive([edge, *rows, edge], table, scorer, 2))
    found = np.exp(kept[-1])
    widths = np.diff(start.starts)
    found /= np.repeat(np.add.reduceat(found, start.starts[:-1]), widths)
    assert found == pytest.approx(expected, abs=1e-5)


def test_pieces_are_independent_of_what_is_decoded_with_them():
    """A line gives the same alone and among others: chunking at lines changes nothing."""
    scorer = Dice(4)
    lines = [[[(5 + k, 0.0), (6 + k, -0.2)] for k in range(length)] for length in (1, 4, 9, 2, 6)]
    table = decoder.Candidates()
    edge = table.fixed(decoder.EDGE)
    rows = [[table.add([w * 4 for w, _ in s], [x for _, x in s]) for s in line] for line in lines]
    alone = [decoder.decode(line, table, scorer) for line in rows]
    flat = [row for line in rows for row in (*line, edge)]
    together = decoder.decode(flat, table, scorer)
    confidence = np.concatenate([np.r_[part.confidence, 1.0] for part in alone])
    assert together.confidence == pytest.approx(confidence, abs=1e-5)
    assert together.best.tolist() == [k for part in alone for k in (*part.best.tolist(), 0)]


def test_small_blocks_give_the_same(monkeypatch):
    scorer = Dice(1)
    table = decoder.Candidates()
    rows = []
    for start in range(40):
        rows.append(table.add([(2 + (start + k) % 29) * 4 for k in range(3)], [0.0, -0.1, -0.2]))
        if start % 5 == 4:
            rows.append(table.fixed(decoder.EDGE))
    expected = decoder.decode(rows, table, scorer)
    monkeypatch.setattr(decoder, "BLOCK", 100)
    monkeypatch.setattr(decoder, "STRETCH", 13)
    found = decoder.decode(rows, table, scorer)
    assert found.best.tolist() == expected.best.tolist()
    assert found.confidence == pytest.approx(expected.confidence, abs=1e-5)


def test_nothing_and_settled_slots():
    table = decoder.Candidates()
    assert len(decoder.decode([], table, Dice(0))) == 0
    row = table.fixed(20)
    decoded = decoder.decode([row, row], table, Dice(0))
    assert decoded.codes.tolist() == [20, 20]
    assert decoded.confidence.tolist() == [1.0, 1.0]
    assert decoded.ranked(1) == [(0, 1.0)]


def test_long_runs_without_an_edge_take_linear_time_and_memory():
    scorer = Dice(2)
    table = decoder.Candidates()
    row = table.add([40, 44, 48], [0.0, 0.0, 0.0])
    decoded = decoder.decode([row] * 30_000, table, scorer)
    assert len(decoded) == 30_000
    assert (decoded.confidence > 0).all()


def test_a_row_needs_candidates_and_scores():
    with pytest.raises(ValueError, match="at least one"):
        decoder.Candidates().add([], [])
    with pytest.raises(ValueError, match="one score for each"):
        decoder.Candidates().add([4], [0.0, 1.0])
