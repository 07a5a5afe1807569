# cython: language_level=3
"""How likely words are in their places, by n-grams: what the scorer of spelling asks for.

A noisy channel (Kernighan et al. 1990): the model says how likely a candidate is after the words
before it, and how likely it makes the words after it. Doors check every code.
"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY

from vnclean.core.ngram cimport EDGE, Gram, NgramModel

__all__ = ["Candidates", "log_likelihoods"]

cdef enum:
    AROUND = 3  # words that are seen before and after a place
    WINDOW = 2 * AROUND + 1
    MOST_WORDS = 16  # words of a middle
    BEST = 5  # candidates that are returned at most


cdef int _code(NgramModel model, value) except -1:
    """Return a code of the model as a number; raises ValueError where it is none."""
    cdef Py_ssize_t code = value
    if not 0 <= code < 4 * model.size:
        raise ValueError(f"The code {code} is not in 0 to {4 * model.size - 1}.")
    return <int>code


cdef double _log_likelihood(NgramModel model, const int* codes, Py_ssize_t size) noexcept nogil:
    """Return the log-probability of all codes but the first three, each after the three before."""
    cdef Gram ab = model.pair(codes[0], codes[1]), bc = model.pair(codes[1], codes[2])
    cdef Gram abc = model.trigram(&ab, &bc), cd, bcd
    cdef double total = 0
    cdef Py_ssize_t k
    for k in range(AROUND, size):
        cd = model.pair(codes[k - 1], codes[k])
        bcd = model.trigram(&bc, &cd)
        total += model.fourgram(&abc, &bcd)
        abc, bc = bcd, cd
    return total


def log_likelihoods(NgramModel model not None, before, middles, after):
    """Return for each middle (codes) the log-probability of its words and of the three after it.

    `before` has the last three codes before the place or fewer, `after` the first three after it;
    what lacks is the edge of a sentence. Raises ValueError for codes out of range.
    """
    cdef int row[WINDOW + MOST_WORDS]
    cdef Py_ssize_t size, k
    left = [EDGE] * AROUND + list(before)
    right = (list(after) + [EDGE] * AROUND)[:AROUND]
    for k in range(AROUND):
        row[k] = _code(model, left[len(left) - AROUND + k])
    found = []
    for middle in middles:
        size = AROUND
        if len(middle) > MOST_WORDS:
            raise ValueError(f"A middle has at most {MOST_WORDS} words, not {len(middle)}.")
        for code in (*middle, *right):
            row[size] = _code(model, code)
            size += 1
        found.append(_log_likelihood(model, row, size))
    return found


@cython.final
cdef class Candidates:
    """What may be meant by a word: codes of the model, case left out, the first is the word itself.

    `rates` are the log-probabilities that each is written as the word. Raises ValueError for codes
    out of range and lengths that don't fit.
    """

    cdef NgramModel _model
    cdef Py_ssize_t _size
    cdef int* _codes
    cdef double* _rates

    def __cinit__(self, NgramModel model not None, codes, rates):
        cdef Py_ssize_t k
        self._model = model
        self._size = len(codes)
        if len(rates) != self._size or not self._size:
            raise ValueError("Each candidate has a rate, and one is the word itself.")
        self._codes = <int*>PyMem_Malloc(self._size * sizeof(int))
        self._rates = <double*>PyMem_Malloc(self._size * sizeof(double))
        if self._codes == NULL or self._rates == NULL:
            raise MemoryError
        for k in range(self._size):
            self._codes[k] = _code(model, codes[k]) & ~3
            self._rates[k] = rates[k]

    def __dealloc__(self):
        PyMem_Free(self._codes)
        PyMem_Free(self._rates)

    def near(self, window):
        """Return what the n-grams say of each candidate, and of the words after it, in a window."""
        cdef int row[WINDOW]
        cdef int case
        cdef Py_ssize_t k
        self._read(window, row)
        case = row[AROUND] & 3
        found = []
        for k in range(self._size):
            row[AROUND] = self._codes[k] | case
            found.append(_log_likelihood(self._model, row, WINDOW))
        return found

    def rank(self, window, double least):
        """Return the five likeliest candidates but the first: (log-odds against the first, number).

        The best is the first; of equals the lower number. `window` has seven codes, the place in
        the middle. Of what the pairs with the neighbours alone make less likely than `least`
        (log-odds) nothing more is asked. Raises ValueError for codes out of range.
        """
        cdef int row[WINDOW]
        cdef int case
        cdef double own_pairs = 0, own = 0, odds
        cdef double best[BEST]
        cdef Py_ssize_t numbers[BEST]
        cdef Py_ssize_t k, at, move, count = 0
        self._read(window, row)
        case = row[AROUND] & 3
        for k in range(self._size):
            row[AROUND] = self._codes[k] | case
            odds = _pairs(self._model, row) + self._rates[k]
            if k == 0:
                own_pairs = odds
            odds -= own_pairs
            if k and not odds >= least:
                continue
            odds = _log_likelihood(self._model, row, WINDOW) + self._rates[k]
            if k == 0:
                own = odds
                continue
            odds -= own
            if not odds > -INFINITY:
                continue
            at = count if count < BEST else BEST
            while at and best[at - 1] < odds:
                at -= 1
            if at == BEST:
                continue
            count = min(count + 1, <Py_ssize_t>BEST)
            for move in range(count - 1, at, -1):
                best[move] = best[move - 1]
                numbers[move] = numbers[move - 1]
            best[at] = odds
            numbers[at] = k
        return [(best[k], numbers[k]) for k in range(count)]

    cdef int _read(self, window, int* row) except -1:
        cdef Py_ssize_t k
        if len(window) != WINDOW:
            raise ValueError(f"A window has {WINDOW} codes.")
        for k in range(WINDOW):
            row[k] = _code(self._model, window[k])
        return 0


cdef inline double _pairs(NgramModel model, const int* row) noexcept nogil:
    """Return what the pairs of a window say from its middle on."""
    cdef double total = 0
    cdef Py_ssize_t k
    for k in range(AROUND, WINDOW):
        total += model.pair(row[k - 1], row[k]).value
    return total
