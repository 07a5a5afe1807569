"""The table of evidence that ships says what the words are weighed to be."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest

from vnclean.core.evidence import EvidenceTable, hash_of
from vnclean.repair import diacritics, telex_vni, word_evidence

KINDS = {"marks": diacritics.evidence_of_words, "keys": telex_vni.evidence_of_words}


def test_the_table_is_made_of_what_is_in_the_package(tmp_path: Path) -> None:
    made = tmp_path / "made.bin"
    word_evidence.write(made, {kind: words() for kind, words in KINDS.items()})
    assert filecmp.cmp(made, word_evidence.path(), shallow=False)


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_has_a_hash_of_its_own(kind: str) -> None:
    words, _ = KINDS[kind]()
    assert len({hash_of(word) for word in words}) == len(words) > 1000


def test_what_is_given_is_not_learnt() -> None:
    words = sorted(["mot", "hai", "ba"], key=hash_of)
    hashes, values = word_evidence.arrays_of(words, lambda _: [[4.0], [5.0], [6.0]])
    table = EvidenceTable(b"\0", "", [0.0], 9.0, 9.0, 11.0, hashes, values)
    asked: list[str] = []

    def learn(unknown: list[str]) -> list[list[float]]:
        asked.extend(unknown)
        return [[0.0] for _ in unknown]

    text = "\n".join([f"{words[1]} {words[2]}", f"{words[0]} {words[1]}", "bon nam"])
    assert table.lines(text, learn) == [[(0, len(words[1]) + len(words[2]) + 1)]]
    assert asked == ["bon", "nam"]


def test_each_hash_has_its_values() -> None:
    hashes, values = word_evidence.arrays_of(["mot"], lambda _: [[4.0, 5.0]])
    with pytest.raises(ValueError, match="value for each column"):
        EvidenceTable(b"\0", "", [0.0], 9.0, 9.0, 8.0, hashes, values)
