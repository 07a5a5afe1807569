# cython: language_level=3
"""The n-gram model: log P(word and case | up to three before), without the GIL.

An interpolated modified Kneser-Ney model with backoff (Chen and Goodman 1999), quantised. Bigrams
are an exact set, a bitmap with ranks; trigrams and 4-grams are static functions (binary fuse
filters, Graf and Lemire 2022). A code is word id * 4 + case pattern. Doors check every code and
every array; what they call doesn't.
"""

cimport cython
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

import numpy as np

__all__ = ["NgramModel", "StaticFunction"]

cdef enum:
    # Words of a sequence from which what they need is fetched, in two steps.
    FAR_AHEAD = 10
    NEAR_AHEAD = 5


@cython.final
cdef class StaticFunction:
    """A static function of 64-bit keys: two values of 4 bits each, without the keys.

    Three slots give the fingerprint and the values of a key. `shape` holds `seed`,
    `segment_length` (slots, a power of two), `segments` and `value_bits` (4, or 8: with four more
    bits of fingerprint); the planes are uint8 arrays, `extra` may be empty. Raises ValueError
    where they don't fit together.
    """

    def __cinit__(self, shape, check, value, extra):
        cdef int64_t length = shape["segment_length"]
        cdef int64_t segments = shape["segments"]
        cdef int64_t bits = shape["value_bits"]
        if not 1 <= length <= 1 << 18 or length & (length - 1) or not 1 <= segments <= 1 << 20:
            raise ValueError(f"A static function of {segments} segments of {length} slots.")
        if bits != 4 and bits != 8:
            raise ValueError(f"Values have 4 or 8 bits, not {bits}.")
        self._seed = shape["seed"]
        self._length = length
        self._span = length * segments
        self._four_bits = bits == 4
        self._check = check
        self._value = value
        self._extra = extra
        cdef int64_t slots = length * (segments + 2)
        cdef int64_t needed = (slots + 1) // 2 if self._four_bits else slots
        if (
            self._check.shape[0] < slots or self._value.shape[0] < needed
            or 0 < self._extra.shape[0] < (slots + 1) // 2
        ):
            raise ValueError(f"The planes of a static function are shorter than {slots} slots.")

    def find(self, keys):
        """Return which keys (uint64) are held, and their two values: int64, uint8, uint8 arrays.

        One stranger in 2^8 to 2^12 is taken for a key.
        """
        cdef const uint64_t[::1] given = np.ascontiguousarray(keys, np.uint64)
        cdef Py_ssize_t size = given.shape[0], k, n = 0
        hit, values, extras = np.empty(size, np.int64), np.empty(size, np.uint8), None
        extras = np.empty(size, np.uint8)
        cdef int64_t[::1] hits = hit
        cdef uint8_t[::1] value = values
        cdef uint8_t[::1] extra = extras
        cdef int found
        with nogil:
            for k in range(size):
                found = self.get(given[k])
                if found >= 0:
                    hits[n] = k
                    value[n] = found & 15
                    extra[n] = <uint8_t>(found >> 4)
                    n += 1
        return hit[:n], values[:n], extras[:n]


@cython.final
cdef class NgramModel:
    """The model over the arrays of its file (`arrays`) and the shapes in its header.

    The arrays are not copied; they must not change. Raises ValueError where their lengths, the
    gaps between bigrams or the levels don't fit together, and for codes out of range.
    """

    def __cinit__(self, arrays, header):
        self.unigram = arrays["unigram"]
        self.unigram_backoff = arrays["unigram_backoff"]
        self.size = self.unigram.shape[0]
        if not BOUNDARY < self.size <= 1 << ID_BITS:
            raise ValueError(f"A model has 2 to {1 << ID_BITS} words, not {self.size}.")
        case = np.ascontiguousarray(arrays["case"], np.float32)
        if self.unigram_backoff.shape[0] != self.size or case.shape != (4 * self.size, CASES):
            raise ValueError(f"The arrays of words don't have {self.size} entries.")
        self.case_logs = case.ravel()
        shapes = np.exp(case.reshape(self.size, 4, CASES)[:, :, :4]).mean(1)
        self.free_case = np.log(shapes).ravel()
        self.case_levels = arrays["case_levels"]
        self.pair_levels = arrays["bigram_value_levels"]
        self.pair_backoffs = arrays["bigram_backoff_levels"]
        self.trigrams = _function(arrays, header, "trigram")
        self.fourgrams = _function(arrays, header, "fourgram")
        self.trigram_levels = arrays["trigram_value_levels"]
        self.trigram_backoffs = arrays["trigram_backoff_levels"]
        self.fourgram_levels = arrays["fourgram_value_levels"]
        if (
            self.case_levels.shape[0] < 16 or self.case_levels.shape[1] != UPPER
            or self.pair_levels.shape[0] < 256 or self.pair_backoffs.shape[0] < 256
            or self.trigram_levels.shape[0] < 16 or self.trigram_backoffs.shape[0] < 16
            or self.fourgram_levels.shape[0] < 16
        ):
            raise ValueError("A table of levels is too short.")
        self.inward = arrays["distant_inward"]
        self.outward = arrays["distant_outward"]
        self.place_weights = arrays["distant_places"]
        self.distant_scale = header["distant_scale"]
        cdef Py_ssize_t rows = self.outward.shape[0]
        if (
            self.inward.shape[0] != rows or self.inward.shape[1] != self.outward.shape[1]
            or (rows and rows != self.size) or self.place_weights.shape[0] % 2
        ):
            raise ValueError("The vectors of the distant context don't fit together.")
        self._read_bigrams(
            arrays["bigram_gaps"], arrays["bigram_value"], arrays["bigram_backoff"],
            arrays["bigram_case"],
        )

    def _read_bigrams(self, gaps, values, backoffs, cases):
        """Build the set of bigrams from the gaps between them; 255 says that more follows."""
        cdef const uint8_t[::1] steps = gaps, value = values, opened = backoffs, case = cases
        cdef uint64_t most = <uint64_t>self.size * <uint64_t>self.size, place = 0
        cdef Py_ssize_t count = value.shape[0], k, n = 0, first = 0, cell, row
        self.stride = (self.size + 63) // 64
        set_bits = np.zeros(self.size * self.stride, np.uint64)
        before = np.zeros(self.size * self.stride, np.uint16)
        words, firsts = np.zeros(count, np.uint16), np.zeros(self.size + 1, np.uint32)
        pairs = np.zeros(count, np.uint32)
        cdef uint64_t[::1] bit_view = set_bits
        cdef uint16_t[::1] before_view = before, word_view = words
        cdef uint32_t[::1] first_view = firsts, pair_view = pairs
        cdef uint64_t row_end = 0, second
        cdef bint whole = opened.shape[0] == count and case.shape[0] == count
        with nogil:
            for k in range(steps.shape[0]):
                place += steps[k]
                if steps[k] == 255:
                    continue
                if place >= most or n >= count:
                    whole = False
                    break
                while place >= row_end:
                    first_view[first] = <uint32_t>n
                    first += 1
                    row_end += <uint64_t>self.size
                second = place - (row_end - <uint64_t>self.size)
                bit_view[(first - 1) * self.stride + <Py_ssize_t>(second >> 6)] |= (
                    <uint64_t>1 << (second & 63)
                )
                word_view[n] = <uint16_t>second
                n += 1
            while first <= self.size:
                first_view[first] = <uint32_t>n
                first += 1
            for row in range(self.size):
                n = 0
                for cell in range(row * self.stride, (row + 1) * self.stride):
                    before_view[cell] = <uint16_t>n
                    n += count_bits(bit_view[cell])
            n = first_view[self.size]
            if whole and n == count:
                for k in range(count):
                    pair_view[k] = value[k] | <uint32_t>opened[k] << 8 | <uint32_t>case[k] << 16
        if not whole or n != count:
            raise ValueError(f"The gaps between bigrams don't give the {count} that have values.")
        self.bits, self.before, self.seconds = set_bits, before, words
        self.first_ranks, self.pairs = firsts, pairs

    def score(self, context, codes):
        """Return log P(word and case | context), float32, for arrays of codes.

        `context` holds one to three arrays (or lists) as long as `codes`, the oldest word first;
        more than three are not looked at.
        """
        columns = [codes, *reversed(context)][:ORDER]
        cdef int order = len(columns)
        if order < 2:
            raise ValueError("At least one array of context is needed.")
        cdef const int64_t[:] d = _checked(self, columns[0]), c = _checked(self, columns[1])
        cdef const int64_t[:] b = _checked(self, columns[2]) if order > 2 else c
        cdef const int64_t[:] a = _checked(self, columns[3]) if order > 3 else b
        cdef Py_ssize_t size = d.shape[0], k
        if a.shape[0] != size or b.shape[0] != size or c.shape[0] != size:
            raise ValueError("The context must be as long as the codes.")
        result = np.empty(size, np.float32)
        cdef float[::1] value = result
        with nogil:
            for k in range(size):
                value[k] = self.window(order, <int>a[k], <int>b[k], <int>c[k], <int>d[k])
        return result

    cdef float window(self, int order, int a, int b, int c, int d) noexcept nogil:
        """Return log P(d | the order - 1 codes before it)."""
        cdef Gram cd = self.pair(c, d), bc, ab, abc, bcd
        if order == 2:
            return cd.value
        bc = self.pair(b, c)
        bcd = self.trigram(&bc, &cd)
        if order == 3:
            return bcd.value
        abc.opened = 0
        if bc.known:
            ab = self.pair(a, b)
            abc = self.trigram(&ab, &bc)
        return self.fourgram(&abc, &bcd)

    def score_sequence(self, codes, context=()):
        """Return log P of each code after the three before it, float32.

        Before the first one stand the codes of `context`, and before those the edge of a
        sentence.
        """
        cdef const int64_t[::1] given = np.ascontiguousarray(_checked(self, codes))
        cdef const int64_t[:] before = _checked(self, [EDGE] * 3 + list(context))
        cdef Py_ssize_t k
        cdef int known[3]
        for k in range(3):
            known[k] = <int>before[before.shape[0] - 3 + k]
        result = np.empty(given.shape[0], np.float32)
        cdef float[::1] value = result
        if given.shape[0]:
            with nogil:
                self.score_run(known, &given[0], given.shape[0], &value[0])
        return result

    cdef void score_run(
        self, const int* known, const int64_t* codes, Py_ssize_t size, float* value
    ) noexcept nogil:
        """Write log P of each code after the three before it; `known` stand before the first.

        The tables are far larger than the caches, so what is needed soon is fetched.
        """
        cdef Gram ab = self.pair(known[0], known[1]), bc = self.pair(known[1], known[2])
        cdef Gram abc = self.trigram(&ab, &bc), cd, bcd
        cdef int last = known[2]
        cdef Py_ssize_t k, soon
        for k in range(-FAR_AHEAD, size):
            soon = k + FAR_AHEAD
            if 0 < soon < size:
                self.fetch_pair(<int>codes[soon - 1], <int>codes[soon])
            soon = k + NEAR_AHEAD
            if 3 <= soon < size:
                self.fetch_grams(
                    <int>codes[soon - 3], <int>codes[soon - 2], <int>codes[soon - 1],
                    <int>codes[soon],
                )
            if k >= 0:
                cd = self.pair(last, <int>codes[k])
                bcd = self.trigram(&bc, &cd)
                value[k] = self.fourgram(&abc, &bcd)
                abc, bc, last = bcd, cd, <int>codes[k]

    def case(self, before, codes):
        """Return log P(case | word, word before, its case), float32: what of `score` is case."""
        cdef const int64_t[:] left = _checked(self, before), right = _checked(self, codes)
        cdef Py_ssize_t size = right.shape[0], k
        if left.shape[0] != size:
            raise ValueError("The arrays must have one length.")
        result = np.empty(size, np.float32)
        cdef float[::1] value = result
        cdef int column
        cdef int64_t rank
        with nogil:
            for k in range(size):
                column = self.case_column(<int>left[k])
                rank = self.rank(<int>left[k] >> 2, <int>right[k] >> 2)
                if rank >= 0:
                    value[k] = self.pair_case_log(column, <int>right[k], <uint32_t>rank)
                else:
                    value[k] = self.free_case_log(column, <int>right[k])
        return result

    def prior(self, codes):
        """Return log P(word and case) without any context, float32."""
        cdef const int64_t[:] given = _checked(self, codes)
        result = np.empty(given.shape[0], np.float32)
        cdef float[::1] value = result
        cdef Py_ssize_t k
        for k in range(given.shape[0]):
            value[k] = self.unigram[given[k] >> 2] + self.free_case[given[k]]
        return result

    def successors(self, word):
        """Return the ids of the words that follow a word id in bigrams of the model, rising."""
        cdef Py_ssize_t first = word
        if not 0 <= first < self.size:
            raise ValueError(f"The word id {word} is not in 0 to {self.size - 1}.")
        held = self.seconds[self.first_ranks[first]:self.first_ranks[first + 1]]
        return np.asarray(held).astype(np.int64)


cdef StaticFunction _function(arrays, header, str name):
    return StaticFunction(
        header[name], arrays[f"{name}_check"], arrays[f"{name}_value"], arrays[f"{name}_extra"]
    )


cdef const int64_t[:] _checked(NgramModel model, codes) except *:
    """Return codes as an array; raises ValueError where one is no code of the model."""
    cdef const int64_t[:] given = np.asarray(codes, np.int64)
    cdef int64_t most = 4 * model.size
    cdef Py_ssize_t k
    for k in range(given.shape[0]):
        if not 0 <= given[k] < most:
            raise ValueError(f"The code {given[k]} is not in 0 to {most - 1}.")
    return given
