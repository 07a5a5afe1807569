"""Where the tokens of a text end, for other modules of the core."""

cimport cython

from vnclean.core.text cimport PyUnicode_READ

cdef enum:
    BLANK  # white space but a line feed, which is no token
    NUMBER
    WORD  # letters, and other signs that Python takes for parts of words
    SIGN

cdef struct Text:
    const void* data
    int kind
    Py_ssize_t size


cdef inline Py_UCS4 letter_at(const Text* text, Py_ssize_t at) noexcept nogil:
    """Return a character; 0 before and behind the text."""
    return PyUnicode_READ(text.kind, text.data, at) if 0 <= at < text.size else 0


cdef Text text_of(str text)
cdef bint is_alnum(Py_UCS4 letter) noexcept
cdef int token_at(const Text* text, Py_ssize_t at, Py_ssize_t end, Py_ssize_t* stop) noexcept


@cython.final
cdef class Token:
    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef readonly str text
    cdef readonly object code
