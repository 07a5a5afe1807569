"""What a pipeline did to a text: spans in the original, suggestions, offsets, a diff."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from vnclean.transform import Edit, Safety

__all__ = ["Change", "Result", "compose", "records", "to_edits", "undo"]

_SHOWN, _AROUND = 500, 200
"""How many changes a notebook shows, and how many characters around each."""
_GONE = "background: #fdd; color: #700; text-decoration: line-through"
_COME = "background: #dfd; color: #050; text-decoration: none"
_ORDER = (Safety.SAFE, Safety.LIKELY, Safety.SUGGEST)


class Change(NamedTuple):
    """A span of the original text and the span of a later text that stands in its place."""

    start: int
    end: int
    new_start: int
    new_end: int
    causes: tuple[Edit, ...]


def compose(changes: Sequence[Change], edits: Sequence[Edit]) -> list[Change]:
    """Return the changes from the original text to the text after `edits` have been applied.

    `changes` lead from the original to the text that `edits` look at. Overlapping ones melt into
    one change, so spans stay exact however many steps ran. Linear in the number of both.
    """
    out: list[Change] = []
    before = 0  # length gained by the changes passed so far (original -> looked at)
    after = 0  # length gained by the edits passed so far (looked at -> result)
    i = j = 0
    while i < len(changes) or j < len(edits):
        low = high = -1
        gained_before = gained_after = 0
        causes: list[Edit] = []
        while True:
            # The next item of either list, in the order of the text both refer to.
            take_change = i < len(changes) and (
                j >= len(edits)
                or (changes[i].new_start, changes[i].new_end) <= (edits[j].start, edits[j].end)
            )
            if take_change:
                start, end = changes[i].new_start, changes[i].new_end
            elif j < len(edits):
                start, end = edits[j].start, edits[j].end
            else:
                break
            if low < 0:
                low, high = start, end
            elif start < high or (start == end == high == low and not (take_change and causes)):
                high = max(high, end)
            else:
                break  # neighbours in the original stay apart, also where nothing is left of them
            if take_change:
                change = changes[i]
                gained_before += (end - start) - (change.end - change.start)
                causes.extend(change.causes)
                i += 1
            else:
                gained_after += len(edits[j].replacement) - (end - start)
                causes.append(edits[j])
                j += 1
        out.append(
            Change(
                low - before,
                high - before - gained_before,
                low + after,
                high + after + gained_after,
                tuple(causes),
            )
        )
        before += gained_before
        after += gained_after
    return out


def to_edits(original: str, text: str, changes: Iterable[Change]) -> list[Edit]:
    """Return changes as edits on the original text; those that cancelled out are left out."""
    edits = []
    for change in changes:
        replacement = text[change.new_start : change.new_end]
        if original[change.start : change.end] == replacement:
            continue
        causes = change.causes
        rules = dict.fromkeys(rule for cause in causes for rule in cause.rule.split("+"))
        edits.append(
            Edit(
                change.start,
                change.end,
                replacement,
                "+".join(rules),
                min(cause.confidence for cause in causes),
                max((cause.safety for cause in causes), key=_ORDER.index),
                causes[0].alternatives if len(causes) == 1 else (),
            )
        )
    return edits


@dataclass(frozen=True)
class Result:
    """A cleaned text with the account of every change; offsets are characters.

    `edits` and `suggestions` have spans in the original text; applying the edits to it gives
    `text` back.
    """

    original: str
    text: str
    edits: tuple[Edit, ...] = ()
    suggestions: tuple[Edit, ...] = field(default=())

    @property
    def changed(self) -> bool:
        """Whether the text differs from the original."""
        return self.text != self.original

    @cached_property
    def _anchors(self) -> tuple[list[int], list[int]]:
        """Return where each edit begins in the cleaned text, and where it ends there."""
        begins, ends, gained = [], [], 0
        for edit in self.edits:
            begins.append(edit.start + gained)
            gained += len(edit.replacement) - (edit.end - edit.start)
            ends.append(edit.end + gained)
        return begins, ends

    def to_original(self, offset: int) -> int:
        """Return the offset in the original that an offset in the cleaned text came from.

        Monotone; inside a replacement it points into the replaced span. Raises IndexError where
        the offset leaves the cleaned text.

        >>> from vnclean.transform import Edit
        >>> result = Result("a  qủa", "a quả", (Edit(1, 3, " ", "r"), Edit(3, 6, "quả", "r")))
        >>> [result.to_original(offset) for offset in range(6)]
        [0, 1, 3, 4, 5, 6]
        """
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"{offset} lies outside the cleaned text (0 to {len(self.text)})")
        begins, ends = self._anchors
        k = bisect_right(begins, offset) - 1
        if k < 0:
            return offset
        edit = self.edits[k]
        if offset >= ends[k]:
            return edit.end + (offset - ends[k])
        return min(edit.start + (offset - begins[k]), edit.end)

    def to_cleaned(self, offset: int) -> int:
        """Return the offset in the cleaned text that an offset in the original went to.

        Monotone; inside a replaced span it points into the replacement. Raises IndexError where the
        offset leaves the original.

        >>> from vnclean.transform import Edit
        >>> result = Result("a  qủa", "a quả", (Edit(1, 3, " ", "r"), Edit(3, 6, "quả", "r")))
        >>> [result.to_cleaned(offset) for offset in range(7)]
        [0, 1, 2, 2, 3, 4, 5]
        """
        if not 0 <= offset <= len(self.original):
            raise IndexError(f"{offset} lies outside the original (0 to {len(self.original)})")
        k = bisect_right(self.edits, offset, key=lambda edit: edit.start) - 1
        if k < 0:
            return offset
        edit, (begins, ends) = self.edits[k], self._anchors
        if offset >= edit.end:
            return ends[k] + (offset - edit.end)
        return min(begins[k] + (offset - edit.start), ends[k])

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original behind a span of the cleaned text.

        One that cuts through a replacement takes in all that it replaced.

        >>> from vnclean.transform import Edit
        >>> Result("hiệu qủa tốt", "hiệu quả tốt", (Edit(5, 8, "quả", "r"),)).original_span(6, 9)
        (5, 9)
        """
        begins, ends = self._anchors
        low, high = self.to_original(start), self.to_original(end)
        for k in (bisect_right(begins, start) - 1, bisect_right(begins, end) - 1):
            if k >= 0 and begins[k] < start < ends[k]:
                low = min(low, self.edits[k].start)
            if k >= 0 and begins[k] < end < ends[k]:
                high = max(high, self.edits[k].end)
        return low, max(low, high)

    def cleaned_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the cleaned text that a span of the original became.

        One that cuts through a replaced span takes in all of its replacement.

        >>> from vnclean.transform import Edit
        >>> Result("có hiệu  qủa", "có hiệu qủa", (Edit(7, 9, " ", "r"),)).cleaned_span(3, 8)
        (3, 8)
        """
        begins, ends = self._anchors
        low, high = self.to_cleaned(start), self.to_cleaned(end)
        for offset in (start, end):
            k = bisect_right(self.edits, offset, key=lambda edit: edit.start) - 1
            if k >= 0 and self.edits[k].start < offset < self.edits[k].end:
                low, high = (min(low, begins[k]), high) if offset == start else (low, ends[k])
        return low, max(low, high)

    def _repr_html_(self) -> str:
        """Return the changes for a notebook: what went, what came, rule and confidence of each."""
        from html import escape

        pieces: list[str] = []
        at = 0
        for edit in self.edits[:_SHOWN]:
            kept = self.original[at : edit.start]
            if len(kept) > 3 * _AROUND:  # of a long text, what stands around the changes
                head = kept[:_AROUND] if at else ""
                kept = f"{head} \u2026 {kept[-_AROUND:]}"
            why = escape(f"{edit.rule}, {edit.confidence:.3f}", quote=True)
            old, new = (escape(t) for t in (self.original[edit.start : edit.end], edit.replacement))
            gone = f'<del style="{_GONE}">{old}</del>' if old else ""
            come = f'<ins style="{_COME}">{new}</ins>' if new else ""
            pieces.append(f'{escape(kept)}<span title="{why}">{gone}{come}</span>')
            at = edit.end
        rest = self.original[at:]
        more = len(self.edits) - _SHOWN
        pieces.append(escape(rest if len(rest) <= 3 * _AROUND else f"{rest[:_AROUND]} \u2026"))
        count = f"{len(self.edits):,} changes" if len(self.edits) != 1 else "1 change"
        told = count + (f", the first {_SHOWN} shown" if more > 0 else "")
        body = "".join(pieces)
        return f'<div style="white-space: pre-wrap">{body}</div><small>{told}</small>'

    def records(self) -> list[dict[str, Any]]:
        """Return the edits as plain values for JSON; `vnclean.undo` takes them back."""
        return records(self)

    def diff(self, name: str = "text", context: int = 1) -> str:
        """Return a unified diff of the lines, "" where nothing changed.

        >>> print(Result("hiệu qủa", "hiệu quả").diff(), end="")
        --- text
        +++ text (cleaned)
        @@ -1 +1 @@
        -hiệu qủa
        +hiệu quả
        """
        lines = difflib.unified_diff(
            self.original.split("\n"),
            self.text.split("\n"),
            name,
            f"{name} (cleaned)",
            lineterm="",
            n=context,
        )
        return "".join(f"{line}\n" for line in lines)


def records(result: Result, steps: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the edits as plain values, each with what stood there before: enough to undo them.

    `start` and `end` are characters of the original. `steps` maps rules to transforms; where it is
    given, each edit names the steps that had a part in it.

    >>> records(Result("a  b", "a b", (Edit(1, 3, " ", "spacing.run"),)))
    [{'start': 1, 'end': 3, 'before': '  ', 'after': ' ', 'rule': 'spacing.run', 'confidence': 1.0}]
    """
    found = []
    for edit in result.edits:
        values: dict[str, Any] = {
            "start": edit.start,
            "end": edit.end,
            "before": result.original[edit.start : edit.end],
            "after": edit.replacement,
            "rule": edit.rule,
            "confidence": round(edit.confidence, 4),
        }
        if steps is not None:
            rules = edit.rule.split("+")
            values["step"] = "+".join(dict.fromkeys(steps.get(rule, "") for rule in rules))
        found.append(values)
    return found


def undo(text: str, edits: Iterable[Mapping[str, Any]]) -> str:
    """Return the original of a cleaned text, from its edits as `Result.records` gives them.

    A line of a sidecar (`vnclean clean --edits`) has them under `edits`.

    Raises ValueError where the text is not the one that the edits led to.

    >>> result = Result("a  b", "a b", (Edit(1, 3, " ", "spacing.run"),))
    >>> undo("a b", result.records())
    'a  b'
    """
    pieces: list[str] = []
    at = gained = 0
    for edit in edits:
        start, after, before = edit["start"] + gained, edit["after"], edit["before"]
        if start < at or not text.startswith(after, start) or start > len(text):
            raise ValueError(
                f"this is not the text that the edits led to: {text[start : start + 20]!r} stands "
                f"where they put {after[:20]!r} (character {start})"
            )
        pieces += text[at:start], before
        at = start + len(after)
        gained += len(after) - len(before)
    if not pieces:
        return text
    pieces.append(text[at:])
    return "".join(pieces)
