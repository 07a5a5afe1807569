"""`vnclean undo`: the originals, from cleaned files and their sidecar."""

from __future__ import annotations

import click

from vnclean.cli.options import overwrite_option
from vnclean.cli.terminal import say

__all__ = ["undo"]


@click.command()
@click.argument("cleaned", metavar="CLEANED")
@click.option(
    "--edits",
    required=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="The sidecar that `vnclean clean --edits` wrote.",
)
@click.option("-o", "--output", metavar="OUT", help="A folder; or a file, for a single file.")
@overwrite_option
def undo(cleaned: str, edits: str, output: str | None, overwrite: bool) -> int:
    """Restore what was cleaned from the result and its sidecar.

    Byte for byte. CLEANED is the file or folder that `vnclean clean -o` wrote. A compressed file
    is compressed anew: its contents are restored, not its container; of a Parquet file, its rows.
    The exit code is 0, or 3 if some files are not as vnclean wrote them.
    """
    from vnclean.cli.messages import count_noun
    from vnclean.engine.undo import undo_files
    from vnclean.formats.places import place

    target = None if output in (None, "-") else place(str(output))
    done = undo_files(place(cleaned), place(edits), target, replace_there=overwrite)
    for name, reason in done.failed:
        say(f"{name}: not restored: {reason}")
    if done.failed:
        say(
            f"{count_noun(len(done.failed), 'file')} could not be restored, "
            f"{len(done.restored):,} could."
        )
    return 3 if done.failed else 0
