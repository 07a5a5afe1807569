# cython: language_level=3, boundscheck=False, wraparound=False
"""The tokens of a text with their codes: what `ngram.TOKEN` matches, without the pattern."""

cimport cython
from libc.stdint cimport uint8_t

from vnclean.core.text cimport (
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
    PyUnicode_READ,
)

__all__ = ["Token", "find_tokens", "stretches"]

cdef enum:
    KNOWN = 0x2000  # what characters below are is looked up, of others Python is asked


@cython.final
@cython.freelist(256)
cdef class Token:
    """A word or sign of a text, its span, and the model's code."""

    def __init__(self, Py_ssize_t start, Py_ssize_t end, str text, code):
        self.start, self.end, self.text, self.code = start, end, text, code

    def __repr__(self):
        return f"Token({self.start}, {self.end}, {self.text!r}, {self.code})"


cdef int _asked(Py_UCS4 letter) noexcept:
    if letter.isdecimal():
        return NUMBER
    if letter.isalnum():
        return WORD
    return BLANK if letter != u"\n" and letter.isspace() else SIGN


cdef uint8_t _kinds[KNOWN]
cdef Py_UCS4 _letter
for _letter in range(KNOWN):
    _kinds[_letter] = _asked(_letter)


cdef inline int _kind(Py_UCS4 letter) noexcept:
    return _kinds[letter] if letter < KNOWN else _asked(letter)


cdef Text text_of(str text):
    """Return where the characters of a string lie; they stay there as long as the string."""
    return Text(PyUnicode_DATA(text), PyUnicode_KIND(text), PyUnicode_GET_LENGTH(text))


cdef bint is_alnum(Py_UCS4 letter) noexcept:
    """Say whether a character is a letter or a digit."""
    cdef int kind = _kind(letter)
    return kind == WORD or kind == NUMBER


cdef int token_at(const Text* text, Py_ssize_t at, Py_ssize_t end, Py_ssize_t* stop) noexcept:
    """Return what begins at a place, and say where it ends."""
    cdef int kind = _kind(PyUnicode_READ(text.kind, text.data, at))
    cdef Py_UCS4 letter
    at += 1
    if kind == NUMBER:
        while at < end:
            letter = PyUnicode_READ(text.kind, text.data, at)
            if _kind(letter) == NUMBER:
                at += 1
            elif (
                letter in u".,:/" and at + 1 < end
                and _kind(PyUnicode_READ(text.kind, text.data, at + 1)) == NUMBER
            ):
                at += 2
            else:
                break
    elif kind == WORD:
        while at < end and _kind(PyUnicode_READ(text.kind, text.data, at)) == WORD:
            at += 1
    stop[0] = at
    return kind


def find_tokens(str text not None, Py_ssize_t start, Py_ssize_t end, dict codes not None, make, skip):
    """Return the tokens from `start` to `end`, as the model sees them.

    A token is a run of letters, a number, a line feed, or one sign. `codes` are the codes that are
    known, `make` gives the others; tokens whose code is `skip` are left out.
    """
    cdef Text letters = text_of(text)
    cdef Py_ssize_t at = max(start, 0), first
    cdef Token token
    end = min(end, letters.size)
    found = []
    while at < end:
        first = at
        if token_at(&letters, first, end, &at) == BLANK:
            continue
        word = text[first:at]
        code = codes.get(word)
        if code is None:
            code = make(word)
        if code != skip:
            token = Token.__new__(Token)
            token.start, token.end, token.text, token.code = first, at, word, code
            found.append(token)
    return found


def stretches(str text not None, spans, Py_ssize_t reach):
    """Return the parts of a text around sorted spans, to `reach` characters on either side.

    A part ends with its line, and with a whole word; parts that touch are one.
    """
    cdef Text letters = text_of(text)
    cdef Py_ssize_t start, stop, low, high, at, begin = -1, end = -1
    found = []
    for start, stop in spans:
        if not 0 <= start <= stop <= letters.size:
            raise ValueError(f"The span from {start} to {stop} is not in the text.")
        low, high = max(start - reach, 0), min(stop + reach, letters.size)
        at = start
        while at > low and letter_at(&letters, at - 1) != u"\n":
            at -= 1
        low = at if at > low else _edge(&letters, low, start, 1)
        at = stop
        while at < high and letter_at(&letters, at) != u"\n":
            at += 1
        high = at if at < high else _edge(&letters, high, stop, -1)
        if low <= end:
            end = max(end, high)
            continue
        if begin >= 0:
            found.append((begin, end))
        begin, end = low, high
    if begin >= 0:
        found.append((begin, end))
    return found


cdef Py_ssize_t _edge(const Text* text, Py_ssize_t at, Py_ssize_t limit, int step) noexcept:
    """Move a cut out of the word it falls in, towards `limit`."""
    if at == 0 or at == text.size:
        return at
    while at != limit and is_alnum(letter_at(text, at - 1)) and is_alnum(letter_at(text, at)):
        at += step
    return at
