"""`vnclean list`: what there is to choose from."""

from __future__ import annotations

import dataclasses
import json
from itertools import takewhile
from typing import Any

import click

__all__ = ["listing"]

_KINDS = ("presets", "transforms", "rules", "formats", "signals")


@click.command("list")
@click.argument("kinds", nargs=-1, type=click.Choice(_KINDS), metavar="[KIND]...")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
def listing(kinds: tuple[str, ...], shape: str) -> int:
    """List presets, transforms, rules, input formats and quality signals.

    KIND is any of presets, transforms, rules, formats, signals; without it, presets, transforms
    and formats are listed.
    """
    tables = {kind: _table(kind) for kind in kinds or ("presets", "transforms", "formats")}
    if shape == "json":
        click.echo(json.dumps(tables, ensure_ascii=False, indent=2))
        return 0
    for number, (kind, rows) in enumerate(tables.items()):
        if len(tables) > 1:
            click.echo(("\n" if number else "") + f"{kind.capitalize()}:")
        width = max((len(row["name"]) for row in rows), default=0)
        indent = "  " if len(tables) > 1 else ""
        for row in rows:
            more = f"  ({row['options']})" if row.get("options") else ""
            click.echo(f"{indent}{row['name']:{width}}  {row['help']}{more}".rstrip())
    return 0


def _table(kind: str) -> list[dict[str, Any]]:
    match kind:
        case "presets":
            return _presets()
        case "transforms":
            return _transforms()
        case "rules":
            return _rules()
        case "signals":
            from vnclean.signals import SIGNALS

            return [{"name": name, "help": meaning} for name, meaning in SIGNALS.items()]
        case _:
            return _formats()


def _presets() -> list[dict[str, Any]]:
    from importlib.resources import files

    from vnclean.pipeline import Pipeline, presets

    rows = []
    for name in presets():
        source = files("vnclean").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8")
        head = takewhile(_is_comment, source.split("\n"))
        help_line = " ".join(line.removeprefix("#").strip() for line in head)
        try:
            steps = [step.name for step in Pipeline.preset(name)]
        except ValueError:
            steps = []
        rows.append({"name": name, "help": help_line, "steps": steps})
    return rows


def _is_comment(line: str) -> bool:
    return line.startswith("#")


def _transforms() -> list[dict[str, Any]]:
    from vnclean.registry import registry

    rows = []
    for name, kind in registry().items():
        options = {field.name: field.default for field in dataclasses.fields(kind)}
        row: dict[str, Any] = {
            "name": name,
            "help": (kind.__doc__ or "").partition("\n")[0],
            "safety": kind.safety.value,
            "rules": sorted(kind.rules),
        }
        if options:
            row["options"] = ", ".join(f"{key}={value!r}" for key, value in options.items())
        rows.append(row)
    return rows


def _rules() -> list[dict[str, Any]]:
    from vnclean.registry import registry

    return [
        {"name": rule, "help": meaning, "transform": name}
        for name, kind in registry().items()
        for rule, meaning in sorted(kind.rules.items())
    ]


def _formats() -> list[dict[str, Any]]:
    from vnclean.formats.known import descriptions

    return [{"name": name, "help": help_line} for name, help_line in descriptions()]
