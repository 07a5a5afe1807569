"""What a token costs, in bits, as clean text and as what legacy bytes say."""

cimport cython

from vnclean.core.legacy_viterbi import CHANGED, GOOD, JOINED, KNOWN, MARKED, SPEAKS, USED

__all__ = ["TokenBits"]

cdef int IS_CHANGED = CHANGED, IS_GOOD = GOOD, IS_JOINED = JOINED, IS_KNOWN = KNOWN
cdef int IS_MARKED = MARKED, IS_SPEAKING = SPEAKS, IS_USED = USED


cdef inline bint _is_mark(Py_UCS4 letter) noexcept:
    return 0x300 <= letter <= 0x36f


cdef inline bint _is_letter(Py_UCS4 letter) noexcept:
    """Say whether a regular expression takes a character for a letter."""
    return letter.isalnum() and not letter.isdecimal()


cdef inline Py_ssize_t _word_end(str text, Py_ssize_t at):
    while at < len(text) and _is_letter(text[at]):
        at += 1
    return at


cdef bint _has_regular_case(str word):
    """Say whether a word is in lower case, in capitals, or has one capital first."""
    if word.islower() or word.isupper():
        return True
    return (<Py_UCS4>word[0]).isupper() and word[1:].islower()


@cython.final
cdef class TokenBits:
    """Costs of tokens.

    `syllables` are those in use (lower case) with their frequency class, `marked` the letters of
    Vietnamese beyond ASCII. The functions say of a
    word whether it can be spelled, whether it has the vowel signs of VNI, what it costs where it is
    no syllable in use, and of a text its form C. The numbers are bits: `most` is that of a syllable
    of frequency 0.

    >>> bits = TokenBits(
    ...     {"việt": 20}, frozenset("ệ"), len, len, len, str, 30.0, 34.0, 44.0, 13.0, 11.0, 2.0)
    >>> bits.decoded("Việt", False), bits.decoded("vIệt", False), bits.decoded("vIệt", True)
    (10.0, 21.0, 10.0)
    """

    cdef dict _syllables
    cdef frozenset _marked
    cdef object _is_spellable, _has_pair, _odd, _composed
    cdef double _most, _unused, _strangest, _sign, _odd_case, _letter

    def __cinit__(
        self, dict syllables not None, frozenset marked not None, is_spellable, has_pair, odd, composed,
        double most, double unused, double strangest, double sign, double odd_case, double letter,
    ):
        self._syllables, self._marked = syllables, marked
        self._is_spellable, self._has_pair = is_spellable, has_pair
        self._odd, self._composed = odd, composed
        self._most, self._unused, self._strangest = most, unused, strangest
        self._sign, self._odd_case, self._letter = sign, odd_case, letter

    def know(self, str token not None, bint plain):
        """Return what `TokenTable` asks of a token; `plain`: of ASCII letters, hyphens aside."""
        cdef Py_ssize_t k
        cdef bint lettered = False
        cdef int own = -1 if len(token) > 1 else 0
        for k in range(len(token)):
            lettered = lettered or (<Py_UCS4>token[k]).isalpha()
        if token.lower() in self._syllables:
            own = 1
        return 0.0 if plain else self.clean(token), own, plain, lettered

    def weigh(self, str token not None, str reading not None, bint plain, bint case_lost):
        """Return the bits and the flags of what a token reads, as `TokenTable` asks for them."""
        cdef Py_ssize_t k
        cdef double bits
        cdef int kinds = 0
        cdef bint changed = reading != token, marked = False
        lowered = reading.lower()
        cdef bint in_use = lowered in self._syllables
        if plain:
            # Plain words say little, but for those that lost a letter.
            bits = 1.0 if not changed and len(token) > 1 and not in_use else -0.3
        elif changed:
            bits = self.decoded(reading, case_lost)
        else:
            bits = self.clean(token)
        for k in range(len(reading)):
            if _is_mark(reading[k]):
                kinds |= IS_MARKED
            marked = marked or (<Py_UCS4>reading[k] > 0x7f and reading[k] in self._marked)
        if in_use or reading in "đĐ":
            kinds |= IS_SPEAKING
        if marked and bits < self._unused - 4:
            kinds |= IS_GOOD
        if changed:
            kinds |= IS_CHANGED
            if (
                in_use and marked and reading not in token
                and (case_lost or _has_regular_case(reading))
            ):
                kinds |= IS_USED
            if len(reading) < len(token):
                kinds |= IS_JOINED
            if in_use or lowered.strip("“”‘’") in self._syllables:
                kinds |= IS_KNOWN
        return bits, kinds

    def are_run_together(self, str word not None):
        """Say whether a word is nothing but syllables in use, of 2 to 7 letters each.

        >>> bits = TokenBits({"việt": 20, "nam": 20}, frozenset(), *[len] * 4, *[1.0] * 6)
        >>> bits.are_run_together("Việtnam"), bits.are_run_together("Việtna")
        (True, False)
        """
        cdef int length, start, end
        cdef int reached = 1  # a bit for each length that syllables make up
        lowered = word.lower()
        if not 4 <= len(lowered) <= 14:
            return False
        length = len(lowered)
        for end in range(2, length + 1):
            for start in range(max(0, end - 7), end - 1):
                if reached >> start & 1 and lowered[start:end] in self._syllables:
                    reached |= 1 << end
                    break
        return (reached >> length & 1) != 0

    cpdef double clean(self, str token) except? -1:
        """Return the bits that a token with letters outside ASCII costs if it is no damage."""
        cdef Py_ssize_t at = 0, end
        cdef double bits
        for at in range(len(token)):
            if _is_mark(token[at]):
                token = self._composed(token)
                break
        bits = self._signs(token)
        if bits >= self._sign:
            return min(bits + 4.0 + self._letter * len(token), self._strangest)
        at = 0
        while at < len(token):
            end = _word_end(token, at)
            if end == at:
                at += 1
                continue
            word = token[at:end]
            if not word.isascii():
                bits += self._clean_word(word)
            at = end
        return bits

    cdef double _clean_word(self, str word) except? -1:
        cdef bint regular = _has_regular_case(word)
        cdef double bits
        cdef Py_ssize_t k, beyond = 0
        frequency = self._syllables.get(word.lower()) if regular else None
        if frequency is not None:
            return self._most - <double>frequency
        bits = 8.0 + self._letter * len(word)
        if regular and self._is_spellable(word):
            return bits  # a name, or a word that lost a mark
        for k in range(len(word)):
            beyond += word[k] > 0x7f
        bits += 7.0 * (beyond - 1)
        if not regular:
            bits += self._odd_case
        if self._has_pair(word):
            bits += 6.0
        return min(bits, self._strangest)

    cpdef double decoded(self, str text, bint case_lost) except? -1:
        """Return the bits that the reading of a token costs as Vietnamese.

        `case_lost`: the charset has no capitals with a tone, so that capitals among small letters
        say nothing.
        """
        cdef Py_ssize_t at, end, marks = 0
        cdef double bits
        frequency = self._syllables.get(text.lower())
        if frequency is not None and not text.isascii():  # as a rule; what follows says the same
            bits = self._most - <double>frequency
            return bits if case_lost or _has_regular_case(text) else bits + self._odd_case
        for at in range(len(text)):
            marks += _is_mark(text[at])
        bits = self._signs(text) + 2 * self._sign * marks
        if bits >= self._sign:
            return bits + self._unused
        at = 0
        while at < len(text):
            end = _word_end(text, at)
            if end == at:
                at += 1
                continue
            word = text[at:end]
            at = end
            if word.isascii():
                continue
            frequency = self._syllables.get(word.lower())
            bits += self._most - <double>frequency if frequency is not None else self._odd(word)
            if not case_lost and not _has_regular_case(word):
                bits += self._odd_case
        return bits

    cdef double _signs(self, str token) except? -1:
        """Return the bits that signs among the letters of a token cost."""
        cdef Py_ssize_t k, start = 0, end, stop
        cdef Py_UCS4 letter
        cdef bint plain = True, vowel = False, unit = False
        cdef double bits = 0
        cdef Py_ssize_t strange = 0
        for k in range(len(token)):
            letter = token[k]
            if letter in u"µªº" or not (letter.isalpha() or letter == c"-"):
                plain = False
                break
        if plain:
            # Nothing but hyphens is not a word; such a token is never asked for.
            return 0.0
        if u"-" in token:
            token = token.replace("-", "")
        end = len(token)
        while start < end and <Py_UCS4>token[start] in u"«“‘(\xa0–—…":
            start += 1
        while end > start and <Py_UCS4>token[end - 1] in u"»”’)\xa0–—…":
            end -= 1
        stop = end
        while stop > start and <Py_UCS4>token[stop - 1] in u"®™°²³¹":
            stop -= 1
        for k in range(start, stop):
            letter = token[k]
            vowel = vowel or letter >= 0x80 or letter in u"aeiouyAEIOUY"
            strange += letter in u"µªº"
            strange += not letter.isalpha() and not _is_mark(letter)
        if stop < end:
            # A trade mark or a unit closes a word, but no word is without a vowel.
            for k in range(start, end):
                unit = unit or <Py_UCS4>token[k] in u"°²"
            bits = 2.0 if unit or vowel else self._sign
        return bits + self._sign * strange
