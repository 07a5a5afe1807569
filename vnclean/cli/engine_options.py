"""`--engine` and `--address`: where the work of `vnclean clean` is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vnclean.engine import Summary, Task
    from vnclean.pipeline import Pipeline

__all__ = ["engine_options", "run_on"]


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command with the options that choose the engine."""
    command = click.option(
        "--address",
        metavar="HOST:PORT",
        help="The Ray cluster, or auto.  [default: this machine, or RAY_ADDRESS]",
    )(command)
    return click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Processes on this machine, or Ray; the result is the same.",
    )(command)


def run_on(
    engine: str,
    address: str | None,
    tasks: list[Task],
    pipeline: Pipeline,
    jobs: int,
    **options: Any,
) -> Summary:
    """Clean the tasks on an engine; `jobs` is what was typed. Options are those of `clean_files`.

    Raises UsageError for options that the engine does not have.
    """
    if engine == "local":
        from vnclean.cli.options import job_count
        from vnclean.engine import clean_files

        if address is not None:
            raise click.UsageError("--address is for a cluster: give it with --engine ray.")
        return clean_files(tasks, pipeline, jobs=job_count(jobs, tasks), **options)
    from vnclean.engine.ray import clean_files_on_ray

    known = {"rejects", "account", "min_quality", "signals", "listener", "journal", "resume"}
    for name in [name for name, value in options.items() if value and name not in known]:
        option = name.replace("_", "-")
        raise click.UsageError(f"--{option} works with --engine local only: leave one of them out.")
    given = {name: value for name, value in options.items() if name in known}
    return clean_files_on_ray(tasks, pipeline, address=address, jobs=jobs, **given)
