"""Which lines of a text are furniture, under which rule, and the edits that remove them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate import inline
from vnclean.boilerplate.context_features import NAMES, Lines, Looks, features, split_lines
from vnclean.boilerplate.distinct_lines import glance, holding
from vnclean.boilerplate.forest import Forest, forest
from vnclean.boilerplate.line_features import look
from vnclean.boilerplate.line_patterns import RULES, TAGS, Signs, signs
from vnclean.boilerplate.lines import removals
from vnclean.boilerplate.metadata import kinds
from vnclean.boilerplate.overrides import certain, spared, tags, title_and_facts
from vnclean.boilerplate.smoothing import smooth
from vnclean.boilerplate.traces import traces
from vnclean.transform import Edit, Safety

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
_LIKELY, _JOINED = 0.65, 0.9
"""How sure we are of a known phrase at least, and how sure beside a line that is that sure."""
_CERTAIN = 0.98
"""Confidence of a line that a rule of `rules.certain` names."""

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
_PROSE, _LENGTH = NAMES.index("prose"), NAMES.index("length")


Floats = NDArray[np.float32]


class Forests(NamedTuple):
    """The judges of a line among its neighbours: is it furniture, is it metadata."""

    furniture: Forest
    metadata: Forest

    @staticmethod
    def shipped() -> Forests:
        """Return those that come with the package."""
        return Forests(forest("furniture"), forest("metadata"))


class _Verdicts(Mapping[int, tuple[float, str]]):
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


def find(text: str, forests: Forests, threshold: float, drop_metadata: bool) -> Iterator[Edit]:
    """Yield the edits and suggestions for a text, judging until nothing more would go."""
    lines = split_lines(text)
    cuts = _cut(lines, text, drop_metadata)
    if "\n" not in text:  # a single line can't be told from its block
        yield from (edit for edits in cuts.values() for edit in edits)
        return
    told, marks, looks = _see(lines.text, drop_metadata)
    sure, why = np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.int8)
    confidence, rule = np.zeros(len(told), dtype=np.float32), np.zeros(len(told), dtype=np.int8)
    alive = np.arange(len(told))
    view = lines
    for _ in range(_ROUNDS):
        sure = sure[:0]
        if not (told[alive].any() or drop_metadata):
            break
        sure, why = _judge(view, forests, drop_metadata, looks, marks)
        drop = sure >= threshold
        if not drop.any():
            break
        confidence[alive[drop]], rule[alive[drop]] = sure[drop], why[drop]
        view = view.without(drop.tolist())
        stays = ~drop
        alive, marks = alive[stays], marks.of(stays)
        if looks is not None:
            looks = looks.of(stays)
    else:
        # A text that keeps crumbling is no page with furniture around it: leave it alone.
        return
    gone = _Verdicts(confidence, rule)
    removed = removals(lines, gone, len(text))
    others = [edit for line, inside in cuts.items() if line not in gone for edit in inside]
    for line, (doubt, name) in _Verdicts(sure, why).items():
        number = int(alive[line])
        if number not in cuts:
            span = lines.start[number], lines.end[number]
            others.append(Edit(*span, "", name, doubt, Safety.SUGGEST))
    yield from merge(removed, sorted(others)) if others else removed


def _see(lines: list[str], drop_metadata: bool) -> tuple[NDArray[np.bool_], Signs, Looks | None]:
    """Return the traces of a page, the signs and, where the lines are judged, their looks.

    So many lines that they are not remembered are looked at when they are judged.
    """
    if len(lines) <= _REMEMBERED:
        seen = glance(lines)
        marks, whole = signs(seen), seen.whole()
        told = traces(seen, marks, whole)
        return told, marks, look(seen, whole) if told.any() or drop_metadata else None
    parts = []
    for low in range(0, len(lines), _PART):
        seen = glance(lines[low : low + _PART])
        marks = signs(seen)
        parts.append((traces(seen, marks, seen.whole()), *marks))
    told, rule, mark = map(np.concatenate, zip(*parts, strict=True))
    return told, Signs(rule, mark), None


def _cut(lines: Lines, text: str, drop_metadata: bool) -> dict[int, list[Edit]]:
    """Cut furniture out of the lines, and return the edits that do it in the text."""
    found: dict[int, list[Edit]] = {}
    asked: Iterable[int] = range(len(lines.text))
    if not drop_metadata:
        asked = sorted(holding("\n".join(lines.text), inline.TRIGGERS))
    for number in asked:
        line = lines.text[number]
        spans = inline.spans(line, drop_metadata)
        if not spans:
            continue
        start = text.index(line, lines.start[number])
        edits = found[number] = []
        rest = line
        for span in reversed(spans):
            # Blanks behind the line go with what stood before them.
            end = lines.end[number] if span.high == len(line) else start + span.high
            rule = f"boilerplate.{span.rule}"
            edits.insert(0, Edit(start + span.low, end, "", rule, span.confidence, Safety.LIKELY))
            rest = rest[: span.low] + rest[span.high :]
        lines.text[number] = rest.strip()
    return found


def _judge(
    lines: Lines, forests: Forests, drop_metadata: bool, looks: Looks | None, marks: Signs
) -> tuple[Floats, NDArray[np.int8]]:
    """Return the confidence that each line goes (0: it stays) and the number of its rule."""
    sure = np.zeros(len(lines.text), dtype=np.float32)
    rule = np.zeros(len(lines.text), dtype=np.int8)
    for low in range(0, len(sure), _PART):
        whole = slice(low, low + _PART)
        part = lines.part(low, low + _PART)
        own = look(glance(part.text)) if looks is None else looks.of(whole)
        sure[whole], rule[whole] = _judge_part(
            part, forests, drop_metadata, own, marks.of(whole), low == 0
        )
    return sure, rule


def _judge_part(
    lines: Lines, forests: Forests, drop_metadata: bool, looks: Looks, marks: Signs, head: bool
) -> tuple[Floats, NDArray[np.int8]]:
    """Judge the lines of one part; `head` where it is the first."""
    columns = features(lines, looks)
    sizes = np.fromiter(map(len, lines.text), dtype=np.int64, count=len(lines.text))
    sure = smooth(forests.furniture(columns), sizes)
    sure[spared(lines, columns, marks)] = 0
    _keep_a_body(sure, columns)
    asked = np.flatnonzero((sure >= _SUGGEST) | drop_metadata)
    known = certain(lines, marks)
    if not (len(asked) or known):
        return np.zeros_like(sure), np.zeros(len(sure), dtype=np.int8)
    metadata = np.zeros_like(sure)
    if len(asked):
        metadata[asked] = forests.metadata(columns[:, asked])
        unsure = asked[sure[asked] < _SURE_OF_NAMES].tolist()
        named = list(kinds(lines.text, unsure).keys() & set(unsure))
        metadata[named] = np.maximum(metadata[named], _NAMED)
        sure[metadata > sure] = 0
    numbers = list(known)
    sure[numbers] = np.maximum(sure[numbers], _CERTAIN)
    _join_known(sure, columns)
    if len(marks.having(TAGS)):
        sentences = np.flatnonzero((columns[_PROSE] > 0.5) & (sure < _SUGGEST))
        listed = tags(marks, int(sentences[-1]) if len(sentences) else len(sure))
        sure[listed[sure[listed] >= _LIKELY]] = _CERTAIN
    if head:
        sure[title_and_facts(lines, columns, sure, known)] = 0
    rule = _rules(columns, sure >= _SUGGEST)
    rule[numbers] = [len(_RULE_OF_KIND) + RULES.index(known[number]) for number in numbers]
    sure[sure < _SUGGEST] = 0
    if drop_metadata:
        dropped = (sure == 0) & (metadata >= _SUGGEST)
        sure[dropped] = metadata[dropped]
        rule[dropped] = _METADATA
    return sure, rule


def _join_known(sure: Floats, columns: Floats) -> None:
    """Let a line that is a known phrase of furniture, and likely such, go with the line beside it.

    The last entry of a menu and the heading of a list stand beside the text, which speaks for them.
    """
    known = (columns[_SHARES].max(axis=0) >= 0.9) & (sure >= _LIKELY) & (sure < _JOINED)
    if not known.any():
        return
    for _ in range(2):
        certain = sure >= _JOINED
        beside = np.zeros(len(sure), dtype=bool)
        beside[1:] |= certain[:-1]
        beside[:-1] |= certain[1:]
        sure[known & beside] = _JOINED


def _keep_a_body(sure: Floats, columns: Floats) -> None:
    """Spare the sentences of a page that would lose most of them: they are what it is about.

    A page of furniture only then keeps its teasers, which is the lesser fault.
    """
    prose = columns[_PROSE] * np.expm1(columns[_LENGTH])
    sentence = columns[_PROSE] > 0.5
    left, total = prose[sentence & (sure < _SUGGEST)].sum(), prose[sentence].sum()
    if left < 0.25 * total or left < min(0.4 * total, _BODY):
        sure[sentence] = 0


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
