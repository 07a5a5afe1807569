"""What usual words say for lost marks and for raw keys: a table that is mapped, not worked out.

Every process would meet some thousand of them, and each takes twenty microseconds to weigh. What is
not in the table is weighed when it is met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vnclean.caches import cached_table
from vnclean.core.evidence import hash_of
from vnclean.language import ngram
from vnclean.language.model_file import read_arrays, write_arrays

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Weigh", "arrays_of", "forms", "given_evidence", "path", "write"]

_MAGIC = b"vnclean word evidence 1\n"
SCRIPT = "training/word_evidence.py"


def path() -> Path:
    """Return where the table lies."""
    return Path(str(files("vnclean.data").joinpath("word_evidence.bin")))


def given_evidence(kind: str) -> dict[str, npt.NDArray[np.generic]]:
    """Return `hashes` and `values` of an `EvidenceTable`, of kind "marks" or "keys"."""
    arrays = _arrays()
    return {name: arrays[f"{kind}_{name}"] for name in ("hashes", "values")}


@cached_table
def _arrays() -> dict[str, Any]:
    return read_arrays(path(), _MAGIC, "table of evidence", SCRIPT)[1]


def forms(decided_by: frozenset[str]) -> list[str]:
    """Return the words of the language model without some letters, small, with a capital and in
    capitals."""
    words = ngram.load().vocabulary[len(ngram.CLASSES) :]
    plain = [word for word in words if decided_by.isdisjoint(word) and word.isalnum()]
    return sorted({form for word in plain for form in (word, word.capitalize(), word.upper())})


Weigh = Callable[[list[str]], Iterable[Sequence[float]]]


def arrays_of(
    words: Sequence[str], weigh: Weigh
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.float64]]:
    """Return hashes and values of words for an `EvidenceTable`."""
    import numpy as np

    hashes = np.array([hash_of(word) for word in words], np.uint64)
    order = np.argsort(hashes)
    values = np.array(list(weigh(list(words))), np.float64)
    return hashes[order], values[order].ravel()


def write(out: Path, kinds: dict[str, tuple[list[str], Weigh]]) -> int:
    """Write the table of some kinds, words with what weighs them; return its size in bytes."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for kind, words in kinds.items():
        arrays[f"{kind}_hashes"], arrays[f"{kind}_values"] = arrays_of(*words)
    return write_arrays(out, _MAGIC, {"made_by": SCRIPT}, arrays)
