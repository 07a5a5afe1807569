"""`vnclean clean`: the product goes to files or to standard output."""

from __future__ import annotations

import sys

import click

from vnclean.cli.engine_options import engine_options, run_on
from vnclean.cli.options import Shared, shared_options
from vnclean.cli.web_options import Pages, page_options

__all__ = ["clean"]


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("-o", "--output", metavar="OUT", help="A folder; or a file, for a single input file.")
@click.option("--in-place", is_flag=True, help="Replace the inputs, each at once when it is done.")
@click.option("--overwrite", is_flag=True, help="Replace outputs that exist.")
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
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N records.")
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Only N records, drawn at random."
)
@click.option("--seed", type=int, default=0, metavar="S", help="Another sample.  [default: 0]")
@click.option("--dry-run", is_flag=True, help="Write nothing but the report; -o is not needed.")
@click.option(
    "--edits",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Keep every edit, so that `vnclean undo` restores the inputs: .jsonl, .jsonl.zst, ...",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write what was done: .json for programs, .html for people.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say what became of every file.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but faults.")
def clean(
    shared: Shared,
    pages: Pages,
    inputs: tuple[str, ...],
    output: str | None,
    in_place: bool,
    overwrite: bool,
    resume: bool,
    engine: str,
    address: str | None,
    rejects: str | None,
    min_quality: str | None,
    signals: bool,
    limit: int | None,
    sample: int | None,
    seed: int,
    dry_run: bool,
    edits: str | None,
    report: str | None,
    verbose: bool,
    quiet: bool,
) -> int:
    """Clean files, folders or standard input.

    INPUT is a text file, a JSON lines, JSON, CSV or TSV file, a page of HTML (text comes out) or a
    WARC or WET archive (JSON lines come out), each also compressed (.gz .bz2 .xz
    .zst), or a folder of such files, which is mirrored in OUT. A pattern ('part-*.jsonl', **) or
    a URL (s3://, hf://, gs://, https://) will do too. Everything but the texts stays byte for
    byte. Without INPUT, or with "-", standard input is cleaned to standard output.
    """
    from vnclean.cli.messages import Reporter
    from vnclean.engine import journal_path, plan_cleaning, plan_reading
    from vnclean.engine.plan import InputError
    from vnclean.engine.sampling import Selection
    from vnclean.formats.places import place
    from vnclean.report import check_report_name, write_report
    from vnclean.signals import Criteria

    if report is not None:
        check_report_name(place(report))
    pipeline = pages.pipeline(shared.pipeline())
    reading = pages.reading(shared.reading())
    criteria = Criteria.parse(min_quality) if min_quality is not None else None
    if criteria is not None and in_place:
        raise click.UsageError("--min-quality leaves records out: give -o OUT, not --in-place.")
    if dry_run:
        tasks = plan_reading(inputs, reading)
        output, rejects, edits = None, None, None
    else:
        replace = overwrite or resume
        tasks = plan_cleaning(inputs, output, reading, in_place=in_place, replace=replace)
    pages.check(pipeline, tasks)
    if signals and (other := next((t for t in tasks if t.format.name != "jsonl"), None)):
        raise click.UsageError(f"--signals adds a field to JSON lines; {other.name} has none.")
    journal = journal_path(output, tasks)
    if resume and journal is None:
        raise click.UsageError("--resume needs an output that can be gone on with: -o OUT.")
    some = limit is not None or sample is not None
    if some and (resume or in_place):
        raise click.UsageError("--limit and --sample need a fresh output: -o OUT or --dry-run.")
    if resume and overwrite:
        raise click.UsageError("Give --resume to go on or --overwrite to start anew, not both.")
    for option, name in (("--rejects", rejects), ("--edits", edits)):
        if name is not None and place(name).exists() and not (overwrite or resume):
            raise InputError(
                f"{name} exists already. Use --overwrite to replace it, or give another name "
                f"after {option}."
            )
    if any(task.source is None for task in tasks) and sys.stdin.isatty() and not quiet:
        click.echo("Reading from the terminal; end with Ctrl-D.", err=True)
    with Reporter(tasks, verbose=verbose, quiet=quiet, dry_run=dry_run) as reporter:
        summary = run_on(
            engine,
            address,
            tasks,
            pipeline,
            shared.jobs,
            rejects=place(rejects) if rejects else None,
            edits=place(edits) if edits else None,
            account=report is not None,
            min_quality=criteria,
            signals=signals,
            selection=Selection(limit, sample, seed) if some else None,
            dry_run=dry_run,
            listener=reporter,
            journal=None if some else journal,
            resume=resume,
        )
        reporter.close()
        reporter.conclude(summary, rejects)
    if report is not None:
        write_report(place(report), summary, pipeline)
    tally = summary.tally
    return 3 if summary.failed or (tally.without and not tally.texts) else 0
