"""Which syllables a misspelt form may stand for: the error model, run once and mapped from a file.

`training/misspellings.py` puts every syllable in use through every error of `error_model` and
writes what comes out, some 340,000 forms. A form is found by binary search, so nothing is
generated while a text is read, and processes share the pages of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from vnclean.caches import cached_table
from vnclean.core.scorer import FormTable
from vnclean.errors import ModelError
from vnclean.language.alphabet import fold
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.model_file import read_arrays, write_arrays
from vnclean.spelling.error_model import ERRORS, MARKS

__all__ = ["ALL_KINDS", "MAGIC", "MisspellingTable", "load", "sources", "with_wrong_marks"]

ALL_KINDS = (*ERRORS, MARKS)
"""The kinds of errors; those of the last one are in no table."""
MAGIC = b"vnclean misspellings 1\n"


def _inventory_hash() -> str:
    """Return what tells the inventory and the kinds of errors apart from others."""
    return hashlib.sha256("\n".join((*sorted(syllables_in_use()), *ERRORS)).encode()).hexdigest()


class MisspellingTable:
    """A table of misspellings; `MisspellingTable(path)` maps a file that `write` wrote.

    Forms of n letters lie together, a byte a letter, in order (`forms_n`: uint8[forms, n]); form k
    of all, the shortest first, stands for the syllables `words[starts[k]:starts[k + 1]]` (uint16:
    numbers in the sorted inventory), by errors of these `kinds` (uint8: numbers in `ERRORS`).
    Raises ModelError where the file is missing, altered, or made from another inventory.
    """

    @staticmethod
    def path() -> Path:
        """Return where the table that ships lies."""
        return Path(str(files("vnclean.data").joinpath("misspellings.bin")))

    @staticmethod
    def write(path: Path, table: dict[str, tuple[tuple[str, str], ...]], made_by: str) -> int:
        """Write a table, form -> (syllable, kind of error), and return its size in bytes."""
        letters = "".join(sorted(set("".join(table))))
        code = {letter: number for number, letter in enumerate(letters, 1)}
        forms = sorted(table, key=lambda form: (len(form), form))
        sizes = np.array([len(form) for form in forms])
        numbers = np.array([code[letter] for form in forms for letter in form], np.uint8)
        rows = [row for form in forms for row in table[form]]
        word_ids = {word: number for number, word in enumerate(sorted(syllables_in_use()))}
        kind_ids = {kind: number for number, kind in enumerate(ERRORS)}
        arrays = {
            f"forms_{size}": numbers[np.repeat(sizes, sizes) == size].reshape(-1, size)
            for size in sorted(set(sizes.tolist()))
        }
        arrays["starts"] = np.cumsum([0, *(len(table[form]) for form in forms)], dtype=np.uint32)
        arrays["words"] = np.array([word_ids[word] for word, _ in rows], np.uint16)
        arrays["kinds"] = np.array([kind_ids[kind] for _, kind in rows], np.uint8)
        header = {
            "made_by": made_by,
            "from": "syllables.tsv and the errors of vnclean/spelling/error_model.py",
            "inventory_sha256": _inventory_hash(),
            "letters": letters,
            "forms": len(forms),
            "rows": len(rows),
        }
        return write_arrays(path, MAGIC, header, arrays)

    def __init__(self, path: str | Path) -> None:
        script = "training/misspellings.py"
        header, arrays = read_arrays(Path(path), MAGIC, "table of misspellings", script)
        if header["inventory_sha256"] != _inventory_hash():
            raise ModelError(
                f"{path} was made from another inventory of syllables. Make it anew with {script}."
            )
        sizes = sorted(int(name[6:]) for name in arrays if name.startswith("forms_"))
        blocks = (arrays[f"forms_{size}"] for size in sizes)
        rows = (arrays[name] for name in ("starts", "words", "kinds"))
        self.core = FormTable(header["letters"], blocks, *rows)
        """The compiled table: its words are numbers in `inventory`, its kinds in `ALL_KINDS`."""
        self.inventory = sorted(syllables_in_use())

    def sources(self, form: str) -> list[tuple[str, str]]:
        """Return the syllables that one error turns into a form, and the kind of error; sorted.

        >>> load().sources("ttháng"), load().sources("đưowcj")
        ([('tháng', 'letter_doubled')], [('được', 'raw_keys')])
        """
        return [(self.inventory[word], ALL_KINDS[kind]) for word, kind in self.core.find(form)]


@cached_table
def load() -> MisspellingTable:
    """Return the table that ships with the package, mapped on the first call."""
    return MisspellingTable(MisspellingTable.path())


@cached_table
def _by_plain() -> dict[str, list[int]]:
    table: dict[str, list[int]] = {}
    numbers = {word: number for number, word in enumerate(load().inventory)}
    for word in syllables_in_use():
        table.setdefault(fold(word), []).append(numbers[word])
    return table


def with_wrong_marks(form: str) -> Sequence[int]:
    """Return the numbers of the words that a form, if it is none itself, has other marks than."""
    return () if form in syllables_in_use() else _by_plain().get(fold(form), ())


def sources(form: str) -> dict[str, str]:
    """Return the syllables in use that a form may be a misspelling of, with the kind of error.

    A form that is no syllable in use may also have several marks wrong (kind `MARKS`).

    >>> sources("tuyền")["tuyên"], sources("ttháng")["tháng"], sources("đưowcj")["được"]
    ('tone_added', 'letter_doubled', 'raw_keys')
    """
    words = dict(load().sources(form))
    for word in with_wrong_marks(form):
        words.setdefault(load().inventory[word], MARKS)
    return words
