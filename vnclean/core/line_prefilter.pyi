from collections.abc import Iterable, Sequence

from vnclean.core.trie import Trie

SPOKEN: int
"""What is asked of a line of which phrases are so great a share that they need not be asked."""

class LinePrefilter:
    """Rows of patterns: for each its number, beginnings, a part, characters of a line at most."""

    def __init__(
        self,
        rows: Sequence[tuple[int, Sequence[str], str, int]],
        tails: Sequence[str],
        phrases: Trie,
        counts: Iterable[bool],
        *,
        entries: int,
        tail: int,
        closing: str,
        stops: str,
        bars: str,
        odd: str,
        sizes: tuple[int, int, int, int, int, int],
        share: float,
    ) -> None: ...
    def find(self, text: str) -> tuple[list[int], int]: ...
