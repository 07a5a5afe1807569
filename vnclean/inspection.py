"""What is wrong with a text: charset, channels with their share of the words, where, examples."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import Any

from vnclean.caches import late_pattern
from vnclean.charsets import decode, detect
from vnclean.language.tone_placement import restyle_table
from vnclean.pipeline import Pipeline
from vnclean.registry import registry
from vnclean.transform import Edit

__all__ = ["Damage", "Example", "Inspection", "inspect"]

_LOST_MARKS = ("restore_tones", "restore_diacritics")
"""Steps that tell of damage too, but are in no preset that is used unasked, in their order."""
_CONTROL = late_pattern(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROLS = 0.02
"""Share of control characters above which bytes are no text; of random bytes it is a tenth."""
_WORD = late_pattern(r"[^\W\d_]+(?:[?\ufffd]+[^\W\d_]+)*")


@dataclass(frozen=True)
class Example:
    """A damaged stretch on a line (numbers from 1), what is proposed, and how sure that is."""

    line: int
    before: str
    after: str
    confidence: float
    applied: bool
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Damage:
    """One kind of damage in a text.

    `rule` is the rule that repairs it, `meaning` says what happened; `words` and `share` count
    the words it reached (share of all words, 0 to 1), `lines` are ranges of line numbers, from 1,
    both ends included; `applied` of the repairs are certain enough to be made by default.
    """

    rule: str
    meaning: str
    transform: str
    words: int
    share: float
    applied: int
    suggested: int
    lines: tuple[tuple[int, int], ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Inspection:
    """The state of a text: its charset (of bytes), Unicode form, size, and every damage.

    `binary` says that the bytes are no text in any charset; nothing else is looked for then.
    """

    encoding: str | None
    unicode_form: str
    lines: int
    words: int
    tone_style: dict[str, int]
    damage: tuple[Damage, ...]
    binary: bool = False

    @property
    def share(self) -> float:
        """The share of the words that something is wrong with, 0 to 1."""
        return min(sum(found.share for found in self.damage), 1.0)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values, ready for JSON."""
        return {**asdict(self), "share": round(self.share, 4)}


def inspect(source: str | bytes, examples: int = 3) -> Inspection:
    r"""Say what is wrong with a text or the bytes of one; changes nothing.

    `examples` is how many each kind of damage shows. Lines end at line feeds only. Bytes are
    decoded as `vnclean.decode` would. Raises nothing on any text.

    >>> found = inspect("Trang chủ\nL?y l?i m\ufffd b?o m?t kh?u c?a b?n")
    >>> found.damage[0].rule, found.damage[0].lines
    ('lossy.cp1252_replace_then_utf8', ((2, 2),))
    """
    encoding, binary = None, False
    if isinstance(source, bytes):
        detected = detect(source)
        encoding = detected.encoding if detected else None
        text = decode(source)
        binary = len(_CONTROL.findall(text)) > _MAX_CONTROLS * len(text)
    else:
        text = source
    words = sum(1 for _ in _WORD.finditer(text))
    form = next((name for name in ("NFC", "NFD") if unicodedata.is_normalized(name, text)), "mixed")
    lines, styles = text.count("\n") + 1, _tone_styles(text)
    damage = () if binary else _damages(text, _edits_by_rule(text), words, examples)
    found = tuple(sorted(damage, key=lambda damage: -damage.words))
    return Inspection(encoding, form, lines, words, styles, found, binary)


def _edits_by_rule(text: str) -> dict[str, list[Edit]]:
    """Return the edits and suggestions that undo damage by rule, as `explain` names them.

    Then those of the steps that look for lost diacritics, on what the preset `standard` leaves.
    """
    result = Pipeline.preset("standard").explain(text)
    edits = sorted([*result.edits, *result.suggestions])
    rest = Pipeline(tuple(registry()[name]() for name in _LOST_MARKS)).explain(result.text)
    for edit in [*rest.edits, *rest.suggestions]:
        start, end = result.to_original(edit.start), result.to_original(edit.end)
        edits.append(edit._replace(start=start, end=end))
    repairs = {rule for kind in registry().values() if kind.undoes_damage for rule in kind.rules}
    by_rule: dict[str, list[Edit]] = {}
    for edit in edits:
        for rule in dict.fromkeys(edit.rule.split("+")):
            if rule in repairs:
                by_rule.setdefault(rule, []).append(edit)
    return by_rule


def _damages(
    text: str, by_rule: dict[str, list[Edit]], words: int, examples: int
) -> Iterable[Damage]:
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    owners = {rule: kind for kind in registry().values() for rule in kind.rules}
    for rule, held in by_rule.items():
        places = [bisect_right(starts, edit.start) for edit in held]
        reached = sum(max(len(_WORD.findall(text[e.start : e.end])), 1) for e in held)
        applied = sum(edit.applies(None) for edit in held)
        shown = sorted(zip(held, places, strict=True), key=lambda pair: -pair[0].applies(None))
        yield Damage(
            rule,
            owners[rule].rules[rule],
            owners[rule].name,
            reached,
            round(reached / max(words, 1), 4),
            applied,
            len(held) - applied,
            _ranges(places),
            tuple(_example(text, edit, line) for edit, line in shown[:examples]),
        )


def _example(text: str, edit: Edit, line: int) -> Example:
    return Example(
        line,
        text[edit.start : edit.end][:120],
        edit.replacement[:120],
        round(edit.confidence, 4),
        edit.applies(None),
        edit.alternatives,
    )


def _ranges(lines: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return runs of line numbers as (first, last).

    >>> _ranges([1, 1, 2, 5])
    ((1, 2), (5, 5))
    """
    found: list[tuple[int, int]] = []
    for line in sorted(set(lines)):
        if found and line == found[-1][1] + 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return tuple(found)


def _tone_styles(text: str) -> dict[str, int]:
    """Count the syllables of each tone style (hòa or hoà)."""
    old, new = restyle_table("new"), restyle_table("old")
    counts = {"old": 0, "new": 0}
    for word in _WORD.findall(text.lower()):
        if word in old:
            counts["old"] += 1
        elif word in new:
            counts["new"] += 1
    return counts
