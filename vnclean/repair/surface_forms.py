"""The written forms that a damaged token may go back to: the model's words times case patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vnclean.caches import cached_table
from vnclean.language.alphabet import LETTERS
from vnclean.language.syllable import parse, spellable_syllables
from vnclean.language.tone_placement import other_style

if TYPE_CHECKING:
    from vnclean.language.ngram import Model

__all__ = ["Inventory", "inventory"]

_HALF = -0.6931

_LETTERS = frozenset(LETTERS + "fjwzFJWZ")


class Inventory:
    """Surfaces, parallel with their codes for the decoder and their log-probabilities.

    `log` is what a surface has without context; `within` is its share of the code, to be added
    to what the model says of the code (0 except for tone styles and syllables never seen).
    `place` finds a surface. Only marked surfaces can be damaged: `common` are the numbers of those
    that the model knows, `rare` of those that can be spelled.
    """

    def __init__(self, model: Model) -> None:
        import numpy as np

        from vnclean.language import ngram

        surfaces: list[str] = []
        words: list[int] = []
        within: list[float] = []
        rare: list[str] = []
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
        rare = [word for word in spellable_syllables() if word not in model.id_of]
        surfaces += rare
        words += [ngram.UNKNOWN] * len(rare)
        within += [-float(np.log(len(rare) or 1))] * len(rare)
        shapes = [(ngram.LOWER, surfaces), (ngram.TITLE, [s.capitalize() for s in surfaces])]
        several = [n for n, s in enumerate(surfaces) if len(s) > 1]
        base = np.array(words, np.int64)
        share = np.array(within, np.float32)
        self.surfaces: list[str] = shapes[0][1] + shapes[1][1]
        self.surfaces += [surfaces[n].upper() for n in several]
        codes = np.concatenate(
            [base * 4 + ngram.LOWER, base * 4 + ngram.TITLE, base[several] * 4 + ngram.UPPER]
        )
        shares = np.concatenate([share, share, share[several]])
        self.codes: list[int] = codes.tolist()
        self.within: list[float] = shares.tolist()
        self.log: list[float] = (model.prior(codes) + shares).tolist()
        self.place: dict[str, int] = {}
        for n, surface in enumerate(self.surfaces):
            self.place.setdefault(surface, n)
        marked = [n for n, surface in enumerate(self.surfaces) if not surface.isascii()]
        known = [n for n in marked if self.codes[n] >> 2 != ngram.UNKNOWN]
        self.common = [n for n in known if _can_be_lost(self.surfaces[n])]
        self.rare = [n for n in marked if self.codes[n] >> 2 == ngram.UNKNOWN]


def _can_be_lost(surface: str) -> bool:
    """Say whether a word is worth guessing: a syllable, or a name in Vietnamese letters."""
    return is_syllable(surface) or (len(surface) > 2 and _LETTERS.issuperset(surface))


@cached_table
def inventory() -> Inventory:
    """Return the inventory of the model that ships; built once, on the first call."""
    from vnclean.language import ngram

    return Inventory(ngram.load())


def is_syllable(word: str) -> bool:
    """Say whether a word of either case has the shape of a Vietnamese syllable.

    >>> is_syllable("Nguyễn"), is_syllable("web")
    (True, False)
    """
    return parse(word) is not None
