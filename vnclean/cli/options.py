"""The options that commands share, and what they make of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from vnclean.config import Project
    from vnclean.engine.plan import InputOptions
    from vnclean.pipeline import Pipeline
    from vnclean.transform import Transform

__all__ = [
    "Shared",
    "add_options",
    "format_option",
    "gather_options",
    "inputs_argument",
    "limit_option",
    "overwrite_option",
    "reading_from",
    "selection_options",
    "shared_options",
    "told_unread",
]

_COMMA = re.compile(r",(?![^\[]*\])")
"""A comma that is not inside a list."""


class Size(click.ParamType[int]):
    """A number of bytes, such as 500K, 64M, 2G."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the bytes that are meant."""
        found = re.fullmatch(r"([0-9]{1,15})([KMGT]?)(?:i?B)?", str(value).strip(), re.IGNORECASE)
        if found is None or not int(found[1]):
            self.fail(f"{value!r} is no size. Write a number of bytes, such as 64M.", param, ctx)
        return int(found[1]) << 10 * " KMGT".index(found[2].upper() or " ")


def max_record_option(text: str) -> Callable[[Any], Any]:
    """Return the option of the most bytes that are held of one text."""
    shown = {"default": "256M", "show_default": True, "metavar": "SIZE", "help": text}
    return click.option("--max-record", type=Size(), **shown)  # type: ignore[arg-type]


inputs_argument = click.argument("inputs", nargs=-1, metavar="[INPUT]...")
limit_option = click.option(
    "-n", "--limit", type=click.IntRange(1), metavar="N", help="Stop after N texts."
)
overwrite_option = click.option("--overwrite", is_flag=True, help="Replace outputs that exist.")
_SELECTION = (
    click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N records."),
    click.option(
        "--sample", type=click.IntRange(1), metavar="N", help="Only N records, drawn at random."
    ),
    click.option("--seed", type=int, default=0, metavar="S", help="Another sample.  [default: 0]"),
)
_PIPELINE = (
    click.option("-p", "--preset", metavar="NAME", help="What to do; see `vnclean list presets`."),
    click.option(
        "--config",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        help="A pipeline in a TOML file.  [default: vnclean.toml or [tool.vnclean] in "
        "pyproject.toml, here or in a folder above]",
    ),
    click.option("--isolated", is_flag=True, help="Look for no settings of a project."),
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
    click.option(
        "--thorough/--no-thorough",
        default=None,
        help="Let the step `spelling` judge every word by its context: finds more, takes some "
        "fifty times as long. A --min-confidence below 0.9 asks for it too (0 does not).  "
        "[default: with --only spelling]",
    ),
)
_READING = (
    click.option(
        "-k",
        "--text-key",
        "keys",
        multiple=True,
        metavar="KEY",
        help="Field or column that holds text; dotted where nested, columns also by number; "
        "several with commas or repeated; '*' for all.  [default: text]",
    ),
    click.option("--lines", is_flag=True, help="Each line of a text file is a document."),
    click.option(
        "--no-header",
        is_flag=True,
        help="The first row of a table is data; --text-key gives columns by number, from 1.",
    ),
    click.option(
        "--delimiter", metavar="CHAR", help="What parts columns, \\t for a tab.  [default: told]"
    ),
    click.option(
        "--input-format",
        multiple=True,
        metavar="[PATTERN=]NAME",
        help="txt, jsonl, json, csv, ...: see `vnclean list formats`; with a pattern, of files of "
        "such a name.  [default: by the file name; txt]",
    ),
    click.option(
        "--include",
        multiple=True,
        metavar="PATTERN",
        help="Of folders and archives, read files of such a name alone, whatever is in them.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="Leave such files and folders out."
    ),
    click.option("--archives", is_flag=True, help="Go into .zip and .tar archives (.tar.gz, ...)."),
    click.option(
        "--strict", is_flag=True, help="Exit code 3 where a file of a folder is not read."
    ),
    click.option(
        "--encoding",
        default="auto",
        metavar="NAME",
        help="Encoding of the input.  [default: auto: UTF-8, else detected]",
    ),
    max_record_option("Leave out larger records, and documents that are read whole."),
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
    isolated: bool = False
    with_: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    min_confidence: float | None = None
    thorough: bool | None = None
    keys: tuple[str, ...] = ()
    lines: bool = False
    input_format: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    archives: bool = False
    strict: bool = False
    encoding: str = "auto"
    no_header: bool = False
    delimiter: str | None = None
    max_record: int = 256 << 20
    jobs: int = 0

    def settings(self) -> Path | None:
        """Return the file that says what to do, if there is one; raises ConfigError."""
        project = _project(self)
        return Path(self.config) if self.config is not None else project and project.path

    def pipeline(self) -> Pipeline:
        """Return the pipeline that the options describe; raises ConfigError."""
        return _pipeline(self)

    def reading(self) -> InputOptions:
        """Return how inputs are read; raises ConfigError for an unknown format or encoding."""
        from vnclean.engine.folders import Choice

        keys = tuple(part for key in self.keys for part in _split_keys(key))
        named, patterns = _formats(self.input_format)
        reading = reading_from(keys, self.lines, named, self.encoding)
        choice = Choice(self.include, self.exclude, patterns, self.archives)
        reading = replace(reading, max_record=self.max_record, choice=choice)
        if not (self.no_header or self.delimiter):
            return reading
        delimiter = (self.delimiter or "").replace("\\t", "\t")
        if len(delimiter) > 1 or delimiter in ('"', "\n", "\r"):
            raise click.UsageError("--delimiter is one character, such as ';' or \\t for a tab.")
        return replace(reading, header=not self.no_header, delimiter=delimiter)


def _formats(told: tuple[str, ...]) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """Return the format of all inputs, if one was told, and those of files of some names.

    >>> _formats(("*.dat=csv", "txt"))
    ('txt', (('*.dat', 'csv'),))
    """
    from vnclean.formats import format_named

    pairs = [item.rpartition("=") for item in told]
    for _, _, name in pairs:
        format_named(name)
    named = [name for _, equals, name in pairs if not equals]
    patterns = tuple((pattern, name) for pattern, equals, name in pairs if equals)
    return (named[-1] if named else None), patterns


def told_unread(reading: InputOptions, strict: bool, code: int, *, quiet: bool = False) -> int:
    """Say what of the folders was not read; return the exit code, 3 where that is a fault."""
    from vnclean.cli.terminal import say

    unread = reading.choice.unread
    for line in [] if quiet and not strict else unread.lines():
        say(line)
    return 3 if strict and unread else code


def _split_keys(key: str) -> list[str]:
    r"""Return the keys that are written with commas between them; a comma in one is `\,`.

    >>> _split_keys(r"title, body,a\,b")
    ['title', 'body', 'a,b']
    """
    parts = re.split(r"(?<!\\),", key)
    if len(parts) > 1:
        parts = [part.strip() for part in parts if part.strip()]
    return [part.replace("\\,", ",") for part in parts]


def gather_options(
    name: str, kind: type[Any]
) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Decorate a command that gets the options which are fields of a dataclass together, as it."""
    own = [field.name for field in fields(kind)]

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def called(**given: Any) -> int:
            return command(**{name: kind(**{key: given.pop(key) for key in own})}, **given)

        return called

    return decorate


def add_options(
    command: Callable[..., int], *options: Callable[[Callable[..., int]], Callable[..., int]]
) -> Callable[..., int]:
    """Decorate a command with options; the help lists them in this order."""
    for option in reversed(options):
        command = option(command)
    return command


def selection_options(command: Callable[..., int]) -> Callable[..., int]:
    """Decorate a command with the options that choose records: `limit`, `sample`, `seed`."""
    return add_options(command, *_SELECTION)


def format_option(help: str, *more: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return the option `--format`, which a command gets as `shape`: text, json or one more."""
    shapes = click.Choice(["text", "json", *more])
    return click.option("--format", "shape", type=shapes, default="text", help=help)


def shared_options(command: Callable[..., int]) -> Callable[..., int]:
    """Decorate a command with the options in common; it gets them together, as `shared`."""
    return add_options(gather_options("shared", Shared)(command), *_PIPELINE, *_READING)


def _pipeline(chosen: Shared) -> Pipeline:
    pipeline, settings = _base(chosen)
    for item in chosen.with_:
        step = settings.transform(item)
        if any(known.name == step.name for known in pipeline):
            pipeline = pipeline.replace(step)
        else:
            pipeline = pipeline | step
    if chosen.only:
        wanted = {item.partition(":")[0]: item for item in chosen.only}
        there = {step.name for step in pipeline}
        for name, item in wanted.items():
            if ":" in item and name in there:
                pipeline = pipeline.replace(settings.transform(item))
            elif name not in there:
                pipeline = pipeline | settings.transform(item)
        pipeline = pipeline.without(*(s.name for s in pipeline if s.name not in wanted))
    if chosen.without:
        pipeline = pipeline.without(*chosen.without)
    if chosen.min_confidence is not None:
        pipeline = pipeline.with_min_confidence(chosen.min_confidence)
    return _with_thorough(pipeline, chosen, settings)


def _with_thorough(pipeline: Pipeline, chosen: Shared, settings: _Settings) -> Pipeline:
    """Return the pipeline with its step `spelling` thorough or not, as is asked for."""
    from vnclean.errors import ConfigError

    thorough = chosen.thorough
    if thorough is None:
        # Who asks for nothing else wants all that can be found.
        alone = [item for item in chosen.only if item.partition(":")[0] == "spelling"]
        told = "thorough" in settings.config.get("spelling", {})
        if not alone or told or "thorough=" in alone[-1]:
            return pipeline
        thorough = True
    if all(step.name != "spelling" for step in pipeline):
        raise ConfigError(
            "--thorough is for the step `spelling`, which this pipeline lacks. You can add it: "
            "--with spelling."
        )
    return pipeline.replace(replace(pipeline["spelling"], **{"thorough": thorough}))


class _Settings(NamedTuple):
    """What a configuration says on single transforms, also on those that are no steps of it."""

    config: dict[str, Any]
    folder: Path | None

    def transform(self, item: str) -> Transform:
        """Return the transform that NAME or NAME:option=value,... describes."""
        from vnclean.registry import from_config

        name, options = _parse_item(item)
        mine = self.config.get(name)
        step = from_config(name, mine if isinstance(mine, dict) else {}, self.folder)
        return from_config(name, {**step.options(), **options}) if options else step


def _base(chosen: Shared) -> tuple[Pipeline, _Settings]:
    """Return the pipeline to begin with: of the file that is named, of the project, or a preset."""
    from vnclean.config import read_toml
    from vnclean.errors import ConfigError
    from vnclean.pipeline import Pipeline

    if chosen.config is not None:
        if chosen.preset is not None:
            raise ConfigError(
                "Give --preset or --config, not both; a config file can name its preset: "
                'preset = "web".'
            )
        path = Path(chosen.config)
        config = read_toml(path)
        named = {item.partition(":")[0] for item in chosen.with_ + chosen.only}
        pipeline = Pipeline.from_mapping(config, path.parent, spare=named)
        return pipeline, _Settings(config, path.parent)
    project = _project(chosen)
    if project is None:
        return Pipeline.preset(chosen.preset or "standard"), _Settings({}, None)
    config, folder = project.config, project.path.parent
    if chosen.preset is not None:
        which = ("preset", "steps", "step", "with", "without")
        config = {key: value for key, value in config.items() if key not in which}
        config["preset"] = chosen.preset
    try:
        return Pipeline.from_mapping(config, folder, spare=config), _Settings(config, folder)
    except ConfigError as error:
        raise ConfigError(f"In the settings of {project.path}: {error}") from None


def _project(chosen: Shared) -> Project | None:
    """Return the settings of the project, where they are to be looked for."""
    from vnclean.config import find_project

    return None if chosen.isolated or chosen.config else find_project(Path.cwd())


def _parse_item(item: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of NAME or NAME:option=value,..."""
    from vnclean.errors import ConfigError

    name, _, rest = item.partition(":")
    options: dict[str, Any] = {}
    for part in filter(None, _COMMA.split(rest)):
        key, equals, value = part.partition("=")
        if not equals:
            raise ConfigError(f"{item!r} is not understood. Write NAME:option=value,option=value.")
        try:
            options[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            options[key.strip()] = value.strip()
    return name, options


def reading_from(
    keys: tuple[str, ...], lines: bool, input_format: str | None, encoding: str
) -> InputOptions:
    """Return how inputs are read; raises ConfigError for an unknown format or encoding."""
    from vnclean.engine.plan import InputOptions
    from vnclean.formats import format_named
    from vnclean.formats.encoding import normal_name

    if input_format is not None:
        format_named(input_format)
    return InputOptions(input_format, keys, lines, normal_name(encoding))
