"""What may be meant by a word, as other modules of the core see it."""

cimport cython
from libc.stdint cimport uint8_t, uint16_t

from vnclean.core.ngram cimport NgramModel

cdef enum:
    AROUND = 3  # words that are seen before and after a place
    WINDOW = 2 * AROUND + 1
    BEST = 5  # candidates that are returned at most

cdef struct Candidate:
    double rate
    int code
    uint16_t word
    uint8_t kind

cdef struct Ranked:
    # The likeliest candidates but the first, by their log-odds against it: the best is the first.
    Py_ssize_t count
    double log_odds[BEST]
    Py_ssize_t numbers[BEST]


@cython.final
cdef class Candidates:
    cdef NgramModel _model
    cdef Py_ssize_t _size
    cdef Candidate* _items

    cdef int _room(self, NgramModel model, Py_ssize_t most) except -1
    cdef void _add(self, int code, double rate, Py_ssize_t word, Py_ssize_t kind) noexcept
    cdef bint _has(self, Py_ssize_t word) noexcept
    cdef int _read(self, window, int* row) except -1
    cdef void rank_by_ngrams(self, const int* row, double least, Ranked* best) noexcept nogil
    cdef void rank_by_both(
        self, const int* row, const float* fits, double near, double far, double base, Ranked* best
    ) noexcept nogil
