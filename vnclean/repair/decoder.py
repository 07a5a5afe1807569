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

import itertools
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from vnclean.language import ngram

__all__ = ["Candidates", "Decoded", "Scorer", "decode"]

Ints = npt.NDArray[np.integer[Any]]
Reals = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

EDGE = ngram.BOUNDARY * 4
"""The code of a sentence boundary."""

WINDOW = 6.5
"""How far below the best, in natural logarithms, a candidate may be between its neighbours."""

HEARSAY = ((2, 5.5, 10),)
"""Passes over pairs: how many times neighbours tell each other, then how far below the best and
how many candidates are kept."""

STAGES = ((3, 5.0, 6), (4, 0.0, 0))
"""Orders of the exact passes, then how far below the best posterior and how many candidates reach
the next one."""

WIDEST = 40
"""Candidates of one slot that reach the lattice at most."""

SURE = 0.99
"""Posterior from which on the distant context is not asked."""

LONGEST = 400
"""Slots that one piece of the lattice has at most; longer ones are cut."""

STRETCH = 1 << 16
"""Slots that are decoded at once; a cut is made after an edge."""

BLOCK = 1 << 20
"""Transitions that are scored at once."""


class Scorer(Protocol):
    """What the decoder asks of a language model; `vnclean.language.ngram.Model` is one.

    A code stands for a word and its case. Logarithms are natural. `prior`, `backoff` and `tied`
    only serve to drop hopeless candidates early and may be rough; `pairs` and `join` decide.
    """

    def prior(self, codes: Ints) -> Floats:
        """Return log P(code) without context."""
        ...

    def backoff(self, codes: Ints) -> Floats:
        """Return what to add to the prior of a code after this one where they are not tied."""
        ...

    def tied(self, first: Ints, lines: Ints, second: Ints) -> tuple[Ints, Ints, Floats]:
        """Return the pairs that have a value of their own, and log P(second | first) of those.

        first[k] goes with the next lines[k] codes of `second`. Returned are places in `second`,
        places in `first`, and values.
        """
        ...

    def pairs(self, codes: Ints, i: Ints, j: Ints) -> ngram.Grams:
        """Return the bigrams of codes[i] and codes[j]; `value` is log P(codes[j] | codes[i])."""
        ...

    def join(self, left: ngram.Grams, right: ngram.Grams, i: Ints, j: Ints) -> ngram.Grams:
        """Return the n-grams that left[i] and right[j] make by overlapping, one word longer."""
        ...

    def distant(self, text: Ints, at: Ints, codes: Ints) -> Floats:
        """Return how much the words farther off favour codes[k] at slot at[k], as logarithms.

        `text` holds the best codes of all slots; `at` rises.
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
        self._codes = np.empty(1024, np.int64)
        self._scores = np.empty(1024, np.float64)
        self._starts = [0]
        self._fixed: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def add(self, codes: Sequence[int], scores: Sequence[float]) -> int:
        """Store candidates (codes of the scorer, channel log-probabilities); return their row.

        Raises ValueError where there is no candidate or the lengths differ.
        """
        if not len(codes) or len(codes) != len(scores):
            raise ValueError("A row needs at least one candidate, and one score for each.")
        start = self._starts[-1]
        end = start + len(codes)
        if end > len(self._codes):
            room = np.empty(end, np.int64)
            self._codes = np.concatenate([self._codes, room])
            self._scores = np.concatenate([self._scores, room.astype(np.float64)])
        self._codes[start:end] = codes
        self._scores[start:end] = scores
        self._starts.append(end)
        return len(self._starts) - 2

    def fixed(self, code: int) -> int:
        """Return the row that has the one candidate `code`: a word that is not in doubt."""
        row = self._fixed.get(code)
        if row is None:
            row = self._fixed[code] = self.add([code], [0.0])
        return row

    def codes(self, row: int) -> Ints:
        """Return the codes of a row."""
        return self._codes[self._starts[row] : self._starts[row + 1]]

    def gather(self, rows: Ints) -> tuple[Ints, Ints, Reals]:
        """Return some rows end to end: where each begins (and the last ends), codes, scores."""
        begin = np.array([self._starts[row] for row in rows.tolist()], np.int64)
        end = np.array([self._starts[row + 1] for row in rows.tolist()], np.int64)
        owner, place = _ragged(end - begin)
        member = begin[owner] + place
        return np.r_[0, np.cumsum(end - begin)], self._codes[member], self._scores[member]


class Decoded:
    """What `decode` found: the best candidate of each slot and the posteriors.

    `best` is the number of the candidate within its row, `codes` its code, `confidence` its
    posterior probability (0 to 1); all are arrays with one entry for each slot.
    """

    def __init__(
        self, starts: Ints, number: Ints, posterior: Floats, best: Ints, codes: Ints
    ) -> None:
        self._starts = starts
        self._number = number
        self._posterior = posterior
        self.best = best
        self.codes = codes
        self.confidence: Floats = posterior[:0]
        if len(best):
            self.confidence = np.maximum.reduceat(posterior, starts[:-1])

    @classmethod
    def joined(cls, parts: list[Decoded]) -> Decoded:
        """Put the results of consecutive slots together."""
        if len(parts) == 1:
            return parts[0]
        starts = [np.zeros(1, np.int64)]
        for part in parts:
            starts.append(part._starts[1:] + starts[-1][-1])
        return cls(
            np.concatenate(starts),
            np.concatenate([part._number for part in parts]),
            np.concatenate([part._posterior for part in parts]),
            np.concatenate([part.best for part in parts]),
            np.concatenate([part.codes for part in parts]),
        )

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
        return Decoded(np.zeros(1, np.int64), nothing, np.zeros(0, np.float32), nothing, nothing)
    edges = np.flatnonzero(slots == table.fixed(EDGE)) + 1
    cuts = [0]
    while cuts[-1] + STRETCH < len(slots):
        at = int(np.searchsorted(edges, cuts[-1] + STRETCH, "right")) - 1
        edge = int(edges[at]) if at >= 0 else 0
        cuts.append(edge if edge > cuts[-1] else cuts[-1] + STRETCH)
    cuts.append(len(slots))
    return Decoded.joined([_decode(slots[a:b], table, scorer) for a, b in itertools.pairwise(cuts)])


def _decode(slots: Ints, table: Candidates, scorer: Scorer) -> Decoded:
    lattice = _Lattice.narrowed(slots, table, scorer)
    for times, margin, widest in HEARSAY:
        lattice = lattice.overheard(times, margin, widest, scorer)
    posterior = np.zeros(0)
    for order, margin, widest in STAGES:
        posterior = lattice.posteriors(order, scorer)
        if margin:
            lattice = lattice.kept(np.log(np.maximum(posterior, 1e-300)), margin, widest)
    posterior = lattice.reconsidered(posterior, scorer)
    best = _first_best(lattice.starts, posterior)
    return Decoded(
        lattice.starts, lattice.number, posterior.astype(np.float32),
        lattice.number[best].astype(np.int32), lattice.codes[best].astype(np.int32),
    )  # fmt: skip


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
        """Build the lattice with the candidates that some neighbour makes plausible.

        Each candidate is scored with all candidates of the slot before and of the slot after, as
        if there were nothing else. Most pairs are not tied, and for those the sum is a product.
        """
        used, slots = np.unique(slots, return_inverse=True)
        offsets, codes, channel = table.gather(used)
        edge = len(offsets) - 1  # a row beyond the table: the edges of the sequence
        offsets = np.r_[offsets, offsets[-1] + 1]
        codes = np.r_[codes, EDGE]
        channel = np.r_[channel, 0.0]
        widths = np.diff(offsets)
        count = len(widths)
        prior = scorer.prior(codes).astype(np.float64)
        backoff = scorer.backoff(codes).astype(np.float64)
        # In linear numbers, scaled by the best of each row.
        weight = channel + prior
        weight = np.exp(weight - np.repeat(np.maximum.reduceat(weight, offsets[:-1]), widths))
        loose_left = np.add.reduceat(weight * np.exp(backoff), offsets[:-1])
        chance = np.exp(channel)
        loose_right = np.add.reduceat(chance * np.exp(prior), offsets[:-1])

        chain = np.r_[edge, slots, edge]
        links, inverse = np.unique(chain[:-1] * count + chain[1:], return_inverse=True)
        left, right = np.divmod(links, count)
        left_starts = np.cumsum(widths[left]) - widths[left]
        right_starts = np.cumsum(widths[right]) - widths[right]
        owner, place = _ragged(widths[right])
        member = offsets[right][owner] + place
        after = np.exp(prior)[member] * loose_left[left][owner]
        owner, place = _ragged(widths[left])
        member = offsets[left][owner] + place
        before = np.exp(backoff)[member] * loose_right[right][owner]
        wide = (widths[left] > 1) | (widths[right] > 1)
        size = np.where(wide, widths[left] * widths[right], 0)
        for part in _parts(size, BLOCK):
            part = part[wide[part]]
            if not len(part):
                continue
            a, b = left[part], right[part]
            # One line for each pair of a link and a left candidate: the row of right candidates.
            owner, i = _ragged(widths[a])
            lines = widths[b][owner]
            first = offsets[a][owner] + i
            starts = np.cumsum(lines) - lines
            second = np.repeat(offsets[b][owner] - starts, lines)
            second += np.arange(len(second))
            held, line, value = scorer.tied(codes[first], lines, codes[second])
            first, second = first[line], second[held]
            gain = np.exp(value) - np.exp(backoff[first] + prior[second])
            onto = (right_starts[part][owner] - starts)[line] + held
            into = (left_starts[part][owner] + i)[line]
            _add(after, onto, gain * weight[first])
            _add(before, into, gain * chance[second])
        slot_widths = widths[slots]
        owner, place = _ragged(slot_widths)
        member = offsets[slots][owner] + place
        heard = after[right_starts[inverse[:-1]][owner] + place]
        heard *= before[left_starts[inverse[1:]][owner] + place]
        local = channel[member] + np.log(np.maximum(heard, 1e-300))
        starts = np.r_[0, np.cumsum(slot_widths)]
        lattice = cls(starts, codes[member], place, channel[member])
        return lattice.kept(lattice._settled(local), WINDOW, WIDEST)

    def _settled(self, values: Reals) -> Reals:
        """Settle a few slots in every LONGEST without an edge, so that pieces stay short."""
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

    def kept(self, values: Reals, margin: float, widest: int = 0) -> _Lattice:
        """Drop the candidates whose value is more than `margin` below the slot's best."""
        widths = np.diff(self.starts)
        top = np.repeat(np.maximum.reduceat(values, self.starts[:-1]), widths)
        keep = values >= top - margin
        if widest:
            left = np.add.reduceat(keep.astype(np.int64), self.starts[:-1])
            for slot in np.flatnonzero(left > widest).tolist():
                here = slice(int(self.starts[slot]), int(self.starts[slot + 1]))
                keep[here] = False
                keep[here.start + np.argsort(-values[here], kind="stable")[:widest]] = True
        counts = np.add.reduceat(keep.astype(np.int64), self.starts[:-1])
        return _Lattice(
            np.r_[0, np.cumsum(counts)], self.codes[keep], self.number[keep], self.scores[keep]
        )

    def overheard(self, times: int, margin: float, widest: int, scorer: Scorer) -> _Lattice:
        """Drop candidates after neighbours told each other `times` times what they heard.

        This is forward-backward over pairs with a horizon: exact where no more than `times`
        doubtful slots stand on either side.
        """
        widths = np.diff(self.starts)
        if widths.max() == 1:
            return self
        wide = widths > 1
        link = np.flatnonzero(wide[:-1] | wide[1:])
        size = widths[link] * widths[link + 1]
        owner, i = _ragged(widths[link])
        lines = widths[link + 1][owner]
        line_starts = np.cumsum(lines) - lines
        first = np.repeat(self.starts[link][owner] + i, lines)
        second = np.arange(len(first)) + np.repeat(
            self.starts[link + 1][owner] - line_starts, lines
        )
        value = np.empty(len(first), np.float32)
        for begin in range(0, len(first), BLOCK):
            here = slice(begin, begin + BLOCK)
            value[here] = scorer.pairs(self.codes, first[here], second[here]).value
        begin = np.cumsum(size) - size
        weight = np.exp(value - np.repeat(np.maximum.reduceat(value, begin), size))
        count = len(self.codes)
        chance = np.exp(
            self.scores - np.repeat(np.maximum.reduceat(self.scores, self.starts[:-1]), widths)
        )
        linked_right = np.zeros(len(widths), np.bool_)
        linked_right[link + 1] = True
        linked_left = np.zeros(len(widths), np.bool_)
        linked_left[link] = True
        no_right = ~np.repeat(linked_right, widths)
        no_left = ~np.repeat(linked_left, widths)
        forward, backward = np.ones(count), np.ones(count)
        prior = np.exp(scorer.prior(self.codes))
        forward *= chance * prior
        backward *= chance
        for _ in range(times):
            told = np.bincount(second, weight * forward[first], count)
            told[no_right] = 1.0
            total = np.repeat(np.add.reduceat(told, self.starts[:-1]), widths)
            forward_heard = told / total
            told = np.bincount(first, weight * backward[second], count)
            told[no_left] = 1.0
            total = np.repeat(np.add.reduceat(told, self.starts[:-1]), widths)
            backward_heard = told / total
            forward, backward = forward_heard * chance, backward_heard * chance
        both = forward_heard * backward_heard * chance
        return self.kept(np.log(np.maximum(both, 1e-300)), margin, widest)

    def posteriors(self, order: int, scorer: Scorer) -> Reals:
        """Return the exact posterior of each candidate under n-grams of `order` words."""
        result = np.ones(len(self.codes))
        widths = np.diff(self.starts)
        reach = order - 1
        # A boundary counts for `reach` slots, so that what follows one is independent of it.
        edges = (self.codes[self.starts[:-1]] == EDGE) & (widths == 1)
        copies = np.where(edges, reach, 1)
        source = np.repeat(np.arange(len(widths)), copies)
        head = np.r_[np.full(reach, len(self.codes)), self.starts[:-1][source],
                     np.full(reach, len(self.codes))]  # fmt: skip
        width = np.r_[np.ones(reach, np.int64), widths[source], np.ones(reach, np.int64)]
        doubts = np.r_[0, np.cumsum(width > 1)]
        since = np.maximum(np.arange(len(width)) - reach, 0)
        before = doubts[:-1] > doubts[since]
        active = np.flatnonzero(before | (width > 1))
        if not len(active):
            return result
        begin = active[~before[active]]
        last = np.r_[begin[1:], len(width)]
        end = active[np.searchsorted(active, last) - 1] + 1
        # A piece is its active slots and the `reach` settled ones before them.
        codes = np.r_[self.codes, EDGE]
        scores = np.r_[self.scores, 0.0]
        work = np.ones(len(width))
        for back in range(order):
            work[back:] *= width[: len(width) - back]
        done = np.r_[0, np.cumsum(work)]
        for part in _parts((done[end] - done[begin]).astype(np.int64), BLOCK):
            _Pieces(begin[part] - reach, end[part], order, width, head).run(
                codes, scores, scorer, result
            )
        return result

    def reconsidered(self, posterior: Reals, scorer: Scorer) -> Reals:
        """Weigh the candidates of doubtful slots with what the words farther off say."""
        widths = np.diff(self.starts)
        top = np.maximum.reduceat(posterior, self.starts[:-1])
        doubtful = (widths > 1) & (top < SURE)
        inside = np.flatnonzero(np.repeat(doubtful, widths))
        if not len(inside):
            return posterior
        slots = np.flatnonzero(doubtful)
        owner = np.repeat(np.arange(len(slots)), widths[slots])
        text = self.codes[_first_best(self.starts, posterior)]
        value = np.log(np.maximum(posterior[inside], 1e-12))
        value += scorer.distant(text, slots[owner], self.codes[inside])
        begin = np.cumsum(widths[slots]) - widths[slots]
        chance = np.exp(value - np.maximum.reduceat(value, begin)[owner])
        result = posterior.copy()
        result[inside] = chance / np.add.reduceat(chance, begin)[owner]
        return result


class _Pieces:
    """Some pieces of the lattice, arranged step by step so that they go forward together."""

    def __init__(self, begin: Ints, end: Ints, order: int, width: Ints, head: Ints) -> None:
        self.order = order
        # The long pieces first: those that go on are then the first of each step.
        arrange = np.argsort(begin - end, kind="stable")
        length = (end - begin)[arrange]
        piece, step = _ragged(length)
        place = begin[arrange][piece] + step
        by_step = np.lexsort((piece, step))
        self.step = step[by_step]
        self.slot = place[by_step]
        where = np.empty(len(by_step), np.int64)
        where[by_step] = np.arange(len(by_step))
        # The slot before, in this arrangement; for the first of a piece it is of no use.
        self.previous = where[np.maximum(by_step - 1, 0)]
        self.width = width[self.slot]
        self.head = head[self.slot]

    def run(self, codes: Ints, scores: Reals, scorer: Scorer, result: Reals) -> None:
        """Run forward-backward and write the posteriors of the candidates to `result`."""
        order, step = self.order, self.step
        states = self.width
        starts = np.cumsum(states) - states
        owner, place = _ragged(states)
        member = self.head[owner] + place
        state_codes, state_scores = codes[member], scores[member]
        grams: ngram.Grams | None = None
        for level in range(2, order + 1):
            # From each state of the slot before to the states of this slot that overlap it.
            live = step >= level - 1
            sources = np.where(live, states[self.previous], 0)
            work = sources * self.width
            owner, place = _ragged(sources)
            source = np.repeat(starts[self.previous][owner] + place, self.width[owner])
            # The oldest word of a transition counts slowest: the targets come round again.
            rounds = np.where(live, work // np.maximum(states, 1), 0)
            lane = np.repeat(np.arange(len(work)), rounds)
            laps = states[lane]
            lap_starts = np.cumsum(laps) - laps
            target = np.arange(len(source)) + np.repeat(starts[lane] - lap_starts, laps)
            if grams is None:
                grams = scorer.pairs(state_codes, source, target)
            else:
                grams = scorer.join(grams, grams, source, target)
            if level < order:
                state_scores = state_scores[target]
                states = work
                starts = np.cumsum(states) - states
        assert grams is not None
        self._forward_backward(
            source, target, grams.value + state_scores[target], work, states, starts, sources,
            result,
        )  # fmt: skip

    def _forward_backward(
        self, source: Ints, target: Ints, value: Reals, work: Ints, states: Ints, starts: Ints,
        sources: Ints, result: Reals,
    ) -> None:  # fmt: skip
        order, step = self.order, self.step
        live = np.flatnonzero(work)
        work_starts = np.cumsum(work) - work
        # Scaled by the best of each slot: only ratios matter, and nothing underflows.
        best = np.maximum.reduceat(value, work_starts[live])
        weight = np.exp(value - np.repeat(best, work[live]))
        slots = np.searchsorted(step, np.arange(int(step[-1]) + 2))
        total_states, total_work = int(states.sum()), len(weight)
        at = np.r_[starts, total_states][slots].tolist()
        flows = np.r_[work_starts, total_work][slots].tolist()
        begins = slots.tolist()
        forward = np.ones(total_states)
        backward = np.ones(total_states)
        first = order - 1
        for t in range(first, len(at) - 1):
            here = slice(flows[t], flows[t + 1])
            flow = weight[here] * forward[source[here]]
            arrived = np.bincount(target[here] - at[t], flow, at[t + 1] - at[t])
            lanes = slice(begins[t], begins[t + 1])
            total = np.add.reduceat(arrived, starts[lanes] - at[t])
            forward[at[t] : at[t + 1]] = arrived / np.repeat(total, states[lanes])
        for t in range(len(at) - 2, first, -1):
            here = slice(flows[t], flows[t + 1])
            flow = weight[here] * backward[target[here]]
            lanes = slice(begins[t], begins[t + 1])
            size = int(sources[lanes].sum())
            arrived = np.bincount(source[here] - at[t - 1], flow, size)
            counts = sources[lanes]
            total = np.add.reduceat(arrived, np.cumsum(counts) - counts)
            backward[at[t - 1] : at[t - 1] + size] = arrived / np.repeat(total, counts)
        both = forward * backward
        owner, place = _ragged(states)
        share = (
            both
            / np.maximum(np.add.reduceat(both, np.minimum(starts, total_states - 1)), 1e-300)[owner]
        )
        inside = (self.width[owner] > 1) & (step[owner] >= first)
        member = (self.head[owner] + place % self.width[owner])[inside]
        result[member] = 0
        np.add.at(result, member, share[inside])


def _parts(work: Ints, limit: int) -> list[Ints]:
    """Cut tasks into runs of consecutive ones with at most `limit` work each (or one task)."""
    if not len(work):
        return []
    done = np.cumsum(work)
    cuts = [0]
    while cuts[-1] < len(work):
        base = int(done[cuts[-1] - 1]) if cuts[-1] else 0
        cuts.append(max(cuts[-1] + 1, int(np.searchsorted(done, base + limit, "right"))))
    return [np.arange(a, b) for a, b in itertools.pairwise(cuts)]


def _add(target: Reals, places: Ints, values: Reals) -> None:
    """Add values at places that may repeat and that lie close together."""
    if len(places):
        low = int(places.min())
        sums = np.bincount(places - low, values)
        target[low : low + len(sums)] += sums
