/* Entries of softmax and its gradient: rows, or strips of columns, shared out over the threads. */
#include "norm.h"

#include <stddef.h>

#include "../common/dtype.h"
#include "threads.h"

/* A job does about so many elements. */
#define JOB_ELEMENTS 8192
/* Estimated time of an element: F32 by polynomial, F64 by libm. */
#define NANOS_F32 1.5
#define NANOS_F64 15

typedef struct softmax_job {
    const gt_norm_loop *loop;
    int log;
    int64_t outer, n, inner, bytes;
    int64_t each; /* rows of a job, or strips of columns in [n, inner] */
    const char *x, *dy;
    char *y;
} softmax_job;

static void forward_rows(void *arg, int64_t index) {
    const softmax_job *s = arg;
    const int64_t first = index * s->each, left = s->outer - first, at = first * s->n * s->bytes;
    s->loop->rows(s->log, left < s->each ? left : s->each, s->n, s->x + at, s->y + at, NULL, NULL);
}

static void backward_rows(void *arg, int64_t index) {
    const softmax_job *s = arg;
    const int64_t first = index * s->each, left = s->outer - first, at = first * s->n * s->bytes;
    s->loop->grad_rows(s->log, left < s->each ? left : s->each, s->n, s->x + at, s->dy + at, s->y + at);
}

/* Byte offset of a strip's first element, and its width. */
static int64_t strip(const softmax_job *s, int64_t index, int64_t *lanes) {
    const int64_t column = index % s->each * GT_NORM_LANES, left = s->inner - column;
    *lanes = left < GT_NORM_LANES ? left : GT_NORM_LANES;
    return (index / s->each * s->n * s->inner + column) * s->bytes;
}

static void forward_columns(void *arg, int64_t index) {
    const softmax_job *s = arg;
    int64_t lanes;
    const int64_t at = strip(s, index, &lanes);
    s->loop->columns(s->log, s->n, s->inner, lanes, s->x + at, s->y + at);
}

static void backward_columns(void *arg, int64_t index) {
    const softmax_job *s = arg;
    int64_t lanes;
    const int64_t at = strip(s, index, &lanes);
    s->loop->grad_columns(s->log, s->n, s->inner, lanes, s->x + at, s->dy + at, s->y + at);
}

static int run(int dtype, softmax_job *s, gt_job rows, gt_job columns) {
    if (!gt_dtype_known(dtype) || (s->log != 0 && s->log != 1)) return GT_BAD_CODE;
    s->loop = &GT_LOOPS(norm)->loop[dtype];
    if (!s->loop->rows) return GT_UNSUPPORTED;
    if (s->outer < 0 || s->n < 0 || s->inner < 0) return GT_BAD_ARGUMENT;
    if (s->outer == 0 || s->n == 0 || s->inner == 0) return GT_OK;
    if (!s->x || !s->dy || !s->y) return GT_BAD_ARGUMENT;
    s->bytes = gt_dtype_bytes(dtype);
    const double nanos = dtype == GT_F32 ? NANOS_F32 : NANOS_F64;
    if (s->inner == 1) {
        s->each = JOB_ELEMENTS / s->n + 1;
        gt_parallel((s->outer + s->each - 1) / s->each, nanos * (double)(s->each * s->n), rows, s);
    } else {
        s->each = (s->inner + GT_NORM_LANES - 1) / GT_NORM_LANES;
        const int64_t lanes = s->inner < GT_NORM_LANES ? s->inner : GT_NORM_LANES;
        gt_parallel(s->outer * s->each, nanos * (double)(s->n * lanes), columns, s);
    }
    return GT_OK;
}

GT_API int gt_softmax(int dtype, int log, int64_t outer, int64_t n, int64_t inner, const void *x, void *y) {
    softmax_job s = {.log = log, .outer = outer, .n = n, .inner = inner, .x = x, .dy = x, .y = y};
    return run(dtype, &s, forward_rows, forward_columns);
}

GT_API int gt_softmax_grad(int dtype, int log, int64_t outer, int64_t n, int64_t inner, const void *y, const void *dy,
                           void *dx) {
    softmax_job s = {.log = log, .outer = outer, .n = n, .inner = inner, .x = y, .dy = dy, .y = dx};
    return run(dtype, &s, backward_rows, backward_columns);
}
