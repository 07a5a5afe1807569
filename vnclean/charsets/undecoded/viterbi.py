"""The Viterbi path through a line: each word is clean, or legacy bytes under one misreading.

States are "clean" (0) and the misreadings (from 1). A word costs what `costs` says, and changing
the state costs too: so one strange word does little, a line of them much, and a clean line among
legacy ones stays. Viterbi, IEEE Trans. Inf. Theory 13 (1967).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import inf

from vnclean.charsets.truecase import raise_case
from vnclean.charsets.undecoded.costs import (
    UNSEEN_BITS,
    UNUSED_BITS,
    VIETNAMESE_BITS,
    CostTable,
    TokenCosts,
    has_marks,
)
from vnclean.charsets.undecoded.words import TOKEN, LegacyWord, Misreading
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.lexicon import is_in_use

__all__ = ["best_path", "decode_line", "restore_case"]

ENTER_BITS = 9.0
"""What it costs to take a word for legacy after one that is not."""
LEAVE_BITS = 4.0
_RARE_BITS = 6.0
"""What it costs more for a rare charset."""
_LOST_LETTER_BITS = 8.0
"""What it costs more where letters were lost."""
_ROUNDING_BITS = 1e-6
_FILLED_SHARE = 0.7
"""Share of the words with marks of a line in one charset, from which the others are too."""
_FOREIGN_BITS = -3.0
"""How much less a strange word costs as clean text in a line of another language."""
_LEAST_BITS = 24.0
"""Evidence of a run from which it need not be of syllables in use."""
_LEAST_FOREIGN_BITS = 16.0
"""Evidence of a run that a line of another language needs."""

# What UTF-8 looks like in a Latin code page: not ours to mend.
_UTF8 = re.compile('á[º»"“”]|Æ[°¡]|Ä[‘\x91ƒ\x83]|Ã[\xa0-\xbf]')
# A question mark inside a word stands for a lost letter; legacy bytes lose none.
_QUERY = re.compile(r"[A-Za-z\x80-\U0010ffff]\?[A-Za-z\x80-\U0010ffff]|(?<!\S)[A-Za-z]+\?\s+[a-z]")


def decode_line(
    text: str, span: tuple[int, int], costs: CostTable, prior: Mapping[Misreading, float]
) -> list[LegacyWord]:
    """Return the words of a line that are legacy bytes, by the cheapest path through it.

    Capitals that a charset lacks are still small in them (see `restore_case`).

    `prior` holds the bits by which a misreading is likelier than others, for what other lines say.
    """
    first, enter = [], []
    for misreading in costs.misreadings:
        bits = ENTER_BITS + (_RARE_BITS if misreading.charset.rare else 0.0)
        first.append(bits - prior.get(misreading, 0.0))
        enter.append(bits - prior.get(misreading, 0.0) / 3)
    measured = [costs[token] for token in TOKEN.findall(text, *span)]
    if _stays_clean(measured, min(first), min(enter)):
        return []
    start, end = span
    if len(_UTF8.findall(text, start, end)) > max(1, (end - start) / 60):
        return []
    tokens = list(TOKEN.finditer(text, start, end))
    context = _context_bits(measured)
    clean = [
        token.clean if token.is_plain else max(0.0, token.clean + context) for token in measured
    ]
    if _QUERY.search(text, start, end):
        first = [bits + _LOST_LETTER_BITS for bits in first]
        enter = [bits + _LOST_LETTER_BITS for bits in enter]
    path = best_path(clean, [cost.legacy for cost in measured], first, enter)
    if not any(path):
        return []
    _fill_gaps(tokens, measured, path)
    return list(_words(tokens, measured, path, costs.misreadings, context < 0))


def best_path(
    clean: Sequence[float],
    legacy: Sequence[Sequence[float]],
    first: Sequence[float],
    enter: Sequence[float],
) -> list[int]:
    """Return the cheapest sequence of states: 0 for clean, n for the n-th misreading.

    `clean` and `legacy` hold the bits of each token, `first` those of a line that begins in each
    misreading, `enter` those of changing to it; from one misreading to another leads by 0.

    >>> best_path([0, 40, 40, 0], [[1], [12], [12], [9]], [9], [9])
    [0, 1, 1, 0]
    """
    best = [0.0, *first]
    back: list[list[int]] = []
    for stays, bits in zip(clean, legacy, strict=True):
        left = [best[0], *(value + LEAVE_BITS for value in best[1:])]
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


def _stays_clean(measured: Sequence[TokenCosts], first: float, enter: float) -> bool:
    """Say whether no path through a line that changes a word can be the cheapest one.

    So it is where no run of tokens with such a word gains what it costs to begin with a misreading
    (`first`) or to change to one (`enter`): the greatest sum of such a run is found in one pass
    (Kadane's algorithm), that of a run from the start beside it.
    """
    prefix, run, unchanged, fixed = 0.0, -inf, 0.0, 0
    seen = False  # a word that changes
    for token in measured:
        gain = token.most_gain
        prefix += gain
        if token.changes:
            run = max(run, unchanged) + gain
            unchanged = 0.0
            seen = True
        else:
            run += gain
            unchanged = max(0.0, unchanged + gain)
            fixed += not token.is_plain
        if run > enter - _ROUNDING_BITS or (seen and prefix > first - _ROUNDING_BITS):
            return False
    # Words that don't change may be legacy bytes all the same, and those between them be filled in.
    return fixed < 2 or fixed < _FILLED_SHARE * _count_lettered(measured)


def _context_bits(measured: Sequence[TokenCosts]) -> float:
    """Return the bits by which a foreign word is less likely here: more among Vietnamese words."""
    home = sum(token.home > 0 for token in measured)
    abroad = sum(token.home < 0 for token in measured)
    if abroad > home + 1:
        return _FOREIGN_BITS
    return VIETNAMESE_BITS if home >= 3 and home >= 2 * abroad else 0.0


def _fill_gaps(
    tokens: Sequence[re.Match[str]], measured: Sequence[TokenCosts], path: list[int]
) -> None:
    """Read the few words between legacy words as legacy too: a line is seldom in two charsets."""
    marked = [at for at, token in enumerate(measured) if not token.is_plain]
    states = Counter(path[at] for at in marked if path[at])
    if not states:
        return
    state, most = states.most_common(1)[0]
    if most < 2 or most < _FILLED_SHARE * _count_lettered(measured):
        return
    for at in marked:
        if path[at]:
            continue
        reading = measured[at].readings[state - 1]
        if measured[at].legacy[state - 1] >= UNSEEN_BITS or has_marks(reading):
            continue
        if measured[at].has_letter or _is_letter_here(tokens, at, reading):
            path[at] = state


def _count_lettered(measured: Sequence[TokenCosts]) -> int:
    """Return how many words with letters outside ASCII a line has."""
    return sum(token.has_letter and not token.is_plain for token in measured)


def _is_letter_here(tokens: Sequence[re.Match[str]], at: int, reading: str) -> bool:
    """Say whether a token of signs (a dash) is rather a capital letter at its place."""
    if reading not in "đĐ" and not is_in_use(reading):
        return False
    token = tokens[at]
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    return following[:1].islower() or token.string.startswith(")", token.end())


def _words(
    tokens: Sequence[re.Match[str]],
    measured: Sequence[TokenCosts],
    path: Sequence[int],
    misreadings: Sequence[Misreading],
    abroad: bool,
) -> Iterator[LegacyWord]:
    """Yield the words of a path that change, each with the evidence of its run.

    A run that gives too few syllables in use, or has no tone where tones are letters of their own,
    is left out. `abroad`: the line is of another language.
    """
    # Bits by token, the whole line's by state (for a word that was filled in), and states in
    # which a mark was written behind its letter somewhere.
    gains = [
        costs.clean - costs.legacy[state - 1] if state else 0.0
        for costs, state in zip(measured, path, strict=True)
    ]
    of_line = dict.fromkeys(path, 0.0)
    joined: set[int] = set()
    for token, costs, state, gain in zip(tokens, measured, path, gains, strict=True):
        if state:
            of_line[state] += gain
            if len(costs.readings[state - 1]) < len(token[0]):
                joined.add(state)
    for state, run in groupby(range(len(path)), key=path.__getitem__):
        if not state:
            continue
        places = list(run)
        misreading = misreadings[state - 1]
        if misreading.charset.needs_tone and state not in joined:
            continue  # no tone anywhere: what is left where the others were lost
        changed = [at for at in places if measured[at].readings[state - 1] != tokens[at][0]]
        good = sum(
            measured[at].legacy[state - 1] < UNUSED_BITS - 4
            and not MARKED_LETTERS.isdisjoint(measured[at].readings[state - 1])
            for at in changed
        )
        bits = max(sum(gains[at] for at in places), of_line[state] / 2)
        if bits < _LEAST_BITS and good < max(1, 0.6 * len(changed)):
            continue
        if abroad and bits < _LEAST_FOREIGN_BITS:
            continue
        for at in changed:
            reading = measured[at].readings[state - 1]
            yield LegacyWord(*tokens[at].span(), reading, misreading, bits)


def restore_case(
    text: str, span: tuple[int, int], words: Sequence[LegacyWord]
) -> Sequence[LegacyWord]:
    """Give words of a charset without capitals those that the line around them tells."""
    if not any(word.misreading.charset.case_lost for word in words):
        return words
    pieces = []
    places = []
    at, length = span[0], 0
    for word in words:
        pieces += [text[at : word.start], word.text]
        places.append(length + word.start - at)
        length = places[-1] + len(word.text)
        at = word.end
    line = raise_case("".join([*pieces, text[at : span[1]]]))
    return [
        word._replace(text=line[place : place + len(word.text)])
        if word.misreading.charset.case_lost
        else word
        for word, place in zip(words, places, strict=True)
    ]
