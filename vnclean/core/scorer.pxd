"""What may be meant by a word, as other modules of the core see it."""

cimport cython
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t

from vnclean.core.ngram cimport NgramModel

cdef enum:
    AROUND = 3  # words that are seen before and after a place
    WINDOW = 2 * AROUND + 1
    BEST = 5  # candidates that are returned at most
    LETTERS = 0x2000  # characters from here on are in no form of a table
    LONGEST = 64  # letters of a form

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


cdef class FormTable:
    cdef list _blocks
    cdef Py_ssize_t _firsts[LONGEST]
    cdef uint8_t _numbers[LETTERS]
    cdef const uint32_t[::1] _starts
    cdef const uint16_t[::1] _words
    cdef const uint8_t[::1] _kinds

    cdef Candidates looked_up(
        self, NgramModel model, const int32_t[::1] codes, const double[::1] rates, str form,
        int own, double stays, more,
    )
    cdef Py_ssize_t _place(self, str form) except -2
