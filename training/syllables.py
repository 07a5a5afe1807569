"""Count the syllables in use and write the inventory `vnclean/data/syllables.tsv`.

    python training/syllables.py FOLDER > vnclean/data/syllables.tsv

FOLDER holds clean running text (`*.txt`, `*.txt.xz`, UTF-8). A syllable enters the inventory
when it can be spelled and occurs at least five times; only it and its frequency class are
written, no text.
"""

from __future__ import annotations

import lzma
import math
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from vnclean.language.syllable import is_spellable, parse, place_tone

WORD = re.compile(r"[^\W\d_]+")
LEAST = 5


def count(folder: Path) -> Counter[str]:
    """Count lower-case words of all text files below `folder`, in a fixed order of files."""
    words: Counter[str] = Counter()
    for path in sorted(folder.glob("**/*.txt*")):
        is_packed = path.suffix == ".xz"
        with (lzma.open if is_packed else open)(path, "rt", encoding="utf-8") as stream:
            while lines := stream.readlines(8_000_000):
                words.update(WORD.findall(unicodedata.normalize("NFC", "".join(lines).lower())))
    return words


def main() -> None:
    """Write the table to standard output."""
    syllables: Counter[str] = Counter()
    for word, times in count(Path(sys.argv[1])).items():
        if is_spellable(word):
            parts = parse(word)
            assert parts is not None
            syllables[place_tone(parts, "old")] += times
    total = sum(syllables.values())
    print(
        "# Vietnamese syllables in use: lower case, NFC, tone marks placed in the old style (hòa)."
    )
    print("# Second column: rounded log2 of the occurrences per thousand million syllables.")
    print(f"# Counted by training/syllables.py over {total:,} syllables; at least {LEAST} each.")
    for syllable in sorted(syllables):
        if syllables[syllable] >= LEAST:
            print(f"{syllable}\t{round(math.log2(syllables[syllable] / total * 1e9))}")


if __name__ == "__main__":
    main()
