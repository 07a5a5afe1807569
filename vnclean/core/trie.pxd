"""The trie for other loops: phrases in letters of four bytes, and its nodes to walk along."""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t

from vnclean.core.vectors cimport Vector

cdef enum:
    # Whether a character is one of a word is looked up below this, and asked of Python above.
    KNOWN = 0x2000
    # Numbers of a finding: its line, where it begins there, its size, and which phrase it is.
    FIELDS = 4

cdef class Trie:
    # Nodes by their letters: the first below each, the next beside it, and the phrase that ends.
    cdef uint32_t[::1] _letters
    cdef int32_t[::1] _below
    cdef int32_t[::1] _beside
    cdef int32_t[::1] _phrases
    # The letters below each, modulo 64, one bit each: most words are left at the second letter.
    cdef uint64_t[::1] _masks
    # The node of each first letter, and whether a character is one of a word.
    cdef int32_t _heads[KNOWN]
    cdef uint8_t _in_word[KNOWN]

    cdef bint _find(
        self, const void* data, int kind, Py_ssize_t size, Vector* found
    ) noexcept nogil
    cdef bint find_in(self, const uint32_t* letters, Py_ssize_t size, Vector* found) noexcept nogil
    cdef int32_t step(self, int32_t node, uint32_t letter) noexcept nogil
    cdef int32_t phrase_at(self, int32_t node) noexcept nogil
