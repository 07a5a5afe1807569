"""What the lines around a line and its place in the page tell of it: numbers for a classifier.

An array has a row for each number and a column for each line.
"""

from array import array

from libc.math cimport expm1f, log1p, log1pf, log2
from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport calloc, free

__all__ = ["ContextFeatures"]

cdef enum:
    FAR = 60  # lines to the next sentence, at most
    FAR_HEADING = 80  # lines to a heading, at most
    EDGE = 12  # lines at the beginning and at the end of a page that its frame is looked for in
    FAR_GAP = 4  # blank lines before a line, at most
    LOGS = 8
    SHARES = 4
    SAME = 9

# Thousands of characters of sentences since a heading, at most.
cdef double FAR_PROSE = 3
cdef float PROSE = 0.5, HIT = 0.7, HEADING = 0.5, ALONE = 3.4


cdef class ContextFeatures:
    """`names` are the rows of the lines by themselves; those of `near` are told of the lines
    `steps` away, of those of `wide` the means over `windows` before and after; `prices` are what a
    line costs in the run of lines with the most prose; `headings` are kinds of phrases."""

    cdef int32_t[::1] _near, _steps, _wide, _windows, _shares, _firsts
    cdef double[::1] _prices
    cdef Py_ssize_t _own, _length, _prose, _hit, _short, _wide_prose, _wide_hit, _wide_short
    cdef Py_ssize_t _repeats, _alike, _gap_before, _gap_after
    cdef readonly Py_ssize_t rows
    """How many rows there are with those of the context."""

    def __init__(self, names, near, steps, wide, windows, prices, headings):
        at = {name: number for number, name in enumerate(names)}
        sums = {name: number for number, name in enumerate(wide)}
        self._own = len(names)
        self._near = array("i", [at[name] for name in near])
        self._steps = array("i", steps)
        self._wide = array("i", [at[name] for name in wide])
        self._windows = array("i", windows)
        self._shares = array("i", [at[f"{name}_share"] for name in headings])
        self._firsts = array("i", [at[f"{name}_first"] for name in headings])
        self._prices = array("d", prices)
        self._length, self._prose, self._hit = at["length"], at["prose"], at["hit"]
        self._short = at["short"]
        self._wide_prose, self._wide_hit = sums["prose"], sums["hit"]
        self._wide_short = sums["short"]
        self._repeats, self._alike = at["repeats"], at["alike"]
        self._gap_before, self._gap_after = at["gap_before"], at["gap_after"]
        self.rows = (
            len(names) + len(near) * len(steps) + 2 * len(wide) * len(windows)
            + LOGS + SHARES + SAME + 2 * len(prices) + 2 + 2 * len(headings)
        )

    def fill(
        self,
        float[:, ::1] out not None,
        const int64_t[::1] before not None,
        const int64_t[::1] line_id not None,
        const int64_t[::1] prefix_id not None,
        const float[::1] title not None,
    ):
        """Fill in the rows behind those of the lines by themselves, and those for their place.

        `before` are the blank lines before each, equal lines have equal numbers, so have lines that
        begin alike; `title` is the row that says how much a line is a title.
        """
        cdef Py_ssize_t count = out.shape[1]
        if out.shape[0] != self.rows or not (
            count == before.shape[0] == line_id.shape[0] == prefix_id.shape[0] == title.shape[0]
        ):
            raise ValueError("the arrays have different sizes")
        if count == 0:
            return
        cdef int64_t highest = 0
        cdef Py_ssize_t i
        for i in range(count):
            if line_id[i] < 0 or prefix_id[i] < 0:
                raise ValueError("numbers of lines count from 0")
            highest = max(highest, line_id[i], prefix_id[i])
        cdef double* sums = <double*> calloc((self._wide.shape[0] + 3) * (count + 1), sizeof(double))
        cdef int64_t* marks = <int64_t*> calloc(highest + 1, sizeof(int64_t))
        try:
            if sums == NULL or marks == NULL:
                raise MemoryError
            with nogil:
                self._fill(out, before, line_id, prefix_id, title, sums, marks)
        finally:
            free(sums)
            free(marks)

    cdef void _fill(
        self,
        float[:, ::1] out,
        const int64_t[::1] before,
        const int64_t[::1] line_id,
        const int64_t[::1] prefix_id,
        const float[::1] title,
        double* sums,
        int64_t* marks,
    ) noexcept nogil:
        cdef Py_ssize_t count = out.shape[1], i, row, at = self._own, step, start, stop, window
        cdef double* sum_of
        _fill_repeats(&out[self._repeats, 0], line_id, marks)
        _fill_repeats(&out[self._alike, 0], prefix_id, marks)
        for i in range(count):
            out[self._gap_before, i] = min(before[i], FAR_GAP)
            if i:
                out[self._gap_after, i - 1] = out[self._gap_before, i]
        out[self._gap_after, count - 1] = FAR_GAP
        for step in range(self._steps.shape[0]):
            for row in range(self._near.shape[0]):
                start, stop = max(0, -self._steps[step]), min(count, count - self._steps[step])
                for i in range(start, stop):
                    out[at, i] = out[self._near[row], i + self._steps[step]]
                at += 1
        for row in range(self._wide.shape[0]):
            sum_of = sums + row * (count + 1)
            for i in range(count):
                sum_of[i + 1] = sum_of[i] + out[self._wide[row], i]
        for row in range(self._wide.shape[0]):
            sum_of = sums + row * (count + 1)
            for window in range(self._windows.shape[0]):
                step = self._windows[window]
                for i in range(count):
                    out[at, i] = <float> ((sum_of[i] - sum_of[max(i - step, 0)]) / step)
                at += 1
        for row in range(self._wide.shape[0]):
            sum_of = sums + row * (count + 1)
            for window in range(self._windows.shape[0]):
                step = self._windows[window]
                for i in range(count):
                    out[at, i] = <float> (
                        (sum_of[min(i + 1 + step, count)] - sum_of[i + 1]) / step
                    )
                at += 1
        self._fill_place(out, at, before, title, sums)

    cdef void _fill_place(
        self,
        float[:, ::1] out,
        Py_ssize_t at,
        const int64_t[::1] before,
        const float[::1] title,
        double* sums,
    ) noexcept nogil:
        cdef Py_ssize_t count = out.shape[1], i, row, edge, last, length, many = 0
        cdef double* hits = sums + self._wide_hit * (count + 1)
        cdef double* mass = sums + self._wide.shape[0] * (count + 1)
        cdef double* prose_mass = mass + count + 1
        cdef double* spare = prose_mass + count + 1
        cdef double total, prose_total, value
        cdef const float* prose = &out[self._prose, 0]
        cdef const float* hit = &out[self._hit, 0]
        cdef float true_length
        cdef double[SAME] same
        for i in range(count):
            true_length = expm1f(out[self._length, i])
            mass[i + 1] = mass[i] + true_length
            prose_mass[i + 1] = prose_mass[i] + (true_length if prose[i] > PROSE else 0)
            many += hit[i] > HIT
        total, prose_total = max(mass[count], 1.0), max(prose_mass[count], 1.0)
        for i in range(count):
            out[at, i] = i
            out[at + 1, i] = count - 1 - i
            out[at + 2, i] = <float> hits[i]
            out[at + 3, i] = <float> (hits[count] - hits[i + 1])
        _from_last(&out[at + 4, 0], &out[at + 5, 0], prose, PROSE, False, count, FAR, False)
        _from_last(
            &out[at + 6, 0], &out[at + 7, 0], &out[self._short, 0], 0.5, True, count, count + 1, True
        )
        last = 0
        for i in range(count):
            if before[i] > 0:
                last = i
            # Above and below are added to the length of the run of short lines.
            out[at + 6, i] += out[at + 7, i]
            out[at + 7, i] = i - last
        for row in range(LOGS):
            for i in range(count):
                out[at + row, i] = log1pf(out[at + row, i])
        at += LOGS
        for i in range(count):
            out[at, i] = <float> (mass[i] / total)
            out[at + 1, i] = <float> (1 - mass[i + 1] / total)
            out[at + 2, i] = <float> (prose_mass[i] / prose_total)
            out[at + 3, i] = <float> (1 - prose_mass[i + 1] / prose_total)
        at += SHARES
        edge = min(EDGE, count)
        same[0] = log1p(count)
        same[1] = hits[edge] / edge
        same[2] = (hits[count] - hits[count - edge]) / edge
        same[3] = log1p(many)
        same[4] = hits[count] / count
        same[5] = sums[self._wide_prose * (count + 1) + count] / count
        same[6] = sums[self._wide_short * (count + 1) + count] / count
        same[7] = log1p(total)
        same[8] = prose_mass[count] / total
        for row in range(SAME):
            for i in range(count):
                out[at + row, i] = <float> same[row]
        at += SAME
        length = self._prices.shape[0]
        for row in range(length):
            _fill_body(
                &out[at + row, 0], &out[at + length + row, 0], prose, self._prices[row], count, spare
            )
        at += 2 * length
        for i in range(count):
            out[at, i] = <float> (<double> i / count)
            out[at + 1, i] = title[i]
        at += 2
        # A heading stands alone: "Xem thêm: <title>" within a text does not open a list.
        length = self._shares.shape[0]
        for row in range(length):
            last = -1
            for i in range(count):
                if out[self._shares[row], i] > HEADING or (
                    out[self._firsts[row], i] > 0 and out[self._length, i] < ALONE
                ):
                    last = i
                if last < 0:
                    out[at + row, i] = <float> log1p(FAR_HEADING)
                    out[at + length + row, i] = <float> FAR_PROSE
                else:
                    out[at + row, i] = <float> log1p(min(i - last, FAR_HEADING))
                    value = (prose_mass[i + 1] - prose_mass[last]) / 1000
                    out[at + length + row, i] = <float> min(value, FAR_PROSE)


cdef void _fill_repeats(float* row, const int64_t[::1] ids, int64_t* counts) noexcept nogil:
    # Write the logarithm of how often the number of a line occurs.
    cdef Py_ssize_t i
    for i in range(ids.shape[0]):
        counts[ids[i]] = 0
    for i in range(ids.shape[0]):
        counts[ids[i]] += 1
    for i in range(ids.shape[0]):
        row[i] = <float> log2(<double> counts[ids[i]])


cdef void _from_last(
    float* above, float* below, const float* row, float border, bint is_under, Py_ssize_t count,
    Py_ssize_t far, bint counts_edges,
) noexcept nogil:
    # Write how far above and below the next line stands that is over the border (or under it);
    # where there is none, the far distance, or that to beyond the edge.
    cdef Py_ssize_t i, last = -1
    for i in range(count):
        if (row[i] < border) if is_under else (row[i] > border):
            last = i
        above[i] = i - last if last >= 0 or counts_edges else far
        above[i] = min(above[i], far)
    last = count
    for i in range(count - 1, -1, -1):
        if (row[i] < border) if is_under else (row[i] > border):
            last = i
        below[i] = last - i if last < count or counts_edges else far
        below[i] = min(below[i], far)


cdef void _fill_body(
    float* inside, float* off, const float* prose, double price, Py_ssize_t count, double* sums
) noexcept nogil:
    # Find the run of lines with the most prose, each having its price: the body. Write whether a line
    # is inside, and the logarithm of how far outside it stands (below zero: above the body).
    cdef Py_ssize_t i, low = 0, high = 0, above, below
    cdef double least = 0, best = 0
    sums[0] = 0
    for i in range(count):
        sums[i + 1] = sums[i] + (prose[i] - price)
        least = min(least, sums[i + 1])
        if sums[i + 1] - least > best:
            best, high = sums[i + 1] - least, i + 1
    for i in range(high + 1):
        if sums[i] < sums[low]:
            low = i
    for i in range(count):
        above, below = i - low, i - high + 1
        inside[i] = above >= 0 and below <= 0
        off[i] = <float> (log1p(max(below, 0)) - log1p(max(-above, 0)))
