"""Documents whose lines are labelled by hand: content, boilerplate, metadata or uncertain.

A folder of them has manifest.jsonl (doc, site), docs/*.txt and labels/*.jsonl (line, label). The
self-written documents under tests/golden (all content, and pages) are read as well.
"""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnclean.boilerplate.lines import split_lines  # noqa: E402

LABELS = ("content", "boilerplate", "metadata", "uncertain")


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
