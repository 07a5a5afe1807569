"""The options that commands share, and what they make of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vnclean.engine.plan import Reading, Task
    from vnclean.pipeline import Pipeline
    from vnclean.transform import Transform

__all__ = ["Shared", "job_count", "reading_from", "shared_options"]

AUTO_JOBS_FROM = 32 << 20
"""Inputs below this many bytes are not worth starting processes for."""

_PIPELINE = (
    click.option("-p", "--preset", metavar="NAME", help="What to do; see `vnclean list presets`."),
    click.option(
        "--config",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="A pipeline in a TOML file.",
    ),
    click.option(
        "--with",
        "with_",
        multiple=True,
        metavar="NAME",
        help="Add a transform; options: NAME:option=value,...",
    ),
    click.option("--without", multiple=True, metavar="NAME", help="Leave a transform out."),
    click.option("--only", multiple=True, metavar="NAME", help="Run these transforms alone."),
    click.option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        metavar="P",
        help="Apply every edit of at least this confidence, 0 to 1.",
    ),
)
_READING = (
    click.option(
        "-k",
        "--text-key",
        "keys",
        multiple=True,
        metavar="KEY",
        help="Field or column that holds text; dotted where nested, repeatable.  [default: text]",
    ),
    click.option("--lines", is_flag=True, help="Each line of a text file is a document."),
    click.option(
        "--input-format",
        metavar="NAME",
        help="txt, jsonl, json, csv, parquet or html.  [default: by the file name; txt]",
    ),
    click.option(
        "--encoding",
        default="auto",
        metavar="NAME",
        help="Encoding of the input.  [default: auto: UTF-8, else detected]",
    ),
    click.option(
        "-j",
        "--jobs",
        type=click.IntRange(0),
        default=0,
        metavar="N",
        help="Processes; the result is the same.  [default: all processors for large inputs]",
    ),
)


@dataclass(frozen=True)
class Shared:
    """What the options say that the commands have in common; a field for each of them."""

    preset: str | None = None
    config: str | None = None
    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    min_confidence: float | None = None
    keys: tuple[str, ...] = ()
    lines: bool = False
    input_format: str | None = None
    encoding: str = "auto"
    jobs: int = 0

    def pipeline(self) -> Pipeline:
        """Return the pipeline that the options describe; raises ConfigError."""
        return _pipeline(self)

    def reading(self) -> Reading:
        """Return how inputs are read; raises ConfigError for an unknown format or encoding."""
        return reading_from(self.keys, self.lines, self.input_format, self.encoding)

    def processes(self, tasks: list[Task]) -> int:
        """Return how many processes to use for the tasks."""
        return job_count(self.jobs, tasks)


def shared_options(command: Callable[..., int]) -> Callable[..., int]:
    """Decorate a command with the options in common; it gets them together, as `shared`."""
    names = [field.name for field in fields(Shared)]

    @wraps(command)
    def called(**given: Any) -> int:
        shared = Shared(**{name: given.pop(name) for name in names})
        return command(shared=shared, **given)

    decorated: Callable[..., int] = called
    for option in reversed(_PIPELINE + _READING):
        decorated = option(decorated)
    return decorated


def _pipeline(chosen: Shared) -> Pipeline:
    from vnclean.errors import ConfigError
    from vnclean.pipeline import Pipeline

    if chosen.config is not None:
        if chosen.preset is not None:
            raise ConfigError(
                "Give --preset or --config, not both; a config file can name its preset: "
                'preset = "web".'
            )
        pipeline = Pipeline.from_toml(Path(chosen.config))
    else:
        pipeline = Pipeline.preset(chosen.preset or "standard")
    for item in chosen.with_:
        step = _transform(item)
        if any(known.name == step.name for known in pipeline):
            pipeline = pipeline.replace(step)
        else:
            pipeline = pipeline | step
    if chosen.only:
        wanted = {item.partition(":")[0]: item for item in chosen.only}
        there = {step.name for step in pipeline}
        for name, item in wanted.items():
            if ":" in item and name in there:
                pipeline = pipeline.replace(_transform(item))
            elif name not in there:
                pipeline = pipeline | _transform(item)
        pipeline = pipeline.without(*(s.name for s in pipeline if s.name not in wanted))
    if chosen.without:
        pipeline = pipeline.without(*chosen.without)
    if chosen.min_confidence is not None:
        pipeline = pipeline.with_min_confidence(chosen.min_confidence)
    return pipeline


def _transform(item: str) -> Transform:
    """Return the transform that NAME or NAME:option=value,... describes."""
    from vnclean.errors import ConfigError
    from vnclean.transform import from_config

    name, _, rest = item.partition(":")
    options: dict[str, Any] = {}
    for part in filter(None, rest.split(",")):
        key, equals, value = part.partition("=")
        if not equals:
            raise ConfigError(f"{item!r} is not understood. Write NAME:option=value,option=value.")
        try:
            options[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            options[key.strip()] = value.strip()
    return from_config(name, options)


def reading_from(
    keys: tuple[str, ...], lines: bool, input_format: str | None, encoding: str
) -> Reading:
    """Return how inputs are read; raises ConfigError for an unknown format or encoding."""
    from vnclean.engine.plan import Reading
    from vnclean.formats import format_named
    from vnclean.formats.encoding import normal_name

    if input_format is not None:
        format_named(input_format)
    return Reading(input_format, keys, lines, normal_name(encoding))


def job_count(jobs: int, tasks: list[Task]) -> int:
    """Return how many processes to use: those asked for, or as many as the input is worth."""
    if jobs:
        return jobs
    from vnclean.engine.parallel import processors
    from vnclean.engine.plan import total_size

    return processors() if (total_size(tasks) or 0) >= AUTO_JOBS_FROM else 1
