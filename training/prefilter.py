"""Make the hashes of known words and of suspect pairs that `vnclean/spelling/lexicon.py` maps.

    python training/prefilter.py [--out vnclean/data/spelling_prefilter.bin]

To be run again where `syllables.tsv`, `spelling_words.tsv`, `spelling_doubtful.tsv` or
`spelling_pairs.tsv` changes; a test compares them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from vnclean.language.model_file import write_arrays
from vnclean.spelling.lexicon import PREFILTER, in_both_styles, known_words, prefilter_path, rows
from vnclean.spelling.word_lookup import WordPrefilter


def write(path: Path) -> int:
    """Write the hashes, sorted, each once, and return the size of the file in bytes."""
    suspect = in_both_styles(wrong for wrong, *_ in rows("spelling_pairs.tsv"))
    known, pairs = WordPrefilter.hashes(known_words(), suspect)
    header = {"made_by": "training/prefilter.py", "from": "syllables.tsv and spelling_*.tsv"}
    return write_arrays(
        path, PREFILTER, header, {"known": np.unique(known), "pairs": np.unique(pairs)}
    )


def main() -> None:
    """Make the hashes and write them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=prefilter_path())
    options = parser.parse_args()
    print(f"{write(options.out):,} bytes")


if __name__ == "__main__":
    main()
