"""What the other lines of a page tell of a line: how often it comes again, the gaps around it, its
links, and how many of its words the page says elsewhere.

An array has a row for each number and a column for each line.
"""

from array import array

from libc.math cimport log1p, log2
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free

from vnclean.core.text cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND, PyUnicode_READ
from vnclean.core.vectors cimport Vector, append, clear, reserve

__all__ = ["NAMES", "PageFeatures"]

NAMES = ("link_share", "links", "words_elsewhere", "words_in_prose", "word_counts", "own_words")

cdef enum Row:  # the same in the same order
    LINK_SHARE, LINKS, WORDS_ELSEWHERE, WORDS_IN_PROSE, WORD_COUNTS, OWN_WORDS
    ROWS

cdef enum:
    READ = 300  # characters of a line of which the words are read
    FAR_GAP = 4  # blank lines before a line, at most
    MOST_LINKS = 60
    SHORTEST = 2  # characters of a word
    KNOWN = 0x2000

cdef float PROSE = 0.5

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISALPHA(uint32_t letter) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t letter) noexcept nogil


cdef struct Word:
    uint64_t key  # 0 where the place is free
    int32_t lines  # that say it
    int32_t prose  # those of them that are sentences
    int64_t last  # the last line that was counted


# The small letter of each character, 0 where it is none; what is above is asked.
cdef uint32_t[KNOWN] SMALL


cdef void _fill_small():
    cdef uint32_t code
    for code in range(KNOWN):
        SMALL[code] = Py_UNICODE_TOLOWER(code) if Py_UNICODE_ISALPHA(code) else 0


_fill_small()


cdef inline uint32_t _small(uint32_t letter) noexcept nogil:
    if letter < KNOWN:
        return SMALL[letter]
    return Py_UNICODE_TOLOWER(letter) if Py_UNICODE_ISALPHA(letter) else 0


cdef inline uint64_t _mixed(uint64_t key, uint32_t letter) noexcept nogil:
    # FNV-1a (Fowler, Noll and Vo).
    return (key ^ letter) * <uint64_t> 0x100000001B3


cdef uint64_t EMPTY = 0xCBF29CE484222325


cdef class PageFeatures:
    """`names` are the rows of the lines by themselves; the `small_words` are of no subject."""

    cdef Py_ssize_t _own, _prose, _repeats, _alike, _gap_before, _gap_after, _mask
    cdef uint64_t[::1] _small
    cdef readonly Py_ssize_t rows
    """How many rows there are with those of the lines by themselves."""

    def __init__(self, names, small_words):
        at = {name: number for number, name in enumerate(names)}
        self._own, self._prose = len(names), at["prose"]
        self._repeats, self._alike = at["repeats"], at["alike"]
        self._gap_before, self._gap_after = at["gap_before"], at["gap_after"]
        self.rows = self._own + ROWS
        cdef uint64_t key
        cdef Py_ssize_t place
        size = 64
        while size < 4 * len(small_words):
            size *= 2
        self._small, self._mask = array("Q", bytes(8 * size)), size - 1
        for word in small_words:
            key = EMPTY
            for letter in word:
                key = _mixed(key, <uint32_t> ord(letter))
            place = key & self._mask
            while self._small[place]:
                place = (place + 1) & self._mask
            self._small[place] = key

    def fill(
        self,
        float[:, ::1] out not None,
        list lines not None,
        const int64_t[::1] before not None,
        const int64_t[::1] line_id not None,
        const int64_t[::1] prefix_id not None,
    ):
        """Fill in the rows behind those of the lines by themselves, and those for their place.

        `before` are the blank lines before each; equal lines have equal numbers, so have lines that
        begin alike.
        """
        cdef Py_ssize_t count = len(lines), i
        cdef int64_t highest = 0
        cdef int64_t* counts = NULL
        cdef Vector words = Vector(NULL, 0, 0), ends = Vector(NULL, 0, 0)
        cdef Word* table = NULL
        cdef Py_ssize_t size = 16
        if out.shape[0] != self.rows or not (
            count == out.shape[1] == before.shape[0] == line_id.shape[0] == prefix_id.shape[0]
        ):
            raise ValueError("the arrays have different sizes")
        for i in range(count):
            if line_id[i] < 0 or prefix_id[i] < 0:
                raise ValueError("numbers of lines count from 0")
            highest = max(highest, line_id[i], prefix_id[i])
        try:
            counts = <int64_t*> calloc(highest + 1, sizeof(int64_t))
            if counts == NULL:
                raise MemoryError
            for i in range(count):
                self._read(lines[i], &out[0, i], count, &words)
                append(&ends, words.size)
            while size < 2 * words.size:
                size *= 2
            table = <Word*> calloc(size, sizeof(Word))
            if table == NULL or ends.size != count:
                raise MemoryError
            with nogil:
                _fill_repeats(out, self._repeats, line_id, counts)
                _fill_repeats(out, self._alike, prefix_id, counts)
                for i in range(count):
                    out[self._gap_before, i] = min(before[i], FAR_GAP)
                    if i:
                        out[self._gap_after, i - 1] = out[self._gap_before, i]
                    if i == count - 1:
                        out[self._gap_after, i] = FAR_GAP
                self._fill_words(out, &words, &ends, table, size - 1)
        finally:
            free(counts)
            free(table)
            clear(&words)
            clear(&ends)

    cdef int _read(self, str line, float* out, Py_ssize_t count, Vector* words) except -1:
        # Add the hashes of a line's words; write what its links are.
        cdef const void* data = PyUnicode_DATA(line)
        cdef int kind = PyUnicode_KIND(line)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(line), at, start = 0, reads = min(size, READ)
        cdef uint64_t key = EMPTY
        cdef uint32_t letter
        if not reserve(words, reads // SHORTEST + 1):
            raise MemoryError
        for at in range(reads + 1):
            letter = _small(PyUnicode_READ(kind, data, at)) if at < reads else 0
            if letter:
                key = _mixed(key, letter)
                continue
            if at - start >= SHORTEST and not self._is_small(key):
                append(words, <int64_t> (key | 1))
            key = EMPTY
            start = at + 1
        _set_links(data, kind, size, out + self._own * count, count)
        return 0

    cdef bint _is_small(self, uint64_t key) noexcept nogil:
        cdef Py_ssize_t place = key & self._mask
        while self._small[place]:
            if self._small[place] == key:
                return True
            place = (place + 1) & self._mask
        return False

    cdef void _fill_words(
        self, float[:, ::1] out, Vector* words, const Vector* ends, Word* table, Py_ssize_t mask
    ) noexcept nogil:
        # Count the lines that say each word, then write of each line what its words are.
        cdef Py_ssize_t i, at, start = 0, place, own
        cdef uint64_t key
        cdef bint is_prose
        cdef double elsewhere, in_prose, counted
        cdef Word* word
        for i in range(ends.size):
            is_prose = out[self._prose, i] > PROSE
            for at in range(start, ends.items[i]):
                key = <uint64_t> words.items[at]
                place = (key >> 20) & mask
                while table[place].key and table[place].key != key:
                    place = (place + 1) & mask
                word = table + place
                words.items[at] = place
                if word.key and word.last == i:
                    words.items[at] = -1  # said twice in the line
                    continue
                word.key, word.last = key, i
                word.lines += 1
                word.prose += is_prose
            start = ends.items[i]
        start = 0
        for i in range(ends.size):
            is_prose = out[self._prose, i] > PROSE
            own = 0
            elsewhere = in_prose = counted = 0
            for at in range(start, ends.items[i]):
                if words.items[at] < 0:
                    continue
                word = table + words.items[at]
                own += 1
                elsewhere += word.lines > 1
                in_prose += word.prose > is_prose
                counted += log2(<double> word.lines)
            start = ends.items[i]
            out[self._own + WORDS_ELSEWHERE, i] = <float> (elsewhere / max(own, 1))
            out[self._own + WORDS_IN_PROSE, i] = <float> (in_prose / max(own, 1))
            out[self._own + WORD_COUNTS, i] = <float> (counted / max(own, 1))
            out[self._own + OWN_WORDS, i] = <float> log1p(own)


cdef void _set_links(
    const void* data, int kind, Py_ssize_t size, float* out, Py_ssize_t count
) noexcept nogil:
    # Write the share of a line that is Markdown's links, and how many there are.
    cdef Py_ssize_t at, low = -1, high, linked = 0, links = 0
    cdef uint32_t letter
    at = 0
    while at < size:
        letter = PyUnicode_READ(kind, data, at)
        if letter == c"[":
            low = at
        elif letter == c"]":
            high = at + 1
            if low >= 0 and high < size and PyUnicode_READ(kind, data, high) == c"(":
                high += 1
                while high < size:
                    letter = PyUnicode_READ(kind, data, high)
                    if letter == c"(" or letter == c")" or Py_UNICODE_ISSPACE(letter):
                        break
                    high += 1
                if high < size and letter == c")":
                    low -= low > 0 and PyUnicode_READ(kind, data, low - 1) == c"!"
                    linked += high + 1 - low
                    links += 1
                    at = high
            low = -1
        at += 1
    if links:
        out[<Py_ssize_t> LINK_SHARE * count] = <float> linked / <float> size
        out[<Py_ssize_t> LINKS * count] = min(links, MOST_LINKS)


cdef void _fill_repeats(
    float[:, ::1] out, Py_ssize_t row, const int64_t[::1] ids, int64_t* counts
) noexcept nogil:
    # Write the logarithm of how often the number of a line occurs.
    cdef Py_ssize_t i
    for i in range(ids.shape[0]):
        counts[ids[i]] = 0
    for i in range(ids.shape[0]):
        counts[ids[i]] += 1
    for i in range(ids.shape[0]):
        out[row, i] = <float> log2(<double> counts[ids[i]])
