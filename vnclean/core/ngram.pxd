"""The n-gram model as other modules of the core see it: look-ups that need no GIL."""

cimport cython
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from vnclean.core.memory cimport prefetch

cdef enum:
    BOUNDARY = 1  # the word id of the edge of a sentence
    EDGE = 4  # its code: word id * 4 + case pattern
    ORDER = 4  # words that one n-gram spans
    ID_BITS = 14  # bits of a word id inside the key of an n-gram
    TITLE = 1  # case patterns: lower 0, title 1, upper 2, mixed 3
    UPPER = 2
    CASES = 5  # the four patterns, and lower or title together
    CASE_ROW = 20  # logarithms of one word: CASES for each of four contexts
    EITHER = 4  # the column of lower or title

cdef struct Gram:
    # An n-gram and what it says: its words as bits, log P(last word and case | words before),
    # whether the model holds it, and the level of its backoff (0: no longer n-gram begins so).
    uint64_t key
    float value
    uint8_t known
    uint8_t opened


@cython.final
cdef class StaticFunction:
    cdef const uint8_t[::1] _check
    cdef const uint8_t[::1] _value
    cdef const uint8_t[::1] _extra
    cdef uint64_t _seed
    cdef uint64_t _length
    cdef uint64_t _span
    cdef bint _four_bits

    cdef inline int get(self, uint64_t key) noexcept nogil:
        """Return the value of a key plus 16 times its second value, or -1 for a stranger."""
        return self.get_mixed(self.mix(key))

    cdef inline uint64_t mix(self, uint64_t key) noexcept nogil:
        """Return what `get_mixed` and `fetch` take for a key."""
        cdef uint64_t mixed = (key + self._seed) * 0x9E3779B97F4A7C15ULL
        mixed ^= mixed >> 32
        mixed *= 0xD6E8FEB86659FD93ULL
        return mixed ^ mixed >> 32

    cdef inline void fetch(self, uint64_t mixed) noexcept nogil:
        """Have memory brought near that `get_mixed` reads soon."""
        cdef uint64_t mask = self._length - 1, a = ((mixed >> 32) * self._span) >> 32
        prefetch(&self._check[a])
        prefetch(&self._check[(a + self._length) ^ ((mixed >> 18) & mask)])
        prefetch(&self._check[(a + 2 * self._length) ^ (mixed & mask)])

    cdef inline int get_mixed(self, uint64_t mixed) noexcept nogil:
        """Return what `get` does for a key that is mixed."""
        cdef uint64_t mask = self._length - 1
        cdef uint64_t a = ((mixed >> 32) * self._span) >> 32
        cdef uint64_t b = (a + self._length) ^ ((mixed >> 18) & mask)
        cdef uint64_t c = (a + 2 * self._length) ^ (mixed & mask)
        cdef uint64_t prints = ((mixed ^ (mixed >> 40)) * 0xD6E8FEB86659FD93ULL) >> 50
        cdef int cell, value
        if self._check[a] ^ self._check[b] ^ self._check[c] != <uint8_t>prints:
            return -1
        if self._four_bits:
            value = nibble(self._value, a) ^ nibble(self._value, b) ^ nibble(self._value, c)
        else:
            cell = self._value[a] ^ self._value[b] ^ self._value[c]
            if cell >> 4 != <int>((prints >> 8) & 15):
                return -1
            value = cell & 15
        if self._extra.shape[0] == 0:
            return value * 17
        return value | (
            nibble(self._extra, a) ^ nibble(self._extra, b) ^ nibble(self._extra, c)
        ) << 4


cdef inline int nibble(const uint8_t[::1] plane, uint64_t slot) noexcept nogil:
    """Return the 4-bit value at a slot; two slots share a byte."""
    return (plane[slot >> 1] >> ((slot & 1) << 2)) & 15


cdef inline int count_bits(uint64_t cell) noexcept nogil:
    """Return the number of bits that are set (Warren, Hacker's Delight, 5-1)."""
    cell -= (cell >> 1) & 0x5555555555555555ULL
    cell = (cell & 0x3333333333333333ULL) + ((cell >> 2) & 0x3333333333333333ULL)
    cell = (cell + (cell >> 4)) & 0x0F0F0F0F0F0F0F0FULL
    return <int>((cell * 0x0101010101010101ULL) >> 56)


@cython.final
cdef class NgramModel:
    cdef readonly Py_ssize_t size
    """Words of the vocabulary."""
    cdef const float[::1] unigram
    cdef const float[::1] unigram_backoff
    cdef const float[::1] free_case
    cdef const float[::1] case_logs
    cdef const float[:, ::1] case_levels
    # The set of bigrams: a row of `stride` cells of 64 bits for each first word, a bit for each
    # second one, and how many of the row stand before each cell; the second words by rank, with
    # the rank of each first word's first.
    cdef Py_ssize_t stride
    cdef const uint64_t[::1] bits
    cdef const uint16_t[::1] before
    cdef const uint16_t[::1] seconds
    cdef const uint32_t[::1] first_ranks
    # By rank: level of the value, of the backoff, and of the case, a byte each, the value lowest:
    # what is asked of a bigram lies in one place.
    cdef const uint32_t[::1] pairs
    cdef const float[::1] pair_levels
    cdef StaticFunction trigrams
    cdef StaticFunction fourgrams
    cdef const float[::1] trigram_levels
    cdef const float[::1] fourgram_levels
    cdef const float[::1] pair_backoffs
    cdef const float[::1] trigram_backoffs
    cdef const int8_t[:, ::1] inward
    cdef const int8_t[:, ::1] outward
    cdef const float[::1] place_weights
    cdef float distant_scale

    cdef inline int case_column(self, int before) noexcept nogil:
        """Return where the logarithms of the cases after this code begin in a word's row."""
        cdef int case = before & 3
        if before >> 2 == BOUNDARY:
            return 3 * CASES
        return CASES * (case if case < UPPER else UPPER)

    cdef inline float free_case_log(self, int column, int code) noexcept nogil:
        """Return log P(case | word, case before) where no bigram ties the words."""
        return self.case_logs[(code >> 2) * CASE_ROW + column + (code & 3)]

    cdef inline float pair_case_log(self, int column, int code, uint32_t rank) noexcept nogil:
        """Return log P(case | word, word before, its case) for a bigram of the model."""
        cdef int case = code & 3
        cdef int cell = self.pairs[rank] >> 16
        cdef int level = cell & 15 if column == TITLE * CASES else cell >> 4
        if level > 0 and case < UPPER and column != UPPER * CASES:
            return (
                self.case_logs[(code >> 2) * CASE_ROW + column + EITHER]
                + self.case_levels[level, case]
            )
        return self.free_case_log(column, code)

    cdef inline float pair_log(self, int column, int code, uint32_t rank) noexcept nogil:
        """Return log P(code | code before) for a bigram of the model."""
        return self.pair_levels[self.pairs[rank] & 255] + self.pair_case_log(column, code, rank)

    cdef inline int64_t rank(self, int first, int second) noexcept nogil:
        """Return the rank of a bigram of two word ids, or -1 where the model doesn't hold it."""
        cdef Py_ssize_t place = first * self.stride + (second >> 6)
        cdef uint64_t cell = self.bits[place]
        cdef int bit = second & 63
        if not (cell >> bit) & 1:
            return -1
        return (
            <int64_t>self.first_ranks[first] + self.before[place]
            + count_bits(cell & ((<uint64_t>1 << bit) - 1))
        )

    cdef inline void fetch_pair(self, int before, int code) noexcept nogil:
        """Have most of what `pair` reads brought near."""
        cdef Py_ssize_t place = (before >> 2) * self.stride + (code >> 8)
        prefetch(&self.bits[place])
        prefetch(&self.before[place])
        prefetch(&self.case_logs[(code >> 2) * CASE_ROW])

    cdef inline void fetch_grams(self, int a, int b, int c, int d) noexcept nogil:
        """Have brought near what the longer n-grams that end in a code read, and its pair.

        To be called when what `fetch_pair` asked for has come.
        """
        cdef uint64_t key = (<uint64_t>(b >> 2) << ID_BITS) | <uint64_t>(c >> 2)
        cdef int64_t rank = self.rank(c >> 2, d >> 2)
        if rank < 0:
            return
        prefetch(&self.pairs[rank])
        key = (key << ID_BITS) | <uint64_t>(d >> 2)
        self.trigrams.fetch(self.trigrams.mix(key))
        key |= <uint64_t>(a >> 2) << 3 * ID_BITS
        self.fourgrams.fetch(self.fourgrams.mix(key))

    cdef void score_run(
        self, const int* known, const int64_t* codes, Py_ssize_t size, float* value
    ) noexcept nogil
    cdef inline Gram pair(self, int before, int code) noexcept nogil:
        """Return the bigram that two codes make."""
        cdef Gram gram
        cdef int first = before >> 2, second = code >> 2
        cdef int column = self.case_column(before)
        cdef int64_t rank = self.rank(first, second)
        gram.key = (<uint64_t>first << ID_BITS) | <uint64_t>second
        if rank >= 0:
            gram.value = self.pair_log(column, code, <uint32_t>rank)
            gram.known = 1
            gram.opened = <uint8_t>(self.pairs[rank] >> 8)
        else:
            gram.value = (
                self.unigram_backoff[first] + self.unigram[second]
                + self.free_case_log(column, code)
            )
            gram.known = 0
            gram.opened = 0
        return gram

    cdef inline Gram trigram(self, const Gram* left, const Gram* right) noexcept nogil:
        """Return the trigram that two overlapping bigrams make."""
        cdef Gram gram
        cdef int found
        gram.value = right.value + self.pair_backoffs[left.opened]
        gram.known = 0
        gram.opened = 0
        gram.key = 0
        if left.opened and right.known:
            gram.key = (left.key << ID_BITS) | (right.key & ((1 << ID_BITS) - 1))
            found = self.trigrams.get(gram.key)
            if found >= 0:
                gram.value += self.trigram_levels[found & 15]
                gram.known = 1
                gram.opened = <uint8_t>(found >> 4)
        return gram

    cdef inline float fourgram(self, const Gram* left, const Gram* right) noexcept nogil:
        """Return the value of the 4-gram that two overlapping trigrams make."""
        cdef float value = right.value + self.trigram_backoffs[left.opened]
        cdef int found
        if left.opened and right.known:
            found = self.fourgrams.get(
                (left.key << ID_BITS) | (right.key & ((1 << ID_BITS) - 1))
            )
            if found >= 0:
                value += self.fourgram_levels[found & 15]
        return value

    cdef float window(self, int order, int a, int b, int c, int d) noexcept nogil
