"""Find legacy text that sits undecoded in Unicode text, word by word.

The few misreadings that explain the strange words best are chosen from the lines with hints; the
Viterbi path of each line (`viterbi`) says which words are bytes; what is found there makes more of
it likely elsewhere; and what is no Vietnamese is left out (`filter`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from math import fsum

from vnclean.caches import cached, cached_table
from vnclean.charsets.misread_pages import PAGES, view_to_bytes
from vnclean.charsets.table import CHARSETS
from vnclean.charsets.undecoded.costs import (
    clean_bits,
    cost_table,
    decoded_bits,
    is_plain,
    read_bytes,
)
from vnclean.charsets.undecoded.filter import keep_certain
from vnclean.charsets.undecoded.hints import hinted_lines, line_spans
from vnclean.charsets.undecoded.viterbi import (
    LegacyRun,
    decode_line,
    entry_bits,
    find_runs,
    restore_case,
)
from vnclean.charsets.undecoded.words import TOKEN, LegacyWord, Misreading
from vnclean.language.lexicon import is_in_use

__all__ = ["find_legacy"]

_MAX_TOKENS = 300
"""Distinct tokens of hinted lines after which no more lines are read to choose misreadings."""
_SAMPLE_TOKENS = 120
_MAX_MISREADINGS = 4
_LEAST_GAIN_BITS = 4.0
_LEAST_SHARE = 0.15
"""Share of the best misreading's gain that another one needs."""
_LEAST_WORD_BITS, _MOST_WORD_BITS = -8.0, 14.0
"""How much one token may say for or against a misreading."""
_MOST_PRIOR_BITS = 8.0
_NEIGHBOURS = 2
"""Lines on either side of a damaged one that are read."""
_MUCH_DAMAGED = 0.3
"""Share of damaged lines from which all are read."""

_BEYOND_ASCII = re.compile(r"[^\t\r -~]")
_DIFFERENT_IN_LATIN9 = frozenset("¤¦¨´¸¼½¾ŠšŽžŒœŸ€")


def find_legacy(text: str) -> list[LegacyWord]:
    """Return the words of a text that are legacy bytes, in order.

    >>> [word.text for word in find_legacy("Tên: NguyÔn V¨n An")]
    ['Nguyễn', 'Văn']
    """
    hinted = hinted_lines(text)
    misreadings = _likely_misreadings(text, hinted)
    if not misreadings:
        return []
    costs = cost_table(misreadings)
    entry = entry_bits(misreadings, {})
    rows = {span: costs.rows(text, span) for span in hinted}
    found = {span: find_runs(text, span, line, costs, entry) for span, line in rows.items()}
    damaged = {span for span, runs in found.items() if runs}
    if not damaged:
        return []
    # What was found makes more of it likely: look again, and at other lines too.
    entry = entry_bits(misreadings, _prior_bits(misreadings, found.values()))
    words: list[LegacyWord] = []
    for span in _lines_to_read(text, damaged):
        line = rows.get(span) or costs.rows(text, span)
        words += restore_case(text, span, decode_line(text, span, line, costs, entry))
    return keep_certain(text, words)


def _lines_to_read(text: str, damaged: Set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the lines that may be legacy where some are.

    Those with a hint and the neighbours of the damaged ones; where much is damaged, all that hold
    anything but ASCII. In a clean line far away, a word that reads as another one means nothing.
    """
    lines = [span for span in line_spans(text) if _BEYOND_ASCII.search(text, *span)]
    if len(damaged) >= _MUCH_DAMAGED * len(lines):
        return lines
    chosen = set(hinted_lines(text, with_pairs=True))
    for at, span in enumerate(lines):
        if span in damaged:
            chosen.update(lines[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1])
    return [span for span in lines if span in chosen]


def _prior_bits(
    misreadings: Sequence[Misreading], lines: Iterable[Sequence[LegacyRun]]
) -> Mapping[Misreading, float]:
    """Return the bits by which what was found in some lines makes each misreading likelier."""
    weight: Counter[int] = Counter()
    for runs in lines:
        counts: Counter[int] = Counter()
        for run in runs:
            counts[run.state] += len(run.places)
        for state, count in counts.items():
            weight[state] += min(10, count)
    return {
        misreadings[state - 1]: min(_MOST_PRIOR_BITS, 1.0 + count / 3)
        for state, count in weight.items()
    }


def _likely_misreadings(text: str, lines: Sequence[tuple[int, int]]) -> list[Misreading]:
    """Return the few misreadings that explain the strange words of some lines best."""
    sample = _sample_tokens(text, lines)
    soft_hyphens = "\xad" in text
    scored: list[tuple[float, Misreading]] = []
    said: set[tuple[str, ...]] = set()
    for page in _pages(frozenset("".join(sample))) if sample else ():
        read = [_readings_and_gains(token, page, soft_hyphens) for token in sample]
        gains = map(fsum, zip(*(gains for _, gains in read), strict=True))
        for number, gain in enumerate(gains):
            if gain > _LEAST_GAIN_BITS:
                # Of those that say the same of all words, the first is enough.
                readings = tuple(readings[number] for readings, _ in read)
                if readings not in said:
                    said.add(readings)
                    scored.append((gain, _misreadings(page, soft_hyphens)[number]))
    scored.sort(key=_gain, reverse=True)
    return [
        misreading
        for gain, misreading in scored[:_MAX_MISREADINGS]
        if gain > _LEAST_SHARE * scored[0][0]
    ]


@cached(1 << 13)
def _readings_and_gains(
    token: str, page: str, soft_hyphens: bool
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return what a token says in each misreading of a page, and the bits it speaks for that.

    "" where it can't be bytes; 0 bits for a syllable in use.
    """
    raw = view_to_bytes(token, page)
    if raw is None:
        count = len(_misreadings(page, soft_hyphens))
        return ("",) * count, (0.0,) * count
    if page not in _charset_names():
        page = PAGES[0]  # has the same misreadings, and mostly the same bytes
    return _readings_and_gains_of_bytes(token, raw, page, soft_hyphens)


@cached_table
def _charset_names() -> frozenset[str]:
    return frozenset(charset.public_name for charset in CHARSETS)


@cached(1 << 13)
def _readings_and_gains_of_bytes(
    token: str, raw: bytes, page: str, soft_hyphens: bool
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    misreadings = _misreadings(page, soft_hyphens)
    readings = tuple(read_bytes(raw, misreading) for misreading in misreadings)
    if is_in_use(token):
        return readings, (0.0,) * len(readings)
    standing = clean_bits(token)
    gains = []
    for reading, misreading in zip(readings, misreadings, strict=True):
        gain = 0.0
        if reading and reading != token:
            gain = standing - decoded_bits(reading, misreading.charset.case_lost)
            gain = max(_LEAST_WORD_BITS, min(_MOST_WORD_BITS, gain))
        gains.append(gain)
    return readings, tuple(gains)


def _gain(entry: tuple[float, Misreading]) -> float:
    return entry[0]


def _sample_tokens(text: str, lines: Iterable[tuple[int, int]]) -> list[str]:
    """Return the most frequent tokens with letters outside ASCII of the first of some lines."""
    tokens: Counter[str] = Counter()
    for start, end in lines:
        tokens.update(
            [
                token
                for token in TOKEN.findall(text, start, end)
                if not token.isascii() or not is_plain(token)
            ]
        )
        if len(tokens) > _MAX_TOKENS:
            break
    return [token for token, _ in tokens.most_common(_SAMPLE_TOKENS)]


@cached(2 * len(PAGES))
def _misreadings(page: str, soft_hyphens: bool) -> tuple[Misreading, ...]:
    """Return what could have been misread in a page, likeliest first.

    `soft_hyphens`: the text has some, so they were neither dropped nor dashed.
    """
    found = []
    for charset in CHARSETS:
        if charset.in_text and page != charset.public_name:
            found.append(Misreading(charset, page))
            if charset.soft_hyphen and not soft_hyphens:
                found.append(Misreading(charset, page, "dashed"))
                found.append(Misreading(charset, page, "dropped"))
    return tuple(found)


def _pages(letters: Set[str]) -> list[str]:
    """Return the pages that text with some letters may have been misread in."""
    beyond = [letter for letter in letters if letter > "\x7f" and not _shows(letter, "cp1252")]
    return [
        page
        for page in PAGES
        if page == "cp1252"
        or any(_shows(letter, page) for letter in beyond)
        or (page == "iso8859-15" and not letters.isdisjoint(_DIFFERENT_IN_LATIN9))
    ]


@cached(1 << 12)
def _shows(letter: str, page: str) -> bool:
    return view_to_bytes(letter, page) is not None
