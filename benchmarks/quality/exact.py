"""Exact repair: clean sentences through every lossless view, and back, beside ftfy.

    python benchmarks/quality/exact.py DATA [--sentences 2000] [--show 5] [--preset safe] [--json]

DATA holds clean *.txt files, UTF-8, NFC. Three ways of damage: the whole sentence, one word
of it (the rest must come back untouched), and twice over. `recovered` is the share of sentences
that come back character by character; `harmed` counts sentences whose undamaged words changed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from vnclean import channels
from vnclean.pipeline import Pipeline
from vnclean.repair.mojibake import Mojibake


def sentences(folder: Path, count: int) -> list[str]:
    lines = [
        line
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if 20 <= len(line) <= 400 and re.search(r"(?![a-zA-Z])[^\W\d_]", line)
    ]
    random.Random(2).shuffle(lines)
    return lines[:count]


def one_word(
    line: str, damage: Callable[[str], str], chance: random.Random
) -> tuple[str, int, int]:
    """Return the line with one word damaged, and what stands untouched: prefix and suffix size."""
    words = [m for m in re.finditer(r"[^\W\d_]+", line) if not m.group().isascii()]
    word = chance.choice(words)
    damaged = line[: word.start()] + damage(word.group()) + line[word.end() :]
    return damaged, word.start(), len(line) - word.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--show", type=int, default=3, help="failures to show per row")
    parser.add_argument("--preset", help="a whole pipeline instead of the one transform")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON only")
    options = parser.parse_args()
    import ftfy

    lines = sentences(options.folder, options.sentences)
    mend: Callable[[str], str] = Mojibake()
    if options.preset:
        mend = Pipeline.preset(options.preset)
        lines = [line for line in lines if mend(line) == line]
    rows: list[dict[str, str | float]] = []
    say = (lambda *_, **__: None) if options.json else print
    say(f"{len(lines)} sentences\n{'view':10} {'damage':9} {'recovered':>10} {'harmed':>7} "
          f"{'ftfy recovered':>15} {'ftfy harmed':>12}")  # fmt: skip
    for channel in channels.priors_of("lossless"):
        damage, name = channels.CHANNELS[channel], channels.CHANNELS[channel].charset
        for kind in ("whole", "one word", "twice"):
            chance = random.Random(5)
            good = harmed = theirs = they_harmed = 0
            shown = 0
            for line in lines:
                head = tail = 0
                if kind == "one word":
                    hurt, head, tail = one_word(line, damage, chance)
                else:
                    hurt = damage(line) if kind == "whole" else damage(damage(line))
                back, other = mend(hurt), ftfy.fix_text(hurt, uncurl_quotes=False)
                good += back == line
                theirs += other == line
                if head or tail:
                    harmed += not _kept(back, line, head, tail)
                    they_harmed += not _kept(other, line, head, tail)
                if back != line and shown < options.show:
                    shown += 1
                    at = next(
                        (i for i, (a, b) in enumerate(zip(back, line, strict=False)) if a != b), 0
                    )
                    near = slice(max(0, at - 20), at + 25)
                    say("   ", ascii(back[near]), "<-", line[near])
            total = len(lines)
            rows.append(
                {"view": name, "damage": kind, "recovered": 100 * good / total, "harmed": harmed}
            )
            say(f"{name:10} {kind:9} {good / total:10.2%} {harmed:7} {theirs / total:15.2%} "
                  f"{they_harmed:12}", flush=True)  # fmt: skip
    if options.json:
        print(json.dumps(rows))


def _kept(text: str, line: str, head: int, tail: int) -> bool:
    return text.startswith(line[:head]) and text.endswith(line[len(line) - tail :])


if __name__ == "__main__":
    main()
