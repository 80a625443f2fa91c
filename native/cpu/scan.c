/*
 * Entries of the Scan family: rows, or strips of columns, are shared out over the threads, and each is one thread's. A few
 * long rows of sums go by blocks, twice: what each adds up to, then, from where the ones before it end, its running sums.
 */
#include "scan.h"

#include <stddef.h>

#include "../common/dtype.h"
#include "threads.h"

/* A job does about so many elements. */
#define JOB_ELEMENTS 8192
/* Estimated time of an element: an addition waits for the one before. */
#define NANOS 1.0

/* Elements of a block, blocks that are summed up and then scanned while they are in the second cache, and rows that are few. */
#define BLOCK 8192
#define SEGMENT 32
#define FEW_ROWS 16
#define NANOS_TOTAL 0.2

typedef struct scan_job scan_job;

struct scan_job {
    /* Scans `lanes` columns from the first element on that the pointers stand at. */
    void (*run)(const scan_job *job, int64_t lanes, int64_t step, int64_t first);
    int op, dtype, reverse;
    int64_t outer, n, inner;
    int64_t each; /* rows of a job, or strips of columns in [n, inner] */
    gt_scan_loop loop;
    void (*extreme)(int64_t n, int64_t lanes, int64_t step, const void *x, void *y, int64_t *at);
    const char *x, *b;
    char *y;
    int64_t *at;
};

static void run_plain(const scan_job *job, int64_t lanes, int64_t step, int64_t first) {
    const int64_t offset = first * gt_dtype_bytes(job->dtype);
    job->loop(job->n, lanes, step, job->x + offset, job->y + offset);
}

static void run_extreme(const scan_job *job, int64_t lanes, int64_t step, int64_t first) {
    const int64_t offset = first * gt_dtype_bytes(job->dtype);
    job->extreme(job->n, lanes, step, job->x + offset, job->y + offset, job->at + first);
}

static void run_linear(const scan_job *job, int64_t lanes, int64_t step, int64_t first) {
    const int64_t offset = first * gt_dtype_bytes(job->dtype);
    GT_LOOPS(scan)->linear[job->dtype](job->n, lanes, step, job->x + offset, job->b + offset, job->y + offset);
}

/* One strip of [n, inner], whose first element is given. */
static void strip(const scan_job *job, int64_t lanes, int64_t first) {
    const int64_t last = first + (job->n - 1) * job->inner;
    job->run(job, lanes, job->reverse ? -job->inner : job->inner, job->reverse ? last : first);
}

static void run_rows(void *arg, int64_t index) {
    const scan_job *job = arg;
    const int64_t end = (index + 1) * job->each < job->outer ? (index + 1) * job->each : job->outer;
    for (int64_t row = index * job->each; row < end; row++) strip(job, 1, row * job->n);
}

static void run_columns(void *arg, int64_t index) {
    const scan_job *job = arg;
    const int64_t column = index % job->each * GT_SCAN_LANES, left = job->inner - column;
    strip(job, left < GT_SCAN_LANES ? left : GT_SCAN_LANES, index / job->each * job->n * job->inner + column);
}

/* ---- a few long rows of sums ---- */

typedef struct segment_job {
    const scan_job *job;
    int64_t first, n; /* elements of the row before the segment, and of it, in the order of the sums */
    const char *x;    /* the row */
    char *y;
    gt_scan_kept starts[SEGMENT + 1];
} segment_job;

static int64_t block_length(const segment_job *s, int64_t block) {
    const int64_t left = s->n - block * BLOCK;
    return left < BLOCK ? left : BLOCK;
}

static void total_block(void *arg, int64_t block) {
    segment_job *s = arg;
    const scan_job *job = s->job;
    const int64_t n = block_length(s, block), first = s->first + block * BLOCK;
    const int64_t at = job->reverse ? job->n - first - n : first;
    GT_LOOPS(scan)->total[job->dtype](n, s->x + at * gt_dtype_bytes(job->dtype), &s->starts[block + 1]);
}

static void sum_block(void *arg, int64_t block) {
    const segment_job *s = arg;
    const scan_job *job = s->job;
    const int64_t first = s->first + block * BLOCK;
    const int64_t offset = (job->reverse ? job->n - 1 - first : first) * gt_dtype_bytes(job->dtype);
    GT_LOOPS(scan)->sum_from[job->dtype](block_length(s, block), job->reverse ? -1 : 1, &s->starts[block],
                                         s->x + offset, s->y + offset);
}

static void run_segments(const scan_job *job) {
    const int64_t row_bytes = job->n * gt_dtype_bytes(job->dtype);
    for (int64_t row = 0; row < job->outer; row++) {
        segment_job s = {.job = job, .x = job->x + row * row_bytes, .y = job->y + row * row_bytes};
        for (; s.first < job->n; s.first += s.n) {
            const int64_t left = job->n - s.first;
            s.n = left < SEGMENT * BLOCK ? left : SEGMENT * BLOCK;
            const int64_t blocks = (s.n + BLOCK - 1) / BLOCK;
            gt_parallel(blocks, NANOS_TOTAL * BLOCK, total_block, &s);
            GT_LOOPS(scan)->starts[job->dtype](blocks + 1, s.starts);
            gt_parallel(blocks, NANOS * BLOCK, sum_block, &s);
            s.starts[0] = s.starts[blocks];
        }
    }
}

static int run(scan_job *job) {
    if (job->outer < 0 || job->n < 0 || job->inner < 0) return GT_BAD_ARGUMENT;
    if (job->outer == 0 || job->n == 0 || job->inner == 0) return GT_OK;
    if (!job->x || !job->y) return GT_BAD_ARGUMENT;
    if (job->run == run_plain && job->op == GT_REDUCE_sum && job->inner == 1 && job->outer < FEW_ROWS &&
        job->n > 2 * BLOCK) {
        run_segments(job);
    } else if (job->inner == 1) {
        job->each = JOB_ELEMENTS / job->n + 1;
        gt_parallel((job->outer + job->each - 1) / job->each, NANOS * (double)(job->each * job->n), run_rows, job);
    } else {
        job->each = (job->inner + GT_SCAN_LANES - 1) / GT_SCAN_LANES;
        const int64_t lanes = job->inner < GT_SCAN_LANES ? job->inner : GT_SCAN_LANES;
        gt_parallel(job->outer * job->each, NANOS * (double)(job->n * lanes), run_columns, job);
    }
    return GT_OK;
}

GT_API int gt_scan(int op, int dtype, int reverse, int64_t outer, int64_t n, int64_t inner, const void *x, void *y) {
    if ((op != GT_REDUCE_sum && op != GT_REDUCE_prod) || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    scan_job job = {.run = run_plain, .op = op, .dtype = dtype, .reverse = reverse, .outer = outer, .n = n, .inner = inner,
                    .loop = op == GT_REDUCE_sum ? GT_LOOPS(scan)->sum[dtype] : GT_LOOPS(scan)->prod[dtype],
                    .x = x, .y = y};
    return job.loop ? run(&job) : GT_UNSUPPORTED;
}

GT_API int gt_scan_extreme(int op, int dtype, int64_t outer, int64_t n, int64_t inner, const void *x, void *y,
                           int64_t *at) {
    if ((op != GT_REDUCE_max && op != GT_REDUCE_min) || !gt_dtype_known(dtype)) return GT_BAD_CODE;
    scan_job job = {.run = run_extreme, .dtype = dtype, .outer = outer, .n = n, .inner = inner,
                    .extreme = op == GT_REDUCE_max ? GT_LOOPS(scan)->max[dtype] : GT_LOOPS(scan)->min[dtype],
                    .x = x, .y = at ? y : NULL, .at = at};
    return job.extreme ? run(&job) : GT_UNSUPPORTED;
}

GT_API int gt_scan_linear(int dtype, int reverse, int64_t outer, int64_t n, int64_t inner, const void *a, const void *b,
                          void *y) {
    if (!gt_dtype_known(dtype)) return GT_BAD_CODE;
    scan_job job = {.run = run_linear, .dtype = dtype, .reverse = reverse, .outer = outer, .n = n, .inner = inner,
                    .x = a, .b = b, .y = b ? y : NULL};
    return GT_LOOPS(scan)->linear[dtype] ? run(&job) : GT_UNSUPPORTED;
}
