"""Which lines of a text say themselves that they come from a page: without one, nothing goes.

A poem, a list of names or an article without its frame has none, and is left alone whatever it
looks like; looking for traces costs a fraction of judging the lines.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.distinct_lines import Glance
from vnclean.boilerplate.line_patterns import FIELD, HEADING, TAGS, Signs
from vnclean.boilerplate.phrases import KINDS, Hits

__all__ = ["traces"]

_SHARE = 0.5
"""The share of a line that is phrases of furniture, at least."""
_MARKS = FIELD | HEADING | TAGS
_META = KINDS.index("meta")


def traces(seen: Glance, marks: Signs, whole: Hits) -> NDArray[np.bool_]:
    """Say for each line whether it speaks for a page: by a sign, or made up of known phrases.

    `marks` are the signs of the lines, `whole` the phrases in those that are read whole.

    >>> from vnclean.boilerplate.distinct_lines import glance
    >>> from vnclean.boilerplate.line_patterns import signs
    >>> seen = glance(["Trang chủ", "Mùa gặt đã về trên cánh đồng", "Gửi bình luận"])
    >>> traces(seen, signs(seen), seen.whole()).tolist()
    [True, False, True]
    """
    found: NDArray[np.bool_] = (marks.rule >= 0) | ((marks.mark & _MARKS) != 0)
    if len(whole.line):
        sizes = np.fromiter(map(len, seen.lows), dtype=np.int64, count=len(seen.lows))
        spoken = np.bincount(whole.line, whole.size * (whole.kind != _META), len(sizes))
        found |= (spoken >= _SHARE * np.maximum(sizes, 1))[seen.number]
    return found
