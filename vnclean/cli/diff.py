"""`vnclean diff`: what cleaning would change, line by line."""

from __future__ import annotations

import sys

import click

from vnclean.cli.options import (
    Shared,
    format_option,
    inputs_argument,
    limit_option,
    shared_options,
    told_unread,
)
from vnclean.cli.terminal import printable

__all__ = ["diff"]


@click.command()
@inputs_argument
@shared_options
@click.option(
    "-U",
    "--context",
    type=click.IntRange(0),
    default=1,
    metavar="N",
    help="Lines around a change.  [default: 1]",
)
@limit_option
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="With colour, long stretches without a change are cut.",
)
@format_option("json: one object per text that changes.")
def diff(
    shared: Shared,
    inputs: tuple[str, ...],
    context: int,
    limit: int | None,
    color: str,
    shape: str,
) -> int:
    """Show what cleaning would change, line by line; writes nothing.

    A unified diff of the texts. The exit code is 1 if anything would change, 3 if some inputs
    can't be read.
    """
    from vnclean.cli.diff_view import paint_hunks
    from vnclean.cli.each_text import edit_records, show_findings, wants_color, write_record
    from vnclean.engine import Finding, Task, plan_reading

    pipeline = shared.pipeline()
    reading = shared.reading()
    tasks = plan_reading(inputs, reading)
    colored = wants_color(color)
    plain = not colored and sys.stdout.isatty()  # elsewhere `patch` may read it

    def show(task: Task, finding: Finding) -> None:
        place, result = finding.place, finding.result
        name = printable(task.name)
        if place.key:
            name += f":{place.line} {place.key}"
        if shape == "json":
            record = {"file": task.name, "line": place.line, "key": place.key}
            record |= {"before": result.original, "after": result.text}
            write_record({**record, "edits": edit_records(place, result.edits)})
            return
        first = 1 if place.key else place.line
        for line in paint_hunks(
            result.original,
            result.edits,
            name,
            context=context,
            color=colored,
            line=first,
            end=not (place.key or shared.lines),
        ):
            if plain:
                line = "\n".join(map(printable, line.split("\n")))
            click.echo(line, color=colored)

    _, code = show_findings(tasks, pipeline, show, jobs=shared.jobs, limit=limit)
    return told_unread(reading, shared.strict, code)
