"""`vnclean check`: a line for every change that cleaning would make."""

from __future__ import annotations

import click

from vnclean.cli.options import Shared, shared_options

__all__ = ["check"]


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@shared_options
@click.option("--suggestions", is_flag=True, help="Also what would only be suggested.")
@click.option("-n", "--limit", type=click.IntRange(1), metavar="N", help="Stop after N texts.")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    help="json: one object per line.",
)
def check(
    shared: Shared,
    inputs: tuple[str, ...],
    suggestions: bool,
    limit: int | None,
    shape: str,
) -> int:
    """Report what cleaning would change; writes nothing.

    A line per edit: file:line:column: rule: before -> after (confidence). The exit code is 1 if
    anything would change, 3 if some inputs can't be read.
    """
    from vnclean.cli.looking import as_json, edit_record, look, out, placed
    from vnclean.cli.paint import short
    from vnclean.engine import Finding, Task, plan_reading

    pipeline = shared.pipeline()
    tasks = plan_reading(inputs, shared.reading())

    def show(task: Task, finding: Finding) -> None:
        place, result = finding.place, finding.result
        marked = [(edit, False) for edit in result.edits]
        if suggestions:
            marked += [(edit, True) for edit in result.suggestions]
            marked.sort(key=lambda item: item[0].start)
        suggested = {id(edit) for edit, only_suggested in marked if only_suggested}
        for edit, position in placed(place, [edit for edit, _ in marked]):
            record = edit_record(place, edit, position)
            if shape == "json":
                extra = {"file": task.name, "key": place.key, "applied": id(edit) not in suggested}
                out(as_json(extra | record))
                continue
            note = " (suggestion)" if id(edit) in suggested else ""
            out(
                f"{task.name}:{position[0]}:{position[1]}: {edit.rule}: "
                f'"{short(record["before"])}" -> "{short(edit.replacement)}" '
                f"({edit.confidence:.3f}){note}"
            )

    def recoded(task: Task, encoding: str) -> None:
        if shape == "json":
            record = {"rule": "encoding", "before": encoding, "after": "utf-8"}
            out(as_json({"file": task.name, "line": 1, "column": 1, **record}))
        else:
            out(f'{task.name}:1:1: encoding: "{encoding}" -> "utf-8"')

    _, code = look(
        tasks,
        pipeline,
        show,
        jobs=shared.jobs,
        limit=limit,
        recoded=recoded,
        suggestions=suggestions,
    )
    return code
