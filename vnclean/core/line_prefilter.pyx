"""Finds the lines of a text that a pattern may match, by how these begin and by what they hold.

A line is what stands between two line feeds, without the white space around it; blank ones are not
counted. Beginnings are compared in small letters, with `0` for any digit, a blank for any white
space and U+E000 for any character for private use; what a line must hold, in small letters.
"""

from array import array
from itertools import accumulate

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free

from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)
from vnclean.core.trie cimport FIELDS as HIT_FIELDS
from vnclean.core.trie cimport Trie
from vnclean.core.vectors cimport Vector, append, clear, reserve

from vnclean.core.trie import Trie as make_trie

__all__ = ["SPOKEN", "LinePrefilter"]

SPOKEN = -1

cdef enum:
    IS_SPOKEN = -1
    # What a character is stands in a table below this; no white space is above.
    KNOWN = 0x3001
    FIELDS = 4
    # What a character is.
    WHITE = 1
    STOP = 2
    CLOSING = 4
    BAR = 8
    ODD = 16
    DIGIT = 32
    # What is known of a row and a line.
    BEGINS = 1
    HOLDS = 2
    PRIVATE = 0xE000
    LAST_PRIVATE = 0xF8FF
    I_WITH_DOT = 0x130
    DOT_ABOVE = 0x307

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISDECIMAL(uint32_t letter) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t letter) noexcept nogil


cdef struct Scratch:
    uint32_t* low  # the beginning of a line in small letters
    uint8_t* state  # what is known of each row
    Vector hits  # phrases


cdef class LinePrefilter:
    """Rows of patterns: for each its number, beginnings, a part, characters of a line at most.

    A row without beginnings may begin as it likes; a part that is empty is in every line. `tails` are
    beginnings of what stands behind one of the `closing` signs and blanks near the end of a line, with a
    blank where there must be one. `entries` is the number asked of lines that may be nothing but entries: those with a phrase
    and one of the `bars` (or a dash between blanks), and longer ones in which no blank follows one of
    the `stops`. A line with one of the `odd` characters, whose small letters are not told
    one by one, is asked all. `counts` says of each phrase whether it counts towards SPOKEN.
    """

    cdef Trie _phrases, _begins, _tails
    cdef const uint8_t[::1] _counts
    cdef int64_t[::1] _questions, _most
    cdef uint8_t[::1] _need
    # The rows of each beginning, one after the other, and where those of each begin.
    cdef int32_t[::1] _begin_rows, _begin_starts
    # The parts, one after the other, where each begins, its rarest letter, and the next with that.
    cdef uint32_t[::1] _parts
    cdef int32_t[::1] _part_starts, _part_anchors, _part_rows, _part_next
    cdef int32_t[::1] _anchors
    cdef int32_t _after_blank
    cdef uint16_t[::1] _lower
    cdef uint8_t[::1] _kinds
    cdef Py_ssize_t _short, _bar, _long, _menu, _first, _reach, _deepest
    cdef int64_t _entries, _tail
    cdef double _share

    def __init__(
        self, rows, tails, Trie phrases not None, counts, *, entries, tail, closing, stops, bars, odd, sizes, share
    ):
        cdef uint32_t code
        short, bar, long, menu, first, reach = sizes
        self._short, self._bar, self._long, self._menu = short, bar, long, menu
        self._first, self._reach = first, reach
        self._entries, self._tail, self._share = entries, tail, share
        self._phrases = phrases
        self._counts = bytes(counts)
        of_beginning = {}
        parts, starts, anchors, part_rows, following = [], [0], [], [], []
        heads = [-1] * KNOWN
        for number, (_, beginnings, part, most) in enumerate(rows):
            for beginning in beginnings:
                of_beginning.setdefault(beginning, []).append(number)
            if not (part or beginnings):
                raise ValueError("a row needs beginnings or a part")
            if part:
                if most > long or ord(max(part)) >= KNOWN:
                    raise ValueError("a part is looked for in lines that are read whole")
                anchor = part.index(max(part))
                anchors.append(anchor)
                part_rows.append(number)
                following.append(heads[ord(part[anchor])])
                heads[ord(part[anchor])] = len(anchors) - 1
                parts.extend(map(ord, part))
                starts.append(len(parts))
        self._begins = make_trie(of_beginning)
        self._tails = make_trie(tails)
        self._after_blank = self._tails.step(0, c" ")
        self._deepest = max(map(len, of_beginning), default=0)
        begin_rows = [number for each in of_beginning.values() for number in each]
        begin_starts = [0, *accumulate(map(len, of_beginning.values()))]
        self._begin_rows = array("i", begin_rows or [0])
        self._begin_starts = array("i", begin_starts)
        self._questions = array("q", [question for question, *_ in rows] or [0])
        self._most = array("q", [most for *_, most in rows])
        self._need = array("B", [
            BEGINS * bool(beginnings) | HOLDS * bool(part) for _, beginnings, part, _ in rows
        ])
        self._parts = array("I", parts or [0])
        self._part_starts = array("i", starts)
        self._part_anchors = array("i", anchors or [0])
        self._part_rows = array("i", part_rows or [0])
        self._part_next = array("i", following or [0])
        self._anchors = array("i", heads)
        self._lower = array("H", bytes(2 * KNOWN))
        self._kinds = array("B", bytes(KNOWN))
        for code in range(KNOWN):
            letter = chr(code)
            self._lower[code] = Py_UNICODE_TOLOWER(code)
            self._kinds[code] = (
                WHITE * Py_UNICODE_ISSPACE(code) | DIGIT * Py_UNICODE_ISDECIMAL(code)
                | STOP * (letter in stops) | CLOSING * (letter in closing)
                | BAR * (letter in bars) | ODD * (letter in odd)
            )

    def find(self, str text not None):
        """Return line, start, end and question of each line that may match, in one list, and how
        many lines there are."""
        cdef Vector found = Vector(NULL, 0, 0)
        cdef Scratch scratch = Scratch(NULL, NULL, Vector(NULL, 0, 0))
        cdef const void* data = PyUnicode_DATA(text)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef Py_ssize_t count = -1, at
        try:
            # A letter has two small ones at most.
            scratch.low = <uint32_t*> calloc(
                2 * max(self._long, self._short, self._deepest) + 1, sizeof(uint32_t)
            )
            scratch.state = <uint8_t*> calloc(self._need.shape[0] + 1, 1)
            if scratch.low != NULL and scratch.state != NULL:
                if size < LONG_TEXT:
                    count = self._find(data, kind, size, &scratch, &found)
                else:
                    with nogil:
                        count = self._find(data, kind, size, &scratch, &found)
            if count < 0:
                raise MemoryError
            return [found.items[at] for at in range(found.size)], count
        finally:
            clear(&found)
            clear(&scratch.hits)
            free(scratch.low)
            free(scratch.state)

    cdef Py_ssize_t _find(
        self, const void* data, int kind, Py_ssize_t size, Scratch* scratch, Vector* found
    ) noexcept nogil:
        if kind == 1:
            return _find(<const uint8_t*> data, size, self, scratch, found)
        if kind == 2:
            return _find(<const uint16_t*> data, size, self, scratch, found)
        return _find(<const uint32_t*> data, size, self, scratch, found)


cdef inline uint8_t _kind(LinePrefilter tables, uint32_t letter) noexcept nogil:
    return tables._kinds[letter] if letter < KNOWN else 0


cdef inline uint32_t _folded(LinePrefilter tables, uint32_t letter) noexcept nogil:
    # Return a letter as beginnings have it.
    cdef uint8_t kind
    if letter < KNOWN:
        kind = tables._kinds[letter]
        if kind & (WHITE | DIGIT):
            return c" " if kind & WHITE else c"0"
        return tables._lower[letter]
    if PRIVATE <= letter <= LAST_PRIVATE:
        return PRIVATE
    return c"0" if Py_UNICODE_ISDECIMAL(letter) else Py_UNICODE_TOLOWER(letter)


cdef bint _ask_parts(
    LinePrefilter tables, Scratch* scratch, Py_ssize_t at, Py_ssize_t size
) noexcept nogil:
    # Note which parts lie around the letter at a place, where it is the rarest of one.
    cdef const uint32_t* low = scratch.low
    cdef int32_t part = tables._anchors[low[at]], low_end, begin
    cdef Py_ssize_t start, n
    cdef bint any_found = False
    while part >= 0:
        begin = tables._part_starts[part]
        low_end = tables._part_starts[part + 1]
        start = at - tables._part_anchors[part]
        if start >= 0 and start + low_end - begin <= size:
            n = 0
            while begin + n < low_end and low[start + n] == tables._parts[begin + n]:
                n += 1
            if begin + n == low_end:
                scratch.state[tables._part_rows[part]] |= HOLDS
                any_found = True
        part = tables._part_next[part]
    return any_found


cdef bint _may_be_menu(
    const Letter* line, Py_ssize_t size, LinePrefilter tables
) noexcept nogil:
    # Say whether a long line has no stop before a blank, or begins with a rule.
    cdef Py_ssize_t at
    if line[0] == c"-" and line[1] == c"-" and line[2] == c"-":
        return True
    for at in range(size - 1):
        if _kind(tables, line[at]) & STOP and _kind(tables, line[at + 1]) & WHITE:
            return False
    return True


cdef bint _begins_with(
    const Letter* line, Py_ssize_t at, Py_ssize_t size, int32_t node, LinePrefilter tables
) noexcept nogil:
    # Say whether a tail goes on at a place from a node; no node but the root is 0.
    while at < size:
        node = tables._tails.step(node, _folded(tables, line[at]))
        if node == 0:
            return False
        if tables._tails.phrase_at(node) >= 0:
            return True
        at += 1
    return False


cdef bint _has_tail(
    const Letter* line, Py_ssize_t size, LinePrefilter tables
) noexcept nogil:
    # Say whether behind a closing sign near the end of the line something known begins.
    cdef Py_ssize_t at, next_at
    for at in range(max(tables._first, size - tables._reach), size):
        if not _kind(tables, line[at]) & (CLOSING | ODD):
            continue
        if _kind(tables, line[at]) & ODD:
            return True
        next_at = at + 1
        while next_at < size and _kind(tables, line[next_at]) & WHITE:
            next_at += 1
        if _begins_with(line, next_at, size, 0, tables):
            return True
        if next_at > at + 1 and tables._after_blank and _begins_with(
            line, next_at, size, tables._after_blank, tables
        ):
            return True
    return False


cdef bint _is_spoken(LinePrefilter tables, Scratch* scratch, Py_ssize_t size) noexcept nogil:
    # Say whether the phrases found are so great a share of a line.
    cdef Py_ssize_t at = 0, spoken = 0
    while at < scratch.hits.size:
        if tables._counts[scratch.hits.items[at + 3]]:
            spoken += scratch.hits.items[at + 2]
        at += HIT_FIELDS
    return spoken > 0 and spoken >= tables._share * size


cdef bint _add(
    Vector* found, Py_ssize_t number, Py_ssize_t start, Py_ssize_t end, int64_t question
) noexcept nogil:
    if not reserve(found, FIELDS):
        return False
    append(found, number)
    append(found, start)
    append(found, end)
    append(found, question)
    return True


cdef Py_ssize_t _find(
    const Letter* letters, Py_ssize_t size, LinePrefilter tables, Scratch* scratch, Vector* found
) noexcept nogil:
    cdef Py_ssize_t number = 0, start = 0, end, next_start
    while start < size:
        next_start = start
        while next_start < size and letters[next_start] != c"\n":
            next_start += 1
        end = next_start
        while start < end and _kind(tables, letters[start]) & WHITE:
            start += 1
        while end > start and _kind(tables, letters[end - 1]) & WHITE:
            end -= 1
        if end > start:
            if not _read_line(letters, start, end, number, tables, scratch, found):
                return -1
            number += 1
        start = next_start + 1
    return number


cdef bint _read_line(
    const Letter* letters,
    Py_ssize_t start,
    Py_ssize_t end,
    Py_ssize_t number,
    LinePrefilter tables,
    Scratch* scratch,
    Vector* found,
) noexcept nogil:
    cdef const Letter* line = letters + start
    cdef Py_ssize_t size = end - start, at, low_size = 0, row
    cdef Py_ssize_t reads = size if size <= tables._long else min(size, tables._deepest)
    cdef bint is_whole = size <= tables._long, asked = False, has_bar = False, entries = False
    cdef uint32_t letter
    cdef uint8_t kind, kinds = 0
    cdef int32_t node = 0, which, n
    for at in range(reads):
        letter = line[at]
        if letter < KNOWN:
            kinds |= tables._kinds[letter]
            scratch.low[low_size] = tables._lower[letter]
            if letter == c"-" and 0 < at < size - 1 and line[at - 1] == c" " == line[at + 1]:
                has_bar = True
            elif letter == I_WITH_DOT:
                scratch.low[low_size] = c"i"
                low_size += 1
                scratch.low[low_size] = DOT_ABOVE
        else:
            scratch.low[low_size] = Py_UNICODE_TOLOWER(letter)
        low_size += 1
    # How it begins.
    for at in range(min(size, tables._deepest)):
        node = tables._begins.step(node, _folded(tables, line[at]))
        if node == 0:
            break
        which = tables._begins.phrase_at(node)
        if which >= 0:
            for n in range(tables._begin_starts[which], tables._begin_starts[which + 1]):
                scratch.state[tables._begin_rows[n]] |= BEGINS
            asked = True
    if is_whole:
        for at in range(low_size):
            if scratch.low[at] < KNOWN and tables._anchors[scratch.low[at]] >= 0:
                asked |= _ask_parts(tables, scratch, at, low_size)
        if size <= tables._short:
            scratch.hits.size = 0
            if not tables._phrases.find_in(scratch.low, low_size, &scratch.hits):
                return False
            if _is_spoken(tables, scratch, low_size):
                if not _add(found, number, start, end, IS_SPOKEN):
                    return False
            has_bar |= (kinds & BAR) != 0
            entries = size <= tables._bar and has_bar and (scratch.hits.size > 0 or line[0] == c":")
    elif size < tables._menu:
        entries = _may_be_menu(line, size, tables)
    if kinds & ODD or entries:
        if not _add(found, number, start, end, tables._entries):
            return False
    if kinds & ODD or _has_tail(line, size, tables):
        if not _add(found, number, start, end, tables._tail):
            return False
    if asked or kinds & ODD:
        for row in range(tables._need.shape[0]):
            if size <= tables._most[row] and (
                (scratch.state[row] & tables._need[row]) == tables._need[row]
                or kinds & ODD
            ):
                if not _add(found, number, start, end, tables._questions[row]):
                    return False
            scratch.state[row] = 0
    return True
