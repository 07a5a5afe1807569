"""The Viterbi path through a line: each word is clean, or legacy bytes under one misreading.

States are "clean" (0) and the misreadings (from 1). A word costs what `costs` says, and changing
the state costs too: so one strange word does little, a line of them much, and a clean line among
legacy ones stays. The walk itself is `vnclean.core.legacy_viterbi`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from vnclean.charsets.truecase import raise_case
from vnclean.charsets.undecoded.costs import (
    UNSEEN_BITS,
    VIETNAMESE_BITS,
    CostTable,
    has_marks,
)
from vnclean.charsets.undecoded.words import TOKEN, LegacyWord, Misreading
from vnclean.language.lexicon import is_in_use

__all__ = ["EntryBits", "decode_line", "entry_bits", "find_runs", "restore_case"]

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


class EntryBits(NamedTuple):
    """What it costs to take words for legacy bytes, by misreading, in bits."""

    first: tuple[float, ...]
    """At the start of a line."""
    enter: tuple[float, ...]
    """After a word that is clean, or in another misreading."""

    def plus(self, bits: float) -> EntryBits:
        """Return what it costs where it costs so many bits more."""
        return EntryBits(tuple(f + bits for f in self.first), tuple(e + bits for e in self.enter))


def entry_bits(misreadings: Sequence[Misreading], prior: Mapping[Misreading, float]) -> EntryBits:
    """Return what it costs to enter each misreading.

    `prior` holds the bits by which a misreading is likelier than others, for what other lines say.
    """
    first, enter = [], []
    for misreading in misreadings:
        bits = ENTER_BITS + (_RARE_BITS if misreading.charset.rare else 0.0)
        first.append(bits - prior.get(misreading, 0.0))
        enter.append(bits - prior.get(misreading, 0.0) / 3)
    return EntryBits(tuple(first), tuple(enter))


class LegacyRun(NamedTuple):
    """Neighbouring tokens of a line that are bytes in one misreading."""

    state: int
    """The number of the misreading, from 1."""
    bits: float
    """Its evidence."""
    places: list[int]
    """The numbers of the tokens that change."""


def find_runs(
    text: str, span: tuple[int, int], rows: list[int], costs: CostTable, entry: EntryBits
) -> list[LegacyRun]:
    """Return the runs of a line that are legacy bytes, by the cheapest path through it.

    `rows` are those of its tokens in `costs`.
    """
    home, abroad, marked, unchanged = costs.tokens.counts(rows)
    if _stays_clean(rows, costs, entry, marked, unchanged):
        return []
    start, end = span
    if len(_UTF8.findall(text, start, end)) > max(1, (end - start) / 60):
        return []
    context = _context_bits(home, abroad)
    if text.find("?", start, end) >= 0 and _QUERY.search(text, start, end):
        entry = entry.plus(_LOST_LETTER_BITS)
    path = costs.tokens.best_path(rows, context, entry.first, entry.enter, LEAVE_BITS)
    if not any(path):
        return []
    state, most = costs.tokens.main_state(rows, path)
    if most >= 2 and most >= _FILLED_SHARE * marked:
        _fill_gaps(list(TOKEN.finditer(text, start, end)), rows, costs, path, state)
    return list(_certain_runs(rows, path, costs, context < 0))


def decode_line(
    text: str, span: tuple[int, int], rows: list[int], costs: CostTable, entry: EntryBits
) -> list[LegacyWord]:
    """Return the words of a line that are legacy bytes; see `find_runs`.

    Capitals that a charset lacks are still small in them (see `restore_case`).
    """
    runs = find_runs(text, span, rows, costs, entry)
    if not runs:
        return []
    spans = [token.span() for token in TOKEN.finditer(text, *span)]
    words = []
    for state, bits, places in runs:
        misreading = costs.misreadings[state - 1]
        for at in places:
            reading = costs.entries[rows[at]].readings[state - 1]
            words.append(LegacyWord(*spans[at], reading, misreading, bits))
    return words


def _stays_clean(
    rows: list[int], costs: CostTable, entry: EntryBits, marked: int, unchanged: int
) -> bool:
    """Say whether no path through a line that changes a word can be the cheapest one.

    So it is where no run of tokens with such a word gains what it costs to begin with a misreading
    or to change to one. Words that don't change may be legacy bytes all the same, and those between
    them be filled in.
    """
    first, enter = min(entry.first) - _ROUNDING_BITS, min(entry.enter) - _ROUNDING_BITS
    if costs.tokens.gains(rows, first, enter):
        return False
    return unchanged < 2 or unchanged < _FILLED_SHARE * marked


def _context_bits(home: int, abroad: int) -> float:
    """Return the bits by which a foreign word is less likely here: more among Vietnamese words."""
    if abroad > home + 1:
        return _FOREIGN_BITS
    return VIETNAMESE_BITS if home >= 3 and home >= 2 * abroad else 0.0


def _fill_gaps(
    tokens: Sequence[re.Match[str]],
    rows: Sequence[int],
    costs: CostTable,
    path: bytearray,
    state: int,
) -> None:
    """Read the few words between legacy words as legacy too: a line is seldom in two charsets."""
    for at, row in enumerate(rows):
        if path[at] or costs.entries[row].is_plain:
            continue
        entry = costs.entries[row]
        reading = entry.readings[state - 1]
        if entry.legacy[state - 1] >= UNSEEN_BITS or has_marks(reading):
            continue
        if entry.has_letter or _is_letter_here(tokens, at, reading):
            path[at] = state


def _is_letter_here(tokens: Sequence[re.Match[str]], at: int, reading: str) -> bool:
    """Say whether a token of signs (a dash) is rather a capital letter at its place."""
    if reading not in "đĐ" and not is_in_use(reading):
        return False
    token = tokens[at]
    following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
    return following[:1].islower() or token.string.startswith(")", token.end())


def _certain_runs(
    rows: list[int], path: bytearray, costs: CostTable, abroad: bool
) -> Iterator[LegacyRun]:
    """Yield the runs of a path, but for those that prove too little.

    So does one that gives too few syllables in use, or has no tone where tones are letters of
    their own. `abroad`: the line is of another language.
    """
    for number, bits, good, changed in costs.tokens.runs(rows, path):
        state = abs(number)
        if number < 0 and costs.misreadings[state - 1].charset.needs_tone:
            continue  # no tone anywhere: what is left where the others were lost
        if bits < _LEAST_BITS and good < max(1, 0.6 * len(changed)):
            continue
        if abroad and bits < _LEAST_FOREIGN_BITS:
            continue
        if changed:
            yield LegacyRun(state, bits, changed)


def restore_case(
    text: str, span: tuple[int, int], words: Sequence[LegacyWord]
) -> Sequence[LegacyWord]:
    """Give words of a charset without capitals those that the line around them tells."""
    if not any(word.misreading.charset.case_lost for word in words):
        return words
    pieces = []
    at = span[0]
    for word in words:
        pieces += [text[at : word.start], word.text]
        at = word.end
    pieces.append(text[at : span[1]])
    read = "".join(pieces)
    line = raise_case(read)
    if line == read:
        return words
    ends = accumulate(map(len, pieces))
    places = islice(ends, 0, None, 2)  # where what stands between the words ends
    return [
        word
        if line.startswith(word.text, place) or not word.misreading.charset.case_lost
        else word._replace(text=line[place : place + len(word.text)])
        for word, place in zip(words, places, strict=False)
    ]
