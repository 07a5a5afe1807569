"""`vnclean inspect`: what is wrong with a file, in figures and examples."""

from __future__ import annotations

from pathlib import Path

import click

from vnclean.cli.options import format_option, inputs_argument, max_record_option
from vnclean.cli.terminal import json_line, printable, say

__all__ = ["inspect"]


@click.command()
@inputs_argument
@click.option("-t", "--text", metavar="TEXT", help="Inspect this text instead of a file.")
@format_option("json: one object per input.")
@click.option(
    "-n",
    "--examples",
    type=click.IntRange(0),
    default=3,
    metavar="N",
    help="Examples for each kind of damage.",
)
@max_record_option("Leave out larger files: they are read whole.")
def inspect(
    inputs: tuple[str, ...], text: str | None, shape: str, examples: int, max_record: int
) -> int:
    """Judge the state of texts: encodings, damage, tone style; writes nothing.

    Each kind of damage is shown with its share of the words, the lines it is on and the repair
    that is proposed; a question mark stands before what would only be suggested. The exit code is
    0, or 3 if some inputs can't be read or are no text.
    """
    from vnclean.cli.diff_view import short
    from vnclean.cli.messages import read_whole
    from vnclean.engine.folders import refuse_missing
    from vnclean.inspection import Inspection
    from vnclean.inspection import inspect as look

    if text is not None and inputs:
        raise click.UsageError("Give --text or inputs, not both.")

    def show(name: str, found: Inspection) -> None:
        if shape == "json":
            record = {"file": name, **found.as_dict()}
            click.echo(json_line(record))
            return
        size = f"{found.lines:,} lines, {found.words:,} words"
        charset = f"{found.encoding}, " if found.encoding else ""
        styles = found.tone_style
        click.echo(f"{printable(name)}: {charset}{found.unicode_form}, {size}")
        if any(styles.values()):
            click.echo(f"  tone style: {styles['old']:,} old (hòa), {styles['new']:,} new (hoà)")
        if not found.damage:
            click.echo("  no damage found")
        for damage in found.damage:
            ranges = [f"{a}-{b}" if b > a else f"{a}" for a, b in damage.lines]
            more = f" and {len(ranges) - 8} more places" if len(ranges) > 8 else ""
            click.echo(
                f"  {damage.rule}: {damage.words:,} words ({100 * damage.share:.1f} %), "
                f"lines {', '.join(ranges[:8])}{more}"
            )
            click.echo(f"    {damage.meaning}")
            for example in damage.examples:
                sign = "" if example.applied else "? "
                click.echo(
                    f'    {sign}{example.line}: "{short(example.before)}" -> '
                    f'"{short(example.after)}", confidence {example.confidence:.3f}'
                )

    if text is not None:
        show("text", look(text, examples))
        return 0
    refuse_missing(inputs)
    code = 0
    for name in inputs or ("-",):
        data = read_whole(name, max_record)
        if data is None:
            code = 3
            continue
        found = look(data, examples)
        if found.binary and (texts := _texts_of(name, data)):
            found = look(texts, examples)
        if found.binary:
            say(f"{name}: left out: it is binary, no text")
            code = 3
            continue
        show("<stdin>" if name == "-" else name, found)
    return code


def _texts_of(name: str, data: bytes) -> str:
    """Return the texts of a package such as a Word document, a line each; nothing: it is none."""
    from vnclean.errors import FormatError
    from vnclean.formats import Field
    from vnclean.formats.known import format_named, format_of
    from vnclean.formats.spans.package import PackageFormat

    named = format_of(Path(name))
    kind = None if named is None else format_named(named)
    if not isinstance(kind, PackageFormat):
        return ""
    texts: list[str] = []

    def note(field: Field) -> str:
        texts.append(field.text)
        return field.text

    try:
        for chunk in kind.split([data], len(data)):
            kind.rewrite(chunk, note)
    except FormatError:
        return ""
    return "\n".join(texts)
