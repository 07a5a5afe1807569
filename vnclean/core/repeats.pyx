"""Asks of the lines of a text whether one is said twice, or beside another that says it as well."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)

__all__ = ["may_repeat"]

cdef enum:
    # The small letter of a character below this stands in a table.
    KNOWN = 0x2000

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(uint32_t letter) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t letter) noexcept nogil

cdef uint16_t[KNOWN] LOWER
cdef uint32_t each
for each in range(KNOWN):
    LOWER[each] = <uint16_t> Py_UNICODE_TOLOWER(each)


def may_repeat(str text not None, Py_ssize_t least):
    """Say whether two lines may be the same, or one of two neighbours hold the other.

    Lines are compared in small letters, without the white space around them; those of fewer than
    `least` characters are passed over. A neighbour holds another if it begins with it, but for full
    stops at its end, or is at least twice as long and says it anywhere. Where a search would take
    long, they may.
    """
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), room = 16, at, lines
    cdef int kind = PyUnicode_KIND(text), found
    # No more lines than that are so long.
    lines = min(text.count("\n") + 1, size // max(least, 1) + 1)
    while room < 2 * lines:
        room *= 2
    cdef uint64_t* seen = <uint64_t*> calloc(room, sizeof(uint64_t))
    if seen == NULL:
        raise MemoryError
    if size < LONG_TEXT:
        found = _may_repeat(data, kind, size, least, seen, room)
    else:
        with nogil:
            found = _may_repeat(data, kind, size, least, seen, room)
    free(seen)
    return found != 0


cdef bint _may_repeat(
    const void* data, int kind, Py_ssize_t size, Py_ssize_t least, uint64_t* seen, Py_ssize_t room
) noexcept nogil:
    if kind == 1:
        return _look(<const uint8_t*> data, size, least, seen, room)
    if kind == 2:
        return _look(<const uint16_t*> data, size, least, seen, room)
    return _look(<const uint32_t*> data, size, least, seen, room)


cdef inline uint32_t _lower(uint32_t letter) noexcept nogil:
    return LOWER[letter] if letter < KNOWN else Py_UNICODE_TOLOWER(letter)


cdef bint _look(
    const Letter* letters, Py_ssize_t size, Py_ssize_t least, uint64_t* seen, Py_ssize_t room
) noexcept nogil:
    cdef Py_ssize_t start = 0, end, stop, at, place, before = 0, before_size = 0
    cdef uint64_t key
    while start < size:
        stop = start
        while stop < size and letters[stop] != c"\n":
            stop += 1
        end = stop
        while start < end and Py_UNICODE_ISSPACE(letters[start]):
            start += 1
        while end > start and Py_UNICODE_ISSPACE(letters[end - 1]):
            end -= 1
        if end - start >= least:
            key = 0xCBF29CE484222325
            for at in range(start, end):
                key = (key ^ _lower(letters[at])) * <uint64_t> 0x100000001B3
            key |= 1  # 0 is an empty place
            place = <Py_ssize_t> ((key ^ (key >> 29)) & <uint64_t> (room - 1))
            while seen[place]:
                if seen[place] == key:
                    return True
                place = (place + 1) & (room - 1)
            seen[place] = key
            if before_size and (
                _says(letters + before, before_size, letters + start, end - start)
                or _says(letters + start, end - start, letters + before, before_size)
            ):
                return True
            before, before_size = start, end - start
        start = stop + 1
    return False


cdef bint _says(
    const Letter* long, Py_ssize_t long_size, const Letter* short, Py_ssize_t short_size
) noexcept nogil:
    # Say whether one line begins with another, or holds one of half its size at most. Where that
    # takes long, the answer is that it may.
    cdef Py_ssize_t size = short_size, at, last, n, work = 8 * long_size + 64
    cdef uint32_t first
    while size and short[size - 1] == c".":
        size -= 1
    if size == 0:
        return True
    if size > long_size:
        return False
    last = long_size - size if long_size >= 2 * short_size else 0
    first = _lower(short[0])
    for at in range(last + 1):
        if _lower(long[at]) == first:
            n = 1
            while n < size and _lower(long[at + n]) == _lower(short[n]):
                n += 1
            work -= n
            if n == size or work < 0:
                return True
    return False
