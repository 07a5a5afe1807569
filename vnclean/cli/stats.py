"""`vnclean stats`: what a corpus is like."""

from __future__ import annotations

import sys
from typing import Any

import click

from vnclean.cli.options import (
    Shared,
    inputs_argument,
    selection_options,
    shared_options,
    told_unread,
)
from vnclean.cli.terminal import json_line, say

__all__ = ["stats"]


@click.command()
@inputs_argument
@shared_options
@selection_options
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
def stats(
    shared: Shared,
    inputs: tuple[str, ...],
    limit: int | None,
    sample: int | None,
    seed: int,
    shape: str,
) -> int:
    """Tell what a corpus is like: sizes, damage, encodings, quality; writes nothing.

    Steps count the texts that they would change or have a suggestion for; signals are those of the
    cleaned texts. The exit code is 0, or 3 if some inputs can't be read.
    """
    from vnclean.cli.messages import complaint
    from vnclean.engine import plan_reading
    from vnclean.engine.parallel import job_count
    from vnclean.engine.sampling import Selection
    from vnclean.engine.stats import collect

    reading = shared.reading()
    tasks = plan_reading(inputs, reading)
    if any(task.source is None for task in tasks) and sys.stdin.isatty():
        say("Reading from the terminal; end with Ctrl-D.")
    some = limit is not None or sample is not None
    selection = Selection(limit, sample, seed) if some else None
    jobs = job_count(shared.jobs, tasks)
    found = collect(tasks, shared.pipeline(), jobs=jobs, selection=selection)
    for name, reject in found.faults[:20]:
        say(complaint(next(task for task in tasks if task.name == name), reject))
    if shape == "json":
        click.echo(json_line(found.as_dict()))
    else:
        _show(found.as_dict())
    return told_unread(reading, shared.strict, 3 if found.faults else 0)


def _show(values: dict[str, Any]) -> None:
    """Print the figures: as tables on a terminal, as plain lines elsewhere."""
    facts = [(name, values[name]) for name in _FACTS]
    facts.append(("MB/s", round(values["bytes_per_second"] / 1e6, 1)))
    tables: list[tuple[tuple[str, ...], list[tuple[Any, ...]]]] = [(("", ""), facts)]
    for title, unit in (("encodings", "records"), ("steps", "texts"), ("rules", "edits")):
        if values[title]:
            tables.append(((title, unit), [*values[title].items()]))
    if values["signals"]:
        rows = [(name, *column) for name, column in values["signals"].items()]
        tables.append((("signals", "5 %", "25 %", "50 %", "75 %", "95 %"), rows))
    if sys.stdout.isatty():
        _paint(tables)
        return
    for number, (head, rows) in enumerate(tables):
        if number:
            click.echo("\n" + _row(head))
        for row in rows:
            click.echo(_row(row))


_FACTS = ("files", "records", "texts", "changed", "rejected", "bytes", "characters", "syllables")


def _row(row: tuple[Any, ...]) -> str:
    return f"{row[0]:24}" + "".join(f"{_shown(value):>14}" for value in row[1:])


def _shown(value: Any) -> str:
    if value is None:
        return "inf"
    if isinstance(value, float):
        return f"{value:.3f}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _paint(tables: list[tuple[tuple[str, ...], list[tuple[Any, ...]]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for head, rows in tables:
        table = Table(show_header=bool(head[0]), box=None, pad_edge=False)
        for number, title in enumerate(head):
            table.add_column(title, justify="right" if number else "left")
        for row in rows:
            table.add_row(str(row[0]), *map(_shown, row[1:]))
        console.print(table)
        console.print()
