"""The language model: how likely a Vietnamese syllable, and its case, is after the words before it.

A syllable 4-gram model (interpolated modified Kneser-Ney, pruned by relative entropy, quantised)
that was trained by `training/ngram.py`; its figures stand in `data/ngram.json`. The file is mapped
into memory and opened only when a text needs it. Words are lower case in the old tone style; case
is a model of its own, conditioned on the word, the word before it and that word's case.

How it is stored. Bigrams are an exact set: a bitmap over (word, word) with ranks, and arrays by
rank. Trigrams and 4-grams are static functions (binary fuse filters): three probes give the
fingerprint and the quantised values of a key, without the key. A longer n-gram is looked up only
where the shorter ones inside it exist, which keeps chance matches of fingerprints rare; and it
stores how far its probability lies from the backed-off one, so a chance match moves little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from vnclean.language.model_file import read_arrays
from vnclean.language.syllable import parse, place_tone

__all__ = [
    "BOUNDARY",
    "FOREIGN",
    "LOWER",
    "MIXED",
    "NUMBER",
    "ORDER",
    "SKIP",
    "TITLE",
    "TOKEN",
    "UNKNOWN",
    "UPPER",
    "Grams",
    "Model",
    "canonical",
    "load",
    "pattern",
]

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

ORDER = 4
"""Words that one n-gram spans."""

UNKNOWN, BOUNDARY, NUMBER, FOREIGN = 0, 1, 2, 3
"""Word ids of the classes: a syllable the model never saw, the edge of a sentence, a number, and
a word that is not Vietnamese and not frequent."""

CLASSES = ("<unk>", "<s>", "<num>", "<foreign>", ",", "%", "(", ")")
"""What the first word ids stand for."""

LOWER, TITLE, UPPER, MIXED = 0, 1, 2, 3
"""Case patterns; a capital letter alone is TITLE."""

DISTANCE = 20
"""Words before and after a slot that its distant context holds."""

SKIP = -1
"""What `Model.code` says of punctuation that the model does not see."""

TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,:/]\d+)*|\n|\S")
"""A token: a run of letters, a number, a newline, or one other character."""

BOUNDARIES = frozenset(".?!;:…\n")
"""Characters that end a sentence for the model."""

ID_BITS = 14
"""Bits of a word id inside the key of an n-gram."""

MAGIC = b"vnclean n-gram 1\n"
_ONE = np.uint64(1)
_NO_KEYS = np.zeros(0, np.int64)
_NO_FLAGS = np.zeros(0, np.bool_)
_NO_BYTES = np.zeros(0, np.uint8)


def pattern(surface: str) -> int:
    """Return the case pattern of a token: LOWER, TITLE, UPPER or MIXED.

    >>> pattern("đảng"), pattern("Đảng"), pattern("ĐẢNG"), pattern("iPhone"), pattern("Ý")
    (0, 1, 2, 3, 1)
    """
    if surface.islower():
        return LOWER
    if surface[:1].isupper() and (len(surface) == 1 or surface[1:].islower()):
        return TITLE
    if surface.isupper():
        return UPPER
    return MIXED if surface.isalpha() else LOWER


def canonical(word: str) -> str:
    """Return the form of a word that the model counts: lower case, tone in its old-style place.

    >>> canonical("Hoà"), canonical("QỦA"), canonical("Facebook")
    ('hòa', 'quả', 'facebook')
    """
    lowered = word.lower()
    parts = parse(lowered)
    return lowered if parts is None else place_tone(parts)


class Model:
    """A language model in memory: words and their ids, and log-probabilities for arrays of them.

    `Model(path)` opens a file written by `training/ngram.py`; it raises ModelError where the file
    is missing, of another version, cut short or altered. Use `load()` for the one that ships.
    """

    def __init__(self, path: str | Path) -> None:
        self.header, arrays = read_arrays(Path(path), MAGIC, "language model", "training/ngram.py")
        words = bytes(arrays["words"]).decode("utf-8").split("\n")
        self.vocabulary: tuple[str, ...] = tuple(words)
        """The words by id: classes, then syllables and other words, the frequent first."""
        self.id_of: dict[str, int] = {word: number for number, word in enumerate(words)}
        """The id of each word of the vocabulary."""
        self._size = len(words)
        self._unigram: Floats = arrays["unigram"]
        self._unigram_backoff: Floats = arrays["unigram_backoff"]
        self._bits, self._ranks = _bitmap(arrays["bigram_gaps"], self._size)
        self._octets: Bytes = self._bits.astype("<u8", copy=False).view(np.uint8)
        self._pair_value: Bytes = arrays["bigram_value"]
        self._pair_opened: Bytes = arrays["bigram_backoff"]
        self._pair_case: Bytes = arrays["bigram_case"]
        self._pair_levels: Floats = arrays["bigram_value_levels"]
        # Case: rows of 5 logarithms by word and case before: the four patterns, lower or title.
        case = arrays["case"].astype(np.float32)
        self._case_flat: Floats = case.ravel()
        self._case_levels: Floats = arrays["case_levels"]
        every = np.arange(self._size * 4)
        self._case_row = (every >> 2) * 20 + (every & 3)
        prior = np.minimum(every & 3, UPPER)
        prior[BOUNDARY * 4 : BOUNDARY * 4 + 4] = 3
        self._case_column = prior * 5
        shapes = np.exp(case.reshape(self._size, 4, 5)[:, :, :4]).mean(1)
        self._free_case: Floats = np.log(shapes).ravel()
        names = {3: "trigram", 4: "fourgram"}
        self._functions = {
            n: _Function(self.header[name], arrays, name) for n, name in names.items()
        }
        self._levels: dict[int, Floats] = {
            n: arrays[f"{name}_value_levels"] for n, name in names.items()
        }
        self._backoffs: dict[int, Floats] = {
            3: arrays["bigram_backoff_levels"], 4: arrays["trigram_backoff_levels"]
        }  # fmt: skip
        self._inward: npt.NDArray[np.int8] = arrays["distant_inward"]
        self._outward: npt.NDArray[np.int8] = arrays["distant_outward"]
        self._place_weights: Floats = arrays["distant_places"]
        self._distant_scale = np.float32(self.header["distant_scale"])
        self._codes: dict[str, int] = {}

    def code(self, surface: str) -> int:
        """Return the code of a token: word id * 4 + case pattern, or SKIP for unseen punctuation.

        >>> model = load()
        >>> model.vocabulary[model.code("Thuỷ") // 4], model.code("Thuỷ") % 4 == TITLE
        ('thủy', True)
        >>> model.code("1.234") // 4 == NUMBER, model.code("?") // 4 == BOUNDARY
        (True, True)
        """
        found = self._codes.get(surface)
        if found is None:
            found = self._code(surface)
            if len(self._codes) < 100_000:
                self._codes[surface] = found
        return found

    def _code(self, surface: str) -> int:
        if surface in BOUNDARIES:
            return BOUNDARY * 4
        if surface[:1].isalpha():
            word = canonical(surface)
            number = self.id_of.get(word)
            if number is None:
                number = FOREIGN if parse(word) is None else UNKNOWN
            return number * 4 + pattern(surface)
        if surface[:1].isdigit():
            return NUMBER * 4
        number = self.id_of.get(surface)
        return SKIP if number is None else number * 4

    def score(self, context: Sequence[Ints], codes: Ints) -> Floats:
        """Return log P(word and case | context) for arrays of codes, natural logarithm.

        `context` holds one to three arrays as long as `codes`, the oldest word first; what lies
        before a sentence boundary has no influence.

        >>> model = load()
        >>> viet, nam, nem = (np.array([model.code(word)]) for word in ("Việt", "Nam", "Nem"))
        >>> bool(model.score([viet], nam)[0] > model.score([viet], nem)[0] + 5)
        True
        """
        size = len(codes)
        words = np.concatenate([*context[1 - ORDER :], codes])
        # All n-grams of one order at once: for few words the calls cost more than what they do.
        each = np.arange(len(words))
        left = len(words) - size
        grams = self.pairs(words, each[:left], each[size:])
        while left > size:
            left -= size
            grams = self.join(grams, grams, each[:left], each[size : left + size])
        return grams.value

    def case(self, before: Ints, codes: Ints) -> Floats:
        """Return log P(case | word, word before, its case), the part of `score` that is case."""
        value: Floats = self._case_flat[self._case_row[codes] + self._case_column[before]]
        held, rank = self._ranked((before >> 2) * self._size + (codes >> 2))
        value[held] = self._case_log(before[held], codes[held], rank)
        return value

    def prior(self, codes: Ints) -> Floats:
        """Return log P(word and case) without any context."""
        value: Floats = self._unigram[codes >> 2] + self._free_case[codes]
        return value

    def backoff(self, codes: Ints) -> Floats:
        """Return what is added to the prior of a word that no bigram ties to the one before."""
        value: Floats = self._unigram_backoff[codes >> 2]
        return value

    def tied(self, first: Ints, lines: Ints, second: Ints) -> tuple[Ints, Ints, Floats]:
        """Return which pairs of codes are bigrams of the model, and log P(second | first) there.

        The code first[k] is paired with the next lines[k] codes of `second`. Returned are the
        places in `second`, the places in `first`, and the values. For the other pairs the value
        is roughly `backoff(first) + prior(second)`.
        """
        place = np.repeat((first >> 2) * self._size, lines)
        place += second >> 2
        held, rank = self._ranked(place)
        line = np.repeat(np.arange(len(first), dtype=np.int32), lines)[held]
        value = self._pair_levels[self._pair_value[rank]]
        return held, line, value + self._case_log(first[line], second[held], rank)

    def pairs(self, codes: Ints, i: Ints, j: Ints) -> Grams:
        """Return the bigrams that codes[i] and codes[j] make."""
        words = codes >> 2
        value = self._unigram_backoff[words][i] + self._unigram[words][j]
        value += self._case_flat[self._case_row[codes][j] + self._case_column[codes][i]]
        a, b = words[i], words[j]
        held, rank = self._ranked(a * self._size + b)
        value[held] = self._pair_levels[self._pair_value[rank]]
        value[held] += self._case_log(codes[i[held]], codes[j[held]], rank)
        opened = np.zeros(len(value), np.uint8)
        opened[held] = self._pair_opened[rank]
        known = np.zeros(len(value), np.bool_)
        known[held] = True
        return Grams(2, (a << ID_BITS) | b, value, known, opened)

    def join(self, left: Grams, right: Grams, i: Ints, j: Ints) -> Grams:
        """Return the n-grams, one word longer, that left[i] and right[j] make by overlapping.

        `left` ends with the words that `right` begins with: (a, b) and (b, c) give (a, b, c).
        """
        order = left.order + 1
        opened = left.opened[i]
        value = right.value[j] + self._backoffs[order][opened]
        at = opened.nonzero()[0]
        at = at[right.known[j[at]]]
        last = right.keys[j[at]] & ((1 << ID_BITS) - 1)
        keys = (left.keys[i[at]] << ID_BITS) | last
        hit, classes, further = self._functions[order].find(keys.astype(np.uint64))
        at = at[hit]
        value[at] += self._levels[order][classes]
        if order == ORDER:
            return Grams(order, _NO_KEYS, value, _NO_FLAGS, _NO_BYTES)
        known = np.zeros(len(value), np.bool_)
        known[at] = True
        opened = np.zeros(len(value), np.uint8)
        opened[at] = further
        longer = np.zeros(len(value), np.int64)
        longer[at] = keys[hit]
        return Grams(order, longer, value, known, opened)

    def distant(self, text: Ints, at: Ints, codes: Ints) -> Floats:
        """Return how much the words farther off favour codes[k] at slot at[k] of a text.

        `text` holds the codes of all slots as far as they are known; `at` must rise. The result,
        natural logarithms up to a constant for each slot, is for adding to log-probabilities
        that already contain the n-grams. Only the sentence is looked at, DISTANCE words each way.
        """
        result = np.zeros(len(at), np.float32)
        if not len(at) or not self._outward.size:
            return result
        fresh = np.r_[True, at[1:] != at[:-1]]
        slots = at[fresh]
        owner = np.cumsum(fresh) - 1
        reach = len(self._place_weights) // 2
        words = np.r_[np.full(reach, BOUNDARY), text >> 2, np.full(reach, BOUNDARY)]
        steps = np.r_[0:reach, reach + 1 : 2 * reach + 1]
        for begin in range(0, len(slots), 4096):
            near = words[slots[begin : begin + 4096, None] + steps]
            meaning = np.einsum(
                "sp,spd->sd", sentence_weights(near, self._place_weights),
                self._inward[near].astype(np.float32), optimize=True,
            )  # fmt: skip
            first, last = np.searchsorted(owner, (begin, begin + len(near)))
            here = slice(int(first), int(last))
            sides = self._outward[codes[here] >> 2].astype(np.float32)
            result[here] = np.einsum("kd,kd->k", sides, meaning[owner[here] - begin])
        return result * self._distant_scale

    def _ranked(self, place: Ints) -> tuple[Ints, Ints]:
        """Return which bigrams (first * size + second) are held, and their ranks."""
        octet = self._octets[place >> 3]
        octet >>= place.astype(np.uint8) & np.uint8(7)
        octet &= np.uint8(1)
        held = octet.view(np.bool_).nonzero()[0]
        place = place[held]
        cell = place >> 6
        below = self._bits[cell] & ((_ONE << (place & 63).astype(np.uint64)) - _ONE)
        return held, self._ranks[cell] + _popcount(below).astype(np.int64)

    def _case_log(self, before: Ints, codes: Ints, rank: Ints) -> Floats:
        """Return log P(case pattern | word, word before, its case) for bigrams of the model."""
        column = self._case_column[before]
        row = self._case_row[codes]
        value: Floats = self._case_flat[row + column]
        shape = codes & 3
        cell = self._pair_case[rank]
        level = np.where(column == TITLE * 5, cell & 15, cell >> 4)
        at = ((level > 0) & (shape < UPPER) & (column != UPPER * 5)).nonzero()[0]
        either = self._case_flat[(row + column - shape)[at] + 4]
        value[at] = either + self._case_levels[level[at], shape[at]]
        return value


class Grams(NamedTuple):
    """N-grams of one order as parallel arrays; made by `Model.pairs` and `Model.join`."""

    order: int
    keys: Ints
    value: Floats
    """Log P(last word and case | the words before)."""
    known: npt.NDArray[np.bool_]
    opened: Bytes


class _Function:
    """A static function of 64-bit keys: some planes of 8 or 4 bits a slot, three slots a key."""

    def __init__(self, shape: dict[str, Any], arrays: dict[str, Any], name: str) -> None:
        self.seed = np.uint64(shape["seed"])
        self.length = int(shape["segment_length"])
        self.span = np.uint64(shape["segments"] * shape["segment_length"])
        self.check: Bytes = arrays[f"{name}_check"]
        self.value: Bytes = arrays[f"{name}_value"]
        self.value_bits = int(shape["value_bits"])
        self.extra: Bytes = arrays[f"{name}_extra"]

    def find(self, keys: npt.NDArray[np.uint64]) -> tuple[Ints, Bytes, Bytes]:
        """Return which keys are held (and one stranger in 2^8 to 2^12), and their two values."""
        slots, prints = spread(keys, self.seed, self.length, self.span)
        check = self.check[slots[0]] ^ self.check[slots[1]] ^ self.check[slots[2]]
        hit = (check == prints.astype(np.uint8)).nonzero()[0]
        slots = [part[hit] for part in slots]
        if self.value_bits == 4:
            value = nibbles(self.value, slots)
        else:
            cell = self.value[slots[0]] ^ self.value[slots[1]] ^ self.value[slots[2]]
            good = (cell >> 4) == ((prints[hit] >> np.uint64(8)) & np.uint64(15))
            hit, value = hit[good], cell[good] & 15
            slots = [part[good] for part in slots]
        extra = nibbles(self.extra, slots) if len(self.extra) else value
        return hit, value, extra


def nibbles(plane: Bytes, slots: list[Ints]) -> Bytes:
    """Return the exclusive or of the 4-bit values at three slots; two slots share a byte.

    >>> nibbles(np.array([0x21, 0x43], np.uint8), [np.array([0]), np.array([1]), np.array([3])])
    array([7], dtype=uint8)
    """
    result: Bytes = np.zeros(len(slots[0]), np.uint8)
    for part in slots:
        result ^= plane[part >> 1] >> ((part & 1) << 2).astype(np.uint8)
    result &= np.uint8(15)
    return result


def spread(
    keys: npt.NDArray[np.uint64], seed: np.uint64, length: int, span: np.uint64
) -> tuple[list[Ints], npt.NDArray[np.uint64]]:
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


def sentence_weights(near: Ints, places: Floats) -> Floats:
    """Return the weight of each word around a slot: nothing from beyond the sentence counts.

    `near` has a row for each slot: the words before it, then those after it.
    """
    half = near.shape[1] // 2
    edge = near == BOUNDARY
    before = np.logical_or.accumulate(edge[:, :half][:, ::-1], axis=1)[:, ::-1]
    after = np.logical_or.accumulate(edge[:, half:], axis=1)
    weights: Floats = np.where(np.concatenate([before, after], axis=1), np.float32(0), places)
    return weights


def _popcount(cells: npt.NDArray[np.uint64]) -> npt.NDArray[Any]:
    """Return the number of bits that are set in each cell."""
    counts: npt.NDArray[Any]
    if hasattr(np, "bitwise_count"):
        counts = np.bitwise_count(cells)
        return counts
    pairs = cells - ((cells >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = np.uint64(0x3333333333333333)
    quads = (pairs & low) + ((pairs >> np.uint64(2)) & low)
    octets = (quads + (quads >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    counts = (octets * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return counts


def _bitmap(gaps: Bytes, size: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint32]]:
    """Build the set of bigrams from the gaps between them: cells of 64 bits, ranks before them.

    A gap of 255 or more is written as that many bytes 255 and the rest.
    """
    bits = np.zeros(size * size // 64 + 1, np.uint64)
    last = 0
    for begin in range(0, len(gaps), 1 << 17):  # in pieces: the memory is not given back
        piece = gaps[begin : begin + (1 << 17)]
        ends = np.cumsum(piece, dtype=np.int64) + last
        last = int(ends[-1])
        places = ends[piece != 255]
        if len(places):
            cells = places >> 6
            starts = np.flatnonzero(np.r_[True, cells[1:] != cells[:-1]])
            each = _ONE << (places & 63).astype(np.uint64)
            bits[cells[starts]] |= np.bitwise_or.reduceat(each, starts)
    ranks = np.zeros(len(bits) + 1, np.uint32)
    for begin in range(0, len(bits), 1 << 17):
        piece_counts = _popcount(bits[begin : begin + (1 << 17)])
        here = slice(begin + 1, begin + 1 + len(piece_counts))
        np.cumsum(piece_counts, out=ranks[here])
        ranks[here] += ranks[begin]
    return bits, ranks[:-1]


@cache
def load() -> Model:
    """Return the language model that ships with the package, opened on the first call.

    Raises ModelError where its file is missing, of another version or altered.

    >>> load() is load()
    True
    """
    return Model(str(files("vnclean.data").joinpath("ngram.bin")))
