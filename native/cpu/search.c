/* What stands on an order: each value once, places in a sorted row, histograms. */
#include <stddef.h>

#include "../common/dtype.h"
#include "threads.h"

/* ---- unique ---- */

#define UNIQUE(T)                                                                                                      \
    static int64_t unique_##T(int64_t n, const T *x, const int64_t *order, T *y, int64_t *inverse, int64_t *counts) {  \
        int64_t groups = 0;                                                                                            \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            if (i == 0 || x[i] != x[i - 1]) {                                                                          \
                y[groups] = x[i];                                                                                      \
                counts[groups++] = 0;                                                                                  \
            }                                                                                                          \
            counts[groups - 1]++;                                                                                      \
            inverse[order[i]] = groups - 1;                                                                            \
        }                                                                                                              \
        return groups;                                                                                                 \
    }
UNIQUE(gt_F32)
UNIQUE(gt_F64)
UNIQUE(gt_I64)
UNIQUE(gt_I32)
UNIQUE(gt_U8)

int gt_unique(int dtype, int64_t n, const void *x, const int64_t *order, void *y, int64_t *inverse, int64_t *counts,
              int64_t *groups) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (n < 0 || groups == NULL) return GT_BAD_ARGUMENT;
    if (n > 0 && (x == NULL || order == NULL || y == NULL || inverse == NULL || counts == NULL)) return GT_BAD_ARGUMENT;
    for (int64_t i = 0; i < n; i++) {
        if ((uint64_t)order[i] >= (uint64_t)n) return GT_BAD_ARGUMENT;
    }
    switch (dtype) {
    case GT_F32: *groups = unique_gt_F32(n, x, order, y, inverse, counts); return GT_OK;
    case GT_F64: *groups = unique_gt_F64(n, x, order, y, inverse, counts); return GT_OK;
    case GT_I64: *groups = unique_gt_I64(n, x, order, y, inverse, counts); return GT_OK;
    case GT_I32: *groups = unique_gt_I32(n, x, order, y, inverse, counts); return GT_OK;
    case GT_U8:
    case GT_BOOL: *groups = unique_gt_U8(n, x, order, y, inverse, counts); return GT_OK;
    default: return GT_UNSUPPORTED;
    }
}

/* ---- search_sorted ---- */

#define CHUNK 1024

typedef struct search_job {
    int right, one_row;
    int64_t n, m, chunks;
    const void *sorted, *values;
    int64_t *y;
    void (*run)(const struct search_job *job, int64_t row, int64_t from, int64_t to);
} search_job;

/* Halves without a branch on what is found; NaN comes behind everything. */
#define SEARCH(T)                                                                                                      \
    static void search_##T(const search_job *job, int64_t row, int64_t from, int64_t to) {                             \
        const T *sorted = (const T *)job->sorted + (job->one_row ? 0 : row * job->n);                                  \
        const T *values = (const T *)job->values + row * job->m;                                                       \
        for (int64_t i = from; i < to; i++) {                                                                          \
            const T v = values[i];                                                                                     \
            int64_t low = 0, length = job->n;                                                                          \
            while (length > 0) {                                                                                       \
                const int64_t half = length / 2;                                                                       \
                const T s = sorted[low + half];                                                                        \
                const int before = job->right ? !(s > v) : !(s >= v);                                                  \
                low += before ? half + 1 : 0;                                                                          \
                length = before ? length - half - 1 : half;                                                            \
            }                                                                                                          \
            job->y[row * job->m + i] = low;                                                                            \
        }                                                                                                              \
    }
SEARCH(gt_F32)
SEARCH(gt_F64)
SEARCH(gt_I64)
SEARCH(gt_I32)
SEARCH(gt_U8)

static void search_chunk(void *arg, int64_t item) {
    const search_job *job = arg;
    const int64_t from = item % job->chunks * CHUNK;
    job->run(job, item / job->chunks, from, job->m - from < CHUNK ? job->m : from + CHUNK);
}

int gt_search_sorted(int dtype, int right, int one_row, int64_t rows, int64_t n, int64_t m, const void *sorted,
                     const void *values, int64_t *y) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (rows < 0 || n < 0 || m < 0) return GT_BAD_ARGUMENT;
    search_job job = {right, one_row, n, m, (m + CHUNK - 1) / CHUNK, sorted, values, y, NULL};
    switch (dtype) {
    case GT_F32: job.run = search_gt_F32; break;
    case GT_F64: job.run = search_gt_F64; break;
    case GT_I64: job.run = search_gt_I64; break;
    case GT_I32: job.run = search_gt_I32; break;
    case GT_U8:
    case GT_BOOL: job.run = search_gt_U8; break;
    default: return GT_UNSUPPORTED;
    }
    if (rows > 0 && m > 0 && (values == NULL || y == NULL || (n > 0 && sorted == NULL))) return GT_BAD_ARGUMENT;
    gt_parallel(rows * job.chunks, 20.0 * (double)(m < CHUNK ? m : CHUNK), search_chunk, &job);
    return GT_OK;
}

/* ---- histogram ---- */

/* The bin is computed in the element's own type, as PyTorch does: it decides on which side of an edge a number falls. */
#define HISTOGRAM(T)                                                                                                   \
    static void histogram_##T(int64_t n, int64_t bins, T lo, T hi, const T *x, int64_t *counts) {                      \
        for (int64_t i = 0; i < n; i++) {                                                                              \
            const T v = x[i];                                                                                          \
            if (!(v >= lo && v <= hi)) continue;                                                                       \
            const int64_t bin = (int64_t)((v - lo) * (T)bins / (hi - lo));                                             \
            counts[bin < bins ? bin : bins - 1]++;                                                                     \
        }                                                                                                              \
    }
HISTOGRAM(gt_F32)
HISTOGRAM(gt_F64)

int gt_histogram(int dtype, int64_t n, int64_t bins, double lo, double hi, const void *x, int64_t *counts) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (dtype != GT_F32 && dtype != GT_F64) return GT_UNSUPPORTED;
    const int range = dtype == GT_F32 ? (float)lo < (float)hi : lo < hi;
    if (n < 0 || bins < 1 || !range || counts == NULL || (n > 0 && x == NULL)) return GT_BAD_ARGUMENT;
    for (int64_t i = 0; i < bins; i++) counts[i] = 0;
    if (dtype == GT_F32) {
        histogram_gt_F32(n, bins, (float)lo, (float)hi, x, counts);
    } else {
        histogram_gt_F64(n, bins, lo, hi, x, counts);
    }
    return GT_OK;
}
