"""What a run counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

__all__ = ["Tally"]


@dataclass(slots=True)
class Tally:
    """Sums over records, texts and bytes; tallies add up.

    >>> (Tally(records=1) + Tally(records=2, rules=Counter({"r": 1}))).as_dict()["records"]
    3
    """

    records: int = 0
    texts: int = 0
    changed: int = 0
    without: int = 0
    rejected: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.records += other.records
        self.texts += other.texts
        self.changed += other.changed
        self.without += other.without
        self.rejected += other.rejected
        self.bytes_in += other.bytes_in
        self.bytes_out += other.bytes_out
        self.rules.update(other.rules)
        self.encodings.update(other.encodings)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, rules by falling count."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in ("rules", "encodings"):
            counter: Counter[str] = values[name]
            values[name] = dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Tally:
        """Return the tally that `as_dict` gave."""
        values = dict(values)
        for name in ("rules", "encodings"):
            values[name] = Counter(values[name])
        return cls(**values)
