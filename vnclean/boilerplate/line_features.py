"""The features of a line by itself, whatever stands around it; the core reads them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.phrases import KINDS, function_words, spoken_phrases
from vnclean.caches import cached_table
from vnclean.core.line_features import NAMES, LineReader

__all__ = ["HEAD", "LINE_FEATURES", "TAIL", "LineFeatures", "line_features"]

HEAD, TAIL = 110, 30
"""Characters read at the beginning and at the end of a line; what lies between is only counted."""
_PHRASES = [kind for kind in KINDS if kind != "function"]
"""The kinds of phrases that a line is looked through for."""
LINE_FEATURES = [
    *NAMES,
    *(f"{kind}_share" for kind in _PHRASES),
    *(f"{kind}_first" for kind in _PHRASES),
]
"""The names of the rows of `LineFeatures.values`; `repeats`, `alike`, `gap_before` and `gap_after`
tell a line's place among the others, and are filled in by `features`."""
_NO_HITS = ("meta", "slogan")
"""The kinds of phrases that are said elsewhere as well."""


class LineFeatures(NamedTuple):
    """The features of lines by themselves."""

    values: NDArray[np.float32]
    """A column a line, rows as in `LINE_FEATURES`."""
    line_id: NDArray[np.int64]
    """The same number for the same line."""
    prefix_id: NDArray[np.int64]
    """The same number for lines that begin alike, as entries of a list of articles or goods do."""

    def select(self, lines: Any) -> LineFeatures:
        """Return the features of some of the lines."""
        return LineFeatures(self.values[:, lines], self.line_id[lines], self.prefix_id[lines])


def line_features(lines: list[str]) -> LineFeatures:
    """Return the features of each line by itself; a line that is repeated is read once.

    >>> line_features(["Mục lục", "Chương 1", "Mục lục"]).line_id.tolist()
    [0, 1, 0]
    """
    count = len(lines)
    found = LineFeatures(
        np.zeros((len(LINE_FEATURES), count), dtype=np.float32),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
    )
    _reader().fill(*found, lines)
    return found


@cached_table
def _reader() -> LineReader:
    trie, _, kinds = spoken_phrases()
    rows = [_PHRASES.index(KINDS[kind]) for kind in kinds.tolist()]
    hits = [kind not in _NO_HITS for kind in _PHRASES]
    return LineReader(trie, rows, hits, function_words(), HEAD, TAIL)
