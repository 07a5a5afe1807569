"""Words cut by spaces, put together again: a Viterbi search over segmentations, and vetoes.

The search reads a run of pieces as words with a bigram model (as Norvig, "Natural Language Corpus
Data", 2009, segments text) and keeps the best reading up to each piece. What is likeliest is still
no proof that anything was cut: each veto is a case in which the run is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from vnclean.caches import cached
from vnclean.language import ngram
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import parse
from vnclean.spelling.lexicon import has_marks
from vnclean.spelling.tokens import EDGE, canonical

__all__ = ["VETOES", "Veto", "is_word", "likeliest_segmentation", "segment"]

RARE = 9
"""Binary logarithm of the frequency below which a syllable is rather a piece of another."""

LONGEST_WORD, MOST_PIECES = 7, 4
"""Letters of a word that was cut, and the pieces that it may be in."""

NO_WORD, JOINED, JOINED_WORDS = -12.0, -4.0, -9.0
"""Log-probability of a piece that is no word, of a space within a word, and of one between pieces
that can all stand alone."""

Group = Sequence[str]
"""Pieces that make a word together; a word by itself is a group of one."""


def segment(pieces: Sequence[str]) -> Sequence[Group]:
    """Return the pieces in groups that make a word each; groups of one where nothing was cut.

    >>> segment("phục vụ nh ân dân".split())
    [['phục'], ['vụ'], ['nh', 'ân'], ['dân']]
    >>> segment("THÔNG T Ư".split())
    [['THÔNG'], ['T'], ['Ư']]
    """
    alone = [[piece] for piece in pieces]
    if all(map(is_word, pieces)):
        return alone
    groups = likeliest_segmentation(pieces)
    return alone if any(veto.holds(groups) for veto in VETOES) else groups


def likeliest_segmentation(pieces: Sequence[str]) -> Sequence[Group]:
    """Return the likeliest way to read pieces as words, a group for each word."""
    model = ngram.load()
    # For each number of pieces read: log-probability, size of the last group, its code.
    best = [(0.0, 0, EDGE)]
    for end in range(1, len(pieces) + 1):
        ways = []
        for size in range(1, min(MOST_PIECES, end) + 1):
            group = pieces[end - size : end]
            word = "".join(group)
            if size > 1 and not (len(word) <= LONGEST_WORD and is_word(word) and _one_case(group)):
                continue
            if size == 1 and not is_word(word):
                code, cost = ngram.FOREIGN * 4 + ngram.pattern(word), NO_WORD
            else:
                cut = size == 1 or any(map(_is_fragment, group))
                code, cost = model.code(word), (JOINED if cut else JOINED_WORDS) * (size - 1)
            value, _, last = best[end - size]
            ways.append((value + _bigram(last, code) + cost, size, code))
        best.append(max(ways, key=lambda way: way[0]))
    groups: list[Group] = []
    end = len(pieces)
    while end:
        groups.append(pieces[end - best[end][1] : end])
        end -= best[end][1]
    return groups[::-1]


@cached(1 << 14)
def _bigram(last: int, code: int) -> float:
    """Return the log-probability of a word after another."""
    return float(ngram.load().score([[last]], [code])[0])


def is_word(word: str) -> bool:
    """Say whether a word can stand alone: a syllable in use of more than a bare consonant."""
    return canonical(word) in syllables_in_use() and parse(word) is not None


def _is_fragment(piece: str) -> bool:
    """Say whether a piece hardly stands alone: no word, or a very rare syllable."""
    return not is_word(piece) or syllables_in_use()[canonical(piece)] < RARE


def _one_case(group: Group) -> bool:
    """Say whether no piece but the first begins a word by its case."""
    return not any(piece[:1].isupper() and piece[1:].islower() for piece in group[1:])


def _mended(groups: Sequence[Group]) -> list[Group]:
    """Return the groups that were cut: of several pieces, one of them a fragment."""
    return [group for group in groups if len(group) > 1 and any(map(_is_fragment, group))]


def _in_mixed_case(groups: Sequence[Group]) -> bool:
    pieces = [piece for group in groups for piece in group]
    run = "".join(pieces)
    return not (
        run.isupper()
        or run[1:].islower()
        or all(piece.islower() or piece.istitle() for piece in pieces)
    )


def _of_plain_letters(groups: Sequence[Group]) -> bool:
    return any(
        len(group) > 1 and all(len(piece) == 1 and piece.isascii() for piece in group)
        for group in groups
    )


def _single_letters_only_once(groups: Sequence[Group]) -> bool:
    mended = _mended(groups)
    longer = [
        group for group in mended if any(len(piece) > 1 and _is_fragment(piece) for piece in group)
    ]
    return not longer and len(mended) < 2


def _as_many_strange_words(groups: Sequence[Group]) -> bool:
    strange = sum(len(group) == 1 and not is_word(group[0]) for group in groups)
    return strange >= len(_mended(groups))


def _without_marks(groups: Sequence[Group]) -> bool:
    return not any(has_marks(piece) for group in groups for piece in group)


class Veto(NamedTuple):
    """A case in which a run is left as it stands, whatever its likeliest segmentation."""

    name: str
    holds: Callable[[Sequence[Group]], bool]
    """Asked of the likeliest segmentation."""
    example: str
    """A run that is left alone for this reason."""
    counter_example: str
    """A run much like it that is joined."""


VETOES = (
    Veto("mixed case", _in_mixed_case, "ĐIỀ u khoản", "Đi ều khoản"),
    Veto("plain letters", _of_plain_letters, "nh ân dân b a tỉnh", "nh ân dân ba tỉnh"),
    Veto("one single letter", _single_letters_only_once, "THÔNG T Ư", "THÔNG T Ư LIÊN T ỊCH"),
    Veto("strange words", _as_many_strange_words, "tr ường Bkq", "tr ường b ệnh Bkq"),
    Veto("no marks", _without_marks, "th anh tra", "th anh tra tỉnh"),
)
"""Tried in this order; single letters are only mended in company, and a text without marks, or in
another language, is no place to mend anything."""
