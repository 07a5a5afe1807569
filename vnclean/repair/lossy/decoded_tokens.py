"""Damaged tokens decoded in context: what comes out of the channel model and the decoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vnclean.language import ngram
from vnclean.repair import decoder
from vnclean.repair.calibration import calibrated_words
from vnclean.repair.word_decoder import MAX_ALTERNATIVES, RANKED_BELOW, word_edit

if TYPE_CHECKING:
    import numpy.typing as npt

    from vnclean.core.emissions import EmissionTable
    from vnclean.repair.lossy.channel_model import ChannelMixture, ChannelModel
    from vnclean.transform import Edit

__all__ = ["DecodedTokens"]


class DecodedTokens:
    """Slots of a text, decoded together, and the repairs among them: another word was there.

    `kind` (int64[tokens]) are the numbers of a text's tokens in `table`; `chosen` those to decode
    (-1: a sentence's edge), and `mixture` (int64) which of `mixtures` each one is decoded with (-1:
    it stays). `marks_end`: a mark that is no letter ends a sentence.

    By slot: `token` (int64, its place in the text), `posterior` (float64). `repaired` (int64): the
    slots that are repairs.
    """

    def __init__(
        self,
        model: ChannelModel,
        table: EmissionTable,
        kind: npt.NDArray[np.int64],
        chosen: npt.NDArray[np.int64],
        mixture: npt.NDArray[np.int64],
        mixtures: Sequence[ChannelMixture],
        marks_end: bool,
    ) -> None:
        self._model, self._table, self._kind = model, table, kind
        candidates = decoder.Candidates()
        edge = ngram.BOUNDARY * 4
        self._slots = table.rows(kind, chosen, mixture, mixtures, candidates, edge, marks_end)
        self._decoded = decoder.decode(self._slots.rows, candidates, ngram.load())
        self.token = self._slots.slots
        self.posterior = self._decoded.confidence[self._slots.places].astype(np.float64)
        self._origins = self._slots.origins(self._decoded.best)
        self.repaired = np.flatnonzero(self._origins >= 0)
        doubtful = self.repaired[self.posterior[self.repaired] < RANKED_BELOW]
        self._rankings = {slot: self._rank(slot) for slot in doubtful.tolist()}

    def confidence(
        self, channels: Sequence[str], line: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """Return the calibrated confidence in each repair; a line has one of `channels`.

        `line` (int64[tokens]) is of each token of the text. A line is as hard as the mean posterior
        of its repairs says.
        """
        of_repair, posterior = line[self.token[self.repaired]], self.posterior[self.repaired]
        count = np.bincount(of_repair, minlength=len(channels))
        mean = np.bincount(of_repair, posterior, len(channels)) / np.maximum(count, 1)
        return calibrated_words(channels, of_repair, posterior, mean.tolist())

    def are_unseen(self) -> npt.NDArray[np.bool_]:
        """Say for each repair whether the word is a syllable that no text has."""
        codes = self._decoded.codes[self._slots.places[self.repaired]]
        unseen: npt.NDArray[np.bool_] = codes >> 2 == ngram.UNKNOWN
        return unseen

    def own_posteriors(self) -> npt.NDArray[np.float64]:
        """Return the posterior of the token as it stands, for each repair, where it has a say."""
        rankings = self._rankings.items()
        own = dict.fromkeys(self.repaired.tolist(), 0.0)
        own |= {
            slot: shares[entries.index(-1)] for slot, (entries, shares) in rankings if -1 in entries
        }
        return np.array(list(own.values()))

    def _rank(self, slot: int) -> tuple[list[int], list[float]]:
        """Return entries and posteriors of all candidates of a slot, the best first."""
        place = self._slots.places[slot]
        numbers, shares = zip(*self._decoded.ranked(place), strict=True)
        return self._slots.origins_of(place, numbers), list(shares)

    def _words(self, tokens: Sequence[str], entries: Sequence[int]) -> list[str]:
        """Return what tokens are as these entries of the table; -1: as they stand."""
        surface = self._model.surface
        return [
            token if number < 0 else surface(token, number, left, right)
            for token, (number, left, right) in zip(
                tokens, self._table.entries(entries), strict=False
            )
        ]

    def edits(
        self,
        start: npt.NDArray[np.int64],
        rules: Sequence[str],
        confidence: npt.NDArray[np.float64],
        applied: npt.NDArray[np.bool_],
    ) -> Iterator[Edit]:
        """Yield the edit of each repair; `start` (int64[tokens]) is where the tokens begin."""
        repaired = self.repaired
        token = self.token[repaired]
        shown = [self._table.tokens[number] for number in self._kind[token].tolist()]
        for slot, begin, text, word, rule, sure, is_applied in zip(
            repaired.tolist(), start[token].tolist(), shown,
            self._words(shown, self._origins[repaired].tolist()), rules,
            confidence.tolist(), applied.tolist(), strict=True,
        ):  # fmt: skip
            entries, shares = self._rankings.get(slot, ((), ()))
            others = self._words([text] * MAX_ALTERNATIVES, entries[1 : MAX_ALTERNATIVES + 1])
            ranked = tuple(zip(others, shares[1:], strict=False))
            yield word_edit(begin, begin + len(text), word, rule, sure, is_applied, ranked)
