"""The decoder: the most probable words for slots that each have several candidates.

Every kind of lost information ends here: a channel says which words could have become a damaged
token, a scorer (the n-gram model) says how probable words are after each other, and the decoder
computes for every slot the exact posterior probability of each candidate (forward-backward over
the n-gram lattice). The best candidate is the one with the highest posterior, which restores the
most syllables on average, and the posterior is the confidence.

How it stays fast in plain numpy: the slots of a whole document form one flat sequence. Neighbours
are first scored in pairs, once for each distinct pair of rows, and candidates that no neighbour
makes plausible are dropped. What is left is cut where enough slots in a row have one candidate
(the pieces are independent, exactly), and all pieces step forward together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vnclean.language.ngram import BOUNDARY

__all__ = ["Candidates", "Decoded", "Scorer", "decode"]

Ints = npt.NDArray[np.integer[Any]]
Reals = npt.NDArray[np.float64]

EDGE = BOUNDARY * 4
"""The code of a sentence boundary."""

STAGES = ((2, 10.0), (3, 8.0), (4, 0.0))
"""Orders of the passes over the lattice, and how far below the best (in natural logarithms of the
posterior) a candidate may be to reach the next pass."""

WINDOW = 11.0
"""How far below the best a candidate may be that was only seen between its two neighbours."""

WIDEST = 40
"""Candidates of one slot that reach the lattice at most."""

LONGEST = 400
"""Slots that one piece of the lattice has at most; longer ones are cut."""

BLOCK = 1 << 20
"""Transitions that are scored at once."""


class Scorer(Protocol):
    """What the decoder asks of a language model; `vnclean.language.ngram.Model` is one."""

    def score(self, context: Sequence[Ints], codes: Ints) -> npt.NDArray[np.float32]:
        """Return log P(code | context), natural logarithm.

        `context` holds one to three arrays as long as `codes`, the oldest first.
        """
        ...


class Candidates:
    """Rows of candidates, one row for each distinct damaged token; grows, and may be kept.

    >>> table = Candidates()
    >>> row = table.add([400, 404], [0.0, -1.0])
    >>> table.codes(row).tolist(), table.fixed(400) == table.fixed(400)
    ([400, 404], True)
    """

    def __init__(self) -> None:
        self._codes: list[npt.NDArray[np.int32]] = []
        self._scores: list[npt.NDArray[np.float32]] = []
        self._fixed: dict[int, int] = {}
        self._flat: tuple[Ints, Ints, Reals] | None = None

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, codes: Sequence[int], scores: Sequence[float]) -> int:
        """Store candidates (codes of the scorer, channel log-probabilities); return their row.

        Raises ValueError where there is no candidate or the lengths differ.
        """
        if not len(codes) or len(codes) != len(scores):
            raise ValueError("A row needs at least one candidate, and one score for each.")
        self._codes.append(np.asarray(codes, np.int32))
        self._scores.append(np.asarray(scores, np.float32))
        self._flat = None
        return len(self._codes) - 1

    def fixed(self, code: int) -> int:
        """Return the row that has the one candidate `code`: a word that is not in doubt."""
        row = self._fixed.get(code)
        if row is None:
            row = self._fixed[code] = self.add([code], [0.0])
        return row

    def codes(self, row: int) -> npt.NDArray[np.int32]:
        """Return the codes of a row."""
        return self._codes[row]

    def flat(self) -> tuple[Ints, Ints, Reals]:
        """Return all rows end to end: where each begins (and the last ends), codes, scores."""
        if self._flat is None:
            widths = np.array([len(codes) for codes in self._codes], np.int64)
            self._flat = (
                np.r_[0, np.cumsum(widths)],
                np.concatenate(self._codes).astype(np.int64),
                np.concatenate(self._scores).astype(np.float64),
            )
        return self._flat


class Decoded:
    """What `decode` found: the best candidate of each slot and the posteriors.

    `best` is the number of the candidate within its row, `codes` its code, `confidence` its
    posterior probability (0 to 1); all are arrays with one entry for each slot.
    """

    def __init__(
        self, starts: Ints, number: Ints, posterior: npt.NDArray[np.float32], codes: Ints
    ) -> None:
        self._starts = starts
        self._number = number
        self._posterior = posterior
        top = _first_best(starts, posterior)
        self.best: Ints = number[top].astype(np.int32)
        self.codes: Ints = codes[top].astype(np.int32)
        self.confidence: npt.NDArray[np.float32] = posterior[top]

    def __len__(self) -> int:
        return len(self.best)

    def ranked(self, slot: int) -> list[tuple[int, float]]:
        """Return (number within the row, posterior) of a slot's candidates, the best first.

        Candidates that were dropped on the way are left out.
        """
        here = slice(int(self._starts[slot]), int(self._starts[slot + 1]))
        pairs = zip(self._number[here].tolist(), self._posterior[here].tolist(), strict=True)
        return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def decode(rows: npt.ArrayLike, table: Candidates, scorer: Scorer) -> Decoded:
    """Return the best candidate and the posteriors for a sequence of slots.

    `rows` names the row of `table` for each slot, in reading order. Lines and sentences are kept
    apart by slots with the row `table.fixed(EDGE)`; both ends are such edges anyway. Takes time
    and memory in proportion to the slots. Decoding much at once is faster than piece by piece.
    """
    slots = np.asarray(rows, np.int64)
    if not len(slots):
        nothing = np.zeros(0, np.int64)
        return Decoded(np.zeros(1, np.int64), nothing, np.zeros(0, np.float32), nothing)
    lattice = _Lattice.narrowed(slots, table, scorer)
    posterior = np.zeros(0)
    for order, keep in STAGES:
        posterior = lattice.posteriors(order, scorer)
        if keep:
            lattice = lattice.pruned(posterior, keep)
    return Decoded(lattice.starts, lattice.number, posterior.astype(np.float32), lattice.codes)


def _first_best(starts: Ints, values: npt.NDArray[Any]) -> Ints:
    """Return the place of the largest value of each group, the first among equals."""
    if len(starts) == 1:
        return np.zeros(0, np.int64)
    widths = np.diff(starts)
    tops = np.repeat(np.maximum.reduceat(values, starts[:-1]), widths)
    places = np.flatnonzero(values == tops)
    owner = np.searchsorted(starts, places, "right") - 1
    first = np.r_[True, owner[1:] != owner[:-1]]
    return places[first]


def _ragged(widths: Ints) -> tuple[Ints, Ints]:
    """Return for groups of these widths: the group of each member and its place in the group."""
    owner = np.repeat(np.arange(len(widths)), widths)
    ends = np.cumsum(widths)
    return owner, np.arange(len(owner)) - (ends - widths)[owner]


class _Lattice:
    """Slots with the candidates that are left: flat arrays, slot i owns starts[i]:starts[i+1]."""

    def __init__(self, starts: Ints, codes: Ints, number: Ints, scores: Reals) -> None:
        self.starts = starts
        self.codes = codes
        self.number = number
        self.scores = scores

    @classmethod
    def narrowed(cls, slots: Ints, table: Candidates, scorer: Scorer) -> _Lattice:
        """Build the lattice with the candidates that some neighbour makes plausible."""
        offsets, codes, channel = table.flat()
        edge = len(offsets) - 1  # a row beyond the table: the edges of the sequence
        offsets = np.r_[offsets, offsets[-1] + 1]
        codes = np.r_[codes, EDGE]
        channel = np.r_[channel, 0.0]
        widths = np.diff(offsets)
        row_owner, _ = _ragged(widths)
        chain = np.r_[edge, slots, edge]
        # The prior of a candidate in its row: what the neighbour's sums are weighted with.
        prior = channel + scorer.score([], codes)
        pairs, inverse = np.unique(chain[:-1] * len(widths) + chain[1:], return_inverse=True)
        left, right = np.divmod(pairs, len(widths))
        wide = (widths[left] > 1) | (widths[right] > 1)
        from_left = np.zeros(int(widths[right].sum()))
        from_right = np.zeros(int(widths[left].sum()))
        left_starts = np.cumsum(widths[left]) - widths[left]
        right_starts = np.cumsum(widths[right]) - widths[right]
        size = widths[left] * widths[right] * wide
        for part in _parts(size, BLOCK):
            part = part[wide[part]]
            if not len(part):
                continue
            a, b = left[part], right[part]
            owner, place = _ragged(size[part])
            i, j = np.divmod(place, widths[b][owner])
            first, second = offsets[a][owner] + i, offsets[b][owner] + j
            value = scorer.score([codes[first]], codes[second]).astype(np.float64)
            into = left_starts[part][owner] + i
            onto = right_starts[part][owner] + j
            _log_add(from_right, into, value + channel[second])
            _log_add(from_left, onto, value + prior[first])
        slot_widths = widths[slots]
        owner, place = _ragged(slot_widths)
        member = offsets[slots][owner] + place
        local = channel[member] + from_left[right_starts[inverse[:-1]][owner] + place]
        local += from_right[left_starts[inverse[1:]][owner] + place]
        starts = np.r_[0, np.cumsum(slot_widths)]
        lattice = cls(starts, codes[member], place, channel[member])
        return lattice._kept(lattice._settled(local), WINDOW, WIDEST)

    def _settled(self, values: Reals) -> Reals:
        """Settle a few slots in every LONGEST that no edge interrupts, so that pieces stay short."""
        widths = np.diff(self.starts)
        place = np.arange(len(widths))
        edge = (widths == 1) & (self.codes[self.starts[:-1]] == EDGE)
        step = place - np.maximum.accumulate(np.where(edge, place, 0))
        chosen = step % LONGEST >= LONGEST - 3
        if not chosen.any():
            return values
        lost = np.repeat(chosen, widths)
        lost[_first_best(self.starts, values)] = False
        return np.where(lost, -np.inf, values)

    def _kept(self, values: Reals, margin: float, widest: int = 0) -> _Lattice:
        """Drop the candidates whose value is more than `margin` below the slot's best."""
        widths = np.diff(self.starts)
        top = np.repeat(np.maximum.reduceat(values, self.starts[:-1]), widths)
        keep = values >= top - margin
        if widest and int(widths.max()) > widest:
            owner = np.repeat(np.arange(len(widths)), widths)
            order = np.lexsort((-values, owner))
            rank = np.empty(len(values), np.int64)
            rank[order] = np.arange(len(values)) - self.starts[:-1][owner]
            keep &= rank < widest
        counts = np.add.reduceat(keep.astype(np.int64), self.starts[:-1])
        return _Lattice(
            np.r_[0, np.cumsum(counts)], self.codes[keep], self.number[keep], self.scores[keep]
        )

    def pruned(self, posterior: Reals, margin: float) -> _Lattice:
        """Drop the candidates whose posterior is far below the slot's best."""
        return self._kept(np.log(np.maximum(posterior, 1e-300)), margin)

    def posteriors(self, order: int, scorer: Scorer) -> Reals:
        """Return the exact posterior of each candidate under n-grams of `order` words."""
        result = np.ones(len(self.codes))
        widths = np.diff(self.starts)
        reach = order - 1
        # A boundary counts for `reach` slots, so that what follows one is independent of it.
        edges = (self.codes[self.starts[:-1]] == EDGE) & (widths == 1)
        copies = np.where(edges, reach, 1)
        copies[0] += reach
        copies[-1] += reach
        source, _ = _ragged(copies)
        head = self.starts[:-1][source]
        width = widths[source]
        lead = np.r_[np.ones(reach, np.bool_), np.zeros(len(source) - reach, np.bool_)]
        trail = lead[::-1]
        padding = lead | trail
        codes = np.r_[self.codes, EDGE]
        scores = np.r_[self.scores, 0.0]
        head = np.where(padding, len(self.codes), head)
        width = np.where(padding, 1, width)
        doubts = np.r_[0, np.cumsum(width > 1)]
        since = np.maximum(np.arange(len(width)) - reach, 0)
        before = doubts[:-1] > doubts[since]
        active = np.flatnonzero(before | (width > 1))
        if not len(active):
            return result
        begin = np.flatnonzero(~before[active])
        ends = np.r_[begin[1:], len(active)]
        piece, step = _ragged(ends - begin)
        # Pieces go in blocks, so that memory stays bounded.
        spans = np.stack([width[active - back] for back in range(reach, -1, -1)])
        work = np.prod(spans, axis=0)
        per_piece = np.add.reduceat(work, begin)
        for part in _parts(per_piece, BLOCK):
            chosen = slice(int(begin[part[0]]), int(ends[part[-1]]))
            self._run(
                active[chosen], step[chosen], piece[chosen] - part[0], spans[:, chosen],
                head, codes, scores, scorer, result,
            )  # fmt: skip
        return result

    def _run(
        self, active: Ints, step: Ints, piece: Ints, spans: Ints, head: Ints, codes: Ints,
        scores: Reals, scorer: Scorer, result: Reals,
    ) -> None:  # fmt: skip
        """Run forward-backward over some pieces at once and write the posteriors to `result`."""
        order = len(spans)
        # Step by step, and the long pieces first: those that go on are the first of each step.
        arrange = np.lexsort((piece, -np.bincount(piece)[piece], step))
        active, step, piece, spans = (
            active[arrange], step[arrange], piece[arrange], spans[:, arrange],
        )  # fmt: skip
        states = np.prod(spans[1:], axis=0)
        work = states * spans[0]
        sources = work // spans[-1]
        owner, place = _ragged(work)
        # The transition's number in mixed radix, oldest word first, gives its words.
        members, rest = [], place
        for back in range(order):
            rest, digit = np.divmod(rest, spans[order - 1 - back][owner])
            members.append(head[active - back][owner] + digit)
        members.reverse()
        logs = scorer.score([codes[part] for part in members[:-1]], codes[members[-1]])
        weight = logs + scores[members[-1]]
        # Scale by the best of each slot: only ratios matter, and nothing underflows.
        starts = np.cumsum(work) - work
        weight = np.exp(weight - np.repeat(np.maximum.reduceat(weight, starts), work))
        state_starts = np.cumsum(states) - states
        source_starts = np.cumsum(sources) - sources
        into = place % states[owner] + state_starts[owner]
        out_of = place // spans[-1][owner] + source_starts[owner]
        last = int(step[-1]) + 1
        slot_at = np.searchsorted(step, np.arange(last + 1))
        bounds = [np.r_[part, total][slot_at] for part, total in (
            (starts, len(owner)), (state_starts, int(states.sum())),
            (source_starts, int(sources.sum())))]  # fmt: skip
        work_at, state_at, source_at = (part.tolist() for part in bounds)
        counts = np.diff(slot_at).tolist()
        forward = np.ones(state_at[-1])
        previous = np.ones(counts[0])
        for t in range(last):
            if t:
                previous = forward[state_at[t - 1] : state_at[t - 1] + source_at[t + 1] - source_at[t]]
            flow = weight[work_at[t] : work_at[t + 1]]
            flow = flow * previous[out_of[work_at[t] : work_at[t + 1]] - source_at[t]]
            size = state_at[t + 1] - state_at[t]
            arrived = np.bincount(into[work_at[t] : work_at[t + 1]] - state_at[t], flow, size)
            here = slice(slot_at[t], slot_at[t + 1])
            total = np.add.reduceat(arrived, state_starts[here] - state_at[t])
            forward[state_at[t] : state_at[t + 1]] = arrived / np.repeat(total, states[here])
        backward = np.ones(state_at[-1])
        for t in range(last - 1, 0, -1):
            flow = weight[work_at[t] : work_at[t + 1]]
            flow = flow * backward[into[work_at[t] : work_at[t + 1]]]
            size = source_at[t + 1] - source_at[t]
            arrived = np.bincount(out_of[work_at[t] : work_at[t + 1]] - source_at[t], flow, size)
            here = slice(slot_at[t], slot_at[t + 1])
            total = np.add.reduceat(arrived, source_starts[here] - source_at[t])
            backward[state_at[t - 1] : state_at[t - 1] + size] = arrived / np.repeat(
                total, sources[here]
            )
        both = forward * backward
        owner, place = _ragged(states)
        share = both / np.add.reduceat(both, state_starts)[owner]
        inside = spans[-1][owner] > 1
        member = (head[active][owner] + place % spans[-1][owner])[inside]
        touched = np.unique(member)
        result[touched] = np.bincount(member, share[inside])[touched]


def _parts(work: Ints, limit: int) -> list[Ints]:
    """Cut tasks into runs of consecutive ones with at most `limit` work each (or one task)."""
    if not len(work):
        return []
    done = np.cumsum(work)
    cuts = [0]
    while cuts[-1] < len(work):
        base = int(done[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(done, base + limit, "right"))))
    return [np.arange(a, b) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]


def _log_add(target: Reals, places: Ints, values: Reals) -> None:
    """Set target[place] to log(sum(exp(values))) over the values of each place."""
    lowest = int(places.min())
    size = int(places.max()) + 1 - lowest
    top = np.full(size, -np.inf)
    np.maximum.at(top, places - lowest, values)
    total = np.bincount(places - lowest, np.exp(values - top[places - lowest]), size)
    hit = np.flatnonzero(total > 0)
    target[hit + lowest] = np.log(total[hit]) + top[hit]
