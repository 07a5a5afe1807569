"""What becomes of our own HTML pages, pinned: a number that changes it shows here.

After a change that is meant, write it anew and look at the difference before it is committed:

    python tests/html/test_html_results.py
"""

from __future__ import annotations

from dataclasses import astuple
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("selectolax")

from vnclean.html.element_features import NAMES, PageArrays, element_features
from vnclean.html.line_classifier import PageWeights, classify_lines, extract_text
from vnclean.html.lines import read_lines
from vnclean.html.metadata import declared_metadata
from vnclean.html.parsing import parse

GOLDEN = Path(__file__).parents[1] / "golden"
PINNED = Path(__file__).with_name("results.tsv")
HEAD = (
    "# What becomes of our own HTML pages: page; digests of its lines with what is known of each, "
    "of its\n# text, of the same without metadata, of what it declares; the sum of the log odds "
    "by themselves.\n# Written by tests/html/test_html_results.py."
)


def digest(value: object) -> str:
    return blake2b(repr(value).encode(), digest_size=6).hexdigest()


def results() -> dict[str, tuple[list[str], float]]:
    found = {}
    for path in sorted((GOLDEN / "synthetic/html").glob("*.html")):
        parsed = parse(path.read_text(encoding="utf-8"))
        page = read_lines(parsed)
        assert classify_lines(page, PageWeights.shipped()).any()
        weights = PageWeights.shipped().own
        features = element_features(page, PageArrays.from_page(page))
        assert features.shape == (len(page.text), len(NAMES))
        odds = float(np.sum(features @ weights[:-1] + weights[-1]))
        values = (
            astuple(page), extract_text(parsed), extract_text(parsed, metadata=False),
            declared_metadata(parsed),
        )  # fmt: skip
        found[path.name] = list(map(digest, values)), odds
    return found


def test_results_are_those_that_are_pinned() -> None:
    rows = PINNED.read_text(encoding="utf-8").rstrip("\n").split("\n")
    known = {}
    for row in rows:
        if row[0] != "#":
            name, *digests, odds = row.split("\t")
            known[name] = digests, pytest.approx(float(odds), abs=1e-2)
    assert results() == known


if __name__ == "__main__":
    lines = [
        "\t".join((name, *digests, f"{odds:.3f}")) for name, (digests, odds) in results().items()
    ]
    PINNED.write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
