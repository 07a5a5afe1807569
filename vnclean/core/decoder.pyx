# cython: language_level=3
"""The decoder: posteriors of the candidates of every slot under the n-gram model.

Forward-backward over a lattice (Rabiner 1989) whose states are the last n - 1 words. The full
lattice is too wide, so candidates are dropped on the way, coarse to fine: by the pairs with both
neighbours alone, by two rounds of messages between neighbours (loopless belief propagation with a
horizon), by trigrams, and what is left is decided by 4-grams, and by the words farther off where
those leave a doubt. Sentences are independent; each is decoded by itself in memory that the next
one uses again.

Sums are of probabilities, not logarithms: each slot's are divided by their sum, so that nothing
underflows.
"""

cimport cython
from libc.math cimport INFINITY, exp, isfinite, log
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy, memset

import numpy as np

from vnclean.core.arena cimport Arena, Block, Mark, free_all, mark, release, take
from vnclean.core.ngram cimport (
    BOUNDARY,
    CASE_ROW,
    CASES,
    EDGE,
    EITHER,
    ID_BITS,
    ORDER,
    TITLE,
    UPPER,
    Gram,
    NgramModel,
    count_bits,
    prefetch,
)

__all__ = ["Candidates", "Decoded", "Decoder"]

cdef enum:
    MOST_WIDTH = 64  # candidates of one slot that reach the lattice at most
    LONGEST = 400  # slots of a sentence after which the next ones are decided by their pairs
    DECIDED = 3  # how many, so that what follows is independent of what was before
    LONGEST_SENTENCE = 1 << 16  # slots that are decoded together at most
    MOST_SPARE = 1 << 24  # bytes that are kept from one call to the next at most
    WALK = 2  # looking a bigram up costs as much as walking over so many that exist
    MOST_ASKED = 64  # look-ups that go on side by side

cdef double LEAST = 1e-300  # a probability that counts as none


@cython.final
cdef class Candidates:
    """Rows of candidates, one row for each distinct damaged token; grows, and may be kept.

    >>> table = Candidates()
    >>> row = table.add([400, 404], [0.0, -1.0])
    >>> table.codes(row).tolist(), table.fixed(400) == table.fixed(400)
    ([400, 404], True)
    """

    def __cinit__(self):
        self._fixed = {}
        self._highest = -1

    def __dealloc__(self):
        free(self._codes)
        free(self._scores)
        free(self._starts)

    def __len__(self):
        return self._rows

    cdef int _reserve(self, Py_ssize_t count) except -1:
        """Make room for one more row of `count` candidates."""
        cdef Py_ssize_t room
        cdef void* moved
        if count < 1:
            raise ValueError("A row needs at least one candidate.")
        if self._users:
            raise BufferError("The table can't grow while it is in use.")
        if self._rows + 2 > self._row_room:
            room = 2 * self._row_room + 64
            moved = realloc(self._starts, room * sizeof(int64_t))
            if moved == NULL:
                raise MemoryError
            self._starts, self._row_room = <int64_t*>moved, room
            self._starts[0] = 0
        if self._members + count > self._member_room:
            room = 2 * self._member_room + count + 256
            moved = realloc(self._codes, room * sizeof(int32_t))
            if moved == NULL:
                raise MemoryError
            self._codes = <int32_t*>moved
            moved = realloc(self._scores, room * sizeof(double))
            if moved == NULL:
                raise MemoryError
            self._scores, self._member_room = <double*>moved, room
        return 0

    cdef int _put(self, Py_ssize_t place, code, score) except -1:
        """Store candidate `place` of the row that is being added."""
        return self._put_number(place, code, score)

    cdef int _put_number(self, Py_ssize_t place, int32_t number, double value) except -1:
        """Store candidate `place` of the row that is being added, given as numbers."""
        if number < 0:
            raise ValueError(f"{number} is no code.")
        if not isfinite(value):
            raise ValueError(f"A log-probability must be finite, not {value}.")
        self._codes[self._members + place] = number
        self._scores[self._members + place] = value
        return 0

    cdef Py_ssize_t _close(self, Py_ssize_t count) noexcept:
        """End the row that is being added; return its number."""
        cdef Py_ssize_t k
        for k in range(self._members, self._members + count):
            self._highest = max(self._highest, self._codes[k])
        self._members += count
        self._rows += 1
        self._starts[self._rows] = self._members
        return self._rows - 1

    @cython.boundscheck(True)  # lists may be shorter than they said
    def add(self, codes, scores):
        """Store candidates (codes of the model, channel log-probabilities); return their row.

        Raises ValueError where there is no candidate, the lengths differ, a code is negative or a
        log-probability not finite.
        """
        cdef Py_ssize_t count = len(codes), k
        if count != <Py_ssize_t>len(scores):
            raise ValueError("A row needs one score for each candidate.")
        self._reserve(count)
        self._users += 1
        try:
            for k in range(count):
                self._put(k, codes[k], scores[k])
        finally:
            self._users -= 1
        return self._close(count)

    @cython.boundscheck(True)
    def add_options(self, options):
        """Store candidates given as tuples whose second and third items are code and score."""
        cdef Py_ssize_t count = len(options), k
        self._reserve(count)
        self._users += 1
        try:
            for k in range(count):
                option = options[k]
                self._put(k, option[1], option[2])
        finally:
            self._users -= 1
        return self._close(count)

    def fixed(self, code):
        """Return the row that has the one candidate `code`: a word that is not in doubt."""
        row = self._fixed.get(code)
        if row is None:
            self._reserve(1)
            self._put(0, code, 0.0)
            row = self._fixed[code] = self._close(1)
        return row

    def codes(self, row):
        """Return the codes of a row, int32."""
        first, last = self._span(row)
        return np.array([self._codes[k] for k in range(first, last)], np.int32)

    def scores(self, row):
        """Return the channel log-probabilities of a row, float64."""
        first, last = self._span(row)
        return np.array([self._scores[k] for k in range(first, last)], np.float64)

    cdef tuple _span(self, Py_ssize_t row):
        if not 0 <= row < self._rows:
            raise IndexError(f"There is no row {row}; the table has {self._rows}.")
        return self._starts[row], self._starts[row + 1]


@cython.final
cdef class Decoded:
    """What `Decoder.decode` found: the best candidate of each slot and the posteriors.

    `best` (int32) is the number of the candidate within its row, `codes` (int32) its code,
    `confidence` (float32) its posterior probability; all have one entry for each slot.
    """

    def __len__(self):
        return len(self.best)

    def ranked(self, Py_ssize_t slot):
        """Return (number within the row, posterior) of a slot's candidates, the best first.

        Candidates that were dropped on the way are left out.
        """
        if not 0 <= slot < self._starts.shape[0] - 1:
            raise IndexError(f"There is no slot {slot}; {len(self)} were decoded.")
        cdef Py_ssize_t k
        found = [
            (-self._posteriors[k], self._numbers[k])
            for k in range(self._starts[slot], self._starts[slot + 1])
        ]
        found.sort()
        return [(number, -value) for value, number in found]


cdef struct Row:
    # A row of the table with what its pairs need, in probabilities: `weight` of each candidate
    # without context and `chance` under the channel, both divided by the best one's; `prior` and
    # `backoff` of the model; and the next candidate that is the same word, or -1.
    int width
    const int32_t* codes
    double* weight
    double* chance
    double* prior
    double* backoff
    int32_t* same
    double backed_off  # sum of weight * backoff
    double expected  # sum of chance * prior

cdef struct Lattice:
    # Slot s owns the candidates starts[s] to starts[s + 1]: their codes, numbers in the row,
    # probabilities under the channel, and places in their slot when `pairs` were looked up: those
    # of slot s with slot s + 1, `wide` of them to a row; NULL: not looked up.
    Py_ssize_t slots
    int32_t* starts
    int32_t* codes
    int32_t* numbers
    int32_t* origins
    double* chances
    Gram** pairs
    int32_t* wide

cdef struct Output:
    # What is given back: candidates that are left, by slot.
    int64_t* starts
    int32_t* numbers
    float* posteriors
    Py_ssize_t members
    Py_ssize_t room
    int32_t* best
    int32_t* codes
    float* confidence

cdef struct Piece:
    # Slots in a row of which each has a doubt within reach: widths, the places of their first
    # candidates in the lattice (-1: an edge beyond it), and by slot the n-grams that end there, the
    # oldest word slowest.
    Py_ssize_t slots
    int32_t* widths
    int32_t* firsts
    Gram** grams
    double** weights
    double** forward

cdef struct Asked:
    # A trigram that is looked up, and the hash of its words.
    Gram* gram
    uint64_t mixed

cdef struct Call:
    # What one call of `decode` carries along.
    Arena arena
    Row* rows
    Output out
    int32_t* position  # by word: 1 + its first place in the row at the right of a link
    # Room for the bigrams of two words with the widest row: their ranks, and places in the row.
    uint32_t* ranks
    int32_t* places
    Py_ssize_t widest
    Asked* asked
    Row edge


@cython.final
cdef class _Chances:
    """What the model holds, as probabilities instead of logarithms: products need no exp."""

    cdef const float[::1] unigram, unigram_backoff, free_case, case, case_level, pair
    cdef const float[::1] pair_backoff, trigram, trigram_backoff, fourgram

    def __cinit__(self, NgramModel model):
        self.unigram, self.unigram_backoff = _exp(model.unigram), _exp(model.unigram_backoff)
        self.free_case, self.case = _exp(model.free_case), _exp(model.case_logs)
        self.case_level, self.pair = _exp(model.case_levels), _exp(model.pair_levels)
        self.pair_backoff, self.trigram = _exp(model.pair_backoffs), _exp(model.trigram_levels)
        self.trigram_backoff = _exp(model.trigram_backoffs)
        self.fourgram = _exp(model.fourgram_levels)

    cdef inline float of_pair(
        self, NgramModel model, int column, int code, uint32_t pair
    ) noexcept nogil:
        """Return P(code | code before) for a bigram of the model, given as its `pairs` say it."""
        cdef int case = code & 3
        cdef int cell = pair >> 16
        cdef int level = cell & 15 if column == TITLE * CASES else cell >> 4
        cdef float value = self.pair[pair & 255]
        cdef const float* row = &self.case[(code >> 2) * CASE_ROW + column]
        if level > 0 and case < UPPER and column != UPPER * CASES:
            return value * row[EITHER] * self.case_level[2 * level + case]
        return value * row[case]

    cdef inline Gram bigram(self, NgramModel model, int before, int code) noexcept nogil:
        """Return the bigram that two codes make; its value is the probability."""
        cdef Gram gram
        cdef uint32_t rank
        cdef int32_t given = code, place
        self.bigrams(model, before, &given, 1, &gram, &rank, &place)
        return gram

    cdef inline void bigrams(
        self, NgramModel model, int before, const int32_t* codes, int width, Gram* made,
        uint32_t* ranks, int32_t* places,
    ) noexcept nogil:
        """Set the bigrams that a code makes with some; `ranks` and `places` are room for those.

        What the model holds is found first and read last, so that its memory is on the way
        meanwhile.
        """
        cdef int first = before >> 2, column = model.case_column(before), held, k, x
        cdef float backoff = self.unigram_backoff[first]
        held = _find_pairs(model, first, codes, width, ranks, places)
        for x in range(width):
            made[x].key = (<uint64_t>first << ID_BITS) | <uint64_t>(codes[x] >> 2)
            made[x].value = (
                backoff * self.unigram[codes[x] >> 2]
                * self.case[(codes[x] >> 2) * CASE_ROW + column + (codes[x] & 3)]
            )
            made[x].known, made[x].opened = 0, 0
        for k in range(held):
            x = places[k]
            made[x].value = self.of_pair(model, column, codes[x], model.pairs[ranks[k]])
            made[x].known, made[x].opened = 1, <uint8_t>(model.pairs[ranks[k]] >> 8)

    cdef void trigrams(
        self, NgramModel model, const Gram* left, Py_ssize_t lefts, const Gram* right, int rights,
        int width, Gram* made, Asked* asked,
    ) noexcept nogil:
        """Set the trigrams that bigrams make with some that follow them.

        Left bigram i is followed by the `width` right ones that end its row i % `rights`. `asked`
        is room for MOST_ASKED look-ups, which go on side by side.
        """
        cdef Py_ssize_t i
        cdef int x, j = 0, count = 0
        cdef float backoff
        cdef uint64_t word = (1 << ID_BITS) - 1, key
        cdef const Gram* follows
        for i in range(lefts):
            follows = right + j * width
            j = j + 1 if j + 1 < rights else 0
            backoff = self.pair_backoff[left[i].opened]
            if not left[i].opened:
                for x in range(width):
                    made[x].key, made[x].known, made[x].opened = 0, 0, 0
                    made[x].value = follows[x].value * backoff
            else:
                key = left[i].key << ID_BITS
                for x in range(width):
                    made[x].key = key | follows[x].key & word
                    made[x].known, made[x].opened = 0, 0
                    made[x].value = follows[x].value * backoff
                    asked[count].gram = made + x
                    count += follows[x].known
                    if count == MOST_ASKED:
                        self._answer(model, asked, count)
                        count = 0
            made += width
        self._answer(model, asked, count)

    cdef void _answer(self, NgramModel model, Asked* asked, int count) noexcept nogil:
        """Put into trigrams what the model says of them, where it does."""
        cdef int k, found
        cdef Gram* gram
        for k in range(count):
            asked[k].mixed = model.trigrams.mix(asked[k].gram.key)
            model.trigrams.fetch(asked[k].mixed)
        for k in range(count):
            found = model.trigrams.get_mixed(asked[k].mixed)
            if found >= 0:
                gram = asked[k].gram
                gram.value *= self.trigram[found & 15]
                gram.known, gram.opened = 1, <uint8_t>(found >> 4)

    cdef void fourgrams(
        self, NgramModel model, const Gram* left, const Gram* right, const double* chance,
        int width, double* weight,
    ) noexcept nogil:
        """Set the probabilities of the 4-grams that a trigram makes with some that follow it."""
        cdef int x, found
        cdef double backoff = self.trigram_backoff[left.opened]
        cdef uint64_t word = (1 << ID_BITS) - 1
        for x in range(width):
            weight[x] = right[x].value * backoff * chance[x]
            if left.opened and right[x].known:
                found = model.fourgrams.get(left.key << ID_BITS | right[x].key & word)
                if found >= 0:
                    weight[x] *= self.fourgram[found & 15]


cdef inline int _find_pairs(
    NgramModel model, int first, const int32_t* codes, int width, uint32_t* ranks, int32_t* places
) noexcept nogil:
    """Find the bigrams of a word with some codes: set their ranks and places, return how many.

    Each step goes over all of them, so that they wait for memory together.
    """
    cdef const uint64_t* bits = &model.bits[first * model.stride]
    cdef const uint16_t* before = &model.before[first * model.stride]
    cdef const uint32_t* pairs = &model.pairs[0]
    cdef uint32_t rank = model.first_ranks[first]
    cdef int x, k, second, held = 0
    for x in range(width):
        second = codes[x] >> 2
        places[held] = x
        held += bits[second >> 6] >> (second & 63) & 1
    for k in range(held):
        second = codes[places[k]] >> 2
        ranks[k] = rank + before[second >> 6] + <uint32_t>count_bits(
            bits[second >> 6] & ((<uint64_t>1 << (second & 63)) - 1)
        )
        prefetch(pairs + ranks[k])
    return held


cdef object _exp(logs):
    """Return the exponentials of an array, in one row."""
    return np.exp(np.asarray(logs, np.float64)).astype(np.float32).ravel()


@cython.final
cdef class Decoder:
    """Decodes with one model and fixed limits.

    `pair_margin` is how far below a slot's best (natural logarithm) a candidate may be between
    its neighbours, and `most` how many are kept at most (1 to 64); `message_rounds`,
    `message_margin` and `message_most` say the same of the messages. `stages` are the exact
    passes: order (2 to 4), margin and most; a margin of 0, as the last one has, keeps everything. From the posterior
    `certain` on, the distant words are not asked.
    """

    cdef NgramModel _model
    cdef _Chances _chances
    cdef double _pair_share, _message_share, _certain
    cdef int _most, _message_most, _rounds, _stages
    cdef Arena _spare
    cdef int[4] _orders
    cdef int[4] _stage_most
    cdef double[4] _stage_shares

    def __cinit__(
        self, NgramModel model not None, *, double pair_margin, int most, int message_rounds,
        double message_margin, int message_most, stages, double certain,
    ):
        self._model, self._chances = model, _Chances(model)
        self._pair_share, self._most = exp(-pair_margin), most
        self._rounds, self._message_share = message_rounds, exp(-message_margin)
        self._message_most, self._certain = message_most, certain
        self._stages = len(stages)
        if not 1 <= most <= MOST_WIDTH or not 1 <= message_most <= MOST_WIDTH:
            raise ValueError(f"1 to {MOST_WIDTH} candidates can be kept.")
        if not pair_margin >= 0 or not message_margin >= 0 or message_rounds < 0:
            raise ValueError("Margins and rounds are not negative.")
        if not 1 <= self._stages <= 4:
            raise ValueError("One to four stages are possible.")
        for k, (order, margin, kept) in enumerate(stages):
            if not 2 <= order <= ORDER or not margin >= 0 or not 0 <= kept <= MOST_WIDTH:
                raise ValueError(f"No stage: {(order, margin, kept)}.")
            self._orders[k], self._stage_shares[k], self._stage_most[k] = order, exp(-margin), kept
        if self._stage_shares[self._stages - 1] < 1:
            raise ValueError("The last stage keeps everything: its margin is 0.")

    def decode(self, rows, Candidates table not None):
        """Return the best candidate and the posteriors for a sequence of slots.

        `rows` (a list or an array) names the row of `table` for each slot, in reading order.
        Sentences and lines are kept apart by slots that have the code of the edge (4) as their
        one candidate; both ends are such edges anyway. Takes time in proportion to the slots,
        memory in proportion to the longest sentence. Raises ValueError for rows that the table
        doesn't have and for codes that the model doesn't have.
        """
        cdef const int64_t[:] given = np.asarray(rows, np.int64)
        cdef Py_ssize_t slots = given.shape[0], k
        cdef Call call
        cdef Decoded result = Decoded.__new__(Decoded)
        for k in range(slots):
            if not 0 <= given[k] < table._rows:
                raise ValueError(f"There is no row {given[k]}; the table has {table._rows}.")
        if table._highest >= 4 * self._model.size:
            raise ValueError(f"The model has no code {table._highest}.")
        memset(&call, 0, sizeof(Call))
        call.arena, self._spare = self._spare, call.arena
        best, codes = np.empty(slots, np.int32), np.empty(slots, np.int32)
        confidence, starts = np.empty(slots, np.float32), np.zeros(slots + 1, np.int64)
        cdef int32_t[::1] best_view = best, code_view = codes
        cdef float[::1] confidence_view = confidence
        cdef int64_t[::1] start_view = starts
        call.out.starts = &start_view[0]
        if slots:
            call.out.best, call.out.codes = &best_view[0], &code_view[0]
            call.out.confidence = &confidence_view[0]
        table._users += 1
        try:
            if slots:
                with nogil:
                    self._decode(&call, table, given)
            numbers = np.empty(call.out.members, np.int32)
            posteriors = np.empty(call.out.members, np.float32)
            if call.out.members:
                _copy(numbers, posteriors, &call.out)
        finally:
            table._users -= 1
            self._give_back(&call.arena)
            free(call.out.numbers)
            free(call.out.posteriors)
        result.best, result.codes, result.confidence = best, codes, confidence
        result._starts, result._numbers, result._posteriors = starts, numbers, posteriors
        return result

    cdef void _give_back(self, Arena* arena) noexcept:
        """Keep the memory of a call for the next one, unless another call's is kept or it is much.

        Fresh memory has to be cleared by the system, which takes a tenth of the time.
        """
        cdef Block* block = arena.first
        cdef size_t size = 0
        cdef Mark start
        start.block, start.used = NULL, 0
        while block != NULL:
            size += block.size
            block = block.next
        if self._spare.first != NULL or size > MOST_SPARE:
            free_all(arena)
            return
        release(arena, start)
        self._spare = arena[0]

    def __dealloc__(self):
        free_all(&self._spare)

    cdef int _decode(self, Call* call, Candidates table, const int64_t[:] slots) except -1 nogil:
        """Decode all sentences, one after another."""
        cdef Py_ssize_t count = slots.shape[0], begin = 0, end, k, widest
        cdef Py_ssize_t size = self._model.size
        cdef int32_t edge_code = EDGE
        cdef double no_score = 0
        call.rows = <Row*>take(&call.arena, table._rows, sizeof(Row))
        memset(call.rows, 0, table._rows * sizeof(Row))
        call.position = <int32_t*>take(&call.arena, size, sizeof(int32_t))
        memset(call.position, 0, size * sizeof(int32_t))
        widest = MOST_WIDTH
        for k in range(table._rows):
            widest = max(widest, table._starts[k + 1] - table._starts[k])
        call.widest = widest
        call.ranks = <uint32_t*>take(&call.arena, 2 * widest, sizeof(uint32_t))
        call.places = <int32_t*>take(&call.arena, 2 * widest, sizeof(int32_t))
        call.asked = <Asked*>take(&call.arena, MOST_ASKED, sizeof(Asked))
        self._prepare(call, &call.edge, &edge_code, &no_score, 1)
        cdef Row** sentence
        cdef Row* row
        cdef Mark place
        cdef bint doubtful
        cdef int64_t number
        while begin < count:
            end = begin
            doubtful = False
            while end < count and end - begin < LONGEST_SENTENCE:
                number = slots[end]
                row = &call.rows[number]
                if not row.width:
                    self._prepare(
                        call, row, table._codes + table._starts[number],
                        table._scores + table._starts[number],
                        table._starts[number + 1] - table._starts[number],
                    )
                if row.width == 1 and row.codes[0] == EDGE:
                    break
                doubtful = doubtful or row.width > 1
                end += 1
            place = mark(&call.arena)
            if doubtful:
                sentence = <Row**>take(&call.arena, end - begin + 2, sizeof(Row*))
                sentence[0] = sentence[end - begin + 1] = &call.edge
                for k in range(begin, end):
                    sentence[k - begin + 1] = &call.rows[slots[k]]
                self._decode_sentence(call, sentence, end - begin + 2, begin)
            else:
                for k in range(begin, end):
                    _put_slot(&call.out, k, call.rows[slots[k]].codes[0])
            release(&call.arena, place)
            if end < count and call.rows[slots[end]].width == 1:
                # The edge itself, unless the sentence was cut for its length.
                if call.rows[slots[end]].codes[0] == EDGE:
                    _put_slot(&call.out, end, EDGE)
                    end += 1
            begin = end
        return 0

    cdef int _prepare(
        self, Call* call, Row* row, const int32_t* codes, const double* scores, Py_ssize_t width
    ) except -1 nogil:
        """Fill a row of the table: what the model says of its candidates without context."""
        cdef Py_ssize_t k
        cdef int word
        cdef double best = -INFINITY, likeliest = LEAST
        cdef double* doubles = <double*>take(&call.arena, 4 * width, sizeof(double))
        row.weight, row.chance = doubles, doubles + width
        row.prior, row.backoff = doubles + 2 * width, doubles + 3 * width
        row.same = <int32_t*>take(&call.arena, width, sizeof(int32_t))
        row.codes, row.width = codes, <int>width
        for k in range(width):
            best = max(best, scores[k])
        for k in range(width):
            row.chance[k] = exp(scores[k] - best)
            row.prior[k] = (
                <double>self._chances.unigram[codes[k] >> 2] * self._chances.free_case[codes[k]]
            )
            row.backoff[k] = self._chances.unigram_backoff[codes[k] >> 2]
            row.weight[k] = row.chance[k] * row.prior[k]
            likeliest = max(likeliest, row.weight[k])
        row.backed_off = row.expected = 0
        for k in range(width):
            row.weight[k] /= likeliest
            row.backed_off += row.weight[k] * row.backoff[k]
            row.expected += row.chance[k] * row.prior[k]
        for k in range(width - 1, -1, -1):
            word = codes[k] >> 2
            row.same[k] = call.position[word] - 1
            call.position[word] = <int32_t>(k + 1)
        for k in range(width):
            call.position[codes[k] >> 2] = 0
        return 0

    cdef int _decode_sentence(
        self, Call* call, Row** sentence, Py_ssize_t slots, Py_ssize_t first
    ) except -1 nogil:
        """Decode a sentence with the edges round it; `first` is the number of its first slot."""
        cdef Lattice lattice
        cdef Mark place
        cdef double* values
        cdef int stage
        cdef Py_ssize_t k
        self._narrow(call, &lattice, sentence, slots)
        values = <double*>take(&call.arena, lattice.starts[slots], sizeof(double))
        if self._rounds:
            self._look_up_pairs(call, &lattice)
            place = mark(&call.arena)
            self._exchange_messages(call, &lattice, values)
            release(&call.arena, place)
            _keep(&lattice, values, self._message_share, self._message_most)
        for stage in range(self._stages):
            place = mark(&call.arena)
            self._find_posteriors(call, &lattice, self._orders[stage], values)
            release(&call.arena, place)
            if self._stage_shares[stage] < 1:
                _keep(&lattice, values, self._stage_shares[stage], self._stage_most[stage])
        self._ask_distant(call, &lattice, values)
        for k in range(1, slots - 1):
            _put_candidates(&call.out, first + k - 1, &lattice, k, values)
        return 0

    cdef int _narrow(
        self, Call* call, Lattice* lattice, Row** sentence, Py_ssize_t slots
    ) except -1 nogil:
        """Build the lattice with the candidates that some neighbour makes plausible.

        Each candidate is weighed with all candidates of the slot before and of the slot after,
        as if there were nothing else.
        """
        cdef Py_ssize_t s, room = 0
        cdef int widest = 1, k
        for s in range(slots):
            room += min(sentence[s].width, self._most)
            widest = max(widest, sentence[s].width)
        lattice.slots = slots
        lattice.starts = <int32_t*>take(&call.arena, slots + 1, sizeof(int32_t))
        lattice.codes = <int32_t*>take(&call.arena, room, sizeof(int32_t))
        lattice.numbers = <int32_t*>take(&call.arena, room, sizeof(int32_t))
        lattice.origins = <int32_t*>take(&call.arena, room, sizeof(int32_t))
        lattice.chances = <double*>take(&call.arena, room, sizeof(double))
        lattice.pairs = <Gram**>take(&call.arena, slots, sizeof(Gram*))
        lattice.wide = <int32_t*>take(&call.arena, slots, sizeof(int32_t))
        memset(lattice.pairs, 0, slots * sizeof(Gram*))
        lattice.starts[0] = 0
        # What the neighbour on the left says of the slot, and what the one on the right says;
        # `before` is of the slot at the left of the link, `after` of the one at its right.
        cdef Mark place = mark(&call.arena)
        cdef double* after = <double*>take(&call.arena, widest, sizeof(double))
        cdef double* next_after = <double*>take(&call.arena, widest, sizeof(double))
        cdef double* before = <double*>take(&call.arena, widest, sizeof(double))
        cdef Row* row
        for s in range(slots):
            row = sentence[s]
            if s + 1 < slots:
                self._link(call, row, sentence[s + 1], before, next_after)
            if row.width == 1:
                after[0] = 1
            else:  # never an edge: those are at both ends
                for k in range(row.width):
                    after[k] *= row.chance[k] * before[k]
            if s % LONGEST >= LONGEST - DECIDED:
                _take_best(lattice, s, row, after, 1.0, 1)
            else:
                _take_best(lattice, s, row, after, self._pair_share, self._most)
            after, next_after = next_after, after
        release(&call.arena, place)
        return 0

    cdef int _link(
        self, Call* call, Row* left, Row* right, double* before, double* after
    ) except -1 nogil:
        """Weigh the candidates of two neighbours by their pairs.

        after[k] is the probability of right candidate k after all that may stand at the left;
        before[k] that of what may stand at the right after left candidate k. Most pairs are no
        bigrams of the model, and for those the sum is a product.
        """
        cdef int i, j, k, column, held = 0, found
        cdef const uint32_t* pairs = &self._model.pairs[0]
        cdef uint32_t* ranks = call.ranks
        cdef int32_t* places = call.places
        cdef uint32_t* next_ranks = call.ranks + call.widest
        cdef int32_t* next_places = call.places + call.widest
        cdef double gain, said
        for j in range(right.width):
            after[j] = right.prior[j] * left.backed_off
        for i in range(left.width):
            before[i] = left.backoff[i] * right.expected
        if left.width == 1 and right.width == 1:
            return 0
        for j in range(right.width - 1, -1, -1):
            call.position[right.codes[j] >> 2] = j + 1
        # One word's pairs are weighed after those of the next one were found, so that their memory
        # is there by then.
        for i in range(left.width + 1):
            found = 0
            if i < left.width:
                found = self._find_in_row(call, left, i, right, next_ranks, next_places)
            if i:
                column = self._model.case_column(left.codes[i - 1])
                said = 0
                for k in range(held):
                    j = places[k]
                    gain = (
                        self._chances.of_pair(
                            self._model, column, right.codes[j], pairs[ranks[k]]
                        )
                        - left.backoff[i - 1] * right.prior[j]
                    )
                    after[j] += gain * left.weight[i - 1]
                    said += gain * right.chance[j]
                before[i - 1] += said
            held = found
            ranks, next_ranks = next_ranks, ranks
            places, next_places = next_places, places
        for j in range(right.width):
            call.position[right.codes[j] >> 2] = 0
        return 0

    cdef inline int _find_in_row(
        self, Call* call, const Row* left, int i, const Row* right, uint32_t* ranks, int32_t* places
    ) noexcept nogil:
        """Find the bigrams of left candidate i with those at its right; see `_find_pairs`."""
        cdef const uint16_t* seconds = &self._model.seconds[0]
        cdef const uint32_t* pairs = &self._model.pairs[0]
        cdef int word = left.codes[i] >> 2, held = 0, j
        cdef uint32_t rank = self._model.first_ranks[word]
        cdef uint32_t end = self._model.first_ranks[word + 1]
        cdef uint32_t few = WALK * right.width
        if end - rank >= few:
            return _find_pairs(self._model, word, right.codes, right.width, ranks, places)
        while rank < end:
            j = call.position[seconds[rank]] - 1
            while j >= 0:
                ranks[held], places[held] = rank, j
                prefetch(pairs + rank)
                held += 1
                j = right.same[j]
            rank += 1
        return held

    cdef int _look_up_pairs(self, Call* call, Lattice* lattice) except -1 nogil:
        """Set the bigrams of all neighbours of which one at least is in doubt."""
        cdef Py_ssize_t s
        cdef int32_t* starts = lattice.starts
        cdef int a
        cdef Gram* gram
        for s in range(lattice.slots - 1):
            lattice.wide[s] = starts[s + 2] - starts[s + 1]
            if starts[s + 2] - starts[s] > 2:
                gram = <Gram*>take(
                    &call.arena, (starts[s + 1] - starts[s]) * lattice.wide[s], sizeof(Gram)
                )
                lattice.pairs[s] = gram
                for a in range(starts[s], starts[s + 1]):
                    self._chances.bigrams(
                        self._model, lattice.codes[a], lattice.codes + starts[s + 1],
                        lattice.wide[s], gram, call.ranks, call.places,
                    )
                    gram += lattice.wide[s]
        return 0

    cdef int _exchange_messages(
        self, Call* call, Lattice* lattice, double* result
    ) except -1 nogil:
        """Let neighbours tell each other what they heard, some times; result: beliefs.

        This is forward-backward over pairs with a horizon: exact where no more doubtful slots
        stand on either side than there are rounds.
        """
        cdef Py_ssize_t slots = lattice.slots, total = lattice.starts[lattice.slots], s
        cdef int32_t* starts = lattice.starts
        cdef int32_t* codes = lattice.codes
        cdef double* chance = lattice.chances
        cdef int a, b, k
        cdef double* forward = <double*>take(&call.arena, total, sizeof(double))
        cdef double* backward = <double*>take(&call.arena, total, sizeof(double))
        cdef double* heard_left = <double*>take(&call.arena, total, sizeof(double))
        cdef double* heard_right = <double*>take(&call.arena, total, sizeof(double))
        cdef const Gram* pair
        cdef double said
        for k in range(total):
            forward[k] = (
                chance[k] * self._chances.unigram[codes[k] >> 2] * self._chances.free_case[codes[k]]
            )
            backward[k] = chance[k]
        cdef int round
        for round in range(self._rounds):
            for k in range(total):
                heard_left[k] = heard_right[k] = 0
            for s in range(slots - 1):
                if starts[s + 2] - starts[s] == 2:
                    heard_right[starts[s]] = heard_left[starts[s + 1]] = 1
                    continue
                pair = lattice.pairs[s]
                for a in range(starts[s], starts[s + 1]):
                    said = 0
                    for b in range(starts[s + 1], starts[s + 2]):
                        heard_left[b] += pair.value * forward[a]
                        said += pair.value * backward[b]
                        pair += 1
                    heard_right[a] = said
            heard_left[0] = heard_right[total - 1] = 1  # the edges
            for s in range(slots):
                _normalise(heard_left + starts[s], starts[s + 1] - starts[s])
                _normalise(heard_right + starts[s], starts[s + 1] - starts[s])
            for k in range(total):
                forward[k] = heard_left[k] * chance[k]
                backward[k] = heard_right[k] * chance[k]
        for k in range(total):
            result[k] = heard_left[k] * heard_right[k] * chance[k]
        return 0

    cdef int _find_posteriors(
        self, Call* call, Lattice* lattice, int order, double* result
    ) except -1 nogil:
        """Set the exact posterior of each candidate under n-grams of `order` words.

        What stands beyond the sentence is more edges. Pieces with order - 1 certain slots between
        them are independent.
        """
        cdef int reach = order - 1
        cdef Py_ssize_t count = lattice.slots + 2 * reach, s, begin, end
        cdef Piece all, piece
        cdef Mark place
        all.widths = <int32_t*>take(&call.arena, count, sizeof(int32_t))
        all.firsts = <int32_t*>take(&call.arena, count, sizeof(int32_t))
        for s in range(count):
            all.widths[s], all.firsts[s] = 1, -1
            if reach <= s < count - reach:
                all.firsts[s] = lattice.starts[s - reach]
                all.widths[s] = lattice.starts[s - reach + 1] - lattice.starts[s - reach]
        for s in range(lattice.starts[lattice.slots]):
            result[s] = 1
        cdef int certain
        s = reach
        while s < count - reach:
            if all.widths[s] == 1:
                s += 1
                continue
            begin, end, certain = s - reach, s + 1, 0
            while end < count and certain < reach:
                certain = certain + 1 if all.widths[end] == 1 else 0
                end += 1
            piece.slots = end - begin
            piece.widths = all.widths + begin
            piece.firsts = all.firsts + begin
            place = mark(&call.arena)
            self._weigh_piece(call, lattice, &piece, begin - reach, order)
            _run_forward(call, &piece, order)
            _run_backward(
                call, &piece, order, result, lattice.starts + (begin - reach),
            )
            release(&call.arena, place)
            s = end
        return 0

    cdef int _weigh_piece(
        self, Call* call, Lattice* lattice, Piece* piece, Py_ssize_t begin, int order
    ) except -1 nogil:
        """Set `weights`: the probability of each n-gram's last word, times its channel's.

        The first slot of the piece is slot `begin` of the lattice.
        """
        cdef Py_ssize_t slots = piece.slots, s, size, rest, i, j
        cdef int x, width
        cdef int32_t left, right
        cdef Gram* made
        cdef Mark place
        cdef const Gram* pairs
        cdef double* weight
        cdef double one = 1
        cdef const double* chance
        piece.grams = <Gram**>take(&call.arena, slots, sizeof(Gram*))
        piece.weights = <double**>take(&call.arena, slots, sizeof(double*))
        for s in range(1, slots):
            width = piece.widths[s]
            made = <Gram*>take(&call.arena, piece.widths[s - 1] * width, sizeof(Gram))
            piece.grams[s] = made
            left, right = piece.firsts[s - 1], piece.firsts[s]
            pairs = lattice.pairs[begin + s - 1] if left >= 0 and right >= 0 else NULL
            for i in range(piece.widths[s - 1]):
                for x in range(width):
                    if pairs != NULL:
                        made[0] = pairs[
                            lattice.origins[left + i] * lattice.wide[begin + s - 1]
                            + lattice.origins[right + x]
                        ]
                    else:
                        made[0] = self._chances.bigram(
                            self._model, lattice.codes[left + i] if left >= 0 else EDGE,
                            lattice.codes[right + x] if right >= 0 else EDGE,
                        )
                    made += 1
        if order == ORDER:
            for s in range(slots - 1, 1, -1):
                # From the end, for the pairs of the slot before are needed twice.
                width, rest = piece.widths[s], piece.widths[s - 1]
                size = piece.widths[s - 2] * rest
                made = <Gram*>take(&call.arena, size * width, sizeof(Gram))
                self._chances.trigrams(
                    self._model, piece.grams[s - 1], size, piece.grams[s], rest, width, made,
                    call.asked,
                )
                piece.grams[s] = made
        for s in range(order - 1, slots):
            width = piece.widths[s]
            chance = lattice.chances + piece.firsts[s] if width > 1 else &one
            size = _states(piece, s - 1, order - 1)
            weight = <double*>take(&call.arena, size * width, sizeof(double))
            piece.weights[s] = weight
            # The pairs (of order 4: trigrams) that end here follow the last words of a state.
            rest = size // piece.widths[s - order + 1] if order > 2 else size
            made = piece.grams[s]
            if order == 4:
                j = 0
                for i in range(size):
                    self._chances.fourgrams(
                        self._model, piece.grams[s - 1] + i, made + j * width, chance, width,
                        weight,
                    )
                    j = j + 1 if j + 1 < rest else 0
                    weight += width
                continue
            place = mark(&call.arena)
            if order == 3:
                made = <Gram*>take(&call.arena, size * width, sizeof(Gram))
                self._chances.trigrams(
                    self._model, piece.grams[s - 1], size, piece.grams[s], rest, width, made,
                    call.asked,
                )
            for i in range(size):
                for x in range(width):
                    weight[x] = made[x].value * chance[x]
                made += width
                weight += width
            release(&call.arena, place)
        return 0

    cdef int _ask_distant(self, Call* call, Lattice* lattice, double* posterior) except -1 nogil:
        """Weigh the candidates of doubtful slots with what the words farther off say.

        A log-bilinear model: the words of the sentence within reach, each weighted by its place,
        give a vector, and its product with a candidate's is added to the candidate's logarithm.
        """
        cdef Py_ssize_t slots = lattice.slots, s, other, step
        cdef Py_ssize_t reach = self._model.place_weights.shape[0] // 2
        cdef Py_ssize_t width = self._model.outward.shape[1]
        cdef int32_t* words
        cdef float* meaning
        cdef float product, near
        cdef double best
        cdef Py_ssize_t first, last, k, d
        cdef int side
        if not self._model.outward.shape[0]:
            return 0
        words = <int32_t*>take(&call.arena, slots, sizeof(int32_t))
        meaning = <float*>take(&call.arena, width, sizeof(float))
        for s in range(slots):
            words[s] = lattice.codes[_first_best(lattice, s, posterior)] >> 2
        for s in range(slots):
            first, last = lattice.starts[s], lattice.starts[s + 1]
            if last - first == 1 or posterior[_first_best(lattice, s, posterior)] >= self._certain:
                continue
            memset(meaning, 0, width * sizeof(float))
            for side in range(2):
                for step in range(reach):
                    other = s + 1 + step if side else s - 1 - step
                    if not 0 <= other < slots or words[other] == BOUNDARY:
                        break
                    near = self._model.place_weights[reach + step if side else reach - 1 - step]
                    for d in range(width):
                        meaning[d] += near * self._model.inward[words[other], d]
            best = -INFINITY
            for k in range(first, last):
                product = 0
                for d in range(width):
                    product += meaning[d] * self._model.outward[lattice.codes[k] >> 2, d]
                posterior[k] = log(max(posterior[k], 1e-12)) + product * self._model.distant_scale
                best = max(best, posterior[k])
            for k in range(first, last):
                posterior[k] = exp(posterior[k] - best)
            _normalise(posterior + first, last - first)
        return 0


cdef int _copy(int32_t[::1] numbers, float[::1] posteriors, Output* out) except -1:
    memcpy(&numbers[0], out.numbers, out.members * sizeof(int32_t))
    memcpy(&posteriors[0], out.posteriors, out.members * sizeof(float))
    return 0


cdef int _grow(Output* out, Py_ssize_t count) except -1 nogil:
    """Make room for more candidates of the result."""
    cdef Py_ssize_t room = 2 * out.room + count + 256
    cdef void* numbers
    cdef void* posteriors
    if out.members + count <= out.room:
        return 0
    numbers = realloc(out.numbers, room * sizeof(int32_t))
    if numbers != NULL:
        out.numbers = <int32_t*>numbers
    posteriors = realloc(out.posteriors, room * sizeof(float))
    if posteriors != NULL:
        out.posteriors = <float*>posteriors
    if numbers == NULL or posteriors == NULL:
        with gil:
            raise MemoryError
    out.room = room
    return 0


cdef int _put_slot(Output* out, Py_ssize_t slot, int32_t code) except -1 nogil:
    """Write the result of a slot that has one candidate."""
    _grow(out, 1)
    out.numbers[out.members], out.posteriors[out.members] = 0, 1
    out.members += 1
    out.best[slot], out.codes[slot], out.confidence[slot] = 0, code, 1
    out.starts[slot + 1] = out.members
    return 0


cdef int _put_candidates(
    Output* out, Py_ssize_t slot, Lattice* lattice, Py_ssize_t s, double* posterior
) except -1 nogil:
    """Write the result of slot s of a lattice as that of `slot`."""
    cdef Py_ssize_t k, best = _first_best(lattice, s, posterior)
    _grow(out, lattice.starts[s + 1] - lattice.starts[s])
    for k in range(lattice.starts[s], lattice.starts[s + 1]):
        out.numbers[out.members] = lattice.numbers[k]
        out.posteriors[out.members] = <float>posterior[k]
        out.members += 1
    out.best[slot], out.codes[slot] = lattice.numbers[best], lattice.codes[best]
    out.confidence[slot] = <float>posterior[best]
    out.starts[slot + 1] = out.members
    return 0


cdef inline Py_ssize_t _first_best(Lattice* lattice, Py_ssize_t s, double* values) noexcept nogil:
    """Return the place of the largest value of a slot, the first among equals."""
    cdef Py_ssize_t k, best = lattice.starts[s]
    for k in range(best + 1, lattice.starts[s + 1]):
        if values[k] > values[best]:
            best = k
    return best


cdef inline void _normalise(double* values, Py_ssize_t count) noexcept nogil:
    """Divide values by their sum; where there is none left, all are equally likely."""
    cdef double total = 0
    cdef Py_ssize_t k
    for k in range(count):
        total += values[k]
    for k in range(count):
        values[k] = values[k] / total if total >= LEAST else 1.0 / count


cdef void _take_best(
    Lattice* lattice, Py_ssize_t s, const Row* row, const double* values, double share, int most
) noexcept nogil:
    """Put the best candidates of a row into slot s of a lattice, in the order of the row."""
    cdef double floor
    cdef int k, room, first = lattice.starts[s], n = first
    floor = _floor(values, row.width, share, most, &room)
    for k in range(row.width):
        if values[k] > floor or (values[k] == floor and room > 0):
            room -= values[k] == floor
            lattice.codes[n], lattice.numbers[n] = row.codes[k], k
            lattice.chances[n], lattice.origins[n] = row.chance[k], n - first
            n += 1
    lattice.starts[s + 1] = n


cdef void _keep(Lattice* lattice, const double* values, double share, int most) noexcept nogil:
    """Drop the candidates that have less than a share of what the slot's best has."""
    cdef Py_ssize_t s
    cdef int k, room, n = 0, first = 0, last
    cdef double floor
    for s in range(lattice.slots):
        last = lattice.starts[s + 1]
        floor = _floor(values + first, last - first, share, most, &room) if last > first + 1 else 0
        for k in range(first, last):
            if last == first + 1 or values[k] > floor or (values[k] == floor and room > 0):
                room -= values[k] == floor
                lattice.codes[n], lattice.numbers[n] = lattice.codes[k], lattice.numbers[k]
                lattice.chances[n], lattice.origins[n] = lattice.chances[k], lattice.origins[k]
                n += 1
        lattice.starts[s + 1] = n
        first = last


cdef double _floor(
    const double* values, Py_ssize_t count, double share, int most, int* room
) noexcept nogil:
    """Return the least value that is kept, and how many are that have just this value.

    At most `most` values (0: any number) that are not less than a share of the best are kept.
    """
    cdef double[MOST_WIDTH] best  # falling
    cdef int held = 0, place, k
    cdef double top = 0
    for k in range(count):
        top = max(top, values[k])
    top *= share
    room[0] = <int>count
    if not most or count <= most:
        return top
    for k in range(count):
        if values[k] < top or (held == most and values[k] <= best[held - 1]):
            continue
        place = held if held < most else held - 1
        held = place + 1
        while place and best[place - 1] < values[k]:
            best[place] = best[place - 1]
            place -= 1
        best[place] = values[k]
    if held < most:
        return top
    room[0] = 0
    for k in range(held):
        room[0] += best[k] == best[held - 1]
    return best[held - 1]


cdef inline Py_ssize_t _states(const Piece* piece, Py_ssize_t s, int words) noexcept nogil:
    """Return how many sequences of `words` candidates end in slot s."""
    cdef Py_ssize_t count = 1, k
    for k in range(s - words + 1, s + 1):
        count *= piece.widths[k]
    return count


cdef int _run_forward(Call* call, Piece* piece, int order) except -1 nogil:
    """Set `forward`: the probability of each state given what stands before it."""
    cdef Py_ssize_t s, states, sources, i, j, rest
    cdef int x, width
    cdef double* here
    cdef double* target
    cdef const double* weight
    cdef double before
    piece.forward = <double**>take(&call.arena, piece.slots, sizeof(double*))
    for s in range(order - 1, piece.slots):
        width = piece.widths[s]
        states = _states(piece, s, order - 1)
        sources = _states(piece, s - 1, order - 1)
        rest = states // width
        here = <double*>take(&call.arena, states, sizeof(double))
        memset(here, 0, states * sizeof(double))
        weight = piece.weights[s]
        j = 0
        for i in range(sources):
            before = piece.forward[s - 1][i] if s > order - 1 else 1.0
            target = here + j * width
            j = j + 1 if j + 1 < rest else 0
            for x in range(width):
                target[x] += before * weight[x]
            weight += width
        _normalise(here, states)
        piece.forward[s] = here
    return 0


cdef int _run_backward(
    Call* call, Piece* piece, int order, double* result, const int32_t* starts
) except -1 nogil:
    """Set the posteriors of the candidates; starts[s] is where those of slot s stand."""
    cdef Py_ssize_t s, states, i, j, next_rest
    cdef int x, width, next_width
    cdef double sum
    cdef double* here
    cdef double* next = NULL
    cdef double* own
    cdef const double* weight
    for s in range(piece.slots - 1, order - 2, -1):
        width = piece.widths[s]
        states = _states(piece, s, order - 1)
        here = <double*>take(&call.arena, states, sizeof(double))
        if next == NULL:
            for i in range(states):
                here[i] = 1
        else:
            next_width = piece.widths[s + 1]
            next_rest = _states(piece, s + 1, order - 1) // next_width
            weight = piece.weights[s + 1]
            j = 0
            for i in range(states):
                sum = 0
                own = next + j * next_width
                j = j + 1 if j + 1 < next_rest else 0
                for x in range(next_width):
                    sum += weight[x] * own[x]
                here[i] = sum
                weight += next_width
        _normalise(here, states)
        next = here
        if width == 1:
            continue
        own = result + starts[s]
        for x in range(width):
            own[x] = 0
        i = 0
        while i < states:
            for x in range(width):
                own[x] += piece.forward[s][i + x] * here[i + x]
            i += width
        _normalise(own, width)
    return 0
