"""Make the table of what usual words say for lost marks and for raw keys.

    python training/word_evidence.py [--out vnclean/data/word_evidence.bin]

To be run again where the language model, the lexicon or the weights in `diacritics` and `telex_vni`
of `vnclean/repair/` change; a test compares them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vnclean.repair import diacritics, telex_vni, word_evidence


def main() -> None:
    """Weigh all words and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=word_evidence.path())
    options = parser.parse_args()
    kinds = {"marks": diacritics.evidence_of_words(), "keys": telex_vni.evidence_of_words()}
    print(f"{word_evidence.write(options.out, kinds):,} bytes")


if __name__ == "__main__":
    main()
