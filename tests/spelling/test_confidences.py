"""What the steps of spelling say of our own sentences, and how sure they are: holds their weights.

`UPDATE_CONFIDENCES=1 pytest tests/spelling/test_confidences.py` writes the file anew; read what
differs: a weight that was changed on purpose moves rows here, and nothing else should.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest

from vnclean.pipeline import Pipeline
from vnclean.registry import from_config

FILE = Path(__file__).parents[1] / "golden" / "confidences" / "spelling.tsv"
STEPS = {
    "spelling": ("spelling", {}),
    "thorough": ("spelling", {"thorough": True}),
    "word_breaks": ("word_breaks", {}),
    "teencode": ("teencode", {}),
    "unwrap": ("unwrap", {}),
}


def log_odds(confidence: float) -> str:
    """Return log-odds: near 1, where most confidences are, a weight that changed still shows."""
    return f"{math.log(confidence / (1 - confidence)):.2f}" if 0 < confidence < 1 else "sure"


def said(step: str, text: str) -> str:
    name, options = STEPS[step]
    found = Pipeline((from_config(name, options),)).explain(text)
    marked = [("", edit) for edit in found.edits] + [("? ", edit) for edit in found.suggestions]
    return "; ".join(
        f"{sign}{text[edit.start : edit.end]} > {edit.replacement} {log_odds(edit.confidence)}"
        + "".join(f" | {other} {log_odds(share)}" for other, share in edit.alternatives)
        for sign, edit in sorted(marked, key=lambda item: (item[1].start, item[1].end))
    ).replace("\n", "\\n")


def rows() -> list[list[str]]:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(("step", "text", "wanted"), rows())
def test_confidences_are_what_they_were(step: str, text: str, wanted: str) -> None:
    assert said(step, text.replace("\\n", "\n")) == wanted


@pytest.mark.skipif("UPDATE_CONFIDENCES" not in os.environ, reason="writes the file anew")
def test_write() -> None:
    lines = FILE.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            step, text = line.split("\t")[:2]
            lines[number] = "\t".join((step, text, said(step, text.replace("\\n", "\n"))))
    FILE.write_text("\n".join(lines), encoding="utf-8")
