"""Measure the removal of page furniture from plain text, line by line and character by character.

    python benchmarks/quality/boilerplate.py DATA    # the shipped model (learnt from DATA!)
    python benchmarks/quality/boilerplate.py DATA --folds 10  # cross-validated by site
    python benchmarks/quality/boilerplate.py DATA --folds 10 --nested --seeds 3 -o FILE.json
    python benchmarks/quality/boilerplate.py DATA --peers     # peers, as far as installed:
                                      # jusText (with lxml_html_clean), boilerpy3, trafilatura
    python benchmarks/quality/boilerplate.py         # our own pages only

DATA is laid out as for training/boilerplate.py, whose cross-validation this is. The measures:

- a gold line is *removed* when less than half of its characters (blanks apart) are left;
- line P, R, F1: of removing boilerplate lines; metadata and uncertain lines are not counted;
- content lost: the share of all content characters that are gone;
- char F1: of the output as main text, the mean over documents (content kept against content there
  was; boilerplate kept counts as false), over all documents and over those with furniture;
- lines lost in documents without furniture: should be none.

Figures with --folds come from sites that the judging model never saw; those without do not. With
--nested the threshold as well is chosen without them, by cross-validation among the other sites.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from training import boilerplate as training  # noqa: E402
from vnclean.boilerplate.classifier import Forests, find_furniture  # noqa: E402
from vnclean.boilerplate.forest import Forest  # noqa: E402
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


GROUPS = {"negative": "own, all content", "page": "own pages", "": "DATA"}
"""Whose documents they are, by the first word of the name of their site."""
HELD_OUT = "boilerplate_held_out"
"""The folder of our own documents that no model learns from."""


def group_of(document: Any) -> str:
    name = GROUPS.get(document.site.split(" ")[0], GROUPS[""])
    return f"{name}, held out" if (document.site, document.name) in _held_out() else name


@cache
def _held_out() -> frozenset[tuple[str, str]]:
    return frozenset((d.site, d.name) for d in training.load_own(HELD_OUT))


def cleaner(forests: Forests, threshold: float) -> Cleaner:
    def clean(text: str) -> str:
        edits = find_furniture(text, forests, threshold, False)
        return apply_edits(text, [e for e in edits if e.safety is not Safety.SUGGEST])

    return clean


GRID = (0.7, 0.8, 0.85, 0.9, 0.95)
"""The thresholds to choose from, where one is chosen."""
MAY_LOSE = 0.0025
"""The share of the content that the pages may lose at the threshold that is chosen."""


def trained_forests(documents: list[Any], seed: int) -> Forests:
    return Forests(
        **{
            name: Forest.from_table(table)
            for name, table in training.train(documents, seed).items()
        }
    )


def tally_of(documents: list[Any], forests: Forests, threshold: float, tally: EditCounts) -> None:
    clean = cleaner(forests, threshold)
    for document in documents:
        tally.add(document, clean(document.text))


def choose(documents: list[Any], seed: int) -> float:
    """Return the threshold that is best by cross-validation within these documents.

    Best is the highest character F1 of pages with furniture where no document without furniture
    loses a line, and the others together lose little; own pages count as any.
    """
    tallies = {threshold: EditCounts() for threshold in GRID}
    for learnt, held in training.folds(documents, 3, seed):
        forests = trained_forests(learnt, seed)
        for threshold, tally in tallies.items():
            tally_of(held, forests, threshold, tally)
    found = {threshold: tally.measures() for threshold, tally in tallies.items()}
    harmless = {
        threshold: values["char F1 furnished"]
        for threshold, values in found.items()
        if not values["lines lost in clean"] and values["content lost"] <= MAY_LOSE
    }
    return max(harmless, key=lambda threshold: harmless[threshold], default=GRID[-1])


def cross_validate(
    documents: list[Any], count: int, seed: int, thresholds: tuple[float, ...], nested: bool
) -> dict[str, EditCounts]:
    """Clean each document by a model that saw no page of its site, at each threshold.

    With `nested` the threshold, too, comes from the other sites only.
    """
    tallies: dict[str, EditCounts] = {}
    for learnt, held in training.folds(documents, count, seed):
        forests = trained_forests(learnt, seed)
        chosen = {"chosen": choose(learnt, seed)} if nested else {str(t): t for t in thresholds}
        for shown, threshold in chosen.items():
            for document in held:
                name = f"{group_of(document)}: {count} folds by site, threshold {shown}"
                tally = tallies.setdefault(f"{name}, seed {seed}", EditCounts())
                tally_of([document], forests, threshold, tally)
    return tallies


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--nested", action="store_true", help="choose the threshold, too")
    parser.add_argument("-o", "--output", type=Path, help="a JSON file for the figures")
    parser.add_argument("--thresholds", type=float, nargs="*", default=[])
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--worst", type=int, default=0)
    arguments = parser.parse_args()
    documents = training.load(arguments.data) if arguments.data else []
    golden = training.load_own()
    thresholds = tuple(arguments.thresholds) or (Boilerplate.threshold,)
    tallies: dict[str, EditCounts] = {}
    if arguments.folds:
        for seed in range(arguments.seeds):
            tallies |= cross_validate(
                documents + golden, arguments.folds, seed, thresholds, arguments.nested
            )
    else:
        cleaners = {f"vnclean, as shipped, at {t}": cleaner(Forests.shipped(), t)
                    for t in thresholds}  # fmt: skip
        cleaners["keep everything"] = str
        if arguments.peers:
            cleaners.update(peers())
        for name, clean in cleaners.items():
            for document in documents + golden + training.load_own(HELD_OUT):
                tally = tallies.setdefault(f"{group_of(document)}: {name}", EditCounts())
                tally.add(document, clean(document.text))
    figures = {name: tally.measures() for name, tally in sorted(tallies.items())}
    print(table(figures))
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
