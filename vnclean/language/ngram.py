"""The language model: how likely a Vietnamese syllable, and its case, is after the words before it.

A syllable 4-gram model (interpolated modified Kneser-Ney, pruned by relative entropy, quantised)
that was trained by `training/ngram.py`; its figures stand in `data/ngram.json`. The file is mapped
into memory and opened only when a text needs it. Words are lower case in the old tone style; case
is a model of its own, conditioned on the word, the word before it and that word's case.

How it is stored. Bigrams are an exact set: a bitmap over (word, word) with ranks, and arrays by
rank. Trigrams and 4-grams are static functions (binary fuse filters): three probes give the
fingerprint and the quantised values of a key, without the key. A longer n-gram is looked up only
where the shorter ones inside it exist, which keeps chance matches of fingerprints rare; and it
stores how far its probability lies from the backed-off one, so a chance match moves little. The
look-ups are compiled: `vnclean.core.ngram`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.caches import cached_table, late_pattern
from vnclean.core.ngram import NgramModel
from vnclean.core.tokens import Token, find_tokens
from vnclean.language.lexicon import syllables_in_use
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
    "Model",
    "canonical",
    "load",
    "pattern",
]

Codes = Sequence[int] | npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float32]

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

TOKEN = late_pattern(r"[^\W\d_]+|\d+(?:[.,:/]\d+)*|\n|\S")
"""A token: a run of letters, a number, a newline, or one other character."""

BOUNDARIES = frozenset(".?!;:…\n")
"""Characters that end a sentence for the model."""

ID_BITS = 14
"""Bits of a word id inside the key of an n-gram."""

MAGIC = b"vnclean n-gram 1\n"


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
    if lowered in syllables_in_use():
        return lowered
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
        self.core = NgramModel(arrays, self.header)
        """The compiled look-ups, for other compiled loops."""
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

    def tokens(self, text: str, start: int, end: int) -> list[Token]:
        """Return the tokens of a part of a text that the model sees."""
        return find_tokens(text, start, end, self._codes, self.code, SKIP)

    def _code(self, surface: str) -> int:
        if surface in BOUNDARIES:
            return BOUNDARY * 4
        if surface[:1].isalpha():
            number = self.id_of.get(surface.lower())  # words of the vocabulary are canonical
            if number is None:
                word = canonical(surface)
                number = self.id_of.get(word)
            if number is None:
                number = FOREIGN if parse(word) is None else UNKNOWN
            return number * 4 + pattern(surface)
        if surface[:1].isdigit():
            return NUMBER * 4
        number = self.id_of.get(surface)
        return SKIP if number is None else number * 4

    def score(self, context: Sequence[Codes], codes: Codes) -> Floats:
        """Return log P(word and case | context) for arrays of codes, natural logarithm.

        `context` holds one to three arrays as long as `codes`, the oldest word first; what lies
        before a sentence boundary has no influence.

        >>> model = load()
        >>> viet, nam, nem = ([model.code(word)] for word in ("Việt", "Nam", "Nem"))
        >>> bool(model.score([viet], nam)[0] > model.score([viet], nem)[0] + 5)
        True
        """
        return self.core.score(context, codes)

    def score_sequence(self, codes: Codes) -> Floats:
        """Return log P(word and case | the three before) of each code of a text."""
        return self.core.score_sequence(codes)

    def case(self, before: Codes, codes: Codes) -> Floats:
        """Return log P(case | word, word before, its case), the part of `score` that is case."""
        return self.core.case(before, codes)

    def prior(self, codes: Codes) -> Floats:
        """Return log P(word and case) without any context."""
        return self.core.prior(codes)

    def successors(self, word: int) -> npt.NDArray[np.int64]:
        """Return the ids of the words that the model knows after a word, given by its id."""
        return self.core.successors(word)


@cached_table
def load() -> Model:
    """Return the language model that ships with the package, opened on the first call.

    Raises ModelError where its file is missing, of another version or altered.

    >>> load() is load()
    True
    """
    return Model(str(files("vnclean.data").joinpath("ngram.bin")))
