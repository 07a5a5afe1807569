"""What a document says of its words: those that stand whole in it are likelier in its gaps.

A cache model (Kuhn and De Mori 1990): a word is drawn from the language model or, with a small
probability, from the words of the document. Names profit most: what no text but this one has is
rare for the model, and certain once it was seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vnclean.caches import cached_table
from vnclean.language import ngram

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from vnclean.repair.lossy.channel_model import ChannelModel

__all__ = ["CACHE_SHARE", "CACHE_WORDS", "case_favours", "document_favours"]

CACHE_SHARE = 0.2
"""Share of the words that are drawn from the document."""

CACHE_WORDS = 50
"""Words of other documents that a document counts for as well: a short one says little."""


def document_favours(model: ChannelModel, text: str) -> npt.NDArray[np.float64] | None:
    """Return what is added to the log-probability of each word; None: nothing is.

    `text` is the whole document, damaged words among the others.
    """
    import numpy as np

    priors = _priors()
    seen, count = model.count(text, len(priors))
    is_word = seen >= len(ngram.CLASSES)
    seen, count = seen[is_word], count[is_word]
    if not len(seen):
        return None
    share = count / (count.sum() + CACHE_WORDS)
    favours = np.zeros(len(priors))
    favours[seen] = np.log(np.maximum(1 - CACHE_SHARE + CACHE_SHARE * share / priors[seen], 1.0))
    return favours


@cached_table
def _priors() -> npt.NDArray[np.float64]:
    """Return the probability of each word of the model, in any case."""
    import numpy as np

    model = ngram.load()
    codes = np.arange(4 * len(model.vocabulary))
    found: npt.NDArray[np.float64] = np.exp(model.prior(codes).astype(np.float64))
    total: npt.NDArray[np.float64] = found.reshape(-1, 4).sum(axis=1)
    return total


@cached_table
def case_favours() -> npt.NDArray[np.float64]:
    """Return what takes back what the model says of capitals behind capitals, by word.

    It learnt them from abbreviations: in a line of capitals they tell nothing of a word.
    """
    import numpy as np

    model = ngram.load()
    codes = 4 * np.arange(len(model.vocabulary)) + ngram.UPPER
    before = np.full(len(codes), 4 * ngram.FOREIGN + ngram.UPPER)
    favours: npt.NDArray[np.float64] = np.negative(model.case(before, codes), dtype=np.float64)
    favours[: len(ngram.CLASSES)] = 0.0  # what is no word has no case
    return favours
