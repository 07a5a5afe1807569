"""Pipelines: ordered transforms, run to a fixed point, and the presets that ship."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, overload

from vnclean import __version__
from vnclean.arrow import clean_batch
from vnclean.caches import cached
from vnclean.cells import blocks, by_cell
from vnclean.config import build_steps, find_step, presets, read_toml, to_toml
from vnclean.errors import ConfigError, no_text
from vnclean.result import Change, Result, compose, to_edits
from vnclean.scan import Scan, mask_of
from vnclean.transform import Edit, Transform, apply_edits

__all__ = ["Pipeline", "clean", "explain", "pipeline_of", "presets"]

ORIGINS = ("text", "page", "markdown")

_ROUNDS = 6
"""How often a pipeline may go over a text: a repair can bring to light what an earlier step
mends. Real damage needs two rounds, the second of which finds nothing."""


_KEPT_SETS = 4096
"""Sets of clues of which a pipeline keeps which steps they ask."""


_Asked = tuple[tuple[tuple[int, Transform], ...], Callable[[str], object] | None]


@dataclass(frozen=True)
class Pipeline(Sequence[Transform]):
    """An ordered sequence of transforms that cleans texts; a frozen, picklable value.

    `min_confidence` (0 to 1) replaces the transforms' own choice of what to apply: every edit of
    at least that confidence is applied, also guesses that are otherwise only suggested; but for
    those of `spelling` below 0.5, which are more often wrong than the text as it stands.

    >>> pipe = Pipeline.preset("safe").without("spacing")
    >>> pipe("hiệu qủa")
    'hiệu quả'
    """

    steps: tuple[Transform, ...] = ()
    min_confidence: float | None = None

    def __post_init__(self) -> None:
        if self.min_confidence is not None and not 0 <= self.min_confidence <= 1:
            raise ConfigError(
                f"min_confidence is a probability from 0 to 1, {self.min_confidence!r} is not."
            )

    # -- building -----------------------------------------------------------------------------

    @classmethod
    def preset(cls, name: str) -> Pipeline:
        """Return a pipeline that ships; raises ConfigError with the names there are.

        >>> Pipeline.preset("web")["tone_style"]
        ToneStyle(style='old')
        """
        return _tuned(name, None)

    @classmethod
    def from_toml(cls, source: str | Path) -> Pipeline:
        """Build a pipeline from a TOML file (a Path) or from TOML text (a str).

        Keys: `preset` or `steps` (names in order), `with`, `without`, `min_confidence`, and one
        table per transform with its options; files named there (`keep_file`) are looked for beside
        the TOML file. Raises ConfigError where that can't be used.

        >>> Pipeline.from_toml('steps = ["tone_style"]\\n[tone_style]\\nstyle = "new"')
        Pipeline([ToneStyle(style='new')])
        """
        return cls.from_mapping(
            read_toml(source), source.parent if isinstance(source, Path) else None
        )

    @classmethod
    def from_mapping(
        cls, config: dict[str, Any], folder: Path | None = None, spare: Collection[str] = ()
    ) -> Pipeline:
        """Build a pipeline from what a TOML file holds; `from_toml` says which keys.

        Files that options name are looked for in `folder`. Options for a transform that is no step
        are refused, unless it is named in `spare`. Raises ConfigError.

        >>> Pipeline.from_mapping({"steps": ["tone_style"], "tone_style": {"style": "new"}})
        Pipeline([ToneStyle(style='new')])
        """
        return cls(build_steps(config, folder, spare), config.get("min_confidence"))

    def to_toml(self) -> str:
        """Return the pipeline as TOML text; `from_toml` gives an equal pipeline back."""
        return to_toml(self.steps, self.min_confidence)

    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that name the pipeline, its options and the version."""
        return hashlib.sha256(f"{__version__}\n{self.to_toml()}".encode()).hexdigest()[:16]

    def __or__(self, other: Transform | Pipeline) -> Pipeline:
        if isinstance(other, Transform):
            return replace(self, steps=(*self.steps, other))
        if isinstance(other, Pipeline):
            return replace(self, steps=self.steps + other.steps)
        return NotImplemented

    def without(self, *names: str) -> Pipeline:
        """Return the pipeline without the named transforms; raises ConfigError if one is not in it.

        A name that is no transform at all is refused as well: a misspelt option must not pass.
        """
        for name in names:
            self[name]
        return replace(self, steps=tuple(s for s in self.steps if s.name not in names))

    def for_origin(self, origin: str) -> Pipeline:
        """Return the pipeline for text that was taken from something, one of ORIGINS.

        A "page" of HTML has lost its furniture already: what tags told is not judged a second time
        by the words alone, `boilerplate` is left out. In "markdown", `spacing` keeps the blanks
        that break a line. Anything else is "text".

        >>> Pipeline.preset("safe").for_origin("markdown")["spacing"]
        Spacing(markdown=True)
        """
        if origin == "page":
            return replace(self, steps=tuple(s for s in self.steps if s.name != "boilerplate"))
        if origin == "markdown":
            told = {"markdown": True}
            steps = (replace(s, **told) if s.name == "spacing" else s for s in self.steps)
            return replace(self, steps=tuple(steps))
        return self

    def replace(self, *transforms: Transform) -> Pipeline:
        """Return the pipeline with steps exchanged for given ones of the same name."""
        by_name = {transform.name: transform for transform in transforms}
        for name in by_name:
            self[name]
        return replace(self, steps=tuple(by_name.get(s.name, s) for s in self.steps))

    def with_min_confidence(self, min_confidence: float | None) -> Pipeline:
        """Return the pipeline with another confidence from which edits are applied."""
        return replace(self, min_confidence=min_confidence)

    # -- a sequence of transforms -------------------------------------------------------------

    @overload
    def __getitem__(self, key: int | str) -> Transform: ...
    @overload
    def __getitem__(self, key: slice) -> Pipeline: ...
    def __getitem__(self, key: int | str | slice) -> Transform | Pipeline:
        if isinstance(key, str):
            return find_step(self.steps, key)
        if isinstance(key, slice):
            return replace(self, steps=self.steps[key])
        return self.steps[key]

    def __len__(self) -> int:
        return len(self.steps)

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, self.steps))
        tail = "" if self.min_confidence is None else f", min_confidence={self.min_confidence!r}"
        return f"Pipeline([{inside}]{tail})"

    # -- running ------------------------------------------------------------------------------

    def __call__(self, text: str) -> str:
        """Return the cleaned text; the same object where there is nothing to clean.

        Raises TypeError for what is no str.
        """
        return self._run(text, None)

    def explain(self, text: str) -> Result:
        """Clean a text and account for every change; costs little more than cleaning."""
        trace = _Trace()
        cleaned = self._run(text, trace)
        return Result(
            text,
            cleaned,
            tuple(to_edits(text, cleaned, trace.changes)),
            tuple(trace.suggestions_on(text)),
        )

    def clean_many(self, texts: Iterable[str], jobs: int = 1, threads: int = 1) -> Iterator[str]:
        """Clean texts in order, lazily; `jobs` processes or `threads` give the same result as one.

        Threads share the models and start at once, but only what the core does runs side by side.
        Bounded: at most a few hundred texts per process or thread are in flight.

        >>> list(Pipeline.preset("standard").clean_many(["hiệu qủa", "một dòng"], threads=2))
        ['hiệu quả', 'một dòng']
        """
        for name, value in (("jobs", jobs), ("threads", threads)):
            if value < 1:
                raise ConfigError(f"{name} is a number from 1 up, {value!r} is not.")
        if jobs > 1 and threads > 1:
            raise ConfigError("Texts are cleaned by several jobs or several threads, not both.")
        workers = max(jobs, threads)
        if workers == 1:
            yield from map(self, texts)
            return
        from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
        from multiprocessing import get_context

        pool: Executor
        if jobs > 1:
            pool = ProcessPoolExecutor(
                jobs, get_context("spawn"), initializer=_set_up_worker, initargs=(self,)
            )
            clean_chunk: Callable[[list[str]], list[str]] = _clean_chunk
        else:
            pool, clean_chunk = ThreadPoolExecutor(threads), self._clean_chunk
        chunks = _chunks(iter(texts))
        with pool:
            waiting = deque(
                pool.submit(clean_chunk, chunk) for chunk in islice(chunks, workers * 2)
            )
            while waiting:
                done = waiting.popleft().result()
                waiting += [pool.submit(clean_chunk, chunk) for chunk in islice(chunks, 1)]
                yield from done

    def column_edits(self, texts: Iterable[str]) -> dict[str, tuple[Edit, ...]]:
        """Return what a column says of its cells: the edits of those that it helps to repair.

        Cells are texts of one line and 200 characters at most. What undoes damage reads them as the
        lines of one text, 512 different ones at a time in their order; that far the evidence
        reaches. The edits are to be applied before the cell is cleaned.

        >>> column = ["Ngh? An", "Ð?ng Nai", "C?n Tho", "B?n Tre", "Huế"]
        >>> told = Pipeline.preset("standard").column_edits(column)
        >>> [edit.replacement for edit in told["C?n Tho"]]
        ['Cần', 'Thơ']
        """
        found: dict[str, tuple[Edit, ...]] = {}
        if self._repairs is None:
            return found
        for cells in blocks(texts):
            if len(cells) < 2:
                continue
            edits = self._repairs.explain("\n".join(cells)).edits
            for cell, its_own in zip(cells, by_cell(cells, edits), strict=True):
                if its_own:
                    found[cell] = tuple(its_own)
        return found

    def clean_column(self, texts: Iterable[str]) -> list[str]:
        """Clean the cells of a column, which are evidence for each other (see `column_edits`).

        >>> Pipeline.preset("standard").clean_column(["Ngh? An", "Ð?ng Nai", "C?n Tho", "B?n Tre"])
        ['Nghệ An', 'Đồng Nai', 'Cần Thơ', 'Bến Tre']
        """
        cells = list(texts)
        told = self.column_edits(cells)
        cleaned: dict[str, str] = {}
        for cell in cells:
            if cell not in cleaned:
                edits = told.get(cell)
                cleaned[cell] = self(apply_edits(cell, edits) if edits else cell)
        return [cleaned[cell] for cell in cells]

    @cached_property
    def _repairs(self) -> Pipeline | None:
        """The steps that undo damage; None: there are none."""
        steps = tuple(step for step in self.steps if step.undoes_damage)
        return replace(self, steps=steps) if steps else None

    def clean_batch(self, data: Any, columns: str | Sequence[str] | None = None) -> Any:
        """Return an Arrow array, record batch or table with its texts cleaned (extra `arrow`).

        `columns` names the text columns, default: all that hold text. Each distinct value of a
        chunk is cleaned once, and by itself: how an engine cuts its batches makes no difference
        (`clean_column` takes a whole column). Nulls, types and schema are kept.
        """
        return clean_batch(self._clean_chunk, data, columns)

    @cached_property
    def _plan(self) -> tuple[tuple[int, tuple[int, ...], Transform], ...]:
        """Of each step its number, the masks of its groups of clues, and itself.

        The steps are those that serve the pipeline's `min_confidence`.
        """
        steps = self.steps
        if self.min_confidence is not None:
            steps = tuple(step.strengthened(self.min_confidence) for step in steps)
        return tuple(
            (k, tuple(map(mask_of, step.clue_groups)), step) for k, step in enumerate(steps)
        )

    def _clean_chunk(self, texts: Sequence[str]) -> list[str]:
        return list(map(self, texts))

    @cached_property
    def _asked(self) -> dict[int, _Asked]:
        """What `_find_steps` has found; most texts have one of a few sets of clues."""
        return {}

    def _steps_for(self, seen: int) -> _Asked:
        return self._asked.get(seen) or self._find_steps(seen)

    def _find_steps(self, seen: int) -> _Asked:
        """Return the steps, with their numbers, that a text with these clues may concern.

        With them comes the function that must find something for any of them, if there is one.
        """
        steps = tuple((k, step) for k, masks, step in self._plan if all(seen & m for m in masks))
        findings = {step.finding for _, step in steps}
        found = steps, findings.pop() if len(findings) == 1 else None
        if len(self._asked) < _KEPT_SETS:
            self._asked[seen] = found
        return found

    def _run(self, text: str, trace: _Trace | None) -> str:
        if not isinstance(text, str):
            raise no_text(text)
        scan = Scan(text)
        steps, finding = self._steps_for(scan.seen)
        if not steps or (finding is not None and not scan.once(finding)):
            return text  # as nearly all clean lines do
        # What each step left behind when it ran last: it is idempotent, so it need not see that
        # very object again.
        left: dict[int, str] = {}
        for _ in range(_ROUNDS):
            begun, at = text, 0
            while at < len(steps):
                number, step = steps[at]
                at += 1
                if text is left.get(number) and self.min_confidence is None:
                    continue
                if step.concerns(scan):
                    if trace is None and self.min_confidence is None:
                        text = step.cleaned(scan)
                    else:
                        edits, suggestions = step.apart(scan, self.min_confidence)
                        if trace is not None:
                            trace.note(number, text, edits, suggestions)
                        text = apply_edits(text, edits)
                    if text is not scan.text:
                        scan = Scan(text)
                        steps, at = self._steps_for(scan.seen)[0], 0
                        while at < len(steps) and steps[at][0] <= number:
                            at += 1
                left[number] = text
            if text is begun or text == begun:
                return begun  # nothing was done, or undone, as it would be again
            steps, finding = self._steps_for(scan.seen)
            if finding is not None and not scan.once(finding):
                break
        return text


def _join(first: Transform, other: Transform | Pipeline) -> Pipeline:
    return Pipeline((first,)) | other


Transform.__or__ = _join  # type: ignore[method-assign]


class _Trace:
    """Collects what happens to one text, always in terms of the original."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self._suggested: dict[int, tuple[list[Change], str, list[Edit]]] = {}

    def note(self, number: int, text: str, edits: list[Edit], suggestions: list[Edit]) -> None:
        """Take down what step `number` found in a text: what is applied, and what is not."""
        if suggestions:
            self._suggested[number] = (self.changes, text, suggestions)
        else:
            self._suggested.pop(number, None)
        if edits:
            self.changes = compose(self.changes, edits)

    def suggestions_on(self, original: str) -> Iterator[Edit]:
        gone = [
            (change.start, change.end)
            for change in self.changes
            if change.new_start == change.new_end
        ]
        found: list[Edit] = []
        for changes, text, suggestions in self._suggested.values():
            chosen = set(map(id, suggestions))
            composed = [
                change
                for change in compose(changes, suggestions)
                if any(id(cause) in chosen for cause in change.causes)
            ]
            for change, edit in zip(
                composed, to_edits(original, apply_edits(text, suggestions), composed), strict=False
            ):
                own = next(cause for cause in change.causes if id(cause) in chosen)
                found.append(edit._replace(alternatives=own.alternatives))
        found.sort()
        at = 0
        for edit in found:
            while at < len(gone) and gone[at][1] <= edit.start:
                at += 1
            if at < len(gone) and gone[at][0] <= edit.start < gone[at][1]:
                continue  # it stood in something that was taken out
            yield edit


_OWN: Pipeline | None = None


def _set_up_worker(pipeline: Pipeline) -> None:
    """Keep the pipeline in a worker process, so that it travels once."""
    global _OWN
    _OWN = pipeline


def _clean_chunk(texts: list[str]) -> list[str]:
    assert _OWN is not None
    return list(map(_OWN, texts))


def _chunks(
    source: Iterator[str], characters: int = 200_000, texts: int = 2000
) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in source:
        chunk.append(text)
        size += len(text)
        if size >= characters or len(chunk) >= texts:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def pipeline_of(preset: Pipeline | str) -> Pipeline:
    """Return a pipeline as it is, or the one of a preset's name or of TOML text.

    Raises ConfigError.

    >>> pipeline_of("safe") == pipeline_of(Pipeline.preset("safe"))
    True
    """
    if isinstance(preset, Pipeline):
        return preset
    return Pipeline.from_toml(preset) if "=" in preset else Pipeline.preset(preset)


def clean(text: str, preset: str = "standard", min_confidence: float | None = None) -> str:
    """Return a text (a document or a line) cleaned; the same object where nothing is wrong.

    Give whole documents where you can: evidence is gathered over all lines. Raises ConfigError
    for an unknown preset.

    >>> clean("tham mưu có hiệu qủa")
    'tham mưu có hiệu quả'
    """
    return _tuned(preset, min_confidence)(text)


async def aclean(text: str, preset: str = "standard", min_confidence: float | None = None) -> str:
    """Return a text cleaned, as `clean` does, while the event loop goes on: in a thread of its own.

    One text keeps one thread busy; for many, `Pipeline.clean_many(texts, jobs=N)` uses processes.

    >>> import asyncio
    >>> asyncio.run(aclean("tham mưu có hiệu qủa"))
    'tham mưu có hiệu quả'
    """
    from asyncio import to_thread

    return await to_thread(clean, text, preset, min_confidence)


def explain(text: str, preset: str = "standard", min_confidence: float | None = None) -> Result:
    """Clean a text and return the result with every change as a span of the original.

    >>> explain("có hiệu qủa").edits
    (Edit(start=8, end=11, replacement='quả', rule='tone.misplaced', confidence=0.999),)
    """
    return _tuned(preset, min_confidence).explain(text)


@cached(64)
def _tuned(preset: str, min_confidence: float | None) -> Pipeline:
    return Pipeline(build_steps({"preset": preset}), min_confidence)
