"""The slow, obvious twin of `vnclean.core.legacy_viterbi`: tokens as tuples, lists of states."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from vnclean.core.legacy_viterbi import CHANGED, GOOD, JOINED, KNOWN, MARKED, SPEAKS

UNSEEN = 64
"""The kind of what can't be bytes."""

# The control characters are letters of VISCII and VPS.
_LETTERS = r"A-Za-z\x02-\x06\x10-\x15\x19\x1c-\x1e\x80-\U0010ffff"
# A hyphen may be the soft hyphen that is the letter ư of TCVN3.
# The colour codes of game scripts (`#Y`) stick to the words after them.
TOKEN = re.compile(
    rf"(?<!#(?=[BGHKOPRWY][{_LETTERS}]))(?:(?<![\w-])-)?[{_LETTERS}]+(?:-[{_LETTERS}]+)*(?:-(?![\w-]))?"
)


class Token(NamedTuple):
    """What is known of a token: its bits, what it is, and by misreading the bits and the flags."""

    clean: float
    own: int
    plain: bool
    lettered: bool
    legacy: Sequence[float]
    kinds: bytes

    @property
    def home(self) -> int:
        """1 for a syllable in use, as it stands or read; -1 for another word."""
        return 1 if any(kind & KNOWN for kind in self.kinds) else self.own

    @property
    def changes(self) -> bool:
        """Whether it says something else in a misreading."""
        return any(kind & CHANGED for kind in self.kinds)


def unseen(token: Token) -> Token:
    """Return a token that says and costs what one does that can't be bytes, where it is such."""
    legacy = [
        120.0 if kind & UNSEEN else bits
        for kind, bits in zip(token.kinds, token.legacy, strict=True)
    ]
    kinds = bytes(UNSEEN if kind & UNSEEN else kind for kind in token.kinds)
    return token._replace(legacy=legacy, kinds=kinds)


def outline(
    line: Sequence[Token], first: float, enter: float, odd: float
) -> tuple[int, int, int, int, bool]:
    """Return how many tokens are at home, abroad, marked, unchanged, and whether a run gains."""
    gains = [
        (token.clean if token.plain else token.clean + odd) - min(token.legacy) for token in line
    ]
    runs = [
        (start, end)
        for start in range(len(line))
        for end in range(start + 1, len(line) + 1)
        if any(token.changes for token in line[start:end])
    ]
    return (
        sum(token.home > 0 for token in line),
        sum(token.home < 0 for token in line),
        sum(token.lettered and not token.plain for token in line),
        sum(not token.changes and not token.plain for token in line),
        any(
            sum(gains[start:end]) > (min(first, enter) if start == 0 else enter) - 1e-6
            for start, end in runs
        ),
    )


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


def filled(line: Sequence[Token], words: Sequence[str], path: list[int], share: float) -> list[int]:
    """Return a path with the gaps in a line of one misreading filled.

    `words` are the tokens as written; the last one is what stands behind the line.
    """
    states = Counter(
        state for token, state in zip(line, path, strict=True) if state and not token.plain
    )
    marked = sum(token.lettered and not token.plain for token in line)
    if not states:
        return path
    [(best, most)] = states.most_common(1)
    if most < 2 or most < share * marked:
        return path
    return [
        best
        if not state
        and not token.plain
        and not token.kinds[best - 1] & (UNSEEN | MARKED)
        and (token.lettered or (token.kinds[best - 1] & SPEAKS and words[at + 1][:1].islower()))
        else state
        for at, (token, state) in enumerate(zip(line, path, strict=True))
    ]


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
            joined = any(line[at].kinds[state - 1] & JOINED for at in all_of_it)
            changed = [at for at in places if line[at].kinds[state - 1] & CHANGED]
            good = sum(line[at].kinds[state - 1] & GOOD > 0 for at in changed)
            own, whole = sum(bits[at] for at in places), sum(bits[at] for at in all_of_it)
            found.append((state if joined else -state, max(own, whole / 2), good, changed))
    return found
