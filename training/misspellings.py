"""Make the table of misspellings that `vnclean/spelling/misspelling_table.py` maps.

    python training/misspellings.py [--out vnclean/data/misspellings.bin]

Every syllable in use goes through every error of the error model. To be run again where
`syllables.tsv` or `vnclean/spelling/error_model.py` changes; a test compares the two.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vnclean.language.lexicon import syllables_in_use
from vnclean.spelling.error_model import misspellings
from vnclean.spelling.misspelling_table import MisspellingTable


def generate() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return (syllable, kind of error) for every form that an error makes of a syllable in use."""
    table: dict[str, list[tuple[str, str]]] = {}
    for word in sorted(syllables_in_use()):
        for form, kind in misspellings(word).items():
            table.setdefault(form, []).append((word, kind))
    return {form: tuple(words) for form, words in table.items()}


def main() -> None:
    """Generate the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=MisspellingTable.path())
    options = parser.parse_args()
    table = generate()
    size = MisspellingTable.write(options.out, table, "training/misspellings.py")
    print(f"{len(table):,} forms, {size:,} bytes")


if __name__ == "__main__":
    main()
