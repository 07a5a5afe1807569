"""A sorted table of forms in a file: which rows belong to a form, by binary search."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp, memset

__all__ = ["FormTable"]

cdef enum:
    LETTERS = 0x2000  # characters from here on are in no form
    LONGEST = 64


cdef class FormTable:
    """Forms and the rows of each; `letters` has the letters of all forms, from number 1 up.

    `blocks` are uint8 arrays of forms of one length each, a number a letter, in order, the shorter
    first; `starts` the first row of each form and the end; `words` and `kinds` what is in a row.
    The arrays are not copied. Raises ValueError where they don't fit together.
    """

    cdef list _blocks
    cdef Py_ssize_t _firsts[LONGEST]
    cdef uint8_t _numbers[LETTERS]
    cdef const uint32_t[::1] _starts
    cdef const uint16_t[::1] _words
    cdef const uint8_t[::1] _kinds

    def __init__(self, str letters not None, blocks, starts, words, kinds):
        cdef Py_ssize_t count = 0, number
        cdef const uint8_t[:, ::1] block
        self._blocks = [None] * LONGEST
        memset(self._numbers, 0, LETTERS)
        for number, letter in enumerate(letters, 1):
            if number > 255 or ord(letter) >= LETTERS:
                raise ValueError(f"A table of forms can't have the letter {letter!r}.")
            self._numbers[<Py_ssize_t> ord(letter)] = <uint8_t> number
        for each in blocks:
            block = each
            if not 0 < block.shape[1] < LONGEST:
                raise ValueError(f"There are no forms of {block.shape[1]} letters.")
            self._blocks[block.shape[1]] = block
            self._firsts[block.shape[1]] = count
            count += block.shape[0]
        self._starts, self._words, self._kinds = starts, words, kinds
        if self._starts.shape[0] != count + 1 or self._words.shape[0] != self._kinds.shape[0]:
            raise ValueError("The rows don't fit the forms.")
        for number in range(count):
            if self._starts[number] > self._starts[number + 1]:
                raise ValueError("The rows don't fit the forms.")
        if self._starts[count] != self._words.shape[0]:
            raise ValueError("The rows don't fit the forms.")

    def find(self, str form not None):
        """Return what is in the rows of a form: pairs of a word and a kind."""
        cdef Py_ssize_t size = len(form), low = 0, high, middle, at
        cdef uint8_t key[LONGEST]
        cdef const uint8_t[:, ::1] block
        cdef int order
        if not 0 < size < LONGEST or self._blocks[size] is None:
            return []
        for at in range(size):
            if <Py_ssize_t> ord(form[at]) >= LETTERS:
                return []
            key[at] = self._numbers[<Py_ssize_t> ord(form[at])]
            if not key[at]:
                return []
        block = self._blocks[size]
        high = block.shape[0]
        while low < high:
            middle = (low + high) // 2
            order = memcmp(&block[middle, 0], key, size)
            if order == 0:
                at = self._firsts[size] + middle
                return [
                    (self._words[row], self._kinds[row])
                    for row in range(self._starts[at], self._starts[at + 1])
                ]
            if order < 0:
                low = middle + 1
            else:
                high = middle
        return []
