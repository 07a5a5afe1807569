"""`vnclean clean`: the product goes to files or to standard output."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from vnclean.cli.engine_options import Engine, engine_options
from vnclean.cli.options import (
    Shared,
    gather_options,
    inputs_argument,
    overwrite_option,
    selection_options,
    shared_options,
    told_unread,
)
from vnclean.cli.terminal import LinesError, say
from vnclean.cli.web_options import Pages, page_options

if TYPE_CHECKING:
    from vnclean.engine import RunOptions, Summary, Task
    from vnclean.engine.plan import InputOptions
    from vnclean.engine.run_paths import Role

__all__ = ["clean"]


@dataclass(frozen=True)
class Run:
    """What the options of `vnclean clean` alone say; a field for each of them."""

    output: str | None
    in_place: bool
    overwrite: bool
    resume: bool
    rejects: str | None
    min_quality: str | None
    signals: bool
    output_encoding: str | None
    formats: tuple[str, ...]
    line_buffered: bool
    limit: int | None
    sample: int | None
    seed: int
    dry_run: bool
    edits: str | None
    report: str | None
    verbose: bool
    quiet: bool
    fonts: str
    national: bool

    def tasks(self, inputs: tuple[str, ...], reading: InputOptions) -> list[Task]:
        """Return what there is to do; raises InputError."""
        from vnclean.engine import plan_cleaning, plan_reading

        reading = replace(reading, fonts=self.fonts, national=self.national)
        if self.dry_run:
            return plan_reading(inputs, reading)
        return plan_cleaning(
            inputs,
            self.output,
            reading,
            in_place=self.in_place,
            replace=self.overwrite or self.resume,
        )

    def options(self, tasks: list[Task], jobs: int, reads: tuple[Role, ...]) -> RunOptions:
        """Return how it is to be done; raises UsageError where that contradicts itself."""
        from vnclean.engine import RunOptions, journal_path
        from vnclean.engine.options import OptionsError
        from vnclean.engine.run_paths import check_absent
        from vnclean.engine.sampling import Selection
        from vnclean.errors import ConfigError
        from vnclean.formats.places import place
        from vnclean.signals import Criteria

        if self.resume and self.overwrite:
            raise click.UsageError("Give --resume to go on or --overwrite to start anew, not both.")
        some = self.limit is not None or self.sample is not None
        rejects, edits = (None, None) if self.dry_run else (self.rejects, self.edits)
        criteria = None
        if self.min_quality is not None:
            try:
                criteria = Criteria.parse(self.min_quality)
            except ConfigError as error:
                raise LinesError(str(error)) from None
        try:
            options = RunOptions(
                jobs=jobs,
                rejects=place(rejects) if rejects else None,
                edits=place(edits) if edits else None,
                report=place(self.report) if self.report else None,
                account=self.report is not None,
                min_quality=criteria,
                signals=self.signals,
                encoding=_encoding(self.output_encoding),
                selection=Selection(self.limit, self.sample, self.seed) if some else None,
                dry_run=self.dry_run,
                journal=None if some or self.dry_run else journal_path(self.output, tasks),
                resume=self.resume,
                reads=reads,
                line_buffered=self.line_buffered,
            )
            options.check(tasks)
        except OptionsError as error:
            raise click.UsageError(str(error)) from None
        check_absent(options.beside(), self.overwrite or self.resume)
        return options


def _encoding(name: str | None) -> str:
    """Return an encoding as `RunOptions` takes it; raises ConfigError if there is none."""
    from vnclean.formats.encoding import KEEP, normal_name

    return name if name == KEEP else normal_name(name) if name else ""


@click.command()
@inputs_argument
@click.option("-o", "--output", metavar="OUT", help="A folder; or a file, for a single input file.")
@click.option("--in-place", is_flag=True, help="Replace the inputs, each at once when it is done.")
@overwrite_option
@click.option("--resume", is_flag=True, help="Go on with a run that was cut off.")
@shared_options
@page_options
@engine_options
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Keep records that can't be read: file, line, reason, bytes, as JSON lines.",
)
@click.option(
    "--min-quality",
    metavar="CONDITION",
    help='Leave out what is not like this: "spellable >= 0.8 and perplexity < 500"; the signals: '
    "vnclean list signals.",
)
@click.option(
    "--signals", is_flag=True, help="Add the quality of the text to each record of JSON lines."
)
@click.option(
    "--format", "formats", multiple=True, metavar="[PATTERN=]NAME", help="As --input-format."
)
@click.option(
    "--line-buffered",
    is_flag=True,
    help="Answer each record before the next is read: for a stream between two programs.",
)
@click.option(
    "--output-encoding",
    metavar="NAME",
    help="Encoding of the output: utf-8, utf-8-sig, utf-16, ..., or keep.  [default: UTF-16 and "
    "UTF-32 stay, the rest becomes UTF-8; a table of another charset gets a byte order mark]",
)
@click.option(
    "--fonts",
    metavar="NAME",
    default="",
    help="The font for text of documents that was in .VnTime, VNI-Times, ...; else one like each.",
)
@click.option(
    "--national",
    is_flag=True,
    help="Write N'...' for literals of SQL Server that get letters beyond ASCII.",
)
@selection_options
@click.option("--dry-run", is_flag=True, help="Write nothing but the report; -o is not needed.")
@click.option(
    "--edits",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Keep every edit, so that `vnclean undo` restores the inputs: .jsonl, .jsonl.gz, ...",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write what was done: .json for programs, .html for people.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say what became of every file.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but faults.")
@gather_options("run", Run)
def clean(shared: Shared, pages: Pages, engine: Engine, run: Run, inputs: tuple[str, ...]) -> int:
    """Clean files, folders or standard input.

    INPUT is a text file, a JSON lines, JSON, CSV or TSV file, an Office document, subtitles, a page
    of HTML (text comes out) or a WARC or WET archive (JSON lines come out), each also compressed
    (.gz .bz2 .xz .zst), or a folder of such files, which is mirrored in OUT. A pattern
    ('part-*.jsonl', **) or a URL (s3://, hf://, gs://, https://) will do too. Everything but the
    texts stays byte for byte. Without INPUT, or with "-", standard input is cleaned to standard
    output.
    """
    from vnclean.cli.messages import Reporter
    from vnclean.report import check_report_name, write_report

    if run.report is not None:
        check_report_name(run.report)
    shared = replace(shared, input_format=shared.input_format + run.formats)
    pipeline = pages.pipeline(shared.pipeline())
    reading = pages.reading(shared.reading())
    tasks = run.tasks(inputs, reading)
    pages.check(pipeline, tasks)
    settings = shared.settings()
    reads = (("the configuration", settings), ("the templates", pages.file()))
    options = run.options(tasks, shared.jobs, reads)
    if any(task.source is None for task in tasks) and sys.stdin.isatty() and not run.quiet:
        say("Reading from the terminal; end with Ctrl-D.")

    def conclude(summary: Summary) -> None:
        # A run that had ended is told of by its report; going on with it has added nothing.
        ended = run.resume and summary.there and summary.files == len(summary.left)
        if options.report is not None and not (ended and options.report.exists()):
            write_report(options.report, summary, pipeline, settings)

    told = {"verbose": run.verbose, "quiet": run.quiet, "dry_run": run.dry_run}
    with Reporter(tasks, conclude=conclude, **told) as reporter:
        if settings is not None and run.verbose:
            reporter.say(f"Settings: {settings}")
        summary = engine.clean(tasks, pipeline, options, reporter)
        reporter.close()
        reporter.conclude(summary, run.rejects if options.rejects else None)
    tally = summary.tally
    code = 3 if summary.failed or (tally.without and not tally.texts) else 0
    return told_unread(reading, shared.strict, code, quiet=run.quiet)
