"""Find legacy text that sits undecoded in Unicode text, word by word.

The few misreadings that explain the strange words best are chosen from the lines with hints; the
Viterbi path of each line (`viterbi`) says which words are bytes; what is found there makes more of
it likely elsewhere; and what is no Vietnamese is left out (`filter`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from vnclean.caches import cached, late_pattern
from vnclean.charsets.misread_pages import PAGES, view_to_bytes
from vnclean.charsets.table import Charset
from vnclean.charsets.undecoded.costs import MisreadingCosts, costs_of
from vnclean.charsets.undecoded.filter import keep_certain
from vnclean.charsets.undecoded.hints import hinted_lines, line_spans
from vnclean.charsets.undecoded.viterbi import LegacyLine, LegacyRun, LegacyWalk
from vnclean.charsets.undecoded.words import LegacyWord
from vnclean.core.legacy_viterbi import Line

__all__ = ["find_legacy", "read_lines"]

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

_BEYOND_ASCII = late_pattern(r"[^\t\r -~]")
_DIFFERENT_IN_LATIN9 = frozenset("¤¦¨´¸¼½¾ŠšŽžŒœŸ€")


def find_legacy(text: str) -> list[LegacyWord]:
    """Return the words of a text that are legacy bytes, in order.

    >>> [word.text for word in find_legacy("Tên: NguyÔn V¨n An")]
    ['Nguyễn', 'Văn']
    """
    words: list[LegacyWord] = []
    for walk, span, line in _lines_with_legacy(text):
        words += walk.words(span, line)
    return keep_certain(text, words)


def read_lines(text: str) -> tuple[list[LegacyLine], list[LegacyWord]]:
    """Return the lines that are legacy bytes beyond doubt, and the words of others that are.

    The lines say the same as the words that `find_legacy` finds in them.

    >>> read_lines("Tên: NguyÔn V¨n An")[1][1].text
    'Văn'
    >>> [line.text for line in read_lines("Céng hoµ x· héi chñ nghÜa ViÖt Nam")[0]]
    ['Cộng hoà xã hội chủ nghĩa Việt Nam']
    """
    read: list[LegacyLine] = []
    words: list[LegacyWord] = []
    told: defaultdict[Charset, set[str]] = defaultdict(set)
    for walk, span, line in _lines_with_legacy(text):
        runs = walk.runs(span, line)
        if (whole := walk.read(span, line, runs)) is not None:
            read.append(whole)
            told[whole.misreading.charset] |= whole.said
        elif runs:
            words += walk.words(span, line, runs)
    return read, keep_certain(text, words, told)


def _lines_with_legacy(text: str) -> Iterator[tuple[LegacyWalk, tuple[int, int], Line]]:
    """Yield the lines of a text to read, where it has words that are legacy bytes, and the walk."""
    hinted = hinted_lines(text)
    if not hinted:
        return
    soft_hyphens = "\xad" in text
    # The letters of a few words decide, but those of all lines mostly say the same.
    guess = _pages(frozenset("".join([text[start:end] for start, end in hinted])))
    costs = costs_of(guess, soft_hyphens)
    lines = {span: costs.tokens.line(text, *span) for span in hinted}
    sample = costs.tokens.names(_sample_rows(lines.values()))
    pages = _pages(frozenset("".join(sample)))
    if pages != guess:
        costs = costs_of(pages, soft_hyphens)
        lines = {span: costs.tokens.line(text, *span) for span in hinted}
    columns = _likely_misreadings(costs, sample)
    if not columns:
        return
    walk = LegacyWalk(text, costs, columns, {})
    found = {span: walk.runs(span, line) for span, line in lines.items()}
    damaged = {span for span, runs in found.items() if runs}
    if not damaged:
        return
    # What was found makes more of it likely: look again, and at other lines too.
    walk = LegacyWalk(text, costs, columns, _prior_bits(found.values()))
    for span in _lines_to_read(text, damaged):
        yield walk, span, lines.get(span) or costs.tokens.line(text, *span)


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


def _prior_bits(lines: Iterable[Sequence[LegacyRun]]) -> Mapping[int, float]:
    """Return the bits by which what was found in some lines makes each misreading likelier."""
    weight: Counter[int] = Counter()
    for runs in lines:
        counts: Counter[int] = Counter()
        for run in runs:
            counts[run.column] += len(run.places)
        for column, count in counts.items():
            weight[column] += min(10, count)
    return {column: min(_MOST_PRIOR_BITS, 1.0 + count / 3) for column, count in weight.items()}


def _likely_misreadings(costs: MisreadingCosts, sample: Sequence[str]) -> list[int]:
    """Return the few misreadings that explain some strange words best."""
    rows = costs.tokens.rows(sample)
    scored: list[tuple[float, int]] = []
    said: set[tuple[str | None, ...]] = set()
    totals = costs.tokens.totals(rows, _LEAST_WORD_BITS, _MOST_WORD_BITS)
    for column, gain in enumerate(totals):
        if gain > _LEAST_GAIN_BITS:
            # Of those that say the same of all words, the first is enough.
            readings = costs.tokens.readings(rows, column)
            if readings not in said:
                said.add(readings)
                scored.append((gain, column))
    scored.sort(key=_gain, reverse=True)
    return [
        column for gain, column in scored[:_MAX_MISREADINGS] if gain > _LEAST_SHARE * scored[0][0]
    ]


def _gain(entry: tuple[float, int]) -> float:
    return entry[0]


def _sample_rows(lines: Iterable[Line]) -> list[int]:
    """Return the most frequent tokens with letters outside ASCII of the first of some lines."""
    rows: Counter[int] = Counter()
    for line in lines:
        rows.update(line.odd_rows())
        if len(rows) > _MAX_TOKENS:
            break
    return [row for row, _ in rows.most_common(_SAMPLE_TOKENS)]


def _pages(letters: Set[str]) -> tuple[str, ...]:
    """Return the pages that text with some letters may have been misread in."""
    beyond = [letter for letter in letters if letter > "\x7f" and not _shows(letter, PAGES[0])]
    return tuple(
        page
        for page in PAGES
        if page == PAGES[0]
        or any(_shows(letter, page) for letter in beyond)
        or (page == "iso8859-15" and not letters.isdisjoint(_DIFFERENT_IN_LATIN9))
    )


@cached(1 << 12)
def _shows(letter: str, page: str) -> bool:
    return view_to_bytes(letter, page) is not None
