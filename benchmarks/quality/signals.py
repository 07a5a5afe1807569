"""How quality signals separate clean Vietnamese from what is not, and what they cost.

    python benchmarks/quality/signals.py FOLDER

FOLDER holds clean text, one paragraph a line, a file per domain (as for
`benchmarks/quality/channels.py`). Its lines are put together to documents of some 1,500 characters.
Against them stand the same documents damaged by channels, their syllables shuffled, English (the
reference of the language that Python ships with), code (its standard library), and one sentence
over and over. Printed are the 5th, 50th and 95th percentile of every signal, what the suggested
conditions refuse of each, and the cost of the signals in MB/s of processor time.
"""

from __future__ import annotations

import argparse
import inspect
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vnclean import channels
from vnclean.pipeline import Pipeline
from vnclean.signals import SIGNALS, Criteria, Quality, quality

DOCUMENT = 1_500
SUGGESTED = (
    ("language", "spellable >= 0.75 and marked >= 0.15"),
    ("fluency", "perplexity < 1000"),
    ("prose", "stop_words >= 0.05 and symbols < 0.05 and digits < 0.2"),
    ("repetition", "repeated_lines < 0.3 and repeated_runs < 0.6 and top_pair < 0.2"),
    ("all of these", ""),
)
DAMAGE = ("utf8_as_cp1252", "cp1252_bestfit", "cp1252_replace", "no_diacritics")


def documents(lines: Sequence[str]) -> list[str]:
    """Return lines put together to documents."""
    found: list[str] = []
    held: list[str] = []
    for line in filter(None, lines):
        held.append(line)
        if sum(map(len, held)) >= DOCUMENT:
            found.append("\n".join(held))
            held = []
    return found or ["\n".join(held)]


def shuffled(text: str, rng: random.Random) -> str:
    """Return the same words in any order."""
    words = text.split()
    rng.shuffle(words)
    return " ".join(words)


def english() -> list[str]:
    """Return documents in English: Python's own reference."""
    from pydoc_data.topics import topics

    return documents("\n".join(topics.values()).split("\n"))


def code() -> list[str]:
    """Return documents of source text."""
    return documents((inspect.getsource(argparse) + inspect.getsource(inspect)).split("\n"))


def quantiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the 5th, 50th and 95th percentile."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[last // 20], ordered[last // 2], ordered[last - last // 20]


def shown(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:,.0f}"


def cost(texts: Sequence[str], measure: Callable[[Quality], object]) -> float:
    """Return MB/s of processor time, the best of three."""
    best = 1e9
    for _ in range(3):
        begun = time.process_time()
        for text in texts:
            measure(quality(text))
        best = min(best, time.process_time() - begun)
    return sum(len(text.encode("utf-8", "replace")) for text in texts) / 1e6 / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="clean text, a file per domain")
    parser.add_argument("--n", type=int, default=150, help="documents per kind")
    options = parser.parse_args()
    rng = random.Random(1)
    kinds: dict[str, list[str]] = {}
    for path in sorted(options.folder.glob("*.txt")):
        found = documents(path.read_text(encoding="utf-8").split("\n"))
        kinds[path.stem] = rng.sample(found, min(options.n, len(found)))
    clean = [text for texts in kinds.values() for text in texts]
    chosen = rng.sample(clean, min(options.n, len(clean)))
    for name in DAMAGE:
        damage = channels.CHANNELS[name]
        kinds[f"damaged: {name}"] = [damage(text) for text in chosen]
    kinds["shuffled"] = [shuffled(text, rng) for text in chosen]
    kinds["english"] = english()[: options.n]
    kinds["code"] = code()[: options.n]
    kinds["one sentence 30 times"] = ["\n".join([t.split("\n")[0][:200]] * 30) for t in chosen]

    measured = {kind: [quality(text) for text in texts] for kind, texts in kinds.items()}
    print("5th, 50th and 95th percentile")
    for name in SIGNALS:
        if name in ("repaired", "furniture", "characters"):
            continue
        print(f"\n{name}: {SIGNALS[name]}")
        for kind, found in measured.items():
            low, middle, high = quantiles([one[name] for one in found])
            print(f"  {kind:32} {shown(low):>9} {shown(middle):>9} {shown(high):>9}")

    print("\n% refused by the suggested conditions")
    everything = " and ".join(condition for _, condition in SUGGESTED if condition)
    for label, condition in SUGGESTED:
        criteria = Criteria.parse(condition or everything)
        print(f"\n{label}: {criteria.source}")
        for kind, found in measured.items():
            refused = sum(criteria.reason(one) is not None for one in found)
            print(f"  {kind:32} {100 * refused / len(found):6.1f}")

    print("\ncost, MB/s of processor time (clean text)")
    for name in ("spellable", "marked", "perplexity", "repeated_runs"):
        print(f"  {name:32} {cost(chosen, lambda one, name=name: one[name]):8.1f}")
    criteria = Criteria.parse(everything)
    print(f"  {'the suggested conditions':32} {cost(chosen, criteria.reason):8.1f}")
    print(f"  {'all signals':32} {cost(chosen, Quality.as_dict):8.1f}")
    pipe = Pipeline.preset("standard")
    print(f"  {'(cleaning with standard)':32} {cost(chosen, lambda one: pipe(one.text)):8.1f}")


if __name__ == "__main__":
    main()
