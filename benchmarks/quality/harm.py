"""Do no harm: every change that transforms make to clean text, one by one with its context.

    python benchmarks/quality/harm.py DATA_FOLDER [--preset safe] [--transform NAME] [--show 40]

DATA_FOLDER holds clean *.txt files, a domain each. Prints each change (what stood there, what came,
the rule, the confidence) and counts, per rule and per domain, changes and syllables changed per
million: a change of blanks only changes none. `--words` shows those alone that change a syllable,
all of them, to be read: what mends a slip of the writer is no harm.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from vnclean.pipeline import Pipeline
from vnclean.registry import from_config


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", default="safe")
    parser.add_argument("--transform", action="append", help="only these, instead of a preset")
    parser.add_argument("--by-line", action="store_true", help="each line as a text of its own")
    parser.add_argument("--show", type=int, default=40, help="changes to show per rule")
    parser.add_argument("--words", action="store_true", help="only changed syllables, all of them")
    options = parser.parse_args()
    pipe = Pipeline.preset(options.preset)
    if options.transform:
        pipe = Pipeline(tuple(from_config(name, {}) for name in options.transform))
    rules: Counter[str] = Counter()
    hurt: Counter[str] = Counter()
    syllables = 0
    domains: dict[str, tuple[int, int]] = {}
    for path in sorted(options.folder.glob("*.txt")):
        whole = path.read_text(encoding="utf-8")
        here, before_here = len(re.findall(r"[^\W\d_]+", whole)), sum(hurt.values())
        syllables += here
        for text in whole.split("\n") if options.by_line else [whole]:
            for edit in pipe.explain(text).edits:
                old = text[edit.start : edit.end]
                rules[edit.rule] += 1
                letters = [re.findall(r"[^\W\d_]+", side) for side in (old, edit.replacement)]
                changed = letters[0] != letters[1]
                hurt[edit.rule] += changed
                if changed if options.words else rules[edit.rule] <= options.show:
                    before = text[max(0, edit.start - 30) : edit.start]
                    after = text[edit.end : edit.end + 30]
                    print(f"{path.stem:20} {edit.rule:28} {before!r} [{old!r} -> "
                          f"{edit.replacement!r}] {after!r} {edit.confidence:.3f}")  # fmt: skip
        domains[path.stem] = (here, sum(hurt.values()) - before_here)
    if not syllables:
        sys.exit(f"{options.folder} holds no words in *.txt files.")
    print(f"\n{syllables:,} syllables")
    for rule, count in rules.most_common():
        rate = hurt[rule] / syllables * 1e6
        print(f"{rule:32} {count:6} changes {rate:8.1f} syllables per million")
    rates = {name: 1e6 * count / max(here, 1) for name, (here, count) in domains.items()}
    for name, rate in sorted(rates.items(), key=lambda pair: -pair[1]):
        print(f"{name:32} {domains[name][1]:6} syllables {rate:8.1f} per million")
    print(f"{'mean of the domains':32} {'':16} {sum(rates.values()) / max(len(rates), 1):8.1f}")
    total = sum(hurt.values())
    print(f"{'all':32} {sum(rules.values()):6} changes {total / syllables * 1e6:8.1f}")


if __name__ == "__main__":
    main()
