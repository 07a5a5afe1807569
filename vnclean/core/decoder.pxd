"""The decoder's table of candidates as other modules of the core fill it."""

cimport cython
from libc.stdint cimport int32_t, int64_t


@cython.final
cdef class Candidates:
    cdef int32_t* _codes
    cdef double* _scores
    cdef int64_t* _starts
    cdef Py_ssize_t _rows, _row_room, _members, _member_room
    cdef int32_t _highest
    cdef Py_ssize_t _users
    cdef dict _fixed

    cdef int _reserve(self, Py_ssize_t count) except -1
    cdef int _put_number(self, Py_ssize_t place, int32_t number, double value) except -1
    cdef int _put(self, Py_ssize_t place, code, score) except -1
    cdef Py_ssize_t _close(self, Py_ssize_t count) noexcept
    cdef tuple _span(self, Py_ssize_t row)


@cython.final
cdef class Decoded:
    cdef readonly object best
    cdef readonly object codes
    cdef readonly object confidence
    cdef const int64_t[::1] _starts
    cdef const int32_t[::1] _numbers
    cdef const float[::1] _posteriors
