from collections.abc import Iterable, Sequence

from vnclean.core.ngram import NgramModel

def log_likelihoods(
    model: NgramModel,
    before: Sequence[int],
    middles: Iterable[Sequence[int]],
    after: Sequence[int],
) -> list[float]: ...
def rank(
    model: NgramModel,
    window: Sequence[int],
    codes: Sequence[int],
    rates: Sequence[float],
    least: float,
) -> list[tuple[float, int]]: ...
