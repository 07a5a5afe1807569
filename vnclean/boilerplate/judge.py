"""Which lines of a text are furniture, under which rule, and the edits that remove them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.chain import smooth
from vnclean.boilerplate.features import (
    NAMES,
    OWN_COUNT,
    Lines,
    features,
    split_lines,
)
from vnclean.boilerplate.lines import Verdicts, removals
from vnclean.boilerplate.metadata import kinds
from vnclean.boilerplate.model import Forest, forest
from vnclean.boilerplate.rules import certain, spared, title_and_facts
from vnclean.transform import Edit, Safety, apply_edits

__all__ = ["Forests", "find"]

_PART = 4096
"""Lines looked at together; longer texts are no page, and are read part by part."""
_ROUNDS = 10
_REMEMBERED = 100_000
"""Lines whose features are remembered from round to round, so that memory stays bounded."""
_SUGGEST = 0.5
_BODY = 200
"""Characters of sentences that are body enough, were they less than what is taken away."""
_NAMED, _SURE_OF_NAMES = 0.9, 0.95
"""How sure we are of metadata that is written as such, unless the block says otherwise."""
_CERTAIN = 0.98
"""Confidence of a line that a rule of `rules.certain` names."""

_RULE_OF_KIND = {
    "nav": "menu", "related": "article_list", "pager": "pager", "share": "share_bar",
    "comment": "comments", "form": "form", "shop": "shop", "footer": "footer",
    "counter": "counter", "tag": "tags", "slogan": "banner", "meta": "banner",
}  # fmt: skip
_SHARES = [(NAMES.index(f"{kind}_share"), rule) for kind, rule in _RULE_OF_KIND.items()]
_FIRSTS = [(NAMES.index(f"{kind}_first"), rule) for kind, rule in _RULE_OF_KIND.items()]
_REPEATS = NAMES.index("repeats")
_PROSE, _LENGTH = NAMES.index("prose"), NAMES.index("length")


class Forests(NamedTuple):
    """The judges of a line among its neighbours: is it furniture, is it metadata."""

    furniture: Forest
    metadata: Forest

    @staticmethod
    def shipped() -> Forests:
        """Return those that come with the package."""
        return Forests(forest("furniture"), forest("metadata"))


def find(text: str, forests: Forests, threshold: float, drop_metadata: bool) -> Iterator[Edit]:
    """Yield the edits and suggestions for a text, judging until nothing more would go."""
    lines = split_lines(text)
    gone: Verdicts = {}
    maybe: Verdicts = {}
    alive = list(range(len(lines.text)))
    current, view = text, lines
    rows: NDArray[np.float32] | None = None
    for _ in range(_ROUNDS):
        found, rows = _judge(view, forests, drop_metadata, rows)
        drop = {number: v for number, v in found.items() if v[0] >= threshold}
        maybe = {alive[number]: v for number, v in found.items() if number not in drop}
        if not drop:
            break
        gone.update((alive[number], verdict) for number, verdict in drop.items())
        current = apply_edits(current, removals(view, drop, len(current)))
        alive = [line for number, line in enumerate(alive) if number not in drop]
        view = split_lines(current)
        rows = np.delete(rows, list(drop), axis=0) if len(rows) < _REMEMBERED else None
    else:
        # A text that keeps crumbling is no page with furniture around it: leave it alone.
        return
    edits = list(removals(lines, gone, len(text)))
    edits += [
        Edit(lines.start[number], lines.end[number], "", rule, confidence, Safety.SUGGEST)
        for number, (confidence, rule) in maybe.items()
    ]
    yield from sorted(edits)


def _judge(
    lines: Lines, forests: Forests, drop_metadata: bool, known_rows: NDArray[np.float32] | None
) -> tuple[Verdicts, NDArray[np.float32]]:
    """Judge each line that is more likely furniture than not; return the features, too."""
    verdicts: Verdicts = {}
    kept: list[NDArray[np.float32]] = []
    for low in range(0, len(lines.text), _PART):
        part = lines.part(low, low + _PART)
        rows = features(part, None if known_rows is None else known_rows[low : low + _PART])
        kept.append(rows[:, :OWN_COUNT])
        sure = smooth(forests.furniture(rows), np.array([len(line) for line in part.text]))
        sure[spared(part, rows)] = 0
        known = certain(part)
        _keep_a_body(sure, rows)
        asked = np.ones(len(rows), dtype=bool) if drop_metadata else sure >= _SUGGEST
        metadata = np.zeros(len(rows), dtype=np.float32)
        metadata[asked] = forests.metadata(rows[asked])
        named = [number for number in kinds(part.text) if sure[number] < _SURE_OF_NAMES]
        metadata[named] = np.maximum(metadata[named], _NAMED)
        sure[metadata > sure] = 0
        sure[list(known)] = np.maximum(sure[list(known)], _CERTAIN)
        if not low:
            sure[title_and_facts(part, rows, sure)] = 0
        rule = ""
        for number in np.flatnonzero(np.maximum(sure, metadata) >= _SUGGEST).tolist():
            confidence = round(float(sure[number]), 4)
            if confidence >= _SUGGEST:
                joined = low + number - 1 in verdicts
                above = rule if joined else ""
                rule = (
                    f"boilerplate.{known[number]}"
                    if number in known
                    else _rule(rows[number], above)
                )
                verdicts[low + number] = confidence, rule
            elif drop_metadata:
                confidence = round(float(metadata[number]), 4)
                verdicts[low + number] = confidence, "boilerplate.metadata"
    return verdicts, np.concatenate(kept or [np.zeros((0, OWN_COUNT), dtype=np.float32)])


def _keep_a_body(sure: NDArray[np.float32], rows: NDArray[np.float32]) -> None:
    """Spare the sentences of a page that would lose most of them: they are what it is about.

    A page of furniture only then keeps its teasers, which is the lesser fault.
    """
    prose = rows[:, _PROSE] * np.expm1(rows[:, _LENGTH])
    sentence = rows[:, _PROSE] > 0.5
    left, total = prose[sentence & (sure < _SUGGEST)].sum(), prose[sentence].sum()
    if left < 0.25 * total or left < min(0.4 * total, _BODY):
        sure[sentence] = 0


def _rule(row: NDArray[np.float32], above: str) -> str:
    """Name the rule of a line by its own words, or else by the line above it in the block."""
    share, rule = max((float(row[column]), rule) for column, rule in _SHARES)
    if share >= 0.3:
        return f"boilerplate.{rule}"
    if any(row[column] for column, _ in _FIRSTS):
        return next(f"boilerplate.{rule}" for column, rule in _FIRSTS if row[column])
    if above:
        return above
    return "boilerplate.repeated" if row[_REPEATS] else "boilerplate.block"
