"""The report for people: one page that needs nothing but itself, on a screen or on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from vnclean.registry import registry

__all__ = ["page"]

_SHOWN = 12
"""How many rows of a table are seen at once; the others unfold."""
_RULES = 4
"""How many rules of a kind are seen at once."""


class _Kind(NamedTuple):
    """What a transform changed: its name, its help, and its rules with their counts."""

    name: str
    help: str
    rules: list[tuple[str, str, int]]

    @property
    def edits(self) -> int:
        return sum(count for _, _, count in self.rules)


def page(values: Mapping[str, Any]) -> str:
    """Return a report as HTML, from the values of `vnclean.report.as_dict`.

    >>> "1 of 5 texts" in page({"rules": {"tone.style": 3}, "texts": 5, "changed": 1})
    True
    """
    kinds = _kinds(values.get("rules", {}))
    parts = [
        _head(values, kinds),
        _chart(kinds),
        _details(kinds, values.get("samples", {})),
        _encodings(values.get("encodings", {})),
        _documents(values),
        _left_out(values),
        _pipeline(values),
    ]
    style = files("vnclean.report").joinpath("page.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>What vnclean changed</title>\n<style>\n{style}</style></head>\n<body><main>\n"
        + "\n".join(part for part in parts if part)
        + "\n</main></body></html>\n"
    )


def _head(values: Mapping[str, Any], kinds: Sequence[_Kind]) -> str:
    changed, texts = values.get("changed", 0), values.get("texts", 0)
    rejected, records = values.get("rejected", 0), values.get("records", 0)
    edits = sum(kind.edits for kind in kinds)
    whole = max(1, texts + rejected)
    said = (
        f"{_n(changed)} of {_many(texts, 'text')} changed"
        if changed
        else ("Nothing had to be changed" if texts else "There was no text to clean")
    )
    said += f", {_many(rejected, 'record')} left out." if rejected else "."
    strip = "".join(
        f'<i class="{name}" style="width:{100 * part / whole:.2f}%"></i>'
        for name, part in (("on", changed), ("off", texts - changed), ("bad", rejected))
        if part
    )
    legend = "".join(
        f'<li><i class="{name}"></i>{label} <b>{_share(part, whole)}</b></li>'
        for name, label, part in (
            ("on", "changed", changed),
            ("off", "clean already", texts - changed),
            ("bad", "left out", rejected),
        )
        if part
    )
    facts = [
        ("Edits", _n(edits)),
        ("Records", _n(records)),
        ("Files", _n(values.get("files", 0)), f"{_n(values.get('files_changed', 0))} changed"),
        ("Read", _size(values.get("bytes_in", 0)), f"{_size(values.get('bytes_out', 0))} written"),
        ("Time", _time(values.get("seconds", 0)), f"{_size(values.get('bytes_per_second', 0))}/s"),
    ]
    cards = "".join(
        f"<div><dt>{fact[0]}</dt><dd>{fact[1]}"
        + (f"<small>{fact[2]}</small>" if len(fact) > 2 else "")
        + "</dd></div>"
        for fact in facts
    )
    return (
        f"<header><h1>What vnclean changed</h1><p class=lead>{said}</p>"
        + (f"<div class=strip aria-hidden=true>{strip}</div><ul class=legend>{legend}</ul>"
           if strip else "")
        + f"<dl class=cards>{cards}</dl></header>"
    )  # fmt: skip


def _kinds(rules: Mapping[str, int]) -> list[_Kind]:
    """Gather the rules by transform, the most frequent first."""
    owners = {rule: kind for kind in registry().values() for rule in kind.rules}
    found: dict[str, _Kind] = {}
    for rule, count in rules.items():
        owner = owners.get(rule)
        name = owner.name if owner else rule.partition(".")[0]
        about = (owner.__doc__ or "").partition("\n")[0] if owner else ""
        text = owner.rules[rule] if owner else ""
        found.setdefault(name, _Kind(name, about, [])).rules.append((rule, text, count))
    for kind in found.values():
        kind.rules.sort(key=lambda row: (-row[2], row[0]))
    return sorted(found.values(), key=lambda kind: (-kind.edits, kind.name))


def _chart(kinds: Sequence[_Kind]) -> str:
    if not kinds:
        return ""
    most, whole = kinds[0].edits, sum(kind.edits for kind in kinds)
    rows = "".join(
        f'<tr><th scope=row><a href="#{_text(kind.name)}">{_title(kind.name)}</a>'
        f"<td class=bar>{_bar(kind.edits, most)}<td class=n>{_n(kind.edits)}"
        f"<td class=n>{_share(kind.edits, whole)}"
        for kind in kinds
    )
    return _section(
        "Kinds of damage",
        "<table class=chart><thead class=hide><tr><th scope=col>Kind<th scope=col>Bar"
        f"<th scope=col>Edits<th scope=col>Share<tbody>{rows}</table>",
    )


def _details(kinds: Sequence[_Kind], samples: Mapping[str, Any]) -> str:
    parts = []
    for kind in kinds:
        most = kind.rules[0][2]
        rules = [
            f"<div class=rule><h4><code>{_text(rule)}</code>"
            f"<span class=n>{_n(count)}</span></h4>{_bar(count, most)}"
            + (f"<p class=soft>{_ticked(about)}</p>" if about else "")
            + _samples(samples.get(rule, ()))
            + "</div>"
            for rule, about, count in kind.rules
        ]
        rest = "".join(rules[_RULES:])
        if rest:
            more = _many(len(rules) - _RULES, "more rule", "more rules")
            rest = f"<details><summary>{more}</summary><div class=rules>{rest}</div></details>"
        parts.append(
            f'<article id="{_text(kind.name)}"><h3>{_title(kind.name)}'
            f"<span class=n>{_many(kind.edits, 'edit')}</span></h3>"
            f"<p class=soft>{_ticked(kind.help)}</p>"
            f"<div class=rules>{''.join(rules[:_RULES])}</div>{rest}</article>"
        )
    return _section("Rules and samples", "".join(parts)) if parts else ""


def _samples(samples: Sequence[Mapping[str, Any]]) -> str:
    shown = []
    for sample in samples:
        rows: tuple[list[str], list[str]] = ([], [])
        for old, new in sample["passage"]:
            if old == new:
                rows[0].append(_context(old))
                rows[1].append(_context(old))
                continue
            head, tail = _common(old, new)
            for row, text, tag in ((rows[0], old, "del"), (rows[1], new, "ins")):
                core = text[head : len(text) - tail]
                row.append(_context(text[:head]))
                row.append(f"<{tag}>{_marked(core)}</{tag}>" if core else "")
                row.append(_context(text[len(text) - tail :]))
        before, after = ("".join(row) for row in rows)
        shown.append(
            f"<div><dt>before</dt><dd lang=vi>…{before}…</dd>"
            f"<dt>after</dt><dd lang=vi>…{after}…</dd></div>"
        )
    return f"<dl class=samples>{''.join(shown)}</dl>" if shown else ""


def _common(before: str, after: str) -> tuple[int, int]:
    """Return how many characters two texts share at their beginning and at their end.

    >>> _common("qủa", "quả")
    (1, 0)
    """
    most = min(len(before), len(after))
    head = next((n for n in range(most) if before[n] != after[n]), most)
    most -= head
    tail = next((n for n in range(most) if before[-1 - n] != after[-1 - n]), most)
    return head, tail


def _encodings(counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    most = max(counts.values())
    rows = "".join(
        f"<tr><th scope=row>{_text(name)}<td class=bar>{_bar(count, most)}<td class=n>{_n(count)}"
        for name, count in counts.items()
    )
    return _section("Converted to UTF-8", f"<table class=chart><tbody>{rows}</table>")


def _documents(values: Mapping[str, Any]) -> str:
    rows = list(values.get("busiest", ()))
    if not rows:
        return ""
    most = max(row.get("edits", 0) or row["changed"] for row in rows)
    body = [
        f"<tr><th scope=row class=file>{_file(row['file'])}"
        f"<td class=bar>{_bar(row.get('edits', 0) or row['changed'], most)}"
        f"<td class=n>{_n(row.get('edits', 0))}"
        f"<td class=n>{_n(row['changed'])} of {_n(row['texts'])}"
        for row in rows
    ]
    heads = ("File", "", "Edits", "Texts changed")
    return _section("Most damaged files", _table("documents", heads, body))


def _left_out(values: Mapping[str, Any]) -> str:
    rows, rejected = list(values.get("faults", ())), values.get("rejected", 0)
    if not rows:
        return ""
    body = [
        f"<tr><th scope=row class=file>{_file(row['file'])}"
        + (f"<span class=line>:{row['line']}</span>" if row["line"] else "")
        + f"<td>{_text(row['reason'])}"
        for row in rows
    ]
    note = f"<p class=soft>The first {_n(len(rows))} of {_n(rejected)}.</p>"
    left = values.get("not_written", ())
    if left:
        note_left = (
            f"<p class=soft>Without an output: {', '.join(_file(name) for name in left[:20])}"
        )
        note_left += f" and {_n(len(left) - 20)} more.</p>" if len(left) > 20 else ".</p>"
    else:
        note_left = ""
    table = _table("faults", ("File and line", "Reason"), body)
    return _section("Left out", (note if len(rows) < rejected else "") + table + note_left)


def _pipeline(values: Mapping[str, Any]) -> str:
    return _section(
        "Pipeline",
        f"<p class=soft>vnclean {_text(values.get('vnclean', ''))}, fingerprint "
        f"<code>{_text(values.get('fingerprint', ''))}</code></p>"
        f"<pre>{_text(values.get('pipeline', ''))}</pre>",
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _table(name: str, heads: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table of which all but the first rows are folded away."""
    numbers = ("Edits", "Texts changed")
    head = "<thead><tr>" + "".join(
        f"<th scope=col{' class=n' if title in numbers else ''}>{title}" for title in heads
    )
    first = f"<table class={name}>{head}<tbody>{''.join(rows[:_SHOWN])}</table>"
    rest = rows[_SHOWN:]
    if not rest:
        return first
    return (
        f"{first}<details><summary>{_n(len(rest))} more</summary>"
        f"<table class={name}><tbody>{''.join(rest)}</table></details>"
    )


def _bar(count: int, most: int) -> str:
    return f'<i class=mark style="width:{max(0.5, 100 * count / max(1, most)):.1f}%"></i>'


def _title(name: str) -> str:
    return _text(name.replace("_", " ").capitalize())


def _n(number: int) -> str:
    return f"{number:,}"


def _many(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _share(part: int, whole: int) -> str:
    """Return a share for people: never 0 % of something, never 100 % of less than all.

    >>> _share(1, 3000), _share(2999, 3000), _share(1, 2)
    ('&lt;\\u202f0.1\\xa0%', '&gt;\\u202f99.9\\xa0%', '50\\xa0%')
    """
    value = 100 * part / max(1, whole)
    if part and value < 0.1:
        return "&lt;\u202f0.1\u00a0%"
    if part < whole and value > 99.9:
        return "&gt;\u202f99.9\u00a0%"
    return f"{value:.1f}".removesuffix(".0") + "\u00a0%"


def _size(count: float) -> str:
    """Return a number of bytes for people.

    >>> _size(822_575), _size(12)
    ('823\\xa0kB', '12\\xa0B')
    """
    units = ["B", "kB", "MB", "GB", "TB"]
    while count >= 999.5 and len(units) > 1:
        count /= 1000
        del units[0]
    unit = units[0]
    digits = 1 if count < 99.95 and unit != "B" else 0
    return f"{count:,.{digits}f}\u00a0{unit}"


def _time(seconds: float) -> str:
    """Return a duration for people.

    >>> _time(42.82), _time(3723)
    ('42.8\\xa0s', '1\\xa0h\\xa002\\xa0min')
    """
    if seconds < 60:
        return f"{seconds:.1f}\u00a0s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours}\u00a0h\u00a0{minutes:02}\u00a0min"
        if hours
        else f"{minutes}\u00a0min\u00a0{rest:02}\u00a0s"
    )


def _text(value: object) -> str:
    return escape(str(value))


def _ticked(text: str) -> str:
    """Return text in which what stands in backticks is code."""
    parts = text.split("`")
    return "".join(
        f"<code>{escape(part)}</code>" if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _file(name: str) -> str:
    r"""Return a name that can be broken behind its slashes, with what can't be seen spelt out.

    >>> _file("in/a\u202etxt")
    'in/<wbr>a<kbd>U+202E</kbd>txt'
    """
    return "/<wbr>".join(map(_context, name.split("/")))


def _context(text: str) -> str:
    return "".join(_shown(text, spaces=False))


def _marked(text: str) -> str:
    """Return changed characters, with those that can't be seen spelt out.

    >>> _marked("a\\u200bb")
    'a<kbd>U+200B</kbd>b'
    """
    return "".join(_shown(text, spaces=True))


_NAMES = {"\n": "↵", "\t": "⇥", "\u00a0": "nbsp", "\u00ad": "shy"}


def _shown(text: str, *, spaces: bool) -> Iterable[str]:
    blank = not text.strip(" ")
    for character in text:
        if character == " " and spaces and blank:
            yield "<kbd>␣</kbd>"
        elif character == "\n" and not spaces:
            yield " <kbd>↵</kbd> "
        elif character in _NAMES:
            yield f"<kbd>{_NAMES[character]}</kbd>"
        elif character.isprintable():
            yield escape(character)
        else:
            yield f"<kbd>U+{ord(character):04X}</kbd>"
