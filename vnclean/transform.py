"""What a transform is: a frozen value that finds edits in a text.

An edit replaces a span. Applying the edits *is* the transform, so explaining, undoing and mapping
offsets can never disagree with the result.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from vnclean.core.edits import apply
from vnclean.errors import ConfigError
from vnclean.scan import Clue, Scan

__all__ = [
    "REGISTERED",
    "Edit",
    "Safety",
    "Transform",
    "apply_edits",
    "register",
]


class Safety(StrEnum):
    """How far an edit can be trusted.

    `SAFE`: meaning kept, or the evidence is complete. `LIKELY`: a guess of high confidence,
    applied by default. `SUGGEST`: reported, not applied unless `min_confidence` asks for it.
    """

    SAFE = "safe"
    LIKELY = "likely"
    SUGGEST = "suggest"


class Edit(NamedTuple):
    """Replace `text[start:end]` by `replacement`; offsets are characters of the text looked at.

    `rule` names the reason, `confidence` is the calibrated probability that the edit is right,
    `alternatives` are the runners-up with theirs, best first.

    >>> Edit(0, 3, "quả", "tone.misplaced")
    Edit(start=0, end=3, replacement='quả', rule='tone.misplaced')
    """

    start: int
    end: int
    replacement: str
    rule: str
    confidence: float = 1.0
    safety: Safety = Safety.SAFE
    alternatives: tuple[tuple[str, float], ...] = ()

    def __repr__(self) -> str:
        shown = f"Edit(start={self.start}, end={self.end}, replacement={self.replacement!r}"
        shown += f", rule={self.rule!r}"
        if self.confidence != 1.0:
            shown += f", confidence={self.confidence:.3f}"
        if self.safety is not Safety.SAFE:
            shown += f", safety={self.safety.value!r}"
        return shown + ")"

    def applies(self, min_confidence: float | None) -> bool:
        """Say whether the edit is applied: by its safety class, or by confidence where one is set.

        >>> Edit(0, 1, "a", "r", 0.6, Safety.SUGGEST).applies(None)
        False
        >>> Edit(0, 1, "a", "r", 0.6, Safety.SUGGEST).applies(0.5)
        True
        """
        if min_confidence is None:
            return self.safety is not Safety.SUGGEST
        return self.confidence >= min_confidence


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with sorted, non-overlapping edits applied; the same object if there are none.

    Raises ValueError where edits overlap or leave the text.

    >>> apply_edits("hiệu qủa", [Edit(5, 8, "quả", "tone.misplaced")])
    'hiệu quả'
    """
    return apply(text, edits)


@dataclass(frozen=True)
class Transform:
    """A step of a pipeline: a frozen, picklable value whose fields are its options.

    A subclass is a frozen dataclass with a docstring (its first line is the help text of the
    command line), a `name`, and `find`. It may name `clues` and narrow `concerns`, which say
    from one shared scan whether the text can matter to it at all; a no must be certain.
    """

    name: ClassVar[str] = ""
    safety: ClassVar[Safety] = Safety.SAFE
    """The strongest claim the transform makes; single edits may claim less."""
    rules: ClassVar[dict[str, str]] = {}
    """Every rule name the transform may give to an edit, with a line on what it means."""

    undoes_damage: ClassVar[bool] = False
    """Whether the transform undoes what a program did to the text, not what its author wrote."""

    clues: ClassVar[Sequence[Clue] | None] = None
    """Patterns one of which the text has, or it is ASCII, wherever the transform finds anything:
    the pipeline asks for those of all its steps at once. None: no pattern tells."""

    least: ClassVar[float] = 0.0
    """Confidence below which an edit is only suggested, also where `min_confidence` is lower: 0.5
    where the text as it stands is a reading too, so that a lesser guess is more often wrong."""

    @property
    def clue_groups(self) -> Sequence[Sequence[Clue] | None]:
        """Groups of clues of each of which the text has one; the clues by themselves as a rule."""
        return (self.clues,)

    @property
    def finding(self) -> Callable[[str], object] | None:
        """A function of the text whose answer is true wherever the transform finds anything.

        The pipeline asks it once for all steps. None: no function tells.
        """
        return None

    def concerns(self, scan: Scan) -> bool:
        """Say whether the transform could find anything in the scanned text."""
        return self.clues is None or any(map(scan.finds, self.clues))

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Yield all edits and suggestions, sorted by position and not overlapping."""
        raise NotImplementedError

    def strengthened(self, min_confidence: float) -> Transform:
        """Return the transform that serves a pipeline with this `min_confidence`: as a rule itself.

        One that looks harder where more than the certain is asked for returns that form of itself.
        """
        return self

    def apart(self, scan: Scan, min_confidence: float | None) -> tuple[list[Edit], list[Edit]]:
        """Return the edits that are applied, and those that are only suggested."""
        edits: tuple[list[Edit], list[Edit]] = [], []
        if min_confidence is not None:
            min_confidence = max(min_confidence, self.least)
        for edit in self.find(scan):
            edits[not edit.applies(min_confidence)].append(edit)
        return edits

    def cleaned(self, scan: Scan) -> str:
        """Return the text as the edits that are applied by default leave it.

        The same object where there are none. A step whose edits cost more than their result may
        make the text without them.
        """
        return apply_edits(scan.text, self.apart(scan, None)[0])

    def edits(self, text: str, min_confidence: float | None = None) -> list[Edit]:
        """Return the edits that are applied, sorted and not overlapping."""
        return self.apart(Scan(text), min_confidence)[0]

    def suggestions(self, text: str, min_confidence: float | None = None) -> list[Edit]:
        """Return the edits that are reported only."""
        return self.apart(Scan(text), min_confidence)[1]

    def __call__(self, text: str) -> str:
        """Return the text with the edits applied; the same object where there are none."""
        return self.cleaned(Scan(text))

    def __or__(self, other: Any) -> Any:
        """Return the Pipeline of this step and what follows; `vnclean.pipeline` gives the body."""
        return NotImplemented

    def options(self) -> dict[str, Any]:
        """Return the options as plain values, those at their default left out."""
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != field.default
        }

    def __repr__(self) -> str:
        inside = ", ".join(f"{key}={value!r}" for key, value in self.options().items())
        return f"{type(self).__name__}({inside})"


REGISTERED: dict[str, type[Transform]] = {}
"""The transforms of all rooms that have been imported, by name; `registry` imports all rooms."""


def register(kind: type[Transform]) -> type[Transform]:
    """Class decorator: enter a transform into the registry under its `name`."""
    if not kind.name or kind.name in REGISTERED:
        raise ValueError(f"a transform needs a name of its own, {kind.name!r} is none")
    # `dataclass` has written a longer repr over the one that leaves defaults out.
    kind.__repr__ = Transform.__repr__  # type: ignore[method-assign]
    REGISTERED[kind.name] = kind
    return kind


def choice(value: str, allowed: Sequence[str], option: str) -> None:
    """Raise ConfigError where an option has a value that is not among the allowed ones."""
    if value not in allowed:
        raise ConfigError(
            f"{option} can't be {value!r}. You can choose from: {', '.join(allowed)}."
        )


def non_overlapping(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Yield sorted edits, dropping each that begins before the one kept last has ended."""
    at = 0
    for edit in edits:
        if edit.start >= at:
            yield edit
            at = max(edit.end, edit.start)
