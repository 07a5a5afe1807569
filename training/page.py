"""Fit the weights by which vnclean/html/line_classifier.py tells the text of an HTML page.

    python training/page.py DATA -o vnclean/data/page_weights.tsv
    python benchmarks/quality/html_pages.py DATA --folds 23    # cross-validated by site

DATA is laid out as for training/boilerplate.py, with raw pages in `html/`. A logistic regression
whose penalty draws towards weights that were set by judgement (`PRIOR`): there are few labelled
pages, and what they do not speak of stays as set. A line counts by the root of its length.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training import boilerplate as base  # noqa: E402
from vnclean.html.element_features import (  # noqa: E402
    CORE_NAMES,
    NAMES,
    PageArrays,
    core_features,
    element_features,
)
from vnclean.html.line_classifier import PageWeights  # noqa: E402
from vnclean.html.lines import Page, read_lines  # noqa: E402
from vnclean.html.parsing import parse  # noqa: E402
from vnclean.html.regions import REGIONS  # noqa: E402

CONTENT, FURNITURE, METADATA, UNCERTAIN, STRANGE = range(5)
PENALTY = 3.0
BLANK = 0.5
"""What each line counts once more, as if no element had a name: names are a site's own affair."""
WORST = -3.0
"""So much a name may count against a line: what few pages call so may be content elsewhere."""
START = -1.5, -2.6
PRIOR = {
    "prose": 3.5, "ends": 0.5, "linked": -1.5, "hit": -2.0, "told": 2.5,
    "again": -0.5, "follows": -0.7, "p": 0.5, "h1": 1.0, "h": 0.3, "cell": 0.3,
    "nav": -2.0, "side": -2.0, "foot": -2.0, "head": -1.0, "related": -2.0, "comment": -1.5,
    "share": -1.5, "meta": -0.5, "form": -1.0, "shop": -1.0, "ad": -1.0, "hidden": -1.5,
    "widget": -1.0, "list": -0.3, "main": 0.3, "content": 0.5,
    "group_links": -1.0, "group_prose": 1.0, "outer_links": -0.5, "outer_prose": 0.5,
    "prose@<1": 0.3, "prose@>1": 0.3, "prose@<3": 0.7, "prose@>3": 0.7,
    "linked@<3": -0.7, "linked@>3": -0.7, "hit@<3": -1.0, "hit@>3": -1.0,
    "under": 2.5, "at": 0.3, "above": -0.3, "below": -0.3, "inside": 0.8,
}  # fmt: skip
"""What a column counts before any page was seen; nothing where it is not named."""


class Sheet(NamedTuple):
    """The lines of a raw page, their rows, labels, and how much each counts."""

    document: Any
    page: Page
    arrays: PageArrays
    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray

    @property
    def site(self) -> str:
        """The organisation behind the page."""
        site: str = self.document.site
        return site


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).replace("\xa0", " ").split()


def label(lines: list[str], rows: list[dict[str, Any]]) -> np.ndarray:
    """Return the label of each line: that of most of its words where they stand in the labels."""
    known = [(w, base.LABELS.index(row["label"])) for row in rows for w in _words(row["text"])]
    ours = [(w, number) for number, line in enumerate(lines) for w in _words(line)]
    votes = np.zeros((len(lines), 5))
    matcher = difflib.SequenceMatcher(
        None, [w for w, _ in known], [w for w, _ in ours], autojunk=False
    )
    met = set()
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            word, number = ours[block.b + step]
            votes[number, known[block.a + step][1]] += len(word)
            met.add(block.b + step)
    for at, (word, number) in enumerate(ours):
        if at not in met:
            votes[number, STRANGE] += len(word)
    found = votes.argmax(axis=1)
    return np.where(found == STRANGE, FURNITURE, found)


def load(folder: Path, documents: list[Any]) -> list[Sheet]:
    """Return the sheets of the documents that have a raw page."""
    sheets = []
    for document in documents:
        path = folder / "html" / f"{document.name}.html"
        if path.exists():
            page = read_lines(parse(path.read_bytes().decode("utf-8", "replace")))
            labels = label(page.text, document.rows)
            sizes = np.sqrt([len(text) for text in page.text])
            weights = sizes / np.sqrt(len(sizes)) * np.where(labels == METADATA, 0.3, 1)
            arrays = PageArrays.from_page(page)
            sheets.append(
                Sheet(document, page, arrays, element_features(page, arrays), labels, weights)
            )
    return sheets


def fit(
    rows: np.ndarray, text: np.ndarray, weights: np.ndarray, prior: np.ndarray, penalty: float
) -> np.ndarray:
    """Return the weights of a logistic regression, drawn to `prior`; Newton's method."""
    rows = np.hstack([rows, np.ones((len(rows), 1))])
    ridge = np.append(penalty * (rows[:, :-1].std(axis=0) + 0.05) ** 2, 0.01)

    def loss(point: np.ndarray) -> float:
        odds = rows @ point
        fault = weights * (np.logaddexp(0, odds) - text * odds)
        return float(fault.sum() + 0.5 * (ridge * (point - prior) ** 2).sum())

    point = prior.copy()
    now = loss(point)
    for _ in range(60):
        chance = 1 / (1 + np.exp(-np.clip(rows @ point, -30, 30)))
        slope = rows.T @ (weights * (chance - text)) + ridge * (point - prior)
        bend = (rows * (weights * chance * (1 - chance) + 1e-6)[:, None]).T @ rows
        step = np.linalg.solve(bend + np.diag(ridge + 1e-6), slope)
        scale = 1.0
        while scale > 1e-4 and loss(point - scale * step) > now:
            scale /= 2
        point = point - scale * step
        before, now = now, loss(point)
        if before - now < 1e-6:
            break
    return point


def fit_named(
    rows: np.ndarray, text: np.ndarray, weights: np.ndarray, prior: np.ndarray, penalty: float
) -> np.ndarray:
    """Return what `fit` does for the rows as they are, and again without names of elements.

    No name counts more than `WORST` against a line.
    """
    names = [NAMES.index(name) for name in REGIONS]
    blank = rows.copy()
    blank[:, names] = 0
    found = fit(
        np.concatenate([rows, blank]),
        np.concatenate([text, text]),
        np.concatenate([weights, BLANK * weights]),
        prior,
        penalty,
    )
    found[names] = np.maximum(found[names], WORST)
    return found


def train(sheets: list[Sheet], penalty: float = PENALTY) -> PageWeights:
    """Return the weights for labelled pages.

    The core of a page, by which the second sum is learnt, is told by weights that saw no page of
    its site, as it will be when they are used; else the second sum would trust the first too much.
    """
    rows = np.concatenate([sheet.rows for sheet in sheets])
    labels = np.concatenate([sheet.labels for sheet in sheets])
    weights = np.concatenate([sheet.weights for sheet in sheets])
    known = labels < UNCERTAIN
    text = (labels != FURNITURE).astype(float)
    prior = np.array([PRIOR.get(name, 0.0) for name in (*NAMES, *CORE_NAMES)])
    columns = len(NAMES)
    sites = np.concatenate([np.full(len(sheet.labels), sheet.site) for sheet in sheets])

    def first(chosen: np.ndarray) -> np.ndarray:
        start = np.append(prior[:columns], START[0])
        return fit_named(rows[chosen], text[chosen], weights[chosen], start, penalty)

    without = {site: first(known & (sites != site)) for site in np.unique(sites).tolist()}
    wide = [
        core_features(
            sheet.page,
            sheet.arrays,
            sheet.rows @ without[sheet.site][:-1] + without[sheet.site][-1],
        )
        for sheet in sheets
    ]
    full = np.hstack([rows, np.concatenate(wide)])
    start = np.append(prior, START[1])
    return PageWeights(
        first(known), fit_named(full[known], text[known], weights[known], start, penalty)
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    sheets = load(arguments.data, base.load(arguments.data))
    weights = train(sheets)
    own = [f"{value:.4f}" for value in weights.own]
    own[-1:-1] = [""] * len(CORE_NAMES)
    lines = [
        "# Weights of the classifier of lines of HTML pages: log odds that a line is text.",
        f"# Made by training/page.py from {len(sheets)} labelled pages of "
        f"{len({sheet.site for sheet in sheets})} sites; see benchmarks/quality/html_pages.py.",
        "# Columns: name, weight by itself, weight once the core of the page is known.",
    ]
    names = (*NAMES, *CORE_NAMES, "start")
    columns = zip(names, own, weights.with_core, strict=True)
    lines += ["\t".join((name, first, f"{second:.4f}")) for name, first, second in columns]
    arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(names)} weights from {len(sheets)} pages")


if __name__ == "__main__":
    main()
