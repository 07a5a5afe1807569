"""What is known of words: foreign and doubtful ones, misspelt pairs, how likely each error is."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from zlib import crc32

import numpy as np

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.core.lookup import pair_hash, word_hash
from vnclean.errors import ModelError
from vnclean.language.alphabet import LETTERS, MARKED_LETTERS
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.model_file import read_arrays
from vnclean.language.syllable import OPEN_RHYMES, parse
from vnclean.language.tone_placement import other_style
from vnclean.spelling.tokens import canonical
from vnclean.spelling.word_lookup import Array, Found, WordPrefilter

__all__ = [
    "CURATED",
    "DOUBTFUL",
    "LOG_RATES",
    "NEVER_DOUBLED",
    "OUR_LETTERS",
    "PREFILTER",
    "RATES",
    "SEEN",
    "SURE",
    "UNSEEN",
    "check",
    "doubtful_words",
    "foreign_words",
    "has_marks",
    "in_both_styles",
    "is_unknown",
    "is_unseen",
    "is_variant",
    "known_words",
    "odds_of_meaning",
    "prefilter_lines",
    "prefilter_path",
    "prefilter_words",
    "rows",
    "suspect_pairs",
    "word_prefilter",
]

UNSEEN, SEEN, SURE, CURATED = 1, 2, 3, 4
"""Evidence against a pair of words, see `training/spelling.py`; CURATED: in a list of well-known
misspellings."""

NEVER_DOUBLED = tuple(
    "và của những các được trong với để tại theo trên cho đã sẽ đang cũng nên nhưng hoặc nếu bởi "
    "rằng".split()
)
"""Words of grammar that are never said twice in a row."""

RATES = {
    "hoi_nga": 2e-5, "tone_lost": 5e-5, "tone_added": 1.3e-5, "tone_wrong": 1.5e-5,
    "mark_lost": 3e-5, "mark_added": 1.5e-5, "mark_wrong": 1.2e-5, "sound": 1e-5, "bare": 8e-6,
    "raw_keys": 4e-6, "swapped": 1.5e-5, "letter_doubled": 7e-6, "letter_lost": 1.2e-5,
    "letter_added": 7e-6, "key": 8e-6, "marks": 2e-6,
}  # fmt: skip
LOG_RATES = {kind: math.log(rate) for kind, rate in RATES.items()}
"""How often edited text has one certain error of a kind in a word (natural logarithm); measured by
`training/spelling.py`."""


SPOKEN = 7.0
"""Log-odds that a word is meant which is known to be one of dialect, talk or verse."""

DOUBTFUL = -3.0
"""Log-probability that a doubtful word is meant, as far as the scorer knows."""


def rows(name: str) -> Iterator[list[str]]:
    """Yield the rows of a table of the package, comments left out."""
    table = files("vnclean.data").joinpath(name).read_text(encoding="utf-8")
    return (line.split("\t") for line in table.split("\n") if line and line[0] != "#")


@cached_table
def suspect_pairs() -> dict[str, tuple[str, int]]:
    """Return pairs of words that are misspelt: wrong pair -> right pair, evidence.

    >>> suspect_pairs()["năng xuất"]
    ('năng suất', 4)
    """
    pairs = {wrong: (right, int(evidence)) for wrong, right, evidence in rows("spelling_pairs.tsv")}
    for wrong, right in rows("spelling_confusions.tsv"):
        pairs[wrong] = (right, CURATED)
    return pairs


def check(first: str, second: str) -> int:
    """Return 8 bits of a pair that tell it from others of the same hash."""
    return crc32(f"{first} {second}".encode()) & 0xFF


@cached_table
def _unseen() -> tuple[Array, Array]:
    """Return the sorted hashes of the pairs never seen, and their checks."""
    data = files("vnclean.data").joinpath("spelling_unseen.bin").read_bytes()
    size = (len(data) - 4) // 5
    numbers = np.frombuffer(data, "<u4", size + 1)
    if len(data) != 5 * size + 4 or numbers[0] != word_hash("kiểm"):
        raise ModelError(
            "The spelling data do not fit this version. You can make them anew with "
            "training/spelling.py, or install vnclean again."
        )
    return numbers[1:], np.frombuffer(data, np.uint8, size, 4 * (size + 1))


def is_unseen(first: str, second: str) -> bool:
    """Say whether a pair of lower-case words is one that running text never has.

    >>> is_unseen("tuyên", "truyền")
    False
    """
    hashes, checks = _unseen()
    number = pair_hash(first, second)
    at = bisect_left(hashes.data, number)
    return at < len(hashes) and int(hashes[at]) == number and checks[at] == check(first, second)


@cached_table
def foreign_words() -> frozenset[str]:
    """Return words with marks that are no Vietnamese syllables and yet no misspellings.

    >>> "bêtông" in foreign_words(), "tuyềnn" in foreign_words()
    (True, False)
    """
    return frozenset(word for (word,) in rows("spelling_words.tsv"))


@cached_table
def doubtful_words() -> frozenset[str]:
    """Return syllables in use that may be misspellings, or words that are rare (lower case).

    >>> "nhũng" in doubtful_words(), "những" in doubtful_words()
    (False, False)
    """
    return frozenset(_rare_words()[0])


@cached_table
def _rare_words() -> tuple[dict[str, float], frozenset[str]]:
    """Return the doubtful words with the share of their uses that are misspellings, and others.

    The others are words of dialect, talk and verse, which edited text seldom has.
    """
    shares = {word: float(share) for word, share in rows("spelling_doubtful.tsv")}
    return shares, frozenset(word for (word,) in rows("spelling_spoken.tsv"))


def odds_of_meaning(word: str, evidence: int = 0) -> float:
    """Return the log-odds that a lower-case word (old style) is meant because it is rare.

    They are 0 for words that are frequent and for misspellings, of which both the models know
    enough; they speak for a word of dialect, verse and talk, which hardly stands in their text.
    `evidence` is what speaks against the pair with its neighbour: SEEN and more outweighs them.

    >>> odds_of_meaning("của"), odds_of_meaning("chẵng"), odds_of_meaning("ủa")
    (0.0, 0.0, 7.0)
    """
    shares, spoken = _rare_words()
    if evidence <= UNSEEN and word in spoken:
        return SPOKEN
    share = 1.0 if evidence else shares.get(word, 1.0)
    return -DOUBTFUL + math.log(1 / share - 1) if share < 0.5 else 0.0


def _other_styles(words: Iterable[str]) -> dict[str, str]:
    """Return those words of the tables that the new style writes in another way, and how."""
    return {
        word: other
        for word in words
        if word.endswith(OPEN_RHYMES) and (other := other_style(word)) is not None
    }


def known_words() -> list[str]:
    """Return the words that are right as they stand, in both styles."""
    doubtful = doubtful_words()
    known = [word for word in (*syllables_in_use(), *foreign_words()) if word not in doubtful]
    return [*known, *_other_styles(known).values()]


def in_both_styles(pairs: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of words as tuples, and as the other style writes them."""
    split = [(first, second) for first, second in (pair.split(" ") for pair in pairs)]
    other = _other_styles({word for pair in split for word in pair})
    return split + [
        (one, two)
        for first, second in split
        if first in other or second in other
        for one in (first, other.get(first, first))
        for two in (second, other.get(second, second))
    ]


PREFILTER = b"vnclean prefilter 1\n"
"""The first bytes of the file of hashes that `training/prefilter.py` writes."""


def prefilter_path() -> Path:
    """Return where the hashes of known words and of suspect pairs lie that ship."""
    return Path(str(files("vnclean.data").joinpath("spelling_prefilter.bin")))


@cached_table
def word_prefilter() -> WordPrefilter:
    """Return the prefilter for the known words and the suspect pairs that ship."""
    script = "training/prefilter.py"
    _, arrays = read_arrays(prefilter_path(), PREFILTER, "table of known words", script)
    curated = in_both_styles(wrong for wrong, _ in rows("spelling_confusions.tsv"))
    hashed = arrays["known"], np.concatenate([arrays["pairs"], _unseen()[0]])
    return WordPrefilter((), curated, NEVER_DOUBLED, hashed)


def prefilter_words(text: str) -> Found:
    """Return what the prefilter finds in a text."""
    return word_prefilter().find(text)


def prefilter_lines(text: str, lines: Iterable[tuple[int, int]]) -> Found:
    """Return what the prefilter finds in some lines of a text, given by their spans."""
    every = Found([], [], [])
    for low, high in lines:
        words, pairs, fragments = word_prefilter().find(text[low:high])
        every.words.extend((start + low, end + low) for start, end in words)
        every.pairs.extend((start + low, at + low, end + low) for start, at, end in pairs)
        every.fragments.extend(start + low for start in fragments)
    return every


_REGIONAL = frozenset(
    tuple(pair.split("/"))
    for pair in (
        "hằng/hàng xẩy/xảy giòng/dòng vầy/vậy ổng/ông bả/bà ảnh/anh chỉ/chị cổ/cô trển/trên "
        "ngoải/ngoài nhứt/nhất nhựt/nhật chánh/chính tánh/tính sanh/sinh bịnh/bệnh lịnh/lệnh "
        "lãnh/lĩnh đờn/đàn đàng/đường đương/đang bổn/bản kiếng/kính phước/phúc thiệt/thật "
        "nhơn/nhân chơn/chân giựt/giật dùm/giùm hổng/không nấy/này đấy/đây xiết/siết gẫy/gãy "
        "nay/này dòm/nhòm thuở/thủa ngưng/ngừng cám/cảm mạng/mệnh đặng/được dường/đường "
        "đảnh/đỉnh loan/lan vô/vào dãn/giãn dàn/giàn ngươi/người lầm/nhầm "
        "trợt/trượt mần/làm".split()
    )
)


@cached(1 << 12)
def is_variant(word: str, other: str) -> bool:
    """Say whether two syllables (lower case, old style) are spellings of the same word.

    >>> is_variant("tầu", "tàu"), is_variant("nầy", "này"), is_variant("chổ", "chỗ")
    (True, True, False)
    """
    if (word, other) in _REGIONAL or (other, word) in _REGIONAL:
        return True
    one, two = parse(word), parse(other)
    if one is None or two is None or (one.onset, one.tone) != (two.onset, two.tone):
        return False
    return {one.rhyme, two.rhyme} in ({"au", "âu"}, {"ay", "ây"}, {"i", "y"})


def has_marks(word: str) -> bool:
    """Say whether a word, or a text, has a Vietnamese letter outside ASCII."""
    return not word.isascii() and _MARK.search(word) is not None


_MARK = late_pattern(f"[{''.join(sorted(MARKED_LETTERS))}]")
OUR_LETTERS = LETTERS + "fjwzFJWZ"
"""The letters that a word may have which is misspelt rather than foreign."""
_OURS = frozenset(OUR_LETTERS)


def is_unknown(word: str) -> bool:
    """Say whether a word is spelt with our letters and yet not one that is known.

    >>> is_unknown("ttháng"), is_unknown("tháng"), is_unknown("bêtông"), is_unknown("straße")
    (True, False, False, False)
    """
    if not _OURS.issuperset(word):
        return False
    lowered = canonical(word)
    return lowered not in foreign_words() and (
        lowered not in syllables_in_use() or lowered in doubtful_words()
    )
