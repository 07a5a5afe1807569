"""The features of a line, alone and among its neighbours: what the forests classify it by.

One array for all lines, a row for each number: what is asked of all lines lies side by side. The
core fills it in.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.line_features import LINE_FEATURES, LineFeatures, line_features
from vnclean.boilerplate.lines import Lines, split_lines
from vnclean.core.context_features import ContextFeatures
from vnclean.core.page_lines import title_shares

__all__ = ["NAMES", "LineFeatures", "Lines", "features", "split_lines"]

Floats = NDArray[np.float32]

_NEAR = ("length", "function", "ends_stop", "prose", "hit", "date", "repeats", "title_case",
         "nav_share", "related_first", "form_share", "footer_share", "comment_share", "gap_after",
         "short", "digits", "numbered", "bullet")  # fmt: skip
_STEPS = (-2, -1, 1, 2)
_WIDE = ("length", "ends_stop", "function", "prose", "hit", "repeats", "date", "title_case",
         "digits", "short", "gap_before", "bullet", "numbered", "alike", "ends_colon")  # fmt: skip
_WINDOWS = (3, 8, 20)
_HEADINGS = ("related", "comment", "footer", "form", "nav", "pager", "tag", "share")
_LOGS = (
    "from_start", "from_end", "hits_before", "hits_after", "to_prose_up", "to_prose_down",
    "run_short", "run_gapless",
)  # fmt: skip
"""Rows of counts, of which the logarithm is taken."""
_SHARES_OF = ("mass_before", "mass_after", "prose_before", "prose_after")
_SAME = (
    "lines", "head_hits", "tail_hits", "frame_lines", "document_hits", "document_prose",
    "document_short", "document_length", "heading_prose",
)  # fmt: skip
"""Rows that are the same for all lines of a document."""
_PRICES = {"body": 0.08, "core": 0.3}
"""What a line costs in the run of lines with the most prose."""
NAMES = (
    LINE_FEATURES
    + [f"{name}@{step:+d}" for step in _STEPS for name in _NEAR]
    + [f"{name}@{side}{width}" for side in ("before", "after") for name in _WIDE
       for width in _WINDOWS]
    + [*_LOGS, *_SHARES_OF, *_SAME]
    + [f"{name}_{what}" for what in ("inside", "off") for name in _PRICES]
    + ["relative", "like_title"]
    + [f"since_{kind}" for kind in _HEADINGS]
    + [f"prose_since_{kind}" for kind in _HEADINGS]
)  # fmt: skip
"""The names of the rows that `features` returns."""
_CONTEXT = ContextFeatures(
    LINE_FEATURES, _NEAR, _STEPS, _WIDE, _WINDOWS, list(_PRICES.values()), _HEADINGS
)


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
    title = np.empty(count, dtype=np.float32)
    title_shares(lines.text, title)
    before = np.asarray(lines.before, dtype=np.int64)
    _CONTEXT.fill(out, before, own_features.line_id, own_features.prefix_id, title)
    return out
