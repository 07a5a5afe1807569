# cython: language_level=3
"""How likely words are in their places, by n-grams: what the scorer of spelling asks for.

A noisy channel (Kernighan et al. 1990): the model says how likely a candidate is after the words
before it, and how likely it makes the words after it. Doors check every code.
"""

from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY

from vnclean.core.ngram cimport EDGE, Gram, NgramModel

__all__ = ["log_likelihoods", "rank"]

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


def rank(NgramModel model not None, window, codes, rates, double least):
    """Return the five likeliest candidates but the first: (log-odds against the first, number).

    The best is the first; of equals the lower number. `window` has seven codes, the place in the
    middle; `codes` are the candidates, case left out, the first is the word as it stands; `rates`
    the log-probability that each is written so. Of what the pairs with the neighbours alone make
    less likely than `least` (log-odds) nothing more is asked. Raises ValueError for codes out of
    range and lengths that don't fit.
    """
    cdef Py_ssize_t size = len(codes), k, at, move, count = 0
    cdef int row[WINDOW]
    cdef int case
    cdef double own_pairs = 0, own = 0, odds
    cdef double best[BEST]
    cdef Py_ssize_t numbers[BEST]
    if len(window) != WINDOW or len(rates) != size or not size:
        raise ValueError(f"A window has {WINDOW} codes, and each candidate a rate.")
    cdef int* words = <int*>PyMem_Malloc(size * sizeof(int))
    cdef double* logs = <double*>PyMem_Malloc(size * sizeof(double))
    try:
        if words == NULL or logs == NULL:
            raise MemoryError
        for k in range(WINDOW):
            row[k] = _code(model, window[k])
        case = row[AROUND] & 3
        for k in range(size):
            words[k] = _code(model, codes[k]) & ~3 | case
            logs[k] = rates[k]
        for k in range(size):
            row[AROUND] = words[k]
            odds = _pairs(model, row) + logs[k]
            if k == 0:
                own_pairs = odds
            odds -= own_pairs
            if k and not odds >= least:
                continue
            odds = _log_likelihood(model, row, WINDOW) + logs[k]
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
    finally:
        PyMem_Free(words)
        PyMem_Free(logs)


cdef inline double _pairs(NgramModel model, const int* row) noexcept nogil:
    """Return what the pairs of a window say from its middle on."""
    cdef double total = 0
    cdef Py_ssize_t k
    for k in range(AROUND, WINDOW):
        total += model.pair(row[k - 1], row[k]).value
    return total
