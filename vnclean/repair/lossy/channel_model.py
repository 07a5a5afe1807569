"""What a damaged token may have been: the channels run backwards.

The inventory is pushed through each channel once; what falls out is the inverse index, damaged
form -> surfaces. Nothing here knows about context: it says what each channel could have done to a
token, and how likely the token is under it; the evidence and the decoder choose.
"""

from __future__ import annotations

import re
from functools import partial
from math import log
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from vnclean.caches import cached, late_pattern
from vnclean.channels import CHANNELS
from vnclean.language.syllable import ONSETS
from vnclean.repair.lossy.form_table import form_index, inventory
from vnclean.repair.surface_forms import is_syllable
from vnclean.repair.word_decoder import log_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    import numpy.typing as npt

    from vnclean.core.emissions import EmissionTable

__all__ = ["MARKS", "TOKEN", "ChannelModel", "Mixture", "Reading", "channel_model"]

MARKS = "?\ufffd"
"""The characters that stand where a letter was lost."""

TOKEN = late_pattern(rf"(?:[^\W\d_]|[{MARKS}])+|\d+(?:[.,:/]\d+)*|\n|[^\S\n]+|.", re.DOTALL)
"""Cuts a text into words (with lost letters), numbers, line feeds, blanks and single others;
every character is in one token."""

FOREIGN_NATS = -16.0
"""Log-probability of one word that the model doesn't know, where nothing speaks against it."""

NOTHING_NATS = -21.0
"""Log-probability of a token that a channel can't bring forth."""

UNEXPLAINED_NATS = -24.0
"""Log-probability that clean text holds a certain word with a mark in the middle."""

PUNCTUATION_NATS = log(0.004)
"""Log-probability that a mark at the edge of a word is punctuation: a question mark, or what is
left of a curly quote, a dash, an ellipsis."""

ALONE_NATS = log(0.05)
"""Log-probability that a mark that stands alone is punctuation, for each mark."""

SEVERAL_NATS = -6.0
"""Log-probability that several marks stand alone."""

GLUED_NATS = log(1e-4)
"""Log-probability that a question mark stands between two words with no blank."""

_CLUSTERS = frozenset(onset for onset in ONSETS if len(onset) > 1)
"""What can't be a word: before a question mark, the vowel is gone."""

OPENING = "([{\"'“‘«-–—/"
"""What a word begins after: a mark that stands there alone may have been a word."""

MAX_TOKENS = 200_000
"""Distinct tokens that are remembered."""

MAX_TOKEN_CHARS = 40
"""Characters of a token that is looked at; a longer one is nobody's word."""


class Reading(NamedTuple):
    """The tokens of a text: their numbers in `table`, where they begin, and their lines, int64."""

    table: EmissionTable
    kind: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    line: npt.NDArray[np.int64]


Mixture: TypeAlias = tuple[tuple[int, ...], tuple[float, ...], float]
"""The channels to decode a line with: their numbers, log-weights, and that of no damage."""


class ChannelModel:
    """Error model of a set of channels: what they say of each token is computed once."""

    def __init__(self, names: Sequence[str]) -> None:
        import numpy as np

        from vnclean.language import ngram
        from vnclean.repair.decoder import CleanTokens

        self.channels = tuple(names)
        self._inventory, self._index = inventory(), form_index(names)
        self._table = self._empty_table()
        foreign = ngram.FOREIGN * 4
        strangers = ngram.load().prior(np.arange(foreign, foreign + 4)).tolist()
        self._clean = CleanTokens(
            self._inventory.place, self._inventory.log, code=ngram.load().code,
            pattern=ngram.pattern, leaves=partial(_channels_that_leave, self.channels),
            is_syllable=is_syllable, fragments=_CLUSTERS, opening=OPENING, longest=MAX_TOKEN_CHARS,
            edge=ngram.BOUNDARY * 4, foreign=foreign, strange=FOREIGN_NATS,
            stranger=FOREIGN_NATS - log_sum(strangers), unexplained=UNEXPLAINED_NATS,
            punctuation=PUNCTUATION_NATS, alone=ALONE_NATS, glued=GLUED_NATS, several=SEVERAL_NATS,
        )  # fmt: skip

    def _empty_table(self) -> EmissionTable:
        from vnclean.repair.decoder import EmissionTable

        return EmissionTable(self._index, len(self.channels), PUNCTUATION_NATS, NOTHING_NATS)

    @property
    def surfaces(self) -> list[str]:
        """What damaged tokens may have been, by number."""
        return self._inventory.surfaces

    def table(self) -> EmissionTable:
        """Return a table for tokens; what it has learnt of earlier texts it still knows."""
        if len(self._table) > MAX_TOKENS:
            self._table = self._empty_table()
        return self._table

    def learn(self, tokens: Iterable[str]) -> EmissionTable:
        """Return a table that knows the tokens."""
        table = self.table()
        table.learn_all(tokens, self._clean)
        return table

    def read(self, text: str, begins: Sequence[int]) -> Reading:
        """Cut a text into tokens and learn them; `begins` says where its lines begin."""
        table = self.table()
        return Reading(table, *table.read(text, begins, self._clean))

    def count(self, text: str, words: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return which of so many words of the language model stand whole in a text, how often."""
        return self.table().count(text, self._clean, words)

    def surface(self, token: str, number: int, left: int, right: int) -> str:
        """Return a surface by its number, between the first and last characters of a token."""
        word = self._inventory.surfaces[number]
        return token[:left] + word + token[len(token) - right :] if left or right else word


def _channels_that_leave(names: Sequence[str], letter: str) -> int:
    """Return the channels that leave a character as it is, as bits."""
    kept = (CHANNELS[name](letter) == letter for name in names)
    return sum(same << number for number, same in enumerate(kept))


@cached(8)
def channel_model(names: tuple[str, ...]) -> ChannelModel:
    """Return the model of a set of channels; the indexes are built once, on the first call."""
    return ChannelModel(names)
