# cython: language_level=3
"""The words around suspects, and what each may have been meant for: the loops of spelling.

A word is learnt once: its code, and bits that say what it is. Those of the inventory are learnt
here, by their small letters; of others a function is asked. Texts come with the parts to read; what
goes out are numbers of tokens and ranked candidates.
"""

cimport cython
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc, realloc

import numpy as np

from vnclean.core.ngram cimport BOUNDARY, EDGE, TITLE, NgramModel
from vnclean.core.scorer cimport AROUND, WINDOW, Candidates, FormTable, Ranked
from vnclean.core.tokens cimport (
    BLANK,
    NUMBER,
    Text,
    Token,
    is_alnum,
    letter_at,
    text_of,
    token_at,
)
from vnclean.core.word_numbers cimport Entry, WordNumbers

__all__ = ["LETTERS", "LOWER", "MISSPELT", "OURS", "UNKNOWN", "Reading", "WordTable"]

OURS, LETTERS, MISSPELT, LOWER, UNKNOWN = (1 << bit for bit in range(5))
"""Bits of a word: a syllable in use with marks; letters only, two or more; spelt so that it may be
misspelt; in small letters; none that is known."""

cdef enum:
    IS_OURS = 1
    IS_LETTERS = 2
    IS_MISSPELT = 4
    IS_LOWER = 8
    IS_UNKNOWN = 16
    IS_LEARNT = 1 << 8
    # What is known of the inventory's words, in small letters.
    IS_SYLLABLE = 1 << 9
    IS_DOUBTFUL = 1 << 10
    IS_LOAN = 1 << 11
    IS_SPELLABLE = 1 << 12  # a syllable without its tone, in use or not
    KNOWN_LETTERS = 0x1F00
    MOST_WORDS = 1 << 16
    MIXED = 3
    NEAR = 4  # words on either side of one that may change, among which two must be ours
    NO_WORD = -1
    BREAK = -2
    UNKNOWN_ID = 0  # the word id of syllables that the model does not know
    NUMBER_ID = 2  # of numbers
    FOREIGN_ID = 3  # and of words that are none of ours
    SKIPPED = -1  # the code of a sign that the model does not see


cdef struct Word:
    int32_t code
    int32_t small  # the number of the same word in small letters
    uint32_t bits
    int32_t count


cdef struct Place:
    Py_ssize_t start
    Py_ssize_t end
    Py_ssize_t first  # of the tokens of its part
    Py_ssize_t last  # behind them
    int32_t word


@cython.final
cdef class WordTable:
    """Words that were met, with what is known of them.

    `letters` are those of the language, `toneless` the same without their tones, `vocabulary` the
    words of the model by id; `syllables`, `doubtful` and `loans` are words in small letters,
    `spellable` all syllables that could be, without tones. `describe` returns the code and the bits
    of any word, `candidates` what may be meant by it. Words that were met are forgotten when they are many
    and no reading needs them.
    """

    cdef NgramModel _model
    cdef object _describe
    cdef object _candidates
    cdef FormTable _forms
    cdef const int32_t[::1] _codes
    cdef const double[::1] _rates
    cdef object _marks
    cdef double _doubtful
    cdef double _strange
    cdef double _impossible
    cdef dict _known  # candidates by the number of the word in small letters
    cdef WordNumbers _numbers
    cdef Word* _words
    cdef Py_ssize_t _size
    cdef Py_ssize_t _room
    cdef Py_ssize_t _inventory  # words that are not forgotten
    cdef Py_ssize_t _readings
    cdef uint16_t* _small
    cdef uint16_t* _toneless

    def __cinit__(self):
        self._numbers = WordNumbers()
        self._small = <uint16_t*> calloc(KNOWN_LETTERS, sizeof(uint16_t))
        self._toneless = <uint16_t*> calloc(KNOWN_LETTERS, sizeof(uint16_t))
        if self._small == NULL or self._toneless == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self._small)
        free(self._toneless)
        free(self._words)

    def __init__(
        self, NgramModel model not None, str letters not None, str toneless not None, vocabulary,
        syllables, doubtful, loans, spellable, describe, candidates,
    ):
        cdef Py_UCS4 letter, plain
        cdef str small
        cdef Py_ssize_t number
        self._model, self._describe, self._candidates, self._known = model, describe, candidates, {}
        if len(toneless) != len(letters):
            raise ValueError("Each letter needs the one without its tone.")
        for number in range(len(letters)):
            letter, plain, small = letters[number], toneless[number], letters[number].lower()
            if max(letter, plain) >= KNOWN_LETTERS or len(small) != 1 or ord(small) >= KNOWN_LETTERS:
                raise ValueError(f"The letter {letters[number]!r} has no place in a table of words.")
            self._small[letter], self._toneless[letter] = <uint16_t> ord(small), <uint16_t> plain
        if len(vocabulary) > model.size:
            raise ValueError("The model does not know all words of the vocabulary.")
        for number, word in enumerate(vocabulary):
            self._words[self._enter(word)].code = <int32_t> (4 * number)
        for words, bit in (
            (syllables, IS_SYLLABLE), (doubtful, IS_DOUBTFUL), (loans, IS_LOAN),
            (spellable, IS_SPELLABLE),
        ):
            for word in words:
                self._words[self._enter(word)].bits |= <uint32_t> bit
        self._inventory = self._size

    def look_up(
        self, FormTable forms not None, const int32_t[::1] codes not None,
        const double[::1] rates not None, marks, stays,
    ):
        """Look up here what may be meant by syllables in use and by words that could be none.

        `forms`, `codes` and `rates` as for `FormTable.candidates`; `marks` gives its `more` words
        for a form. `stays` are the log-probabilities that a word is meant which is doubtful, one
        that is strange, and one that is strange and has marks.
        """
        self._forms, self._codes, self._rates, self._marks = forms, codes, rates, marks
        self._doubtful, self._strange, self._impossible = stays
        self._known.clear()

    def __len__(self):
        return self._size

    def candidates(self, str word not None):
        """Return what may be meant by a word, itself the first."""
        cdef int32_t number = self._enter(word)
        self._learn(number)
        return self._meant(number)

    cdef void _forget(self) noexcept:
        """Forget the words that are not of the inventory, where they are too many."""
        cdef Py_ssize_t number
        if self._readings or self._size < MOST_WORDS:
            return
        self._known.clear()
        self._size = self._inventory
        self._numbers.forget(self._size)
        for number in range(self._size):
            self._words[number].bits &= ~<uint32_t> (2 * IS_LEARNT - 1)

    def describe(self, str word not None):
        """Return the code and the bits of a word."""
        cdef int32_t number = self._enter(word)
        self._learn(number)
        return self._words[number].code, self._words[number].bits & (IS_LEARNT - 1)

    def unknown(self, str text not None, spans):
        """Return those of some spans that have a word which is not known."""
        cdef Text letters = text_of(text)
        cdef int32_t number
        found = []
        for span in spans:
            number = self._learnt(&letters, span)
            if self._words[number].bits & IS_UNKNOWN:
                found.append(span)
        return found

    cdef int32_t _learnt(self, const Text* text, span) except -1:
        cdef Py_ssize_t start, end
        cdef int32_t number
        start, end = span
        if not 0 <= start <= end <= text.size:
            raise ValueError(f"The span from {start} to {end} is not in the text.")
        number = self._number(text, start, end)
        self._learn(number)
        return number

    def often(self, str text not None, spans, Py_ssize_t least):
        """Return which words that are not known, in small letters, have so many of some spans."""
        cdef Text letters = text_of(text)
        cdef int32_t number
        met = []
        for span in spans:
            number = self._words[self._learnt(&letters, span)].small
            self._learn(number)
            if self._words[number].bits & IS_UNKNOWN:
                met.append(number)
        return self._frequent(met, least)

    cdef object _frequent(self, list numbers, Py_ssize_t least):
        """Return the words of which so many numbers are."""
        cdef int32_t number
        cdef list found = []
        for number in numbers:
            self._words[number].count = 0
        for number in numbers:
            self._words[number].count += 1
            if self._words[number].count == least:
                found.append(number)
        return frozenset([self._numbers.text(number) for number in found])

    cdef int32_t _enter(self, str word) except -1:
        cdef Text letters = text_of(word)
        return self._number(&letters, 0, letters.size)

    cdef int32_t _number(self, const Text* text, Py_ssize_t start, Py_ssize_t end) except -1:
        """Return the number of a word; one that was not met is entered."""
        cdef int32_t number = self._numbers.number(text, start, end)
        cdef Py_ssize_t room
        cdef void* larger
        if number < self._size:
            return number
        if self._size == self._room:
            room = 2 * self._room + 1024
            larger = realloc(self._words, room * sizeof(Word))
            if larger == NULL:
                raise MemoryError
            self._words, self._room = <Word*> larger, room
        self._words[number] = Word(SKIPPED, -1, 0, 0)
        self._size += 1
        return number

    cdef int _learn(self, int32_t number) except -1:
        """Learn what a word is, unless that is known."""
        cdef int32_t small, code
        cdef uint32_t bits
        if self._words[number].bits & IS_LEARNT:
            return 0
        small = self._form(number, self._small)
        if small >= 0:
            if self._words[small].bits & IS_SYLLABLE:
                if self._words[small].code >= 0:
                    self._learn_ours(number, small, IS_MISSPELT)
                    return 0
            elif not self._words[self._form(small, self._toneless)].bits & IS_SPELLABLE:
                self._learn_ours(number, small, 0)
                return 0
        word = self._numbers.text(number)
        lowered = word.lower()
        small = self._enter(lowered)
        code, bits = self._describe(word)
        if not SKIPPED <= code < 4 * self._model.size:
            raise ValueError(f"There is no code {code}.")
        self._words[number].code, self._words[number].small = code, small
        self._words[number].bits |= (bits & (IS_LEARNT - 1)) | IS_LEARNT
        return 0

    cdef int32_t _form(self, int32_t number, const uint16_t* of) except -2:
        """Return the number of a word in other letters; -1 where it has some of other languages."""
        cdef Py_UCS4 letters[16]
        cdef Entry word = self._numbers.entries[number]
        cdef Text small
        cdef Py_ssize_t at
        cdef Py_UCS4 letter
        if word.size > 16:
            return -1
        for at in range(word.size):
            letter = self._numbers.letters[word.letters + at]
            if letter >= KNOWN_LETTERS or not of[letter]:
                return -1
            letters[at] = of[letter]
        small.data, small.kind, small.size = &letters[0], 4, word.size
        return self._number(&small, 0, word.size)

    cdef void _learn_ours(self, int32_t number, int32_t small, uint32_t bits) noexcept:
        """Learn what a word is that is a syllable in use (IS_MISSPELT), or could be none."""
        cdef Word* word = &self._words[number]
        cdef Py_ssize_t size = self._numbers.entries[number].size
        cdef const Py_UCS4* letters = (
            self._numbers.letters + self._numbers.entries[number].letters
        )
        cdef uint32_t known = self._words[small].bits
        cdef int32_t code = self._words[small].code & ~3
        cdef Py_ssize_t at, capitals = 0
        cdef bint has_marks = False
        for at in range(size):
            capitals += self._small[letters[at]] != letters[at]
            has_marks |= letters[at] > 127
        if self._words[small].code == SKIPPED:
            code = 4 * FOREIGN_ID
        if not known & IS_LOAN and (not bits or known & IS_DOUBTFUL):
            bits |= IS_UNKNOWN
        if known & IS_SYLLABLE:
            bits |= IS_OURS if has_marks else 0
        elif bits & IS_UNKNOWN if has_marks else code == 4 * FOREIGN_ID and size > 3:
            bits |= IS_MISSPELT
        if size > 1:
            bits |= IS_LETTERS
        if not capitals:
            bits |= IS_LOWER
        # The case patterns of the model: lower, title, upper, mixed; a capital alone is a title.
        at = 0
        if capitals == 1 and self._small[letters[0]] != letters[0]:
            at = TITLE
        elif capitals:
            at = 2 if capitals == size else MIXED
        word.code = code | <int32_t> at
        word.small = small
        word.bits |= bits | IS_LEARNT

    cdef Candidates _meant(self, int32_t number):
        """Return what may be meant by a word that is learnt."""
        cdef int32_t small = self._words[number].small
        found = self._known.get(small)
        if found is None:
            found = self._known[small] = self._looked_up(small)
        return found

    cdef Candidates _looked_up(self, int32_t small):
        """Look up what may be meant by a word in small letters."""
        cdef str form = self._numbers.text(small)
        cdef uint32_t bits = self._words[small].bits
        cdef int32_t plain, code = self._words[small].code & ~3
        cdef bint is_known = self._words[small].code >> 2 > FOREIGN_ID
        cdef double stays = self._doubtful if bits & IS_DOUBTFUL else 0
        if self._forms is None:
            return self._candidates(form)
        if bits & IS_SYLLABLE:
            if not is_known:
                return self._candidates(form)
            return self._forms.looked_up(
                self._model, self._codes, self._rates, form, code, stays, ()
            )
        plain = self._form(small, self._toneless)
        if plain < 0 or self._words[plain].bits & IS_SPELLABLE:
            return self._candidates(form)  # it may be in use with its tone in another place
        if not is_known:
            code = 4 * FOREIGN_ID
            stays = self._strange if form.isascii() else self._impossible
        return self._forms.looked_up(
            self._model, self._codes, self._rates, form, code, stays, self._marks(form)
        )


@cython.final
cdef class Reading:
    """The tokens of some parts of a text, three edges behind each part, so that the model forgets.

    Raises ValueError for parts that are not in the text, and for numbers of no token.
    """

    cdef readonly str text
    """The text."""
    cdef WordTable _table
    cdef Place* _places
    cdef Py_ssize_t _size
    cdef Py_ssize_t _room
    cdef int64_t* _codes  # three edges before and behind all

    def __dealloc__(self):
        free(self._places)
        free(self._codes)
        if self._table is not None:
            self._table._readings -= 1

    def __init__(self, WordTable table not None, str text not None, parts):
        cdef Text letters = text_of(text)
        cdef Py_ssize_t begin, end, first, at, k
        table._forget()
        self.text, self._table = text, table
        table._readings += 1
        for begin, end in parts:
            if not 0 <= begin <= end <= letters.size:
                raise ValueError(f"The part from {begin} to {end} is not in the text.")
            first = self._size
            self._read(&letters, begin, end)
            for at in range(first, self._size):
                self._places[at].first, self._places[at].last = first, self._size
            for k in range(AROUND):
                self._add(end, end, BREAK)
                self._places[self._size - 1].first = self._places[self._size - 1].last = self._size
        self._codes = <int64_t*> malloc((self._size + 2 * AROUND) * sizeof(int64_t))
        if self._codes == NULL:
            raise MemoryError
        for at in range(-AROUND, self._size + AROUND):
            self._codes[at + AROUND] = self._code(at) if 0 <= at < self._size else EDGE

    cdef int _read(self, const Text* letters, Py_ssize_t at, Py_ssize_t end) except -1:
        cdef Py_ssize_t first
        cdef int32_t number
        cdef int kind
        while at < end:
            first = at
            kind = token_at(letters, first, end, &at)
            if kind == BLANK:
                continue
            number = NO_WORD
            if kind != NUMBER:
                number = self._table._number(letters, first, at)
                self._table._learn(number)
                if self._table._words[number].code == SKIPPED:
                    continue
            self._add(first, at, number)
        return 0

    cdef int _add(self, Py_ssize_t start, Py_ssize_t end, int32_t word) except -1:
        cdef Py_ssize_t room
        cdef void* larger
        if self._size == self._room:
            room = 2 * self._room + 64
            larger = realloc(self._places, room * sizeof(Place))
            if larger == NULL:
                raise MemoryError
            self._places, self._room = <Place*> larger, room
        self._places[self._size].start, self._places[self._size].end = start, end
        self._places[self._size].word = word
        self._size += 1
        return 0

    cdef int64_t _code(self, Py_ssize_t at) noexcept:
        cdef int32_t word = self._places[at].word
        if word == BREAK:
            return EDGE
        return 4 * NUMBER_ID if word == NO_WORD else self._table._words[word].code

    cdef uint32_t _bits(self, Py_ssize_t at) noexcept:
        cdef int32_t word = self._places[at].word
        return self._table._words[word].bits if word >= 0 else 0

    cdef Py_ssize_t _checked(self, place) except -1:
        cdef Py_ssize_t at = place
        if not 0 <= at < self._size:
            raise ValueError(f"There is no token {place}.")
        return at

    def __len__(self):
        return self._size

    @property
    def codes(self):
        """The codes of the tokens: int64."""
        found = np.empty(self._size, np.int64)
        cdef int64_t[::1] view = found
        cdef Py_ssize_t at
        for at in range(self._size):
            view[at] = self._codes[at + AROUND]
        return found

    def token(self, place):
        """Return a token; an edge between parts begins at -1."""
        cdef Py_ssize_t at = self._checked(place)
        cdef Place item = self._places[at]
        if item.word == BREAK:
            return Token(-1, -1, "", EDGE)
        return Token(item.start, item.end, self.text[item.start:item.end], self._code(at))

    def small(self, place):
        """Return the word of a token in small letters."""
        cdef Py_ssize_t at = self._checked(place)
        if self._places[at].word < 0:
            return self.token(at).text.lower()
        return self._table._numbers.text(self._table._words[self._places[at].word].small)

    def place(self, Py_ssize_t start):
        """Return the number of the token that begins at a place of the text, -1: none does."""
        cdef Py_ssize_t low = 0, high = self._size, middle
        while low < high:
            middle = (low + high) // 2
            if self._places[middle].start < start:
                low = middle + 1
            else:
                high = middle
        if low < self._size and self._places[low].start == start and self._places[low].word != BREAK:
            return low
        return -1

    def often(self, Py_ssize_t least):
        """Return the words, in small letters, of which there are so many."""
        cdef Py_ssize_t at
        return self._table._frequent(
            [
                self._table._words[self._places[at].word].small
                for at in range(self._size) if self._places[at].word >= 0
            ],
            least,
        )

    def misspellable(self):
        """Return the places whose words may be misspelt, by themselves."""
        cdef Py_ssize_t at
        return [at for at in range(self._size) if self._may_be_misspelt(at)]

    def unlikely(self, float alone, float first, float second):
        """Return those of them whose log-probability is below `alone`, or below `first` before one
        whose is below `second`."""
        cdef float* low = <float*> malloc((self._size + 1) * sizeof(float))
        cdef int before[AROUND]
        cdef Py_ssize_t at
        if low == NULL:
            raise MemoryError
        try:
            for at in range(AROUND):
                before[at] = EDGE
            self._table._model.score_run(before, self._codes + AROUND, self._size, low)
            return [
                at for at in range(self._size)
                if (
                    low[at] < alone
                    or (low[at] < first and at + 1 < self._size and low[at + 1] < second)
                ) and self._may_be_misspelt(at)
            ]
        finally:
            free(low)

    cdef bint _may_be_misspelt(self, Py_ssize_t at) noexcept:
        """Say whether a word may be a misspelling: a syllable, or hardly foreign; and no name."""
        cdef uint32_t bits = self._bits(at)
        if not bits & IS_MISSPELT:
            return False
        return bits & IS_LOWER or (
            self._code(at) & 3 == TITLE and (at == 0 or self._code(at - 1) == EDGE)
        )

    def changeable(self, places, bint among_names=True):
        """Say of some places whether the word may be touched: one of ours, among ours, no name.

        With `among_names` also between two words with capitals.
        """
        cdef Text letters = text_of(self.text)
        cdef Py_ssize_t at
        found = []
        for place in places:
            at = self._checked(place)
            found.append(
                self._may_change(&letters, at) and (among_names or not self._is_among_names(at))
            )
        return found

    def is_among_names(self, place):
        """Say whether the words on both sides have a capital inside a sentence."""
        return self._is_among_names(self._checked(place))

    cdef bint _may_change(self, const Text* text, Py_ssize_t at) noexcept:
        cdef Place item = self._places[at]
        cdef int64_t code = self._code(at)
        cdef Py_UCS4 left, right
        cdef Py_ssize_t near
        cdef int ours = 0
        if not self._bits(at) & IS_LETTERS:
            return False
        if code & 3 == MIXED or (code & 3 == TITLE and at and self._code(at - 1) != EDGE):
            return False
        left, right = letter_at(text, item.start - 1), letter_at(text, item.end)
        if left in u"-_/@\\'’.&+=#–0123456789" or right in u"-_/@\\'’&+=#–0123456789":
            return False
        if right in u".:(" and is_alnum(letter_at(text, item.end + 1)):
            return False
        # A word in another language has marked neighbours too, but they are no words of ours.
        for near in range(at - 1, max(at - NEAR, 0) - 1, -1):
            if self._places[near].word == BREAK:
                break
            ours += self._bits(near) & IS_OURS
            if ours == 2:
                return True
        for near in range(at + 1, min(at + 1 + NEAR, self._size)):
            if self._places[near].word == BREAK:
                break
            ours += self._bits(near) & IS_OURS
            if ours == 2:
                return True
        return False

    cdef bint _is_among_names(self, Py_ssize_t at) noexcept:
        cdef int64_t after
        if at + 1 >= self._size or at < 2:
            return False
        after = self._code(at + 1)
        return (
            after & 3 == TITLE and after >> 2 != BOUNDARY
            and self._code(at - 1) & 3 == TITLE and self._code(at - 2) != EDGE
        )

    def score(
        self, places, floors, odds, double prior, double least, limits, weights, network,
        states=None, bint all_by_both=False,
    ):
        """Return of each place its five likeliest candidates: (log-odds against the word, number).

        What the pairs with its neighbours alone make less likely than its floor (log-odds) is left
        out. `network()` gives the context network, which has a say with the n-grams (`weights` of
        these and of it, and what is added to an error's odds) where the best by n-grams lies
        between the `limits`, or in all places; `states` is what it said of every token. None where
        the best, with the prior and the odds of its place, is below `least`; but for words that are not
        known.
        """
        cdef double low, high, near, far, base, floor, more
        cdef int row[WINDOW]
        cdef Ranked best
        cdef Candidates those
        cdef Py_ssize_t at, number, k, size = 0
        cdef const float[::1] fits
        cdef int64_t[::1] owner, ids
        cdef int id_
        low, high = limits
        near, far, base = weights
        found, asked, where = [], [], []
        for place, floor, more in zip(places, floors, odds, strict=True):
            at = self._checked(place)
            those = self._candidates(at)
            best.count = 0
            if not all_by_both:
                self._window(at, row)
                those.rank_by_ngrams(row, floor, &best)
            if states is not None or all_by_both or (
                best.count and low < best.log_odds[0] < high
            ):
                asked.append(len(found))
                where.append(at)
                size += those._size
                found.append(None)
            else:
                found.append(self._listed(at, &best, prior, more, least))
        if not asked:
            return found
        model = network()
        if states is None:
            firsts = [self._places[<Py_ssize_t> place].first for place in where]
            ends = [self._places[<Py_ssize_t> place].last for place in where]
            states = model.states_at(self.codes, where, (firsts, ends))
        else:
            states = states[where]
        owners, words = np.empty(size, np.int64), np.empty(size, np.int64)
        owner, ids = owners, words
        size = 0
        for number, at in enumerate(where):
            those = self._candidates(at)
            for k in range(those._size):
                id_ = those._items[k].code >> 2
                # The network knows nothing of syllables that the model does not know.
                owner[size], ids[size] = number, FOREIGN_ID if id_ == UNKNOWN_ID else id_
                size += 1
        fits = model.core.fits(states, owners, words)
        size = 0
        for number, at in zip(asked, where):
            those = self._candidates(at)
            self._window(at, row)
            those.rank_by_both(row, &fits[size], near, far, base, &best)
            found[number] = self._listed(at, &best, prior, odds[number], least)
            size += those._size
        return found

    def source(self, Py_ssize_t place, Py_ssize_t number):
        """Return the word and the kind of a candidate of a place, as `Candidates.source` does."""
        return self._candidates(self._checked(place)).source(number)

    cdef object _listed(
        self, Py_ssize_t at, const Ranked* best, double prior, double more, double least
    ):
        cdef Py_ssize_t k
        if not self._bits(at) & IS_UNKNOWN and not (
            best.count and best.log_odds[0] + prior + more >= least
        ):
            return None
        return [(best.log_odds[k], best.numbers[k]) for k in range(best.count)]

    cdef Candidates _candidates(self, Py_ssize_t at):
        if self._places[at].word < 0:
            raise ValueError(f"The token {at} is no word.")
        return self._table._meant(self._places[at].word)

    cdef void _window(self, Py_ssize_t at, int* row) noexcept:
        """Write the codes of a place and of the three tokens on either side."""
        cdef Py_ssize_t k
        for k in range(WINDOW):
            row[k] = <int> self._codes[at + k]
