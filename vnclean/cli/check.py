"""`vnclean check`: a line for every change that cleaning would make."""

from __future__ import annotations

from typing import Any

import click

from vnclean.cli.options import (
    Shared,
    format_option,
    inputs_argument,
    limit_option,
    shared_options,
    told_unread,
)
from vnclean.cli.terminal import printable, say

__all__ = ["check"]

GITHUB_TAKES = 25_000
"""Results that GitHub's code scanning accepts in one run; it shows the first 5,000."""


@click.command()
@inputs_argument
@shared_options
@click.option(
    "--suggestions/--no-suggestions",
    default=None,
    help="Also what is only suggested, marked as such.  [default: with --only spelling]",
)
@limit_option
@click.option("--max-findings", type=click.IntRange(1), metavar="N", help="Stop after N findings.")
@format_option("json: one object per line; sarif: a document for code scanners.", "sarif")
def check(
    shared: Shared,
    inputs: tuple[str, ...],
    suggestions: bool | None,
    limit: int | None,
    max_findings: int | None,
    shape: str,
) -> int:
    """Report what cleaning would change; writes nothing.

    A line per finding: file:line:column: rule: before -> after (confidence). Lines and columns
    count from 1, columns in characters. With --min-confidence what is less certain is not listed.
    The exit code is 0 if nothing is found, 1 if something is, 2 for wrong usage, 3 if some inputs
    can't be read.
    """
    from vnclean.cli.each_text import show_findings
    from vnclean.engine import Finding, Task, plan_reading
    from vnclean.formats import Reject

    pipeline = shared.pipeline()
    reading = shared.reading()
    tasks = plan_reading(inputs, reading)
    if suggestions is None:
        suggestions = any(item.partition(":")[0] == "spelling" for item in shared.only)
    if pipeline.min_confidence is not None:
        suggestions = False  # all that is certain enough is an edit, the rest is not asked for
    report = _Sarif(pipeline) if shape == "sarif" else _Json() if shape == "json" else _Text()
    found = suggested = 0

    def show(task: Task, finding: Finding) -> bool:
        nonlocal found, suggested
        place, result = finding.place, finding.result
        marked = [(edit, True) for edit in result.edits]
        if suggestions:
            marked += [(edit, False) for edit in result.suggestions]
            marked.sort(key=lambda item: (item[0].start, item[0].end))
        if max_findings is not None:
            marked = marked[: max_findings - found]
        report.add(task.name, place, marked)
        found += len(marked)
        suggested += sum(not applied for _, applied in marked)
        return found == max_findings

    def recoded(task: Task, encoding: str) -> None:
        nonlocal found
        found += 1
        report.recoded(task.name, encoding)

    def faulted(task: Task, reject: Reject) -> None:
        report.fault(task.name, reject.line, reject.reason)

    complete = False
    try:
        _, code = show_findings(
            tasks,
            pipeline,
            show,
            jobs=shared.jobs,
            limit=limit,
            recoded=recoded,
            faulted=faulted,
            suggestions=suggestions,
        )
        complete = True
    except BrokenPipeError:
        raise
    except BaseException:
        report.close(complete)
        raise
    report.close(complete)
    if suggested:
        say(f"{suggested:,} of {found:,} findings are suggestions only.")
    if shape == "sarif" and found > GITHUB_TAKES:
        say(
            f"GitHub takes {GITHUB_TAKES:,} results at most, these are {found:,}; "
            f"--max-findings {GITHUB_TAKES} stops there."
        )
    return told_unread(reading, shared.strict, 3 if code == 3 else int(found > 0))


class _Text:
    """A line per finding, for people and for editors."""

    def add(self, file: str, place: Any, marked: list[tuple[Any, bool]]) -> None:
        from vnclean.cli.diff_view import short
        from vnclean.cli.each_text import edit_positions

        where = f"field {place.key}" if place.key else ""
        if where and place.record:
            where = f"record {place.record}, {where}"
        where = f" [{where}]" if where else ""
        edits = [edit for edit, _ in marked]
        for (edit, position), (_, applied) in zip(
            edit_positions(place, edits), marked, strict=True
        ):
            before = place.text[edit.start : edit.end]
            click.echo(
                f"{printable(file)}:{position[0]}:{position[1]}: {edit.rule}: "
                f'"{short(before)}" -> "{short(edit.replacement)}" '
                f"({edit.confidence:.3f}){'' if applied else ' (suggestion)'}{where}"
            )

    def recoded(self, file: str, encoding: str) -> None:
        click.echo(f'{printable(file)}:1:1: encoding: "{encoding}" -> "utf-8"')

    def fault(self, file: str, line: int, reason: str) -> None:
        """Say nothing: standard error has it."""

    def close(self, complete: bool) -> None:
        """Nothing is left to write."""


class _Json(_Text):
    """An object per finding."""

    def add(self, file: str, place: Any, marked: list[tuple[Any, bool]]) -> None:
        from vnclean.cli.each_text import edit_record, regions, write_record

        areas = regions(place, [edit for edit, _ in marked])
        for (edit, applied), area in zip(marked, areas, strict=True):
            head = {"file": file, "record": place.record or None, "key": place.key}
            spans = dict(zip(("line", "column", "end_line", "end_column"), area, strict=True))
            record = edit_record(place, edit, area[:2])
            write_record({**head, "applied": applied, **spans, **record})

    def recoded(self, file: str, encoding: str) -> None:
        from vnclean.cli.each_text import write_record

        record: dict[str, Any] = {"file": file, "record": None, "key": "", "applied": True}
        record |= {"line": 1, "column": 1, "end_line": 1, "end_column": 1, "start": 0, "end": 0}
        record |= {"before": encoding, "after": "utf-8", "rule": "encoding"}
        write_record({**record, "safety": "likely", "confidence": 1.0})


class _Sarif(_Text):
    """A SARIF document, written as it grows."""

    def __init__(self, pipeline: Any) -> None:
        from vnclean.report.sarif import Sarif

        self._sarif = Sarif(lambda text: click.echo(text, nl=False), pipeline)

    def add(self, file: str, place: Any, marked: list[tuple[Any, bool]]) -> None:
        from vnclean.cli.each_text import regions

        areas = regions(place, [edit for edit, _ in marked])
        for (edit, applied), area in zip(marked, areas, strict=True):
            self._sarif.add(file, place, edit, area, applied)

    def recoded(self, file: str, encoding: str) -> None:
        self._sarif.recoded(file, encoding)

    def fault(self, file: str, line: int, reason: str) -> None:
        self._sarif.fault(file, line, reason)

    def close(self, complete: bool) -> None:
        self._sarif.close(complete)
