"""Find out from clean running text which pairs of words are misspelt, for the spelling prefilter.

    python training/spelling.py TRAIN_FOLDER [--cache FILE.npy] [--out vnclean/data]

TRAIN_FOLDER holds `*.txt.xz` or `*.txt` (UTF-8, one paragraph a line). Four kinds of evidence:

- *seen*: a pair that is rare, that one error makes of a pair at least 40 times as frequent, and
  whose occurrences stand in the other pair's company: the words around it, the wrong word put
  right, are seen elsewhere as a trigram or 4-gram, which chance seldom does. Such a pair is a
  misspelling that people make.
- *unseen*: a pair that never or hardly ever occurs, though one error makes it of a pair so frequent
  that an error is likelier than the first legitimate use. How often such pairs are legitimate is
  measured on a part of the text that was kept apart, by how often the two would meet by chance.
- *doubled*: a word that is followed by itself less often than one time in 2,000.
- *known*: `spelling_confusions.tsv`, checked against the same counts.

`training/spelling_evidence.py` comes next: the judge reads what was found here in its context.

Only pairs of lower-case words count, so that names stay out.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.core.lookup import pair_hashes, word_hash, word_hashes
from vnclean.language.alphabet import LETTERS
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.ngram import BOUNDARIES, TOKEN, canonical
from vnclean.language.syllable import parse
from vnclean.spelling.error_model import ERRORS, misspellings
from vnclean.spelling.lexicon import RATES, check, is_variant
from vnclean.spelling.misspelling_table import sources

Array = npt.NDArray[Any]
EDGE, OTHER = 0, 1
SHIFT = np.uint64(14)

KINDS = tuple(ERRORS)


def texts(folder: Path) -> Iterator[str]:
    """Yield the text of all files of a folder, in pieces that end with a line."""
    for path in sorted([*folder.glob("*.txt.xz"), *folder.glob("*.txt")]):
        with lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb") as file:
            rest = b""
            while block := file.read(1 << 24):
                whole, _, rest = (rest + block).rpartition(b"\n")
                yield whole.decode() + "\n"
            yield rest.decode()
        print(path.name, file=sys.stderr)


class Numbers(dict[str, int]):
    """The number of each token, times two, plus one where it is not lower case."""

    def __init__(self, words: list[str]) -> None:
        super().__init__()
        self.of = {word: number + 2 for number, word in enumerate(words)}

    def __missing__(self, token: str) -> int:
        word = canonical(token)
        number = EDGE if token in BOUNDARIES else self.of.get(word, OTHER)
        value = number * 2 + (not token.islower())
        if len(self) < 2_000_000:
            self[token] = value
        return value


def stream(folder: Path, words: list[str]) -> tuple[Array, Counter[str]]:
    """Return the numbers of all tokens, and the lower-case words with marks among the others."""
    numbers = Numbers(words)
    strange: Counter[str] = Counter()
    parts = []
    for text in texts(folder):
        tokens = TOKEN.findall(text)
        parts.append(np.fromiter(map(numbers.__getitem__, tokens), np.uint16))
        for place in np.flatnonzero(parts[-1] == OTHER * 2).tolist():
            strange[tokens[place]] += 1
    return np.concatenate(parts), strange


def foreign(strange: Counter[str], often: Array, words: list[str]) -> list[str]:
    """Return words with marks that are no syllables, and too frequent to be misspellings."""
    letters = frozenset(LETTERS) | frozenset("fjwz")
    of = {word: int(count) for word, count in zip(words, often, strict=True)}
    return sorted(
        word
        for word, count in strange.items()
        if count >= 3 and len(word) > 1 and not word.isascii() and letters.issuperset(word)
        and parse(word) is None
        and count >= 2e-3 * max((of.get(source, 0) for source in sources(word)), default=0)
    )  # fmt: skip


def doubtful(
    counts: Array, misspelt: list[tuple[int, int, int, int]], words: list[str]
) -> list[str]:
    """Return syllables that are more often misspellings than words.

    `misspelt` are pairs (first, second, position of the wrong word, count).
    """
    often = counts.sum(0, dtype=np.int64)
    wrong = np.zeros((2, len(counts)), np.int64)
    for first, second, position, count in misspelt:
        wrong[position, (first, second)[position]] += count
    share = wrong.max(0) / np.maximum(often, 1)
    return sorted(
        word
        for number, word in enumerate(words, 2)
        if not word.isascii()
        and (often[number] < 12 or (often[number] < 5000 and share[number] >= 0.25))
    )


def pair_counts(tokens: Array, size: int, chosen: Array) -> Array:
    """Count pairs of which the second word, and the first if it is one, is lower case."""
    counts = np.zeros(size * size, np.uint32)
    word, high = tokens >> 1, (tokens & 1).astype(np.bool_)
    syllable = word > OTHER
    fine = ~(high & syllable)
    for begin in range(0, len(tokens) - 1, 1 << 23):
        part = slice(begin, min(len(tokens) - 1, begin + (1 << 23)))
        after_it = slice(part.start + 1, part.stop + 1)
        use = fine[part] & fine[after_it] & chosen[part]
        keys, many = np.unique(
            word[part].astype(np.int64)[use] * size + word[after_it][use], return_counts=True
        )
        counts[keys] += many.astype(np.uint32)
    return counts.reshape(size, size)


def error_table(words: list[str]) -> tuple[Array, Array, Array]:
    """Return (right word, wrong word, kind) for every error that makes one word of another."""
    of = {word: number + 2 for number, word in enumerate(words)}
    rows = [
        (of[word], of[form], KINDS.index(kind))
        for word in words
        for form, kind in misspellings(word).items()
        if form in of
    ]
    right, wrong, kind = np.array(rows).T
    return right, wrong, kind


def grams(word: Array, order: int) -> Array:
    """Return a sorted number for each run of `order` words."""
    keys = word[: len(word) - order + 1].astype(np.uint64)
    for back in range(1, order):
        keys <<= SHIFT
        keys |= word[back : len(word) - order + 1 + back]
    keys.sort()
    return keys


def count_in(keys: Array, wanted: Array) -> Array:
    """Return how often each wanted number is among the sorted keys, up to 1,000."""
    out = np.empty(len(wanted), np.int64)
    order = np.argsort(wanted)
    for begin in range(0, len(order), 1 << 20):
        part = order[begin : begin + (1 << 20)]
        low = np.searchsorted(keys, wanted[part])
        out[part] = np.searchsorted(keys, wanted[part], "right") - low
    return np.minimum(out, 1000)


def spread(owner_widths: Array) -> tuple[Array, Array]:
    """Return for groups of these widths: the group of each member, and its place in it."""
    owner = np.repeat(np.arange(len(owner_widths)), owner_widths)
    ends = np.cumsum(owner_widths)
    return owner, np.arange(len(owner)) - (ends - owner_widths)[owner]


def occurrences(word: Array, high: Array, wanted: Array, size: int) -> Array:
    """Return where the wanted pairs stand in lower case, the edges of the text left out."""
    found = []
    for begin in range(1, len(word) - 3, 1 << 23):
        end = min(begin + (1 << 23), len(word) - 3)
        keys = word[begin:end].astype(np.int64) * size + word[begin + 1 : end + 1]
        low = ~high[begin:end] & ~high[begin + 1 : end + 1]
        found.append(begin + np.flatnonzero(wanted[keys] & low))
    return np.concatenate(found)


def seen_pairs(tokens: Array, counts: Array, errors: tuple[Array, Array, Array]) -> list[Any]:
    """Return rare pairs whose company is that of a frequent neighbour, with the evidence."""
    size = len(counts)
    word, high = tokens >> 1, (tokens & 1).astype(np.bool_)
    right, wrong, kind = errors
    order = np.argsort(wrong, kind="stable")
    right, wrong, kind = right[order], wrong[order], kind[order]
    begin = np.searchsorted(wrong, np.arange(size + 1))
    first, second = np.nonzero(counts[2:, 2:])
    first, second = first + 2, second + 2
    number = counts[first, second].astype(np.int64)
    keep = number <= 2000
    first, second, number = first[keep], second[keep], number[keep]
    found = []
    for position in (0, 1):
        bad = (first, second)[position]
        owner, place = spread(begin[bad + 1] - begin[bad])
        good = right[begin[bad][owner] + place]
        many = (
            counts[good, second[owner]] if position == 0 else counts[first[owner], good]
        ).astype(np.int64)
        keep = (many >= 60) & (many >= 40 * number[owner])
        found.append(
            np.stack(
                [owner[keep], np.full(keep.sum(), position), good[keep],
                 kind[begin[bad][owner] + place][keep], many[keep]]
            )
        )  # fmt: skip
    pair, position, good, kind, many = np.concatenate(found, axis=1)
    key = first * size + second
    wanted = np.zeros(size * size, np.bool_)
    wanted[key[pair]] = True
    at = occurrences(word, high, wanted, size)
    where = word[at].astype(np.int64) * size + word[at + 1]
    order = np.argsort(where, kind="stable")
    at, where = at[order], where[order]
    low, top = np.searchsorted(where, key[pair]), np.searchsorted(where, key[pair], "right")
    sample = np.minimum(top - low, 40)
    owner, place = spread(sample)
    q = at[low[owner] + (place * (top - low)[owner] // np.maximum(sample[owner], 1))]
    u = np.uint64
    a0, b0 = word[q].astype(u), word[q + 1].astype(u)
    a = np.where(position[owner] == 0, good[owner].astype(u), a0)
    b = np.where(position[owner] == 1, good[owner].astype(u), b0)
    x, y = word[q - 1].astype(u), word[q + 2].astype(u)
    triples = grams(word, 3)
    left = count_in(triples, (((x << SHIFT) | a) << SHIFT) | b)
    after_it = count_in(triples, (((a << SHIFT) | b) << SHIFT) | y)
    left_own = count_in(triples, (((x << SHIFT) | a0) << SHIFT) | b0)
    after_own = count_in(triples, (((a0 << SHIFT) | b0) << SHIFT) | y)
    del triples
    fours = grams(word, 4)
    whole = count_in(fours, (((((x << SHIFT) | a) << SHIFT) | b) << SHIFT) | y)
    del fours
    into, out_of = counts.sum(0) + 1.0, counts.sum(1) + 1.0
    xi, yi, ai, bi, a0i, b0i = (v.astype(np.int64) for v in (x, y, a, b, a0, b0))
    weight, floor = 5.0, 1e-7
    total, own = many[owner], number[pair][owner]
    ratio = np.log((left + weight * (counts[xi, ai] / into[ai] + floor)) / (total + weight))
    ratio -= np.log(
        (np.maximum(left_own - 1, 0) + weight * (counts[xi, a0i] / into[a0i] + floor))
        / (own - 1 + weight)
    )
    later = np.log((after_it + weight * (counts[bi, yi] / out_of[bi] + floor)) / (total + weight))
    later -= np.log(
        (np.maximum(after_own - 1, 0) + weight * (counts[b0i, yi] / out_of[b0i] + floor))
        / (own - 1 + weight)
    )
    each = np.clip(ratio, -6, 6) + np.clip(later, -6, 6) + np.where(whole > 0, 1.5, 0)
    mean = np.bincount(owner, each, len(pair)) / np.maximum(sample, 1)
    share = np.bincount(owner, whole > 0, len(pair)) / np.maximum(sample, 1)
    return [first[pair], second[pair], position, good, kind, number[pair], many, mean, share]


def unseen_pairs(
    counts: Array, apart: Array, errors: tuple[Array, Array, Array], least: float
) -> tuple[list[Any], list[str]]:
    """Return pairs never seen that an error explains better, and how the bar was measured."""
    size = len(counts)
    right, wrong, kind = errors
    order = np.argsort(right, kind="stable")
    right, wrong, kind = right[order], wrong[order], kind[order]
    begin = np.searchsorted(right, np.arange(size + 1))
    first, second = np.nonzero(counts[2:, 2:] >= 50)
    first, second = first + 2, second + 2
    number = counts[first, second].astype(np.int64)
    out_of, into, total = (
        counts.sum(1, dtype=np.float64),
        counts.sum(0, dtype=np.float64),
        float(counts.sum()),
    )
    rates = np.array([RATES[name] for name in KINDS])
    parts = []
    for position in (0, 1):
        good = (first, second)[position]
        owner, place = spread(begin[good + 1] - begin[good])
        bad = wrong[begin[good][owner] + place]
        a = bad if position == 0 else first[owner]
        b = bad if position == 1 else second[owner]
        none = counts[a, b] == 0
        parts.append(
            np.stack([a[none], b[none], np.full(none.sum(), position), good[owner][none],
                      kind[begin[good][owner] + place][none], number[owner][none]])
        )  # fmt: skip
    a, b, position, good, kind, many = np.concatenate(parts, axis=1)
    chance = out_of[a] * into[b] / total
    # Legitimate uses of pairs never seen, per pair and as much text, by the chance to meet.
    classes = np.digitize(np.log2(np.maximum(chance, 1e-9)), np.arange(-10, 8, 2))
    held = apart[a, b]
    # Each tail's own misspellings are in there too: a little too careful.
    scale = total / float(apart.sum())
    base = np.array(
        [held[classes == c].mean() * scale if (classes == c).any() else 1 for c in range(10)]
    )
    notes = [f"chance 2^{2 * c - 12}: {base[c]:.4f}" for c in range(10)]
    bar = np.maximum(base[classes], 0.004)
    score = many * rates[kind] / bar
    keep = (score >= least) & (held == 0)
    return [v[keep] for v in (a, b, position, good, kind, many, score)], notes


def measure(counts: Array, errors: tuple[Array, Array, Array]) -> None:
    """Print the share of each kind of error among frequent pairs: what `RATES` were taken from."""
    right, wrong, kind = errors
    out_of, into, total = (
        counts.sum(1, dtype=np.float64),
        counts.sum(0, dtype=np.float64),
        float(counts.sum()),
    )
    first, second = np.nonzero(counts[2:, 2:] >= 3000)
    first, second = first + 2, second + 2
    number = counts[first, second]
    tally = np.zeros((len(KINDS), 2))
    order = np.argsort(right, kind="stable")
    right, wrong, kind = right[order], wrong[order], kind[order]
    begin = np.searchsorted(right, np.arange(len(counts) + 1))
    for position in (0, 1):
        good = (first, second)[position]
        owner, place = spread(begin[good + 1] - begin[good])
        bad, what = wrong[begin[good][owner] + place], kind[begin[good][owner] + place]
        a = bad if position == 0 else first[owner]
        b = bad if position == 1 else second[owner]
        n, many = counts[a, b], number[owner]
        use = (n < many * 2e-4) & (out_of[a] * into[b] / total < 5)
        np.add.at(tally, (what[use], 0), n[use])
        np.add.at(tally, (what[use], 1), many[use])
    for name, (n, many) in zip(KINDS, tally, strict=True):
        print(f"rate of {name}: {n / max(many, 1):.2e} (used: {RATES[name]:.1e})", file=sys.stderr)


def write_pairs(
    out: Path,
    rows: dict[tuple[str, str], tuple[str, float, str]],
    never: set[tuple[str, str]],
    taken: Array,
    tokens: int,
) -> None:
    """Write the pairs that were seen as a table, the others as hashes."""
    lines = [
        f"{a} {b}\t{fixed}\t{3 if kind == 'sure' else 2}"
        for (a, b), (fixed, _value, kind) in rows.items()
    ]
    head = [
        "# Pairs of words that are misspelt where they stand together: wrong, right, evidence.",
        "# Evidence: 3 seen often, in the company of the right pair; 2 seen. Lower case, tones",
        "# in the old style. Made by training/spelling.py from running text of",
        f"# {tokens:,} tokens, and weighed by training/spelling_evidence.py.",
        f"# Pairs hardly ever seen ({len(never):,}): spelling_unseen.bin, as hashes.",
    ]
    write(out / "spelling_pairs.tsv", head, lines)
    write_hashes(out / "spelling_unseen.bin", sorted(never), taken)


def write(path: Path, head: list[str], lines: list[str]) -> None:
    """Write a table: its head, and its lines in order."""
    path.write_text("\n".join([*head, *sorted(lines)]) + "\n", encoding="utf-8")


def write_hashes(path: Path, pairs: list[tuple[str, str]], taken: Array) -> None:
    """Write the hashes of the pairs, those left out that a pair in use has by chance."""
    first = word_hashes([pair[0] for pair in pairs])
    second = word_hashes([pair[1] for pair in pairs])
    hashes = np.asarray(pair_hashes(first, second))
    checks = np.array([check(*pair) for pair in pairs], np.uint8)
    hashes, at = np.unique(hashes, return_index=True)
    free = ~np.isin(hashes, taken)  # `taken` holds none of the pairs themselves
    hashes, at = hashes[free], at[free]
    data = [np.array([word_hash("kiểm")], "<u4"), hashes.astype("<u4"), checks[at]]
    path.write_bytes(b"".join(part.tobytes() for part in data))


def main() -> None:
    """Count, weigh and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--out", type=Path, default=Path("vnclean/data"))
    parser.add_argument("--known", type=Path, default=Path("vnclean/data/spelling_confusions.tsv"))
    parser.add_argument("--least", type=float, default=0.3, help="least odds of an unseen pair")
    options = parser.parse_args()
    begun = time.time()
    words = sorted(syllables_in_use(), key=lambda word: (-syllables_in_use()[word], word))
    assert len(words) < (1 << 14) - 2
    if options.cache and options.cache.exists():
        tokens = np.load(options.cache)
        strange = Counter(json.loads(options.cache.with_suffix(".json").read_text()))
    else:
        tokens, strange = stream(options.folder, words)
        if options.cache:
            np.save(options.cache, tokens)
            options.cache.with_suffix(".json").write_text(json.dumps(strange))
    print(f"{len(tokens):,} tokens, {time.time() - begun:.0f} s", file=sys.stderr)
    size = len(words) + 2
    errors = error_table(words)
    # Every twelfth stretch of 65,536 tokens is kept apart to measure what "never seen" means.
    apart = (np.arange(len(tokens)) >> 16) % 12 == 0
    main_counts = pair_counts(tokens, size, ~apart)
    apart_counts = pair_counts(tokens, size, apart)
    measure(main_counts, errors)
    unseen, notes = unseen_pairs(main_counts, apart_counts, errors, options.least)
    print("\n".join(notes), file=sys.stderr)
    counts = main_counts + apart_counts
    seen = seen_pairs(tokens, counts, errors)
    hardly = {
        (a, b)
        for a, b, _position, _good, kind, n, many, _mean, share in zip(
            *(v.tolist() for v in seen), strict=True
        )
        if many * RATES[KINDS[kind]] >= 0.3 * n or (n >= 2 and share >= 0.15 and many >= 800 * n)
    }
    rows: dict[tuple[str, str], tuple[str, float, str]] = {}
    name = ["", "", *words]
    never = {
        (name[a], name[b])
        for a, b, position, good, *_ in zip(*(v.tolist() for v in unseen), strict=True)
        if not is_variant(name[(a, b)[position]], name[good])
    } | {(name[a], name[b]) for a, b in hardly}
    others = counts > 0
    others[tuple(np.array(list(hardly)).T)] = False
    first, second = np.nonzero(others[2:, 2:])
    hashes = np.asarray(word_hashes(words))
    taken = np.asarray(pair_hashes(hashes[first], hashes[second]))
    best: dict[tuple[str, str], float] = {}
    misspelt: dict[tuple[int, int, int], int] = {}
    tried = {
        line.split("\t")[0]: line.split("\t")[1]
        for line in options.known.read_text(encoding="utf-8").split("\n")
        if line and line[0] != "#"
    }
    for a, b, position, good, _kind, n, many, mean, share in zip(
        *(v.tolist() for v in seen), strict=True
    ):
        pair = (name[a], name[b])
        fixed = " ".join((name[good], name[b]) if position == 0 else (name[a], name[good]))
        sure = n >= 3 and share >= 0.3 and mean >= 0.3 and n <= 0.006 * many
        maybe = (n >= 2 and share >= 0.3 and mean >= -1) or (
            n == 1 and ((share == 1 and mean > 1) or mean > 6)
        )
        maybe = maybe or (n >= 3 and share >= 0.6 and mean >= -5 and n <= 0.006 * many)
        if tried.get(" ".join(pair)) == fixed and n >= 5 and mean < -1:
            print(f"doubtful: {' '.join(pair)} > {fixed} {n}/{many} {mean:.1f}", file=sys.stderr)
        if not maybe or is_variant(pair[position], name[good]):
            continue
        misspelt[a, b, position] = n
        value = min(n, 12) * (mean + 2)
        if best.get(pair, -1e9) < value:
            best[pair] = value
            rows[pair] = (fixed, value, "sure" if sure else "seen")
    twice = tokens[1:][(tokens[1:] == tokens[:-1]) & (tokens[1:] & 1 == 0)] >> 1
    twice, once = np.bincount(twice, minlength=size), np.bincount(tokens >> 1, minlength=size)
    doubles = np.flatnonzero((once >= 5000) & (twice < 5e-4 * once))
    for word in doubles[doubles > OTHER].tolist():
        rows[name[word], name[word]] = (name[word], 0.0, "seen")
    head = [
        "# Words with Vietnamese letters that are no syllables and yet no misspellings (loans).",
        "# Lower case. Made by training/spelling.py: at least 3 times in lower case.",
    ]
    write(options.out / "spelling_words.tsv", head, foreign(strange, counts.sum(0)[2:], words))
    head = [
        "# Syllables that may be misspellings or rare words, and the share of their uses that the",
        "# context explains as misspellings. Lower case, tone marks in the old style. Made by",
        "# training/spelling.py (a quarter of the uses or more are misspelt pairs, or under 12",
        "# uses) and spelling_evidence.py.",
    ]
    found = doubtful(counts, [(*key, n) for key, n in misspelt.items()], words)
    write(options.out / "spelling_doubtful.tsv", head, found)
    write_pairs(options.out, rows, never, taken, len(tokens))
    print(f"{len(rows):,} pairs, {time.time() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
