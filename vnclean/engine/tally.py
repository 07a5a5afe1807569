"""What a run counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

__all__ = ["SAMPLES", "Sample", "Tally"]

SAMPLES = 3
"""How many edits of a rule are kept to be shown."""


class Sample(NamedTuple):
    """An edit with some of the text before and after it."""

    left: str
    before: str
    after: str
    right: str


@dataclass(slots=True)
class Tally:
    """Sums over records, texts and bytes; tallies add up.

    >>> tally = Tally(records=1)
    >>> tally.add(Tally(records=2, rules=Counter({"r": 1})))
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
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    """The first few edits of every rule, with the text around them."""

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.records += other.records
        self.texts += other.texts
        self.changed += other.changed
        self.without += other.without
        self.rejected += other.rejected
        self.filtered += other.filtered
        self.bytes_in += other.bytes_in
        self.bytes_out += other.bytes_out
        self.rules.update(other.rules)
        self.encodings.update(other.encodings)
        for rule, samples in other.samples.items():
            known = self.samples.setdefault(rule, [])
            known += samples[: SAMPLES - len(known)]

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, rules by falling count."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("rules", "encodings"):
            counter: Counter[str] = values[name]
            values[name] = dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
        values["samples"] = {
            rule: [list(sample) for sample in samples]
            for rule, samples in sorted(self.samples.items())
        }
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Tally:
        """Return the tally that `as_dict` gave."""
        values = dict(values)
        for name in ("rules", "encodings"):
            values[name] = Counter(values[name])
        values["samples"] = {
            rule: [Sample(*sample) for sample in samples]
            for rule, samples in values["samples"].items()
        }
        return cls(**values)
