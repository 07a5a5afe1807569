"""Finds the words of a text that are not known, and the pairs of neighbours that are suspect.

A word is what stands between two characters that are no letters; every character from `A` to the
last Vietnamese letter passes for one. Words and pairs are told by a hash of 32 bits, which is part
of the data files: the polynomial of the letters, each weighted by a power of `FACTOR`. A table of
bits per kind answers for most of them.
"""

from array import array
from cpython cimport array as arrays
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free

from vnclean.core.memory cimport prefetch
from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)
from vnclean.core.vectors cimport Vector, clear, reserve

__all__ = [
    "CAPITAL",
    "CONSONANT",
    "FIRST",
    "LAST",
    "LONGEST",
    "LOWER",
    "NOTHING",
    "WordLookup",
    "is_fragment",
    "pair_hash",
    "pair_hashes",
    "word_hash",
    "word_hashes",
]

FIRST = 65
LAST = 0x1EF9
LOWER = 1
CONSONANT = 2
CAPITAL = 4
LONGEST = 0x7FFF

NOTHING = [], [], []
"""What is found in most lines; shared, so never to be changed."""

cdef enum:
    LETTERS = 0x1EF9 - 65
    IS_LOWER = 1
    IS_CONSONANT = 2
    IS_CAPITAL = 4
    LONGEST_WORD = 0x7FFF
    BLOCK = 512
    # Bits of a hash that choose a bit of a table; the others are left out.
    SHIFT = 8
    TABLE = 1 << (32 - 3 - SHIFT)
    # Bits of a hash that choose where to begin in the sorted hashes.
    BUCKET = 16

cdef uint32_t FACTOR = 0x01000193
cdef uint32_t BASE = 0x359C449B  # the inverse of FACTOR, modulo 1 << 32
cdef uint32_t WEIGHT = 0x27D20001  # of the last letter: FACTOR to the power of 1 << 15
cdef uint32_t MIX = 0x9E3779B1

# A hash is the difference of two sums over the letters of a block, each weighted by a power of
# FACTOR, times what makes the last letter weigh WEIGHT: so no letter waits for the one before it.
cdef uint32_t LETTER_WEIGHTS[BLOCK]
cdef uint32_t END_WEIGHTS[BLOCK]
cdef uint32_t NEXT_BLOCK = 1  # what a sum is multiplied by where its word goes on in a next block
cdef Py_ssize_t _at
for _at in range(BLOCK):
    LETTER_WEIGHTS[_at] = FACTOR * LETTER_WEIGHTS[_at - 1] if _at else 1
    END_WEIGHTS[_at] = BASE * END_WEIGHTS[_at - 1] if _at else WEIGHT * FACTOR
    NEXT_BLOCK *= BASE


cdef inline uint32_t _mixed(uint32_t first, uint32_t second) noexcept nogil:
    return first * MIX + second


cdef uint32_t _hash(const Letter* letters, Py_ssize_t size) noexcept nogil:
    cdef uint32_t total = 0
    cdef Py_ssize_t at
    for at in range(size):
        total = total * BASE + letters[at]
    return total * WEIGHT


def word_hash(str word not None):
    """Return the hash of a word."""
    cdef const void* data = PyUnicode_DATA(word)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(word)
    cdef int kind = PyUnicode_KIND(word)
    if kind == 1:
        return _hash(<const uint8_t*> data, size)
    if kind == 2:
        return _hash(<const uint16_t*> data, size)
    return _hash(<const uint32_t*> data, size)


def word_hashes(words):
    """Return the hash of each word."""
    cdef arrays.array hashes = arrays.clone(array("I"), len(words), False)
    cdef uint32_t[::1] items = hashes
    cdef Py_ssize_t at
    for at, word in enumerate(words):
        items[at] = word_hash(word)
    return hashes


def pair_hash(str first not None, str second not None):
    """Return the hash of a pair of words."""
    return _mixed(word_hash(first), word_hash(second))


def is_fragment(str word not None, const uint8_t[::1] kinds not None):
    """Say whether a word is what a syllable cut in two leaves.

    That is up to three consonants, `qu`, or a capital letter alone; `kinds` as for `WordLookup`.
    """
    cdef const void* data = PyUnicode_DATA(word)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(word)
    cdef int kind = PyUnicode_KIND(word)
    if kinds.shape[0] != LETTERS + 1:
        raise ValueError("kinds must have an item for each character from FIRST to LAST")
    if kind == 1:
        return bool(_is_fragment(<const uint8_t*> data, size, &kinds[0]))
    if kind == 2:
        return bool(_is_fragment(<const uint16_t*> data, size, &kinds[0]))
    return bool(_is_fragment(<const uint32_t*> data, size, &kinds[0]))


def pair_hashes(const uint32_t[::1] first, const uint32_t[::1] second):
    """Return the hash of each pair of words, given theirs."""
    if first.shape[0] != second.shape[0]:
        raise ValueError("each first word needs a second one")
    cdef arrays.array hashes = arrays.clone(array("I"), first.shape[0], False)
    cdef uint32_t[::1] items = hashes
    cdef Py_ssize_t at
    for at in range(first.shape[0]):
        items[at] = _mixed(first[at], second[at])
    return hashes


cdef struct Findings:
    # Begins and ends of words; begin, delimiter and end of pairs; begins of fragments.
    Vector words
    Vector pairs
    Vector fragments


cdef inline bint _has(const uint8_t* table, uint32_t number) noexcept nogil:
    return (table[number >> (SHIFT + 3)] >> ((number >> SHIFT) & 7)) & 1


cdef class WordLookup:
    """Finds strange words, suspect pairs and fragments of syllables.

    `kinds` has `LOWER`, `CONSONANT` and `CAPITAL` for each character from `FIRST` to `LAST`;
    `known` has the hashes of words, `suspect` those of pairs, sorted.
    """

    cdef const uint8_t[::1] _kinds
    cdef const uint32_t[::1] _suspect
    cdef uint8_t* _is_known
    cdef uint8_t* _is_suspect
    cdef uint32_t _begins[(1 << (32 - BUCKET)) + 1]

    def __cinit__(self):
        self._is_known = <uint8_t*> calloc(TABLE, 1)
        self._is_suspect = <uint8_t*> calloc(TABLE, 1)
        if self._is_known == NULL or self._is_suspect == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self._is_known)
        free(self._is_suspect)

    def __init__(
        self,
        const uint8_t[::1] kinds,
        const uint32_t[::1] known,
        const uint32_t[::1] suspect,
    ):
        if kinds.shape[0] != LETTERS + 1:
            raise ValueError("kinds must have an item for each character from FIRST to LAST")
        cdef uint32_t number, before = 0
        cdef Py_ssize_t at, bucket = 0
        for at in range(known.shape[0]):
            number = known[at]
            self._is_known[number >> (SHIFT + 3)] |= 1 << ((number >> SHIFT) & 7)
        # The empty word between two delimiters.
        self._is_known[0] |= 1
        for at in range(suspect.shape[0]):
            number = suspect[at]
            if number < before:
                raise ValueError("the hashes of suspect pairs must be sorted")
            before = number
            self._is_suspect[number >> (SHIFT + 3)] |= 1 << ((number >> SHIFT) & 7)
            while bucket <= number >> BUCKET:
                self._begins[bucket] = <uint32_t> at
                bucket += 1
        for bucket in range(bucket, (1 << (32 - BUCKET)) + 1):
            self._begins[bucket] = <uint32_t> suspect.shape[0]
        self._kinds = kinds
        self._suspect = suspect

    def scan(self, str text not None):
        """Return spans of strange words, suspect pairs, and where fragments begin, each sorted.

        `NOTHING` itself where there are none.
        """
        cdef const void* data = PyUnicode_DATA(text)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), at
        cdef int kind = PyUnicode_KIND(text)
        cdef Findings found = Findings(
            Vector(NULL, 0, 0), Vector(NULL, 0, 0), Vector(NULL, 0, 0)
        )
        cdef bint done
        cdef int64_t* items
        try:
            if size < LONG_TEXT:
                done = self._scan(data, kind, size, &found)
            else:
                with nogil:
                    done = self._scan(data, kind, size, &found)
            if not done:
                raise MemoryError
            if not (found.words.size or found.pairs.size or found.fragments.size):
                return NOTHING
            items = found.words.items
            words = [(items[at], items[at + 1]) for at in range(0, found.words.size, 2)]
            items = found.pairs.items
            pairs = [
                (items[at], items[at + 1], items[at + 2]) for at in range(0, found.pairs.size, 3)
            ]
            items = found.fragments.items
            fragments = [items[at] for at in range(found.fragments.size)]
            return words, pairs, fragments
        finally:
            clear(&found.words)
            clear(&found.pairs)
            clear(&found.fragments)

    cdef bint _scan(
        self, const void* data, int kind, Py_ssize_t size, Findings* found
    ) noexcept nogil:
        if kind == 1:
            return _scan(<const uint8_t*> data, size, self, found)
        if kind == 2:
            return _scan(<const uint16_t*> data, size, self, found)
        return _scan(<const uint32_t*> data, size, self, found)

    cdef bint _is_pair(self, uint32_t number) noexcept nogil:
        cdef uint32_t bucket = number >> BUCKET
        cdef uint32_t at
        for at in range(self._begins[bucket], self._begins[bucket + 1]):
            if self._suspect[at] == number:
                return True
        return False


cdef bint _scan(
    const Letter* letters, Py_ssize_t size, WordLookup tables, Findings* found
) noexcept nogil:
    cdef const uint8_t* known = tables._is_known
    cdef const uint8_t* suspect = tables._is_suspect
    cdef Py_ssize_t ends[BLOCK]
    cdef uint32_t hashes[BLOCK]
    cdef uint32_t pairs[BLOCK]
    cdef uint32_t total = 0, hashed, first = 0, pair
    cdef uint32_t is_delimiter, before
    cdef Py_ssize_t low = 0, high, at, number, count
    # The word before the one at hand, and where that begins.
    cdef Py_ssize_t earlier = -1, begin = 0, end
    cdef bint is_strange
    while low <= size:
        # The sum at the end of each word, without a branch, which would be foretold wrongly there.
        high = min(low + BLOCK, size)
        count = 0
        for at in range(low, high):
            is_delimiter = <uint32_t> letters[at] - <uint32_t> 65 > <uint32_t> LETTERS
            ends[count] = at
            hashes[count] = total
            count += is_delimiter
            total += (letters[at] * LETTER_WEIGHTS[at - low]) & (is_delimiter - 1)
        if high == size and high - low < BLOCK:
            ends[count] = size
            hashes[count] = total
            count += 1
        # The tables are larger than the first caches: what is asked of them is fetched ahead.
        before, hashed = 0, first
        for number in range(count):
            pair = hashed
            hashed = (hashes[number] - before) * END_WEIGHTS[ends[number] - low]
            before = hashes[number]
            hashes[number] = hashed
            pairs[number] = _mixed(pair, hashed)
            prefetch(&known[hashed >> (SHIFT + 3)])
            prefetch(&suspect[pairs[number] >> (SHIFT + 3)])
        total = (total - before) * NEXT_BLOCK
        for number in range(count):
            end = ends[number]
            hashed = hashes[number]
            pair = pairs[number]
            is_strange = not _has(known, hashed)
            if is_strange or _has(suspect, pair):
                if is_strange and not _enter_word(letters, size, begin, end, tables, found):
                    return False
                if earlier >= 0 and _has(suspect, pair) and tables._is_pair(pair):
                    if not reserve(&found.pairs, 3):
                        return False
                    found.pairs.items[found.pairs.size] = earlier
                    found.pairs.items[found.pairs.size + 1] = begin - 1
                    found.pairs.items[found.pairs.size + 2] = end
                    found.pairs.size += 3
            first = hashed
            earlier = begin
            begin = end + 1
        low += BLOCK
    return True


cdef inline uint8_t _kind(uint32_t letter, const uint8_t* kinds) noexcept nogil:
    letter -= 65
    return kinds[letter] if letter <= <uint32_t> LETTERS else 0


cdef inline bint _is_blank(uint32_t letter) noexcept nogil:
    return letter == 32 or letter == 10


cdef bint _is_fragment(
    const Letter* word, Py_ssize_t size, const uint8_t* kinds
) noexcept nogil:
    cdef Py_ssize_t at
    if size == 1 and _kind(word[0], kinds) & IS_CAPITAL:
        return True
    if size == 2 and (
        ((word[0] == c"q" or word[0] == c"Q") and word[1] == c"u")
        or (word[0] == c"Q" and word[1] == c"U")
    ):
        return True
    if not 1 <= size <= 3:
        return False
    for at in range(size):
        if not _kind(word[at], kinds) & IS_CONSONANT:
            return False
    return True


cdef bint _enter_word(
    const Letter* letters,
    Py_ssize_t size,
    Py_ssize_t begin,
    Py_ssize_t end,
    WordLookup tables,
    Findings* found,
) noexcept nogil:
    """Enter a word that is not known, if it may be misspelt or a fragment; false without memory."""
    cdef const uint8_t* kinds = &tables._kinds[0]
    cdef Py_ssize_t at
    if _is_fragment(letters + begin, end - begin, kinds):
        if (begin == 0 or _is_blank(letters[begin - 1])) and (
            end == size or _is_blank(letters[end])
        ):
            if not reserve(&found.fragments, 1):
                return False
            found.fragments.items[found.fragments.size] = begin
            found.fragments.size += 1
        return True
    if not 1 < end - begin <= LONGEST_WORD or not _kind(letters[begin], kinds) & IS_LOWER:
        return True
    for at in range(begin, end):
        if letters[at] > 127:
            if not reserve(&found.words, 2):
                return False
            found.words.items[found.words.size] = begin
            found.words.items[found.words.size + 1] = end
            found.words.size += 2
            return True
    return True
