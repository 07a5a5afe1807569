"""A text letter by letter: what a function says of each character, asked once for each."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc

from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)

__all__ = ["LetterMap"]

cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)

cdef enum:
    KNOWN = 0x20000  # characters from here on are not mapped
    # Items of the table: 0 for a character that was never asked for, else its letter and one.
    NOTHING = 0x110001
    OTHER = 0x110002  # several letters, or one that needs more bytes


cdef class LetterMap:
    """Texts by a function that gives for each character the text instead of it."""

    cdef uint32_t* _table
    cdef object _make

    def __cinit__(self, make):
        self._make = make
        self._table = <uint32_t*> calloc(KNOWN, sizeof(uint32_t))
        if self._table == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self._table)

    def apply(self, str text not None):
        """Return the text with each character replaced, the same object where nothing changes.

        None where a letter becomes several, or a character is beyond the table.
        """
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        cdef const void* data = PyUnicode_DATA(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef Progress done = Progress(0, 0, False)
        cdef uint32_t letter
        cdef void* made = malloc(max(size, 1) * kind)
        if made == NULL:
            raise MemoryError
        try:
            while True:
                if size < LONG_TEXT:
                    self._map(data, kind, size, made, &done)
                else:
                    with nogil:
                        self._map(data, kind, size, made, &done)
                if done.read == size:
                    break
                letter = ord(text[done.read])
                if letter >= KNOWN or self._table[letter] == OTHER:
                    return None
                if self._table[letter]:  # it needs more bytes than those of the text
                    return None
                self._learn(letter)
            return PyUnicode_FromKindAndData(kind, made, done.written) if done.changed else text
        finally:
            free(made)

    cdef int _learn(self, uint32_t letter) except -1:
        cdef str instead = self._make(chr(letter))
        if len(instead) > 1:
            self._table[letter] = OTHER
        else:
            self._table[letter] = ord(instead) + 1 if instead else NOTHING
        return 0

    cdef void _map(
        self, const void* data, int kind, Py_ssize_t size, void* made, Progress* done
    ) noexcept nogil:
        if kind == 1:
            _map(<const uint8_t*> data, size, self._table, <uint8_t*> made, done)
        elif kind == 2:
            _map(<const uint16_t*> data, size, self._table, <uint16_t*> made, done)
        else:
            _map(<const uint32_t*> data, size, self._table, <uint32_t*> made, done)


cdef struct Progress:
    Py_ssize_t read
    Py_ssize_t written
    bint changed


cdef void _map(
    const Letter* letters, Py_ssize_t size, const uint32_t* table, Letter* made, Progress* done
) noexcept nogil:
    """Map letters up to the end, or to one that the table can't map."""
    cdef Py_ssize_t at, written = done.written
    cdef uint32_t letter, instead
    cdef bint changed = done.changed
    for at in range(done.read, size):
        letter = letters[at]
        instead = table[letter] if letter < KNOWN else OTHER
        if instead == NOTHING:
            changed = True
            continue
        if not 0 < instead < NOTHING or <Letter> (instead - 1) != instead - 1:
            done.read, done.written, done.changed = at, written, changed
            return
        changed |= instead - 1 != letter
        made[written] = <Letter> (instead - 1)
        written += 1
    done.read, done.written, done.changed = size, written, changed
