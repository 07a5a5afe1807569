# cython: language_level=3
"""Emissions of tokens under several channels, and the candidates of a whole text for the decoder.

`FormIndex` has all channels inverted at once: damaged form -> surfaces, and the channels that make
the one of the other. `EmissionTable` learns each token once, and fills the decoder's table with the
candidates of the tokens of many lines. A set of channels is a number, bit c for channel c.
"""

cimport cython
from libc.math cimport INFINITY, exp, log, log1p
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset

import numpy as np

from vnclean.core.decoder cimport Candidates, Decoded
from vnclean.core.text cimport (
    LONG_TEXT,
    Letter,
    PyUnicode_DATA,
    PyUnicode_GET_LENGTH,
    PyUnicode_KIND,
)
from vnclean.core.vectors cimport Vector, append, clear, reserve

__all__ = ["MAX_CHANNELS", "CleanTokens", "EmissionTable", "FormIndex", "SlotRows", "hashes_of"]

MAX_CHANNELS = 16

cdef enum:
    ITSELF = -1  # the origin of a candidate that is the token as it stands
    LONGEST = 255  # characters of a token at most
    MOST_WORDS = 1 << 17  # tokens of which the word is remembered
    PART = 1 << 16  # characters of which words are counted at once
    SKIP = -1  # the code of what the language model doesn't see
    UPPER = 2  # the case pattern of capitals in the code of a word
    KNOWN = 0x2000  # the class of a character is looked up below this, and asked of Python above

cdef enum Class:
    SIGN
    LETTER
    MARK
    DIGIT
    JOINT  # what may stand between the digits of a number
    BLANK
    FEED

cdef extern from "Python.h":
    bint Py_UNICODE_ISALNUM(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISDECIMAL(uint32_t letter) noexcept nogil
    bint Py_UNICODE_ISSPACE(uint32_t letter) noexcept nogil

cdef uint64_t OFFSET = 0xCBF29CE484222325ULL
cdef uint64_t PRIME = 0x100000001B3ULL

cdef struct Entry:
    # What a token may have been: a surface between the token's first and last characters.
    int32_t surface
    uint32_t channels
    uint8_t left
    uint8_t right
    double score

cdef struct Token:
    int64_t first
    int32_t entries
    int32_t code
    int32_t own_code
    uint32_t same
    uint32_t explains
    uint8_t damaged
    uint8_t is_word
    uint8_t opens
    uint8_t is_mark
    int64_t stamp
    double own_score
    double clean
    uint64_t value  # its hash

cdef struct Key:
    # A row of candidates that was made: token and mixture, plus one; 0: free.
    int64_t key
    int64_t row


cdef uint64_t _hash(str text, Py_ssize_t begin, Py_ssize_t end):
    """Return the hash of a stretch of a string (FNV-1a over its code points, mixed), never 0."""
    cdef uint64_t value = OFFSET
    cdef Py_ssize_t at
    for at in range(begin, end):
        value = (value ^ <uint64_t><uint32_t>text[at]) * PRIME
    return _finished(value)


cdef inline uint64_t _finished(uint64_t value) noexcept nogil:
    value ^= value >> 32
    value *= 0xD6E8FEB86659FD93ULL
    value ^= value >> 32
    return value if value else 1


cdef Class _class_of(uint32_t letter) noexcept nogil:
    """Return the class of a character; a letter is what Python's `[^\\W\\d_]` matches."""
    if letter == c"?" or letter == 0xFFFD:
        return MARK
    if letter == c"\n":
        return FEED
    if Py_UNICODE_ISDECIMAL(letter):
        return DIGIT
    if Py_UNICODE_ISALNUM(letter):
        return LETTER
    if Py_UNICODE_ISSPACE(letter):
        return BLANK
    if letter == c"." or letter == c"," or letter == c":" or letter == c"/":
        return JOINT
    return SIGN


cdef uint8_t[KNOWN] _CLASSES
cdef uint32_t _code
for _code in range(KNOWN):
    _CLASSES[_code] = _class_of(_code)


cdef inline Class _class(uint32_t letter) noexcept nogil:
    return <Class>_CLASSES[letter] if letter < KNOWN else _class_of(letter)


cdef bint _cut(const Letter* letters, Py_ssize_t size, Vector* found) noexcept nogil:
    """Append start, end and hash of each token of a text; false where there is no memory."""
    cdef Py_ssize_t at = 0, first
    cdef Class kind
    cdef uint64_t value
    while at < size:
        first = at
        kind = _class(letters[at])
        value = (OFFSET ^ <uint32_t>letters[at]) * PRIME
        at += 1
        if kind == LETTER or kind == MARK:
            while at < size and _class(letters[at]) in (LETTER, MARK):
                value = (value ^ <uint32_t>letters[at]) * PRIME
                at += 1
        elif kind == BLANK:
            while at < size and _class(letters[at]) == BLANK:
                value = (value ^ <uint32_t>letters[at]) * PRIME
                at += 1
        elif kind == DIGIT:
            while at < size:
                kind = _class(letters[at])
                if kind != DIGIT and (
                    kind != JOINT or at + 1 == size or _class(letters[at + 1]) != DIGIT
                ):
                    break
                value = (value ^ <uint32_t>letters[at]) * PRIME
                at += 1
        if not reserve(found, 3):
            return False
        append(found, first)
        append(found, at)
        append(found, <int64_t>_finished(value))
    return True


cdef inline double _log_add(double a, double b) noexcept nogil:
    """Return the logarithm of the sum of two probabilities given as logarithms."""
    return a + log1p(exp(b - a)) if a >= b else b + log1p(exp(a - b))


def hashes_of(str surfaces not None, str forms not None):
    """Return the hashes of damaged forms, a line each (uint64); 0 where a line is its surface's.

    Raises ValueError where there are not as many lines.
    """
    cdef Py_ssize_t count = surfaces.count("\n") + 1, begin = 0, end, first = 0, last, k
    cdef Py_ssize_t size = len(surfaces), form_size = len(forms)
    if forms.count("\n") + 1 != count:
        raise ValueError("Each surface has a line of its own, and so has its form.")
    found = np.zeros(count, np.uint64)
    cdef uint64_t[::1] view = found
    for k in range(count):
        end = begin
        while end < size and surfaces[end] != c"\n":
            end += 1
        last = first
        while last < form_size and forms[last] != c"\n":
            last += 1
        if end - begin != last - first or surfaces[begin:end] != forms[first:last]:
            view[k] = _hash(forms, first, last)
        begin, first = end + 1, last + 1
    return found


@cython.final
cdef class FormIndex:
    """Which surfaces damaged forms may come from, and through which channels; never copied.

    `codes` (int32) are the surfaces' codes for the decoder, `shares` (float64) log-probabilities
    within the code, `logs` (float64) log-probabilities without context. `hashes` (uint64, rising)
    tell the forms; form k comes from the `surfaces` (uint16) from starts[k] to starts[k + 1]
    (uint32), from rares[k] (uint32) on the rare ones, which count where no common one explains the
    form under a channel; `channels` (uint16) is a set of bits for each of them. Raises ValueError
    where they don't fit together.
    """

    cdef const uint64_t[::1] _hashes
    cdef const uint32_t[::1] _starts
    cdef const uint32_t[::1] _rares
    cdef const uint16_t[::1] _surfaces
    cdef const uint16_t[::1] _channels
    cdef const int32_t[::1] _codes
    cdef const double[::1] _shares
    cdef const double[::1] _chances

    def __cinit__(self, codes, shares, logs, hashes, starts, rares, surfaces, channels):
        self._codes = np.ascontiguousarray(codes, np.int32)
        self._shares = np.ascontiguousarray(shares, np.float64)
        self._chances = np.exp(np.asarray(logs, np.float64))
        self._hashes, self._starts, self._rares = hashes, starts, rares
        self._surfaces, self._channels = surfaces, channels
        cdef Py_ssize_t forms = self._hashes.shape[0], held = self._surfaces.shape[0], k
        if not self._codes.shape[0] == self._shares.shape[0] == self._chances.shape[0]:
            raise ValueError("A surface has one code, one share and one log-probability.")
        if self._starts.shape[0] != forms + 1 or self._rares.shape[0] != forms:
            raise ValueError("Each form has its surfaces.")
        if self._channels.shape[0] != held or self._starts[0] or self._starts[forms] != held:
            raise ValueError("Each surface of a form has its channels.")
        for k in range(forms):
            if k and self._hashes[k] <= self._hashes[k - 1]:
                raise ValueError("The forms are in the order of their hashes.")
            if not self._starts[k] <= self._rares[k] <= self._starts[k + 1]:
                raise ValueError("The rare surfaces of a form stand behind the common ones.")
        for k in range(held):
            if self._surfaces[k] >= self._codes.shape[0]:
                raise ValueError(f"There is no surface {self._surfaces[k]}.")

    def __len__(self):
        return self._hashes.shape[0]

    cdef Py_ssize_t _find(self, uint64_t value) noexcept:
        """Return the number of a form, -1: it is none."""
        cdef Py_ssize_t low = 0, high = self._hashes.shape[0], middle
        while low < high:
            middle = (low + high) // 2
            if self._hashes[middle] < value:
                low = middle + 1
            else:
                high = middle
        return low if low < self._hashes.shape[0] and self._hashes[low] == value else -1


@cython.final
cdef class SlotRows:
    """The rows of a sequence for the decoder (int64), and where its slots are.

    `slots` (int64) are the numbers of their tokens in the sequence, `places` (int64) those of
    their rows in `rows`; `damaged` (bool) says whether nothing but damage explains them.
    """

    cdef readonly object rows
    cdef readonly object slots
    cdef readonly object places
    cdef readonly object damaged
    cdef Candidates _table
    cdef int32_t[::1] _origins
    cdef const int64_t[:] _row_of

    def origins_of(self, Py_ssize_t place, numbers):
        """Return the entries that candidates (numbers) of the row at `place` are; -1: the token."""
        if not 0 <= place < self._row_of.shape[0]:
            raise IndexError(f"There is no row {place}.")
        cdef Py_ssize_t row = self._row_of[place]
        return [self._origin(row, number) for number in numbers]

    cdef int32_t _origin(self, Py_ssize_t row, Py_ssize_t number) except? -2:
        cdef Py_ssize_t first = self._table._starts[row]
        if not 0 <= number < self._table._starts[row + 1] - first:
            raise IndexError(f"The row has no candidate {number}.")
        return self._origins[first + number]

    def origins(self, best):
        """Return for each slot the entry that its best candidate is, int32; -1: the token.

        `best` (int32) has the number of a candidate for each row.
        """
        cdef const int32_t[:] numbers = np.asarray(best, np.int32)
        cdef const int64_t[:] rows = self._row_of
        cdef const int64_t[:] places = self.places
        cdef Py_ssize_t k
        found = np.empty(places.shape[0], np.int32)
        cdef int32_t[:] view = found
        if numbers.shape[0] != rows.shape[0]:
            raise ValueError("There is one best candidate for each row.")
        for k in range(places.shape[0]):
            view[k] = self._origin(rows[places[k]], numbers[places[k]])
        return found


    def own_posteriors(self, Decoded decoded not None, slots, double below):
        """Return for some slots the posterior of the token as it stands, float64.

        0 where it is no candidate any more, or the best one's posterior is not less than `below`.
        """
        cdef const int64_t[:] given = np.asarray(slots, np.int64)
        cdef const int64_t[:] places = self.places
        cdef const float[:] confidence = decoded.confidence
        found = np.zeros(given.shape[0])
        cdef double[:] view = found
        cdef Py_ssize_t k, place, member
        if len(decoded) != self._row_of.shape[0]:
            raise ValueError("There is one decoded slot for each row.")
        for k in range(given.shape[0]):
            if not 0 <= given[k] < places.shape[0]:
                raise IndexError(f"There is no slot {given[k]}.")
            place = places[given[k]]
            if confidence[place] < below:
                for member in range(decoded._starts[place], decoded._starts[place + 1]):
                    if self._origin(self._row_of[place], decoded._numbers[member]) == ITSELF:
                        view[k] = decoded._posteriors[member]
        return found


@cython.final
cdef class CleanTokens:
    """What clean text says of tokens, and which channels leave a character as it is.

    `place` (dict) finds the number of a surface, `logs` (float64) are their log-probabilities.
    `code` gives the code of a token, `pattern` its case pattern; `leaves` the channels that leave a
    character alone, as bits; `is_syllable` says what is one. `fragments` can't be words before a
    mark; a word may begin after one of `opening`. Tokens of more than `longest` characters are
    nobody's words. `edge` and `foreign` are codes: of a sentence's edge, and of a word that the
    model doesn't know. The others are log-probabilities: `strange` of a word that isn't in
    `place`, and as a candidate `stranger`; `unexplained` of a certain word with a mark in it,
    `punctuation` of a mark at the edge of a word, `alone` of one that stands alone, `glued` of one
    between two words, `several` of some in a row.
    """

    cdef dict _place, _far
    # Which word a token is, by its hash (0: free).
    cdef uint64_t* _hashes
    cdef int32_t* _words
    cdef uint64_t _mask
    cdef Py_ssize_t _kept_words
    cdef const double[::1] _logs
    cdef object _code, _pattern, _leaves, _is_syllable, _fragments
    cdef str _opening
    cdef int _longest, _edge, _foreign
    cdef double _strange, _stranger, _unexplained, _punctuation, _alone, _glued, _several
    cdef int64_t[KNOWN] _near

    def __cinit__(
        self, dict place not None, logs, *, code, pattern, leaves, is_syllable, fragments,
        str opening not None, int longest, int edge, int foreign, double strange, double stranger,
        double unexplained, double punctuation, double alone, double glued, double several,
    ):
        cdef int k
        self._place, self._far = place, {}
        self._logs = np.ascontiguousarray(logs, np.float64)
        self._code, self._pattern, self._leaves = code, pattern, leaves
        self._is_syllable, self._fragments, self._opening = is_syllable, fragments, opening
        self._longest, self._edge, self._foreign = longest, edge, foreign
        self._strange, self._stranger, self._unexplained = strange, stranger, unexplained
        self._punctuation, self._alone = punctuation, alone
        self._glued, self._several = glued, several
        for k in range(KNOWN):
            self._near[k] = -1

    cdef int64_t _kept(self, Py_UCS4 letter) except -1:
        """Return the channels that leave a character as it is."""
        if letter < KNOWN:
            if self._near[letter] < 0:
                self._near[letter] = self._leaves(letter)
            return self._near[letter]
        found = self._far.get(letter)
        if found is None:
            found = self._leaves(letter)
            if len(self._far) < KNOWN:
                self._far[letter] = found
        return found

    def __dealloc__(self):
        free(self._hashes)
        free(self._words)

    cdef int _word(self, str text, Py_ssize_t begin, Py_ssize_t end, uint64_t value) except? -2:
        """Return which word of the language model a part of a text with its hash is; -1: none."""
        cdef uint64_t at = value & self._mask
        cdef str token
        cdef int found
        while self._hashes != NULL and self._hashes[at]:
            if self._hashes[at] == value:
                return self._words[at]
            at = (at + 1) & self._mask
        token = text[begin:end]
        if token[0].isalpha() and ("?" in token or "\ufffd" in token):
            found = self._foreign >> 2  # as what is learnt says
        else:
            found = self._code(token) >> 2
        if self._kept_words < MOST_WORDS:
            self._keep_word(value, found)
        return found

    cdef int _keep_word(self, uint64_t value, int word) except -1:
        """Remember which word has a hash."""
        cdef uint64_t room, at, k
        cdef uint64_t* hashes
        cdef int32_t* words
        if 2 * (self._kept_words + 1) > <Py_ssize_t>self._mask:
            room = 4 * (self._mask + 1) if self._mask else 1 << 12
            hashes = <uint64_t*>calloc(room, sizeof(uint64_t))
            words = <int32_t*>calloc(room, sizeof(int32_t))
            if hashes == NULL or words == NULL:
                free(hashes)
                free(words)
                raise MemoryError
            for k in range(self._mask + 1 if self._mask else 0):
                if self._hashes[k]:
                    at = self._hashes[k] & (room - 1)
                    while hashes[at]:
                        at = (at + 1) & (room - 1)
                    hashes[at], words[at] = self._hashes[k], self._words[k]
            free(self._hashes)
            free(self._words)
            self._hashes, self._words, self._mask = hashes, words, room - 1
        at = value & self._mask
        while self._hashes[at]:
            at = (at + 1) & self._mask
        self._hashes[at], self._words[at] = value, word
        self._kept_words += 1
        return 0

    cdef Py_ssize_t _number(self, str word) except -2:
        """Return the number of a surface, -1: it is none."""
        found = self._place.get(word)
        if found is None:
            return -1
        if not 0 <= found < self._logs.shape[0]:
            raise IndexError(f"There is no surface {found}.")
        return found

    cdef double _as_it_stands(
        self, str stem, bint leads, bint is_lost, bint* damaged
    ) except? -1:
        """Return the log-probability of a marked word in clean text, and whether it can't be.

        `leads` says whether a mark stands before the word, `is_lost` whether one is no question
        mark.
        """
        cdef Py_ssize_t number, at = 0, end, size = len(stem)
        cdef double known = self._glued
        damaged[0] = True
        if is_lost:
            return self._unexplained
        if "?" not in stem:
            if leads:
                damaged[0] = stem[0].islower()
                return self._unexplained
            number = self._number(stem)
            damaged[0] = stem.lower() in self._fragments
            return (self._logs[number] if number >= 0 else self._strange) + self._punctuation
        while at < size:
            end = at
            while end < size and stem[end] != c"?":
                end += 1
            if end > at:
                if end == at + 1:
                    return self._unexplained
                part = stem[at:end]
                number = self._number(part)
                if number < 0 or not self._is_syllable(part):
                    return self._unexplained
                known += self._logs[number]
            at = end + 1
        damaged[0] = False
        return max(known, self._unexplained)


@cython.final
cdef class EmissionTable:
    """What clean text and the channels of an index say of tokens; grows, each is learnt once.

    `tokens` lists them by number, `numbers` finds them. `edge` is the log-probability that a mark
    at the edge of a word is punctuation, `nothing` that of a token that a channel can't bring
    forth.
    """

    cdef readonly list tokens
    cdef readonly dict numbers
    cdef FormIndex _index
    cdef int _channels
    cdef double _edge, _nothing
    cdef Token* _items
    cdef double* _logs
    cdef Py_ssize_t _room
    cdef Entry* _entries
    cdef Py_ssize_t _count, _entry_room
    # The tokens by hash (1 + number; 0: free), and what the states of a line say of each.
    cdef int32_t* _places
    cdef uint64_t _mask
    cdef double* _states
    cdef Py_ssize_t _weighed
    cdef double _leak
    cdef tuple _in_places
    cdef int64_t _stamp

    def __cinit__(self, FormIndex index not None, int channels, double edge, double nothing):
        if not 1 <= channels <= MAX_CHANNELS:
            raise ValueError(f"1 to {MAX_CHANNELS} channels are possible.")
        self._index, self._channels = index, channels
        self._edge, self._nothing = edge, nothing
        self.tokens, self.numbers = [], {}

    def __dealloc__(self):
        free(self._items)
        free(self._logs)
        free(self._entries)
        free(self._places)
        free(self._states)

    def __len__(self):
        return len(self.tokens)

    def read(self, str text not None, begins, CleanTokens clean not None):
        """Cut a text into tokens: return their numbers, where they begin and their lines, int64.

        A token is a run of letters and marks, a number, a line feed, a run of other blanks, or one
        character. `begins` (int64) says for each line of the text where it begins in the document
        that positions are counted in. What is new is learnt, with what `clean` says of it. Raises
        ValueError where there are not as many lines.
        """
        cdef const int64_t[:] starts = np.asarray(begins, np.int64)
        cdef Vector found = Vector(NULL, 0, 0)
        cdef const void* data = PyUnicode_DATA(text)
        cdef Py_ssize_t size = PyUnicode_GET_LENGTH(text), count
        cdef int letter_size = PyUnicode_KIND(text)
        cdef bint done
        if starts.shape[0] != text.count("\n") + 1:
            raise ValueError("Each line of the text begins somewhere.")
        try:
            if size < LONG_TEXT:
                done = _cut_text(data, letter_size, size, &found)
            else:
                with nogil:
                    done = _cut_text(data, letter_size, size, &found)
            if not done:
                raise MemoryError
            count = found.size // 3
            kind, begin = np.empty(count, np.int64), np.empty(count, np.int64)
            lines = np.empty(count, np.int64)
            self._number(text, &found, clean, kind)
            _place(text, &found, starts, begin, lines)
        finally:
            clear(&found)
        return kind, begin, lines

    def count(self, str text not None, CleanTokens clean not None, Py_ssize_t words):
        """Return which of so many words of the language model stand in a text, and how often each
        does, int64 both.

        What is new is not learnt: of most of these tokens nothing else is ever asked.
        """
        cdef Vector found = Vector(NULL, 0, 0), seen = Vector(NULL, 0, 0)
        cdef Py_ssize_t k, at = 0, end, size = PyUnicode_GET_LENGTH(text)
        cdef int letter_size = PyUnicode_KIND(text)
        cdef const char* data = <const char*>PyUnicode_DATA(text)
        cdef int64_t number
        cdef int word
        cdef int32_t* counted = <int32_t*>calloc(words + 1, sizeof(int32_t))
        try:
            if counted == NULL:
                raise MemoryError
            while at < size:
                end = min(at + PART, size)
                while end < size and _class(<Py_UCS4>text[end - 1]) not in (BLANK, FEED):
                    end += 1
                found.size = 0
                if not _cut_text(data + at * letter_size, letter_size, end - at, &found):
                    raise MemoryError
                for k in range(0, found.size, 3):
                    if _class(<Py_UCS4>text[at + found.items[k]]) in (BLANK, FEED):
                        continue
                    number = self._of_hash(<uint64_t>found.items[k + 2])
                    if number < 0:
                        word = clean._word(
                            text, at + found.items[k], at + found.items[k + 1],
                            <uint64_t>found.items[k + 2],
                        )
                    else:
                        word = self._items[number].code >> 2
                    if 0 <= word < words:
                        if not counted[word] and not append(&seen, word):
                            raise MemoryError
                        counted[word] += 1
                at = end
            held, times = np.empty(seen.size, np.int64), np.empty(seen.size, np.int64)
            _spread(held, times, &seen, counted)
        finally:
            free(counted)
            clear(&found)
            clear(&seen)
        return held, times

    cdef int _number(
        self, str text, Vector* found, CleanTokens clean, int64_t[:] kind
    ) except -1:
        """Set the numbers of tokens; learn those that are new."""
        cdef Py_ssize_t k, begin, end
        cdef uint64_t value
        for k in range(kind.shape[0]):
            begin, end = found.items[3 * k], found.items[3 * k + 1]
            value = <uint64_t>found.items[3 * k + 2]
            kind[k] = self._find(text, begin, end, value)
            if kind[k] < 0:
                kind[k] = self._learn_token(text[begin:end], clean)
        return 0

    cdef int64_t _find(self, str text, Py_ssize_t begin, Py_ssize_t end, uint64_t value) except -2:
        """Return the number of a token, a part of a text with its hash; -1: it is new."""
        cdef uint64_t at = value & self._mask
        cdef Py_ssize_t k, size = end - begin
        cdef str token
        while self._places != NULL and self._places[at]:
            token = <str>self.tokens[self._places[at] - 1]
            if len(token) == size:
                k = 0
                while k < size and token[k] == text[begin + k]:
                    k += 1
                if k == size:
                    return self._places[at] - 1
            at = (at + 1) & self._mask
        return -1

    cdef int64_t _of_hash(self, uint64_t value) noexcept:
        """Return the number of the first token with a hash; -1: there is none."""
        cdef uint64_t at = value & self._mask
        while self._places != NULL and self._places[at]:
            if self._items[self._places[at] - 1].value == value:
                return self._places[at] - 1
            at = (at + 1) & self._mask
        return -1

    cdef int _enter(self, str token, Py_ssize_t number) except -1:
        """Make a token findable by its hash."""
        cdef uint64_t room, at
        cdef int32_t* fresh
        cdef Py_ssize_t k
        if 2 * (number + 1) > <Py_ssize_t>self._mask:
            room = 4 * (self._mask + 1) if self._mask else 1 << 10
            fresh = <int32_t*>calloc(room, sizeof(int32_t))
            if fresh == NULL:
                raise MemoryError
            free(self._places)
            self._places, self._mask = fresh, room - 1
            for k in range(number):
                self._enter(<str>self.tokens[k], k)
        at = _hash(token, 0, len(token)) & self._mask
        while self._places[at]:
            at = (at + 1) & self._mask
        self._places[at] = <int32_t>(number + 1)
        return 0

    def sum_by_line(self, kind, line, Py_ssize_t lines, double leak, in_places):
        """Return log-probabilities of lines under clean, damaged throughout, and in places.

        float64[lines, 1 + 2 * channels]; `kind` and `line` are as `read` gave them. `leak` is the
        share of a line's tokens that a channel leaves alone where it damaged it throughout;
        `in_places` holds shares of the tokens that it may have damaged where it did so in places,
        one as probable as the other for a line. What is no word says nothing.
        """
        cdef const int64_t[:] kinds = np.asarray(kind, np.int64)
        cdef const int64_t[:] line_of = np.asarray(line, np.int64)
        shares = tuple(in_places)
        cdef Py_ssize_t count = len(shares), whole = 1 + self._channels, c, k, j, s
        cdef Py_ssize_t states = whole + count * self._channels
        cdef const double* said
        cdef double sum
        if not count:
            raise ValueError("Some share of the tokens is damaged where a line is in places.")
        total, found = np.zeros((lines, states)), np.empty((lines, whole + self._channels))
        cdef double[:, ::1] view = total, made = found
        if kinds.shape[0] != line_of.shape[0]:
            raise ValueError("Each token has a line.")
        self._weigh_states(leak, shares)
        for k in range(kinds.shape[0]):
            if not 0 <= line_of[k] < lines:
                raise IndexError(f"There is no line {line_of[k]}.")
            if self._item(kinds[k]).is_word:
                said = self._states + kinds[k] * states
                for s in range(states):
                    view[line_of[k], s] += said[s]
        for k in range(lines):
            for s in range(whole):
                made[k, s] = view[k, s]
            for c in range(self._channels):
                sum = view[k, whole + c]
                for j in range(1, count):
                    sum = _log_add(sum, view[k, whole + j * self._channels + c])
                made[k, whole + c] = sum - log(count)
        return found

    cdef int _weigh_states(self, double leak, tuple in_places) except -1:
        """Set what the states of a line say of the tokens that were learnt since."""
        cdef Py_ssize_t count = len(self.tokens), whole = 1 + self._channels, n
        cdef Py_ssize_t states = whole + len(in_places) * self._channels
        cdef int channel
        cdef double own, other, share
        cdef double* said
        cdef void* moved
        if leak != self._leak or in_places != self._in_places:
            self._leak, self._in_places, self._weighed = leak, in_places, 0
        if self._weighed == count:
            return 0
        moved = realloc(self._states, self._room * states * sizeof(double))
        if moved == NULL:
            raise MemoryError
        self._states = <double*>moved
        for n in range(self._weighed, count):
            own = self._items[n].clean
            said = self._states + n * states
            said[0] = own
            for channel in range(self._channels):
                other = self._logs[n * self._channels + channel]
                said[1 + channel] = _log_add(other + log(1 - leak), own + log(leak))
            said += whole
            for share in in_places:
                for channel in range(self._channels):
                    other = self._logs[n * self._channels + channel]
                    said[channel] = _log_add(other + log(share), own + log(1 - share))
                said += self._channels
        self._weighed = count
        return 0

    def explained(self, kind, line, channel):
        """Return of each line how many words only damage explains, how many of these the line's
        channel explains, and how many of those are different ones; int64[lines] each.

        `kind` and `line` are as `read` gave them, `channel` (int64) is of each line.
        """
        cdef const int64_t[:] kinds = np.asarray(kind, np.int64)
        cdef const int64_t[:] line_of = np.asarray(line, np.int64)
        cdef const int64_t[:] channels = np.asarray(channel, np.int64)
        cdef Py_ssize_t lines = channels.shape[0], k, here
        cdef Token* item
        damaged, good = np.zeros(lines, np.int64), np.zeros(lines, np.int64)
        distinct = np.zeros(lines, np.int64)
        cdef int64_t[:] damaged_view = damaged, good_view = good, distinct_view = distinct
        if kinds.shape[0] != line_of.shape[0]:
            raise ValueError("Each token has a line.")
        self._stamp += 1
        for k in range(kinds.shape[0]):
            here = line_of[k]
            if not 0 <= here < lines or not 0 <= channels[here] < self._channels:
                raise IndexError("There is no such line or channel.")
            if k and here != line_of[k - 1]:
                self._stamp += 1
            item = self._item(kinds[k])
            if item.is_word and item.damaged:
                damaged_view[here] += 1
                if item.explains >> channels[here] & 1:
                    good_view[here] += 1
                    distinct_view[here] += item.stamp != self._stamp
                    item.stamp = self._stamp
        return damaged, good, distinct

    def replaced(self, str text not None, start, kind, entries, list surfaces not None):
        """Return a text with tokens replaced by entries of theirs, whose surfaces are given.

        `start` and `kind` (int64) are of these tokens, in order, `entries` (int32) what they become
        (-1: nothing changes).
        """
        cdef const int64_t[:] starts = np.asarray(start, np.int64)
        cdef const int64_t[:] kinds = np.asarray(kind, np.int64)
        cdef const int32_t[:] given = np.asarray(entries, np.int32)
        cdef Py_ssize_t count = given.shape[0], k, at = 0, size = len(text), length
        cdef Entry* entry
        cdef list pieces = []
        if starts.shape[0] != count or kinds.shape[0] != count:
            raise ValueError("Each entry has a token.")
        for k in range(count):
            if given[k] == ITSELF:
                continue
            if not 0 <= given[k] < self._count:
                raise IndexError(f"There is no entry {given[k]}.")
            entry = &self._entries[given[k]]
            self._item(kinds[k])
            length = len(<str>self.tokens[kinds[k]])
            if not at <= starts[k] <= size - length or entry.left + entry.right > length:
                raise ValueError("The tokens stand in the text, one after the other.")
            pieces.append(text[at:starts[k] + entry.left])
            pieces.append(surfaces[entry.surface])
            at = starts[k] + length - entry.right
        if not pieces:
            return text
        pieces.append(text[at:])
        return "".join(pieces)

    def learn(
        self, str token not None, *, int lead=0, int trail=0, bint is_known=True,
        bint is_word=False, bint damaged=False, double clean=0.0, uint32_t same=0, int code=SKIP,
        bint opens=False, bint is_mark=False, int own_code=-1, double own_score=0.0,
    ):
        """Learn a token; return its number.

        `lead` and `trail` are its characters before and after the word in it (`is_word`), `clean`
        what clean text says of it, `same` the channels that leave it as it is. What is not
        `is_known` is nobody's word: no channel says anything. `code` is its own for the language
        model, `opens` says whether a word may begin after it, `is_mark` whether it begins with a
        mark. `own_code` (-1: none) and `own_score` are the token as a candidate.
        """
        return self._store(
            token, lead, trail, is_known, is_word, damaged, clean, same, code, opens, is_mark,
            own_code, own_score,
        )

    def learn_all(self, tokens, CleanTokens clean not None):
        """Learn the tokens that are new."""
        for token in tokens:
            if token not in self.numbers:
                self._learn_token(token, clean)

    cdef Py_ssize_t _learn_token(self, str token, CleanTokens text) except -1:
        """Learn a token with what clean text says of it."""
        cdef Py_ssize_t size = len(token), lead = 0, trail = 0, k, number
        cdef int64_t same = (<int64_t>1 << self._channels) - 1
        cdef bint has_mark = False, is_lost = False, damaged = False
        cdef Py_UCS4 letter, first = token[0]
        cdef bint is_mark = first == c"?" or first == 0xFFFD
        cdef int code, own_code = -1
        cdef double clean, own_score = 0
        cdef str stem
        # A channel leaves a token as it is where it leaves each of its characters.
        for letter in token:
            same &= text._kept(letter)
            has_mark = has_mark or letter == c"?" or letter == 0xFFFD
            is_lost = is_lost or letter == 0xFFFD
        if not has_mark:
            if first.isalpha() and size <= text._longest:
                code, number = text._code(token), text._number(token)
                clean = text._logs[number] if number >= 0 else text._strange
                return self._store(
                    token, 0, 0, True, True, False, clean, same, code, False, False,
                    code if code >= 0 else text._edge, 0 if number >= 0 else text._stranger,
                )
            if first == c"\n":
                code = text._edge
            else:
                code = SKIP if first.isspace() else text._code(token)
            return self._store(
                token, 0, 0, False, False, False, 0, same, code,
                first.isspace() or token in text._opening, False, -1, 0,
            )
        # Nothing that begins with a letter and has a mark in it is in the model.
        code = text._foreign + <int>text._pattern(token) if first.isalpha() else text._code(token)
        if size > text._longest:
            return self._store(
                token, 0, 0, False, False, False, 0, same, code, False, is_mark, -1, 0
            )
        while lead < size and _class(token[lead]) == MARK:
            lead += 1
        if lead == size:
            lead = 0
            clean, damaged = 0 if size == 1 else text._several, is_lost
            if not damaged:
                own_code, own_score = text._edge, size * text._alone
            return self._store(
                token, 0, 0, True, False, damaged, clean, same, code, False, is_mark, own_code,
                own_score,
            )
        while _class(token[size - 1 - trail]) == MARK:
            trail += 1
        stem = token[lead:size - trail]
        clean = text._as_it_stands(stem, lead > 0, is_lost, &damaged)
        if not damaged:
            own_code = text._code(stem)
            own_score = 0 if lead + trail == 0 else text._punctuation
            if text._number(stem) < 0:
                own_score += text._stranger  # one of the many words that the code stands for
            if own_code < 0:
                own_code = text._edge
        return self._store(
            token, lead, trail, True, True, damaged, clean, same, code, False, is_mark, own_code,
            own_score,
        )

    cdef Py_ssize_t _store(
        self, str token, Py_ssize_t lead, Py_ssize_t trail, bint is_known, bint is_word,
        bint damaged, double clean, uint32_t same, int code, bint opens, bint is_mark,
        int own_code, double own_score,
    ) except -1:
        cdef Py_ssize_t number = len(self.tokens), size = len(token), left, right, room
        cdef void* moved
        cdef Token* item
        cdef double* logs
        cdef int channel
        if not 0 <= lead <= size - trail <= size or size - lead - trail < is_word:
            raise ValueError("The word lies inside the token.")
        if number == self._room:
            room = 2 * self._room + 256
            moved = realloc(self._items, room * sizeof(Token))
            if moved == NULL:
                raise MemoryError
            self._items = <Token*>moved
            moved = realloc(self._logs, room * self._channels * sizeof(double))
            if moved == NULL:
                raise MemoryError
            self._logs, self._room = <double*>moved, room
        item = &self._items[number]
        memset(item, 0, sizeof(Token))
        item.first, item.code, item.own_code, item.own_score = self._count, code, own_code, own_score
        item.same, item.damaged, item.is_word, item.opens = same, damaged, is_word, opens
        item.clean, item.is_mark, item.value = clean, is_mark, _hash(token, 0, size)
        logs = self._logs + number * self._channels
        for channel in range(self._channels):
            logs[channel] = 0
        if is_known and size <= LONGEST:
            for left in range(lead + 1):
                for right in range(trail + 1):
                    self._look_up(token, left, size - right, size, item)
        if is_word:
            self._weigh(item, logs)
        self._enter(token, number)
        self.tokens.append(token)
        self.numbers[token] = number
        return number

    cdef int _look_up(
        self, str token, Py_ssize_t begin, Py_ssize_t end, Py_ssize_t size, Token* item
    ) except -1:
        """Enter the surfaces that a part of a token may come from."""
        cdef FormIndex index = self._index
        cdef Py_ssize_t form = index._find(_hash(token, begin, end)), at, room
        cdef uint32_t explained = 0, channels
        cdef Entry* entry
        cdef void* moved
        cdef double edge = self._edge * ((begin > 0) + (end < size))
        if form < 0:
            return 0
        for at in range(index._starts[form], index._starts[form + 1]):
            channels = index._channels[at]
            if at < <Py_ssize_t>index._rares[form]:
                explained |= channels
            else:
                channels &= ~explained
            if not channels:
                continue
            if self._count == self._entry_room:
                room = 2 * self._entry_room + 1024
                moved = realloc(self._entries, room * sizeof(Entry))
                if moved == NULL:
                    raise MemoryError
                self._entries, self._entry_room = <Entry*>moved, room
            entry = &self._entries[self._count]
            entry.surface, entry.channels = index._surfaces[at], channels
            entry.left, entry.right = <uint8_t>begin, <uint8_t>(size - end)
            entry.score = index._shares[entry.surface] + edge
            item.explains |= channels
            self._count += 1
            item.entries += 1
        return 0

    cdef void _weigh(self, const Token* item, double* logs) noexcept:
        """Set the log-probabilities of a token under the channels."""
        cdef double[32] total
        cdef int channel
        cdef int64_t k
        cdef uint32_t held
        cdef double value, own = exp(item.clean), edge = exp(self._edge)
        cdef const Entry* entry
        for channel in range(self._channels):
            total[channel] = own if item.same >> channel & 1 and not item.damaged else 0
        for k in range(item.first, item.first + item.entries):
            entry = &self._entries[k]
            value = self._index._chances[entry.surface]
            if entry.left or entry.right:
                value *= edge
            held = entry.channels
            channel = 0
            while held:
                if held & 1:
                    total[channel] += value
                held >>= 1
                channel += 1
        for channel in range(self._channels):
            logs[channel] = log(total[channel]) if total[channel] > 0 else self._nothing

    def candidates(self, Py_ssize_t number):
        """Return what a token may have been: (surface, left, right, channels, code, score)."""
        cdef Token* item = self._item(number)
        cdef int64_t k
        cdef Entry* entry
        found = []
        for k in range(item.first, item.first + item.entries):
            entry = &self._entries[k]
            found.append((
                entry.surface, entry.left, entry.right, entry.channels,
                self._index._codes[entry.surface], entry.score,
            ))
        return found

    def entries(self, numbers):
        """Return for entries their surface, left and right: what stands between a token's ends.

        For -1, the token itself, the surface is -1.
        """
        cdef const int32_t[:] given = np.asarray(numbers, np.int32)
        cdef Py_ssize_t k
        found = []
        for k in range(given.shape[0]):
            if given[k] == ITSELF:
                found.append((-1, 0, 0))
                continue
            if not 0 <= given[k] < self._count:
                raise IndexError(f"There is no entry {given[k]}.")
            found.append((
                self._entries[given[k]].surface, self._entries[given[k]].left,
                self._entries[given[k]].right,
            ))
        return found

    def logs(self, numbers):
        """Return what clean text says of tokens, float64[tokens], and what the channels say of
        them, float64[tokens, channels]."""
        cdef const int64_t[:] given = np.asarray(numbers, np.int64)
        clean = np.empty(given.shape[0])
        by_channel = np.empty((given.shape[0], self._channels))
        cdef double[:] clean_view = clean
        cdef double[:, :] channel_view = by_channel
        cdef Py_ssize_t k
        cdef int channel
        for k in range(given.shape[0]):
            clean_view[k] = self._item(given[k]).clean
            for channel in range(self._channels):
                channel_view[k, channel] = self._logs[given[k] * self._channels + channel]
        return clean, by_channel

    def facts(self, numbers):
        """Return of tokens whether they are words, whether nothing but damage explains them (bool),
        and which channels do (uint32)."""
        cdef const int64_t[:] given = np.asarray(numbers, np.int64)
        is_word, damaged = np.empty(given.shape[0], np.uint8), np.empty(given.shape[0], np.uint8)
        explains = np.empty(given.shape[0], np.uint32)
        cdef uint8_t[:] word_view = is_word, damaged_view = damaged
        cdef uint32_t[:] explain_view = explains
        cdef Py_ssize_t k
        cdef Token* item
        for k in range(given.shape[0]):
            item = self._item(given[k])
            word_view[k], damaged_view[k] = item.is_word, item.damaged
            explain_view[k] = item.explains
        return is_word.view(bool), damaged.view(bool), explains

    def itself(self, Py_ssize_t number):
        """Return code and log-probability of a token as its own candidate; the code -1: it is none.
        """
        cdef Token* item = self._item(number)
        return item.own_code, item.own_score

    cdef Token* _item(self, Py_ssize_t number) except NULL:
        if not 0 <= number < len(self.tokens):
            raise IndexError(f"There is no token {number}.")
        return &self._items[number]

    def rows(
        self, numbers, chosen, mixture, mixtures, Candidates table not None, int edge,
        bint marks_end, *, favours=None, capitals=None, uncased=None, places_in_names=None, in_names=None,
    ):
        """Fill a table for the decoder with what the tokens of a sequence may have been.

        `numbers` (int64) are the tokens of the whole sequence, `chosen` (int64) the places of
        those that are decoded (-1: a sentence's edge), and `mixture` (int64) which of `mixtures`
        holds for each of these (-1: the token stays). A mixture is (channels, their log-weights,
        log-weight of no damage). `edge` is the code of a sentence's edge. With `marks_end` a mark
        that is no letter is one, as is a mark that follows a word; without it only words are
        repaired. Equal tokens share a row.

        `favours` (float64 by word) is added to the log-probability of each candidate. `capitals`
        (bool) says which of the chosen stand in a line of capitals: what can be in capitals is, and
        `uncased` (float64 by word) is added to what is in capitals as well. `places_in_names`
        (uint8) says which place in a name each of the chosen has (0: none), and row k - 1 of
        `in_names` (float64, by code) is added to what may stand in place k.
        """
        cdef const int64_t[:] given = np.asarray(numbers, np.int64)
        cdef const int64_t[:] places = np.asarray(chosen, np.int64)
        cdef const int64_t[:] ways = np.asarray(mixture, np.int64)
        cdef Py_ssize_t count = places.shape[0], k, rows = 0, slots = 0, width
        cdef int64_t number, row, key, most = len(mixtures)
        cdef const uint8_t[:] shouts = None if capitals is None else np.asarray(capitals, np.uint8)
        cdef const uint8_t[:] named = (
            None if places_in_names is None else np.asarray(places_in_names, np.uint8)
        )
        cdef _Liking liking = _Liking(favours, uncased, in_names)
        cdef bint shouted
        cdef int named_place
        cdef uint64_t mask = 1, at
        cdef Token* item
        cdef int code
        cdef bint has_candidates
        cdef Key* keys
        cdef SlotRows result = SlotRows.__new__(SlotRows)
        if ways.shape[0] != count:
            raise ValueError("Each token that is decoded has a mixture.")
        if shouts is not None and shouts.shape[0] != count:
            raise ValueError("Each token that is decoded stands in capitals or does not.")
        if named is not None and (named.shape[0] != count or liking.in_names is None):
            raise ValueError("Each token that is decoded has a place in a name or 0.")
        if named is not None and count and np.max(named) > liking.in_names.shape[0]:
            raise ValueError("Of each place in a name it is said what may stand there.")
        cdef Vector origins = Vector(NULL, 0, 0)  # members of the table and the entries they are
        made = [self._mixture(held, weights, as_is) for held, weights, as_is in mixtures]
        result._table = table
        row_array, slot_array = np.empty(count, np.int64), np.empty(count, np.int64)
        place_array, damaged_array = np.empty(count, np.int64), np.empty(count, np.uint8)
        cdef uint8_t[:] damaged_view = damaged_array
        cdef int64_t[:] row_view = row_array, slot_view = slot_array, place_view = place_array
        while <Py_ssize_t>mask < 2 * count + 2:
            mask *= 2
        keys = <Key*>calloc(mask, sizeof(Key))
        if keys == NULL:
            raise MemoryError
        mask -= 1
        try:
            for k in range(count):
                if not -1 <= places[k] < given.shape[0] or not -1 <= ways[k] < most:
                    raise IndexError("There is no such token or mixture.")
                if places[k] < 0:
                    row_view[rows] = table.fixed(edge)
                    rows += 1
                    continue
                number = given[places[k]]
                item = self._item(number)
                code = edge if item.is_mark and marks_end else item.code
                has_candidates = ways[k] >= 0
                if has_candidates:
                    has_candidates = (<_Mixture>made[ways[k]]).mask & item.explains
                # A mark that follows a word or a closing bracket is punctuation.
                if has_candidates and not item.is_word:
                    if not marks_end:
                        has_candidates = False
                    elif places[k] and not self._item(given[places[k] - 1]).opens:
                        has_candidates, code = False, edge
                if not has_candidates:
                    if code < 0:
                        continue
                    row = table.fixed(code)
                    if item.damaged:
                        slot_view[slots], place_view[slots] = places[k], rows
                        damaged_view[slots] = True
                        slots += 1
                else:
                    shouted = shouts is not None and shouts[k]
                    named_place = 0 if named is None else named[k]
                    key = ((number * most + ways[k]) * 2 + shouted) * 256 + named_place + 1
                    at = (<uint64_t>key * 0x9E3779B97F4A7C15ULL) >> 20 & mask
                    while keys[at].key and keys[at].key != key:
                        at = (at + 1) & mask
                    if not keys[at].key:
                        keys[at].key = key
                        keys[at].row = self._fill(
                            item, <_Mixture>made[ways[k]], table, &origins, liking, shouted,
                            named_place,
                        )
                    row = keys[at].row
                    slot_view[slots], place_view[slots] = places[k], rows
                    damaged_view[slots] = item.damaged
                    slots += 1
                row_view[rows] = row
                rows += 1
            result._origins = np.full(max(table._members, 1), ITSELF, np.int32)
            for k in range(0, origins.size // 2):
                result._origins[origins.items[2 * k]] = <int32_t>origins.items[2 * k + 1]
        finally:
            free(keys)
            clear(&origins)
        result.rows, result.slots = row_array[:rows], slot_array[:slots]
        result.places, result._row_of = place_array[:slots], result.rows
        result.damaged = damaged_array[:slots].view(bool)
        return result

    cdef _Mixture _mixture(self, channels, weights, double as_is):
        cdef _Mixture made = _Mixture.__new__(_Mixture)
        made.count, made.as_is = len(channels), as_is
        if made.count > 32 or len(weights) != made.count:
            raise ValueError("A mixture has one weight for each of its channels.")
        for k, channel in enumerate(channels):
            if not 0 <= channel < self._channels:
                raise ValueError(f"There is no channel {channel}.")
            made.channels[k], made.weights[k] = channel, weights[k]
            made.mask |= <uint32_t>1 << <int>channel
        return made

    cdef bint _has_capitals(self, const Token* item, const Entry* given) noexcept:
        """Say whether a candidate stands in capitals among the candidates of a token as well."""
        cdef int64_t k
        cdef const Entry* entry
        cdef int32_t code = self._index._codes[given.surface]
        if code & 3 == UPPER:
            return False
        for k in range(item.first, item.first + item.entries):
            entry = &self._entries[k]
            if (
                self._index._codes[entry.surface] == (code & ~3) | UPPER
                and entry.left == given.left and entry.right == given.right
            ):
                return True
        return False

    cdef Py_ssize_t _fill(
        self, const Token* item, _Mixture way, Candidates table, Vector* origins, _Liking liking,
        bint shouted, int named_place,
    ) except -1:
        """Add the row of a token under a mixture; note which entries its candidates are."""
        cdef Py_ssize_t width = 0
        cdef int c, code
        cdef int64_t k
        cdef uint32_t before = 0
        cdef const Entry* entry
        cdef double weight
        table._reserve(item.entries + 1)
        if not reserve(origins, 2 * item.entries):
            raise MemoryError
        for c in range(way.count):
            for k in range(item.first, item.first + item.entries):
                entry = &self._entries[k]
                if entry.channels >> way.channels[c] & 1 and not entry.channels & before:
                    if shouted and self._has_capitals(item, entry):
                        continue
                    code = self._index._codes[entry.surface]
                    table._put_number(
                        width, code,
                        entry.score + way.weight_of(entry.channels)
                        + liking.of(code >> 2, shouted and code & 3 == UPPER)
                        + liking.in_name(code, named_place),
                    )
                    append(origins, table._members + width)
                    append(origins, k)
                    width += 1
            before |= <uint32_t>1 << way.channels[c]
        if item.own_code >= 0:
            weight = way.as_is
            if item.same & way.mask:
                weight = _log_add(weight, way.weight_of(item.same))
            if shouted and item.own_code & 3 == UPPER:
                weight += liking.case_of(item.own_code >> 2)
            weight += liking.in_name(item.own_code, named_place)
            table._put_number(width, item.own_code, weight + item.own_score)
            width += 1
        return table._close(width)


cdef int _spread(
    int64_t[::1] held, int64_t[::1] times, const Vector* seen, const int32_t* counted
) except -1:
    cdef Py_ssize_t k
    for k in range(held.shape[0]):
        held[k] = seen.items[k]
        times[k] = counted[seen.items[k]]
    return 0


cdef bint _cut_text(
    const void* data, int letter_size, Py_ssize_t size, Vector* found
) noexcept nogil:
    if letter_size == 1:
        return _cut(<const uint8_t*>data, size, found)
    if letter_size == 2:
        return _cut(<const uint16_t*>data, size, found)
    return _cut(<const uint32_t*>data, size, found)


cdef int _place(
    str text, Vector* found, const int64_t[:] starts, int64_t[:] begin, int64_t[:] lines
) except -1:
    """Set where tokens begin in the document, and their lines; a line feed is of the line it ends.
    """
    cdef Py_ssize_t k, line = 0
    cdef int64_t shift = starts[0]
    for k in range(begin.shape[0]):
        begin[k], lines[k] = found.items[3 * k] + shift, line
        if text[found.items[3 * k]] == c"\n":
            line += 1
            shift = starts[line] - found.items[3 * k] - 1
    return 0


@cython.final
cdef class _Liking:
    """What is added to the log-probabilities of candidates, by word of the language model."""

    cdef const double[::1] favours
    cdef const double[::1] uncased
    cdef const double[:, ::1] in_names

    def __cinit__(self, favours, uncased, in_names):
        self.favours = None if favours is None else np.ascontiguousarray(favours, np.float64)
        self.uncased = None if uncased is None else np.ascontiguousarray(uncased, np.float64)
        self.in_names = None if in_names is None else np.ascontiguousarray(in_names, np.float64)

    cdef double of(self, int word, bint shouted) except? -1:
        """Return what a word gets, in capitals of a line of such or otherwise."""
        cdef double value = 0
        if self.favours is not None:
            if word >= self.favours.shape[0]:
                raise IndexError(f"Nothing is said of word {word}.")
            value = self.favours[word]
        return value + self.case_of(word) if shouted else value

    cdef double in_name(self, int code, int place) except? -1:
        """Return what a code gets in a place of a name; nothing where that is 0."""
        if not place:
            return 0
        if code >= self.in_names.shape[1]:
            raise IndexError(f"Nothing is said of the code {code}.")
        return self.in_names[place - 1, code]

    cdef double case_of(self, int word) except? -1:
        if self.uncased is None:
            return 0
        if word >= self.uncased.shape[0]:
            raise IndexError(f"Nothing is said of word {word}.")
        return self.uncased[word]


@cython.final
cdef class _Mixture:
    """Channels to decode with: numbers, log-weights, and that of no damage."""

    cdef int count
    cdef int[32] channels
    cdef double[32] weights
    cdef double as_is
    cdef uint32_t mask
    # The last set of channels that was asked for, as most candidates have the same one.
    cdef uint32_t _asked
    cdef double _weight

    cdef double weight_of(self, uint32_t channels) noexcept:
        """Return the logarithm of the sum of the weights of some channels, one of which is held."""
        cdef double top = -INFINITY, total = 0
        cdef int c
        channels &= self.mask
        if channels != self._asked:
            for c in range(self.count):
                if channels >> self.channels[c] & 1:
                    top = max(top, self.weights[c])
            for c in range(self.count):
                if channels >> self.channels[c] & 1:
                    total += exp(self.weights[c] - top)
            self._asked, self._weight = channels, top + log(total)
        return self._weight
