# cython: language_level=3
"""How likely words are in their places, by n-grams: what the scorer of spelling asks for.

A noisy channel (Kernighan et al. 1990): the model says how likely a candidate is after the words
before it, and how likely it makes the words after it. Doors check every code.
"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.math cimport INFINITY
from libc.stdint cimport int32_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcmp, memset

from vnclean.core.ngram cimport EDGE, Gram, NgramModel

__all__ = ["Candidates", "FormTable", "log_likelihoods"]

cdef enum:
    MOST_WORDS = 16  # words of a middle
    AHEAD = 3  # candidates from which what they need is fetched


cdef int _code(NgramModel model, value) except -1:
    """Return a code of the model as a number; raises ValueError where it is none."""
    cdef Py_ssize_t code = value
    if not 0 <= code < 4 * model.size:
        raise ValueError(f"The code {code} is not in 0 to {4 * model.size - 1}.")
    return <int>code


cdef double _log_likelihood(NgramModel model, const int* codes, Py_ssize_t size) noexcept nogil:
    """Return the log-probability of all codes but the first three, each after the three before."""
    cdef Gram ab = model.pair(codes[0], codes[1]), bc = model.pair(codes[1], codes[2])
    cdef Gram abc = model.trigram(&ab, &bc), cd, bcd
    cdef double total = 0
    cdef Py_ssize_t k
    for k in range(AROUND, size):
        cd = model.pair(codes[k - 1], codes[k])
        bcd = model.trigram(&bc, &cd)
        total += model.fourgram(&abc, &bcd)
        abc, bc = bcd, cd
    return total


def log_likelihoods(NgramModel model not None, before, middles, after):
    """Return for each middle (codes) the log-probability of its words and of the three after it.

    `before` has the last three codes before the place or fewer, `after` the first three after it;
    what lacks is the edge of a sentence. Raises ValueError for codes out of range.
    """
    cdef int row[WINDOW + MOST_WORDS]
    cdef Py_ssize_t size, k
    left = [EDGE] * AROUND + list(before)
    right = (list(after) + [EDGE] * AROUND)[:AROUND]
    for k in range(AROUND):
        row[k] = _code(model, left[len(left) - AROUND + k])
    found = []
    for middle in middles:
        size = AROUND
        if len(middle) > MOST_WORDS:
            raise ValueError(f"A middle has at most {MOST_WORDS} words, not {len(middle)}.")
        for code in (*middle, *right):
            row[size] = _code(model, code)
            size += 1
        found.append(_log_likelihood(model, row, size))
    return found


cdef struct Frame:
    # The words a b c before a place, e f g after it, and the case of the word in it.
    int before
    int after
    int case
    Gram bc
    Gram abc
    Gram ef
    Gram fg
    Gram efg


@cython.final
cdef class Candidates:
    """What may be meant by a word: codes of the model, case left out, the first is the word itself.

    `rates` are the log-probabilities that each is written as the word. Raises ValueError for codes
    out of range and lengths that don't fit.
    """

    def __init__(self, NgramModel model not None, codes, rates):
        if len(rates) != len(codes) or not len(codes):
            raise ValueError("Each candidate has a rate, and one is the word itself.")
        self._room(model, len(codes))
        for code, rate in zip(codes, rates):
            self._add(_code(model, code), rate, 0, 0)

    def __dealloc__(self):
        PyMem_Free(self._items)

    def __len__(self):
        return self._size

    @property
    def codes(self):
        """The codes, case left out."""
        return [self._items[k].code for k in range(self._size)]

    @property
    def rates(self):
        """The log-probabilities that each is written as the word."""
        return [self._items[k].rate for k in range(self._size)]

    def source(self, Py_ssize_t number):
        """Return the word and the kind of a candidate, as its table numbers them."""
        if not 0 < number < self._size:
            raise ValueError(f"There is no candidate {number} of a table.")
        return self._items[number].word, self._items[number].kind

    cdef int _room(self, NgramModel model, Py_ssize_t most) except -1:
        """Make room for candidates, of which there are none then."""
        PyMem_Free(self._items)
        self._model, self._size = model, 0
        self._items = <Candidate*>PyMem_Malloc(most * sizeof(Candidate))
        if self._items == NULL:
            raise MemoryError
        return 0

    cdef void _add(self, int code, double rate, Py_ssize_t word, Py_ssize_t kind) noexcept:
        self._items[self._size] = Candidate(rate, code & ~3, <uint16_t>word, <uint8_t>kind)
        self._size += 1

    cdef bint _has(self, Py_ssize_t word) noexcept:
        cdef Py_ssize_t k
        for k in range(1, self._size):
            if self._items[k].word == word:
                return True
        return False

    def near(self, window):
        """Return what the n-grams say of each candidate, and of the words after it, in a window."""
        cdef int row[WINDOW]
        cdef Py_ssize_t k
        self._read(window, row)
        cdef Frame frame = _frame(self._model, row)
        return [_likelihood(self._model, &frame, self._items[k].code) for k in range(self._size)]

    def rank(self, window, double least):
        """Return the five likeliest candidates but the first: (log-odds against the first, number).

        The best is the first; of equals the lower number. `window` has seven codes, the place in
        the middle. Of what the pairs with the neighbours alone make less likely than `least`
        (log-odds) nothing more is asked. Raises ValueError for codes out of range.
        """
        cdef int row[WINDOW]
        cdef Ranked best
        cdef Py_ssize_t k
        self._read(window, row)
        self.rank_by_ngrams(row, least, &best)
        return [(best.log_odds[k], best.numbers[k]) for k in range(best.count)]

    cdef void rank_by_ngrams(self, const int* row, double least, Ranked* best) noexcept nogil:
        """Rank the candidates in a window."""
        cdef Frame frame
        cdef double own_pairs = 0, own = 0, odds
        cdef Py_ssize_t k, soon
        best.count = 0
        # The tables are far larger than the caches: what is needed of them is fetched first.
        for k in range(self._size):
            _fetch_pairs(self._model, row, self._items[k].code)
        frame = _frame(self._model, row)
        for k in range(-AHEAD, self._size):
            soon = k + AHEAD
            if soon < self._size:
                _fetch_grams(self._model, row, self._items[soon].code)
            if k < 0:
                continue
            odds = _pairs(self._model, &frame, self._items[k].code) + self._items[k].rate
            if k == 0:
                own_pairs = odds
            odds -= own_pairs
            if k and not odds >= least:
                continue
            odds = _likelihood(self._model, &frame, self._items[k].code) + self._items[k].rate
            if k == 0:
                own = odds
                continue
            _enter(best, odds - own, k)

    cdef void rank_by_both(
        self, const int* row, const float* fits, double near, double far, double base, Ranked* best
    ) noexcept nogil:
        """Rank all candidates by n-grams and by how well each fits, both with their weights."""
        cdef Frame frame = _frame(self._model, row)
        cdef double own = 0, value
        cdef Py_ssize_t k
        best.count = 0
        for k in range(self._size):
            value = (
                near * _likelihood(self._model, &frame, self._items[k].code)
                + far * <double> fits[k] + self._items[k].rate
            )
            if k == 0:
                own = value
                continue
            _enter(best, -((own - value) - base), k)

    cdef int _read(self, window, int* row) except -1:
        cdef Py_ssize_t k
        if len(window) != WINDOW:
            raise ValueError(f"A window has {WINDOW} codes.")
        for k in range(WINDOW):
            row[k] = _code(self._model, window[k])
        return 0


cdef class FormTable:
    """Forms and the rows of each; `letters` has the letters of all forms, from number 1 up.

    `blocks` are uint8 arrays of forms of one length each, a number a letter, in order, the shorter
    first; `starts` the first row of each form and the end; `words` and `kinds` what is in a row.
    The arrays are not copied. Raises ValueError where they don't fit together.
    """

    def __init__(self, str letters not None, blocks, starts, words, kinds):
        cdef Py_ssize_t count = 0, number
        cdef const uint8_t[:, ::1] block
        self._blocks = [None] * LONGEST
        memset(self._numbers, 0, LETTERS)
        for number, letter in enumerate(letters, 1):
            if number > 255 or ord(letter) >= LETTERS:
                raise ValueError(f"A table of forms can't have the letter {letter!r}.")
            self._numbers[<Py_ssize_t> ord(letter)] = <uint8_t> number
        for each in blocks:
            block = each
            if not 0 < block.shape[1] < LONGEST:
                raise ValueError(f"There are no forms of {block.shape[1]} letters.")
            self._blocks[block.shape[1]] = block
            self._firsts[block.shape[1]] = count
            count += block.shape[0]
        self._starts, self._words, self._kinds = starts, words, kinds
        if self._starts.shape[0] != count + 1 or self._words.shape[0] != self._kinds.shape[0]:
            raise ValueError("The rows don't fit the forms.")
        for number in range(count):
            if self._starts[number] > self._starts[number + 1]:
                raise ValueError("The rows don't fit the forms.")
        if self._starts[count] != self._words.shape[0]:
            raise ValueError("The rows don't fit the forms.")

    def find(self, str form not None):
        """Return what is in the rows of a form: pairs of a word and a kind."""
        cdef Py_ssize_t at = self._place(form), row
        if at < 0:
            return []
        return [
            (self._words[row], self._kinds[row])
            for row in range(self._starts[at], self._starts[at + 1])
        ]

    def candidates(
        self,
        NgramModel model not None,
        const int32_t[::1] codes not None,
        const double[::1] rates not None,
        str form not None,
        own,
        double stays,
        more=(),
    ):
        """Return what may be meant by a form: itself, what is in its rows, then `more` words.

        `codes` has the code of each word, -1 for one that can't be meant; `rates` the logarithm of
        the rate of each kind, `more` words being of the last one. `own` is the code of the form,
        `stays` the log-probability that it is meant. Raises ValueError for numbers out of range.
        """
        return self.looked_up(model, codes, rates, form, _code(model, own), stays, more)

    cdef Candidates looked_up(
        self, NgramModel model, const int32_t[::1] codes, const double[::1] rates, str form,
        int own, double stays, more,
    ):
        cdef Candidates made = Candidates.__new__(Candidates)
        cdef Py_ssize_t at = self._place(form), row, begin = 0, end = 0, k
        if at >= 0:
            begin, end = self._starts[at], self._starts[at + 1]
        made._room(model, 1 + end - begin + len(more))
        made._add(own, stays, 0, 0)
        for row in range(begin, end):
            if self._words[row] >= codes.shape[0] or self._kinds[row] >= rates.shape[0]:
                raise ValueError("There are rows of other words or kinds.")
            if codes[self._words[row]] >= 0:
                made._add(
                    _code(model, codes[self._words[row]]), rates[self._kinds[row]],
                    self._words[row], self._kinds[row],
                )
        for word in more:
            k = word
            if not 0 <= k < codes.shape[0] or not rates.shape[0]:
                raise ValueError(f"There is no word {word}.")
            if codes[k] >= 0 and not made._has(k):
                made._add(
                    _code(model, codes[k]), rates[rates.shape[0] - 1], k, rates.shape[0] - 1
                )
        return made

    cdef Py_ssize_t _place(self, str form) except -2:
        """Return the number of a form, -1 for one that is not in the table."""
        cdef Py_ssize_t size = len(form), low = 0, high, middle, at
        cdef uint8_t key[LONGEST]
        cdef const uint8_t[:, ::1] block
        cdef int order
        if not 0 < size < LONGEST or self._blocks[size] is None:
            return -1
        for at in range(size):
            if <Py_ssize_t> ord(form[at]) >= LETTERS:
                return -1
            key[at] = self._numbers[<Py_ssize_t> ord(form[at])]
            if not key[at]:
                return -1
        block = self._blocks[size]
        high = block.shape[0]
        while low < high:
            middle = (low + high) // 2
            order = memcmp(&block[middle, 0], key, size)
            if order == 0:
                return self._firsts[size] + middle
            if order < 0:
                low = middle + 1
            else:
                high = middle
        return -1


cdef inline void _enter(Ranked* best, double odds, Py_ssize_t number) noexcept nogil:
    """Enter a candidate among the best; of equals the earlier one stands first."""
    cdef Py_ssize_t at, move
    if not odds > -INFINITY:
        return
    at = best.count if best.count < BEST else BEST
    while at and best.log_odds[at - 1] < odds:
        at -= 1
    if at == BEST:
        return
    best.count = min(best.count + 1, <Py_ssize_t>BEST)
    for move in range(best.count - 1, at, -1):
        best.log_odds[move] = best.log_odds[move - 1]
        best.numbers[move] = best.numbers[move - 1]
    best.log_odds[at] = odds
    best.numbers[at] = number


cdef inline Frame _frame(NgramModel model, const int* row) noexcept nogil:
    """Return what is the same for all candidates in the middle of a window."""
    cdef Frame frame
    cdef Gram ab = model.pair(row[0], row[1])
    frame.before, frame.case, frame.after = row[AROUND - 1], row[AROUND] & 3, row[AROUND + 1]
    frame.bc = model.pair(row[1], row[2])
    frame.abc = model.trigram(&ab, &frame.bc)
    frame.ef, frame.fg = model.pair(row[4], row[5]), model.pair(row[5], row[6])
    frame.efg = model.trigram(&frame.ef, &frame.fg)
    return frame


cdef inline void _fetch_pairs(NgramModel model, const int* row, int code) noexcept nogil:
    """Have the pairs of a candidate with its neighbours fetched."""
    code |= row[AROUND] & 3
    model.fetch_pair(row[AROUND - 1], code)
    model.fetch_pair(code, row[AROUND + 1])


cdef inline void _fetch_grams(NgramModel model, const int* row, int code) noexcept nogil:
    """Have the longer n-grams of a candidate fetched."""
    code |= row[AROUND] & 3
    model.fetch_grams(row[0], row[1], row[2], code)
    model.fetch_grams(row[1], row[2], code, row[4])
    model.fetch_grams(row[2], code, row[4], row[5])


cdef inline double _pairs(NgramModel model, const Frame* frame, int code) noexcept nogil:
    """Return what the pairs of a window say from its middle on."""
    cdef double total = 0
    code |= frame.case
    total += model.pair(frame.before, code).value
    total += model.pair(code, frame.after).value
    total += frame.ef.value
    return total + frame.fg.value


cdef inline double _likelihood(NgramModel model, const Frame* frame, int code) noexcept nogil:
    """Return the log-probability of the middle of a window and of the three words after it."""
    code |= frame.case
    cdef Gram cd = model.pair(frame.before, code), de = model.pair(code, frame.after)
    cdef Gram bcd = model.trigram(&frame.bc, &cd), cde = model.trigram(&cd, &de)
    cdef Gram def_ = model.trigram(&de, &frame.ef)
    cdef double total = 0
    total += model.fourgram(&frame.abc, &bcd)
    total += model.fourgram(&bcd, &cde)
    total += model.fourgram(&cde, &def_)
    return total + model.fourgram(&def_, &frame.efg)
