"""The Viterbi path of a line: each token is clean, or legacy bytes under one misreading.

States are "clean" (0) and the misreadings (from 1). What the tokens cost is kept in a table, one
row for each distinct token, and a line is a list of rows. Lines are short, so the GIL is kept.
Viterbi, IEEE Trans. Inf. Theory 13 (1967).
"""

cimport cython
from libc.math cimport INFINITY
from libc.stdint cimport int64_t, uint8_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memcpy

__all__ = ["CHANGED", "GOOD", "JOINED", "TokenTable"]

CHANGED = 1
GOOD = 2
JOINED = 4

cdef enum:
    MOST_STATES = 64  # misreadings of a table at most
    IS_CHANGED = 1
    IS_GOOD = 2
    IS_JOINED = 4

cdef struct Token:
    double clean
    double most_gain
    int home
    bint plain
    bint lettered
    bint changes


@cython.final
cdef class TokenTable:
    """What distinct tokens cost, in bits, under the misreadings of a search; grows.

    >>> table = TokenTable(1)
    >>> rows = [table.add(clean, [legacy], 0.0, 0, False, True, bytes([CHANGED]))
    ...         for clean, legacy in ((0, 1), (40, 12), (40, 12), (0, 9))]
    >>> list(table.best_path(rows, 0.0, [9], [9], 4.0))
    [0, 1, 1, 0]
    """

    cdef Token* _tokens
    cdef double* _legacy
    cdef uint8_t* _readings
    cdef Py_ssize_t _size, _room
    cdef int _states

    def __cinit__(self, int misreadings):
        if not 1 <= misreadings <= MOST_STATES:
            raise ValueError(f"A table has 1 to {MOST_STATES} misreadings, not {misreadings}.")
        self._states = misreadings

    def __dealloc__(self):
        free(self._tokens)
        free(self._legacy)
        free(self._readings)

    def __len__(self):
        return self._size

    def add(
        self, double clean, legacy, double most_gain, int home, bint plain, bint lettered,
        const uint8_t[:] readings not None,
    ):
        """Store a token and return its row.

        `clean` and `legacy` are bits as it stands and by misreading; `most_gain` bits that it may
        be cheaper as legacy bytes; `home` 1, -1 or 0 for a syllable in use, another word, neither;
        `readings` has by misreading `CHANGED` where it says something else, `GOOD` where that
        speaks for the run around it, `JOINED` where it has become shorter. Raises ValueError where
        these do not fit the misreadings.
        """
        cdef int k
        cdef double[64] bits
        cdef bint changes = False
        cdef Token* token
        if len(legacy) != self._states or readings.shape[0] != self._states:
            raise ValueError(f"A token needs {self._states} costs and readings.")
        for k in range(self._states):
            bits[k] = legacy[k]
            changes = changes or readings[k] & IS_CHANGED
        if self._size == self._room:
            self._grow()
        token = &self._tokens[self._size]
        token.clean, token.most_gain, token.home = clean, most_gain, home
        token.plain, token.lettered, token.changes = plain, lettered, changes
        memcpy(&self._legacy[self._size * self._states], bits, self._states * sizeof(double))
        for k in range(self._states):
            self._readings[self._size * self._states + k] = readings[k]
        self._size += 1
        return self._size - 1

    cdef int _grow(self) except -1:
        """Make room for more tokens."""
        cdef Py_ssize_t room = 2 * self._room + 64
        cdef void* moved = realloc(self._tokens, room * sizeof(Token))
        if moved == NULL:
            raise MemoryError
        self._tokens = <Token*>moved
        moved = realloc(self._legacy, room * self._states * sizeof(double))
        if moved == NULL:
            raise MemoryError
        self._legacy = <double*>moved
        moved = realloc(self._readings, room * self._states)
        if moved == NULL:
            raise MemoryError
        self._readings = <uint8_t*>moved
        self._room = room
        return 0

    cdef int64_t* _checked(self, list rows, const uint8_t[:] path) except NULL:
        """Return the rows as an array to be freed; raise where they or a path do not fit."""
        cdef Py_ssize_t count = len(rows), k
        cdef int64_t* found
        if path is not None:
            if path.shape[0] != count:
                raise ValueError("A path needs a state for each token.")
            for k in range(count):
                if path[k] > self._states:
                    raise IndexError(f"There is no misreading {path[k]}.")
        found = <int64_t*>malloc((count + 1) * sizeof(int64_t))
        if found == NULL:
            raise MemoryError
        try:
            for k in range(count):
                found[k] = rows[k]
                if not 0 <= found[k] < self._size:
                    raise IndexError(f"There is no row {rows[k]}; the table has {self._size}.")
        except:
            free(found)
            raise
        return found

    def counts(self, list rows not None):
        """Return how many tokens of a line are syllables in use, other words, marked, unchanged.

        A marked one has letters, and is not of ASCII letters only; an unchanged one is the latter
        too, and says the same in all misreadings.
        """
        cdef int64_t* line = self._checked(rows, None)
        cdef Py_ssize_t home = 0, abroad = 0, marked = 0, unchanged = 0, k
        cdef Token* token
        for k in range(len(rows)):
            token = &self._tokens[line[k]]
            home += token.home > 0
            abroad += token.home < 0
            marked += token.lettered and not token.plain
            unchanged += not token.changes and not token.plain
        free(line)
        return home, abroad, marked, unchanged

    def gains(self, list rows not None, double first, double enter):
        """Say whether a run of tokens, of which one changes, may gain more than some bits.

        `first` for a run from the start of the line, `enter` for any. The greatest sum of a run is
        found in one pass (Kadane's algorithm).
        """
        cdef int64_t* line = self._checked(rows, None)
        cdef double prefix = 0, run = -INFINITY, unchanged = 0, gain
        cdef bint seen = False, found = False
        cdef Py_ssize_t k
        for k in range(len(rows)):
            gain = self._tokens[line[k]].most_gain
            prefix += gain
            if self._tokens[line[k]].changes:
                run = max(run, unchanged) + gain
                unchanged = 0
                seen = True
            else:
                run += gain
                unchanged = max(0.0, unchanged + gain)
            if run > enter or (seen and prefix > first):
                found = True
                break
        free(line)
        return found

    def best_path(self, list rows not None, double context, first, enter, double leave):
        """Return the cheapest sequence of states, a byte for each token.

        `context` is added to what a token costs as it stands, to 0 at least, unless it is of ASCII
        letters only. `first` has the bits of a line that begins in each misreading, `enter` those
        of changing to it; from one misreading to another leads by 0, which costs `leave`.
        """
        cdef int states = self._states, state, origin
        cdef Py_ssize_t count = len(rows), k
        cdef double[65] best
        cdef double[64] entering
        cdef double least, stays, into
        cdef const double* legacy
        cdef uint8_t* back
        cdef Token* token
        if len(first) != states or len(enter) != states:
            raise ValueError(f"{states} misreadings need as many costs to enter them.")
        best[0] = 0
        for state in range(states):
            best[state + 1], entering[state] = first[state], enter[state]
        path = bytearray(count)
        cdef uint8_t[::1] chosen = path
        cdef int64_t* line = self._checked(rows, None)
        back = <uint8_t*>malloc(count * (states + 1) + 1)
        if back == NULL:
            free(line)
            raise MemoryError
        for k in range(count):
            token = &self._tokens[line[k]]
            legacy = &self._legacy[line[k] * states]
            stays = token.clean if token.plain else max(0.0, token.clean + context)
            least, origin = best[0], 0
            for state in range(1, states + 1):
                if best[state] + leave < least:
                    least, origin = best[state] + leave, state
            best[0] = least + stays
            back[k * (states + 1)] = origin
            for state in range(1, states + 1):
                into = least + entering[state - 1]
                if into < best[state]:
                    best[state] = into + legacy[state - 1]
                    back[k * (states + 1) + state] = origin
                else:
                    best[state] = best[state] + legacy[state - 1]
                    back[k * (states + 1) + state] = state
        origin = 0
        for state in range(1, states + 1):
            if best[state] < best[origin]:
                origin = state
        for k in range(count - 1, -1, -1):
            chosen[k] = origin
            origin = back[k * (states + 1) + origin]
        free(back)
        free(line)
        return path

    def main_state(self, list rows not None, const uint8_t[:] path not None):
        """Return the most frequent misreading of a path, and how often; the first one of equals.

        Tokens of ASCII letters only do not count; (0, 0) where there are no others.
        """
        cdef int64_t* line = self._checked(rows, path)
        cdef Py_ssize_t[65] counts
        cdef int[65] order
        cdef int seen = 0, state, best = 0, k
        cdef Py_ssize_t at
        for state in range(self._states + 1):
            counts[state] = 0
        for at in range(len(rows)):
            state = path[at]
            if state and not self._tokens[line[at]].plain:
                if not counts[state]:
                    order[seen] = state
                    seen += 1
                counts[state] += 1
        free(line)
        for k in range(seen):
            if counts[order[k]] > counts[best]:
                best = order[k]
        return best, counts[best]

    def runs(self, list rows not None, const uint8_t[:] path not None):
        """Return the runs of misread tokens: misreading, bits, good tokens, places that change.

        The bits are those that the run is cheaper than as clean text, or half of those of all runs
        in its misreading. Where nothing in that misreading has become shorter, the misreading
        (from 1) is given as a negative number.
        """
        cdef int64_t* line = self._checked(rows, path)
        cdef double[65] of_line
        cdef bint[65] joined
        cdef double bits
        cdef Py_ssize_t count = len(rows), k
        cdef int states = self._states, state, good, reading
        for state in range(states + 1):
            of_line[state] = 0
            joined[state] = False
        for k in range(count):
            state = path[k]
            if state:
                of_line[state] += self._gain(line[k], state)
                if self._readings[line[k] * states + state - 1] & IS_JOINED:
                    joined[state] = True
        found = []
        k = 0
        while k < count:
            state = path[k]
            bits, good = 0, 0
            changed = []
            while k < count and path[k] == state:
                if state:
                    bits += self._gain(line[k], state)
                    reading = self._readings[line[k] * states + state - 1]
                    if reading & IS_CHANGED:
                        changed.append(k)
                        good += (reading & IS_GOOD) != 0
                k += 1
            if state:
                bits = max(bits, of_line[state] / 2)
                found.append((state if joined[state] else -state, bits, good, changed))
        free(line)
        return found

    cdef inline double _gain(self, int64_t row, int state) noexcept:
        return self._tokens[row].clean - self._legacy[row * self._states + state - 1]
