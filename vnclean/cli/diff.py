"""`vnclean diff`: what cleaning would change, line by line."""

from __future__ import annotations

import click

from vnclean.cli.options import Shared, shared_options

__all__ = ["diff"]


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@shared_options
@click.option(
    "-U",
    "--context",
    type=click.IntRange(0),
    default=1,
    metavar="N",
    help="Lines around a change.  [default: 1]",
)
@click.option("-n", "--limit", type=click.IntRange(1), metavar="N", help="Stop after N texts.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="With colour, long stretches without a change are cut.",
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    help="json: one object per text that changes.",
)
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
    from vnclean.cli.each_text import (
        as_json,
        edit_positions,
        edit_record,
        show_findings,
        wants_color,
        write_line,
    )
    from vnclean.engine import Finding, Task, plan_reading

    pipeline = shared.pipeline()
    tasks = plan_reading(inputs, shared.reading())
    colored = wants_color(color)

    def show(task: Task, finding: Finding) -> None:
        place, result = finding.place, finding.result
        name = task.name
        if place.key:
            name += f":{place.line} {place.key}"
        if shape == "json":
            write_line(
                as_json(
                    {
                        "file": task.name,
                        "line": place.line,
                        "key": place.key,
                        "before": result.original,
                        "after": result.text,
                        "edits": [
                            edit_record(place, edit, position)
                            for edit, position in edit_positions(place, result.edits)
                        ],
                    }
                )
            )
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
            write_line(line, colored)

    _, code = show_findings(tasks, pipeline, show, jobs=shared.jobs, limit=limit)
    return code
