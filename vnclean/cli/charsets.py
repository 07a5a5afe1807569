"""`vnclean detect`, `decode` and `convert`: doors to `vnclean.charsets`."""

from __future__ import annotations

import click

from vnclean.cli.options import (
    format_option,
    inputs_argument,
    max_record_option,
    overwrite_option,
)
from vnclean.cli.terminal import json_line, printable, say

__all__ = ["convert", "decode", "detect"]

_read_whole_option = max_record_option("Leave out larger files: they are read whole.")


@click.command()
@inputs_argument
@format_option("json: one object per input.")
@max_record_option("Judge larger files by so many bytes of their beginning.")
def detect(inputs: tuple[str, ...], shape: str, max_record: int) -> int:
    """Tell the encoding of files, legacy Vietnamese ones too; writes nothing.

    A line for each file: its encoding, the confidence, what else it could be. The exit code is 0,
    or 3 if some inputs can't be read.
    """
    from vnclean.charsets import detect as tell
    from vnclean.cli.messages import read_whole
    from vnclean.engine.folders import refuse_missing

    refuse_missing(inputs)
    code = 0
    for name in inputs or ("-",):
        data = read_whole(name, max_record, head=True)
        if data is None:
            code = 3
            continue
        found = tell(data)
        if shape == "json":
            record = {
                "file": name,
                "encoding": found.encoding if found else None,
                "confidence": found.confidence if found else 0.0,
                "alternatives": dict(found.alternatives) if found else {},
                "evidence": found.evidence if found else {},
            }
            click.echo(json_line(record))
            continue
        if found is None:
            click.echo(f"{printable(name)}: can't tell")
            continue
        others = ", ".join(f"{other} {share:.3f}" for other, share in found.alternatives)
        click.echo(
            f"{printable(name)}: {found.encoding}, confidence {found.confidence:.3f}"
            + (f" (or {others})" if others else "")
        )
    return code


@click.command()
@click.argument("input", default="-", metavar="[INPUT]")
@click.option("-o", "--output", metavar="FILE", help="Write here instead of standard output.")
@overwrite_option
@_read_whole_option
def decode(input: str, output: str | None, overwrite: bool, max_record: int) -> int:
    """Detect the encoding of a file and write its text as UTF-8.

    Lines in another charset than the rest are told apart. What can't be told is read as UTF-8. Of
    a PDF the text comes out (extra `pdf`), each run read in the charset of its font.
    """
    from vnclean.charsets import decode as read
    from vnclean.cli.messages import read_whole
    from vnclean.engine.folders import refuse_missing
    from vnclean.formats.base import RecordError
    from vnclean.formats.pdf import is_pdf, read_pdf

    refuse_missing([input])
    data = read_whole(input, max_record)
    if data is None:
        return 3
    if not is_pdf(data):
        return _write(read(data).encode("utf-8", "surrogatepass"), input, output, overwrite)
    try:
        found = read_pdf(data)
    except RecordError as fault:
        say(f"{input}: {fault}")
        return 3
    for page in found.without:
        say(f"{input}: page {page} has no text: it needs OCR")
    return _write(f"{found.text}\n".encode(), input, output, overwrite) or 3 * bool(found.without)


@click.command()
@click.argument("input", default="-", metavar="[INPUT]")
@click.option("--from", "source", metavar="CHARSET", help="The charset of the input; else told.")
@click.option("--to", "target", metavar="CHARSET", default="utf-8", help="The charset to write.")
@click.option("-o", "--output", metavar="FILE", help="Write here instead of standard output.")
@click.option("--lossy", is_flag=True, help="Write also where characters are lost.")
@overwrite_option
@_read_whole_option
def convert(
    input: str,
    source: str | None,
    target: str,
    output: str | None,
    lossy: bool,
    overwrite: bool,
    max_record: int,
) -> int:
    """Convert a file from one encoding to another.

    What the target can't write is reported before anything is written, and nothing is written
    then without --lossy. The exit code is 0, or 3 where it was refused.
    """
    from vnclean.charsets import convert as change
    from vnclean.cli.messages import read_whole
    from vnclean.engine.folders import refuse_missing

    refuse_missing([input])
    data = read_whole(input, max_record)
    if data is None:
        return 3
    done = change(data, source, target)
    if not done.lossless:
        say(f"{input}: {done.report()}")
        if not lossy:
            say("Nothing was written. You can add --lossy to write the nearest letters.")
            return 3
    return _write(done.data, input, output, overwrite)


def _write(data: bytes, input: str, output: str | None, overwrite: bool) -> int:
    import sys

    from vnclean.engine.atomic_files import open_output
    from vnclean.engine.run_paths import check_absent, check_paths
    from vnclean.formats.places import place

    if output is None or output == "-":
        sys.stdout.buffer.write(data)
        return 0
    target = place(output)
    check_paths([("the input", None if input == "-" else place(input))], [("the output", target)])
    check_absent([("the output", target)], overwrite)
    with open_output(target) as file:
        file.write(data)
    return 0
