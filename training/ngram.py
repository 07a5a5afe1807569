"""Train the language model of vnclean from a folder of clean text.

    python training/ngram.py FOLDER -o vnclean/data/ngram --dev DEV_FOLDER

reads every *.txt and *.txt.xz of FOLDER in the order of their names and writes `ngram.bin` (the
model) and `ngram.json` (what went in, what came out, perplexity by domain). The same input gives
the same bytes. Memory: some 50 bytes per token of the longest array sorted at once, about 5 GB for
130 million tokens.

The steps: tokens -> word ids and case patterns -> counts of n-grams by sorting -> interpolated
modified Kneser-Ney -> pruning by relative entropy -> quantisation, each level against what the
reader will really find below it -> static functions (binary fuse filters) -> one file. Then text
is damaged and decoded, with n-grams of the other half of the text, and the slots in doubt teach
which distant words speak for which candidate.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from vnclean import channels
from vnclean.language import ngram
from vnclean.language.model_file import write_arrays
from vnclean.language.syllable import parse
from vnclean.repair import decoder

U64 = np.uint64
BITS = ngram.ID_BITS
ORDER = ngram.ORDER


def say(*words: object) -> None:
    """Tell on standard error what is done, with the time."""
    print(f"[{time.perf_counter():7.1f} s]", *words, file=sys.stderr, flush=True)


# ---- text -> arrays ---------------------------------------------------------------------------


def blocks(path: Path, size: int = 1 << 24) -> Iterator[str]:
    """Yield the text of a file in NFC, in pieces of about `size` bytes that end with a line."""
    with lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb") as stream:
        rest = b""
        while piece := stream.read(size):
            piece = rest + piece
            cut = piece.rfind(b"\n") + 1
            rest = piece[cut:]
            yield unicodedata.normalize("NFC", piece[:cut].decode("utf-8", "replace"))
        yield unicodedata.normalize("NFC", rest.decode("utf-8", "replace")) + "\n"


class Interner(dict[str, int]):
    """Number the distinct words as they are first seen: surface -> word number * 4 + case."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, int] = {}

    def __missing__(self, surface: str) -> int:
        if surface[0].isalpha():
            word = ngram.canonical(surface)
        elif surface[0].isdigit():
            word = "<num>"
        elif surface in ngram.BOUNDARIES:
            word = "<s>"
        else:
            word = surface
        number = self.words.setdefault(word, len(self.words)) * 4 + ngram.pattern(surface)
        if len(self) < 4_000_000:
            self[surface] = number
        return number


def read(folder: Path) -> tuple[dict[str, np.ndarray], list[str], dict[str, str]]:
    """Return the tokens of each file as numbers (uint32), the words, and the hash of each file."""
    interner = Interner()
    files: dict[str, np.ndarray] = {}
    hashes: dict[str, str] = {}
    paths = sorted(p for p in folder.iterdir() if p.name.endswith((".txt", ".txt.xz")))
    if not paths:
        raise SystemExit(f"{folder} holds no *.txt or *.txt.xz file.")
    for path in paths:
        hashes[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
        parts = []
        for text in blocks(path):
            tokens = ngram.TOKEN.findall(text)
            parts.append(np.fromiter(map(interner.__getitem__, tokens), np.uint32, len(tokens)))
        files[path.name] = np.concatenate(parts)
        say(path.name, "read:", len(files[path.name]), "tokens")
    return files, list(interner.words), hashes


def choose_words(
    words: list[str], counts: np.ndarray, least: int, least_marked: int, others: int
) -> list[str]:
    """Return the vocabulary: classes, then the words kept, the frequent first."""
    kept: list[int] = []
    plain: list[int] = []
    for number, word in enumerate(words):
        if not word[0].isalpha():
            continue
        if parse(word) is not None:
            if counts[number] >= least:
                kept.append(number)
        elif not word.isascii():
            if counts[number] >= least_marked:
                kept.append(number)
        elif counts[number] >= least:
            plain.append(number)
    by_count = lambda number: (-int(counts[number]), words[number])  # noqa: E731
    kept += sorted(plain, key=by_count)[:others]
    vocabulary = [*ngram.CLASSES, *(words[number] for number in sorted(kept, key=by_count))]
    if len(vocabulary) > 1 << BITS:
        raise SystemExit(f"{len(vocabulary)} words do not fit in {BITS} bits: raise --least.")
    return vocabulary


def encode(
    tokens: np.ndarray, words: list[str], vocabulary: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return word ids (uint16) and case patterns (uint8), one boundary between sentences."""
    ids = {word: number for number, word in enumerate(vocabulary)}
    skip = 0xFFFF
    table = np.empty(len(words), np.uint16)
    for number, word in enumerate(words):
        if word in ids:
            table[number] = ids[word]
        elif word[0].isalpha():
            table[number] = ngram.FOREIGN if parse(word) is None else ngram.UNKNOWN
        else:
            table[number] = skip
    stream = table[tokens >> 2]
    keep = stream != skip
    stream = stream[keep]
    case = (tokens & 3).astype(np.uint8)[keep]
    edge = stream == ngram.BOUNDARY
    keep = ~(edge & np.r_[True, edge[:-1]])
    one = np.array([ngram.BOUNDARY], np.uint16)
    zero = np.zeros(1, np.uint8)
    return np.r_[one, stream[keep], one], np.r_[zero, case[keep], zero]


# ---- counts -----------------------------------------------------------------------------------


def windows(stream: np.ndarray, order: int) -> np.ndarray:
    """Return the keys of all n-grams of an order that cross no sentence boundary."""
    edge = stream == ngram.BOUNDARY
    count = len(stream) - order + 1
    whole = np.ones(count, np.bool_)
    for shift in range(1, order - 1):
        whole &= ~edge[shift : shift + count]
    if order == 2:
        whole &= ~(edge[:-1] & edge[1:])
    keys = np.empty(np.count_nonzero(whole), U64)
    done = 0
    for begin in range(0, count, 1 << 22):
        end = min(begin + (1 << 22), count)
        piece = stream[begin:end].astype(U64)
        for shift in range(1, order):
            piece <<= U64(BITS)
            piece |= stream[begin + shift : end + shift]
        piece = piece[whole[begin:end]]
        keys[done : done + len(piece)] = piece
        done += len(piece)
    return keys


def tally(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct keys in order and their counts; sorts `keys` in place."""
    keys.sort()
    if not len(keys):
        return keys, np.zeros(0, np.uint32)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    return keys[starts], np.diff(np.r_[starts, len(keys)]).astype(np.uint32)


def find(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the place of each wanted key among sorted keys, -1 where it is missing."""
    if not len(keys):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, place, -1)


def tail(keys: np.ndarray, order: int) -> np.ndarray:
    """Return the last `order` words of each key."""
    return keys & U64((1 << (BITS * order)) - 1)


def groups(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each context begins in sorted keys, and the number of each key's context."""
    context = keys >> U64(BITS)
    fresh = np.r_[True, context[1:] != context[:-1]][: len(keys)]
    return np.flatnonzero(fresh), np.cumsum(fresh, dtype=np.int32) - 1


# ---- smoothing and pruning --------------------------------------------------------------------


class Level:
    """The n-grams of one order: sorted keys, P(last | context), and weights for pruning."""

    def __init__(self, keys: np.ndarray, chance: np.ndarray) -> None:
        self.keys = keys
        self.chance = chance
        self.lower = self.share = self.below = np.zeros(0)


def discounts(counts: np.ndarray) -> np.ndarray:
    """Return the modified Kneser-Ney discounts of counts 0, 1, 2 and 3 or more."""
    n1, n2, n3, n4 = (float((counts == number).sum()) for number in (1, 2, 3, 4))
    fixed = np.array([0.0, 0.5, 0.75, 0.9])
    if not (n1 and n2 and n3 and n4):
        return fixed
    base = n1 / (n1 + 2 * n2)
    found = np.array([0.0, *(k - (k + 1) * base * b / a
                             for k, a, b in ((1, n1, n2), (2, n2, n3), (3, n3, n4)))])  # fmt: skip
    return found if all(0 < found[k] < k for k in (1, 2, 3)) else fixed


def estimate(
    counts: dict[int, tuple[np.ndarray, np.ndarray]], size: int, least: dict[int, int]
) -> dict[int, Level]:
    """Smooth the counts: interpolated modified Kneser-Ney, n-grams rarer than `least` left out."""
    total = float(counts[1][1].sum())
    levels: dict[int, Level] = {}
    for order in range(1, ORDER + 1):
        keys, raw = counts[order]
        used = raw
        if order < ORDER:
            # How many different words stand before it; after a boundary nothing does.
            kinds, number = tally(tail(counts[order + 1][0], order))
            used = np.zeros(len(keys), np.uint32)
            used[np.searchsorted(keys, kinds)] = number
            used = np.where(used == 0, raw, used)
            if order == 1:
                used[keys == ngram.BOUNDARY] = number[kinds == ngram.BOUNDARY]
        cut = discounts(used).astype(np.float32)[np.minimum(used, 3)]
        if order == 1:
            chance = np.full(size, cut.sum(dtype=np.float64) / used.sum() / size)
            chance[keys.astype(np.intp)] += (used - cut) / used.sum()
            levels[1] = Level(np.arange(size, dtype=U64), chance)
            continue
        starts, owner = groups(keys)
        mass = np.add.reduceat(used, starts, dtype=np.float64)
        freed = np.add.reduceat(cut, starts, dtype=np.float64) / mass
        seen = np.add.reduceat(raw, starts, dtype=np.float64)
        chosen = np.flatnonzero(raw >= least.get(order, 1))
        owner = owner[chosen]
        level = Level(keys[chosen], np.zeros(0))
        level.below = find(levels[order - 1].keys, tail(level.keys, order - 1))
        level.lower = levels[order - 1].chance[level.below]
        level.chance = (used[chosen] - cut[chosen]) / mass[owner] + freed[owner] * level.lower
        level.share = seen[owner] / total
        levels[order] = level
        say(f"order {order}: {len(keys)} n-grams, {len(level.keys)} smoothed")
    return levels


def prune(levels: dict[int, Level], threshold: float, price: dict[int, float]) -> dict[int, Level]:
    """Drop the n-grams whose loss costs less relative entropy than `threshold` times the price."""
    kept = {1: Level(levels[1].keys, levels[1].chance)}
    needed = np.zeros(0, np.intp)
    for order in range(ORDER, 1, -1):
        level = levels[order]
        starts, owner = groups(level.keys)
        p, q = level.chance, level.lower
        left = np.maximum(1 - np.add.reduceat(p, starts), 1e-9)[owner]
        right = np.maximum(1 - np.add.reduceat(q, starts), 1e-9)[owner]
        now, then = np.log(left / right), np.log((left + p) / (right + q))
        loss = -level.share * (p * (np.log(q) + then - np.log(p)) + left * (then - now))
        keep = loss >= threshold * price[order]
        keep[needed] = True
        kept[order] = Level(level.keys[keep], p[keep])
        if order > 2:
            contexts = np.unique(level.keys[keep] >> U64(BITS))
            needed = np.union1d(level.below[keep], find(levels[order - 1].keys, contexts))
    return kept


# ---- quantisation and storage -----------------------------------------------------------------


def quantise(
    values: np.ndarray, weights: np.ndarray, count: int, rounds: int = 60
) -> tuple[np.ndarray, np.ndarray]:
    """Return `count` levels that lose the least weighted squared error, and each value's level."""
    if not len(values):
        return np.zeros(count, np.float32), np.zeros(0, np.uint8)
    low, high = float(values.min()), float(values.max())
    bins = 1 << 14
    place = np.minimum(((values - low) / max(high - low, 1e-9) * bins).astype(np.intp), bins - 1)
    weight = np.bincount(place, weights, bins)
    summed = np.bincount(place, weights * values, bins)
    cumulated = np.r_[0, np.cumsum(weight)]
    sums = np.r_[0, np.cumsum(summed)]
    centres = low + (np.arange(bins) + 0.5) * (high - low) / bins
    spread = np.cumsum(weight ** (1 / 3))
    levels = centres[np.searchsorted(spread, (np.arange(count) + 0.5) / count * spread[-1])]
    for _ in range(rounds):
        edges = np.searchsorted(centres, (levels[1:] + levels[:-1]) / 2)
        edges = np.r_[0, edges, bins]
        mass = cumulated[edges[1:]] - cumulated[edges[:-1]]
        mean = (sums[edges[1:]] - sums[edges[:-1]]) / np.maximum(mass, 1e-30)
        levels = np.sort(np.where(mass > 0, mean, levels))
    levels = levels.astype(np.float32)
    chosen = np.searchsorted((levels[1:] + levels[:-1]) / 2, values)
    return levels, chosen.astype(np.uint8)


def quantise_backoff(
    values: np.ndarray, opened: np.ndarray, weights: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Quantise the backoffs of n-grams that begin longer ones; class 0 is for those that do not."""
    levels, chosen = quantise(values[opened], weights[opened], count - 1)
    classes = np.zeros(len(values), np.uint8)
    classes[opened] = chosen + 1
    return np.r_[np.float32(0), levels].astype(np.float32), classes


def backoffs(
    level: Level, above: Level, value: np.ndarray, lower: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return log backoff of each n-gram of `level`, and which begin an n-gram of `above`.

    `value` and `lower` are the log-probabilities of the n-grams above, as the reader finds them,
    with the last order and without it.
    """
    result = np.zeros(len(level.keys))
    opened = np.zeros(len(level.keys), np.bool_)
    if len(above.keys):
        starts, _ = groups(above.keys)
        left = 1 - np.add.reduceat(np.exp(value.astype(np.float64)), starts)
        right = 1 - np.add.reduceat(np.exp(lower.astype(np.float64)), starts)
        place = find(level.keys, above.keys[starts] >> U64(BITS))
        result[place] = np.log(np.maximum(left, 1e-4) / np.maximum(right, 1e-4))
        opened[place] = True
    return result, opened


def function(
    keys: np.ndarray, value: np.ndarray, value_bits: int, extra: np.ndarray | None
) -> tuple[dict[str, int], dict[str, np.ndarray]]:
    """Build a static function: planes of bytes such that three slots give print and values."""
    count = len(keys)
    length = 1 << max(2, min(18, int(np.log(max(count, 2)) / np.log(3.33) + 2.25)))
    factor = max(1.125, 0.875 + 0.25 * np.log(1e6) / np.log(max(count, 2)))
    segments = max(1, -(-int(count * factor + 32) // length) - 2)
    for seed in range(1, 200):
        span = U64(segments * length)
        slots, prints = spread_keys(keys, U64(seed), length, span)
        total = (segments + 2) * length
        order = peel(np.stack(slots), total)
        if order is not None:
            break
        if seed % 4 == 0:
            segments += 1 + segments // 50
    else:
        raise SystemExit("No seed gives a static function: are there equal keys?")
    print_bits = prints.astype(np.uint8)
    if value_bits == 8:
        value = (((prints >> U64(8)) & U64(15)).astype(np.uint8) << 4) | value
    shape = {"seed": seed, "segment_length": length, "segments": segments,
             "value_bits": value_bits, "keys": count}  # fmt: skip
    planes = {"check": solve(order, slots, print_bits, total)}
    solved = solve(order, slots, value, total)
    planes["value"] = solved if value_bits == 8 else pack(solved)
    planes["extra"] = (
        np.zeros(0, np.uint8) if extra is None else pack(solve(order, slots, extra, total))
    )
    return shape, planes


def spread_keys(
    keys: np.ndarray, seed: np.uint64, length: int, span: np.uint64
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the three slots of each key in a binary fuse filter, and fingerprint bits.

    `length` is the slots of a segment (a power of two), `span` the slots a first slot may be in.
    """
    mixed = (keys + seed) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(32)
    mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    mask = np.uint64(length - 1)
    first = ((mixed >> np.uint64(32)) * span) >> np.uint64(32)
    second = (first + np.uint64(length)) ^ ((mixed >> np.uint64(18)) & mask)
    third = (first + np.uint64(2 * length)) ^ (mixed & mask)
    prints = mixed ^ (mixed >> np.uint64(40))
    prints = (prints * np.uint64(0xD6E8FEB86659FD93)) >> np.uint64(50)
    return [part.astype(np.int64) for part in (first, second, third)], prints


def pack(values: np.ndarray) -> np.ndarray:
    """Put two 4-bit values in a byte."""
    values = np.r_[values, np.zeros(len(values) % 2, np.uint8)]
    return values[0::2] | (values[1::2] << 4)


def peel(slots: np.ndarray, total: int) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Return rounds of (keys, the slot that each one has alone), or None where it gets stuck."""
    count = slots.shape[1]
    degree = np.bincount(slots.ravel(), minlength=total).astype(np.int32)
    # The sum of the keys at a slot names the last one once the others are gone.
    number = np.tile(np.arange(count, dtype=np.float64), 3)
    owner = np.bincount(slots.ravel(), number, total).astype(np.int64)
    rounds = []
    done = 0
    single = np.flatnonzero(degree == 1)
    while len(single):
        keys, first = np.unique(owner[single], return_index=True)
        rounds.append((keys, single[first]))
        done += len(keys)
        touched = slots[:, keys].ravel()
        np.subtract.at(degree, touched, 1)
        np.subtract.at(owner, touched, np.tile(keys, 3))
        single = np.unique(touched[degree[touched] == 1])
    return rounds if done == count else None


def solve(
    rounds: list[tuple[np.ndarray, np.ndarray]],
    slots: list[np.ndarray],
    values: np.ndarray,
    total: int,
) -> np.ndarray:
    """Fill the slots, last peeled first, so that the three slots of a key give its value."""
    plane = np.zeros(total, np.uint8)
    for keys, alone in reversed(rounds):
        a, b, c = (part[keys] for part in slots)
        plane[alone] = values[keys] ^ plane[a] ^ plane[b] ^ plane[c]
    return plane


def gaps(places: np.ndarray) -> np.ndarray:
    """Write the gaps between rising numbers as bytes, 255 for "255 and more follows"."""
    steps = np.diff(np.r_[0, places])
    full, rest = steps // 255, (steps % 255).astype(np.uint8)
    ends = np.cumsum(full + 1)
    result = np.full(int(ends[-1]) if len(ends) else 0, 255, np.uint8)
    result[ends - 1] = rest
    return result


def unkey(keys: np.ndarray, order: int) -> list[np.ndarray]:
    """Take keys apart into word ids."""
    return [
        ((keys >> U64(BITS * shift)) & U64((1 << BITS) - 1)).astype(np.int64)
        for shift in range(order - 1, -1, -1)
    ]


# ---- case -------------------------------------------------------------------------------------


def case_tables(
    stream: np.ndarray, case: np.ndarray, size: int, bigrams: np.ndarray
) -> dict[str, np.ndarray]:
    """Return log P(pattern | word, case before it), and a refinement for the kept bigrams."""
    before, after = stream[:-1], stream[1:]
    prior = np.where(before == ngram.BOUNDARY, 3, np.minimum(case[:-1], 2)).astype(np.int64)
    cell = (after.astype(np.int64) * 4 + prior) * 4 + case[1:]
    counts = np.bincount(cell, minlength=size * 16).reshape(size, 4, 4).astype(np.float64)
    overall = counts.sum(0) + 0.1
    overall /= overall.sum(1, keepdims=True)
    word = counts.sum(1) + 1.0 * overall.mean(0)
    word /= word.sum(1, keepdims=True)
    # A word after this case of its neighbour; backed off to how the word shifts the neighbour's.
    shift = overall[None] * (word / word.sum(0))[:, None] / (overall.mean(0) / word.sum(0))[None]
    shift /= shift.sum(2, keepdims=True)
    table = (counts + 3.0 * shift) / (counts.sum(2, keepdims=True) + 3.0)
    table = np.maximum(table, 1e-6)
    logs = np.log(np.concatenate([table, table[:, :, :2].sum(2, keepdims=True)], 2))
    key = (before.astype(U64) << U64(BITS)) | after
    use = (prior != ngram.UPPER) & (case[1:] < 2)
    mark = (prior == ngram.TITLE).astype(U64) * U64(2) + (case[1:] == ngram.TITLE).astype(U64)
    kinds, number = tally(((key << U64(2)) | mark)[use])
    place = find(bigrams, kinds >> U64(2))
    here = place >= 0
    grid = np.zeros((len(bigrams), 2, 2))
    flat = (kinds & U64(3)).astype(np.intp)[here]
    grid[place[here], flat >> 1, flat & 1] = number[here]
    second = (bigrams & U64((1 << BITS) - 1)).astype(np.intp)
    first = (bigrams >> U64(BITS)).astype(np.intp)
    levels = np.linspace(-7.5, 7.5, 15)
    codes = []
    for group in (0, 1):
        base = table[second, np.where(first == ngram.BOUNDARY, 3, group)]
        rate = base[:, 1] / (base[:, 0] + base[:, 1])
        seen = grid[:, group].sum(1)
        share = (grid[:, group, 1] + 2 * rate) / (seen + 2)
        share = np.clip(share, 1e-6, 1 - 1e-6)
        place = np.searchsorted((levels[1:] + levels[:-1]) / 2, np.log(share / (1 - share)))
        codes.append(np.where(seen > 0, place + 1, 0).astype(np.uint8))
    title = 1 / (1 + np.exp(-levels))
    pairs = np.log(np.stack([1 - title, title], 1))
    return {
        "case": logs.reshape(size * 4, 5).astype(np.float16),
        "case_levels": np.r_[np.zeros((1, 2)), pairs].astype(np.float32),
        "bigram_case": ((codes[0] << 4) | codes[1]).astype(np.uint8),
    }


# ---- distant context --------------------------------------------------------------------------


def even_blocks(stream: np.ndarray, size: int = 100_000) -> np.ndarray:
    """Return which tokens are in every other block of some `size` tokens; no sentence is cut."""
    place = np.arange(len(stream))
    start = np.maximum.accumulate(np.where(stream == ngram.BOUNDARY, place, 0))
    return (start // size) % 2 == 0


def rows_by_code(
    model: ngram.Model, damage: Callable[[str], str]
) -> tuple[decoder.Candidates, np.ndarray]:
    """Return the row of candidates that the damaged form of each code has."""
    table = decoder.Candidates()
    size = len(model.vocabulary) * 4
    forms: dict[str, list[int]] = {}
    for number, word in enumerate(model.vocabulary):
        if word[0].isalpha():
            for case, surface in enumerate((word, word.capitalize(), word.upper())):
                if case < ngram.UPPER or len(word) > 1:
                    forms.setdefault(damage(surface), []).append(number * 4 + case)
    rows = np.full(size, -1)
    for codes in forms.values():
        if len(codes) > 1:
            rows[codes] = table.add(codes, [0.0] * len(codes))
    for code in np.flatnonzero(rows < 0).tolist():
        rows[code] = table.fixed(code)
    return table, rows


def doubtful_slots(
    model: ngram.Model, files: list[tuple[np.ndarray, np.ndarray]], quota: int
) -> list[np.ndarray]:
    """Damage text, decode it and return the slots in doubt: words, log posteriors, truth, context.

    At most `quota` tokens of each file are used, in blocks spread over it; the channels take
    turns.
    """
    reach, most, size = ngram.DISTANCE, 6, 60_000
    tables = [
        rows_by_code(model, damage)
        for damage in (
            channels.ascii_qmark, channels.no_diacritics,
            channels.ascii_qmark, channels.cp1252_bestfit,
        )
    ]  # fmt: skip
    found: list[list[np.ndarray]] = [[], [], [], []]
    turn = 0
    for stream, case in files:
        count = -(-len(stream) // size)
        for block in np.unique(np.linspace(0, count - 1, max(1, min(count, quota // size)))):
            here = slice(int(block) * size, int(block) * size + size)
            codes = stream[here].astype(np.int64) * 4 + case[here]
            table, rows = tables[turn % len(tables)]
            turn += 1
            decoded = decoder.decode(rows[codes], table, model)
            picked = [
                slot
                for slot in np.flatnonzero(decoded.confidence < decoder.SURE).tolist()
                if reach < slot < len(codes) - reach
            ]
            words = np.zeros((len(picked), most), np.int32)
            logs = np.full((len(picked), most), -50, np.float32)
            truth = np.full(len(picked), -1)
            for line, slot in enumerate(picked):
                own = table.codes(int(rows[codes[slot]]))
                for column, (k, chance) in enumerate(decoded.ranked(slot)[:most]):
                    words[line, column] = own[k] >> 2
                    logs[line, column] = np.log(max(chance, 1e-12))
                    if own[k] == codes[slot]:
                        truth[line] = column
            known = truth >= 0
            steps = np.r_[-reach:0, 1 : reach + 1]
            near = (decoded.codes >> 2)[np.array(picked, np.int64)[:, None] + steps]
            for part, new in zip(found, (words, logs, truth, near.astype(np.uint16)), strict=True):
                part.append(new[known])
    return [np.concatenate(part) for part in found]


def sentence_weights(near: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the weight of each word around a slot: nothing from beyond the sentence counts.

    `near` has a row for each slot: the words before it, then those after it.
    """
    half = near.shape[1] // 2
    edge = near == ngram.BOUNDARY
    before = np.logical_or.accumulate(edge[:, :half][:, ::-1], axis=1)[:, ::-1]
    after = np.logical_or.accumulate(edge[:, half:], axis=1)
    return np.where(np.concatenate([before, after], axis=1), np.float32(0), places)


def fit_distant(
    examples: list[np.ndarray], size: int, width: int, rounds: int, rate: float = 0.002,
    dropped: float = 0.3,
) -> tuple[dict[str, np.ndarray], float, dict[str, object]]:  # fmt: skip
    """Learn vectors such that sums over the distant words tell the right candidate.

    A log-bilinear model on top of the posteriors: logit = log posterior + outward . sum(weight of
    the place * inward of the word there); minimal cross-entropy by Adam. Returns the quantised
    arrays, the scale of the product, and (share of errors, cross-entropy in natural logarithms)
    of held-out slots before and after.
    """
    words, logs, truth, near = examples
    dice = np.random.default_rng(0)
    # Held out in runs, so that hardly a sentence is on both sides.
    every = np.arange(len(truth))
    order, held = every[(every // 1000) % 40 != 7], every[(every // 1000) % 40 == 7]
    outward = np.zeros((size, width), np.float32)
    inward = dice.normal(0, width**-0.5, (size, width)).astype(np.float32)
    places = np.full(2 * ngram.DISTANCE, 0.3, np.float32)
    parameters = [outward, inward, places]
    first = [np.zeros_like(part) for part in parameters]
    second = [np.zeros_like(part) for part in parameters]

    def judge(strength: float) -> tuple[float, float]:
        wrong, cost = 0, 0.0
        for begin in range(0, len(held), 4096):
            part = held[begin : begin + 4096]
            weight = sentence_weights(near[part], places) * np.float32(strength)
            meaning = np.einsum("sp,spd->sd", weight, inward[near[part]], optimize=True)
            logit = logs[part] + np.einsum("skd,sd->sk", outward[words[part]], meaning)
            wrong += int((logit.argmax(1) != truth[part]).sum())
            logit -= logit.max(1, keepdims=True)
            cost -= float(logit[np.arange(len(part)), truth[part]].sum())
            cost += float(np.log(np.exp(logit).sum(1)).sum())
        return round(wrong / max(len(held), 1), 5), round(cost / max(len(held), 1), 5)

    report: dict[str, object] = {"before": judge(0.0)}
    batch = 2048
    steps = max(1, len(order) // batch)
    for turn in range(rounds):
        dice.shuffle(order)
        for step in range(steps):
            part = np.sort(order[step * batch : (step + 1) * batch])
            inside = sentence_weights(near[part], np.ones_like(places))
            inside *= dice.random(inside.shape, np.float32) >= dropped
            inside /= 1 - dropped
            weight = inside * places
            vectors = inward[near[part]]
            meaning = np.einsum("sp,spd->sd", weight, vectors, optimize=True)
            sides = outward[words[part]]
            logit = logs[part] + np.einsum("skd,sd->sk", sides, meaning)
            slope = np.exp(logit - logit.max(1, keepdims=True))
            slope /= slope.sum(1, keepdims=True)
            slope[np.arange(len(part)), truth[part]] -= 1
            slope /= max(len(part), 1)
            slope[logs[part] < -40] = 0
            back = np.einsum("sk,skd->sd", slope, sides)
            gradients = [
                sum_rows(words[part], slope[:, :, None] * meaning[:, None]),
                sum_rows(near[part], weight[:, :, None] * back[:, None]),
                (slice(None), (inside * np.einsum("spd,sd->sp", vectors, back)).sum(0)),
            ]  # fmt: skip
            pace = rate * (1 - 0.8 * (turn * steps + step) / (rounds * steps))
            for k, (rows, gradient) in enumerate(gradients):
                first[k][rows] = 0.9 * first[k][rows] + 0.1 * gradient
                second[k][rows] = 0.99 * second[k][rows] + 0.01 * gradient**2
                parameters[k][rows] -= pace * first[k][rows] / (np.sqrt(second[k][rows]) + 1e-8)
        say("distant context, round", turn + 1, judge(1.0), judge(0.6))
    strength = min((k / 10 for k in range(1, 13)), key=lambda value: judge(value)[1])
    report |= {"after": judge(strength), "strength": strength, "slots": len(order)}
    scales = [float(np.abs(part).max()) / 127 or 1.0 for part in (outward, inward)]
    arrays = {
        "distant_outward": np.rint(outward / scales[0]).astype(np.int8),
        "distant_inward": np.rint(inward / scales[1]).astype(np.int8),
        "distant_places": places,
    }
    return arrays, scales[0] * scales[1] * strength, report


def sum_rows(index: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct indices and the sum of the rows of each."""
    index, rows = index.ravel(), rows.reshape(-1, rows.shape[-1])
    order = np.argsort(index, kind="stable")
    index = index[order]
    starts = np.flatnonzero(np.r_[True, index[1:] != index[:-1]][: len(index)])
    return index[starts], np.add.reduceat(rows[order], starts, axis=0)


# ---- the file ---------------------------------------------------------------------------------


def build(
    vocabulary: list[str], levels: dict[int, Level], stream: np.ndarray, case: np.ndarray,
    counts: dict[int, tuple[np.ndarray, np.ndarray]],
) -> tuple[dict[str, object], dict[str, np.ndarray]]:  # fmt: skip
    """Quantise the levels from below and return the header and the arrays of the file."""
    size = len(vocabulary)
    keys2, keys3, keys4 = (levels[order].keys for order in (2, 3, 4))
    arrays: dict[str, np.ndarray] = {
        "words": np.frombuffer("\n".join(vocabulary).encode(), np.uint8)
    }
    weights = {
        order: np.sqrt(counts[order][1][find(*(counts[order][0], levels[order].keys))] + 0.0)
        for order in (2, 3, 4)
    }
    log1 = np.log(levels[1].chance).astype(np.float32)
    places = {order: find(levels[order - 1].keys, tail(levels[order].keys, order - 1))
              for order in (2, 3, 4)}  # fmt: skip
    opens = {order: find(levels[order - 1].keys, levels[order].keys >> U64(BITS))
             for order in (3, 4)}  # fmt: skip

    table, chosen = quantise(np.log(levels[2].chance), weights[2], 256)
    arrays["bigram_value_levels"], arrays["bigram_value"] = table, chosen
    log2 = table[chosen]
    back1, _ = backoffs(levels[1], levels[2], log2, log1[places[2]])
    arrays["unigram"], arrays["unigram_backoff"] = log1, back1.astype(np.float32)

    wanted = np.log(levels[3].chance)
    back2, opened = backoffs(levels[2], levels[3], wanted, log2[places[3]])
    table, classes = quantise_backoff(back2, opened, weights[2], 256)
    arrays["bigram_backoff_levels"], arrays["bigram_backoff"] = table, classes
    base = table[classes][opens[3]] + log2[places[3]]
    table, chosen3 = quantise(wanted - base, weights[3], 16)
    arrays["trigram_value_levels"] = table
    log3 = base + table[chosen3]

    wanted = np.log(levels[4].chance)
    back3, opened = backoffs(levels[3], levels[4], wanted, log3[places[4]])
    table, classes3 = quantise_backoff(back3, opened, weights[3], 16)
    arrays["trigram_backoff_levels"] = table
    base = table[classes3][opens[4]] + log3[places[4]]
    table, chosen4 = quantise(wanted - base, weights[4], 16)
    arrays["fourgram_value_levels"] = table
    say("quantised; lost per n-gram (root mean square):",
        *(round(float(np.sqrt(np.mean(np.square(a - b)))), 3) for a, b in (
            (np.log(levels[2].chance), log2), (np.log(levels[3].chance), log3),
            (wanted, base + table[chosen4]))))  # fmt: skip

    first, second = unkey(keys2, 2)
    arrays["bigram_gaps"] = gaps(first * size + second)
    arrays.update(case_tables(stream, case, size, keys2))
    header: dict[str, object] = {}
    for name, keys, value, bits, extra in (
        ("trigram", keys3, chosen3, 8, classes3), ("fourgram", keys4, chosen4, 4, None),
    ):  # fmt: skip
        header[name], planes = function(keys, value, bits, extra)
        arrays.update({f"{name}_{part}": plane for part, plane in planes.items()})
        say(name, "stored")
    return header, arrays


# ---- figures ----------------------------------------------------------------------------------


def perplexity(model: ngram.Model, text: str) -> tuple[float, int]:
    """Return the perplexity per syllable of a text, case not counted, and the syllables counted."""
    codes = [model.code(token) for token in ngram.TOKEN.findall(unicodedata.normalize("NFC", text))]
    stream = np.array([ngram.BOUNDARY * 4] * 3 + [code for code in codes if code >= 0])
    words = stream >> 2
    context = [words[k : len(words) - 3 + k] * 4 for k in range(3)]
    target = words[3:]
    logs = model.score(context, target * 4) - model.case(context[2], target * 4)
    known = np.array([parse(word) is not None for word in model.vocabulary])
    chosen = known[target]
    return float(np.exp(-logs[chosen].mean(dtype=np.float64))), int(chosen.sum())


def figures(path: Path, dev: Path | None) -> dict[str, object]:
    """Measure a model: load time, lookups, perplexity by domain."""
    start = time.perf_counter()
    model = ngram.Model(path)
    load = time.perf_counter() - start
    rows = {}
    for part in sorted(dev.glob("*.txt")) if dev else ():
        value, count = perplexity(model, part.read_text("utf-8"))
        rows[part.stem] = {"perplexity": round(value, 2), "syllables": count}
    return {"load_ms": round(load * 1000), "perplexity_per_syllable": rows}


def fit_ngrams(
    parts: list[tuple[np.ndarray, np.ndarray]], vocabulary: list[str], arguments: argparse.Namespace
) -> tuple[dict[str, object], dict[str, np.ndarray], dict[str, dict[str, int]]]:
    """Count, smooth, prune and store the n-grams of some streams; empties the list."""
    stream = np.concatenate([part for part, _ in parts])
    case = np.concatenate([part for _, part in parts])
    parts.clear()
    counts = {order: tally(windows(stream, order)) for order in range(1, ORDER + 1)}
    say("counted", len(stream), "tokens")
    least = {3: arguments.least_long, 4: arguments.least_long}
    levels = prune(
        estimate(counts, len(vocabulary), least), arguments.threshold, {2: 1.6, 3: 1.2, 4: 0.8}
    )
    kept = {str(order): len(levels[order].keys) for order in range(1, ORDER + 1)}
    say("pruned:", kept)
    header, arrays = build(vocabulary, levels, stream, case, counts)
    seen = {str(order): len(counts[order][0]) for order in counts}
    return header, arrays, {"ngrams_counted": seen, "ngrams_kept": kept}


def train(arguments: argparse.Namespace) -> dict[str, object]:
    """Train from a folder, write the model and return what went in and came out."""
    files, words, hashes = read(arguments.folder)
    number = sum(np.bincount(tokens >> 2, minlength=len(words)) for tokens in files.values())
    vocabulary = choose_words(
        words, number, arguments.least, arguments.least_marked, arguments.others
    )
    parts, copies = [], []
    for name in list(files):
        parts.append(encode(files.pop(name), words, vocabulary))
        copies.append(2 if name.split(".")[0] in arguments.twice.split(",") else 1)
    tokens = sum(len(stream) for stream, _ in parts)
    say(len(vocabulary), "words,", tokens, "tokens in sentences")

    path = arguments.output.with_suffix(".bin")
    report: dict[str, object] = {}
    # What the n-grams leave in doubt is learnt on text that they have not seen: half and half.
    even = [even_blocks(stream) for stream, _ in parts]
    one_half = [
        (stream[side], case[side])
        for (stream, case), side, times in zip(parts, even, copies, strict=True)
        for _ in range(times)
    ]
    header, arrays, _ = fit_ngrams(one_half, vocabulary, arguments)
    del one_half
    arrays |= {f"distant_{part}": np.zeros((0, 0), np.int8) for part in ("inward", "outward")}
    arrays["distant_places"] = np.zeros(0, np.float32)
    write_arrays(path, ngram.MAGIC, header | {"distant_scale": 0.0}, arrays)
    other = [(stream[~side], case[~side]) for (stream, case), side in zip(parts, even, strict=True)]
    examples = doubtful_slots(ngram.Model(path), other, arguments.quota)
    del other, even
    say(len(examples[0]), "slots in doubt")
    distant, scale, report["distant_context"] = fit_distant(
        examples, len(vocabulary), arguments.width, arguments.rounds
    )
    del examples
    whole = [part for part, times in zip(parts, copies, strict=True) for _ in range(times)]
    del parts
    header, arrays, numbers = fit_ngrams(whole, vocabulary, arguments)
    header["distant_scale"] = scale
    size = write_arrays(path, ngram.MAGIC, header, arrays | distant)
    say("written:", size, "bytes")
    return report | numbers | {
        "what": "The language model of vnclean; derived statistics only. See training/README.md.",
        "options": {key: value for key, value in sorted(vars(arguments).items())
                    if isinstance(value, int | float | str)},
        "input_sha256": hashes,
        "tokens": tokens,
        "bytes": size,
        "bytes_by_part": {
            name: int(array.nbytes) for name, array in sorted((arrays | distant).items())
        },
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip


def main(argv: list[str] | None = None) -> None:
    """Read the command line, train, measure, write both files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder of *.txt or *.txt.xz")
    parser.add_argument("-o", "--output", type=Path, required=True, help="path without suffix")
    parser.add_argument("--dev", type=Path, help="folder of *.txt for the perplexities")
    parser.add_argument("--threshold", type=float, default=1.45e-8, help="of the pruning")
    parser.add_argument("--least", type=int, default=3, help="occurrences of a syllable")
    parser.add_argument("--least-marked", type=int, default=20, help="of another word with marks")
    parser.add_argument("--least-long", type=int, default=2, help="of a trigram or 4-gram")
    parser.add_argument("--others", type=int, default=1500, help="frequent unmarked other words")
    parser.add_argument("--twice", default="wiki,literature,technical", help="files counted twice")
    parser.add_argument("--quota", type=int, default=3_000_000, help="tokens of a file to damage")
    parser.add_argument("--width", type=int, default=32, help="of the vectors of distant words")
    parser.add_argument("--rounds", type=int, default=2, help="over the slots in doubt")
    arguments = parser.parse_args(argv)
    report = train(arguments)
    report |= figures(arguments.output.with_suffix(".bin"), arguments.dev)
    say("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MB")
    text = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
    arguments.output.with_suffix(".json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
