"""The features of lines by themselves: what they are made of, how they begin and end, what they name.

Of a long line the beginning and the end are read. Small letters are those of `str.lower`. All
arithmetic is in 32 bits.
"""

from array import array

from libc.math cimport log1pf
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

from vnclean.core.text cimport PyUnicode_DATA, PyUnicode_GET_LENGTH, PyUnicode_KIND
from vnclean.core.trie cimport FIELDS as HIT_FIELDS
from vnclean.core.trie cimport Trie
from vnclean.core.vectors cimport Vector, clear

from vnclean.core.trie import Trie as make_trie

__all__ = ["NAMES", "LineReader"]

NAMES = (
    "length", "words", "letters", "capitals", "marked", "digits", "commas", "stops", "separators",
    "others", "function", "ends_stop", "ends_colon", "ends_comma", "ends_ellipsis", "ends_star",
    "bullet", "numbered", "starts_lower", "all_capitals", "title_case", "latin_only", "date",
    "date_alone", "clock", "phone", "address", "copyright", "arrow", "short", "prose", "repeats",
    "gap_before", "gap_after", "markup", "quote", "hit", "word_length", "braces", "alike",
    "cells", "picture", "count_alone",
)

cdef enum Row:  # the same in the same order
    LENGTH, WORDS, LETTERS, CAPITALS, MARKED, DIGITS, COMMAS, STOPS, SEPARATORS
    OTHERS, FUNCTION, ENDS_STOP, ENDS_COLON, ENDS_COMMA, ENDS_ELLIPSIS, ENDS_STAR
    BULLET, NUMBERED, STARTS_LOWER, ALL_CAPITALS, TITLE_CASE, LATIN_ONLY, DATE
    DATE_ALONE, CLOCK, PHONE, ADDRESS, COPYRIGHT, ARROW, SHORT, PROSE, REPEATS
    GAP_BEFORE, GAP_AFTER, MARKUP, QUOTE, HIT, WORD_LENGTH, BRACES, ALIKE
    CELLS, PICTURE, COUNT_ALONE
    FORMS  # how many there are; rows of phrases come behind

cdef enum:
    # Characters from here on are of no class, but that those for private use are bullets.
    KNOWN = 0x3000
    PRIVATE = 0xE000
    BEHIND_PRIVATE = 0xF900
    I_WITH_DOT = 0x130
    DOT_ABOVE = 0x307
    SIGMA = 0x3A3
    DASH = 0x2013
    ELLIPSIS = 0x2026
    COPYRIGHT_SIGN = 0xA9
    # Characters read of a line, and how many its small letters may be.
    MOST = 256
    LEADING = 3  # characters before a phrase that a line begins with, at most
    PREFIX = 16  # characters by which lines begin alike
    FEW_LETTERS = 14  # fewer stand beside a date that is alone
    FEW_CHARS = 60  # fewer are a short line
    MOST_OF_COUNT = 50  # fewer characters has what may be a count alone
    # What a character is: one of eight classes.
    UPPER = 1
    LOWER = 2
    WITH_MARK = 3
    DIGIT = 4
    BLANK = 5
    COMMA = 6
    STOP = 7
    SEPARATOR = 8
    CLASS = 15
    # What it means at the beginning or at the end of a line, or in a number.
    IS_STOP = 1 << 4
    IS_COMMA = 1 << 5
    CLOSES_QUOTE = 1 << 6
    BEFORE_QUOTE = 1 << 7
    IS_BULLET = 1 << 8
    IS_ARROW = 1 << 9
    OPENS_QUOTE = 1 << 10
    IS_MARKUP = 1 << 11
    BEFORE_STAR = 1 << 12
    IN_NUMBER = 1 << 13
    IN_PHONE = 1 << 14
    DECIMAL = 1 << 15
    WHITE = 1 << 16

cdef extern from "Python.h":
    bint Py_UNICODE_ISSPACE(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISDIGIT(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISDECIMAL(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISUPPER(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISALPHA(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISALNUM(uint32_t letter) noexcept nogil
    uint32_t Py_UNICODE_TOLOWER(uint32_t letter) noexcept nogil
    uint32_t PyUnicode_READ(int kind, const void* data, Py_ssize_t at) noexcept nogil
    object PyUnicode_FromKindAndData(int kind, const void* letters, Py_ssize_t size)

cdef uint32_t[KNOWN] MEANING
cdef uint16_t[KNOWN] SMALL


cdef void _fill_tables():
    cdef uint32_t code, meaning
    for code in range(KNOWN):
        meaning = 0
        if Py_UNICODE_ISDIGIT(code):
            meaning = DIGIT
        elif Py_UNICODE_ISUPPER(code):
            meaning = UPPER
        elif Py_UNICODE_ISALPHA(code):
            meaning = LOWER if code < 128 else WITH_MARK
        elif Py_UNICODE_ISSPACE(code):
            meaning = BLANK
        if Py_UNICODE_ISDECIMAL(code):
            meaning |= DECIMAL | IN_NUMBER | IN_PHONE
        if Py_UNICODE_ISSPACE(code):
            meaning |= WHITE
        MEANING[code] = meaning
        SMALL[code] = <uint16_t> Py_UNICODE_TOLOWER(code)
    for meaning, chars in (
        (COMMA | IS_COMMA, ",;"), (STOP | IS_STOP, ".?!…"), (SEPARATOR, "|›»>/•·"),
        (CLOSES_QUOTE, "”\"')*_"), (BEFORE_QUOTE, ".?!…:"), (IS_BULLET, "-–—+•*●▪◦·✓✔►▶★⭐➢→◆■□○"),
        (IS_ARROW, "»›>|"), (OPENS_QUOTE, "“\"'‘«"), (IS_MARKUP, "#*_[\\"), (BEFORE_STAR, " :"),
        (IN_NUMBER, "./:,()-– "), (IN_PHONE, ". ()-–"),
    ):
        for char in chars:
            MEANING[<uint32_t> ord(char)] |= meaning


_fill_tables()


cdef inline uint32_t _meaning(uint32_t letter) noexcept nogil:
    if letter < KNOWN:
        return MEANING[letter]
    return IS_BULLET if PRIVATE <= letter < BEHIND_PRIVATE else 0


cdef inline bint _is_decimal(uint32_t letter) noexcept nogil:
    return MEANING[letter] & DECIMAL != 0 if letter < KNOWN else Py_UNICODE_ISDECIMAL(letter)


cdef inline bint _in_number(uint32_t letter) noexcept nogil:
    return MEANING[letter] & IN_NUMBER != 0 if letter < KNOWN else Py_UNICODE_ISDECIMAL(letter)


cdef inline bint _in_phone(uint32_t letter) noexcept nogil:
    return MEANING[letter] & IN_PHONE != 0 if letter < KNOWN else Py_UNICODE_ISDECIMAL(letter)


cdef inline bint _is_white(uint32_t letter) noexcept nogil:
    # No white space but U+3000 is above.
    return MEANING[letter] & WHITE != 0 if letter < KNOWN else letter == KNOWN


cdef struct Line:
    uint32_t[MOST] own  # what is read of the line
    uint32_t[2 * MOST] low  # the same in small letters
    Py_ssize_t size, low_size
    Py_ssize_t full_size  # characters of the whole line
    bint has_sigma  # which of two small letters it has depends on those around it


cdef class LineReader:
    """`phrases` with the number of the kind of each, of `kinds`; `words` that sentences are held
    together by; which kinds count as a `hit`; the characters read at the `head` and at the `tail`
    of a line that is longer than both."""

    cdef Trie _phrases, _words
    cdef int32_t[::1] _kind
    cdef const uint8_t[::1] _is_hit
    cdef Py_ssize_t _kinds, _head, _tail

    def __init__(self, Trie phrases not None, kind, hits, words, head, tail):
        self._phrases, self._words = phrases, make_trie(words)
        self._is_hit = bytes(hits) or b"\0"
        self._kinds = len(hits)
        self._kind = array("i", [*kind, 0])
        if max(self._kind) >= self._kinds or min(self._kind) < 0:
            raise ValueError("each phrase is of one of the kinds")
        if head < 0 or tail < 0 or head + tail >= MOST:
            raise ValueError("too much is read of a line")
        self._head, self._tail = head, tail

    def fill(
        self,
        float[:, ::1] out not None,
        int64_t[::1] line_id not None,
        int64_t[::1] prefix_id not None,
        list lines not None,
    ):
        """Fill in a column of an array of zeros for each line, which has one character or more.

        Rows are `NAMES`, then for each kind the share of its phrases in the line, then for each
        whether one stands at the beginning; what tells a line's place among the others is 0. Equal lines get
        equal numbers, so do lines that begin alike; no number is as high as the count of lines.
        """
        cdef Py_ssize_t count = len(lines), number, row, rows = FORMS + 2 * self._kinds
        cdef Line line
        cdef Vector hits = Vector(NULL, 0, 0)
        cdef str text
        cdef dict numbers = {}, prefixes = {}
        cdef int64_t first
        if out.shape[0] != rows or not (
            count == out.shape[1] == line_id.shape[0] == prefix_id.shape[0]
        ):
            raise ValueError("the arrays have different sizes")
        try:
            for number in range(count):
                text = lines[number]
                first = numbers.setdefault(text, number)
                line_id[number] = first
                if first != number:
                    prefix_id[number] = prefix_id[first]
                    for row in range(rows):
                        out[row, number] = out[row, first]
                    continue
                if not text:
                    raise ValueError("a line must not be empty")
                self._read(text, &line)
                prefix = PyUnicode_FromKindAndData(4, line.low, min(line.low_size, PREFIX))
                prefix_id[number] = prefixes.setdefault(prefix, number)
                hits.size = 0
                if not self._phrases.find_in(line.low, line.low_size, &hits):
                    raise MemoryError
                self._fill(&out[0, number], count, &line, &hits)
                if line.own[0] == c"|":
                    out[<Py_ssize_t> CELLS, number] = min(text.count("|"), 8)
        finally:
            clear(&hits)

    cdef int _read(self, str text, Line* line) except -1:
        # Read the ends of a line.
        cdef const void* data = PyUnicode_DATA(text)
        cdef int kind = PyUnicode_KIND(text)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), at
        line.full_size = size
        if size <= self._head + self._tail:
            for at in range(size):
                line.own[at] = PyUnicode_READ(kind, data, at)
            line.size = size
        else:
            for at in range(self._head):
                line.own[at] = PyUnicode_READ(kind, data, at)
            line.own[self._head] = c" "
            for at in range(self._tail):
                line.own[self._head + 1 + at] = PyUnicode_READ(kind, data, size - self._tail + at)
            line.size = self._head + 1 + self._tail
        _set_small(line)
        if line.has_sigma:
            small = PyUnicode_FromKindAndData(4, line.own, line.size).lower()
            for at in range(line.low_size):
                line.low[at] = <Py_UCS4> small[at]
        return 0

    cdef void _fill(self, float* out, Py_ssize_t count, Line* line, Vector* hits) noexcept nogil:
        # Write a column of an array with so many columns.
        cdef Py_ssize_t kind, at
        cdef float size = <float> line.size, blanks, words, letters, solid, share, total, prose
        cdef float[9] of
        memset(of, 0, sizeof(of))
        for at in range(line.size):
            if line.own[at] < KNOWN:
                of[MEANING[line.own[at]] & CLASS] += 1
        blanks = of[BLANK]
        words = blanks + 1
        letters = of[UPPER] + of[LOWER] + of[WITH_MARK]
        solid = max(letters, <float> 1)
        out[LENGTH * count] = log1pf(<float> line.full_size)
        out[WORDS * count] = log1pf(words)
        out[LETTERS * count] = letters / size
        out[CAPITALS * count] = of[UPPER] / solid
        out[MARKED * count] = of[WITH_MARK] / solid
        out[DIGITS * count] = of[DIGIT] / size
        out[COMMAS * count] = of[COMMA] / words
        out[STOPS * count] = of[STOP] / words
        out[SEPARATORS * count] = log1pf(of[SEPARATOR])
        out[OTHERS * count] = (
            size - letters - of[DIGIT] - blanks - of[COMMA] - of[STOP] - of[SEPARATOR]
        ) / size
        out[ALL_CAPITALS * count] = of[LOWER] + of[WITH_MARK] == 0 and of[UPPER] > 1
        out[TITLE_CASE * count] = min(of[UPPER] / words, <float> 2)
        out[LATIN_ONLY * count] = of[WITH_MARK] == 0 and of[LOWER] > 3
        out[WORD_LENGTH * count] = min(size / words, <float> 20) / <float> 5
        out[SHORT * count] = line.full_size < FEW_CHARS
        out[FUNCTION * count] = <float> self._function_words(line) / words
        if of[DIGIT] >= 3:
            _set_numbers(out, count, line, letters)
        _set_marks(out, count, line)
        _set_ends(out, count, line)
        at = 0
        while at < hits.size:
            kind = self._kind[hits.items[at + 3]]
            out[(FORMS + kind) * count] += <float> hits.items[at + 2]
            if hits.items[at + 1] <= LEADING:
                out[(FORMS + self._kinds + kind) * count] = 1
            at += HIT_FIELDS
        total = 0
        for kind in range(self._kinds):
            share = min(out[(FORMS + kind) * count] / size, <float> 1)
            out[(FORMS + kind) * count] = share
            if self._is_hit[kind]:
                total += share
        out[HIT * count] = min(total, <float> 1)
        prose = min(<float> line.full_size / <float> 160, <float> 1)
        prose = prose * min(out[FUNCTION * count] * <float> 5, <float> 1)
        share = min(of[COMMA] + of[STOP] + out[ENDS_STOP * count], <float> 1)
        out[PROSE * count] = prose * (<float> 0.4 + <float> 0.6 * share)

    cdef Py_ssize_t _function_words(self, const Line* line) noexcept nogil:
        # Return how many of the words between blanks, commas and full stops are known.
        cdef Py_ssize_t at = 0, found = 0
        cdef int32_t node
        cdef bint is_known
        while at < line.low_size:
            if _is_white(line.low[at]) or line.low[at] == c"," or line.low[at] == c".":
                at += 1
                continue
            node = 0
            is_known = True
            while at < line.low_size:
                if _is_white(line.low[at]) or line.low[at] == c"," or line.low[at] == c".":
                    break
                if is_known:
                    node = self._words.step(node, line.low[at])
                    is_known = node != 0
                at += 1
            found += is_known and self._words.phrase_at(node) >= 0
        return found


cdef void _set_small(Line* line) noexcept nogil:
    # Write the small letters of what is read of a line.
    cdef Py_ssize_t at, low_size = 0
    cdef uint32_t letter
    line.has_sigma = False
    for at in range(line.size):
        letter = line.own[at]
        if letter < KNOWN:
            line.low[low_size] = SMALL[letter]
            if letter == SIGMA:
                line.has_sigma = True
            elif letter == I_WITH_DOT:
                line.low[low_size] = c"i"
                low_size += 1
                line.low[low_size] = DOT_ABOVE
        else:
            line.low[low_size] = Py_UNICODE_TOLOWER(letter)
        low_size += 1
    line.low_size = low_size


cdef void _set_numbers(float* out, Py_ssize_t count, const Line* line, float letters) noexcept nogil:
    # Say whether a line has a date, a time and a telephone number: look at its numbers, each as
    # long as may be, of 4 to 42 characters.
    cdef const uint32_t* own = line.own
    cdef Py_ssize_t start = 0, at, last
    while start < line.size:
        if not _is_decimal(own[start]):
            start += 1
            continue
        last = -1
        at = start + 1
        while at < line.size and at <= start + 41 and _in_number(own[at]):
            if at >= start + 3 and _is_decimal(own[at]):
                last = at
            at += 1
        if last < 0:
            start += 1
            continue
        if _has_date(own + start, last + 1 - start):
            out[DATE * count] = 1
            out[DATE_ALONE * count] = letters < FEW_LETTERS
        if _has_clock(own + start, last + 1 - start):
            out[CLOCK * count] = 1
        elif _is_phone(own + start, last + 1 - start):
            out[PHONE * count] = 1
        start = last + 1


cdef inline Py_ssize_t _decimals(
    const uint32_t* own, Py_ssize_t at, Py_ssize_t size, Py_ssize_t most
) noexcept nogil:
    # Return how many decimals follow, at most.
    cdef Py_ssize_t found = 0
    while found < most and at + found < size and _is_decimal(own[at + found]):
        found += 1
    return found


cdef inline bint _is_slash(const uint32_t* own, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    return at < size and (own[at] == c"." or own[at] == c"/" or own[at] == c"-")


cdef inline Py_ssize_t _past_slash(
    const uint32_t* own, Py_ssize_t at, Py_ssize_t size
) noexcept nogil:
    # Return the place behind a slash, which may have blanks around it, or -1.
    at += at < size and own[at] == c" "
    if not _is_slash(own, at, size):
        return -1
    at += 1
    return at + (at < size and own[at] == c" ")


cdef bint _has_date(const uint32_t* own, Py_ssize_t size) noexcept nogil:
    # Say whether a number holds day, month and year, or year, month and day.
    cdef Py_ssize_t start, at
    for start in range(size - 5):
        if not _is_decimal(own[start]):
            continue
        at = _past_slash(own, start + _decimals(own, start, size, 2), size)
        if at >= 0 and _decimals(own, at, size, 2):
            at = _past_slash(own, at + _decimals(own, at, size, 2), size)
            if at >= 0 and _decimals(own, at, size, 4) == 4:
                return True
        if _decimals(own, start, size, 4) == 4 and _is_slash(own, start + 4, size):
            at = start + 5 + _decimals(own, start + 5, size, 2)
            if at > start + 5 and _is_slash(own, at, size) and _decimals(own, at + 1, size, 1):
                return True
    return False


cdef bint _has_clock(const uint32_t* own, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t at
    for at in range(1, size - 2):
        if own[at] == c":" and _is_decimal(own[at - 1]) and _decimals(own, at + 1, size, 2) == 2:
            return True
    return False


cdef bint _is_phone(const uint32_t* own, Py_ssize_t size) noexcept nogil:
    # Say whether a number begins as those to call do, and is as long as they are.
    cdef Py_ssize_t at
    if own[0] == c"0":
        at = 1
    elif own[0] == c"8" and own[1] == c"4":
        at = 2
    elif (
        own[0] == c"1" and (own[1] == c"8" or own[1] == c"9")
        and own[2] == c"0" and own[3] == c"0"
    ):
        at = 4
    else:
        return False
    if not 6 <= size - at <= 18:
        return False
    for at in range(at, size):
        if not _in_phone(own[at]):
            return False
    return True


cdef inline bint _stands(
    const uint32_t* letters, Py_ssize_t at, Py_ssize_t size, const char* part
) noexcept nogil:
    # Say whether ASCII stands at a place.
    cdef Py_ssize_t n = 0
    while part[n]:
        if at + n >= size or letters[at + n] != <uint32_t> part[n]:
            return False
        n += 1
    return True


cdef inline bint _ends_word(const uint32_t* letters, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    return at >= size or not (letters[at] == c"_" or Py_UNICODE_ISALNUM(letters[at]))


cdef bint _is_address(const uint32_t* low, Py_ssize_t at, Py_ssize_t size) noexcept nogil:
    # Say whether an address of the net shows at a place.
    cdef uint32_t letter = low[at]
    if letter == c"@":
        return True
    if letter == c"h":
        return _stands(low, at, size, "http:") or _stands(low, at, size, "https:")
    if letter == c"w":
        return _stands(low, at, size, "www.")
    return letter == c"." and (
        (_stands(low, at, size, ".com") and _ends_word(low, at + 4, size))
        or (_stands(low, at, size, ".vn") and _ends_word(low, at + 3, size))
        or (_stands(low, at, size, ".net") and _ends_word(low, at + 4, size))
        or (_stands(low, at, size, ".org") and _ends_word(low, at + 4, size))
        or (_stands(low, at, size, ".edu") and _ends_word(low, at + 4, size))
    )


cdef void _set_marks(float* out, Py_ssize_t count, const Line* line) noexcept nogil:
    # Say whether a line has an address of the net, a copyright, braces of a template.
    cdef Py_ssize_t at, size = line.low_size
    cdef uint32_t letter
    for at in range(size):
        letter = line.low[at]
        if letter == c"@" or letter == c"h" or letter == c"w" or letter == c".":
            if _is_address(line.low, at, size):
                out[ADDRESS * count] = 1
        elif letter == COPYRIGHT_SIGN or (
            (letter == c"(" and _stands(line.low, at, size, "(c)"))
            or (letter == c"c" and _stands(line.low, at, size, "copyright"))
        ):
            out[COPYRIGHT * count] = 1
        elif (
            (letter == c"{" or letter == c"}" or letter == c"[")
            and at + 1 < size and line.low[at + 1] == letter
        ):
            out[BRACES * count] = 1


cdef void _set_ends(float* out, Py_ssize_t count, const Line* line) noexcept nogil:
    # Say how a line begins and ends.
    cdef const uint32_t* own = line.own
    cdef Py_ssize_t size = line.size
    cdef uint32_t first = _meaning(own[0]), end = own[size - 1]
    cdef uint32_t second = own[size - 2] if size > 1 else 0, third = own[size - 3] if size > 2 else 0
    cdef uint32_t last = _meaning(end)
    cdef bint is_number
    out[ENDS_STOP * count] = last & IS_STOP != 0 or (
        last & CLOSES_QUOTE != 0 and _meaning(second) & BEFORE_QUOTE != 0
    )
    out[ENDS_COLON * count] = end == c":"
    out[ENDS_COMMA * count] = last & IS_COMMA != 0
    out[ENDS_ELLIPSIS * count] = end == ELLIPSIS or (
        (end == c"." or end == c"]") and second == c"." and third == c"."
    )
    out[ENDS_STAR * count] = (
        (end == c"*" and _meaning(second) & BEFORE_STAR != 0)
        or (end == c":" and second == c"*")
        or (end == c")" and second == c"*" and third == c"(")
    )
    out[BULLET * count] = first & IS_BULLET != 0
    out[NUMBERED * count] = first & CLASS == DIGIT
    out[STARTS_LOWER * count] = first & CLASS == LOWER or first & CLASS == WITH_MARK
    out[ARROW * count] = first & IS_ARROW != 0
    out[QUOTE * count] = first & OPENS_QUOTE != 0
    out[MARKUP * count] = first & IS_MARKUP != 0
    is_number = last & CLASS == DIGIT
    out[PICTURE * count] = (
        is_number or (end == c"." and _meaning(second) & CLASS == DIGIT)
    ) and _is_picture(own, size)
    out[COUNT_ALONE * count] = (
        (is_number or end == c")") and size < MOST_OF_COUNT and _is_count(own, size)
    )


cdef inline uint32_t _small(uint32_t letter) noexcept nogil:
    return SMALL[letter] if letter < KNOWN else letter


cdef bint _is_picture(const uint32_t* own, Py_ssize_t size) noexcept nogil:
    # Say whether a line ends as in `- ảnh 12.`, within 16 characters.
    cdef Py_ssize_t least = max(size - 16, 0), at = size, behind
    cdef uint32_t letter
    at -= own[at - 1] == c"."
    behind = at
    while at > least and _is_decimal(own[at - 1]):
        at -= 1
    if at == behind or at - least < 6 or own[at - 1] != c" ":
        return False
    at -= 2  # the last letter of `ảnh` or `hình`
    if _small(own[at]) != c"h" or _small(own[at - 1]) != c"n":
        return False
    letter = _small(own[at - 2])
    at -= 3
    if letter == 0xEC:
        if _small(own[at]) != c"h":
            return False
        at -= 1
    elif letter != 0x1EA3:
        return False
    return at - 1 >= least and own[at] == c" " and (own[at - 1] == c"-" or own[at - 1] == DASH)


cdef bint _is_count(const uint32_t* own, Py_ssize_t size) noexcept nogil:
    # Say whether a line is a number of 7 digits at most, or a name and one of 5 in brackets.
    cdef Py_ssize_t at
    if own[size - 1] != c")":
        return size <= 7 and _decimals(own, 0, size, 7) == size
    at = size - 2
    while at >= 0 and at > size - 7 and _is_decimal(own[at]):
        at -= 1
    if at < 0 or at > 40 or at == size - 2 or own[at] != c"(":
        return False
    for at in range(at):
        if _is_decimal(own[at]):
            return False
    return True
