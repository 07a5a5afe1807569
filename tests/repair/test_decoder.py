"""The decoder as this package uses it; its loops have tests in `tests/core`."""

from __future__ import annotations

import pytest

from vnclean.language import ngram
from vnclean.repair import decoder

FORMS = {
    "vi?t": ["việt", "viết", "viêt"], "n??c": ["nước", "ngược"], "ng??i": ["người", "nguôi"],
    "c?": ["cả", "có", "cũ"], "b?": ["bà", "bố", "bị"], "nh?": ["nhà", "nhỏ", "như"],
}  # fmt: skip


def decoded(lines: list[str]) -> list[list[tuple[str, float]]]:
    """Return the best words of lines, and their posteriors."""
    model, table = ngram.load(), decoder.Candidates()
    rows = []
    for line in lines:
        for token in line.split():
            words = FORMS.get(token, [token])
            rows.append(table.add([model.code(word) for word in words], [0.0] * len(words)))
        rows.append(table.fixed(decoder.EDGE))
    found = decoder.decode(rows, table, model)
    words = [model.vocabulary[code >> 2] for code in found.codes.tolist()]
    pairs = list(zip(words, found.confidence.tolist(), strict=True))
    edges = [n for n, row in enumerate(rows) if row == table.fixed(decoder.EDGE)]
    return [pairs[a:b] for a, b in zip([0, *(n + 1 for n in edges)], edges, strict=False)]


def test_the_context_chooses():
    (first, second) = decoded(["đất n??c và con ng??i vi?t nam", "b? tôi vi?t thư cho c? nh?"])
    assert [word for word, _ in first] == "đất nước và con người việt nam".split()
    assert [word for word, _ in second][2:] == "viết thư cho cả nhà".split()
    assert all(posterior > 0.5 for _, posterior in first)


def test_a_line_gives_the_same_alone_and_among_others():
    lines = ["c? n??c vi?t nam", "b? tôi", "nh? ng??i vi?t c? b? nh?", "ng??i", ""]
    assert decoded(lines) == [decoded([line])[0] for line in lines]


def test_a_row_needs_candidates_and_scores():
    with pytest.raises(ValueError, match="at least one"):
        decoder.Candidates().add([], [])
    with pytest.raises(ValueError, match="one score for each"):
        decoder.Candidates().add([4], [0.0, 1.0])
