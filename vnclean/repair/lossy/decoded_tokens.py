"""Damaged tokens decoded in context: what comes out of the channel model and the decoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from vnclean.core.repairs import beside_capitals
from vnclean.language import ngram
from vnclean.repair import decoder
from vnclean.repair.calibration import calibrated_words
from vnclean.repair.lossy.document_words import case_favours
from vnclean.repair.lossy.names import in_names
from vnclean.repair.word_decoder import MAX_ALTERNATIVES, RANKED_BELOW, word_edit

if TYPE_CHECKING:
    import numpy.typing as npt

    from vnclean.repair.lossy.channel_model import ChannelModel, Mixture, Reading
    from vnclean.transform import Edit

__all__ = ["DecodedTokens"]


class DecodedTokens:
    """Slots of a text, decoded together, and the repairs among them: another word was there.

    `chosen` (int64) are the tokens of the reading to decode (-1: a sentence's edge), and `mixture`
    (int64) which of `mixtures` each one is decoded with (-1: it stays). `marks_end`: a mark that is
    no letter ends a sentence. `favours` (float64, by word) is added to the log-probability of what
    may have stood there, `capitals` (bool) says which of `chosen` are in a line of capitals,
    `places_in_names` (uint8, see `names.py`) which are in a name; `careful` is the decoder's.

    By slot: `token` (int64, its place in the text), `posterior` (float64). `repaired` (int64): the
    slots that are repairs.
    """

    def __init__(
        self,
        model: ChannelModel,
        reading: Reading,
        chosen: npt.NDArray[np.int64],
        mixture: npt.NDArray[np.int64],
        mixtures: Sequence[Mixture],
        marks_end: bool,
        favours: npt.NDArray[np.float64] | None = None,
        capitals: npt.NDArray[np.bool_] | None = None,
        careful: bool = False,
        places_in_names: npt.NDArray[np.uint8] | None = None,
    ) -> None:
        self._model, self._reading = model, reading
        candidates = decoder.Candidates()
        uncased = None if capitals is None else case_favours()
        self._slots = reading.table.rows(
            reading.kind, chosen, mixture, mixtures, candidates, decoder.EDGE, marks_end,
            favours=favours, capitals=capitals, uncased=uncased, places_in_names=places_in_names,
            in_names=None if places_in_names is None else in_names(),
        )  # fmt: skip
        self._decoded = decoder.decode(self._slots.rows, candidates, ngram.load(), careful)
        self.token = self._slots.slots
        self.posterior = self._decoded.confidence[self._slots.places].astype(np.float64)
        self._origins = self._slots.origins(self._decoded.best)
        self.repaired = np.flatnonzero(self._origins >= 0)

    def confidence(
        self,
        names: tuple[str, ...],
        channel: npt.NDArray[np.int64],
        line: npt.NDArray[np.int64],
    ) -> npt.NDArray[np.float64]:
        """Return the calibrated confidence in each repair; `channel` is the one of each line.

        `line` (int64[tokens]) is of each token of the text. A line is as hard as the mean posterior
        of its repairs says.
        """
        of_repair, posterior = line[self.token[self.repaired]], self.posterior[self.repaired]
        return calibrated_words(names, channel, of_repair, posterior)

    def are_unseen(self) -> npt.NDArray[np.bool_]:
        """Say for each repair whether the word is a syllable that no text has."""
        codes = self._decoded.codes[self._slots.places[self.repaired]]
        unseen: npt.NDArray[np.bool_] = codes >> 2 == ngram.UNKNOWN
        return unseen

    def are_between_foreign(self) -> npt.NDArray[np.bool_]:
        """Say for each repair whether both words beside it are foreign."""
        places = self._slots.places[self.repaired] + 1
        foreign = np.zeros(len(self._decoded.codes) + 2, bool)
        foreign[1:-1] = self._decoded.codes >> 2 == ngram.FOREIGN
        between: npt.NDArray[np.bool_] = foreign[places - 1] & foreign[places + 1]
        return between

    def are_in_names(self) -> npt.NDArray[np.bool_]:
        """Say for each repair whether the word has a capital, as a word beside it has."""
        return beside_capitals(self._decoded.codes, self._slots.places[self.repaired])

    def are_damaged(self) -> npt.NDArray[np.bool_]:
        """Say for each slot whether nothing but damage explains its token."""
        return self._slots.damaged

    def shown(self, repair: int) -> str:
        """Return the token of a repair as it stands."""
        number: int = self._reading.kind[self.token[self.repaired[repair]]]
        return self._reading.table.tokens[number]

    def start(self, repair: int) -> int:
        """Return where the token of a repair begins, in characters of the text."""
        start: int = self._reading.start[self.token[self.repaired[repair]]]
        return start

    def own_posteriors(self) -> npt.NDArray[np.float64]:
        """Return the posterior of the token as it stands, for each repair, where it has a say."""
        return self._slots.own_posteriors(self._decoded, self.repaired, RANKED_BELOW)

    def replaced(self, text: str, applied: npt.NDArray[np.bool_]) -> str:
        """Return the text that was read with those repairs that are applied."""
        repaired = self.repaired[applied]
        token = self.token[repaired]
        start, kind = self._reading.start[token], self._reading.kind[token]
        surfaces = self._model.surfaces
        return self._reading.table.replaced(text, start, kind, self._origins[repaired], surfaces)

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
                tokens, self._reading.table.entries(entries), strict=False
            )
        ]

    def edits(
        self,
        rules: Sequence[str],
        confidence: npt.NDArray[np.float64],
        applied: npt.NDArray[np.bool_],
    ) -> Iterator[Edit]:
        """Yield the edit of each repair."""
        repaired = self.repaired
        token = self.token[repaired]
        numbers = self._reading.kind[token].tolist()
        shown = [self._reading.table.tokens[number] for number in numbers]
        doubtful = (self.posterior[repaired] < RANKED_BELOW).tolist()
        for slot, is_doubtful, begin, text, word, rule, sure, is_applied in zip(
            repaired.tolist(), doubtful, self._reading.start[token].tolist(), shown,
            self._words(shown, self._origins[repaired].tolist()), rules,
            confidence.tolist(), applied.tolist(), strict=True,
        ):  # fmt: skip
            entries, shares = self._rank(slot) if is_doubtful else ([], [])
            others = self._words([text] * MAX_ALTERNATIVES, entries[1 : MAX_ALTERNATIVES + 1])
            ranked = tuple(zip(others, shares[1:], strict=False))
            yield word_edit(begin, begin + len(text), word, rule, sure, is_applied, ranked)
