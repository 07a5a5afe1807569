"""`--engine` and `--address`: where the work of `vnclean clean` is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from vnclean.cli.options import add_options, gather_options

if TYPE_CHECKING:
    from vnclean.engine import Listener, RunOptions, Summary, Task
    from vnclean.pipeline import Pipeline

__all__ = ["Engine", "engine_options"]

_OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Processes on this machine, or Ray; the result is the same.",
    ),
    click.option(
        "--address",
        metavar="HOST:PORT",
        help="The Ray cluster, or auto.  [default: this machine, or RAY_ADDRESS]",
    ),
)


@dataclass(frozen=True)
class Engine:
    """What the options say."""

    engine: str = "local"
    address: str | None = None

    def clean(
        self, tasks: list[Task], pipeline: Pipeline, options: RunOptions, listener: Listener
    ) -> Summary:
        """Clean the tasks; raises UsageError for options that the engine does not have."""
        if self.engine == "local":
            from vnclean.engine import clean_files

            if self.address is not None:
                raise click.UsageError("--address is for a cluster: give it with --engine ray.")
            return clean_files(tasks, pipeline, options, listener)
        from vnclean.engine.ray import clean_files_on_ray

        return clean_files_on_ray(tasks, pipeline, options, listener, address=self.address)


def engine_options(command: Callable[..., int]) -> Callable[..., int]:
    """Decorate a command with the options; it gets them together, as `engine`."""
    return add_options(gather_options("engine", Engine)(command), *_OPTIONS)
