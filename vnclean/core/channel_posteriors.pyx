# cython: language_level=3
"""Which state each line of a document is in: empirical Bayes over the lines, and what follows.

A line is clean, or damaged by one channel throughout, or by one in places; the states stand in this
order. Nothing here needs numpy before a text is weighed.
"""

from libc.math cimport exp, log, rint
from libc.stdint cimport int64_t
from libc.stdlib cimport free, malloc

__all__ = ["mixtures_of", "posteriors_of"]


def posteriors_of(
    likelihood, first, Py_ssize_t document_lines, int rounds, double pseudo_lines, double most
):
    """Return the posterior of each state for each line, float64[lines, states].

    Expectation-maximization: the lines of a document share a prior, which is estimated from them in
    some rounds; it begins as `first` (float64[states]) and is held near it by `pseudo_lines`; the
    share of damaged lines is `most` at most. `likelihood` (float64[lines, states]) has logarithms.
    """
    import numpy as np

    cdef const double[:, ::1] given = np.ascontiguousarray(likelihood, np.float64)
    cdef const double[::1] begun = np.ascontiguousarray(first, np.float64)
    cdef Py_ssize_t lines = given.shape[0], states = given.shape[1], i, s
    cdef int round
    cdef double top, total, mass, share
    cdef double* prior
    cdef double* masses
    if begun.shape[0] != states or states < 3 or rounds < 1:
        raise ValueError("Each state has a share at first.")
    found = np.empty((lines, states))
    cdef double[:, ::1] posterior = found
    prior = <double*>malloc(2 * states * sizeof(double))
    if prior == NULL:
        raise MemoryError
    masses = prior + states
    with nogil:
        for s in range(states):
            prior[s] = begun[s]
        for round in range(rounds):
            for s in range(states):
                prior[s], masses[s] = log(prior[s]), 0
            for i in range(lines):
                top = given[i, 0] + prior[0]
                for s in range(states):
                    posterior[i, s] = given[i, s] + prior[s]
                    top = max(top, posterior[i, s])
                total = 0
                for s in range(states):
                    posterior[i, s] = exp(posterior[i, s] - top)
                    total += posterior[i, s]
                for s in range(states):
                    posterior[i, s] /= total
                    masses[s] += posterior[i, s]
            if document_lines < 2:
                break
            # A line's own evidence must not count twice: small documents stay near the prior.
            mass = total = 0
            for s in range(1, states):
                mass += masses[s]
                total += begun[s]
            share = (mass + pseudo_lines * (1 - begun[0])) / (document_lines + pseudo_lines)
            share = min(max(share, 1 - begun[0]), most)
            prior[0] = 1 - share
            for s in range(1, states):
                prior[s] = share * (
                    masses[s] / (mass + pseudo_lines)
                    + begun[s] / total * (pseudo_lines / (mass + pseudo_lines))
                )
    free(prior)
    return found


def mixtures_of(posterior, double leak, double in_places, double least):
    """Return what to decode lines with: different mixtures, and the number of each line's (int64);
    then each line's likeliest channel (int64), and how probable it is that damage is throughout,
    given that there is some (float64).

    A mixture is (channels, their log-weights, log-weight of no damage); channels with less than the
    share `least` of a line's damage are left out, and logarithms are rounded to halves, so that
    lines share a mixture. `leak` and `in_places` are the shares of tokens that stay although a line
    is damaged throughout, and that are damaged where it is in places.
    """
    import numpy as np

    cdef const double[:, ::1] given = np.ascontiguousarray(posterior, np.float64)
    cdef Py_ssize_t lines = given.shape[0], width = given.shape[1] // 2, i, c, best
    cdef double damage, whole, share
    number, channel = np.empty(lines, np.int64), np.empty(lines, np.int64)
    throughout = np.empty(lines)
    cdef int64_t[::1] number_view = number, channel_view = channel
    cdef double[::1] throughout_view = throughout
    cdef dict known = {}
    for i in range(lines):
        whole = damage = 0
        best = 0
        for c in range(1, width + 1):
            whole += given[i, c]
            damage += given[i, c] + given[i, width + c]
            if given[i, c] + given[i, width + c] > given[i, 1 + best] + given[i, width + 1 + best]:
                best = c - 1
        damage = max(damage, 1e-300)
        channels, weights = [], []
        for c in range(width):
            share = (given[i, 1 + c] + given[i, width + 1 + c]) / damage
            if share >= least:
                channels.append(c)
                weights.append(_rounded(log(share)))
        share = whole / damage
        mixture = (
            tuple(channels), tuple(weights),
            _rounded(log(share * leak + (1 - share) * (1 - in_places))),
        )
        number_view[i] = known.setdefault(mixture, len(known))
        channel_view[i] = best
        throughout_view[i] = whole / max(1 - given[i, 0], 1e-300)
    return list(known), number, channel, throughout


cdef inline double _rounded(double value) noexcept:
    return rint(2 * value) / 2
