"""`vnclean names`: the names of files, mended."""

from __future__ import annotations

import os
from pathlib import Path

import click

from vnclean.cli.options import format_option, overwrite_option
from vnclean.cli.terminal import json_line, printable, say

__all__ = ["names"]


@click.command()
@click.argument("folder", metavar="FOLDER")
@click.option("--apply", is_flag=True, help="Give the names; without, they are only shown.")
@click.option(
    "--undo",
    "script",
    default="undo-names.sh",
    show_default=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Where --apply writes a script for sh that gives the old names back.",
)
@overwrite_option
@click.option("--archives/--no-archives", default=True, help="Look into zip files, too.")
@format_option("json: one object per name.")
def names(
    folder: str, apply: bool, script: str, overwrite: bool, archives: bool, shape: str
) -> int:
    """Show damaged names of files and folders, and mend them.

    Names in TCVN3, VNI and other charsets of old, mojibake, decomposed letters, letters that
    became "_" or "?"; also those of entries in zip files, of which the archive as it was stays
    beside the new one (.orig). No file is overwritten: where two would get one name, the second
    stays as it is. The exit code is 0 if nothing is to be done or all of it was, 1 if names are
    damaged, 3 if some could not be mended.
    """
    from vnclean.engine.atomic_files import open_output
    from vnclean.engine.file_names import find_renames, rename_all, undo_script
    from vnclean.engine.folders import InputError, refuse_missing
    from vnclean.engine.run_paths import check_absent

    refuse_missing([folder])
    top = Path(folder)
    if not top.is_dir():
        raise InputError(f"{folder} is a file; names are looked at in a folder.")
    found = list(find_renames(top, archives=archives))
    good = [rename for rename in found if not rename.fault]
    left = [rename for rename in found if rename.fault]
    if apply and good:
        check_absent([("the script", Path(script))], overwrite)
        with open_output(Path(script)) as file:  # before the first name is given
            file.write(undo_script(top, found))
        left = rename_all(found)
        gone = {(rename.folder, rename.old, rename.entry) for rename in left}
        good = [r for r in good if (r.folder, r.old, r.entry) not in gone]
    for rename in good:
        where = os.path.join(rename.folder, rename.old)
        if shape == "json":
            record = {"folder": rename.folder, "old": rename.old, "new": rename.new}
            click.echo(json_line({**record, "renamed": apply}))
        else:
            click.echo(f"{printable(where)} -> {printable(rename.new)}")
    for rename in left:
        say(f"{os.path.join(rename.folder, rename.old)}: not renamed: {rename.fault}")
    if good:
        count = f"{len(good):,} name" + ("s" if len(good) > 1 else "")
        if apply:
            say(f"{count} mended; sh {script} gives the old ones back.")
        else:
            say(f"{count} would be mended. --apply does it.")
    return 3 if left else int(bool(good) and not apply)
