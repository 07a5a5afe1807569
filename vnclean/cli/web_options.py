"""The options of `clean` that speak of web pages: metadata and the templates of sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vnclean.cli.options import add_options, gather_options

if TYPE_CHECKING:
    from vnclean.engine.plan import InputOptions, Task
    from vnclean.pipeline import Pipeline

__all__ = ["Pages", "page_options"]

_OPTIONS = (
    click.option(
        "--metadata",
        type=click.Choice(["keep", "drop", "extract"]),
        default="keep",
        metavar="WHAT",
        help="Title, date, byline, credits: keep them, drop them from the text, or extract what is "
        "recognised into a field of each record, too.  [default: keep]",
    ),
    click.option(
        "--metadata-key",
        default="metadata",
        metavar="KEY",
        help="The field that --metadata extract adds.  [default: metadata]",
    ),
    click.option(
        "--templates",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="Take away what pages of a site share, as learnt by `vnclean boilerplate learn`.",
    ),
)


@dataclass(frozen=True)
class Pages:
    """What the options say."""

    metadata: str = "keep"
    metadata_key: str = "metadata"
    templates: str | None = None

    def reading(self, reading: InputOptions) -> InputOptions:
        """Return how inputs are read, with what becomes of metadata."""
        return replace(reading, metadata=self.metadata, metadata_key=self.metadata_key)

    def pipeline(self, pipeline: Pipeline) -> Pipeline:
        """Return a pipeline with what the options add; raises ConfigError for a bad file.

        Templates go first: they were learnt from texts that no step had touched.
        """
        if self.templates is not None:
            from vnclean.boilerplate.templates import SiteTemplates, Templates

            SiteTemplates.read(Path(self.templates))  # a bad file is told before any work
            steps = tuple(step for step in pipeline if step.name != Templates.name)
            pipeline = replace(pipeline, steps=(Templates(self.templates), *steps))
        if self.metadata == "drop" and any(step.name == "boilerplate" for step in pipeline):
            pipeline = pipeline.replace(replace(pipeline["boilerplate"], metadata="drop"))  # type: ignore[call-arg]
        return pipeline

    def file(self) -> Path | None:
        """Return the file of templates."""
        return None if self.templates is None else Path(self.templates)

    def check(self, pipeline: Pipeline, tasks: list[Task]) -> None:
        """Raise ConfigError where metadata is to go and nothing would take it away."""
        from vnclean.errors import ConfigError

        if self.metadata != "drop" or any(step.name == "boilerplate" for step in pipeline):
            return
        if any(not getattr(task.format, "drop", False) for task in tasks):
            raise ConfigError(
                "--metadata drop is the work of the step boilerplate, which is not asked for. "
                "You can add it: --preset web, or --with boilerplate."
            )


def page_options(command: Callable[..., int]) -> Callable[..., int]:
    """Decorate a command with the options; it gets them together, as `pages`."""
    return add_options(gather_options("pages", Pages)(command), *_OPTIONS)
