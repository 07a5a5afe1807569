"""Finds in one pass where patterns may match, by three neighbouring characters.

A character has a class, a triple of classes has bits: the windows that fit it. Most pairs of
classes are followed by the same bits as others, so a triple is looked up in two small tables that
stay in the first cache of the processor. What three characters can't tell, the one behind them may:
it takes back bits that it does not go with.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_IS_ASCII,
    PyUnicode_KIND,
)
from vnclean.core.vectors cimport Vector, append, clear

__all__ = ["Places", "Prefilter"]

cdef enum:
    MOST_OFFSETS = 32


cdef class Places:
    """Where in a text which windows fit, from left to right."""

    # A place is its position, shifted, and the bits below it.
    cdef Vector _found
    cdef readonly uint32_t union
    cdef readonly uint64_t seen
    """The bits of all places; above them one that is always set, and one for texts in ASCII."""

    def __cinit__(self):
        self._found = Vector(NULL, 0, 0)

    def __dealloc__(self):
        clear(&self._found)

    def __len__(self):
        return self._found.size

    def __getitem__(self, Py_ssize_t index):
        if not 0 <= index < self._found.size:
            raise IndexError("no such place")
        cdef int64_t item = self._found.items[index]
        return item >> 32, item & 0xFFFFFFFF

    def select(self, tuple offsets not None):
        """Return where a pattern may match, sorted, each once, none below zero."""
        cdef int64_t shifts[MOST_OFFSETS]
        cdef uint32_t bits[MOST_OFFSETS]
        cdef Py_ssize_t heads[MOST_OFFSETS]
        cdef Py_ssize_t number = 0, each, at, best
        cdef Py_ssize_t size = self._found.size
        cdef int64_t* items = self._found.items
        cdef int64_t lowest, place
        for shift, bit in offsets:
            if self.union & <uint32_t> bit:
                if number == MOST_OFFSETS:
                    raise ValueError("a pattern has at most 32 offsets")
                shifts[number] = shift
                bits[number] = bit
                heads[number] = 0
                number += 1
        found = []
        if number == 1:
            for at in range(size):
                if items[at] & bits[0]:
                    place = (items[at] >> 32) + shifts[0]
                    if place >= 0:
                        found.append(place)
            return found
        lowest = -1
        while number:
            # The places of each offset are in order; the lowest of all comes next.
            best = -1
            for each in range(number):
                at = heads[each]
                while at < size and (
                    not items[at] & bits[each] or (items[at] >> 32) + shifts[each] <= lowest
                ):
                    at += 1
                heads[each] = at
                if at < size:
                    place = (items[at] >> 32) + shifts[each]
                    if best < 0 or place < (items[heads[best]] >> 32) + shifts[best]:
                        best = each
            if best < 0:
                break
            lowest = (items[heads[best]] >> 32) + shifts[best]
            found.append(lowest)
        return found


cdef class Prefilter:
    """What each triple of classes may begin.

    `classes` has the class of each character; its last item stands for all higher characters. Of
    two classes that follow each other, `rows` has where a row of `cells` begins, which has for each
    class that may come third the windows that fit. `behind` has for each class the bits of the
    windows that the character behind the three may be of.
    """

    cdef const uint8_t[::1] _classes
    cdef const uint32_t[::1] _rows
    cdef const uint32_t[::1] _cells
    cdef const uint32_t[::1] _behind
    cdef uint32_t _count
    cdef uint32_t _edge

    def __init__(
        self,
        const uint8_t[::1] classes not None,
        const uint32_t[::1] rows not None,
        const uint32_t[::1] cells not None,
        const uint32_t[::1] behind not None,
    ):
        if classes.shape[0] <= 10:
            raise ValueError("classes must have an item for each control character")
        cdef Py_ssize_t count = 0, at
        for at in range(classes.shape[0]):
            count = max(count, classes[at] + 1)
        if rows.shape[0] != count * count:
            raise ValueError("rows must have an item for each two classes")
        if behind.shape[0] != count:
            raise ValueError("behind must have an item for each class")
        for at in range(rows.shape[0]):
            if rows[at] + count > cells.shape[0]:
                raise ValueError("rows must begin where cells has an item for each class")
        self._classes = classes
        self._rows = rows
        self._cells = cells
        self._behind = behind
        self._count = <uint32_t> count
        self._edge = classes[10]

    def find(self, str text not None):
        """Return the places of a text; two line feeds are thought around it on either side."""
        cdef Places places = Places.__new__(Places)
        cdef const void* data = PyUnicode_DATA(text)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef bint done
        if size < LONG_TEXT:
            done = self._find(data, kind, size, places)
        else:
            with nogil:
                done = self._find(data, kind, size, places)
        if not done:
            raise MemoryError
        places.seen = places.union | <uint64_t> 1 << 32 | <uint64_t> PyUnicode_IS_ASCII(text) << 33
        return places

    cdef bint _find(
        self, const void* data, int kind, Py_ssize_t size, Places places
    ) noexcept nogil:
        if kind == 1:
            return _find(<const uint8_t*> data, size, self, places)
        if kind == 2:
            return _find(<const uint16_t*> data, size, self, places)
        return _find(<const uint32_t*> data, size, self, places)


cdef bint _find(
    const Letter* letters, Py_ssize_t size, Prefilter tables, Places places
) noexcept nogil:
    cdef const uint8_t* classes = &tables._classes[0]
    cdef const uint32_t* rows = &tables._rows[0]
    cdef const uint32_t* cells = &tables._cells[0]
    cdef uint32_t last = <uint32_t> tables._classes.shape[0] - 1
    cdef uint32_t count = tables._count, edge = tables._edge
    cdef uint32_t row = rows[edge * count + edge], before = edge * count
    cdef const uint32_t* behind = &tables._behind[0]
    cdef uint32_t kind, bits, union = 0
    cdef Py_ssize_t at
    for at in range(size + 2):
        if at < size:
            kind = classes[min(<uint32_t> letters[at], last)]
        else:
            kind = edge
        bits = cells[row + kind]
        if bits:
            if at + 1 < size:
                bits &= behind[classes[min(<uint32_t> letters[at + 1], last)]]
            else:
                bits &= behind[edge]
            if bits:
                union |= bits
                if not append(&places._found, (<int64_t> (at - 2) << 32) | bits):
                    return False
        row = rows[before + kind]
        before = kind * count
    places.union = union
    return True
