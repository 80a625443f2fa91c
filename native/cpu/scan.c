/* Entries of the Scan family: rows, or strips of columns, are shared out over the threads, and each is one thread's. */
#include "scan.h"

#include <stddef.h>

#include "../common/dtype.h"
#include "threads.h"

/* A job does about so many elements. */
#define JOB_ELEMENTS 8192
/* Estimated time of an element: an addition waits for the one before. */
#define NANOS 1.0

typedef struct scan_job scan_job;

struct scan_job {
    /* Scans `lanes` columns from the first element on that the pointers stand at. */
    void (*run)(const scan_job *job, int64_t lanes, int64_t step, int64_t first);
    int dtype, reverse;
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

static int run(scan_job *job) {
    if (job->outer < 0 || job->n < 0 || job->inner < 0) return GT_BAD_ARGUMENT;
    if (job->outer == 0 || job->n == 0 || job->inner == 0) return GT_OK;
    if (!job->x || !job->y) return GT_BAD_ARGUMENT;
    if (job->inner == 1) {
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
    scan_job job = {.run = run_plain, .dtype = dtype, .reverse = reverse, .outer = outer, .n = n, .inner = inner,
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
