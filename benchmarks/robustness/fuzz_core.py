"""Fuzz the doors of the compiled core: whatever the text, they answer as their slow twins do.

Random texts for a minute, best on a build with the address sanitizer (see `.ci/sanitize`):

    python benchmarks/robustness/fuzz_core.py --seconds 60

Guided by the coverage of the compiled code (libFuzzer; arguments after `--` are its own):

    pip install atheris ziglang && VNCLEAN_BUILD=fuzz pip install -e .
    LD_PRELOAD=$(python -c 'import atheris; print(atheris.path())')/asan_with_fuzzer.so \\
        ASAN_OPTIONS=detect_leaks=0 \\
        python benchmarks/robustness/fuzz_core.py --guided -- -max_total_time=1800
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.core import legacy_viterbi_twin, suspects_twin, twins
from tests.core.legacy_viterbi_twin import Token
from tests.core.test_line_prefilter import COUNTS, OPTIONS, PHRASES, ROWS, TAILS
from tests.core.test_line_prefilter import PREFILTER as LINES
from training.clues import tables
from vnclean.core import lookup
from vnclean.core.legacy_viterbi import States, TokenTable
from vnclean.core.prefilter import Prefilter
from vnclean.core.suspects import Reading
from vnclean.core.word_finder import WordFinder
from vnclean.language.ngram import TOKEN
from vnclean.spelling.suspects import word_table

CLASSES = bytes((code % 64 if code < 128 else code * 7 % 64) for code in range(0x1F01))
WINDOWS: twins.Windows = [
    (1, {1}, range(64), {5}),
    (2, range(32), {32, 33, 40}, range(64)),
    (4, {10}, {10}, range(64)),
    (1 << 31, range(64), range(64), {63}),
]
BEHIND = {1: {1, 33, 40}}
OFFSETS = ((0, 1), (2, 2), (-1, 4), (1, 1 << 31))
PREFILTER = Prefilter(*tables(CLASSES, WINDOWS, BEHIND))

LETTERS = list(map(chr, range(lookup.FIRST, lookup.LAST + 1)))
LOWER = "".join(filter(str.islower, LETTERS))
CONSONANTS = "bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX"
CAPITALS = "ABCDĐEGHIKLMNOPQRSTUVXY"
KINDS = bytes(
    lookup.LOWER * (letter in LOWER)
    + lookup.CONSONANT * (letter in CONSONANTS)
    + lookup.CAPITAL * (letter in CAPITALS)
    for letter in LETTERS
)
KNOWN = lookup.word_hashes(["nhà", "to", "bàn", "a", "web"])
SUSPECT = lookup.word_hashes(["bàn"])
SUSPECT[0] = twins.pair_hash("bàn", "hành")
LOOKUP = lookup.WordLookup(KINDS, KNOWN, SUSPECT)
IS_KNOWN = {number >> 8 for number in KNOWN}


def prefilter(text: str) -> None:
    """Places and what a pattern gets of them."""
    places = PREFILTER.find(text)
    assert list(places) == twins.find_places(text, CLASSES, WINDOWS, BEHIND)
    assert places.select(OFFSETS) == twins.select(list(places), OFFSETS)


def scan_words(text: str) -> None:
    """Strange words, suspect pairs, fragments."""
    expected = twins.scan_words(text, IS_KNOWN, set(SUSPECT), LOWER, CONSONANTS, CAPITALS)
    assert LOOKUP.scan(text) == expected


def hashes(text: str) -> None:
    """Hashes of one word, and whether it is a fragment."""
    assert lookup.word_hash(text) == twins.word_hash(text)
    expected = twins.is_fragment(text, CONSONANTS, CAPITALS)
    assert lookup.is_fragment(text, KINDS) is expected


TOKENS = [
    Token(
        at * 7 % 41,
        at % 3 - 1,
        at % 5 == 0,
        True,
        (at * 11 % 37, at * 5 % 43),
        bytes([1 + at % 64, 3]),
    )
    for at in range(97)
]


def _token(word: str) -> Token:
    return TOKENS[sum(map(ord, word)) % len(TOKENS)]


TABLE = TokenTable(
    [0, 1],
    lambda word: _token(word)[:4],
    lambda word, column: (word, _token(word).legacy[column], _token(word).kinds[column]),
)
STATES = States([0, 1], [9.0, 12.0], [9.0, 10.0], 4.0, 6.0)


def legacy_path(text: str) -> None:
    """The tokens of a line, the path through it, and its runs; what they cost their letters say."""
    made = TABLE.line(text, 0, len(text))
    words = legacy_viterbi_twin.TOKEN.findall(text)
    line = [_token(word) for word in words]
    spans = made.words(list(range(len(made))), 0, tuple, ())
    assert [word for _, _, word in spans] == words
    if len(line) < 60:  # the twin tries all runs
        assert made.outline(STATES) == legacy_viterbi_twin.outline(line, 9.0, 9.0, 6.0)
    clean, legacy = [token.clean for token in line], [token.legacy for token in line]
    path = legacy_viterbi_twin.best_path(clean, legacy, (9, 12), (9, 10), 4)
    # A share that no line reaches: nothing is filled in.
    assert made.runs(STATES, 0.0, 0.0, 1e9) == legacy_viterbi_twin.runs(line, path)


def line_prefilter(text: str) -> None:
    """Lines that patterns may match."""
    expected, count = twins.find_lines(text, ROWS, TAILS, PHRASES, COUNTS, **OPTIONS)
    assert LINES.find(text) == ([number for found in expected for number in found], count)


def suspects(text: str) -> None:
    """The tokens of a text, and which of them may be misspelt or changed."""
    whole = [(0, len(text))]
    tokens, slow = Reading(word_table(), text, whole), suspects_twin.tokens_of(text, whole)
    places = range(len(slow))
    assert [tokens.token(place).text for place in places] == [token.text for token in slow]
    assert tokens.codes.tolist() == [token.code for token in slow]
    assert tokens.misspellable() == [p for p in places if suspects_twin.may_be_misspelt(slow, p)]
    may_change = [suspects_twin.may_change(text, slow, place) for place in places]
    assert tokens.changeable(places) == may_change


FINDER = WordFinder(lambda word: len(word) % 3 == 1, ("to", "nhà"))


def word_finder(text: str) -> None:
    """The words of which a function says yes."""
    words = [found for found in TOKEN.finditer(text) if suspects_twin.is_word(found[0])]
    expected = [found.span() for found in words if len(found[0]) % 3 == 1]
    assert FINDER.find(text, 0, len(text)) == [
        span for span in expected if text[slice(*span)] not in ("to", "nhà")
    ]


DOORS: tuple[Callable[[str], None], ...] = (
    prefilter,
    scan_words,
    hashes,
    legacy_path,
    line_prefilter,
    suspects,
    word_finder,
)


def one_input(data: bytes) -> None:
    """Go through one door: the first byte says which, and how the others are a text."""
    door, width = divmod(data[0] if data else 0, 4)
    kind = ("latin-1", "utf-8", "utf-16-le", "utf-32-le")[width]
    text = data[1:].decode(kind, "replace" if kind == "utf-32-le" else "surrogatepass")
    DOORS[door % len(DOORS)](text)


def total(data: bytes) -> None:
    """The same, where bytes that are no text in their encoding are replaced."""
    try:
        one_input(data)
    except UnicodeDecodeError:
        one_input(bytes([data[0] & ~3]) + data[1:])


def random_inputs(seconds: float, seed: int) -> int:
    """Try random texts: pieces of words, runs of one character, noise; return how many."""
    chosen = random.Random(seed)
    pieces = ["bàn", "hành", "nhà", " ", "\n", ", ", "qu", "ngh", "T", "Ế", "\ud800", "\0", "😀"]
    count = 0
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        size = chosen.choice([1, 5, 60, 1000, 5000])
        made = [
            "".join(chosen.choices(pieces, k=size)),
            chr(chosen.randrange(0x110000)) * size,
            "".join(
                map(chr, chosen.choices(range(chosen.choice([128, 256, 8000, 0x110000])), k=size))
            ),
        ]
        text = chosen.choice(made) + chosen.choice(made)[: chosen.randrange(1, 9)]
        chosen.choice(DOORS)(text)
        count += 1
    return count


def main() -> None:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--guided", action="store_true")
    parser.add_argument("rest", nargs="*")
    options = parser.parse_args()
    if not options.guided:
        print(f"{random_inputs(options.seconds, options.seed):,} texts, no finding")
        return
    import atheris

    atheris.Setup([sys.argv[0], *options.rest], total)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
