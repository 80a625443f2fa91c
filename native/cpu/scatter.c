/*
 * Writing by index. Every element of x belongs to one job, which takes what goes there in the order of the index: the
 * last value stays, sums add up in that order, and the number of threads never shows.
 */
#include <stddef.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "index.h"
#include "threads.h"

/* The shortest run of columns that is worth cutting: two cache lines of F32. */
#define COLUMNS_MIN 32
/* Places that fit the second cache are written by one thread: looking at every index once more costs as much. */
#define RANGES_BYTES ((int64_t)1 << 20)
/* Indexes that are looked at together. */
#define BLOCK 512

/* x[j * sx + index[j * si] * step] op= y[j * sy] for j in order, where the index lies in lo..hi-1; everywhere for
   INT64_MAX. */
typedef void run_function(int64_t n, void *x, int64_t sx, const int64_t *index, int64_t si, int64_t step, const void *y,
                          int64_t sy, int64_t lo, int64_t hi);

#define RUN(name, T, value)                                                                                            \
    static void name(int64_t n, void *px, int64_t sx, const int64_t *index, int64_t si, int64_t step, const void *py,  \
                     int64_t sy, int64_t lo, int64_t hi) {                                                             \
        T *x = px;                                                                                                     \
        const T *y = py;                                                                                               \
        const uint64_t span = (uint64_t)hi - (uint64_t)lo;                                                             \
        if (si == 0) { /* a row that goes to one place: no element twice */                                            \
            if ((uint64_t)*index - (uint64_t)lo >= span) return;                                                       \
            x += *index * step;                                                                                        \
            if (sx == 1 && sy == 1) {                                                                                  \
                _Pragma("GCC ivdep") for (int64_t j = 0; j < n; j++) {                                                 \
                    const T a = x[j], b = y[j];                                                                        \
                    (void)a;                                                                                           \
                    x[j] = (T)(value);                                                                                 \
                }                                                                                                      \
                return;                                                                                                \
            }                                                                                                          \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                const T a = x[j * sx], b = y[j * sy];                                                                  \
                (void)a;                                                                                               \
                x[j * sx] = (T)(value);                                                                                \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        if (hi == INT64_MAX) {                                                                                         \
            for (int64_t j = 0; j < n; j++) {                                                                          \
                T *to = x + j * sx + index[j * si] * step;                                                             \
                const T a = *to, b = y[j * sy];                                                                        \
                (void)a;                                                                                               \
                *to = (T)(value);                                                                                      \
            }                                                                                                          \
            return;                                                                                                    \
        }                                                                                                              \
        for (int64_t start = 0; start < n; start += BLOCK) { /* those in range first: no branch is guessed wrongly */  \
            uint16_t own[BLOCK];                                                                                       \
            int64_t count = 0;                                                                                         \
            for (int64_t j = 0; j < (n - start < BLOCK ? n - start : BLOCK); j++) {                                    \
                own[count] = (uint16_t)j;                                                                              \
                count += (uint64_t)index[(start + j) * si] - (uint64_t)lo < span;                                      \
            }                                                                                                          \
            for (int64_t k = 0; k < count; k++) {                                                                      \
                const int64_t j = start + own[k];                                                                      \
                T *to = x + j * sx + index[j * si] * step;                                                             \
                const T a = *to, b = y[j * sy];                                                                        \
                (void)a;                                                                                               \
                *to = (T)(value);                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }

RUN(set_1, uint8_t, b)
RUN(set_2, uint16_t, b)
RUN(set_4, uint32_t, b)
RUN(set_8, uint64_t, b)

/* The arithmetic of integers wraps; NaN wins among floats. */
#define ARITHMETIC(dtype)                                                                                              \
    RUN(add_##dtype, gt_##dtype, (gt_wrapping_##dtype)a + (gt_wrapping_##dtype)b)                                      \
    RUN(mul_##dtype, gt_##dtype, (gt_wrapping_##dtype)a *(gt_wrapping_##dtype)b)                                       \
    RUN(max_##dtype, gt_##dtype, a != a || a > b ? a : b)                                                              \
    RUN(min_##dtype, gt_##dtype, a != a || a < b ? a : b)
ARITHMETIC(F32)
ARITHMETIC(F64)
ARITHMETIC(I64)
ARITHMETIC(I32)
ARITHMETIC(U8)

static run_function *run_of(int op, int dtype) {
    if (op == GT_SCATTER_set) {
        switch (gt_dtype_bytes(dtype)) {
        case 1: return set_1;
        case 2: return set_2;
        case 4: return set_4;
        default: return set_8;
        }
    }
    static run_function *const table[][GT_DTYPE_COUNT] = {
#define ROW(op)                                                                                                        \
    [GT_SCATTER_##op] = {                                                                                              \
        [GT_F32] = op##_F32, [GT_F64] = op##_F64, [GT_I64] = op##_I64, [GT_I32] = op##_I32, [GT_U8] = op##_U8}
        ROW(add), ROW(mul), ROW(max), ROW(min)};
    return table[op][dtype];
}

/*
 * Rows of stride in dims: x's, index's, y's. Dimensions where x has a stride are places, those where it has none are the
 * sequence of what goes to a place.
 */
typedef struct {
    gt_dims places, sequence;
    int64_t pieces, piece;  /* of the innermost place */
    int64_t ranges, size;   /* of index values */
    int64_t step, bytes;
    int by_row;             /* the loop inside runs along the innermost place, not along the sequence */
    run_function *run;
    char *x;
    const int64_t *index;
    const char *y;
} scatter_job;

static void scatter_item(void *arg, int64_t item) {
    const scatter_job *job = arg;
    const int64_t range = item % job->ranges, lo = job->size / job->ranges * range;
    const int64_t end = range == job->ranges - 1 ? job->size : lo + job->size / job->ranges;
    const int64_t hi = job->ranges == 1 ? INT64_MAX : end;
    const int64_t from = item / job->ranges % job->pieces * job->piece, row = item / job->ranges / job->pieces;
    const gt_dims *p = &job->places, *s = &job->sequence;
    const int64_t inner = p->rank - 1, last = s->rank - 1;
    const int64_t left = p->size[inner] - from, n = left < job->piece ? left : job->piece;
    int64_t at[3];
    for (int k = 0; k < 3; k++) at[k] = gt_dims_offset(p, k, 0, inner, row) + from * p->stride[k][inner];
    const int64_t outer = gt_dims_count(s, 0, last), length = s->size[last];
    for (int64_t i = 0; i < outer; i++) {
        const int64_t index = at[1] + gt_dims_offset(s, 1, 0, last, i), y = at[2] + gt_dims_offset(s, 2, 0, last, i);
        if (job->by_row) {
            for (int64_t j = 0; j < length; j++) {
                job->run(n, job->x + at[0] * job->bytes, p->stride[0][inner],
                         job->index + index + j * s->stride[1][last], p->stride[1][inner], job->step,
                         job->y + (y + j * s->stride[2][last]) * job->bytes, p->stride[2][inner], lo, hi);
            }
            continue;
        }
        for (int64_t j = 0; j < n; j++) {
            job->run(length, job->x + (at[0] + j * p->stride[0][inner]) * job->bytes, 0,
                     job->index + index + j * p->stride[1][inner], s->stride[1][last], job->step,
                     job->y + (y + j * p->stride[2][inner]) * job->bytes, s->stride[2][last], lo, hi);
        }
    }
}

/* dims' places or its sequence, in order; at least one dimension. */
static void take(const gt_dims *dims, int places, gt_dims *to) {
    to->rank = 0;
    for (int64_t d = 0; d < dims->rank; d++) {
        if ((dims->stride[0][d] != 0) != places || dims->size[d] == 1) continue;
        to->size[to->rank] = dims->size[d];
        for (int k = 0; k < 3; k++) to->stride[k][to->rank] = dims->stride[k][d];
        to->rank++;
    }
    if (to->rank == 0) {
        to->rank = to->size[0] = 1;
        for (int k = 0; k < 3; k++) to->stride[k][0] = 0;
    }
}

/* How the work is cut: places first; where these are too few, columns of rows, else ranges of index values. */
static void cut(scatter_job *job) {
    const gt_dims *p = &job->places, *s = &job->sequence;
    const int64_t inner = p->rank - 1, last = s->rank - 1, length = p->size[inner];
    const int threads = gt_threads_count();
    const int64_t rows = gt_dims_count(p, 0, inner), sequence = gt_dims_count(s, 0, s->rank);
    job->by_row = p->stride[0][inner] == 1 && length > 1 &&
                  (p->stride[1][inner] == 0 || s->stride[2][last] == 0 || p->stride[2][inner] <= s->stride[2][last]);
    job->piece = length;
    job->ranges = 1;
    if (!job->by_row) {
        job->piece = sequence >= 1024 ? 1 : (1023 + sequence) / sequence;
    } else if (length / threads >= COLUMNS_MIN && rows < 4 * threads) {
        job->piece = (length + threads - 1) / threads;
    }
    if (job->piece > length) job->piece = length;
    job->pieces = (length + job->piece - 1) / job->piece;
    const double ns = (job->by_row && p->stride[1][inner] == 0 ? 0.5 : 2.0) * (double)job->piece * (double)sequence;
    if (rows * job->pieces < threads && job->size * gt_magnitude(job->step) * job->bytes > RANGES_BYTES) {
        job->ranges = threads;
    }
    gt_parallel(rows * job->pieces * job->ranges, ns / (double)job->ranges, scatter_item, job);
}

int gt_scatter(int op, int dtype, const gt_dims *dims, int64_t size, int64_t step, const int64_t *index, const void *y,
               void *x, int64_t *bad) {
    if (op < 0 || op >= GT_SCATTER_COUNT || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims) || size < 0 || bad == NULL) return GT_BAD_ARGUMENT;
    scatter_job job = {.size = size,
                       .step = step,
                       .bytes = gt_dtype_bytes(dtype),
                       .run = run_of(op, dtype),
                       .x = x,
                       .index = index,
                       .y = y};
    if (job.run == NULL) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    if (index == NULL || y == NULL || (x == NULL && size > 0)) return GT_BAD_ARGUMENT;
    const int status = gt_index_check(dims, 1, index, size, bad);
    if (status != GT_OK) return status;
    take(dims, 1, &job.places);
    take(dims, 0, &job.sequence);
    cut(&job);
    return GT_OK;
}
