"""Which lines of a text are furniture, under which rule, and the edits that remove them.

What a line matches by itself comes first, for it is cheap. A text of which no line says that it
comes from a page (a poem, a list of names, an article without its frame) is left alone whatever its
form; of the others recurrent networks that read the page in both directions give each line a
probability, and overrides have the last word. Repeated on what is left, until nothing more goes.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from heapq import merge

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.document_form import is_data
from vnclean.boilerplate.inline import find_inline
from vnclean.boilerplate.line_features import line_features
from vnclean.boilerplate.line_network import LineNetworks
from vnclean.boilerplate.line_patterns import (
    RULES,
    AskedLines,
    PatternMatches,
    add_flags,
    match_evidence,
)
from vnclean.boilerplate.lines import removal_edits
from vnclean.boilerplate.metadata import metadata_kinds
from vnclean.boilerplate.overrides import certain_rules, content_lines, runs_of, title_and_facts
from vnclean.boilerplate.page_features import NAMES, LineFeatures, Lines, features, split_lines
from vnclean.transform import Edit, Safety

__all__ = ["AskedLines", "find_furniture"]

_PART_LINES = 4096
"""Lines classified together; longer texts are no page, and are read part by part."""
_ROUNDS = 10
_MOST_IN_MEMORY = 100_000
"""Lines whose features are kept from round to round, so that memory stays bounded."""
_SUGGEST = 0.5
_UNDECIDED = 0.5
"""What is said of a line that is spared: a suggestion."""
_LITTLE, _LITTLE_OF_DOUBTFUL = 100, 500
"""Characters left of a page that are few; of one that may be no page, for no sentence would be left
and few lines say what furniture says."""
_SPOKEN, _FEW_SPOKEN = 0.5, 0.16
"""The share of a line that is phrases of furniture, at least; the share of such lines below which a
page has few of them."""
_MENU_LINES = 3
"""Such lines one below the other that are furniture on any page."""
_NOTHING, _NOTHING_SHARE = 60, 0.3
"""Characters left of a page that are as good as none, unless they are a greater share of it."""
_NEARLY_CERTAIN = 0.95
"""The probability from which lines go where few are left."""
_WRITTEN_METADATA, _NOT_METADATA = 0.9, 0.95
"""The probability of metadata that is written as such; of furniture that is none all the same."""
_CERTAIN = 0.98
"""Confidence of a line that `overrides.certain_rules` names."""

_RULE_OF_KIND = {
    "nav": "menu", "related": "article_list", "pager": "pager", "share": "share_bar",
    "comment": "comments", "form": "form", "shop": "shop", "footer": "footer",
    "counter": "counter", "tag": "tags", "slogan": "banner", "meta": "banner",
}  # fmt: skip
_SHARES = [NAMES.index(f"{kind}_share") for kind in _RULE_OF_KIND]
_FIRSTS = [NAMES.index(f"{kind}_first") for kind in _RULE_OF_KIND]
_NAMES = (
    *(f"boilerplate.{rule}" for rule in _RULE_OF_KIND.values()),
    *(f"boilerplate.{rule}" for rule in RULES),
    "boilerplate.repeated",
    "boilerplate.block",
    "boilerplate.metadata",
)
"""The rules of edits by their numbers: those of words, the certain ones, the rest."""
_REPEATED, _BLOCK, _METADATA = range(len(_NAMES) - 3, len(_NAMES))
_REPEATS = NAMES.index("repeats")
_LENGTH, _PROSE, _HIT = (NAMES.index(name) for name in ("length", "prose", "hit"))


Floats = NDArray[np.float32]


class _RemovedLines(Mapping[int, tuple[float, str]]):
    """Confidence and rule of the lines that go; arrays, for a text may have millions of lines."""

    def __init__(self, confidence: Floats, rule: NDArray[np.int8]) -> None:
        self._numbers = np.flatnonzero(confidence)
        self._confidence = array("f", confidence.tobytes())
        self._rule = array("b", rule.tobytes())

    def __getitem__(self, line: int) -> tuple[float, str]:
        return round(self._confidence[line], 4), _NAMES[self._rule[line]]

    def __contains__(self, line: object) -> bool:
        return self._confidence[line] > 0  # type: ignore[call-overload, no-any-return]

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers.tolist())

    def __len__(self) -> int:
        return len(self._numbers)


def find_furniture(
    text: str,
    networks: LineNetworks,
    threshold: float,
    drop_metadata: bool,
    asked: AskedLines | None = None,
) -> Iterator[Edit]:
    """Yield the edits and suggestions for a text, classifying until nothing more would go."""
    lines = split_lines(text)
    if is_data(lines.text):
        return
    asked = asked or AskedLines(text)
    cuts = _cut_inline(lines, text, drop_metadata, asked)
    if "\n" not in text:  # a single line can't be told from its block
        yield from (edit for edits in cuts.values() for edit in edits)
        return
    rest = {number: lines.text[number] for number in cuts}
    evidence, matches = match_evidence(lines.text, asked.replaced(rest))
    if not (evidence.any() or drop_metadata):
        yield from sorted(edit for edits in cuts.values() for edit in edits)
        return
    matches = add_flags(matches, lines.text)
    own = None
    if len(lines.text) <= _MOST_IN_MEMORY:
        own = line_features(lines.text)
    found, why = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int8)
    confidence, rule = np.zeros(len(evidence), np.float32), np.zeros(len(evidence), np.int8)
    alive = np.arange(len(evidence))
    view = lines
    for _ in range(_ROUNDS):
        found = found[:0]
        if not (evidence[alive].any() or drop_metadata):
            break
        found, why = _classify(view, networks, drop_metadata, own, matches, threshold)
        drop = found >= threshold
        if not drop.any():
            break
        confidence[alive[drop]], rule[alive[drop]] = found[drop], why[drop]
        view = view.without(drop.tolist())
        stays = ~drop
        alive, matches = alive[stays], matches.select(stays)
        if own is not None:
            own = own.select(stays)
    else:
        # A text that keeps crumbling is no page with furniture around it: leave it alone.
        return
    gone = _RemovedLines(confidence, rule)
    removed = removal_edits(lines, gone, len(text))
    others = [edit for line, inside in cuts.items() if line not in gone for edit in inside]
    for line, (doubt, name) in _RemovedLines(found, why).items():
        number = int(alive[line])
        if number not in cuts:
            span = lines.start[number], lines.end[number]
            others.append(Edit(*span, "", name, doubt, Safety.SUGGEST))
    yield from merge(removed, sorted(others)) if others else removed


def _cut_inline(
    lines: Lines, text: str, drop_metadata: bool, asked: AskedLines
) -> dict[int, list[Edit]]:
    """Cut furniture out of the lines, and return the edits that do it in the text."""
    found: dict[int, list[Edit]] = {}
    numbers = range(len(lines.text)) if drop_metadata else asked.with_inline()
    for number in numbers:
        line = lines.text[number]
        spans = find_inline(line, drop_metadata)
        if not spans:
            continue
        start = text.index(line, lines.start[number])
        edits = found[number] = []
        rest = line
        for span in reversed(spans):
            # Blanks behind the line go with what stood before them.
            end = lines.end[number] if span.end == len(line) else start + span.end
            rule = f"boilerplate.{span.rule}"
            edits.insert(0, Edit(start + span.start, end, "", rule, span.confidence, Safety.LIKELY))
            rest = rest[: span.start] + rest[span.end :]
        lines.text[number] = rest.strip()
    return found


def _classify(
    lines: Lines,
    networks: LineNetworks,
    drop_metadata: bool,
    own: LineFeatures | None,
    matches: PatternMatches,
    threshold: float,
) -> tuple[Floats, NDArray[np.int8]]:
    """Return the confidence that each line goes (0: it stays) and the number of its rule."""
    confidence = np.zeros(len(lines.text), dtype=np.float32)
    rule = np.zeros(len(lines.text), dtype=np.int8)
    for low in range(0, len(confidence), _PART_LINES):
        rows = slice(low, low + _PART_LINES)
        part = lines.part(low, low + _PART_LINES)
        known = line_features(part.text) if own is None else own.select(rows)
        confidence[rows], rule[rows] = _classify_part(
            part, networks, drop_metadata, known, matches.select(rows), threshold, low == 0
        )
    return confidence, rule


def _classify_part(
    lines: Lines,
    networks: LineNetworks,
    drop_metadata: bool,
    own: LineFeatures,
    matches: PatternMatches,
    threshold: float,
    head: bool,
) -> tuple[Floats, NDArray[np.int8]]:
    """Classify the lines of one part; `head` where it is the first."""
    columns = features(lines, own)
    furniture, metadata = networks(columns)
    furniture[content_lines(lines, columns, matches)] = 0
    asked = np.flatnonzero((furniture >= _SUGGEST) | drop_metadata)
    certain = certain_rules(lines, matches)
    if not (len(asked) or certain):
        return np.zeros_like(furniture), np.zeros(len(furniture), dtype=np.int8)
    if len(asked):
        unsure = asked[furniture[asked] < _NOT_METADATA].tolist()
        named = list(metadata_kinds(lines.text, unsure).keys() & set(unsure))
        metadata[named] = np.maximum(metadata[named], _WRITTEN_METADATA)
        furniture[metadata > furniture] = 0
    numbers = list(certain)
    furniture[numbers] = np.maximum(furniture[numbers], _CERTAIN)
    if head:
        furniture[title_and_facts(lines, columns, furniture, certain)] = 0
    if not drop_metadata:
        _spare(furniture, metadata, lines, columns, threshold)
    rule = _rules(columns, furniture >= _SUGGEST)
    rule[numbers] = [len(_RULE_OF_KIND) + RULES.index(certain[number]) for number in numbers]
    furniture[furniture < _SUGGEST] = 0
    if drop_metadata:
        dropped = (furniture == 0) & (metadata >= _SUGGEST)
        furniture[dropped] = metadata[dropped]
        rule[dropped] = _METADATA
    return furniture, rule


def _spare(
    furniture: Floats, metadata: Floats, lines: Lines, columns: Floats, threshold: float
) -> None:
    """Spare what a page is about where it would lose nearly all of it: pages of short lines do.

    What is left little of loses only what is nearly certain; where even that would leave nothing,
    the block between blank lines that says most for itself stays, or all where there is one block.
    """
    sizes = np.expm1(columns[_LENGTH])

    def left() -> float:
        return float(sizes[(furniture < threshold) & (metadata < _SUGGEST)].sum())

    has_sentence = bool(((columns[_PROSE] > 0.5) & (furniture < threshold)).any())
    spoken = columns[_HIT] >= _SPOKEN
    is_doubtful = not has_sentence and spoken.mean() < _FEW_SPOKEN
    if left() < (_LITTLE_OF_DOUBTFUL if is_doubtful else _LITTLE):
        doubtful = (furniture >= threshold) & (furniture < _NEARLY_CERTAIN)
        for low, high in runs_of(spoken):
            if high - low >= _MENU_LINES:
                doubtful[low:high] = False
        furniture[doubtful] = _UNDECIDED
    if left() >= min(_NOTHING, _NOTHING_SHARE * float(sizes.sum())):
        return
    starts = np.flatnonzero(np.asarray(lines.before) > 0)
    starts = np.concatenate([[0], starts[starts > 0]])
    said = np.add.reduceat(sizes * (1 - furniture) * (metadata < _SUGGEST), starts)
    first = int(starts[said.argmax()])
    behind = starts[starts > first]
    rows = slice(first, int(behind[0]) if len(behind) else len(furniture))
    furniture[rows] = np.minimum(furniture[rows], _UNDECIDED)


def _rules(columns: Floats, gone: NDArray[np.bool_]) -> NDArray[np.int8]:
    """Return the rules of lines: by their own words, or else by the line above in their block."""
    shares, firsts = columns[_SHARES], columns[_FIRSTS]
    rule = np.where(columns[_REPEATS] > 0, _REPEATED, _BLOCK)
    rule = np.where(firsts.any(axis=0), firsts.argmax(axis=0), rule)
    rule = np.where(shares.max(axis=0) >= 0.3, shares.argmax(axis=0), rule)
    named = rule < _REPEATED
    # The line to take the name from: the last that has one, where all between them go as well.
    index = np.arange(len(rule))
    above = np.maximum.accumulate(np.where(named, index, -1))
    breach = np.maximum.accumulate(np.where(gone, -1, index))
    heir = ~named & gone & (above > breach)
    rule[heir] = rule[above[heir]]
    return rule.astype(np.int8)
