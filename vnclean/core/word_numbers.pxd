"""Numbers for words, in the order in which they are met, for other modules of the core."""

cimport cython
from libc.stdint cimport int32_t, uint32_t

from vnclean.core.tokens cimport Text

cdef struct Entry:
    Py_ssize_t letters  # where they begin
    int32_t size
    int32_t next  # the entry before it with the same head, -1: none


@cython.final
cdef class WordNumbers:
    cdef Entry* entries
    cdef Py_ssize_t size
    cdef Py_UCS4* letters
    cdef Py_ssize_t _room
    cdef Py_ssize_t _used
    cdef Py_ssize_t _letters_room
    cdef int32_t* _heads

    cdef int32_t number(self, const Text* text, Py_ssize_t start, Py_ssize_t end) except -1
    cdef int32_t number_of(self, str word) except -1
    cdef str text(self, int32_t number)
    cdef void forget(self, Py_ssize_t size) noexcept
    cdef int _reserve(self, Py_ssize_t letters) except -1
