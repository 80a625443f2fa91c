/*
 * Where extreme values are. As reductions do, a job goes by blocks of GT_REDUCE_BLOCK: each gives a value and its place,
 * and of those the better one stays, the first of equal ones. So it does not matter who took which block.
 */
#include "positions.h"

#include <string.h>

#include "../common/dtype.h"
#include "../common/strided.h"
#include "reduce_call.h"
#include "threads.h"

#define BLOCK GT_REDUCE_BLOCK
#define STRIP GT_POSITIONS_STRIP
/* Parts into which the blocks of one strip are shared out. */
#define PARTS 16
/* A job does at least this many elements. */
#define JOB_ELEMENTS 16384
/* Estimated times of an element. */
#define NANOS 0.3
#define NANOS_GATHERED 1.2

/* Of a strip of outputs: extremes and where they are. */
typedef struct found {
    _Alignas(64) char value[STRIP * 8];
    int64_t at[STRIP];
} found;

typedef struct positions_job {
    gt_reduce_call call;
    void (*row)(int64_t n, const void *x, void *y);
    int64_t (*find)(int64_t n, const void *x, const void *value);
    gt_positions_loop loop;
    int64_t total, each; /* strips in all and of an item; where strips are cut, blocks of a part */
    int64_t strip;       /* the one that is cut */
    found *parts;
} positions_job;

/* How many outputs a strip has, and where its first element is. */
static const char *strip_start(const positions_job *job, int64_t strip, int64_t *width) {
    const gt_reduce_call *r = &job->call;
    const int64_t column = strip % r->strips * r->strip;
    *width = r->width - column < r->strip ? r->width - column : r->strip;
    return r->x + (gt_dims_offset(&r->dims, 0, 0, r->kept, strip / r->strips) + column) * r->bytes;
}

/* One block of a single output. */
static void in_row(const positions_job *job, const char *row, int64_t n, int64_t first, found *f) {
    _Alignas(8) char value[8];
    job->row(n, row, value);
    const int64_t at = first + job->find(n, row, value);
    if (first == 0) {
        memcpy(f->value, value, sizeof value);
        f->at[0] = at;
    } else {
        job->loop.join(1, value, &at, f->value, f->at);
    }
}

static __attribute__((noinline)) void in_gathered(const positions_job *job, const char *x, int64_t first, int64_t n,
                                                  int64_t place, found *f) {
    _Alignas(64) char row[BLOCK * 8];
    gt_reduce_call_gather(&job->call, x, first, n, row);
    in_row(job, row, n, place, f);
}

/* Blocks first..end-1 of a strip; places count from its first element on. */
static void in_blocks(const positions_job *job, int64_t strip, int64_t first, int64_t end, found *f) {
    const gt_reduce_call *r = &job->call;
    int64_t width;
    const char *x = strip_start(job, strip, &width);
    const int64_t step = r->dims.stride[0][r->dims.rank - 1];
    for (int64_t block = first; block < end; block++) {
        const int64_t start = block * BLOCK, left = r->count - start, n = left < BLOCK ? left : BLOCK;
        const int64_t place = start - first * BLOCK; /* 0 for the first one: it starts */
        if (r->layout == COLUMNS) {
            job->loop.columns(n, width, x + start * step * r->bytes, step, place, f->value, f->at);
        } else if (r->layout == ROWS) {
            in_row(job, x + start * r->bytes, n, place, f);
        } else {
            in_gathered(job, x, start, n, place, f);
        }
    }
    for (int64_t j = 0; j < width; j++) f->at[j] += first * BLOCK;
}

static void put(const positions_job *job, int64_t strip, const found *f) {
    const gt_reduce_call *r = &job->call;
    const int64_t column = strip % r->strips * r->strip, left = r->width - column;
    const int64_t width = left < r->strip ? left : r->strip;
    const int64_t offset = gt_dims_offset(&r->dims, 1, 0, r->kept, strip / r->strips) + column;
    memcpy(r->y + offset * r->out, f->at, (size_t)(width * r->out));
}

static void run_strips(void *arg, int64_t index) {
    const positions_job *job = arg;
    const int64_t end = (index + 1) * job->each < job->total ? (index + 1) * job->each : job->total;
    for (int64_t strip = index * job->each; strip < end; strip++) {
        found f;
        in_blocks(job, strip, 0, job->call.blocks, &f);
        put(job, strip, &f);
    }
}

static void run_part(void *arg, int64_t index) {
    const positions_job *job = arg;
    const int64_t first = index * job->each, left = job->call.blocks - first;
    in_blocks(job, job->strip, first, first + (left < job->each ? left : job->each), &job->parts[index]);
}

static void run_in_parts(positions_job *job, double block_nanos) {
    found parts[PARTS];
    job->parts = parts;
    job->each = (job->call.blocks + PARTS - 1) / PARTS;
    const int64_t count = (job->call.blocks + job->each - 1) / job->each;
    for (job->strip = 0; job->strip < job->total; job->strip++) {
        int64_t width;
        strip_start(job, job->strip, &width);
        gt_parallel(count, block_nanos * (double)job->each, run_part, job);
        for (int64_t i = 1; i < count; i++) job->loop.join(width, parts[i].value, parts[i].at, parts->value, parts->at);
        put(job, job->strip, parts);
    }
}

GT_API int gt_arg_reduce(int op, int dtype, const gt_dims *dims, int64_t kept, const void *x, int64_t *y) {
    if ((op != GT_REDUCE_max && op != GT_REDUCE_min) || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    const int status = gt_reduce_call_check(dims, kept);
    if (status != GT_OK) return status;
    positions_job job = {.loop = op == GT_REDUCE_max ? GT_LOOPS(positions)->max[dtype] : GT_LOOPS(positions)->min[dtype],
                         .row = GT_LOOPS(reduce)->reduce[op][dtype].row,
                         .find = GT_LOOPS(positions)->find[dtype]};
    if (!job.row) return GT_UNSUPPORTED;
    if (gt_dims_count(dims, 0, kept) == 0) return GT_OK;
    if (!x || !y || gt_dims_count(dims, kept, dims->rank) == 0) return GT_BAD_ARGUMENT;
    gt_reduce_call *r = &job.call;
    *r = gt_reduce_call_start(dtype, dims, kept, x, y);
    r->strip = STRIP;
    r->out = sizeof *y;
    gt_reduce_call_plan(r, 1);
    job.total = gt_dims_count(&r->dims, 0, r->kept) * r->strips;
    const int64_t width = r->width < STRIP ? r->width : STRIP, elements = r->count * width;
    const double nanos = r->layout == GATHERED ? NANOS_GATHERED : NANOS;
    if (r->blocks > 1 && job.total < PARTS) {
        run_in_parts(&job, nanos * BLOCK * (double)width);
        return GT_OK;
    }
    job.each = JOB_ELEMENTS / (elements + 16) + 1;
    gt_parallel((job.total + job.each - 1) / job.each, (nanos * (double)elements + 40) * (double)job.each, run_strips,
                &job);
    return GT_OK;
}
