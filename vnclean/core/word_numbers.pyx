# cython: language_level=3
"""Numbers for words, in the order in which they are met: a hash table over their letters.

A word is looked up where it stands in its text; no string is made of it.
"""

cimport cython
from libc.stdint cimport int32_t, uint32_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memset

from vnclean.core.text cimport PyUnicode_FromKindAndData, PyUnicode_READ
from vnclean.core.tokens cimport Text, text_of

__all__ = ["WordNumbers"]

cdef enum:
    HEADS = 1 << 15
    MOST = 1 << 30


cdef uint32_t FIRST_HASH = 2166136261U  # Fowler, Noll and Vo (FNV-1a)


cdef inline uint32_t _hash(uint32_t before, Py_UCS4 letter) noexcept nogil:
    return (before ^ <uint32_t> letter) * 16777619U


cdef inline uint32_t _head(uint32_t hashed) noexcept nogil:
    return (hashed ^ (hashed >> 15)) & (HEADS - 1)


@cython.final
cdef class WordNumbers:
    """Gives the same number for the same word, from 0 up."""

    def __cinit__(self):
        self._heads = <int32_t*> malloc(HEADS * sizeof(int32_t))
        if self._heads == NULL:
            raise MemoryError
        memset(self._heads, 0xFF, HEADS * sizeof(int32_t))

    def __dealloc__(self):
        free(self._heads)
        free(self.entries)
        free(self.letters)

    cdef int32_t number_of(self, str word) except -1:
        """Return the number of a word."""
        cdef Text letters = text_of(word)
        return self.number(&letters, 0, letters.size)

    cdef int32_t number(self, const Text* text, Py_ssize_t start, Py_ssize_t end) except -1:
        """Return the number of a word that stands in a text; one that was not met gets the next."""
        cdef uint32_t hashed = FIRST_HASH
        cdef Py_ssize_t at, size = end - start
        cdef int32_t number
        cdef Entry* entry
        if not 0 <= start <= end <= text.size:
            raise ValueError(f"The span from {start} to {end} is not in the text.")
        for at in range(start, end):
            hashed = _hash(hashed, PyUnicode_READ(text.kind, text.data, at))
        hashed = _head(hashed)
        number = self._heads[hashed]
        while number >= 0:
            entry = &self.entries[number]
            if entry.size == size:
                for at in range(size):
                    if self.letters[entry.letters + at] != PyUnicode_READ(text.kind, text.data, start + at):
                        break
                else:
                    return number
            number = entry.next
        if size > MOST or self.size >= MOST:
            raise MemoryError
        self._reserve(size)
        number = <int32_t> self.size
        entry = &self.entries[number]
        entry.letters, entry.size, entry.next = self._used, <int32_t> size, self._heads[hashed]
        for at in range(start, end):
            self.letters[self._used] = PyUnicode_READ(text.kind, text.data, at)
            self._used += 1
        self._heads[hashed] = number
        self.size += 1
        return number

    cdef str text(self, int32_t number):
        """Return a word as a string."""
        cdef Entry entry = self.entries[number]
        return PyUnicode_FromKindAndData(4, self.letters + entry.letters, entry.size)

    cdef void forget(self, Py_ssize_t size) noexcept:
        """Keep the words that were met first, so many, and forget the others."""
        cdef Py_ssize_t number, at
        cdef uint32_t hashed
        cdef Entry* entry
        memset(self._heads, 0xFF, HEADS * sizeof(int32_t))
        self.size, self._used = min(size, self.size), 0
        for number in range(self.size):
            entry = &self.entries[number]
            self._used = entry.letters + entry.size
            hashed = FIRST_HASH
            for at in range(entry.size):
                hashed = _hash(hashed, self.letters[entry.letters + at])
            hashed = _head(hashed)
            entry.next = self._heads[hashed]
            self._heads[hashed] = <int32_t> number

    cdef int _reserve(self, Py_ssize_t letters) except -1:
        """Make room for another word of so many letters."""
        cdef void* larger
        cdef Py_ssize_t room
        if self.size == self._room:
            room = 2 * self._room + 1024
            larger = realloc(self.entries, room * sizeof(Entry))
            if larger == NULL:
                raise MemoryError
            self.entries, self._room = <Entry*> larger, room
        if self._used + letters > self._letters_room:
            room = 2 * self._letters_room + letters + 8192
            larger = realloc(self.letters, room * sizeof(Py_UCS4))
            if larger == NULL:
                raise MemoryError
            self.letters, self._letters_room = <Py_UCS4*> larger, room
        return 0
