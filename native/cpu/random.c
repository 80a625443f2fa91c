/*
 * Random numbers. Draws by counter: a chunk of elements starts at a block that follows from its index, so the split over
 * threads never shows. Uniforms and normals of F64, integers and permutation keys take two words an element; all else
 * takes one, whatever its dtype, so a dropout mask is the same in F32 and F64.
 */
#include "random.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "../common/philox.h"
#include "threads.h"

/* Elements of a chunk: a whole number of blocks, 100 KiB to 512 KiB of output, tens of microseconds. */
#define CHUNK ((int64_t)65536)
/* Estimates for sharing, in ns per element, from the AVX2 version: 0.7 a word, and the normal's functions on top. */
#define WORD_NS 0.7
#define NORMAL_NS 1.5

typedef struct random_job random_job;

struct random_job {
    const struct gt_random_loops *loops;
    /* Draws elements first..first+n-1, the first of them from `block`. */
    void (*draw)(const random_job *job, int64_t first, int64_t n, uint64_t block);
    int dtype, words; /* words: an element's */
    int64_t n;
    gt_philox_state state;
    double a, b; /* lower and upper end, or mean and std */
    int64_t lo;
    uint64_t range, one;
    uint32_t threshold;
    const void *x;
    void *y;
};

static void draw_chunk(void *arg, int64_t index) {
    const random_job *job = arg;
    const int64_t first = index * CHUNK;
    const int64_t n = job->n - first < CHUNK ? job->n - first : CHUNK;
    job->draw(job, first, n, job->state.offset + (uint64_t)(first / 4 * job->words));
}

static int draw(random_job *job, const gt_philox_state *state, double ns_per_element) {
    if (job->n < 0 || state == NULL || (job->n > 0 && job->y == NULL)) {
        return GT_BAD_ARGUMENT;
    }
    job->state = *state;
    job->loops = GT_LOOPS(random);
    gt_parallel((job->n + CHUNK - 1) / CHUNK, ns_per_element * CHUNK, draw_chunk, job);
    return GT_OK;
}

static int check_float(int dtype) {
    if (!gt_dtype_known(dtype)) {
        return GT_BAD_CODE;
    }
    return dtype == GT_F32 || dtype == GT_F64 ? GT_OK : GT_UNSUPPORTED;
}

static void draw_uniform(const random_job *job, int64_t first, int64_t n, uint64_t block) {
    if (job->dtype == GT_F32) {
        const float lo = (float)job->a, hi = (float)job->b;
        job->loops->uniform_f32(job->state.seed, block, n, lo, hi - lo, nextafterf(hi, lo), (float *)job->y + first);
    } else {
        job->loops->uniform_f64(job->state.seed, block, n, job->a, job->b - job->a, nextafter(job->b, job->a),
                                (double *)job->y + first);
    }
}

int gt_uniform(int dtype, int64_t n, const gt_philox_state *state, double lo, double hi, void *y) {
    const int status = check_float(dtype);
    if (status != GT_OK) {
        return status;
    }
    if (!(lo <= hi && hi - lo <= (dtype == GT_F32 ? (double)FLT_MAX : DBL_MAX))) {
        return GT_BAD_ARGUMENT;
    }
    random_job job = {.draw = draw_uniform, .dtype = dtype, .words = dtype == GT_F32 ? 1 : 2, .n = n, .a = lo, .b = hi,
                      .y = y};
    return draw(&job, state, WORD_NS * job.words);
}

static void draw_normal(const random_job *job, int64_t first, int64_t n, uint64_t block) {
    if (job->dtype == GT_F32) {
        job->loops->normal_f32(job->state.seed, block, n, (float)job->a, (float)job->b, (float *)job->y + first);
    } else {
        job->loops->normal_f64(job->state.seed, block, n, job->a, job->b, (double *)job->y + first);
    }
}

int gt_normal(int dtype, int64_t n, const gt_philox_state *state, double mean, double std, void *y) {
    const int status = check_float(dtype);
    if (status != GT_OK) {
        return status;
    }
    random_job job = {.draw = draw_normal, .dtype = dtype, .words = dtype == GT_F32 ? 1 : 2, .n = n, .a = mean,
                      .b = std, .y = y};
    return draw(&job, state, NORMAL_NS * job.words);
}

static void draw_bernoulli(const random_job *job, int64_t first, int64_t n, uint64_t block) {
    const struct gt_random_loops *loops = job->loops;
    const uint64_t seed = job->state.seed;
    switch (gt_dtype_bytes(job->dtype)) {
    case 1:
        loops->bernoulli_1(seed, block, n, job->threshold, job->one, (uint8_t *)job->y + first);
        break;
    case 2:
        loops->bernoulli_2(seed, block, n, job->threshold, job->one, (uint16_t *)job->y + first);
        break;
    case 4:
        loops->bernoulli_4(seed, block, n, job->threshold, job->one, (uint32_t *)job->y + first);
        break;
    default:
        loops->bernoulli_8(seed, block, n, job->threshold, job->one, (uint64_t *)job->y + first);
        break;
    }
}

int gt_bernoulli(int dtype, int64_t n, const gt_philox_state *state, double p, void *y) {
    /* The bits of 1. */
    static const uint64_t ones[GT_DTYPE_COUNT] = {
        [GT_F32] = 0x3F800000, [GT_F64] = 0x3FF0000000000000, [GT_BF16] = 0x3F80, [GT_F16] = 0x3C00,
        [GT_I64] = 1,          [GT_I32] = 1,                  [GT_U8] = 1,        [GT_BOOL] = 1,
    };
    if (!gt_dtype_known(dtype)) {
        return GT_BAD_CODE;
    }
    if (!(p >= 0 && p <= 1)) {
        return GT_BAD_ARGUMENT;
    }
    random_job job = {.draw = draw_bernoulli, .dtype = dtype, .words = 1, .n = n, .one = ones[dtype],
                      .threshold = gt_threshold24(p), .y = y};
    return draw(&job, state, WORD_NS);
}

static void draw_integers(const random_job *job, int64_t first, int64_t n, uint64_t block) {
    job->loops->integers(job->state.seed, block, n, job->lo, job->range, (int64_t *)job->y + first);
}

int gt_randint(int64_t n, const gt_philox_state *state, int64_t lo, int64_t hi, int64_t *y) {
    if (lo >= hi) {
        return GT_BAD_ARGUMENT;
    }
    random_job job = {.draw = draw_integers, .words = 2, .n = n, .lo = lo, .range = (uint64_t)hi - (uint64_t)lo,
                      .y = y};
    return draw(&job, state, 3 * WORD_NS);
}

static void draw_dropout(const random_job *job, int64_t first, int64_t n, uint64_t block) {
    if (job->dtype == GT_F32) {
        job->loops->dropout_f32(job->state.seed, block, n, job->threshold, (float)job->a, (const float *)job->x + first,
                                (float *)job->y + first);
    } else {
        job->loops->dropout_f64(job->state.seed, block, n, job->threshold, job->a, (const double *)job->x + first,
                                (double *)job->y + first);
    }
}

int gt_dropout(int dtype, int64_t n, const gt_philox_state *state, double p, const void *x, void *y) {
    const int status = check_float(dtype);
    if (status != GT_OK) {
        return status;
    }
    if (!(p >= 0 && p <= 1) || (n > 0 && x == NULL)) {
        return GT_BAD_ARGUMENT;
    }
    /* At p = 1 no draw reaches the threshold, so nothing is multiplied by the infinite scale. */
    random_job job = {.draw = draw_dropout, .dtype = dtype, .words = 1, .n = n, .a = 1 / (1 - p),
                      .threshold = gt_threshold24(p), .x = x, .y = y};
    return draw(&job, state, WORD_NS);
}

/* ---- permutation: 64-bit keys, sorted with their positions ---- */

/*
 * Keys are random, so their highest digits nearly tell them apart: after so many passes of a radix sort that a bucket has
 * less than one key, or, of one pass, a few, insertion brings those that share it into order. The result is that of a
 * stable sort by whole keys.
 */
#define SHORT_DIGIT 8
#define LONG_DIGIT 11
#define BUCKETS (1 << LONG_DIGIT)
#define ONE_PASS_SHORT ((int64_t)1 << (SHORT_DIGIT + 2))
#define ONE_PASS ((int64_t)1 << (LONG_DIGIT + 2))
#define TWO_PASSES ((int64_t)1 << (2 * LONG_DIGIT + 2))
/* So few are only inserted. */
#define FEW 32

int64_t gt_permutation_scratch_bytes(int64_t n) {
    return n < 0 ? 0 : 3 * n * (int64_t)sizeof(int64_t);
}

/* keys and positions sorted by the digit above `shift` of `digit` bits, to others. */
static void pass(int64_t n, int shift, int digit, const uint64_t *keys, const int64_t *positions, uint64_t *other_keys,
                 int64_t *other_positions) {
    const uint64_t mask = ((uint64_t)1 << digit) - 1;
    int64_t next[BUCKETS], sum = 0; /* first free place of each bucket */
    memset(next, 0, sizeof *next << digit);
    for (int64_t i = 0; i < n; i++) next[keys[i] >> shift & mask]++;
    for (int64_t b = 0; b < (int64_t)1 << digit; b++) {
        const int64_t count = next[b];
        next[b] = sum;
        sum += count;
    }
    for (int64_t i = 0; i < n; i++) {
        const int64_t to = next[keys[i] >> shift & mask]++;
        other_keys[to] = keys[i];
        other_positions[to] = positions ? positions[i] : i;
    }
}

int gt_permutation(int64_t n, const gt_philox_state *state, int64_t *y, void *scratch) {
    if (n < 0 || (n > 0 && (scratch == NULL || y == NULL))) {
        return GT_BAD_ARGUMENT;
    }
    uint64_t *keys = scratch;
    random_job job = {.draw = draw_integers, .words = 2, .n = n, .y = keys};
    const int status = draw(&job, state, 2 * WORD_NS);
    if (status != GT_OK || n == 0) {
        return status;
    }
    uint64_t *other_keys = keys + n;
    int64_t *other_positions = (int64_t *)(keys + 2 * n);
    const int digit = n <= ONE_PASS_SHORT ? SHORT_DIGIT : LONG_DIGIT;
    const int passes = n <= FEW ? 0 : n <= ONE_PASS ? 1 : n <= TWO_PASSES ? 2 : 3;
    for (int64_t i = 0; passes == 0 && i < n; i++) y[i] = i;
    const int64_t *from = NULL; /* the first pass finds positions in order */
    for (int p = passes; p > 0; p--) {
        int64_t *to = p % 2 == 1 ? y : other_positions; /* the last pass ends in y */
        pass(n, 64 - p * digit, digit, keys, from, other_keys, to);
        from = to;
        uint64_t *k = keys;
        keys = other_keys;
        other_keys = k;
    }
    for (int64_t i = 1; i < n; i++) {
        const uint64_t key = keys[i];
        const int64_t position = y[i];
        int64_t j = i;
        for (; j > 0 && keys[j - 1] > key; j--) {
            keys[j] = keys[j - 1];
            y[j] = y[j - 1];
        }
        keys[j] = key;
        y[j] = position;
    }
    return GT_OK;
}
