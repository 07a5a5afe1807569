# cython: language_level=3
"""Finds the words of a text of which a function says yes; it is asked once for each word."""

cimport cython
from libc.stdint cimport int32_t, int8_t
from libc.stdlib cimport free, realloc

from vnclean.core.tokens cimport WORD, Text, text_of, token_at
from vnclean.core.word_numbers cimport WordNumbers

__all__ = ["WordFinder"]

cdef enum:
    MOST_ANSWERS = 1 << 16
    LONGEST = 64  # words from here on are asked for each time
    NOT_ASKED = -1


@cython.final
cdef class WordFinder:
    """Finds the words of which `ask` says yes; of the words `not_meant` nobody asks it."""

    cdef object _ask
    cdef WordNumbers _numbers
    cdef int8_t* _answers
    cdef Py_ssize_t _size
    cdef Py_ssize_t _room
    cdef Py_ssize_t _given

    def __cinit__(self):
        self._numbers = WordNumbers()

    def __init__(self, ask, not_meant=()):
        self._ask = ask
        for word in not_meant:
            self._answers[self._entered(self._numbers.number_of(word))] = False
        self._given = self._size

    def __dealloc__(self):
        free(self._answers)

    def find(self, str text not None, Py_ssize_t start, Py_ssize_t end):
        """Return the spans of such words that lie from `start` to `end`; a word is cut there."""
        cdef Text letters = text_of(text)
        cdef Py_ssize_t at = max(start, 0), first
        cdef int32_t number
        cdef bint answer
        end = min(end, letters.size)
        found = []
        while at < end:
            first = at
            if token_at(&letters, first, end, &at) != WORD:
                continue
            if at - first >= LONGEST:
                answer = self._ask(text[first:at])
            else:
                if self._numbers.size >= MOST_ANSWERS + self._given:
                    self._numbers.forget(self._given)
                    self._size = self._given
                number = self._entered(self._numbers.number(&letters, first, at))
                if self._answers[number] == NOT_ASKED:
                    answer = self._ask(text[first:at])
                    # Another thread may have forgotten it meanwhile.
                    number = self._entered(self._numbers.number(&letters, first, at))
                    self._answers[number] = answer
                answer = self._answers[number]
            if answer:
                found.append((first, at))
        return found

    cdef int32_t _entered(self, int32_t number) except -1:
        """Return a number, for which there is room for an answer."""
        cdef Py_ssize_t room
        cdef void* larger
        if number >= self._size:
            if number >= self._room:
                room = 2 * number + 1024
                larger = realloc(self._answers, room)
                if larger == NULL:
                    raise MemoryError
                self._answers, self._room = <int8_t*> larger, room
            self._answers[number] = NOT_ASKED
            self._size = number + 1
        return number
