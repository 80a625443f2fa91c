/* Reading and writing by mask: chunks are counted, then filled from where the chunks before them end. */
#include <stddef.h>
#include <string.h>

#include "../common/dtype.h"
#include "threads.h"

#define CHUNK GT_MASK_CHUNK

static int64_t chunks_of(int64_t n) { return (n + CHUNK - 1) / CHUNK; }

static int64_t length_of(int64_t n, int64_t chunk) { return n - chunk * CHUNK < CHUNK ? n - chunk * CHUNK : CHUNK; }

/* ---- count ---- */

typedef struct {
    int64_t n;
    const uint8_t *mask;
    int64_t *starts;
} count_job;

static void count_chunk(void *arg, int64_t chunk) {
    const count_job *job = arg;
    const uint8_t *mask = job->mask + chunk * CHUNK;
    int32_t count = 0;
    for (int64_t i = 0; i < length_of(job->n, chunk); i++) count += mask[i] != 0;
    job->starts[chunk] = count;
}

int gt_mask_starts(int64_t n, const uint8_t *mask, int64_t *starts) {
    if (n < 0 || starts == NULL || (n > 0 && mask == NULL)) return GT_BAD_ARGUMENT;
    count_job job = {n, mask, starts};
    const int64_t chunks = chunks_of(n);
    gt_parallel(chunks, 0.2 * CHUNK, count_chunk, &job);
    int64_t total = 0;
    for (int64_t i = 0; i < chunks; i++) {
        const int64_t count = starts[i];
        starts[i] = total;
        total += count;
    }
    starts[chunks] = total;
    return GT_OK;
}

/* ---- fill ---- */

typedef struct {
    int64_t n, bytes, rank;
    const int64_t *sizes;
    const uint8_t *mask;
    const int64_t *starts;
    const char *from;
    char *to;
} fill_job;

/* Positions of a chunk's ones, without a branch that would be guessed wrongly; returns how many, of those counted. */
static int64_t ones(const fill_job *job, int64_t chunk, uint16_t *places) {
    const uint8_t *mask = job->mask + chunk * CHUNK;
    const int64_t n = length_of(job->n, chunk), counted = job->starts[chunk + 1] - job->starts[chunk];
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        places[count] = (uint16_t)i;
        count += mask[i] != 0;
    }
    return count < counted ? count : counted;
}

/* The coordinates of row `row`, of all dimensions but the last. */
static void seek_row(const fill_job *job, int64_t row, int64_t *at) {
    for (int64_t d = job->rank - 2; d > 0; d--) {
        at[d] = row % job->sizes[d];
        row /= job->sizes[d];
    }
    at[0] = row;
}

/* From one row to the next it takes no division, and the rows of a chunk follow each other. */
static void nonzero_chunk(void *arg, int64_t chunk) {
    const fill_job *job = arg;
    uint16_t places[CHUNK];
    const int64_t first = chunk * CHUNK, count = ones(job, chunk, places), last = job->rank - 1;
    int64_t *y = (int64_t *)(void *)job->to + job->starts[chunk] * job->rank;
    if (last == 0) {
        for (int64_t i = 0; i < count; i++) y[i] = first + places[i];
        return;
    }
    const int64_t length = job->sizes[last];
    int64_t row = first / length, start = row * length, at[GT_MAX_RANK];
    seek_row(job, row, at);
    for (int64_t i = 0; i < count; i++, y += job->rank) {
        const int64_t place = first + places[i];
        if (place >= start + 2 * length) {
            row = place / length;
            start = row * length;
            seek_row(job, row, at);
        } else if (place >= start + length) {
            row++;
            start += length;
            int64_t d = last - 1;
            for (; d > 0 && ++at[d] == job->sizes[d]; d--) at[d] = 0;
            at[0] += d == 0;
        }
        for (int64_t d = 0; d < last; d++) y[d] = at[d];
        y[last] = place - start;
    }
}

int gt_mask_nonzero(int64_t rank, const int64_t *sizes, const uint8_t *mask, const int64_t *starts, int64_t *y) {
    if (rank < 1 || rank > GT_MAX_RANK || sizes == NULL || starts == NULL) return GT_BAD_ARGUMENT;
    int64_t n = 1;
    for (int64_t d = 0; d < rank; d++) {
        if (sizes[d] < 0) return GT_BAD_ARGUMENT;
        n *= sizes[d];
    }
    if (n > 0 && (mask == NULL || (y == NULL && starts[chunks_of(n)] > 0))) return GT_BAD_ARGUMENT;
    fill_job job = {.n = n, .rank = rank, .sizes = sizes, .mask = mask, .starts = starts, .to = (char *)y};
    gt_parallel(chunks_of(n), 1.0 * CHUNK, nonzero_chunk, &job);
    return GT_OK;
}

#define COPY_ONES(T, to_place, from_place)                                                                             \
    for (int64_t i = 0; i < count; i++) ((T *)(void *)to)[to_place] = ((const T *)(const void *)from)[from_place]

#define COPY_CHUNK(to_place, from_place)                                                                               \
    switch (job->bytes) {                                                                                              \
    case 1: COPY_ONES(uint8_t, to_place, from_place); break;                                                           \
    case 2: COPY_ONES(uint16_t, to_place, from_place); break;                                                          \
    case 4: COPY_ONES(uint32_t, to_place, from_place); break;                                                          \
    default: COPY_ONES(uint64_t, to_place, from_place); break;                                                         \
    }

static void select_chunk(void *arg, int64_t chunk) {
    const fill_job *job = arg;
    uint16_t places[CHUNK];
    const int64_t count = ones(job, chunk, places);
    const char *from = job->from + chunk * CHUNK * job->bytes;
    char *to = job->to + job->starts[chunk] * job->bytes;
    COPY_CHUNK(i, places[i])
}

static void scatter_chunk(void *arg, int64_t chunk) {
    const fill_job *job = arg;
    uint16_t places[CHUNK];
    const int64_t count = ones(job, chunk, places);
    const char *from = job->from + job->starts[chunk] * job->bytes;
    char *to = job->to + chunk * CHUNK * job->bytes;
    COPY_CHUNK(places[i], i)
}

static int fill(int dtype, int64_t n, const uint8_t *mask, const int64_t *starts, const void *from, void *to, gt_job job) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    if (n < 0 || starts == NULL) return GT_BAD_ARGUMENT;
    if (n > 0 && (mask == NULL || (starts[chunks_of(n)] > 0 && (from == NULL || to == NULL)))) return GT_BAD_ARGUMENT;
    fill_job all = {.n = n, .bytes = gt_dtype_bytes(dtype), .mask = mask, .starts = starts, .from = from, .to = to};
    gt_parallel(chunks_of(n), 1.0 * CHUNK, job, &all);
    return GT_OK;
}

int gt_mask_select(int dtype, int64_t n, const uint8_t *mask, const int64_t *starts, const void *x, void *y) {
    return fill(dtype, n, mask, starts, x, y, select_chunk);
}

int gt_mask_scatter(int dtype, int64_t n, const uint8_t *mask, const int64_t *starts, const void *y, void *x) {
    return fill(dtype, n, mask, starts, y, x, scatter_chunk);
}
