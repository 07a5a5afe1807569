"""The negative set: lines and passages that preset `standard` gives back as they are.

`tests/golden/negative/*.txt` holds one text a line (`\\n` in it is a line end, `# ` a remark, and
the escapes are those of test_golden). What is right comes back as the same object.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from test_golden import GOLDEN, unescape

import vnclean

FILES = sorted((GOLDEN / "negative").glob("*.txt"))


def texts(path: Path) -> list[tuple[int, str]]:
    """Return the texts of a file with their line numbers."""
    rows = enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
    return [(number, unescape(row)) for number, row in rows if row and not row.startswith("# ")]


@pytest.mark.parametrize("preset", ["safe", "standard"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_stay_as_they_are(path: Path, preset: str) -> None:
    changed = []
    for number, text in texts(path):
        result = vnclean.explain(text, preset=preset)
        if result.text is not text:
            changed.append(f"{path.name}:{number}: {text!r} -> {result.text!r} {result.edits}")
    assert not changed, "\n".join(changed)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_stay_as_they_are_between_others(path: Path) -> None:
    # One document of all of them: evidence gathered over a document must not spill over.
    whole = "\n".join(text for _, text in texts(path))
    result = vnclean.explain(whole, preset="standard")
    # Tone style is brought to the majority of a document, which these lines together are not.
    assert [edit for edit in result.edits if edit.rule != "tone.style"] == []


def test_the_set_is_the_largest() -> None:
    assert sum(len(texts(path)) for path in FILES) >= 250
