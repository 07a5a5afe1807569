"""Count in how many names of persons each syllable stands first, inside and last.

    python training/names.py FOLDER -o vnclean/data/names.tsv

FOLDER holds the training text (`*.txt.xz`). A name is a run of two to five capitalized words that
does not begin a sentence and begins with a family name; a family name is what stands before `Văn`
or `Thị` and one more word in FAMILIES different names. Each name counts once, however often it is
written: a list of people has each of them once. Same input, same bytes.
"""

from __future__ import annotations

import argparse
import lzma
import re
from collections import Counter, defaultdict
from pathlib import Path

from vnclean.language import ngram
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.repair.lossy.names import MAX_NAME_WORDS

FAMILIES = 8
"""Different names in which a family name stands before a usual middle name."""
USUAL_MIDDLE = ("văn", "thị")
LEAST = 2
"""Names in which a syllable stands, to have a row."""

SMALL = f"a-z{''.join(sorted(filter(str.islower, MARKED_LETTERS)))}"
CAPITAL = f"[A-Z{''.join(sorted(filter(str.isupper, MARKED_LETTERS)))}]"
WORD = f"{CAPITAL}[{SMALL}]*"
RUN = re.compile(
    rf"(?<=[{SMALL},;:(] )({WORD}(?: {WORD}){{1,{MAX_NAME_WORDS - 1}}})(?!\w)(?! {CAPITAL})"
)


def runs(folder: Path) -> set[tuple[str, ...]]:
    """Return the different runs of capitalized words of the model, in small letters."""
    words = {word: word for word in ngram.load().vocabulary}
    found = set()
    for path in sorted(folder.glob("*.txt.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                for run in RUN.findall(line):
                    name = tuple(words.get(word, "") for word in run.lower().split(" "))
                    if all(name):
                        found.add(name)
        print(f"{path.name}: {len(found):,} runs so far", flush=True)
    return found


def main() -> None:
    """Count and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    names = runs(options.folder)
    before = Counter(name[0] for name in names if len(name) == 3 and name[1] in USUAL_MIDDLE)
    families = {word for word, count in before.items() if count >= FAMILIES}
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name in names:
        if name[0] in families:
            for number, word in enumerate(name):
                counts[word][0 if number == 0 else 2 if number == len(name) - 1 else 1] += 1
    rows = [
        "# In how many names of persons a syllable stands first, inside and last.",
        "# Written by training/names.py.",
    ]
    rows += [
        "\t".join((w, *map(str, counts[w]))) for w in sorted(counts) if sum(counts[w]) >= LEAST
    ]
    options.output.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(families)} family names, {len(rows) - 2:,} syllables of {len(names):,} runs")


if __name__ == "__main__":
    main()
