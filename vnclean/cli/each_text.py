"""What `check`, `diff` and `explain` share: they look at every text and write nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from vnclean.cli.messages import complaint, count_noun
from vnclean.cli.terminal import json_line, say
from vnclean.engine import EditCounts, Finding, Task, survey
from vnclean.engine.parallel import job_count
from vnclean.formats import Field, Reject
from vnclean.pipeline import Pipeline
from vnclean.transform import Edit

__all__ = [
    "edit_positions",
    "edit_record",
    "edit_records",
    "regions",
    "show_findings",
    "wants_color",
    "write_record",
]

Show = Callable[[Task, Finding], bool | None]
"""Is given every finding; True ends the run."""


def wants_color(choice: str) -> bool:
    """Say whether to paint: where asked, or on a terminal unless NO_COLOR is set."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def show_findings(
    tasks: Sequence[Task],
    pipeline: Pipeline,
    show: Show,
    *,
    jobs: int,
    limit: int | None = None,
    recoded: Callable[[Task, str], None] | None = None,
    faulted: Callable[[Task, Reject], None] | None = None,
    suggestions: bool = False,
    everything: bool = False,
) -> tuple[EditCounts, int]:
    """Hand every finding to `show`, name faults on standard error; return tally and exit code.

    `limit` ends the run after so many findings. `recoded` is told of files that are not UTF-8,
    `faulted` of what can't be read.
    """
    if any(task.source is None for task in tasks) and sys.stdin.isatty():
        say("Reading from the terminal; end with Ctrl-D.")
    total, files, shown = EditCounts(), 0, 0
    current = EditCounts()
    faulty = False
    results = survey(
        tasks,
        pipeline,
        jobs=job_count(jobs, list(tasks)),
        suggestions=suggestions,
        everything=everything,
    )
    for task, part in results:
        for reject in part.rejects:
            faulty = True
            say(complaint(task, reject))
            if faulted is not None:
                faulted(task, reject)
        for note in part.tally.notes:
            if note not in current.notes:
                say(f"{task.name}: {note}")
        for name in part.tally.encodings:
            if name in current.encodings or not part.tally.recoded:
                continue
            if recoded is not None:
                recoded(task, name)
            else:
                say(f"{task.name}: is {name}, would be written as UTF-8")
        total.add(part.tally)
        current.add(part.tally)
        for finding in part.findings:
            enough = show(task, finding)
            shown += 1
            if enough or (limit is not None and shown >= limit):
                results.close()
                return total, 3 if faulty else int(bool(total.changed or total.recoded))
        if part.end:
            if current.without and not current.texts:
                keys = " or ".join(map(repr, getattr(task.format, "keys", ())))
                say(
                    f"{task.name}: no record has a text under {keys}. "
                    "Choose the field with --text-key."
                )
            files += bool(current.changed or current.recoded)
            current = EditCounts()
    if files:
        say(
            f"{count_noun(total.changed, 'text')} of {total.texts:,} would change, "
            f"in {count_noun(files, 'file')} of {len(tasks):,}."
        )
    nothing = total.without and not total.texts
    return total, 3 if faulty or nothing else int(bool(files))


def edit_record(place: Field, edit: Edit, position: tuple[int, int]) -> dict[str, Any]:
    """Return an edit as plain values; `start` and `end` count characters of the text."""
    record: dict[str, Any] = {
        "line": position[0],
        "column": position[1],
        "start": edit.start,
        "end": edit.end,
        "before": place.text[edit.start : edit.end],
        "after": edit.replacement,
        "rule": edit.rule,
        "safety": edit.safety.value,
        "confidence": round(edit.confidence, 4),
    }
    if edit.alternatives:
        record["alternatives"] = [
            {"after": text, "confidence": round(confidence, 4)}
            for text, confidence in edit.alternatives
        ]
    return record


def edit_records(place: Field, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """Return edits as plain values, see `edit_record`."""
    return [edit_record(place, edit, position) for edit, position in edit_positions(place, edits)]


def edit_positions(place: Field, edits: Sequence[Edit]) -> Iterator[tuple[Edit, tuple[int, int]]]:
    """Yield edits with the line and column of each."""
    return zip(edits, place.positions([edit.start for edit in edits]), strict=True)


def regions(place: Field, edits: Sequence[Edit]) -> list[tuple[int, int, int, int]]:
    """Return line, column, end line and end column of edits, which may overlap."""
    offsets = sorted({offset for edit in edits for offset in (edit.start, edit.end)})
    at = dict(zip(offsets, place.positions(offsets), strict=True))
    return [(*at[edit.start], *at[edit.end]) for edit in edits]


def write_record(value: dict[str, Any]) -> None:
    """Print an object as one line of JSON."""
    click.echo(json_line(value))
