/* Reading by index. Whoever writes into what was there before checks its indexes first: see scatter.c. */
#include "index.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "rows.h"
#include "threads.h"

/* Bytes of a chunk of gathered rows, and elements of a chunk of gathered elements. */
#define CHUNK_BYTES ((int64_t)32768)
#define CHUNK 4096
/* Indexes that are checked before they are used, while they are in L1. */
#define BLOCK 512
/* Estimates for sharing: a random row costs one miss, then streams. */
#define MISS_NS 80.0
#define BYTE_NS 0.1

/* ---- checks ---- */

/* Position of the first bad value, or INT64_MAX: the least of what the chunks found. */
typedef struct {
    _Atomic int64_t offset;
} first_bad;

static void found_bad(first_bad *first, int64_t offset) {
    int64_t known = atomic_load_explicit(&first->offset, memory_order_relaxed);
    while (offset < known && !atomic_compare_exchange_weak(&first->offset, &known, offset)) {
    }
}

static int status_of(first_bad *first, int64_t *bad) {
    const int64_t offset = atomic_load_explicit(&first->offset, memory_order_relaxed);
    if (offset == INT64_MAX) return GT_OK;
    *bad = offset;
    return GT_BAD_INDEX;
}

typedef struct {
    gt_dims dims; /* of the index alone */
    int64_t pieces, piece;
    const int64_t *index;
    int64_t size;
    first_bad first;
} check_job;

static void check_piece(void *arg, int64_t item) {
    check_job *job = arg;
    const int64_t inner = job->dims.rank - 1, from = item % job->pieces * job->piece;
    const int64_t left = job->dims.size[inner] - from, n = left < job->piece ? left : job->piece;
    const int64_t stride = job->dims.stride[0][inner];
    const int64_t start = gt_dims_offset(&job->dims, 0, 0, inner, item / job->pieces) + from * stride;
    const int64_t at = gt_index_first_bad(n, job->index + start, stride, job->size);
    if (at >= 0) found_bad(&job->first, start + at * stride);
}

int gt_index_check(const gt_dims *dims, int operand, const int64_t *index, int64_t size, int64_t *bad) {
    check_job job = {.index = index, .size = size};
    atomic_store_explicit(&job.first.offset, INT64_MAX, memory_order_relaxed);
    for (int64_t d = 0; d < dims->rank; d++) {
        if (dims->size[d] == 0) return GT_OK;
        if (dims->stride[operand][d] == 0) continue;
        job.dims.size[job.dims.rank] = dims->size[d];
        job.dims.stride[0][job.dims.rank++] = dims->stride[operand][d];
    }
    gt_dims_sort(&job.dims, 1, 0, 0, job.dims.rank);
    job.dims.rank = gt_dims_collapse(&job.dims, 1, 0, job.dims.rank);
    if (job.dims.rank == 0) {
        job.dims.rank = job.dims.size[0] = job.dims.stride[0][0] = 1;
    }
    const int64_t length = job.dims.size[job.dims.rank - 1];
    job.piece = length < CHUNK ? length : CHUNK;
    job.pieces = (length + job.piece - 1) / job.piece;
    const int64_t items = gt_dims_count(&job.dims, 0, job.dims.rank - 1) * job.pieces;
    gt_parallel(items, 0.5 * (double)job.piece, check_piece, &job);
    return status_of(&job.first, bad);
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
    const int64_t position = gt_index_first_bad(count, index, 1, rows);
    if (position >= 0) {
        *bad = position;
        return GT_BAD_INDEX;
    }
    if (count == 0 || row_bytes == 0) {
        return GT_OK;
    }
    const int64_t chunk = row_bytes < CHUNK_BYTES ? CHUNK_BYTES / row_bytes : 1;
    gather_job job = {row_bytes, count, chunk, x, index, y};
    const int64_t used = chunk < count ? chunk : count;
    const double ns = (double)used * (row_bytes <= 8 ? 2.0 : MISS_NS + BYTE_NS * (double)row_bytes);
    gt_parallel((count + chunk - 1) / chunk, ns, gather_chunk, &job);
    return GT_OK;
}

/* ---- gather ---- */

typedef struct {
    const gt_dims *dims;
    int64_t bytes, rows, pieces, piece;
    int64_t size, step;
    const char *x;
    const int64_t *index;
    char *y;
    first_bad first;
} gather_elements_job;

/* y[j] = x[index[j]], each j its strides further. The usual strides have loops of their own. */
#define GATHER(T)                                                                                                      \
    static void gather_##T(int64_t n, const T *x, int64_t sx, const int64_t *index, int64_t si, int64_t step, T *y,    \
                           int64_t sy) {                                                                               \
        if (si == 0) {                                                                                                 \
            x += *index * step;                                                                                        \
            if (sx == 1 && sy == 1) {                                                                                  \
                memcpy(y, x, (size_t)n * sizeof(T));                                                                   \
            } else {                                                                                                   \
                for (int64_t j = 0; j < n; j++) y[j * sy] = x[j * sx];                                                 \
            }                                                                                                          \
        } else if (si == 1 && sy == 1 && sx == 0 && step == 1) {                                                       \
            for (int64_t j = 0; j < n; j++) y[j] = x[index[j]];                                                        \
        } else if (si == 1 && sy == 1 && sx == 1) {                                                                    \
            for (int64_t j = 0; j < n; j++) y[j] = x[j + index[j] * step];                                             \
        } else {                                                                                                       \
            for (int64_t j = 0; j < n; j++) y[j * sy] = x[j * sx + index[j * si] * step];                              \
        }                                                                                                              \
    }
GATHER(uint8_t)
GATHER(uint16_t)
GATHER(uint32_t)
GATHER(uint64_t)

static void gather_run(const gather_elements_job *job, int64_t n, const char *x, const int64_t *index, char *y) {
    const int64_t inner = job->dims->rank - 1, sx = job->dims->stride[0][inner], si = job->dims->stride[1][inner];
    const int64_t sy = job->dims->stride[2][inner];
    switch (job->bytes) {
    case 1: gather_uint8_t(n, (const uint8_t *)x, sx, index, si, job->step, (uint8_t *)y, sy); break;
    case 2: gather_uint16_t(n, (const void *)x, sx, index, si, job->step, (void *)y, sy); break;
    case 4: gather_uint32_t(n, (const void *)x, sx, index, si, job->step, (void *)y, sy); break;
    default: gather_uint64_t(n, (const void *)x, sx, index, si, job->step, (void *)y, sy); break;
    }
}

/* One piece of a row; the indexes of a block are looked at just before they are used. */
static void gather_piece(gather_elements_job *job, const gt_rows *row, int64_t from, int64_t n) {
    const int64_t inner = job->dims->rank - 1, sx = job->dims->stride[0][inner], si = job->dims->stride[1][inner];
    const int64_t block = si == 0 ? n : BLOCK;
    for (int64_t start = 0; start < n; start += block) {
        const int64_t count = n - start < block ? n - start : block, place = row->at[1] + (from + start) * si;
        const int64_t at = gt_index_first_bad(si == 0 ? 1 : count, job->index + place, si, job->size);
        if (at >= 0) {
            found_bad(&job->first, place + at * si);
            return;
        }
        gather_run(job, count, job->x + (row->at[0] + (from + start) * sx) * job->bytes, job->index + place,
                   job->y + (row->at[2] + (from + start) * job->dims->stride[2][inner]) * job->bytes);
    }
}

/* A chunk is a piece of a long row, or several short rows. */
static void gather_elements(void *arg, int64_t item) {
    gather_elements_job *job = arg;
    const int64_t inner = job->dims->rank - 1, length = job->dims->size[inner];
    const int64_t first = item / job->pieces * job->rows, from = item % job->pieces * job->piece;
    const int64_t total = gt_dims_count(job->dims, 0, inner);
    const int64_t last = total - first < job->rows ? total : first + job->rows;
    gt_rows row;
    gt_rows_seek(&row, job->dims, 3, inner, first);
    for (int64_t i = first; i < last; i++, gt_rows_next(&row)) {
        gather_piece(job, &row, from, length - from < job->piece ? length - from : job->piece);
    }
}

int gt_gather(int dtype, const gt_dims *dims, int64_t size, int64_t step, const void *x, const int64_t *index, void *y,
              int64_t *bad) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims) || size < 0 || bad == NULL) return GT_BAD_ARGUMENT;
    const int64_t count = gt_dims_count(dims, 0, dims->rank);
    if (count == 0) return GT_OK;
    if (index == NULL || y == NULL || (x == NULL && size > 0)) return GT_BAD_ARGUMENT;
    gt_dims one = *dims;
    if (one.rank == 0) one.rank = one.size[0] = 1; /* its strides do not matter */
    gather_elements_job job = {
        .dims = &one, .bytes = gt_dtype_bytes(dtype), .size = size, .step = step, .x = x, .index = index, .y = y};
    atomic_store_explicit(&job.first.offset, INT64_MAX, memory_order_relaxed);
    const int64_t length = one.size[one.rank - 1], rows = count / length;
    job.piece = length < CHUNK ? length : CHUNK;
    job.pieces = (length + job.piece - 1) / job.piece;
    job.rows = job.pieces > 1 ? 1 : (CHUNK + length - 1) / length;
    const double ns = one.stride[1][one.rank - 1] == 0 ? BYTE_NS * (double)job.bytes : 1.0;
    gt_parallel((rows + job.rows - 1) / job.rows * job.pieces, (ns + 20.0 / (double)length) * CHUNK, gather_elements, &job);
    return status_of(&job.first, bad);
}

/* ---- linear index ---- */

typedef struct {
    const gt_dims *dims;
    int64_t pieces, piece, size;
    int starts; /* y holds nothing yet */
    const int64_t *index;
    int64_t *y;
    first_bad first;
} linear_job;

/* A negative value counts from the end; one that is still outside is remembered. */
static void linear_piece(void *arg, int64_t item) {
    linear_job *job = arg;
    const gt_dims *dims = job->dims;
    const int64_t inner = dims->rank - 1, size = job->size, si = dims->stride[0][inner], sy = dims->stride[1][inner];
    const int64_t from = item % job->pieces * job->piece, row = item / job->pieces, left = dims->size[inner] - from;
    const int64_t place = gt_dims_offset(dims, 0, 0, inner, row) + from * si;
    const int64_t *index = job->index + place;
    int64_t *y = job->y + gt_dims_offset(dims, 1, 0, inner, row) + from * sy;
    const int64_t n = left < job->piece ? left : job->piece;
    int bad = 0;
    if (job->starts && si == 1 && sy == 1) { /* the usual one, which vectorises */
        for (int64_t j = 0; j < n; j++) {
            const int64_t value = index[j] + (index[j] < 0 ? size : 0);
            bad |= (uint64_t)value >= (uint64_t)size;
            y[j] = value;
        }
    } else {
        for (int64_t j = 0; j < n; j++) {
            const int64_t value = index[j * si] + (index[j * si] < 0 ? size : 0);
            const uint64_t before = job->starts ? 0 : (uint64_t)y[j * sy] * (uint64_t)size;
            bad |= (uint64_t)value >= (uint64_t)size;
            y[j * sy] = (int64_t)(before + (uint64_t)value);
        }
    }
    for (int64_t j = 0; bad && j < n; j++) {
        if (index[j * si] < -size || index[j * si] >= size) {
            found_bad(&job->first, place + j * si);
            return;
        }
    }
}

int gt_linear_index(int first, const gt_dims *dims, int64_t size, const int64_t *index, int64_t *y, int64_t *bad) {
    if (!gt_dims_valid(dims) || size < 0 || bad == NULL) return GT_BAD_ARGUMENT;
    const int64_t count = gt_dims_count(dims, 0, dims->rank);
    if (count == 0) return GT_OK;
    if (index == NULL || y == NULL) return GT_BAD_ARGUMENT;
    gt_dims one = *dims;
    if (one.rank == 0) one.rank = one.size[0] = 1;
    linear_job job = {.dims = &one, .size = size, .starts = first, .index = index, .y = y};
    atomic_store_explicit(&job.first.offset, INT64_MAX, memory_order_relaxed);
    const int64_t length = one.size[one.rank - 1];
    job.piece = length < CHUNK ? length : CHUNK;
    job.pieces = (length + job.piece - 1) / job.piece;
    gt_parallel(count / length * job.pieces, 1.5 * (double)job.piece, linear_piece, &job);
    return status_of(&job.first, bad);
}

/* ---- flip ---- */

int gt_flip(int dtype, const gt_dims *dims, int64_t reversed, const void *x, void *y) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (!gt_dims_valid(dims)) return GT_BAD_ARGUMENT;
    if (gt_dims_count(dims, 0, dims->rank) == 0) return GT_OK;
    /* Walked backward in one operand: in x where y is dense, else in y, so that a transposed x is still seen as one. */
    gt_dims turned = *dims;
    int64_t first[2] = {0, 0};
    for (int64_t d = 0; d < dims->rank; d++) {
        if (!(reversed >> d & 1)) continue;
        const int k = dims->stride[1][d] != 1;
        first[k] += (dims->size[d] - 1) * dims->stride[k][d];
        turned.stride[k][d] = -dims->stride[k][d];
    }
    const int64_t bytes = gt_dtype_bytes(dtype);
    return gt_cast(dtype, dtype, &turned, (const char *)x + first[0] * bytes, (char *)y + first[1] * bytes);
}
