"""Measure the removal of page furniture from plain text, line by line and character by character.

    python benchmarks/quality/boilerplate.py DATA    # the shipped model (learnt from DATA!)
    python benchmarks/quality/boilerplate.py DATA --weak LABELS --models FOLDER
    python benchmarks/quality/boilerplate.py DATA --peers     # peers, as far as installed:
                                      # jusText (with lxml_html_clean), boilerpy3, trafilatura
    python benchmarks/quality/boilerplate.py         # our own pages only

DATA is laid out as for training/boilerplate.py; LABELS is written by training/weak_labels.py;
FOLDER has what `training/line_network.py --folds` writes, so that no page is judged by a network
that saw one of its organisation. The measures, by kind of document:

- a gold line is *removed* when less than half of its characters (blanks apart) are left;
- line P, R, F1: of removing boilerplate lines; metadata and uncertain lines are not counted;
- content lost: the share of all content characters that are gone, of documents with furniture too;
- char F1: of the output as main text, the mean over documents (content kept against content there
  was; boilerplate kept counts as false), over all documents and over those with furniture;
- lines lost in documents without furniture: should be none;
- in brackets: where nineteen in twenty of 1,000 samples of the organisations (with replacement)
  lie.

With --models the threshold, too, is chosen without the fold that it is used on: the one with the
highest character F1 over furnished documents among those that lose at most `MAY_LOSE` of their
content.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from training import boilerplate as training  # noqa: E402
from training.line_network import FOLDS, weak_pages  # noqa: E402
from vnclean.boilerplate.classifier import find_furniture  # noqa: E402
from vnclean.boilerplate.line_network import (  # noqa: E402
    LineNetworks,
    load_networks,
    read_networks,
)
from vnclean.boilerplate.transform import Boilerplate  # noqa: E402
from vnclean.transform import Safety, apply_edits  # noqa: E402

Cleaner = Callable[[str], str]


def flat(line: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", line).replace("\u200b", "")).strip()


def size(line: str) -> int:
    return len(line.replace(" ", ""))


def kept_shares(gold: list[str], output: str) -> tuple[list[float], int]:
    """Align gold lines with an output, lines first, then words; return the share left of each.

    The second value counts characters of the output that come from no gold line.
    """
    wanted = [flat(line) for line in gold]
    found = [line for line in map(flat, output.split("\n")) if line]
    kept = [0] * len(wanted)
    extra = 0
    matcher = difflib.SequenceMatcher(None, wanted, found, autojunk=False)
    for tag, low, high, first, last in matcher.get_opcodes():
        if tag == "equal":
            for number in range(low, high):
                kept[number] = size(wanted[number])
        elif tag == "replace":
            source = [(n, word) for n in range(low, high) for word in wanted[n].split()]
            target = [word for line in found[first:last] for word in line.split()]
            words = difflib.SequenceMatcher(None, [w for _, w in source], target, autojunk=False)
            matched = 0
            for block in words.get_matching_blocks():
                for number, word in source[block.a : block.a + block.size]:
                    kept[number] += len(word)
                    matched += len(word)
            extra += sum(map(len, target)) - matched
        elif tag == "insert":
            extra += sum(size(line) for line in found[first:last])
    return [min(1.0, k / max(1, size(line))) for k, line in zip(kept, wanted, strict=True)], extra


class EditCounts:
    """The measures of one cleaner over documents."""

    def __init__(self) -> None:
        self.f1: list[tuple[float, bool]] = []
        self.removed = dict.fromkeys(training.LABELS, 0)
        self.lines = dict.fromkeys(training.LABELS, 0)
        self.kept_chars = dict.fromkeys(training.LABELS, 0.0)
        self.chars = dict.fromkeys(training.LABELS, 0)
        self.lost_in_clean = 0
        self.worst: list[tuple[float, float, str]] = []
        self.of_site: dict[str, list[tuple[float, bool, float, float]]] = {}
        """By organisation: F1, whether furnished, characters of content and those that are gone."""

    def add(self, document: Any, output: str) -> None:
        rows = document.rows
        shares, extra = kept_shares([row["text"] for row in rows], output)
        own_kept, own = dict.fromkeys(training.LABELS, 0.0), dict.fromkeys(training.LABELS, 0)
        for row, share in zip(rows, shares, strict=True):
            label, length = row["label"], size(flat(row["text"]))
            if not length:
                continue
            own[label] += length
            own_kept[label] += length * share
            self.lines[label] += 1
            self.removed[label] += share < 0.5
            if not document.furnished and label == "content" and share < 0.5:
                self.lost_in_clean += 1
        for label in training.LABELS:
            self.chars[label] += own[label]
            self.kept_chars[label] += own_kept[label]
        if own["content"]:
            kept = own_kept["content"]
            shown = kept + own_kept["boilerplate"] + extra
            precision, recall = kept / shown if shown else 0.0, kept / own["content"]
            score = 2 * precision * recall / (precision + recall) if kept else 0.0
            self.f1.append((score, document.furnished))
            self.worst.append((score, 1 - recall, document.name))
            row = score, document.furnished, own["content"], own["content"] - kept
            self.of_site.setdefault(document.site, []).append(row)

    def measures(self) -> dict[str, float]:
        true, false = self.removed["boilerplate"], self.removed["content"]
        missed = self.lines["boilerplate"] - true
        share = lambda label: 1 - self.kept_chars[label] / max(1, self.chars[label])  # noqa: E731
        return {
            "line P": true / max(1, true + false),
            "line R": true / max(1, true + missed),
            "line F1": 2 * true / max(1, 2 * true + false + missed),
            "content lost": share("content"),
            "furniture removed": share("boilerplate"),
            "char F1 furnished": float(np.mean([s for s, f in self.f1 if f] or [0])),
            "char F1 all": float(np.mean([s for s, _ in self.f1] or [0])),
            "metadata kept": 1 - share("metadata"),
            "lines lost in clean": self.lost_in_clean,
        }

    def furnished(self, samples: int = 0) -> tuple[float, float, list[float], list[float]]:
        """Return F1 and loss of furnished documents, and where they lie in samples of sites."""

        def both(sites: list[Any]) -> tuple[float, float]:
            rows = [row for site in sites for row in site if row[1]]
            if not rows:
                return 0.0, 0.0
            values = np.array(rows, dtype=float)
            return float(values[:, 0].mean()), float(values[:, 3].sum() / values[:, 2].sum())

        sites = list(self.of_site.values())
        drawn = np.random.default_rng(0).integers(len(sites) or 1, size=(samples, len(sites)))
        found = [both([sites[each] for each in row]) for row in drawn] or [both(sites)]
        f1, lost = np.percentile(np.array(found), [2.5, 97.5], axis=0).T.tolist()
        return *both(sites), f1, lost


def table(results: dict[str, dict[str, float]]) -> str:
    names = list(next(iter(results.values())))
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for title, values in results.items():
        cells = [
            f"{values[n]:.0f}" if n.startswith("lines") else
            f"{100 * values[n]:.2f} %" if n == "content lost" else f"{values[n]:.3f}"
            for n in names
        ]  # fmt: skip
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


SAMPLES = 1000
GROUPS = {"negative": "own, all content", "page": "own pages"}
"""Whose documents they are, by the first word of the name of their site."""
HELD_OUT = "boilerplate_held_out"
"""The folder of our own documents that no model learns from."""
KINDS = {
    "newspaper": "news", "party": "portal", "government": "portal", "ecommerce": "shop",
    "business": "company", "health": "company", "realestate": "company", "travel": "company",
    "school": "school", "blog": "blog", "forum": "forum",
}  # fmt: skip
"""What the kinds of the manifest are put together to."""
SHOWN_LAYOUTS = ("block a line", "menus glued", "Markdown")
"""Layouts of weakly labelled pages that are measured."""
GRID = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""The thresholds to choose from, where one is chosen."""
MAY_LOSE = 0.004
"""The share of the content of furnished documents that the chosen threshold may lose."""


class Case(NamedTuple):
    """A document to measure, its fold (None: no model learns from it) and its groups."""

    document: Any
    fold: int | None
    groups: list[str]


def hand_cases(folder: Path) -> list[Case]:
    """Return documents labelled by hand, in the folds of `training/line_network.py`."""
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").split("\n")
    kinds = {entry["doc"]: entry["kind"] for entry in map(json.loads, filter(None, lines))}
    cases = []
    for fold, (_, held) in enumerate(training.folds(training.load(folder), FOLDS)):
        for document in held:
            kind = kinds[document.name]
            name = "no page" if kind.startswith("clean") else KINDS.get(kind, "other")
            cases.append(Case(document, fold, ["by hand", f"by hand: {name}"]))
    return cases


def own_cases() -> list[Case]:
    """Return the documents of our own that no model learns from."""
    return [
        Case(document, None, [f"{GROUPS[document.site.split(' ')[0]]}, held out"])
        for document in training.load_own(HELD_OUT)
    ]


def weak_cases(path: Path, *, is_held_out: bool) -> list[Case]:
    """Return weakly labelled pages in some layouts: those of the folds, or those set aside."""
    cases = []
    for page in weak_pages(path, SHOWN_LAYOUTS, is_held_out=is_held_out):
        text = "\n".join("\n" * before + line for _, line, before in page.rows)
        rows = [{"text": line, "label": label} for label, line, _ in page.rows]
        furnished = any(row["label"] == "boilerplate" for row in rows)
        document = training.Document(
            page.name, page.organisation, text, rows, np.zeros(0), furnished
        )
        where = "set aside" if is_held_out else "weak"
        groups = [where, f"{where}: {page.name.split('#')[1]}"]
        cases.append(Case(document, None if is_held_out else page.fold, groups))
    return cases


def cleaner(networks: LineNetworks, threshold: float) -> Cleaner:
    def clean(text: str) -> str:
        edits = find_furniture(text, networks, threshold, False)
        return apply_edits(text, [e for e in edits if e.safety is not Safety.SUGGEST])

    return clean


def cross_validate(cases: list[Case], folder: Path) -> dict[str, EditCounts]:
    """Clean each document by networks that saw no page of its organisation.

    The threshold of a fold is that which is best for the documents by hand of the other folds.
    """
    models = [read_networks(folder / f"fold{fold}.bin") for fold in range(FOLDS)]
    outputs = {
        threshold: [
            cleaner(models[case.fold or 0], threshold)(case.document.text) for case in cases
        ]
        for threshold in GRID
    }
    found: dict[str, EditCounts] = {}
    for fold in range(FOLDS):
        chosen = GRID[-1]
        best = -1.0
        for threshold in GRID:
            others = EditCounts()
            for case, output in zip(cases, outputs[threshold], strict=True):
                if case.fold not in (None, fold) and "by hand" in case.groups:
                    others.add(case.document, output)
            f1, lost, *_ = others.furnished()
            if lost <= MAY_LOSE and f1 > best:
                chosen, best = threshold, f1
        print(f"fold {fold}: threshold {chosen}", file=sys.stderr)
        for case, output in zip(cases, outputs[chosen], strict=True):
            if (case.fold or 0) == fold:
                for group in case.groups:
                    found.setdefault(f"{group}: folds", EditCounts()).add(case.document, output)
    return found


def min_words(count: int) -> Cleaner:
    def clean(text: str) -> str:
        return "\n".join(line for line in text.split("\n") if len(line.split()) >= count)

    return clean


def peers() -> dict[str, Cleaner]:
    """Return what can be had of the peers, each given the text as one paragraph a line."""
    out: dict[str, Cleaner] = {"drop lines under 8 words": min_words(8)}

    def page(text: str) -> str:
        from html import escape

        body = "".join(f"<p>{escape(line)}</p>\n" for line in text.split("\n") if line.strip())
        return f"<html><body>{body}</body></html>"

    try:
        import justext

        words = justext.get_stoplist("Vietnamese")

        def by_justext(text: str) -> str:
            found = justext.justext(page(text).encode(), words, encoding="utf-8")
            return "\n".join(p.text for p in found if not p.is_boilerplate)

        out["jusText"] = by_justext
    except ImportError:
        pass
    try:
        from boilerpy3 import extractors

        keep_everything = extractors.ArticleExtractor(raise_on_failure=False)
        out["boilerpy3 (article)"] = lambda text: keep_everything.get_content(page(text))
    except ImportError:
        pass
    try:
        import trafilatura

        out["trafilatura"] = lambda text: trafilatura.extract(page(text)) or ""
    except ImportError:
        pass
    return out


def intervals(tallies: dict[str, EditCounts]) -> str:
    """Return the table of furnished documents with their intervals."""
    lines = [
        "| furnished documents | documents | sites | char F1 | content lost |",
        "|---" * 5 + "|",
    ]
    for name, tally in tallies.items():
        f1, lost, span, losses = tally.furnished(SAMPLES)
        count = sum(row[1] for site in tally.of_site.values() for row in site)
        if count:
            lines.append(
                f"| {name} | {count} | {len(tally.of_site)} "
                f"| {f1:.3f} ({span[0]:.3f} to {span[1]:.3f}) "
                f"| {100 * lost:.2f} % ({100 * losses[0]:.2f} to {100 * losses[1]:.2f}) |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--weak", type=Path, help="what training/weak_labels.py wrote")
    parser.add_argument("--set-aside", action="store_true", help="of it those never learnt from")
    parser.add_argument("--models", type=Path, help="a folder of networks, each without one fold")
    parser.add_argument("-o", "--output", type=Path, help="a JSON file for the figures")
    parser.add_argument("--thresholds", type=float, nargs="*", default=[])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--worst", type=int, default=0)
    arguments = parser.parse_args()
    cases = own_cases()
    if arguments.data:
        cases += hand_cases(arguments.data)
    if arguments.weak:
        cases += weak_cases(arguments.weak, is_held_out=arguments.set_aside)
    tallies: dict[str, EditCounts] = {}
    if arguments.models:
        tallies = cross_validate(cases, arguments.models)
    else:
        thresholds = tuple(arguments.thresholds) or (Boilerplate.threshold,)
        cleaners = {f"vnclean, as shipped, at {t}": cleaner(load_networks(), t)
                    for t in thresholds}  # fmt: skip
        cleaners["keep everything"] = str
        if arguments.peers:
            cleaners.update(peers())
        for name, clean in cleaners.items():
            for case in cases:
                output = clean(case.document.text)
                for group in case.groups:
                    tallies.setdefault(f"{group}: {name}", EditCounts()).add(case.document, output)
    tallies = dict(sorted(tallies.items()))
    figures = {name: tally.measures() for name, tally in tallies.items()}
    print(table(figures))
    print()
    print(intervals(tallies))
    if arguments.output:
        rounded = {name: {key: round(value, 5) for key, value in values.items()}
                   for name, values in figures.items()}  # fmt: skip
        arguments.output.write_text(json.dumps(rounded, indent=1, ensure_ascii=False) + "\n")
    for name, tally in tallies.items():
        if arguments.worst:
            print(f"\nworst of {name}: char F1, content lost")
            for score, lost, document in sorted(tally.worst)[: arguments.worst]:
                print(f"  {score:.3f}  {lost:.3f}  {document}")


if __name__ == "__main__":
    main()
