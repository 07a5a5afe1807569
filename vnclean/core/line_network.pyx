"""A recurrent network over the lines of a page, in integers: the same numbers on every machine.

Gated recurrent units (Cho et al. 2014, in the form of cuDNN) read the lines downwards and upwards, so that
each line is judged by all that stands above and below it. Weights are numbers of 1 / 2,048,
values of 1 / 4,096, both of 16 bits; sums have 32 bits, and that they fit is seen to at the door.
"""

from libc.stdint cimport int16_t, int32_t, int64_t
from libc.stdlib cimport calloc, free

import numpy as np

__all__ = ["LineNetwork"]

cdef extern from *:
    """
    /* Weights are packed: of eight rows the weights of values 0 and 1, of 2 and 3, and so on, so
       that one instruction multiplies a pair of values for all eight, and no sum is taken across a
       vector. Whole numbers: every way to add gives the same. */
    #include <string.h>
    #define LANES 8

    static void products_everywhere(const int16_t *packed, int64_t rows, int64_t size,
                                    const int16_t *values, int32_t *sums) {
        for (int64_t low = 0; low < rows; low += LANES) {
            int32_t held[LANES] = {0};
            for (int64_t n = 0; n < size; n += 2)
                for (int64_t row = 0; row < LANES; row++) {
                    const int16_t *pair = packed + low * size + n * LANES + 2 * row;
                    held[row] += (int32_t)pair[0] * values[n] + (int32_t)pair[1] * values[n + 1];
                }
            memcpy(sums + low, held, sizeof held);
        }
    }
    #if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && __GNUC__ >= 12
    #include <immintrin.h>
    __attribute__((target("avx2")))
    static void products_by_256(const int16_t *packed, int64_t rows, int64_t size,
                                const int16_t *values, int32_t *sums) {
        for (int64_t low = 0; low < rows; low += LANES) {
            __m256i held = _mm256_setzero_si256(), other = held;
            const __m256i *weights = (const __m256i *)(packed + low * size);
            int64_t n = 0;
            for (; n + 4 <= size; n += 4) {
                int32_t pairs[2];
                memcpy(pairs, values + n, sizeof pairs);
                held = _mm256_add_epi32(held, _mm256_madd_epi16(
                    _mm256_loadu_si256(weights + n / 2), _mm256_set1_epi32(pairs[0])));
                other = _mm256_add_epi32(other, _mm256_madd_epi16(
                    _mm256_loadu_si256(weights + n / 2 + 1), _mm256_set1_epi32(pairs[1])));
            }
            if (n < size) {
                int32_t pair;
                memcpy(&pair, values + n, sizeof pair);
                held = _mm256_add_epi32(held, _mm256_madd_epi16(
                    _mm256_loadu_si256(weights + n / 2), _mm256_set1_epi32(pair)));
            }
            _mm256_storeu_si256((__m256i *)(sums + low), _mm256_add_epi32(held, other));
        }
    }
    #define PRODUCTS_HERE \
        (__builtin_cpu_supports("avx2") ? products_by_256 : products_everywhere)
    #else
    #define PRODUCTS_HERE products_everywhere
    #endif
    typedef void (*Products)(const int16_t *, int64_t, int64_t, const int16_t *, int32_t *);
    """
    ctypedef void (*Products)(
        const int16_t*, int64_t, int64_t, const int16_t*, int32_t*
    ) noexcept nogil
    Products PRODUCTS_HERE
    enum: LANES

cdef Products products = PRODUCTS_HERE

cdef enum:
    UNIT = 1 << 12  # of values
    WEIGHT_BITS = 11
    SUM_BITS = 23  # of a product of both
    # A table of a function from -8 to 8 has steps of 1 / 256.
    STEP_BITS = 8
    STEPS = 4096
    MOST = 32767
    CLIP = 5  # standard deviations of a feature, at most


def _packed(weights):
    """Return int16[..., rows, values] as the products take them: rows by eights, values by pairs."""
    *first, rows, values = weights.shape
    padded = np.zeros((*first, -(-rows // LANES) * LANES, values + values % 2), np.int16)
    padded[..., :rows, :values] = weights
    pairs = padded.reshape(*first, -1, LANES, (values + 1) // 2, 2)
    return np.ascontiguousarray(np.swapaxes(pairs, -2, -3)).reshape(*first, -1)


cdef class LineNetwork:
    """`arrays` by name: `mean` and `scale` float32[features]; `first` int16[inputs, features] and
    `first_bias` int32[inputs]; of each side (0 downwards, 1 upwards) `inputs` int16[2, 3 * width, inputs],
    `states` int16[2, 3 * width, width], `bias` int32[2, 3 * width], `state_bias` int32[2, width];
    `out` int16[outputs, 2 * width] and `out_bias` int32[outputs]; the functions `sigmoid` and `tanh`
    int16[4096]."""

    cdef readonly Py_ssize_t features, outputs
    cdef Py_ssize_t _inputs, _width, _room
    cdef const float[::1] _mean, _scale
    # Packed; of two sides one row each.
    cdef const int16_t[::1] _first
    cdef const int16_t[:, ::1] _side_inputs, _side_states, _side_out
    cdef const int32_t[:, ::1] _bias, _state_bias
    cdef const int32_t[::1] _first_bias, _out_bias
    cdef const int16_t[::1] _sigmoid, _tanh

    def __init__(self, arrays not None):
        self._mean, self._scale = arrays["mean"], arrays["scale"]
        self._first_bias = arrays["first_bias"]
        self._bias, self._state_bias = arrays["bias"], arrays["state_bias"]
        self._out_bias = arrays["out_bias"]
        self._sigmoid, self._tanh = arrays["sigmoid"], arrays["tanh"]
        self._inputs, self.features = arrays["first"].shape
        self._width, self.outputs = arrays["states"].shape[2], len(arrays["out"])
        shapes = {
            "mean": (self.features,), "scale": (self.features,),
            "first_bias": (self._inputs,), "inputs": (2, 3 * self._width, self._inputs),
            "states": (2, 3 * self._width, self._width), "bias": (2, 3 * self._width),
            "state_bias": (2, self._width), "out": (self.outputs, 2 * self._width),
            "out_bias": (self.outputs,), "sigmoid": (STEPS,), "tanh": (STEPS,),
        }
        for name, shape in shapes.items():
            if arrays[name].shape != shape:
                raise ValueError(f"{name} has the shape {arrays[name].shape}, not {shape}")
        # The largest sum there can be: the weights of a row, each times the largest value.
        highest = {"first": CLIP * UNIT, "inputs": MOST, "states": UNIT, "out": UNIT}
        bias = {"first": "first_bias", "inputs": "bias", "states": "state_bias", "out": "out_bias"}
        for name, value in highest.items():
            rows = np.abs(arrays[name].astype(np.int64)).sum(axis=-1).max() * value
            if rows + np.abs(arrays[bias[name]].astype(np.int64)).max() >= 1 << 30:
                raise ValueError(f"the weights of {name} are too large")
        self._first = _packed(arrays["first"])
        self._side_inputs, self._side_states = _packed(arrays["inputs"]), _packed(arrays["states"])
        self._side_out = _packed(np.stack(np.split(arrays["out"], 2, axis=1)))
        self._room = (self._inputs + 1) // 2 * 2

    def sums(self, const float[:, :] rows not None):
        """Return int64[outputs, lines], a number of 1 / 2^23 each, for float32[features, lines]."""
        cdef Py_ssize_t count = rows.shape[1]
        if rows.shape[0] != self.features:
            raise ValueError("the network knows other features")
        found = np.zeros((self.outputs, count), dtype=np.int64)
        if not count:
            return found
        cdef int64_t[:, ::1] out = found
        cdef int16_t* values = <int16_t*> calloc(count * self._room, sizeof(int16_t))
        # Pairs of values are read, and whole vectors of sums are written.
        cdef int16_t* own = <int16_t*> calloc(self.features + self._width + 4, sizeof(int16_t))
        cdef int32_t* sums = <int32_t*> calloc(
            6 * self._width + self._inputs + self.outputs + 2 * LANES, sizeof(int32_t)
        )
        try:
            if values == NULL or own == NULL or sums == NULL:
                raise MemoryError
            with nogil:
                self._read(rows, own, values, sums)
                for side in range(2):
                    self._pass(side, count, values, own + self.features + 1, sums, out)
        finally:
            free(values)
            free(own)
            free(sums)
        return found

    cdef void _read(
        self, const float[:, :] rows, int16_t* own, int16_t* values, int32_t* sums
    ) noexcept nogil:
        # Write what the first layer makes of the features of each line.
        cdef Py_ssize_t line, n
        cdef double value
        cdef int32_t held
        for line in range(rows.shape[1]):
            for n in range(self.features):
                value = (<double> rows[n, line] - self._mean[n]) * self._scale[n]
                if not value < CLIP:
                    value = CLIP
                elif value < -CLIP:
                    value = -CLIP
                # Rounded down: what is cut off is above 0.
                own[n] = <int16_t> (<int32_t> (value * UNIT + 0.5 + (MOST + 1)) - (MOST + 1))
            products(&self._first[0], self._inputs, (self.features + 1) // 2 * 2, own, sums)
            for n in range(self._inputs):
                held = (sums[n] + self._first_bias[n]) >> WEIGHT_BITS
                values[line * self._room + n] = <int16_t> min(max(held, 0), MOST)

    cdef void _pass(
        self, Py_ssize_t side, Py_ssize_t count, const int16_t* values, int16_t* state, int32_t* sums,
        int64_t[:, ::1] out,
    ) noexcept nogil:
        # Read the lines in one direction, and add what its states say to the outputs.
        cdef Py_ssize_t width = self._width, step, line, n
        cdef Py_ssize_t even = (width + 1) // 2 * 2
        cdef int32_t* own = sums + 3 * width + LANES
        cdef int32_t reset, update, candidate
        for n in range(even):
            state[n] = 0
        for step in range(count):
            line = count - 1 - step if side else step
            products(
                &self._side_inputs[side, 0], 3 * width, self._room, values + line * self._room, sums
            )
            products(&self._side_states[side, 0], 3 * width, even, state, own)
            for n in range(width):
                reset = _looked_up(self._sigmoid, sums[n] + self._bias[side, n] + own[n])
                update = _looked_up(
                    self._sigmoid, sums[width + n] + self._bias[side, width + n] + own[width + n]
                )
                candidate = own[2 * width + n] + self._state_bias[side, n]
                candidate = <int32_t> ((<int64_t> reset * candidate) >> 12)
                candidate += sums[2 * width + n] + self._bias[side, 2 * width + n]
                candidate = _looked_up(self._tanh, candidate)
                state[n] = <int16_t> (
                    (update * state[n] + (UNIT - update) * candidate + UNIT // 2) >> 12
                )
            products(&self._side_out[side, 0], self.outputs, even, state, sums)
            for n in range(self.outputs):
                out[n, line] += sums[n]
                if not side:
                    out[n, line] += self._out_bias[n]


cdef inline int32_t _looked_up(const int16_t[::1] table, int32_t value) noexcept nogil:
    # Return a function of a sum.
    cdef int32_t at = (value >> (SUM_BITS - STEP_BITS)) + STEPS // 2
    return table[min(max(at, 0), STEPS - 1)]
