"""`vnclean explain`: every change of a text, with its reason."""

from __future__ import annotations

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

__all__ = ["explain"]


@click.command()
@inputs_argument
@click.option("-t", "--text", metavar="TEXT", help="Explain this text instead of a file.")
@shared_options
@limit_option
@format_option("json: one object per text.")
def explain(
    shared: Shared,
    inputs: tuple[str, ...],
    text: str | None,
    limit: int | None,
    shape: str,
) -> int:
    """Explain every change of a text: place, rule, confidence; writes nothing.

    Suggestions, which are not applied, are shown as well, marked with a question mark. The exit
    code is 0, or 3 if some inputs can't be read.
    """
    from vnclean.cli.diff_view import short
    from vnclean.cli.each_text import edit_positions, edit_records, show_findings, write_record
    from vnclean.engine import Finding, Task, plan_reading
    from vnclean.formats import Field, format_named

    pipeline = shared.pipeline()
    reading = shared.reading()
    if text is not None and inputs:
        raise click.UsageError("Give --text or inputs, not both.")

    def show(task: Task, finding: Finding) -> None:
        place, result = finding.place, finding.result
        if shape == "json":
            record = {"file": task.name, "line": place.line, "key": place.key, "text": result.text}
            record["edits"] = edit_records(place, result.edits)
            write_record({**record, "suggestions": edit_records(place, result.suggestions)})
            return
        if not (result.edits or result.suggestions):
            return
        click.echo(f"{printable(task.name)}:{place.line}" + (f" {place.key}" if place.key else ""))
        marked = [("", edit) for edit in result.edits]
        marked += [("? ", edit) for edit in result.suggestions]
        marked.sort(key=lambda item: item[1].start)
        for (sign, _), (edit, (line, column)) in zip(
            marked, edit_positions(place, [edit for _, edit in marked]), strict=True
        ):
            before = place.text[edit.start : edit.end]
            click.echo(f'  {sign}{line}:{column}  "{short(before)}" -> "{short(edit.replacement)}"')
            click.echo(f"      {edit.rule}, {edit.safety.value}, confidence {edit.confidence:.3f}")
            if edit.alternatives:
                others = ", ".join(f'"{short(t)}" {p:.3f}' for t, p in edit.alternatives)
                click.echo(f"      or {others}")

    if text is not None:
        task = Task(None, None, format_named("txt"))
        show(task, Finding(Field(text), pipeline.explain(text)))
        return 0
    tasks = plan_reading(inputs, reading)
    _, code = show_findings(
        tasks,
        pipeline,
        show,
        jobs=shared.jobs,
        limit=limit,
        suggestions=True,
        everything=shape == "json",
    )
    return told_unread(reading, shared.strict, 3 if code == 3 else 0)
