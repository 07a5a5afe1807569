"""Train the forests of vnclean/boilerplate on labelled documents, and write them as a table.

    python training/boilerplate.py DATA -o vnclean/data/boilerplate_model.json
    python benchmarks/quality/boilerplate.py DATA --folds 10    # cross-validated by site

DATA is a folder with manifest.jsonl (doc, site), docs/*.txt and labels/*.jsonl (line, label). The
self-written documents under tests/golden (all content, and pages) are learnt from as well.
Needs catboost (pip install catboost); what it writes needs numpy only.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnclean.boilerplate.context_features import (  # noqa: E402
    NAMES,
    Lines,
    features,
    split_lines,
)
from vnclean.boilerplate.forest import write_forests  # noqa: E402

LABELS = ("content", "boilerplate", "metadata", "uncertain")
SETTINGS = {"iterations": 450, "depth": 4, "learning_rate": 0.06, "l2_leaf_reg": 10.0, "rsm": 0.3,
            "subsample": 0.8, "bootstrap_type": "Bernoulli", "border_count": 64, "verbose": 0,
            "thread_count": 1, "allow_writing_files": False}  # fmt: skip


class Document(NamedTuple):
    """A labelled page."""

    name: str
    site: str
    text: str
    rows: list[dict[str, Any]]
    """The label file: line (from 1), text, label."""
    labels: np.ndarray
    """A number of LABELS for each line that is not blank."""
    furnished: bool


def site_of(name: str) -> str:
    """Return the organisation behind a site: pages of one house must not be in two folds."""
    name = re.sub(r"\.(com|net|org|edu|gov)?\.?(vn|com|net|org|io|xyz)$", "", name)
    name = re.sub(r"^www\.", "", name)
    parts = re.split(r"[.]", name)
    return re.split(r"[-]", parts[-1])[0].lower()


def load(folder: Path) -> list[Document]:
    """Return the labelled documents of a folder."""
    documents = []
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").split("\n"):
        if not line.strip():
            continue
        entry = json.loads(line)
        path = folder / "docs" / f"{entry['doc']}.txt"
        text = path.read_bytes().decode("utf-8", "replace")
        rows = [json.loads(row) for row in
                (folder / "labels" / f"{entry['doc']}.jsonl").read_text("utf-8").split("\n")
                if row]  # fmt: skip
        label = {row["line"]: LABELS.index(row["label"]) for row in rows}
        numbers = [n for n, part in enumerate(text.split("\n"), 1) if part.strip()]
        labels = np.array([label.get(number, 3) for number in numbers])
        documents.append(Document(entry["doc"], site_of(entry["site"]), text, rows, labels,
                                  bool((labels == 1).any())))  # fmt: skip
    return documents


def load_negatives(folder: Path) -> list[Document]:
    """Return text files as documents that are all content."""
    documents = []
    for path in sorted(folder.glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        texts = split_lines(text).text
        rows = [{"line": n, "text": part, "label": "content"} for n, part in enumerate(texts)]
        documents.append(Document(path.stem, f"negative {path.stem}", text, rows,
                                  np.zeros(len(texts), dtype=int), False))  # fmt: skip
    return documents


def load_pages(folder: Path) -> list[Document]:
    """Return self-written pages: files of lines `label<tab>text`, blank lines as they are."""
    documents = []
    for path in sorted(folder.glob("*.tsv")):
        lines = path.read_bytes().decode("utf-8").rstrip("\n").split("\n")
        cells = [line.split("\t", 1) for line in lines]
        rows = [
            {"line": n, "text": cell[1], "label": cell[0]}
            for n, cell in enumerate(cells, 1)
            if len(cell) == 2
        ]
        labels = np.array([LABELS.index(row["label"]) for row in rows])
        text = "\n".join(cell[-1] for cell in cells)
        documents.append(Document(path.stem, f"page {path.stem}", text, rows, labels, True))
    return documents


def load_own(folder: str = "boilerplate") -> list[Document]:
    """Return the documents that the tests hold: all content, and pages with furniture.

    Those in `boilerplate_held_out` are never learnt from: they show how it does on other pages.
    """
    golden = ROOT / "tests/golden"
    return load_negatives(golden / "negative" / folder) + load_pages(golden / "synthetic" / folder)


class Sheet(NamedTuple):
    """The rows of a document, what they are, and how much each counts."""

    site: str
    rows: np.ndarray
    labels: np.ndarray
    weights: np.ndarray


def sheet_of(site: str, lines: Lines, labels: np.ndarray, share: float = 1.0) -> Sheet:
    """Return the features of lines; a line counts by the root of its length."""
    sizes = np.sqrt(np.array([len(part) for part in lines.text]))
    return Sheet(site, features(lines).T, labels, share * sizes / np.sqrt(len(sizes)))


_BARE = 0.5
"""What a page without its furniture counts, beside the page as it is."""


def sheets_of(document: Document) -> list[Sheet]:
    """Return the rows of a document, and of the same without its furniture: that is to stay."""
    lines = split_lines(document.text)
    sheets = [sheet_of(document.site, lines, document.labels)]
    rest = np.flatnonzero(document.labels != 1).tolist()
    if document.furnished and (document.labels == 0).sum() > 2:
        bare = Lines(*([column[number] for number in rest] for column in lines))
        sheets.append(sheet_of(document.site, bare, document.labels[rest], _BARE))
    return sheets


def fit(sheets: list[Sheet], label: int, seed: int, names: list[str], **settings: Any) -> Any:
    """Train one forest that tells the lines of a label from the others; return its table."""
    from catboost import CatBoostClassifier

    target = np.concatenate([sheet.labels for sheet in sheets])
    weight = np.concatenate([sheet.weights for sheet in sheets])
    # Metadata is neither loss nor gain for the furniture, but it is kept: it counts a little.
    weight = np.where((label == 1) & (target == 2), weight * 0.3, weight)
    known = target < 3
    settings = {**SETTINGS, **settings}
    model = CatBoostClassifier(random_seed=seed, **settings)
    rows = np.concatenate([sheet.rows for sheet in sheets])
    model.fit(rows[known], target[known] == label, sample_weight=weight[known])
    return table_of(model, names, settings["depth"])


def table_of(model: Any, names: list[str], depth: int) -> dict[str, Any]:
    """Return the trees of a trained model as the plain lists that `Forest` reads."""
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        model.save_model(file.name, format="json")
        dump = json.loads(Path(file.name).read_text())
    questions: dict[tuple[str, float], int] = {}
    trees, leaves = [], []
    for tree in dump["oblivious_trees"]:
        splits = tree["splits"] or []
        numbers = [
            questions.setdefault((names[s["float_feature_index"]], s["border"]), len(questions))
            for s in splits
        ]
        # A tree that stopped early is asked its first question again: those leaves repeat.
        values = tree["leaf_values"]
        while len(numbers) < depth:
            numbers.append(numbers[0])
            values = values * 2
        trees.append(numbers)
        leaves.append([round(value, 5) for value in values])
    bias = float(np.ravel(dump["scale_and_bias"][1])[0])
    asked = [list(question) for question in questions]
    return {"bias": round(bias, 6), "questions": asked, "trees": trees, "leaves": leaves}


def folds(items: list[Any], count: int, seed: int = 0) -> list[tuple[list[Any], list[Any]]]:
    """Split documents so that no site is in two parts; the largest sites are dealt out first."""
    sites: dict[str, list[Any]] = {}
    for item in items:
        sites.setdefault(item.site, []).append(item)
    parts: list[list[Any]] = [[] for _ in range(count)]
    order = sorted(sites)
    random.Random(seed).shuffle(order)
    for site in sorted(order, key=lambda site: -len(sites[site])):
        group = sites[site]
        min(parts, key=len).extend(group)
    return [([d for part in parts if part is not held for d in part], held) for held in parts]


def train(documents: list[Document], seed: int = 0) -> dict[str, dict[str, Any]]:
    """Return the tables of the forests."""
    sheets = [sheet for document in documents for sheet in sheets_of(document)]
    return {
        "furniture": fit(sheets, 1, seed, NAMES),
        "metadata": fit(sheets, 2, seed, NAMES, iterations=150),
    }


def write(tables: dict[str, Any], path: Path, note: dict[str, Any]) -> None:
    """Write the tables so that a changed tree is a changed line, and as arrays beside it."""
    body = [f'"note": {json.dumps(note, ensure_ascii=False)}']
    for name, table in tables.items():
        inner = []
        for key, value in table.items():
            if isinstance(value, list):
                inner.append(f'"{key}": [\n' + ",\n".join(json.dumps(v) for v in value) + "\n]")
            else:
                inner.append(f'"{key}": {json.dumps(value)}')
        body.append(f'"{name}": {{' + ",\n".join(inner) + "}")
    path.write_text("{" + ",\n".join(body) + "}\n", encoding="utf-8")
    write_forests(tables, path.with_suffix(".bin"))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    documents = load(arguments.data)
    documents += load_own()
    tables = train(documents, arguments.seed)
    note = {
        "made by": "training/boilerplate.py",
        "documents": len(documents),
        "lines": int(sum((d.labels < 3).sum() for d in documents)),
        "columns": len(NAMES),
        "settings": {k: v for k, v in SETTINGS.items() if isinstance(v, (int, float, str))},
    }
    write(tables, arguments.output, note)
    for name, value in tables.items():
        print(f"{name}: {len(value['trees'])} trees, {len(value['questions'])} questions")


if __name__ == "__main__":
    main()
