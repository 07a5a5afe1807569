"""What a damaged token may have been: the channels run backwards.

The inventory is pushed through each channel once; what falls out is the inverse index, damaged
form -> surfaces. Nothing here knows about context: it says what each channel could have done to a
token, and how likely the token is under it; the evidence and the decoder choose.
"""

from __future__ import annotations

import re
from functools import partial, reduce
from math import log
from operator import and_
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from vnclean.caches import cached
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

TOKEN = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+|\d+(?:[.,:/]\d+)*|\n|[^\S\n]+|.", re.DOTALL)
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


MAX_CHARACTERS = 4096
"""Characters of which is remembered which channels leave them alone."""


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

        self.channels = tuple(names)
        self._inventory, self._index = inventory(), form_index(names)
        self._table = self._empty_table()
        self._unchanged = cached(MAX_CHARACTERS)(self._channels_that_leave)
        self._code = ngram.load().code
        self._edge, self._skip = ngram.BOUNDARY * 4, ngram.SKIP
        self._foreign, self._pattern = ngram.FOREIGN * 4, ngram.pattern
        foreign = np.array([ngram.FOREIGN * 4 + shape for shape in range(4)])
        self._stranger = FOREIGN_NATS - log_sum(ngram.load().prior(foreign).tolist())

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
        for token in tokens:
            if token not in table.numbers:
                self._learn(table, token)
        return table

    def read(self, text: str, begins: Sequence[int]) -> Reading:
        """Cut a text into tokens and learn them; `begins` says where its lines begin."""
        table = self.table()
        return Reading(table, *table.read(text, begins, partial(self._learn, table)))

    def surface(self, token: str, number: int, left: int, right: int) -> str:
        """Return a surface by its number, between the first and last characters of a token."""
        word = self._inventory.surfaces[number]
        return token[:left] + word + token[len(token) - right :] if left or right else word

    def _learn(self, table: EmissionTable, token: str) -> None:
        # A channel leaves a token as it is where it leaves each of its characters.
        same = reduce(and_, map(self._unchanged, token))
        first = token[0]
        if "?" in token or "\ufffd" in token:
            self._learn_marked(table, token, same)
        elif first.isalpha() and len(token) <= MAX_TOKEN_CHARS:
            own, code = self._inventory.place.get(token), self._code(token)
            clean = FOREIGN_NATS if own is None else self._inventory.log[own]
            table.learn(
                token, same=same, code=code, is_word=True, clean=clean,
                own_code=code if code >= 0 else self._edge,
                own_score=self._stranger if own is None else 0.0,
            )  # fmt: skip
        elif first.isspace():
            code = self._edge if first == "\n" else self._skip
            table.learn(token, same=same, code=code, opens=True, is_known=False)
        else:
            opens = token in OPENING
            table.learn(token, same=same, code=self._code(token), opens=opens, is_known=False)

    def _learn_marked(self, table: EmissionTable, token: str, same: int) -> None:
        """Learn a token with marks, which nothing that begins with a letter is in the model."""
        is_mark = token[0] in MARKS
        is_foreign = token[0].isalpha()
        code = self._foreign + self._pattern(token) if is_foreign else self._code(token)
        if len(token) > MAX_TOKEN_CHARS:
            table.learn(token, same=same, code=code, is_mark=is_mark, is_known=False)
            return
        stem = token.strip(MARKS)
        lead = token.index(stem)
        if not stem:
            clean, damaged = 0.0 if len(token) == 1 else -6.0, "\ufffd" in token
        else:
            clean, damaged = self._as_it_stands(token, stem)
        own = (self._skip, 0.0) if damaged else self._kept(token, stem)
        table.learn(
            token, same=same, code=code, is_mark=is_mark, lead=lead,
            trail=len(token) - lead - len(stem) if stem else 0, is_word=bool(stem), clean=clean,
            damaged=damaged, own_code=own[0], own_score=own[1],
        )  # fmt: skip

    def _channels_that_leave(self, letter: str) -> int:
        """Return the channels that leave a character as it is, as bits."""
        kept = (CHANNELS[name](letter) == letter for name in self.channels)
        return sum(same << number for number, same in enumerate(kept))

    def _as_it_stands(self, token: str, stem: str) -> tuple[float, bool]:
        """Return the log-probability of a marked word in clean text, and whether it can't be."""
        place, logs = self._inventory.place, self._inventory.log
        if "\ufffd" in token:
            return UNEXPLAINED_NATS, True
        if "?" not in stem:
            if token[0] == "?":
                return UNEXPLAINED_NATS, stem[0].islower()
            own = place.get(stem)
            value = FOREIGN_NATS if own is None else logs[own]
            return value + PUNCTUATION_NATS, stem.lower() in _CLUSTERS
        known = GLUED_NATS
        for part in stem.split("?"):
            own = place.get(part)
            if part and (own is None or len(part) < 2 or not is_syllable(part)):
                return UNEXPLAINED_NATS, True
            known += logs[own] if own is not None else 0.0
        return max(known, UNEXPLAINED_NATS), False

    def _kept(self, token: str, stem: str) -> tuple[int, float]:
        """Return code and log-probability of a token that may be right as it stands."""
        if not stem:
            return self._edge, len(token) * ALONE_NATS
        score = 0.0 if stem == token else PUNCTUATION_NATS
        code = self._code(stem)
        if stem not in self._inventory.place:
            score += self._stranger  # one of the many words that the code stands for
        return (code if code >= 0 else self._edge), score


@cached(8)
def channel_model(names: tuple[str, ...]) -> ChannelModel:
    """Return the model of a set of channels; the indexes are built once, on the first call."""
    return ChannelModel(names)
