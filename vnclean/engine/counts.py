"""What a run counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from vnclean.transform import Edit

__all__ = ["SAMPLES", "SPREAD", "EditCounts", "Sample"]

SAMPLES = 3
"""How many edits of a rule are kept to be shown."""
SPREAD = 200
"""How far apart, in characters, the samples of a rule within one text are."""
_AROUND, _LONGEST = 40, 200
"""How many characters of a sample are kept around an edit, and of an edit."""


class Sample(NamedTuple):
    """An edit, and the passage that it stands in: pieces as they were and as they are now."""

    before: str
    after: str
    passage: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str, edits: Sequence[Edit], number: int) -> Sample:
        """Return one of the sorted edits of a text with what stands around it.

        >>> edit = Edit(2, 5, "quả", "tone.misplaced", 1.0, "safe")
        >>> Sample.of("u qủa l", [edit], 0).passage
        (('u ', 'u '), ('qủa', 'quả'), (' l', ' l'))
        """
        edit = edits[number]
        start, end = max(0, edit.start - _AROUND), min(len(text), edit.end + _AROUND)
        first = last = number
        while first and edits[first - 1].start >= start:
            first -= 1
        if first:
            start = max(start, edits[first - 1].end)
        while last + 1 < len(edits) and edits[last + 1].end <= end:
            last += 1
        if last + 1 < len(edits):
            end = min(end, edits[last + 1].start)
        pieces: list[tuple[str, str]] = []
        at = start
        for other in edits[first : last + 1]:
            if same := text[at : other.start]:
                pieces.append((same, same))
            pieces.append((text[other.start : other.end][:_LONGEST], other.replacement[:_LONGEST]))
            at = other.end
        if same := text[at:end]:
            pieces.append((same, same))
        return cls(text[edit.start : edit.end][:_LONGEST], edit.replacement[:_LONGEST],
                   tuple(pieces))  # fmt: skip


@dataclass(slots=True)
class EditCounts:
    """Sums over records, texts and bytes; tallies add up.

    >>> tally = EditCounts(records=1)
    >>> tally.add(EditCounts(records=2, rules=Counter({"r": 1})))
    >>> tally.as_dict()["records"]
    3
    """

    records: int = 0
    texts: int = 0
    changed: int = 0
    without: int = 0
    rejected: int = 0
    filtered: int = 0
    """Records left out because of their quality; they are not among those rejected."""
    bytes_in: int = 0
    bytes_out: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    """What came in as something else than UTF-8; records."""
    recoded: int = 0
    """Records whose file changes its encoding."""
    notes: Counter[str] = field(default_factory=Counter)
    """What is to be said of files: in how many chunks there was a cause."""
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    """The first few different edits of every rule, with the text around them."""

    def add(self, other: EditCounts) -> None:
        """Add another tally to this one."""
        self.records += other.records
        self.texts += other.texts
        self.changed += other.changed
        self.without += other.without
        self.rejected += other.rejected
        self.filtered += other.filtered
        self.recoded += other.recoded
        self.bytes_in += other.bytes_in
        self.bytes_out += other.bytes_out
        self.rules.update(other.rules)
        self.encodings.update(other.encodings)
        self.notes.update(other.notes)
        for rule, samples in other.samples.items():
            for sample in samples:
                self.add_sample(rule, sample)

    def wants_sample(self, rule: str) -> bool:
        """Say whether there are not enough samples of a rule yet."""
        return len(self.samples.get(rule, ())) < SAMPLES

    def add_sample(self, rule: str, sample: Sample) -> None:
        """Keep a sample unless there are enough, or one that shows the same change."""
        known = self.samples.setdefault(rule, [])
        if len(known) < SAMPLES and not any(
            (other.before, other.after) == (sample.before, sample.after) for other in known
        ):
            known.append(sample)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, rules by falling count."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("rules", "encodings", "notes"):
            counter: Counter[str] = values[name]
            values[name] = dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
        values["samples"] = {
            rule: [sample._asdict() for sample in samples]
            for rule, samples in sorted(self.samples.items())
        }
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> EditCounts:
        """Return the tally that `as_dict` gave; raises ValueError where it can't have been."""
        values = dict(values)
        numbers = [value for value in values.values() if not isinstance(value, dict)]
        for name in ("rules", "encodings", "notes"):
            values[name] = Counter(values[name])
            numbers += values[name].values()
        if not all(type(number) is int for number in numbers):
            raise ValueError("a count is no number")
        values["samples"] = {
            rule: [
                Sample(
                    sample["before"],
                    sample["after"],
                    tuple((old, new) for old, new in sample["passage"]),
                )
                for sample in samples
            ]
            for rule, samples in values["samples"].items()
        }
        return cls(**values)
