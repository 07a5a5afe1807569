"""What becomes of our own pages and documents, pinned: a number that changes it shows here.

The floors of the other tests say what is good enough; this file says what is so today. After a
change that is meant, write it anew and look at the difference before it is committed:

    python tests/boilerplate/test_results.py
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest

from vnclean.boilerplate import Boilerplate, Duplicates
from vnclean.boilerplate.metadata import extract_metadata
from vnclean.boilerplate.templates import Learner
from vnclean.html.metadata import metadata_fields
from vnclean.scan import Scan
from vnclean.transform import Transform

GOLDEN = Path(__file__).parents[1] / "golden"
PINNED = Path(__file__).with_name("results.tsv")
HEAD = (
    "# What becomes of our own pages and documents: page, step, edits, a digest of their spans and "
    "rules,\n# the sum of their confidences. Written by tests/boilerplate/test_results.py."
)
STEPS: dict[str, Transform] = {
    "keep": Boilerplate(),
    "drop": Boilerplate(metadata="drop"),
    "low": Boilerplate(threshold=0.5),
    "duplicates": Duplicates(),
}


def documents() -> Iterator[tuple[str, str]]:
    """Yield name and text of each page and document, those of pages without their labels."""
    for folder in ("boilerplate", "boilerplate_held_out"):
        for path in sorted((GOLDEN / "synthetic" / folder).glob("*.tsv")):
            lines = path.read_bytes().decode().rstrip("\n").split("\n")
            yield f"{folder}/{path.name}", "\n".join(line.split("\t", 1)[-1] for line in lines)
        for path in sorted((GOLDEN / "negative" / folder).glob("*.txt")):
            yield f"{folder}/{path.name}", path.read_bytes().decode()


def digest(value: object) -> str:
    return blake2b(repr(value).encode(), digest_size=6).hexdigest()


def results() -> dict[tuple[str, str], tuple[str, str, float]]:
    """Return number and digest of the edits and suggestions, and the sum of their confidences."""
    found: dict[tuple[str, str], tuple[str, str, float]] = {}
    for name, text in documents():
        for step, transform in STEPS.items():
            edits = list(transform.find(Scan(text)))
            if edits:
                spans = [(edit.start, edit.end, edit.rule, edit.safety.value) for edit in edits]
                total = sum(edit.confidence for edit in edits)
                found[name, step] = str(len(edits)), digest(spans), total
        found[name, "metadata"] = "", digest((extract_metadata(text), metadata_fields(text))), 0.0
    learner = Learner()
    for name, text in documents():
        learner.add(name.partition("/")[0], text)
    found["all", "templates"] = "", digest(sorted(learner.result().sites.items())), 0.0
    return found


def pinned() -> dict[tuple[str, str], tuple[str, str, float]]:
    rows = PINNED.read_text(encoding="utf-8").rstrip("\n").split("\n")
    cells = [row.split("\t") for row in rows if row[0] != "#"]
    return {(name, step): (count, known, float(total)) for name, step, count, known, total in cells}


@pytest.mark.slow
def test_results_are_those_that_are_pinned() -> None:
    found, known = results(), pinned()
    assert found.keys() == known.keys()
    assert [key for key in known if found[key][:2] != known[key][:2]] == []
    totals = {key: total for key, (*_, total) in known.items()}
    assert {key: total for key, (*_, total) in found.items()} == pytest.approx(totals, abs=2e-3)


if __name__ == "__main__":
    rows = ["\t".join((*key, count, known, f"{total:.4f}"))
            for key, (count, known, total) in results().items()]  # fmt: skip
    PINNED.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
