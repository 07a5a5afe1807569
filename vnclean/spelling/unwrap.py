"""Hard-wrapped lines joined into paragraphs again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from vnclean.caches import late_pattern
from vnclean.language.lexicon import syllables_in_use
from vnclean.scan import Scan
from vnclean.spelling.tokens import canonical
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Unwrap"]

_MARKER = late_pattern(r"(?:[-*•+–]|\d+[.)]|[a-zđ][.)]|[IVX]+[.)]|#+|>|\|)\s")
_ENDS = frozenset('.!?:;…"”»)')
_NARROW, _WIDE = 40, 120


@register
@dataclass(frozen=True)
class Unwrap(Transform):
    """Join hard-wrapped lines into paragraphs, and words that a hyphen cut at a line's end.

    Only blocks of three lines and more that are all but the last about as wide as the widest
    (40 to 120 characters) count as wrapped; lists, headings and indented lines stay. Danger:
    verse of long even lines looks the same, so no preset has this step.

    >>> print(Unwrap()("Buổi sáng hôm ấy, cả làng kéo nhau ra bờ\\nsông xem hội đua thuyền, người"
    ...     " đứng chật\\nhai bên bờ, trống giục liên hồi."))
    Buổi sáng hôm ấy, cả làng kéo nhau ra bờ sông xem hội đua thuyền, người đứng chật hai bên bờ, trống giục liên hồi.
    """  # noqa: E501

    name: ClassVar[str] = "unwrap"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "unwrap.line": "a line end inside a paragraph became a space",
        "unwrap.hyphen": "a word that was cut at a line's end was joined",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a line end between two letters."""
        return "\n" in scan and not scan.is_ascii

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Yield an edit for each line end that only wraps."""
        text = scan.text
        if text.isascii():
            return
        block: list[tuple[int, str]] = []
        at = 0
        for line in [*text.split("\n"), ""]:
            if line.strip(" \t\r") and not line[0].isspace() and not _MARKER.match(line):
                block.append((at, line))
            else:
                yield from _joins(block)
                block = []
            at += len(line) + 1


def _joins(block: list[tuple[int, str]]) -> Iterator[Edit]:
    if len(block) < 3:
        return
    sizes = [len(line) for _, line in block]
    widest = max(sizes)
    full = sum(size >= 0.75 * widest for size in sizes)
    if not _NARROW <= widest <= _WIDE or full < 0.6 * len(block):
        return
    for (start, line), (resume, after) in pairwise(block):
        line = line.removesuffix("\r")
        end = start + len(line)
        if line.endswith("-") and line[-2:-1].isalpha() and after[:1].islower():
            head = re.search(r"[^\W\d_]+(?=-$)", line)
            tail = re.match(r"[^\W\d_]+", after)
            if head and tail and canonical(head[0] + tail[0]) in syllables_in_use():
                yield Edit(end - 1, resume, "", "unwrap.hyphen", 0.95, Safety.LIKELY)
            continue
        # What would have had room on the line before was meant to begin a new one.
        word = after.split(" ", 1)[0]
        if len(line) + 1 + len(word) <= 0.9 * widest and not after[:1].islower():
            continue
        if line[-1] in _ENDS and len(line) < 0.75 * widest:
            continue
        if len(line) >= 0.6 * widest:
            yield Edit(end, resume, " ", "unwrap.line", 0.95, Safety.LIKELY)
