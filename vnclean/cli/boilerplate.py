"""`vnclean boilerplate`: learning the templates of sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from vnclean.cli.options import overwrite_option, reading_from, told_unread
from vnclean.cli.terminal import say

if TYPE_CHECKING:
    from vnclean.engine.plan import Task

__all__ = ["boilerplate"]


@click.group()
def boilerplate() -> None:
    """Learn what the pages of a web site share, so that `clean` can take it away."""


@boilerplate.command()
@click.argument("inputs", nargs=-1, required=True, metavar="CORPUS...")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where the templates go.")
@click.option("-k", "--text-key", "key", default="text", help="Field that holds the text.")
@click.option("--site-key", default="url", help="Field that holds the address or site.  [url]")
@click.option("--input-format", metavar="NAME", help="As for clean.  [default: by the file name]")
@click.option("--encoding", default="auto", metavar="NAME", help="Encoding of the input.")
@overwrite_option
def learn(
    inputs: tuple[str, ...],
    output: str,
    key: str,
    site_key: str,
    input_format: str | None,
    encoding: str,
    overwrite: bool,
) -> int:
    """Learn the template of every site from files or folders of documents.

    A record's site is the host of its --site-key; that of a plain file is its folder. Use the
    result with: vnclean clean --templates FILE
    """
    from vnclean.boilerplate.templates import Learner
    from vnclean.engine.atomic_files import open_output
    from vnclean.engine.plan import plan_reading
    from vnclean.engine.run_paths import check_absent, check_run
    from vnclean.formats.places import place

    target = [("the file of templates", place(output))]
    reading = reading_from((key, site_key), False, input_format, encoding)
    tasks = plan_reading(inputs, reading)
    told_unread(reading, False, 0)
    check_run(tasks, [], target)
    check_absent(target, overwrite)
    learner = Learner()
    for site, text in _documents(tasks, key):
        learner.add(site, text)
    templates = learner.result()
    with open_output(place(output)) as file:
        file.write(templates.as_bytes())
    for site, lines in sorted(templates.sites.items()):
        say(f"{site or '-'}: {len(lines)} lines")
    if not templates.sites:
        say("No site has a template: it takes 8 documents that share lines.")
    return 0


def _documents(tasks: list[Task], key: str) -> Iterator[tuple[str, str]]:
    """Yield site and text of every document; what can't be read is named and passed over."""
    from vnclean.boilerplate.templates import site_of
    from vnclean.engine.reading import pieces
    from vnclean.engine.visitor import rewrite_or_reject
    from vnclean.formats import Field

    for piece in pieces(tasks):
        task = tasks[piece.task]
        folder = str(task.source.parent) if task.source is not None else ""
        if piece.reject is not None:
            say(f"{task.name}: {piece.reject.reason}")
        if piece.chunk is None:
            continue
        fields: list[Field] = []

        def visit(place: Field, fields: list[Field] = fields) -> str:
            fields.append(place)
            return place.text

        for fault in rewrite_or_reject(piece.chunk, visit).rejects:
            say(f"{task.name}:{fault.line}: {fault.reason}")
        records: dict[int, list[Field]] = {}
        for place in fields:
            records.setdefault(place.line, []).append(place)
        for places in records.values():
            texts = [place.text for place in places if place.key in (key, "")]
            sites = [place.text for place in places if place.key not in (key, "")]
            sites = sites or [place.address for place in places if place.address]
            yield site_of(sites[0]) if sites else folder, "\n".join(texts)
