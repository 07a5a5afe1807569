"""Lines in which words next to each other gather enough evidence; each word is learnt once.

The greatest sum of neighbouring words is found in one pass (Kadane's algorithm).
"""

cimport cython
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

from vnclean.core.text cimport (
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)

__all__ = ["EvidenceTable", "hash_of", "stretches"]

cdef enum:
    MOST_COLUMNS = 4
    MOST_CHARACTERS = 40  # of a word that says anything
    MOST_WORDS = 1 << 17  # that are remembered
    CODES = 0x2000  # of characters that are looked up; others are asked one by one
    IS_LOWER = 32
    IS_UPPER = 64
    IS_PART = 128


def hash_of(str word not None):
    """Return the hash of a word by which a table finds what it says (FNV-1a over code points)."""
    cdef uint64_t value = 0xCBF29CE484222325ULL
    cdef Py_UCS4 letter
    for letter in word:
        value = (value ^ <uint64_t>letter) * 0x100000001B3ULL
    return value


@cython.final
cdef class EvidenceTable:
    """What words say for some things, each a column; grows.

    Words are runs of letters and of the `extra` characters. `kinds` has for the code of a character
    (the last one for all beyond) the bits of the columns for which it decides: a word with such a
    character says `fixed` there. What others say is learnt: `most` at most, and `most_mixed` where
    it is neither in small letters nor in capitals, so that lines without enough need not be known.
    `enough` is the sum that a line needs. What many words say may be given: their `hashes` (uint64,
    rising) and `values` (float64[words, columns], in one row).

    >>> table = EvidenceTable(bytes(128) + bytes([1]), "", [-5.0], 6.0, 1.0, 8.0)
    >>> table.lines("đẹp\\nViet Nam, đẹp\\nNam đẹp Viet", lambda words: [[5.0] for _ in words])
    [[(4, 17)]]
    """

    cdef uint8_t[0x2001] _kinds
    cdef str _extra
    cdef int _columns
    cdef double[4] _fixed
    cdef double _most, _most_mixed, _enough
    cdef dict _known
    cdef const uint64_t[:] _hashes
    cdef const double[:] _values

    def __cinit__(
        self, bytes kinds not None, str extra not None, fixed not None, double most,
        double most_mixed, double enough, hashes=None, values=None,
    ):
        cdef int k
        self._columns = len(fixed)
        self._hashes, self._values = hashes, values
        if (hashes is None) != (values is None) or (
            hashes is not None and self._hashes.shape[0] * self._columns != self._values.shape[0]
        ):
            raise ValueError("Each hash has a value for each column.")
        if not kinds or not 1 <= self._columns <= MOST_COLUMNS:
            raise ValueError(f"A table has kinds and 1 to {MOST_COLUMNS} columns.")
        for k in range(self._columns):
            self._fixed[k] = fixed[k]
        self._most, self._most_mixed, self._enough = most, most_mixed, enough
        self._extra, self._known = extra, {}
        for k in range(CODES + 1):
            self._kinds[k] = kinds[min(k, len(kinds) - 1)] & (IS_LOWER - 1)
            if k < CODES:
                self._kinds[k] |= self._shape(k)

    def __len__(self):
        return len(self._known)

    def lines(self, str text not None, learn):
        """Return for each column the lines (start, end) with enough.

        `learn` is given words that are not known, and returns what each says, by column.
        """
        cdef dict known = self._known
        cdef list found, unknown
        if len(known) > MOST_WORDS:
            known = self._known = {}
        found, unknown = self._pass(text, known)
        if unknown:
            for word in unknown if self._hashes is not None else ():
                self._look_up(word, known)
            unknown = [word for word in unknown if word not in known]
            for word, said in zip(unknown, learn(unknown) if unknown else (), strict=True):
                if len(said) != self._columns:
                    raise ValueError(f"A word says {self._columns} numbers.")
                known[word] = tuple(map(float, said))
            found, _ = self._pass(text, known)
        return found

    cdef int _look_up(self, str word, dict known) except -1:
        """Enter what was given for a word among what is known."""
        cdef uint64_t value = hash_of(word)
        cdef Py_ssize_t low = 0, high = self._hashes.shape[0], middle
        cdef int k
        while low < high:
            middle = (low + high) // 2
            if self._hashes[middle] < value:
                low = middle + 1
            else:
                high = middle
        if low < self._hashes.shape[0] and self._hashes[low] == value:
            known[word] = tuple(
                [self._values[low * self._columns + k] for k in range(self._columns)]
            )
        return 0

    cdef tuple _pass(self, str text, dict known):
        """Return the lines that may have enough, and the words in them that are not known."""
        cdef void* letters = PyUnicode_DATA(text)
        cdef list found = [[] for _ in range(self._columns)]
        cdef dict unknown = {}
        if PyUnicode_KIND(text) == 1:
            self._sweep(text, <const uint8_t*>letters, known, found, unknown)
        elif PyUnicode_KIND(text) == 2:
            self._sweep(text, <const uint16_t*>letters, known, found, unknown)
        else:
            self._sweep(text, <const uint32_t*>letters, known, found, unknown)
        return found, list(unknown)

    cdef int _sweep(
        self, str text, const Letter* letters, dict known, list found, dict unknown
    ) except -1:
        cdef Py_ssize_t length = PyUnicode_GET_LENGTH(text), at = 0, first, start = 0
        cdef int flags, kind = 0, k, every = (1 << self._columns) - 1, seen = 0
        cdef double weight, most
        cdef double[4] sums
        cdef tuple said
        cdef list new = []
        for k in range(self._columns):
            sums[k] = 0
        while at <= length:
            if at == length or letters[at] == c"\n":
                for k in range(self._columns):
                    if seen >> k & 1:
                        (<list>found[k]).append((start, at))
                    sums[k] = 0
                if new:
                    if seen:
                        unknown.update(dict.fromkeys(new))
                    new = []
                at += 1
                start, seen = at, 0
                continue
            first = at
            flags = 0
            while at < length:
                if letters[at] < CODES:
                    kind = self._kinds[letters[at]]
                else:
                    kind = self._kinds[CODES] | self._shape(letters[at])
                if not kind & IS_PART:
                    break
                flags |= kind
                at += 1
            if at == first:
                at += 1
                continue
            if at - first > MOST_CHARACTERS:
                continue
            said = None
            most = self._most
            if (flags & IS_UPPER != 0) == (flags & IS_LOWER != 0):
                most = self._most_mixed
            if flags & every != every:
                word = text[first:at]
                said = <tuple>known.get(word)
                if said is None:
                    new.append(word)
            for k in range(self._columns):
                if flags >> k & 1:
                    weight = self._fixed[k]
                else:
                    weight = <double>said[k] if said is not None else most
                sums[k] = max(sums[k], 0.0) + weight
                if sums[k] >= self._enough:
                    seen |= 1 << k
        return 0

    cdef int _shape(self, Py_UCS4 letter) noexcept:
        """Say whether a character is part of a word, and its case."""
        cdef int shape = 0
        if letter in self._extra or (letter.isalnum() and not letter.isdecimal()):
            shape = IS_PART
        if letter.islower():
            return shape | IS_LOWER
        if letter.isupper():
            return shape | IS_UPPER
        return shape | (IS_LOWER | IS_UPPER) * letter.istitle()


@cython.boundscheck(True)
def stretches(list weights not None, double enough, double most_lost):
    """Return the stretches of words that gather most evidence, left to right: start, end, sum.

    A stretch is at its end where nothing is left of what it gathered, or `most_lost` less than it
    had once; it counts to where it had most, if that is `enough`.

    >>> stretches([3.0, -9.0, 5.0, -1.0, 4.0, -9.0], 8.0, 9.0)
    [(2, 5, 8.0)]
    """
    cdef Py_ssize_t k, count = len(weights), start = 0, best_end = 0
    cdef double total = 0, best = 0
    found = []
    for k in range(count + 1):
        total += <double>weights[k] if k < count else -float("inf")
        if total > best:
            best, best_end = total, k + 1
        if total <= 0 or best - total >= most_lost:
            if best >= enough:
                found.append((start, best_end, best))
            start, total, best, best_end = k + 1, 0, 0, k + 1
    return found
