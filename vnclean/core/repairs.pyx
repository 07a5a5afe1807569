# cython: language_level=3
"""What decides on repairs: measured curves, what backs a line, and what is known of each repair.

Loops over the repairs of a text and its lines. Which numbers they are compared with is given.
Nothing here needs numpy before a text is repaired.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport calloc, free

__all__ = ["Curves", "backed_lines", "beside_capitals", "calibrated_by_line", "judged"]

cdef enum:
    TITLE = 1  # the case pattern of one capital in the code of a word


cdef class Curves:
    """Piecewise linear functions, by number; constant before the first point and after the last.

    Each is given as its points: x (rising) and y, float64. Raises ValueError where a curve has no
    points, or not one y for each x.

    >>> Curves([([0.0, 1.0], [0.0, 4.0])]).at([0, 0], [0.5, 2.0]).tolist()
    [2.0, 4.0]
    """

    cdef const double[::1] _x
    cdef const double[::1] _y
    cdef const int64_t[::1] _starts

    def __cinit__(self, curves):
        import numpy as np

        starts, xs, ys = [0], [], []
        for x, y in curves:
            if len(x) != len(y) or not len(x):
                raise ValueError("A curve has points, and a y for each x.")
            xs += x
            ys += y
            starts.append(len(xs))
        self._starts = np.array(starts, np.int64)
        self._x, self._y = np.array(xs, np.float64), np.array(ys, np.float64)

    def __len__(self):
        return self._starts.shape[0] - 1

    def at(self, numbers, values):
        """Return what the curve of each number (int64) gives for each value, float64."""
        import numpy as np

        cdef const int64_t[:] given = np.asarray(numbers, np.int64)
        cdef const double[:] x = np.asarray(values, np.float64)
        cdef Py_ssize_t count = x.shape[0], k, first = 0, last = 0
        cdef int64_t held = -1
        if given.shape[0] != count:
            raise ValueError("Each value has a curve.")
        found = np.empty(count)
        cdef double[::1] view = found
        for k in range(count):
            if given[k] != held:
                held = given[k]
                if not 0 <= held < self._starts.shape[0] - 1:
                    raise IndexError(f"There is no curve {held}.")
                first, last = self._starts[held], self._starts[held + 1] - 1
            view[k] = self._value(first, last, x[k])
        return found

    cdef double of(self, Py_ssize_t number, double x) noexcept:
        """Return what a curve that there is gives for one value."""
        return self._value(self._starts[number], self._starts[number + 1] - 1, x)

    cdef double _value(self, Py_ssize_t first, Py_ssize_t last, double x) noexcept:
        """Return what the points from `first` to `last` give for x, as numpy's `interp` does."""
        cdef Py_ssize_t low = first, high = last, middle
        if x >= self._x[last]:
            return self._y[last]
        if x <= self._x[first]:
            return self._y[first]
        while high - low > 1:
            middle = (low + high) // 2
            if self._x[middle] <= x:
                low = middle
            else:
                high = middle
        return (
            (self._y[low + 1] - self._y[low]) / (self._x[low + 1] - self._x[low])
            * (x - self._x[low]) + self._y[low]
        )


def calibrated_by_line(Curves curves not None, firsts, least, channel, line, posterior):
    """Return the calibrated confidence of each repair, and the mean posterior of each line's.

    Those of channel c are curves firsts[c] to firsts[c + 1] (int64), rising in the `least` mean
    posterior of their lines (float64[curves]); the last one that a line reaches holds, or the
    first. `channel` (int64) is of each line, `line` (int64) and `posterior` (float64) of each
    repair. -1 where a channel has no curve.
    """
    import numpy as np

    cdef const int64_t[:] first = np.asarray(firsts, np.int64)
    cdef const double[:] reached = np.asarray(least, np.float64)
    cdef const int64_t[:] way = np.asarray(channel, np.int64), of_line = np.asarray(line, np.int64)
    cdef const double[:] sure = np.asarray(posterior, np.float64)
    cdef Py_ssize_t lines = way.shape[0], count = sure.shape[0], k, here, number
    if of_line.shape[0] != count or reached.shape[0] != len(curves) or first.shape[0] < 2:
        raise ValueError("Each repair has a line, and each curve a least mean.")
    if first[0] or first[first.shape[0] - 1] != len(curves):
        raise ValueError("Each curve is one of some channel.")
    mean, held, found = np.zeros(lines), np.zeros(lines, np.int64), np.empty(count)
    cdef double[::1] mean_view = mean, view = found
    cdef int64_t[::1] held_view = held
    for k in range(count):
        here = of_line[k]
        if not 0 <= here < lines or not 0 <= way[here] < first.shape[0] - 1:
            raise IndexError("There is no such line or channel.")
        mean_view[here] += sure[k]
        held_view[here] += 1
    for k in range(lines):
        mean_view[k] /= max(held_view[k], 1)
    for k in range(count):
        here = of_line[k]
        number = first[way[here] + 1] - 1
        if number < first[way[here]]:
            view[k] = -1
            continue
        while number > first[way[here]] and mean_view[here] < reached[number]:
            number -= 1
        view[k] = curves.of(number, sure[k])
    return found, mean


def backed_lines(
    lines, posteriors, words, support, clean, throughout, explained, *, int many_words,
    int min_words, int support_words, int much_support, double min_mean, double max_clean,
    double max_unsupported, double min_explained,
):
    """Say for each line whether its damaged words back each other, bool[lines].

    `lines` (int64) and `posteriors` (float64) are of the words that only damage explains; the
    others are of each line. A line with few words (less than `many_words`, or damaged in places)
    needs a mean posterior of `min_mean`; one without enough of its own needs `support`.
    """
    import numpy as np

    cdef const int64_t[:] of_word = np.asarray(lines, np.int64)
    cdef const double[:] sure = np.asarray(posteriors, np.float64)
    cdef const int64_t[:] own = np.asarray(words, np.int64), others = np.asarray(support, np.int64)
    cdef const double[:] whole = np.asarray(clean, np.float64)
    cdef const double[:] through = np.asarray(throughout, np.float64)
    cdef const double[:] said = np.asarray(explained, np.float64)
    cdef Py_ssize_t count = own.shape[0], k
    cdef double* total
    cdef int64_t* held
    cdef bint few, backed
    if not count == others.shape[0] == whole.shape[0] == through.shape[0] == said.shape[0]:
        raise ValueError("All is said of each line.")
    if of_word.shape[0] != sure.shape[0]:
        raise ValueError("Each word stands in a line and has a posterior.")
    found = np.zeros(count, np.uint8)
    cdef uint8_t[::1] view = found
    total, held = <double*>calloc(count + 1, sizeof(double)), <int64_t*>calloc(
        count + 1, sizeof(int64_t)
    )
    try:
        if total == NULL or held == NULL:
            raise MemoryError
        for k in range(of_word.shape[0]):
            if not 0 <= of_word[k] < count:
                raise IndexError(f"There is no line {of_word[k]}.")
            total[of_word[k]] += sure[k]
            held[of_word[k]] += 1
        for k in range(count):
            few = own[k] < many_words or through[k] < 0.5
            backed = own[k] >= min_words and (
                not few or total[k] / max(held[k], 1) >= min_mean
            )
            backed = backed or own[k] >= 1 and others[k] >= support_words and through[k] >= 0.5
            backed = backed or others[k] >= much_support and whole[k] < max_unsupported
            view[k] = backed and whole[k] < max_clean and said[k] >= min_explained
    finally:
        free(total)
        free(held)
    return found.view(bool)


def judged(
    Curves measured not None, of_repair, posterior, calibrated, own, is_damaged, is_name, is_unseen,
    *, words, damaged_words, clean, throughout, explained, is_backed, ends, sizes, least,
    least_several, double in_sentences, int sentence_words, int many_words, double may_stay,
    double may_stay_in_sentence, double max_own_inside, double min_throughout, double max_clean,
    double min_explained, double unseen_factor,
):
    """Return of each repair what decides on it: `tells`, `in_sentence`, `kind`, `confidence`, and
    whether that is enough (`passes`).

    By repair: its line `of_repair` (int64), the decoder's `posterior` and the `calibrated` one,
    `own` of the token as it stands (float64), whether only damage explains it, it is in a name, no
    text has it (bool). By line: its `words` and `damaged_words` (int64), `clean`, `throughout`,
    `explained` (float64), whether its words back each other and it ends as a sentence (bool).

    `kind` is 3 * what (0: alone, 1: goes along with its line, 2: in a name) + the number of
    `sizes` that the line's words reach, less one; `measured` has a curve for each, `least` and
    `least_several` the confidence from which a repair passes. In a sentence the calibrated
    confidence holds, and `in_sentences`.
    """
    import numpy as np

    cdef const int64_t[:] line = np.asarray(of_repair, np.int64)
    cdef const double[:] sure = np.asarray(posterior, np.float64), stays = np.asarray(own, np.float64)
    cdef const double[:] counted = np.asarray(calibrated, np.float64)
    cdef const uint8_t[:] only_damage = np.asarray(is_damaged, bool).view(np.uint8)
    cdef const uint8_t[:] named = np.asarray(is_name, bool).view(np.uint8)
    cdef const uint8_t[:] unseen = np.asarray(is_unseen, bool).view(np.uint8)
    cdef const int64_t[:] size = np.asarray(words, np.int64)
    cdef const int64_t[:] damaged = np.asarray(damaged_words, np.int64)
    cdef const double[:] whole = np.asarray(clean, np.float64)
    cdef const double[:] through = np.asarray(throughout, np.float64)
    cdef const double[:] said = np.asarray(explained, np.float64)
    cdef const uint8_t[:] backed = np.asarray(is_backed, bool).view(np.uint8)
    cdef const uint8_t[:] ended = np.asarray(ends, bool).view(np.uint8)
    cdef const int64_t[:] steps = np.asarray(sizes, np.int64)
    cdef const double[:] lone = np.asarray(least, np.float64)
    cdef const double[:] several = np.asarray(least_several, np.float64)
    cdef Py_ssize_t count = line.shape[0], lines = size.shape[0], k, here, step
    cdef bint along, sentence, is_explained
    cdef double needed
    if not (
        count == sure.shape[0] == counted.shape[0] == stays.shape[0] == only_damage.shape[0]
        == named.shape[0] == unseen.shape[0]
    ):
        raise ValueError("All is said of each repair.")
    if not (
        lines == damaged.shape[0] == whole.shape[0] == through.shape[0] == said.shape[0]
        == backed.shape[0] == ended.shape[0]
    ):
        raise ValueError("All is said of each line.")
    if not 3 * steps.shape[0] == len(measured) == lone.shape[0] == several.shape[0]:
        raise ValueError("Each kind of place has a curve and a least confidence.")
    tells, in_sentence = np.empty(count, np.uint8), np.empty(count, np.uint8)
    passes, kind, confidence = np.empty(count, np.uint8), np.empty(count, np.int64), np.empty(count)
    cdef uint8_t[::1] tells_view = tells, sentence_view = in_sentence, passes_view = passes
    cdef int64_t[::1] kind_view = kind
    cdef double[::1] confidence_view = confidence
    for k in range(count):
        here = line[k]
        if not 0 <= here < lines:
            raise IndexError(f"There is no line {here}.")
        is_explained = said[here] >= min_explained
        along = backed[here] and stays[k] <= may_stay
        # A word that only damage explains tells of it, however whole the words around it are; one
        # that may be whole goes with a line in which nothing has escaped the damage.
        tells_view[k] = is_explained and (
            only_damage[k] or (
                through[here] >= min_throughout and whole[here] < max_clean and damaged[here] > 0
                and stays[k] < max_own_inside
            )
        )
        sentence = (
            backed[here] and stays[k] <= may_stay_in_sentence
            and (
                ended[here] or not named[k] and size[here] >= sentence_words
                and damaged[here] >= many_words
            )
        )
        step = -1
        while step + 1 < steps.shape[0] and steps[step + 1] <= size[here]:
            step += 1
        if step < 0:
            raise ValueError(f"A line of {size[here]} words has no size.")
        kind_view[k] = steps.shape[0] * (2 if named[k] else along) + step
        sentence_view[k] = sentence
        if sentence:
            confidence_view[k] = counted[k]
            needed = in_sentences
        else:
            confidence_view[k] = measured.of(kind_view[k], sure[k])
            needed = (
                several[kind_view[k]] if along and not named[k] and damaged[here] >= many_words
                else lone[kind_view[k]]
            )
        if unseen[k]:
            confidence_view[k] *= unseen_factor
        passes_view[k] = confidence_view[k] >= needed
    return tells.view(bool), in_sentence.view(bool), kind, confidence, passes.view(bool)


def beside_capitals(codes, places):
    """Say of some places of a decoded sequence whether a capital stands there and beside it, bool.

    `codes` (int32) are those of the whole sequence, `places` (int64) of it.
    """
    import numpy as np

    cdef const int32_t[:] given = np.asarray(codes, np.int32)
    cdef const int64_t[:] asked = np.asarray(places, np.int64)
    cdef Py_ssize_t count = asked.shape[0], size = given.shape[0], k, at
    found = np.zeros(count, np.uint8)
    cdef uint8_t[::1] view = found
    for k in range(count):
        at = asked[k]
        if not 0 <= at < size:
            raise IndexError(f"There is no place {at}.")
        view[k] = given[at] & 3 == TITLE and (
            at and given[at - 1] & 3 == TITLE or at + 1 < size and given[at + 1] & 3 == TITLE
        )
    return found.view(bool)
