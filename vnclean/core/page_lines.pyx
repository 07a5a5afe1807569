"""The lines of a page: where they stand, and which of them may be its title."""

from array import array
from cpython cimport array as arrays

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc

from vnclean.core.text cimport (
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)
from vnclean.core.vectors cimport Vector, append, clear, reserve

__all__ = ["split_lines", "title_shares"]

cdef enum:
    ONCE = 50_000  # different lines among which repeated ones are looked for
    HEAD = 60  # lines among which a title is looked for
    BELOW = 8  # lines below it that may say it again
    TITLE_MIN = 12  # characters of a title
    TITLE_MAX = 150
    SENTENCE = 80  # characters of a line that says it again, at least
    READ = 200  # characters read of each
    FEWEST = 4  # different words of a title
    MOST = 30
    WORDS = READ // 2 + 1
    SIGMA = 0x3A3
    I_WITH_DOT = 0x130

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(uint32_t letter) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t letter) noexcept nogil
    uint32_t PyUnicode_READ(int kind, const void* data, Py_ssize_t at) noexcept nogil
    object PyUnicode_Substring(object text, Py_ssize_t start, Py_ssize_t end)


def split_lines(str text not None):
    """Return of each line that is not blank where it begins, what it says without the white space
    around it, how many blank lines stand before it, and where it ends; only a line feed ends a line.

    A line that is repeated is kept once."""
    cdef Vector found = Vector(NULL, 0, 0)
    cdef const void* data = PyUnicode_DATA(text)
    cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), count, at
    cdef int kind = PyUnicode_KIND(text)
    cdef bint done
    try:
        if kind == 1:
            done = _split(<const unsigned char*> data, size, &found)
        elif kind == 2:
            done = _split(<const unsigned short*> data, size, &found)
        else:
            done = _split(<const uint32_t*> data, size, &found)
        if not done:
            raise MemoryError
        count = found.size // 5
        starts, before, ends = (array("q", bytes(8 * count)) for _ in range(3))
        _copy(starts, &found, 0)
        _copy(before, &found, 3)
        _copy(ends, &found, 4)
        lines = []
        once = {}
        for at in range(count):
            line = PyUnicode_Substring(text, found.items[5 * at + 1], found.items[5 * at + 2])
            if len(once) > ONCE:
                once.clear()
            lines.append(once.setdefault(line, line))
        return starts, lines, before, ends
    finally:
        clear(&found)


cdef void _copy(arrays.array out, const Vector* found, Py_ssize_t field):
    cdef int64_t[::1] items = out
    cdef Py_ssize_t at
    for at in range(items.shape[0]):
        items[at] = found.items[5 * at + field]


cdef bint _split(const Letter* letters, Py_ssize_t size, Vector* found) noexcept nogil:
    # Add start, those of what is not white space, blank lines before, and end of each line.
    cdef Py_ssize_t start = 0, stop, low, high, blank = 0
    while start <= size:
        stop = start
        while stop < size and letters[stop] != c"\n":
            stop += 1
        low, high = start, stop
        while low < high and Py_UNICODE_ISSPACE(letters[low]):
            low += 1
        while high > low and Py_UNICODE_ISSPACE(letters[high - 1]):
            high -= 1
        if low == high:
            blank += 1
        else:
            if not reserve(found, 5):
                return False
            append(found, start)
            append(found, low)
            append(found, high)
            append(found, blank)
            append(found, stop)
            blank = 0
        start = stop + 1
    return True


cdef struct Words:
    Py_ssize_t count  # different words, or -1 where nobody asked yet
    uint64_t[WORDS] keys  # their hashes


def title_shares(list lines not None, float[::1] out not None):
    """Write how much of each line of the beginning is said again by a longer one just below it.

    0 where a line has too few characters or words for a title, or too many.
    """
    cdef Py_ssize_t count = min(len(lines), HEAD + BELOW), number, below, own, best, shared
    cdef Py_ssize_t[HEAD + BELOW] sizes
    cdef Words* words
    cdef Words* other
    if out.shape[0] != len(lines):
        raise ValueError("the arrays have different sizes")
    out[:] = 0
    for number in range(count):
        sizes[number] = PyUnicode_GET_LENGTH(<str> lines[number])
    words = <Words*> malloc((HEAD + BELOW) * sizeof(Words))
    if words == NULL:
        raise MemoryError
    try:
        for number in range(count):
            words[number].count = -1
        for number in range(min(count, HEAD)):
            if not TITLE_MIN <= sizes[number] <= TITLE_MAX:
                continue
            best = -1
            for below in range(number + 1, min(number + BELOW + 1, count)):
                if sizes[below] < SENTENCE or sizes[below] < sizes[number]:
                    continue
                _set_words(lines[number], words + number)
                if not FEWEST <= words[number].count <= MOST:
                    break
                _set_words(lines[below], words + below)
                shared = _shared(words + number, words + below)
                best = max(best, shared)
            if best >= 0:
                out[number] = <float> (<double> best / <double> words[number].count)
    finally:
        free(words)


cdef int _set_words(str line, Words* words) except -1:
    # Hash the different words of the beginning of a line, in small letters, unless that is done.
    cdef Py_ssize_t size = min(PyUnicode_GET_LENGTH(line), READ), at
    cdef const void* data = PyUnicode_DATA(line)
    cdef int kind = PyUnicode_KIND(line)
    cdef uint32_t letter
    cdef uint64_t key = 0
    if words.count >= 0:
        return 0
    for at in range(size):
        letter = PyUnicode_READ(kind, data, at)
        if letter == SIGMA or letter == I_WITH_DOT:  # these are not told one by one
            text = line[:READ].lower()
            data, kind, size = PyUnicode_DATA(text), PyUnicode_KIND(text), PyUnicode_GET_LENGTH(text)
            break
    words.count = 0
    for at in range(size):
        letter = Py_UNICODE_TOLOWER(PyUnicode_READ(kind, data, at))
        if Py_UNICODE_ISSPACE(letter):
            _add_word(words, key)
            key = 0
        else:
            key = ((key or <uint64_t> 0xCBF29CE484222325) ^ letter) * <uint64_t> 0x100000001B3
            key |= key == 0
    _add_word(words, key)
    return 0


cdef void _add_word(Words* words, uint64_t key) noexcept nogil:
    cdef Py_ssize_t at
    if key == 0 or words.count == WORDS:
        return
    for at in range(words.count):
        if words.keys[at] == key:
            return
    words.keys[words.count] = key
    words.count += 1


cdef Py_ssize_t _shared(const Words* one, const Words* other) noexcept nogil:
    cdef Py_ssize_t at, n, found = 0
    for at in range(one.count):
        for n in range(other.count):
            if one.keys[at] == other.keys[n]:
                found += 1
                break
    return found
