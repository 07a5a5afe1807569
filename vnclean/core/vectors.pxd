"""Arrays that grow, for findings of which nobody knows the number; usable without the GIL."""

from libc.stdint cimport int64_t
from libc.stdlib cimport free, realloc

cdef struct Vector:
    int64_t* items
    Py_ssize_t size
    Py_ssize_t room

cdef inline bint reserve(Vector* vector, Py_ssize_t more) noexcept nogil:
    """Make room for some more items; false where there is no memory."""
    cdef Py_ssize_t room
    cdef int64_t* items
    if vector.room - vector.size >= more:
        return True
    room = vector.room + vector.room // 2 + more + 16
    items = <int64_t*> realloc(vector.items, room * sizeof(int64_t))
    if items == NULL:
        return False
    vector.items = items
    vector.room = room
    return True

cdef inline bint append(Vector* vector, int64_t item) noexcept nogil:
    """Add an item; false where there is no memory."""
    if not reserve(vector, 1):
        return False
    vector.items[vector.size] = item
    vector.size += 1
    return True

cdef inline void clear(Vector* vector) noexcept nogil:
    """Give the memory back."""
    free(vector.items)
    vector.items = NULL
    vector.size = vector.room = 0
