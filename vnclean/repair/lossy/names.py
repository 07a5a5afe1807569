"""Names of persons: which words are a family, a middle or a given name, and what these may be.

The language model hardly knows names: what it has read of `Kiều` is mostly verse, of `Đạt` mostly
a verb. `data/names.tsv` counts in how many names a syllable stands first, inside and last
(`training/names.py`): a run of capitalized words that may begin with a family name is likelier to
be made of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.language import ngram
from vnclean.language.alphabet import MARKED_LETTERS, fold

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["PLACES", "in_names", "places_in_names"]

PLACES = ("family", "middle", "given")
"""What stands first, inside and last in a name. Their numbers begin with 1 (0 is none), and again
behind them for names of two words."""

MAX_NAME_WORDS = 5
"""Words of a name at most; a longer run of capitals is a title."""

NAME_SHARES = (0.8, 0.2)
"""Share of the words of what looks like a name that are drawn from the table of names; where it has
but two words: those are as often a place, a title or the beginning of a heading."""

UNSEEN = 0.5
"""Names in which each word of the language model is thought to stand in each place besides."""

FAMILY_NAMES = 8
"""Names from which what they begin with is a family name."""

_LOST = "?\ufffd"
_SMALL = f"a-z{''.join(sorted(filter(str.islower, MARKED_LETTERS)))}"
_CAPITALS = f"A-Z{''.join(sorted(filter(str.isupper, MARKED_LETTERS)))}"
_WORD = (
    rf"(?:[{_CAPITALS}Ð][{_SMALL}ð{_LOST}]*|[{_LOST}]+(?:[{_SMALL}ð][{_SMALL}ð{_LOST}]*|[{_LOST}]))"
)
_NAME = late_pattern(rf"(?<![\w{_LOST}]){_WORD}(?: {_WORD})+(?!\w)")


def places_in_names(
    lines: Sequence[tuple[int, str]], starts: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint8]:
    """Return the place in a name of each token, as a number in `PLACES` from 1; 0: in none.

    `lines` are given as (start, text), `starts` says where the tokens begin, both in characters.

    >>> places_in_names([(0, "ông Tr?n V?n Hùng ?")], np.array([0, 4, 9, 13, 18])).tolist()
    [0, 1, 2, 3, 0]
    >>> places_in_names([(0, "Tr?n Hùng")], np.array([0, 5])).tolist()
    [4, 6]
    """
    found = np.zeros(len(starts), np.uint8)
    places = [each for start, line in lines for each in _places(start, line)]
    if places:
        begins, numbers = np.array(places).T
        where = np.minimum(np.searchsorted(starts, begins), len(starts) - 1)
        is_token = starts[where] == begins
        found[where[is_token]] = numbers[is_token]
    return found


def _places(start: int, line: str) -> Iterator[tuple[int, int]]:
    """Yield where each word of a name begins, and its place."""
    for name in _NAME.finditer(line):
        words = name[0].split(" ")
        if len(words) > MAX_NAME_WORDS:
            continue
        capitals = sum(word[0] not in _LOST for word in words)
        if 2 * capitals <= len(words) or not _may_be_family_name(words[0].lower()):
            continue
        at = start + name.start()
        first = 1 if len(words) > 2 else 1 + len(PLACES)
        for number, word in enumerate(words, 1):
            yield at, first + (0 if number == 1 else 1 if number < len(words) else 2)
            at += len(word) + 1


@cached(4096)
def _may_be_family_name(word: str) -> bool:
    """Say whether a word is a family name, as far as its letters were left."""
    return any(len(name) == len(word) and all(map(_may_be, word, name)) for name in _family_names())


def _may_be(letter: str, meant: str) -> bool:
    return letter == meant or letter == fold(meant) or (letter in _LOST + "ð" and meant > "z")


@cached_table
def _counts() -> dict[str, list[int]]:
    """Return for each word in how many names it has each place."""
    table = files("vnclean.data").joinpath("names.tsv").read_text(encoding="utf-8")
    rows = (row.split("\t") for row in table.split("\n") if row and row[0] != "#")
    return {word: list(map(int, counts)) for word, *counts in rows}


@cached_table
def _family_names() -> list[str]:
    return [word for word, (first, *_) in _counts().items() if first >= FAMILY_NAMES]


@cached_table
def in_names() -> npt.NDArray[np.float64]:
    """Return what is added to the log-probability of a code, by place.

    A word is drawn from those that have this place in names, all of which have a capital, or else
    from the language model.
    """
    model = ngram.load()
    count = np.full((len(PLACES), len(model.vocabulary)), UNSEEN)
    for word, counts in _counts().items():
        count[:, model.code(word) >> 2] += counts
    codes = 4 * np.arange(len(model.vocabulary)) + ngram.TITLE
    usual = np.exp(model.prior(codes).astype(np.float64))
    count[:, : len(ngram.CLASSES)] = usual[: len(ngram.CLASSES)] = 0.0
    share = count / count.sum(axis=1, keepdims=True)
    ratio = share / np.maximum(usual / usual.sum(), 1e-12)
    tables = []
    for named in NAME_SHARES:
        table = np.full((len(PLACES), 4 * len(model.vocabulary)), np.log(1 - named))
        table[:, codes] = np.log(1 - named + named * ratio)
        table[:, : 4 * len(ngram.CLASSES)] = 0.0
        tables.append(table)
    return np.concatenate(tables)
