"""Quality signals: what rules such as those of Gopher, C4 and CCNet need, made for Vietnamese."""

from __future__ import annotations

from vnclean.signals.criteria import Criteria
from vnclean.signals.measures import SIGNALS, Quality, quality

__all__ = ["SIGNALS", "Criteria", "Quality", "quality"]
