"""Let the judge of spelling read the training text, and weigh by its verdicts what counts say.

    python training/spelling_evidence.py TRAIN_FOLDER [--out vnclean/data]

To be run after `training/spelling.py`, which finds suspects by counting; `training/prefilter.py`
comes after. The judge reads each suspect in its context, without what the tables hold against it:

- a pair that was seen four times and more and that the context never speaks against is a pair that
  people mean (`lúc nãy` beside `lúc này`): what was only seen is no suspect any more, what was sure
  is one that was only seen;
- a rare syllable gets the share of its uses that the context explains as a misspelling. Below a
  half it is a word that is rare (dialect, verse, talk), and only suggestions are made for it.

The text is that of the language model, which therefore knows some of its misspellings as words: the
shares are too low rather than too high. Whatever was measured on other text was not used here.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training.spelling import texts, write  # noqa: E402
from vnclean.spelling import lexicon  # noqa: E402
from vnclean.spelling.corrections import APPLY, PAIR_ODDS, hypotheses  # noqa: E402
from vnclean.spelling.suspects import Suspect, Suspects, suspects, terms  # noqa: E402
from vnclean.spelling.tokens import canonical  # noqa: E402

LEAST_PAIRS = 4
"""Uses of a pair from which the judge's silence says something."""
FOR, AGAINST = 0.5, 1.0
"""Uses that are added to those that a syllable has: misspelt, and meant."""
BLOCK = 200_000
"""Characters that are read at a time."""


class Verdicts:
    """What the judge said of pairs and syllables: how often it was asked, how often it agreed."""

    def __init__(self) -> None:
        self.pairs: Counter[str] = Counter()
        self.wrong_pairs: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self.wrong_words: Counter[str] = Counter()

    def read(self, text: str) -> None:
        """Judge the suspects of a text."""
        found = lexicon.prefilter_words(text)
        these = suspects(text, found, terms(text, found))
        if these is None:
            return
        meant = {suspect.place: options for suspect, options in hypotheses(these, these.words)}
        for suspect in these.words:
            options = meant.get(suspect.place, [])
            forms = {
                canonical(option.text): option.log_odds
                - (PAIR_ODDS[suspect.evidence] if canonical(option.text) == suspect.right else 0)
                for option in options
            }
            if suspect.right:
                self._pair(these, suspect, forms.get(suspect.right, -1.0) >= 0)
            else:
                word = canonical(these.tokens.token(suspect.place).text)
                self.words[word] += 1
                self.wrong_words[word] += max(forms.values(), default=-1.0) >= APPLY

    def _pair(self, these: Suspects, suspect: Suspect, is_wrong: bool) -> None:
        known = lexicon.suspect_pairs()
        for first in (suspect.place - 1, suspect.place):
            places = range(first, first + 2) if first >= 0 else ()
            pair = " ".join(canonical(these.tokens.token(place).text) for place in places)
            if pair in known and suspect.right in known[pair][0].split(" "):
                self.pairs[pair] += 1
                self.wrong_pairs[pair] += is_wrong

    def is_meant(self, pair: str) -> bool:
        """Say whether the context never speaks against a pair."""
        return self.pairs[pair] >= LEAST_PAIRS and not self.wrong_pairs[pair]

    def share(self, word: str) -> float:
        """Return the share of the uses of a syllable that are misspellings."""
        return (self.wrong_words[word] + FOR) / (self.words[word] + FOR + AGAINST)


def _head(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line.startswith("#")]


def main() -> None:
    """Read the text, and write the two tables anew."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "vnclean" / "data")
    options = parser.parse_args()
    verdicts = Verdicts()
    for piece in texts(options.folder):
        while piece:
            cut = piece.find("\n", BLOCK) + 1 or len(piece)
            verdicts.read(piece[:cut])
            piece = piece[cut:]
    pairs, dropped, lowered = [], 0, 0
    for pair, right, evidence in lexicon.rows("spelling_pairs.tsv"):
        if not verdicts.is_meant(pair):
            pairs.append(f"{pair}\t{right}\t{evidence}")
        elif int(evidence) > lexicon.SEEN:
            pairs.append(f"{pair}\t{right}\t{lexicon.SEEN}")
            lowered += 1
        else:
            dropped += 1
    path = options.out / "spelling_pairs.tsv"
    write(path, _head(path), pairs)
    path = options.out / "spelling_doubtful.tsv"
    shares = {word: verdicts.share(word) for word in lexicon.doubtful_words()}
    write(path, _head(path), [f"{word}\t{share:.2f}" for word, share in shares.items()])
    mostly = sum(share >= 0.5 for share in shares.values())
    print(
        f"{dropped:,} pairs are meant, {lowered:,} less sure; {mostly:,} of {len(shares):,} rare "
        "syllables are mostly misspelt",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
