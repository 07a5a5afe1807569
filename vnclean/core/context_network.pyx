"""The forward pass of the context network in integers: the same numbers on every machine.

Each side of a place is read by gated convolutions (Dauphin et al. 2017) with residuals and RMS
normalisation (Zhang and Sennrich 2019). Weights have 8 bits, normalised values 16, sums 32; what
runs through the layers is a number of 1 / 65,536. What rounds is one operation of IEEE 754 at a
time or a shift, so neither the order of sums nor the width of a vector can change a result.
"""

cimport cython
from libc.math cimport sqrt
from libc.stdint cimport int8_t, int16_t, int32_t, int64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

import numpy as np

__all__ = ["ContextNetwork"]

cdef extern from *:
    """
    #include <string.h>
    #ifdef _MSC_VER
    #define restrict __restrict
    #endif
    #define MOST_INPUTS 511 /* so many products of 16 and 8 bits fit 32 */
    #define LANES 16
    #define LOW_BITS 5 /* what normalised values lose to fit 16 bits: 192 are 13.9 at most */
    #define HIGHEST (32767 << LOW_BITS)

    /* Weights are packed: of sixteen outputs the weights of inputs 0 and 1, of 2 and 3, and so on,
       so that one instruction multiplies a pair of inputs for all sixteen, and no sum is taken
       across a vector. Whole numbers: every way to add gives the same. */

    #if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) && __GNUC__ >= 12
    #include <immintrin.h>

    /* The sums of ROWS rows for BLOCKS times sixteen outputs, by vectors of 512 or 256 bits. */
    #define BY_512(NAME, ROWS, BLOCKS) \
    __attribute__((target("avx512f,avx512bw,avx512vnni"))) \
    static void NAME(const int16_t *x, int64_t inputs, const int8_t *packed, int32_t *to) { \
        __m512i sum[ROWS][BLOCKS]; \
        for (int r = 0; r < ROWS; r++) \
            for (int b = 0; b < BLOCKS; b++) sum[r][b] = _mm512_setzero_si512(); \
        for (int64_t k = 0; k < inputs; k += 2) { \
            __m512i weights[BLOCKS]; \
            for (int b = 0; b < BLOCKS; b++) \
                weights[b] = _mm512_cvtepi8_epi16(_mm256_loadu_si256( \
                    (const __m256i *)(packed + (b * inputs + k) * LANES))); \
            for (int r = 0; r < ROWS; r++) { \
                int32_t pair; \
                memcpy(&pair, x + r * inputs + k, sizeof pair); \
                __m512i both = _mm512_set1_epi32(pair); \
                for (int b = 0; b < BLOCKS; b++) \
                    sum[r][b] = _mm512_dpwssd_epi32(sum[r][b], weights[b], both); \
            } \
        } \
        for (int r = 0; r < ROWS; r++) \
            for (int b = 0; b < BLOCKS; b++) \
                _mm512_storeu_si512(to + (r * BLOCKS + b) * LANES, sum[r][b]); \
    }
    #define BY_256(NAME, ROWS, BLOCKS) \
    __attribute__((target("avx2"))) \
    static void NAME(const int16_t *x, int64_t inputs, const int8_t *packed, int32_t *to) { \
        __m256i sum[ROWS][2 * BLOCKS]; \
        for (int r = 0; r < ROWS; r++) \
            for (int b = 0; b < 2 * BLOCKS; b++) sum[r][b] = _mm256_setzero_si256(); \
        for (int64_t k = 0; k < inputs; k += 2) { \
            __m256i weights[2 * BLOCKS]; \
            for (int b = 0; b < 2 * BLOCKS; b++) \
                weights[b] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)( \
                    packed + (b / 2 * inputs + k) * LANES + b % 2 * LANES))); \
            for (int r = 0; r < ROWS; r++) { \
                int32_t pair; \
                memcpy(&pair, x + r * inputs + k, sizeof pair); \
                __m256i both = _mm256_set1_epi32(pair); \
                for (int b = 0; b < 2 * BLOCKS; b++) \
                    sum[r][b] = _mm256_add_epi32( \
                        sum[r][b], _mm256_madd_epi16(weights[b], both)); \
            } \
        } \
        for (int r = 0; r < ROWS; r++) \
            for (int b = 0; b < 2 * BLOCKS; b++) \
                _mm256_storeu_si256( \
                    (__m256i *)(to + r * BLOCKS * LANES + b * LANES / 2), sum[r][b]); \
    }
    BY_512(rows8_by_512, 8, 2)
    BY_512(rows4_by_512, 4, 2)
    BY_512(rows2_by_512, 2, 4)
    BY_512(rows1_by_512, 1, 4)
    BY_512(rest_by_512, 1, 1)
    BY_256(rows4_by_256, 4, 1)
    BY_256(rows2_by_256, 2, 2)
    BY_256(rows1_by_256, 1, 2)
    BY_256(rest_by_256, 1, 1)
    #endif

    static void rest_anywhere(
        const int16_t *x, int64_t inputs, const int8_t *packed, int32_t *to) {
        int32_t sum[LANES] = {0};
        for (int64_t k = 0; k < inputs; k += 2)
            for (int o = 0; o < LANES; o++)
                sum[o] += (int32_t)x[k] * packed[k * LANES + 2 * o]
                    + (int32_t)x[k + 1] * packed[k * LANES + 2 * o + 1];
        memcpy(to, sum, sizeof sum);
    }

    typedef struct {
        int rows, blocks;
        void (*sum)(const int16_t *, int64_t, const int8_t *, int32_t *);
    } Kernel;

    /* Kernels for the processor at hand, those for many rows first, ended by one for one row and
       one block. */
    static const Kernel *kernels(void) {
        static const Kernel anywhere[] = {{1, 1, rest_anywhere}};
    #ifdef BY_512
        static const Kernel by_512[] = {
            {8, 2, rows8_by_512}, {4, 2, rows4_by_512}, {2, 4, rows2_by_512},
            {1, 4, rows1_by_512}, {1, 1, rest_by_512}};
        static const Kernel by_256[] = {
            {4, 1, rows4_by_256}, {2, 2, rows2_by_256}, {1, 2, rows1_by_256},
            {1, 1, rest_by_256}};
        if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"))
            return by_512;
        if (__builtin_cpu_supports("avx2")) return by_256;
    #endif
        return anywhere;
    }

    #if defined(BY_512) && !defined(__SANITIZE_ADDRESS__)
    /* The widest vectors that the processor has, chosen when the module is loaded. */
    #define BEST_CLONE __attribute__((target_clones("arch=x86-64-v4", "avx2", "default")))
    #else
    #define BEST_CLONE
    #endif
    #define LARGEST (1 << 24) /* values are held within 256 */
    #define SIGMOID_BITS 15
    #define SIGMOID_SHIFT 10 /* the logistic function from -16 to 16, in steps of 1 / 64 */
    #define SIGMOID_END (1 << 20)

    /* Turn sums of products, in some unit, into what a layer says, in place. */
    BEST_CLONE
    static void scale(int32_t *restrict sums, int64_t size, const float *restrict scales,
                      float unit, const int32_t *restrict biases) {
        for (int64_t k = 0; k < size; k++) {
            float value = (float)sums[k] * (scales[k] * unit);
            value = value < (float)LARGEST ? value : (float)LARGEST;
            value = value > -(float)LARGEST ? value : -(float)LARGEST;
            sums[k] = (int32_t)value + (biases ? biases[k] : 0);
        }
    }

    /* Write what a word says, and the case that it stands in. */
    BEST_CLONE
    static void embed(const int8_t *restrict word, float scale,
                      const int32_t *restrict written, int64_t size, int32_t *restrict to) {
        for (int64_t k = 0; k < size; k++) {
            float value = (float)word[k] * scale * 65536.0f;
            value = value < (float)LARGEST ? value : (float)LARGEST;
            value = value > -(float)LARGEST ? value : -(float)LARGEST;
            to[k] = (int32_t)value + written[k];
        }
    }

    /* Write values times the logistic function of others, added to what is there, and hold the sums
       within what may run through the layers. An entry of the table is the function, of 16 bits,
       and how far it is to the next one. The product of 24 and 16 bits is taken in two, so that all
       numbers have 32. */
    BEST_CLONE
    static void add_gated(const int32_t *restrict values, const int32_t *restrict gates,
                          int64_t size, const int32_t *restrict sigmoid, int32_t *restrict to) {
        for (int64_t k = 0; k < size; k++) {
            int32_t place = gates[k] < SIGMOID_END ? gates[k] : SIGMOID_END;
            place = (place > -SIGMOID_END ? place : -SIGMOID_END) + SIGMOID_END;
            int32_t entry = sigmoid[place >> SIGMOID_SHIFT];
            int32_t between = place & ((1 << SIGMOID_SHIFT) - 1);
            int32_t share = (entry & 0xFFFF) + ((entry >> 16) * between >> SIGMOID_SHIFT);
            int32_t high = values[k] >> SIGMOID_BITS;
            int32_t low = values[k] & ((1 << SIGMOID_BITS) - 1);
            int32_t sum = to[k] + high * share
                + ((low * share + (1 << (SIGMOID_BITS - 1))) >> SIGMOID_BITS);
            sum = sum < LARGEST ? sum : LARGEST;
            to[k] = sum > -LARGEST ? sum : -LARGEST;
        }
    }

    BEST_CLONE
    static int64_t sum_of_squares(const int32_t *restrict values, int64_t size) {
        int64_t squares = 0;
        for (int64_t k = 0; k < size; k++) squares += (int64_t)values[k] * values[k];
        return squares;
    }

    BEST_CLONE
    static void multiply(const int32_t *values, int64_t size, float factor, int32_t *to) {
        for (int64_t k = 0; k < size; k++) to[k] = (int32_t)((float)values[k] * factor);
    }

    /* Write the upper 16 bits of values, rounded. */
    BEST_CLONE
    static void upper(const int32_t *restrict values, int64_t size, int16_t *restrict to) {
        for (int64_t k = 0; k < size; k++) {
            int32_t held = values[k] < HIGHEST ? values[k] : HIGHEST;
            held = held > -HIGHEST ? held : -HIGHEST;
            to[k] = (int16_t)((held + (1 << (LOW_BITS - 1))) >> LOW_BITS);
        }
    }

    /* Write sums of some rows and blocks where they belong; as many as there are outputs. */
    static void put(const int32_t *found, int rows, int blocks, int64_t most, int64_t outputs,
                    int32_t *sums) {
        int64_t size = blocks * LANES < most ? blocks * LANES : most;
        for (int r = 0; r < rows; r++)
            memcpy(sums + r * outputs, found + r * blocks * LANES, size * sizeof *sums);
    }

    /* sums[r * outputs + o] = values[r] . weights[o]; inputs is even. */
    static void products(const Kernel *kernel, const int16_t *values, int64_t rows,
                         const int8_t *packed, int64_t outputs, int64_t inputs, int32_t *sums) {
        int32_t found[2 * 8 * LANES];
        while (rows > 0) {
            int blocks = kernel->blocks;
            if (kernel->rows > rows) {
                kernel++;
                continue;
            }
            for (int64_t o = 0; o < outputs; o += blocks * LANES) {
                if (o + blocks * LANES > outputs + LANES - 1) {
                    /* Fewer blocks are left: one row and one block at a time. */
                    const Kernel *rest = kernel;
                    while (rest->rows > 1 || rest->blocks > 1) rest++;
                    for (int r = 0; r < kernel->rows; r++)
                        for (int64_t at = o; at < outputs; at += LANES) {
                            rest->sum(values + r * inputs, inputs, packed + at * inputs, found);
                            put(found, 1, 1, outputs - at, outputs, sums + r * outputs + at);
                        }
                    break;
                }
                kernel->sum(values, inputs, packed + o * inputs, found);
                put(found, kernel->rows, blocks, outputs - o, outputs, sums + o);
            }
            values += kernel->rows * inputs, sums += kernel->rows * outputs;
            rows -= kernel->rows;
        }
    }
    """
    enum:
        MOST_INPUTS
        LANES
        LOW_BITS
        HIGHEST
        LARGEST
        SIGMOID_BITS
        SIGMOID_SHIFT
        SIGMOID_END
    void scale(int32_t*, int64_t, const float*, float, const int32_t*) noexcept nogil
    void embed(const int8_t*, float, const int32_t*, int64_t, int32_t*) noexcept nogil
    void add_gated(const int32_t*, const int32_t*, int64_t, const int32_t*, int32_t*) noexcept nogil
    int64_t sum_of_squares(const int32_t*, int64_t) noexcept nogil
    void multiply(const int32_t*, int64_t, float, int32_t*) noexcept nogil
    void upper(const int32_t*, int64_t, int16_t*) noexcept nogil
    ctypedef struct Kernel:
        pass
    const Kernel* kernels() noexcept nogil
    void products(
        const Kernel*, const int16_t*, int64_t, const int8_t*, int64_t, int64_t, int32_t*
    ) noexcept nogil

cdef const Kernel* KERNELS = kernels()


cdef enum:
    ONE = 1 << 16  # 1 among the values that run through the layers
    MOST_OUTPUTS = 4096
    MOST_LAYERS = 16
    MOST_REACH = 256
    MOST_ROOM = 512 + 2 * MOST_REACH  # words that are read in one go


# What is added to a mean of squares before it divides, 1e-5 in the unit of the values squared.
cdef double LEAST_SQUARE = 42949.67296


cdef struct Layer:
    const int8_t* weights  # outputs x inputs, packed
    const float* scales  # outputs; what a sum is multiplied by
    const int32_t* biases  # outputs
    int64_t outputs
    int64_t inputs


def _whole(values):
    """Return values in the unit of the layers, rounded: int32."""
    whole = np.rint(np.nan_to_num(np.asarray(values, np.float64)) * ONE)
    return np.ascontiguousarray(np.clip(whole, -LARGEST, LARGEST).astype(np.int32))


def _packed(weights):
    """Return weights as the products read them: block of outputs, pair of inputs, output, input."""
    outputs, inputs = weights.shape
    blocks = np.zeros((-(-outputs // LANES) * LANES, inputs), np.int8)
    blocks[:outputs] = weights
    pairs = blocks.view(np.int16).reshape(-1, LANES, inputs // 2)
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).view(np.int8)


@cython.final
cdef class ContextNetwork:
    """The network over the arrays of its file; `steps` say how many words back each layer looks.

    The arrays are not copied; they must not change. Raises ValueError where their shapes don't fit
    together, and for codes and places out of range.
    """

    cdef readonly Py_ssize_t width
    cdef readonly Py_ssize_t reach
    cdef Py_ssize_t words
    cdef Py_ssize_t layers
    cdef int64_t steps[MOST_LAYERS]
    cdef Layer sides[2][MOST_LAYERS]
    cdef Layer mid
    cdef Layer top
    cdef const int8_t* inputs
    cdef const float* input_scales
    cdef const int32_t* cases
    cdef const int8_t* out  # what each word asks of a state
    cdef const float* out_scales
    cdef const float* biases
    cdef const int32_t* sigmoid
    cdef list kept

    def __cinit__(self, arrays, steps):
        self.kept = []
        self.layers = len(steps)
        if not 0 < self.layers <= MOST_LAYERS or min(steps) < 1 or sum(steps) >= MOST_REACH:
            raise ValueError(f"A network has 1 to {MOST_LAYERS} short steps, not {steps}.")
        for k in range(self.layers):
            self.steps[k] = steps[k]
        self.reach = sum(steps) + 1
        cdef const int8_t[:, ::1] inputs = arrays["inp"]
        cdef const float[::1] scales = arrays["inp_scale"]
        self.words, self.width = inputs.shape[0], inputs.shape[1]
        if not 0 < self.width <= MOST_INPUTS // 2 or scales.shape[0] != self.words:
            raise ValueError(f"The network can't have {self.words} words of {self.width} numbers.")
        self.inputs, self.input_scales = &inputs[0, 0], &scales[0]
        cdef const int8_t[:, ::1] out = arrays["out"]
        cdef const float[::1] out_scales = arrays["out_scale"], biases = arrays["bias"]
        if (
            out.shape[0] != self.words or out.shape[1] != self.width
            or out_scales.shape[0] != self.words or biases.shape[0] != self.words
        ):
            raise ValueError(f"The network can't say of {self.words} words how well they fit.")
        self.out, self.out_scales, self.biases = &out[0, 0], &out_scales[0], &biases[0]
        cases = _whole(arrays["case"])
        if cases.shape != (4, self.width):
            raise ValueError(f"The network knows four cases, not {len(cases)}.")
        cdef const int32_t[:, ::1] case_view = cases
        self.cases = &case_view[0, 0]
        step = 1 << SIGMOID_SHIFT
        places = np.arange(-SIGMOID_END, SIGMOID_END + 2 * step, step) / ONE
        shares = np.rint((1 << SIGMOID_BITS) / (1 + np.exp(-places)))
        entries = shares[:-1] + np.diff(shares) * (1 << 16)
        cdef const int32_t[::1] table = entries.astype(np.int32)
        self.sigmoid = &table[0]
        self.kept += [arrays[name] for name in ("inp", "inp_scale", "out", "out_scale", "bias")]
        self.kept += [cases, table]
        for side, name in enumerate(("forward", "backward")):
            for k in range(self.layers):
                self.sides[side][k] = self._layer(arrays, f"{name}_{k}", 2 * self.width)
                if self.sides[side][k].outputs != 2 * self.width:
                    raise ValueError(f"The layer {name}_{k} does not keep the width.")
        self.mid = self._layer(arrays, "mid", 2 * self.width)
        self.top = self._layer(arrays, "top", self.mid.outputs // 2)
        if self.mid.outputs % 8 or self.top.outputs != self.width:
            raise ValueError("The last layers don't fit the width.")

    cdef Layer _layer(self, arrays, str name, Py_ssize_t size) except *:
        cdef const int8_t[:, ::1] weights = arrays[name]
        cdef Py_ssize_t outputs = weights.shape[0]
        if weights.shape[1] != size or not 0 < size <= MOST_INPUTS:
            raise ValueError(f"The layer {name} has {weights.shape[1]} inputs, not {size}.")
        if outputs % 4 or not 0 < outputs <= MOST_OUTPUTS:
            raise ValueError(f"The layer {name} can't have {outputs} outputs.")
        given = np.asarray(arrays[f"{name}_scale"], np.float32) * np.float32(1 << LOW_BITS)
        cdef const float[::1] scales = np.ascontiguousarray(given)
        cdef const int32_t[::1] biases = _whole(arrays[f"{name}_bias"])
        if scales.shape[0] != outputs or biases.shape[0] != outputs:
            raise ValueError(f"The layer {name} needs {outputs} scales and biases.")
        cdef const int8_t[:, :, ::1] packed = _packed(arrays[name])
        self.kept += [packed, scales, biases]
        return Layer(&packed[0, 0, 0], &scales[0], &biases[0], outputs, size)

    def states(self, const int64_t[::1] codes):
        """Return what the context of each place of a text asks for: float32[codes, width]."""
        cdef Py_ssize_t size = codes.shape[0]
        return self.states_at(
            codes, np.arange(size), np.zeros(size, np.int64), np.full(size, size, np.int64)
        )

    def states_at(
        self,
        const int64_t[::1] codes,
        const int64_t[::1] places,
        const int64_t[::1] firsts,
        const int64_t[::1] ends,
    ):
        """Return the states of some places, each seen from `firsts` to `ends`: as `states` does.

        What places in order within the same bounds see alike is computed once, and what a layer
        says of many places in one go.
        """
        cdef Py_ssize_t size = places.shape[0], k = 0, room
        if firsts.shape[0] != size or ends.shape[0] != size:
            raise ValueError("Each place needs a first and an end.")
        for k in range(size):
            if not 0 <= firsts[k] <= places[k] < ends[k] <= codes.shape[0]:
                raise ValueError(f"The place {places[k]} is not within its bounds.")
        states = np.empty((size, self.width), np.float32)
        cdef float[:, ::1] view = states
        self._check(codes)
        room = max(min(size * (2 * self.reach + 1), MOST_ROOM), 1)
        cdef Scratch scratch = Scratch(self, room)
        with nogil:
            k = 0
            while k < size:
                self._gather(codes, &places[k], &firsts[k], &ends[k], size - k, scratch)
                self._read(&view[k, 0], scratch)
                k += scratch.rows
        return states

    def fits(
        self, const float[:, ::1] states, const int64_t[::1] owner, const int64_t[::1] words
    ):
        """Return how well words[k] (ids) fits the place of states[owner[k]]: float32[words].

        In nats, up to a constant for each place. A state is a whole number of 1 / 65,536 and has
        24 bits, so the sums are exact.
        """
        cdef Py_ssize_t size = words.shape[0], width = self.width, k, at
        if owner.shape[0] != size or states.shape[1] != width:
            raise ValueError("Each word needs a state, of the width of the network.")
        for k in range(size):
            if not (0 <= owner[k] < states.shape[0] and 0 <= words[k] < self.words):
                raise ValueError(f"There is no word {words[k]}, or no state for it.")
        found = np.empty(size, np.float32)
        cdef float[::1] view = found
        cdef const int8_t* side
        cdef const float* state
        cdef double even, odd
        cdef float fit
        for k in range(size):
            side, state = self.out + words[k] * width, &states[owner[k], 0]
            even = odd = 0
            for at in range(0, width - 1, 2):
                even += <double> side[at] * <double> state[at]
                odd += <double> side[at + 1] * <double> state[at + 1]
            if width % 2:
                even += <double> side[width - 1] * <double> state[width - 1]
            fit = <float> ((even + odd) * <double> self.out_scales[words[k]])
            view[k] = fit + self.biases[words[k]]
        return found

    cdef int _check(self, const int64_t[::1] codes) except -1:
        cdef Py_ssize_t at
        for at in range(codes.shape[0]):
            if not 0 <= codes[at] < 4 * self.words:
                raise ValueError(f"There is no code {codes[at]}.")
        return 0

    cdef void _gather(
        self, const int64_t[::1] codes, const int64_t* places, const int64_t* firsts,
        const int64_t* ends, Py_ssize_t count, Scratch scratch,
    ) noexcept nogil:
        """Enter the first of some places, as many as there is room for, and the words they see.

        Places that see the same words share a stretch of them.
        """
        cdef Py_ssize_t row, low, high, begin = 0, last = 0, at
        scratch.size = 0
        for row in range(count):
            low = max(firsts[row], places[row] - self.reach)
            high = min(ends[row], places[row] + self.reach + 1)
            if (
                row and firsts[row] == firsts[row - 1] and ends[row] == ends[row - 1]
                and places[row] > places[row - 1] and low <= last
            ):
                low = last
            else:
                begin = scratch.size
            if scratch.size + high - low > scratch.room:
                break
            for at in range(low, high):
                scratch.codes[scratch.size] = codes[at]
                scratch.begins[scratch.size] = begin
                scratch.size += 1
            last = high
            scratch.places[row] = scratch.size - (high - places[row])
        else:
            row = count
        scratch.rows = row
        # Where the stretch of each word ends.
        last = scratch.size
        for at in range(scratch.size - 1, -1, -1):
            scratch.ends[at] = last
            if scratch.begins[at] == at:
                last = at

    cdef void _read(self, float* states, Scratch scratch) noexcept nogil:
        """Write the states of the places that were gathered."""
        cdef Py_ssize_t width = self.width, rows = scratch.rows, half = self.mid.outputs // 2, row, k
        cdef int32_t* both = scratch.both
        cdef int32_t* sums = scratch.sums
        memset(both, 0, rows * 2 * width * sizeof(int32_t))
        # What stands left of the places is read forward, what stands right of them backward.
        self._side(0, scratch)
        self._side(1, scratch)
        for row in range(rows):
            _normalise(both + row * 2 * width, 2 * width, both + row * 2 * width)
        _precise_outputs(&self.mid, both, rows, scratch)
        memset(both, 0, rows * half * sizeof(int32_t))
        for row in range(rows):
            add_gated(
                sums + row * 2 * half, sums + row * 2 * half + half, half, self.sigmoid,
                both + row * half,
            )
        _precise_outputs(&self.top, both, rows, scratch)
        for k in range(rows * width):
            states[k] = <float> sums[k] / <float> ONE

    cdef void _side(self, int side, Scratch scratch) noexcept nogil:
        """Enter what one side says of the places: 0 what stands before each, 1 what stands behind.

        Of each layer only what the next one needs is computed.
        """
        cdef Py_ssize_t width = self.width, size = scratch.size, layer, place, k, row, count, older
        cdef int64_t code
        cdef int32_t* values = scratch.values
        cdef int16_t* normal = scratch.normal
        cdef char* needed
        cdef int16_t* pair
        cdef int32_t* outputs
        self._mark_needed(side, scratch)
        needed = scratch.needed
        for place in range(size):
            if needed[place]:
                code = scratch.codes[place]
                embed(
                    self.inputs + (code >> 2) * width, self.input_scales[code >> 2],
                    self.cases + (code & 3) * width, width, values + place * width,
                )
        for layer in range(self.layers):
            needed = scratch.needed + layer * scratch.room
            for place in range(size):
                if needed[place]:
                    _normalise(values + place * width, width, scratch.row)
                    upper(scratch.row, width, normal + place * width)
            needed += scratch.room
            pair = scratch.pairs
            for place in range(size):
                if needed[place]:
                    older = _neighbour(side, place, self.steps[layer], scratch)
                    if older >= 0:
                        memcpy(pair, normal + older * width, width * sizeof(int16_t))
                    else:
                        memset(pair, 0, width * sizeof(int16_t))
                    memcpy(pair + width, normal + place * width, width * sizeof(int16_t))
                    pair += 2 * width
            count = (pair - scratch.pairs) // (2 * width)
            products(
                KERNELS, scratch.pairs, count, self.sides[side][layer].weights, 2 * width, 2 * width,
                scratch.sums,
            )
            _scale(&self.sides[side][layer], 1, scratch.sums, count)
            outputs = scratch.sums
            for place in range(size):
                if needed[place]:
                    add_gated(
                        outputs, outputs + width, width, self.sigmoid, values + place * width
                    )
                    outputs += 2 * width
        for row in range(scratch.rows):
            place = _neighbour(side, scratch.places[row], 1, scratch)
            if place >= 0:
                memcpy(
                    scratch.both + (row * 2 + side) * width, values + place * width,
                    width * sizeof(int32_t),
                )

    cdef void _mark_needed(self, int side, Scratch scratch) noexcept nogil:
        """Mark in which places each layer is needed, so that the last one is for the places."""
        cdef Py_ssize_t layer, place, row, room = scratch.room
        cdef char* needed = scratch.needed
        memset(needed, 0, (self.layers + 1) * room)
        for row in range(scratch.rows):
            place = _neighbour(side, scratch.places[row], 1, scratch)
            if place >= 0:
                needed[self.layers * room + place] = 1
        for layer in range(self.layers - 1, -1, -1):
            for place in range(scratch.size):
                if needed[(layer + 1) * room + place]:
                    needed[layer * room + place] = 1
                    row = _neighbour(side, place, self.steps[layer], scratch)
                    if row >= 0:
                        needed[layer * room + row] = 1


cdef inline Py_ssize_t _neighbour(
    int side, Py_ssize_t place, Py_ssize_t step, Scratch scratch
) noexcept nogil:
    """Return the place so many words before (side 0) or behind; -1 beyond what a stretch holds."""
    if side:
        return place + step if place + step < scratch.ends[place] else -1
    return place - step if place - step >= scratch.begins[place] else -1


cdef inline int32_t _held(int32_t value) noexcept nogil:
    """Hold a value within what 16 bits can be the upper ones of."""
    return max(-HIGHEST, min(HIGHEST, value))


cdef inline void _scale(
    const Layer* layer, float unit, int32_t* sums, Py_ssize_t rows
) noexcept nogil:
    """Turn sums of products, in some unit, into what a layer says, in place."""
    cdef Py_ssize_t row
    for row in range(rows):
        scale(
            sums + row * layer.outputs, layer.outputs, layer.scales, unit,
            layer.biases if unit == 1 else NULL,
        )


cdef void _precise_outputs(
    const Layer* layer, const int32_t* values, Py_ssize_t rows, Scratch scratch
) noexcept nogil:
    """Write what a layer says of values with all their bits, the lower ones in a second pass."""
    cdef Py_ssize_t k
    upper(values, rows * layer.inputs, scratch.pairs)
    for k in range(rows * layer.inputs):
        scratch.low[k] = <int16_t> (_held(values[k]) - (<int32_t> scratch.pairs[k] << LOW_BITS))
    products(KERNELS, scratch.pairs, rows, layer.weights, layer.outputs, layer.inputs, scratch.sums)
    products(KERNELS, scratch.low, rows, layer.weights, layer.outputs, layer.inputs, scratch.low_sums)
    _scale(layer, 1, scratch.sums, rows)
    _scale(layer, 1 / <float> (1 << LOW_BITS), scratch.low_sums, rows)
    for k in range(rows * layer.outputs):
        scratch.sums[k] += scratch.low_sums[k]


cdef inline void _normalise(const int32_t* values, Py_ssize_t size, int32_t* to) noexcept nogil:
    """Write a row scaled to a mean square of one."""
    cdef double mean = <double> sum_of_squares(values, size) / <double> size
    mean = mean + LEAST_SQUARE
    multiply(values, size, <float> (<double> ONE / sqrt(mean)), to)


@cython.final
cdef class Scratch:
    """Room for some places, the words that they see, and what is computed of these."""

    cdef Py_ssize_t rows  # places
    cdef Py_ssize_t size  # words
    cdef int64_t* codes
    cdef Py_ssize_t* places  # number of the word of each place
    cdef Py_ssize_t* begins  # of each word where its stretch begins and ends
    cdef Py_ssize_t* ends
    cdef int32_t* values
    cdef int32_t* both
    cdef int32_t* sums
    cdef int16_t* normal
    cdef int16_t* pairs
    cdef int16_t* low
    cdef int32_t* low_sums
    cdef int32_t* row
    cdef char* needed
    cdef Py_ssize_t room

    def __cinit__(self, ContextNetwork network, Py_ssize_t room):
        cdef size_t width = network.width
        cdef size_t most = max(2 * width, <size_t> network.mid.outputs)
        self.room = room
        self.codes = <int64_t*> malloc(room * sizeof(int64_t))
        self.places = <Py_ssize_t*> malloc(room * sizeof(Py_ssize_t))
        self.begins = <Py_ssize_t*> malloc(room * sizeof(Py_ssize_t))
        self.ends = <Py_ssize_t*> malloc(room * sizeof(Py_ssize_t))
        self.values = <int32_t*> malloc(room * width * sizeof(int32_t))
        self.both = <int32_t*> malloc(room * most * sizeof(int32_t))
        self.sums = <int32_t*> malloc(room * most * sizeof(int32_t))
        self.normal = <int16_t*> malloc(room * width * sizeof(int16_t))
        self.pairs = <int16_t*> malloc(room * most * sizeof(int16_t))
        self.low = <int16_t*> malloc(room * most * sizeof(int16_t))
        self.low_sums = <int32_t*> malloc(room * most * sizeof(int32_t))
        self.row = <int32_t*> malloc(width * sizeof(int32_t))
        self.needed = <char*> malloc((network.layers + 1) * room)
        if not (
            self.codes and self.places and self.begins and self.ends
            and self.values and self.both and self.sums and self.normal and self.pairs and self.low
            and self.low_sums and self.row and self.needed
        ):
            raise MemoryError()

    def __dealloc__(self):
        free(self.codes)
        free(self.places)
        free(self.begins)
        free(self.ends)
        free(self.values)
        free(self.both)
        free(self.sums)
        free(self.normal)
        free(self.pairs)
        free(self.low)
        free(self.low_sums)
        free(self.row)
        free(self.needed)
