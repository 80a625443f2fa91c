/* Rows by index. Indexes are checked before anything is written: a bad one leaves the output as it was. */
#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "threads.h"

/* Bytes of a chunk of gathered rows, and index_add's shortest run of columns: two cache lines of F32. */
#define CHUNK_BYTES ((int64_t)32768)
#define COLUMNS_MIN 32
/* Estimates for sharing: a random row costs one miss, then streams. */
#define MISS_NS 80.0
#define BYTE_NS 0.1

/* First position of an index outside 0..rows-1, or -1. The loop without an exit vectorises; a bad index is rare. */
static int64_t first_bad(int64_t count, const int64_t *index, int64_t rows) {
    int bad = 0;
    for (int64_t i = 0; i < count; i++) {
        bad |= (uint64_t)index[i] >= (uint64_t)rows;
    }
    if (!bad) {
        return -1;
    }
    int64_t i = 0;
    while ((uint64_t)index[i] < (uint64_t)rows) {
        i++;
    }
    return i;
}

static int check_index(int64_t count, const int64_t *index, int64_t rows, int64_t *bad) {
    const int64_t position = first_bad(count, index, rows);
    if (position < 0) {
        return GT_OK;
    }
    *bad = position;
    return GT_BAD_INDEX;
}

/* ---- gather_rows ---- */

typedef struct {
    int64_t row_bytes, count, chunk;
    const uint8_t *x;
    const int64_t *index;
    uint8_t *y;
} gather_job;

/*
 * The data loader's fast path: rows scattered over a table far larger than the caches. While one row is copied, the
 * next row but one is asked for, so that its misses and its page walk overlap with the copying.
 */
static void gather_chunk(void *arg, int64_t index) {
    const gather_job *job = arg;
    const int64_t bytes = job->row_bytes, first = index * job->chunk;
    const int64_t end = first + job->chunk < job->count ? first + job->chunk : job->count;
    const int64_t *rows = job->index;
    uint8_t *y = job->y + first * bytes;
    if (bytes == 4) {
        for (int64_t i = first; i < end; i++, y += 4) {
            memcpy(y, job->x + rows[i] * 4, 4);
        }
        return;
    }
    if (bytes == 8) {
        for (int64_t i = first; i < end; i++, y += 8) {
            memcpy(y, job->x + rows[i] * 8, 8);
        }
        return;
    }
    const int64_t ahead = bytes < 4096 ? bytes : 4096;
    for (int64_t i = first; i < end; i++, y += bytes) {
        if (i + 2 < end) {
            const uint8_t *next = job->x + rows[i + 2] * bytes;
            for (int64_t line = 0; line < ahead; line += 64) {
                __builtin_prefetch(next + line);
            }
        }
        memcpy(y, job->x + rows[i] * bytes, (size_t)bytes);
    }
}

int gt_gather_rows(int64_t row_bytes, int64_t rows, int64_t count, const void *x, const int64_t *index, void *y,
                   int64_t *bad) {
    if (row_bytes < 0 || rows < 0 || count < 0 || bad == NULL || (count > 0 && index == NULL) ||
        (row_bytes > 0 && count > 0 && (y == NULL || (x == NULL && rows > 0)))) {
        return GT_BAD_ARGUMENT;
    }
    const int status = check_index(count, index, rows, bad);
    if (status != GT_OK || count == 0 || row_bytes == 0) {
        return status;
    }
    const int64_t chunk = row_bytes < CHUNK_BYTES ? CHUNK_BYTES / row_bytes : 1;
    gather_job job = {row_bytes, count, chunk, x, index, y};
    const int64_t used = chunk < count ? chunk : count;
    const double ns = (double)used * (row_bytes <= 8 ? 2.0 : MISS_NS + BYTE_NS * (double)row_bytes);
    gt_parallel((count + chunk - 1) / chunk, ns, gather_chunk, &job);
    return GT_OK;
}

/* ---- index_add_rows ---- */

typedef struct {
    int64_t n, rows, count, parts;
    const int64_t *index;
    const void *y;
    void *x;
    /* x[index[i], lo..hi-1] += y[i, lo..hi-1] for every i, in order, whose row lies in row_lo..row_hi-1. */
    void (*add)(int64_t n, int64_t count, const int64_t *index, int64_t row_lo, int64_t row_hi, int64_t lo, int64_t hi,
                const void *y, void *x);
} index_add_job;

#define INDEX_ADD(name)                                                                                                \
    static void add_##name(int64_t n, int64_t count, const int64_t *index, int64_t row_lo, int64_t row_hi, int64_t lo, \
                           int64_t hi, const void *py, void *px) {                                                     \
        for (int64_t i = 0; i < count; i++) {                                                                          \
            if (index[i] < row_lo || index[i] >= row_hi) {                                                             \
                continue;                                                                                              \
            }                                                                                                          \
            const gt_##name *restrict y = (const gt_##name *)py + i * n;                                               \
            gt_##name *restrict x = (gt_##name *)px + index[i] * n;                                                    \
            for (int64_t j = lo; j < hi; j++) {                                                                        \
                x[j] = (gt_##name)((gt_wrapping_##name)x[j] + (gt_wrapping_##name)y[j]);                               \
            }                                                                                                          \
        }                                                                                                              \
    }
INDEX_ADD(F32)
INDEX_ADD(F64)
INDEX_ADD(I64)
INDEX_ADD(I32)
INDEX_ADD(U8)

/* A part owns columns of every row. */
static void add_columns(void *arg, int64_t part) {
    const index_add_job *job = arg;
    const int64_t lo = job->n * part / job->parts, hi = job->n * (part + 1) / job->parts;
    job->add(job->n, job->count, job->index, 0, job->rows, lo, hi, job->y, job->x);
}

/* A part owns rows; it looks at every index. */
static void add_rows(void *arg, int64_t part) {
    const index_add_job *job = arg;
    const int64_t lo = job->rows * part / job->parts, hi = job->rows * (part + 1) / job->parts;
    job->add(job->n, job->count, job->index, lo, hi, 0, job->n, job->y, job->x);
}

/* Every element of x belongs to one part, which adds to it in the order of index: the number of parts never shows. */
int gt_index_add_rows(int dtype, int64_t n, int64_t rows, int64_t count, const int64_t *index, const void *y, void *x,
                      int64_t *bad) {
    if (!gt_dtype_known(dtype)) {
        return GT_BAD_CODE;
    }
    index_add_job job = {n, rows, count, gt_threads_count(), index, y, x, NULL};
    switch (dtype) {
    case GT_F32: job.add = add_F32; break;
    case GT_F64: job.add = add_F64; break;
    case GT_I64: job.add = add_I64; break;
    case GT_I32: job.add = add_I32; break;
    case GT_U8: job.add = add_U8; break;
    default: return GT_UNSUPPORTED;
    }
    if (n < 0 || rows < 0 || count < 0 || bad == NULL || (count > 0 && index == NULL) ||
        (n > 0 && count > 0 && (y == NULL || (x == NULL && rows > 0)))) {
        return GT_BAD_ARGUMENT;
    }
    const int status = check_index(count, index, rows, bad);
    if (status != GT_OK || count == 0 || n == 0) {
        return status;
    }
    const double ns = (double)count * (2.0 + BYTE_NS * (double)(n * gt_dtype_bytes(dtype))) / (double)job.parts;
    gt_parallel(job.parts, ns, n / job.parts >= COLUMNS_MIN ? add_columns : add_rows, &job);
    return GT_OK;
}

/* ---- pick ---- */

/* One element a row is one miss a row: not worth sharing below thousands, and rare above. */
#define PICK(T)                                                                                                        \
    for (int64_t i = 0; i < count; i++) {                                                                              \
        ((T *)y)[i] = ((const T *)x)[i * n + index[i]];                                                                \
    }

int gt_pick(int dtype, int64_t n, int64_t count, const void *x, const int64_t *index, void *y, int64_t *bad) {
    if (!gt_dtype_known(dtype)) {
        return GT_BAD_CODE;
    }
    if (n < 0 || count < 0 || bad == NULL || (count > 0 && (index == NULL || y == NULL || (x == NULL && n > 0)))) {
        return GT_BAD_ARGUMENT;
    }
    const int status = check_index(count, index, n, bad);
    if (status != GT_OK) {
        return status;
    }
    switch (gt_dtype_bytes(dtype)) {
    case 1: PICK(uint8_t) break;
    case 2: PICK(uint16_t) break;
    case 4: PICK(uint32_t) break;
    default: PICK(uint64_t) break;
    }
    return GT_OK;
}
