"""Finds phrases of whole words in a text: a trie, walked from each place where a word may begin."""

from array import array

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)
from vnclean.core.vectors cimport Vector, append, clear, reserve

__all__ = ["Trie"]

cdef extern from "Python.h":
    bint Py_UNICODE_ISALNUM(uint32_t letter) noexcept nogil


cdef class Trie:
    """Different phrases, each of one or more characters; their numbers are their places."""

    def __init__(self, phrases):
        cdef uint32_t code
        letters, below, beside, ends = [0], [0], [0], [-1]
        path = [0]
        before = ""
        for phrase, number in sorted((phrase, number) for number, phrase in enumerate(phrases)):
            if not phrase or "\n" in phrase:
                raise ValueError("a phrase must be a part of a line")
            shared = 0
            while shared < min(len(phrase), len(before)) and phrase[shared] == before[shared]:
                shared += 1
            for depth in range(shared, len(phrase)):
                node = len(letters)
                letters.append(ord(phrase[depth]))
                for column, value in ((below, 0), (beside, 0), (ends, -1)):
                    column.append(value)
                if depth == shared and depth + 1 < len(path):
                    beside[path[depth + 1]] = node
                else:
                    below[path[depth]] = node
                del path[depth + 1 :]
                path.append(node)
            ends[path[len(phrase)]] = number
            before = phrase
        self._letters = array("I", letters)
        self._below = array("i", below)
        self._beside = array("i", beside)
        self._phrases = array("i", ends)
        masks = [0] * len(letters)
        for node in range(len(letters)):
            child = below[node]
            while child:
                masks[node] |= 1 << (letters[child] & 63)
                child = beside[child]
        self._masks = array("Q", masks)
        for code in range(KNOWN):
            self._heads[code] = 0
            self._in_word[code] = code == c"_" or Py_UNICODE_ISALNUM(code)
        node = below[0]
        while node:
            if letters[node] < KNOWN:
                self._heads[<uint32_t> letters[node]] = node
            node = beside[node]

    def find(self, str text not None):
        """Return line, start in it, size and number of each phrase, one after the other in a list.

        A phrase stands between characters that are none of a word. Of those that begin at a place
        the longest counts, and the search goes on behind it; a line feed is thought before the text.
        """
        cdef Vector found = Vector(NULL, 0, 0)
        cdef const void* data = PyUnicode_DATA(text)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef bint done
        cdef Py_ssize_t at
        try:
            if size < LONG_TEXT:
                done = self._find(data, kind, size, &found)
            else:
                with nogil:
                    done = self._find(data, kind, size, &found)
            if not done:
                raise MemoryError
            return [found.items[at] for at in range(found.size)]
        finally:
            clear(&found)

    cdef bint _find(
        self, const void* data, int kind, Py_ssize_t size, Vector* found
    ) noexcept nogil:
        if kind == 1:
            return _find(<const uint8_t*> data, size, self, found)
        if kind == 2:
            return _find(<const uint16_t*> data, size, self, found)
        return _find(<const uint32_t*> data, size, self, found)

    cdef bint find_in(self, const uint32_t* letters, Py_ssize_t size, Vector* found) noexcept nogil:
        # Add the findings to the vector; false where there is no memory.
        return _find(letters, size, self, found)

    cdef int32_t step(self, int32_t node, uint32_t letter) noexcept nogil:
        # Return the node of a letter below another (0 is the root), or 0 where there is none.
        if node == 0 and letter < KNOWN:
            return self._heads[letter]
        if not self._masks[node] >> (letter & 63) & 1:
            return 0
        node = self._below[node]
        while node and self._letters[node] != letter:
            node = self._beside[node]
        return node

    cdef int32_t phrase_at(self, int32_t node) noexcept nogil:
        # Return the phrase that ends at a node, or -1.
        return self._phrases[node]


cdef inline bint _is_in_word(Trie trie, uint32_t letter) noexcept nogil:
    return trie._in_word[letter] if letter < KNOWN else Py_UNICODE_ISALNUM(letter)


cdef bint _find(
    const Letter* letters, Py_ssize_t size, Trie trie, Vector* found
) noexcept nogil:
    cdef const uint32_t* of_node = &trie._letters[0]
    cdef const int32_t* below = &trie._below[0]
    cdef const int32_t* beside = &trie._beside[0]
    cdef const int32_t* phrases = &trie._phrases[0]
    cdef const uint64_t* masks = &trie._masks[0]
    cdef Py_ssize_t edge = -1, start, at, end, line = 0, line_start = 0
    cdef int32_t node, number
    cdef uint32_t letter
    while edge < size:
        if edge >= 0:
            letter = letters[edge]
            if letter == c"\n":
                line += 1
                line_start = edge + 1
            elif _is_in_word(trie, letter):
                edge += 1
                continue
        start = at = edge + 1
        if start >= size:
            break
        letter = letters[at]
        node = trie._heads[letter] if letter < KNOWN else below[0]
        number = -1
        end = 0
        while node:
            if of_node[node] != letter:
                node = beside[node]
                continue
            at += 1
            if phrases[node] >= 0 and (at == size or not _is_in_word(trie, letters[at])):
                number = phrases[node]
                end = at
            if at == size:
                break
            letter = letters[at]
            node = below[node] if masks[node] >> (letter & 63) & 1 else 0
        if number < 0:
            edge += 1
            continue
        if not reserve(found, FIELDS):
            return False
        append(found, line)
        append(found, start - line_start)
        append(found, end - start)
        append(found, number)
        edge = end
    return True
