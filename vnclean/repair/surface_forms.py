"""The written forms that a damaged token may go back to: the model's words times case patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vnclean.language.alphabet import LETTERS
from vnclean.language.syllable import parse, spellable_syllables
from vnclean.language.tone_placement import other_style

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from vnclean.language.ngram import Model

__all__ = ["Inventory", "inventory_of", "is_syllable", "make_inventory"]

_HALF = -0.6931

_LETTERS = frozenset(LETTERS + "fjwzFJWZ")


class Inventory(NamedTuple):
    """Surfaces, parallel with their codes for the decoder and their log-probabilities.

    `log` is what a surface has without context; `within` is its share of the code, to be added
    to what the model says of the code (0 except for tone styles and syllables never seen).
    `place` finds a surface. Only marked surfaces can be damaged: `common` are the numbers of those
    that the model knows, `rare` of those that can be spelled.
    """

    surfaces: list[str]
    codes: list[int]
    within: list[float]
    log: list[float]
    common: npt.NDArray[np.int32]
    rare: npt.NDArray[np.int32]
    place: dict[str, int]


def make_inventory(model: Model) -> Inventory:
    """Make the inventory of a model: its words times tone styles and case patterns."""
    import numpy as np

    from vnclean.language import ngram

    surfaces: list[str] = []
    words: list[int] = []
    within: list[float] = []
    for number, word in enumerate(model.vocabulary):
        if not word[:1].isalpha():
            continue
        surfaces.append(word)
        words.append(number)
        within.append(0.0)
        if (other := other_style(word)) is not None:
            surfaces.append(other)
            words.append(number)
            within.append(_HALF)
    unseen = [word for word in spellable_syllables() if word not in model.id_of]
    surfaces += unseen
    words += [ngram.UNKNOWN] * len(unseen)
    within += [-float(np.log(len(unseen) or 1))] * len(unseen)
    several = [n for n, s in enumerate(surfaces) if len(s) > 1]
    base = np.array(words, np.int64)
    share = np.array(within, np.float32)
    every = [*surfaces, *(s.capitalize() for s in surfaces)]
    every += [surfaces[n].upper() for n in several]
    codes = np.concatenate(
        [base * 4 + ngram.LOWER, base * 4 + ngram.TITLE, base[several] * 4 + ngram.UPPER]
    )
    shares = np.concatenate([share, share, share[several]])
    is_known = (codes >> 2 != ngram.UNKNOWN).tolist()
    marked = [n for n, surface in enumerate(every) if not surface.isascii()]
    common = [n for n in marked if is_known[n] and _can_be_lost(every[n])]
    rare = [n for n in marked if not is_known[n]]
    return inventory_of(
        every, codes, shares, model.prior(codes) + shares, np.array(common), np.array(rare)
    )


def inventory_of(surfaces: list[str], *columns: npt.NDArray[Any]) -> Inventory:
    """Return the inventory of some surfaces, from arrays of the other columns but the last."""
    codes, within, log, common, rare = columns
    # Where a surface stands twice, the first counts.
    place = dict(zip(reversed(surfaces), range(len(surfaces) - 1, -1, -1), strict=True))
    return Inventory(surfaces, codes.tolist(), within.tolist(), log.tolist(), common, rare, place)


def _can_be_lost(surface: str) -> bool:
    """Say whether a word is worth guessing: a syllable, or a name in Vietnamese letters."""
    return is_syllable(surface) or (len(surface) > 2 and _LETTERS.issuperset(surface))


def is_syllable(word: str) -> bool:
    """Say whether a word of either case has the shape of a Vietnamese syllable.

    >>> is_syllable("Nguyễn"), is_syllable("web")
    (True, False)
    """
    return parse(word) is not None
