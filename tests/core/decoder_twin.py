"""The decoder, slow and obvious: dictionaries, and every sequence of a few words written out."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import NamedTuple, Protocol

EDGE = 4
LONGEST, DECIDED = 400, 3

Slot = list[tuple[int, float]]
"""What may stand in a place: codes, and their log-probabilities under the channel."""


class Limits(NamedTuple):
    """The options of the compiled decoder, as the package sets them."""

    pair_margin: float = 6.5
    most: int = 40
    message_rounds: int = 2
    message_margin: float = 5.5
    message_most: int = 10
    stages: tuple[tuple[int, float, int], ...] = ((3, 5.0, 6), (4, 0.0, 0))
    certain: float = 0.99


class Model(Protocol):
    """What the decoder asks of a language model."""

    def prior(self, code: int) -> float: ...
    def backoff(self, code: int) -> float: ...
    def is_tied(self, before: int, code: int) -> bool: ...
    def score(self, *codes: int) -> float: ...
    def distant(self, words: list[int], at: int, code: int) -> float: ...


def decode(slots: list[Slot], model: Model, limits: Limits) -> list[dict[int, float]]:
    """Return for each slot the posteriors of the candidates that are left, by number."""
    found: list[dict[int, float]] = []
    sentence: list[Slot] = []
    for slot in [*slots, [(EDGE, 0.0)]]:
        if len(slot) == 1 and slot[0][0] == EDGE:
            found += [*_sentence(sentence, model, limits), {0: 1.0}]
            sentence = []
        else:
            sentence.append(slot)
    return found[:-1]


def write_out(slots: list[Slot], model: Model, order: int) -> list[dict[int, float]]:
    """Return the exact posteriors: every sequence is written out and scored."""
    masses: list[dict[int, float]] = [defaultdict(float) for _ in slots]
    for pick in itertools.product(*(range(len(slot)) for slot in slots)):
        chosen = [slot[k] for slot, k in zip(slots, pick, strict=True)]
        codes = [EDGE] * 3
        for slot, (code, _) in zip(slots, chosen, strict=True):  # an edge hides what is before it
            codes += [code] * (3 if code == EDGE and len(slot) == 1 else 1)
        codes += [EDGE] * 3
        total = sum(score for _, score in chosen)
        for end in range(4, len(codes) + 1):
            total += float(model.score(*codes[end - order : end]))
        for slot_masses, k in zip(masses, pick, strict=True):
            slot_masses[k] += math.exp(total)
    return [_normal(dict(slot_masses)) for slot_masses in masses]


def _normal(values: dict[int, float]) -> dict[int, float]:
    total = sum(values.values())
    return {k: value / total for k, value in values.items()}


def _kept(values: dict[int, float], margin: float, most: int) -> list[int]:
    """Return the best candidates, in their order."""
    floor = max(values.values()) - margin
    good = [k for k in values if values[k] >= floor]
    if most:
        good = sorted(good, key=lambda k: (-values[k], k))[:most]
    return sorted(good)


def _log(value: float) -> float:
    return math.log(max(value, 1e-300))


def _sentence(slots: list[Slot], model: Model, limits: Limits) -> list[dict[int, float]]:
    if all(len(slot) == 1 for slot in slots):
        return [{0: 1.0} for _ in slots]
    slots = [[(EDGE, 0.0)], *slots, [(EDGE, 0.0)]]
    left = _narrowed(slots, model, limits)
    if limits.message_rounds:
        left = _after_messages(slots, left, model, limits)
    for order, margin, most in limits.stages:
        posteriors = _exact(slots, left, model, order)
        if margin:
            left = [
                _kept({k: _log(p) for k, p in slot.items()}, margin, most) for slot in posteriors
            ]
    words = [
        slot[max(posterior, key=lambda k, p=posterior: (p[k], -k))][0] // 4
        for slot, posterior in zip(slots, posteriors, strict=True)
    ]
    result = []
    for at, (slot, posterior) in enumerate(zip(slots, posteriors, strict=True)):
        if len(posterior) > 1 and max(posterior.values()) < limits.certain:
            values = {
                k: math.log(max(p, 1e-12)) + model.distant(words, at, slot[k][0])
                for k, p in posterior.items()
            }
            best = max(values.values())
            posterior = _normal({k: math.exp(value - best) for k, value in values.items()})
        result.append(posterior)
    return result[1:-1]


def _narrowed(slots: list[Slot], model: Model, limits: Limits) -> list[list[int]]:
    """Return which candidates the pairs with the neighbours leave."""

    def pair(before: int, code: int) -> float:
        if model.is_tied(before, code):
            return math.exp(model.score(before, code))
        return math.exp(model.backoff(before)) * math.exp(model.prior(code))

    left = []
    for at, slot in enumerate(slots):
        values = {}
        for k, (code, score) in enumerate(slot):
            value = score
            if at and len(slot) > 1:
                weights = [s + model.prior(c) for c, s in slots[at - 1]]
                value += _log(
                    sum(
                        math.exp(weight - max(weights)) * pair(c, code)
                        for (c, _), weight in zip(slots[at - 1], weights, strict=True)
                    )
                )
                top = max(s for _, s in slots[at + 1])
                value += _log(sum(math.exp(s - top) * pair(code, c) for c, s in slots[at + 1]))
            values[k] = value
        decided = at % LONGEST >= LONGEST - DECIDED
        left.append(
            _kept(values, 0.0, 1) if decided else _kept(values, limits.pair_margin, limits.most)
        )
    return left


def _after_messages(
    slots: list[Slot], left: list[list[int]], model: Model, limits: Limits
) -> list[list[int]]:
    """Return which candidates are left after neighbours told each other what they heard."""
    chance = [
        {k: math.exp(slot[k][1] - max(slot[j][1] for j in ks)) for k in ks}
        for slot, ks in zip(slots, left, strict=True)
    ]
    forward = [
        {k: held[k] * math.exp(model.prior(slot[k][0])) for k in held}
        for slot, held in zip(slots, chance, strict=True)
    ]
    backward = chance
    ones = [dict.fromkeys(ks, 1.0) for ks in left]
    from_left, from_right = ones, ones
    for _ in range(limits.message_rounds):
        from_left, from_right = [ones[0]], []
        for a, b in itertools.pairwise(range(len(slots))):
            weight = {
                (j, k): math.exp(model.score(slots[a][j][0], slots[b][k][0]))
                for j in left[a]
                for k in left[b]
            }
            from_left.append(
                _normal({k: sum(weight[j, k] * forward[a][j] for j in left[a]) for k in left[b]})
            )
            from_right.append(
                _normal({j: sum(weight[j, k] * backward[b][k] for k in left[b]) for j in left[a]})
            )
        from_right.append(ones[-1])
        forward = [
            {k: heard[k] * held[k] for k in held}
            for heard, held in zip(from_left, chance, strict=True)
        ]
        backward = [
            {k: heard[k] * held[k] for k in held}
            for heard, held in zip(from_right, chance, strict=True)
        ]
    return [
        _kept({k: _log(a[k] * b[k] * c[k]) for k in c}, limits.message_margin, limits.message_most)
        for a, b, c in zip(from_left, from_right, chance, strict=True)
    ]


def _exact(
    slots: list[Slot], left: list[list[int]], model: Model, order: int
) -> list[dict[int, float]]:
    """Return the posteriors under n-grams: forward-backward over the last order - 1 candidates."""
    reach = order - 1
    pads: list[Slot] = [[(EDGE, 0.0)]] * reach
    slots = [*pads, *slots, *pads]
    left = [[0]] * reach + left + [[0]] * reach
    forward: list[dict[tuple[int, ...], float]] = [{(0,) * reach: 1.0}]
    weights: list[dict[tuple[int, ...], float]] = []
    for at in range(reach, len(slots)):
        flow = {}
        for state in forward[-1]:
            for k in left[at]:
                path = (*state, k)
                codes = [slots[at - reach + n][j][0] for n, j in enumerate(path)]
                flow[path] = float(model.score(*codes)) + slots[at][k][1]
        best = max(flow.values())
        weight = {path: math.exp(value - best) for path, value in flow.items()}
        arrived: dict[tuple[int, ...], float] = defaultdict(float)
        for path, value in weight.items():
            arrived[path[1:]] += forward[-1][path[:-1]] * value
        total = sum(arrived.values())
        forward.append({state: value / total for state, value in arrived.items()})
        weights.append(weight)
    backward = dict.fromkeys(forward[-1], 1.0)
    found: list[dict[int, float]] = []
    for at in range(len(slots) - 1, reach - 1, -1):
        masses: dict[int, float] = defaultdict(float)
        for state, value in forward[at - reach + 1].items():
            masses[state[-1]] += value * backward[state]
        found.append(_normal(dict(sorted(masses.items()))))
        sources: dict[tuple[int, ...], float] = defaultdict(float)
        for path, value in weights[at - reach].items():
            sources[path[:-1]] += value * backward[path[1:]]
        total = sum(sources.values())
        backward = {state: value / total for state, value in sources.items()}
    return found[::-1][: len(slots) - 2 * reach]
