"""The features of a line, alone and among the lines of its page: what the network judges it by.

One array for all lines, a row for each number. What stands above and below a line is not among
them: the network reads the lines one after the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.line_features import LINE_FEATURES, LineFeatures, line_features
from vnclean.boilerplate.lines import Lines, split_lines
from vnclean.boilerplate.phrases import function_words
from vnclean.caches import cached_table
from vnclean.core.page_features import NAMES as PAGE_ROWS
from vnclean.core.page_features import PageFeatures
from vnclean.core.page_lines import title_shares

__all__ = ["NAMES", "LineFeatures", "Lines", "features", "split_lines"]

Floats = NDArray[np.float32]

NAMES = [*LINE_FEATURES, *PAGE_ROWS, "like_title"]
"""The names of the rows that `features` returns."""


def features(lines: Lines, own_features: LineFeatures | None = None) -> Floats:
    """Return an array with a column for each line and the rows `NAMES`; takes linear time.

    `own_features` are those of the lines, where they are known.
    """
    count = len(lines.text)
    out = np.zeros((len(NAMES), count), dtype=np.float32)
    if not count:
        return out
    own_features = own_features or line_features(lines.text)
    out[: len(LINE_FEATURES)] = own_features.values
    before = np.asarray(lines.before, dtype=np.int64)
    _page_features().fill(out[:-1], lines.text, before, *own_features[1:])
    title_shares(lines.text, out[-1])
    return out


@cached_table
def _page_features() -> PageFeatures:
    return PageFeatures(LINE_FEATURES, sorted(function_words()))
