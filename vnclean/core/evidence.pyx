"""Lines in which words next to each other gather enough evidence; each word is learnt once.

The greatest sum of neighbouring words is found in one pass (Kadane's algorithm).
"""

cimport cython

__all__ = ["EvidenceTable", "stretches"]

cdef enum:
    MOST_COLUMNS = 4
    MOST_CHARACTERS = 40  # of a word that says anything
    MOST_WORDS = 1 << 17  # that are remembered


@cython.final
cdef class EvidenceTable:
    """What words say for some things, each a column; grows.

    Words are runs of letters and of the `extra` characters. `kinds` has for the code of a character
    (the last one for all beyond) the bits of the columns for which it decides: a word with such a
    character says `fixed` there. What others say is learnt. `enough` is the sum that a line needs.

    >>> table = EvidenceTable(bytes(128) + bytes([1]), "", [-5.0], 8.0)
    >>> table.lines("đẹp\\nViet Nam, đẹp\\nNam đẹp Viet", lambda words: [[5.0] for _ in words])
    [[(4, 17)]]
    """

    cdef bytes _kinds
    cdef str _extra
    cdef int _columns
    cdef double[4] _fixed
    cdef double _enough
    cdef dict _known

    def __cinit__(self, bytes kinds not None, str extra not None, fixed not None, double enough):
        cdef int k
        self._columns = len(fixed)
        if not kinds or not 1 <= self._columns <= MOST_COLUMNS:
            raise ValueError(f"A table has kinds and 1 to {MOST_COLUMNS} columns.")
        for k in range(self._columns):
            self._fixed[k] = fixed[k]
        self._kinds, self._extra, self._enough, self._known = kinds, extra, enough, {}

    def __len__(self):
        return len(self._known)

    def lines(self, str text not None, learn):
        """Return for each column the lines (start, end) with enough.

        `learn` is given the words that are not known, and returns what each says, by column.
        """
        cdef dict known = self._known
        cdef list found, unknown
        if len(known) > MOST_WORDS:
            known = self._known = {}
        found, unknown = self._pass(text, known)
        if unknown:
            for word, said in zip(unknown, learn(unknown), strict=True):
                if len(said) != self._columns:
                    raise ValueError(f"A word says {self._columns} numbers.")
                known[word] = tuple(map(float, said))
            found, _ = self._pass(text, known)
        return found

    cdef tuple _pass(self, str text, dict known):
        """Return the lines with enough, and unknown words, which count as if they said nothing."""
        cdef const unsigned char* kinds = self._kinds
        cdef Py_ssize_t last = len(self._kinds) - 1, length = len(text), at = 0, first, start = 0
        cdef int flags, k, every = (1 << self._columns) - 1, seen = 0
        cdef double weight
        cdef double[4] sums
        cdef Py_UCS4 letter
        cdef tuple said
        cdef list found = [[] for _ in range(self._columns)]
        unknown = {}
        for k in range(self._columns):
            sums[k] = 0
        while at < length:
            letter = text[at]
            if letter == c"\n":
                self._close(found, seen, start, at)
                start, seen = at + 1, 0
                for k in range(self._columns):
                    sums[k] = 0
                at += 1
                continue
            first = at
            flags = 0
            while self._is_part(letter):
                flags |= kinds[min(<Py_ssize_t>letter, last)]
                at += 1
                if at == length:
                    break
                letter = text[at]
            if at == first:
                at += 1
                continue
            if at - first > MOST_CHARACTERS:
                continue
            said = None
            if flags & every != every:
                word = text[first:at]
                said = <tuple>known.get(word)
                if said is None:
                    unknown[word] = None
            for k in range(self._columns):
                if flags >> k & 1:
                    weight = self._fixed[k]
                else:
                    weight = <double>said[k] if said is not None else 0.0
                sums[k] = max(sums[k], 0.0) + weight
                if sums[k] >= self._enough:
                    seen |= 1 << k
        self._close(found, seen, start, length)
        return found, list(unknown)

    cdef inline bint _is_part(self, Py_UCS4 letter) noexcept:
        if letter < 0x80:
            return c"a" <= letter <= c"z" or c"A" <= letter <= c"Z" or letter in self._extra
        return (letter.isalnum() and not letter.isdecimal()) or letter in self._extra

    cdef int _close(self, list found, int seen, Py_ssize_t start, Py_ssize_t end) except -1:
        """Enter a line where it has enough."""
        cdef int k
        for k in range(self._columns):
            if seen >> k & 1:
                (<list>found[k]).append((start, end))
        return 0


@cython.boundscheck(True)
def stretches(list weights not None, double enough, double most_lost):
    """Return the stretches of words that gather most evidence, left to right: start, end, sum.

    A stretch is at its end where nothing is left of what it gathered, or `most_lost` less than it
    had once; it counts to where it had most, if that is `enough`.

    >>> stretches([3.0, -9.0, 5.0, -1.0, 4.0, -9.0], 8.0, 9.0)
    [(2, 5, 8.0)]
    """
    cdef Py_ssize_t k, count = len(weights), start = 0, best_end = 0
    cdef double total = 0, best = 0
    found = []
    for k in range(count + 1):
        total += <double>weights[k] if k < count else -float("inf")
        if total > best:
            best, best_end = total, k + 1
        if total <= 0 or best - total >= most_lost:
            if best >= enough:
                found.append((start, best_end, best))
            start, total, best, best_end = k + 1, 0, 0, k + 1
    return found
