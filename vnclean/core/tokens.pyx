# cython: language_level=3, boundscheck=False, wraparound=False
"""The tokens of a text with their codes: what `ngram.TOKEN` matches, without the pattern."""

cimport cython

__all__ = ["Token", "WordFinder", "find_tokens"]

cdef enum:
    MOST_ANSWERS = 1 << 16


@cython.final
@cython.freelist(256)
cdef class Token:
    """A word or sign of a text, its span, and the model's code."""

    cdef readonly Py_ssize_t start
    cdef readonly Py_ssize_t end
    cdef readonly str text
    cdef readonly object code

    def __init__(self, Py_ssize_t start, Py_ssize_t end, str text, code):
        self.start, self.end, self.text, self.code = start, end, text, code

    def __repr__(self):
        return f"Token({self.start}, {self.end}, {self.text!r}, {self.code})"


cdef enum:
    KNOWN = 0x2000  # whether a character below is a letter is looked up, of others Python is asked

cdef bint _letters[KNOWN]
cdef Py_UCS4 _letter
for _letter in range(KNOWN):
    _letters[_letter] = _letter.isalnum() and not _letter.isdecimal()


cdef inline bint _is_letter(Py_UCS4 letter) noexcept:
    if letter < KNOWN:
        return _letters[letter]
    return letter.isalnum() and not letter.isdecimal()


def find_tokens(str text not None, Py_ssize_t start, Py_ssize_t end, dict codes not None, make, skip):
    """Return the tokens from `start` to `end`, as the model sees them.

    A token is a run of letters, a number, a line feed, or one sign. `codes` are the codes that are
    known, `make` gives the others; tokens whose code is `skip` are left out.
    """
    cdef Py_ssize_t at = max(start, 0), first
    cdef Py_UCS4 letter
    cdef Token token
    end = min(end, len(text))
    found = []
    while at < end:
        first = at
        letter = text[at]
        at += 1
        if letter.isdecimal():
            while at < end:
                letter = text[at]
                if letter.isdecimal():
                    at += 1
                elif letter in u".,:/" and at + 1 < end and text[at + 1].isdecimal():
                    at += 2
                else:
                    break
        elif _is_letter(letter):
            while at < end and _is_letter(text[at]):
                at += 1
        elif letter != u"\n" and letter.isspace():
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


@cython.final
cdef class WordFinder:
    """Finds the words of a text of which a function says yes; it is asked once for each word."""

    cdef object _ask
    cdef dict _answers

    def __init__(self, ask):
        self._ask, self._answers = ask, {}

    def find(self, str text not None, Py_ssize_t start, Py_ssize_t end):
        """Return the spans of such words that lie from `start` to `end`; a word is cut there."""
        cdef Py_ssize_t at = max(start, 0), first
        end = min(end, len(text))
        found = []
        while at < end:
            if not _is_letter(text[at]):
                at += 1
                continue
            first = at
            while at < end and _is_letter(text[at]):
                at += 1
            word = text[first:at]
            answer = self._answers.get(word)
            if answer is None:
                answer = bool(self._ask(word))
                if len(self._answers) >= MOST_ANSWERS:
                    self._answers = {}
                if at - first < 64:
                    self._answers[word] = answer
            if answer:
                found.append((first, at))
        return found
