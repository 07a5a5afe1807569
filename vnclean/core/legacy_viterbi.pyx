"""The Viterbi path of a line: each token is clean, or legacy bytes under one misreading.

States are "clean" (0) and the misreadings of a search (from 1). What distinct tokens cost is kept in
a table, a row for each token and a column for each misreading, filled where first asked for. Lines
are short, so the GIL is kept. Viterbi, IEEE Trans. Inf. Theory 13 (1967).
"""

cimport cython
from libc.math cimport INFINITY, fabs
from libc.stdint cimport int64_t, uint8_t, uint16_t
from libc.stdlib cimport free, malloc, realloc

__all__ = ["CHANGED", "GOOD", "JOINED", "KNOWN", "Line", "MARKED", "SPEAKS", "USED", "States", "TokenTable"]

CHANGED = 1
GOOD = 2
JOINED = 4
KNOWN = 8
SPEAKS = 16
MARKED = 32
USED = 128

cdef enum:
    MOST_STATES = 16  # misreadings of a search at most
    IS_CHANGED = 1
    IS_GOOD = 2
    IS_JOINED = 4
    IS_KNOWN = 8
    IS_SPEAKING = 16
    IS_MARKED = 32
    IS_UNSEEN = 64
    IS_USED = 128
    IS_READ = 256

cdef struct Token:
    double clean
    int own
    bint plain
    bint lettered


@cython.final
cdef class States:
    """The misreadings of a search: columns of a table, with the bits that it costs to enter each.

    `first` at the start of a line, `enter` after another state; `leave` to be clean again; `odd`
    is what a token that is not plain may cost more as clean text, at most.
    """

    cdef int _count
    cdef int[16] _columns
    cdef double[16] _first
    cdef double[16] _enter
    cdef double _leave, _odd, _least_first, _least_enter

    def __cinit__(self, columns, first, enter, double leave, double odd):
        cdef int k
        self._count = len(columns)
        if not 1 <= self._count <= MOST_STATES:
            raise ValueError(f"A search has 1 to {MOST_STATES} misreadings, not {self._count}.")
        if len(first) != self._count or len(enter) != self._count:
            raise ValueError(f"{self._count} misreadings need as many costs to enter them.")
        self._leave, self._odd = leave, odd
        self._least_first = self._least_enter = INFINITY
        for k in range(self._count):
            self._columns[k] = columns[k]
            self._first[k], self._enter[k] = first[k], enter[k]
            self._least_first = min(self._least_first, self._first[k])
            self._least_enter = min(self._least_enter, self._enter[k])


@cython.final
cdef class TokenTable:
    """What distinct tokens cost, in bits, as they stand and under some misreadings; grows.

    `know` says of a token: its bits as clean text, 1, -1 or 0 for a syllable in use, another word,
    neither, whether it is of ASCII letters only, and whether it has a letter. `read` says of a
    token and the number of a misreading: what it reads, the bits of that, and flags; None where it
    can't be bytes in any misreading of the same one of the `groups`, which costs
    `unseen` bits. Flags: `CHANGED` where it says something else, `GOOD` where that speaks for the run
    around it, `JOINED` where it has become shorter, `KNOWN` for a syllable in use, `SPEAKS` where a
    token of signs may be that letter, `MARKED` with combining marks, `USED` where all that is new is one syllable in use, its case as it should be.

    >>> table = TokenTable([0], lambda token: (4.0 * len(token), 0, False, True),
    ...                    lambda token, column: (token.lower(), 12.0, CHANGED))
    >>> states = States([0], [9.0], [9.0], 4.0, 0.0)
    >>> table.line("A BBBBBBBBB CCCCCCCCC D", 0, 23).runs(states, 0.0, 0.0, 1.0)
    [(-1, 48.0, 0, [1, 2])]
    """

    cdef object _know, _read
    cdef tuple _groups
    cdef double _unseen
    cdef dict _row_of
    cdef list _names, _readings
    cdef Token* _tokens
    cdef double* _legacy
    cdef uint16_t* _kinds
    cdef Py_ssize_t _room
    cdef int _columns

    def __cinit__(self, groups not None, know not None, read not None, double unseen=120.0):
        if not groups:
            raise ValueError("A table needs misreadings.")
        self._columns, self._groups = len(groups), tuple(groups)
        self._know, self._read, self._unseen = know, read, unseen
        self._row_of, self._names, self._readings = {}, [], []

    def __dealloc__(self):
        free(self._tokens)
        free(self._legacy)
        free(self._kinds)

    def __len__(self):
        return len(self._names)

    cdef Py_ssize_t _row(self, str token) except -1:
        """Return the row of a token, made where it is new."""
        cdef Py_ssize_t row, k
        cdef double clean
        cdef int own
        found = self._row_of.get(token)
        if found is not None:
            return found
        clean, own, plain, lettered = self._know(token)
        found = self._row_of.get(token)  # another thread may have been here
        if found is not None:
            return found
        row = len(self._names)
        if row == self._room:
            self._grow()
        self._tokens[row].clean, self._tokens[row].own = clean, own
        self._tokens[row].plain, self._tokens[row].lettered = plain, lettered
        for k in range(row * self._columns, (row + 1) * self._columns):
            self._kinds[k] = 0
        self._readings += [None] * self._columns
        self._names.append(token)
        self._row_of[token] = row
        return row

    cdef int _grow(self) except -1:
        """Make room for more tokens."""
        cdef Py_ssize_t room = 2 * self._room + 64
        cdef void* moved = realloc(self._tokens, room * sizeof(Token))
        if moved == NULL:
            raise MemoryError
        self._tokens = <Token*>moved
        moved = realloc(self._legacy, room * self._columns * sizeof(double))
        if moved == NULL:
            raise MemoryError
        self._legacy = <double*>moved
        moved = realloc(self._kinds, room * self._columns * sizeof(uint16_t))
        if moved == NULL:
            raise MemoryError
        self._kinds = <uint16_t*>moved
        self._room = room
        return 0

    cdef int _fill(self, Py_ssize_t row, int column) except -1:
        """Read a token in a misreading, unless that was done."""
        cdef Py_ssize_t at = row * self._columns + column
        cdef double bits
        cdef int kinds, k
        if self._kinds[at] & IS_READ:
            return 0
        read = self._read(self._names[row], column)
        if read is None:
            for k in range(self._columns):
                if self._groups[k] == self._groups[column]:
                    at = row * self._columns + k
                    self._legacy[at], self._kinds[at] = self._unseen, IS_UNSEEN | IS_READ
            return 0
        reading, bits, kinds = read
        self._readings[at] = reading
        self._legacy[at] = bits
        self._kinds[at] = kinds | IS_READ
        return 0

    def line(self, str text not None, Py_ssize_t start, Py_ssize_t end):
        """Return the tokens of a part of a text, for the walk."""
        cdef Line made = Line.__new__(Line)
        cdef Py_ssize_t at = max(start, 0), stop, room
        cdef void* moved
        made.table, made.text = self, text
        end = min(end, len(text))
        made.start, made.end = at, end
        room = max(end - at, 0) // 2 + 1  # no two tokens touch
        made.tokens = <Place*>malloc(room * sizeof(Place))
        if made.tokens == NULL:
            raise MemoryError
        while at < end:
            stop = _token_end(text, at, end)
            if stop == at:
                at += 1
                continue
            made.tokens[made.count] = Place(at, stop, self._row(text[at:stop]))
            made.count += 1
            at = stop
        moved = realloc(made.tokens, max(made.count, 1) * sizeof(Place))
        if moved != NULL:
            made.tokens = <Place*>moved
        return made

    def rows(self, tokens not None):
        """Return the rows of some tokens."""
        return [self._row(token) for token in tokens]

    def names(self, rows not None):
        """Return the tokens of some rows."""
        cdef Py_ssize_t row
        return [self._names[self._checked(row)] for row in rows]

    cdef inline Py_ssize_t _checked(self, Py_ssize_t row) except -1:
        if not 0 <= row < len(self._names):
            raise IndexError(f"There is no row {row}; the table has {len(self._names)}.")
        return row

    def totals(self, list rows not None, double least, double most):
        """Return how much tokens speak for each misreading: bits, each one from `least` to `most`.

        Syllables in use and what can't be bytes say nothing.
        """
        cdef Py_ssize_t row, at
        cdef int column
        cdef double gain, moved
        cdef list totals = [0.0] * self._columns, rests = [0.0] * self._columns
        cdef double total
        for row in rows:
            if self._tokens[self._checked(row)].own > 0:
                continue
            for column in range(self._columns):
                self._fill(row, column)
                at = row * self._columns + column
                if not self._kinds[at] & IS_CHANGED or not self._readings[at]:
                    continue
                gain = max(least, min(most, self._tokens[row].clean - self._legacy[at]))
                # Neumaier's sum: the order of the tokens must not matter.
                total = totals[column]
                moved = total + gain
                rests[column] += (
                    (total - moved) + gain if fabs(total) >= fabs(gain) else (gain - moved) + total
                )
                totals[column] = moved
        return [total + rest for total, rest in zip(totals, rests, strict=True)]

    def readings(self, list rows not None, int column):
        """Return what tokens say in a misreading; None for what can't be bytes."""
        cdef Py_ssize_t row
        if not 0 <= column < self._columns:
            raise IndexError(f"There is no misreading {column}.")
        found = []
        for row in rows:
            self._fill(self._checked(row), column)
            found.append(self._readings[row * self._columns + column])
        return tuple(found)


cdef inline bint _is_letter(Py_UCS4 letter) noexcept:
    """Say whether a character may be a letter of a token: ASCII, beyond it, some controls."""
    if letter >= 0x80:
        return True
    if letter >= c"A":
        return letter <= c"Z" or c"a" <= letter <= c"z"
    return 2 <= letter <= 6 or 0x10 <= letter <= 0x15 or letter == 0x19 or 0x1c <= letter <= 0x1e


cdef inline bint _is_in_word(str text, Py_ssize_t at, Py_ssize_t end) noexcept:
    """Say whether a letter, digit, low line or hyphen stands at an offset."""
    cdef Py_UCS4 letter
    if not 0 <= at < end:
        return False
    letter = text[at]
    return letter.isalnum() or letter == c"_" or letter == c"-"


cdef Py_ssize_t _token_end(str text, Py_ssize_t at, Py_ssize_t end):
    """Return where the token that begins at an offset ends; the offset where none begins.

    Letters, hyphens between them and one at either end. The colour codes of game scripts (`#Y`)
    stick to the words after them.
    """
    cdef Py_ssize_t begin = at
    cdef Py_UCS4 letter = text[at]
    if letter == c"-":
        if _is_in_word(text, at - 1, end) or at + 1 >= end or not _is_letter(text[at + 1]):
            return at
        at += 1
    elif not _is_letter(letter):
        return at
    elif (
        at and at + 1 < end and text[at - 1] == c"#" and letter in u"BGHKOPRWY"
        and _is_letter(text[at + 1])
    ):
        return at
    while True:
        while at < end and _is_letter(text[at]):
            at += 1
        if at >= end or text[at] != c"-":
            return at
        if at + 1 < end and _is_letter(text[at + 1]):
            at += 1
        else:
            return at if _is_in_word(text, at + 1, end) else at + 1


cdef bint _may_rise(str text, const uint8_t* cases, Py_ssize_t known) noexcept:
    """Say whether two letters of a word are capitals, or a small one that may be one begins."""
    cdef Py_ssize_t at, capitals = 0
    cdef Py_UCS4 letter, before = u"("
    cdef int kind
    for at in range(len(text)):
        letter = text[at]
        if not (letter.isalnum() and not letter.isdecimal()):
            capitals = 0
        else:
            kind = cases[letter] if letter < known else 0
            capitals += not kind & 1
            if capitals > 1:
                return True
            if kind & 2 and (
                before in u'"“‘(–•-'
                or (before == c" " and (at < 2 or <Py_UCS4>text[at - 2] in u'.!?…"”’)'))
            ):
                return True
        before = letter
    return False


cdef struct Place:
    Py_ssize_t start
    Py_ssize_t end
    Py_ssize_t row


@cython.final
cdef class Line:
    """The tokens of a part of a text; `TokenTable.line` makes it."""

    cdef TokenTable table
    cdef str text
    cdef Place* tokens
    cdef Py_ssize_t count, start, end

    def __dealloc__(self):
        free(self.tokens)

    def __len__(self):
        return self.count

    def span(self, Py_ssize_t at):
        """Return start and end of a token."""
        if not 0 <= at < self.count:
            raise IndexError(f"There is no token {at}.")
        return self.tokens[at].start, self.tokens[at].end

    def odd_rows(self):
        """Return the rows of the tokens that are not of ASCII letters only."""
        cdef Py_ssize_t k
        return [
            self.tokens[k].row
            for k in range(self.count)
            if not self.table._tokens[self.tokens[k].row].plain
        ]

    cdef int _prepare(self, States states) except -1:
        """Have all tokens read in the misreadings of a search."""
        cdef int k
        cdef Py_ssize_t at
        for k in range(states._count):
            if not 0 <= states._columns[k] < self.table._columns:
                raise IndexError(f"There is no misreading {states._columns[k]}.")
        for at in range(self.count):
            for k in range(states._count):
                self.table._fill(self.tokens[at].row, states._columns[k])
        return 0

    def outline(self, States states not None):
        """Return how many tokens are syllables in use, other words, marked, unchanged, and `gains`.

        A marked one has letters, and is not of ASCII letters only; an unchanged one is the latter
        too, and says the same in all misreadings. `gains`: a run of tokens, of which one changes,
        may be cheaper as legacy bytes than it costs to enter that. The greatest sum of a run is
        found in one pass (Kadane's algorithm).
        """
        cdef Py_ssize_t home = 0, abroad = 0, marked = 0, unchanged = 0, k, at
        cdef double prefix = 0, run = -INFINITY, idle = 0, gain, least
        cdef double first = states._least_first - 1e-6, enter = states._least_enter - 1e-6
        cdef bint seen = False, found = False, changes
        cdef int own, state, kinds
        cdef Token* token
        self._prepare(states)
        for k in range(self.count):
            at = self.tokens[k].row
            token = &self.table._tokens[at]
            own, changes, least = token.own, False, INFINITY
            for state in range(states._count):
                kinds = self.table._kinds[at * self.table._columns + states._columns[state]]
                changes = changes or kinds & IS_CHANGED
                if kinds & IS_KNOWN:
                    own = 1
                least = min(
                    least, self.table._legacy[at * self.table._columns + states._columns[state]]
                )
            home += own > 0
            abroad += own < 0
            marked += token.lettered and not token.plain
            unchanged += not changes and not token.plain
            gain = (token.clean if token.plain else token.clean + states._odd) - least
            prefix += gain
            if changes:
                run = max(run, idle) + gain
                idle = 0
                seen = True
            else:
                run += gain
                idle = max(0.0, idle + gain)
            found = found or run > enter or (seen and prefix > first)
        return home, abroad, marked, unchanged, found

    def runs(self, States states not None, double context, double more, double filled):
        """Return the runs of misread tokens: misreading, bits, good tokens, places that change.

        The cheapest path through the line tells. `context` is added to what a token costs as it
        stands, to 0 at least, unless it is of ASCII letters only; `more` to what it costs to enter
        a misreading. Where two or more, and a share `filled` of the marked tokens, are in one
        misreading, those between them are too.
        The bits are those that the run is cheaper than as clean text, or half of those of all runs
        in its misreading. Where nothing in that misreading has become shorter, the misreading
        (from 1) is given as a negative number.
        """
        cdef uint8_t* path
        self._prepare(states)
        path = <uint8_t*>malloc(self.count * (states._count + 2) + 1)
        if path == NULL:
            raise MemoryError
        try:
            if not self._walk(states, context, more, path):
                return []
            self._fill_gaps(states, filled, path)
            return self._found(states, path)
        finally:
            free(path)

    cdef bint _walk(self, States states, double context, double more, uint8_t* path) noexcept:
        """Write the state of each token; say whether any is not 0. `path` has room for the walk."""
        cdef int count = states._count, state, origin
        cdef Py_ssize_t k
        cdef double[17] best
        cdef double least, stays, into
        cdef const double* legacy
        cdef uint8_t* back = path + self.count
        cdef Token* token
        cdef bint found = False
        best[0] = 0
        for state in range(count):
            best[state + 1] = states._first[state] + more
        for k in range(self.count):
            token = &self.table._tokens[self.tokens[k].row]
            legacy = &self.table._legacy[self.tokens[k].row * self.table._columns]
            stays = token.clean if token.plain else max(0.0, token.clean + context)
            least, origin = best[0], 0
            for state in range(1, count + 1):
                if best[state] + states._leave < least:
                    least, origin = best[state] + states._leave, state
            best[0] = least + stays
            back[k * (count + 1)] = origin
            for state in range(1, count + 1):
                into = least + states._enter[state - 1] + more
                if into < best[state]:
                    best[state] = into + legacy[states._columns[state - 1]]
                    back[k * (count + 1) + state] = origin
                else:
                    best[state] = best[state] + legacy[states._columns[state - 1]]
                    back[k * (count + 1) + state] = state
        origin = 0
        for state in range(1, count + 1):
            if best[state] < best[origin]:
                origin = state
        for k in range(self.count - 1, -1, -1):
            path[k] = origin
            found = found or origin != 0
            origin = back[k * (count + 1) + origin]
        return found

    cdef int _fill_gaps(self, States states, double filled, uint8_t* path) except -1:
        """Read the few words between legacy words as legacy too: a line is seldom in two charsets."""
        cdef Py_ssize_t[17] counts
        cdef int[17] order
        cdef int seen = 0, state, best = 0, kinds
        cdef Py_ssize_t at, marked = 0
        cdef Token* token
        for state in range(states._count + 1):
            counts[state] = 0
        for at in range(self.count):
            state = path[at]
            token = &self.table._tokens[self.tokens[at].row]
            if not token.plain:
                marked += token.lettered
                if state:
                    if not counts[state]:
                        order[seen] = state
                        seen += 1
                    counts[state] += 1
        for state in range(seen):  # the first one of equals
            if counts[order[state]] > counts[best]:
                best = order[state]
        if counts[best] < 2 or counts[best] < filled * marked:
            return 0
        for at in range(self.count):
            token = &self.table._tokens[self.tokens[at].row]
            if path[at] or token.plain:
                continue
            kinds = self._kinds(states, at, best)
            if kinds & IS_UNSEEN or kinds & IS_MARKED:
                continue
            if token.lettered or (kinds & IS_SPEAKING and self._is_letter_here(at)):
                path[at] = best
        return 0

    cdef bint _is_letter_here(self, Py_ssize_t at) noexcept:
        """Say whether a token of signs (a dash) is rather a capital letter at its place."""
        cdef Py_ssize_t end = self.tokens[at].end
        if at + 1 < self.count and (<Py_UCS4>self.text[self.tokens[at + 1].start]).islower():
            return True
        return end < len(self.text) and self.text[end] == c")"

    cdef list _found(self, States states, const uint8_t* path):
        """Return the runs of a path."""
        cdef double[17] of_line
        cdef bint[17] joined
        cdef double bits
        cdef Py_ssize_t k
        cdef int state, good, kinds
        for state in range(states._count + 1):
            of_line[state] = 0
            joined[state] = False
        for k in range(self.count):
            state = path[k]
            if state:
                of_line[state] += self._gain(states, k, state)
                if self._kinds(states, k, state) & IS_JOINED:
                    joined[state] = True
        found = []
        k = 0
        while k < self.count:
            state = path[k]
            bits, good = 0, 0
            changed = []
            while k < self.count and path[k] == state:
                if state:
                    bits += self._gain(states, k, state)
                    kinds = self._kinds(states, k, state)
                    if kinds & IS_CHANGED:
                        changed.append(k)
                        good += (kinds & IS_GOOD) != 0
                k += 1
            if state:
                bits = max(bits, of_line[state] / 2)
                found.append((state if joined[state] else -state, bits, good, changed))
        return found

    cdef inline int _kinds(self, States states, Py_ssize_t at, int state) noexcept:
        return self.table._kinds[
            self.tokens[at].row * self.table._columns + states._columns[state - 1]
        ]

    cdef inline double _gain(self, States states, Py_ssize_t at, int state) noexcept:
        cdef Py_ssize_t row = self.tokens[at].row
        return (
            self.table._tokens[row].clean
            - self.table._legacy[row * self.table._columns + states._columns[state - 1]]
        )

    def words(self, list places not None, int column, kind not None, tuple rest not None):
        """Return (start, end, reading, *rest) of tokens, as named tuples of a kind."""
        cdef Py_ssize_t at
        new = tuple.__new__
        if not 0 <= column < self.table._columns:
            raise IndexError(f"There is no misreading {column}.")
        found = []
        for at in places:
            if not 0 <= at < self.count:
                raise IndexError(f"There is no token {at}.")
            self.table._fill(self.tokens[at].row, column)
            reading = self.table._readings[self.tokens[at].row * self.table._columns + column]
            found.append(new(kind, (self.tokens[at].start, self.tokens[at].end, reading, *rest)))
        return found

    def reading(self, list runs not None, bytes cases not None):
        """Return the line with the words of some runs as they read, and these in lower case.

        Thirdly, whether capitals or the beginning of a sentence may ask for other capitals: `cases`
        has for the code of a letter 1 where it is small, 3 where its capital may be lost.

        None where one of them is no syllable in use, or stands beside a digit or a sign that may
        belong to it, or where all may stand in quotes. A run is (number of the misreading, bits,
        places).
        """
        cdef Py_ssize_t at, done = self.start, first = -1
        cdef int column
        cdef list pieces = []
        cdef set said = set()
        cdef Place* token
        for column, _, places in runs:
            if not 0 <= column < self.table._columns:
                raise IndexError(f"There is no misreading {column}.")
            for at in places:
                if not 0 <= at < self.count or self.tokens[at].start < done:
                    raise IndexError(f"There is no token {at} here.")
                token = &self.tokens[at]
                if (
                    not self.table._kinds[token.row * self.table._columns + column] & IS_USED
                    or not self._stands_apart(token)
                ):
                    return None
                if first < 0:
                    first = token.start
                if token.start > done:
                    pieces.append(self.text[done:token.start])
                reading = self.table._readings[token.row * self.table._columns + column]
                pieces.append(reading)
                said.add(reading.lower())
                done = token.end
        for at in range(self.start, first):
            if <Py_UCS4>self.text[at] in u"'\"“‘«":
                return None
        pieces.append(self.text[done:self.end])
        read = "".join(pieces)
        return read, said, _may_rise(read, cases, len(cases))

    cdef bint _stands_apart(self, Place* token) noexcept:
        """Say whether nothing beside a token may belong to it, or stand for a lost letter."""
        cdef Py_UCS4 letter
        if token.start > 0:
            letter = self.text[token.start - 1]
            if letter.isdigit() or letter in u"_&\\$%{\ufffd":
                return False
        if token.end < len(self.text):
            letter = self.text[token.end]
            if letter.isdigit() or letter in u"_&?\ufffd":
                return False
        return True
