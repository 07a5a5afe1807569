"""A forest of oblivious trees: questions of the kind `row > border`, and trees that ask some of them.

All nodes of one depth of a tree ask the same question, so a leaf is a number: the answers are its
bits. Leaves are whole numbers, whose sums don't depend on the order of adding.
"""

from array import array
from cpython cimport array as arrays

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport free, malloc

__all__ = ["Forest"]

cdef enum:
    # Columns whose answers are kept at once, so that they stay in the cache.
    BLOCK = 64


cdef class Forest:
    """Questions (rows and borders); trees of equal depth, of question numbers; their leaves."""

    cdef int32_t[::1] _rows
    cdef float[::1] _borders
    cdef int32_t[:, ::1] _trees
    cdef int32_t[:, ::1] _leaves
    cdef Py_ssize_t _highest

    def __init__(self, rows, borders, trees, leaves):
        cdef Py_ssize_t tree, level
        self._rows, self._borders, self._trees, self._leaves = rows, borders, trees, leaves
        if not self._trees.shape[0] == self._leaves.shape[0] > 0:
            raise ValueError("each tree has its leaves")
        if self._leaves.shape[1] != 1 << self._trees.shape[1] or self._trees.shape[1] > 8:
            raise ValueError("a tree has two leaves for each question it asks at last")
        if self._rows.shape[0] != self._borders.shape[0]:
            raise ValueError("each question has its border")
        for tree in range(self._trees.shape[0]):
            for level in range(self._trees.shape[1]):
                if not 0 <= self._trees[tree, level] < self._rows.shape[0]:
                    raise ValueError("a tree asks a question that is none")
        if min(rows) < 0:
            raise ValueError("rows count from 0")
        self._highest = max(rows)

    def sums(self, const float[:, :] columns not None):
        """Return for each column the sum of its leaves."""
        cdef Py_ssize_t count = columns.shape[1]
        cdef arrays.array out = array("q", bytes(8 * count))
        cdef int64_t[::1] totals = out
        if columns.shape[0] <= self._highest:
            raise ValueError("a question is about a row that is none")
        cdef uint8_t* answers = <uint8_t*> malloc(self._rows.shape[0] * BLOCK)
        if answers == NULL:
            raise MemoryError
        with nogil:
            self._sums(columns, totals, answers)
        free(answers)
        return out

    cdef void _sums(
        self, const float[:, :] columns, int64_t[::1] totals, uint8_t* answers
    ) noexcept nogil:
        cdef Py_ssize_t low, width,  question, row, column, tree, level
        cdef Py_ssize_t depth = self._trees.shape[1]
        cdef float border
        cdef uint8_t[BLOCK] leaf
        cdef const uint8_t* asked
        cdef const int32_t* leaves
        low = 0
        while low < totals.shape[0]:
            width = min(BLOCK, totals.shape[0] - low)
            for question in range(self._rows.shape[0]):
                row, border = self._rows[question], self._borders[question]
                for column in range(width):
                    answers[question * BLOCK + column] = columns[row, low + column] > border
            for tree in range(self._trees.shape[0]):
                for column in range(width):
                    leaf[column] = 0
                for level in range(depth):
                    asked = answers + self._trees[tree, level] * BLOCK
                    for column in range(width):
                        leaf[column] |= asked[column] << level
                leaves = &self._leaves[tree, 0]
                for column in range(width):
                    totals[low + column] += leaves[leaf[column]]
            low += BLOCK
