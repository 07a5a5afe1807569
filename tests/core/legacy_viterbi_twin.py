"""The slow, obvious twin of `vnclean.core.legacy_viterbi`: tokens as tuples, lists of states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from vnclean.core.legacy_viterbi import CHANGED, GOOD, JOINED


class Token(NamedTuple):
    """The arguments of `TokenTable.add`."""

    clean: float
    legacy: Sequence[float]
    most_gain: float
    home: int
    plain: bool
    lettered: bool
    readings: bytes

    @property
    def changes(self) -> bool:
        """Whether it says something else in a misreading."""
        return any(reading & CHANGED for reading in self.readings)


def counts(line: Sequence[Token]) -> tuple[int, int, int, int]:
    """Return how many tokens are at home, abroad, marked, unchanged."""
    return (
        sum(token.home > 0 for token in line),
        sum(token.home < 0 for token in line),
        sum(token.lettered and not token.plain for token in line),
        sum(not token.changes and not token.plain for token in line),
    )


def gains(line: Sequence[Token], first: float, enter: float) -> bool:
    """Say whether some run gains more than it costs, by trying them all."""
    for start in range(len(line)):
        for end in range(start + 1, len(line) + 1):
            run = line[start:end]
            if any(token.changes for token in run):
                gain = sum(token.most_gain for token in run)
                if gain > enter or (start == 0 and gain > first):
                    return True
    return False


def best_path(
    clean: Sequence[float],
    legacy: Sequence[Sequence[float]],
    first: Sequence[float],
    enter: Sequence[float],
    leave: float,
) -> list[int]:
    """Return the cheapest sequence of states, by the recurrence as it is written.

    >>> best_path([0, 40, 40, 0], [[1], [12], [12], [9]], [9], [9], 4)
    [0, 1, 1, 0]
    """
    best = [0.0, *first]
    back: list[list[int]] = []
    for stays, bits in zip(clean, legacy, strict=True):
        left = [best[0], *(value + leave for value in best[1:])]
        floor = min(left)
        origin = left.index(floor)
        following, origins = [floor + stays], [origin]
        for state, (value, cost) in enumerate(zip(bits, enter, strict=True), 1):
            enters = floor + cost < best[state]
            following.append((floor + cost if enters else best[state]) + value)
            origins.append(origin if enters else state)
        best = following
        back.append(origins)
    state = best.index(min(best))
    path = []
    for origins in reversed(back):
        path.append(state)
        state = origins[state]
    return path[::-1]


def main_state(line: Sequence[Token], path: Sequence[int]) -> tuple[int, int]:
    """Return the most frequent misreading and its count."""
    states = Counter(
        state for token, state in zip(line, path, strict=True) if state and not token.plain
    )
    return states.most_common(1)[0] if states else (0, 0)


def runs(line: Sequence[Token], path: Sequence[int]) -> list[tuple[int, float, int, list[int]]]:
    """Return the runs of misread tokens."""
    bits = [
        token.clean - token.legacy[state - 1] if state else 0.0
        for token, state in zip(line, path, strict=True)
    ]
    found = []
    for state, run in groupby(range(len(path)), key=path.__getitem__):
        if state:
            places = list(run)
            all_of_it = [at for at in range(len(path)) if path[at] == state]
            joined = any(line[at].readings[state - 1] & JOINED for at in all_of_it)
            changed = [at for at in places if line[at].readings[state - 1] & CHANGED]
            good = sum(line[at].readings[state - 1] & GOOD > 0 for at in changed)
            own, whole = sum(bits[at] for at in places), sum(bits[at] for at in all_of_it)
            found.append((state if joined else -state, max(own, whole / 2), good, changed))
    return found
