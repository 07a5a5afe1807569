"""The report for people: one page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

__all__ = ["page"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --line: #d9d9e0;
  --bar: #3e63dd; --old: #ffdbdc; --new: #d6f1df; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b4ba; --line: #363a3f;
  --bar: #849dff; --old: #611623; --new: #1b543a; --ground: #18191b; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 1rem; }
dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.3rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
td, th { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { width: 40%; } .bar i { display: block; height: .8rem; margin-top: .35rem;
  background: var(--bar); border-radius: 2px; min-width: 2px; }
del { background: var(--old); text-decoration: none; } ins { background: var(--new);
  text-decoration: none; } del, ins { border-radius: 3px; padding: 0 .15em; }
p.s { margin: .2rem 0; color: var(--soft); } p.s del, p.s ins { color: var(--ink); }
pre { border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow: auto; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; }
  .bar i { print-color-adjust: exact; } }
"""


def page(values: Mapping[str, Any]) -> str:
    """Return a report as HTML, from the values of `vnclean.report.as_dict`.

    >>> "<!doctype html>" in page({"rules": {"tone.style": 3}, "texts": 5, "changed": 1})
    True
    """
    changed, texts = values.get("changed", 0), values.get("texts", 0)
    facts = [
        ("Texts changed", f"{_n(changed)} of {_n(texts)}"),
        ("Edits", _n(sum(values.get("rules", {}).values()))),
        ("Files changed", f"{_n(values.get('files_changed', 0))} of {_n(values.get('files', 0))}"),
        ("Left out", _n(values.get("rejected", 0))),
        ("Read", f"{values.get('bytes_in', 0) / 1e6:,.1f} MB"),
        ("Time", f"{values.get('seconds', 0):,.1f} s"),
        ("Speed", f"{values.get('bytes_per_second', 0) / 1e6:,.1f} MB/s"),
    ]
    parts = [
        "<h1>What vnclean changed</h1>",
        "<dl>" + "".join(f"<div><dt>{k}</dt><dd>{v}</dd></div>" for k, v in facts) + "</dl>",
        _rules(values.get("rules", {}), values.get("samples", {})),
        _bars("Encodings converted to UTF-8", "Encoding", "Records", values.get("encodings", {})),
        _table(
            "Files with the most changed texts",
            ("File", "Changed", "Texts"),
            ((row["file"], row["changed"], row["texts"]) for row in values.get("busiest", ())),
        ),
        _table(
            "Left out",
            ("File", "Line", "Reason"),
            ((row["file"], row["line"], row["reason"]) for row in values.get("faults", ())),
        ),
        f"<h2>Pipeline</h2><p class=s>vnclean {_text(values.get('vnclean', ''))}, fingerprint "
        f"{_text(values.get('fingerprint', ''))}</p>"
        f"<pre>{_text(values.get('pipeline', ''))}</pre>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>What vnclean changed</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def _rules(rules: Mapping[str, int], samples: Mapping[str, Sequence[Sequence[str]]]) -> str:
    chart = _bars("Edits by rule", "Rule", "Edits", rules)
    if not samples:
        return chart
    shown = ["<h2>Samples</h2>"]
    for rule in rules:
        shown.append(f"<h3>{_text(rule)}</h3>")
        for left, before, after, right in samples.get(rule, ()):
            old = f"<del>{_marked(before)}</del>" if before else ""
            new = f"<ins>{_marked(after)}</ins>" if after else ""
            shown.append(f"<p class=s>…{_text(left)}{old}{new}{_text(right)}…</p>")
    return chart + "\n".join(shown)


def _bars(title: str, what: str, unit: str, counts: Mapping[str, int]) -> str:
    if not counts:
        return ""
    most = max(counts.values())
    rows = "".join(
        f"<tr><td>{_text(name)}<td class=n>{_n(count)}"
        f'<td class=bar><i style="width:{100 * count / most:.1f}%"></i>'
        for name, count in counts.items()
    )
    return f"<h2>{title}</h2><table><tr><th>{what}<th class=n>{unit}<th>{rows}</table>"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    body = "".join(
        "<tr>" + "".join(f"<td class=n>{_n(v)}" if isinstance(v, int) else f"<td>{_text(v)}"
                         for v in row)
        for row in rows
    )  # fmt: skip
    if not body:
        return ""
    head = "".join(f"<th>{name}" for name in heads)
    return f"<h2>{title}</h2><table><tr>{head}{body}</table>"


def _n(number: int) -> str:
    return f"{number:,}"


def _text(value: object) -> str:
    return escape(str(value))


def _marked(text: str) -> str:
    """Return changed characters, with those that can't be seen spelt out.

    >>> _marked("a\\u200bb")
    'a\\\\u200bb'
    """
    shown = (c if c.isprintable() and c != "\u00a0" else _spelt(c) for c in text)
    return "".join(map(escape, shown))


def _spelt(character: str) -> str:
    if character == "\n":
        return "↵"
    return f"\\u{ord(character):04x}"
