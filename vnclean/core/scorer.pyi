from collections.abc import Iterable, Sequence

from vnclean.core.ngram import NgramModel

class Candidates:
    """What may be meant by a word, the first is the word itself."""

    def __init__(self, model: NgramModel, codes: Sequence[int], rates: Sequence[float]) -> None: ...
    def near(self, window: Sequence[int]) -> list[float]: ...
    def rank(self, window: Sequence[int], least: float) -> list[tuple[float, int]]: ...

def log_likelihoods(
    model: NgramModel,
    before: Sequence[int],
    middles: Iterable[Sequence[int]],
    after: Sequence[int],
) -> list[float]: ...
